"""What our own tags, metadata and attachments cost: `python -m tests.bench.pdf_cost`.

Prints the median of the seconds of processor that writing a briefing's PDF takes, ours and
WeasyPrint's own untouched output of the same page: tagged by the engine, and without any tags. The
three take turns, so that a busy machine slows them alike.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from pipeline import graphic, run
from pipeline.assemble import assemble, drawings
from pipeline.document import Document, Image, Resources, walk
from pipeline.edition import Edition
from pipeline.origins import font_folder, fonts
from pipeline.writers import html, pdf
from pipeline.writers.pdf_engine import HTML

ROUNDS = 3
LONGEST = "aes"


def main() -> None:
    document, resources = _briefing()
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: pdf.write(document, resources),
        "WeasyPrint, tagged": lambda: untouched(document, resources, "pdf/ua-1"),
        "WeasyPrint, no tags": lambda: untouched(document, resources, None),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()  # fonts and style sheet are read once
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.process_time()
            way()
            times[name].append(time.process_time() - start)
    ours = statistics.median(times["ours"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:<20} {median:6.2f} s  ours is {100 * (ours / median - 1):+.0f} %")


def _briefing() -> tuple[Document, Resources]:
    library = run.read(Path()).library
    document = assemble(library, Edition("public", LONGEST, "en"))
    made = drawings(library, "en")
    shown = {node.digest for node in walk(document) if isinstance(node, Image)}
    pictures = {name: graphic.render(made[name][0], fonts(), font_folder()) for name in shown}
    templates = {
        path.relative_to("templates").as_posix(): path.read_bytes()
        for path in Path("templates").rglob("*")
        if path.is_file()
    }
    return document, Resources(templates, pictures, fonts())


def untouched(document: Document, resources: Resources, variant: str | None) -> bytes:
    """The PDF of the engine's own making: our page, sheet and fonts, and as quick as ours."""
    page = html.page(document, resources, html.Medium(resources.pictures, paged=True))
    ours = pdf._press(pdf._named(resources.templates, pdf.SHEETS), pdf._named(resources.fonts))
    source = HTML(string=page, url_fetcher=pdf._Shelf(pictures=resources.pictures))
    pages = source.render(stylesheets=[ours.sheet], font_config=ours.fonts)
    from weasyprint.pdf.tags import add_tags  # here: the engine is imported by who quickens it

    with mock.patch("weasyprint.pdf.add_tags", add_tags):
        written: bytes = pages.write_pdf(pdf_variant=variant)
    return written


if __name__ == "__main__":
    main()
