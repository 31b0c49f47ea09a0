"""A node becomes a record; each error of pydantic becomes one diagnostic, at its place.

In: a Node and the type of the record that it should be. Out: the record, or None and diagnostics.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping as Table
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, Tag, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from pipeline.diagnostic import Report, Span, did_you_mean
from pipeline.source import Mapping, Node, Scalar, Sequence
from pipeline.values import PLACE, shown

T = TypeVar("T")
Path: TypeAlias = tuple[int | str, ...]
Model: TypeAlias = tuple[str, type[BaseModel]]  # with its tag in a union, or ""

FEW = 12  # a longer list of keys is no hint
NEAR = 0.6  # the likeness of two words of which one may be meant for the other


def decode(node: Node, type_: type[T], report: Report) -> T | None:
    """The record that `node` says, or None; every problem of it goes to `report`, once."""
    empty: list[Sequence] = []
    value = _value(node, empty, report)
    readable: Any = type_  # a type can be a key of a cache, which mypy cannot see of type[T]
    try:
        record: T | None = _adapter(readable).validate_python(value)
    except ValidationError as error:
        record = None
        _explain(error.errors(include_input=False), node, type_, report)
    if empty:
        _explain_empty(node, report)
    return record


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def _value(node: Node, empty: list[Sequence], report: Report) -> Any:
    """The node as pydantic takes it; scalars stay Scalars, so that records know places. Lists that
    hold nothing are put aside."""
    match node:
        case Scalar():
            return node
        case Sequence():
            if not node.items:
                empty.append(node)
            return [_value(item, empty, report) for item in node.items]
        case Mapping():
            entries = {key.text: _value(value, empty, report) for key, value in node.entries}
            if PLACE in entries:
                report.add(_key(node, PLACE).span, "unknown-key", f'unknown key "{PLACE}"')
            entries[PLACE] = node.span
            return entries


# Errors to diagnostics -------------------------------------------------------------------------


def _explain(errors: list[ErrorDetails], root: Node, type_: Any, report: Report) -> None:
    unknown: dict[Path, list[str]] = defaultdict(list)
    missing: dict[Path, list[str]] = defaultdict(list)
    for error in errors:
        path = error["loc"]
        match error["type"]:
            case "extra_forbidden":
                unknown[path[:-1]].append(str(path[-1]))
            case "missing":
                missing[path[:-1]].append(str(path[-1]))
            case _:
                keys, known = _resolve(type_, path)
                _explain_value(error, _walk(root, keys), known, report)
    for path in unknown | missing:
        keys, known = _resolve(type_, path)
        mapping = _walk(root, keys)
        if isinstance(mapping, Mapping):
            _explain_keys(mapping, unknown[path], missing[path], known, report)


def _resolve(type_: Any, path: Path) -> tuple[Path, list[str]]:
    """The path without the tags of unions, which are no keys; and the keys of the record there."""
    models = list(_models(type_))
    keys: list[int | str] = []
    for step in path:
        if tagged := [model for tag, model in models if tag and tag == step]:
            models = [("", model) for model in tagged]
            continue
        keys.append(step)
        if isinstance(step, str):
            fields = [_fields(model).get(step) for _, model in models]
            models = [found for field in fields if field for found in _models(field)]
    known = dict.fromkeys(key for _, model in models for key in _fields(model))
    return tuple(keys), [key for key in known if key != PLACE]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    model.model_rebuild()  # of one that names what is defined after it, the types are not known yet
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models(annotation: Any, tag: str = "") -> Iterator[Model]:
    """The record types that an annotation names, such as `tuple[Name, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield tag, annotation
        return
    inner = get_args(annotation)
    tag = next((one.tag for one in inner if isinstance(one, Tag)), tag)
    for one in inner:
        yield from _models(one, tag)


def _walk(node: Node, keys: Path) -> Node:
    """The node that stands under the keys, or the last one that there is on the way."""
    for step in keys:
        match node, step:
            case Sequence(), int() if step < len(node.items):
                node = node.items[step]
            case Mapping(), str():
                node = _get(node, step) or node
    return node


def _explain_keys(
    mapping: Mapping, unknown: list[str], missing: list[str], known: list[str], report: Report
) -> None:
    """A misspelt key is unknown, and the one that was meant is missing: one diagnostic."""
    meant = _pairs(unknown, missing)
    free = [key for key in known if _get(mapping, key) is None]
    for key in unknown:
        hint = did_you_mean(key, [meant[key]] if key in meant else free)
        if not hint and key in meant:
            hint = f'the key "{meant[key]}" is missing here: was that meant?'
        hint = hint or _listed(free)
        report.add(_key(mapping, key).span, "unknown-key", f'unknown key "{key}"', hint)
    for key in missing:
        if key not in meant.values():
            report.add(_top(mapping), "missing-key", f'missing key "{key}"')


def _pairs(unknown: list[str], missing: list[str]) -> dict[str, str]:
    """Which missing key an unknown one stands for: the nearest, or the only one."""
    if len(unknown) == len(missing) == 1:
        return {unknown[0]: missing[0]}
    near = sorted((-_likeness(left, right), left, right) for left in unknown for right in missing)
    meant: dict[str, str] = {}
    for distance, left, right in near:
        if distance <= -NEAR and left not in meant and right not in meant.values():
            meant[left] = right
    return meant


def _likeness(left: str, right: str) -> float:
    return difflib.SequenceMatcher(None, left.lower(), right.lower()).ratio()


def _listed(keys: list[str]) -> str:
    return f"known keys: {', '.join(keys)}" if 0 < len(keys) <= FEW else ""


def _explain_empty(node: Node, report: Report) -> None:
    """A list that holds nothing says nothing: a heading would stand over an empty page. Missing
    sources are the business of a rule."""
    said = {diagnostic.span for diagnostic in report.diagnostics}
    for key, value in _under(node):
        if value.items or key.text == "sources" or value.span in said:
            continue
        hint = "leave the key out where there is nothing to list"
        message = f'expected at least one item under "{key.text}"'
        report.add(value.span, "empty-list", message, hint)


def _under(node: Node) -> Iterator[tuple[Scalar, Sequence]]:
    """Every list under a key, however deep, with its key."""
    match node:
        case Mapping():
            for key, value in node.entries:
                if isinstance(value, Sequence):
                    yield key, value
                if key.text != "spec":  # what stands there is Vega-Lite's business
                    yield from _under(value)
        case Sequence():
            for item in node.items:
                yield from _under(item)
        case Scalar():
            return


def _explain_value(error: ErrorDetails, node: Node, known: list[str], report: Report) -> None:
    if isinstance(node, Scalar) and any(_inside(one.span, node.span) for one in report.diagnostics):
        return  # an alias, or a character that no document can hold: said already
    found = _shown(node)
    match error["type"]:
        case "union_tag_not_found" if isinstance(node, Mapping):
            _explain_no_kind(node, known, report)
        case "union_tag_invalid":
            _explain_kind(node, error, report)
        case "tuple_type" | "list_type":
            hint = "write its items after dashes, or in brackets"
            if isinstance(node, Scalar) and 0 < len(node.text) < FEW * 4:
                hint = f"write [{node.raw}]"
            report.add(node.span, "wrong-type", f"expected a list, found {found}", hint)
        case "model_type" | "dict_type" | "mapping_type" | "union_tag_not_found":
            report.add(node.span, "wrong-type", f"expected a mapping, found {found}")
        case code if "url" not in error:  # an error of ours: each of pydantic's has a page
            # A check of a whole record may know the place better than its path does.
            place = error.get("ctx", {}).get("place", node.span)
            report.add(place, code, error["msg"], _hint(error, node))
        case _:
            message = error["msg"].removeprefix("Value error, ")
            report.add(node.span, "wrong-type", f"{message[:1].lower()}{message[1:]}: {found}")


def _explain_no_kind(mapping: Mapping, known: list[str], report: Report) -> None:
    kind = _get(mapping, "kind")
    keys = [key for key, _ in mapping.entries if key.text not in known]
    near = [key for key in keys if _likeness(key.text, "kind") >= NEAR]
    if kind:
        report.add(kind.span, "wrong-type", f"expected a kind, found {_shown(kind)}")
    elif near:
        message, hint = f'unknown key "{near[0].text}"', 'did you mean "kind"?'
        report.add(near[0].span, "unknown-key", message, hint)
    else:
        hint = "it says how the other keys are read"
        report.add(_top(mapping), "missing-key", 'missing key "kind"', hint)


def _explain_kind(node: Node, error: ErrorDetails, report: Report) -> None:
    known = re.findall("'([^']*)'", error["ctx"]["expected_tags"])
    kind = _get(node, "kind") if isinstance(node, Mapping) else None
    place, word = (kind.span, kind) if isinstance(kind, Scalar) else (node.span, node)
    message = (
        f'unknown kind "{word.text}"'
        if isinstance(word, Scalar) and word.text
        else f"expected a kind, found {_shown(word)}"
    )
    offered = did_you_mean(word.text, known) if isinstance(word, Scalar) else ""
    report.add(place, "unknown-kind", message, offered or "one of " + ", ".join(sorted(known)))


def _hint(error: ErrorDetails, node: Node) -> str:
    """For a word that is not among those wanted, the nearest of them."""
    wanted = str(error.get("ctx", {}).get("wanted", ""))
    if not isinstance(node, Scalar) or not wanted.startswith("one of "):
        return ""
    words = wanted.removeprefix("one of ").split(", ")
    return did_you_mean(node.text, words)


def _list(keys: list[str], what: str) -> str:
    return f"known {what}: {', '.join(keys)}" if 0 < len(keys) <= FEW else ""


# Looking into nodes ----------------------------------------------------------------------------


def _shown(node: Node) -> str:
    match node:
        case Scalar():
            return shown(node)
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"


def _get(mapping: Node, key: str) -> Node | None:
    entries = mapping.entries if isinstance(mapping, Mapping) else ()
    return next((value for name, value in entries if name.text == key), None)


def _key(mapping: Mapping, key: str) -> Scalar:
    return next(name for name, _ in mapping.entries if name.text == key)


def _top(mapping: Mapping) -> Span:
    """Where to say that something is not there: at the first key."""
    return mapping.entries[0][0].span if mapping.entries else mapping.span


def _inside(inner: Span, outer: Span) -> bool:
    start, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return (
        inner.file == outer.file
        and (outer.line, outer.column) <= start
        and end <= (outer.end_line, outer.end_column)
    )


FAULTS: Table[str, str] = {
    "bad-address": "An address is complete and begins with http:// or https://.",
    "bad-data": "A graphic draws rows, events or entities: one of the three.",
    "bad-date": "A date is written in EDTF: 2023-09-16, 2023-09, 2021-12~, 2026-04/2026-05.",
    "bad-id": "An id is in kebab-case: small letters, digits, and hyphens between them.",
    "bad-language": "A language is written as in BCP 47: en, fr, pt-BR.",
    "bad-name": "A name has `family` (and `given`), or `literal` for an organisation.",
    "empty-list": "A list under a key holds at least one item.",
    "repeated-item": "A briefing names a language or an audience twice.",
    "missing-alt-text": "Readers who cannot see a picture are told in words what it shows.",
    "missing-name": "An entity has a name; that of a state with a code stands in CLDR.",
    "missing-key": "A record lacks something that it cannot do without.",
    "uneven-row": "A row has more cells than the table has columns, or fewer.",
    "unknown-key": "A key is not among those of its record; often it is misspelt.",
    "unknown-kind": "The kind of a block is not among those that there are.",
    "unknown-word": "A value is not among the words that its key takes.",
    "wrong-type": "A value is of another shape than its key takes: a list, a mapping, a number.",
}
