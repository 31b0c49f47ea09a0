"""One library's Documents and what is printed of them, each made once and remembered.

In: a library, the templates, a store. Out: Documents, and renditions with the manifest of all that
decided them. It reads the fonts and our own code, which are part of that.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.metadata
import importlib.resources
import json
from collections.abc import Mapping
from pathlib import Path

from pipeline import citation, graphic
from pipeline import document as hub
from pipeline.assemble import assemble, drawings
from pipeline.diagnostic import Span
from pipeline.document import Document, Image, Inlines, Picture, Resources, walk
from pipeline.edition import Edition
from pipeline.graphic import Drawing
from pipeline.library import Library
from pipeline.record import Reference
from pipeline.store import Manifest, Store
from pipeline.writers import WRITERS

FONT_PACKAGES = ("fontpkg_fira_sans", "fontpkg_spectral")
GRAPHIC_FONTS = FONT_PACKAGES[0]


class Undrawable(Exception):
    """A graphic or picture that its engine refuses: a slip in its record, at `place`."""

    def __init__(self, place: Span, message: str) -> None:
        super().__init__(message)
        self.place = place


class Press:
    def __init__(self, library: Library, templates: Mapping[str, bytes], store: Store) -> None:
        self._library = library
        self._templates = templates
        self._store = store
        self.document = functools.cache(self._document)
        self._drawings = functools.cache(functools.partial(drawings, library))

    def _document(self, edition: Edition) -> Document:
        return assemble(self._library, edition, self._cite)

    def print(self, edition: Edition, format: str) -> tuple[bytes, Manifest]:
        """The bytes of a rendition, and what they were made from."""
        document = self.document(edition)
        manifest = self._manifest(document, format)
        return self._store.remember(manifest, lambda: self._write(document, format)), manifest

    def beside(self, edition: Edition, format: str) -> Mapping[str, bytes]:
        """The picture files that a rendition points to, by their paths beside it."""
        if format != "markdown":
            return {}
        from pipeline.writers.markdown import picture_path

        pictures = self._pictures(self.document(edition))
        return {
            picture_path(digest, picture): picture.vector or picture.raster
            for digest, picture in pictures.items()
        }

    def _write(self, document: Document, format: str) -> bytes:
        writer = WRITERS[format]
        pictures = self._pictures(document) if writer.pictures else {}
        return writer.write(document, Resources(self._templates, pictures, fonts()))

    def _manifest(self, document: Document, format: str) -> Manifest:
        writer = WRITERS[format]
        return {
            "document": hub.digest(document),
            "format": format,
            "templates": {
                name: digest(data)
                for name, data in self._templates.items()
                if name.startswith(writer.templates)
            },
            "fonts": versions(*FONT_PACKAGES) if writer.fonts else {},
            "code": code("document", "graphic", *(f"writers/{pattern}" for pattern in writer.code)),
            "libraries": versions(*writer.libraries),
        }

    # What is remembered by its specification -----------------------------------------------

    def _cite(self, reference: Reference, language: str, style: bytes) -> Inlines:
        manifest = {
            "reference": reference.model_dump_json(exclude={"place", "release"}),
            "language": language,
            "style": digest(style),
            "code": code("citation", "dates", "document"),
            "libraries": versions("citeproc-py", "babel", "edtf"),
        }

        def make() -> bytes:
            return json.dumps(hub.encode(citation.printed(reference, language, style))).encode()

        printed: Inlines = hub.decode(json.loads(self._store.remember(manifest, make)))
        return printed

    def _pictures(self, document: Document) -> Mapping[str, Picture]:
        made = self._drawings(document.language)
        digests = dict.fromkeys(node.digest for node in walk(document) if isinstance(node, Image))
        return {name: self._picture(*made[name]) for name in digests}

    def _picture(self, drawing: Drawing, place: Span) -> Picture:
        manifest = {"drawing": drawing.digest, "code": code("graphic")}

        def make() -> bytes:
            try:
                picture = graphic.render(drawing, fonts(), font_folder())
            except ValueError as error:
                raise Undrawable(place, str(error)) from error
            return json.dumps(
                {
                    "vector": base64.b64encode(picture.vector).decode(),
                    "raster": base64.b64encode(picture.raster).decode(),
                    "width": picture.width,
                    "height": picture.height,
                }
            ).encode()

        made = json.loads(self._store.remember(manifest, make))
        vector, raster = (base64.b64decode(made[part]) for part in ("vector", "raster"))
        return Picture(vector, raster, made["width"], made["height"])


# What results are made from ----------------------------------------------------------------


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@functools.cache
def code(*patterns: str) -> Mapping[str, str]:
    """The digests of our own modules that match, by their names."""
    root = Path(__file__).parent
    return {
        path.relative_to(root).with_suffix("").as_posix(): digest(path.read_bytes())
        for pattern in patterns
        for path in sorted(root.glob(f"{pattern}.py"))
    }


@functools.cache
def versions(*distributions: str) -> Mapping[str, str]:
    """The installed versions of distributions, by their names."""
    return {name: importlib.metadata.version(name) for name in distributions}


@functools.cache
def fonts() -> Mapping[str, bytes]:
    """Our own fonts, by file name; no other font may appear in what we print."""
    return {
        path.name: path.read_bytes() for package in FONT_PACKAGES for path in _font_files(package)
    }


def font_folder() -> str:
    """Where the fonts of graphics lie: their engine takes a folder, not bytes."""
    return str(_font_files(GRAPHIC_FONTS)[0].parent)


def _font_files(package: str) -> list[Path]:
    return sorted(Path(str(importlib.resources.files(package))).rglob("*.ttf"))
