"""Printed references: the house form, in English and French, whatever a title holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import citation, document
from pipeline.decode import decode
from pipeline.diagnostic import Report, Span
from pipeline.document import Emphasis, Foreign, Inlines, Link
from pipeline.record import Reference
from pipeline.source import Scalar, parse
from pipeline.values import Text

STYLE = (Path(__file__).parent.parent / "templates/citations/numeric.csl").read_bytes()
RATED = "id: it\nreliability: B\ncredibility: 2\nseen: true\n"


def reference(source: str) -> Reference:
    report = Report()
    node = parse((RATED + source).encode(), "it.yaml", report)
    found = decode(node, Reference, report) if node else None
    assert found is not None, report
    return found


def printed(source: str, language: str = "en") -> Inlines:
    return citation.printed(reference(source), language, STYLE)


BOOK = "title: T\ntype: book\nlanguage: en\nissued: 2023"
PRESS_RELEASE = """
type: webpage
title: "Withdrawal of Burkina Faso, Mali and Niger effective 29 January 2025 (press release)"
author: [{literal: ECOWAS Commission}]
container-title: allAfrica
issued: 2025-01-29
URL: https://allafrica.com/stories/202501290308.html
language: en
"""


def test_the_house_form() -> None:
    title = "Withdrawal of Burkina Faso, Mali and Niger effective 29 January 2025 (press release)"
    address = "https://allafrica.com/stories/202501290308.html"
    assert printed(PRESS_RELEASE) == (
        f"ECOWAS Commission, “{title}”, ", Emphasis(("allAfrica",)),
        ", 29 January 2025, ", Link(address, (address,)),
    )  # fmt: skip
    assert printed(PRESS_RELEASE, "fr-FR") == (
        "ECOWAS Commission, «\u00a0", Foreign("en", (title,)), "\u00a0», ",
        Emphasis(("allAfrica",)), ", 29 janvier 2025, ", Link(address, (address,)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "english", "french"),
    [
        ("title: T\ntype: report\nlanguage: en", "“T”, undated", "«\u00a0T\u00a0», s.\u00a0d."),
        (
            "title: T\ntype: webpage\nlanguage: en\naccessed: 2026-05-01",
            "“T”, undated, accessed 1 May 2026",
            "«\u00a0T\u00a0», s.\u00a0d., consulté le 1er mai 2026",
        ),
        (
            "title: T\ntype: report\nlanguage: en\npublisher: P\nissued: 2021-12~",
            "P, “T”, about December 2021",
            "P, «\u00a0T\u00a0», vers décembre 2021",
        ),
        (
            "title: T\ntype: report\nlanguage: en\ngenre: report\nnumber: S/2023/1\nissued: 2023",
            "“T” (report, S/2023/1), 2023",
            "«\u00a0T\u00a0» (report, S/2023/1), 2023",
        ),
        (
            BOOK + "-09\npublisher: P\nauthor: [{family: A, given: B.}, {literal: C}]",
            "B. A and C, “T”, P, September 2023",
            "B. A et C, «\u00a0T\u00a0», P, septembre 2023",
        ),
        (
            BOOK + "\nauthor: [{family: A}, {family: B}, {family: C}, {family: D}]",
            "A et al., “T”, 2023",
            "A et al., «\u00a0T\u00a0», 2023",
        ),
    ],
)
def test_what_is_missing_is_left_out(source: str, english: str, french: str) -> None:
    assert document.text(printed(source, "en")) == english
    assert document.text(printed(source, "fr")) == french


@pytest.mark.parametrize(
    ("title", "publisher", "english"),
    [
        ("Will it last?", "P", "P, “Will it last?”, 2023"),
        ("It lasts.", "Acme Inc.", "Acme Inc, “It lasts”, 2023"),
        ("It lasts...", "Acme (U.S.)", "Acme (U.S.), “It lasts...”, 2023"),
        ("Of the U.S.", "U.S.", "U.S., “Of the U.S.”, 2023"),
        ('What "now" means', "P", "P, “What ‘now’ means”, 2023"),
        ("What “now” means", "P", "P, “What ‘now’ means”, 2023"),
        ("<i>a</i> &amp; *b* {{ c }} \ue000\uf000", "P", None),
        ('<span class="nocase">a</span>', "P", "P, “<span class=‘nocase’>a</span>”, 2023"),
    ],
)
def test_any_punctuation(title: str, publisher: str, english: str | None) -> None:
    """Titles are text, whatever they look like, and no point meets a comma."""
    found = reference(BOOK).model_copy(update={"title": title, "publisher": text(publisher)})
    said = document.text(citation.printed(found, "en", STYLE))
    assert said == (english or f"{publisher}, “{title}”, 2023")


def test_quotes_within_french_quotes() -> None:
    source = "title: 'Le « oui » de \"tous\"'\ntype: report\nlanguage: fr\nissued: 2023"
    assert printed(source, "fr") == ("«\u00a0Le “oui” de “tous”\u00a0», 2023",)


def test_a_site_that_is_its_own_author_is_named_once() -> None:
    source = "title: T\ntype: webpage\nlanguage: en\nissued: 2023\nauthor: [{literal: S}]"
    twice = source + "\ncontainer-title: S\npublisher: S"
    assert printed(twice) == printed(source)


def text(words: str) -> Text:
    return Text({"": Scalar(words, words, False, Span("", 1, 1, 1, 1))})


def test_what_a_source_is_is_said_in_the_language_of_the_edition() -> None:
    source = "title: T\ntype: report\nlanguage: en\ngenre: {en: opinion, fr: tribune}\nissued: 2023"
    assert document.text(printed(source, "en")) == "“T” (opinion), 2023"
    assert document.text(printed(source, "fr")) == "«\u00a0T\u00a0» (tribune), 2023"
    with pytest.raises(KeyError):
        printed(source, "de")


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_any_words(title: str, container: str, given_name: str) -> None:
    """What a field says comes out whole, but for its last full stop and its quotes."""
    found = reference(PRESS_RELEASE).model_copy(
        update={"title": title, "container_title": container, "genre": text(given_name)}
    )
    inlines = citation.printed(found, "fr", STYLE)
    said = document.text(inlines)
    assert all(type(part) is str for part in inlines if isinstance(part, str))
    for word in (title, container, given_name):
        if not set(word) & set('"“”«».') and word not in ("ECOWAS Commission", container):
            assert word in said


def test_the_style_is_csl() -> None:
    """Against the schema that citeproc-py carries."""
    from citeproc import SCHEMA_PATH
    from lxml import etree

    schema = etree.RelaxNG(etree.parse(SCHEMA_PATH))
    schema.assertValid(etree.fromstring(STYLE))


@pytest.mark.parametrize(
    "style", [b"", b"<style", b"<p/>", STYLE.replace(b"bibliography", b"other")]
)
def test_what_is_no_style(style: bytes) -> None:
    with pytest.raises(ValueError, match="not a CSL style"):
        citation.printed(reference(PRESS_RELEASE), "en", style)


def test_a_style_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    declared = f'<!DOCTYPE style [<!ENTITY s SYSTEM "{secret.as_uri()}">]>\n<style'
    style = STYLE.replace(b"<style", declared.encode(), 1).replace(b">undated<", b">&s;<")
    source = "title: T\ntype: report\nlanguage: en"
    try:
        said = document.text(citation.printed(reference(source), "en", style))
    except ValueError:
        said = ""
    assert "canary" not in said


def test_citeproc_is_loaded_when_needed() -> None:
    code = "import sys; from pipeline import citation; print('citeproc' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
