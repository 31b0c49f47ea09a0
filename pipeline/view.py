"""One edition's eyes on the library: its records, texts, dates and numbers in its language.

In: what a block's `lower` holds (texts, pointers, values). Out: Document inlines and nodes, with
numbers still open: citations, captions and notes are counted once the whole is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from pipeline import dates, graphic, markup
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
    Row,
    Section,
    Table,
    transform,
    walk,
)  # fmt: skip
from pipeline.record import Entity, Event, Graphic, GraphicColumn, PictureFile, Reference, Statement
from pipeline.terms import Terms  # fmt: skip
from pipeline.values import Ref, Sources, Text

# What a graphic can draw of shared records, by the names of its columns.
EVENT_COLUMNS = ("date", "title")
ENTITY_COLUMNS = ("name", "population", "area", "gdp", "terrorism-deaths")


@dataclass(frozen=True, slots=True)
class View:
    language: str
    terms: Terms
    entities: Mapping[str, Entity]
    events: Mapping[str, Event]
    graphics: Mapping[str, Graphic]
    pictures: Mapping[str, PictureFile]
    references: Mapping[str, Reference]
    files: Mapping[str, bytes]  # under sources/pictures/, by name
    theme: bytes

    # Texts ---------------------------------------------------------------------------------

    def words(self, text: Text) -> Inlines:
        """A text in this edition's language; flag emoji become pictures."""
        return tuple(transform(markup.parse(self.plain(text)).inlines, self._flag))

    def plain(self, text: Text) -> str:
        """A text as it was written. KeyError when it is not there in it."""
        scalar = text.into(self.language)
        if scalar is None:
            raise KeyError(self.language)
        return scalar.text

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
        return f"{self.terms.as_of} {self.date(date)}"

    def number(self, value: Decimal) -> str:
        """A number as it was written, down to its last zero, with the language's marks."""
        places = "0" * max(0, -int(value.as_tuple().exponent))
        pattern = f"#,##0.{places}" if places else "#,##0"
        return format_decimal(value, pattern, locale=self.language.replace("-", "_"))

    # Nodes ---------------------------------------------------------------------------------

    def section(self, id: str, title: Text | None, content: Blocks, role: str) -> Blocks:
        """The content under its heading, or as it is when the block has no title."""
        return (Section(self.words(title), content, role, id),) if title else content

    def picture(self, ref: Ref) -> Image:
        picture = self.pictures[ref.id]
        if picture.alt is None:
            raise KeyError(ref.id)
        return Image(
            graphic.drawing(picture.file, self.files[picture.file]).digest, self.plain(picture.alt)
        )

    def _flag(self, inline: Inline) -> Inline:
        """The markup parser hands over a flag emoji as an Image without bytes, alt the code."""
        if isinstance(inline, Image) and not inline.digest:
            flags = {str(entity.code): entity.flag for entity in self.entities.values()}
            flag = flags.get(inline.alt)
            if flag is None:
                raise KeyError(inline.alt)
            return self.picture(flag)
        return inline

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

    def _rows(self, record: Graphic) -> Iterator[Mapping[str, Text | Edtf | Decimal | None]]:
        yield from record.data.rows
        for ref in record.data.events:
            event = self.events[ref.id]
            yield {"date": event.date, "title": event.title}
        for ref in record.data.entities:
            entity = self.entities[ref.id]
            fields: dict[str, Text | Edtf | Decimal | None] = {"name": entity.name}
            for name in ENTITY_COLUMNS[1:]:
                quantity = getattr(entity, name.replace("-", "_"))
                fields |= {name: quantity.value if quantity else None}
            yield fields

    def _cell(self, column: GraphicColumn, value: Text | Edtf | Decimal | None) -> Inlines:
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
            case None:
                return ()

    def _value(self, column: GraphicColumn, value: Text | Edtf | Decimal | None) -> Any:
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
            case None:
                return None

    def _spoken(self, spec: Any) -> Any:
        """The specification with every text in this language."""
        match spec:
            case Text():
                return self.plain(spec)
            case tuple():
                return [self._spoken(item) for item in spec]
            case Mapping():
                return {key: self._spoken(item) for key, item in spec.items()}
            case _:
                return spec
