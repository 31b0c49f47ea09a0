"""Each PDF that was built, held against the checkers of the trade and against its Document."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import outloud
import page
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.verify import verify
from pipeline.writers import pdf
from tests.documents import documents, long_documents
from tests.renditions.built import document, renditions
from tests.sample import sample_resources

FILES = renditions(".pdf")

WRONG = {
    "TBL-010": (
        "takes each table of two columns whose rows have a heading for a shredded head, since it"
        " has more heading cells than others; every such table here has one row of heads"
    ),
    "ORD-001": (
        "counts all words that an element holds itself before those of the elements inside it, so"
        " a paragraph with a link in its middle counts as out of order"
    ),
}
"""The findings of outloud 0.2 that are wrong, by rule, with the reason. The test that each file
says what its Document says proves the contrary: rows, heads and order are those of the Document."""


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@cache
def heard(path: Path) -> outloud.findings.Result:
    return outloud.check(str(path))


@pytest.mark.parametrize("profile", ["ua1", "3a"])
@pytest.mark.parametrize("path", FILES, ids=named)
def test_it_keeps_both_standards(path: Path, profile: str) -> None:
    report = page.validate_pdf(path, profile=profile)
    assert [(one.rule_id, one.message) for one in report.failures] == []
    assert report.is_compliant
    assert report.rules.passed == report.rules.total > 100


@pytest.mark.parametrize("path", FILES, ids=named)
def test_it_can_be_heard(path: Path) -> None:
    result = heard(path)
    assert result.error is None
    assert [run.rule for run in result.runs if run.status == "crashed"] == []
    assert [
        (one.rule, one.page, one.message)
        for one in result.sorted_findings()
        if one.severity in ("error", "warning") and one.rule not in WRONG
    ] == []


def test_the_list_of_wrong_findings_is_complete() -> None:
    """What it names is still found: a rule that was mended or that nothing breaks is dropped."""
    assert {one.rule for path in FILES for one in heard(path).findings} == set(WRONG)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_it_says_what_the_document_says(path: Path) -> None:
    assert [one.message for one in verify(document(path), "pdf", path.read_bytes())] == []


# Random Documents --------------------------------------------------------------------------

# The same ones each time: nothing here may depend on chance.
thorough = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def faults(drawn: st.SearchStrategy[Document], many: int) -> list[tuple[str, str]]:
    """What is wrong with the PDFs of so many Documents. It is collected, not raised: hypothesis
    takes many minutes to print a Document over several pages."""
    found: list[tuple[str, str]] = []

    @settings(thorough, max_examples=many)
    @given(drawn)
    def hold(random: Document) -> None:
        data = pdf.write(random, sample_resources())
        found.extend((one.code, one.message) for one in verify(random, "pdf", data))
        for profile in ("ua1", "3a"):
            report = page.validate_pdf_bytes(data, profile=profile)
            found.extend((one.rule_id, one.message) for one in report.failures)

    hold()
    return found


def test_random_documents_are_tagged_as_they_are() -> None:
    assert faults(documents(most=1), 190) == []


def test_random_documents_over_many_pages_are_tagged_as_they_are() -> None:
    assert faults(long_documents(), 10) == []
