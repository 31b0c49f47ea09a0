"""Promises about every Document, held over random ones with hostile texts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pipeline.document import Document, encode, from_json, to_json
from pipeline.verify import READERS, verify
from pipeline.writers import canonical, docx, html, markdown, pdf
from tests.documents import documents, paragraphs
from tests.sample import sample_document, sample_resources

WRITERS = {
    "pdf": pdf.write,
    "docx": docx.write,
    "markdown": markdown.write,
    "html": html.write,
    "json": canonical.write,
}

# Documents are large to hypothesis; the clock of a shared machine says nothing.
thorough = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
# Setting pages is slow, and searching for the smallest failure would take minutes.
brief = settings(thorough, max_examples=8, phases=[Phase.explicit, Phase.generate])


def check(format: str, document: Document) -> None:
    """Nothing is lost, nothing added, and equal Documents give equal bytes."""
    data = WRITERS[format](document, sample_resources())
    assert [one.message for one in verify(document, format, data)] == []
    assert WRITERS[format](from_json(to_json(document)), sample_resources()) == data


@thorough
@given(documents())
def test_markdown_says_what_the_document_says(document: Document) -> None:
    check("markdown", document)


@thorough
@given(documents())
def test_html_says_what_the_document_says(document: Document) -> None:
    check("html", document)


@thorough
@given(documents())
def test_docx_says_what_the_document_says(document: Document) -> None:
    check("docx", document)


@thorough
@given(documents())
def test_json_is_the_document(document: Document) -> None:
    check("json", document)
    assert from_json(to_json(document)) == document


@thorough
@given(documents())
def test_canonical_json_is_what_pythons_own_encoder_writes(document: Document) -> None:
    plain = json.dumps(encode(document), ensure_ascii=False, sort_keys=True, indent=1)
    assert to_json(document) == plain + "\n"


@brief
@given(documents(most=1))
def test_pdf_says_what_the_document_says(document: Document) -> None:
    check("pdf", document)


@thorough
@given(documents(most=1, block=paragraphs()), documents(most=1, block=paragraphs()))
def test_another_document_is_noticed(one: Document, other: Document) -> None:
    other = replace(other, metadata=replace(other.metadata, identifier=one.metadata.identifier))
    data = canonical.write(other, sample_resources())
    assert bool(list(verify(one, "json", data))) == (one != other)


def test_every_format_is_read_back() -> None:
    assert WRITERS.keys() == READERS.keys()


@pytest.mark.parametrize("format", WRITERS)
def test_the_sample_verifies_clean(format: str) -> None:
    check(format, sample_document())
