"""What is remembered is what would be found anew: problems, Documents, files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import ledger, outline, rules, run, source
from pipeline.assemble import assemble
from pipeline.catalogue import Catalogue, Moved
from pipeline.diagnostic import Report, ordered
from pipeline.document import to_json
from pipeline.edition import editions
from pipeline.hands import Hands
from pipeline.library import load
from pipeline.plan import Selection, plan
from pipeline.press import Press
from tests.library import ROOT, corpus_files
from tests.spec import test_spec


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder hold these files under sources/ and templates/, and no others there."""
    for part in ("sources", "templates"):
        (folder / part).mkdir(exist_ok=True)
        for path in sorted((folder / part).rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(folder).as_posix() not in files:
                path.unlink()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)


def survey(folder: Path, output: Path, assembled: bool = True) -> Catalogue:
    with Hands() as hands:
        return run.survey(folder, output, hands, assembled)


def build(folder: Path, output: Path) -> Mapping[str, bytes] | None:
    """The Documents of a folder as files; None when it has errors."""
    with Hands() as hands:
        known = run.survey(folder, output, hands)
        if known.failed:
            return None
        planned = plan(known.planned, Selection(formats=frozenset({"json"})))
        assert all(one.problem is None for one in run.build(known, planned, output, hands))
    run.prune(known, planned, output)
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and ledger.STORE not in path.parts
    }


@pytest.mark.parametrize("case", test_spec.ALL, ids=lambda case: case.title)
def test_each_problem_of_the_specification_is_found_file_by_file(
    case: test_spec.Case, tmp_path: Path
) -> None:
    files = {name: data for name, data in case.files.items() if "/../" not in name}
    write(tmp_path, files)
    report = Report()
    library = load(files, report)
    wanted = ordered([*report.diagnostics, *rules.check(library)])
    for _ in ("found", "remembered"):
        assert ordered(survey(tmp_path, tmp_path / "output", assembled=False).found) == wanted


@pytest.mark.parametrize("project", ["corpus", "shipped"])
def test_documents_are_those_of_the_whole_library(project: str, tmp_path: Path) -> None:
    files = corpus_files() if project == "corpus" else shipped_files()
    write(tmp_path, files)
    library = load(files, Report())
    known = survey(tmp_path, tmp_path / "output")
    press = Press({}, ledger.store_of(tmp_path / "output"))
    assert [one.edition for one in known.planned] == list(editions(library))
    for one in known.planned:
        assert press.document(one.document) == to_json(assemble(library, one.edition))


def shipped_files() -> dict[str, bytes]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for part in ("sources", "templates")
        for path in sorted((ROOT / part).rglob("*"))
        if path.is_file()
    }


# Any sequence of edits ---------------------------------------------------------------------

BASE = corpus_files()
TEXTS = [name for name in BASE if name.endswith((".yaml", "theme.json"))]
WORDS = (
    ("Mali", "Mauritania"), ("2023", "2022"), ("the", "that"), ("charter", "chartered"),
    ("public", "partners"), ("24.5", "25.5"), ("true", "false"), ("B", "C"), ("Fig", "Pict"),
    ("very-likely", "likely"), ("very likely", "likely"), ("2025-01", "2024-12"),
)  # fmt: skip


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, ...]:
    """One thing that an author does, as words: which file, what, where."""
    what = draw(st.sampled_from(["word", "line", "back", "copy", "remove", "cut", "picture"]))
    return what, draw(st.sampled_from(TEXTS)), str(draw(st.integers(0, 11)))


def edited(files: dict[str, bytes], edit: tuple[str, ...]) -> dict[str, bytes]:
    what, name, number = edit
    old, new = WORDS[int(number)]
    text = files.get(name, b"").decode()
    match what:
        case "word":
            return files | {name: text.replace(old, new, 1).encode()}
        case "line" if name.endswith(".yaml"):
            return files | {name: f"# {number}\n{text}".encode()}
        case "back":
            return files | {name: BASE[name]}
        case "copy":
            copied = files.get("sources/briefings/aes.yaml", b"")
            return files | {f"sources/briefings/copy-{number}.yaml": copied}
        case "remove":
            return {one: data for one, data in files.items() if not one.endswith(f"-{number}.yaml")}
        case "cut" if name.endswith("all.yaml"):
            return files | {name: text.rpartition("\n- id")[0].encode() or BASE[name]}
        case "picture":
            flag = "sources/pictures/flag-mali.svg"
            return files | {flag: files[flag] + b"<!-- another -->\n"}
    return files


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(steps=st.lists(edits(), min_size=1, max_size=4))
def test_any_sequence_of_edits_built_step_by_step_equals_one_clean_build(
    steps: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    files = dict(BASE)
    write(folder, files)
    assert build(folder, folder / "output") is not None
    for step in steps:
        files = edited(files, step)
        write(folder, files)
        stepwise = build(folder, folder / "output")
    clean = build(folder, folder / "clean")
    assert stepwise == clean
    one, other = (survey(folder, folder / name) for name in ("output", "clean"))
    assert ordered(one.found) == ordered(other.found)
    shutil.rmtree(folder)


def test_a_file_that_moves_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, BASE)
    known = survey(tmp_path, tmp_path / "output")
    path = tmp_path / "sources" / "briefings" / "aes.yaml"
    path.write_bytes(path.read_bytes().replace(b"The Alliance}", b"Another}"))
    with pytest.raises(Moved):
        known.read("sources/briefings/aes.yaml")
    assert survey(tmp_path, tmp_path / "output").planned[0].title == "Another"


def test_briefings_that_many_processes_share_are_concluded_once(tmp_path: Path) -> None:
    write(tmp_path, BASE)
    with ThreadPoolExecutor(4) as together:
        found = list(together.map(lambda _: survey(tmp_path, tmp_path / "output"), range(4)))
    assert all(one == found[0] for one in found)


def test_no_text_stands_for_several() -> None:
    """What parts texts in a digest stands in none: lists parted elsewhere say something else."""
    assert _said(r'["x\0quoted\0y", "z"]') != _said(r'["x", "y\0quoted\0z"]')


def _said(yaml: str) -> str:
    words: list[str] = []
    node = source.parse(yaml.encode(), "one.yaml", Report())
    assert node
    outline._collect(node, words)
    return outline._digest(words)
