"""A text as it was laid out goes in; what shows it in the file comes out, each glyph written once.

WeasyPrint 70 asks nine things of each glyph of each text and works out what to write for it: its
number, and how far its width here is from the width that the font says. Both are the same for
every "e" of a size. Here that is worked out for the first one, and written again for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from weasyprint.draw import text
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from pipeline.writers.pdf_lines import take_alone

Draw = Callable[[Any, Any, str, str, Any], list[Any]]

FIELDS = 5
"""Of a PangoGlyphInfo: glyph, width, two offsets, flags; a 32-bit integer each."""


class _Odd(Exception):
    """Glyphs that the engine has its own ways with: empty, missing, beside their place, or
    painted in colours."""


class _Run(NamedTuple):
    """Glyphs in one font. `item`: of Pango. `values`: FIELDS for each glyph."""

    item: Any
    font: Any
    size: float
    values: list[int]

    @property
    def glyphs(self) -> list[tuple[int, int]]:
        """Numbers and widths."""
        return list(zip(self.values[::FIELDS], self.values[1::FIELDS], strict=True))


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine write so. `replace` puts a function in the place of another."""
    if ffi.sizeof("PangoGlyphInfo") == FIELDS * ffi.sizeof("int"):
        replace(text.draw_first_line, _written_again(text.draw_first_line))


def _written_again(draw: Draw) -> Draw:
    def draw_first_line(
        stream: Any, box: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> list[Any]:
        whole = text_overflow != "ellipsis" and block_ellipsis == "none"
        if not (whole and box.text.strip() and box.style["font_size"] >= 1):
            take_alone(box.pango_layout)
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
        try:
            shown = [(run, _shown(stream, run, box)) for run in _runs(stream, box)]
        except _Odd:
            take_alone(box.pango_layout)
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        _show(stream, shown)
        return []

    return draw_first_line


def _runs(stream: Any, box: Any) -> Iterator[_Run]:
    layout = box.pango_layout
    line, _ = layout.get_first_line()
    # A line that was kept with what follows it ends in a space that is not drawn.
    in_space = layout.followed and line.length > len(layout.text.encode())
    run = line.runs
    while run != ffi.NULL:
        item, run = run.data, run.next
        size = item.glyphs.num_glyphs * FIELDS * ffi.sizeof("int")
        values = memoryview(ffi.buffer(item.glyphs.glyphs, size)).cast("i").tolist()
        if in_space and run == ffi.NULL:
            del values[-FIELDS:]
        yield _Run(item, *_font(stream, item.item.analysis.font), values)


def _font(stream: Any, pango_font: Any) -> tuple[Any, float]:
    """The font as it goes into the file, and its size. Asked once a page: while its boxes are
    there, Pango's fonts stay where they are."""
    met: dict[Any, tuple[Any, float]] = vars(stream).setdefault("met", {})
    if pango_font not in met:
        met[pango_font] = stream.add_font(pango_font)
    return met[pango_font]


def _shown(stream: Any, run: _Run, box: Any) -> str:
    """What shows a run. Raises _Odd."""
    if any(run.values[2::FIELDS]) or any(run.values[3::FIELDS]):
        raise _Odd
    glyphs, known = run.glyphs, _known(run)
    try:
        shown = "".join([known[one] for one in glyphs])
    except KeyError:
        for place, one in enumerate(glyphs):
            if one not in known:
                known[one] = _first(stream, run, place, one, box)
        shown = "".join([known[one] for one in glyphs])
    return f"<{shown}>".removesuffix("<>")


def _known(run: _Run) -> dict[tuple[int, int], str]:
    """What shows a glyph of some width, in this font and size of this file."""
    sizes: dict[float, dict[tuple[int, int], str]] = vars(run.font).setdefault("sizes", {})
    return sizes.setdefault(run.size, {})


def _first(stream: Any, run: _Run, place: int, one: tuple[int, int], box: Any) -> str:
    """What shows a glyph of some width for the first time, and what the engine notes down then.
    Raises _Odd."""
    font, (glyph, width) = run.font, one
    if not 0 <= glyph < pango.PANGO_GLYPH_EMPTY or font.png or font.svg or font.colr or font.bitmap:
        raise _Odd
    if glyph not in font.to_unicode:
        font.to_unicode[glyph] = _letters(run, place, box)
    if glyph not in font.widths:
        pango.pango_font_get_glyph_extents(
            run.item.item.analysis.font, glyph, stream.ink_rect, stream.logical_rect
        )
        font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / run.size)
    kerning = font.widths[glyph] - width * 1000 * FROM_UNITS / run.size
    return f"{glyph:04x}" + (f">{int(kerning)}<" if kerning else "")


def _letters(run: _Run, place: int, box: Any) -> str:
    """What a glyph stands for in its text."""
    item, clusters = run.item.item, run.item.glyphs.log_clusters
    step = -1 if item.analysis.level % 2 else 1  # from right to left
    after = place + step
    end = clusters[after] if 0 <= after < run.item.glyphs.num_glyphs else item.length
    text: bytes = box.pango_layout.text.encode()[item.offset :]
    return text[clusters[place] : end].decode()


def _show(stream: Any, shown: list[tuple[_Run, str]]) -> None:
    """Text strings, one for each row of runs in the same font."""
    string, before = "", None
    for run, here in shown:
        font = run.item.item.analysis.font
        if font != before:
            if string:
                stream.show_text(string)
            string, before = "", font
            stream.set_font_size(run.font.hash, run.size)
        string += here
    stream.show_text(string)
