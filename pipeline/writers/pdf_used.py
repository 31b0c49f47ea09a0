"""What a box uses of its style, worked out once for all boxes and all places.

WeasyPrint 70 works out of its style the widths and edges of each box, several times for each, its
corners, what is behind it, and whether it stands in the flow, some dozen times for each. Nearly
always no percentage is in them, and no place matters. Where nothing floats, a line has all the
width that there is; where all of a text has room, how narrow it could be does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from types import SimpleNamespace
from typing import Any

from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background, float, page, percent, preferred

SIZES = ("width", "min_width", "max_width", "height", "min_height", "max_height")
USED = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *SIZES,
)
"""Properties that may depend on what a box stands in."""

BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
"""Widths that a table may have settled before, where its borders are joined."""

CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
SQUARE = dict.fromkeys((f"border_{corner}_radius" for corner in CORNERS), (0, 0))

SCHEMES = ("floated", "footnote", "note", "absolutely_positioned", "running", "in_normal_flow")
"""What the engine's boxes are asked of their style, each by a method `is_...`."""


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine remember. `replace` puts a function in the place of another."""
    replace(percent.resolve_percentages, _percentages(percent.resolve_percentages))
    replace(background.layout_box_backgrounds, _behind(background.layout_box_backgrounds))
    replace(float.avoid_collisions, _beside(float.avoid_collisions))
    replace(preferred.shrink_to_fit, _fitted(preferred.shrink_to_fit))
    margin_box = page.OrientedBox
    margin_box.outer = margin_box.outer.setter(_fit(margin_box.outer.fset))
    for scheme in SCHEMES:
        name = f"is_{scheme}"
        setattr(boxes.Box, name, _of_style(name, getattr(boxes.Box, name)))


# Widths and edges ----------------------------------------------------------------------------


def _percentages(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def once(box: Any, containing_block: Any) -> None:
        style = box.style
        try:
            used = style.used
        except AttributeError:
            used = style.used = _used(style, resolve)
        if used is None:
            resolve(box, containing_block)
        elif style["border_collapse"] == "collapse":
            own = vars(box)
            own.update(used | {name: own[name] for name in BORDERS if name in own})
        else:
            vars(box).update(used)

    return once


def _used(style: Any, resolve: Callable[[Any, Any], None]) -> dict[str, Any] | None:
    """What `resolve` finds for a box of this style in any place, or None where places differ: for
    a percentage, or where joined borders are part of a size that is given."""
    if not all(_is_fixed(style[name]) for name in USED):
        return None
    if style["border_collapse"] == "collapse" and not all(_is_free(style[name]) for name in SIZES):
        return None
    anywhere = SimpleNamespace(style=style)
    resolve(anywhere, (0, 0))
    del anywhere.style
    return vars(anywhere)


def _is_fixed(value: Any) -> bool:
    return value == "auto" or getattr(value, "unit", "") == "px"


def _is_free(value: Any) -> bool:
    """Whether this says nothing of a size."""
    return value == "auto" or value.value in (0, inf)


# What is behind a box ------------------------------------------------------------------------


def _behind(layout: Callable[..., None]) -> Callable[..., None]:
    def layout_box_backgrounds(
        page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        if style is not None or box is page or not _is_bare(box.style):
            layout(page, box, get_image, layout_children, style)
            return
        # Not `vars`: what is positioned stands behind another object here.
        box.background = None
        for name, none in SQUARE.items():
            setattr(box, name, none)
        if layout_children:
            for child in box.all_children():
                layout_box_backgrounds(page, child, get_image)

    return layout_box_backgrounds


def _is_bare(style: Any) -> bool:
    """Whether nothing is behind a box of this style, and its corners are square."""
    try:
        bare: bool = style.bare
    except AttributeError:
        bare = style.bare = (
            all((0, "px") in style[name] for name in SQUARE)
            and style["border_image_source"][0] == style["mask_border_source"][0] == "none"
            and all(kind == "none" for kind, _ in style["background_image"])
            and get_color(style, "background_color").alpha == 0
            and not style["box_shadow"]
        )
    return bare


# How a box is placed -------------------------------------------------------------------------


def _of_style(name: str, ask: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A question to a box that its style decides. A style is changed before it is asked."""

    def asked(box: Any) -> bool:
        facts = vars(box.style)
        if name not in facts:
            facts[name] = ask(box)
        return bool(facts[name])

    return asked


def _beside(avoid: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    def avoid_collisions(
        context: Any, box: Any, containing_block: Any, outer: bool = True
    ) -> tuple[Any, ...]:
        free = not context.excluded_shapes and isinstance(box, boxes.LineBox)
        if outer or not free or containing_block.style["direction"] != "ltr":
            return avoid(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        # A line has no margins; the width as the engine finds it, to the last digit.
        return left, box.position_y, left + containing_block.width - left

    return avoid_collisions


# How wide what fits itself to its content is: min(max(narrowest, room), widest) -----------------


def _fitted(fit: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    def shrink_to_fit(context: Any, box: Any, room: Any) -> Any:
        widest = preferred.max_content_width(context, box, outer=False)
        return widest if widest < room else fit(context, box, room)

    return shrink_to_fit


def _fit(fit: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The same for boxes in the margins of a page."""

    def outer(box: Any, room: Any) -> None:
        if box.max_content_size < room - box.sugar:
            box.inner = box.max_content_size
        else:
            fit(box, room)

    return outer
