"""The small library of tests/corpus, with the templates of the house, as names and bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline import rules
from pipeline.diagnostic import Report
from pipeline.document import Document, Image, Resources, walk
from pipeline.library import Library, load
from tests.sample import sample_resources

ROOT = Path(__file__).parent.parent
BRIEFING = "sources/briefings/aes.yaml"


def corpus_files() -> dict[str, bytes]:
    """Every file of the corpus and of templates/, named as in a project folder."""
    corpus = ROOT / "tests" / "corpus"
    return {
        path.relative_to(base).as_posix(): path.read_bytes()
        for base, part in ((corpus, "sources"), (ROOT, "templates"))
        for path in sorted((base / part).rglob("*"))
        if path.is_file()
    }


def loaded(files: dict[str, bytes]) -> Library:
    """The library of these files, which must be free of errors."""
    report = Report()
    library = load(files, report)
    found = [*report.diagnostics, *rules.check(library)]
    assert not [one for one in found if one.severity == "error"], found
    return library


def changed(files: dict[str, bytes], name: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    """The files with words of one of them replaced, each once."""
    text = files[name].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return files | {name: text.encode()}


def resources_for(document: Document) -> Resources:
    """The resources of the sample, with one picture of it for every image of the Document."""
    resources = sample_resources()
    picture = next(iter(resources.pictures.values()))
    digests = {node.digest for node in walk(document) if isinstance(node, Image)}
    return replace(resources, pictures=dict.fromkeys(digests, picture))
