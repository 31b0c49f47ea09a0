"""A Document, the HTML templates and the fonts go in; a PDF comes out that is both PDF/A-3a, for
archives, and PDF/UA-1, for readers.

The page that the web gets is set in type by WeasyPrint with a style sheet of its own. Whatever
the engine asks for (style sheets, fonts, pictures) is served from memory; all else is refused.
Its structure tree is made in `pdf_tags`, what it says of itself in `pdf_metadata`, and what it
carries inside in `pdf_attachments`.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]

from pipeline.document import Document, Picture, Resources
from pipeline.writers import html, pdf_attachments, pdf_marks, pdf_metadata, pdf_streams, pdf_tags
from pipeline.writers.pdf_engine import (
    CSS,
    HTML,
    LOGGER,
    FatalURLFetchingError,
    FontConfiguration,
    URLFetcher,
    URLFetcherResponse,
    ffi,
    fontconfig,
    pangoft2,
)

SHEETS = ("html/base.css", "html/print.css")


def write(document: Document, resources: Resources) -> bytes:
    """The PDF. Raises KeyError when a picture or template is missing, ValueError when a picture
    cannot be drawn or something is asked for that is not among the resources."""
    page = html.page(document, resources, html.Medium(resources.pictures, paged=True))
    try:
        press = _press(_named(resources.templates, SHEETS), _named(resources.fonts))
        shelf = _Shelf(pictures=resources.pictures)
        with _nothing_left_out(shelf):
            return _print(page, press, shelf, document)
    except FatalURLFetchingError as error:
        # It derives from BaseException, and would pass by whoever catches what a writer raises.
        raise ValueError(str(error)) from error


def prepare(resources: Resources) -> None:
    """Read what all Documents share: the style sheet and the fonts. KeyError when one is missing.
    Setting a page for that would take longer than the first page does."""
    _press(_named(resources.templates, SHEETS), _named(resources.fonts))


def _print(page: str, press: Press, shelf: _Shelf, document: Document) -> bytes:
    source = HTML(string=page, url_fetcher=shelf)
    pages = source.render(stylesheets=[press.sheet], font_config=press.fonts)
    files = pdf_attachments.attachments(document)
    decided = b"\0".join((page.encode(), *(file.data for file in files)))

    def print_with(spare: int) -> bytes:
        marks = [pdf_marks.recorded(sheet) for sheet in pages.pages]

        def finish(_: Any, pdf: Any) -> None:
            pdf_tags.tag(pdf, source.etree_element, pages.pages, marks)
            _describe(pdf, document)
            pdf_attachments.attach(pdf, files, pdf.info["ModDate"].string)
            pdf_streams.seal(pdf, spare)

        printed: bytes = pages.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=hashlib.sha256(decided).digest()[:16],
            finisher=finish,
        )
        return printed

    return next(filter(pdf_streams.is_plain, map(print_with, itertools.count())))


@contextmanager
def _nothing_left_out(shelf: _Shelf) -> Iterator[None]:
    """Raise ValueError where the engine leaves a picture out: it only writes that to its log."""
    faults: list[str] = []
    here = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == here and str(record.msg).startswith("Failed to"):
                faults.append(record.getMessage())

    ear = Ear(logging.ERROR)
    LOGGER.addHandler(ear)
    try:
        yield
    finally:
        LOGGER.removeHandler(ear)
    for fault in (*shelf.refused, *faults):
        raise ValueError(fault)


def _describe(pdf: Any, document: Document) -> None:
    """Let the file say of itself what the Document says, and number its pages as printed."""
    producer = pdf.info["Producer"].string
    entries = pdf_metadata.information(document, producer)
    pdf.info.clear()
    pdf.info.update((name, pydyf.String(value)) for name, value in entries.items())
    packet = next(thing for thing in pdf.objects if thing.reference == pdf.catalog["Metadata"])
    packet.stream = [pdf_metadata.packet(document, producer)]
    packet.compress = False  # so that programs that know no PDF find it
    decimal = pydyf.Dictionary({"S": "/D"})
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, decimal])})


# Style sheet and fonts, kept between Documents -----------------------------------------------


class Press(NamedTuple):
    """What all Documents with the same templates and fonts share."""

    sheet: Any
    fonts: FontConfiguration


def _named(
    things: Mapping[str, bytes], names: Iterable[str] | None = None
) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, things[name]) for name in (sorted(things) if names is None else names))


@lru_cache(maxsize=2)
def _press(sheets: tuple[tuple[str, bytes], ...], fonts: tuple[tuple[str, bytes], ...]) -> Press:
    # Reading the sheet and ten fonts takes longer than printing a short briefing does.
    ours = _OwnFonts()
    style = "".join(source.decode() for _, source in sheets)
    sheet = CSS(string=style, font_config=ours, url_fetcher=_Shelf(fonts=dict(fonts)))
    return Press(sheet, ours)


class _OwnFonts(FontConfiguration):  # type: ignore[misc]
    """Only the fonts that the style sheet loads, none of the machine's.

    WeasyPrint starts from fontconfig's default configuration, which names the machine's fonts; a
    letter that ours lack would then come out in whatever the machine has. From an empty
    configuration it comes out as the same empty box on every machine.
    """

    def __init__(self) -> None:
        super().__init__()
        self._config = fontconfig.FcConfigCreate()
        pangoft2.pango_fc_font_map_set_config(
            ffi.cast("PangoFcFontMap *", self.font_map), self._config
        )
        fontconfig.FcConfigDestroy(self._config)  # the font map holds its own reference


# What the engine may ask for -----------------------------------------------------------------


class _Shelf(URLFetcher):  # type: ignore[misc]
    """Serves "font:NAME" and "picture:DIGEST" from memory and refuses every other address."""

    def __init__(
        self, *, fonts: Mapping[str, bytes] | None = None,
        pictures: Mapping[str, Picture] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._fonts = fonts or {}
        self._pictures = pictures or {}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme == "font" and name in self._fonts:
            return URLFetcherResponse(url, self._fonts[name], {"Content-Type": "font/ttf"})
        if scheme == "picture" and name in self._pictures:
            picture = self._pictures[name]
            media_type = "image/svg+xml" if picture.vector else "image/png"
            body = picture.vector or picture.raster
            return URLFetcherResponse(url, body, {"Content-Type": media_type})
        self.refused.append(f"not among the resources: {url[:200]}")
        raise FatalURLFetchingError(self.refused[-1])
