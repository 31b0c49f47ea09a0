"""pandoc, one process a format: Markdown in; DOCX, GFM, and Typst, of which Typst makes the PDF in
this process."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypandoc

from tests.bench.peers.shared import HERE, read, template

PANDOC = pypandoc.get_pandoc_path()
PAGE = ("papersize=a4", "mainfont=Fira Sans", "fontsize=9.5pt")
WRITERS = {"pdf": "typst", "docx": "docx", "md": "gfm"}


def make(files: Sequence[Path], formats: Sequence[str], output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            source, contents = prepare(path, Path(folder))
            for format in formats:
                _convert(source, contents, format, output)


def prepare(path: Path, folder: Path) -> tuple[Path, bool]:
    """The briefing in pandoc's Markdown, and whether it has a contents list."""
    said = read(path)
    source = folder / f"{path.stem}.md"
    source.write_text(template("pandoc.md.j2").render(said))
    return source, bool(said["contents"])


def _convert(source: Path, contents: bool, format: str, output: Path) -> None:
    made = typst_of(source) if format == "pdf" else output / f"{source.stem}.{format}"
    options = [f"--to={WRITERS[format]}", f"--output={made}", *(["--toc"] if contents else [])]
    if format == "pdf":
        options += [f"--variable={value}" for value in PAGE]
        options.append(f"--include-in-header={HERE / 'head.typ'}")
    subprocess.run([PANDOC, "--from=markdown", "--standalone", *options, source], check=True)
    if format == "pdf":
        compile(made, output)


def typst_of(source: Path) -> Path:
    return source.with_suffix(".typ")


def compile(made: Path, output: Path) -> None:
    from tests.bench.peers.typst import compiler  # here: a batch without PDF does without Typst

    compiler().compile(input=str(made), output=str(output / f"{made.stem}.pdf"))
