"""Problems as values: where they are, what is wrong, what would mend it, and how that is printed.

In: problems from any stage. Out: them, sorted by place, as text for people or JSON for programs.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal, TypeAlias, get_args

from pipeline.frozen import dataclass

# What ends a line in YAML 1.1, and so what PyYAML counts as one.
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

TERMINAL = 100  # columns; longer lines are cut around the caret

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: lines and columns count from 1, in characters; `end` is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `code` is kebab-case and never renamed; `hint` is an offer, or ""."""

    span: Span
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"


@dataclass(slots=True)
class Report:
    """Where every stage puts what it found; nothing stops at the first problem."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(
        self, span: Span, code: str, message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        self.diagnostics.append(Diagnostic(span, code, message, hint, severity))

    @property
    def failed(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By place, each once."""
    return sorted(set(diagnostics), key=lambda one: (one.span, one.code, one.message, one.hint))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint that names the nearest known word, whatever its case, or "" when none is near."""
    words = {one.lower(): one for one in sorted(known)}
    near = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    return f'did you mean "{words[near[0]]}"?' if near else ""


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """One line, such as "3 errors and 1 warning in 2 files"."""
    found = ordered(diagnostics)
    counts = Counter(one.severity for one in found)
    parts = [_count(counts[kind], kind) for kind in get_args(Severity) if counts[kind]]
    if not parts:
        return "no problems"
    *most, last = parts
    listed = f"{', '.join(most)} and {last}" if most else last
    return f"{listed} in {_count(len({one.span.file for one in found}), 'file')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def render_text(diagnostics: Iterable[Diagnostic], files: Mapping[str, bytes]) -> str:
    """As a compiler prints them: place, code and message, the line, a caret, the hint."""
    found = ordered(diagnostics)
    named = {one.span.file for one in found} & set(files)
    # A Word file has no lines to show.
    lines = {name: _lines(files[name]) for name in named if b"\0" not in files[name]}
    return "".join(_text(one, lines.get(one.span.file, [])) for one in found)


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list, one object a problem, with file, line, column, endLine and endColumn."""
    found = [_json(one) for one in ordered(diagnostics)]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _lines(data: bytes) -> list[str]:
    return BREAK.split(data.decode(errors="replace").removeprefix("\ufeff"))


def _text(one: Diagnostic, lines: list[str]) -> str:
    span = one.span
    head = f"{span.file}:{span.line}:{span.column}: {one.severity}[{one.code}]: {one.message}"
    hint = f"    = hint: {_visible(one.hint)}\n" if one.hint else ""
    if not 0 < span.line <= len(lines) or not lines[span.line - 1].strip():
        return f"{_visible(head)}\n{hint}"
    line = lines[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line.rstrip()) + 1
    number = str(span.line)
    shown, carets = _cut(line, span.column - 1, end - 1, TERMINAL - len(number) - 4)
    return f"{_visible(head)}\n {number} | {shown}\n {' ' * len(number)} | {carets}\n{hint}"


def _cut(line: str, start: int, end: int, room: int) -> tuple[str, str]:
    """What fits of the line around the marked characters, and the carets under these."""
    line = line.rstrip() if start < len(line.rstrip()) else line[: start + 1].rstrip("\r\n")
    cells = [_visible(character) for character in line]
    widths = [_width(cell) for cell in cells]
    start = min(start, len(cells))
    end = max(start, min(end, len(cells)))
    first, last = 0, len(cells)
    if sum(widths) > room:
        room -= 2  # an ellipsis at either end
        first = last = 0 if sum(widths[:end]) <= room // 2 else start
        while last < end and sum(widths[first : last + 1]) <= room:
            last += 1
        # What is left of the room goes to both sides in turn, so that the caret stands amid.
        while first or last < len(cells):
            before = first > 0 and (start - first <= last - end or last == len(cells))
            if sum(widths[first:last]) + widths[first - 1 if before else last] > room:
                break
            first, last = (first - 1, last) if before else (first, last + 1)
    opening = "…" if first else ""
    closing = "…" if last < len(cells) else ""
    indent = len(opening) + sum(widths[first:start])
    carets = "^" * max(1, sum(widths[start : min(end, last)]))
    shown = f"{opening}{''.join(cells[first:last])}{closing}"
    return shown.rstrip(), " " * indent + carets


def _visible(text: str) -> str:
    """Control characters must not reach a terminal, and bidi controls would reorder the line:
    they are shown by name. A tab takes one column."""
    return _HIDDEN.sub(lambda found: _symbol(found.group()), text)


def _symbol(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return " "
    return chr(0x2400 + code) if code < 0x20 else f"<U+{code:04X}>"


_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)


def _width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters take two, marks and joiners none."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )  # fmt: skip


def _json(one: Diagnostic) -> dict[str, object]:
    return {
        "file": one.span.file,
        "line": one.span.line,
        "column": one.span.column,
        "endLine": one.span.end_line,
        "endColumn": one.span.end_column,
        "severity": one.severity,
        "code": one.code,
        "message": one.message,
        "hint": one.hint,
    }
