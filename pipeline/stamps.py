"""The digest of every file, read anew only where its stamp moved.

In: folders, and what was noted of their files before. Out: digests by name. A stamp is what the
file system says of a file: size, times of change, inode. It is trusted as git trusts its index: a
file that was changed about when the note was taken is read again, since a second change within
one tick of the file system's clock leaves no trace.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pipeline.store import digest, replace_file

TICK = 2 * 10**9  # nanoseconds: FAT counts in steps of two seconds, the coarsest that is in use

Stamp: TypeAlias = tuple[int, int, int, int]
Noted: TypeAlias = dict[str, tuple[Stamp, str]]  # a stamp and a digest, by the file's name


def _stamp(found: os.stat_result) -> Stamp:
    # Not only st_mtime: `cp -p` and `touch -r` set that back, and nobody can set st_ctime.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


@dataclass(slots=True)
class Stamps:
    """What is known of files, kept in the file `note`; losing it costs one reading of them."""

    note: Path
    known: Noted = field(default_factory=dict)
    taken: int = 0  # when the note was written, by the clock of its file system
    moved: bool = False

    def of(self, name: str, path: Path | str) -> str | None:
        """The digest of a file; None when there is none. The path of thousands is best a `str`: to
        make a Path of it takes longer than to look at the file."""
        try:
            stamp = _stamp(os.stat(path))  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            self.moved |= self.known.pop(name, None) is not None
            return None
        noted = self.known.get(name)
        if noted and noted[0] == stamp and max(stamp[1], stamp[2]) + TICK < self.taken:
            return noted[1]
        self.moved = True
        found = digest(Path(path).read_bytes())
        self.known[name] = stamp, found
        return found

    def wrote(self, name: str, path: Path, found: str, written: os.stat_result) -> None:
        """Note a file that we wrote ourselves without reading it back, if it is still ours."""
        try:
            stamp = _stamp(path.stat())
        except FileNotFoundError:
            return
        # Another build may have put its own in place meanwhile. Renaming moved only st_ctime.
        if (stamp[0], stamp[1], stamp[3]) == (written.st_size, written.st_mtime_ns, written.st_ino):
            self.known[name] = stamp, found
            self.moved = True

    def forget(self, others_than: Iterable[str], prefix: str) -> None:
        """Drop what was noted under a prefix of files that are not there any more."""
        there = set(others_than)
        for name in [n for n in self.known if n.startswith(prefix) and n not in there]:
            del self.known[name]
            self.moved = True

    def save(self) -> None:
        if self.moved:
            replace_file(self.note, json.dumps(self.known).encode())
            self.moved = False


def read(note: Path) -> Stamps:
    """What was noted; nothing when the note is not there or damaged."""
    try:
        taken = note.stat().st_mtime_ns
        loaded = json.loads(note.read_bytes())
        known: Noted = {name: (_four(stamp), str(found)) for name, (stamp, found) in loaded.items()}
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, AttributeError):
        return Stamps(note)
    return Stamps(note, known, taken)


def _four(stamp: list[int]) -> Stamp:
    size, written, changed, inode = stamp
    return size, written, changed, inode


def files(folder: Path, parts: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Every file under the parts of a folder, by its name in the folder, in the order of names."""
    for part in parts:
        yield from sorted(_walk(folder / part, part))


def _walk(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{name}/{entry.name}")
        elif not entry.name.startswith(".") and entry.is_file():
            yield f"{name}/{entry.name}", Path(entry.path)


def digests(stamps: Stamps, folder: Path, parts: Iterable[str]) -> Mapping[str, str]:
    """The digest of every file under the parts of a folder, by name."""
    found = {}
    for name, path in files(folder, parts):
        if (one := stamps.of(name, path)) is not None:
            found[name] = one
    for part in parts:
        stamps.forget(found, f"{part}/")
    return found
