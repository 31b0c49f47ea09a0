"""Document -> a Word file whose every look is a named style of `docx/reference.docx`.

A designer changes the styles, the page, the header and the footer of that file in Word; this module
knows the names. Roles and kinds of text meet styles in the tables at the end.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from pipeline.document import (
    Align,
    Block,
    Blocks,
    Box,
    Column,
    Definition,
    Definitions,
    Document,
    Figure,
    Inlines,
    Item,
    List,
    Paragraph,
    Resources,
    Section,
    Table,
    text,
)
from pipeline.writers.docx_lines import (
    KEPT,
    Draft,
    Forbidden,
    bookmark,
    bookmark_name,
    draw,
    field_mark,
    field_start,
    find_picture,
    line,
    paragraph,
    quote,
    run,
    run_style,
    word_field,
)
from pipeline.writers.docx_package import pack
from pipeline.writers.docx_reference import read_reference


def write(document: Document, resources: Resources) -> bytes:
    """The Document as .docx: equal bytes for equal arguments.

    Raises KeyError without the reference file, ValueError when that lacks a style, when a picture
    is missing, and when a text holds a character that XML cannot.
    """
    reference = read_reference(resources.templates["docx/reference.docx"], _STYLES, _LIST_STYLES)
    draft = Draft(reference, resources.pictures, dict(_labels((document.front, document.body))))
    try:
        return pack(document, _content(document, draft), _marking(document), draft)
    except Forbidden as error:
        raise ValueError(f"{draft.where or document.id}: {error}") from error


class _Place(NamedTuple):
    """What a block inherits from where it stands."""

    text: str = "Body Text"
    bullets: str = "List Bullet"
    numbers: str = "List Number"
    term: str = "Definition Term"
    definition: str = "Definition"
    width: int = 0  # in twentieths of a point
    depth: int = 1  # of the next heading
    level: int = -1  # of the list round it
    listed: bool = False  # headings go into the contents list


def _labels(blocks: Iterable[object]) -> Iterator[tuple[str, str]]:
    """Tables and figures that are counted, by id."""
    for block in blocks:
        match block:
            case tuple():
                yield from _labels(block)
            case Section() | Box() | Item() | Definition():
                yield from _labels(block.content)
            case List() | Definitions():
                yield from _labels(block.items)
            case Table() | Figure() if block.label:
                yield block.id, block.label


# The text in order ---------------------------------------------------------------------------


def _content(document: Document, draft: Draft) -> str:
    place = _Place(width=draft.reference.width)
    front = _masthead(document, draft) + _blocks(document.front, place, draft)
    body = _blocks(document.body, place._replace(listed=True), draft)
    # Word finds the part that its contents list covers by this bookmark.
    start, end = bookmark(_BODY, draft)
    rest = "".join(itertools.chain(*(bookmark(name, draft) for name in draft.marks)))
    contents = _contents(document, draft)
    return f"{front}{contents}{start}{body}{rest}{end}{draft.reference.section}"


def _masthead(document: Document, draft: Draft) -> str:
    lines = (
        ("Series", document.series),
        ("Title", document.title),
        ("Subtitle", document.subtitle),
        ("Dateline", document.dateline),
    )
    printed = "".join(paragraph(style, run(words), draft) for style, words in lines if words)
    if document.marking:
        words = run(document.marking, run_style(_marking(document), draft))
        printed += paragraph("Masthead Marking", words, draft)
    return printed


def _marking(document: Document) -> str:
    return _MARKINGS.get(document.marking, "Marking")


def _contents(document: Document, draft: Draft) -> str:
    """A table of contents that is finished: Word shows it as it stands and asks nothing.

    The pages are not known here; F9 in Word adds them. The frame tells what is not the author's.
    """
    if not draft.entries or not document.labels.contents:
        return ""
    lines = [
        f'<w:hyperlink w:anchor="{name}" w:history="1">{run(title)}</w:hyperlink>'
        for _, name, title in draft.entries
    ]
    lines[0] = field_start(f'TOC \\o "1-2" \\h \\z \\u \\b {_BODY}') + lines[0]
    lines[-1] += field_mark("end")
    styles = [f"toc {depth}" for depth, _, _ in draft.entries]
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        + paragraph("TOC Heading", run(document.labels.contents), draft)
        + "".join(map(paragraph, styles, lines, itertools.repeat(draft)))
        + "</w:sdtContent></w:sdt>"
    )


# Blocks --------------------------------------------------------------------------------------


def _blocks(blocks: Blocks, place: _Place, draft: Draft) -> str:
    return "".join([_block(block, place, draft) for block in blocks])


def _block(block: Block, place: _Place, draft: Draft) -> str:
    draft.mark(block.id)
    match block:
        case Paragraph():
            style = _PARAGRAPHS.get(block.role, place.text)
            return paragraph(style, line(block.content, draft), draft)
        case List():
            return _list(block, place, draft)
        case Definitions():
            items = _facts if block.role == "facts" else _definitions
            return items(block.items, place, draft)
        case Table():
            return _table(block, place, draft)
        case Figure():
            return _figure(block, place, draft)
        case Box():
            return _box(block, place, draft)
        case Section():
            return _section(block, place, draft)
        case _:
            assert_never(block)


def _section(section: Section, place: _Place, draft: Draft) -> str:
    depth = min(place.depth, 9)  # Word knows nine levels
    if place.listed and depth <= 2:
        if not section.id:
            draft.marks.append(f"_Toc{len(draft.entries) + 1}")
        draft.entries.append((depth, draft.marks[-1], text(section.title)))
    heading = paragraph(f"heading {depth}", line(section.title, draft), draft)
    return heading + _blocks(section.content, place._replace(depth=place.depth + 1), draft)


def _box(box: Box, place: _Place, draft: Draft) -> str:
    title, inside = _BOXES.get(box.role, _BOXES[""])
    inside = inside._replace(width=place.width, depth=place.depth)
    if box.title:
        heading = paragraph(title, line(box.title, draft), draft)
        return heading + _blocks(box.content, inside, draft)
    opening = inside._replace(text=_OPENINGS.get(box.role, inside.text))
    first, rest = box.content[:1], box.content[1:]
    return _blocks(first, opening, draft) + _blocks(rest, inside, draft)


def _list(block: List, place: _Place, draft: Draft) -> str:
    default = place.numbers if block.ordered else place.bullets
    style = _LISTS.get((block.role, block.ordered), default)
    level = min(place.level + 1, 8)  # Word knows nine levels
    abstract, number = draft.reference.lists[style.lower()]
    if block.ordered:
        # A list of its own, or Word would count on from the last one.
        draft.lists.append((abstract, level))
        number = str(draft.reference.numbers + len(draft.lists))
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    inside = place._replace(level=level, listed=False)
    if place.text == "Body Text" or place.text in _CONTINUED:
        inside = inside._replace(text=_CONTINUED[min(level, len(_CONTINUED) - 1)])
    return "".join([_item(item, style, numbered, inside, draft) for item in block.items])


def _item(item: Item, style: str, number: str, place: _Place, draft: Draft) -> str:
    draft.mark(item.id)
    match item.content:
        case (Paragraph() as first, *rest):
            draft.mark(first.id)
            words = line(first.content, draft)
        case rest:
            words = ""
    return paragraph(style, words, draft, number) + _blocks(tuple(rest), place, draft)


def _definitions(items: tuple[Definition, ...], place: _Place, draft: Draft) -> str:
    inside = place._replace(text=place.definition, listed=False)
    printed = ""
    for item in items:
        draft.mark(item.id)
        printed += paragraph(place.term, line(item.term, draft), draft)
        printed += _blocks(item.content, inside, draft)
    return printed


def _facts(items: tuple[Definition, ...], place: _Place, draft: Draft) -> str:
    """Two columns, a row each: a reader looks down the terms, an editor adds a row by Tab."""
    widths = _widths((1.0, 2.6), place.width)
    inside = _CELL._replace(width=widths[1] - _CELL_MARGINS, depth=place.depth)
    rows = ""
    for item, kept in zip(items, _kept(len(items), False), strict=True):
        draft.mark(item.id)
        term = paragraph("Facts Term", line(item.term, draft), draft, kept)
        value = _blocks(item.content, inside, draft)
        if not value.endswith("</w:p>"):  # Word wants a paragraph at the end of each cell
            value += paragraph("Table Text", "", draft)
        rows += _row(widths, (term, value))
    if not rows:
        return ""
    table = _grid(draft.style("Facts Table"), rows, widths, False, True)
    return table + paragraph("Table End", "", draft)


# Tables and figures --------------------------------------------------------------------------


def _table(table: Table, place: _Place, draft: Draft) -> str:
    caption = _caption(table.label, table.caption, "Table", table.id, draft)
    count = max([len(table.columns), *(len(row.cells) for row in table.rows)])
    if not count:
        return caption + _source(table.source, draft)
    columns = table.columns + (Column(()),) * (count - len(table.columns))
    widths = _widths([column.width for column in columns], place.width)
    headed = any(column.heading for column in columns)
    rows = ""
    if headed:
        head = [paragraph(_HEADS[c.align], line(c.heading, draft), draft) for c in columns]
        rows = _row(widths, head, "<w:tblHeader/>")
    looks = [_CELLS[column.align] for column in columns]
    if table.row_headers and columns[0].align == "start":
        looks[0] = "Table Row Head"
    for row, kept in zip(table.rows, _kept(len(table.rows), bool(table.source)), strict=True):
        draft.mark(row.id)
        cells = row.cells + ((),) * (count - len(row.cells))
        words = [line(cell, draft) for cell in cells]
        bound = (kept, *itertools.repeat("", count - 1))
        rows += _row(widths, map(paragraph, looks, words, itertools.repeat(draft), bound))
    style = draft.style(_TABLES.get(table.role, _TABLES[""]))
    grid = _grid(style, rows, widths, headed, table.row_headers, _said(table))
    # Word makes one table of two that nothing stands between.
    return caption + grid + (_source(table.source, draft) or paragraph("Table End", "", draft))


def _kept(rows: int, followed: bool) -> list[str]:
    """What the first paragraph of each row says, which binds the row to the next one or the last
    to the source below: short tables stay whole, no row of a long one stands alone at its ends."""
    bound = [rows <= _SHORT or row in (0, rows - 2) for row in range(rows - 1)]
    return [KEPT if one else "" for one in (*bound, followed)][:rows]


def _row(widths: list[int], cells: Iterable[str], head: str = "") -> str:
    printed = "".join([
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'
        for width, content in zip(widths, cells, strict=True)
    ])  # fmt: skip
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{printed}</w:tr>"


def _grid(
    style: str, rows: str, widths: list[int], headed: bool, row_headers: bool, said: str = ""
) -> str:
    # ECMA-376-1 17.4.55: bits for first row and column; rows and columns without bands.
    look = 0x0600 | headed * 0x0020 | row_headers * 0x0080
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{look:04X}" w:firstRow="{headed:d}" w:lastRow="0"'
        f' w:firstColumn="{row_headers:d}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"{said}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _widths(shares: Iterable[float], width: int) -> list[int]:
    """`width` in whole parts that add up to it."""
    shares = [max(share, 0.01) for share in shares]
    total = sum(shares)
    ends = [round(width * sum(shares[: n + 1]) / total) for n in range(len(shares))]
    return [end - start for start, end in itertools.pairwise([0, *ends])]


def _said(table: Table) -> str:
    """Title and description, which screen readers say when they enter the table."""
    title = f"<w:tblCaption w:val={quote(table.label)}/>" if table.label else ""
    words = text(table.caption)
    return title + (f"<w:tblDescription w:val={quote(words)}/>" if words else "")


def _caption(label: str, caption: Inlines, kind: str, id: str, draft: Draft) -> str:
    """A paragraph, never a table: so lists of figures find it, and it keeps its own style."""
    if not (label or caption):
        return ""
    word, _, number = label.rpartition(" ")
    printed = run(label) if label else ""
    if word and number.isdecimal():
        # The name in the field is Word's for English; the word before it is the edition's own.
        printed = run(f"{word} ") + word_field(f"SEQ {kind} \\* ARABIC", run(number))
    if label and id:
        start, end = bookmark(bookmark_name(id, "_Ref_"), draft)
        printed = start + printed + end
    between = run(". ") if label and caption else ""
    return paragraph("Caption", printed + between + line(caption, draft), draft)


def _source(source: Inlines, draft: Draft) -> str:
    return paragraph("Source", line(source, draft), draft) if source else ""


def _figure(figure: Figure, place: _Place, draft: Draft) -> str:
    """The picture, its caption, its source; its twin is not printed."""
    picture = find_picture(figure.image, draft)
    width, height = max(picture.width, 1) * _PIXEL, max(picture.height, 1) * _PIXEL
    # As wide as the text, unless it is much smaller or would leave no room for the caption.
    fitted = place.width * _TWIP / width
    scale = min(fitted if fitted < 4 / 3 else 1, draft.reference.height * _TWIP * 0.75 / height)
    shape = draw(figure.image, round(width * scale), round(height * scale), draft)
    printed = paragraph("Figure", f"<w:r>{shape}</w:r>", draft)
    below = _caption(figure.label, figure.caption, "Figure", figure.id, draft)
    below += _source(figure.source, draft)
    return printed + (below or paragraph("Table End", "", draft))


# Tables --------------------------------------------------------------------------------------

# Which style shows which role. A role that is not here takes the look of its place.
_PARAGRAPHS: Mapping[str, str] = {
    "lead": "Lead",
    "judgement-assessment": "Judgement Assessment",
    "indicators": "Indicator Title",
    "basis": "Basis",
    "as-of": "As Of",
}
_LISTS: Mapping[tuple[str, bool], str] = {  # by role and whether it is numbered
    ("judgements", True): "Judgement",
    ("questions", True): "Question",
    ("links", False): "Link Entry",
    ("indicators", False): "Indicator",
    ("references", True): "Reference",
}
_TABLES: Mapping[str, str] = {
    "": "Briefing Table",
    "states": "Briefing Table",
    "charter": "Briefing Table",
    "timeline": "Timeline Table",
    "matrix": "Matrix Table",
}
_CELL = _Place("Table Text", "Table Bullet", "Table Number", "Facts Term", "Table Text")
_BOXES: Mapping[str, tuple[str, _Place]] = {  # the title's style, the look of the content
    "": ("Box Title", _Place("Box Text", "Box Bullet", "Box Number", "Box Term", "Box Text")),
    "facts": ("Facts Title", _Place()),
    "imprint": (
        "Imprint Title",
        _Place("Imprint Text", term="Imprint Term", definition="Imprint Text"),
    ),
}
# The first paragraph of a box without a title.
_OPENINGS: Mapping[str, str] = {"imprint": "Imprint Opening"}
_CONTINUED = (
    "List Continue", "List Continue 2", "List Continue 3", "List Continue 4", "List Continue 5",
)  # fmt: skip
_CELLS: Mapping[Align, str] = {
    "start": "Table Text",
    "end": "Table Text Right",
    "center": "Table Text Center",
}
_HEADS: Mapping[Align, str] = {
    "start": "Table Head",
    "end": "Table Head Right",
    "center": "Table Head Center",
}
# FIRST, Traffic Light Protocol 2.0: a colour for each label; TLP:CLEAR is white.
_MARKINGS: Mapping[str, str] = {
    "TLP:GREEN": "Marking Green",
    "TLP:AMBER": "Marking Amber",
    "TLP:AMBER+STRICT": "Marking Amber",
    "TLP:RED": "Marking Red",
}
_LIST_STYLES = (
    *_LISTS.values(),
    "List Bullet", "List Number", "Box Bullet", "Box Number", "Table Bullet", "Table Number",
)  # fmt: skip
_STYLES = (
    "Series", "Title", "Subtitle", "Dateline", "Masthead Marking", "TOC Heading", "toc 1", "toc 2",
    *(f"heading {depth}" for depth in range(1, 10)),
    "Body Text", *_PARAGRAPHS.values(), *_LIST_STYLES, *_CONTINUED,
    "Definition Term", "Definition", "Facts Title", "Facts Term", "Facts Table",
    *dict.fromkeys(_TABLES.values()), *_CELLS.values(), *_HEADS.values(), "Table Row Head",
    "Table End", "Caption", "Figure", "Source", "Box Title", "Box Text", "Box Term",
    "Imprint Title", "Imprint Text", "Imprint Term", *_OPENINGS.values(), "footnote text",
    "footnote reference", "Emphasis", "Strong", "Hyperlink", "Citation Mark", "Inserted",
    "Deleted", "Inline Picture",
    "Marking", *dict.fromkeys(_MARKINGS.values()),
)  # fmt: skip

_BODY = "_Body"  # a bookmark; Word hides those that begin so
_SHORT = 10  # rows of a table that is kept on one page
_CELL_MARGINS = 180  # left and right, in twentieths of a point
_PIXEL, _TWIP = 9525, 635  # in English Metric Units
