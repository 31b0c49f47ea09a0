"""What the cascade comes to for an element, found once for all that differ in nothing.

WeasyPrint 70 lets elements share a computed style when the same rules apply to them, but gives
each one with an id a style of its own, and so all that is inside it: each row of a table, each
reference of a list. It computes styles for the notes that hang at any element, six for each, where
there is no note. And it works out the used widths and edges of each box from its style, where
nearly all are the same whatever the box stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import weasyprint
from weasyprint import css
from weasyprint.layout import percent

USED = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
"""Properties that may depend on what a box stands in."""

# The engine's rules for these apply to every element. `print.css` repeats them for our notes and
# for items of lists; nothing else here has a marker or a note.
_EVERYWHERE = {"marker", "footnote-call", "footnote-marker"}
_EVERYWHERE |= {"note-call", "note-marker", "note-callback"}

_ANCHOR = "-weasy-anchor"


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine share. `replace` puts a function in the place of another."""
    replace(css.find_style_attributes, _but_anchors(css.find_style_attributes))
    replace(css.StyleFor, _SharedStyles)
    replace(percent.resolve_percentages, _once(percent.resolve_percentages))
    (sheet,) = weasyprint.HTML._ua_stylesheets(None)
    rules = sheet.matcher.other_selectors
    rules[:] = [rule for rule in rules if rule[3] not in _EVERYWHERE]


# Ids ---------------------------------------------------------------------------------------


def _but_anchors(find: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def but_anchors(*arguments: Any, **named: Any) -> Iterator[Any]:
        for found in find(*arguments, **named):
            declarations = found[2]
            if [getattr(one, "name", None) for one in declarations] != [_ANCHOR]:
                yield found

    return but_anchors


class _SharedStyles(css.StyleFor):  # type: ignore[misc]
    """The styles of elements, with the anchors of those that have an id."""

    def __init__(
        self, html: Any, sheets: Any, hints: Any, font_config: Any, targets: Any
    ) -> None:  # fmt: skip
        super().__init__(html, sheets, hints, font_config, targets)
        styles = self.get_computed_styles()
        for element in html.etree_element.iter():
            if anchor := element.get("id"):
                styles[element, None] = _Anchored(styles[element, None], anchor)
                targets.collect_anchor(anchor)


class _Anchored(css.ComputedStyle):  # type: ignore[misc]
    """A style that other elements have too, but for the id of this one."""

    def __init__(self, shared: css.ComputedStyle, anchor: str) -> None:
        own = {name: value for name, value in vars(shared).items() if name != "anonymous_style"}
        self.__dict__.update(own, shared=shared)
        self["anchor"] = anchor

    @property
    def anonymous_style(self) -> Any:
        """The style of boxes without an element in this one: an anchor is not inherited."""
        return self.shared.anonymous_style

    def copy(self) -> _Anchored:
        copied = _Anchored(self.shared, self["anchor"])
        copied.update(self)
        copied.specified = self.specified.copy()
        return copied

    def __missing__(self, key: str) -> Any:
        value = self[key] = self.shared[key]
        return value


# Used values -------------------------------------------------------------------------------


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
