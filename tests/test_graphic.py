"""Charts, maps and picture files: what they refuse, what names them, what is drawn."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fontpkg_fira_sans  # type: ignore[import-untyped]
import pytest
import uharfbuzz
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from lxml import etree
from PIL import Image, ImageChops

from pipeline import graphic
from pipeline.document import Picture
from pipeline.graphic import Drawing

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "sources" / "pictures"
THEME = (ROOT / "templates" / "charts" / "theme.json").read_bytes()
SAHEL = (PICTURES / "sahel.json").read_bytes()
FOLDER = Path(fontpkg_fira_sans.ROOT) / "files"
FONTS = {path.name: path.read_bytes() for path in FOLDER.glob("*.ttf")}

BARS: dict[str, Any] = {
    "height": 120,
    "encoding": {
        "y": {"field": "state", "type": "nominal", "title": None},
        "x": {"field": "deaths", "type": "quantitative", "axis": None},
    },
    "layer": [
        {"mark": "bar"},
        {
            "mark": {"type": "text", "style": "value", "align": "left", "dx": 6},
            "encoding": {"text": {"field": "deaths", "type": "quantitative", "format": ",d"}},
        },
    ],
}
ROWS = [{"state": "Mali", "deaths": 604}, {"state": "Burkina Faso", "deaths": 1532}]
STRIP: Mapping[str, Any] = {
    "height": 80,
    "mark": {"type": "point", "clip": True},
    "encoding": {
        "x": {
            "field": "date",
            "type": "temporal",
            "scale": {"type": "utc"},
            "axis": {"format": "%-d %B %Y", "values": ["2023-08-01", "2024-08-01"]},
        }
    },
}
DATES = [{"date": "2023-01-01"}, {"date": "2025-01-01"}]
MAP: dict[str, Any] = {
    "height": 420,
    "autosize": "none",
    "projection": {
        "type": "mercator",
        "scale": 1018.6,
        "center": [0, 14.8],
        "clipExtent": [[0, 0], [640, 420]],
    },
    "layer": [
        {"data": {"map": "sahel", "feature": "countries"}, "mark": {"type": "geoshape"}},
        {"data": {"map": "sahel", "mesh": "countries"}, "mark": {"type": "geoshape"}},
    ],
}


def bars(**changes: Any) -> Drawing:
    return graphic.chart(**{"spec": BARS, "rows": ROWS, "theme": THEME, "maps": {}} | changes)


def map_of(topology: bytes) -> Drawing:
    return graphic.chart(MAP, [], THEME, {"sahel": topology})


def drawn(drawing: Drawing) -> Picture:
    return graphic.render(drawing, FONTS, str(FOLDER))


def words(picture: Picture) -> list[str]:
    root = etree.fromstring(picture.vector)
    return [str(text.xpath("string()")) for text in root.iter("{*}text")]


# The name of a picture ---------------------------------------------------------------------


def test_every_input_moves_the_digest() -> None:
    theme = json.dumps(json.loads(THEME) | {"padding": 5}).encode()
    other = SAHEL.replace(b'"466"', b'"467"')
    digests = [
        bars().digest,
        bars(spec={**BARS, "height": 121}).digest,
        bars(rows=ROWS[:1]).digest,
        bars(theme=theme).digest,
        bars(language="fr").digest,
        map_of(SAHEL).digest,
        map_of(other).digest,
        Drawing("svg", bars().content).digest,
    ]
    assert len(set(digests)) == len(digests)


def test_the_order_of_keys_does_not() -> None:
    turned = dict(reversed(BARS.items()))
    assert bars(spec=turned) == bars()


def test_a_new_release_of_the_converter_moves_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = bars().digest
    monkeypatch.setattr(graphic, "_versions", lambda _: {"vl-convert-python": "2.0"})
    assert bars().digest != before


# What is refused ---------------------------------------------------------------------------

REFUSED: Mapping[str, Mapping[str, Any]] = {
    "data from the network": {"data": {"url": "https://example.org/deaths.csv"}, "mark": "bar"},
    "data from the disk": {"layer": [{"data": {"url": "deaths.csv"}, "mark": "bar"}]},
    "a lookup from the network": {
        "mark": "bar",
        "transform": [{"lookup": "a", "from": {"data": {"url": "b.json"}, "key": "a"}}],
    },
    "an image": {"mark": "image", "encoding": {}},
    "an image with its address": {"mark": {"type": "image", "url": "flag.png"}},
    "an image by channel": {"mark": {"type": "image"}, "encoding": {"url": {"field": "flag"}}},
    "a link": {"mark": "bar", "encoding": {"href": {"field": "page"}}},
    "rows of its own": {"mark": "bar", "data": {"values": [{"a": 1}]}},
    "an address by format": {"layer": [{"data": {"values": [], "format": {"url": "x"}}}]},
    "an address in a text": {"mark": "bar", "title": "https://example.org"},
    "a schema": {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "mark": "bar"},
    "a theme of its own": {"mark": "bar", "config": {"bar": {"color": "red"}}},
    "the clock": {"mark": "bar", "transform": [{"calculate": "now()", "as": "today"}]},
    "chance": {"mark": "bar", "transform": [{"calculate": "random ( )", "as": "dice"}]},
    "a sample": {"mark": "bar", "transform": [{"sample": 5}]},
    "the time zone": {"mark": "bar", "transform": [{"timeUnit": "year", "field": "d", "as": "y"}]},
    "local dates": {"mark": "bar", "encoding": {"x": {"field": "d", "type": "temporal"}}},
    "a map that is not there": {"mark": "geoshape", "data": {"map": "atlantis", "feature": "all"}},
}


def test_words_that_look_like_a_call_are_no_fault() -> None:
    assert list(graphic.faults({"mark": "bar", "title": "Attacks by date (UTC)"})) == []


@pytest.mark.parametrize("spec", REFUSED.values(), ids=REFUSED.keys())
def test_refused(spec: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"specification|differs|expected|UTC|sample"):
        bars(spec=spec)


def test_the_converter_itself_is_barred_from_the_network() -> None:
    spec = {"data": {"url": "https://example.org/deaths.csv"}, "mark": "bar"}
    with pytest.raises(ValueError, match="not allowed"):
        drawn(Drawing("chart", json.dumps(spec).encode()))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="flag.png"/>',
        '<rect onclick="alert(1)"/>',
        '<use href="https://example.org/a.svg#b"/>',
        '<rect fill="url(https://example.org/a.svg#b)"/>',
        "<style>@import 'a.css'</style>",
        "<rect>",
    ],
)
def test_a_picture_neither_acts_nor_reaches_out(inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>'.encode()
    assert list(graphic.picture_faults(svg))
    with pytest.raises(ValueError, match=r"picture|well-formed"):
        drawn(graphic.drawing("flag.svg", svg))


def test_other_media_are_refused() -> None:
    with pytest.raises(ValueError, match="neither SVG nor PNG"):
        graphic.drawing("flag.gif", b"GIF89a")
    with pytest.raises(ValueError, match="not a PNG"):
        drawn(graphic.drawing("flag.png", b"GIF89a"))


# What is drawn -----------------------------------------------------------------------------


def test_a_chart_is_as_wide_as_the_column_and_prints_at_300_dpi() -> None:
    picture = drawn(bars())
    assert (picture.width, picture.height) == (640, 120)
    assert graphic._png_size(picture.raster) == (640, 120)
    assert picture.raster[16:24] == (2000).to_bytes(4, "big") + (375).to_bytes(4, "big")


@pytest.mark.parametrize("name", ["bars", "map", "flag-mali.svg", "flag-niger.svg"])
def test_a_picture_is_packed_without_the_loss_of_a_dot(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raster() -> bytes:
        if name.endswith(".svg"):
            return drawn(graphic.drawing(name, (PICTURES / name).read_bytes())).raster
        return drawn(bars() if name == "bars" else map_of(SAHEL)).raster

    packed = raster()
    monkeypatch.setattr(graphic, "_packed", lambda png: png)
    plain = raster()

    dots = [Image.open(io.BytesIO(png)).convert("RGBA").tobytes() for png in (packed, plain)]
    assert dots[0] == dots[1]
    assert len(packed) < len(plain) * 0.6
    assert graphic._png_size(packed) == graphic._png_size(plain)


def test_numbers_and_dates_speak_the_language() -> None:
    assert "1,532" in words(drawn(bars()))
    assert "1\u00a0532" in words(drawn(bars(language="fr")))
    assert "1 August 2023" in words(drawn(graphic.chart(STRIP, DATES, THEME, {})))
    assert "1 août 2023" in words(drawn(graphic.chart(STRIP, DATES, THEME, {}, "fr")))


def test_a_chart_brings_its_letters_and_nothing_else() -> None:
    svg = drawn(bars()).vector.decode()
    faces = re.findall(r"@font-face\{font-family:'Fira Sans';font-weight:(\d+);", svg)
    assert faces == ["400", "600"]
    assert "<style>@media all{@font-face{" in svg  # out of WeasyPrint's sight
    assert set(re.findall(r'font-family="([^"]*)"', svg)) == {"Fira Sans, sans-serif"}
    assert re.findall(r"url\((?!#|data:font/woff2)", svg) == []
    assert "://" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert len(svg) < 20_000


def test_its_letters_are_those_it_prints_and_stand_as_close_as_in_the_whole_font() -> None:
    whole = FONTS["FiraSans-Regular.ttf"]
    packed = graphic._subset(whole, "AVToé")
    cut = TTFont(io.BytesIO(base64.b64decode(packed)))
    assert cut.flavor == "woff2"
    assert {chr(code) for code in cut.getBestCmap()} == set("AVToé")
    cut.flavor = None
    plain = io.BytesIO()
    cut.save(plain)
    places = [[advances(font, pair) for pair in ("AV", "To", "Té")] for font in (whole, plain)]
    assert places[0] == places[1]
    assert advances(whole, "AV") < advances(whole, "A") + advances(whole, "V")


def advances(font: bytes | io.BytesIO, letters: str) -> int:
    """How wide the letters are together, in units of the font."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(letters)
    buffer.guess_segment_properties()
    data = font if isinstance(font, bytes) else font.getvalue()
    uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face(data)), buffer)
    return sum(place.x_advance for place in buffer.glyph_positions)


