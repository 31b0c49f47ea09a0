"""The literate cases of this folder, run through everything that reads sources.

README.md beside this file says how they are written.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from pipeline import decode, library, markup, rules, source
from pipeline.diagnostic import Diagnostic, Report, ordered, render_text

SPEC = Path(__file__).parent
ROOT = SPEC.parent.parent
FILES = sorted(path for path in SPEC.glob("*.md") if path.name != "README.md")
UNNAMED = "sources/entities/spec.yaml"

_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GIVEN = re.compile(r"^Given `([\w/.-]+)`", re.MULTILINE)
_EXPECTED = re.compile(r"[ \t]*# (error|warning): (\S.*)$")
_ONE = re.compile(r'([a-z0-9]+(?:-[a-z0-9]+)+)(?::(\d+))?(?: "(.*)")?')
_BYTES = re.compile("⟦([0-9A-F ]+)⟧")


@dataclass(frozen=True)
class Expectation:
    """A diagnostic that must be there; column 0 and words "" leave these open."""

    file: str
    line: int
    severity: str
    code: str
    column: int
    words: str

    def met(self, one: Diagnostic) -> bool:
        span = one.span
        return (
            (self.file, self.line, self.severity, self.code)
            == (span.file, span.line, one.severity, one.code)
            and self.column in (0, span.column)
            and self.words in one.message
        )


@dataclass(frozen=True)
class Case:
    """One heading: what is read, what must be found, and how that is printed."""

    path: Path
    title: str
    files: dict[str, bytes]
    expectations: tuple[Expectation, ...]
    printed: str | None


def cases() -> Iterator[Case]:
    for path in FILES:
        text = path.read_text()
        places = [(found.start(), found[2]) for found in _HEADING.finditer(_unfenced(text))]
        ends = [start for start, _ in places[1:]] + [len(text)]
        shared = _GIVEN.search(text, 0, ends[0])
        for (start, title), end in zip(places, ends, strict=True):
            part = text[start:end]
            given = _GIVEN.search(part) or shared
            if re.search("^```yaml", part, re.MULTILINE):
                yield case(path, title, part, given[1] if given else "")


def _unfenced(text: str) -> str:
    """With blocks blanked: a comment in YAML is no heading."""
    return _BLOCK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def case(path: Path, title: str, part: str, given: str) -> Case:
    files = dict(base(given))
    expectations: list[Expectation] = []
    printed = None
    for found in _BLOCK.finditer(part):
        language, name, content = found.groups()
        if language == "text":
            printed = content
        elif language == "yaml" or name:
            name = name or UNNAMED
            before = files[name[1:]] if name.startswith("+") else b""
            name = name.removeprefix("+")
            lines = content.removesuffix("\n").split("\n")
            for number, line in enumerate(lines, 1 + before.count(b"\n")):
                expectations += expected(name, number, line)
            bare = "\n".join(_EXPECTED.sub("", line) for line in lines) + "\n"
            files[name] = before + file_bytes(bare)
    return Case(path, title, files, tuple(expectations), printed)


def expected(file: str, number: int, line: str) -> Iterator[Expectation]:
    found = _EXPECTED.search(line)
    for part in re.split(r"; (?=[a-z0-9]+-)", found[2]) if found else ():
        one = _ONE.fullmatch(part)
        assert found
        assert one, f"not an expectation: {part}"
        yield Expectation(file, number, found[1], one[1], int(one[2] or 0), one[3] or "")


def file_bytes(text: str) -> bytes:
    """The text in UTF-8, and each ⟦FF 0A⟧ as these bytes."""
    pieces = _BYTES.split(text)
    pairs = zip(pieces[::2], [*pieces[1::2], ""], strict=True)
    return b"".join(plain.encode() + bytes.fromhex(code) for plain, code in pairs)


@cache
def base(given: str) -> dict[str, bytes]:
    found = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "templates" / "terms").glob("*.yaml")
    }
    folder = ROOT / given
    assert folder.is_dir(), given
    for path in sorted(folder.rglob("*")) if given else ():
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def found_in(files: dict[str, bytes]) -> list[Diagnostic]:
    report = Report()
    read = library.load(files, report)
    return ordered([*report.diagnostics, *rules.check(read)])


ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=lambda one: f"{one.path.stem}: {one.title}")
def test_spec(case: Case, accept: bool) -> None:
    found = found_in(case.files)
    printed = render_text(found, case.files)
    left = list(found)
    unmet = []
    for one in case.expectations:
        met = next((diagnostic for diagnostic in left if one.met(diagnostic)), None)
        if met:
            left.remove(met)
        else:
            unmet.append(one)
    assert not unmet, f"expected, but not found:\n{unmet}\n\nfound:\n{printed}"
    assert not left, f"not expected:\n{render_text(left, case.files)}"
    if case.printed is not None and case.printed != printed:
        if not accept:
            pytest.fail("\n".join(difflib.ndiff(case.printed.split("\n"), printed.split("\n"))))
        write(case, printed)


def write(case: Case, printed: str) -> None:
    text = case.path.read_text()
    heading = next(found.start() for found in _HEADING.finditer(text) if found[2] == case.title)
    old = f"```text\n{case.printed}```"
    start = text.index(old, heading)
    case.path.write_text(f"{text[:start]}```text\n{printed}```{text[start + len(old) :]}")


def test_headings_name_one_case_each() -> None:
    names = [(case.path, case.title) for case in ALL]
    assert len(names) == len(set(names))


# Completeness -------------------------------------------------------------------------------

# From here on nothing is said of sources: these work on Documents and renditions.
BEYOND = {"assemble", "compare", "house", "proving", "run", "store", "verify", "__main__"}
BEYOND |= {"writers", "readback"}
# Where a code stands among the arguments of the functions that take one.
POSITIONS = {"add": 1, "Diagnostic": 1, "wrong": 0, "PydanticCustomError": 0, "_scalar": 2}


def codes() -> set[str]:
    """Every code that reading sources can give, as the code base has it."""
    found = {*rules.RULES, *markup.FAULTS, *source.FAULTS, *decode.FAULTS}
    for path in (ROOT / "pipeline").rglob("*.py"):
        module = path.relative_to(ROOT / "pipeline").with_suffix("").parts
        if module[0] not in BEYOND:
            found |= set(written(ast.parse(path.read_text())))
    # Rules that have several codes, each a fault of the markup.
    return found - {"bad-markup"}


def written(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = POSITIONS.get(name)
            given = node.args[place : place + 1] if place is not None else []
            given += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            for value in given:
                if isinstance(value, ast.Constant) and "-" in str(value.value):
                    yield str(value.value)


def test_every_code_has_a_case() -> None:
    specified = {expectation.code for case in ALL for expectation in case.expectations}
    assert sorted(codes() - specified) == []
    assert sorted(specified - codes()) == []


def test_every_code_is_explained() -> None:
    explained = {*rules.RULES, *markup.FAULTS, *source.FAULTS, *decode.FAULTS, *library.FAULTS}
    assert sorted(codes() - explained) == []


def test_the_base_is_clean() -> None:
    assert found_in(base("tests/corpus")) == []
