"""What there is to say of one briefing: its problems, its editions, their Documents.

In: shared files and their Shelf, a briefing's own file. Out: a Conclusion, small enough to be
remembered for thousands of briefings, under the digest of all that it was drawn from. The rules
and the assembly get a library of what the briefing reaches, so that nothing else can have decided
it. Only where there are errors, which are never remembered, the whole library is asked: its ids
are the hints.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import document as hub
from pipeline import library as reading
from pipeline import outline, rules
from pipeline.assemble import Cite, assemble, drawings
from pipeline.diagnostic import Diagnostic, Report
from pipeline.document import Document, Image, walk
from pipeline.edition import Edition, editions
from pipeline.graphic import Drawing
from pipeline.library import Briefing, Library, Part
from pipeline.outline import FILE, Entry, Pointer, Reached, Shelf
from pipeline.record import Shared


@dataclass(frozen=True, slots=True)
class Planned:
    """An edition that can be printed: the digest of its Document, what a list of editions says of
    it, and the digests of the pictures that it shows."""

    edition: Edition
    document: str
    series: str
    title: str
    subtitle: str
    issued: str
    marking: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`planned` is None where only problems were looked for, or where there are errors."""

    found: tuple[Diagnostic, ...]
    planned: tuple[Planned, ...] | None


@dataclass(slots=True)
class Desk:
    """Shared files, each read when something first points into it. `open` gives their bytes."""

    names: tuple[str, ...]
    open: Callable[[str], bytes]
    shelf: Shelf
    parts: dict[str, Part] = field(default_factory=dict)
    _shared: dict[Pointer, Shared] = field(default_factory=dict)
    _base: Library | None = None

    @property
    def base(self) -> Library:
        """What every edition asks, whatever it points to: fixed words, audiences, the theme."""
        if self._base is None:
            names = [name for name in self.names if reading.kind_of(name) in ("terms", "audience")]
            parts = [self.part(name) for name in names]
            files = {name: self.open(name) for name in self.names if name in SETTINGS}
            library = reading.gathered(parts, files, Report())
            self._base = replace(library, broken=self.shelf.broken)
        return self._base

    def part(self, name: str) -> Part:
        """What a file holds, without its nodes: these are half of its weight, and there are
        thousands of files."""
        if name not in self.parts:
            read = reading.read(name, self.open(name), Report())
            self.parts[name] = part = replace(read, nodes=())
            for record in part.records:
                if isinstance(record, Shared):
                    self._shared.setdefault((part.kind, str(record.id)), record)
        return self.parts[name]

    def around(self, part: Part | None, pointers: Iterable[Pointer]) -> Library:
        """A briefing, and the shared records that it reaches, in the library's own order."""
        pointers = list(pointers)
        names = (id for kind, id in pointers if kind == FILE and id in self.shelf.files)
        files = {name: self.open(f"sources/pictures/{name}") for name in names}
        held = self._held(pointers) | {"audiences": self.base.audiences}
        return replace(self.base, briefings=_briefings(part), files=files, **held)

    def only(self, pointers: Iterable[Pointer]) -> Library:
        """These shared records and nothing else."""
        return Library(**self._held(pointers))

    def _held(self, pointers: Iterable[Pointer]) -> dict[str, Any]:
        """The records of a Library, as it calls them."""
        held: dict[str, dict[str, Shared]] = {name: {} for name in reading.NAMES.values()}
        known = (pointer for pointer in pointers if pointer in self.shelf.order)
        for pointer in sorted(known, key=self.shelf.order.__getitem__):
            kind, id = pointer
            self.part(self.shelf.homes[pointer])
            held[reading.NAMES[kind]][id] = self._shared[pointer]
        return held

    def whole(self, part: Part | None, report: Report) -> Library:
        """A briefing in the whole library: hints name what it might have meant. Ids that stand
        twice go to the report."""
        parts = [self.part(name) for name in self.names if reading.kind_of(name)]
        files = {name: self.open(name) for name in self.names if not reading.kind_of(name)}
        library = reading.gathered(parts, files, report)
        return replace(library, briefings=_briefings(part))


SETTINGS = ("templates/charts/theme.json", "templates/citations/numeric.csl")


def _briefings(part: Part | None) -> Mapping[str, Briefing]:
    return reading.gathered([part], {}, Report()).briefings if part else {}


def duplicates(desk: Desk) -> list[Diagnostic]:
    """Shared records whose id stands twice, which takes the whole library to say."""
    report = Report()
    if desk.shelf.twice:
        desk.whole(None, report)
    return report.diagnostics


