"""Files to a Library: every record by its id, every briefing, and what could not be read.

In: names and bytes. Out: what authors wrote, typed, in all languages and for all audiences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Self, TypeVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from pipeline.blocks import Block
from pipeline.decode import decode
from pipeline.diagnostic import Report, Span, did_you_mean
from pipeline.record import (
    Audience,
    Claim,
    Disagreement,
    Entity,
    Event,
    Graphic,
    Institution,
    Name,
    PictureFile,
    Provision,
    Record,
    Reference,
    Shared,
)
from pipeline.source import Mapping as MappingNode
from pipeline.source import Node, Scalar, Sequence, parse
from pipeline.terms import Terms  # fmt: skip
from pipeline.values import AudienceRef, Date, Flag, Language, Months, Prose, Word


class Briefing(Record):
    """One work in all its languages and versions: its front matter and its blocks in order.

    `front` is what stands before the contents list, `body` what stands after it; `contents: false`
    leaves the list out, as a briefing of two pages wants it. `date` is the
    date of this edition and `cut-off` that of the last information used; neither is ever taken
    from the clock. What is true of a day only (an office-holder, a figure, a statement with
    `as-of`) is reported as stale when it is older than `stale-after` (`P3Y`, `P1Y6M`) on `date`.
    """

    title: Prose
    subtitle: Prose | None = None
    series: Prose | None = None
    description: Prose | None = None
    date: Date
    cut_off: Date | None = None
    stale_after: Months | None = None
    languages: tuple[Language, ...]
    audiences: tuple[AudienceRef, ...]
    authors: tuple[Name, ...] = ()
    publisher: Word | None = None
    license: Word | None = None
    keywords: tuple[Prose, ...] = ()
    contents: Flag = True
    front: tuple[Block, ...] = ()
    body: tuple[Block, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name, items in (
            ("language", [str(language) for language in self.languages]),
            ("audience", [ref.id for ref in self.audiences]),
        ):
            if len(set(items)) < len(items):
                raise PydanticCustomError("repeated-item", "a {name} stands twice", {"name": name})
        return self


@dataclass(frozen=True, slots=True)
class Library:
    """`broken` holds (kind, id) of records that are there but could not be decoded, and (kind, "")
    for a kind of which a whole file could not be read: rules stay silent about what may be among
    them."""

    briefings: Mapping[str, Briefing] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)
    pictures: Mapping[str, PictureFile] = field(default_factory=dict)
    graphics: Mapping[str, Graphic] = field(default_factory=dict)
    provisions: Mapping[str, Provision] = field(default_factory=dict)
    institutions: Mapping[str, Institution] = field(default_factory=dict)
    disagreements: Mapping[str, Disagreement] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    audiences: Mapping[str, Audience] = field(default_factory=dict)
    terms: Mapping[str, Terms] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)  # under sources/pictures/, by name
    theme: bytes = b"{}"
    citation_style: bytes = b""
    broken: frozenset[tuple[str, str]] = frozenset()

    def shared(self, kind: str) -> Mapping[str, Shared]:
        """The shared records of one kind, by id."""
        found: Mapping[str, Shared] = getattr(self, NAMES[kind])
        return found

    def may_hold(self, kind: str, id: str) -> bool:
        """Whether a record is there, or may be in what could not be read."""
        return id in self.shared(kind) or (kind, id) in self.broken or (kind, "") in self.broken


_FOLDERS: Mapping[str, tuple[str, type[Shared]]] = {
    "entities": ("entity", Entity),
    "events": ("event", Event),
    "references": ("reference", Reference),
    "graphics": ("graphic", Graphic),
    "provisions": ("provision", Provision),
    "institutions": ("institution", Institution),
    "disagreements": ("disagreement", Disagreement),
    "claims": ("claim", Claim),
}
_FILES: Mapping[str, tuple[str, type[Shared]]] = {
    "sources/pictures/pictures.yaml": ("picture", PictureFile),
    "sources/audiences.yaml": ("audience", Audience),
}
NAMES: Mapping[str, str] = {  # what a Library calls the records of a kind
    **{kind: folder for folder, (kind, _) in _FOLDERS.items()},
    "picture": "pictures",
    "audience": "audiences",
}
KINDS, TYPES = zip(*_FOLDERS.values(), *_FILES.values(), strict=True)  # of shared records
R = TypeVar("R", bound=Record)

FAULTS: Mapping[str, str] = {
    "duplicate-id": "Two shared records of one kind have the same id.",
    "stray-file": "A YAML file lies where no records are read from.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one file holds: records of one kind, and what of it could not be read. `name` is the
    file's, `nodes` are what the records were decoded from."""

    name: str
    kind: str  # "briefing", "terms", a kind of shared records, or "" where no records are read
    records: tuple[Record, ...] = ()
    nodes: tuple[Node, ...] = ()
    broken: frozenset[tuple[str, str]] = frozenset()


def load(files: Mapping[str, bytes], report: Report) -> Library:
    """Every record of every file; problems go to the report and the rest goes on."""
    return gathered([read(name, data, report) for name, data in files.items()], files, report)


def read(name: str, data: bytes, report: Report) -> Part:
    """The records of one file."""
    kind, type_ = _expected(name)
    if type_ is None:
        if kind == STRAY:
            _stray(name, report)
        return Part(name, "")
    if kind in WHOLE:
        return _whole(name, data, kind, type_, report)
    return _many(name, data, kind, type_, report)


def kind_of(name: str) -> str:
    """The kind of the records in a file of this name; "" where no records are read."""
    kind, type_ = _expected(name)
    return kind if type_ else ""


