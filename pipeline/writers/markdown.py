"""Document -> Markdown: CommonMark with GFM tables and footnotes, in UTF-8.

Whatever a text holds comes out as that text: every character that Markdown, the table extension,
the footnote extension or HTML would read as markup is escaped. Where Markdown has no sign for a
thing (another language, an insertion, an anchor) the inline HTML stands that CommonMark allows.
"""

from __future__ import annotations

import functools
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar, assert_never

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.document import (
    Block,
    Blocks,
    Box,
    Citation,
    Column,
    Definition,
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
    Item,
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
    walk,
)

TEMPLATE = "markdown/briefing.md.j2"


def write(document: Document, resources: Resources) -> bytes:
    """The Document as Markdown. Pictures are named as `picture_path` names them.

    Raises KeyError when `resources` lacks the template or a picture.
    """
    nodes = list(walk((document.front, document.body)))
    page = _Page(resources.pictures, frozenset(_targets(nodes)))
    markdown = _template(resources.templates[TEMPLATE]).render(
        document=document,
        plain=lambda words: _paragraph(page, (words,)),
        strong=lambda words: _paragraph(page, (Strong((words,)),)),
        heading=lambda words: _heading(page, (words,), 1),
        blocks=lambda blocks: _blocks(page, blocks),
        notes=lambda: _notes(page, nodes),
    )
    return markdown.encode()


def picture_path(digest: str, picture: Picture) -> str:
    """Where the picture lies beside the Markdown: "pictures/0123456789abcdef.svg".

    The vector when there is one; browsers and Git forges show both.
    """
    return f"pictures/{digest[:16]}.{'svg' if picture.vector else 'png'}"


def _targets(nodes: Iterable[Node]) -> Iterator[str]:
    """Every id that one of all nodes points at: only these get an anchor."""
    for node in nodes:
        match node:
            case Citation(target):
                yield target
            case Link(target) if target.startswith("#"):
                yield target[1:]


@functools.lru_cache(maxsize=4)
def _template(source: bytes) -> Template:
    # Markdown is not HTML: the functions below escape, so Jinja must not do it again. What they
    # return is only printed, never read as a template.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["quoted"] = _quoted
    return environment.from_string(source.decode())


def _quoted(value: str | tuple[str, ...]) -> str:
    """A YAML scalar or list: JSON strings are YAML but for two characters that break lines."""
    quoted = json.dumps(value, ensure_ascii=False)
    return quoted.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@dataclass(frozen=True, slots=True)
class _Page:
    pictures: Mapping[str, Picture]
    targets: frozenset[str]


# Blocks --------------------------------------------------------------------------------


def _blocks(page: _Page, blocks: Blocks, depth: int = 1) -> str:
    """Blocks, a blank line between them. `depth` counts the headings above."""
    written: list[str] = []
    twist = False
    for number, block in enumerate(blocks):
        # Two lists in a row would be read as one unless their markers differ.
        again = isinstance(block, List | Definitions) and number > 0
        twist = again and isinstance(blocks[number - 1], List | Definitions) and not twist
        written.append(_block(page, block, depth, twist))
    return _joined(written)


def _block(page: _Page, block: Block, depth: int, twist: bool) -> str:
    match block:
        case Paragraph():
            return _paragraph(page, block.content, block.id)
        case Section():
            return _section(page, block, depth)
        case List():
            return _list(page, block, depth, twist)
        case Definitions():
            return _definitions(page, block, depth, twist)
        case Table():
            return _table(page, block)
        case Figure():
            return _figure(page, block)
        case Box():
            return _box(page, block, depth)
        case _:
            assert_never(block)


def _paragraph(page: _Page, content: Inlines, id: str = "") -> str:
    return _anchor(page, id) + _start(_line(page, content))


def _section(page: _Page, section: Section, depth: int) -> str:
    return _joined(
        [
            _heading(page, section.title, depth + 1, section.id),
            _blocks(page, section.content, depth + 1),
        ]
    )


def _heading(page: _Page, title: Inlines, level: int, id: str = "") -> str:
    """Markdown has six levels: a deeper heading is one of level six, so that it stays one."""
    return f"{'#' * min(level, 6)} {_anchor(page, id)}{_line(page, title)}".rstrip(" ")


