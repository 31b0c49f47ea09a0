"""The hub: one edition of one briefing, ready to print, and what a writer gets beside it.

In: values made by `assemble`. Out: the same values, their plain text and their canonical JSON.

A Document has one language and one audience. Nothing in it has to be looked up, counted or
formatted, and nothing in it says where in which file it was written.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from json.encoder import encode_basestring
from operator import attrgetter, is_
from typing import Any, Literal, TypeAlias, assert_never, get_args

from pipeline.frozen import dataclass

# Inlines: what stands in a line ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Emphasis:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Strong:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Foreign:
    """A passage in another language than the Document's: a title, a name. `language` is BCP 47."""

    language: str
    content: Inlines


@dataclass(frozen=True, slots=True)
class Link:
    """`target` is an absolute address, or "#" and the id of something in this Document."""

    target: str
    content: Inlines


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, by the digest of what it is made from; its bytes are in `Resources.pictures`."""

    digest: str
    alt: str


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, at the place of its call. `label` is the printed number."""

    id: str
    label: str
    content: Inlines


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to the entry `target` of the list of references, printed as [label, locator]."""

    target: str
    label: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Inserted:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Deleted:
    content: Inlines


Inline: TypeAlias = (
    str | Emphasis | Strong | Foreign | Link | Image | Note | Citation | Inserted | Deleted
)
Inlines: TypeAlias = tuple[Inline, ...]

# Blocks: what stands on lines of its own ---------------------------------------------------

Align: TypeAlias = Literal["start", "end", "center"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: Inlines
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    content: Blocks
    id: str = ""


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Item, ...]
    ordered: bool = False
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    term: Inlines
    content: Blocks
    id: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    items: tuple[Definition, ...]
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is a share: columns of widths 1 and 3 take a quarter and three quarters."""

    heading: Inlines
    align: Align = "start"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Inlines, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`row_headers`: the first cell of each row is the heading of that row.

    `label` is "Table 2", or "" for a table that is not counted. `source` is the line under it.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: Inlines = ()
    label: str = ""
    row_headers: bool = False
    source: Inlines = ()
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """`twin` says the picture as a table; a format that prints it sets it beside the picture."""

    image: Image
    caption: Inlines = ()
    label: str = ""
    source: Inlines = ()
    twin: Table | None = None
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    title: Inlines
    content: Blocks
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. Sections nest, so nobody counts levels."""

    title: Inlines
    content: Blocks
    role: str = ""
    id: str = ""


Block: TypeAlias = Paragraph | List | Definitions | Table | Figure | Box | Section
Blocks: TypeAlias = tuple[Block, ...]

# The whole ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Labels:
    """The fixed words that a writer prints of its own accord, in the Document's language."""

    contents: str  # heading of the contents list, or "" where none is printed
    notes: str  # heading of the notes, where a format collects them
    page: str  # "Page" of "Page 3 of 9"
    of: str  # "of" of "Page 3 of 9"
    table_view: str  # what opens a figure's twin: "Show as table"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself: XMP, Word properties, HTML meta elements, YAML front matter."""

    identifier: str  # "aes.en"
    description: str
    authors: tuple[str, ...]
    publisher: str
    issued: str  # ISO 8601 date
    keywords: tuple[str, ...]
    license: str  # SPDX expression


@dataclass(frozen=True, slots=True)
class Document:
    """One edition. Printed in this order: masthead (series, title, subtitle, dateline), `front`,
    the contents list (the sections of `body`), `body`."""

    id: str
    language: str  # BCP 47
    series: str
    title: str
    subtitle: str
    dateline: str
    marking: str  # "TLP:CLEAR", or ""
    metadata: Metadata
    labels: Labels
    front: Blocks
    body: Blocks


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes behind an Image. Sizes in CSS pixels (1/96 inch)."""

    vector: bytes  # SVG; b"" for a photograph
    raster: bytes  # PNG
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything besides the Document that a writer may read, by name; nothing else is opened."""

    templates: Mapping[str, bytes]  # "html/page.html.j2"
    pictures: Mapping[str, Picture]  # by Image.digest
    fonts: Mapping[str, bytes]  # "FiraSans-Regular.ttf"


# Walking -----------------------------------------------------------------------------------

Node: TypeAlias = (
    Emphasis | Strong | Foreign | Link | Image | Note | Citation | Inserted | Deleted
    | Paragraph | Item | List | Definition | Definitions | Column | Row | Table | Figure | Box
    | Section | Labels | Metadata | Document
)  # fmt: skip


def walk(value: object) -> Iterator[Node]:
    """Every node in `value`, itself first, in printed order."""
    # With a stack of its own: generators within generators pass each node up through all of them.
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind is tuple:
            waiting += part[::-1]
        elif kind in _HELD:
            yield part
            if held := _HELD[kind]:
                waiting.append(held(part))


def transform(value: Any, change: Callable[[Any], Any]) -> Any:
    """Blocks or inlines rebuilt in printed order, leaves first: each node is what `change` makes
    of it. Texts that come to stand side by side become one. What stays as it is, is not copied."""
    kind = type(value)
    if kind is str or (kind is tuple and len(value) == 1 and type(value[0]) is str):
        return value  # most of what there is
    if kind is tuple:
        parts = [transform(item, change) for item in value]
        whole = joined(parts)
        return value if len(whole) == len(value) and all(map(is_, parts, value)) else whole
    if names := _FIELDS.get(kind):
        return change(altered(value, names, transform, change))
    return str(value) if isinstance(value, str) else value


