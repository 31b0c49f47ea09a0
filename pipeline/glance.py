"""Whether there is anything to do at all, seen without importing what would do it.

In: a project folder, an output folder, what was asked for. Out: what the last build of all this
said, when every file that it read and every file that it made is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline import ledger
from pipeline.origins import environment
from pipeline.stamps import digests
from pipeline.store import Manifest

PARTS = ("sources", "templates")


@dataclass(frozen=True, slots=True)
class Done:
    """A build or a verification that found nothing left to do: the digests of the files that it
    leaves, by their names in the output folder, how many renditions, and what it told."""

    files: Mapping[str, str]
    renditions: int
    told: str


def glance(folder: Path, output: Path, asked: str) -> Done | None:
    """What was done when nothing has changed since, else None. `asked` says for what."""
    noted = ledger.stamps_of(output)
    manifest = _manifest(digests(noted, folder, PARTS), asked)
    value = ledger.store_of(output).find_value(manifest)
    done = Done(**value) if value else None
    if done and any(noted.of(f"output/{n}", f"{output}/{n}") != d for n, d in done.files.items()):
        done = None
    noted.save()
    return done


def note(known: Mapping[str, str], output: Path, asked: str, done: Done) -> None:
    """Remember what was done for these sources, which `known` has the digests of."""
    value = {"files": done.files, "renditions": done.renditions, "told": done.told}
    ledger.store_of(output).keep_value(_manifest(known, asked), value)


def _manifest(known: Mapping[str, str], asked: str) -> Manifest:
    return {"done": asked, "sources": dict(known), "environment": environment()}
