"""What README.md shows is what happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.__main__ import main

ROOT = Path(__file__).parent.parent


def blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped project with the briefing that README.md shows, alone."""
    for part in ("sources", "templates"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for path in (tmp_path / "sources" / "briefings").iterdir():
        path.unlink()
    (tmp_path / "sources" / "briefings" / "first.yaml").write_text(blocks("yaml")[0])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_briefing_has_ten_lines_and_builds(project: Path) -> None:
    assert len(blocks("yaml")[0].splitlines()) == 10
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 0, result.output
    made = {path.name for path in (project / "output" / "public").iterdir()}
    assert {f"first.en.{suffix}" for suffix in ("pdf", "docx", "md", "html", "json")} <= made
    assert CliRunner().invoke(main, ["verify"]).exit_code == 0


def test_the_problem_that_it_shows_is_the_problem_one_gets(project: Path) -> None:
    path = project / "sources" / "briefings" / "first.yaml"
    path.write_text(re.sub(r" \[@[^]]*\]", "", path.read_text()))
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert result.output == blocks("text")[0]


def test_every_target_that_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z-]+)`", (ROOT / "README.md").read_text()):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_every_folder_that_it_names_is_there() -> None:
    for folder in re.findall(r"^\| `([a-z]+)/` \|", (ROOT / "README.md").read_text(), re.M):
        assert (ROOT / folder).is_dir() or folder == "output", folder


def test_every_command_and_option_that_it_names_is_there() -> None:
    text = (ROOT / "README.md").read_text()
    for name in re.findall(r"(?:`|bin/|\$ +)briefing ([a-z]+)\b", text):
        assert name in main.commands, name
    listed = re.search(r"`\.venv/bin/briefing` with (.*?);", text, re.S)
    assert listed
    assert set(re.findall(r"`([a-z]+)`", listed[1])) == set(main.commands)
    there = {
        option for one in main.commands.values() for part in one.params for option in part.opts
    }
    for option in re.findall(r"(?:`|build )(--[a-z]+)\b", text):
        assert option in there | {"--help"}, option


def test_the_store_is_harmless_to_delete(project: Path) -> None:
    def files() -> dict[Path, bytes]:
        found = (project / "output").rglob("*")
        return {
            one: one.read_bytes() for one in found if one.is_file() and ".store" not in str(one)
        }

    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    before = files()
    shutil.rmtree(project / "output" / ".store")
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    assert files() == before


def test_what_it_explains_is_explained(project: Path) -> None:
    assert CliRunner().invoke(main, ["build", "--format", "pdf"]).exit_code == 0
    for words in re.findall(r"`briefing explain ([^`]+)`", (ROOT / "README.md").read_text()):
        assert CliRunner().invoke(main, ["explain", words]).exit_code == 0, words
