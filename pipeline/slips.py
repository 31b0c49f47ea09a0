"""Broken YAML in our own words: where the slip was, what it is, what would mend it.

In: the text of a file and the parser's error. Out: a place, a message and a hint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.diagnostic import BREAK, Span

# One escape sequence of a text in double quotes.
ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
Slip: TypeAlias = tuple[Span, str, str]  # place, message, hint
_WHOLE = 'put the whole text in quotes, or on lines of its own after ">-"'
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Stumble:
    """Where the parser stopped, and where what it was reading began (both count from 0). Its
    words differ between libyaml and Python, and name grammar, so that the text is looked at."""

    lines: list[str]
    file: str
    words: str
    line: int
    column: int
    opened: tuple[int, int] | None

    @property
    def here(self) -> str:
        return self.lines[self.line]

    @property
    def found(self) -> str:
        """The word at the place."""
        word = self.here[self.column :].split(maxsplit=1)[:1]
        return f'"{short(word[0])}"' if word else "the end of the line"

    def span(self, line: int, column: int, length: int = 1) -> Span:
        return Span(self.file, line + 1, column + 1, line + 1, column + 1 + length)


def broken(text: str, file: str, error: Exception) -> Slip:
    """What made the parser stop, from its error and from the look of the text around it."""
    lines = BREAK.split(text)
    context, problem = (str(getattr(error, key, "") or "") for key in ("context", "problem"))
    began = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or began
    line = min(mark.line, len(lines) - 1) if mark else 0
    stumble = _Stumble(
        lines,
        file,
        f"{context}: {problem}",
        line,
        mark.column if mark and mark.line == line else 0,
        (began.line, began.column) if began and began.line < len(lines) else None,
    )
    slips = (slip for look in _LOOKS if (slip := look(stumble)))
    here = stumble.span(stumble.line, stumble.column)
    return next(slips, (here, f"cannot be read as YAML: {problem or error}", ""))


def _open_quote(at: _Stumble) -> Slip | None:
    if not at.opened or not re.search("quoted scalar.*(end of stream|document)", at.words):
        return None
    line, column = at.opened
    quote = at.lines[line][column : column + 1]
    hint = f"close it with {quote}" + ("; write ' within the text as ''" if quote == "'" else "")
    return at.span(line, column), f"this {quote} is never closed", hint


def _unknown_escape(at: _Stumble) -> Slip | None:
    start = at.here.rfind("\\", 0, at.column + 1)
    if not re.search("escape|hexdec", at.words) or start < 0:
        return None
    word = found.group() if (found := ESCAPE.match(at.here, start)) else "\\"
    hint = "write the backslash twice, or put the text in single quotes"
    if re.match(r"\\u[dD][89a-fA-F]", word):  # JSON writes emoji so, as two surrogates
        hint = "write the character itself"
    return at.span(at.line, start, len(word)), f'"{word}" is not an escape of YAML', hint


def _tab(at: _Stumble) -> Slip | None:
    indentation = at.here[: len(at.here) - len(at.here.lstrip())]
    if "\t" not in indentation or at.column > len(indentation):
        return None
    hint = "indent with spaces; YAML takes no tabs there"
    return at.span(at.line, indentation.index("\t")), "expected spaces, found a tab", hint


def _bad_start(at: _Stumble) -> Slip | None:
    """Characters that mean something to YAML, or are kept for its future."""
    line, column = at.line, at.column
    opening = "ing an?.*(alias|anchor|tag|directive|block scalar):|undefined tag handle"
    if at.opened and re.search(opening, at.words):
        line, column = at.opened
    elif not re.search("start any token|mapping keys are not|incompatible|directive", at.words):
        return None
    if "tag handle" in at.words:
        column = max(column, at.lines[line].find("!", column))
    character = at.lines[line][column : column + 1]
    citation = "[" if character == "@" and at.lines[line][:column].endswith("[") else ""
    return at.span(line, column), f'no text can begin with "{citation}{character}"', _WHOLE


def _open_bracket(at: _Stumble) -> Slip | None:
    if not at.opened or not re.search("flow (sequence|mapping)", at.words):
        return None
    line, column = at.opened
    bracket = at.lines[line][column : column + 1]
    closing = _CLOSING.get(bracket, bracket)
    hint = f"close it with {closing}; text that begins with {bracket} is put in quotes"
    if at.line > line or not at.here[at.column :].strip():
        return at.span(line, column), f"this {bracket} is never closed", hint
    message = f'expected "," or "{closing}", found {at.found}'
    return at.span(at.line, at.column), message, hint


def _colon(at: _Stumble) -> Slip | None:
    """A colon where there is no key: usually the slip is before it, not there."""
    if "unexpected ':'" in at.words:  # libyaml's, in braces
        hint = "write a space after it, or put the text in quotes"
        return at.span(at.line, at.column), 'expected a space after ":"', hint
    if "mapping values are not allowed" not in at.words:
        return None
    value = re.match(r"\s*(?:- +)*[^\s:#][^:#]*:\s+(.*)", at.here)
    if value and value.start(1) < at.column:
        quoted = value[1].rstrip().replace("'", "''")
        hint = f"put the value in quotes: '{quoted}'" if len(quoted) < 60 else _WHOLE
        return at.span(at.line, at.column), 'found a second ":" in this line', hint
    above = _above(at, at.line)
    slip = _unspaced(at, above) or _unkeyed(at, above)
    if slip:
        return slip
    message = "found a key within the value that begins above"
    hint = "as a key, indent it like the one above; as text, " + _WHOLE
    start = len(at.here) - len(at.here.lstrip())
    return at.span(at.line, start, at.column - start), message, hint


def _above(at: _Stumble, line: int) -> int:
    lines = (n for n in range(line - 1, -1, -1) if re.match(r"\s*[^\s#]", at.lines[n]))
    return next(lines, line)


def _unspaced(at: _Stumble, line: int) -> Slip | None:
    found = re.match(r"\s*(?:- +)*([\w.@-]+):([^\s/:].*)$", at.lines[line])
    if not found:
        return None
    hint = f'write "{found[1]}: {short(found[2])}"'
    return at.span(line, found.end(1)), 'expected a space after ":"', hint


def _unkeyed(at: _Stumble, line: int) -> Slip | None:
    found = re.match(r"\s*(?:- +)*([^:#]*[^:#\s])\s*(?:#.*)?$", at.lines[line])
    if not found:
        return None
    message = f'expected ":" after "{short(found[1])}"'
    hint = "a key ends with a colon; text that goes on from above stands further right"
    return at.span(line, found.start(1), len(found[1])), message, hint


def _no_colon(at: _Stumble) -> Slip | None:
    if not at.opened or "simple key" not in at.words:
        return None
    return _unspaced(at, at.opened[0]) or _unkeyed(at, at.opened[0])


def _inline_list(at: _Stumble) -> Slip | None:
    if "sequence entries are not allowed" not in at.words:
        return None
    hint = "begin the list in the next line, or put text that begins with a dash in quotes"
    return at.span(at.line, at.column), "a list cannot begin in the line of its key", hint


def _rest(at: _Stumble) -> Slip | None:
    """Something after a value that had ended: quotes within quotes, or [text](link)."""
    before = at.here[: at.column].rstrip(" -")
    if not before or not re.search("block (mapping|collection|sequence)|block end", at.words):
        return None
    quote = before[-1] if before[-1] in "\"'" else ""
    hint = (
        f"write {quote} within the text as " + ("''" if quote == "'" else '\\"')
        if quote
        else _WHOLE
    )
    return at.span(at.line, at.column), f"the value ends before {at.found}", hint


def _indentation(at: _Stumble) -> Slip | None:
    item = at.here[at.column :].startswith("- ")
    if re.search("block (sequence|collection)", at.words):
        message = f'expected "- " and an item of the list, found {at.found}'
        hint = "check the indentation: what comes after a list stands further left"
    elif "block mapping" in at.words and item:
        message, hint = "expected a key, found a list item", "a list stands under a key of its own"
    elif "block mapping" in at.words:
        message = f"expected a key, found {at.found}"
        hint = "check the indentation: the keys of a mapping begin in one column"
    elif "node content" in at.words:
        message, hint = f"expected a value, found {at.found}", _WHOLE
    elif "document start" in at.words:
        message = f"expected the end of the file, found {at.found}"
        hint = "check the indentation: this line begins further left than the first"
    else:
        return None
    return at.span(at.line, at.column), message, hint


def short(text: str) -> str:
    """A text as a message shows it."""
    return text if len(text) <= 40 else text[:39] + "…"


# Each looks at a stumble and says what the slip was, or None; the first that knows is believed.
_LOOKS = (
    _open_quote,
    _unknown_escape,
    _tab,
    _bad_start,
    _open_bracket,
    _colon,
    _no_colon,
    _inline_list,
    _rest,
    _indentation,
)
