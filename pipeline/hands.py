"""Who does the work: this process, processes beside it, or an executor that somebody else keeps.

In: how much there is to do. Out: a `concurrent.futures.Executor`. They all give the same bytes.
"""

from __future__ import annotations

import gc
import importlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Self

from pipeline.workers import Workers
from pipeline.writers import WRITERS

MANY_BRIEFINGS = 64
MUCH_PRINTING = 1.0  # seconds


def warm(
    templates: Mapping[str, bytes] | None = None, formats: Collection[str] = tuple(WRITERS)
) -> None:
    """What a worker does before its first task: import the engines of these formats, read these
    templates and the fonts, and settle."""
    gc.disable()  # nearly all that is made here stays
    try:
        for format in formats:
            importlib.import_module(f"pipeline.writers.{WRITERS[format].module}")
        if templates:
            from pipeline.proof import get_ready  # here: who starts a worker needs none of it

            get_ready(templates, formats)
    finally:
        settle()


def _try_outs(templates: Mapping[str, bytes]) -> list[Callable[[], object]]:
    """What a worker does when it is warm and has no task yet: set a page in each language that
    there are words of."""
    matches = (re.fullmatch(r"terms/([\w-]+)\.yaml", name) for name in sorted(templates))
    return [partial(_try_out, templates, found[1]) for found in matches if found]


def _try_out(templates: Mapping[str, bytes], language: str) -> None:
    from pipeline.proof import try_out

    try_out(templates, language)


def settle() -> None:
    """Let the collector of garbage look less often, and never at what stays: the page that an
    engine sets is a hundred thousand objects that are all in use, and to look at them again and
    again took a sixth of its time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def warm_drawing() -> None:
    """The same for pictures: one is drawn, and all that it takes is there."""
    from pipeline.graphic import Drawing
    from pipeline.printer import draw

    draw(Drawing("chart", b'{"mark": {"type": "text", "text": "1"}, "data": {"values": [{}]}}'))


@dataclass(slots=True)
class Hands:
    """`jobs` processes, started when there is first so much to do that it pays; until then a
    thread of this process, or the one process that was started `early`. `given` is an executor
    that somebody else keeps, a cluster's for one, with so many who work there: it prints, and
    what reads the store stays here. `first` is what a process does before its first task."""

    jobs: int = 1
    given: Executor | None = None
    given_jobs: int = 1
    first: Callable[[], object] = warm
    _spare: Sequence[Callable[[], object]] = ()
    _open: ExitStack = field(default_factory=ExitStack)
    _workers: Workers | None = None
    _drawers: Workers | None = None
    _all: bool = False
    _here: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def early(self, templates: Mapping[str, bytes], count: int = 1, drawn: bool = False) -> None:
        """Start processes now, as many as are likely to have something to do: they make themselves
        ready to print with these templates while this one reads the sources, which is half of the
        time from an edit to its PDF. One alone prints PDFs, while this process prints the rest.
        `drawn`: one more, for pictures."""
        if self.given is None and self.jobs > 1:
            self.first = partial(warm, templates, ("pdf",) if count == 1 else tuple(WRITERS))
            self._spare = _try_outs(templates)
            self._started(min(max(count, 1), self.jobs))
            if drawn:
                self._drawers = self._open.enter_context(Workers(1, warm_drawing))

    def for_briefings(self, count: int) -> Executor:
        """For so many briefings to read, check and assemble."""
        return self._processes() if self._pays(count >= MANY_BRIEFINGS) else self._thread()

    def for_prints(self, weight: float) -> Executor:
        """For renditions and pictures that take about so many seconds in one warm process."""
        if self.given:
            return self.given
        if self._pays(weight >= MUCH_PRINTING):
            return self._processes()
        return self._workers or self._thread()

    def for_light_prints(self) -> Executor:
        """For what takes less than a PDF does, so that it is printed while that is: by this
        process, where it is not one of many who print."""
        return self.given or (self._processes() if self._all else self._thread())

    @contextmanager
    def drawing(self, part: float) -> Iterator[Executor]:
        """For pictures that take this part of all the time: processes of their own beside those
        that print. What draws is a browser engine, which is long in starting and takes as much
        memory as all others together: it is started in few, and its memory goes with them."""
        if self._all and not self.given and part:
            if self._drawers is None:
                self._drawers = self._open.enter_context(Workers(1, warm_drawing))
            self._drawers.grow(round(part * self.jobs))
            yield self._drawers
        else:
            yield self.for_prints(0)
        if self._drawers:
            self._drawers.shutdown()
            self._drawers = None

    @property
    def printers(self) -> int:
        """How many print at a time."""
        return self.given_jobs if self.given else self.jobs

    def _pays(self, much: bool) -> bool:
        return self._all or (much and self.jobs > 1)

    def _processes(self) -> Executor:
        self._all = True
        return self._started(self.jobs)

    def _started(self, count: int) -> Workers:
        if self._workers is None:
            self._workers = self._open.enter_context(Workers(count, self.first, self._spare))
        self._workers.grow(count)
        return self._workers

    def _thread(self) -> Executor:
        if self._here is None:
            # One thread: it turns whatever a writer raises into a value.
            self._here = self._open.enter_context(ThreadPoolExecutor(max_workers=1))
        return self._here
