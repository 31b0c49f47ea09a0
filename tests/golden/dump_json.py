"""Canonical JSON goes in; the same values on fewer lines come out.

A value that fits into a line stands on one; of an object that does not, the values that do share
their lines, and each item of a list begins a line.
"""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120


def dump(data: bytes) -> str:
    return "\n".join(_lines(json.loads(data))) + "\n"


def _lines(value: Any) -> list[str]:
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= WIDTH:
        return [line]
    match value:
        case dict():
            return _bracketed("{", "}", _filled([_entry(key, value[key]) for key in value]))
        case list():
            return _bracketed("[", "]", [_lines(item) for item in value])
        case _:
            return [line]


def _entry(key: str, value: Any) -> list[str]:
    first, *others = _lines(value)
    return [f"{json.dumps(key)}: {first}", *others]


def _filled(entries: list[list[str]]) -> list[list[str]]:
    """The short entries side by side, first; then the others."""
    rows: list[list[str]] = []
    for (line,) in (entry for entry in entries if len(entry) == 1):
        if rows and len(rows[-1][0]) + len(line) <= WIDTH:
            rows[-1][0] += f", {line}"
        else:
            rows.append([line])
    return rows + [entry for entry in entries if len(entry) > 1]


def _bracketed(opening: str, closing: str, parts: list[list[str]]) -> list[str]:
    lines = [line for part in parts[:-1] for line in (*part[:-1], f"{part[-1]},")]
    lines += [*parts[-1][:-1], parts[-1][-1] + closing]
    return [opening + lines[0], *(f" {line}" for line in lines[1:])]