def _expected(name: str) -> tuple[str, type[Record] | None]:
    """What a file of this name holds; a type of None is for what is no record."""
    match name.split("/"):
        case ("sources", "briefings", file) if file.endswith(".yaml"):
            return "briefing", Briefing
        case ("templates", "terms", file) if file.endswith(".yaml"):
            return "terms", Terms
        case ("sources", folder, *_) if folder in _FOLDERS and name.endswith(".yaml"):
            return _FOLDERS[folder]
        case _ if name in _FILES:
            return _FILES[name]
        case ("sources", *parts) if name.endswith((".yaml", ".yml")) and parts[0] != "pictures":
            return STRAY, None
    return "", None


STRAY = "stray"
WHOLE = ("briefing", "terms")  # kinds of which a file holds one record, named by the file


def gathered(parts: Iterable[Part], files: Mapping[str, bytes], report: Report) -> Library:
    """The Library of these parts; `files` are what else it needs by name: pictures, the theme,
    the style of citations. Ids that stand twice go to the report."""
    shared: dict[str, dict[str, Shared]] = {kind: {} for kind in KINDS}
    briefings: dict[str, Briefing] = {}
    terms: dict[str, Terms] = {}
    broken: set[tuple[str, str]] = set()
    for part in sorted(parts, key=lambda part: part.name):
        broken |= part.broken
        for record in part.records:
            match record:
                case Briefing():
                    briefings[PurePosixPath(part.name).stem] = record
                case Terms():
                    terms[PurePosixPath(part.name).stem] = record
                case Shared():
                    _share(record, part.kind, shared[part.kind], report)
    return Library(
        briefings=briefings,
        entities=_of(Entity, shared["entity"]),
        events=_of(Event, shared["event"]),
        references=_of(Reference, shared["reference"]),
        pictures=_of(PictureFile, shared["picture"]),
        graphics=_of(Graphic, shared["graphic"]),
        provisions=_of(Provision, shared["provision"]),
        institutions=_of(Institution, shared["institution"]),
        disagreements=_of(Disagreement, shared["disagreement"]),
        claims=_of(Claim, shared["claim"]),
        audiences=_of(Audience, shared["audience"]),
        terms=terms,
        files={
            name.removeprefix("sources/pictures/"): data
            for name, data in files.items()
            if name.startswith("sources/pictures/")
        },
        theme=files.get("templates/charts/theme.json", b"{}"),
        citation_style=files.get("templates/citations/numeric.csl", b""),
        broken=frozenset(broken),
    )


def _whole(name: str, data: bytes, kind: str, type_: type[Record], report: Report) -> Part:
    """A file that is one record."""
    node = parse(data, name, report)
    record = decode(node, type_, report) if node else None
    if node is None or record is None:
        stem = PurePosixPath(name).stem
        return Part(name, kind, broken=frozenset({(kind, stem)} if kind == "terms" else ()))
    if kind == "briefing":
        _check_file_id(name, report)
    return Part(name, kind, (record,), (node,))


def _many(name: str, data: bytes, kind: str, type_: type[Record], report: Report) -> Part:
    """A file that lists records of one kind."""
    node = parse(data, name, report)
    if not isinstance(node, Sequence):
        if node:
            report.add(node.span, "wrong-type", "expected a list of records, each after a dash")
        return Part(name, kind, broken=frozenset({(kind, "")}))
    decoded = [(item, decode(item, type_, report)) for item in node.items]
    return Part(
        name,
        kind,
        tuple(record for _, record in decoded if record is not None),
        tuple(item for item, record in decoded if record is not None),
        frozenset((kind, _id(item)) for item, record in decoded if record is None),
    )


def _share(record: Shared, kind: str, known: dict[str, Shared], report: Report) -> None:
    first = known.setdefault(record.id, record)
    if first is not record:
        place = f"{first.id.span.file}:{first.id.span.line}"
        message = f'the {kind} "{record.id}" is already defined at {place}'
        report.add(record.id.span, "duplicate-id", message, "rename or remove one of them")


def _id(node: Node) -> str:
    """The id that a broken record seems to have, or "" for one that has none."""
    entries = node.entries if isinstance(node, MappingNode) else ()
    ids = (value.text for key, value in entries if key.text == "id" and isinstance(value, Scalar))
    return next(ids, "")


def _check_file_id(name: str, report: Report) -> None:
    """A briefing's id is the name of its file."""
    stem = PurePosixPath(name).stem
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem):
        message = f'expected an id in kebab-case as the name of the file, found "{stem}"'
        report.add(Span(name, 1, 1, 1, 1), "bad-id", message, "rename the file")


def _stray(name: str, report: Report) -> None:
    known = ["briefings", *_FOLDERS]
    parts = PurePosixPath(name).parts
    hint = did_you_mean(parts[1], known) if len(parts) > 2 else ""
    message = "no records are read from this file"
    folders = ", ".join(f"sources/{folder}" for folder in known)
    report.add(Span(name, 1, 1, 1, 1), "stray-file", message, hint or f"records live in {folders}")


S = TypeVar("S", bound=Shared)


def _of(type_: type[S], records: Mapping[str, Shared]) -> dict[str, S]:
    return {id: record for id, record in records.items() if isinstance(record, type_)}


def records(library: Library) -> Iterator[Record]:
    """Every top-level record, in the order of files and ids."""
    yield from library.briefings.values()
    for kind in KINDS:
        yield from library.shared(kind).values()
