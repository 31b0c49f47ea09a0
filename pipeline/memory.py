"""What was concluded about each file, kept in one file: thousands are read and written at once.

In: the file, and what concludes. Out: a Line for each source file. Processes that share the file
each write all that they know, and the last one stays: what is lost is concluded again.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.store import digest, replace_file


class Line(NamedTuple):
    """What is remembered of a source file, JSON values as they are written. `told` is what there is
    to say of it: "" where that is not known, or was not to be remembered."""

    digest: str  # of the file
    outline: str
    bench: str = ""  # the digest of all shared files, when this was told
    key: str = ""  # the digest of those that it was told from
    places: str = ""  # and of where they stand in their files
    told: str = ""


@dataclass(slots=True)
class Memory:
    """Lines by the names of files. `makers` are what concludes: what others concluded is not
    remembered."""

    note: Path
    makers: str
    lines: dict[str, Line] = field(default_factory=dict)
    moved: bool = False

    def find(self, name: str, digest: str) -> Line | None:
        """What is remembered of a file that has this digest."""
        line = self.lines.get(name)
        return line if line and line.digest == digest else None

    def keep(self, name: str, line: Line) -> None:
        if self.lines.get(name) != line:
            self.lines[name] = line
            self.moved = True

    def save(self, names: Collection[str]) -> None:
        """Write it, if it is not what it was; files of other names are there no more."""
        for gone in self.lines.keys() - set(names):
            del self.lines[gone]
            self.moved = True
        if self.moved:
            # JSON holds no tab and no line break of its own.
            lines = ("\t".join((json.dumps(name), *line)) for name, line in self.lines.items())
            whole = "\n".join((self.makers, *lines)).encode()
            replace_file(self.note, digest(whole).encode() + b"\n" + whole)
            self.moved = False


def read(note: Path, makers: str) -> Memory:
    """What was remembered; nothing when it is not there, damaged, or of other makers."""
    try:
        checksum, _, whole = note.read_bytes().partition(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return Memory(note, makers)
    of, *lines = whole.decode(errors="replace").split("\n")
    if of != makers or digest(whole).encode() != checksum:
        return Memory(note, makers)
    found = (line.split("\t") for line in lines)
    return Memory(note, makers, {json.loads(name): Line(*fields) for name, *fields in found})
