"""Renditions that were not made before, made by any executor.

In: renditions, a Press, an executor. Out: their bytes or what went wrong, as they are done.
A task carries a Document, the templates and pictures, and brings back bytes: it needs no disk.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from pipeline.document import Picture
from pipeline.edition import Edition
from pipeline.hands import Hands
from pipeline.plan import Rendition
from pipeline.press import Press
from pipeline.printer import draw, print_renditions, read_picture
from pipeline.survey import Planned
from pipeline.writers import WRITERS

# About how many seconds each takes in one warm process, for a briefing of two pages.
WEIGHTS: Mapping[str, float] = {
    "pdf": 0.15,
    "docx": 0.03,
    "markdown": 0.01,
    "html": 0.01,
    "json": 0.001,
}
PICTURE = 0.3
OTHERWISE = 0.01
AHEAD = 4  # editions a worker whose pictures are drawn before it is their turn
BEGUN = 2  # tasks a worker: what it does, and what it does next
FEW = 8  # editions a worker


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
    """Each as soon as it is there. `restore` assembles an edition anew whose Document or drawings
    are gone from the store."""
    if not missing:
        return
    drawing, printing = _weights(missing, press)
    executor = hands.for_prints(drawing + printing)
    waiting: list[_Order] = []
    begun: _Begun = {}
    with hands.drawing(drawing / (drawing + printing)) as drawers:
        light = hands.for_light_prints()
        pool = _Pool(press, executor, light, drawers, restore, BEGUN * hands.printers)
        for order in _orders(missing, pool, hands.printers):
            order.draw(pool)
            waiting.append(order)
            while len(waiting) > AHEAD * hands.printers:
                yield from _proceed(pool, waiting, begun)
        while waiting:
            yield from _proceed(pool, waiting, begun)
    pool.drawers = executor  # for a picture that goes from the store meanwhile
    while begun:
        yield from _proceed(pool, waiting, begun)


def _proceed(pool: _Pool, waiting: list[_Order], begun: _Begun) -> Iterator[Printed]:
    """Have printed what has its pictures, deliver what is printed; or wait for either."""
    drawn = [order for order in waiting if order.is_drawn(pool)]
    done = [future for future in begun if future.done()]
    for order in drawn[: max(0, pool.most - len(begun))]:
        waiting.remove(order)
        order.submit(pool)
        if order.future:
            begun[order.future] = order
        else:
            yield from order.delivered(pool)
    for future in done:
        yield from begun.pop(future).delivered(pool)
    if not done and (not drawn or len(begun) == pool.most):
        running: list[Future[Any]] = [*begun, *pool.drawing.values()]
        concurrent.futures.wait(
            [one for one in running if not one.done()], return_when=FIRST_COMPLETED
        )


def _weights(missing: Sequence[Rendition], press: Press) -> tuple[float, float]:
    """About how many seconds it takes one warm process to draw and to print all this."""
    shown = {name for one in missing for name in _shown(one)}
    undrawn = sum(not press.has_picture(name) for name in shown)
    return PICTURE * undrawn, sum(WEIGHTS.get(one.format, OTHERWISE) for one in missing)


@dataclass(slots=True)
class _Pool:
    """What tasks share: pictures that are being drawn, and those that their engine refused."""

    press: Press
    printers: Executor
    light: Executor  # for orders without a PDF
    drawers: Executor
    restore: Callable[[Planned], None]
    most: int  # tasks that are begun
    drawing: dict[str, Future[bytes]] = field(default_factory=dict)
    refused: dict[str, BaseException] = field(default_factory=dict)

    def document(self, planned: Planned) -> str:
        return self.press.document_or(planned.document, partial(self.restore, planned))

    def draw(self, name: str, planned: Planned) -> None:
        """Have a picture drawn that is not there."""
        if name in self.drawing or name in self.refused or self.press.has_picture(name):
            return
        drawing = self.press.drawing_or(name, partial(self.restore, planned))
        self.drawing[name] = self.drawers.submit(draw, drawing)

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


@dataclass(eq=False, slots=True)
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

    def is_drawn(self, pool: _Pool) -> bool:
        """Whether each of its pictures is there or was refused."""
        names = (name for one in self.renditions for name in _shown(one))
        return all(name not in pool.drawing or pool.drawing[name].done() for name in names)

    def submit(self, pool: _Pool) -> _Order:
        for name in dict.fromkeys(name for one in self.renditions for name in _shown(one)):
            picture = pool.picture(name, self.planned)
            if picture is None:
                self.undrawn = name
                return self
            self.pictures[name] = picture
        document = pool.document(self.planned)
        formats = [one.format for one in self.renditions]
        printers = pool.printers if "pdf" in formats else pool.light
        self.future = printers.submit(
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


_Begun: TypeAlias = dict[Future[list[bytes]], _Order]


def _shown(rendition: Rendition) -> tuple[str, ...]:
    """The pictures that a rendition needs."""
    return rendition.planned.pictures if WRITERS[rendition.format].pictures else ()


def _orders(missing: Sequence[Rendition], pool: _Pool, printers: int) -> Iterator[_Order]:
    """One task an edition, so that its Document is read once. Where there are few, the PDF, which
    takes longer than all others, by itself, and the longest first, so that all printers end at
    about the same time."""
    few = len(missing) <= FEW * printers * len(WRITERS)
    orders: dict[tuple[Edition, bool], _Order] = {}
    for rendition in missing:
        apart = few and rendition.format == "pdf"
        orders.setdefault((rendition.edition, apart), _Order([])).renditions.append(rendition)
    if few:
        yield from sorted(orders.values(), key=partial(_length, pool), reverse=True)
    else:
        yield from orders.values()


def _length(pool: _Pool, order: _Order) -> float:
    each = sum(WEIGHTS.get(one.format, OTHERWISE) for one in order.renditions)
    return each * len(pool.document(order.planned))
