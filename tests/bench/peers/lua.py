"""pandoc's own Lua: all documents and all formats in one process, each document read once; Typst
makes the PDFs of what it leaves."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.peers.pandoc import PANDOC, WRITERS, compile, prepare, typst_of
from tests.bench.peers.shared import HERE


def make(files: Sequence[Path], formats: Sequence[str], output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        orders, left = [], []
        for path in files:
            source, contents = prepare(path, Path(folder))
            toc = "toc" if contents else "-"
            for format in formats:
                made = typst_of(source) if format == "pdf" else output / f"{path.stem}.{format}"
                orders.append(f"{source}\t{toc}\t{WRITERS[format]}\t{made}\n")
            left.append(typst_of(source))
        (Path(folder) / "orders").write_text("".join(orders))
        subprocess.run([PANDOC, "lua", HERE / "batch.lua", Path(folder) / "orders"], check=True)
        if "pdf" in formats:
            for made in left:
                compile(made, output)
