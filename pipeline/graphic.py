"""Chart and map specifications and picture files in; SVG and PNG out, named by what decides them.

A chart is a Vega-Lite specification together with its data, the theme and the map that it draws
on, all in one piece of canonical JSON: a name for the picture that moves with each of them. The
converter is a browser engine in miniature, so what could make it read a file, the network, the
clock or chance is refused before it starts.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from babel import Locale
from lxml import etree

from pipeline.document import Picture

WIDTH = 640  # CSS pixels; the text column in print is 170 mm, that is 643 of them
DPI = 300  # of the PNG, at the size in print
VEGA_LITE = "6.4"

Media = Literal["chart", "svg", "png"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that decides a picture: `content` is the canonical JSON of a complete Vega-Lite
    specification (media "chart"), or the bytes of a file."""

    media: Media
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal, over the Drawing and the versions of what draws it."""
        made = json.dumps([self.media, _versions(self.media), DPI]).encode()
        return hashlib.sha256(made + b"\n" + self.content).hexdigest()


def drawing(file: str, content: bytes) -> Drawing:
    """The Drawing of a picture file, by the end of its name: .svg or .png; else ValueError."""
    match file.rpartition(".")[2]:
        case "svg":
            return Drawing("svg", content)
        case "png":
            return Drawing("png", content)
    raise ValueError(f"{file} is neither SVG nor PNG")


def chart(
    spec: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    theme: bytes,
    maps: Mapping[str, bytes],
    language: str = "en",
) -> Drawing:
    """The Drawing of a chart: `spec` with `rows` as its data and `theme` as its configuration.

    Where `spec` says `data: {map: ID, feature: OBJECT}` (or `mesh: OBJECT`, for borders) it draws
    on the TopoJSON `maps[ID]`. Numbers and dates are printed as `language` does. ValueError for
    whatever `faults` finds, and for a map that is not there.
    """
    for fault in faults(spec):
        raise ValueError(fault)
    placed = _placed(spec, {name: json.loads(content) for name, content in maps.items()})
    config = json.loads(theme) | {"aria": False, "locale": _locale(language)}
    whole = {"width": WIDTH, "data": {"values": [dict(row) for row in rows]}} | placed
    content = json.dumps(whole | {"config": config}, sort_keys=True, separators=(",", ":"))
    return Drawing("chart", content.encode())


def _placed(value: Any, maps: Mapping[str, Any]) -> Any:
    """`value` with every pointer to a map replaced by the map."""
    match value:
        case {"map": str(name), **form}:
            if name not in maps:
                raise ValueError(f'the specification draws on "{name}", a map it is not given')
            return {"values": maps[name], "format": {"type": "topojson", **form}}
        case Mapping():
            return {key: _placed(item, maps) for key, item in value.items()}
        case list() | tuple():
            return [_placed(item, maps) for item in value]
    return value


# What a picture may not hold ---------------------------------------------------------------


def faults(spec: Any) -> Iterator[str]:
    """What `spec` holds that would reach outside it, or draw something else on another day."""
    if not isinstance(spec, Mapping):
        yield "expected a Vega-Lite specification, a mapping"
        return
    for key in sorted(_OWNERS.keys() & spec.keys()):
        if key != "data" or not (isinstance(spec[key], Mapping) and "map" in spec[key]):
            yield f'a specification has no "{key}" of its own: {_OWNERS[key]}'
    yield from _faults({key: item for key, item in spec.items() if key != "$schema"})


_OWNERS = {
    "$schema": "the release of Vega-Lite is fixed",
    "config": "the theme is templates/charts/theme.json",
    "data": "the rows are the graphic's, beside it",
    "datasets": "the rows are the graphic's, beside it",
    "usermeta": "nothing reads it",
}


def _faults(value: Any) -> Iterator[str]:
    match value:
        case str() if re.search(r"://|^\s*(data|file|javascript):", value):
            yield f'a specification reads nothing from outside, found the address "{value}"'
        case Mapping():
            yield from _own_faults(value)
            for item in value.values():
                yield from _faults(item)
        case list() | tuple():
            for item in value:
                yield from _faults(item)


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _strings(item)
        case list() | tuple():
            for item in value:
                yield from _strings(item)


# Where Vega-Lite takes expressions, in them or in what they hold.
_EXPRESSIONS = ("calculate", "expr", "filter", "labelExpr", "test")

# The functions of Vega's expressions that ask the clock, chance or the machine's time zone.
_UNSTEADY = re.compile(
    r"(?<![\w.])(now|random|sample\w+|year|quarter|month|week|date|day|dayofyear|hours|minutes"
    r"|datetime|timezoneoffset|timeFormat|timeParse|timeOffset|timeSequence)\s*\("
)


def _own_faults(value: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a mapping itself, not with what stands in it."""
    for key in ("url", "href"):
        if key in value:
            yield f'a specification reads nothing from outside, found the key "{key}"'
    for text in _strings([value.get(key) for key in _EXPRESSIONS]):
        if call := _UNSTEADY.search(text):
            yield f"{call[1]}() differs by day, chance or place; the utc functions do not"
    if value.get("mark") == "image" or value.get("type") == "image":
        yield "a specification draws no image marks"
    if "sample" in value:
        yield "a sample differs from run to run"
    unit = value.get("timeUnit", "utc")
    if isinstance(unit, Mapping):
        unit = "utc" if unit.get("utc") else unit.get("unit", "")
    # A date without a time is midnight in UTC: west of Greenwich, local time prints the day before.
    if not str(unit).startswith(("utc", "binnedutc")):
        yield f'expected a time unit in UTC, found "{unit}"'
    scale = value.get("scale")
    utc = isinstance(scale, Mapping) and scale.get("type") == "utc"
    if value.get("type") == "temporal" and "timeUnit" not in value and not utc:
        yield "a date needs `scale: {type: utc}`, or a time unit in UTC"


