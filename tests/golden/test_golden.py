"""One small briefing, written in every format, as dumps that people read.

A dump changes when a format does. Read the difference, then accept it with `make golden`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.assemble import assemble
from pipeline.document import Document, Image, transform
from pipeline.edition import Edition
from pipeline.writers import WRITERS
from tests.golden import dump_docx, dump_html, dump_json, dump_pdf
from tests.library import BRIEFING, changed, corpus_files, loaded, resources_for

GOLDEN = Path(__file__).parent
OURS = ("Fira-Sans", "Spectral")
LONGEST = 300
"""Lines of a dump; more than this nobody reads."""


@cache
def document() -> Document:
    """The briefing of the corpus, with the note that it lacks.

    Digests of pictures depend on the versions of libraries: here they are "picture-1" and so on.
    """
    note = "^[Its *second* year ended; see [more](https://example.org/more).]"
    files = changed(corpus_files(), BRIEFING, ("It grows.", f'"It grows.{note}"'))
    pictures: dict[str, str] = {}

    def named(node: Any) -> Any:
        if not isinstance(node, Image):
            return node
        name = pictures.setdefault(node.digest, f"picture-{len(pictures) + 1}")
        return replace(node, digest=name)

    whole: Document = transform(assemble(loaded(files), Edition("public", "aes", "en")), named)
    return whole


@cache
def written(format: str) -> bytes:
    return WRITERS[format].write(document(), resources_for(document()))


DUMPS: Mapping[str, tuple[str, Callable[[bytes], str]]] = {
    "pdf": ("pdf.txt", dump_pdf.dump),
    "docx": ("docx.txt", dump_docx.dump),
    "markdown": ("markdown.md", bytes.decode),
    "html": ("html.txt", dump_html.dump),
    "json": ("json.json", dump_json.dump),
}


def test_every_format_has_a_dump() -> None:
    assert set(DUMPS) == set(WRITERS)


@pytest.mark.parametrize("format", DUMPS)
def test_golden(format: str, accept: bool) -> None:
    name, dump = DUMPS[format]
    path = GOLDEN / name
    seen = dump(written(format))
    assert seen.count("\n") < LONGEST
    if accept:
        path.write_text(seen, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if seen != kept:
        lines = difflib.unified_diff(
            kept.splitlines(), seen.splitlines(), f"{name} as accepted", f"{name} now", lineterm=""
        )
        pytest.fail("\n".join([*lines, "", "`make golden` accepts it."]), pytrace=False)


def test_fonts_are_ours() -> None:
    with pikepdf.open(BytesIO(written("pdf"))) as file:
        found = dump_pdf.fonts(file)
    assert found
    assert [font for font in found if not font.name.startswith(OURS) or not font.embedded] == []
