"""The lines of dumps: words shortened, pieces of a line put together, parts under headings."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LOOSE = re.compile(r" (?=[,.;:!?)\]”])|(?<=[“(\[]) ")


def short(words: str, length: int = 72) -> str:
    """On one line and not much longer than `length`; other spaces than the common one stay."""
    line = re.sub(r"[ \t\r\n]+", " ", words).strip(" ")
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def joined(pieces: Iterable[str]) -> str:
    """The pieces of a line, one space between them, none before a closing or after an opening mark.

    Where a format puts the space, before or after a break of the line, is thereby left open.
    """
    return _LOOSE.sub("", " ".join(piece for piece in pieces if piece.strip()))


def part(heading: str, lines: Iterable[str]) -> str:
    """A heading, underlined, and its lines; "none" where there are none."""
    return "\n".join([heading, "-" * len(heading), *(list(lines) or ["none"]), ""])