def picture_faults(content: bytes) -> Iterator[str]:
    """What an SVG file holds that acts or reads something from outside it."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield f"not well-formed SVG: {error.msg}"
        return
    if b"<!DOCTYPE" in content:
        yield "a picture has no document type"
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in ("script", "foreignObject", "image", "style", "animate", "set"):
            yield f"a picture has no <{name}>"
        for attribute, value in cast("list[tuple[str, str]]", element.items()):
            local = etree.QName(attribute).localname
            if local.startswith("on"):
                yield f'a picture does not act, found "{local}"'
            linked = local == "href" and not value.startswith("#")
            if linked or "url(" in value.replace("url(#", ""):
                yield f'a picture reads nothing from outside, found "{value}"'


# Drawing -----------------------------------------------------------------------------------


def render(drawing: Drawing, fonts: Mapping[str, bytes], directory: str) -> Picture:
    """Draws it. `fonts` are the font files by name, `directory` the folder where they lie.

    The SVG of a chart brings the letters that it needs. ValueError for a file that cannot be read
    or that reaches outside itself.
    """
    match drawing.media:
        case "chart":
            plain = _converted(drawing.content, directory)
            size = _size(plain)  # first: of a picture of no size no PNG can be made
            raster = _png(_unclipped(plain), directory)
            return Picture(_lettered(plain, fonts).encode(), raster, *size)
        case "svg":
            for fault in picture_faults(drawing.content):
                raise ValueError(fault)
            text = drawing.content.decode()
            size = _size(text)
            return Picture(drawing.content, _png(text, directory), *size)
        case "png":
            return Picture(b"", drawing.content, *_png_size(drawing.content))


def _converted(content: bytes, directory: str) -> str:
    import vl_convert  # here: it is a browser engine, and most commands draw nothing

    _registered(directory)
    svg = vl_convert.vegalite_to_svg(content.decode(), vl_version=VEGA_LITE, allowed_base_urls=[])
    # The converter counts its clips through the life of the process; a picture starts at 1.
    numbers: dict[str, int] = {}
    svg = re.sub(
        r'(?<=[#"])(?:clip|gradient_)\d+(?=[")])',
        lambda name: f"part{numbers.setdefault(name[0], len(numbers) + 1)}",
        svg,
    )
    # A hundredth of a pixel is finer than any press; a map is a tenth smaller without the rest.
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)
    # A namespace for links, where `faults` has let no link in.
    return svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")


@functools.cache
def _registered(directory: str) -> None:
    """Tells the converter about the fonts, once a process: it has no way to forget them."""
    import vl_convert

    vl_convert.register_font_directory(directory)


def _png(svg: str, directory: str) -> bytes:
    import vl_convert

    _registered(directory)
    # The converter counts 72 pixels to the inch, CSS 96; `ppi` also stands in the file.
    return _packed(vl_convert.svg_to_png(svg, scale=72 / 96, ppi=DPI))


def _unclipped(svg: str) -> str:
    """The SVG without the clips that have its own size and place, and so hide nothing.

    The converter draws what is clipped as a layer of its own, with a mask: every layer of a map is
    clipped, and to draw it took ten times as long. The vector keeps them: not everybody who draws
    an SVG ends it at its edge.
    """
    root = etree.fromstring(svg.encode())
    whole = {"x": "0", "y": "0", "width": root.get("width"), "height": root.get("height")}
    needless = {
        f"url(#{clip.get('id')})"
        for clip in root.iter("{*}clipPath")
        if [dict(shape.attrib) for shape in clip] == [whole]
    }
    for element in root.iterfind(".//*[@clip-path]"):
        inside = (element, *element.iterancestors())
        in_place = all(one.get("transform", _NOWHERE) == _NOWHERE for one in inside)
        if in_place and element.get("clip-path") in needless:
            del element.attrib["clip-path"]
    return etree.tostring(root, encoding="unicode")


_NOWHERE = "translate(0,0)"  # as Vega writes it


def _packed(png: bytes) -> bytes:
    """The same dots in fewer bytes: the converter gives each four bytes, but a chart is opaque and
    has few colours, so that a list of them and one byte a dot say the same."""
    from PIL import Image  # here: only a picture that is drawn anew needs it

    drawn = Image.open(io.BytesIO(png)).convert("RGBA")
    packed = drawn
    if drawn.getchannel("A").getextrema() == (255, 255):
        packed = drawn.convert("RGB")
        if packed.getcolors(256):
            # All colours are kept, whichever way they are found; this one takes half the time.
            listed = packed.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            packed = listed if listed.convert("RGB").tobytes() == packed.tobytes() else packed
    out = io.BytesIO()
    packed.save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()


def _size(svg: str) -> tuple[float, float]:
    """Width and height in CSS pixels, of the root element or, without them, of its view box."""
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    _, _, *box = map(float, root.get("viewBox", "0 0 0 0").replace(",", " ").split())
    width, height = (
        float((root.get(name) or str(side)).removesuffix("px"))
        for name, side in zip(("width", "height"), box, strict=True)
    )
    if width <= 0 or height <= 0:
        raise ValueError("an SVG picture needs a width and a height in px, or a view box")
    return width, height


def _png_size(content: bytes) -> tuple[float, float]:
    """Width and height in CSS pixels: as its header says, at the resolution in it or 96 dpi."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        raise ValueError("not a PNG file")
    width, height = struct.unpack(">II", content[16:24])
    place = content.find(b"pHYs", 0, content.find(b"IDAT"))
    across, down, unit = struct.unpack_from(">IIB", content, place + 4) if place > 0 else (0, 0, 0)
    if unit != 1:  # 1 is "dots to the metre"; without it the two are a shape, not a size
        return width, height
    return round(width / across / 0.0254 * 96, 2), round(height / down / 0.0254 * 96, 2)


