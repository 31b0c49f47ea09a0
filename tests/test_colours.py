"""Colours: what is to be read or told apart stands out from its ground, light, dark and in grey.

WCAG 2.2, 1.4.3 and 1.4.11: letters at least 4.5 to 1, large letters and marks that
say something 3 to 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest

from tests.sample import sample_resources

TEMPLATES = sample_resources().templates
SHEETS = {
    name: TEMPLATES[f"html/{name}.css"].decode() for name in ("base", "screen", "index", "print")
}
THEME: dict[str, Any] = json.loads(TEMPLATES["charts/theme.json"])
WHITE, BLACK = "#FFFFFF", "#000000"


def tokens(theme: str) -> dict[str, str]:
    """The colours of the style sheets by their names; a dark page names some anew."""
    found = dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", SHEETS["base"]))
    if theme == "dark":
        found |= re.findall(r"--(\w+): (#[0-9A-F]{6})", SHEETS["screen"])
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lightness(colour: str) -> float:
    """CIE L*, from 0 to 100: the grey that a colour comes out as, in even steps."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


# Web page and PDF ----------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "tint"])
@pytest.mark.parametrize("letters", ["ink", "muted", "accent", "ochre"])
def test_letters_stand_out_from_their_ground(theme: str, ground: str, letters: str) -> None:
    """The accent is also the bar of a window that scrolls, ochre the ring round what has focus."""
    colours = tokens(theme)
    assert contrast(colours[ground], colours[letters]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_skip_link_stands_out(theme: str) -> None:
    assert contrast(tokens(theme)["paper"], tokens(theme)["accent"]) >= 4.5


def test_markings_have_the_colours_of_the_protocol_on_black() -> None:
    markings = re.findall(r"\.tlp-[^{]*{ color: (#[0-9A-F]{6}); }", SHEETS["base"])
    assert markings == ["#FF2B2B", "#FFC000", "#33FF00", WHITE]
    assert all(contrast(BLACK, colour) >= 4.5 for colour in markings)


@pytest.mark.parametrize("name", ["base", "screen", "index"])
def test_a_sheet_uses_no_colours_but_these(name: str) -> None:
    """Else what is held above would not be all there is."""
    sheet = re.sub(r"/\*.*?\*/|--\w+: #[0-9A-F]{6};|\.tlp-.*", "", SHEETS[name], flags=re.S)
    letters = set(re.findall(r"[;{\s]color: ([^;}]+)", sheet))
    named = {f"var(--{name})" for name in ("ink", "muted", "accent", "ochre", "paper")}
    assert letters <= named | {"inherit", WHITE}  # white: of a marking, on black
    grounds = set(re.findall(r"background(?:-color)?: ([^;}]+)", sheet))
    plain = {ground for ground in grounds if not ground.startswith("var(--cover)")}
    assert plain <= {
        "none", "var(--tint)", "var(--paper)", "var(--accent)", WHITE, BLACK
    }  # fmt: skip
    assert sheet.count("background: var(--accent)") <= 1  # the skip link, on paper


def test_paper_has_no_colours_of_its_own() -> None:
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", SHEETS["print"]))
    assert used <= {tokens("light")[name] for name in ("muted", "rule")}


# Graphics ------------------------------------------------------------------------------------

# Letters and what they stand on; letters of a chart stand on its background.
LETTERS = [
    *((THEME[of][name], THEME["background"]) for of, name in (
        ("text", "color"), ("axis", "labelColor"), ("axis", "titleColor"),
        ("legend", "labelColor"), ("legend", "titleColor"), ("header", "labelColor"),
        ("title", "color"), ("title", "subtitleColor"),
    )),
    (THEME["style"]["remark"]["color"], THEME["background"]),
    (THEME["style"]["member-name"]["color"], THEME["style"]["member"]["color"]),
    (THEME["style"]["capital-name"]["color"], THEME["style"]["member"]["color"]),
    (THEME["style"]["neighbour-name"]["color"], THEME["style"]["neighbour"]["color"]),
    (THEME["style"]["neighbour-name"]["color"], THEME["style"]["sea"]["color"]),
]  # fmt: skip

# Marks that say something, and what they stand on.
MARKS = [
    *((colour, THEME["background"]) for name, colours in THEME["range"].items()
      if name != "symbol" for colour in colours),
    *((THEME[mark]["color"], THEME["background"])
      for mark in ("mark", "bar", "point", "line", "geoshape")),
    (THEME["axis"]["domainColor"], THEME["background"]),
    (THEME["style"]["marker"]["color"], THEME["background"]),
    (THEME["style"]["member"]["color"], THEME["style"]["neighbour"]["color"]),
    (THEME["style"]["member"]["color"], THEME["style"]["sea"]["color"]),
    (THEME["style"]["capital"]["color"], THEME["style"]["member"]["color"]),
]  # fmt: skip

ORNAMENTS = {
    "rule": "leads the eye from a mark to its name, which stands beside it as well",
    "axis.gridColor": "leads the eye; values are written at the axis or at the mark",
    "axis.tickColor": "is not drawn: `ticks` is false",
    "style.sea": "a ground: land is told from it by its borders and its names",
    "style.neighbour": "a ground, as the sea",
    "style.border": "states are told apart by their names, members by their own colour",
}
"""Colours of which no meaning depends, with the reason; every other one is held above."""


@pytest.mark.parametrize(("letters", "ground"), sorted(set(LETTERS)))
def test_letters_of_a_graphic_stand_out(letters: str, ground: str) -> None:
    assert contrast(letters, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), sorted(set(MARKS)))
def test_marks_of_a_graphic_stand_out(mark: str, ground: str) -> None:
    assert contrast(mark, ground) >= 3


def test_every_colour_of_the_theme_is_held() -> None:
    held = {colour for pair in (*LETTERS, *MARKS) for colour in pair}
    for path, colour in _colours(THEME, ""):
        ornament = any(path.startswith(name) for name in ORNAMENTS)
        assert ornament or colour in held, f"{path}: {colour}"


def _colours(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _colours(inner, f"{path}.{name}" if path else name)
        case list():
            for inner in value:
                yield from _colours(inner, path)
        case str() if value.startswith("#"):
            yield path, value


def test_categories_are_told_apart_in_grey() -> None:
    """A step of ten in lightness is seen at a glance; besides, each has a shape of its own."""
    greys = [lightness(colour) for colour in THEME["range"]["category"]]
    assert all(abs(one - other) >= 10 for one, other in combinations(greys, 2))
    assert len(THEME["range"]["symbol"]) >= len(greys)


@pytest.mark.parametrize("name", ["ordinal", "heatmap", "ramp"])
def test_scales_run_one_way_in_grey(name: str) -> None:
    steps = [lightness(one) - lightness(two) for one, two in pairwise(THEME["range"][name])]
    assert all(step >= 10 for step in steps) or all(step <= -10 for step in steps)
