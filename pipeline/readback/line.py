"""What a rendition says, whatever its format: lines of marks, and the words they come to.

In: marks as a reader finds them in the order of reading. Out: a Tape of words, each with the
line and the cell it stands in, and the links and anchors between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

# "heading" and "row" are claims that are verified; "title" (of a box) may be printed as a heading
# or as a paragraph; "item" and "note" are told apart from "text" only to name what is missing.
Kind: TypeAlias = Literal["heading", "title", "text", "item", "row", "note"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture. `alt` is "" when nothing is said in its place."""

    alt: str


@dataclass(frozen=True, slots=True)
class Called:
    """The call of a footnote; the notes themselves are lines, in the order of their calls."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link starts. `target` is an address, or "#" and the name of an anchor."""

    target: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A link ends."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """Something that links can point at starts here (or, in an expectation, `ends`)."""

    name: str
    ends: bool = False


Mark: TypeAlias = str | Shown | Called | Opened | Closed | Anchored
Marks: TypeAlias = Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Line:
    """A block of text: a heading, a paragraph, a row of cells. All but rows have one cell.

    `place` is the line (of a text file) or the page on which it was found, from 1; 0: unknown.
    """

    kind: Kind
    cells: tuple[Marks, ...]
    level: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A rendition read back. `language` and `title` are what it says of itself, "" for nothing."""

    lines: tuple[Line, ...]
    language: str
    title: str


class Unreadable(Exception):
    """The bytes are not what their format promises; the message says why."""


# Words -------------------------------------------------------------------------------------

PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"  # opens the word that stands for a picture
CALL = "\N{INTERLINEAR ANNOTATION ANCHOR}"  # the word that stands for the call of a note


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    line: int
    cell: int


@dataclass(frozen=True, slots=True)
class LinkAt:
    """A link: where it starts and ends, counted in words, its target and its text."""

    start: int
    end: int
    target: str
    text: str


@dataclass(slots=True)
class Tape:
    """Words in the order of reading. `anchors` gives the words (start, end) that a name covers."""

    lines: tuple[Line, ...]
    words: list[Word] = field(default_factory=list)
    links: list[LinkAt] = field(default_factory=list)
    anchors: dict[str, tuple[int, int]] = field(default_factory=dict)

    def of_line(self) -> list[range]:
        """The words of each line."""
        counts = [0] * len(self.lines)
        for word in self.words:
            counts[word.line] += 1
        ranges, start = [], 0
        for count in counts:
            ranges.append(range(start, start + count))
            start += count
        return ranges

    def join_links(self) -> None:
        """Makes one link of those that follow each other at once and lead to one place."""
        joined: list[LinkAt] = []
        for link in sorted(self.links, key=lambda link: (link.start, link.end)):
            last = joined[-1] if joined else None
            if last is None or last.target != link.target or link.start > last.end:
                joined.append(link)
                continue
            text = last.text + (" " if link.start == last.end else "") + link.text
            joined[-1] = LinkAt(last.start, link.end, link.target, text)
        self.links = joined


def spool(lines: Iterable[Line]) -> Tape:
    """The lines as words."""
    tape = Tape(tuple(lines))
    for number, line in enumerate(tape.lines):
        for cell, marks in enumerate(line.cells):
            _spool(tape, marks, number, cell)
    return tape


def _spool(tape: Tape, marks: Marks, line: int, cell: int) -> None:
    pending = ""
    links: list[tuple[int, int, str, list[str]]] = []

    def flush() -> None:
        nonlocal pending
        tape.words.extend(Word(text, line, cell) for text in _words(pending))
        pending = ""

    for mark in marks:
        match mark:
            case str():
                pending += mark
                for *_, inside in links:
                    inside.append(mark)
            case Shown(alt):
                flush()
                tape.words.append(Word(PICTURE + " ".join(_words(alt)), line, cell))
            case Called():
                flush()
                tape.words.append(Word(CALL, line, cell))
            case Opened(target):
                links.append((len(tape.words) + _begun(pending), len(tape.words), target, []))
            case Closed():
                if links:
                    start, before, target, inside = links.pop()
                    text = " ".join(_words("".join(inside)))
                    end = len(tape.words) + len(_words(pending))
                    # A link round nothing cannot be followed, and need not be there.
                    if text or len(tape.words) > before:
                        tape.links.append(LinkAt(start, end, target, text))
            case Anchored(name, ends):
                at = len(tape.words) + (len(_words(pending)) if ends else _begun(pending))
                start = tape.anchors.get(name, (at, at))[0]
                if ends or name not in tape.anchors:
                    tape.anchors[name] = (start, at)
            case _:
                assert_never(mark)
    flush()


def _begun(pending: str) -> int:
    """How many words lie wholly before the next character."""
    return len(_words(pending)) - (pending[-1:] not in ("", " ", "\t", "\n", "\r"))


def _words(text: str) -> list[str]:
    # A no-break space is a character of a word: that it becomes another is a change.
    return [word for word in re.split("[ \t\r\n]+", text) if word]
