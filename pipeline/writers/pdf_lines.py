"""A long text goes in; its first line comes out, found in so much of the text as it may hold, and
kept as it was laid out there.

WeasyPrint 70 has twice as much of a text laid out as goes into a line, so that the line surely ends
in it, and the word after it too; then it has the line laid out by itself. Here it gets a line and a
bit; where that was not enough, all. Where a line would come out as it stands, it stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

LETTERS = 2.4
"""So many letters may stand in a line as wide as the font is high: a line of text has some two."""

MORE = 20
"""Letters for the word after it."""

# A text may be broken at this space, whatever comes before and after:
# https://www.unicode.org/reports/tr14/#LB18
_BREAK = re.compile(r"[^\W_][.,;:]? (?=[^\W_])")


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine look so far. `replace` puts a function in the place of another."""
    replace(line_break.split_first_line, _split(line_break.split_first_line))
    replace(line_break.first_line_metrics, _measured(line_break.first_line_metrics))


# How far a line may go -----------------------------------------------------------------------


def _split(split: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *others: Any, **named: Any
    ) -> tuple[Any, ...]:
        if enough := _enough(text, style, max_width):
            found = split(text[:enough], style, context, max_width, *others, **named)
            rest = found[2] and text[:enough].encode()[found[2] :].decode()
            if rest and _BREAK.search(rest):
                return found
        return split(text, style, context, max_width, *others, **named)

    return split_first_line


def _enough(text: str, style: Any, width: Any) -> int:
    """How many letters of a text are surely more than its first line; 0 to take all."""
    size = style["font_size"]
    if width is None or not size or size * 4 > width or style["white_space"] != "normal":
        return 0
    letters = LETTERS * width / size + MORE
    if letters + MORE > len(text) or "\N{SOFT HYPHEN}" in text or style["word_break"] != "normal":
        return 0
    if style["direction"] != "ltr":
        return 0
    return int(letters)


# A line that stays ---------------------------------------------------------------------------


def _measured(measure: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    def first_line_metrics(
        line: Any, text: str, layout: Any, resume_at: Any, space_collapse: bool, style: Any,
        hyphenated: bool = False, hyphen: str | None = None,
    ) -> tuple[Any, ...]:  # fmt: skip
        written = text.encode()[: line.length].decode() if resume_at and not hyphenated else ""
        if not (space_collapse and written.strip() and _stands(line, layout, written)):
            return measure(line, text, layout, resume_at, space_collapse, style, hyphenated, hyphen)
        # The others are there, and are not drawn (`pdf_glyphs`).
        layout.text, layout.second, layout.followed = written.rstrip(" "), None, True
        width, height = line_break.line_size(line, style)
        baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        return layout, len(layout.text.encode()), resume_at, width, height, baseline

    return first_line_metrics


def _stands(line: Any, layout: Any, written: str) -> bool:
    """Whether a line would be the same if nothing followed it: whether its last letter stands as
    far from what follows as from nothing. A space at its end has no width any more."""
    if not layout.plain or not layout.alone:
        return False
    run = line.runs
    while run.next != ffi.NULL and not run.data.item.analysis.level:
        run = run.next
    item, glyphs = run.data.item, run.data.glyphs
    if item.analysis.level or item.offset + item.length != line.length:
        return False  # something in it runs from right to left
    last = glyphs.num_glyphs - 1
    if written.endswith(" "):
        space = glyphs.glyphs[last]
        if not last or space.glyph != pango.PANGO_GLYPH_EMPTY or space.geometry.width:
            return False
        last -= 1
    letter, alone = glyphs.glyphs[last], ffi.new("PangoRectangle *")
    pango.pango_font_get_glyph_extents(item.analysis.font, letter.glyph, ffi.NULL, alone)
    return bool(letter.geometry.width == alone.width)


def take_alone(layout: Any) -> None:
    """Lay out a line by itself that was kept with what follows it."""
    if layout.followed:
        pango.pango_layout_set_width(layout.layout, -1)
        layout.set_text(layout.text)
