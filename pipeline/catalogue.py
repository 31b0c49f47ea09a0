"""What the sources say now: every problem and every edition, concluded anew only where it moved.

In: a project folder and what was remembered. Out: a Catalogue. Remembered are an Outline of each
file, and what was concluded about it with the digests of all that it reaches; so one edit among
thousands of briefings reads one file.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar

from pipeline import house, outline, survey
from pipeline import library as reading
from pipeline import memory as remembrance
from pipeline.diagnostic import Diagnostic, Report
from pipeline.memory import Memory
from pipeline.origins import code
from pipeline.outline import Outline
from pipeline.stamps import Stamps, digests
from pipeline.store import Store, key
from pipeline.survey import Conclusion, Planned
from pipeline.terms import Terms
from pipeline.workbench import (
    DECIDING,
    LAID,
    Laid,
    Workbench,
    check_shared,
    conclude_briefings,
    laid_on,
    lay,
    makers,
    outline_files,
    places,
    read_file,
    told_from,
)
from pipeline.workbench import Moved as Moved

PARTS = ("sources", "templates")
# Files in one task: what goes with a task is then small beside its work. Of thousands the tasks
# are larger: files that stand side by side rest on the same shared ones, which each worker reads.
FEW, MANY = 16, 64
TASKS = 32  # of so many files
AHEAD = 8  # batches that are read before the first of them is done

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
Start: TypeAlias = Callable[[int], Executor]  # an executor for so many files


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
        return read_file(self.folder, self.digests, name)

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


def catalogue(
    folder: Path, store: Store, stamps: Stamps, start: Start, assembled: bool
) -> Catalogue:
    """The Catalogue of a folder. `assembled`: make the Documents of its editions. Raises Moved when
    a file changes meanwhile, and FileNotFoundError when there is no `sources/`."""
    if not (folder / "sources").is_dir():
        raise FileNotFoundError(folder / "sources")
    known = digests(stamps, folder, PARTS)
    memory = remembrance.read(store.folder / "concluded", makers())
    try:
        bench, found = _workbench(folder, known, store, memory, start)
        found += _of_templates(folder, known, store)
        sound = assembled and not any(one.severity == "error" for one in found)
        whole = _briefings(bench, known, memory, sound, start)
    finally:
        memory.save(known)
    found += [one for briefing in whole for one in briefing.found]
    found += [one for briefing in whole for one in briefing.conclusion.found]
    wrong = any(one.severity == "error" for one in found)
    editions = [one for briefing in whole for one in briefing.conclusion.planned or ()]
    # Audiences and languages stay in the briefing's own order.
    planned = () if wrong else tuple(sorted(editions, key=lambda one: one.edition.briefing))
    ids = tuple(Path(briefing.name).stem for briefing in whole if briefing.readable)
    return Catalogue(folder, known, tuple(found), planned, ids)


def _of_templates(folder: Path, known: Mapping[str, str], store: Store) -> list[Diagnostic]:
    """What is wrong with the templates; that nothing is, is remembered."""
    name = house.WORD_REFERENCE
    if name not in known:
        return []
    manifest = {"sound": known[name], "by": dict(code("house", "writers/docx_styles"))}
    if store.has(manifest):
        return []
    found = list(house.problems({name: read_file(folder, known, name)}))
    if not found:
        store.keep(manifest, b"")
    return found


def restore(known: Catalogue, store: Store, planned: Planned) -> None:
    """Assemble an edition anew whose Document or drawings are gone from the store."""
    memory = remembrance.read(store.folder / "concluded", makers())
    bench, _ = _workbench(known.folder, known.digests, store, memory, lambda _: _Here())
    name = f"sources/briefings/{planned.edition.briefing}.yaml"
    conclude_briefings(bench, True, [(name, known.read(name))])


class _Here(Executor):
    """For a few files: done when submitted."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _in_batches(
    function: Callable[[list[S]], list[T]], items: Iterable[S], count: int, start: Start
) -> Iterator[T]:
    """What a function makes of `count` files, in their order; few are held in memory at a time."""
    size = min(max(count // TASKS, FEW), MANY)
    executor = start(count)
    remaining = iter(items)
    waiting: deque[Future[list[T]]] = deque()
    while batch := list(itertools.islice(remaining, size)):
        waiting.append(executor.submit(function, batch))
        if len(waiting) > AHEAD:
            yield from waiting.popleft().result()
    for future in waiting:
        yield from future.result()


# Shared files ------------------------------------------------------------------------------


def _workbench(
    folder: Path, known: Mapping[str, str], store: Store, memory: Memory, start: Start
) -> tuple[Workbench, list[Diagnostic]]:
    """The Workbench of a folder, and what is wrong with the shared records."""
    shared = {
        name: one
        for name, one in known.items()
        if name.startswith(("sources/", *DECIDING)) and reading.kind_of(name) != "briefing"
    }
    outlines = _outlines(folder, shared, memory, start)
    bench = Workbench(folder, store, key({"shared": shared, "by": makers()}))
    LAID.clear()
    LAID[bench] = laid = lay(bench, shared, outlines)
    if not store.has(bench.manifest):
        value = [dict(shared), [outline.encode(one) for one in outlines]]
        store.keep_value(bench.manifest, value)
    found = [problem for one in outlines for problem in one.found]
    found += survey.duplicates(laid.desk)
    found += _shared_problems(bench, laid, shared, memory, start)
    return bench, found


def _outlines(
    folder: Path, shared: Mapping[str, str], memory: Memory, start: Start
) -> list[Outline]:
    """The outlines of all shared files."""
    names = [name for name in shared if name.endswith((".yaml", ".yml"))]
    new = [name for name in names if not memory.find(name, shared[name])]
    if new:
        files = ((name, read_file(folder, shared, name)) for name in new)
        for name, line in _in_batches(outline_files, files, len(new), start):
            memory.keep(name, line)
    return [outline.decode(json.loads(memory.lines[name].outline)) for name in names]


def _shared_problems(
    bench: Workbench, laid: Laid, shared: Mapping[str, str], memory: Memory, start: Start
) -> list[Diagnostic]:
    """What is wrong with shared records, whoever prints them."""
    told = {name: _problems_known(bench, laid, name, memory) for name in laid.outlines}
    new = [(name, memory.lines[name]) for name, problems in told.items() if problems is None]
    # Files of one name in several folders mostly point to each other: who reads one reads them all.
    new.sort(key=lambda one: (one[0].rpartition("/")[2], one[0]))
    found = [one for problems in told.values() for one in problems or ()]
    if new:
        check = functools.partial(check_shared, bench)
        for name, line, problems in _in_batches(check, new, len(new), start):
            memory.keep(name, line)
            found += problems
    return found


def _problems_known(
    bench: Workbench, laid: Laid, name: str, memory: Memory
) -> tuple[Diagnostic, ...] | None:
    line = memory.lines[name]
    if not line.told:
        return None
    found = outline.decode_problems(json.loads(line.told))
    return found if _holds(bench, laid, laid.outlines[name], memory, bool(found)) else None


def _holds(bench: Workbench, laid: Laid, outlined: Outline, memory: Memory, placed: bool) -> bool:
    """Whether what was told of a file that has not changed still holds. `placed`: it names places,
    where things would be shown as they stood before."""
    line = memory.lines[outlined.name]
    if line.bench == bench.digest:
        return True
    reached = outline.reached(outlined.entries, laid.desk.shelf)
    if line.key != told_from(laid, outlined, reached):
        return False
    if line.places != places(outlined, reached):
        return not placed
    memory.keep(outlined.name, line._replace(bench=bench.digest))
    return True


# Briefings ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Concluded:
    """What there is to say of a briefing: `found` are the problems in reading it; one that is not
    `readable` has no other."""

    name: str
    readable: bool
    found: tuple[Diagnostic, ...]
    conclusion: Conclusion


def _briefings(
    bench: Workbench, known: Mapping[str, str], memory: Memory, assembled: bool, start: Start
) -> list[Concluded]:
    """What there is to say of each briefing."""
    names = [name for name in known if reading.kind_of(name) == "briefing"]
    concluded: dict[str, Concluded] = {}
    for name in names:
        concluded_of = bench.digest, name, known[name], assembled
        recalled = functools.partial(_recalled, bench, name, known[name], memory, assembled)
        if one := bench.store.recall(concluded_of, recalled):
            concluded[name] = one
    new = [name for name in names if name not in concluded]
    if new:
        files = ((name, read_file(bench.folder, known, name)) for name in new)
        conclude = functools.partial(conclude_briefings, bench, assembled)
        for name, line, told in _in_batches(conclude, files, len(new), start):
            memory.keep(name, line)
            concluded[name] = _decoded(name, json.loads(line.outline), told)
    return [concluded[name] for name in names]


def _recalled(
    bench: Workbench, name: str, found: str, memory: Memory, assembled: bool
) -> Concluded | None:
    """What is remembered of a briefing, if it still holds."""
    line = memory.find(name, found)
    if line is None or not line.told:
        return None
    outlined = json.loads(line.outline)
    one = _decoded(name, outlined, line.told)
    if assembled and one.readable and one.conclusion.planned is None:
        return None
    placed = bool(one.conclusion.found)
    holds = line.bench == bench.digest or _holds(
        bench, laid_on(bench), outline.decode(outlined), memory, placed
    )
    return one if holds else None


def _decoded(name: str, outlined: Any, told: str) -> Concluded:
    _, entries, _, found = outlined
    conclusion = survey.decode(json.loads(told))
    return Concluded(name, bool(entries), outline.decode_problems(found), conclusion)
