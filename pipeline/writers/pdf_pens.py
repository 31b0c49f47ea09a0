"""A style goes in; the pen that writes texts of that style comes out, made once.

WeasyPrint 70 asks a style for thirty properties, makes a Pango context, a font description and a
list of attributes of them, and lays out a text: anew for each line of each text, and once more
when it draws what it has laid out, since it drops all of it in between. Here it keeps a text as it
was laid out until it is drawn, and texts of equal styles share what they are written with. It also
never gave back the lists of attributes, one for each text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

FEATURES = (
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps"),
    *("font_variant_numeric", "font_variant_alternates", "font_variant_east_asian"),
    "font_feature_settings",
)
"""The arguments of the engine's `font_features`, in their order."""

ASKED = (
    *("font_family", "font_style", "font_stretch", "font_weight", "font_size"),
    *("font_variation_settings", "font_language_override", "lang", "direction"),
    *("text_decoration_line", "letter_spacing", "word_spacing", "overflow_wrap"),
    *FEATURES,
)
"""All that decides a pen."""

LINES = ("underline_position", "strikethrough_position")
THICKNESSES = ("underline_thickness", "strikethrough_thickness")

# What ends a paragraph for Pango: https://docs.gtk.org/Pango/method.Layout.set_text.html
_PARAGRAPH_ENDS = re.compile("[\n\r\N{PARAGRAPH SEPARATOR}]")

# What the engine looks for in a text, or takes out of it, before Pango gets it.
_LOOKED_FOR = re.compile("[\n\t\0]")


@dataclass(frozen=True, slots=True)
class Pen:
    """`plain`: whether no attributes are entered for each text by itself, as spacing is by the
    place of each space. `attributes`: a list that layouts may share, or None where each needs one
    of its own. `metrics`: of lines beside the text. `slack`: how far two texts may be narrower
    together than one after the other, in Pango's units."""

    context: Any
    language: Any
    description: Any
    features: bytes
    plain: bool
    attributes: Any
    slack: int
    metrics: Mapping[str, float | None]


def install(replace: Callable[[Any, Any], None]) -> None:
    """Let the engine write with pens. `replace` puts a function in the place of another."""
    layout = line_break.Layout
    layout.setup = _setup
    layout.set_text = _set_text(layout.set_text)
    layout.get_first_line = _get_first_line
    layout.deactivate = _keep
    layout.reactivate = _again
    replace(line_break.strut, _once(line_break.strut))


# In the place of methods of the engine's `Layout` ---------------------------------------------


