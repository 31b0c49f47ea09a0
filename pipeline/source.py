"""YAML text becomes a tree of nodes, each with its place; every scalar stays text.

In: the bytes of one file. Out: its Node, and a diagnostic for whatever is not plain YAML: of that
language only mappings, lists and scalars are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import field
from typing import Any, TypeAlias

import yaml
from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from pipeline.diagnostic import BREAK, Report, Span
from pipeline.frozen import dataclass
from pipeline.slips import ESCAPE, broken, short

# libyaml reads five times as fast; the Python parser gives the same events where it is missing.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 60

# All but what YAML 1.1 calls printable; XML 1.0, so DOCX and XHTML, cannot hold most of these.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Embeddings, overrides and isolates (Unicode TR 9): with them a line reads otherwise than stored.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Either of them: all but one class of characters, which is looked for four times as fast as two.
_SUSPECT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_BLANK = re.compile("[ \t\n\r\x85\u2028\u2029]+")
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|$))+")


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text as YAML reads it, and as it stands in the file (`raw`).

    `plain`: written without quotes, so that "" means that nothing was given.
    """

    text: str
    raw: str
    plain: bool
    span: Span

    def at(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the file: exact where it stands there letter by
        letter; an escape is one letter, and folded line breaks are where they begin."""
        span, quote = self.span, 0 if self.plain else 1
        if not self.text:
            return span
        start, end = max(start, 0), min(end, len(self.text))
        if span.line == span.end_line and self.raw[quote : len(self.raw) - quote] == self.text:
            start = min(start, len(self.text))
            first, last = span.column + quote + start, span.column + quote + max(start, end)
            return Span(span.file, span.line, first, span.line, last)
        places = _places(self)
        if not places:
            return span
        first = places[start][0] if start < len(places) else places[-1][1]
        last = places[end - 1][1] if start < end else first
        return _within(self.span, self.raw, first, last)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; its span runs from the first item to the last, or from bracket to bracket."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, each once, with their values, in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(data: bytes, file: str, report: Report) -> Node | None:
    """The node of a file; None after an error that hides its structure. Every problem that is
    found goes to `report`."""
    text = _decoded(data, file, report)
    if text is None:
        return None
    page = _Page(_UNREADABLE.sub(_REPLACEMENT, text), file, report)
    whole = Span(file, 1, 1, 1, 1)
    for found in _SUSPECT.finditer(text):
        _suspect(found.group(), _within(whole, text, *found.span()), report)
    try:
        # Events, not yaml.compose: that stops at the first alias, and recurses without a limit.
        return _document(LOADER(page.text).get_event, page)
    except _Lost:
        return None
    except (yaml.YAMLError, ValueError) as error:  # chr() refuses the escape \U00110000
        span, message, hint = broken(page.text, file, error)
        # Text that begins with * or & was told of as an alias or an anchor: one slip, said once.
        told = {(one.span.file, one.span.line, one.code) for one in report.diagnostics}
        if (file, span.line, "yaml-alias") not in told:
            report.add(span, "broken-yaml", message, hint)
        return None


def _decoded(data: bytes, file: str, report: Report) -> str | None:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        report.add(
            _within(Span(file, 1, 1, 1, 1), before + "?", len(before), len(before) + 1),
            "not-utf-8",
            f"expected UTF-8, found the byte 0x{data[error.start]:02X}",
            _encoding(data, error.start),
        )
        return None


def _encoding(data: bytes, place: int) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is in UTF-16; save it as UTF-8"
    letter = data[place : place + 1].decode("cp1252", errors="replace")
    if letter.isalpha() or letter in "‘’“”–—…«»°§":
        return f'in Windows-1252 that byte is "{letter}"; save the file as UTF-8'
    return "save the file as UTF-8"


def _suspect(character: str, span: Span, report: Report) -> None:
    name = f"U+{ord(character):04X}"
    if _BIDI.match(character):
        report.add(
            span,
            "bidi-control",
            f"found {name}, which makes text read otherwise than it is stored",
            "remove it; letters carry their own direction",
        )
    else:
        report.add(
            span,
            "control-character",
            f"found {name}, a character that documents cannot hold",
            "remove it; such characters come along when text is copied from a PDF",
        )


# Events to nodes -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """One file while it is read, with the scalars that an alias may name."""

    text: str
    file: str
    report: Report
    anchors: dict[str, Scalar] = field(default_factory=dict)


class _Lost(Exception):
    """What was reported hides the structure of the rest."""


Following: TypeAlias = Callable[[], Any]  # the next event


def _document(following: Following, page: _Page) -> Node | None:
    roots: list[Node] = []
    while not isinstance(event := following(), StreamEndEvent):
        if isinstance(event, DocumentStartEvent):
            if len(roots) == 1:
                page.report.add(
                    _marked(page, event.start_mark, event.end_mark),
                    "several-documents",
                    'expected one document in the file, found another after "---"',
                    "put each into a file of its own",
                )
            roots.append(_node(following(), following, page, 0))
    match roots:
        case [] | [Scalar(text="", plain=True)]:
            hint = "write its keys, or remove the file"
            page.report.add(
                Span(page.file, 1, 1, 1, 1), "empty-file", "the file holds nothing", hint
            )
            return None
    return roots[0]


def _node(event: Any, following: Following, page: _Page, depth: int) -> Node:
    if isinstance(event, ScalarEvent):
        return _read_scalar(event, page)
    if isinstance(event, AliasEvent):
        return _read_alias(event, page)
    if depth == DEEPEST:
        page.report.add(
            _start(page, event.start_mark, 1),
            "deep-nesting",
            f"nested deeper than {DEEPEST} levels",
            "no record needs so many; look for a bracket that is not closed",
        )
        raise _Lost
    if event.tag is not None or event.anchor is not None:
        _refuse_properties(event, page)
    if isinstance(event, SequenceStartEvent):
        return _read_sequence(event, following, page, depth)
    return _read_mapping(event, following, page, depth)


def _read_sequence(start: Any, following: Following, page: _Page, depth: int) -> Sequence:
    items: list[Node] = []
    while not isinstance(event := following(), SequenceEndEvent):
        items.append(_node(event, following, page, depth + 1))
    return Sequence(tuple(items), _around(page, start, event, items[-1] if items else None))


def _read_mapping(start: Any, following: Following, page: _Page, depth: int) -> Mapping:
    entries: dict[str, tuple[Scalar, Node]] = {}
    value: Node | None = None
    while not isinstance(opening := following(), MappingEndEvent):
        key = _node(opening, following, page, depth + 1)
        ending = following()
        value = _node(ending, following, page, depth + 1)
        if not isinstance(key, Scalar) or not key.text.strip():
            _bad_key(key, page)
        elif start.flow_style and _colonless(opening, ending, page):
            # YAML takes what follows a comma in braces for a key without a value.
            hint = "text with a comma in it is put in quotes when it stands in braces"
            message = f'expected ":" after the key "{short(key.text)}"'
            page.report.add(key.span, "bad-key", message, hint)
        elif key.text in entries:
            first = entries[key.text][0].span.line
            page.report.add(
                key.span,
                "duplicate-key",
                f'the key "{key.text}" stands twice in this mapping',
                f"it first stands in line {first}; keep one of the two",
            )
        else:
            entries[key.text] = key, value
    return Mapping(tuple(entries.values()), _around(page, start, opening, value))


def _colonless(key: Any, value: Any, page: _Page) -> bool:
    empty = isinstance(value, ScalarEvent) and not value.value
    return empty and ":" not in page.text[key.end_mark.index : value.start_mark.index + 1]


def _bad_key(key: Node, page: _Page) -> None:
    match key:
        case Scalar(plain=True) if key.raw:
            return  # an alias, which was reported as one
        case Scalar():
            found, hint = "nothing", 'write a word before the ":"'
        case Sequence():
            found, hint = "a list", "text that begins with [ is put in quotes"
        case Mapping():
            found, hint = "a mapping", "text that begins with { is put in quotes"
    page.report.add(key.span, "bad-key", f"expected a word as key, found {found}", hint)


def _read_scalar(event: Any, page: _Page) -> Scalar:
    start, end = event.start_mark, event.end_mark
    raw = page.text[start.index : end.index]
    span = Span(page.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    if event.style in ("|", ">"):
        # libyaml ends a block scalar where the next token stands, perhaps many lines on.
        span, raw = _within(span, raw, 0, len(raw.rstrip())), raw.rstrip()
    if event.tag is not None or event.anchor is not None:
        _refuse_properties(event, page)
        skip = found.end() if (found := _PROPERTIES.match(raw)) else 0
        span, raw = _within(span, raw, skip, len(raw)), raw[skip:]
    scalar = Scalar(event.value, raw, not event.style, span)
    if event.style == '"' and "\\" in raw and _SUSPECT.search(event.value):
        scalar = _without_escaped(scalar, page)
    if event.anchor is not None:
        page.anchors[event.anchor] = scalar
    return scalar


def _without_escaped(scalar: Scalar, page: _Page) -> Scalar:
    """Escapes reach characters that no file can hold; those that stand typed are known."""
    for (start, end), character in zip(_places(scalar), scalar.text, strict=True):
        if scalar.raw[start] == "\\" and _SUSPECT.match(character):
            _suspect(character, _within(scalar.span, scalar.raw, start, end), page.report)
    text = _UNREADABLE.sub(_REPLACEMENT, scalar.text)
    return Scalar(text, scalar.raw, scalar.plain, scalar.span)


def _read_alias(event: Any, page: _Page) -> Scalar:
    """What the alias names if that is a scalar, so that one mistake is one diagnostic. Nothing
    larger is copied: nine lines of aliases can stand for a thousand million nodes."""
    span = _marked(page, event.start_mark, event.end_mark)
    page.report.add(
        span,
        "yaml-alias",
        f'aliases are not read: "*{event.anchor}"',
        "write the value out, or put text that begins with * in quotes",
    )
    named = page.anchors.get(event.anchor)
    return Scalar(named.text if named else "", f"*{event.anchor}", True, span)


def _refuse_properties(event: Any, page: _Page) -> None:
    """Reports the anchor and the tag before a node, in the order in which they stand."""
    start = event.start_mark
    found = _PROPERTIES.match(page.text, start.index)
    for word in found.group().split() if found else ():
        at = page.text.index(word, start.index) - start.index
        whole = Span(page.file, start.line + 1, start.column + 1, start.line + 1, start.column + 1)
        span = _within(whole, page.text[start.index :][: at + len(word)], at, at + len(word))
        if word.startswith("&"):
            hint = "write the value out at each place, or put text that begins with & in quotes"
            page.report.add(span, "yaml-alias", f'anchors are not read: "{word}"', hint)
        else:
            hint = "every scalar is text; remove the tag, or put text that begins with ! in quotes"
            page.report.add(span, "yaml-tag", f'tags are not read: "{word}"', hint)


# Places --------------------------------------------------------------------------------------


def _marked(page: _Page, start: Any, end: Any) -> Span:
    return Span(page.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _start(page: _Page, mark: Any, length: int) -> Span:
    return Span(page.file, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 1 + length)


def _around(page: _Page, start: Any, end: Any, last: Node | None) -> Span:
    """From bracket to bracket; without brackets to the end of the last value, since the end
    mark stands at the next token, perhaps many lines on."""
    if last is None or start.flow_style:
        return _marked(page, start.start_mark, end.end_mark)
    begin, whole = start.start_mark, last.span
    return Span(page.file, begin.line + 1, begin.column + 1, whole.end_line, whole.end_column)


def _within(whole: Span, raw: str, start: int, end: int) -> Span:
    """The place of `raw[start:end]`, where `raw` begins where `whole` begins."""
    line, column = _advance(whole.line, whole.column, raw, 0, start)
    return Span(whole.file, line, column, *_advance(line, column, raw, start, end))


def _advance(line: int, column: int, raw: str, start: int, end: int) -> tuple[int, int]:
    *breaks, last = BREAK.split(raw[start:end])
    # A slice that ends between \r and \n has not left its line yet.
    if breaks and not last and raw[end - 1 : end + 1] == "\r\n":
        return _advance(line, column, raw, start, end - 1)
    return line + len(breaks), len(last) + (1 if breaks else column)


def _places(scalar: Scalar) -> list[tuple[int, int]]:
    """For each character of `text` the slice of `raw` that says it."""
    text, raw = scalar.text, scalar.raw
    quote = "" if scalar.plain or raw[:1] in "|>" else raw[:1]
    body = raw[len(quote) : len(raw) - len(quote)]
    if body == text:
        return [(at, at + 1) for at in range(len(quote), len(quote) + len(text))]
    at = len(quote)
    if not scalar.plain and not quote:  # a block scalar; its header ends with the line
        at = found.start() if (found := BREAK.search(raw)) else len(raw)
    places: list[tuple[int, int]] = []
    while len(places) < len(text):
        slices, at = _next_places(scalar, quote, at, len(places))
        places += slices
    return places[: len(text)]


def _next_places(
    scalar: Scalar, quote: str, at: int, done: int
) -> tuple[list[tuple[int, int]], int]:
    """The slices that say the next characters of the text, and where `raw` goes on."""
    text, raw = scalar.text, scalar.raw
    if quote == '"' and (escape := ESCAPE.match(raw, at)):
        if BREAK.match(raw, at + 1):  # an escaped break joins two lines without a space
            return [], _blank_after(raw, at + 1)
        return [escape.span()], escape.end()
    if quote == "'" and raw.startswith("''", at):
        return [(at, at + 2)], at + 2
    if at < (after := _blank_after(raw, at)):
        breaks = BREAK.findall(raw[at:after])
        if not breaks:
            return [(place, place + 1) for place in range(at, after)], after
        # Of a run with line breaks, folding leaves a space, or one break less; LS and PS stay.
        block = not scalar.plain and not quote
        folded = len(breaks) - (breaks[0] not in ("\u2028", "\u2029"))
        left = _blank_after(text, done) - done if block else max(1, folded)
        return [(min(at + i, after - 1), min(at + i, after - 1) + 1) for i in range(left)], after
    place = min(at, max(len(raw) - 1, 0))
    return [(place, min(place + 1, len(raw)))], at + 1


def _blank_after(text: str, at: int) -> int:
    return found.end() if (found := _BLANK.match(text, at)) else at


FAULTS: Table[str, str] = {
    "bad-key": "A key is one word or more, followed by a colon and a value.",
    "bidi-control": "Characters that reorder a line hide what it says; none may stand in a file.",
    "broken-yaml": "The text breaks a rule of YAML; the other files are read all the same.",
    "control-character": "Some characters have no printed form and cannot stand in Word or XML.",
    "deep-nesting": "Lists and mappings stand within each other without end.",
    "duplicate-key": "A mapping has a key twice, so that one value would be lost.",
    "empty-file": "A file holds nothing but comments.",
    "not-utf-8": "A file is in another encoding than UTF-8.",
    "several-documents": 'A file holds more than one document, parted by "---".',
    "yaml-alias": "Anchors (&) and aliases (*) are not read: shared records have ids instead.",
    "yaml-tag": "Tags (!) are not read: what a value is read as depends on its key.",
}
