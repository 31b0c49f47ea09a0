"""A Document and the HTML templates go in; one self-contained web page comes out.

The same page, with its notes left where they are called, is what the PDF writer sets in type.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import Any, assert_never, get_args

from jinja2 import DictLoader, Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from pipeline.document import (
    Block,
    Blocks,
    Box,
    Citation,
    Column,
    Definitions,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Foreign,
    Image,
    Inline,
    Inlines,
    Inserted,
    Link,
    List,
    Node,
    Note,
    Paragraph,
    Picture,
    Resources,
    Row,
    Section,
    Strong,
    Table,
    cited,
    text,
    walk,
)
from pipeline.writers import html_columns, html_head

SHEETS = ("html/base.css", "html/screen.css")
CONTENTS_DEPTH = 2
FIELDS = {node: frozenset(node.__match_args__) for node in get_args(Node)}


@dataclass(frozen=True, slots=True)
class Medium:
    """`paged`: notes stay at their call and pictures have names, for the engine that sets pages."""

    pictures: Mapping[str, Picture]
    paged: bool = False


def write(document: Document, resources: Resources) -> bytes:
    """The web page in UTF-8. Raises KeyError when a picture or a template is missing."""
    return page(document, resources, Medium(resources.pictures)).encode()


def page(document: Document, resources: Resources, medium: Medium) -> str:
    """The HTML of the whole Document, made ready for `medium`."""
    nodes = list(walk((document.front, document.body)))
    style = "" if medium.paged else _style(nodes, resources)
    report = html_head.report(document)
    # In print only what the contents list points at needs an id.
    depth = CONTENTS_DEPTH if medium.paged else None
    body = tuple(_anchored(document.body, "_section", depth))
    return (
        _environment(_templates(resources))
        .get_template("html/page.html.j2")
        .render(
            document=document,
            front=document.front if medium.paged else tuple(_anchored(document.front, "_front")),
            body=body,
            contents=[block for block in body if isinstance(block, Section)],
            notes=[node for node in nodes if isinstance(node, Note)],
            medium=medium,
            paged=medium.paged,
            style=style,
            policy=html_head.policy(style, report),
            report=report,
        )
    )


# Style ---------------------------------------------------------------------------------------


def _style(nodes: Iterable[Node], resources: Resources) -> str:
    """The one style sheet of the page. The policy lets no element have a style of its own, so the
    columns of tables have classes."""
    tables = [node for node in nodes if isinstance(node, Table)]
    counts = sorted({len(table.columns) for table in tables})
    shares = sorted({share for table in tables for share in _shares(table)})
    rules = [f".columns-{count} {{ --columns: {count}; }}\n" for count in counts]
    rules += [f".share-{share} {{ width: {share}%; }}\n" for share in shares]
    sheets = (resources.templates[name].decode() for name in SHEETS)
    return "".join((*sheets, *rules)).strip()  # without spaces, as the Nu HTML checker hashes it


def _shares(table: Table) -> list[int]:
    """The width of each column in per cent of the table's."""
    total = sum(column.width for column in table.columns)
    return [round(100 * column.width / total) if total else 0 for column in table.columns]


# Templates -----------------------------------------------------------------------------------


def _templates(resources: Resources) -> tuple[tuple[str, bytes], ...]:
    return tuple(item for item in sorted(resources.templates.items()) if item[0].endswith(".j2"))


