"""The files of an output folder, each held against its Document, and what was found faithful
remembered.

In: a Catalogue, files. Out: diagnostics. Reading back is a task for any executor.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import catalogue, ledger, listing
from pipeline.catalogue import Catalogue
from pipeline.diagnostic import Diagnostic, Span
from pipeline.document import Picture
from pipeline.hands import Hands
from pipeline.plan import Rendition, Selection, plan
from pipeline.press import Press
from pipeline.printer import beside, draw, read_back, read_picture
from pipeline.store import digest

READ_BACK = 0.1  # seconds that it takes to read a rendition back, about
READ_AHEAD = 4  # files a worker that are read before the first is held


def verify(
    known: Catalogue, paths: Iterable[Path], output: Path, hands: Hands
) -> Iterator[Diagnostic]:
    """Hold rendition files against what the sources say now. `paths` are files or folders; a
    file that was found faithful is not read again while nothing of it changed."""
    press = Press(known.templates, ledger.store_of(output))
    planned = {rendition.path: rendition for rendition in plan(known.planned, Selection())}
    paths = list(paths)
    chosen = list(_chosen(paths, planned))
    executor = hands.for_prints(READ_BACK * len(chosen))
    waiting: deque[Held] = deque()
    for path, rendition in chosen:
        place = Span(str(path), 1, 1, 1, 1)
        if not path.exists():
            message = "this rendition is missing" if rendition else "there is no such file"
            yield Diagnostic(place, "missing-rendition", message, "run `briefing build`")
        elif rendition is None:
            hint = "a rendition lies at <audience>/<briefing>.<language>.<suffix>"
            message = "the sources have no rendition here"
            yield Diagnostic(place, "unknown-rendition", message, hint)
        else:
            restore = functools.partial(catalogue.restore, known, press.store, rendition.planned)
            yield from _held_beside(rendition, path, press, restore)
            if held := _held(rendition, path, press, restore, executor):
                waiting.append(held)
            if len(waiting) > READ_AHEAD * hands.jobs:
                yield from waiting.popleft().found(press)
    for held in waiting:
        yield from held.found(press)
    for path in paths:
        if path.is_dir():
            yield from _held_indexes(known, path)


@dataclass(frozen=True, slots=True)
class Held:
    """A file that is being held against its Document."""

    rendition: Rendition
    path: Path
    digest: str
    future: Future[list[Diagnostic]]

    def found(self, press: Press) -> Iterator[Diagnostic]:
        found = self.future.result()
        yield from (replace(one, span=replace(one.span, file=str(self.path))) for one in found)
        self.prove(press)

    def prove(self, press: Press) -> None:
        """Remember that it is faithful, if it is."""
        if not self.future.exception() and not self.future.result():
            press.keep_proof(self.rendition.planned.document, self.rendition.format, self.digest)


def _held(
    rendition: Rendition, path: Path, press: Press, restore: Callable[[], None], executor: Executor
) -> Held | None:
    """None for a file that was found faithful before."""
    data = path.read_bytes()
    if press.is_proved(rendition.planned.document, rendition.format, digest(data)):
        return None
    return hold(rendition, path, data, press, restore, executor)


def hold(
    rendition: Rendition,
    path: Path,
    data: bytes,
    press: Press,
    restore: Callable[[], None],
    executor: Executor,
) -> Held:
    document = press.document_or(rendition.planned.document, restore)
    future = executor.submit(read_back, document, rendition.format, data)
    return Held(rendition, path, digest(data), future)


def _held_beside(
    rendition: Rendition, path: Path, press: Press, restore: Callable[[], None]
) -> Iterator[Diagnostic]:
    """The pictures that a rendition points to are there and are the right ones."""
    names = rendition.planned.pictures if rendition.format == "markdown" else ()
    pictures = {name: press.picture(name) or _drawn(name, press, restore) for name in names}
    for name, picture in beside(rendition.format, pictures).items():
        file = path.parent / name
        if not file.is_file() or file.read_bytes() != picture:
            code = "changed-picture" if file.is_file() else "missing-picture"
            message = f"{path.name} points to this picture, which is {code.partition('-')[0]}"
            yield Diagnostic(Span(str(file), 1, 1, 1, 1), code, message, "run `briefing build`")


def _drawn(name: str, press: Press, restore: Callable[[], None]) -> Picture:
    data = draw(press.drawing_or(name, restore))
    press.keep_picture(name, data)
    return read_picture(data)


def _held_indexes(known: Catalogue, path: Path) -> Iterator[Diagnostic]:
    """The index pages in a folder list what its manifest does."""
    folder = path if (path / ledger.MANIFEST).is_file() else path.parent
    for name, data in listing.index_pages(known, ledger.read(folder)).items():
        file = folder / name
        if file.is_relative_to(path) and (not file.is_file() or file.read_bytes() != data):
            code = "changed-index" if file.is_file() else "missing-index"
            message = f"the page that lists the renditions is {code.partition('-')[0]}"
            yield Diagnostic(Span(str(file), 1, 1, 1, 1), code, message, "run `briefing build`")


def _chosen(
    paths: Iterable[Path], planned: Mapping[str, Rendition]
) -> Iterator[tuple[Path, Rendition | None]]:
    """Each file that is meant, with its rendition. A folder means all that are planned in it; one
    in which none is planned is returned itself, to be reported."""
    for path in paths:
        if path.is_dir():
            folder = path if (path / ledger.MANIFEST).is_file() else path.parent
            inside = [name for name in planned if (folder / name).is_relative_to(path)]
            known = inside and (folder / ledger.MANIFEST).is_file()
            yield from ((folder / name, planned[name]) for name in inside if known)
            if not known:
                yield path, None
        else:
            yield path, planned.get("/".join(path.parts[-2:]))