def _list(page: _Page, block: List, depth: int, twist: bool) -> str:
    marks = (")" if twist else ".") if block.ordered else ("*" if twist else "-")
    markers = [f"{n}{marks}" if block.ordered else marks for n in _count(block.items)]
    return _items(page, block.items, markers, depth, block.id)


def _items(
    page: _Page, items: tuple[Item, ...], markers: Iterable[str], depth: int, id: str
) -> str:
    tight = all(len(item.content) < 2 and _paragraphs(item.content) for item in items)
    written = [
        _hanging(f"{marker} ", _item(page, item, depth))
        for marker, item in zip(markers, items, strict=True)
    ]
    return _joined([_anchor(page, id), ("\n" if tight else "\n\n").join(written)])


def _item(page: _Page, item: Item, depth: int) -> str:
    content = _blocks(page, item.content, depth)
    match item.content:
        case (Paragraph() as first, *_) if _paragraph(page, first.content, first.id):
            return _anchor(page, item.id) + content
    # A list, a table or a box opens its line itself.
    return _joined([_anchor(page, item.id), content])


def _definitions(page: _Page, block: Definitions, depth: int, twist: bool) -> str:
    """A list whose items open with the term in bold: no extension is needed to read it."""
    items = tuple(Item(_defined(item), item.id) for item in block.items)
    return _items(page, items, ["*" if twist else "-"] * len(items), depth, block.id)


def _table(page: _Page, table: Table) -> str:
    headings = [_cell(page, column.heading) for column in table.columns]
    rules = [_rule(column) for column in table.columns]
    rows = [_row(page, row) for row in table.rows]
    grid = "\n".join(_piped(cells) for cells in (headings, rules, *rows)) if headings else ""
    caption = _caption(page, table.label, table.caption)
    return _joined([_anchor(page, table.id) + caption, grid, _paragraph(page, table.source)])


def _row(page: _Page, row: Row) -> list[str]:
    cells = [_cell(page, cell) for cell in row.cells]
    return [_anchor(page, row.id) + cells[0], *cells[1:]] if cells else []


def _cell(page: _Page, content: Inlines) -> str:
    return _line(page, content)


def _figure(page: _Page, figure: Figure) -> str:
    """The picture, what stands under it, then its content as a table: Markdown prints both."""
    return _joined(
        [
            _anchor(page, figure.id) + _image(page, figure.image),
            _caption(page, figure.label, figure.caption),
            _paragraph(page, figure.source),
            _table(page, figure.twin) if figure.twin else "",
        ]
    )


def _caption(page: _Page, label: str, caption: Inlines) -> str:
    return _paragraph(page, (Strong((f"{label}.",)), " ", *caption) if label else caption)


def _box(page: _Page, box: Box, depth: int) -> str:
    title: Inlines = (Strong(box.title),) if box.title else ()
    inside = _joined([_paragraph(page, title, box.id), _blocks(page, box.content, depth)])
    return "\n".join(f"> {line}".rstrip(" ") for line in inside.split("\n")) if inside else ""


def _notes(page: _Page, nodes: Iterable[Node]) -> str:
    """The definitions of all footnotes, in the order of their calls."""
    notes = [node for node in nodes if isinstance(node, Note)]
    return _joined(f"{_call(n)}: {_start(_line(page, n.content)) or '&#32;'}" for n in notes)


def _anchor(page: _Page, id: str) -> str:
    return f'<a id="{_attribute(id)}"></a>' if id in page.targets else ""


# Inlines -------------------------------------------------------------------------------


def _line(page: _Page, content: Inlines) -> str:
    """Inlines on one line. Readers trim lines and cells: a no-break space at the edge is named."""
    line = _inlines(page, content, " ", " ").strip(" ")
    return line if line == line.strip() else re.sub(r"^\s|\s$", _entity, line)


