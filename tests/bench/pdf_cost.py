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

from weasyprint import HTML

from pipeline import press, run
from pipeline.document import Document, Resources
from pipeline.writers import html, pdf

ROUNDS = 3
LONGEST = "aes"


def main() -> None:
    document, resources = _briefing()
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: pdf.write(document, resources),
        "WeasyPrint, tagged": lambda: _untouched(document, resources, "pdf/ua-1"),
        "WeasyPrint, no tags": lambda: _untouched(document, resources, None),
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
    project = run.read(Path())
    made = project.press(Path("output"))
    edition = next(
        one.edition
        for one in run.plan(project.library, run.Selection(briefings=frozenset({LONGEST})))
    )
    templates = {
        name.removeprefix("templates/"): data
        for name, data in project.files.items()
        if name.startswith("templates/")
    }
    document = made.document(edition)
    return document, Resources(templates, made._pictures(document), press.fonts())


def _untouched(document: Document, resources: Resources, variant: str | None) -> bytes:
    page = html.page(document, resources, html.Medium(resources.pictures, paged=True))
    ours = pdf._press(pdf._named(resources.templates, pdf.SHEETS), pdf._named(resources.fonts))
    source = HTML(string=page, url_fetcher=pdf._Shelf(pictures=resources.pictures))
    pages = source.render(stylesheets=[ours.sheet], font_config=ours.fonts)
    written: bytes = pages.write_pdf(pdf_variant=variant)
    return written


if __name__ == "__main__":
    main()
