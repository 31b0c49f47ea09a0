"""What `make bench` says is said of the right things: sizes, words, medians, targets."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline import document as hub
from pipeline.document import Document, Resources
from pipeline.writers import pdf
from tests.bench import content, documents, edits, extra, generate, honest, report, targets
from tests.bench.figures import Samples, Taken, figures
from tests.bench.peers.__main__ import NAMES, make_of
from tests.bench.targets import Target, held, words

ROOT = Path(__file__).parent.parent
FIGURES = json.loads((ROOT / "tests" / "bench" / "figures.json").read_text())
WORDS = range(16_600, 20_000)  # of a large Document: 27 pages have 17,900
NEEDED = {"stock": "weasyprint", "pandoc": "pypandoc", "lua": "pypandoc", "typst": "typst"}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Document], Resources]:
    """A large briefing and two small ones."""
    folder = tmp_path_factory.mktemp("generated")
    generate.write(folder, small=2, large=1)
    shutil.copytree(ROOT / "templates", folder / "templates")
    return documents.read(folder, folder / "output")


def test_a_small_briefing_prints_two_pages(
    generated: tuple[list[Document], Resources],
) -> None:
    document, resources = _small(generated[0]), generated[1]
    pages = pypdfium2.PdfDocument(pdf.write(document, resources))
    assert len(pages) in honest.PAGES["small"]


def test_a_large_briefing_is_as_long_as_one_of_25_to_30_pages(
    generated: tuple[list[Document], Resources],
) -> None:
    (document,) = (one for one in generated[0] if one.id.startswith("large"))
    assert _said(document).total() in WORDS
    assert FIGURES["pages"]["large"]["ours"] in honest.PAGES["large"]


def test_the_same_briefings_are_generated_every_time() -> None:
    assert dict(generate.files(3, 1)) == dict(generate.files(3, 1))
    assert dict(generate.files(3)).items() <= dict(generate.files(20)).items()


def test_the_content_for_others_has_the_words_of_the_document(
    generated: tuple[list[Document], Resources],
) -> None:
    for document in generated[0]:
        assert honest.words(content.content(document)) == _said(document, honest.LONG)


@pytest.mark.parametrize("name", NAMES)
def test_each_peer_prints_the_words_of_its_content(
    name: str, generated: tuple[list[Document], Resources], tmp_path: Path
) -> None:
    if importlib.util.find_spec(NEEDED[name]) is None:
        pytest.skip("`make bench` installs it, and holds the same in its run")
    document = _small(generated[0])
    (path,) = content.write([document], tmp_path / "content")
    formats = ["pdf"] if name == "typst" else ["pdf", "docx", "md"]
    make_of(name)([path], formats, tmp_path)
    for format in formats:
        honest.hold(tmp_path / f"{document.id}.{format}", content.content(document))


def test_a_file_that_lacks_a_word_or_says_much_more_is_found(tmp_path: Path) -> None:
    said = {"sections": [{"title": "", "blocks": [{"text": "a mutual defence clause"}]}]}
    path = tmp_path / "said.md"
    path.write_text("mutual defence clause")
    honest.hold(path, said)
    path.write_text("mutual clause")
    with pytest.raises(honest.Unlike, match="defence"):
        honest.hold(path, said)
    path.write_text("mutual defence clause " * 2)
    with pytest.raises(honest.Unlike):
        honest.hold(path, said)


def test_a_ratio_is_between_two_that_followed_each_other() -> None:
    samples = Samples()
    for ours, theirs in ((1, 3), (10, 10), (2, 4)):
        samples.add("batch", "ours", Taken(ours, 2 * ours, 100, 50, ""))
        samples.add("batch", "stock", Taken(theirs, theirs, 100, 60, ""))
        samples.add_warm("small", "ours", "pdf", ours)
        samples.add_warm("small", "stock", "pdf", theirs)
    samples.add("stages", "ours", Taken(1, 1, 1, 1, 'made x\n{"draw": 0.5}'))
    found = figures(samples, {})
    assert found["whole"]["batch"]["ours"] == {
        "seconds": [2, 1, 10], "cpu": [4, 2, 20], "owner": 100, "worker": 50,
    }  # fmt: skip
    assert found["whole"]["batch"]["stock"]["times"] == [2, 1, 3]
    assert found["warm"]["small"]["stock"]["pdf"] == {"ms": [4, 3, 10], "times": [2, 1, 3]}
    assert found["stages"] == {"draw": 0.5}


def test_an_edit_changes_one_text_of_one_file_and_another_each_time(tmp_path: Path) -> None:
    generate.write(tmp_path, small=8)
    seen = [_files(tmp_path)]
    for _ in range(2):
        edits.edit(tmp_path)
        seen.append(_files(tmp_path))
    for before, after in pairwise(seen):
        assert [name for name in before if before[name] != after[name]] == ["small-0007.yaml"]


def test_every_target_is_told_beside_its_figure_as_held_or_missed() -> None:
    told = list(report.lines(FIGURES))
    for one in held(FIGURES):
        (line,) = (line for line in told if line.startswith(words(one.target, FIGURES)))
        assert line.endswith(one.verdict)


@pytest.mark.parametrize(
    ("found", "more", "verdict"),
    [(2, False, "held"), (2.1, False, "MISSED"), (2, True, "held"), (1.9, True, "MISSED"),
     (None, True, "not measured")],
)  # fmt: skip
def test_a_target_is_a_limit_or_a_floor(found: float | None, more: bool, verdict: str) -> None:
    target = Target("words", "s", 2, lambda figures: found, more)
    assert targets.verdict(target, found, {}) == verdict


@pytest.mark.parametrize(
    ("found", "count", "verdict"),
    [(2, 100, "held"), (2, 99, "held by fewer"), (2.1, 99, "MISSED"), (2.1, 100, "MISSED")],
)
def test_what_fewer_briefings_hold_is_not_held(found: float, count: int, verdict: str) -> None:
    target = Target("words", "s", 2, lambda figures: found, counts={"batch": 100})
    assert targets.verdict(target, found, {"batch": count}) == verdict


def test_the_figures_of_readme_are_those_of_the_run() -> None:
    assert report.written(ROOT / "README.md") == report.section(FIGURES)


def test_the_lock_names_what_the_extra_asks_for() -> None:
    lock = (ROOT / "tests" / "bench" / "requirements.lock").read_text()
    locked = {line.partition("==")[0] for line in lock.splitlines() if "==" in line}
    assert locked == set(extra.asked())


def _files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.rglob("*.yaml"))}


def _small(read: list[Document]) -> Document:
    return next(one for one in read if one.id.startswith("small"))


def _said(document: Document, at_least: int = 1) -> Counter[str]:
    """The words of the Document's lines without links, by a walk of its own."""
    lines = " ".join(_texts(hub.encode(document.front + document.body)))
    return Counter(word for word in re.findall(r"\w+", lines) if len(word) >= at_least)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case list():
            for part in value:
                yield from [part] if isinstance(part, str) else _texts(part)
        case dict() if value["node"] != "Link":
            for part in value.values():
                yield from _texts(part)