# Letters -----------------------------------------------------------------------------------

_FACES = {"400": "FiraSans-Regular.ttf", "600": "FiraSans-SemiBold.ttf"}  # what the theme uses


def _lettered(svg: str, fonts: Mapping[str, bytes]) -> str:
    """The SVG with the letters it prints, as fonts of its own.

    A browser shows an SVG that stands in an `img` without the page's fonts; other fonts have other
    widths, and labels that were set with care would run into each other. WeasyPrint has lent the
    page's fonts, and would print the page with these few letters if it looked into @media.
    """
    letters: dict[str, set[str]] = {}
    for text in etree.fromstring(svg.encode()).iter("{*}text"):
        weight = text.get("font-weight", "400")
        words = str(text.xpath("string()"))
        letters.setdefault(weight if weight in _FACES else "400", set()).update(words)
    faces = "".join(
        f"@font-face{{font-family:'Fira Sans';font-weight:{weight};"
        f"src:url(data:font/woff2;base64,{_subset(fonts[_FACES[weight]], ''.join(sorted(used)))})}}"
        for weight, used in sorted(letters.items())
    )
    start = svg.index(">") + 1
    return f"{svg[:start]}<style>@media all{{{faces}}}</style>{svg[start:]}" if faces else svg


def _subset(font: bytes, letters: str) -> str:
    # Here: only a picture that is drawn anew needs them. They come without types.
    import uharfbuzz
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(map(ord, letters))
    features = wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG)
    features.clear()
    features.add(int.from_bytes(b"kern", "big"))
    # HarfBuzz cuts in a thousandth of the time that fontTools needs, which makes an object of each
    # pair of letters that the font sets closer; but fontTools knows how to pack for the web.
    cut = uharfbuzz.subset(uharfbuzz.Face(font), wanted).blob.data
    face = TTFont(io.BytesIO(cut), recalcTimestamp=False)
    face.flavor = "woff2"
    out = io.BytesIO()
    face.save(out, reorderTables=False)
    return base64.b64encode(out.getvalue()).decode()


