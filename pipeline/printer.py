"""What any process can do, on this machine or another: print a Document, draw a picture, read a
rendition back.

In: a Document in canonical JSON, templates, pictures. Out: bytes, or what is wrong. It needs no
disk, and imports nothing that reads sources.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline import document as hub
from pipeline.document import Document, Picture, Resources
from pipeline.origins import font_folder, fonts
from pipeline.writers import WRITERS

if TYPE_CHECKING:
    from pipeline.diagnostic import Diagnostic
    from pipeline.graphic import Drawing


def print_renditions(
    document: str,
    formats: Sequence[str],
    templates: Mapping[str, bytes],
    pictures: Mapping[str, Picture],
) -> list[bytes]:
    """The bytes of a Document, given in canonical JSON, in each of these formats."""
    read = _document(document)
    resources = Resources(templates, pictures, fonts())
    return [WRITERS[format].write(read, resources) for format in formats]


@functools.lru_cache(maxsize=2)
def _document(written: str) -> Document:
    return hub.from_json(written)


def read_back(document: str, format: str, data: bytes) -> list[Diagnostic]:
    """A rendition held against its Document in canonical JSON."""
    from pipeline.verify import verify  # here: only what reads back needs its engines

    return list(verify(_document(document), format, data))


def draw(drawing: Drawing) -> bytes:
    """The picture of a drawing, as `read_picture` reads it. ValueError when its engine refuses."""
    from pipeline import graphic  # here: who prints needs none of it

    picture = graphic.render(drawing, fonts(), font_folder())
    return json.dumps(
        {
            "vector": base64.b64encode(picture.vector).decode(),
            "raster": base64.b64encode(picture.raster).decode(),
            "width": picture.width,
            "height": picture.height,
        }
    ).encode()


def read_picture(data: bytes) -> Picture:
    made = json.loads(data)
    vector, raster = (base64.b64decode(made[part]) for part in ("vector", "raster"))
    return Picture(vector, raster, made["width"], made["height"])


def beside(format: str, pictures: Mapping[str, Picture]) -> Mapping[str, bytes]:
    """The picture files that a rendition points to, by their paths beside it."""
    if format != "markdown":
        return {}
    from pipeline.writers.markdown import picture_path

    return {
        picture_path(digest, picture): picture.vector or picture.raster
        for digest, picture in pictures.items()
    }
