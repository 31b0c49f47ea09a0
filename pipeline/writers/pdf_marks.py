"""What the engine paints on a page goes in; the same comes out in the order of reading, with what
is no part of the Document marked as an artifact, hyphens at line ends as what they are, and each
text as what was written where its glyphs do not say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf  # type: ignore[import-untyped]

HYPHEN = "-\N{WORD JOINER}"
"""What `print.css` has the engine put where it breaks a word. The joiner leaves no trace on the
page; it tells this hyphen from those of the Document."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What was painted on one page: the number that each box got in the stream, and the reference
    of the structure element that each number belongs to."""

    stream: list[Any] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)
    owners: dict[int, bytes] = field(default_factory=dict)


def recorded(page: Any) -> Marks:
    """Have the page note down its marks when it is painted: the engine throws them away."""
    marks, paint = Marks(), page.paint

    def painted(stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        marks.stream.append(stream)
        marks.numbers.update((box, mark["mcid"]) for box, mark in stream._tags.items())

    page.paint = painted
    return marks


def finish(marks: Marks, edges: Mapping[int, str], labels: Sequence[tuple[int, int]]) -> None:
    """Settle the stream of a page. `edges`: which numbers stand in its head ("Top") or foot
    ("Bottom"); `labels`: numbers of labels, each with the one before which it is read."""
    content = marks.stream[0].stream
    places = dict(_places(content))
    for box, number in marks.numbers.items():
        if number in places and number not in marks.owners:
            # A picture of which nothing is said is an ornament; so is what leads the eye.
            kind = "Layout" if box.element_tag == "img" or box.is_leader else "Pagination"
            _make_artifact(content, places[number], kind, edges.get(number, ""))
    told = set(_tell(marks, content))
    content[:] = _in_order(content, places, labels)
    soft = {n for box, n in marks.numbers.items() if getattr(box, "text", "").endswith(HYPHEN)}
    soft -= told
    for number, place in reversed(list(_places(content)) if soft else []):
        if number in soft:
            _soften(content, place)


def _places(content: list[Any]) -> Iterator[tuple[int, int]]:
    """Where each piece of marked content begins: its tag, then its properties, then BDC."""
    for place, thing in enumerate(content):
        if isinstance(thing, pydyf.Dictionary) and "MCID" in thing:
            yield thing["MCID"], place - 1


def _make_artifact(content: list[Any], place: int, kind: str, edge: str) -> None:
    """ISO 32000-1, 14.8.2.2.2: a running head or folio, a head that is repeated, an ornament."""
    properties = pydyf.Dictionary({"Type": f"/{kind}"})
    if edge:
        properties["Subtype"] = "/Header" if edge == "Top" else "/Footer"
        properties["Attached"] = pydyf.Array([f"/{edge}"])
    content[place : place + 2] = ["/Artifact", properties]


_LAST_GLYPH = re.compile(rb"(.*<[0-9a-f]*)([0-9a-f]{4})(>[-0-9.]*(?:<>[-0-9.]*)*)\] TJ", re.DOTALL)


def _soften(content: list[Any], place: int) -> None:
    """Say that a hyphen at a line end is none of the word's own (ISO 32000-1, 14.8.2.2.3)."""
    end = content.index(b"EMC", place)
    shown = next(n for n in range(end, place, -1) if content[n].endswith(b"TJ"))
    parts = _LAST_GLYPH.fullmatch(content[shown])
    if parts is None:
        raise ValueError("the engine shows a hyphen in a way that is not known")
    before, glyph, after = parts.groups()
    said = pydyf.Dictionary({"ActualText": _string("\u00ad")})
    content[shown : shown + 1] = [
        before + b">] TJ", "/Span", said, b"BDC", b"[<" + glyph + after + b"] TJ", b"EMC",
    ]  # fmt: skip


# Texts -------------------------------------------------------------------------------------


