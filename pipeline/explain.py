"""What a code means, and from what a rendition was made.

In: a code of a problem, or a rendition's path. Out: lines to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import decode, house, library, markup, rules, source
from pipeline.catalogue import Catalogue
from pipeline.ledger import Entry
from pipeline.plan import Rendition
from pipeline.press import Press
from pipeline.readback import faults

FAULTS: Mapping[str, str] = {
    **source.FAULTS,
    **decode.FAULTS,
    **markup.FAULTS,
    **library.FAULTS,
    **house.FAULTS,
    **faults.FAULTS,
    "undrawable-graphic": "A graphic or a picture cannot be drawn: its engine says why.",
    "writer-failed": "A format cannot be written: a template was broken, or the code has a fault.",
}


def meaning(code: str) -> str | None:
    """What a code stands for; None for a word that is no code. What sources lack a rendition may
    lack, too: then it stands for both."""
    rule = rules.RULES.get(code)
    said = [" ".join((rule.__doc__ or "").split())] if rule else []
    return " ".join([*said, *filter(None, [FAULTS.get(code)])]) or None


def codes() -> list[str]:
    return sorted({*rules.RULES, *FAULTS})


# Renditions --------------------------------------------------------------------------------


def rendition(entry: Entry, now: Rendition | None, known: Catalogue, press: Press) -> Iterator[str]:
    """From what a rendition was made, and what of that is otherwise now."""
    edition, inputs, makers = entry["edition"], entry["inputs"], entry["makers"]
    yield f"sha256     {entry['sha256']}"
    yield f"edition    {edition['briefing']}, {edition['language']}, {edition['issued']}"
    yield f"document   {inputs['document']}"
    yield from _made_from(press.inputs(inputs["document"]))
    for part, things in sorted(makers.items()):
        for name, what in sorted(things.items()):
            yield f"{part:<10} {name} {what[:16]}"
    yield ""
    yield from _changed(entry, now, known, press)


def _made_from(inputs: Any) -> Iterator[str]:
    """The records that a Document was assembled from, by kind."""
    kinds: dict[str, list[str]] = {}
    for kind, id, _ in inputs or ():
        kinds.setdefault(kind, []).append(id)
    for kind, ids in kinds.items():
        yield f"{kind:<10} {', '.join(ids)}"


def _changed(entry: Entry, now: Rendition | None, known: Catalogue, press: Press) -> Iterator[str]:
    if known.failed:
        yield "the sources have errors now: `briefing check` names them"
    elif now is None:
        yield "the sources have no such rendition any more: `briefing build` removes it"
    else:
        changes = [
            *_changed_records(
                press.inputs(entry["inputs"]["document"]), press.inputs(now.planned.document)
            ),
            *_changed_makers(entry["makers"], press.makers(now.format)),
        ]
        moved = entry["inputs"]["document"] != now.planned.document
        if moved and not changes:
            changes = ["changed    fixed words, audiences or the code that assembles"]
        yield from changes or ["nothing changed since it was made"]


def _changed_records(before: Any, now: Any) -> Iterator[str]:
    old = {(kind, id): said for kind, id, said in before or ()}
    new = {(kind, id): said for kind, id, said in now or ()}
    yield from _differences(old, new)


def _changed_makers(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    old = {(part, name): one for part, things in before.items() for name, one in things.items()}
    new = {(part, name): one for part, things in now.items() for name, one in things.items()}
    yield from _differences(old, new)


def _differences(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[str]:
    for one in sorted(old.keys() | new.keys()):
        if old.get(one) != new.get(one):
            what = "added" if one not in old else "gone" if one not in new else "changed"
            yield f"{what:<10} {one[0]} {one[1]}"
