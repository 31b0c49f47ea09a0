"""Random Documents with hostile texts, for hypothesis; what assembly would never make is left out.

Texts hold no plain spaces at their edges, none doubled and no line breaks, for assembly removes
them; no control characters, for the checker refuses them. Every link leads somewhere, notes are
counted in printed order, and ids are unique. A section has a title of which something is printed:
the checker refuses others.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unicodedata import category

from hypothesis import strategies as st

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
    Labels,
    Link,
    List,
    Metadata,
    Note,
    Paragraph,
    Picture,
    Row,
    Section,
    Strong,
    Table,
    text,
    transform,
    walk,
)
from tests.sample import sample_resources

PICTURES: dict[str, Picture] = dict(sample_resources().pictures)

# Texts -------------------------------------------------------------------------------------

HOSTILE = (
    "*", "**", "_", "__", "~~", "`", "```", "#", "## ", "[", "]", "(", ")", "[x](y)", "![", "[^1]",
    "^[n]", "<", ">", "<b>", "</p>", "<script>", "<!--", "-->", "&", "&amp;", "&nbsp;", "&#42;",
    "|", "\\", "\\|", "{{ 7*7 }}", "{% raw %}", "{#", "$x$", "-", "--", "---", "+", "=", "===",
    ":", "::", "!", "1.", "2)", "12", "'", '"', "“", "”", "«", "»", "…", "–", "—", "’", "%", "@",
    "https://example.org/a_b?c=d&e=f#g", "www.example.org", "a@example.org", ":smile:", ";",
    "[ ]", "[x]", "*a*", "a*b", "_a_", "***", "~", "]]>", "<![CDATA[", "<?xml", "\u00a0",
    "\u202f", "12\u202f000", "a\u00a0b", "é", "Ouagadougou", "ƙasa", "ɓ", "ƴanci", "ɗ", "Àẁọn",
    "ß", "İ", "ĳ", "ﬁ", "½", "²", "€", "km²", "0123456789" * 4, "W" * 90,
)  # fmt: skip
_PLAIN = ("Mali", "Niger", "the", "alliance", "2023", "a", "of", "charter", "exit", "24.5")

WORDS = st.one_of(st.sampled_from(_PLAIN), st.sampled_from(HOSTILE))
# Letters that the fonts of the PDF have; others are printed as boxes there.
LETTERS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x21, max_codepoint=0x7E),
        st.sampled_from("àéîöüçñŋƙɓɗƴąřșž«»“”‘’–—…€£§°±×"),
    ),
    min_size=1,
    max_size=12,
)
TEXTS = st.lists(st.one_of(WORDS, LETTERS), min_size=1, max_size=5).map(" ".join)


def _normal(text: str) -> str:
    """As assembly leaves it."""
    return " ".join(part for part in text.split(" ") if part)


# Inlines -----------------------------------------------------------------------------------

PIECES: st.SearchStrategy[str] = st.one_of(
    TEXTS.map(_normal), WORDS.map(_normal), st.just(" "), TEXTS.map(lambda t: f" {_normal(t)} ")
)
_LANGUAGES = st.sampled_from(("fr", "ha", "bm", "zh-Hant"))
_ADDRESSES = st.sampled_from(
    ("https://example.org/a?b=c&d=e", "https://example.org/a_(b)", "https://example.org/|*`x`",
     "mailto:a@example.org", "https://example.org/é", "https://example.org/%20a", "#")
)  # fmt: skip
_ALTS = st.one_of(TEXTS.map(_normal), st.just(""))


def _images() -> st.SearchStrategy[Image]:
    return st.builds(Image, st.sampled_from(sorted(PICTURES)), _ALTS)


def _wrapped(content: st.SearchStrategy[Inlines]) -> st.SearchStrategy[Inline]:
    return st.one_of(
        st.builds(Emphasis, content),
        st.builds(Strong, content),
        st.builds(Foreign, _LANGUAGES, content),
        st.builds(Inserted, content),
        st.builds(Deleted, content),
    )


def _line(*leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Inlines]:
    """Inlines of these leaves, marked up two deep, without spaces at the edges of the line."""
    leaf = st.lists(st.one_of(PIECES, *leaves), min_size=1, max_size=3).map(tuple)
    once = st.lists(st.one_of(PIECES, *leaves, _wrapped(leaf)), min_size=1, max_size=4).map(tuple)
    twice = st.lists(st.one_of(PIECES, *leaves, _wrapped(once)), min_size=1, max_size=4)
    return twice.map(lambda line: _trimmed(tuple(line)))


def _trimmed(line: Inlines) -> Inlines:
    """Without a plain space at the edges of the line or beside another."""
    return _without_edge(_without_edge(line)[::-1], last=True)[::-1]


def _without_edge(line: Inlines, last: bool = False) -> Inlines:
    """Inlines from one end, without the spaces that follow that end or another space."""
    step = -1 if last else 1
    spaced = True

    def trim(inline: Inline) -> Inline:
        nonlocal spaced
        match inline:
            case str():
                kept = ""
                for letter in inline[::step]:
                    kept += "" if spaced and letter == " " else letter
                    spaced = letter == " "
                return kept[::step]
            case Emphasis(content) | Strong(content) | Inserted(content) | Deleted(content):
                return replace(inline, content=within(content))
            case Foreign(_, content) | Link(_, content):
                return replace(inline, content=within(content))
            case _:
                spaced = False
                return inline

    def within(content: Inlines) -> Inlines:
        return tuple(trim(one) for one in content[::step])[::step]

    return tuple(trim(inline) for inline in line)


# Composite, or what hypothesis prints of them has millions of characters.
@st.composite
def titles(draw: st.DrawFn) -> Inlines:
    return draw(_TITLES)


@st.composite
def _noted(draw: st.DrawFn) -> Inlines:
    return draw(_NOTED)


@st.composite
def lines(draw: st.DrawFn) -> Inlines:
    return draw(_LINES)


TITLES, NOTED, LINES = titles(), _noted(), lines()
_LINKS = st.builds(Link, _ADDRESSES, TITLES)
_CITATIONS = st.builds(
    Citation, st.just(""), st.sampled_from(("1", "12")), st.sampled_from(("", "art. 6", "§ [2]"))
)
_NOTES = st.builds(Note, st.just(""), st.just(""), NOTED)
_TITLES = _line()
_NOTED = _line(_LINKS, _CITATIONS)
_LINES = _line(_LINKS, _CITATIONS, _NOTES, _images())

# Blocks ------------------------------------------------------------------------------------

_IDS = st.sampled_from(("", "x"))  # "x": it gets an id of its own
_ROLES = st.sampled_from(("", "timeline", "lead", "unknown-role"))
_ALIGNS = st.sampled_from(("start", "end", "center"))


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[Inlines] = LINES) -> Table:
    width = draw(st.integers(1, 3))
    cells = st.one_of(st.just(()), cell)
    columns = draw(st.lists(
        st.builds(Column, st.one_of(st.just(()), TITLES), _ALIGNS), min_size=width, max_size=width
    ))  # fmt: skip
    rows = st.builds(Row, st.lists(cells, min_size=width, max_size=width).map(tuple), _IDS)
    return Table(
        tuple(columns),
        tuple(draw(st.lists(rows, max_size=3))),
        caption=(caption := draw(st.one_of(st.just(()), LINES))),
        label=draw(st.sampled_from(("", "Table 2"))) if caption else "",
        row_headers=draw(st.booleans()),
        source=draw(st.one_of(st.just(()), LINES)),
        role=draw(_ROLES),
        id=draw(_IDS),
    )


@st.composite
def _figures(draw: st.DrawFn) -> Figure:
    caption = draw(st.one_of(st.just(()), LINES))
    return Figure(
        draw(_images()),
        caption,
        label=draw(st.sampled_from(("", "Figure 3"))) if caption else "",
        source=draw(st.one_of(st.just(()), LINES)),
        twin=draw(st.one_of(st.none(), tables(NOTED))),
        role=draw(_ROLES),
        id=draw(_IDS),
    )


_PARAGRAPHS = st.builds(Paragraph, LINES, _ROLES, _IDS)


def _each(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    content = st.lists(inner, max_size=2).map(tuple)
    items = st.lists(st.builds(Item, content, _IDS), min_size=1, max_size=3).map(tuple)
    terms = st.lists(
        st.builds(Definition, TITLES, content, _IDS), min_size=1, max_size=2
    ).map(tuple)  # fmt: skip
    return st.one_of(
        _PARAGRAPHS,
        st.builds(List, items, st.booleans(), _ROLES, _IDS),
        st.builds(Definitions, terms, st.sampled_from(("", "facts")), _IDS),
        tables(),
        _figures(),
        st.builds(Box, st.one_of(st.just(()), TITLES), content, _ROLES, _IDS),
    )


def _sections(block: st.SearchStrategy[Block], depth: int) -> st.SearchStrategy[Block]:
    inner = st.one_of(block, _sections(block, depth - 1)) if depth else block
    titles = TITLES.filter(_is_printed)
    return st.builds(Section, titles, st.lists(inner, max_size=3).map(tuple), _ROLES, _IDS)


def _is_printed(title: Inlines) -> bool:
    return any(category(letter)[0] in "LNPS" for letter in text(title))


_ALL = _each(_each(_PARAGRAPHS))


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    return draw(_ALL)


@st.composite
def paragraphs(draw: st.DrawFn) -> Block:
    return draw(_PARAGRAPHS)


# Documents ---------------------------------------------------------------------------------

_SAID = TEXTS.map(_normal)
_METADATA = st.builds(
    Metadata,
    identifier=st.just("random.en"),
    description=_SAID,
    authors=st.lists(_SAID, min_size=1, max_size=2).map(tuple),
    publisher=_SAID,
    issued=st.just("2026-03-14"),
    keywords=st.lists(_SAID, max_size=2).map(tuple),
    license=st.just("CC-BY-4.0"),
)
_LABELS = Labels("Contents", "Notes", "Page", "of", "Show as table")


def documents(
    most: int = 4, block: st.SearchStrategy[Block] | None = None
) -> st.SearchStrategy[Document]:
    """Documents with at most so many blocks in front and so many in the body."""
    return _unsettled(most, blocks() if block is None else block).map(settled)


def long_documents() -> st.SearchStrategy[Document]:
    """Documents that end with a table over more than five pages, or with a list, three deep and
    with notes, over several."""
    end = st.one_of(_long_tables(), _long_lists())
    return st.builds(
        lambda document, block: settled(replace(document, body=(*document.body, block))),
        _unsettled(1, blocks()), end,
    )  # fmt: skip


@st.composite
def _long_tables(draw: st.DrawFn) -> Table:
    drawn = itertools.cycle(draw(st.lists(LINES, min_size=2, max_size=4)))
    rows = (
        Row(
            (
                (f"Row {n}",),
                next(drawn) if n % 25 == 0 else (f"plain words of row {n} " * 9 + "end",),
            )
        )
        for n in range(200)
    )
    columns = tuple(Column(heading) for heading in draw(st.tuples(TITLES, TITLES)))
    return Table(columns, tuple(rows), draw(LINES), "Table 2", draw(st.booleans()))


@st.composite
def _long_lists(draw: st.DrawFn) -> List:
    lines = itertools.cycle(
        (*draw(st.lists(LINES, min_size=2, max_size=4)), ("plain words " * 30,))
    )
    note = draw(NOTED)

    def nested(depth: int) -> List:
        return List(tuple(Item(content(depth)) for _ in range(4)), ordered=depth % 2 == 1)

    def content(depth: int) -> Blocks:
        said = Paragraph((*next(lines), Note("", "", note)))
        return (said, nested(depth - 1)) if depth else (said,)

    return nested(2)


def _unsettled(most: int, block: st.SearchStrategy[Block]) -> st.SearchStrategy[Document]:
    part = st.lists(st.one_of(block, _sections(block, 2)), max_size=most).map(tuple)
    return st.builds(
        Document,
        id=st.just("random"),
        language=st.sampled_from(("en", "fr")),
        series=st.one_of(st.just(""), _SAID),
        title=_SAID,
        subtitle=st.one_of(st.just(""), _SAID),
        dateline=st.one_of(st.just(""), _SAID),
        marking=st.sampled_from(("", "TLP:CLEAR", "TLP:AMBER+STRICT")),
        metadata=_METADATA,
        labels=st.just(_LABELS),
        front=part,
        body=part,
    )


def settled(document: Document) -> Document:
    """With unique ids, notes counted in printed order, and a place for each link to lead to."""
    front, body = document.front, document.body
    body = (*body, Paragraph(("the end",), id="end"))
    numbers: Iterator[int] = itertools.count(1)

    def name(node: Any) -> Any:
        match node:
            case Paragraph() | Item() | List() | Definition() | Definitions() | Row() | Table() \
                    | Figure() | Box() | Section() if node.id == "x":  # fmt: skip
                return replace(node, id=f"id-{next(numbers)}")
        return node

    front, body = transform(front, name), transform(body, name)
    hidden = {
        id(node)
        for figure in walk((front, body))
        if isinstance(figure, Figure)
        for node in walk(figure.twin)  # not every format prints it
    }
    known = [
        known_id
        for node in walk((front, body))
        if (known_id := getattr(node, "id", "")) and id(node) not in hidden and _says(node)
    ]

    def lead(node: Any) -> Any:
        at = int(hashlib.sha256(repr(node).encode()).hexdigest(), 16) % len(known)
        match node:
            case Citation():
                return replace(node, target=known[at])
            case Link(target="#"):
                return replace(node, target=f"#{known[at]}")
        return node

    front, body = transform(front, lead), transform(body, lead)
    front, body = _counted(front, body)
    return replace(document, front=front, body=body)


def _counted(front: Blocks, body: Blocks) -> tuple[Blocks, Blocks]:
    # `transform` goes from the leaves up, and so not in printed order where a caption is under
    # what it names: the numbers come from `walk`. Equal notes are told apart by a serial first.
    serials: Iterator[int] = itertools.count(1)

    def tell(node: Any) -> Any:
        return replace(node, id=f"serial-{next(serials)}") if isinstance(node, Note) else node

    front, body = transform(front, tell), transform(body, tell)
    order = {
        node.id: number
        for number, node in enumerate((n for n in walk((front, body)) if isinstance(n, Note)), 1)
    }

    def count(node: Any) -> Any:
        if isinstance(node, Note):
            number = order[node.id]
            return replace(node, id=f"note-{number}", label=str(number))
        return node

    return transform(front, count), transform(body, count)


def _says(node: Any) -> bool:
    """Whether there is anything to be seen where a link would lead."""
    return any(
        isinstance(part, str) and part.strip()
        for inner in walk(node)
        for part in getattr(inner, "content", ())
        if isinstance(part, str)
    )
