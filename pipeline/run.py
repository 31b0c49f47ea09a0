"""The whole run: read the sources, plan the renditions, make what is new, put it in place.

In: a project folder. Out: diagnostics, outcomes, and files under the output folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias

from pipeline import document as hub
from pipeline import index, rules
from pipeline.diagnostic import Diagnostic, Report, Span, did_you_mean
from pipeline.edition import Edition, editions
from pipeline.index import Listed
from pipeline.library import Library, load
from pipeline.press import Press, Undrawable, code, digest, versions
from pipeline.store import Store, replace_file
from pipeline.writers import WRITERS

MANIFEST = "manifest.json"
STORE = ".store"
WORD_REFERENCE = "templates/docx/reference.docx"
ADD_STYLE = "make it in Word, or copy it from another reference file: Manage Styles, Import/Export"

# Reading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Project:
    """The files of a project folder by their names in it, what they hold, what is wrong."""

    files: Mapping[str, bytes]
    library: Library
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self.diagnostics)

    @property
    def templates(self) -> Mapping[str, bytes]:
        """What lies under templates/, by name in it."""
        return {
            name.removeprefix("templates/"): data
            for name, data in self.files.items()
            if name.startswith("templates/")
        }

    def press(self, output: Path) -> Press:
        return Press(self.library, self.templates, Store(output / STORE))


def read(folder: Path) -> Project:
    """The project in a folder, checked. Raises FileNotFoundError when it has no `sources/`."""
    if not (folder / "sources").is_dir():
        raise FileNotFoundError(folder / "sources")
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in ("sources", "templates")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    report = Report()
    library = load(files, report)
    problems = (*report.diagnostics, *rules.check(library), *_styles(files))
    return Project(files, library, problems)


def _styles(files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """What the Word writer would miss in its reference file."""
    from pipeline.writers.docx_styles import read_sheet  # here: not every command reads sources

    place = Span(WORD_REFERENCE, 1, 1, 1, 1)
    if WORD_REFERENCE not in files:
        return
    try:
        sheet = read_sheet(files[WORD_REFERENCE])
    except ValueError as error:
        yield Diagnostic(place, "broken-template", str(error), "save it as .docx from Word")
        return
    for name, kind in sheet.missing():
        message = f'the Word reference file lacks the {kind} style "{name}"'
        hint = did_you_mean(name, sheet.spare(kind)) or ADD_STYLE
        yield Diagnostic(place, "missing-style", message, hint)
    for name in sheet.unnumbered():
        message = f'the style "{name}" of the Word reference file gives its paragraphs no number'
        hint = "in Word: Modify Style, Format, Numbering"
        yield Diagnostic(place, "style-without-list", message, hint)


# Planning ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file to make: an edition in a format."""

    edition: Edition
    format: str

    @property
    def path(self) -> str:
        """Where it goes under the output folder."""
        edition = self.edition
        suffix = WRITERS[self.format].suffix
        return f"{edition.audience}/{edition.briefing}.{edition.language}.{suffix}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the plan is wanted; an empty part means all."""

    briefings: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        return not (self.briefings or self.formats or self.languages)


def plan(library: Library, selection: Selection) -> list[Rendition]:
    """The renditions of a library, in the order in which they are made."""
    return [
        Rendition(edition, format)
        for edition in editions(library)
        for format in WRITERS
        if edition.briefing in (selection.briefings or {edition.briefing})
        and edition.language in (selection.languages or {edition.language})
        and format in (selection.formats or {format})
    ]


# Making ------------------------------------------------------------------------------------

