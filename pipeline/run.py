"""The whole run: catalogue the sources, plan the renditions, make what is new, put it in place.

In: a project folder. Out: diagnostics, outcomes, and files under the output folder. Tasks go to
any executor; only this process writes renditions.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from pipeline import catalogue, house, index, ledger, listing, proving, rules, stamps
from pipeline.assemble import drawings
from pipeline.catalogue import Catalogue, Moved
from pipeline.diagnostic import Diagnostic, Report, Span
from pipeline.document import Picture
from pipeline.hands import Hands
from pipeline.ledger import Entries, Entry
from pipeline.library import Library, load
from pipeline.plan import Rendition
from pipeline.press import Press
from pipeline.printer import beside
from pipeline.printing import Printed, printed
from pipeline.proving import READ_BACK, Held
from pipeline.stamps import Stamps
from pipeline.store import Store, digest
from pipeline.survey import Planned
from pipeline.workers import Raised

TRIES = 5  # so often is a folder read in which files change all the time

# Reading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Project:
    """All files of a project folder by their names in it, what they hold, what is wrong: for
    whoever needs the records themselves. A build is content with a Catalogue."""

    files: Mapping[str, bytes]
    library: Library
    diagnostics: tuple[Diagnostic, ...]


def read(folder: Path) -> Project:
    """The project in a folder, checked. Raises FileNotFoundError when it has no `sources/`."""
    if not (folder / "sources").is_dir():
        raise FileNotFoundError(folder / "sources")
    files = {name: path.read_bytes() for name, path in stamps.files(folder, catalogue.PARTS)}
    report = Report()
    library = load(files, report)
    problems = (*report.diagnostics, *rules.check(library), *house.problems(files))
    return Project(files, library, problems)


def survey(
    folder: Path, output: Path, hands: Hands, assembled: bool = True, store: Store | None = None
) -> Catalogue:
    """What the sources say now, remembered in the output folder, or in a store that is given.
    `assembled`: make the Documents. Raises FileNotFoundError when the folder has no `sources/`."""
    store, noted = store or ledger.store_of(output), ledger.stamps_of(output)
    take = functools.partial(
        catalogue.catalogue, folder, store, noted, hands.for_briefings, assembled
    )
    for _ in range(TRIES - 1):
        try:
            found = take()
        except Moved:
            continue
        noted.save()
        return found
    return take()


# Making ------------------------------------------------------------------------------------

State: TypeAlias = Literal["made", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rendition; a writer that failed says how, and the others go on."""

    rendition: Rendition
    state: State
    problem: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class _Site:
    """What a build works on."""

    known: Catalogue
    press: Press
    output: Path
    noted: Stamps
    before: Entries
    readers: Executor | None
    made: Entries = field(default_factory=dict)
    held: deque[Held] = field(default_factory=deque)

    def there(self, name: str) -> str | None:
        """The digest of a file of the output folder, or None."""
        return self.noted.of(f"output/{name}", f"{self.output}/{name}")

    def put(self, name: str, data: bytes) -> bool:
        """Put a file in place; False when it is there already as it should be."""
        wanted = digest(data)
        if self.there(name) == wanted:
            return False
        written = ledger.put(self.output, name, data)
        self.noted.wrote(f"output/{name}", self.output / name, wanted, written)
        return True

    def restore(self, planned: Planned) -> None:
        catalogue.restore(self.known, self.press.store, planned)


def build(
    known: Catalogue,
    renditions: Sequence[Rendition],
    output: Path,
    hands: Hands,
    proved: bool = False,
) -> Iterator[Outcome]:
    """Make each rendition that is not there yet and put it in place. The sources must be free of
    errors. Outcomes come in the order of the renditions, whichever is done first.

    `proved`: each is read back when it is in place, while others are printed, so that `verify`
    finds proved whatever is the same on the disk. Not what other machines print: they are not
    asked whether it is right.
    """
    press = Press(known.templates, ledger.store_of(output))
    readers = None
    if proved and not hands.given:
        readers = hands.for_prints(READ_BACK * len(renditions))
    site = _Site(known, press, output, ledger.stamps_of(output), ledger.read(output), readers)
    yield from _outcomes(site, renditions, hands)
    for held in site.held:
        held.prove(press)
    _record(site)
    site.noted.save()


def _outcomes(site: _Site, renditions: Sequence[Rendition], hands: Hands) -> Iterator[Outcome]:
    settled: dict[str, Outcome] = {}
    missing: list[Rendition] = []
    for rendition in renditions:
        outcome = _unchanged(site, rendition) or _kept(site, rendition)
        if outcome:
            settled[rendition.path] = outcome
        else:
            missing.append(rendition)
    made = printed(missing, site.press, site.restore, hands)
    for rendition in renditions:
        while rendition.path not in settled:
            outcome = _delivered(site, next(made))
            settled[outcome.rendition.path] = outcome
        yield settled.pop(rendition.path)


def _unchanged(site: _Site, rendition: Rendition) -> Outcome | None:
    """The rendition that lies there, if it is the one that would be made."""
    entry = site.before.get(rendition.path)
    if entry is None or entry["inputs"] != _inputs(site.press, rendition):
        return None
    files = ledger.files({rendition.path: entry})
    if any(site.there(name) != wanted for name, wanted in files.items()):
        return None
    return Outcome(rendition, "unchanged")