# What else decides a picture ---------------------------------------------------------------


@functools.cache
def _versions(media: Media) -> Mapping[str, str]:
    """The releases of what draws this media; the fonts are a release of a package, too."""
    from importlib.metadata import version

    return {name: version(name) for name in _TOOLS[media]}


@functools.cache
def _locale(language: str) -> Mapping[str, Any]:
    """How a language prints numbers and dates, in d3's terms, from the Unicode CLDR."""
    locale = Locale.parse(language, sep="-")
    symbols = locale.number_symbols["latn"]
    days, months = locale.days["format"], locale.months["format"]
    return {
        "number": {
            "decimal": symbols["decimal"],
            # French CLDR has the narrow no-break space, which Fira Sans has not.
            "thousands": symbols["group"].replace("\u202f", "\u00a0"),
            "grouping": [3],
            "currency": ["", ""],
        },
        "time": {
            "dateTime": "%Y-%m-%d %H:%M:%S",
            "date": "%Y-%m-%d",
            "time": "%H:%M:%S",
            "periods": [locale.day_periods["format"]["abbreviated"][half] for half in ("am", "pm")],
            # CLDR, by way of Babel, begins the week on Monday, d3 on Sunday.
            "days": [days["wide"][day] for day in (6, 0, 1, 2, 3, 4, 5)],
            "shortDays": [days["abbreviated"][day] for day in (6, 0, 1, 2, 3, 4, 5)],
            "months": [months["wide"][month] for month in range(1, 13)],
            "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        },
    }


_TOOLS: Mapping[Media, tuple[str, ...]] = {
    "chart": (
        "vl-convert-python",
        "fontpkg-fira-sans",
        "uharfbuzz",
        "fonttools",
        "brotli",
        "pillow",
    ),
    "svg": ("vl-convert-python", "fontpkg-fira-sans", "pillow"),
    "png": (),
}
