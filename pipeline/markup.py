"""Inline text as authors write it, read into inlines.

In: one text of the source. Out: its inlines, what it points at, and what is wrong in it.

    *emphasis*  **strong**  [words](https://example.org)  \\* for an asterisk
    [@reference]  [@reference, art. 6]  [@one; @another, p. 3]  [#figure]  ^[a note]  a flag emoji
    [words in another language]{fr}  [=record.field]  [=record+another.field]

Everything else is text: backticks, HTML, entities, pictures and line breaks mean nothing here.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from pipeline.document import (
    Citation,
    Emphasis,
    Foreign,
    Image,
    Inline,
    Inlines,
    Link,
    Note,
    Strong,
    joined,
)
from pipeline.frozen import dataclass

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the text points at something: at an id, at a state by the letters of its flag, or at
    what a shared record says (`mali.population`).

    `start` and `end` are the key's own offsets in the text.
    """

    kind: Literal["citation", "pointer", "flag", "value"]
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be meant as it stands, at its offsets in the text. `FAULTS` has the codes."""

    code: str
    message: str
    hint: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Markup:
    """`inlines` hold Citations and Notes without labels, pointers and values as Links without
    content (to "#id" and "=record.field"), and flags as Images without digest whose `alt` is the
    country's code; the view and assembly complete them.
    The citations of one bracket are separate, with a blank between them.
    """

    inlines: Inlines
    marks: tuple[Mark, ...]
    faults: tuple[Fault, ...]


# What may be markup, or is a slip, besides brackets. Few texts have it, and half have neither.
_STYLED = re.compile(
    "[*_\\\\\U0001f1e6-\U0001f1ff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)


@lru_cache(maxsize=16384)
def parse(text: str) -> Markup:
    """What `text` says. Any text will do: what is wrong with it is among the faults."""
    styled = _STYLED.search(text)
    if not styled and "[" not in text:
        words = _clean(text).strip(" ")
        return Markup((words,) if words else (), (), ())
    reading = _Reading(text)
    _find_brackets(reading)
    if not styled and all(bracket.inlines for bracket in reading.brackets.values()):
        inlines = _in_turn(reading)
    else:
        tokens: list[Token] = []
        _parser().inline.parse(text, _parser(), {"reading": reading}, tokens)
        _find_slips(tokens, reading)
        inlines = _inlines(tokens)
    return Markup(
        inlines,
        tuple(sorted(reading.marks, key=lambda mark: mark.start)),
        tuple(sorted(reading.faults, key=lambda fault: (fault.start, fault.end))),
    )


# Brackets ----------------------------------------------------------------------------------
#
# They are matched in one pass, before the inline rules run. markdown-it's own rule for links
# looks for the end of each bracket anew, which takes the square of the length of a text full of
# them, and it cannot say where in the text it found something.


@dataclass(frozen=True, slots=True)
class _Bracket:
    """A bracket that means something; `start` and `end` are the offsets of what it holds."""

    kind: Literal["link", "note", "citation", "pointer", "value", "passage"]
    start: int
    end: int
    after: int  # the offset from which the text goes on
    inlines: Inlines = ()  # of a citation, a pointer or a value
    address: str = ""  # of a link; of a passage, its language


@dataclass(slots=True)
class _Reading:
    """What is known of a text while it is read."""

    text: str
    brackets: dict[int, _Bracket] = field(default_factory=dict)  # by the offset of the "["
    marks: list[Mark] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, message: str, hint: str, start: int, end: int) -> None:
        self.faults.append(Fault(code, message, hint, start, end))


_SIGNIFICANT = re.compile(r"\\.|[!^]?\[|\]", re.DOTALL)
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _find_brackets(reading: _Reading) -> None:
    opened: list[tuple[str, int]] = []  # "[", "![" or "^[", and the offset of its bracket
    notes: list[int] = []
    holding = 0  # so many of `opened`, from the outermost, hold a link or a note already
    place = 0
    while found := _SIGNIFICANT.search(reading.text, place):
        place = found.end()
        if found[0].endswith("["):
            opened.append((found[0], place - 1))
        elif found[0] == "]" and opened:
            sign, start = opened.pop()
            bracket = _bracket(reading, sign, start, place - 1)
            if bracket and bracket.kind != "note" and len(opened) < holding:
                reading.fault(
                    "nested-link",
                    f"a {bracket.kind} cannot hold another link, citation or note",
                    "move the inner one behind the outer",
                    start,
                    bracket.after,
                )
            elif bracket:
                while bracket.kind == "note" and notes and notes[-1] > start:
                    _refuse_note(reading, notes.pop())
                if bracket.kind == "note":
                    notes.append(start)
                reading.brackets[start] = bracket
                place = bracket.after
                # A link may say its words, or a figure in them, in whatever way it likes.
                if bracket.kind not in ("passage", "value"):
                    holding = len(opened)
            holding = min(holding, len(opened))
    for sign, start in opened:
        _find_unclosed(reading, sign, start)


def _bracket(reading: _Reading, sign: str, start: int, end: int) -> _Bracket | None:
    """What the bracket from "[" at `start` to "]" at `end` means, or None if it is only text."""
    text = reading.text
    if sign == "^[":
        if not text[start + 1 : end].strip():
            reading.fault("empty-note", "a note without words", "", start - 1, end + 1)
        return _Bracket("note", start + 1, end, end + 1)
    if sign == "[" and text.startswith("(", end + 1):
        return _link(reading, start, end)
    if text.startswith("@", start + 1):
        return _citation(reading, start, end)
    if text.startswith("#", start + 1):
        return _pointer(reading, start, end)
    if text.startswith("=", start + 1):
        return _value(reading, start, end)
    if sign == "[" and (language := _LANGUAGE.match(text, end + 1)):
        return _passage(reading, start, end, language)
    return None


_BROKEN_ADDRESS = re.compile(r"\(\s*(<?(?:https?:|mailto:)[^)\s]*)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def _link(reading: _Reading, start: int, end: int) -> _Bracket | None:
    from markdown_it.helpers import parseLinkDestination

    text = reading.text
    at = _after_blanks(text, end + 2)
    found = parseLinkDestination(text, at, len(text))
    after = _after_blanks(text, found.pos) if found.ok else at
    if not text.startswith(")", after):
        # Words in parentheses may follow a bracket: "[sic](as printed)". An address may not.
        if broken := _BROKEN_ADDRESS.match(text, end + 1):
            reading.fault(
                "bad-link",
                f'expected ")" behind the address, found {_shown(text[broken.end(1) :][:20])}',
                'an address holds no blank; write "%20" for it',
                *broken.span(1),
            )
        return None
    address = _ESCAPED.sub(r"\1", text[at:after].strip().removeprefix("<").removesuffix(">"))
    if not _sound(address):
        reading.fault(
            "bad-link",
            f"expected an address (https, http or mailto), found {_shown(address)}",
            r"write \[ where no link is meant",
            *((at, after) if at < after else (end + 1, after + 1)),
        )
        return None
    if not text[start + 1 : end].strip():
        reading.fault("empty-link", "a link without words", "", start, after + 1)
    return _Bracket("link", start + 1, end, after + 1, address=_parser().normalizeLink(address))


def _shown(text: str) -> str:
    """What was found, short enough for a message."""
    words = _clean(text).strip()
    return f'"{words}"' if len(words) <= 60 else f'"{words[:57]}…"'


def _after_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\n", "\r"):
        at += 1
    return at


def _sound(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if re.search(r"[\s\x00-\x1f\x7f\ud800-\udfff]", address):
        return False
    match parts.scheme:
        case "http" | "https":
            return bool(host)
        case "mailto":
            return "@" in parts.path.strip("@")
        case _:
            return False


_PARTS = re.compile(r"(?:\\.|[^;\\])+", re.DOTALL)
_CITED = re.compile(r"\s*@([^\s,]+)\s*(?:,(.*))?", re.DOTALL)
_SECOND = re.compile(r"\s@")


def _citation(reading: _Reading, start: int, end: int) -> _Bracket | None:
    citations: list[Inline] = []
    for part in _PARTS.finditer(reading.text, start + 1, end):
        cited = _CITED.fullmatch(part[0])
        # A second "@" was to follow a semicolon.
        if not cited or not _KEBAB.fullmatch(cited[1]) or _SECOND.search(cited[2] or ""):
            reading.fault(
                "bad-citation",
                f"expected @ and the id of a reference, found {_shown(part[0])}",
                r"write [@id, art. 6; @other-id], or \[ where no citation is meant",
                part.start(),
                part.end(),
            )
            return None
        at = part.start() + cited.start(1)
        reading.marks.append(Mark("citation", cited[1], at, at + len(cited[1])))
        locator = _ESCAPED.sub(r"\1", _clean(cited[2] or "")).strip(" ")
        citations += [" ", Citation(cited[1], "", locator)]
    return _Bracket("citation", start + 1, end, end + 1, tuple(citations[1:]))


def _pointer(reading: _Reading, start: int, end: int) -> _Bracket | None:
    key = reading.text[start + 2 : end]
    if not _KEBAB.fullmatch(key):
        reading.fault(
            "bad-pointer",
            f"expected # and the id of a figure, table or section, found {_shown('#' + key)}",
            r"write \[ where no pointer is meant",
            start + 1,
            end,
        )
        return None
    reading.marks.append(Mark("pointer", key, start + 2, end))
    return _Bracket("pointer", start + 1, end, end + 1, (Link(f"#{key}", ()),))


_VALUE = re.compile(rf"{_KEBAB.pattern}(\+{_KEBAB.pattern})*\.{_KEBAB.pattern}")


def _value(reading: _Reading, start: int, end: int) -> _Bracket | None:
    key = reading.text[start + 2 : end]
    if not _VALUE.fullmatch(key):
        reading.fault(
            "bad-value",
            f"expected = and the field of a record, found {_shown('=' + key)}",
            r"write [=mali.population] or [=mali+niger.population], or \[ where no value is meant",
            start + 1,
            end,
        )
        return None
    reading.marks.append(Mark("value", key, start + 2, end))
    return _Bracket("value", start + 1, end, end + 1, (Link(f"={key}", ()),))


_LANGUAGE = re.compile(r"\{([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\}")


def _passage(reading: _Reading, start: int, end: int, language: re.Match[str]) -> _Bracket | None:
    """Words in another language than the text's: "[Un espace, un peuple]{fr}"."""
    import babel

    try:
        babel.Locale.parse(language[1], sep="-")
    except (babel.UnknownLocaleError, ValueError):
        reading.fault(
            "unknown-language",
            f'expected a language (BCP 47), found "{language[1]}"',
            r"write \[ where no passage in another language is meant",
            *language.span(1),
        )
        return None
    return _Bracket("passage", start + 1, end, language.end(), address=language[1])