def shared_problems(desk: Desk, name: str, reached: Reached) -> list[Diagnostic]:
    """What is wrong with the records of a shared file, whoever prints them."""
    part = desk.part(name)
    own = {(part.kind, str(one.id)) for one in part.records if isinstance(one, Shared)}
    asked = desk.only(own)
    found = _of(name, rules.check(desk.around(None, own | reached.keys()), asked))
    if any(one.severity == "error" for one in found):
        return _of(name, rules.check(desk.whole(None, Report()), asked))
    return found


def _of(name: str, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [one for one in found if one.span.file == name]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Conclusion and what it does not hold: Documents by their digests, in canonical JSON, and
    what their pictures are drawn from, by the digests of these."""

    conclusion: Conclusion
    documents: Mapping[str, str] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)


def conclude(desk: Desk, part: Part, reached: Reached, cite: Cite, assembled: bool) -> Drawn:
    """What there is to say of the briefing that `part` holds; of the shared records that it
    reaches, only what is wrong with them for its readers. `assembled`: make its Documents, unless
    it has an error."""
    small = desk.around(part, reached)
    asked = Library(briefings=small.briefings)
    found = tuple(rules.check(small, asked))
    if any(one.severity == "error" for one in found):
        whole = desk.whole(part, Report())
        return Drawn(Conclusion(tuple(rules.check(whole, asked)), None))
    if not assembled:
        return Drawn(Conclusion(found, None))
    return _assembled(small, found, cite)


def _assembled(library: Library, found: tuple[Diagnostic, ...], cite: Cite) -> Drawn:
    documents: dict[str, str] = {}
    drawn: dict[str, Drawing] = {}
    planned = []
    for edition in editions(library):
        document = assemble(library, edition, cite)
        written = hub.to_json(document)
        digest = hashlib.sha256(written.encode()).hexdigest()
        documents[digest] = written
        pictures: tuple[str, ...] = ()
        if library.pictures or library.graphics:  # of what is not reached, nothing is shown
            shown = (node.digest for node in walk(document) if isinstance(node, Image))
            pictures = tuple(dict.fromkeys(shown))
        if pictures:
            made = drawings(library, edition.language)
            drawn |= {name: made[name][0] for name in pictures}
        planned.append(_planned(edition, document, digest, pictures))
    return Drawn(Conclusion(found, tuple(planned)), documents, drawn)


def _planned(
    edition: Edition, document: Document, digest: str, pictures: tuple[str, ...]
) -> Planned:
    return Planned(
        edition,
        digest,
        document.series,
        document.title,
        document.subtitle,
        document.metadata.issued,
        document.marking,
        pictures,
    )


# What decides a conclusion -----------------------------------------------------------------


def inputs(entries: Iterable[Entry], reached: Reached) -> Any:
    """What records are understood from, as a JSON value: their own digests and those of all that
    they reach."""
    return [
        *([one.kind, one.id, one.said] for one in entries),
        *sorted([kind, id, _said(one)] for (kind, id), one in reached.items()),
    ]


def _said(one: Entry | str | None) -> str:
    return one.said if isinstance(one, Entry) else one or ""


def places(entries: Iterable[Entry], reached: Reached) -> Any:
    """Where all this stands, which decides where a problem is shown and nothing else."""
    return [
        *(one.placed for one in entries),
        *(one.placed for _, one in sorted(reached.items()) if isinstance(one, Entry)),
    ]


# As JSON values ----------------------------------------------------------------------------


def encode(one: Conclusion) -> Any:
    planned = one.planned
    return [
        outline.encode_problems(one.found),
        None if planned is None else [_encode_planned(edition) for edition in planned],
    ]


def _encode_planned(one: Planned) -> Any:
    where = [one.edition.audience, one.edition.briefing, one.edition.language]
    said = [one.series, one.title, one.subtitle, one.issued, one.marking]
    return [where, one.document, said, one.pictures]


def decode(value: Any) -> Conclusion:
    found, planned = value
    return Conclusion(
        outline.decode_problems(found),
        None if planned is None else tuple(_decode_planned(one) for one in planned),
    )


def _decode_planned(value: Any) -> Planned:
    where, document, (series, title, subtitle, issued, marking), pictures = value
    edition = Edition(*where)
    return Planned(edition, document, series, title, subtitle, issued, marking, tuple(pictures))
