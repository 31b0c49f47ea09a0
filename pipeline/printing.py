"""Renditions that were not made before, made by any executor.

In: renditions, a Press, an executor. Out: their bytes or what went wrong, in the same order. A
task carries a Document, the templates and pictures, and brings back bytes: it needs no disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial

from pipeline.document import Picture
from pipeline.edition import Edition
from pipeline.hands import Hands
from pipeline.plan import Rendition
from pipeline.press import Press
from pipeline.printer import draw, print_renditions, read_picture
from pipeline.survey import Planned
from pipeline.writers import WRITERS

# About how many seconds each takes in one warm process, for a briefing of two pages.
WEIGHTS: Mapping[str, float] = {"pdf": 0.15, "docx": 0.03, "markdown": 0.01, "html": 0.01}
PICTURE = 0.3
AHEAD = 4  # tasks a worker that are submitted before the first is done: results wait in memory


@dataclass(frozen=True, slots=True)
class Printed:
    """A rendition with its bytes and pictures, or with what was raised. `undrawn` names a picture
    that its engine refused."""

    rendition: Rendition
    data: bytes = b""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    error: BaseException | None = None
    undrawn: str = ""


def printed(
    missing: Sequence[Rendition],
    press: Press,
    restore: Callable[[Planned], None],
    hands: Hands,
) -> Iterator[Printed]:
    """`restore` assembles an edition anew whose Document or drawings are gone from the store."""
    if not missing:
        return
    pool = _Pool(press, hands.for_prints(_weight(missing, press)), restore)
    few = len(missing) <= 2 * hands.printers * len(WRITERS)
    ahead = AHEAD * hands.printers
    drawing: deque[_Order] = deque()
    printing: deque[_Order] = deque()
    for order in _orders(missing, few):
        order.draw(pool)
        drawing.append(order)
        if len(drawing) > ahead:
            printing.append(drawing.popleft().submit(pool))
        if len(printing) > ahead:
            yield from printing.popleft().delivered(pool)
    for order in drawing:
        printing.append(order.submit(pool))
    for order in printing:
        yield from order.delivered(pool)


def _weight(missing: Sequence[Rendition], press: Press) -> float:
    """About how many seconds it takes one warm process to print all this."""
    shown = {name for one in missing for name in _shown(one)}
    undrawn = sum(not press.has_picture(name) for name in shown)
    return sum(WEIGHTS.get(one.format, 0) for one in missing) + PICTURE * undrawn


@dataclass(frozen=True, slots=True)
class _Pool:
    """What tasks share: pictures that are being drawn, and those that their engine refused."""

    press: Press
    executor: Executor
    restore: Callable[[Planned], None]
    drawing: dict[str, Future[bytes]] = field(default_factory=dict)
    refused: dict[str, BaseException] = field(default_factory=dict)

    def document(self, planned: Planned) -> str:
        return self.press.document_or(planned.document, partial(self.restore, planned))

    def draw(self, name: str, planned: Planned) -> None:
        """Have a picture drawn that is not there."""
        if name in self.drawing or name in self.refused or self.press.has_picture(name):
            return
        drawing = self.press.drawing_or(name, partial(self.restore, planned))
        self.drawing[name] = self.executor.submit(draw, drawing)

    def picture(self, name: str, planned: Planned) -> Picture | None:
        """The picture, waited for; None when its engine refused it."""
        if future := self.drawing.pop(name, None):
            if error := future.exception():
                self.refused[name] = error
                return None
            self.press.keep_picture(name, future.result())
            return read_picture(future.result())
        if name in self.refused:
            return None
        kept = self.press.picture(name)
        if kept is None:  # it went from the store, or was damaged
            self.press.forget_picture(name)
            self.draw(name, planned)
            return self.picture(name, planned)
        return kept


@dataclass(slots=True)
class _Order:
    """The renditions of one edition that are printed in one task."""

    renditions: list[Rendition]
    pictures: dict[str, Picture] = field(default_factory=dict)
    undrawn: str = ""
    future: Future[list[bytes]] | None = None

    @property
    def planned(self) -> Planned:
        return self.renditions[0].planned

    def draw(self, pool: _Pool) -> None:
        for name in dict.fromkeys(name for one in self.renditions for name in _shown(one)):
            pool.draw(name, self.planned)

    def submit(self, pool: _Pool) -> _Order:
        for name in dict.fromkeys(name for one in self.renditions for name in _shown(one)):
            picture = pool.picture(name, self.planned)
            if picture is None:
                self.undrawn = name
                return self
            self.pictures[name] = picture
        document = pool.document(self.planned)
        formats = [one.format for one in self.renditions]
        self.future = pool.executor.submit(
            print_renditions, document, formats, pool.press.templates, self.pictures
        )
        return self

    def delivered(self, pool: _Pool) -> Iterator[Printed]:
        error = self.future.exception() if self.future else None
        if len(self.renditions) > 1 and (error or self.undrawn):
            # A writer that fails fails alone: the others of its edition are printed apart.
            for one in self.renditions:
                yield from _Order([one]).submit(pool).delivered(pool)
        elif self.undrawn:
            reason = pool.refused[self.undrawn]
            yield Printed(self.renditions[0], error=reason, undrawn=self.undrawn)
        elif error:
            yield Printed(self.renditions[0], error=error)
        elif self.future:
            for one, data in zip(self.renditions, self.future.result(), strict=True):
                yield Printed(one, data, self.pictures)


def _shown(rendition: Rendition) -> tuple[str, ...]:
    """The pictures that a rendition needs."""
    return rendition.planned.pictures if WRITERS[rendition.format].pictures else ()


def _orders(missing: Sequence[Rendition], few: bool) -> Iterator[_Order]:
    """One task an edition, so that its Document is read once; where there are few, the PDF, which
    takes longer than all others, by itself."""
    orders: dict[tuple[Edition, bool], _Order] = {}
    for rendition in missing:
        apart = few and rendition.format == "pdf"
        orders.setdefault((rendition.edition, apart), _Order([])).renditions.append(rendition)
    yield from orders.values()