def _refuse_note(reading: _Reading, start: int) -> None:
    bracket = reading.brackets.pop(start)
    reading.fault("nested-note", "a note cannot hold another note", "", start - 1, bracket.after)


def _find_unclosed(reading: _Reading, sign: str, start: int) -> None:
    after = reading.text[start + 1 : start + 2]
    if sign == "^[" or after in ("@", "#", "="):
        what = "note" if sign == "^[" else {"@": "citation", "#": "pointer", "=": "value"}[after]
        reading.fault(
            f"unclosed-{what}",
            f'a {what} without its "]"',
            rf"write \{sign} where none is meant",
            start - (sign == "^["),
            start + 1 + (sign == "["),
        )


# Inline rules ------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero")
    rules = parser.inline.ruler
    rules.push("brackets", _read_bracket)
    rules.push("flags", _read_flag)
    rules.at("emphasis", _read_emphasis)
    rules.enableOnly(["text", "escape", "emphasis", "brackets", "flags"])
    parser.inline.ruler2.enableOnly(["balance_pairs", "emphasis"])
    for letter in _LETTERS:
        parser.inline.add_terminator_char(letter)
    return parser


def _read_bracket(state: StateInline, silent: bool) -> bool:
    note = state.src[state.pos] == "^"
    bracket = state.env["reading"].brackets.get(state.pos + note)
    if bracket is None or note != (bracket.kind == "note"):
        return False
    if bracket.inlines:
        state.push("inlines", "", 0).meta["bracket"] = bracket
    else:
        state.push(f"{bracket.kind}_open", "", 1).meta["bracket"] = bracket
        end = state.posMax
        state.pos, state.posMax = bracket.start, bracket.end
        state.md.inline.tokenize(state)
        state.posMax = end
        state.push(f"{bracket.kind}_close", "", -1)
    state.pos = bracket.after
    return True


