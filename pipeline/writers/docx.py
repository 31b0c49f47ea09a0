"""Document -> a Word file whose every look is a named style of `docx/reference.docx`.

A designer changes the styles, the page, the header and the footer of that file in Word. Which style
shows what stands in `docx_styles`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from pipeline.document import (
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
from pipeline.writers.docx_styles import (
    BOXES,
    CELL,
    CELLS,
    CONTINUED,
    FACTS,
    HEADS,
    LISTS,
    MARKINGS,
    OPENINGS,
    PARAGRAPHS,
    TABLES,
    Place,
)


def write(document: Document, resources: Resources) -> bytes:
    """The Document as .docx: equal bytes for equal arguments.

    Raises KeyError without the reference file, ValueError when that lacks a style, when a picture
    is missing, and when a text holds a character that XML cannot.
    """
    reference = read_reference(resources.templates["docx/reference.docx"])
    draft = Draft(reference, resources.pictures, dict(_named((document.front, document.body))))
    try:
        return pack(document, _content(document, draft), _marking(document), draft)
    except Forbidden as error:
        raise ValueError(f"{draft.where or document.id}: {error}") from error


def _named(blocks: Iterable[object]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What a link may call by its own name, by id: the bookmark round that name, and the name,
    which is the label of a table or figure or the title of a section."""
    for block in blocks:
        match block:
            case tuple():
                yield from _named(block)
            case Section():
                yield block.id, (bookmark_name(block.id), text(block.title))
                yield from _named(block.content)
            case Box() | Item() | Definition():
                yield from _named(block.content)
            case List() | Definitions():
                yield from _named(block.items)
            case Table() | Figure() if block.label:
                yield block.id, (bookmark_name(block.id, "_Ref_"), block.label)


# The text in order ---------------------------------------------------------------------------


def _content(document: Document, draft: Draft) -> str:
    place = Place(width=draft.reference.width)
    front = _masthead(document, draft) + _blocks(document.front, place, draft)
    front += _turned(False, place, draft)
    body = _blocks(document.body, place._replace(listed=True), draft)
    # Word finds the part that its contents list covers by this bookmark.
    start, end = bookmark(_BODY, draft)
    rest = "".join(itertools.chain(*(bookmark(name, draft) for name in draft.marks)))
    contents = _contents(document, draft)
    return f"{front}{contents}{start}{body}{rest}{end}{draft.section()}"


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
    return MARKINGS.get(document.marking, "Marking")


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


# Pages ---------------------------------------------------------------------------------------


def _turned(wide: bool, place: Place, draft: Draft) -> str:
    """What ends the pages that lie one way, where what comes next wants them to lie the other."""
    reference = draft.reference
    if not place.turns or wide == draft.wide or reference.wide_width <= reference.width:
        return ""
    ended = draft.section()
    draft.wide, draft.sections = wide, draft.sections + 1
    # Without the bookmarks that wait: they belong to what comes next.
    style = draft.style("Section End")
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{ended}</w:pPr></w:p>'


def _opens_wide(block: Block) -> bool:
    """Whether a table begins here, below nothing but its headings, that needs the longer side of
    the page: the headings go with it."""
    match block:
        case Table():
            return _count(block) >= _WIDE
        case Section(content=(first, *_)) | Box(content=(first, *_)):
            return _opens_wide(first)
        case _:
            return False


# Blocks --------------------------------------------------------------------------------------


def _blocks(blocks: Blocks, place: Place, draft: Draft) -> str:
    return "".join([_block(block, place, draft) for block in blocks])


def _block(block: Block, place: Place, draft: Draft) -> str:
    turned = _turned(_opens_wide(block), place, draft)
    draft.mark(block.id)
    return turned + _printed(block, place, draft)


def _printed(block: Block, place: Place, draft: Draft) -> str:
    match block:
        case Paragraph():
            style = PARAGRAPHS.get(block.role, place.text)
            return paragraph(style, line(block.content, draft), draft)
        case List():
            return _list(block, place, draft)
        case Definitions():
            if block.role in FACTS:
                return _facts(block.items, FACTS[block.role], place, draft)
            return _definitions(block.items, place, draft)
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


def _section(section: Section, place: Place, draft: Draft) -> str:
    depth = min(place.depth, 9)  # Word knows nine levels
    if place.listed and depth <= 2:
        if not section.id:
            draft.marks.append(f"_Toc{len(draft.entries) + 1}")
        draft.entries.append((depth, draft.marks[-1], text(section.title)))
    heading = paragraph(f"heading {depth}", line(section.title, draft), draft)
    inside = place._replace(depth=place.depth + 1, outer=_NONE)
    return heading + _blocks(section.content, inside, draft)


