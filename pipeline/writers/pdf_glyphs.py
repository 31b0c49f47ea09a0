"""A text as it was laid out goes in; what shows it in the file comes out, each glyph written once.

WeasyPrint 70 asks nine things of each glyph of each text and works out what to write for it: its
number, and how far its width here is from the width that the font says. Both are the same for
every "e" of a size. Here what was written for a glyph of some width is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from weasyprint.draw import text
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

Draw = Callable[[Any, Any, str, str, Any], list[Any]]

FIELDS = 5
"""Of a PangoGlyphInfo: glyph, width, two offsets, flags; a 32-bit integer each."""


class _Run(NamedTuple):
    """Glyphs in one of Pango's fonts. `values`: FIELDS for each glyph."""

    pango_font: Any
    font: Any
    size: float
    values: list[int]


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine write so. `replace` puts a function in the place of another."""
    if ffi.sizeof("PangoGlyphInfo") == FIELDS * ffi.sizeof("int"):
        replace(text.draw_first_line, _as_before(text.draw_first_line))


def _as_before(draw: Draw) -> Draw:
    def draw_first_line(
        stream: Any, box: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> list[Any]:
        whole = text_overflow != "ellipsis" and block_ellipsis == "none"
        if not (whole and box.text.strip() and box.style["font_size"] >= 1):
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
        runs = list(_runs(stream, box))
        try:
            shown = [_shown(run) for run in runs]
        except KeyError:
            emojis = draw(stream, box, text_overflow, block_ellipsis, matrix)
            for run in runs:
                _learn(run)
            return emojis
        stream.set_text_matrix(*matrix.values)
        _show(stream, runs, shown)
        return []

    return draw_first_line


def _runs(stream: Any, box: Any) -> Iterator[_Run]:
    line, _ = box.pango_layout.get_first_line()
    run = line.runs
    while run != ffi.NULL:
        glyphs = run.data.glyphs
        size = glyphs.num_glyphs * FIELDS * ffi.sizeof("int")
        values = memoryview(ffi.buffer(glyphs.glyphs, size)).cast("i").tolist()
        pango_font = run.data.item.analysis.font
        yield _Run(pango_font, *_font(stream, pango_font), values)
        run = run.next


def _font(stream: Any, pango_font: Any) -> tuple[Any, float]:
    """The font as it goes into the file, and its size. Asked once a page: while its boxes are
    there, Pango's fonts stay where they are."""
    met: dict[Any, tuple[Any, float]] = vars(stream).setdefault("met", {})
    if pango_font not in met:
        met[pango_font] = stream.add_font(pango_font)
    return met[pango_font]


def _shown(run: _Run) -> str:
    """What shows a run; KeyError if one of its glyphs was not shown before in this Document."""
    values = run.values
    if any(values[2::FIELDS]) or any(values[3::FIELDS]):
        raise KeyError("glyphs beside their place")
    known = _known(run.font, run.size)
    shown = "".join([known[key] for key in zip(values[::FIELDS], values[1::FIELDS], strict=True)])
    return f"<{shown}>".removesuffix("<>")


def _known(font: Any, size: float) -> dict[tuple[int, int], str]:
    """What shows a glyph of some width, in this font and size."""
    sizes: dict[float, dict[tuple[int, int], str]] = vars(font).setdefault("sizes", {})
    return sizes.setdefault(size, {})


def _learn(run: _Run) -> None:
    """Remember what the engine has just written for these glyphs."""
    font, values = run.font, run.values
    if font.png or font.svg or font.colr or font.bitmap:
        return
    known = _known(font, run.size)
    for glyph, width in zip(values[::FIELDS], values[1::FIELDS], strict=True):
        # The engine has its own ways with glyphs that are empty or missing.
        if 0 <= glyph < pango.PANGO_GLYPH_EMPTY and glyph in font.widths:
            kerning = font.widths[glyph] - width * 1000 * FROM_UNITS / run.size
            known[glyph, width] = f"{glyph:04x}" + (f">{int(kerning)}<" if kerning else "")


def _show(stream: Any, runs: list[_Run], shown: list[str]) -> None:
    """Text strings, one for each row of runs in the same font."""
    string, before = "", None
    for run, here in zip(runs, shown, strict=True):
        if run.pango_font != before:
            if string:
                stream.show_text(string)
            string, before = "", run.pango_font
            stream.set_font_size(run.font.hash, run.size)
        string += here
    stream.show_text(string)
