"""How the engine reads HTML, with what it looks for compiled once.

tinyhtml5 2.1 keeps the patterns of the characters up to which it reads, but enters each under a
name that nobody asks for, and makes it again for each tag and each attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tinyhtml5 import inputstream  # type: ignore[import-untyped]


class _Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """By the characters that end a run and whether, the other way round, they make it up."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        characters, opposite = key
        listed = "".join(re.escape(character) for character in characters)
        self[key] = pattern = re.compile(f"[{'' if opposite else '^'}{listed}]+")
        return pattern


def install() -> None:
    """Let the engine find the patterns again."""
    inputstream.characters_until_regex = _Patterns()