State: TypeAlias = Literal["made", "unchanged", "failed"]
Entry: TypeAlias = Mapping[str, Any]  # what the manifest says of a rendition


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rendition; a writer that failed says how, and the others go on."""

    rendition: Rendition
    state: State
    problem: Diagnostic | None = None


def build(project: Project, renditions: Iterable[Rendition], output: Path) -> Iterator[Outcome]:
    """Make each rendition that is not there yet and put it in place. The project must be free of
    errors."""
    press = project.press(output)
    entries = _entries(output)
    before = _files(entries)
    # One worker, in this process: it turns whatever a writer raises into a value.
    with ThreadPoolExecutor(max_workers=1) as executor:
        for rendition in renditions:
            outcome, entry = _make(rendition, press, output, executor)
            if entry:
                entries[rendition.path] = entry
            yield outcome
    _remove(output, before - _files(entries))
    _write_entries(output, entries)
    for path, data in index_pages(project, entries).items():
        _put(output / path, data)


def _make(
    rendition: Rendition, press: Press, output: Path, executor: Executor
) -> tuple[Outcome, Entry | None]:
    made = executor.submit(press.print, rendition.edition, rendition.format)
    if error := made.exception():
        return Outcome(rendition, "failed", _failed(rendition, error)), None
    data, manifest = made.result()
    document = press.document(rendition.edition)
    path = output / rendition.path
    changed = _put(path, data)
    beside = press.beside(rendition.edition, rendition.format)
    for name, picture in beside.items():
        changed |= _put(path.parent / name, picture)
    entry = {
        "sha256": digest(data),
        "size": len(data),
        "edition": {
            "briefing": document.id,
            "language": document.language,
            "series": document.series,
            "title": document.title,
            "subtitle": document.subtitle,
            "issued": document.metadata.issued,
            "marking": document.marking,
        },
        "inputs": manifest,
        "beside": {name: digest(picture) for name, picture in beside.items()},
    }
    return Outcome(rendition, "made" if changed else "unchanged"), entry


def _failed(rendition: Rendition, error: BaseException) -> Diagnostic:
    if isinstance(error, Undrawable):
        # The engine says it in its first line or two; the rest is where in its own code.
        reason = " ".join(str(error).split("\n    at ")[0].split())
        return Diagnostic(error.place, "undrawable-graphic", f"this cannot be drawn: {reason}")
    message = f"the {rendition.format} writer failed: {type(error).__name__}: {error}"
    hint = "unless a template was changed, this is a fault of the pipeline, not of the sources"
    return Diagnostic(Span(rendition.path, 1, 1, 1, 1), "writer-failed", message, hint)


def _put(path: Path, data: bytes) -> bool:
    """Put a file in place; False when it is there already as it should be."""
    if path.is_file() and path.read_bytes() == data:
        return False
    replace_file(path, data)
    return True


# The manifest of the output folder ---------------------------------------------------------

_KEYS = ("sha256", "size", "edition", "inputs", "beside")


def _entries(output: Path) -> dict[str, Entry]:
    """What the manifest says, or nothing when it is not there or damaged: it is made anew. An
    entry of an earlier release, which had other keys, counts as damaged."""
    try:
        entries: dict[str, Entry] = json.loads((output / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return {path: entry for path, entry in entries.items() if entry.keys() == set(_KEYS)}


def _write_entries(output: Path, entries: Mapping[str, Entry]) -> None:
    data = json.dumps(entries, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    _put(output / MANIFEST, data.encode())


def prune(output: Path, planned: Iterable[Rendition]) -> list[str]:
    """Remove the renditions of earlier builds that are no longer planned; returns their paths.
    Only what the manifest lists is ever removed."""
    entries = _entries(output)
    wanted = {rendition.path for rendition in planned}
    kept = {path: entry for path, entry in entries.items() if path in wanted}
    _remove(output, _files(entries) - _files(kept))
    _write_entries(output, kept)
    return sorted(set(entries) - set(kept))


def _remove(output: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (output / path).unlink(missing_ok=True)


def _files(entries: Mapping[str, Entry]) -> set[str]:
    """The files that entries stand for: each rendition, and the pictures beside it."""
    return set(entries) | {
        (PurePosixPath(path).parent / name).as_posix()
        for path, entry in entries.items()
        for name in entry["beside"]
    }


# The page that lists everything ------------------------------------------------------------


def index_pages(project: Project, entries: Mapping[str, Entry]) -> dict[str, bytes]:
    """The index page of each audience's folder, by its path."""
    audiences: dict[str, list[Listed]] = {}
    for path, entry in sorted(entries.items()):
        audience, _, file = path.partition("/")
        listed = Listed(**entry["edition"], file=file, size=entry["size"], sha256=entry["sha256"])
        audiences.setdefault(audience, []).append(listed)
    return {
        f"{name}/{index.NAME}": _index_page(project, listed) for name, listed in audiences.items()
    }


