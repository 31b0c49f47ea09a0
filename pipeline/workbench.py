"""What concludes about sources, in any process that shares the disk with the one that owns them.

In: a Workbench, where shared files and their outlines are found, and a few files. Out: Lines
to be remembered of them, and what there is to say; Documents go into the store.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from pipeline import library as reading
from pipeline import outline, survey
from pipeline.assemble import Cite
from pipeline.diagnostic import Diagnostic, Report
from pipeline.document import Inlines
from pipeline.library import Part
from pipeline.memory import Line
from pipeline.origins import code, versions
from pipeline.outline import Outline, Reached
from pipeline.press import Press
from pipeline.record import Reference, remembered
from pipeline.store import Manifest, Store, digest, key
from pipeline.survey import Conclusion, Desk, Drawn

_PICTURES = "sources/pictures/"
# What under templates/ decides a Document or a problem; style sheets do not.
DECIDING = ("templates/terms/", *survey.SETTINGS)

File: TypeAlias = tuple[str, bytes]


class Moved(Exception):
    """A file changed while it was being read: what was concluded does not hold together."""


def read_file(folder: Path, known: Mapping[str, str], name: str) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise Moved(name) from error
    if digest(data) != known[name]:
        raise Moved(name)
    return data


@dataclass(frozen=True, slots=True)
class Workbench:
    """Where a process that shares the disk finds what it takes to conclude: the project's folder,
    the store, and in that, under `digest`, the outlines of all shared files. Small enough to be
    sent with each task."""

    folder: Path
    store: Store
    digest: str

    @property
    def manifest(self) -> Manifest:
        return {"bench": self.digest}


@dataclass(frozen=True, slots=True)
class Laid:
    """What lies on a bench. `settings` is all that everything is concluded with; `cite` prints
    references."""

    desk: Desk
    cite: Cite
    outlines: Mapping[str, Outline]
    settings: Manifest


LAID: dict[Workbench, Laid] = {}  # in each process, the bench that it works at


def laid_on(bench: Workbench) -> Laid:
    if bench not in LAID:
        value = bench.store.find_value(bench.manifest)
        if value is None:
            raise Moved("the store")
        shared, outlines = value
        LAID.clear()
        LAID[bench] = lay(bench, shared, [outline.decode(one) for one in outlines])
    return LAID[bench]


def lay(bench: Workbench, shared: Mapping[str, str], outlines: Sequence[Outline]) -> Laid:
    pictures = {
        name.removeprefix(_PICTURES): one
        for name, one in shared.items()
        if name.startswith(_PICTURES)
    }
    shelf = outline.shelf(outlines, pictures)
    settings = {
        "settings": {
            name: one
            for name, one in shared.items()
            if name.startswith(DECIDING) or reading.kind_of(name) == "audience"
        },
        "broken": sorted(shelf.broken),
    }
    desk = Desk(tuple(shared), functools.partial(read_file, bench.folder, shared), shelf)
    cite = _remembering(Press({}, bench.store).cite)
    return Laid(desk, cite, {one.name: one for one in outlines}, settings)


def _remembering(cite: Cite) -> Cite:
    """References printed once a process: ten briefings list the same ones."""

    @remembered
    def known(reference: Reference) -> dict[tuple[str, bytes], Inlines]:
        return {}

    def printed(reference: Reference, language: str, style: bytes) -> Inlines:
        forms = known(reference)
        if (language, style) not in forms:
            forms[language, style] = cite(reference, language, style)
        return forms[language, style]

    return printed


# What workers do ---------------------------------------------------------------------------


def outline_files(files: list[File]) -> list[tuple[str, Line]]:
    """What a worker does first: shared files in outline."""
    return [(name, _line(_outlined(name, data)[0], data)) for name, data in files]


def _outlined(name: str, data: bytes) -> tuple[Outline, Part]:
    report = Report()
    part = reading.read(name, data, report)
    return outline.outline(part, data, report.diagnostics), part


def _line(outlined: Outline, data: bytes) -> Line:
    return Line(digest(data), _json(outline.encode(outlined)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_shared(
    bench: Workbench, lines: list[tuple[str, Line]]
) -> list[tuple[str, Line, list[Diagnostic]]]:
    """What a worker does then: what is wrong with the records of shared files."""
    laid = laid_on(bench)
    return [(name, *_check_shared(bench, laid, name, line)) for name, line in lines]


def _check_shared(
    bench: Workbench, laid: Laid, name: str, line: Line
) -> tuple[Line, list[Diagnostic]]:
    outlined = laid.outlines[name]
    reached = outline.reached(outlined.entries, laid.desk.shelf)
    found = survey.shared_problems(laid.desk, name, reached)
    told = None if wrong(found) else outline.encode_problems(found)
    return _telling(line, bench, laid, outlined, reached, told), found


def wrong(found: Iterable[Diagnostic]) -> bool:
    return any(one.severity == "error" for one in found)


def _telling(
    line: Line, bench: Workbench, laid: Laid, outlined: Outline, reached: Reached, told: Any
) -> Line:
    """The line with what was told; None where it is not to be remembered."""
    if told is None:
        return Line(line.digest, line.outline)
    by, where = told_from(laid, outlined, reached), places(outlined, reached)
    return Line(line.digest, line.outline, bench.digest, by, where, _json(told))


def conclude_briefings(
    bench: Workbench, assembled: bool, files: list[File]
) -> list[tuple[str, Line, str]]:
    """What a worker does last: conclude about briefings, keep their Documents in the store, hand
    back what is to be remembered, and what there is to say."""
    laid = laid_on(bench)
    return [(name, *_conclude(bench, laid, name, data, assembled)) for name, data in files]


def _conclude(
    bench: Workbench, laid: Laid, name: str, data: bytes, assembled: bool
) -> tuple[Line, str]:
    outlined, part = _outlined(name, data)
    reached = outline.reached(outlined.entries, laid.desk.shelf)
    drawn = Drawn(Conclusion((), None))
    if outlined.entries:
        drawn = survey.conclude(laid.desk, part, reached, laid.cite, assembled)
    _keep(bench, outlined, reached, drawn)
    told = survey.encode(drawn.conclusion)
    kept = None if wrong(drawn.conclusion.found) else told
    return _telling(_line(outlined, data), bench, laid, outlined, reached, kept), _json(told)


def _keep(bench: Workbench, outlined: Outline, reached: Reached, drawn: Drawn) -> None:
    """What is told of has Documents that are there."""
    press = Press({}, bench.store)
    for name, document in drawn.documents.items():
        press.keep_document(name, document, survey.inputs(outlined.entries, reached))
    for name, drawing in drawn.drawings.items():
        press.keep_drawing(name, drawing)


# What is remembered under what -------------------------------------------------------------


@functools.cache
def makers() -> str:
    """The digest of all that reads, checks and assembles."""
    # All of our code but what prints: it is short, and nothing can be forgotten.
    libraries = versions("pyyaml", "pydantic", "babel", "edtf", "markdown-it-py", "lxml")
    return key({"code": dict(code("*", "blocks/*", "rules/*")), "libraries": dict(libraries)})


def told_from(laid: Laid, outlined: Outline, reached: Reached) -> str:
    return key({"told from": survey.inputs(outlined.entries, reached), **laid.settings})


def places(outlined: Outline, reached: Reached) -> str:
    return key({"places": survey.places(outlined.entries, reached)})