def _box(box: Box, place: Place, draft: Draft) -> str:
    title, inside = BOXES.get(box.role, BOXES[""])
    inside = inside._replace(width=place.width, depth=place.depth, turns=place.turns)
    if box.title:
        heading = paragraph(title, line(box.title, draft), draft)
        return heading + _blocks(box.content, inside, draft)
    opening = inside._replace(text=OPENINGS.get(box.role, inside.text))
    first, rest = box.content[:1], box.content[1:]
    return _blocks(first, opening, draft) + _blocks(rest, inside, draft)


def _list(block: List, place: Place, draft: Draft) -> str:
    default = place.numbers if block.ordered else place.bullets
    style = LISTS.get((block.role, block.ordered), default)
    level = min(place.level + 1, 8)  # Word knows nine levels
    number = _number(style, level, place, draft)
    inside = place._replace(level=level, outer=(style, number), listed=False)
    if place.text == "Body Text" or place.text in CONTINUED:
        inside = inside._replace(text=CONTINUED[min(level, len(CONTINUED) - 1)])
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return "".join([_item(item, style, numbered, inside, draft) for item in block.items])


def _number(style: str, level: int, place: Place, draft: Draft) -> str:
    """A list in an item of its own style is the next level of the list round it: Word starts that
    anew under each item. Any other is a list of its own, or Word would count on from the last."""
    if place.outer[0] == style and level > place.level:
        return place.outer[1]
    draft.lists.append((draft.reference.lists[style.lower()][0], level))
    return str(draft.reference.numbers + len(draft.lists))


def _item(item: Item, style: str, number: str, place: Place, draft: Draft) -> str:
    draft.mark(item.id)
    match item.content:
        case (Paragraph() as first, *rest):
            draft.mark(first.id)
            words = line(first.content, draft)
        case rest:
            words = ""
    printed = paragraph(style, words, draft, number)
    for block in rest:
        printed += _block(block, place, draft)
        if isinstance(block, List):  # a second one would go on where this one ends
            place = place._replace(outer=_NONE)
    return printed


def _definitions(items: tuple[Definition, ...], place: Place, draft: Draft) -> str:
    inside = place._replace(text=place.definition, listed=False, outer=_NONE)
    printed = ""
    for item in items:
        draft.mark(item.id)
        printed += paragraph(place.term, line(item.term, draft), draft)
        printed += _blocks(item.content, inside, draft)
    return printed


def _facts(
    items: tuple[Definition, ...], shares: tuple[float, float], place: Place, draft: Draft
) -> str:
    """Two columns, a row each: a reader looks down the terms, an editor adds a row by Tab."""
    widths = _widths(shares, place.width)
    inside = CELL._replace(width=widths[1] - _CELL_MARGINS, depth=place.depth)
    said = [(text(item.term), " ".join(_said_in(item.content))) for item in items]
    rows = ""
    for item, kept in zip(items, _kept(_heights(said, widths), False), strict=True):
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