def altered(node: Any, names: Iterable[str], change: Callable[..., Any], *how: Any) -> Any:
    """A node with each of these fields as `change` makes it of the field and of what else it
    takes; itself, when nothing changes. Of what is empty nothing else can be made."""
    changed = {}
    for name in names:
        part = getattr(node, name)
        if part:
            made = change(part, *how)
            if made is not part:
                changed[name] = made
    if not changed:
        return node
    # What dataclasses.replace does, without asking each field anew whether it can be replaced.
    kept = {name: getattr(node, name) for name in _FIELDS[type(node)]}
    return type(node)(**kept | changed)


def joined(parts: Iterable[Any]) -> tuple[Any, ...]:
    """The same parts with neighbouring texts as one: a line has one way to be written."""
    whole: list[Any] = []
    after_text = False
    for part in parts:
        is_text = isinstance(part, str)
        if is_text and after_text:
            whole[-1] += part
        else:
            whole.append(part)
        after_text = is_text
    return tuple(whole)


def _printed(node: Any) -> tuple[str, ...]:
    """A node's fields in the order in which formats print them: a table's caption stands above."""
    names = [field.name for field in dataclasses.fields(node)]
    if node is Table:
        names.remove("caption")
        names.insert(0, "caption")
    return tuple(names)


def _holding(node: Any) -> tuple[str, ...]:
    types = {field.name: field.type for field in dataclasses.fields(node)}
    return tuple(n for n in _printed(node) if types[n] not in ("str", "bool", "float", "Align"))


def text(inlines: Inlines) -> str:
    """The words of a line as every format prints them: without notes and pictures."""
    return "".join(_text(inline) for inline in inlines)


def _text(inline: Inline) -> str:
    match inline:
        case str():
            return inline
        case Emphasis() | Strong() | Foreign() | Link() | Inserted() | Deleted():
            return text(inline.content)
        case Citation():
            return cited(inline)
        case Image() | Note():
            return ""
        case _:
            assert_never(inline)


def cited(citation: Citation) -> str:
    """A citation as it is printed: "[12]" or "[12, art. 6]"."""
    return f"[{citation.label}, {citation.locator}]" if citation.locator else f"[{citation.label}]"


# Canonical JSON ----------------------------------------------------------------------------


def to_json(value: Document) -> str:
    """The Document in canonical JSON: keys sorted, defaults left out, one line a value."""
    return _written(value, "\n") + "\n"


def _written(value: Any, line: str) -> str:
    """What `json.dumps(encode(value), sort_keys=True, indent=1)` writes: its fast encoder knows no
    lines, and the other takes many times as long. `line` is a line break and the indent after."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    inside = line + " "
    if kind is tuple and value:
        items = [
            encode_basestring(item) if type(item) is str else _written(item, inside)
            for item in value
        ]
        return f"[{inside}{f',{inside}'.join(items)}{line}]"
    if kind in _SORTED:
        pairs = [
            label + (encode_basestring(part) if type(part) is str else _written(part, inside))
            for label, name, default in _SORTED[kind]
            if (part := kind.__name__ if name == "node" else getattr(value, name)) != default
        ]
        return f"{{{inside}{f',{inside}'.join(pairs)}{line}}}"
    return _scalar(value)


_scalar = json.JSONEncoder(ensure_ascii=False).encode  # of an empty tuple, too


def from_json(source: str) -> Document:
    """The Document that `to_json` wrote. Raises ValueError when `source` holds another thing."""
    value = decode(json.loads(source))
    if not isinstance(value, Document):
        raise ValueError("the JSON does not hold a Document")
    return value


def digest(value: Document) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(to_json(value).encode()).hexdigest()


def encode(value: object) -> Any:
    """Nodes, or tuples of them, as JSON values."""
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if type(value) in _DEFAULTS:
        return {"node": type(value).__name__} | {
            name: encode(part)
            for name, default in _DEFAULTS[type(value)]
            if (part := getattr(value, name)) != default
        }
    return value


def decode(value: Any) -> Any:
    """What `encode` made JSON values of. Raises ValueError for a node that there is not."""
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if isinstance(value, dict):
        fields = {name: decode(part) for name, part in value.items() if name != "node"}
        try:
            return _BY_NAME[value["node"]](**fields)
        except (KeyError, TypeError) as error:
            raise ValueError(f"the JSON holds no such node: {error}") from error
    return value


_NODES: tuple[Any, ...] = get_args(Node)
_BY_NAME: Mapping[str, type] = {node.__name__: node for node in _NODES}
_FIELDS: Mapping[type, tuple[str, ...]] = {node: _printed(node) for node in _NODES}
# A node's fields that may hold others: texts and numbers are most of them, and hold none.
HOLDING: Mapping[type, tuple[str, ...]] = {node: _holding(node) for node in _NODES}
_HELD = {node: attrgetter(*names) if names else None for node, names in HOLDING.items()}
_DEFAULTS: Mapping[type, tuple[tuple[str, Any], ...]] = {
    node: tuple((field.name, field.default) for field in dataclasses.fields(node))
    for node in _NODES
}
_SORTED = {
    node: [
        (f'"{name}": ', name, default)
        for name, default in sorted((*names, ("node", None)), key=lambda one: one[0])
    ]
    for node, names in _DEFAULTS.items()
}
