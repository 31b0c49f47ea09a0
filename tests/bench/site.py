"""The folders in which is measured: projects of generated briefings, and the content for peers."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench import content, documents, generate

WARMING = 3  # small briefings that a warm process prints before it is measured
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many briefings: of a batch, of a large project, of one that is only planned, of small
    and large ones in a warm process; and the rounds in which whole processes are measured."""

    batch: int = 100
    many: int = 1000
    planned: int = 10_000
    small: int = 20
    large: int = 5
    rounds: int = 3


QUICK = Sizes(batch=20, many=100, planned=1000, small=4, large=1, rounds=1)


@dataclass(frozen=True, slots=True)
class Site:
    folder: Path
    sizes: Sizes

    def project(self, name: str) -> Path:
        return self.folder / name

    def content(self, name: str) -> Path:
        return self.folder / "content" / name

    def made(self, who: str) -> Path:
        return self.folder / "made" / who

    @property
    def environment(self) -> Mapping[str, str]:
        # Modules may be compiled to files: else every cold start would compile them again.
        known = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        return known | {"PYTHONPATH": os.pathsep.join(path)}


def make(folder: Path, sizes: Sizes) -> Site:
    site = Site(folder, sizes)
    wanted = {
        "one": (1, 0), "still": (1, 0), "warm": (WARMING + sizes.small, sizes.large),
        "batch": (sizes.batch, 0), "many": (sizes.many, 0), "planned": (sizes.planned, 0),
    }  # fmt: skip
    for name, (small, large) in wanted.items():
        generate.write(site.project(name), small, large)
        shutil.copytree(ROOT / "templates", site.project(name) / "templates")
    for part in ("sources", "templates"):
        shutil.copytree(ROOT / part, site.project("shipped") / part)
    for name in ("warm", "batch", "many"):
        said, _ = documents.read(site.project(name), site.folder / "read" / name)
        content.write(said, site.content(name))
    return site


def ours(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *arguments]


def script(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.bench.{name}", *arguments]


def peer(name: str, site: Site, content: str, *options: str) -> list[str]:
    return script("peers", name, str(site.made(name)), str(site.content(content)), *options)
