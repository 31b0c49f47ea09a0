"""What the contents list says of the pages that it points to, without setting its own page twice.

WeasyPrint 70 sets the page of a contents list anew when it knows where the targets came to stand.
It does not see which targets an `attr()` names and takes their numbers for those of the list's own
page; and it takes a target for moved when the document was found to have more pages. So it sets
that page a third time, with nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from weasyprint.css import targets


def install() -> None:
    """Let the engine see what is asked of which target."""
    collector = targets.TargetCollector
    collector.collect_missing_counters = _named(collector.collect_missing_counters)
    collector.cache_target_page_counters = _asked(collector.cache_target_page_counters)


def _named(collect: Callable[..., None]) -> Callable[..., None]:
    def collect_missing_counters(
        collector: Any, box: Any, property: str, again: Any, missing: Any, of_targets: Any
    ) -> None:
        if of_targets.keys() == {None} and of_targets[None] is missing:
            names = set(_targets(box)) if property == "content" else set()
            if len(names) == 1:
                of_targets, missing = {names.pop(): missing}, []
        collect(collector, box, property, again, missing, of_targets)

    return collect_missing_counters


def _targets(box: Any) -> Iterator[str | None]:
    """The anchors that the content of a box points to by an attribute of its element."""
    for kind, value in box.style["content"]:
        if kind == "target-counter()":
            token = value[0]
            if token[0] == "attr()":
                name, *_ = token[1]
                token = ("string", box.element.get(name, ""))
            yield targets.anchor_name_from_token(token)


def _asked(cache: Callable[..., None]) -> Callable[..., None]:
    def cache_target_page_counters(
        collector: Any, anchor: str, values: Any, index: int, page_maker: Any
    ) -> None:
        asked = (
            missed
            for item in collector.counter_lookup_items.values()
            for missed in item.missing_target_counters.values()
        )
        if not any("pages" in missed for missed in asked):
            values = {name: value for name, value in values.items() if name != "pages"}
        cache(collector, anchor, values, index, page_maker)

    return cache_target_page_counters
