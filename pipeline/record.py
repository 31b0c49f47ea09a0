"""Shared record types: what authors write once and briefings point to.

In: values that `decode` made of YAML nodes (dicts, lists and Scalars, each with its place).
Out: frozen, typed records. A type here is the schema; its docstring is the manual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, Self, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    PlainValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from pipeline.dates import Edtf
from pipeline.diagnostic import Span
from pipeline.values import (
    PLACE,
    Address,
    AudienceRef,
    CountryCode,
    Date,
    Day,
    EntityRef,
    EventRef,
    Flag,
    Id,
    Language,
    Located,
    Number,
    PictureRef,
    Prose,
    Ref,
    Source,
    Sources,
    Specification,
    Text,
    Word,
    _cells,
    one_of,
)


def kebab(name: str) -> str:
    return name.replace("_", "-")


class Record(BaseModel):
    """What every record has: where it stands, and who may see it. The one base class of ours.

    `release` lists the audiences that may see this record and what is in it; without it, all may.
    """

    # Built when first read: most of what is imported is not, and what is is built whole, with all
    # that is in it, once more.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, defer_build=True
    )

    place: InstanceOf[Span] = Field(alias=PLACE)
    release: tuple[AudienceRef, ...] = ()


class Shared(Record):
    """A record that others point to by its id."""

    id: Id


class Statement(Record):
    """Something the briefing says.

    It cites at least one reference, in its text (`[@id, art. 6]`) or under `sources`, or it is
    the authors' own judgement and says under `basis` what that rests on. `as-of` is printed
    with a statement that time may overtake.
    """

    id: Id | None = None
    text: Prose
    sources: Sources = ()
    basis: Prose | None = None
    as_of: Day | None = None


class Name(Record):
    """A CSL name: `family` and `given` of a person, or `literal` for an organisation."""

    family: Word | None = None
    given: Word | None = None
    literal: Word | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.literal) == bool(self.family):
            raise PydanticCustomError("bad-name", "a name has either family (and given) or literal")
        return self


CslType: TypeAlias = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "dataset", "document", "entry-encyclopedia", "hearing",
    "legal_case", "legislation", "map", "paper-conference", "post", "post-weblog",
    "report", "speech", "thesis", "treaty", "webpage",
]  # fmt: skip


class Reference(Shared):
    """A source, under CSL names. Its title stays in its own language, which `language` names;
    `genre`, and a `publisher` that is described rather than named, are said in each language.

    `reliability` of the source (A to F) and `credibility` of what it says (1 to 6) are the two
    Admiralty ratings, judged apart. `seen: false` marks a page that was not itself read; what
    rests on such pages alone is not printed as established.
    """

    type: Annotated[CslType, one_of(*CslType.__args__)]
    title: Word
    title_short: Word | None = None
    author: tuple[Name, ...] = ()
    publisher: Prose | None = None
    container_title: Word | None = None
    issued: Date | None = None
    accessed: Date | None = None
    url: Address | None = Field(default=None, alias="URL")
    language: Language
    genre: Prose | None = None
    number: Word | None = None
    note: Word | None = None
    reliability: Annotated[Literal["A", "B", "C", "D", "E", "F"], one_of(*"ABCDEF")]
    credibility: Annotated[Literal["1", "2", "3", "4", "5", "6"], one_of(*"123456")]
    seen: Flag


class Quantity(Record):
    """A figure with its year and its source: `{value: 24478595, year: 2024, sources: […]}`."""

    value: Number
    unit: Prose | None = None
    year: Date | None = None
    note: Prose | None = None
    sources: Sources


class Office(Record):
    """Who holds an office: `name`, `title`, `since`, and the date this was last known to hold."""

    name: Prose
    title: Prose | None = None
    since: Day | None = None
    as_of: Day
    note: Prose | None = None
    sources: Sources


class Entity(Shared):
    """A state, an organisation, an armed group: whoever acts or is acted on.

    `code` (ISO 3166-1 alpha-2) and `flag` make a flag emoji of that state printable. A state with
    a code has its name from CLDR, in every language, unless `name` says another.
    `sources` are those of the names and words that have none of their own, such as `capital`;
    `statements` are what briefings say of it when they list it among the actors.
    """

    kind: Annotated[
        Literal["state", "organisation", "armed-group", "mission", "company"],
        one_of("state", "organisation", "armed-group", "mission", "company"),
    ]
    name: Prose | None = None
    abbreviation: Prose | None = None
    official_name: Prose | None = None
    code: CountryCode | None = None
    flag: PictureRef | None = None
    capital: Prose | None = None
    head_of_state: Office | None = None
    head_of_government: Office | None = None
    population: Quantity | None = None
    area: Quantity | None = None
    gdp: Quantity | None = None
    terrorism_deaths: Quantity | None = None
    currency: Prose | None = None
    languages: Statement | None = None
    sources: Sources = ()
    statements: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.name is None and not (self.kind == "state" and self.code):
            raise PydanticCustomError(
                "missing-name",
                "an entity needs a `name`; only a state with a `code` has one in CLDR",
            )
        return self


class Event(Shared):
    """Something that happened, at an EDTF date: `2023-09-16`, `2021-12~`, `2026-04-25/2026-05-03`.

    `title` is short, for graphics; `text` is the sentence that a timeline prints.
    """

    date: Date
    title: Prose
    text: Prose
    parties: tuple[EntityRef, ...] = ()
    sources: Sources


class Provision(Shared):
    """What a charter or a treaty says at one place: `title` names the place, such as Art. 6."""

    title: Prose
    text: Prose
    sources: Sources


class Institution(Shared):
    """Something that was set up, when, and its state of play; `as-of` says when that was seen."""

    date: Date
    name: Prose
    text: Prose
    as_of: Day | None = None
    sources: Sources


class Disagreement(Shared):
    """A point on which sources differ: what is `said`, and what is `used` here."""

    point: Prose
    said: Prose
    used: Prose
    sources: Sources


Verdict: TypeAlias = Literal["confirmed", "imprecise", "needs-correction", "unverifiable"]


class Claim(Shared):
    """What an earlier account says, how it stands up, and what the record says instead."""

    claim: Prose
    verdict: Annotated[Verdict, one_of(*Verdict.__args__)]
    correction: Prose
    sources: Sources


class PictureFile(Shared):
    """A picture or map data set under sources/pictures/, with its credit and licence (SPDX).

    `alt` says in words what a picture shows; map data (`media: map`) has none.
    """

    file: Word
    media: Annotated[Literal["picture", "map"], one_of("picture", "map")] = "picture"
    alt: Prose | None = None
    credit: Prose
    license: Word

    @model_validator(mode="after")
    def _described(self) -> Self:
        if self.media == "picture" and self.alt is None:
            raise PydanticCustomError(
                "missing-alt-text", "a picture needs alt text: what it shows, in words"
            )
        return self


class GraphicColumn(Record):
    """A column of a graphic's data. `type` number or date converts it for the specification;
    `hidden: true` keeps it out of the table that says the graphic in words."""

    name: Word
    heading: Prose | None = None
    type: Annotated[Literal["text", "number", "date"], one_of("text", "number", "date")] = "text"
    align: Annotated[Literal["start", "end", "center"], one_of("start", "end", "center")] = "start"
    hidden: Flag = False


class GraphicData(Record):
    """What a graphic draws: `rows` written out, or `events`, or `entities` (whose figures then
    move with the shared record)."""

    rows: tuple[Annotated[Mapping[str, Text], PlainValidator(_cells)], ...] = ()
    events: tuple[EventRef, ...] = ()
    entities: tuple[EntityRef, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(map(bool, (self.rows, self.events, self.entities))) != 1:
            raise PydanticCustomError("bad-data", "a graphic draws one of rows, events or entities")
        return self


class Graphic(Shared):
    """A chart, map or timeline: a Vega-Lite specification without its data.

    `caption` says what it is, `alt` what it shows: two texts, both required. The data's columns
    are the table that formats print beside or instead of the picture.
    """

    caption: Prose
    alt: Prose
    sources: Sources
    note: Prose | None = None
    columns: tuple[GraphicColumn, ...]
    data: GraphicData
    map: PictureRef | None = None
    spec: Specification


class Audience(Shared):
    """Who reads an edition. `marking` is printed on every page, such as TLP:CLEAR."""

    name: Prose
    marking: Word | None = None
    license: Word | None = None


# Walking -----------------------------------------------------------------------------------

R = TypeVar("R", bound=Record)
T = TypeVar("T")
MOST = 1024  # records of which it is remembered what stands in them


def remembered(look: Callable[[R], T]) -> Callable[[R], T]:
    """What is seen in a record, kept while few others are looked at: thirty rules ask the same.
    Records are told apart by identity: to compare two takes longer than to look."""
    known: dict[int, tuple[R, T]] = {}  # a record that is kept here keeps its number

    def seen(record: R) -> T:
        found = known.get(id(record))
        if found is None:
            if len(known) >= MOST:
                known.clear()
            found = known[id(record)] = record, look(record)
        return found[1]

    return seen


@dataclass(slots=True)
class Own:
    """A record with the texts and the pointers that stand in itself, not in records inside it."""

    record: Record
    texts: list[Text] = field(default_factory=list)
    pointers: list[Ref] = field(default_factory=list)


@dataclass(slots=True)
class Inside:
    """What stands in a record, however deep, in the order of the source; itself comes first."""

    records: list[Own] = field(default_factory=list)
    references: list[Ref] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    restricted: bool = False  # whether there is something that is not for everybody


@remembered
def inside(record: Record) -> Inside:
    found = Inside()
    _collect((record,), Own(record), found)
    return found


def _collect(values: Iterable[object], own: Own, found: Inside) -> None:
    for value in values:
        if type(value) in _LEAVES:
            continue
        if isinstance(value, Text):
            own.texts.append(value)
            found.texts.append(value)
        elif isinstance(value, tuple):
            _collect(value, own, found)
        elif isinstance(value, Record):
            inner = Own(value)
            found.records.append(inner)
            found.restricted |= bool(value.release)
            _collect(vars(value).values(), inner, found)
        elif isinstance(value, Source):
            found.references.append(value.reference)
        elif isinstance(value, Ref):
            own.pointers.append(value)
            found.references.append(value)
        elif isinstance(value, MappingProxyType | dict):  # to ask for an ABC takes longer
            _collect(value.values(), own, found)


# Most of what stands in a record.
_LEAVES = {Span, Located, Edtf, Decimal, str, type(None), bool, int}


def references_in(record: Record) -> Sequence[Ref]:
    """Every pointer to a shared record that stands in a record, in the order of the source."""
    return inside(record).references


def texts_in(record: Record) -> Sequence[Text]:
    """Every text that stands in a record, in the order of the source."""
    return inside(record).texts
