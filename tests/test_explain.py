"""`briefing explain`: what a code means, from what a file was made, what changed since."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from pipeline.explain import meaning
from pipeline.readback.faults import FAULTS
from pipeline.readback.line import Kind
from pipeline.rules import RULES
from tests.test_build import briefing, edit, project

__all__ = ["project"]  # a fixture

PACKAGE = Path(__file__).parent.parent / "pipeline"


def test_a_code_is_explained(project: Path) -> None:
    assert "cites no reference" in briefing("explain", "uncited-statement").output
    assert "YAML" in briefing("explain", "broken-yaml").output
    assert "is missing" in briefing("explain", "missing-words").output


def test_each_code_of_what_is_read_back_is_explained() -> None:
    """The codes stand in the code as they are, but for what becomes of a kind of line."""
    read = [*(PACKAGE / "readback").glob("*.py"), PACKAGE / "verify.py", PACKAGE / "proving.py"]
    written = {
        str(node.value)
        for path in read
        if path.stem != "faults"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value))
    }
    kinds = (*get_args(Kind), "words", "picture")
    written |= {f"{what}-{kind}" for what in ("added", "missing") for kind in kinds}
    # Paragraphs and titles of boxes are words.
    written -= {f"{what}-{kind}" for what in ("added", "missing") for kind in ("text", "title")}
    assert set(FAULTS) == written
    assert all((meaning(code) or "").endswith(said) for code, said in FAULTS.items())
    assert set(FAULTS) & set(RULES) == {"missing-picture"}
    assert (meaning("missing-picture") or "").startswith("A picture's record names a file")


CODE = re.compile(
    "(missing|added|changed|moved|split|joined|open|hidden|untagged|unreadable|unknown)"
    "-[a-z-]+[a-z]"
)


def test_a_word_that_is_neither_is_wrong_usage(project: Path) -> None:
    result = briefing("explain", "uncited-statment")
    assert result.exit_code == 2
    assert 'did you mean "uncited-statement"?' in result.output


@pytest.fixture
def made(project: Path) -> str:
    assert briefing("build", "--format", "json").exit_code == 0
    return "output/public/aes.en.json"


def test_a_rendition_says_what_it_was_made_from(made: str) -> None:
    said = briefing("explain", made).output
    assert "reference  charter" in said
    assert "code       writers/canonical" in said
    assert "nothing changed since it was made" in said


def test_what_changed_since_is_named(made: str, project: Path) -> None:
    edit(project / "sources" / "events" / "all.yaml", "They leave", "They all leave")
    edit(project / "sources" / "briefings" / "aes.yaml", "The Alliance}", "Another}")
    said = briefing("explain", made).output
    assert "changed    event ecowas-left" in said
    assert "changed    briefing sources/briefings/aes.yaml" in said
    assert "event charter-signed\n" not in said
    edit(project / "sources" / "briefings" / "aes.yaml", "title:", "titel:")
    assert "the sources have errors now" in briefing("explain", made).output


def test_a_rendition_that_is_not_planned_any_more_says_so(made: str, project: Path) -> None:
    edit(project / "sources" / "briefings" / "aes.yaml", "[public, partners]", "[partners]")
    assert "no such rendition any more" in briefing("explain", made).output


def test_prune_empties_the_store_and_nothing_else(made: str, project: Path) -> None:
    before = Path(made).read_bytes()
    assert "files removed" in briefing("prune").output
    assert not list((project / "output" / ".store").glob("??/*"))
    assert Path(made).read_bytes() == before
    assert "0 made" in briefing("build", "--format", "json").output
