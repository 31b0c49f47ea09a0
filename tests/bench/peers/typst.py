"""Typst alone: PDF only; its template reads the data itself."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import typst

from tests.bench.peers.shared import FONTS, HERE


def make(files: Sequence[Path], formats: Sequence[str], output: Path) -> None:
    for path in files:
        for _ in formats:
            compiler(str(HERE / "page.typ")).compile(
                output=str(output / f"{path.stem}.pdf"), sys_inputs={"content": str(path.resolve())}
            )


@functools.cache
def compiler(source: str | None = None) -> typst.Compiler:
    """What reads the fonts once for all documents of the process."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(source, root="/", font_paths=fonts)
