"""What the cascade comes to for an element, found once for all that differ in nothing.

WeasyPrint 70 lets elements of a page share a computed style when the same rules apply to them, but
gives each one with an id a style of its own, and so all that is inside it: each row of a table,
each reference of a list. It computes styles for the notes that may hang at any element, six for
each, where there is no note. And it begins anew for each page that it is given, although the same
style sheet says the same of the next one. Here a style is computed once for a style sheet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import weasyprint
from weasyprint import css

# The engine's rules for these apply to every element. `print.css` repeats them for our notes and
# for items of lists; nothing else here has a marker or a note.
_EVERYWHERE = {"marker", "footnote-call", "footnote-marker"}
_EVERYWHERE |= {"note-call", "note-marker", "note-callback"}

_ANCHOR = "-weasy-anchor"

MOST = 2000
"""So many styles are kept at a time, of about 3 kB; a long briefing has some hundreds."""


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine share. `replace` puts a function in the place of another."""
    replace(css.find_style_attributes, _but_anchors(css.find_style_attributes))
    replace(css.StyleFor, _SharedStyles)
    (sheet,) = weasyprint.HTML._ua_stylesheets(None)
    rules = sheet.matcher.other_selectors
    rules[:] = [rule for rule in rules if rule[3] not in _EVERYWHERE]


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
        self._known = _known(font_config)
        super().__init__(html, sheets, hints, font_config, targets)
        styles = self.get_computed_styles()
        for element in html.etree_element.iter():
            if anchor := element.get("id"):
                styles[element, None] = _Anchored(styles[element, None], anchor)
                targets.collect_anchor(anchor)

    def set_computed_styles(
        self, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None, **others: Any
    ) -> None:
        styles = self.get_computed_styles()
        cascaded = self.get_cascaded_styles().get((element, pseudo_type), {})
        if _is_changed(element, cascaded):
            super().set_computed_styles(element, parent, root, pseudo_type, **others)
            return
        key = _decided(styles.get((parent, None)), pseudo_type, cascaded)
        if key in self._known:
            styles[element, pseudo_type] = self._known[key]
        else:
            super().set_computed_styles(element, parent, root, pseudo_type, **others)
            self._known[key] = styles[element, pseudo_type]


def _is_changed(element: Any, cascaded: dict[str, Any]) -> bool:
    """Whether the engine changes the style of an element: that of a root or body of which the page
    takes what it does with what overflows. It changes that of each page too, but always before it
    asks, and to the same."""
    return getattr(element, "tag", None) in ("html", "body") and "overflow" in cascaded


def _decided(parent: Any, pseudo_type: str | None, cascaded: dict[str, Any]) -> Any:
    """What decides a style: that of its parent, and the declarations that apply. A value is the
    same one while its style sheet is kept, and the style keeps it; a language stands on the page.
    """
    return (
        id(parent),
        pseudo_type,
        *(
            (name, value if name == "lang" else id(value), str(weight))
            for name, (value, weight) in cascaded.items()
        ),
    )


def _known(font_config: Any) -> dict[Any, Any]:
    """The styles that are known where these fonts are, which belong to one style sheet. Each
    thread has its own: Pango's contexts, which styles hold on to, may not be shared."""
    here = vars(font_config).setdefault("styles", threading.local())
    known: dict[Any, Any] = vars(here).setdefault("known", {})
    if len(known) > MOST:
        known.clear()
    return known


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
