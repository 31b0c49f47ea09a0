"""What the sources say now: every problem and every edition, concluded anew only where it moved.

In: a project folder and what was remembered. Out: a Catalogue. Remembered are an Outline for each
file, under the file's digest, and a Conclusion for each briefing, under the digests of all that
it reaches; so one edit among thousands of briefings reads one file.
"""

from __future__ import annotations

import functools
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeAlias, TypeVar

from pipeline import house, outline, survey
from pipeline import library as reading
from pipeline.assemble import Cite
from pipeline.diagnostic import Diagnostic, Report
from pipeline.document import Inlines
from pipeline.library import Part
from pipeline.origins import code, versions
from pipeline.outline import Outline, Reached
from pipeline.press import Press
from pipeline.record import Reference, remembered
from pipeline.stamps import Stamps, digests
from pipeline.store import Manifest, Store, digest, key
from pipeline.survey import Conclusion, Desk, Drawn, Planned
from pipeline.terms import Terms

PARTS = ("sources", "templates")
BATCH = 16  # files in one task: what goes with a task is then small beside its work
AHEAD = 8  # batches that are read before the first of them is done
_PICTURES = "sources/pictures/"
# What under templates/ decides a Document or a problem; style sheets do not.
_SETTINGS = ("templates/terms/", *survey.SETTINGS)

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
File: TypeAlias = tuple[str, bytes]
Start: TypeAlias = Callable[[int], Executor]  # an executor for so many files


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
        return _read_file(self.folder, self.digests, name)

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


def _read_file(folder: Path, known: Mapping[str, str], name: str) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise Moved(name) from error
    if digest(data) != known[name]:
        raise Moved(name)
    return data


def catalogue(
    folder: Path, store: Store, stamps: Stamps, start: Start, assembled: bool
) -> Catalogue:
    """The Catalogue of a folder. `assembled`: make the Documents of its editions. Raises Moved when
    a file changes meanwhile, and FileNotFoundError when there is no `sources/`."""
    if not (folder / "sources").is_dir():
        raise FileNotFoundError(folder / "sources")
    known = digests(stamps, folder, PARTS)
    bench, found = _bench(folder, known, store, start)
    found += _of_templates(folder, known, store)
    names = [name for name in known if reading.kind_of(name) == "briefing"]
    sound = assembled and not any(one.severity == "error" for one in found)
    whole = _briefings(bench, names, known, sound, start)
    found += [one for outlined, _ in whole for one in outlined.found]
    found += [one for _, conclusion in whole for one in conclusion.found]
    wrong = any(one.severity == "error" for one in found)
    editions = [one for _, conclusion in whole for one in conclusion.planned or ()]
    # Audiences and languages stay in the briefing's own order.
    planned = () if wrong else tuple(sorted(editions, key=lambda one: one.edition.briefing))
    ids = tuple(Path(outlined.name).stem for outlined, _ in whole if outlined.entries)
    return Catalogue(folder, known, tuple(found), planned, ids)


def _of_templates(folder: Path, known: Mapping[str, str], store: Store) -> list[Diagnostic]:
    """What is wrong with the templates; that nothing is, is remembered."""
    name = house.WORD_REFERENCE
    if name not in known:
        return []
    manifest = {"sound": known[name], "by": dict(code("house", "writers/docx_styles"))}
    if store.has(manifest):
        return []
    found = list(house.problems({name: _read_file(folder, known, name)}))
    if not found:
        store.keep(manifest, b"")
    return found


def restore(known: Catalogue, store: Store, planned: Planned) -> None:
    """Assemble an edition anew whose Document or drawings are gone from the store."""
    bench, _ = _bench(known.folder, known.digests, store, lambda _: _Here())
    name = f"sources/briefings/{planned.edition.briefing}.yaml"
    conclude_briefings(bench, True, [(name, known.read(name))])


class _Here(Executor):
    """For a few files: done when submitted."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _in_batches(
    function: Callable[[list[S]], list[T]], items: Iterable[S], executor: Executor
) -> Iterator[T]:
    """What a function makes of files, in their order; few are held in memory at a time."""
    remaining = iter(items)
    waiting: deque[Future[list[T]]] = deque()
    while batch := list(itertools.islice(remaining, BATCH)):
        waiting.append(executor.submit(function, batch))
        if len(waiting) > AHEAD:
            yield from waiting.popleft().result()
    for future in waiting:
        yield from future.result()


# Shared files ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a process that shares the disk finds what it takes to conclude: the project's folder,
    the store, and in that, under `digest`, the outlines of all shared files. Small enough to be
    sent with each task."""

    folder: Path
    store: Store
    digest: str

    @property
    def manifest(self) -> Manifest:
        return {"bench": self.digest}


@dataclass(frozen=True, slots=True)
class _Laid:
    """What lies on a bench. `settings` is all that everything is concluded with; `cite` prints
    references."""

    desk: Desk
    cite: Cite
    outlines: Mapping[str, Outline]
    settings: Manifest