def test_a_clip_that_hides_nothing_is_not_drawn() -> None:
    edge_to_edge = graphic.chart(MAP | {"padding": 0}, [], THEME, {"sahel": SAHEL})
    plain = graphic._converted(edge_to_edge.content, str(FOLDER))
    lean = graphic._unclipped(plain)
    assert plain.count(' clip-path="') == 2
    assert " clip-path=" not in lean

    dots = [
        Image.open(io.BytesIO(graphic._png(svg, str(FOLDER)))).convert("RGB")
        for svg in (plain, lean)
    ]
    # At an edge, one of the sixteen parts of a dot that the converter tells apart.
    assert max(ImageChops.difference(*dots).tobytes()) <= 16


@pytest.mark.parametrize(
    ("clip", "place"),
    [
        ('<rect x="1" y="0" width="9" height="9"/>', "translate(0,0)"),
        ('<rect x="0" y="0" width="9" height="8"/>', "translate(0,0)"),
        ('<rect x="0" y="0" width="9" height="9" transform="scale(.5)"/>', "translate(0,0)"),
        ('<circle r="4"/>', "translate(0,0)"),
        ('<rect x="0" y="0" width="9" height="9"/>', "translate(2,0)"),
    ],
)
def test_a_clip_that_may_hide_something_stays(clip: str, place: str) -> None:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g transform="{place}">'
        f'<path clip-path="url(#part1)" d="M0,0h9v9"/></g>'
        f'<defs><clipPath id="part1">{clip}</clipPath></defs></svg>'
    )
    assert 'clip-path="url(#part1)"' in graphic._unclipped(svg)


