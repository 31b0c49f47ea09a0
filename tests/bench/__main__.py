"""`python -m tests.bench`: measure, print, write output/bench.json and output/bench.svg.

`--quick` takes some minutes, `--rounds 1` of all some twenty; `--readme` enters the figures into
README.md and tests/bench/figures.json; `--figures FILE` takes those of an earlier run and measures
nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench import cases, honest, plot, preview, report, site, turns
from tests.bench.circumstances import circumstances
from tests.bench.figures import Samples, figures
from tests.bench.site import QUICK, ROOT, Sizes

KEPT = ROOT / "tests" / "bench" / "figures.json"
SAVES = 15  # times a file is saved


def main() -> None:
    asked = _arguments()
    if asked.figures:
        found = json.loads(asked.figures.read_text())
    else:
        sizes = QUICK if asked.quick else Sizes()
        found = _measured(replace(sizes, rounds=asked.rounds or sizes.rounds))
        _keep(found, ROOT / "output")
    for line in report.lines(found):
        print(line)
    if asked.readme:
        KEPT.write_text(_written(found))
        report.put_into(ROOT / "README.md", found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer briefings")
    parser.add_argument("--rounds", type=int, help="how often whole processes are measured")
    parser.add_argument("--readme", action="store_true", help="enter the figures into README.md")
    parser.add_argument("--figures", type=Path, help="take these figures, measure nothing")
    return parser.parse_args()


def _measured(sizes: Sizes) -> dict[str, Any]:
    samples = Samples()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _tell("writing briefings")
        place = site.make(Path(folder), sizes)
        for turn in turns.measured(place, _tell):
            samples.add_warm(turn.size, turn.who, turn.format, turn.milliseconds)
        samples.pages = honest.check(place)
        for case, taken in cases.measured(place, _tell):
            samples.add(case.what, case.who, taken)
        _tell("saving")
        samples.saves = preview.measure(place.project("many"), SAVES)
    return figures(samples, circumstances(sizes))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _keep(found: dict[str, Any], output: Path) -> None:
    output.mkdir(exist_ok=True)
    (output / "bench.json").write_text(_written(found))
    (output / "bench.svg").write_bytes(plot.svg(found))


def _written(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
