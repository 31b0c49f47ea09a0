"""Results by the digest of their manifest: made once, found again.

In: a manifest, which is all that decides a result, as JSON values. Out: the bytes made from it.

Processes and machines may share the folder without locks: a result is written under a temporary
name and renamed, and whoever writes it again writes the same bytes. A damaged result counts as
none. The folder bounds itself and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Manifest: TypeAlias = Mapping[str, object]

BUCKETS = 256  # folders in a store, by the first two digits of a key
LARGEST = 2_000_000_000  # bytes in a store before the results that were used last go
DAY = 86_400 * 10**9  # in the unit of st_mtime_ns


def key(manifest: Manifest) -> str:
    """SHA-256 of the manifest's canonical JSON, in hexadecimal."""
    return digest(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode())


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


# Files -------------------------------------------------------------------------------------


def replace_file(path: Path, data: bytes, temporaries: Path | None = None) -> os.stat_result:
    """Write a file so that a reader sees the old bytes or the new ones, never a part. Returns what
    the file system says of the file, by which it can be told from one that took its place.

    `temporaries` is a folder on the same disk for what is not whole yet, so that a process that
    is killed leaves nothing beside the file.
    """
    folder = temporaries or path.parent
    temporary = f"{folder}/.{path.name}.{_HOME}-{os.getpid()}-{next(_NUMBERS)}"
    handle = _opened(temporary, folder)
    try:
        try:
            _write(handle, data)
            written = os.fstat(handle)
        finally:
            os.close(handle)
        _renamed(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)  # noqa: PTH108 -- written so often that a Path takes its time
        raise
    return written


# In the names of what is not whole yet, so that no other process has them, on whichever machine.
_HOME = os.urandom(8).hex()
_NUMBERS = itertools.count()


def _opened(name: str, folder: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(name, flags, 0o666)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(name, flags, 0o666)


def _write(handle: int, data: bytes) -> None:
    """All of it. A file object would ask the system five things more about each file."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _renamed(name: str, path: Path) -> None:
    try:
        os.replace(name, path)  # noqa: PTH105
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(name, path)  # noqa: PTH105


# The store ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Store:
    """A folder that may be deleted at any time: everything in it can be made again."""

    folder: Path
    largest: int = LARGEST

    @property
    def temporaries(self) -> Path:
        return self.folder / "tmp"

    def find(self, manifest: Manifest) -> bytes | None:
        """The result of this manifest, or None; a damaged one counts as none."""
        path = self._path(key(manifest))
        try:
            checksum, _, data = path.read_bytes().partition(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return data if digest(data).encode() == checksum else None

    def has(self, manifest: Manifest) -> bool:
        """Whether there is a result of this manifest, damaged or not."""
        return self._path(key(manifest)).is_file()

    def keep(self, manifest: Manifest, data: bytes) -> None:
        path = self._path(key(manifest))
        whole = digest(data).encode() + b"\n" + data
        replace_file(path, whole, self.temporaries)
        _bound(path, len(whole), self.largest // BUCKETS)

    def forget(self, manifest: Manifest) -> None:
        self._path(key(manifest)).unlink(missing_ok=True)

    def remember(self, manifest: Manifest, make: Callable[[], bytes]) -> bytes:
        """The result of this manifest, made by `make` when it is not there yet."""
        data = self.find(manifest)
        if data is None:
            data = make()
            self.keep(manifest, data)
        return data

    # The same for JSON values ------------------------------------------------------------------

    def find_value(self, manifest: Manifest) -> Any:
        """The JSON value kept under this manifest, or None."""
        data = self.find(manifest)
        return None if data is None else json.loads(data)

    def keep_value(self, manifest: Manifest, value: object) -> None:
        self.keep(manifest, json.dumps(value, ensure_ascii=False).encode())

    def recall(self, name: Hashable, conclude: Callable[[], T | None]) -> T | None:
        """What is concluded from values of this store, under a name that decides it: concluded
        each time, but for stores that stay in memory."""
        return conclude()

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name[2:]


# Pruning -----------------------------------------------------------------------------------


def prune(store: Store, largest: int, days: int | None = None) -> tuple[int, int]:
    """Remove results, the oldest first, until at most `largest` bytes are left and none is older
    by `days` than the newest. Returns how many files and how many bytes went.

    Ages are counted from the newest result: a store that nobody uses does not fade.
    """
    results = list(_results([store.folder / f"{n:02x}" for n in range(BUCKETS)]))
    unfinished = list(_results([store.temporaries]))
    newest = max((one.st_mtime_ns for _, one in (*results, *unfinished)), default=0)
    # What was being written a day before the newest result belonged to a process that was killed.
    gone = [(path, one) for path, one in unfinished if newest - one.st_mtime_ns > DAY]
    gone += _surplus(results, largest, newest - days * DAY if days is not None else 0)
    for path, _ in gone:
        path.unlink(missing_ok=True)
    return len(gone), sum(one.st_size for _, one in gone)


_HELD: dict[Path, int] = {}  # bytes in a folder, as far as this process has seen


def _bound(kept: Path, size: int, largest: int) -> None:
    """Keep one folder of the store within its part of the whole: digests spread evenly, and so
    nobody ever has to look at all of them. Each process looks into a folder when it first writes
    there, and again when that has grown too large."""
    bucket = kept.parent
    held = _HELD.get(bucket)
    if held is None or held + size > largest:
        others = [(path, one) for path, one in _results([bucket]) if path != kept]
        surplus = _surplus(others, largest, 0)
        for path, _ in surplus:
            path.unlink(missing_ok=True)
        held = sum(one.st_size for _, one in others) - sum(one.st_size for _, one in surplus)
    _HELD[bucket] = held + size


def _surplus(
    results: Iterable[tuple[Path, os.stat_result]], largest: int, oldest: int
) -> list[tuple[Path, os.stat_result]]:
    """What is older than `oldest`, or lies beyond `largest` bytes of newer results."""
    newest_first = sorted(results, key=lambda one: (-one[1].st_mtime_ns, one[0]))
    total, surplus = 0, []
    for path, one in newest_first:
        total += one.st_size
        if total > largest or one.st_mtime_ns < oldest:
            surplus.append((path, one))
    return surplus


def _results(folders: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of these folders; those that another process removes meanwhile are left out."""
    for folder in folders:
        try:
            entries = list(os.scandir(folder))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in entries:
            try:
                yield Path(entry.path), entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
