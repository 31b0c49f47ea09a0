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


@dataclass(slots=True)
class _Open:
    """A link that has not ended. `start` is its first word; spaces before that are not its own."""

    target: str
    before: int
    start: int = -1
    inside: str = ""


def _spool(tape: Tape, marks: Marks, line: int, cell: int) -> None:
    pending = ""
    links: list[_Open] = []

    def flush() -> None:
        nonlocal pending
        tape.words.extend(Word(text, line, cell) for text in _words(pending))
        pending = ""

    for mark in marks:
        match mark:
            case str():
                blank = len(mark) - len(mark.lstrip(_SPACES))
                for link in links:
                    if link.start < 0 and blank < len(mark):
                        link.start = len(tape.words) + _begun(pending + mark[:blank])
                    link.inside += mark
                pending += mark
            case Shown(alt):
                flush()
                for link in links:
                    link.start = len(tape.words) if link.start < 0 else link.start
                tape.words.append(Word(PICTURE + " ".join(_words(alt)), line, cell))
            case Called():
                flush()
                tape.words.append(Word(CALL, line, cell))
            case Opened(target):
                links.append(_Open(target, len(tape.words)))
            case Closed():
                if links:
                    link = links.pop()
                    text = " ".join(_words(link.inside))
                    end = len(tape.words) + len(_words(pending))
                    # A link round nothing cannot be followed, and need not be there.
                    if text or len(tape.words) > link.before:
                        start = end if link.start < 0 else link.start
                        tape.links.append(LinkAt(start, end, link.target, text))
            case Anchored(name, ends):
                at = len(tape.words) + (len(_words(pending)) if ends else _begun(pending))
                start = tape.anchors.get(name, (at, at))[0]
                if ends or name not in tape.anchors:
                    tape.anchors[name] = (start, at)
            case _:
                assert_never(mark)
    flush()


# A no-break space is a character of a word: that it becomes another is a change.
_SPACES = " \t\r\n"
_SPACE = re.compile(f"[{_SPACES}]+")


def _begun(pending: str) -> int:
    """How many words lie wholly before the next character."""
    return len(_words(pending)) - (pending[-1:] not in ("", *_SPACES))


def _words(text: str) -> list[str]:
    return [word for word in _SPACE.split(text) if word]
