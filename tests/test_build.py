"""A whole build in a folder of its own, as `make` does it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import ledger, proving
from pipeline.__main__ import main
from pipeline.document import Document, Resources
from pipeline.writers import canonical

ROOT = Path(__file__).parent.parent
SUFFIXES = ("pdf", "docx", "md", "html", "json")


@pytest.fixture
def project(corpus: Path) -> Path:
    return corpus


def briefing(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def renditions(output: Path) -> dict[str, bytes]:
    """Every file that a reader gets, by its path."""
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and ".store" not in path.parts
    }


def written(output: Path) -> dict[Path, int]:
    """When each file was written, those of the store among them; but for the note of stamps,
    which is taken again while files are so young that their stamps may not be trusted."""
    return {
        path: path.stat().st_mtime_ns
        for path in output.rglob("*")
        if path.is_file() and path.name != "stamps.json"
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def built_elsewhere(folder: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """The shipped briefings, built by a process of its own in a folder of its own."""
    for part in ("sources", "templates"):
        shutil.copytree(ROOT / part, folder / part)
    path = os.pathsep.join((str(ROOT / "tests" / "clock"), str(ROOT)))
    subprocess.run(
        [sys.executable, "-m", "pipeline", "build"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path} | environment,
        check=True,
        capture_output=True,
    )
    return renditions(folder / "output")


def test_the_shipped_briefings_have_equal_bytes_on_another_day_in_another_folder(
    tmp_path: Path,
) -> None:
    one = built_elsewhere(tmp_path / "one", {"PYTHONHASHSEED": "1", "BRIEFING_TEST_HOURS": "0"})
    two = built_elsewhere(
        tmp_path / "elsewhere" / "two",
        {
            "PYTHONHASHSEED": "4242",
            "BRIEFING_TEST_HOURS": "10009",
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "C",
        },
    )
    assert set(one) == set(two)
    assert {f"public/aes.en.{suffix}" for suffix in SUFFIXES} <= set(one)
    assert [name for name in one if one[name] != two[name]] == []


def test_a_build_makes_each_format_and_a_second_one_makes_nothing(project: Path) -> None:
    first = briefing("build")
    assert first.exit_code == 0, first.output
    assert first.output.count("made ") >= len(SUFFIXES)
    before = written(project / "output")

    second = briefing("build")

    assert second.exit_code == 0
    assert "0 made, 10 unchanged" in second.output
    assert written(project / "output") == before


def test_an_error_in_the_sources_leaves_the_last_good_output(project: Path) -> None:
    assert briefing("build").exit_code == 0
    before = renditions(project / "output")
    edit(project / "sources" / "briefings" / "aes.yaml", "title:", "titel:")

    failed = briefing("build")

    assert failed.exit_code == 1
    assert "nothing was built" in failed.output
    assert renditions(project / "output") == before


def test_a_lost_store_and_a_damaged_one_change_nothing(project: Path) -> None:
    assert briefing("build").exit_code == 0
    before = renditions(project / "output")
    for number, path in enumerate(sorted((project / "output" / ".store").rglob("*"))):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: number * 7])
    shutil.rmtree(project / "output" / "public")

    assert briefing("build").exit_code == 0
    assert renditions(project / "output") == before


def test_only_the_formats_and_briefings_asked_for_are_made(project: Path) -> None:
    assert briefing("build", "aes", "--format", "json", "--format", "markdown").exit_code == 0
    made = {Path(name).suffix for name in renditions(project / "output") if "aes" in name}
    assert made == {".json", ".md"}


def test_an_edit_changes_the_renditions_and_the_manifest_says_what_changed(project: Path) -> None:
    assert briefing("build", "--format", "json").exit_code == 0
    old = ledger.read(project / "output")
    edit(project / "sources" / "briefings" / "aes.yaml", "The Alliance}", "The newer Alliance}")
    assert briefing("build", "--format", "json").exit_code == 0
    new = ledger.read(project / "output")
    assert old.keys() == new.keys()
    for name in old:
        assert old[name]["inputs"]["document"] != new[name]["inputs"]["document"]
        assert old[name]["makers"]["code"] == new[name]["makers"]["code"]


def test_a_briefing_that_is_gone_takes_its_renditions_with_it(project: Path) -> None:
    shutil.copy(project / "sources/briefings/aes.yaml", project / "sources/briefings/other.yaml")
    assert briefing("build", "--format", "json").exit_code == 0
    (project / "sources/briefings/other.yaml").unlink()
    assert briefing("build").exit_code == 0
    assert not [name for name in renditions(project / "output") if "other" in name]


@pytest.mark.parametrize(
    "arguments",
    [["build", "nothing"], ["build", "--format", "odt"], ["build", "--language", "xx"], ["brew"]],
    ids=" ".join,
)
def test_wrong_usage_is_told_apart(project: Path, arguments: list[str]) -> None:
    assert briefing(*arguments).exit_code == 2


def test_a_folder_without_sources_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = briefing("check")
    assert result.exit_code == 2
    assert "sources" in result.output


def test_check_speaks_json(project: Path) -> None:
    edit(project / "sources" / "briefings" / "aes.yaml", "title:", "titel:")
    result = briefing("check", "--format", "json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)
    assert problem["code"] == "unknown-key"
    assert problem["file"] == "sources/briefings/aes.yaml"


def test_verify_holds_files_against_the_sources(project: Path) -> None:
    assert briefing("build", "--format", "markdown").exit_code == 0
    path = next((project / "output" / "public").glob("aes*.md"))
    assert briefing("verify", str(path)).exit_code == 0
    path.write_text(path.read_text().replace("## ", "## Not ", 1))
    found = briefing("verify", str(path))
    assert found.exit_code == 1
    assert str(path) in found.output


def test_verify_names_a_rendition_that_is_missing(project: Path) -> None:
    assert briefing("build").exit_code == 0
    assert briefing("verify").exit_code == 0
    next((project / "output" / "public").glob("aes*.pdf")).unlink()
    found = briefing("verify")
    assert found.exit_code == 1
    assert "missing-rendition" in found.output


def test_a_writer_that_fails_fails_alone(project: Path) -> None:
    (project / "templates" / "markdown" / "briefing.md.j2").write_text("{% for %}")
    result = briefing("build")
    assert result.exit_code == 1
    assert "writer-failed" in result.output
    made = {Path(name).suffix for name in renditions(project / "output") if "aes" in name}
    assert made == {".pdf", ".docx", ".html", ".json"}


def test_a_picture_that_nothing_points_to_any_more_goes(project: Path) -> None:
    assert briefing("build", "--format", "markdown").exit_code == 0
    before = {name for name in renditions(project / "output") if "/pictures/" in name}
    edit(project / "sources" / "graphics" / "all.yaml", "24.5", "25.5")
    assert briefing("build").exit_code == 0
    after = {name for name in renditions(project / "output") if "/pictures/" in name}
    assert len(after) == len(before)
    assert after != before


def test_a_graphic_that_cannot_be_drawn_is_a_slip_in_its_record(project: Path) -> None:
    edit(project / "sources" / "graphics" / "all.yaml", "    mark: bar", "    layer: []")
    result = briefing("build", "--format", "html", "--format", "json")
    assert result.exit_code == 1
    assert "sources/graphics/all.yaml:1:7: error[undrawable-graphic]: this cannot" in result.output
    assert "writer-failed" not in result.output
    assert any(name.endswith(".json") for name in renditions(project / "output"))


def test_only_what_a_build_made_is_ever_removed(project: Path) -> None:
    mine = project / "public" / "pictures" / "holiday.jpg"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    before = renditions(project / "sources")
    assert briefing("build", "--output", ".", "--format", "markdown").exit_code == 0
    assert briefing("build", "--output", ".").exit_code == 0
    assert mine.read_bytes() == b"mine"
    assert renditions(project / "sources") == before


def test_a_damaged_manifest_is_made_anew(project: Path) -> None:
    assert briefing("build", "--format", "json").exit_code == 0
    manifest = project / "output" / "manifest.json"
    before = manifest.read_bytes()
    manifest.write_bytes(before[:40])
    assert briefing("build", "--format", "json").exit_code == 0
    assert manifest.read_bytes() == before


def test_an_output_that_cannot_be_written_is_told(project: Path) -> None:
    (project / "output").write_text("a file, no folder")
    assert briefing("build").exit_code == 2
    (project / "elsewhere").mkdir()
    (project / "elsewhere" / "public").write_text("a file, no folder")
    result = briefing("build", "--output", "elsewhere")
    assert result.exit_code == 1
    assert "cannot write" in result.output


@pytest.mark.parametrize("place", ["sources", "output/public/pictures", "nowhere", "Makefile"])
def test_verify_says_when_there_is_nothing_to_verify(project: Path, place: str) -> None:
    assert briefing("build", "--format", "markdown").exit_code == 0
    assert briefing("verify", place).exit_code == 1


def test_verify_looks_at_the_pictures_beside_the_markdown(project: Path) -> None:
    assert briefing("build", "--format", "markdown").exit_code == 0
    path = project / "output" / "public" / "aes.en.md"
    assert briefing("verify", str(path)).exit_code == 0
    picture = next((project / "output" / "public" / "pictures").iterdir())
    picture.write_bytes(b"<svg/>")
    assert "changed-picture" in briefing("verify", str(path)).output
    picture.unlink()
    assert "missing-picture" in briefing("verify", str(path)).output


# Proved while others are printed -----------------------------------------------------------


def test_a_build_that_verifies_finds_nothing_left_to_read(project: Path) -> None:
    first = briefing("build", "--verify")
    assert first.exit_code == 0, first.output
    assert first.output.endswith("10 renditions: 10 made, 0 unchanged\nno problems\n")

    again = run_without_readers("build", "--verify")
    assert again.exit_code == 0, again.output
    assert "0 made" in again.output
    assert run_without_readers("verify").output == "no problems\n"


def test_what_is_proved_is_the_bytes_and_not_the_file(project: Path) -> None:
    assert briefing("build", "--verify").exit_code == 0
    made = project / "output" / "public" / "aes.en.md"
    edit(made, "Alliance", "Others")
    assert briefing("verify").exit_code == 1
    assert run_without_readers("verify", "output/public/aes.en.html").exit_code == 0


def test_a_build_that_verifies_finds_what_a_writer_lost(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = canonical.write

    def lossy(document: Document, resources: Resources) -> bytes:
        return write(replace(document, subtitle="Lost"), resources)

    monkeypatch.setattr(canonical, "write", lossy)
    result = briefing("build", "--verify", "--jobs", "1")
    assert result.exit_code == 1
    assert "error[changed-words]" in result.output
    assert result.output.endswith("2 errors in 2 files\n")


def test_only_what_was_asked_for_is_verified(project: Path) -> None:
    result = briefing("build", "--verify", "--format", "json")
    assert result.exit_code == 0, result.output
    assert "no problems" in result.output


def run_without_readers(*arguments: str) -> Result:
    """A command that must not read a rendition back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proving, "read_back", None)
        return briefing(*arguments)
