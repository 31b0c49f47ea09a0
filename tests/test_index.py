"""The page that lists what an audience may read."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import html5lib
import pytest

from pipeline import index
from pipeline.hands import Hands
from pipeline.index import Listed
from pipeline.plan import Selection, plan
from pipeline.proving import verify
from pipeline.run import build, survey
from tests.library import corpus_files, loaded

FIRST = Listed(
    briefing="aes", language="en", series="Briefing", title="AES <&>", subtitle="",
    issued="2026-11-23", marking="TLP:CLEAR", file="aes.en.pdf", size=428_600, sha256="0f" * 32,
)  # fmt: skip
FRENCH = FIRST._replace(language="fr", title="L’AES", file="aes.fr.docx", size=1_204_000)


def page(*listed: Listed) -> str:
    files = corpus_files()
    templates = {
        n.removeprefix("templates/"): d for n, d in files.items() if n.startswith("templates/")
    }
    language = index.language_of(listed)
    return index.page(listed, loaded(files).terms[language], language, templates).decode()


def test_each_edition_says_title_language_date_and_files() -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(page(FIRST, FRENCH))
    english, french = tree.iter("article")
    assert (english.get("lang"), french.get("lang")) == ("en", "fr")
    assert words(english) == (
        "Briefing AES <&> English · 23 November 2026 · TLP:CLEAR Files Size SHA-256 "
        "PDF , aes.en.pdf 429 kB " + "0f" * 32
    )
    assert "français · 23 November 2026" in words(french)
    assert "DOCX , aes.fr.docx 1.2 MB" in words(french)
    assert [link.get("href") for link in tree.iter("a")] == [
        "aes.en.pdf", "aes.en.pdf", "aes.fr.docx", "aes.fr.docx",
    ]  # fmt: skip


def words(element: object) -> str:
    return " ".join(" ".join(element.itertext()).split())  # type: ignore[attr-defined]


def test_it_stands_by_itself() -> None:
    text = page(FIRST)
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_policy_allows_the_page_itself_and_nothing_else() -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page(FIRST))
    (policy,) = (
        meta.get("content")
        for meta in tree.iter("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = tree.iter("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy.split("; ")[:3] == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "script-src 'none'",
    ]  # fmt: skip


@pytest.mark.parametrize(("listed", "language"), [((FIRST, FRENCH), "en"), ((FRENCH,), "fr")])
def test_it_is_written_in_the_language_of_most(listed: tuple[Listed, ...], language: str) -> None:
    assert index.language_of(listed) == language
    assert f'<html lang="{language}">' in page(*listed)


def test_a_build_lists_what_it_made(tmp_path: Path) -> None:
    for name, data in corpus_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    output = tmp_path / "output"
    formats = Selection(formats=frozenset({"json", "markdown"}))
    with Hands(1) as hands:
        known = survey(tmp_path, output, hands)
        assert len(list(build(known, plan(known.planned, formats), output, hands))) == 4
        for audience in ("public", "partners"):
            text = (output / audience / "index.html").read_text()
            assert text.count("<tr>") == 3
            assert "aes.en.json" in text
        (output / "public" / "index.html").write_text("another")
        found = list(verify(known, [output / "public"], output, hands))
    assert "changed-index" in {one.code for one in found}