class _Sandbox(ImmutableSandboxedEnvironment):
    """Templates may read the fields of nodes, which lead to nothing but other nodes. At all else
    the sandbox looks closely, which for every field took a fifth of a page's time."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in FIELDS.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


@lru_cache(maxsize=4)
def _environment(templates: tuple[tuple[str, bytes], ...]) -> Environment:
    environment = _Sandbox(
        loader=DictLoader({name: source.decode() for name, source in templates}),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "subsections": _subsections,
        "window": _window,
        "halves": html_columns.halves,
        "bands": html_columns.bands,
        "shares": _shares,
        "unlinked": _unlinked,
    }
    environment.filters |= {
        "plain": text,
        "aligned": _aligned,
        "cells": _cells,
        "kind": kind,
        "mark": _mark,
        "own": _on_page(_own),
        "inlines": _on_page(_inlines),
        "figure_image": _on_page(_figure_image),
    }
    return environment


def _on_page(print: Callable[..., Markup]) -> Callable[..., Markup]:
    """A filter that prints for the medium of the page that asks for it."""

    @pass_context
    def printed(page: Context, *arguments: Any) -> Markup:
        return print(page["medium"], *arguments)

    return printed


def kind(block: Block) -> str:
    """The macro of `blocks.html.j2` that prints this block."""
    match block:
        case Paragraph():
            return "paragraph"
        case List():
            return "list"
        case Definitions():
            return "definitions"
        case Table():
            return "table"
        case Figure():
            return "figure"
        case Box():
            return "box"
        case Section():
            return "section"
        case _:
            assert_never(block)


def _mark(id: str, role: str = "", *classes: str) -> Markup:
    """The id and class attributes of an element, after a space; nothing when both are empty."""
    named = _classes(role, *classes)
    return Markup(f' id="{escape(id)}"{named}') if id else named  # noqa: S704


@lru_cache(maxsize=200)  # roles are few
def _classes(role: str, *classes: str) -> Markup:
    names = " ".join((*classes, f"role-{role}") if role else classes)
    return Markup(' class="%s"') % names if names else Markup("")


def _window(block: Table, caption: str) -> Markup:
    """The attributes of the window in which a wide table scrolls: the keyboard reaches it, so it
    needs a name. `caption` is the id of what names it; else its column headings do."""
    if caption:
        name = Markup(' aria-labelledby="%s"') % caption
    elif headings := ", ".join(filter(None, (text(column.heading) for column in block.columns))):
        name = Markup(' aria-label="%s"') % headings
    else:
        return Markup("")
    return Markup(' tabindex="0" role="region"%s') % name


def _aligned(column: Column) -> Markup:
    """The class attribute of a cell of this column; nothing where text starts as it always does."""
    return _mark("", "", column.align) if column.align != "start" else Markup("")


def _cells(row: Row, table: Table) -> Iterator[tuple[str, Markup, str, Inlines]]:
    """Of each cell: its tag, the attributes, the id of what it names, what stands in it."""
    for number, cell in enumerate(row.cells):
        aligned = _aligned(table.columns[number])
        if number == 0 and table.row_headers:
            yield "th", Markup(' scope="row"') + aligned, row.id, cell
        else:
            yield "td", aligned, "" if number else row.id, cell


def _subsections(section: Section) -> list[Section]:
    return [block for block in section.content if isinstance(block, Section)]


def _anchored(blocks: Blocks, prefix: str, depth: int | None = None) -> Iterator[Block]:
    """The blocks, with an id for each section, or for those `depth` deep, to be pointed at."""
    for number, block in enumerate(blocks, 1):
        if isinstance(block, Section) and depth != 0:
            id = block.id or f"{prefix}-{number}"
            below = None if depth is None else depth - 1
            block = replace(block, id=id, content=tuple(_anchored(block.content, id, below)))
        yield block


# Lines ---------------------------------------------------------------------------------------


def _inlines(medium: Medium, content: Inlines) -> Markup:
    return Markup(_line(medium, content))  # noqa: S704


# What follows is HTML in a `str`, with all that is text escaped in it: to make Markup of each piece
# took a fifth of a page's time.


def _line(medium: Medium, content: Inlines) -> str:
    return "".join([_inline(medium, inline) for inline in content])


def _inline(medium: Medium, inline: Inline) -> str:
    match inline:
        case str():
            return escape(inline)
        case Emphasis(content):
            return f"<em>{_line(medium, content)}</em>"
        case Strong(content):
            return f"<strong>{_line(medium, content)}</strong>"
        case Foreign(language, content):
            return f'<span lang="{escape(language)}">{_line(medium, content)}</span>'
        case Link(target, content):
            return _link(target, _line(medium, content))
        case Image():
            return _image(medium, inline, "inline")
        case Note():
            return _footnote(medium, inline) if medium.paged else _note_call(inline)
        case Citation(target):
            return f'<a class="citation" href="#{escape(target)}">{escape(cited(inline))}</a>'
        case Inserted(content):
            return f"<ins>{_line(medium, content)}</ins>"
        case Deleted(content):
            return f"<del>{_line(medium, content)}</del>"
        case _:
            assert_never(inline)


def _link(target: str, content: str) -> str:
    """A link, or its words alone when a reader must not be sent there ("javascript:", "file:")."""
    if target.startswith("#"):
        return f'<a href="{escape(target)}">{content}</a>'
    if target.lower().startswith(("https:", "http:", "mailto:")):
        return f'<a href="{escape(target)}" rel="external">{content}</a>'
    return content


def _own(medium: Medium, content: Inlines, id: str) -> Markup:
    """A line whose first words are a link to the thing of that id, which the line names.

    Words that are there anyway need no sign beside them, have a name for those who hear the page,
    and are reached by the keyboard. Links do not nest, so what holds one is left out; a line that
    is all links gets a sign after it.
    """
    if medium.paged or not id or not (name := text(content).strip()):
        return _inlines(medium, content)
    return Markup(_linked(medium, content, escape(id), escape(name)))  # noqa: S704


def _linked(medium: Medium, content: Inlines, id: Markup, name: Markup) -> str:
    start = next((n for n, one in enumerate(content) if _bare(one) and text((one,)).strip()), None)
    if start is None:
        sign = f' <a class="self" href="#{id}" aria-label="{name}" data-furniture>#</a>'
        return _line(medium, content) + sign
    words = tuple(takewhile(_bare, content[start:]))
    link = f'<a class="self" href="#{id}">{_line(medium, words)}</a>'
    before, after = content[:start], content[start + len(words) :]
    return _line(medium, before) + link + _line(medium, after)


def _bare(inline: Inline) -> bool:
    """Whether there is no link in it."""
    return not any(isinstance(node, Link | Citation | Note) for node in walk(inline))


def _unlinked(content: Inlines) -> Inlines:
    """The same words without links, notes and pictures, to stand in a link."""
    return tuple(bare for inline in content for bare in _without_links(inline))


def _without_links(inline: Inline) -> Inlines:
    match inline:
        case Link():
            return _unlinked(inline.content)
        case Citation():
            return (cited(inline),)
        case Note() | Image():
            return ()
        case Emphasis() | Strong() | Foreign() | Inserted() | Deleted():
            return (replace(inline, content=_unlinked(inline.content)),)
        case str():
            return (inline,)
        case _:
            assert_never(inline)


def _footnote(medium: Medium, note: Note) -> str:
    id, label = escape(note.id), escape(note.label)
    return (
        f'<a class="call" id="_call-{id}" href="#{id}" data-furniture>{label}</a>'
        f'<span class="footnote" id="{id}">'
        f'<a class="back" href="#_call-{id}" data-furniture>{label}</a> '
        f"{_line(medium, note.content)}</span>"
    )


def _note_call(note: Note) -> str:
    """The number of a note; to those who hear the page it says "Notes" before it."""
    id, label = escape(note.id), escape(note.label)
    return (
        f'<sup class="call" id="_call-{id}" data-furniture><a href="#{id}" role="doc-noteref"'
        f' aria-labelledby="_notes-heading _call-{id}">{label}</a></sup>'
    )


# Pictures ------------------------------------------------------------------------------------


def _figure_image(medium: Medium, image: Image) -> Markup:
    return _image(medium, image, "picture")


def _image(medium: Medium, image: Image, name: str) -> Markup:
    picture = medium.pictures[image.digest]
    return Markup('<img class="{}" src="{}" alt="{}" width="{}" height="{}">').format(
        name, _address(medium, image), image.alt, max(1, round(picture.width)),
        max(1, round(picture.height)),
    )  # fmt: skip


def _address(medium: Medium, image: Image) -> str:
    if medium.paged:
        return f"picture:{image.digest}"
    picture = medium.pictures[image.digest]
    media_type = "image/svg+xml" if picture.vector else "image/png"
    encoded = base64.b64encode(picture.vector or picture.raster).decode()
    return f"data:{media_type};base64,{encoded}"