_LETTERS = {chr(0x1F1E6 + number): chr(0x41 + number) for number in range(26)}


def _read_flag(state: StateInline, silent: bool) -> bool:
    """Two regional indicators, which stand for the letters of a country's code."""
    pair = state.src[state.pos : min(state.pos + 2, state.posMax)]
    code = "".join(_LETTERS.get(character, "") for character in pair)
    if len(code) != 2:
        return False
    state.env["reading"].marks.append(Mark("flag", code, state.pos, state.pos + 2))
    state.push("inlines", "", 0).meta["bracket"] = _Bracket(
        "pointer", state.pos, state.pos, state.pos + 2, (Image("", code),)
    )
    state.pos += 2
    return True


def _read_emphasis(state: StateInline, silent: bool) -> bool:
    """As CommonMark, but each asterisk keeps its offset."""
    from markdown_it.rules_inline.emphasis import tokenize

    start = state.pos
    if not tokenize(state, silent):
        return False
    for offset, token in enumerate(state.tokens[start - state.pos :], start):
        token.meta["offset"] = offset
    return True


# Slips -------------------------------------------------------------------------------------

# What XML cannot hold, and controls, which print nothing: neither is ever meant.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]+")


def _find_slips(tokens: Iterable[Token], reading: _Reading) -> None:
    text = reading.text
    for found in _CONTROLS.finditer(text):
        points = " ".join(f"U+{ord(character):04X}" for character in found[0][:3])
        reading.fault(
            "control-character", f"a character that cannot be printed: {points}", "", *found.span()
        )
    left = {t.meta["offset"] for t in tokens if t.type == "text" and t.content == "*" and t.meta}
    for offset in sorted(left):
        # "2 ** 3" and "word**" can be meant; asterisks that open a word must close.
        before, after = text[max(offset - 1, 0) : offset], text[offset + 2 : offset + 3]
        if offset + 1 in left and not before.isalnum() and after.isalnum():
            reading.fault(
                "unclosed-strong",
                '"**" without the "**" that closes it',
                r"write \*\* where asterisks are meant",
                offset,
                offset + 2,
            )


