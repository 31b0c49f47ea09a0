"""Each Markdown file that was built, as three parsers and a linter see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings

from pipeline.document import Document, Figure, Image, Picture, walk
from pipeline.writers import markdown
from tests.documents import documents
from tests.renditions.built import renditions
from tests.renditions.node import HERE, MODULES, run
from tests.renditions.outlines import PARSERS, Outline, cmark_gfm, markdown_it, pandoc
from tests.sample import sample_document, sample_resources

FILES = renditions(".md")
RULES = HERE / ".markdownlint-cli2.jsonc"


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("path", FILES, ids=named)
def test_parsers_see_the_same_headings_rows_links_pictures_and_notes(
    path: Path, parser: str
) -> None:
    source = path.read_text()
    outline = markdown_it(source)
    assert {"heading", "link", "row"} <= {kind for kind, *_ in outline}
    assert PARSERS[parser](source) == outline


@pytest.mark.parametrize("parser", PARSERS)
def test_so_they_do_in_a_document_with_everything_in_it(parser: str) -> None:
    source = markdown.write(sample_document(), sample_resources()).decode()
    outline = markdown_it(source)
    assert {kind for kind, *_ in outline} == {"heading", "link", "row", "image", "note"}
    assert PARSERS[parser](source) == outline


ANY: Mapping[str, Callable[[str], Outline]] = {
    "cmark-gfm": cmark_gfm,
    # pandoc 2.17 takes an address in round brackets, a letter right after it, for a bare one as
    # well, and loses the next HTML tag. No briefing has that; a random Document does.
    "pandoc": partial(pandoc, reader="gfm-autolink_bare_uris"),
}


@pytest.mark.parametrize("parser", ANY)
@given(document=documents())
@settings(max_examples=60, deadline=None, derandomize=True)  # the same on every machine
def test_so_they_do_in_any_document(parser: str, document: Document) -> None:
    pictures = {
        node.digest: Picture(b"", b"\x89PNG", 10, 10)
        for node in walk(document)
        if isinstance(node, Image)
    }
    resources = replace(sample_resources(), pictures=pictures)
    source = markdown.write(document, resources).decode()
    assert ANY[parser](source) == markdown_it(source)


@pytest.mark.parametrize("parser", ANY)
@pytest.mark.parametrize("alt", ["^[n]", "^", "^1", "[^1]", "!^x"])
def test_a_picture_whose_alternative_looks_like_a_note_is_a_picture(parser: str, alt: str) -> None:
    document = replace(sample_document(), front=(), body=(Figure(Image("d" * 64, alt)),))
    resources = replace(sample_resources(), pictures={"d" * 64: Picture(b"", b"\x89PNG", 10, 10)})
    source = markdown.write(document, resources).decode()
    assert ANY[parser](source) == markdown_it(source)
    assert any(kind == "image" for kind, *_ in ANY[parser](source))


def test_markdownlint_has_nothing_to_say() -> None:
    program = MODULES / "markdownlint-cli2" / "markdownlint-cli2-bin.mjs"
    told = run(["node", str(program), "--config", str(RULES), *map(str, FILES)])
    assert f"Linting: {len(FILES)} file(s)" in told.stdout
    assert "Summary: 0 error(s)" in told.stdout


def test_each_rule_that_is_off_has_its_reason() -> None:
    lines = RULES.read_text().splitlines()
    rules = [number for number, line in enumerate(lines) if re.match(r' *"MD\d+"', line)]
    assert rules
    for number in rules:
        assert lines[number - 1].lstrip().startswith("// "), lines[number]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_picture_is_a_file_beside_it(path: Path) -> None:
    for kind, *rest in markdown_it(path.read_text()):
        if kind == "image":
            assert not rest[0].startswith(("/", "http", ".."))
            assert (path.parent / rest[0]).is_file()
