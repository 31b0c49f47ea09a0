"""The page that lists the briefings: safe, in two languages, every file with its digest."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from pipeline import index
from pipeline.index import Listed
from pipeline.run import read
from tests.library import ROOT
from tests.test_html import HOSTILE, parse

LISTED = [
    Listed(briefing, language, title, "", "2026-11-23", "TLP:CLEAR", file, 1_200_000, "ab" * 32)
    for briefing, language, title, file in (
        ("aes", "en", "The Alliance", "aes.en.pdf"),
        ("aes", "en", "The Alliance", "aes.en.html"),
        ("aes", "fr", "L’Alliance", "aes.fr.html"),
        ("mali", "en", HOSTILE, "mali.en.html"),
    )
]


@pytest.fixture(scope="module")
def tree() -> Any:
    project = read(ROOT)
    return parse(index.page(LISTED, project.library.terms["en"], "en", project.templates))


def test_each_edition_is_listed_in_its_language_and_links_to_its_page(tree: Any) -> None:
    articles = tree.findall(".//article")
    assert [one.get("lang") for one in articles] == ["en", "fr", "en"]
    assert [one.findtext("h2/a") for one in articles] == ["The Alliance", "L’Alliance", HOSTILE]
    assert articles[0].find("h2/a").get("href") == "aes.en.html"
    assert [one.find("table").get("lang") for one in articles] == ["en", "en", "en"]


def test_every_file_is_there_with_its_size_and_digest(tree: Any) -> None:
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert sorted(row[0] for row in rows) == [
        "HTML, aes.en.html", "HTML, aes.fr.html", "HTML, mali.en.html", "PDF, aes.en.pdf",
    ]  # fmt: skip
    assert {(size, digest) for _, size, digest in rows} == {("1.2 MB", "ab" * 32)}


def test_the_policy_allows_the_page_itself_and_nothing_else(tree: Any) -> None:
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = hashlib.sha256(tree.findtext(".//style").encode()).digest()
    assert policy.split("; ")[:3] == [
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(digest).decode()}'",
        "script-src 'none'",
    ]
    assert not tree.xpath("//script | //link | //*[@style]")