def _inlines(page: _Page, content: Inlines, before: str, after: str) -> str:
    """Inlines between two characters; a space stands for the edge of the line.

    Emphasis comes last, as its signs depend on the characters that stand beside them.
    """
    match content:
        case (str() as words,):  # as most are
            return _text(words)
    content = tuple(_merged(content))
    written = [_inline(page, one, content[n - 1] if n else "") for n, one in enumerate(content)]
    for number, one in enumerate(content):
        match one:
            case Emphasis() | Strong():
                left = next((one[-1] for one in reversed(written[:number]) if one), before)
                right = _first(content[number + 1 :], written[number + 1 :], after)
                written[number] = _emphasis(page, one, left, right)
    return "".join(written)


def _inline(page: _Page, inline: Inline, previous: Inline) -> str:
    match inline:
        case str():
            return _text(inline, after_note=isinstance(previous, Note))
        case Emphasis() | Strong():
            return ""
        case Foreign():
            inside = _inlines(page, inline.content, ">", "<")
            return f'<span lang="{_attribute(inline.language)}">{inside}</span>'
        case Link(target, (words,)) if words == target and _PLAIN_ADDRESS.fullmatch(target):
            return f"<{target}>"
        case Link():
            return _link(_inlines(page, inline.content, "[", "]"), inline.target)
        case Image():
            return _image(page, inline)
        case Note():
            return _call(inline)
        case Citation():
            return _link(_escaped(cited(inline)), f"#{inline.target}")
        case Inserted():
            return f"<ins>{_inlines(page, inline.content, '>', '<')}</ins>"
        case Deleted():
            return f"<del>{_inlines(page, inline.content, '>', '<')}</del>"
        case _:
            assert_never(inline)


_EMPHASIS = (Emphasis, Strong)


def _emphasis(page: _Page, inline: Emphasis | Strong, before: str, after: str) -> str:
    """Asterisks where CommonMark's rules on flanking are sure to hold, HTML elsewhere."""
    sign, name = ("*", "em") if isinstance(inline, Emphasis) else ("**", "strong")
    if not any(isinstance(part, _EMPHASIS) for part in walk(inline.content)):
        inside = _inlines(page, inline.content, sign, sign)
        if _flanking(inside[:1], before) and _flanking(inside[-1:], after):
            return f"{sign}{inside}{sign}"
    inside = _inlines(page, inline.content, ">", "<")
    return f"<{name}>{inside}</{name}>" if inside else ""


def _link(inside: str, target: str) -> str:
    return f"[{inside}]({_destination(target)})"


def _image(page: _Page, image: Image) -> str:
    path = picture_path(image.digest, page.pictures[image.digest])
    alt = _escaped(image.alt)
    if alt.startswith("^"):
        alt = f"\\{alt}"  # GitHub's reader takes "[^" for a note, and the picture for a link
    return f"![{alt}]({path})"


# Pieces ------------------------------------------------------------------------------------

T = TypeVar("T")


def _joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block)


def _count(things: tuple[T, ...]) -> range:
    return range(1, len(things) + 1)


def _paragraphs(blocks: Blocks) -> bool:
    return all(isinstance(block, Paragraph) for block in blocks)


def _hanging(marker: str, content: str) -> str:
    """The content behind its marker; its other lines stand as far in as the first."""
    lines = content.split("\n")
    rest = [" " * len(marker) + line if line else "" for line in lines[1:]]
    return "\n".join([(marker + lines[0]).rstrip(" "), *rest])


def _defined(item: Definition) -> Blocks:
    return Paragraph((Strong(item.term),)), *item.content


def _rule(column: Column) -> str:
    return {"start": "---", "end": "--:", "center": ":-:"}[column.align]


def _piped(cells: list[str]) -> str:
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"


def _call(note: Note) -> str:
    # A footnote's name ends at the first space or bracket.
    return f"[^{re.sub(r'[^0-9A-Za-z-]', '-', note.label) or '-'}]"


def _merged(content: Inlines) -> Iterator[Inline]:
    """Inlines without empty texts, neighbouring texts in one: what two of them would form
    together (`http` and `://`) must be seen to be escaped."""
    texts: list[str] = []
    for inline in content:
        if isinstance(inline, str):
            texts.append(inline)
            continue
        if joined := "".join(texts):
            yield joined
        texts = []
        yield inline
    if joined := "".join(texts):
        yield joined


