"""The part of sources/README.md that the code writes: every block, record and rule with its keys.

Types are the schema and docstrings the manual, so the manual is read off them.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pipeline import record, values
from pipeline.blocks import BLOCKS, Block
from pipeline.library import Briefing
from pipeline.record import Record, Shared, kebab
from pipeline.rules import RULES

WORDS: dict[Any, str] = {
    values.Id: "id",
    values.Word: "words",
    values.Prose: "text",
    values.Flag: "true or false",
    values.Number: "number",
    values.Date: "date (EDTF)",
    values.Day: "date that is no interval (EDTF)",
    values.Months: "years and months, such as P3Y or P1Y6M",
    values.Address: "address",
    values.Language: "language",
    values.CountryCode: "ISO 3166-1 alpha-2",
    values.Specification: "Vega-Lite",
    values.EntityRef: "id of an entity",
    values.EventRef: "id of an event",
    values.ReferenceRef: "id of a reference",
    values.PictureRef: "id of a picture",
    values.GraphicRef: "id of a graphic",
    values.ProvisionRef: "id of a provision",
    values.InstitutionRef: "id of an institution",
    values.DisagreementRef: "id of a disagreement",
    values.ClaimRef: "id of a claim",
    values.AudienceRef: "id of an audience",
    Block: "block",
}
SHARED: tuple[type[Record], ...] = (
    record.Entity, record.Event, record.Provision, record.Institution, record.Disagreement,
    record.Claim, record.Reference, record.Graphic, record.PictureFile, record.Audience,
)  # fmt: skip


def manual() -> str:
    """The generated part, as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "## The briefing"
    yield from _record("sources/briefings/&lt;id&gt;.yaml", Briefing)
    yield from ("", "## Blocks", "", "Each has a `kind`, which says what other keys it takes.")
    for kind, (block, _) in sorted(BLOCKS.items()):
        yield from _record(f"`kind: {kind}`", block)
    yield from ("", "## Shared records", "")
    for type_ in SHARED:
        yield from _record(type_.__name__, type_)
    yield from ("", "## Parts of records", "")
    for type_ in _parts():
        yield from _record(type_.__name__, type_)
    yield from ("", "## Rules", "", "What `make check` finds besides slips of form.", "")
    for code, rule in sorted(RULES.items()):
        yield f"- `{code}`: {_sentences(rule)}"


def _record(title: str, type_: type[Record]) -> Iterator[str]:
    yield from ("", f"### {title}", "", _sentences(type_), "")
    yield from ("| key | | what |", "|---|---|---|")
    hints = typing.get_type_hints(type_, include_extras=True)
    for name, field in type_.model_fields.items():
        if name in ("place", "release") or (name == "kind" and type_ in dict(BLOCKS.values())):
            continue
        needed = "needed" if field.is_required() else ""
        yield f"| `{field.alias or kebab(name)}` | {needed} | {_named(hints[name])} |"


def _sentences(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _named(hint: Any) -> str:
    """A type in an author's words."""
    for known, words in WORDS.items():
        if hint == known:
            return words
    if isinstance(hint, type) and issubclass(hint, Record):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin is typing.Literal:
        return ", ".join(f"`{word}`" for word in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_named(one) for one in arguments if one is not type(None))
    if origin is tuple:
        return f"list of {_named(arguments[0])}"
    if origin is typing.Annotated:
        return _named(arguments[0])
    if inspect.isclass(origin):
        return f"mapping to {_named(arguments[1])}"
    name = str(hint.__name__)
    return {"Source": '"id" or "id, locator"', "Text": "text"}.get(name, name)


def _parts() -> list[type[Record]]:
    """The records that stand inside other records, in order of their names."""
    found: dict[str, type[Record]] = {}
    queue: list[type[Record]] = [Briefing, *SHARED, *(block for block, _ in BLOCKS.values())]
    known = set(queue)
    while queue:
        for hint in typing.get_type_hints(queue.pop(), include_extras=True).values():
            for type_ in _inside(hint):
                if type_ not in known:
                    known.add(type_)
                    found[type_.__name__] = type_
                    queue.append(type_)
    return [found[name] for name in sorted(found)]


def _inside(hint: Any) -> Iterator[type[Record]]:
    if isinstance(hint, type) and issubclass(hint, Record):
        if hint not in (Record, Shared):
            yield hint
        return
    for one in get_args(hint):
        yield from _inside(one)