def _bench(
    folder: Path, known: Mapping[str, str], store: Store, start: Start
) -> tuple[Bench, list[Diagnostic]]:
    """The Bench of a folder, and what is wrong with the shared records."""
    shared = {
        name: one
        for name, one in known.items()
        if name.startswith(("sources/", *_SETTINGS)) and reading.kind_of(name) != "briefing"
    }
    outlines = _outlines(folder, shared, store, start)
    bench = Bench(folder, store, key({"shared": shared, "by": _makers()}))
    _LAID.clear()
    _LAID[bench] = laid = _lay(bench, shared, outlines)
    if not store.has(bench.manifest):
        value = [dict(shared), [outline.encode(one) for one in outlines]]
        store.keep_value(bench.manifest, value)
    found = [problem for one in outlines for problem in one.found]
    found += survey.duplicates(laid.desk)
    found += _shared_problems(bench, laid, shared, start)
    return bench, found


_LAID: dict[Bench, _Laid] = {}  # in each process, the bench that it works at


def _laid(bench: Bench) -> _Laid:
    if bench not in _LAID:
        value = bench.store.find_value(bench.manifest)
        if value is None:
            raise Moved("the store")
        shared, outlines = value
        _LAID.clear()
        _LAID[bench] = _lay(bench, shared, [outline.decode(one) for one in outlines])
    return _LAID[bench]


def _lay(bench: Bench, shared: Mapping[str, str], outlines: Sequence[Outline]) -> _Laid:
    pictures = {
        name.removeprefix(_PICTURES): one
        for name, one in shared.items()
        if name.startswith(_PICTURES)
    }
    shelf = outline.shelf(outlines, pictures)
    settings = {
        "settings": {
            name: one
            for name, one in shared.items()
            if name.startswith(_SETTINGS) or reading.kind_of(name) == "audience"
        },
        "broken": sorted(shelf.broken),
        "by": _makers(),
    }
    desk = Desk(tuple(shared), functools.partial(_read_file, bench.folder, shared), shelf)
    cite = _remembering(Press({}, bench.store).cite)
    return _Laid(desk, cite, {one.name: one for one in outlines}, settings)


def _remembering(cite: Cite) -> Cite:
    """References printed once a process: ten briefings list the same ones."""

    @remembered
    def known(reference: Reference) -> dict[tuple[str, bytes], Inlines]:
        return {}

    def printed(reference: Reference, language: str, style: bytes) -> Inlines:
        forms = known(reference)
        if (language, style) not in forms:
            forms[language, style] = cite(reference, language, style)
        return forms[language, style]

    return printed


def _outlines(folder: Path, shared: Mapping[str, str], store: Store, start: Start) -> list[Outline]:
    """The outlines of all shared files."""
    names = [name for name in shared if name.endswith((".yaml", ".yml"))]
    values = {name: store.find_value(_outline_manifest(name, shared[name])) for name in names}
    found = {name: outline.decode(value) for name, value in values.items() if value is not None}
    new = [(name, _read_file(folder, shared, name)) for name in names if name not in found]
    if new:
        made = _in_batches(functools.partial(outline_files, store), new, start(len(new)))
        found |= {one.name: one for one in made}
    return [found[name] for name in names]


def outline_files(store: Store, files: list[File]) -> list[Outline]:
    """What a worker does first: shared files in outline."""
    return [_outlined(name, data, store)[0] for name, data in files]


def _outlined(name: str, data: bytes, store: Store) -> tuple[Outline, Part]:
    report = Report()
    part = reading.read(name, data, report)
    made = outline.outline(part, report.diagnostics)
    store.keep_value(_outline_manifest(name, digest(data)), outline.encode(made))
    return made, part


def _shared_problems(
    bench: Bench, laid: _Laid, shared: Mapping[str, str], start: Start
) -> list[Diagnostic]:
    """What is wrong with shared records, whoever prints them."""
    told = {name: _problems_known(bench, laid, name) for name in laid.outlines}
    new = [name for name, problems in told.items() if problems is None]
    found = [one for problems in told.values() for one in problems or ()]
    if new:
        check = functools.partial(check_shared, bench)
        found += itertools.chain(*_in_batches(check, new, start(len(new))))
    return found


def check_shared(bench: Bench, names: list[str]) -> list[list[Diagnostic]]:
    """What a worker does then: what is wrong with the records of shared files."""
    laid = _laid(bench)
    return [_check_shared(bench, laid, name) for name in names]


def _check_shared(bench: Bench, laid: _Laid, name: str) -> list[Diagnostic]:
    entries = laid.outlines[name].entries
    reached = outline.reached(entries, laid.desk.shelf)
    found = survey.shared_problems(laid.desk, name, reached)
    if not any(one.severity == "error" for one in found):
        value = [_places(laid.outlines[name], reached), outline.encode_problems(found)]
        bench.store.keep_value(_shared_manifest(laid, name, reached), value)
    return found


