"""Workers on other machines, which a Dask scheduler keeps.

In: the address of a scheduler. Out: an executor as `concurrent.futures` has them, for what
`printing` sends out: a task carries its Document and pictures, names the templates, which are sent
once, and brings back bytes. So no disk is shared. A worker that dies has its tasks done elsewhere;
one that would print other bytes than this process is told and gets none.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

from distributed import Client, Worker, get_worker

from pipeline.likeness import differences, equipment, likeness
from pipeline.store import key

PATIENCE = 10  # seconds in which a scheduler must answer
PULSE = 1.0  # seconds between two looks at who works
ALONE = 30  # looks without any worker, after which nobody is waited for
NAMED = 5  # differences that are told of one worker

P = ParamSpec("P")
T = TypeVar("T")


class Unlike(Exception):
    """A worker would print other bytes than we do."""


class Unreachable(Exception):
    """Nobody answers at the address of a scheduler, or it is none."""


class NoWorkers(Exception):
    """A scheduler has no worker that may print."""


@contextmanager
def joined(
    address: str, templates: Mapping[str, bytes], tell: Callable[[str], None]
) -> Iterator[Cluster]:
    """The workers of the scheduler at an address such as `tcp://host:8786`; `tell` is told of those
    that are refused. Raises Unreachable and NoWorkers; tasks are cancelled when nobody is left to
    do them."""
    try:
        joining = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise Unreachable(f"no scheduler answers at {address}: {error}") from error
    with joining as client, Cluster(client, templates, tell) as cluster:
        yield cluster


@dataclass(eq=False, slots=True)
class _Task:
    """`promise` is what stands for it at Dask while `workers`, and no others, may do it."""

    function: Callable[..., Any]
    arguments: Sequence[Any]
    future: Future[Any] = field(default_factory=Future)
    workers: frozenset[str] = frozenset()
    promise: Future[Any] | None = None
    told: bool = False


class Cluster(Executor):
    """Workers that join later are looked at before they get a task."""

    def __init__(
        self, client: Client, templates: Mapping[str, bytes], tell: Callable[[str], None]
    ) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._templates = dict(templates)
        self._here = likeness(templates)
        self._tell = tell
        self._refused: set[str] = set()
        self._like: set[str] = set()
        self._tasks: set[_Task] = set()
        self._looking = threading.Lock()
        self._ended = threading.Event()
        self._look()
        if not self._like:
            raise NoWorkers("the scheduler has no worker that prints as this machine does")
        self._sent = _sent_once(client, self._templates)
        self._follower = threading.Thread(target=self._follow, daemon=True)
        self._follower.start()

    @property
    def count(self) -> int:
        """How many workers print."""
        return len(self._like)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if kwargs:
            raise TypeError("a task takes its arguments in order, without names")
        if self._ended.is_set():
            raise RuntimeError("this cluster was left")
        task = _Task(fn, [self._sent if one == self._templates else one for one in args])
        with self._looking:
            self._tasks.add(task)
            if self._client.status == "running":
                self._give(task)
            else:
                _cancel(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """The executor of Dask is not asked to wait: it waits for what was cancelled, too. What is
        not done is let go when the client is closed."""
        if wait and not cancel_futures:
            concurrent.futures.wait([task.future for task in self._tasks.copy()])
        self._ended.set()
        self._follower.join()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.shutdown(cancel_futures=kind is not None)

    # Tasks -------------------------------------------------------------------------------------

    def _give(self, task: _Task) -> None:
        """Have a task done by the workers that may. `allow_other_workers` is no way out for when
        all of them are gone: Dask then lets a refused worker that is idle have tasks at once."""
        before, task.promise, task.workers = task.promise, None, frozenset(self._like)
        if before:
            before.cancel()
        if task.workers:
            task.promise = self._executor.submit(
                attempt, equipment(), task.function, *task.arguments, workers=sorted(task.workers)
            )
            task.promise.add_done_callback(partial(self._settle, task))

    def _settle(self, task: _Task, promise: Future[Any]) -> None:
        if promise is not task.promise:
            return  # others do it now
        self._tasks.discard(task)
        if promise.cancelled():
            _cancel(task)  # not by us: the scheduler went, and everything of ours with it
            return
        if error := promise.exception():
            task.future.set_exception(error)
        else:
            task.future.set_result(promise.result())

    def _follow(self) -> None:
        """Give tasks whose workers are all gone to those that came since."""
        alone = 0
        while not self._ended.wait(PULSE):
            with self._looking:
                reached = self._client.status == "running" and self._looked()
                for task in self._tasks.copy():
                    if reached and self._like and not task.workers & self._like:
                        self._give(task)
            alone = 0 if self._like else alone + 1
            if not reached or alone == ALONE:
                for task in self._tasks.copy():
                    _cancel(task)

    def _looked(self) -> bool:
        """Look, if the scheduler answers."""
        try:
            self._look()
        except OSError:
            return False
        return True

    # Who works ---------------------------------------------------------------------------------

    def _look(self) -> None:
        """See who came and who went. Raises OSError when the scheduler does not answer."""
        threads: Mapping[str, int] = self._client.nthreads()
        self._like &= threads.keys()
        new = threads.keys() - self._like - self._refused
        if not new:
            return
        found = self._client.run(
            introduced, self._templates, workers=sorted(new), on_error="return"
        )
        there = self._client.nthreads()
        for address, theirs in sorted(found.items()):
            if address not in there:
                continue  # it went again
            if wrong := list(_wrong(self._here, theirs, threads[address])):
                self._refused.add(address)
                self._tell(f"the worker at {address} is refused: {_listed(wrong)}")
            else:
                self._like.add(address)


def _cancel(task: _Task) -> None:
    # What waits for a future wakes up when it is not only cancelled but told so.
    if task.future.cancel() and not task.told:
        task.told = True
        task.future.set_running_or_notify_cancel()


def _sent_once(client: Client, templates: dict[str, bytes]) -> Any:
    """What stands for the templates on the cluster.

    It is the result of a task there, which any worker can do, for it needs no code of ours. Dask's
    `scatter` would take fewer steps, but what was scattered is lost with its worker, and all tasks
    with it; a task is done again.
    """
    name = key({name: data.hex() for name, data in templates.items()})
    return client.submit(dict, templates, key=f"briefing-templates-{name}")


def _wrong(here: Mapping[str, str], theirs: object, threads: int) -> Iterator[str]:
    if not isinstance(theirs, Mapping):
        yield f"it cannot print: {theirs}"
        return
    yield from differences(here, theirs)
    if threads != 1:
        # The fonts of the PDF's engine are not for several threads at once.
        yield f"it works in {threads} threads at once; start it with --nthreads 1"


def _listed(wrong: Sequence[str]) -> str:
    first, more = wrong[:NAMED], len(wrong) - NAMED
    return "; ".join([*first, f"and {more} more"] if more > 0 else first)


# On the workers ----------------------------------------------------------------------------


async def introduced(templates: Mapping[str, bytes], dask_worker: Worker) -> Mapping[str, str]:
    """What a worker prints with. It prints a page for that, where it will print all others: on its
    event loop it would not answer meanwhile, and the scheduler would take it for dead."""
    thread = dask_worker.executors["default"]
    return await asyncio.get_running_loop().run_in_executor(thread, likeness, templates)


def attempt(here: Mapping[str, str], function: Callable[..., T], *arguments: Any) -> T:
    """Do a task, unless that would give other bytes than where it comes from: another worker may
    have come to an address that we know."""
    if wrong := list(differences(here, equipment())):
        raise Unlike(f"the worker at {get_worker().address}: {_listed(wrong)}")
    return function(*arguments)
