"""Every problem has a place: a valid library with one slip in it gives one diagnostic, there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import library, rules
from pipeline.decode import _models
from pipeline.diagnostic import Diagnostic, Report, Span, render_json, render_text
from pipeline.record import Record
from pipeline.source import Mapping as MappingNode
from pipeline.source import Node, Scalar, Sequence, parse

CORPUS = Path(__file__).parent / "corpus"
TERMS = Path(__file__).parent.parent / "templates" / "terms" / "en.yaml"
FILES: Mapping[str, bytes] = {
    path.relative_to(CORPUS).as_posix(): path.read_bytes()
    for path in sorted(CORPUS.rglob("*"))
    if path.is_file()
} | {"templates/terms/en.yaml": TERMS.read_bytes()}
SOURCES = sorted(name for name in FILES if name.endswith(".yaml"))

Path_ = tuple[int | str, ...]


@dataclass(frozen=True)
class Place:
    """A key of a mapping of a file."""

    file: str
    path: Path_
    key: str

    def __str__(self) -> str:
        return ":".join(map(str, (self.file, *self.path, self.key)))


def tree(file: str) -> Node:
    node = parse(FILES[file], file, Report())
    assert node
    return node


TREES = {file: tree(file) for file in SOURCES}


def places(file: str, node: Node, path: Path_ = ()) -> Iterator[Place]:
    match node:
        case Sequence():
            for number, item in enumerate(node.items):
                yield from places(file, item, (*path, number))
        case MappingNode():
            for key, value in node.entries:
                yield Place(file, path, key.text)
                yield from places(file, value, (*path, key.text))


PLACES = [place for file, node in TREES.items() for place in places(file, node)]


def chosen(place: Place) -> bool:
    """Whether authors choose the keys: in specifications, cells and ratings, and where the fixed
    words are listed by the words of the sources."""
    words = place.file.startswith("templates/") and place.path
    return bool(words) or "ratings" in place.path or bool({"spec", "data"} & set(place.path[1:2]))


KNOWN = [place for place in PLACES if not chosen(place)]


def changed(node: Node, path: Path_, key: str, new: str | None) -> Node:
    """The node with a key renamed, or cut when there is no new name."""
    match node, path:
        case MappingNode(), ():
            entries = tuple(
                (replace(name, text=new or "", raw=new or "") if name.text == key else name, value)
                for name, value in node.entries
                if name.text != key or new
            )
            return replace(node, entries=entries)
        case MappingNode(), (step, *rest):
            entries = tuple(
                (name, changed(value, tuple(rest), key, new) if name.text == step else value)
                for name, value in node.entries
            )
            return replace(node, entries=entries)
        case Sequence(), (int() as step, *rest):
            items = list(node.items)
            items[step] = changed(items[step], tuple(rest), key, new)
            return replace(node, items=tuple(items))
    raise AssertionError(path)


def written(node: Node, indent: str = "") -> str:
    """YAML again, with brackets and quotes, so that nothing depends on indentation."""
    inner = f"{indent} "
    match node:
        case Scalar():
            bare = node.plain and re.fullmatch(r"[\w.+-]*", node.raw)
            return node.raw if bare else json.dumps(node.text, ensure_ascii=False)
        case Sequence():
            return "[" + ", ".join(f"\n{inner}{written(item, inner)}" for item in node.items) + "]"
        case MappingNode():
            pairs = (f"{json.dumps(k.text)}: {written(v, inner)}" for k, v in node.entries)
            return "{" + ", ".join(f"\n{inner}{pair}" for pair in pairs) + "}"


def at(node: Node, path: Path_) -> Node:
    for step in path:
        if isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, MappingNode):
            node = next(value for name, value in node.entries if name.text == step)
    return node


@cache
def found(place: Place, new: str | None) -> tuple[list[Diagnostic], Span]:
    """What loading says of the file with that one change, and where the changed mapping is."""
    data = written(changed(TREES[place.file], place.path, place.key, new)).encode()
    again = parse(data, place.file, Report())
    assert again
    report = Report()
    library.load({place.file: data}, report)
    return report.diagnostics, at(again, place.path).span


def inside(inner: Span, outer: Span) -> bool:
    start, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return (outer.line, outer.column) <= start and end <= (outer.end_line, outer.end_column)


def test_the_corpus_is_valid_however_it_is_written() -> None:
    report = Report()
    again = {file: written(node).encode() for file, node in TREES.items()}
    read = library.load({**FILES, **again}, report)
    assert [*report.diagnostics, *rules.check(read)] == []


@pytest.mark.parametrize("file", SOURCES)
def test_a_misspelt_key_is_one_diagnostic_inside_its_mapping(file: str) -> None:
    for place in KNOWN:
        if place.file == file:
            diagnostics, span = found(place, f"{place.key}x")
            assert len(diagnostics) == 1, (str(place), diagnostics)
            assert inside(diagnostics[0].span, span), (str(place), diagnostics)


@pytest.mark.parametrize("file", SOURCES)
def test_a_cut_key_is_one_diagnostic_inside_its_mapping_or_was_optional(file: str) -> None:
    for place in KNOWN:
        if place.file == file:
            diagnostics, span = found(place, None)
            assert len(diagnostics) <= 1, (str(place), diagnostics)
            assert all(inside(one.span, span) for one in diagnostics), (str(place), diagnostics)


def required(type_: type[Record], seen: set[type]) -> Iterator[str]:
    """The keys that this record and those within it cannot do without, as "Record.key"."""
    seen.add(type_)
    for name, field in type_.model_fields.items():
        key = field.alias or name
        if field.is_required() and key != "@place":
            yield f"{type_.__name__}.{key}"
        for _, inner in _models(field.annotation):
            if inner not in seen and issubclass(inner, Record):
                yield from required(inner, seen)


def test_each_required_key_that_is_cut_is_missed() -> None:
    """By name; and the corpus holds each of them, so that the tests above left none out."""
    missed = set()
    for place in KNOWN:
        diagnostics, _ = found(place, None)
        missed |= {place.key for one in diagnostics if one.message == f'missing key "{place.key}"'}
    types = (*library.TYPES, library.Briefing)
    wanted = {key.partition(".")[2] for type_ in types for key in required(type_, set())}
    assert wanted - missed == set()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from([None, "x", "@place", "id"]))))
def test_no_slips_together_stop_the_reading(slips: list[tuple[Place, str | None]]) -> None:
    trees = dict(TREES)
    for place, new in slips:
        try:
            trees[place.file] = changed(trees[place.file], place.path, place.key, new)
        except (AssertionError, IndexError):
            continue  # an earlier slip took the place away
    files = {**FILES, **{file: written(node).encode() for file, node in trees.items()}}
    report = Report()
    everything = [*rules.check(library.load(files, report)), *report.diagnostics]
    assert all(one.span.file in files for one in everything)
    assert render_text(everything, files).count(" | ") >= len({one.span for one in everything})
    json.loads(render_json(everything))


# Pieces that mean something to YAML are likelier to break its readers than plain letters.
PIECES = st.sampled_from(
    [
        *"-:?[]{},&*!|>'\"%@`#\\ \t\n\r\x85\u2028\ufeff\u202e\x00é日𝄞",
        *("- ", ": ", "\n  ", "---\n", "...\n", "<<: ", "&a ", "*a", "!!str ", "|2\n", ">+\n"),
        *("\\x07", "\\ud800", "\\U00110000", "%YAML 1.3\n", "%TAG ! x\n"),
        *("id", "kind", "name: ", "@place"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_no_bytes_stop_the_reading(content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    files = {"sources/entities/a.yaml": data, "sources/briefings/b.yaml": data}
    report = Report()
    everything = [*rules.check(library.load(files, report)), *report.diagnostics]
    assert report.failed
    render_text(everything, files)
