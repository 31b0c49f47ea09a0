"""The invariants of pipeline/README.md that can be read off the source text."""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.blocks import BLOCKS
from pipeline.rules import RULES
from pipeline.terms import Terms
from pipeline.writers import WRITERS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pipeline"

# Top to bottom: a module imports only from lines above its own. "x/*" stands for the modules of
# a folder, which never import each other; "x" for the folder's own table.
ORDER = """
frozen
diagnostic
document slips
source markup dates typography
values
record
terms
decode citation graphic lookup
view
portrait summary
blocks/*
blocks
library
edition compare
rules/finding
rules/*
rules
assemble
writers/docx_styles
writers/docx_reference writers/html_columns writers/html_head
writers/pdf_cascade writers/pdf_declarations writers/pdf_lines writers/pdf_pens
writers/pdf_reading writers/pdf_spaces writers/pdf_targets writers/pdf_used
writers/pdf_glyphs
writers/pdf_engine
writers/pdf_attachments writers/pdf_marks writers/pdf_metadata writers/pdf_streams
writers/docx_lines writers/pdf_tags
writers/docx_package
writers/*
writers
index
readback/line
readback/pdf_text
readback/expected readback/align readback/wording readback/docx readback/pdf_tree
readback/pdf_file
readback/*
verify
house store
warm memory
origins stamps
ledger outline
glance survey
printer
proof
press frames
workbench plan
catalogue
workers
hands
likeness printing
cluster
listing
proving
run
explain preview
serve
__main__
"""

# Siblings and neighbours that may see each other all the same, with the reason.
DECLARED = {
    ("writers/pdf", "writers/html"),  # the PDF is the web page's body on paper
}
TOUCH_THE_DISK = {
    *("origins", "stamps", "store", "ledger", "glance", "memory", "workbench", "catalogue"),
    *("workers", "proving", "run", "preview", "__main__"),
}
# A browser decides what is made and not what it says, and a worker prints what it is sent.
ON_THE_NETWORK = {"serve", "cluster"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "/".join(part for part in parts if part != "__init__")


def rank(module: str) -> int:
    for number, line in enumerate(ORDER.split("\n")):
        words = line.split()
        if module in words:
            return number
    folder = module.rpartition("/")[0]
    for number, line in enumerate(ORDER.split("\n")):
        if f"{folder}/*" in line.split():
            return number
    raise AssertionError(f"{module} has no place in the order")


def imported(path: Path) -> Iterator[str]:
    """Our own modules that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ImportFrom(module=str() as module) if module == "pipeline":
                yield from (own(alias.name) for alias in node.names)
            case ast.ImportFrom(module=str() as module) if module.startswith("pipeline."):
                base = module.removeprefix("pipeline.")
                for alias in node.names:
                    inner = PACKAGE / base.replace(".", "/") / f"{alias.name}.py"
                    yield own(f"{base}.{alias.name}" if inner.exists() else base)
            case ast.Import():
                for alias in node.names:
                    if alias.name.startswith("pipeline."):
                        yield own(alias.name.removeprefix("pipeline."))


def own(dotted: str) -> str:
    return dotted.replace(".", "/")


@pytest.mark.parametrize("path", modules(), ids=name)
def test_modules_import_only_what_stands_above_them(path: Path) -> None:
    module = name(path)
    for target in imported(path):
        declared = (module, target) in DECLARED
        assert rank(target) < rank(module) or declared, f"{module} imports {target}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "writers").glob("*.py")), ids=name)
def test_a_writer_knows_the_document_and_nothing_else_of_ours(path: Path) -> None:
    for target in imported(path):
        assert target == "document" or target.startswith("writers"), target


@pytest.mark.parametrize("format", WRITERS)
def test_all_code_of_a_writer_is_in_its_manifest(format: str) -> None:
    writer = WRITERS[format]
    queue, seen = [writer.module], set()
    while queue:
        module = queue.pop()
        seen.add(module)
        found = imported(PACKAGE / "writers" / f"{module}.py")
        inner = {target.removeprefix("writers/") for target in found if "writers/" in target}
        queue += inner - seen
    for module in seen:
        assert any(fnmatch.fnmatch(module, pattern) for pattern in writer.code), module


@pytest.mark.parametrize("path", modules(), ids=name)
def test_only_run_store_and_the_command_line_touch_the_disk(path: Path) -> None:
    if name(path) in TOUCH_THE_DISK:
        return
    tree = ast.parse(path.read_text())
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "open" not in called
    assert not set(outside(path)) & {"os", "tempfile", "shutil", "glob", "fileinput"}
    # A pure path is a name; only a Path can be read or written.
    assert not re.search(r"\bPath\(", path.read_text())


def test_no_module_reads_the_clock_or_the_network() -> None:
    network = {"socket", "socketserver", "http", "requests", "distributed"}
    for path in modules():
        roots = {target.partition(".")[0] for target in outside(path)}
        assert not roots & {"time", "random", "uuid", "secrets"}, name(path)
        assert not roots & network or name(path) in ON_THE_NETWORK, name(path)
        assert "urllib.request" not in outside(path), name(path)
        assert not re.search(r"\.(now|today|utcnow)\(", path.read_text()), name(path)


def outside(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ImportFrom(module=str() as module):
                yield module
            case ast.Import():
                yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("command", [["--help"], ["check"]], ids=" ".join)
def test_starting_up_imports_no_engine(command: list[str]) -> None:
    script = (
        "import sys; from pipeline.__main__ import main\n"
        f"try: main({command!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'weasyprint', 'docx', 'vl_convert', 'pikepdf', 'citeproc'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)


def test_every_block_and_every_rule_explains_itself() -> None:
    for kind, (record, _) in BLOCKS.items():
        assert record.__doc__, kind
    for code, rule in RULES.items():
        assert rule.__doc__, code


def test_every_fixed_word_is_printed_somewhere() -> None:
    code = "".join(path.read_text() for path in modules() if name(path) != "record")
    for field in set(Terms.model_fields) - {"place", "release"}:
        assert f"terms.{field}" in code, field
