"""The table of writers: which formats there are, and what decides the bytes of each.

A writer is one function in a module of its own, `write(document, resources) -> bytes`. The module
is imported when the first rendition asks for it, since engines take long to load.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.document import Document, Resources


@dataclass(frozen=True, slots=True)
class Writer:
    """`suffix` names the file; `module` holds `write`. What decides the bytes, besides the
    Document: `code`, patterns of our modules; `templates`, prefixes of the names of what is read;
    `libraries`, distributions with their versions; the fonts for the PDF; and the pictures, but
    for JSON, which names them only."""

    suffix: str
    module: str
    code: tuple[str, ...]
    templates: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    fonts: bool = False
    pictures: bool = True

    def write(self, document: Document, resources: Resources) -> bytes:
        module = importlib.import_module(f"pipeline.writers.{self.module}")
        data: bytes = module.write(document, resources)
        return data


_PDF = ("weasyprint", "pydyf", "pikepdf", "fonttools", "tinycss2", "cssselect2", "pyphen", "jinja2")

WRITERS: Mapping[str, Writer] = {
    "pdf": Writer("pdf", "pdf", ("pdf*", "html*"), ("html/",), _PDF, fonts=True),
    "docx": Writer("docx", "docx", ("docx*",), ("docx/",), ("python-docx", "lxml", "babel")),
    "markdown": Writer("md", "markdown", ("markdown*",), ("markdown/",), ("jinja2",)),
    "html": Writer("html", "html", ("html*",), ("html/",), ("jinja2",)),
    "json": Writer("json", "canonical", ("canonical*",), pictures=False),
}