def _problems_known(bench: Bench, laid: _Laid, name: str) -> tuple[Diagnostic, ...] | None:
    reached = outline.reached(laid.outlines[name].entries, laid.desk.shelf)
    value = bench.store.find_value(_shared_manifest(laid, name, reached))
    if value is None:
        return None
    places, problems = value
    found = outline.decode_problems(problems)
    # Problems would be shown where they stood before.
    return None if found and places != _places(laid.outlines[name], reached) else found


# Briefings ---------------------------------------------------------------------------------

Concluded: TypeAlias = tuple[Outline, Conclusion]


def _briefings(
    bench: Bench,
    names: Sequence[str],
    known: Mapping[str, str],
    assembled: bool,
    start: Start,
) -> list[Concluded]:
    """Each briefing in outline, and what there is to say of it."""
    concluded: dict[str, Concluded] = {}
    for name in names:
        concluded_of = bench.digest, name, known[name], assembled
        recalled = functools.partial(_remembered, bench, name, known[name], assembled)
        if one := bench.store.recall(concluded_of, recalled):
            concluded[name] = one
    new = [name for name in names if name not in concluded]
    if new:
        files = ((name, _read_file(bench.folder, known, name)) for name in new)
        conclude = functools.partial(conclude_briefings, bench, assembled)
        made = _in_batches(conclude, files, start(len(new)))
        concluded |= {one[0].name: one for one in made}
    return [concluded[name] for name in names]


def _remembered(bench: Bench, name: str, found: str, assembled: bool) -> Concluded | None:
    """What is known of a briefing already."""
    value = bench.store.find_value(_outline_manifest(name, found))
    if value is None:
        return None
    outlined = outline.decode(value)
    if not outlined.entries:
        return outlined, Conclusion((), None)
    laid = _laid(bench)
    reached = outline.reached(outlined.entries, laid.desk.shelf)
    value = bench.store.find_value(_conclusion_manifest(laid, outlined, reached))
    if value is None:
        return None
    places, encoded = value
    conclusion = survey.decode(encoded)
    moved = conclusion.found and places != _places(outlined, reached)
    lacking = assembled and conclusion.planned is None
    return None if moved or lacking else (outlined, conclusion)


def conclude_briefings(bench: Bench, assembled: bool, files: list[File]) -> list[Concluded]:
    """What a worker does last: conclude about briefings, keep that in the store, hand it back."""
    laid = _laid(bench)
    return [_conclude(bench, laid, name, data, assembled) for name, data in files]


def _conclude(bench: Bench, laid: _Laid, name: str, data: bytes, assembled: bool) -> Concluded:
    outlined, part = _outlined(name, data, bench.store)
    if not outlined.entries:
        return outlined, Conclusion((), None)
    reached = outline.reached(outlined.entries, laid.desk.shelf)
    drawn = survey.conclude(laid.desk, part, reached, laid.cite, assembled)
    if not any(one.severity == "error" for one in drawn.conclusion.found):
        _keep(bench, laid, outlined, reached, drawn)
    return outlined, drawn.conclusion


def _keep(bench: Bench, laid: _Laid, outlined: Outline, reached: Reached, drawn: Drawn) -> None:
    """Documents first: a Conclusion that is there has Documents that are there."""
    press = Press({}, bench.store)
    for name, document in drawn.documents.items():
        press.keep_document(name, document, survey.inputs(outlined.entries, reached))
    for name, drawing in drawn.drawings.items():
        press.keep_drawing(name, drawing)
    value = [_places(outlined, reached), survey.encode(drawn.conclusion)]
    bench.store.keep_value(_conclusion_manifest(laid, outlined, reached), value)


# What is remembered under what -------------------------------------------------------------


@functools.cache
def _makers() -> str:
    """The digest of all that reads, checks and assembles."""
    # All of our code but what prints: it is short, and nothing can be forgotten.
    libraries = versions("pyyaml", "pydantic", "babel", "edtf", "markdown-it-py", "lxml")
    return key({"code": dict(code("*", "blocks/*", "rules/*")), "libraries": dict(libraries)})


def _outline_manifest(name: str, found: str) -> Manifest:
    return {"outline of": name, "digest": found, "by": _makers()}


def _conclusion_manifest(laid: _Laid, outlined: Outline, reached: Reached) -> Manifest:
    return {"conclusion from": survey.inputs(outlined.entries, reached), **laid.settings}


def _shared_manifest(laid: _Laid, name: str, reached: Reached) -> Manifest:
    entries = laid.outlines[name].entries
    return {"problems of": name, "in": survey.inputs(entries, reached), **laid.settings}


def _places(outlined: Outline, reached: Reached) -> str:
    return key({"places": survey.places(outlined.entries, reached)})
