"""Lists in two columns on paper."""

import re

import pytest

from pipeline.document import Definition, Definitions, Item, List, Paragraph
from pipeline.writers import html
from pipeline.writers.html_columns import BAND, FEW, bands
from tests.sample import sample_document, sample_resources


def items(*lengths: int) -> tuple[Item, ...]:
    return tuple(Item((Paragraph(("x" * length,)),)) for length in lengths)


def sizes(block: List | Definitions, short: bool = False) -> list[tuple[int, int]]:
    return [(len(left), len(right)) for left, right in bands(block, short)]


def test_columns_are_of_about_the_same_height() -> None:
    assert sizes(List(items(10, 10, 10, 10), role="links")) == [(2, 2)]
    assert sizes(List(items(700, 10, 10, 10, 10), role="links")) == [(1, 4)]
    assert sizes(List(items(10, 10, 10), role="links")) == [(2, 1)]
    assert sizes(List(items(10), role="links")) == [(1, 0)]
    facts = tuple(Definition(("Founded",), (Paragraph(("2023",)),)) for _ in range(6))
    assert sizes(Definitions(facts, "facts")) == [(3, 3)]


def test_many_references_stand_in_bands_and_keep_their_order() -> None:
    block = List(items(*range(1, FEW + 2)), True, "references")
    found = bands(block, False)
    assert all(len(left) + len(right) <= BAND for left, right in found)
    assert tuple(one for band in found for column in band for one in column) == block.items
    assert bands(List(items(*range(1, FEW + 1)), True, "references"), False) == []


def test_on_two_pages_all_references_are_one_band() -> None:
    assert sizes(List(items(*[10] * 20), True, "references"), short=True) == [(10, 10)]


@pytest.mark.parametrize("role", ["", "judgements"])
def test_what_is_read_stands_in_one_column(role: str) -> None:
    assert bands(List(items(10, 10), role=role), False) == []


@pytest.mark.parametrize("role", ["links", "references", "facts", "sourcing"])
def test_an_empty_list_has_no_columns(role: str) -> None:
    assert bands(List((), role=role), True) == []


def test_on_a_screen_there_are_no_bands() -> None:
    document, resources = sample_document(), sample_resources()
    paged = html.page(document, resources, html.Medium(resources.pictures, paged=True))
    assert re.search(r'class="[^"]*\bbands\b', paged)
    assert 'class="band"' not in html.page(document, resources, html.Medium(resources.pictures))
