"""Editions as the sources say them now, for whoever looks at them.

In: a project folder and an output folder. Out: on request, a rendition, printed unless it is known,
and what is wrong; while the sources have errors, the rendition that was last made without. So only
what somebody asks for is made. Nothing is put in place: a build finds the results in the store.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline import catalogue, ledger, run
from pipeline.catalogue import Catalogue, Moved
from pipeline.diagnostic import Diagnostic, Severity, ordered, render_text
from pipeline.hands import Hands
from pipeline.plan import Rendition, Selection, plan
from pipeline.press import Press
from pipeline.printing import printed
from pipeline.store import digest
from pipeline.survey import Planned
from pipeline.warm import WarmStore

T = TypeVar("T")

PRINTED = ("html", "pdf")
LISTED = 50  # problems that are shown in full
TRIES = 5  # so often is asked anew while files change all the time


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as the command line prints it, with its line and a caret."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A rendition and what is wrong. `data` is None while there never was one; `more` problems are
    not listed."""

    data: bytes | None
    problems: tuple[Problem, ...]
    more: int = 0

    @property
    def version(self) -> str:
        return digest(self.data) if self.data is not None else ""


@dataclass(frozen=True, slots=True)
class Now:
    """What the sources say. `renditions` are those of the last sources without an error."""

    turn: int
    known: Catalogue
    press: Press
    renditions: Mapping[str, Rendition]

    @property
    def editions(self) -> list[Planned]:
        """Each edition once, in the order in which they are made."""
        return list({one.edition: one.planned for one in self.renditions.values()}.values())


@dataclass(slots=True)
class Preview:
    """`readers` look at the sources, and each format has printers of its own, so that no page
    waits for a PDF. Nothing can be asked before the first `refresh`."""

    folder: Path
    output: Path
    readers: Hands
    printers: Mapping[str, Hands]
    _store: WarmStore = field(init=False)
    _now: Now | None = None
    _closed: bool = False
    _surveying: threading.Lock = field(default_factory=threading.Lock)
    _turned: threading.Condition = field(default_factory=threading.Condition)
    _printing: Mapping[str, threading.Lock] = field(init=False)
    _good: dict[str, tuple[Press, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cold = ledger.store_of(self.output)
        self._store = WarmStore(cold.folder, cold.largest)
        self._printing = {format: threading.Lock() for format in PRINTED}

    # What the sources say ----------------------------------------------------------------------

    def refresh(self) -> Now:
        """Look at the sources anew, and wake those who wait for that. Raises Moved when they
        change all the time, and OSError when one cannot be read."""
        with self._surveying:
            self._store.turn()
            known = run.survey(self.folder, self.output, self.readers, store=self._store)
            press = Press(known.templates, self._store)
            before = self._now
            renditions = before.renditions if known.failed and before else _planned(known)
            now = Now(before.turn + 1 if before else 1, known, press, renditions)
            with self._turned:
                self._now = now
                self._turned.notify_all()
            return now

    @property
    def now(self) -> Now:
        assert self._now is not None, "nobody looked at the sources yet"
        return self._now

    def wait(self, turn: int, seconds: float) -> int | None:
        """Wait until the sources were looked at again after this turn, for so many seconds at
        most. Returns the turn; None when nobody will look at them any more."""
        with self._turned:
            self._turned.wait_for(lambda: self._closed or self.now.turn > turn, seconds)
            return None if self._closed else self.now.turn

    def close(self) -> None:
        """Let everybody go who waits."""
        with self._turned:
            self._closed = True
            self._turned.notify_all()

    # Renditions --------------------------------------------------------------------------------

    def shown(self, path: str) -> Shown | None:
        """The rendition of this path under the output folder; None when the sources have none."""
        return self._steady(lambda now: self._shown(now, path))

    def overview(self, page: Callable[[Now], bytes]) -> Shown:
        """A page about all of it, with all errors."""
        return self._steady(lambda now: _listed(now.known, page(now), _found(now.known, "")))

    def _steady(self, make: Callable[[Now], T]) -> T:
        """What is made of the sources as they are now, though files change meanwhile."""
        now = self.now
        for _ in range(TRIES - 1):
            try:
                return make(now)
            except Moved:
                now = self.refresh()
        return make(now)

    def _shown(self, now: Now, path: str) -> Shown | None:
        found = _found(now.known, path)
        if not now.known.failed:
            if path not in now.renditions:
                return None
            found = [*self._make(now, now.renditions[path]), *found]
        return _listed(now.known, self._last(path), found)

    def _make(self, now: Now, rendition: Rendition) -> list[Diagnostic]:
        """Have it in the store; returns what went wrong."""
        document, format = rendition.planned.document, rendition.format
        with self._printing[format]:
            if now.press.find(document, format) is None:
                restore = partial(catalogue.restore, now.known, self._store)
                (one,) = printed([rendition], now.press, restore, self.printers[format])
                if one.error:
                    return [run.failed(now.known.folder, one, one.error)]
                now.press.keep(document, format, one.data)
            self._good[rendition.path] = now.press, document
        return []

    def _last(self, path: str) -> bytes | None:
        """The rendition that was last made without errors, here or by a build."""
        if path in self._good:
            press, document = self._good[path]
            return press.find(document, _format(path))
        if path in ledger.read(self.output):
            return (self.output / path).read_bytes()
        return None


def _planned(known: Catalogue) -> Mapping[str, Rendition]:
    wanted = plan(known.planned, Selection(formats=frozenset(PRINTED)))
    return {one.path: one for one in wanted}


def _format(path: str) -> str:
    """The format of a rendition that is previewed: its suffix is its name."""
    return path.rpartition(".")[2]


# Problems ----------------------------------------------------------------------------------


def _found(known: Catalogue, path: str) -> list[Diagnostic]:
    """What a page has to tell: all that is wrong in its own file, and then all errors, for these
    keep every page as it was. Its PDF stands beside it and need not say it again."""
    if _format(path) == "pdf":
        return []
    own = f"sources/briefings/{path.partition('/')[2].partition('.')[0]}.yaml"
    here = [one for one in known.found if one.span.file == own]
    there = [one for one in known.found if one.span.file != own and one.severity == "error"]
    return [*ordered(here), *ordered(there)]


def _listed(known: Catalogue, data: bytes | None, found: Sequence[Diagnostic]) -> Shown:
    """Raises Moved when a file that has a problem has changed since."""
    listed = found[:LISTED]
    files = {one.span.file for one in listed} & known.digests.keys()
    texts = {name: known.read(name) for name in files}
    problems = tuple(Problem(one.severity, render_text([one], texts)) for one in listed)
    return Shown(data, problems, len(found) - len(listed))
