"""One edition's eyes on the library: its records, texts, dates and numbers in its language.

In: what a block's `lower` holds (texts, pointers, values). Out: Document inlines and nodes, with
numbers still open: citations, captions and notes are counted once the whole is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Protocol, TypeAlias

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from pipeline import dates, graphic, lookup, markup, typography
from pipeline.dates import Edtf
from pipeline.document import (
    Blocks,
    Citation,
    Column,
    Emphasis,
    Figure,
    Image,
    Inline,
    Inlines,
    Link,
    Row,
    Section,
    Table,
    transform,
    walk,
)  # fmt: skip
from pipeline.lookup import Value
from pipeline.record import (
    Claim,
    Disagreement,
    Entity,
    Event,
    Graphic,
    GraphicColumn,
    Institution,
    Office,
    PictureFile,
    Provision,
    Quantity,
    Reference,
    Statement,
)
from pipeline.terms import Terms  # fmt: skip
from pipeline.values import Ref, Sources, Territory, Text

# What a graphic can draw of shared records, by the names of its columns. An event that took days,
# or whose date is not quite known, reaches from `date` to `end`.
EVENT_COLUMNS = ("date", "end", "when", "certainty", "title")
ENTITY_COLUMNS = ("name", "population", "area", "gdp", "terrorism-deaths")
_Datum: TypeAlias = Text | Edtf | Decimal | str | None


class Captioned(Protocol):
    """A block that prints one table."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Text | None: ...
    @property
    def caption(self) -> Text: ...


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@cache
def _language_name(language: str, into: str) -> str:
    return str(_locale(language).get_display_name(_locale(into)))


