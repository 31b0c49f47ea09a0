"""What the sources say now: every problem and every edition, concluded anew only where it moved.

In: a project folder and what was remembered. Out: a Catalogue. Remembered are an Outline for each
file, under the file's digest, and a Conclusion for each briefing, under the digests of all that
it reaches; so one edit among thousands of briefings reads one file.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import library as reading
from pipeline import outline, survey
from pipeline.diagnostic import Diagnostic, Report
from pipeline.library import Part
from pipeline.origins import code, versions
from pipeline.outline import Entry, Outline, Pointer, Shelf
from pipeline.press import Press
from pipeline.stamps import Stamps, digests
from pipeline.store import Manifest, Store, digest, key
from pipeline.survey import Conclusion, Desk, Drawn, Planned
from pipeline.terms import Terms

PARTS = ("sources", "templates")
BATCH = 16  # briefings in one task: what goes with a task is then small beside its work
_PICTURES = "sources/pictures/"
_SETTINGS = ("templates/terms/", "templates/citations/", "templates/charts/", "sources/audiences")


class Moved(Exception):
    """A file changed while it was being read: what was concluded does not hold together."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`planned` is empty where there are errors, and where only problems were looked for;
    `briefings` are the ids of those that could be read."""

    folder: Path
    digests: Mapping[str, str]
    found: tuple[Diagnostic, ...]
    planned: tuple[Planned, ...]
    briefings: tuple[str, ...]

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self.found)

    def read(self, name: str) -> bytes:
        """A file as it was catalogued. Raises Moved when it has changed since."""
        return read_file(self.folder, name, self.digests)

    @property
    def templates(self) -> Mapping[str, bytes]:
        """What lies under templates/, by name in it."""
        names = [name for name in self.digests if name.startswith("templates/")]
        return {name.removeprefix("templates/"): self.read(name) for name in names}

    def terms(self, language: str) -> Terms:
        """The fixed words of a language. KeyError when there are none."""
        name = f"templates/terms/{language}.yaml"
        (terms,) = reading.read(name, self.read(name), Report()).records
        if not isinstance(terms, Terms):
            raise KeyError(language)
        return terms


def read_file(folder: Path, name: str, known: Mapping[str, str]) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise Moved(name) from error
    if digest(data) != known[name]:
        raise Moved(name)
    return data


def catalogue(
    folder: Path, store: Store, stamps: Stamps, start: Callable[[int], Executor], assembled: bool
) -> Catalogue:
    """The Catalogue of a folder. `start` gives an executor for so many briefings; `assembled`:
    make the Documents of its editions. Raises Moved when a file changes meanwhile, and
    FileNotFoundError when there is no `sources/`."""
    if not (folder / "sources").is_dir():
        raise FileNotFoundError(folder / "sources")
    known = digests(stamps, folder, PARTS)
    names = [name for name in known if reading.kind_of(name) == "briefing"]
    bench, found = _bench(folder, known, store)
    failed = any(one.severity == "error" for one in found)
    concluded = dict(_remembered(names, known, bench, store, assembled and not failed))
    new = [name for name in names if name not in concluded]
    if new:
        files = ((name, read_file(folder, name, known)) for name in new)
        executor = start(len(new))
        concluded |= _concluded(files, bench, executor, assembled and not failed)
    whole = [concluded[name] for name in names]
    found += [problem for told, _ in whole for problem in told.found]
    found += [problem for _, conclusion in whole for problem in conclusion.found]
    wrong = any(one.severity == "error" for one in found)
    editions = [one for _, conclusion in whole for one in conclusion.planned or ()]
    return Catalogue(
        folder,
        known,
        tuple(found),
        () if wrong else tuple(sorted(editions, key=_order)),
        tuple(
            Path(name).stem for name, (told, _) in zip(names, whole, strict=True) if told.entries
        ),
    )


def _order(one: Planned) -> tuple[str, ...]:
    return (one.edition.briefing,)  # audiences and languages stay in the briefing's own order


def restore(known: Catalogue, store: Store, planned: Planned) -> None:
    """Assemble an edition anew whose Document or drawings are gone from the store."""
    bench, _ = _bench(known.folder, known.digests, store)
    name = f"sources/briefings/{planned.edition.briefing}.yaml"
    conclude_batch(bench, [(name, known.read(name))], True)


# Shared files ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bench:
    """What it takes to conclude about briefings, in any process: shared files and their outlines,
    the problems in them, the folder of the store. Equal digests, equal benches."""

    digest: str
    files: Mapping[str, bytes]
    outlines: tuple[Outline, ...]
    pictures: Mapping[str, str]  # digests of the files under sources/pictures/
    settings: str  # the digest of what every briefing is made with
    known: survey.Known
    store: Store

    @property
    def shelf(self) -> Shelf:
        return outline.shelf(self.outlines, self.pictures)


def _bench(folder: Path, known: Mapping[str, str], store: Store) -> tuple[Bench, list[Diagnostic]]:
    """The Bench of a folder, and what is wrong with the shared records."""
    shared = {name: one for name, one in known.items() if reading.kind_of(name) != "briefing"}
    files = {name: read_file(folder, name, known) for name in shared if _needed(name)}
    parts: dict[str, Part] = {}
    outlines = tuple(
        _outlined(name, files[name], known[name], store, parts) for name in files if _sourced(name)
    )
    pictures = {
        name.removeprefix(_PICTURES): one
        for name, one in shared.items()
        if name.startswith(_PICTURES)
    }
    whole = {name: known[name] for name in files}
    bench = Bench(
        key({"files": whole, "store": str(store.folder)}),
        files,
        outlines,
        pictures,
        key({name: one for name, one in whole.items() if name.startswith(_SETTINGS)}),
        frozenset(),
        store,
    )
    found = [problem for one in outlines for problem in one.found]
    found += _shared_problems(bench, parts, whole)
    return replace(bench, known=frozenset((one.span, one.code) for one in found)), found


def _needed(name: str) -> bool:
    """Whether a file decides a Document, a problem or a picture; style sheets do not."""
    return name.startswith(("sources/", *_SETTINGS))


def _sourced(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _outlined(name: str, data: bytes, found: str, store: Store, parts: dict[str, Part]) -> Outline:
    """The Outline of a file, remembered or made; what was read for it is left in `parts`."""
    manifest = _outline_manifest(name, found)
    value = store.find_value(manifest)
    if value is not None:
        return outline.decode(value)
    made, parts[name] = _read(name, data)
    store.keep_value(manifest, outline.encode(made))
    return made


def _read(name: str, data: bytes) -> tuple[Outline, Part]:
    report = Report()
    part = reading.read(name, data, report)
    return outline.outline(part, report.diagnostics), part


def _shared_problems(
    bench: Bench, parts: dict[str, Part], whole: Mapping[str, str]
) -> list[Diagnostic]:
    manifest = {"problems of": whole, "by": _makers()}
    value = bench.store.find_value(manifest)
    if value is not None:
        return list(outline.decode_problems(value))
    found = survey.shared_problems(Desk(bench.files, bench.shelf, parts=parts))
    bench.store.keep_value(manifest, outline.encode_problems(found))
    return found


# Briefings ---------------------------------------------------------------------------------

Concluded = tuple[Outline, Conclusion]


def _remembered(
    names: Iterable[str], known: Mapping[str, str], bench: Bench, store: Store, assembled: bool
) -> Iterator[tuple[str, Concluded]]:
    """What is known of briefings already."""
    shelf = bench.shelf
    for name in names:
        value = store.find_value(_outline_manifest(name, known[name]))
        if value is None:
            continue
        told = outline.decode(value)
        if not told.entries:
            yield name, (told, Conclusion((), None))
            continue
        reached = outline.reached(told.entries[0], shelf)
        conclusion = _find(told.entries[0], reached, bench, assembled)
        if conclusion:
            yield name, (told, conclusion)


def _find(
    briefing: Entry, reached: Mapping[Pointer, Any], bench: Bench, assembled: bool
) -> Conclusion | None:
    value = bench.store.find_value(_conclusion_manifest(briefing, reached, bench))
    if value is None:
        return None
    places, encoded = value
    conclusion = survey.decode(encoded)
    if conclusion.found and places != _places(briefing, reached):
        return None  # problems would be shown where they stood before
    if assembled and conclusion.planned is None:
        return None
    return conclusion


def _concluded(
    files: Iterable[tuple[str, bytes]], bench: Bench, executor: Executor, assembled: bool
) -> Iterator[tuple[str, Concluded]]:
    """Briefings concluded about, in batches, by any executor."""
    waiting: list[Any] = []
    for batch in _batches(files, BATCH):
        waiting.append(executor.submit(conclude_batch, bench, batch, assembled))
        if len(waiting) > AHEAD:
            yield from waiting.pop(0).result()
    for future in waiting:
        yield from future.result()


AHEAD = 8  # batches that are read before the first of them is done


def _batches(
    files: Iterable[tuple[str, bytes]], size: int
) -> Iterator[Sequence[tuple[str, bytes]]]:
    iterator = iter(files)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def conclude_batch(
    bench: Bench, files: Sequence[tuple[str, bytes]], assembled: bool
) -> list[tuple[str, Concluded]]:
    """What a worker does: conclude about briefings, keep that in the store, and hand it back."""
    desk = _desk(bench.digest, _Box(bench))
    return [(name, _conclude(name, data, bench, desk, assembled)) for name, data in files]


@dataclass(frozen=True, slots=True)
class _Box:
    """Something beside the key of a cache: all boxes are equal."""

    bench: Bench

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Box)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=1)
def _desk(_: str, box: _Box) -> Desk:
    return Desk(box.bench.files, box.bench.shelf, box.bench.known)


def _conclude(name: str, data: bytes, bench: Bench, desk: Desk, assembled: bool) -> Concluded:
    store = bench.store
    told, part = _read(name, data)
    store.keep_value(_outline_manifest(name, digest(data)), outline.encode(told))
    if not told.entries:
        return told, Conclusion((), None)
    briefing = told.entries[0]
    reached = outline.reached(briefing, desk.shelf)
    press = Press({}, store)
    drawn = survey.conclude(desk, part, reached, press.cite, assembled)
    _keep(drawn, briefing, reached, bench)
    return told, drawn.conclusion


def _keep(drawn: Drawn, briefing: Entry, reached: Mapping[Pointer, Any], bench: Bench) -> None:
    """Documents first: a Conclusion that is there has Documents that are there."""
    press = Press({}, bench.store)
    for name, document in drawn.documents.items():
        press.keep_document(name, document, survey.inputs(briefing, reached))
    for name, drawing in drawn.drawings.items():
        press.keep_drawing(name, drawing)
    manifest = _conclusion_manifest(briefing, reached, bench)
    value = [_places(briefing, reached), survey.encode(drawn.conclusion)]
    bench.store.keep_value(manifest, value)


# What is remembered under what -------------------------------------------------------------


@functools.cache
def _makers() -> str:
    """The digest of all that reads, checks and assembles."""
    # All of our code but what prints: it is short, and nothing can be forgotten.
    libraries = versions("pyyaml", "pydantic", "babel", "edtf", "markdown-it-py", "lxml")
    modules = code("*", "blocks/*", "rules/*")
    return key({"code": dict(modules), "libraries": dict(libraries)})


def _outline_manifest(name: str, found: str) -> Manifest:
    return {"outline of": name, "digest": found, "by": _makers()}


def _conclusion_manifest(briefing: Entry, reached: Mapping[Pointer, Any], bench: Bench) -> Manifest:
    return {
        "conclusion from": survey.inputs(briefing, reached),
        "settings": bench.settings,
        "broken": sorted(bench.shelf.broken),
        "by": _makers(),
    }


def _places(briefing: Entry, reached: Mapping[Pointer, Any]) -> str:
    return key({"places": survey.places(briefing, reached)})