def _first(content: Inlines, written: list[str], after: str) -> str:
    """The first character of what follows. Emphasis is not written yet: it opens with a sign."""
    for inline, markdown in zip(content, written, strict=True):
        if isinstance(inline, _EMPHASIS):
            return "*"
        if markdown:
            return markdown[0]
    return after


def _flanking(inner: str, outer: str) -> bool:
    """Whether a sign between the two characters opens (or closes) emphasis (CommonMark 6.2).

    A letter or digit inside always does. Punctuation inside does when a space or the edge of
    the line is outside. An asterisk is never risked: it would join the run of signs.
    """
    if not inner or outer == "*" or inner in "*<>":
        return False
    if inner.isalnum():
        return True
    return outer == " " and unicodedata.category(inner).startswith("P")


# Escapes -----------------------------------------------------------------------------------

# The sign first, then what stands around it: a pattern that opens with a set of signs skips at
# once whatever is none of them, which is thirty times as fast on plain words.
_SPECIAL = re.compile(
    r"""
    [\\`*\[\]<>|~$_&!^:.@\#]
    (?:
      (?<=[\\`*\[\]<>|~$])       # signs of CommonMark, GFM tables, strike-through, formulas
    | (?<=_)(?<![^\W_]_)         # an underscore within a word opens nothing
    | (?<=_)(?![^\W_])
    | (?<=&)(?=\#?\w+;)          # what would be read as an entity
    | (?<=[!^])(?=$)             # before a link they would make it an image or a note
    | (?<=:)(?=//)               # addresses are links only where the author made them so; pandoc
                                 # makes links of those within a link, too
    | (?<=\bwww\.)
    | (?<=@)(?=\w)
    | (?<=:)(?=[a-z0-9_+-]+:)    # pandoc's and GitHub's names of pictographs
    | (?<=\#)(?<!\S\#)\#*        # a heading, or the closing sequence of one
    )
    """,
    re.VERBOSE,
)
# An address that may stand for itself: nothing in it is markup anywhere, or reads as an entity.
_PLAIN_ADDRESS = re.compile(r"https?://(?:[\w.~:/?\#@!'()+,;=%-]|&(?!\#?\w+;))+", re.ASCII)
_SENT = re.compile(r"(?<=[\w.+-])\\@(?=\w)")
_SEPARATOR = re.compile(r"[\u2028\u2029\x85]")
# What opens a list, a rule or an underline when it stands first on a line.
_OPENING = re.compile(r"-(?=[\s-]|$)|[+:](?=\s|$)|\d{1,9}(?=[.)](?:\s|$))")


def _escaped(words: str, after_note: bool = False) -> str:
    escaped = _SPECIAL.sub(lambda match: "".join(f"\\{sign}" for sign in match[0]), words)
    if after_note and escaped[:1] in ("(", ":"):
        # "[^1](" opens a link, "[^1]:" the definition of the note.
        escaped = f"\\{escaped}"
    # Some readers break lines at the separators of Unicode.
    return _SEPARATOR.sub(_entity, escaped)


def _text(words: str, after_note: bool = False) -> str:
    """Words that are no link. GFM links what looks like an e-mail address after it has taken the
    escapes away; a comment within it is no text, so that it does not look like one."""
    escaped = _escaped(words, after_note)
    return _SENT.sub(r"\\@<!-- -->", escaped) if "@" in escaped else escaped


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _start(line: str) -> str:
    """A line that opens a block, its first characters escaped where they would open another."""
    opening = _OPENING.match(line)
    if not opening:
        return line
    end = opening.end()
    if line[0].isdigit():
        return f"{line[:end]}\\{line[end:]}"
    return f"\\{line}"


def _destination(target: str) -> str:
    """The address between the round brackets, in angle brackets where it would end too soon."""
    escaped = re.sub(r"[\\<>|]|&(?=#?\w+;)", lambda match: f"\\{match[0]}", target)
    return f"<{escaped}>" if not target or re.search(r"[\s()<]", target) else escaped


def _attribute(value: str) -> str:
    # A bar would end the cell of a table, even within an attribute.
    return html.escape(value).replace("|", "&#124;")
