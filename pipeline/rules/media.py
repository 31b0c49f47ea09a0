"""Pictures: they are there, say what they show, and hold nothing that acts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline import dates, graphic
from pipeline.diagnostic import did_you_mean
from pipeline.library import Library
from pipeline.record import Graphic
from pipeline.rules.finding import Finding, Rule
from pipeline.values import Located, Ref, Text
from pipeline.view import ENTITY_COLUMNS, EVENT_COLUMNS

# What Vega-Lite 6 draws, but for images, which a specification may not read.
MARKS = (
    *("arc", "area", "bar", "boxplot", "circle", "errorband", "errorbar", "geoshape", "line"),
    *("point", "rect", "rule", "square", "text", "tick", "trail"),
)


def missing_picture(asked: Library, library: Library) -> Iterator[Finding]:
    """A picture's record names a file that is not under sources/pictures/."""
    for picture in asked.pictures.values():
        if picture.file not in library.files:
            message = f'there is no file "sources/pictures/{picture.file}"'
            hint = did_you_mean(picture.file, library.files)
            yield Finding(picture.file.span, message, hint)


def alt_repeats_caption(asked: Library, library: Library) -> Iterator[Finding]:
    """The alt text of a graphic is its caption again: a reader who cannot see the picture learns
    nothing from it."""
    for record in asked.graphics.values():
        for language, alt in record.alt.values.items():
            caption = record.caption.into(language)
            if caption and _bare(caption.text) == _bare(alt.text):
                message = "the alt text repeats the caption"
                yield Finding(alt.span, message, "say what the picture shows")


def _bare(text: str) -> str:
    return text.strip(" .").lower()


def unfit_picture(asked: Library, library: Library) -> Iterator[Finding]:
    """A record points to a picture where map data is wanted, or to map data for a picture."""
    for record in asked.graphics.values():
        if record.map and _media(record.map, library) == "picture":
            message = f'"{record.map.id}" is a picture, not map data'
            yield Finding(record.map.span, message, "the record of map data has `media: map`")
    for entity in asked.entities.values():
        if entity.flag and _media(entity.flag, library) == "map":
            yield Finding(entity.flag.span, f'"{entity.flag.id}" is map data, not a picture')


def _media(ref: Ref, library: Library) -> str:
    picture = library.pictures.get(ref.id)
    return picture.media if picture else ""


def unsafe_graphic(asked: Library, library: Library) -> Iterator[Finding]:
    """A specification or a picture file reads something from outside itself, acts, or would draw
    something else on another day."""
    for record in asked.graphics.values():
        for fault in itertools.islice(graphic.faults(_spelled(record.spec)), 1):
            yield Finding(record.id.span, fault)
    for picture in asked.pictures.values():
        if picture.file.endswith(".svg") and picture.file in library.files:
            for fault in graphic.picture_faults(library.files[picture.file]):
                yield Finding(picture.file.span, fault)


def unknown_mark(asked: Library, library: Library) -> Iterator[Finding]:
    """A graphic draws a mark that Vega-Lite does not have."""
    for record in asked.graphics.values():
        for key, value in _entries(_spelled(record.spec)):
            mark = value.get("type") if key == "mark" and isinstance(value, Mapping) else value
            if key == "mark" and isinstance(mark, Located) and mark not in MARKS:
                hint = did_you_mean(mark, MARKS) or f"one of {', '.join(MARKS)}"
                yield Finding(mark.span, f'unknown mark "{mark}"', hint)


def unknown_field(asked: Library, library: Library) -> Iterator[Finding]:
    """A graphic draws a field that its data does not have: it would come out empty."""
    for record in asked.graphics.values():
        spec = _spelled(record.spec)
        known = {str(column.name) for column in record.columns} | set(_made(spec))
        known |= {"id"} if record.map else set()
        for key, value in _entries(spec):
            if key == "field" and isinstance(value, Located) and value not in known:
                message = f'the data of this graphic has no field "{value}"'
                yield Finding(value.span, message, did_you_mean(value, known))


def bad_datum(asked: Library, library: Library) -> Iterator[Finding]:
    """A graphic's row has a value without a column, or one that is no number or date where its
    column wants one; or a column asks its records for what they do not have."""
    for record in asked.graphics.values():
        columns = {str(column.name): column for column in record.columns}
        for row in record.data.rows:
            for name, text in row.items():
                if name not in columns:
                    message = f'this value stands under "{name}", and there is no such column'
                    yield Finding(text.span, message, did_you_mean(name, columns))
                elif fault := _misread(text, columns[name].type):
                    yield Finding(text.span, fault)
        if offered := _offered(record):
            for name, column in columns.items():
                if name not in offered:
                    message = f'these records have no "{name}" to draw'
                    hint = did_you_mean(name, offered) or f"one of {', '.join(offered)}"
                    yield Finding(column.name.span, message, hint)


def _offered(record: Graphic) -> tuple[str, ...]:
    """The columns that records have, when a graphic draws records and not rows of its own."""
    if record.data.events:
        return EVENT_COLUMNS
    return ENTITY_COLUMNS if record.data.entities else ()


def _misread(text: Text, wanted: str) -> str:
    for scalar in text.values.values():
        try:
            if wanted == "number":
                Decimal(scalar.text)
            elif wanted == "date":
                dates.parse(scalar.text)
        except (InvalidOperation, ValueError):
            return f'expected a {wanted}, found "{scalar.text}"'
    return ""


def _made(spec: Any) -> Iterator[str]:
    """The fields that a specification makes itself, by a transform or as data of a layer."""
    for key, value in _entries(spec):
        match key, value:
            case "as", str():
                yield value
            case "as", tuple():
                yield from value
            case "values", tuple():
                yield from (name for row in value if isinstance(row, Mapping) for name in row)


def _entries(spec: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a specification with its value, however deep."""
    match spec:
        case Mapping():
            for key, value in spec.items():
                yield key, value
                yield from _entries(value)
        case tuple():
            for item in spec:
                yield from _entries(item)


def _spelled(spec: Any) -> Any:
    """A specification with each text as the strings it has in its languages."""
    match spec:
        case Text():
            return tuple(scalar.text for scalar in spec.values.values())
        case Mapping():
            return {key: _spelled(item) for key, item in spec.items()}
        case tuple():
            return tuple(_spelled(item) for item in spec)
        case _:
            return spec


RULES: tuple[Rule, ...] = (
    missing_picture,
    alt_repeats_caption,
    unfit_picture,
    unsafe_graphic,
    unknown_mark,
    unknown_field,
    bad_datum,
)
