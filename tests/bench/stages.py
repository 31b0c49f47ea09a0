"""`python -m tests.bench.stages` in a project folder: a cold build, one stage after the other, each
finished before the next begins. Prints JSON: seconds by stage.

A build overlaps them, so that it takes less than their sum.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline import ledger, proving, run
from pipeline.catalogue import Catalogue
from pipeline.hands import Hands
from pipeline.plan import Selection, plan
from pipeline.press import Press
from pipeline.printer import draw
from pipeline.workers import processors
from pipeline.writers import WRITERS

OUTPUT = Path("output")


def main() -> None:
    print(json.dumps(dict(_measured())))


def _measured() -> Iterator[tuple[str, float]]:
    stages, last = _stages(), time.perf_counter()
    for name in stages:
        now = time.perf_counter()
        yield name, now - last
        last = now


def _stages() -> Iterator[str]:
    """The name of each stage when it is done."""
    with Hands(processors()) as hands:
        known = run.survey(Path(), OUTPUT, hands)
        yield "read, check, assemble"
        _draw(known, hands)
        yield "draw"
        for format in WRITERS:
            _print(known, format, hands)
            yield f"print {format}"
        found = list(proving.verify(known, [OUTPUT], OUTPUT, hands))
        if found:
            raise ValueError(found)
        yield "verify"


def _draw(known: Catalogue, hands: Hands) -> None:
    press = Press(known.templates, ledger.store_of(OUTPUT))
    shown = {name: planned for planned in known.planned for name in planned.pictures}
    executor = hands.for_prints(len(shown))
    drawing = {name: executor.submit(draw, press.drawing_or(name, lambda: None)) for name in shown}
    for name, future in drawing.items():
        press.keep_picture(name, future.result())


def _print(known: Catalogue, format: str, hands: Hands) -> None:
    wanted = plan(known.planned, Selection(formats=frozenset({format})))
    for outcome in run.build(known, wanted, OUTPUT, hands):
        if outcome.problem:
            raise ValueError(outcome.problem)


if __name__ == "__main__":
    main()
