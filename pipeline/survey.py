"""What there is to say of one briefing: its problems, its editions, their Documents.

In: the names and bytes of shared files, their Shelf, a briefing's own file. Out: a Conclusion,
small enough to be remembered for thousands of briefings, under the digest of all that it was
drawn from. The rules and the assembly get only what the briefing reaches (`outline.reduced`), so
that nothing else can have decided it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from pipeline import document as hub
from pipeline import library as reading
from pipeline import outline, rules
from pipeline.assemble import Cite, assemble, drawings
from pipeline.diagnostic import Diagnostic, Report, Span
from pipeline.document import Document, Image, walk
from pipeline.edition import Edition, editions
from pipeline.graphic import Drawing
from pipeline.library import Library, Part
from pipeline.outline import Entry, Pointer, Shelf

Known: TypeAlias = frozenset[tuple[Span, str]]  # the places and codes of problems already told


@dataclass(frozen=True, slots=True)
class Planned:
    """An edition that can be printed: the digest of its Document, what a list of editions says of
    it, and the digests of the pictures that it shows."""

    edition: Edition
    document: str
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
    """The shared files, read when the first briefing reaches into them. `known` are the problems
    of shared records themselves, which no briefing is to tell again."""

    files: Mapping[str, bytes]
    shelf: Shelf
    known: Known = frozenset()
    parts: dict[str, Part] = field(default_factory=dict)
    _library: Library | None = None

    def library(self, names: Iterable[str]) -> Library:
        """The library of these files and of all that were read before."""
        new = sorted(set(names) - self.parts.keys())
        if new or self._library is None:
            self.parts |= {name: reading.read(name, self.files[name], Report()) for name in new}
            gathered = reading.gathered(self.parts.values(), self.files, Report())
            self._library = replace(gathered, broken=self.shelf.broken)
        return self._library

    @property
    def whole(self) -> Library:
        return self.library(name for name in self.files if reading.kind_of(name))

    def around(self, part: Part, pointers: Iterable[Pointer]) -> Library:
        """A briefing in the library of the files that hold what it points to."""
        homes = self.shelf.homes
        wanted = {homes[pointer] for pointer in pointers if pointer in homes}
        return _with(part, self.library(wanted | self._everywhere))

    @property
    def _everywhere(self) -> set[str]:
        """Files that every briefing may ask: fixed words and audiences are not pointed to."""
        return {name for name in self.files if reading.kind_of(name) in ("terms", "audience")}

    def alone(self, part: Part) -> Library:
        """A briefing in the whole library: hints name what it might have meant."""
        return _with(part, self.whole)


def _with(part: Part, library: Library) -> Library:
    briefings = reading.gathered([part], {}, Report()).briefings
    return replace(library, briefings=briefings)


def shared_problems(desk: Desk) -> list[Diagnostic]:
    """What is wrong with shared records, whoever prints them; slips in reading them, which their
    outlines have told, left out."""
    report = Report()
    library = desk.whole
    reading.gathered(desk.parts.values(), {}, report)  # it tells of ids that stand twice
    return [*report.diagnostics, *rules.check(library)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Conclusion and what it does not hold: Documents by their digests, in canonical JSON, and
    what their pictures are drawn from, by the digests of these."""

    conclusion: Conclusion
    documents: Mapping[str, str] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)


def conclude(
    desk: Desk, part: Part, reached: Mapping[Pointer, Any], cite: Cite, assembled: bool
) -> Drawn:
    """What there is to say of the briefing that `part` holds. `assembled`: make its Documents,
    unless it has an error."""
    id = PurePosixPath(part.name).stem
    small = outline.reduced(desk.around(part, reached), id, reached)
    found = _untold(rules.check(small), desk)
    if any(one.severity == "error" for one in found):
        return Drawn(Conclusion(tuple(_untold(rules.check(desk.alone(part)), desk)), None))
    if not assembled:
        return Drawn(Conclusion(tuple(found), None))
    return _assembled(small, found, cite)


def _untold(found: Iterable[Diagnostic], desk: Desk) -> list[Diagnostic]:
    return [one for one in found if (one.span, one.code) not in desk.known]


def _assembled(library: Library, found: Iterable[Diagnostic], cite: Cite) -> Drawn:
    documents: dict[str, str] = {}
    drawn: dict[str, Drawing] = {}
    planned = []
    for edition in editions(library):
        document = assemble(library, edition, cite)
        written = hub.to_json(document)
        digest = hashlib.sha256(written.encode()).hexdigest()
        documents[digest] = written
        pictures = tuple(dict.fromkeys(n.digest for n in walk(document) if isinstance(n, Image)))
        if pictures:
            made = drawings(library, edition.language)
            drawn |= {name: made[name][0] for name in pictures}
        planned.append(_planned(edition, document, digest, pictures))
    return Drawn(Conclusion(tuple(found), tuple(planned)), documents, drawn)


def _planned(
    edition: Edition, document: Document, digest: str, pictures: tuple[str, ...]
) -> Planned:
    return Planned(
        edition,
        digest,
        document.title,
        document.subtitle,
        document.metadata.issued,
        document.marking,
        pictures,
    )


# What decides a conclusion -----------------------------------------------------------------


def inputs(briefing: Entry, reached: Mapping[Pointer, Entry | str | None]) -> Any:
    """What a briefing is made from, as a JSON value: its own digest and those of all it reaches."""
    return [
        [briefing.kind, briefing.id, briefing.said],
        *sorted([kind, id, _said(one)] for (kind, id), one in reached.items()),
    ]


def _said(one: Entry | str | None) -> str:
    return one.said if isinstance(one, Entry) else one or ""


def places(briefing: Entry, reached: Mapping[Pointer, Entry | str | None]) -> Any:
    """Where all this stands, which decides where a problem is shown and nothing else."""
    return [
        briefing.placed,
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
    return [where, one.document, one.title, one.subtitle, one.issued, one.marking, one.pictures]


def decode(value: Any) -> Conclusion:
    found, planned = value
    return Conclusion(
        outline.decode_problems(found),
        None if planned is None else tuple(_decode_planned(one) for one in planned),
    )


def _decode_planned(value: Any) -> Planned:
    where, document, title, subtitle, issued, marking, pictures = value
    return Planned(Edition(*where), document, title, subtitle, issued, marking, tuple(pictures))
