"""The pages of a PDF -> runs of text, in the order in which they are painted, each with the mark
that it stands in.
"""

from __future__ import annotations

import functools
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeAlias

import pikepdf

from pipeline.readback.line import Unreadable


@contextmanager
def opened(data: bytes) -> Iterator[pikepdf.Pdf]:
    """The file. Raises Unreadable, also for what is found to be damaged while it is open."""
    try:
        with pikepdf.open(BytesIO(data)) as file:
            yield file
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = re.sub(r"\s*stream <[^>]*>:?", "", str(error)).strip(" :")
        raise Unreadable(reason or type(error).__name__) from error
    except (IndexError, RecursionError, SyntaxError) as error:
        raise Unreadable("its structure is damaged") from error


@dataclass(frozen=True, slots=True)
class Run:
    """`id` is the number of the marked content, -1 for none; `artifact` is its type, "Untyped" when
    it has none, "" for content. What is in neither is not marked at all. `edge` says of an artifact
    that it stands in the "Header" or the "Footer" of the page."""

    page: int
    id: int
    artifact: str
    text: str
    edge: str = ""


@functools.lru_cache(maxsize=1)
def painted(data: bytes) -> tuple[Run, ...]:
    """The runs of a file, read once for all that is held against them. Raises Unreadable."""
    with opened(data) as file:
        return tuple(runs(file))


def runs(file: pikepdf.Pdf) -> Iterator[Run]:
    """One run for each mark that holds text, pictures or drawings, and one for text without."""
    fonts: _Fonts = {}
    for number, page in enumerate(file.pages, 1):
        yield from _runs(page, number, fonts)


_READ = "BDC BMC EMC Tf Tj TJ ' \""  # the operators that open and close marks, and show text


class _Characters(dict[int, str]):
    """What the glyphs of a font stand for, by their codes."""

    def __missing__(self, code: int) -> str:
        return "\N{REPLACEMENT CHARACTER}"


_Fonts: TypeAlias = dict[tuple[int, int], _Characters]


@dataclass(frozen=True, slots=True)
class _Mark:
    id: int
    artifact: str
    edge: str
    told: str | None  # what its text stands for
    texts: list[str] = field(default_factory=list)

    @property
    def owns(self) -> bool:
        return self.id >= 0 or bool(self.artifact)


def _runs(page: pikepdf.Page, number: int, fonts: _Fonts) -> Iterator[Run]:
    within: list[_Mark] = []
    font = _Characters()
    for instruction in pikepdf.parse_content_stream(page, _READ):
        operands = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                mark = _mark(operands)
                told = mark.told if _told(within) is None else None
                within.append(mark)
                if told is not None:
                    yield from _hear(told, within, number)
            case "EMC" if within:
                mark = within.pop()
                if mark.owns:
                    yield Run(number, mark.id, mark.artifact, "".join(mark.texts), mark.edge)
            case "Tf":
                font = _font(page.Resources.Font[str(operands[0])], fonts)
            case "Tj" | "TJ" | "'" | '"':
                # What a mark stands for was heard where it began.
                if _told(within) is None:
                    yield from _hear(_decoded(operands[-1], font), within, number)


def _told(within: list[_Mark]) -> str | None:
    return next((mark.told for mark in within if mark.told is not None), None)


def _hear(text: str, within: list[_Mark], number: int) -> Iterator[Run]:
    """Give the text to the mark that it stands in; one without is a run of its own."""
    owner = next((mark for mark in reversed(within) if mark.owns), None)
    if owner is None:
        yield Run(number, -1, "", text)
    else:
        owner.texts.append(text)


def _mark(operands: Any) -> _Mark:
    properties = operands[1] if len(operands) > 1 else None
    if not isinstance(properties, pikepdf.Dictionary):
        properties = pikepdf.Dictionary()
    artifact = edge = ""
    if operands[0] == "/Artifact":
        artifact = str(properties.get("/Type", "/Untyped"))[1:]
        edge = str(properties.get("/Subtype", "/"))[1:]
    told = properties.get("/ActualText")
    id = int(properties.get("/MCID", -1))
    return _Mark(id, artifact, edge, None if told is None else str(told))


def _font(font: pikepdf.Object, fonts: _Fonts) -> _Characters:
    if font.objgen not in fonts:
        source = font.ToUnicode.read_bytes().decode("latin-1")
        fonts[font.objgen] = _Characters(_characters(source))
    return fonts[font.objgen]


def _characters(source: str) -> Iterator[tuple[int, str]]:
    """The pairs of a ToUnicode map (ISO 32000-1, 9.10.3)."""
    for part in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w*)>", part):
            yield int(code, 16), _utf16(text)
    for part in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                start = _utf16(text)
                yield int(first, 16) + step, start[:-1] + chr(ord(start[-1]) + step)


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")


def _decoded(shown: pikepdf.Object, font: _Characters) -> str:
    """Two bytes a glyph (Identity-H); what stands between strings moves, and is no text."""
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    strings = [bytes(part) for part in parts if isinstance(part, pikepdf.String)]
    glyphs = b"".join(one[: len(one) // 2 * 2] for one in strings)
    codes = struct.unpack(f">{len(glyphs) // 2}H", glyphs)
    return "".join(map(font.__getitem__, codes))
