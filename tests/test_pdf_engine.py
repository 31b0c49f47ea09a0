"""The engine that we quicken sets the same pages as the one that comes as it is."""

from __future__ import annotations

import importlib.metadata
import io
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings

from pipeline.document import Document, to_json
from pipeline.printer import print_renditions
from pipeline.workers import Workers
from tests.documents import PICTURES, documents
from tests.sample import sample_document, sample_resources

ROOT = Path(__file__).parent.parent
installed = importlib.metadata.version


def take_as_it_comes() -> None:
    """Let the engine be of a version that nobody here knows."""

    def unknown(name: str) -> str:
        return "70.0.1" if name == "weasyprint" else installed(name)

    with mock.patch("importlib.metadata.version", unknown):
        from pipeline.writers import pdf_engine

    assert not pdf_engine.KNOWN


def take_quickened() -> None:
    from pipeline.writers import pdf_engine

    assert pdf_engine.KNOWN


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Workers, Workers]]:
    """A process that prints with the engine as it comes, and one that prints with ours."""
    with Workers(1, take_as_it_comes) as plain, Workers(1, take_quickened) as quick:
        yield plain, quick


def same_bytes(both: tuple[Workers, Workers], document: Document, style: str = "") -> bool:
    templates, pictures = dict(sample_resources().templates), sample_resources().pictures
    templates["html/print.css"] += style.encode()
    print_it = partial(print_renditions, to_json(document), ["pdf"], templates)
    plain, quick = (worker.submit(print_it, {**pictures, **PICTURES}) for worker in both)
    return plain.result() == quick.result()


def test_the_sample_has_the_same_bytes(both: tuple[Workers, Workers]) -> None:
    assert same_bytes(both, sample_document())


@settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(documents())
def test_random_documents_have_the_same_bytes(
    both: tuple[Workers, Workers], document: Document
) -> None:
    assert same_bytes(both, document)


# What a house may write in a style sheet of its own, and ours does not.
STYLES = {
    "lines that are filled": "p, li, dd, td { text-align: justify; hyphens: none; }",
    "letters and words apart": "p, td { letter-spacing: 0.03em; word-spacing: 0.2em; }",
    "letters that depend on what follows": "body { font-feature-settings: 'swsh', 'frac'; }",
    "texts that are cut off": "li, td, dd { white-space: nowrap; overflow: hidden;"
    " text-overflow: ellipsis; }",
    "one line of each": "p, dd { continue: discard; max-lines: 1; block-ellipsis: auto; }",
    "lines that end where they end": "p, li { white-space: pre-line; }",
    "spaces that are kept": "p, td { white-space: pre-wrap; }",
    "words that break anywhere": "p, td { word-break: break-all; hyphens: auto; width: 20mm; }",
    "words that never break": "* { overflow-wrap: normal !important; hyphens: none !important; }",
    "from right to left": "body { direction: rtl; }",
    "what floats": "figure, table { float: right; width: 45%; } p { margin-left: 3%; }",
    "what is behind and around": "p { border-radius: 2mm; background: #eee; border: 1pt solid;"
    " box-shadow: 1mm 1mm #ccc; box-sizing: border-box; width: 70%; }",
    "borders in tables": "td, th { width: 30mm; min-height: 9mm; border: 2pt solid; padding: 2%; }",
    "what stands elsewhere": "h2 { position: relative; left: 3mm; } .box { position: absolute; }",
    "small type in narrow columns": "p, dd { font-size: 5pt; width: 15mm; }",
    "pages that differ": "@page :left { margin: 40mm; @top-center { content: counter(pages); } }",
    "numbers of pages in the text": "h2::after { content: ' ' counter(page) '/' counter(pages); }"
    " .contents a::after { content: target-counter(attr(href), page, upper-roman); }",
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_other_style_sheets_have_the_same_bytes(both: tuple[Workers, Workers], style: str) -> None:
    assert same_bytes(both, sample_document(), style)


PRINT = (
    "from pipeline.writers import pdf\n"
    "from tests.sample import sample_document, sample_resources\n"
    "pdf.write(sample_document(), sample_resources())\n"
)


def test_an_engine_that_somebody_imported_before_is_taken_as_it_comes() -> None:
    taken = (
        "from pipeline.writers import pdf_engine\n"
        "assert not isinstance(pdf_engine.ffi, pdf_engine._Declared)\n"
    )
    run("import weasyprint\n", PRINT, taken)


def test_a_process_that_printed_ends_in_peace() -> None:
    run("from pipeline.hands import warm\nwarm()\n", PRINT)


def run(*script: str) -> None:
    subprocess.run([sys.executable, "-c", "".join(script)], cwd=ROOT, check=True)


def test_declarations_are_those_of_the_engine() -> None:
    write = runpy.run_path(str(ROOT / ".setup" / "declare.py"))["written"]
    found = (ROOT / "pipeline" / "writers" / "pdf_declarations.py").read_text()
    assert found == write(), "run `make declarations`"


def test_what_is_late_is_there_when_it_is_asked_for() -> None:
    from weasyprint.pdf import fonts

    from pipeline.writers import pdf_engine

    assert pdf_engine.KNOWN
    assert fonts.subset.Options().recommended_glyphs is False
    static = TTFont(io.BytesIO(next(iter(sample_resources().fonts.values()))))
    with pytest.raises(ValueError, match="fvar"):
        fonts.instantiateVariableFont(static, {})
