"""Items that stand in two columns on paper: which stand at the left, which at the right.

In: items in their order. Out: bands, each with two columns of about the same height. A long list
gets a band every few items, so that it can go on over the page between two of them and is read
without turning back.

WeasyPrint 70 balances CSS columns by setting them anew for height after height: half of the time
of a long briefing, four fifths of that of a short one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from pipeline.document import Definition, Definitions, Item, List, Paragraph, Section, text, walk

T = TypeVar("T")
Band: TypeAlias = tuple[Sequence[T], Sequence[T]]

LETTERS = 72  # to a line of a column, about
GAP = 0.2  # lines between two items
FEW = 15  # references that stand in one column, for those who read them all
BAND = 2  # references of a long list that stand beside each other, and break no page apart


def halves(sections: Sequence[Section]) -> list[Sequence[Section]]:
    """The entries of a contents list in two columns, or in one where there is one entry."""
    left, right = _split(sections, lambda one: 1 + sum(isinstance(b, Section) for b in one.content))
    return [part for part in (left, right) if part]


def bands(block: List | Definitions, short: bool) -> list[Band[Item | Definition]]:
    """The items of a list that stands in two columns; nothing for one that does not. `short`: the
    whole briefing is two pages."""
    items: Sequence[Item | Definition] = block.items
    match block.role:
        case "links" | "facts" | "sourcing" if items:
            return [_split(items, _lines)]
        case "references" if short and items:
            return [_split(items, _lines)]
        case "references" if len(items) > FEW:
            parts = [items[start : start + BAND] for start in range(0, len(items), BAND)]
            return [_split(part, _lines) for part in parts]
        case _:
            return []


def _split(items: Sequence[T], height: Callable[[T], float]) -> Band[T]:
    """The items in two columns of about the same height, the left one the higher."""
    heights = [height(item) for item in items]
    middle = min(
        range(1, len(items) + 1),
        key=lambda n: abs(sum(heights[:n]) - sum(heights[n:]) - 0.5),
    )
    return items[:middle], items[middle:]


def _lines(item: Item | Definition) -> float:
    """How many lines an item takes, about."""
    words = (text(one.content) for one in walk(item.content) if isinstance(one, Paragraph))
    letters = sum(map(len, words))
    return math.ceil(letters / LETTERS) + GAP