def _index_page(project: Project, listed: list[Listed]) -> bytes:
    language = index.language_of(listed)
    return index.page(listed, project.library.terms[language], language, project.templates)


# Verifying ---------------------------------------------------------------------------------


def verify(project: Project, paths: Iterable[Path], output: Path) -> Iterator[Diagnostic]:
    """Hold rendition files against what the sources say now. `paths` are files or folders; a
    file that was found faithful is not read again while nothing of it changed."""
    press = project.press(output)
    paths = list(paths)
    planned = {rendition.path: rendition for rendition in plan(project.library, Selection())}
    for path, rendition in _chosen(paths, planned):
        place = Span(str(path), 1, 1, 1, 1)
        if not path.exists():
            message = "this rendition is missing" if rendition else "there is no such file"
            yield Diagnostic(place, "missing-rendition", message, "run `briefing build`")
        elif rendition is None:
            hint = "a rendition lies at <audience>/<briefing>.<language>.<suffix>"
            message = "the sources have no rendition here"
            yield Diagnostic(place, "unknown-rendition", message, hint)
        else:
            document = press.document(rendition.edition)
            yield from _held(document, rendition.format, path, Store(output / STORE))
            yield from _held_beside(press, rendition, path)
    for path in paths:
        if path.is_dir():
            yield from _held_indexes(project, path)


def _held(document: hub.Document, format: str, path: Path, store: Store) -> Iterator[Diagnostic]:
    data = path.read_bytes()
    manifest = {
        "faithful": digest(data),
        "document": hub.digest(document),
        "format": format,
        "code": code("document", "verify", "readback/*"),
        "libraries": versions("pikepdf", "pypdfium2", "lxml", "html5lib", "markdown-it-py"),
    }
    if store.find(manifest) is not None:
        return
    from pipeline.verify import verify as hold

    found = [
        replace(one, span=replace(one.span, file=str(path))) for one in hold(document, format, data)
    ]
    yield from found
    if not found:
        store.keep(manifest, b"")


def _held_beside(press: Press, rendition: Rendition, path: Path) -> Iterator[Diagnostic]:
    """The pictures that a rendition points to are there and are the right ones."""
    for name, picture in press.beside(rendition.edition, rendition.format).items():
        file = path.parent / name
        if not file.is_file() or file.read_bytes() != picture:
            code = "changed-picture" if file.is_file() else "missing-picture"
            message = f"{path.name} points to this picture, which is {code.partition('-')[0]}"
            yield Diagnostic(Span(str(file), 1, 1, 1, 1), code, message, "run `briefing build`")


def _held_indexes(project: Project, path: Path) -> Iterator[Diagnostic]:
    """The index pages in a folder list what its manifest does."""
    folder = path if (path / MANIFEST).is_file() else path.parent
    for name, data in index_pages(project, _entries(folder)).items():
        file = folder / name
        if file.is_relative_to(path) and (not file.is_file() or file.read_bytes() != data):
            code = "changed-index" if file.is_file() else "missing-index"
            message = f"the page that lists the renditions is {code.partition('-')[0]}"
            yield Diagnostic(Span(str(file), 1, 1, 1, 1), code, message, "run `briefing build`")


def _chosen(
    paths: Iterable[Path], planned: Mapping[str, Rendition]
) -> Iterator[tuple[Path, Rendition | None]]:
    """Each file that is meant, with its rendition. A folder means all that are planned in it; one
    in which none is planned is returned itself, to be reported."""
    for path in paths:
        if path.is_dir():
            folder = path if (path / MANIFEST).is_file() else path.parent
            inside = [name for name in planned if (folder / name).is_relative_to(path)]
            known = inside and (folder / MANIFEST).is_file()
            yield from ((folder / name, planned[name]) for name in inside if known)
            if not known:
                yield path, None
        else:
            yield path, planned.get("/".join(path.parts[-2:]))
