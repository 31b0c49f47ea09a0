"""The manifest of an output folder: each rendition with its digest and all that decided it.

In: an output folder. Out: entries by the path of the rendition, and files put in place.

One file for all, since people and index pages read it whole. Builds that run at once in one
folder each add their own entries to what is there then, under a lock that the system lets go
when its holder dies.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from pipeline import stamps
from pipeline.stamps import Stamps
from pipeline.store import Manifest, Store, key, replace_file

MANIFEST = "manifest.json"
STORE = ".store"
LOCK = "lock"

Entry: TypeAlias = Mapping[str, Any]  # what the manifest says of a rendition
Entries: TypeAlias = dict[str, Entry]


def store_of(output: Path) -> Store:
    return Store(output / STORE)


def stamps_of(output: Path) -> Stamps:
    """What was noted of files, those of the sources and those that lie in the output folder."""
    return stamps.read(output / STORE / "stamps.json")


def put(output: Path, name: str, data: bytes) -> os.stat_result:
    """Put a file in place; what is not whole yet lies in the store's folder."""
    return replace_file(output / name, data, store_of(output).temporaries)


def read(output: Path) -> Entries:
    """What the manifest says, or nothing when it is not there or damaged: it is made anew."""
    try:
        data = (output / MANIFEST).read_bytes()
        known = _LAST.get(data)  # at once: another thread may put its own there
        if known is None:
            known = _entries(data)
            _keep_in_mind(data, known)
        return dict(known)
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}


# The last manifest that was read or written, and what it says: a build looks into it several times.
_LAST: dict[bytes, Entries] = {}


def _keep_in_mind(manifest: bytes, entries: Entries) -> None:
    _LAST.clear()
    _LAST[manifest] = dict(entries)


def _entries(manifest: bytes) -> Entries:
    loaded = json.loads(manifest)
    made, renditions = loaded["makers"], loaded["renditions"]
    return {path: _whole(entry, made) for path, entry in renditions.items()}


def _whole(entry: Entry, makers: Mapping[str, Manifest]) -> Entry:
    inputs = entry["inputs"]
    return {**entry, "inputs": inputs, "makers": makers[inputs["makers"]]}


@contextmanager
def changing(output: Path) -> Iterator[Entries]:
    """The entries as they are now, to be changed; written when done, by one process at a time."""
    folder = output / STORE
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        entries = read(output)
        yield entries
        data = _printed(entries)
        path = output / MANIFEST
        if not path.is_file() or path.read_bytes() != data:
            put(output, MANIFEST, data)
        _keep_in_mind(data, entries)


def _printed(entries: Entries) -> bytes:
    """Canonical JSON with a line for each rendition. What renditions of a format share (templates,
    code, libraries) stands once, by its digest: a thousand briefings say it four thousand times."""
    makers = {entry["inputs"]["makers"]: entry["makers"] for entry in entries.values()}
    lines = [
        "{",
        '"makers": {',
        _lines(makers),
        "},",
        '"renditions": {',
        _lines({path: _without(entry, "makers") for path, entry in entries.items()}),
        "}",
        "}",
    ]
    return ("\n".join(line for line in lines if line) + "\n").encode()


def _lines(values: Mapping[str, object]) -> str:
    return ",\n".join(
        f"{_encoded(name)}: {_encoded(value)}" for name, value in sorted(values.items())
    )


_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _without(entry: Entry, name: str) -> Entry:
    return {key: value for key, value in entry.items() if key != name}


def makers_key(makers: Manifest) -> str:
    """What stands in a manifest for what all renditions of a format share."""
    return key(makers)[:16]


def files(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The digests of the files that entries stand for: each rendition, the pictures beside it."""
    found = {path: str(entry["sha256"]) for path, entry in entries.items()}
    for path, entry in entries.items():
        for name, one in entry["beside"].items():
            found[(PurePosixPath(path).parent / name).as_posix()] = str(one)
    return found


def remove(output: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (output / path).unlink(missing_ok=True)
