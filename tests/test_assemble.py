"""What assembly settles: numbers, pointers, references, flags, languages, audiences."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from types import NoneType
from unicodedata import category

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import rules
from pipeline.assemble import assemble, drawings
from pipeline.diagnostic import Report
from pipeline.document import (
    Box,
    Citation,
    Document,
    Figure,
    Image,
    Link,
    List,
    Note,
    Paragraph,
    Section,
    Table,
    text,
    to_json,
    walk,
)  # fmt: skip
from pipeline.edition import Edition, editions
from pipeline.library import load
from pipeline.writers import WRITERS
from tests.library import BRIEFING, changed, corpus_files, loaded, resources_for

PUBLIC = Edition("public", "aes", "en")
SEEN = "Mali 🇲🇱 and others formed it in 2023 [@charter, art. 1]; see [#people]."


def document(*changes: tuple[str, str], edition: Edition = PUBLIC) -> Document:
    return assemble(loaded(changed(corpus_files(), BRIEFING, *changes)), edition)


def words(value: object) -> str:
    return " ".join(text(node.content) for node in walk(value) if isinstance(node, Paragraph))


def test_front_matter_is_printed_in_the_language() -> None:
    made = document()
    assert made.title == "The Alliance"
    assert made.dateline == "30 June 2025 · Information cut-off: 1 June 2025"
    assert made.metadata.issued == "2025-06-30"
    assert made.metadata.identifier == "aes.en"
    assert made.labels.contents == "Contents"


def test_citations_are_numbered_in_the_order_of_print_and_listed_in_it() -> None:
    made = document()
    cited = [node for node in walk(made) if isinstance(node, Citation)]
    assert cited[0] == Citation("ref-charter", "1", "art. 1")
    (references,) = (n for n in walk(made) if isinstance(n, List) and n.role == "references")
    assert [item.id for item in references.items] == list(dict.fromkeys(c.target for c in cited))


def test_every_reference_listed_is_cited_and_the_other_way_round() -> None:
    made = document()
    (references,) = (n for n in walk(made) if isinstance(n, List) and n.role == "references")
    cited = {node.target for node in walk(made) if isinstance(node, Citation)}
    assert {item.id for item in references.items} == cited


def test_a_pointer_takes_the_label_of_a_figure_and_the_title_of_a_section() -> None:
    made = document((SEEN, "See [#people] and [#outlook] [@charter]."))
    links = [node for node in walk(made.front) if isinstance(node, Link)]
    assert links == [Link("#people", ("Figure 1",)), Link("#outlook", ("Outlook",))]


def test_figures_and_captioned_tables_are_counted_apart() -> None:
    made = document()
    figures = [node.label for node in walk(made) if isinstance(node, Figure)]
    tables = [n.label for n in walk(made) if isinstance(n, Table) and n.role != "twin"]
    assert figures == [f"Figure {n}" for n in range(1, len(figures) + 1)]
    assert tables == [f"Table {n}" for n in range(1, len(tables) + 1)]
    assert [n.label for n in walk(made) if isinstance(n, Table) and n.role == "twin"] == [""]


def test_notes_are_numbered() -> None:
    made = document((SEEN, "One^[first note] and two^[second note] [@charter]."))
    notes = [node for node in walk(made) if isinstance(node, Note)]
    assert [(note.id, note.label) for note in notes] == [("note-1", "1"), ("note-2", "2")]


def test_a_flag_emoji_becomes_the_picture_of_the_flag() -> None:
    (flag,) = (n for n in walk(document().front) if isinstance(n, Image))
    assert flag.digest in drawings(loaded(corpus_files()), "en")
    assert flag.alt


def test_a_judgement_keeps_likelihood_and_confidence_in_lines_of_their_own() -> None:
    (judgements,) = (n for n in walk(document()) if isinstance(n, List) and n.role == "judgements")
    sentence, likelihood, confidence, alternatives = (
        text(node.content) for node in judgements.items[0].content if isinstance(node, Paragraph)
    )
    assert sentence == "The Alliance is very likely to last."
    assert likelihood.startswith("Likelihood: very likely (80–95\u00a0%).")
    assert confidence == "Confidence: moderate. It has held for two years."
    assert alternatives == "Alternatives: It breaks apart."


def test_the_imprint_credits_the_pictures_that_are_shown_and_no_others() -> None:
    (imprint,) = (n for n in walk(document()) if isinstance(n, Box) and n.role == "imprint")
    assert "CC0 1.0" in words(imprint)
    without = document(
        ("Mali 🇲🇱 and", "Mali and"),
        ("[mali, niger]", "[niger]"),
        ("entity: mali\n    rows: [head-of-state]", "entity: niger\n    rows: [capital]"),
    )
    (imprint,) = (n for n in walk(without) if isinstance(n, Box) and n.role == "imprint")
    assert "CC0 1.0" not in words(imprint)


def test_section_titles_nest() -> None:
    (background,) = (n for n in document().body if isinstance(n, Section) and n.id == "background")
    assert [n.id for n in background.content if isinstance(n, Section)] == [
        "timeline", "states", "actors",
    ]  # fmt: skip


def test_nothing_in_a_document_knows_where_it_was_written() -> None:
    def check(value: object) -> None:
        match value:
            case tuple():
                for item in value:
                    check(item)
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                assert type(value).__module__ == "pipeline.document"
                for field in dataclasses.fields(value):
                    check(getattr(value, field.name))
            case _:
                assert type(value) in (str, bool, float, NoneType)

    check(document())


# Audiences ---------------------------------------------------------------------------------

WITHHELD = "It may be more than a pact."


def test_each_audience_gets_an_edition() -> None:
    assert [edition.audience for edition in editions(loaded(corpus_files()))] == [
        "public",
        "partners",
    ]


def test_what_is_not_released_is_in_no_edition_of_others() -> None:
    assert WITHHELD not in to_json(document())
    assert WITHHELD in to_json(document(edition=Edition("partners", "aes", "en")))


# What is said, where it stands, and how it is kept to the partners there.
CANARIES = {
    "a statement": ("It may be more than a pact.", "", ""),
    "a block": ("Unified Force", "    id: tables\n", "    id: tables\n    release: [partners]\n"),
    "a row": (
        "Unified Force",
        "- id: unified-force\n",
        "- id: unified-force\n            release: [partners]\n",
    ),
    "a judgement": (
        "The Alliance is very likely",
        "- id: lasts\n",
        "- id: lasts\n        release: [partners]\n",
    ),
    "a scenario's statement": (
        "It grows.",
        "- text: {en: canary7531 It grows.}\n",
        "- text: {en: canary7531 It grows.}\n            release: [partners]\n",
    ),
}


@pytest.mark.parametrize("place", CANARIES)
def test_a_canary_leaks_into_no_rendition(place: str) -> None:
    told, old, new = CANARIES[place]
    changes = ((told, f"canary7531 {told}"), *(((old, new),) if old else ()))
    library = loaded(changed(corpus_files(), BRIEFING, *changes))
    public, partners = (
        assemble(library, Edition(to, "aes", "en")) for to in ("public", "partners")
    )
    assert "canary7531" not in to_json(public)
    for format, writer in WRITERS.items():
        assert "canary7531" not in readable(format, writer.write(public, resources_for(public)))
        assert "canary7531" in readable(format, writer.write(partners, resources_for(partners)))


def readable(format: str, data: bytes) -> str:
    """Every word of a rendition that a reader or a program can find in it."""
    match format:
        case "docx":
            archive = zipfile.ZipFile(io.BytesIO(data))
            return " ".join(
                archive.read(name).decode(errors="replace") for name in archive.namelist()
            )
        case "pdf":
            pages = pypdfium2.PdfDocument(data)
            return " ".join(page.get_textpage().get_text_bounded() for page in pages)
        case _:
            return data.decode()


# What may print nothing, and some of what prints something.
NOTHING = (
    " ", "\\", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u2060", "\ufe0f", "[]{fr}", "[ ]{fr}",
    "**", "*", "[", "](https://example.org)", "]{fr}", "^[", "]", "[=mali.name]", "a",
)  # fmt: skip


@given(st.lists(st.sampled_from(NOTHING), min_size=1, max_size=5).map("".join))
@settings(deadline=None, database=None, derandomize=True, max_examples=60,
          suppress_health_check=list(HealthCheck))  # fmt: skip
def test_every_heading_of_a_sound_library_prints_something(title: str) -> None:
    """The random Documents of other tests rest on this."""
    quoted = json.dumps(title)
    files = changed(corpus_files(), BRIEFING, ("title: {en: Background}", f"title: {quoted}"))
    report = Report()
    library = load(files, report)
    if [one for one in (*report.diagnostics, *rules.check(library)) if one.severity == "error"]:
        return
    made = assemble(library, PUBLIC)
    for section in (node for node in walk(made) if isinstance(node, Section)):
        held = [one for one in walk(section.title) if isinstance(one, Image | Citation | Note)]
        assert held or any(category(letter)[0] in "LNPS" for letter in text(section.title))