def test_a_map_stays_small() -> None:
    picture = drawn(map_of(SAHEL))
    assert len(SAHEL) < 120_000
    assert 10_000 < len(picture.vector) < 150_000


def test_what_was_drawn_before_leaves_no_trace() -> None:
    strip = graphic.chart(STRIP, DATES, THEME, {})
    first = drawn(strip)
    drawn(map_of(SAHEL))
    assert b"url(#part1)" in first.vector
    assert drawn(strip) == first


PRINTER = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from tests import test_graphic as t
for drawing in (t.bars(), t.graphic.chart(t.STRIP, t.DATES, t.THEME, {}), t.map_of(t.SAHEL)):
    picture = t.drawn(drawing)
    print(drawing.digest, hashlib.sha256(picture.vector + picture.raster).hexdigest())
"""


def test_equal_bytes_in_another_process_hash_seed_and_time_zone() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", PRINTER, str(ROOT)],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
        ).stdout
        for seed, zone in (("1", "America/Los_Angeles"), ("2", "Asia/Tokyo"))
    }
    assert len(answers) == 1


def test_the_converter_is_imported_only_to_draw() -> None:
    code = "import sys, pipeline.graphic; sys.exit('vl_convert' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("name", "ratio"), [("mali", 3 / 2), ("burkina-faso", 3 / 2), ("niger", 7 / 6)]
)
def test_flags_keep_their_proportions(name: str, ratio: float) -> None:
    content = (PICTURES / f"flag-{name}.svg").read_bytes()
    picture = drawn(graphic.drawing(f"flag-{name}.svg", content))
    assert picture.vector == content
    assert picture.width / picture.height == pytest.approx(ratio)
    dots = graphic._png_size(picture.raster)
    assert dots == pytest.approx((picture.width, picture.height), abs=96 / 300)


# The theme ---------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_colours(theme: Mapping[str, Any]) -> Iterator[str]:
    yield theme["text"]["color"]
    for part in ("axis", "legend"):
        yield from (theme[part]["labelColor"], theme[part]["titleColor"])


def test_the_theme_can_be_read_on_white() -> None:
    theme = json.loads(THEME)
    assert all(contrast(colour, "#FFFFFF") >= 4.5 for colour in text_colours(theme))
    assert all(contrast(colour, "#FFFFFF") >= 3 for colour in theme["range"]["category"])
    style = theme["style"]
    for land in ("neighbour", "sea"):
        assert contrast(style["neighbour-name"]["color"], style[land]["color"]) >= 4.5
    for name in ("member-name", "capital-name"):
        assert contrast(style[name]["color"], style["member"]["color"]) >= 4.5