def _tell(marks: Marks, content: list[Any]) -> Iterator[int]:
    """Say what is written where the glyphs would be read as something else (ISO 32000-1, 14.9.4).
    The numbers of those texts come out.

    The engine gives a glyph the letters that it stood for first. One glyph may stand for several:
    for "fi" and for the one letter U+FB01, for "ẹ" and for the first half of "ẹ́".
    """
    boxes = {number: box for box, number in marks.numbers.items() if number in marks.owners}
    for number, properties, shown in _shown(marks.stream[0], content):
        text = getattr(boxes.get(number), "text", None)
        if text is not None and _letters(shown) != _letters(text):
            text = text.removesuffix(HYPHEN) + ("\u00ad" if text.endswith(HYPHEN) else "")
            properties["ActualText"] = _string(text)
            yield number


def _shown(stream: Any, content: list[Any]) -> Iterator[tuple[int, Any, str]]:
    """The number and the properties of each piece of marked content, and what its glyphs say."""
    fonts = {font.hash.encode(): font.to_unicode for font in stream._fonts.values()}
    font: Mapping[int, str] = {}
    properties: Any = None
    said: list[str] = []
    for thing in content:
        if isinstance(thing, pydyf.Dictionary) and "MCID" in thing:
            properties, said = thing, []
        elif not isinstance(thing, bytes):
            continue
        elif thing.endswith(b" Tf"):
            font = fonts[thing[1 : thing.index(b" ")]]
        elif thing.endswith(b"TJ"):
            said += (font.get(glyph, "") for glyph in _glyphs(thing))
        elif thing == b"EMC" and properties is not None:
            yield properties["MCID"], properties, "".join(said)
            properties = None


_GLYPHS = re.compile(rb"<([0-9a-f]+)>")


def _glyphs(shown: bytes) -> Iterator[int]:
    """Two bytes a glyph (Identity-H)."""
    codes = bytes.fromhex(b"".join(_GLYPHS.findall(shown)).decode())
    return (high << 8 | low for high, low in zip(codes[::2], codes[1::2], strict=True))


# Soft hyphens, and spaces and joiners without width.
_TRACELESS = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def _letters(text: str) -> str:
    return "".join(text.split()).translate(_TRACELESS)


def _string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


# Labels ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state at one place: what sets colours, and what moves or cuts the page."""

    paints: Mapping[bytes, bytes] = field(default_factory=dict)
    frame: tuple[bytes, ...] = ()


_PAINTS = frozenset({b"rg", b"RG", b"cs", b"CS", b"scn", b"SCN", b"gs"})


def _in_order(
    content: list[Any], places: Mapping[int, int], labels: Sequence[tuple[int, int]]
) -> list[Any]:
    """The content with each label before its text. The engine paints numbers and bullets last of
    all, since it positions them; so they would follow everything else in the file."""
    if not labels:
        return content
    wanted = {places[number] for pair in labels for number in pair}
    states = dict(_states(content, wanted))
    moved: dict[int, list[Any]] = {}
    gone: dict[int, int] = {}
    for label, text in labels:
        start, target = places[label], places[text]
        if target < start and states[start].frame == states[target].frame:
            end = gone[start] = content.index(b"EMC", start) + 1
            chunk = [b"q", *states[start].paints.values(), *content[start:end], b"Q"]
            moved.setdefault(target, []).extend(chunk)
    ordered: list[Any] = []
    place = 0
    while place < len(content):
        ordered += moved.get(place, ())
        if place in gone:
            place = gone[place]
        else:
            ordered.append(content[place])
            place += 1
    return ordered


def _states(content: list[Any], wanted: set[int]) -> Iterator[tuple[int, _State]]:
    state, kept = _State(), []
    for place, thing in enumerate(content):
        if place in wanted:
            yield place, state
        if not isinstance(thing, bytes):
            continue
        operator = thing.rpartition(b" ")[2]
        if operator == b"q":
            kept.append(state)
        elif operator == b"Q":
            state = kept.pop()
        elif operator in _PAINTS:
            # The engine's names of what fills and of what strokes differ in their first letter.
            key = thing[:2] + operator if operator == b"gs" else operator
            others = {one: value for one, value in state.paints.items() if one != key}
            state = _State({**others, key: thing}, state.frame)
        elif operator in (b"cm", b"W", b"W*"):
            state = _State(state.paints, (*state.frame, *content[place - 1 : place + 1]))