def _kept(site: _Site, rendition: Rendition) -> Outcome | None:
    """The rendition from the store, put in place."""
    pictures = _pictures_beside(site.press, rendition)
    data = (
        None if pictures is None else site.press.find(rendition.planned.document, rendition.format)
    )
    if data is None or pictures is None:
        return None
    return _placed(site, rendition, data, pictures)


def _pictures_beside(press: Press, rendition: Rendition) -> Mapping[str, Picture] | None:
    """The pictures of a rendition that stand in files beside it; None when one is not drawn."""
    names = rendition.planned.pictures if rendition.format == "markdown" else ()
    found = {name: press.picture(name) for name in names}
    drawn = {name: picture for name, picture in found.items() if picture}
    return drawn if len(drawn) == len(found) else None


def _delivered(site: _Site, one: Printed) -> Outcome:
    if one.error:
        return Outcome(one.rendition, "failed", failed(site.known.folder, one, one.error))
    site.press.keep(one.rendition.planned.document, one.rendition.format, one.data)
    if site.readers:
        restore = functools.partial(site.restore, one.rendition.planned)
        path = site.output / one.rendition.path
        held = proving.hold(one.rendition, path, one.data, site.press, restore, site.readers)
        site.held.append(held)
    while site.held and site.held[0].future.done():
        site.held.popleft().prove(site.press)
    return _placed(site, one.rendition, one.data, one.pictures)


def _placed(
    site: _Site, rendition: Rendition, data: bytes, pictures: Mapping[str, Picture]
) -> Outcome:
    changed = site.put(rendition.path, data)
    folder = rendition.path.rpartition("/")[0]
    files = beside(rendition.format, pictures)
    for name, picture in files.items():
        changed |= site.put(f"{folder}/{name}", picture)
    site.made[rendition.path] = _entry(site.press, rendition, data, files)
    return Outcome(rendition, "made" if changed else "unchanged")


def _entry(press: Press, rendition: Rendition, data: bytes, files: Mapping[str, bytes]) -> Entry:
    planned = rendition.planned
    return {
        "sha256": digest(data),
        "size": len(data),
        "edition": {
            "briefing": planned.edition.briefing,
            "language": planned.edition.language,
            "series": planned.series,
            "title": planned.title,
            "subtitle": planned.subtitle,
            "issued": planned.issued,
            "marking": planned.marking,
        },
        "inputs": _inputs(press, rendition),
        "makers": press.makers(rendition.format),
        "beside": {name: digest(picture) for name, picture in files.items()},
    }


def _inputs(press: Press, rendition: Rendition) -> Mapping[str, str]:
    """What decides a rendition, in short: its makers are the same for all of its format."""
    makers = press.makers_key(rendition.format)
    return {"document": rendition.planned.document, "format": rendition.format, "makers": makers}


def failed(folder: Path, one: Printed, error: BaseException) -> Diagnostic:
    """What to say of a rendition that could not be printed."""
    rendition = one.rendition
    if one.undrawn and isinstance(error, ValueError):
        # The engine says it in its first line or two; the rest is where in its own code.
        reason = " ".join(str(error).split("\n    at ")[0].split())
        place = _place_of_picture(folder, one)
        return Diagnostic(place, "undrawable-graphic", f"this cannot be drawn: {reason}")
    name, words = type(error).__name__, str(error)
    if isinstance(error, Raised):
        name, words = error.name, error.words
    message = f"the {rendition.format} writer failed: {name}: {words}"
    hint = "unless a template was changed, this is a fault of the pipeline, not of the sources"
    return Diagnostic(Span(rendition.path, 1, 1, 1, 1), "writer-failed", message, hint)


def _place_of_picture(folder: Path, one: Printed) -> Span:
    """Where the record of a picture stands. Only a slip asks for it: the sources are read anew."""
    made = drawings(read(folder).library, one.rendition.edition.language)
    return made[one.undrawn][1]


# The output folder -------------------------------------------------------------------------


def _record(site: _Site) -> None:
    """Enter what was made, list it, and remove pictures that nothing points to any more."""
    with ledger.changing(site.output) as entries:
        old = ledger.files(entries)
        entries |= site.made
        ledger.remove(site.output, set(old) - set(ledger.files(entries)))
        _list(site, entries)


def _list(site: _Site, entries: Entries) -> None:
    for path, data in listing.index_pages(site.known, entries).items():
        site.put(path, data)


def prune(known: Catalogue, renditions: Iterable[Rendition], output: Path) -> list[str]:
    """Remove the renditions of earlier builds that are no longer planned; returns their paths.
    Only what the manifest lists is ever removed."""
    wanted = {rendition.path for rendition in renditions}
    if set(ledger.read(output)) <= wanted:
        return []
    with ledger.changing(output) as entries:
        old = ledger.files(entries)
        gone = sorted(set(entries) - wanted)
        for path in gone:
            del entries[path]
        ledger.remove(output, set(old) - set(ledger.files(entries)))
        for name, page in listing.index_pages(known, entries).items():
            ledger.put(output, name, page)
    return gone


def left_by(renditions: Iterable[Rendition], output: Path) -> Mapping[str, str]:
    """The digest of every file that a build of these leaves in the output folder, by its name."""
    entries = ledger.read(output)
    made = {one.path: entries[one.path] for one in renditions if one.path in entries}
    pages = {f"{path.partition('/')[0]}/{index.NAME}" for path in made}
    lists = [name for name in (ledger.MANIFEST, *sorted(pages)) if (output / name).is_file()]
    return {name: digest((output / name).read_bytes()) for name in lists} | ledger.files(made)
