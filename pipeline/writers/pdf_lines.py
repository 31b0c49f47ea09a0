"""A long text goes in; its first line comes out, found in so much of the text as it may hold.

WeasyPrint 70 has twice as much of a text laid out as goes into a line, so that the line surely ends
in it, and the word after it too. Here it gets a line and a bit; where that was not enough, all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from weasyprint.text import line_break

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
    return int(letters)