def _setup(layout: Any, style: Any) -> None:
    pen = _pen(style)
    layout.style, layout.language, layout.first_line_direction = style, pen.language, 0
    layout.second, layout.drawn, layout.followed, layout.alone = None, False, False, False
    layout.layout = ffi.gc(pango.pango_layout_new(pen.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, pen.description)
    if pen.attributes:
        pango.pango_layout_set_attributes(layout.layout, pen.attributes)
    layout.plain, layout.slack = pen.plain, pen.slack
    vars(layout).update(pen.metrics)


def _set_text(set_whole: Callable[..., None]) -> Callable[..., None]:
    def set_text(layout: Any, text: str, justify: bool = False) -> None:
        if _is_too_long(layout, text):
            return
        layout.second, layout.followed = None, False
        # The engine sets this before it draws, and Pango would lay out the text again. Where no
        # paragraph ends it says nothing, and may as well be set from the start.
        layout.alone = _PARAGRAPH_ENDS.search(text) is None
        pango.pango_layout_set_single_paragraph_mode(layout.layout, layout.alone)
        if justify or not layout.plain or _LOOKED_FOR.search(text):
            # The engine enters spacing into the list of attributes: not into that of others.
            own = _attributes(_pen(layout.style).features, whole=False)
            pango.pango_layout_set_attributes(layout.layout, own)
            set_whole(layout, text, justify)
        else:
            layout.text = text
            encoded = text.encode()
            pango.pango_layout_set_text(layout.layout, encoded, len(encoded))

    return set_text


def _is_too_long(layout: Any, text: str) -> bool:
    """Whether a text begins as the one that is laid out does, goes on beyond its first line, and
    cannot fit into one line either: then what is laid out has the same first line.

    The engine asks this of each line, whether the word after it would fit without the space that
    follows, and has everything laid out again to know.
    """
    end = layout.second
    if end is None or not layout.text.startswith(f"{text} ") or layout.drawn:
        return False
    length = len(text.encode())
    room = pango.pango_layout_get_width(layout.layout)
    if length <= end or room < 0 or text.endswith(layout.style["hyphenate_character"]):
        return False
    if layout.style["direction"] != "ltr":
        return False  # places are counted from the left
    first = pango.pango_layout_get_line_readonly(layout.layout, 0)
    second = pango.pango_layout_get_line_readonly(layout.layout, 1)
    if length > second.start_index + second.length:
        return True
    width = _width(first, end) + _width(second, length)
    return bool(width > room + layout.slack)


def _width(line: Any, end: int) -> int:
    """Of what stands in a line before this place in its text."""
    width = ffi.new("int *")
    pango.pango_layout_line_index_to_x(line, end, False, width)
    return int(width[0])


def _get_first_line(layout: Any) -> tuple[Any, int | None]:
    first = pango.pango_layout_get_line_readonly(layout.layout, 0)
    second = pango.pango_layout_get_line_readonly(layout.layout, 1)
    layout.second = None if second == ffi.NULL else second.start_index
    layout.first_line_direction = first.resolved_dir
    return first, layout.second


def _keep(layout: Any) -> None:
    """Keep a text as it was laid out."""


def _again(layout: Any, style: Any) -> None:
    """Before it is drawn, a justified text has to be laid out again, with its wider spaces; and one
    with spacing of its own, which the engine may have put a character into."""
    if layout.justification_spacing or not layout.plain or style is not layout.style:
        layout.setup(style)
        layout.set_text(layout.text, justify=True)
    layout.drawn = True


def _once(strut: Callable[[Any], tuple[float, float]]) -> Callable[[Any], tuple[float, float]]:
    def once(style: Any) -> tuple[float, float]:
        try:
            found: tuple[float, float] = style.strut
        except AttributeError:
            found = style.strut = strut(style)
        return found

    return once


# Pens --------------------------------------------------------------------------------------


def _pen(style: Any) -> Pen:
    """The pen of a style. A style is changed before it is first written with, or copied; a copy
    has a pen of its own. Pens stand in what all styles of a page have in common, and which no two
    threads have (`pdf_cascade`): a Pango context belongs to one."""
    try:
        pen: Pen = style.pen
    except AttributeError:
        # A text in a picture has a style of no element, which has nothing in common with others.
        pens = getattr(style, "cache", {}).setdefault("pens", {})
        asked = repr([style[name] for name in ASKED])
        if asked not in pens:
            pens[asked] = _made(style)
        pen = style.pen = pens[asked]
    return pen


def _made(style: Any) -> Pen:
    context = ffi.gc(
        pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref
    )
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    language = _language(style)
    if language is None:
        language = pango.pango_language_get_default()
    else:
        pango.pango_context_set_language(context, language)
    description = get_font_description(style)
    chosen = font_features(*(style[name] for name in FEATURES))
    features = ",".join(f"{name} {value}" for name, value in chosen.items()).encode()
    plain, whole = not _is_spaced(style), style["overflow_wrap"] in ("anywhere", "break-word")
    shared = _attributes(features, whole) if plain and (features or whole) else None
    slack = int(style["font_size"] * TO_UNITS / 8)
    metrics = _metrics(style, context, description, language)
    return Pen(context, language, description, features, plain, shared, slack, metrics)


def _language(style: Any) -> Any:
    name = style["lang"]
    if style["font_language_override"] != "normal":
        override = style["font_language_override"]
        name = LST_TO_ISO.get(override.lower(), override)
    if not name:
        return None
    pointer, kept = unicode_to_char_p(name)
    return pango.pango_language_from_string(pointer) if kept else None


def _attributes(features: bytes, whole: bool) -> Any:
    """`whole`: put no hyphen where a word is broken that has no room."""
    made = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    # The list owns what is entered; what says no places goes from the start of a text to its end.
    if features:
        pango.pango_attr_list_insert(made, pango.pango_attr_font_features_new(features))
    if whole:
        pango.pango_attr_list_insert(made, pango.pango_attr_insert_hyphens_new(False))
    return made


def _is_spaced(style: Any) -> bool:
    """Whether the engine enters attributes of its own for each text: it does for these."""
    spaces = style["word_spacing"], style["letter_spacing"]
    return spaces not in ((0, "normal"), (0, 0))


def _metrics(style: Any, context: Any, description: Any, language: Any) -> dict[str, float | None]:
    if style["text_decoration_line"] == "none":
        return dict.fromkeys(("ascent", *LINES))
    metrics = ffi.gc(
        pango.pango_context_get_metrics(context, description, language),
        pango.pango_font_metrics_unref,
    )
    return {
        name: FROM_UNITS * getattr(pango, f"pango_font_metrics_get_{name}")(metrics)
        for name in ("ascent", *LINES, *THICKNESSES)
    }