@dataclass(frozen=True, slots=True)
class View:
    language: str
    terms: Terms
    entities: Mapping[str, Entity]
    events: Mapping[str, Event]
    graphics: Mapping[str, Graphic]
    provisions: Mapping[str, Provision]
    institutions: Mapping[str, Institution]
    disagreements: Mapping[str, Disagreement]
    claims: Mapping[str, Claim]
    pictures: Mapping[str, PictureFile]
    references: Mapping[str, Reference]
    files: Mapping[str, bytes]  # under sources/pictures/, by name
    theme: bytes

    # Texts ---------------------------------------------------------------------------------

    def words(self, text: Text) -> Inlines:
        """A text in this edition's language; flag emoji become pictures, values are filled in."""
        parsed = markup.parse(self._written(text)).inlines
        return tuple(transform(parsed, self._completed))

    def plain(self, text: Text) -> str:
        """A text that has no markup. KeyError when it is not there in this language."""
        return typography.spaced(self._written(text), self.language)

    def _written(self, text: Text) -> str:
        scalar = text.into(self.language)
        if scalar is None:
            raise KeyError(self.language)
        return scalar.text

    def _completed(self, inline: Any) -> Any:
        """The markup parser hands over a flag emoji as an Image without bytes, alt the code, and
        a value as a Link to its key."""
        match inline:
            case Image(digest=""):
                return self._flag(inline.alt)
            case Link(target, ()) if target.startswith("="):
                return self._value_of(lookup.values(target[1:], self.entities, self.events))
            case _:
                return inline

    def _value_of(self, values: tuple[Value, ...]) -> str:
        match values[0]:
            case Quantity():
                return self.number(lookup.total(values))
            case Office() as office:
                return self.plain(office.name)
            case Text() as text:
                return self.plain(text)
            case Edtf() as date:
                return self.date(date)

    def name(self, entity: Entity) -> Inlines:
        """What an entity is called: as its record says, or CLDR."""
        return self.words(entity.name) if entity.name else (self.territory(str(entity.code)),)

    def territory(self, code: str) -> str:
        """A country's name in this language, by its ISO 3166-1 alpha-2 code, from CLDR."""
        return str(self._locale.territories[code])

    def language_name(self, language: str) -> str:
        """A language's name in this language, from CLDR."""
        return _language_name(language, self.language)

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)

    def say(self, statement: Statement) -> Inlines:
        """A statement with its date, its citations, and what it rests on when it is a judgement."""
        said: Inlines = self.words(statement.text)
        if statement.as_of:
            said += (f" ({self.as_of(statement.as_of)})",)
        said += self.cite(statement.sources, said)
        return (*said, " ", self.rests_on(statement.basis)) if statement.basis else said

    def rests_on(self, basis: Text) -> Inline:
        """The mark of the authors' own judgement, and what it rests on."""
        return Emphasis((f"{self.terms.judgement} ", *self.words(basis)))

    def cite(self, sources: Sources, said: Inlines = ()) -> Inlines:
        """Citations, each after a blank: what follows a sentence `said`, less what it cites."""
        cited = [node for node in walk(said) if isinstance(node, Citation)]
        new = (source for source in self.citations(sources) if source not in cited)
        return tuple(part for source in new for part in (" ", source))

    def citations(self, sources: Sources) -> Iterator[Citation]:
        for source in sources:
            yield Citation(source.reference.id, "", source.locator)

    def pointed(self, ref: Ref) -> Citation:
        return Citation(ref.id, "")

    def source_line(self, sources: Sources) -> Inlines:
        """The line under a table or figure: "Source: [3]"."""
        if not sources:
            return ()
        word = self.terms.source if len(sources) == 1 else self.terms.sources
        return (word, *self.cite(sources))

    # Values --------------------------------------------------------------------------------

    def date(self, date: Edtf) -> str:
        return dates.printed(date, self.language)

    def as_of(self, date: Edtf) -> str:
        return dates.as_of(date, self.language)

    def since(self, date: Edtf) -> str:
        return dates.since(date, self.language)

    def list(self, words: Sequence[str]) -> str:
        """Words as a list of this language: "a, b and c"."""
        return format_list(words, locale=self._locale)

    def number(self, value: Decimal) -> str:
        """A number as it was written, down to its last zero, with the language's marks."""
        places = "0" * max(0, -int(value.as_tuple().exponent))
        pattern = f"#,##0.{places}" if places else "#,##0"
        return format_decimal(value, pattern, locale=self._locale)

    # Nodes ---------------------------------------------------------------------------------

    def section(self, id: str, title: Text | None, content: Blocks, role: str) -> Blocks:
        """The content under its heading, or as it is when the block has no title."""
        return (Section(self.words(title), content, role, id),) if title else content

    def table(
        self,
        block: Captioned,
        columns: tuple[Column, ...],
        rows: Iterable[Row],
        role: str,
        row_headers: bool = True,
    ) -> Table:
        """The one table of a block; below a heading, which has the block's id, with a longer id."""
        return Table(
            columns=columns,
            rows=tuple(rows),
            caption=self.words(block.caption),
            row_headers=row_headers,
            role=role,
            id=f"{block.id}-table" if block.title else block.id,
        )

    def picture(self, ref: Ref) -> Image:
        picture = self.pictures[ref.id]
        if picture.alt is None:
            raise KeyError(ref.id)
        return Image(
            graphic.drawing(picture.file, self.files[picture.file]).digest, self.plain(picture.alt)
        )

    def _flag(self, code: str) -> Image:
        flags = {str(entity.code): entity.flag for entity in self.entities.values()}
        flag = flags.get(code)
        if flag is None:
            raise KeyError(code)
        return self.picture(flag)

    def figure(self, ref: Ref) -> Figure:
        """A graphic with its caption, its source line and its data as a table."""
        record = self.graphics[ref.id]
        return Figure(
            image=Image(self.drawing(record).digest, self.plain(record.alt)),
            caption=self.words(record.caption),
            source=self.source_line(record.sources) + self._note(record),
            twin=self._twin(record),
            role="map" if record.map else "chart",
            id=record.id,
        )

    def _note(self, record: Graphic) -> Inlines:
        return (" ", *self.words(record.note)) if record.note else ()

    def _twin(self, record: Graphic) -> Table:
        shown = [column for column in record.columns if not column.hidden]
        columns = tuple(Column(self.words(c.heading) if c.heading else (), c.align) for c in shown)
        rows = tuple(
            Row(tuple(self._cell(column, row.get(column.name)) for column in shown))
            for row in self._rows(record)
        )
        return Table(columns, rows, row_headers=True, role="twin")

    # Graphics ------------------------------------------------------------------------------

    def drawing(self, record: Graphic) -> graphic.Drawing:
        """What decides the picture of a graphic in this language."""
        rows = [
            {str(c.name): self._value(c, row.get(c.name)) for c in record.columns}
            for row in self._rows(record)
        ]
        maps = {record.map.id: self.files[self.pictures[record.map.id].file]} if record.map else {}
        return graphic.chart(self._spoken(record.spec), rows, self.theme, maps, self.language)

    def _rows(self, record: Graphic) -> Iterator[Mapping[str, _Datum]]:
        yield from record.data.rows
        for ref in record.data.events:
            yield self._event(self.events[ref.id])
        for ref in record.data.entities:
            entity = self.entities[ref.id]
            fields: dict[str, _Datum] = {"name": "".join(map(str, self.name(entity)))}
            for name in ENTITY_COLUMNS[1:]:
                quantity = getattr(entity, name.replace("-", "_"))
                fields |= {name: quantity.value if quantity else None}
            yield fields

    def _event(self, event: Event) -> Mapping[str, _Datum]:
        """An event's columns; `certainty` is "day" when its date is one known day, else "span"."""
        date = event.date
        last = date.upper or date.lower
        known = date.lower == last and not (date.approximate or date.uncertain)
        return {
            "date": date,
            "end": last.isoformat(),
            "when": self.date(date),
            "certainty": "day" if known else "span",
            "title": event.title,
        }

    def _cell(self, column: GraphicColumn, value: _Datum) -> Inlines:
        match value:
            case Text() if column.type == "number":
                return (self.number(Decimal(self.plain(value))),)
            case Text() if column.type == "date":
                return (self.date(dates.parse(self.plain(value))),)
            case Text():
                return self.words(value)
            case Edtf():
                return (self.date(value),)
            case Decimal():
                return (self.number(value),)
            case str():
                return (value,)
            case None:
                return ()

    def _value(self, column: GraphicColumn, value: _Datum) -> Any:
        """A datum as Vega-Lite takes it: a number, an ISO 8601 date, or text."""
        match value:
            case Text() if column.type == "number":
                return float(self.plain(value))
            case Text() if column.type == "date":
                return dates.parse(self.plain(value)).lower.isoformat()
            case Text():
                return self.plain(value)
            case Edtf():
                return value.lower.isoformat()
            case Decimal():
                return float(value)
            case _:
                return value

    def _spoken(self, spec: Any) -> Any:
        """The specification with every text and every country's name in this language."""
        match spec:
            case Text():
                return self.plain(spec)
            case Territory(code):
                return self.territory(code)
            case tuple():
                return [self._spoken(item) for item in spec]
            case Mapping():
                return {key: self._spoken(item) for key, item in spec.items()}
            case _:
                return spec
