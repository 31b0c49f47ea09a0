"""What a box uses of its style, worked out once for all places that it may stand in.

WeasyPrint 70 works out the widths and edges of each box from its style and from what the box
stands in, several times for each. Nearly always no percentage is in them, and no place matters.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from weasyprint.layout import percent

USED = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
"""Properties that may depend on what a box stands in."""


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine remember. `replace` puts a function in the place of another."""
    replace(percent.resolve_percentages, _once(percent.resolve_percentages))


def _once(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def once(box: Any, containing_block: Any) -> None:
        style = box.style
        try:
            used = style.used
        except AttributeError:
            used = style.used = _used(style, resolve)
        if used is None:
            resolve(box, containing_block)
        else:
            vars(box).update(used)

    return once


def _used(style: Any, resolve: Callable[[Any, Any], None]) -> dict[str, Any] | None:
    """What `resolve` finds for a box of this style in any place, or None where places differ: a
    percentage, or borders that a table has joined."""
    values = [style[name] for name in USED]
    if style["border_collapse"] == "collapse" or not all(map(_is_fixed, values)):
        return None
    anywhere = SimpleNamespace(style=style)
    resolve(anywhere, (0, 0))
    del anywhere.style
    return vars(anywhere)


def _is_fixed(value: Any) -> bool:
    return value == "auto" or getattr(value, "unit", "") == "px"