def _said_in(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield text(block.content)


# Tables and figures --------------------------------------------------------------------------


def _table(table: Table, place: Place, draft: Draft) -> str:
    caption = _caption(table.label, table.caption, "Table", table.id, draft)
    count, headed = _count(table), any(column.heading for column in table.columns)
    if not count or not (headed or table.rows):  # Word calls a table without rows corrupt
        return caption + _source(table.source, draft)
    columns = table.columns + (Column(()),) * (count - len(table.columns))
    cells = [row.cells + ((),) * (count - len(row.cells)) for row in table.rows]
    said = [[text(cell) for cell in row] for row in cells]
    head = [text(column.heading) for column in columns]
    width = draft.reference.wide_width if draft.wide else place.width
    widths = _widths([column.width for column in columns], width, _least([head, *said], width))
    rows = ""
    if headed:
        heads = [paragraph(HEADS[c.align], line(c.heading, draft), draft) for c in columns]
        rows = _row(widths, heads, "<w:tblHeader/>")
    looks = [CELLS[column.align] for column in columns]
    if table.row_headers and columns[0].align == "start":
        looks[0] = "Table Row Head"
    bounds = _kept(_heights(said, widths), bool(table.source))
    for row, content, kept in zip(table.rows, cells, bounds, strict=True):
        draft.mark(row.id)
        words = [line(cell, draft) for cell in content]
        bound = (kept, *itertools.repeat("", count - 1))
        rows += _row(widths, map(paragraph, looks, words, itertools.repeat(draft), bound))
    style = draft.style(TABLES.get(table.role, TABLES[""]))
    grid = _grid(style, rows, widths, headed, table.row_headers, _described(table))
    # Word makes one table of two that nothing stands between.
    return caption + grid + (_source(table.source, draft) or paragraph("Table End", "", draft))


def _count(table: Table) -> int:
    return max([len(table.columns), *(len(row.cells) for row in table.rows)])


def _kept(heights: Sequence[int], followed: bool) -> list[str]:
    """What the first paragraph of each row says, which binds the row to the next one or the last
    to the source below: short tables stay whole, no row of a long one stands alone at its ends."""
    rows, short = len(heights), sum(heights) <= _SHORT
    bound = [short or row in (0, rows - 2) for row in range(rows - 1)]
    return [KEPT if one else "" for one in (*bound, followed)][:rows]


def _heights(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> list[int]:
    """About how many lines each row takes."""
    room = [max((width - _CELL_MARGINS) // _LETTER, 1) for width in widths]
    return [max(-(-len(said) // r) for said, r in zip(row, room, strict=True)) or 1 for row in rows]


def _least(rows: Iterable[Sequence[str]], width: int) -> list[int]:
    """About the width that the longest word of each column takes; words as long as addresses are
    broken anyway."""
    longest = [max(len(word) for said in column for word in (*said.split(), ""))
               for column in zip(*rows, strict=True)]  # fmt: skip
    return [min(_CELL_MARGINS + _LETTER * (letters + 1), width // 3) for letters in longest]


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


def _widths(shares: Sequence[float], width: int, least: Sequence[int] = ()) -> list[int]:
    """`width` in whole parts that add up to it. A column that would be less than `least` takes
    what it lacks from those that have more, as far as there is any."""
    shares = [max(share, 0.01) for share in shares]
    parts = [width * share / sum(shares) for share in shares]
    if least and sum(least) < width:
        wanted = [max(part, low) for part, low in zip(parts, least, strict=True)]
        spare = [part - low for part, low in zip(wanted, least, strict=True)]
        over = (sum(wanted) - width) / (sum(spare) or 1)
        parts = [part - over * more for part, more in zip(wanted, spare, strict=True)]
    ends = [round(end) for end in itertools.accumulate(parts)]
    return [end - start for start, end in itertools.pairwise([0, *ends])]


def _described(table: Table) -> str:
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
        # Word's own captions count by their word, "Figure", "Tableau", where it is a single one.
        counted = word if word.isalpha() else kind
        printed = run(f"{word} ") + word_field(f"SEQ {counted} \\* ARABIC", run(number))
    if label and id:
        start, end = bookmark(bookmark_name(id, "_Ref_"), draft)
        printed = start + printed + end
    between = run(". ") if label and caption else ""
    return paragraph("Caption", printed + between + line(caption, draft), draft)


def _source(source: Inlines, draft: Draft) -> str:
    return paragraph("Source", line(source, draft), draft) if source else ""


def _figure(figure: Figure, place: Place, draft: Draft) -> str:
    """The picture, its caption, its source; its twin is not printed."""
    picture = find_picture(figure.image, draft)
    width, height = max(picture.width, 1) * _PIXEL, max(picture.height, 1) * _PIXEL
    # As wide as the text, unless it is much smaller or so high that it would push a page apart.
    fitted = place.width * _TWIP / width
    scale = min(fitted if fitted < 4 / 3 else 1, draft.reference.height * _TWIP * _HIGHEST / height)
    shape = draw(figure.image, round(width * scale), round(height * scale), draft)
    printed = paragraph("Figure", f"<w:r>{shape}</w:r>", draft)
    below = _caption(figure.label, figure.caption, "Figure", figure.id, draft)
    below += _source(figure.source, draft)
    return printed + (below or paragraph("Table End", "", draft))


# Tables --------------------------------------------------------------------------------------

_BODY = "_Body"  # a bookmark; Word hides those that begin so
_WIDE = 7  # columns of a table that needs the page turned
_SHORT = 16  # lines of a table that is kept on one page
_NONE = ("", "")
_HIGHEST = 0.38  # of a page, for a figure: then two fit on one, with their captions
_CELL_MARGINS = 180  # left and right, in twentieths of a point
_LETTER = 98  # the width of a letter in a table, near enough, in twentieths of a point
_PIXEL, _TWIP = 9525, 635  # in English Metric Units
