"""Processes that stay: each imports the engines once and keeps what they have read.

In: functions and their arguments, as `concurrent.futures.Executor` takes them. Out: futures. A
worker that dies has its task done once more by another; one that has grown past a limit is
replaced. Workers only compute: whoever started them writes the files, so that any of them may be
killed at any time.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

LARGEST = 230_000_000  # bytes of memory at which a worker is replaced after its task
MUCH = 20_000_000  # bytes that a task adds to it, after which its remains are looked for at once

P = ParamSpec("P")
T = TypeVar("T")


class Raised(Exception):
    """What was raised in a worker and could not be sent: the name of its type, its words."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(name, words)
        self.name = name
        self.words = words


class WorkerDied(Exception):
    """A task whose worker died twice: it is most likely what kills them."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Task:
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class Workers(Executor):
    """`count` processes, each served by a thread of this one. `first` is called in each process
    when it starts, so that it is warm before its first task, and `spare` after it, one by one, as
    long as there is no task; that they can be is not asked."""

    def __init__(
        self,
        count: int,
        first: Callable[[], object] | None = None,
        spare: Sequence[Callable[[], object]] = (),
        largest: int = LARGEST,
    ) -> None:
        self._first = first
        self._spare = spare
        self._largest = largest
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._lost = 0  # of these, how many can start no process
        self.grow(count)

    def grow(self, count: int) -> None:
        """Let there be `count` processes, if there are fewer. They have been started when this
        returns: whoever goes on to import things would keep the threads from it."""
        for number in range(len(self._threads), count):
            begun = threading.Event()
            thread = threading.Thread(target=self._serve, args=(number, begun), daemon=True)
            self._threads.append(thread)
            thread.start()
            begun.wait()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if kwargs:
            raise TypeError("a task takes its arguments in order, without names")
        if self._ended.is_set():
            raise RuntimeError("these workers have gone home")
        future: Future[T] = Future()
        self._tasks.put(_Task(future, fn, args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """With `cancel_futures`, workers end at once, in the middle of what they do."""
        self._ended.set()
        if cancel_futures:
            self._cancel()
        for _ in self._threads:
            self._tasks.put(None)
        if cancel_futures:
            for process in list(self._processes.values()):
                process.kill()
        if wait:
            for thread in self._threads:
                thread.join()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """On the way out of an error, or of Ctrl-C, nobody waits for what is not done."""
        self.shutdown(cancel_futures=kind is not None)

    def _cancel(self) -> None:
        while not self._tasks.empty():
            task = self._tasks.get()
            if task:
                task.future.cancel()

    # The thread of one worker ------------------------------------------------------------------

    def _serve(self, number: int, begun: threading.Event) -> None:
        try:
            try:
                line = self._start(number)
            finally:
                begun.set()
            while (task := self._tasks.get()) is not None:
                if task.future.set_running_or_notify_cancel():
                    line = self._answer(task, line, number)
        except OSError as error:  # no more processes, memory or files
            self._give_up(error)
            return
        line.close()
        self._processes[number].kill()  # it has nothing to do, and may be importing engines still
        self._processes[number].wait()

    def _give_up(self, error: Exception) -> None:
        """Leave the tasks to the others; the last one says of each why nobody does it."""
        with self._lock:
            self._lost += 1
            others = len(self._threads) - self._lost
        while not others and (task := self._tasks.get()) is not None:
            if task.future.set_running_or_notify_cancel():
                task.future.set_exception(error)

    def _answer(self, task: _Task, line: Connection, number: int) -> Connection:
        """Have a task done; returns the line to the worker that does the next one."""
        for _ in range(2):
            try:
                line.send((task.function, task.arguments))
                result, error, size = line.recv()
            except (EOFError, ConnectionError):
                line = self._replaced(task, line, number)
                if self._ended.is_set():
                    break
                continue
            if error is None:
                task.future.set_result(result)
            else:
                task.future.set_exception(error)
            return self._replace(line, number) if size > self._largest else line
        message = f"a worker died at {_named(task.function)}, and another at the same task"
        task.future.set_exception(WorkerDied(message))
        return line

    def _replaced(self, task: _Task, line: Connection, number: int) -> Connection:
        try:
            return self._replace(line, number)
        except OSError as error:
            task.future.set_exception(error)
            raise

    def _replace(self, line: Connection, number: int) -> Connection:
        line.close()
        self._processes[number].wait()
        return self._start(number) if not self._ended.is_set() else line

    def _start(self, number: int) -> Connection:
        # A new interpreter, not a fork: the chart engine keeps threads, and so does this process.
        # Nor multiprocessing's, which starts one more that keeps account of what these share.
        ours, theirs = Pipe()
        # A process inherits this: the terminal sends Ctrl-C to all of them, and the one that
        # started them decides what becomes of it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with theirs:
            self._processes[number] = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), *sys.path],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        ours.send((self._first, self._spare))
        return ours


_PROGRAM = """
import sys
line, *sys.path = sys.argv[1:]
from pipeline.workers import work
work(int(line))
"""


def _named(function: Callable[..., Any]) -> str:
    whole = function.func if isinstance(function, partial) else function
    return str(whole.__name__)


# In the worker -----------------------------------------------------------------------------


def work(handle: int) -> None:
    """What a process does until the other end of the line is closed: task by task."""
    line = Connection(handle)
    try:
        first, spare = line.recv()
    except EOFError:
        return
    # One thread, which turns whatever a task raises into a value.
    with ThreadPoolExecutor(max_workers=1) as thread:
        for step in filter(None, (first, *spare)):
            thread.submit(step).exception()  # what it raises, a task will, and says so
            if line.poll():
                break
        while True:
            try:
                function, arguments = line.recv()
            except EOFError:
                return
            before = _size()
            done = thread.submit(function, *arguments)
            error = done.exception()
            result = None if error else done.result()
            try:
                line.send((result, error and _portable(error), _size()))
            except ConnectionError:
                return  # whoever asked is gone
            if _size() - before > MUCH:
                # Pages point at each other in rings, which the collector of garbage finds so late
                # that they would be there beside those of the next task.
                del done, result, arguments
                gc.collect()


def _portable(error: BaseException) -> BaseException:
    """The error itself, or what it says, where it cannot travel."""
    try:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes, a line above
    except (TypeError, AttributeError, pickle.PicklingError):
        again = None
    return error if type(again) is type(error) else Raised(type(error).__name__, str(error))


def _size() -> int:
    """The most memory that this process has held, in bytes."""
    if sys.platform == "linux":
        # Not ru_maxrss, which Linux hands on: it starts with what the process that starts us held.
        (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.M)
        return int(peak) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