# Tokens to inlines -------------------------------------------------------------------------

_Pieces: TypeAlias = list[Inline]


def _in_turn(reading: _Reading) -> Inlines:
    """A text whose brackets hold no text of their own, such as a sentence and what it cites: what
    the rules above would come to, and most of what there is to parse."""
    pieces: _Pieces = []
    place = 0
    for start, bracket in sorted(reading.brackets.items()):
        if start >= place:  # not within another
            said = _clean(reading.text[place:start])
            pieces += (said if place else said.lstrip(" "), *bracket.inlines)
            place = bracket.after
    said = _clean(reading.text[place:])
    pieces.append(said if place else said.lstrip(" "))
    return _trimmed(_merged(pieces))


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    kind: str
    inside: frozenset[str]  # the kinds that it stands in, its own among them
    bracket: _Bracket | None = None
    pieces: _Pieces = field(default_factory=list)


_BLANKS = re.compile("[ \t\n\r\v\f\x85\u2028\u2029]+")  # no-break spaces are meant


def _clean(text: str) -> str:
    if text.isprintable() and "  " not in text:  # so are nearly all: no control, no blank but " "
        return text
    return _BLANKS.sub(" ", _CONTROLS.sub("", text))


def _inlines(tokens: Iterable[Token]) -> Inlines:
    """The tree that the tokens open and close. A stack holds it, as texts may nest without end."""
    stack = [_Open("", frozenset())]
    blank = True  # the line ends in a blank, or has not begun: another would be one too many
    for token in tokens:
        kind, _, part = token.type.partition("_")
        match part or kind:
            case "text" | "special" | "hardbreak":
                # A "\" before the end of a line would be a break, which means nothing here.
                said = "\\ " if kind == "hardbreak" else _clean(token.content)
                said = said.removeprefix(" ") if blank else said
                blank = said.endswith(" ") if said else blank
                stack[-1].pieces.append(said)
            case "inlines":
                stack[-1].pieces += token.meta["bracket"].inlines
                blank = False
            case "open":
                inside = frozenset() if kind == "note" else stack[-1].inside
                stack.append(_Open(kind, inside | {kind}, token.meta.get("bracket")))
                blank = blank or kind == "note"
            case "close":
                element = stack.pop()
                stack[-1].pieces += _closed(element, stack[-1].inside)
                blank = blank and kind != "note"
    return _trimmed(_merged(stack[0].pieces))


