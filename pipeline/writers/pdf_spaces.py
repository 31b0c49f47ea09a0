"""A line of text goes in; its size comes out, without the space at its end where only that would
not fit.

WeasyPrint 70 takes a text for too long that would just fit but for the space before the next
element, and breaks the line after its first word. CSS lets such a space hang over the edge:
https://www.w3.org/TR/css-text-3/#hanging-glyphs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango

Measure = Callable[[Any, Any], tuple[float, float]]


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine measure so. `replace` puts a function in the place of another."""
    replace(line_break.line_size, _but_the_last_space(line_break.line_size))


def _but_the_last_space(measure: Measure) -> Measure:
    def line_size(line: Any, style: Any) -> tuple[float, float]:
        width, height = measure(line, style)
        room = pango.pango_layout_get_width(line.layout)
        if 0 <= room < width * TO_UNITS and width * TO_UNITS - _last_space(line) <= room:
            width = room * FROM_UNITS
        return width, height

    return line_size


def _last_space(line: Any) -> int:
    """The width of the space at the end of a line, or 0, in Pango's units."""
    text = pango.pango_layout_get_text(line.layout)
    end = line.start_index + line.length
    if not line.length or text[end - 1] != b" ":
        return 0
    run = line.runs
    while run.next != ffi.NULL:
        run = run.next
    glyphs = run.data.glyphs
    # Glyphs stand from left to right, also those of a text from right to left.
    last = 0 if run.data.item.analysis.level % 2 else glyphs.num_glyphs - 1
    return int(glyphs.glyphs[last].geometry.width)
