"""Who does the work: this process, processes beside it, or an executor that somebody else keeps.

In: how much there is to do. Out: a `concurrent.futures.Executor`. They all give the same bytes.
"""

from __future__ import annotations

import importlib
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from pipeline.workers import Workers
from pipeline.writers import WRITERS

MANY_BRIEFINGS = 64
MUCH_PRINTING = 1.0  # seconds


def warm() -> None:
    """What a worker imports before its first task."""
    for format in WRITERS.values():
        importlib.import_module(f"pipeline.writers.{format.module}")


@dataclass(slots=True)
class Hands:
    """`jobs` processes, started when there is first so much to do that it pays; until then a
    thread of this process. `given` is an executor that somebody else keeps, a cluster's for one,
    with so many who work there: it prints, and what reads the store stays here."""

    jobs: int = 1
    given: Executor | None = None
    given_jobs: int = 1
    _open: ExitStack = field(default_factory=ExitStack)
    _workers: Workers | None = None
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

    def for_briefings(self, count: int) -> Executor:
        """For so many briefings to read, check and assemble."""
        return self._workers_if(count >= MANY_BRIEFINGS)

    def for_prints(self, weight: float) -> Executor:
        """For renditions and pictures that take about so many seconds in one warm process."""
        return self.given or self._workers_if(weight >= MUCH_PRINTING)

    @property
    def printers(self) -> int:
        """How many print at a time."""
        return self.given_jobs if self.given else self.jobs

    def _workers_if(self, much: bool) -> Executor:
        if self._workers is None and much and self.jobs > 1:
            self._workers = self._open.enter_context(Workers(self.jobs, warm))
        if self._workers:
            return self._workers
        if self._here is None:
            # One thread: it turns whatever a writer raises into a value.
            self._here = self._open.enter_context(ThreadPoolExecutor(max_workers=1))
        return self._here
