"""Results by the digest of their manifest: made once, found again.

In: a manifest, which is all that decides a result, as JSON values. Out: the bytes made from it.
What is hashed is what is kept beside the result, so that it can be explained.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Manifest: TypeAlias = Mapping[str, object]


def key(manifest: Manifest) -> str:
    """SHA-256 of the manifest's canonical JSON, in hexadecimal."""
    return hashlib.sha256(
        json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes files that only their owner can read; a rendition is for others.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@dataclass(frozen=True, slots=True)
class Store:
    """A folder that may be deleted at any time: everything in it can be made again."""

    folder: Path

    def find(self, manifest: Manifest) -> bytes | None:
        """The result of this manifest, or None; a damaged one counts as none."""
        try:
            digest, _, data = self._path(manifest).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        return data if hashlib.sha256(data).hexdigest().encode() == digest else None

    def keep(self, manifest: Manifest, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest().encode()
        replace_file(self._path(manifest), digest + b"\n" + data)

    def remember(self, manifest: Manifest, make: Callable[[], bytes]) -> bytes:
        """The result of this manifest, made by `make` when it is not there yet."""
        data = self.find(manifest)
        if data is None:
            data = make()
            self.keep(manifest, data)
        return data

    def _path(self, manifest: Manifest) -> Path:
        name = key(manifest)
        return self.folder / name[:2] / name[2:]
