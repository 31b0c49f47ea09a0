"""A Document and the HTML templates go in; one self-contained web page comes out.

The same page, with its notes left where they are called, is what the PDF writer sets in type.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import assert_never

from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

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
    Note,
    Paragraph,
    Picture,
    Resources,
    Section,
    Strong,
    Table,
    cited,
    text,
    walk,
)

SHEETS = ("html/base.css", "html/screen.css")


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
    style = "" if medium.paged else "".join(resources.templates[n].decode() for n in SHEETS)
    body = tuple(_anchored(document.body, "_section"))
    return (
        _environment(_templates(resources))
        .get_template("html/page.html.j2")
        .render(
            document=document,
            body=body,
            contents=[block for block in body if isinstance(block, Section)],
            notes=[node for node in walk((document.front, body)) if isinstance(node, Note)],
            paged=medium.paged,
            style=style,
            inlines=partial(_inlines, medium),
            figure_image=partial(_figure_image, medium),
        )
    )


# Templates -----------------------------------------------------------------------------------


def _templates(resources: Resources) -> tuple[tuple[str, bytes], ...]:
    return tuple(item for item in sorted(resources.templates.items()) if item[0].endswith(".j2"))


@lru_cache(maxsize=4)
def _environment(templates: tuple[tuple[str, bytes], ...]) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader({name: source.decode() for name, source in templates}),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "kind": kind,
        "subsections": _subsections,
        "mark": _mark,
        "window": _window,
        "halves": _halves,
    }
    environment.filters |= {"plain": text, "aligned": _aligned}
    return environment


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
    names = " ".join((*classes, f"role-{role}") if role else classes)
    return Markup("").join(
        Markup(' {}="{}"').format(name, value)
        for name, value in (("id", id), ("class", names))
        if value
    )


def _window(block: Table, caption: str) -> Markup:
    """The attributes of the window in which a wide table scrolls: the keyboard reaches it, so it
    needs a name. `caption` is the id of what names it; else its column headings do."""
    if caption:
        name = Markup(' aria-labelledby="{}"').format(caption)
    elif headings := ", ".join(filter(None, (text(column.heading) for column in block.columns))):
        name = Markup(' aria-label="{}"').format(headings)
    else:
        return Markup("")
    return Markup(' tabindex="0" role="region"{}').format(name)


def _aligned(column: Column) -> Markup:
    """The class attribute of a cell of this column; nothing where text starts as it always does."""
    return _mark("", "", column.align) if column.align != "start" else Markup("")


def _subsections(section: Section) -> list[Section]:
    return [block for block in section.content if isinstance(block, Section)]


def _halves(sections: Sequence[Section]) -> list[Sequence[Section]]:
    """The entries of a contents list in two columns of like height.

    WeasyPrint balances CSS columns by trying height after height, which took a quarter of the
    time of a whole briefing.
    """
    heights = [1 + len(_subsections(section)) for section in sections]
    middle = min(
        range(1, len(sections) + 1),
        key=lambda n: abs(sum(heights[:n]) - sum(heights[n:]) - 0.5),
    )
    return [part for part in (sections[:middle], sections[middle:]) if part]


def _anchored(blocks: Blocks, prefix: str, depth: int = 2) -> Iterator[Block]:
    """The blocks, with an id for each section that the contents list has to point at."""
    for number, block in enumerate(blocks, 1):
        if isinstance(block, Section) and depth:
            id = block.id or f"{prefix}-{number}"
            block = replace(block, id=id, content=tuple(_anchored(block.content, id, depth - 1)))
        yield block


# Lines ---------------------------------------------------------------------------------------


def _inlines(medium: Medium, content: Inlines) -> Markup:
    return Markup("").join(_inline(medium, inline) for inline in content)


def _words(medium: Medium, words: str) -> Markup:
    """A text. WeasyPrint 70 breaks the line after the first word of one that would just fit but for
    the space at its end; a space that stands by itself does no harm."""
    if medium.paged and words.endswith(" ") and words.strip():
        return Markup("{}<span> </span>").format(words[:-1])
    return Markup.escape(words)


def _inline(medium: Medium, inline: Inline) -> Markup:
    match inline:
        case str():
            return _words(medium, inline)
        case Emphasis(content):
            return Markup("<em>{}</em>").format(_inlines(medium, content))
        case Strong(content):
            return Markup("<strong>{}</strong>").format(_inlines(medium, content))
        case Foreign(language, content):
            return Markup('<span lang="{}">{}</span>').format(language, _inlines(medium, content))
        case Link(target, content):
            return _link(target, _inlines(medium, content))
        case Image():
            return _image(medium, inline, "inline")
        case Note():
            return _footnote(medium, inline) if medium.paged else _note_call(inline)
        case Citation():
            return Markup('<a class="citation" href="#{}">{}</a>').format(
                inline.target, cited(inline)
            )
        case Inserted(content):
            return Markup("<ins>{}</ins>").format(_inlines(medium, content))
        case Deleted(content):
            return Markup("<del>{}</del>").format(_inlines(medium, content))
        case _:
            assert_never(inline)


def _link(target: str, content: Markup) -> Markup:
    """A link, or its words alone when a reader must not be sent there ("javascript:", "file:")."""
    if target.startswith("#"):
        return Markup('<a href="{}">{}</a>').format(target, content)
    if target.lower().startswith(("https:", "http:", "mailto:")):
        return Markup('<a href="{}" rel="external">{}</a>').format(target, content)
    return content


def _footnote(medium: Medium, note: Note) -> Markup:
    return Markup(
        '<a class="call" id="_call-{0}" href="#{0}" data-furniture>{1}</a>'
        '<span class="footnote" id="{0}">'
        '<a class="back" href="#_call-{0}" data-furniture>{1}</a> {2}</span>'
    ).format(note.id, note.label, _inlines(medium, note.content))


def _note_call(note: Note) -> Markup:
    """The number of a note; to those who hear the page it says "Notes" before it."""
    return Markup(
        '<sup class="call" id="_call-{0}" data-furniture><a href="#{0}" role="doc-noteref"'
        ' aria-labelledby="_notes-heading _call-{0}">{1}</a></sup>'
    ).format(note.id, note.label)


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
