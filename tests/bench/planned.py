"""`python -m tests.bench.planned` in a project folder: read, check and assemble every briefing,
plan every rendition, print nothing. It is what a build does before it renders."""

from __future__ import annotations

from pathlib import Path

from pipeline import run
from pipeline.hands import Hands, settle
from pipeline.plan import Selection, plan
from pipeline.workers import processors
from tests.bench.documents import Faulty


def main() -> None:
    with Hands(processors(), first=settle) as hands:
        known = run.survey(Path(), Path("output"), hands)
    if known.failed:
        raise Faulty(known.found)
    print(len(plan(known.planned, Selection())), "renditions are planned")


if __name__ == "__main__":
    main()
