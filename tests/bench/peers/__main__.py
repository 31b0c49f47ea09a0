"""One peer at work: `python -m tests.bench.peers NAME OUTPUT CONTENT`.

A whole process to measure, in which `--jobs` processes share the documents; with `--asked`, one
that stays and makes what it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.content import SUFFIX
from tests.bench.resident import serve

NAMES = ("stock", "pandoc", "lua", "typst")
Make = Callable[[Sequence[Path], Sequence[str], Path], None]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("output", type=Path)
    parser.add_argument("content", type=Path)
    parser.add_argument("--formats", default="pdf,docx,md")
    parser.add_argument("--count", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--asked", action="store_true")
    asked = parser.parse_args()
    make = make_of(asked.name)
    content: Path = asked.content
    output: Path = asked.output
    output.mkdir(parents=True, exist_ok=True)
    if asked.asked:
        serve(lambda format, name: make([content / f"{name}{SUFFIX}"], [format], output))
    else:
        files = sorted(content.iterdir())[: asked.count]
        _share(make, files, asked.formats.split(","), output, asked.jobs)


def make_of(name: str) -> Make:
    """What makes files of content, documents by formats, as this peer does."""
    make: Make = importlib.import_module(f"tests.bench.peers.{name}").make
    return make


def _share(
    make: Make, files: Sequence[Path], formats: Sequence[str], output: Path, jobs: int
) -> None:
    """Forked after the engines are imported: that is paid once for all."""
    fork = multiprocessing.get_context("fork")
    shares = [files[number::jobs] for number in range(jobs)]
    others = [fork.Process(target=make, args=(share, formats, output)) for share in shares[1:]]
    for process in others:
        process.start()
    make(shares[0], formats, output)
    for process in others:
        process.join()
        if process.exitcode:
            raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