def _closed(element: _Open, inside: frozenset[str]) -> Inlines:
    content = _merged(element.pieces)
    match element.kind, element.bracket:
        case "note", _:
            return (Note("", "", _trimmed(content)),)
        case "link", _Bracket() as bracket:
            return (Link(bracket.address, content),)
        case "passage", _Bracket() as bracket if content:
            return (Foreign(bracket.address, content),)
        case kind, _ if kind in inside or not content:
            return content  # strong within strong says nothing more
        case "em", _:
            return (Emphasis(content),)
        case _:
            return (Strong(content),)


def _merged(pieces: _Pieces) -> Inlines:
    """Adjacent strings as one, empty ones gone."""
    return tuple([piece for piece in joined(pieces) if piece != ""])


def _trimmed(inlines: Inlines) -> Inlines:
    """Without the blank at the end, however deep it stands."""
    match inlines:
        case (*rest, str(last)):
            return (*rest, last.rstrip(" ")) if last.strip(" ") else _trimmed(tuple(rest))
        case (*rest, (Emphasis() | Strong() | Foreign() | Link()) as last):
            return (*rest, dataclasses.replace(last, content=_trimmed(last.content)))
        case _:
            return inlines


FAULTS: Mapping[str, str] = {
    "bad-citation": "What stands in `[@…]` is the id of a reference, then perhaps a locator.",
    "bad-link": "A link goes to a complete http, https or mailto address.",
    "bad-pointer": "What stands in `[#…]` is the id of a figure, a table or a section.",
    "bad-value": "What stands in `[=…]` is a field of a shared record, `[=mali.population]`, or of "
    "several whose figures are added up, `[=mali+niger.population]`.",
    "control-character": "Some characters have no printed form and cannot stand in Word or XML.",
    "empty-link": "A link needs words to read.",
    "empty-note": "A note needs words to read.",
    "nested-link": "A link or a citation cannot stand in another, nor can a note in either.",
    "nested-note": "A note cannot have notes.",
    "unknown-language": "What stands in braces behind `[…]` is a language (BCP 47): `{fr}`.",
    "unclosed-citation": "A citation ends with `]`.",
    "unclosed-note": "A note ends with `]`.",
    "unclosed-pointer": "A pointer ends with `]`.",
    "unclosed-value": "A value ends with `]`.",
    "unclosed-strong": "`**` in front of a word opens what another `**` closes.",
}
