"""Whole processes that are measured: each case is a command, and what has to be done before it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.bench.edits import edit
from tests.bench.figures import Taken
from tests.bench.measure import run
from tests.bench.site import Site, ours, peer, script

THREE = ("--format", "pdf", "--format", "docx", "--format", "markdown")
FOUR = (*THREE, "--format", "html")
CORES = "2"
OFTEN = 3  # times a round, for what takes a second
TWICE = 2  # for what is promised as a ratio


def nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Case:
    """`what` was done by `who`. `often`: how many times a round; 0: in the first round alone."""

    what: str
    who: str
    command: list[str]
    folder: Path
    before: Callable[[], object] = nothing
    often: int = 1


def measured(site: Site, told: Callable[[str], object]) -> Iterator[tuple[Case, Taken]]:
    """All cases in rounds. Those who do the same thing follow each other, each round another
    first: what else the machine does falls on all of them."""
    groups = [list(group) for _, group in groupby(cases(site), lambda case: case.what)]
    for number in range(site.sizes.rounds):
        for group in groups:
            for time in range(max(1, *(case.often for case in group))):
                first = (number + time) % len(group)
                for case in group[first:] + group[:first]:
                    if time < (case.often or number == 0):
                        case.before()
                        taken = run(case.command, case.folder, site.environment)
                        told(f"{case.what:16} {case.who:8} {taken.wall:8.2f} s")
                        yield case, taken


def cases(site: Site) -> Iterator[Case]:
    yield from _cold(site)
    yield from _batch(site)
    yield from _many(site)
    yield from _shipped(site)


def _ours(site: Site, what: str, project: str, *arguments: str, often: int = 1) -> Case:
    """A build in a project without anything that was made before."""
    folder = site.project(project)
    return Case(what, "ours", ours("build", *arguments), folder, _emptied(folder), often)


def _emptied(folder: Path) -> Callable[[], object]:
    return lambda: shutil.rmtree(folder / "output", ignore_errors=True)


def _cold(site: Site) -> Iterator[Case]:
    """One small briefing, and nothing is running or made yet."""
    one = ("--count", "1")
    yield _ours(site, "cold", "one", *THREE, often=OFTEN)
    for name in ("stock", "pandoc", "lua"):
        yield Case("cold", name, peer(name, site, "batch", *one), site.folder, often=OFTEN)
    typst = peer("typst", site, "batch", *one, "--formats", "pdf")
    yield Case("cold", "typst", typst, site.folder, often=OFTEN)
    yield _ours(site, "cold-all-formats", "one")


def _batch(site: Site) -> Iterator[Case]:
    """A hundred small briefings on two cores, from nothing."""
    jobs = ("--jobs", CORES)
    yield _ours(site, "batch", "batch", *THREE, *jobs, often=TWICE)
    for name in ("stock", "pandoc", "lua"):
        yield Case("batch", name, peer(name, site, "batch", *jobs), site.folder, often=TWICE)
    typst = peer("typst", site, "batch", *jobs, "--formats", "pdf")
    yield Case("batch", "typst", typst, site.folder, often=TWICE)
    yield _ours(site, "batch-four", "batch", *FOUR, *jobs)


def _many(site: Site) -> Iterator[Case]:
    """A thousand: from nothing, again with nothing changed, again with one text changed."""
    many, still = site.project("many"), site.project("still")
    jobs = ("--jobs", CORES)
    again = ours("build", *FOUR)
    yield _ours(site, "many", "many", *FOUR, *jobs, often=0)
    yield Case("many", "lua", peer("lua", site, "many", *jobs), site.folder, often=0)
    yield Case("no-change-many", "ours", again, many, often=OFTEN)
    yield Case("one-edit-many", "ours", again, many, lambda: edit(many), OFTEN)
    yield Case("no-change-one", "ours", again, still, lambda: _build(site, still, again), OFTEN)
    planned = site.project("planned")
    yield Case("planned", "ours", script("planned"), planned, _emptied(planned), often=0)
    yield Case("checked", "ours", ours("check"), planned, _emptied(planned), often=0)


def _build(site: Site, folder: Path, command: list[str]) -> None:
    """Built, if it is not yet."""
    if not (folder / "output").exists():
        subprocess.run(command, cwd=folder, env=dict(site.environment), check=True, stdout=2)


def _shipped(site: Site) -> Iterator[Case]:
    """What `make` does once everything is set up, and the same stage after stage."""
    shipped = site.project("shipped")
    yield _ours(site, "shipped", "shipped", "--verify")
    yield Case("stages", "ours", script("stages"), shipped, _emptied(shipped))
