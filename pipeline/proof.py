"""A page for trying out whoever prints: it shows whether two print alike, and makes one ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from pipeline.document import (
    Document,
    Emphasis,
    Labels,
    Link,
    Metadata,
    Paragraph,
    Resources,
    Section,
    Strong,
    to_json,
)
from pipeline.origins import fonts
from pipeline.printer import print_renditions

# Ligatures, accents, kerning, hyphenation, three faces, a link: what engines do otherwise.
_WORDS = (
    "Officials affirmed the efflux of AVATAR funds: Côte d’Ivoire, Größe, 1 234,5 × 10⁶, 50 % —",
    Strong(("To. We. Va. ",)),
    Emphasis(("Incomprehensibilities notwithstanding, internationalisation continues. ",)),
    Link("https://www.example.org/", ("www.example.org",)),
)
_PAGE = Document(
    id="sample",
    language="en",
    series="Series",
    title="A page to compare",
    subtitle="",
    dateline="",
    marking="",
    metadata=Metadata("sample.en", "", (), "", "2026-01-01", (), ""),
    labels=Labels("Contents", "Notes", "Page", "of", "Show as table"),
    front=(),
    body=(Section(("Section",), (Paragraph(_WORDS * 3),), id="section"),),
)
PROOF = to_json(_PAGE)


def get_ready(templates: Mapping[str, bytes], formats: Collection[str]) -> None:
    """Have these writers read what does not depend on a Document. Raises what they raise."""
    # The PDF is set from the web page's templates.
    print_renditions(PROOF, sorted({"html", *formats} - {"pdf"}), templates, {})
    if "pdf" in formats:
        from pipeline.writers import pdf  # here: it imports the engine of PDFs

        pdf.prepare(Resources(templates, {}, fonts()))


def try_out(templates: Mapping[str, bytes], language: str) -> None:
    """Set a page in a language: its hyphenation is read, and all that the engine does once."""
    print_renditions(to_json(replace(_PAGE, language=language)), ["pdf"], templates, {})
