"""Pictures: they are there, say what they show, and hold nothing that acts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import graphic
from pipeline.diagnostic import did_you_mean
from pipeline.library import Library
from pipeline.rules.finding import Finding, Rule
from pipeline.values import Ref, Text


def missing_picture(library: Library) -> Iterator[Finding]:
    """A picture's record names a file that is not under sources/pictures/."""
    for picture in library.pictures.values():
        if picture.file not in library.files:
            message = f'there is no file "sources/pictures/{picture.file}"'
            hint = did_you_mean(picture.file, library.files)
            yield Finding(picture.file.span, message, hint)


def alt_repeats_caption(library: Library) -> Iterator[Finding]:
    """The alt text of a graphic is its caption again: a reader who cannot see the picture learns
    nothing from it."""
    for record in library.graphics.values():
        for language, alt in record.alt.values.items():
            caption = record.caption.into(language)
            if caption and _bare(caption.text) == _bare(alt.text):
                message = "the alt text repeats the caption"
                yield Finding(alt.span, message, "say what the picture shows")


def _bare(text: str) -> str:
    return text.strip(" .").lower()


def unfit_picture(library: Library) -> Iterator[Finding]:
    """A record points to a picture where map data is wanted, or to map data for a picture."""
    for record in library.graphics.values():
        if record.map and _media(record.map, library) == "picture":
            message = f'"{record.map.id}" is a picture, not map data'
            yield Finding(record.map.span, message, "the record of map data has `media: map`")
    for entity in library.entities.values():
        if entity.flag and _media(entity.flag, library) == "map":
            yield Finding(entity.flag.span, f'"{entity.flag.id}" is map data, not a picture')


def _media(ref: Ref, library: Library) -> str:
    picture = library.pictures.get(ref.id)
    return picture.media if picture else ""


def unsafe_graphic(library: Library) -> Iterator[Finding]:
    """A specification or a picture file reads something from outside itself, acts, or would draw
    something else on another day."""
    for record in library.graphics.values():
        for fault in itertools.islice(graphic.faults(_spelled(record.spec)), 1):
            yield Finding(record.id.span, fault)
    for picture in library.pictures.values():
        if picture.file.endswith(".svg") and picture.file in library.files:
            for fault in graphic.picture_faults(library.files[picture.file]):
                yield Finding(picture.file.span, fault)


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


RULES: tuple[Rule, ...] = (missing_picture, alt_repeats_caption, unfit_picture, unsafe_graphic)
