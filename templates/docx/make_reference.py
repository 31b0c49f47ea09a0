"""Make `reference.docx` from nothing: its styles, lists, page, header and footer as text to review.

In: the tables below. Out: the file beside this one, the same bytes each time. The build never runs
this script. Once a designer has saved `reference.docx` in Word, that file is the source of truth.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

INK, MUTED, TEAL, RULE, TINT = "1B2733", "55606B", "0B5563", "C9D0D6", "EEF3F4"
SERIF, SANS = "Georgia", "Calibri"
WIDTH = 9298  # of the text, in twentieths of a point: 164 mm on A4 with margins of 23 mm


def main() -> None:
    # Times and order are fixed: the archive must not tell when or where it was made.
    with zipfile.ZipFile(Path(__file__).with_name("reference.docx"), "w") as package:
        for name, text in _parts().items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            package.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode())


# Styles --------------------------------------------------------------------------------------


class Style(NamedTuple):
    """A named look. `next` is the style of the paragraph that Enter makes after this one."""

    name: str
    based_on: str = ""
    paragraph: str = ""
    run: str = ""
    kind: str = "paragraph"
    next: str = ""
    table: str = ""


def _font(family: str) -> str:
    return f'<w:rFonts w:ascii="{family}" w:hAnsi="{family}" w:cs="{family}"/>'


def _look(
    color: str = "", size: float = 0, bold: bool | None = None, italic: bool | None = None
) -> str:
    """Run properties in the order of the schema; sizes in points."""

    def toggle(name: str, value: bool | None) -> str:
        on = "" if value else ' w:val="0"'
        return "" if value is None else f"<w:{name}{on}/><w:{name}Cs{on}/>"

    half = f'<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/>' if size else ""
    tint = f'<w:color w:val="{color}"/>' if color else ""
    return toggle("b", bold) + toggle("i", italic) + tint + half


def _space(before: int, after: int, line: int = 0) -> str:
    """Space around a paragraph in twentieths of a point; `line` in 240ths of a line."""
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _indent(left: int, hanging: int = 0, right: int = 0) -> str:
    ends = f' w:right="{right}"' if right else ""
    hangs = f' w:hanging="{hanging}"' if hanging else ""
    return f'<w:ind w:left="{left}"{ends}{hangs}/>'


def _edge(side: str, color: str, size: int, space: int = 0) -> str:
    """`size` in eighths of a point, `space` in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


KEEP = "<w:keepNext/>"
TIGHT = "<w:contextualSpacing/>"
# Word draws a paragraph's border outside its indent, by `space`: so much is given back as indent.
BOX_EDGES = (
    "<w:pBdr>" + _edge("top", TINT, 4, 4) + _edge("left", TEAL, 24, 8) + _edge("bottom", TINT, 4, 4)
    + _edge("right", TINT, 4, 8) + "</w:pBdr>"
    f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>'
)  # fmt: skip
RIGHT, CENTER = '<w:jc w:val="right"/>', '<w:jc w:val="center"/>'


def _tabs(*stops: str) -> str:
    return "<w:tabs>" + "".join(stops) + "</w:tabs>"


END_TAB = f'<w:tab w:val="right" w:pos="{WIDTH}"/>'
DOTS_TAB = f'<w:tab w:val="right" w:leader="dot" w:pos="{WIDTH}"/>'


def _numbered(name: str) -> str:
    return f'<w:numPr><w:numId w:val="{list(LISTS).index(name) + 1}"/></w:numPr>'


def _styles() -> Iterator[Style]:
    def style(
        name: str, based_on: str = "Normal", paragraph: str = "", run: str = "", next: str = ""
    ) -> Style:
        return Style(name, based_on, paragraph, run, next=next)

    def letters(name: str, run: str, based_on: str = "Default Paragraph Font") -> Style:
        return Style(name, based_on, run=run, kind="character")

    yield Style("Normal", run=_look(INK))
    yield Style("Default Paragraph Font", kind="character")
    yield Style("Normal Table", kind="table", table=_cells(108, 0))
    yield Style("No List", kind="numbering")

    # Masthead.
    yield style(
        "Series",
        "Normal",
        KEEP + _space(0, 100),
        "<w:b/><w:bCs/><w:caps/>" + f'<w:color w:val="{TEAL}"/><w:spacing w:val="24"/>'
        '<w:sz w:val="19"/><w:szCs w:val="19"/>',
        "Title",
    )
    yield style(
        "Title",
        "Normal",
        KEEP + "<w:keepLines/>" + _space(0, 80, 252),
        _font(SERIF) + _look(INK, 27, bold=True),
        "Subtitle",
    )
    yield style(
        "Subtitle",
        "Normal",
        KEEP + _space(0, 140, 264),
        _font(SERIF) + _look(MUTED, 13.5, italic=True),
        "Dateline",
    )
    yield style(
        "Dateline",
        "Normal",
        "<w:pBdr>" + _edge("top", TEAL, 8, 7) + "</w:pBdr>" + _space(120, 80),
        _look(MUTED, 10),
        "Body Text",
    )
    yield style("Masthead Marking", "Normal", _space(0, 160), next="Body Text")

    # Text.
    yield style("Body Text", "Normal", _space(0, 130, 281))
    yield style("Lead", "Body Text", _space(0, 200, 288), _look(INK, 12.5), "Body Text")
    yield style("As Of", "Body Text", _space(60, 160), _look(MUTED, 9), "Body Text")
    for level in range(1, 10):
        yield _heading(level)
    yield style(
        "TOC Heading",
        "Normal",
        KEEP + _space(360, 80),
        _font(SERIF) + _look(TEAL, 13, bold=True),
        "Body Text",
    )
    yield style("toc 1", "Normal", _tabs(DOTS_TAB) + _space(60, 20), next="Normal")
    yield style(
        "toc 2",
        "Normal",
        _tabs(DOTS_TAB) + _space(0, 10) + _indent(284),
        _look(MUTED, 10),
        "Normal",
    )

    # Lists: their indents stand in the numbering.
    yield style("List Bullet", "Body Text", _numbered("List Bullet") + _space(0, 60, 276))
    yield style("List Number", "Body Text", _numbered("List Number") + _space(0, 60, 276))
    for level in range(1, 6):
        name = f"List Continue {level}" if level > 1 else "List Continue"
        yield style(name, "Body Text", _space(0, 60, 276) + _indent(STEP * level))
    yield style(
        "Judgement",
        "Body Text",
        KEEP + "<w:keepLines/>" + _numbered("Judgement") + _space(180, 50, 271),
        _look(size=11),
        "Judgement Assessment",
    )
    yield style(
        "Judgement Assessment",
        "Body Text",
        "<w:keepLines/>" + _space(0, 30, 247) + _indent(INSET),
        _look(MUTED, 9),
    )
    yield style("Basis", "Body Text", _space(20, 160, 259), _look(MUTED, 9))
    yield style("Question", "List Number", _numbered("Question"))
    yield style("Link Entry", "List Bullet", _numbered("Link Entry"))
    # Not bold: the words are Strong, and bold said twice is turned off (ECMA-376-1 17.7.3).
    yield style(
        "Indicator Title", "Body Text", KEEP + _space(100, 50), _look(TEAL, 10), "Indicator"
    )
    yield style("Indicator", "List Bullet", _numbered("Indicator"))
    yield style(
        "Reference", "Body Text", _numbered("Reference") + _space(0, 50, 245), _look(size=8)
    )
    yield style(
        "Definition Term", "Body Text", KEEP + _space(120, 10), _look(TEAL, bold=True), "Definition"
    )
    yield style("Definition", "Body Text", _space(0, 60, 276) + _indent(STEP), next="Definition")

    # Tables and figures.
    yield style(
        "caption",
        "Normal",
        KEEP + "<w:keepLines/>" + _space(160, 90),
        _look(TEAL, 9.5, bold=True),
        "Body Text",
    )
    yield style("Figure", "Normal", KEEP + _space(200, 0), next="Caption")
    yield style("Source", "Normal", _space(70, 220), _look(MUTED, 8.5), "Body Text")
    yield style("Table Text", "Normal", _space(0, 0, 254), _look(size=9.5))
    yield style("Table Text Right", "Table Text", RIGHT)
    yield style("Table Text Center", "Table Text", CENTER)
    yield style("Table Row Head", "Table Text", run=_look(bold=True))
    yield style("Table Head", "Table Text", KEEP, _look(TEAL, 9, bold=True))
    yield style("Table Head Right", "Table Head", RIGHT)
    yield style("Table Head Center", "Table Head", CENTER)
    yield style("Table Bullet", "Table Text", _numbered("Table Bullet"))
    yield style("Table Number", "Table Text", _numbered("Table Number"))
    # What stands between a table and what follows: a table itself has no space after it.
    yield style(
        "Table End",
        "Normal",
        '<w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/>',
        _look(size=4),
        "Body Text",
    )

    # What ends the pages of one orientation. It must not need a page of its own.
    yield style(
        "Section End",
        "Normal",
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>',
        _look(size=1),
        "Body Text",
    )

    # Boxes. One frame round all paragraphs: Word joins those of equal borders and indents.
    yield style(
        "Box Text",
        "Body Text",
        BOX_EDGES + _space(0, 70, 269) + _indent(200, right=180),
        _look(size=10),
    )
    yield style(
        "Box Title",
        "Box Text",
        KEEP + _space(200, 70),
        _font(SERIF) + _look(TEAL, 11.5, bold=True),
        "Box Text",
    )
    yield style("Box Term", "Box Text", KEEP + _space(0, 0), _look(TEAL, bold=True), "Box Text")
    yield style("Box Bullet", "Box Text", _numbered("Box Bullet") + TIGHT)
    yield style("Box Number", "Box Text", _numbered("Box Number") + TIGHT)
    yield style(
        "Facts Title",
        "Normal",
        KEEP + _space(240, 80),
        _font(SERIF) + _look(TEAL, 12, bold=True),
        "Body Text",
    )
    yield style("Facts Term", "Table Text", run=_look(TEAL, bold=True))
    yield style("Imprint Text", "Normal", _space(0, 50, 259), _look(MUTED, 9))
    yield style(
        "Imprint Opening",
        "Imprint Text",
        "<w:pBdr>" + _edge("top", TEAL, 8, 8) + "</w:pBdr>" + _space(480, 50),
        next="Imprint Text",
    )
    yield style(
        "Imprint Term", "Imprint Text", KEEP + _space(40, 0), _look(INK, bold=True), "Imprint Text"
    )
    yield style(
        "Imprint Title",
        "Imprint Text",
        KEEP + "<w:pBdr>" + _edge("top", TEAL, 8, 8) + "</w:pBdr>" + _space(480, 50),
        _look(INK, bold=True),
        "Imprint Text",
    )

    # Header, footer, notes.
    yield style(
        "header",
        "Normal",
        "<w:pBdr>" + _edge("bottom", RULE, 4, 4) + "</w:pBdr>" + _tabs(END_TAB) + _space(0, 0),
        _look(MUTED, 8.5),
    )
    yield style("First Header", "header", '<w:pBdr><w:bottom w:val="nil"/></w:pBdr>')
    yield style("footer", "Normal", _tabs(END_TAB) + _space(0, 0), _look(MUTED, 8.5))
    yield style("footnote text", "Normal", _space(0, 40, 240) + _indent(170, 170), _look(size=9))

    # In a line. A run has one style: what is strong in a link has a style for both.
    yield from _blends("", "")
    yield from _blends("Hyperlink", f'<w:color w:val="{TEAL}"/><w:u w:val="single"/>')
    yield letters("FollowedHyperlink", f'<w:color w:val="{MUTED}"/><w:u w:val="single"/>')
    yield from _blends("Citation Mark", f'<w:color w:val="{TEAL}"/>')
    yield letters(
        "footnote reference", f'<w:color w:val="{TEAL}"/><w:vertAlign w:val="superscript"/>'
    )
    yield from _blends("Inserted", '<w:color w:val="0B6B3A"/><w:u w:val="single"/>')
    yield from _blends("Deleted", '<w:strike/><w:color w:val="9B1C1C"/>')
    # A flag of one em would stand on the line like a letter without a descender.
    yield letters("Inline Picture", '<w:position w:val="-2"/>')
    # FIRST, Traffic Light Protocol 2.0: the colour of each label on black, 12 points or larger.
    yield letters("Marking", _marking("FFFFFF"))
    yield letters("Marking Green", _marking("33FF00"), "Marking")
    yield letters("Marking Amber", _marking("FFC000"), "Marking")
    yield letters("Marking Red", _marking("FF2B2B"), "Marking")

    yield from _tables()


BLENDS = {
    "Strong": "<w:b/><w:bCs/>",
    "Emphasis": "<w:i/><w:iCs/>",
    "Emphasis Strong": "<w:b/><w:bCs/><w:i/><w:iCs/>",
}


def _blends(name: str, run: str) -> Iterator[Style]:
    """A character style, and what is based on it for words that are also strong or emphasised."""
    base = name or "Default Paragraph Font"
    if name:
        yield Style(name, "Default Paragraph Font", run=run, kind="character")
    for blend, look in BLENDS.items():
        yield Style(f"{name} {blend}".strip(), base, run=look, kind="character")


def _marking(color: str) -> str:
    return _look(color, 12, bold=True) + '<w:shd w:val="clear" w:color="auto" w:fill="000000"/>'


def _heading(level: int) -> Style:
    family, color, size, before, after = {
        1: (SERIF, TEAL, 17, 400, 130),
        2: (SERIF, INK, 13.5, 300, 90),
        3: (SERIF, TEAL, 11.5, 240, 70),
        4: (SANS, INK, 11, 200, 50),
    }.get(level, (SANS, MUTED, 10.5, 180, 40))
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    paragraph = KEEP + "<w:keepLines/>" + _space(before, after) + outline
    run = _font(family) + _look(color, size, bold=True, italic=True if level > 5 else None)
    return Style(f"heading {level}", "Normal", paragraph, run, next="Body Text")


# Table styles --------------------------------------------------------------------------------


def _cells(sides: int, ends: int) -> str:
    return (
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="{ends}" w:type="dxa"/>'
        f'<w:left w:w="{sides}" w:type="dxa"/><w:bottom w:w="{ends}" w:type="dxa"/>'
        f'<w:right w:w="{sides}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )


def _tables() -> Iterator[Style]:
    def table(name: str, borders: str, conditions: str = "", sides: int = 90) -> Style:
        cells = _cells(sides, 50).replace(
            "<w:tblCellMar>", f"<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>"
        )
        return Style(name, "Normal Table", kind="table", table=cells + conditions)

    head = (
        '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
        + _edge("bottom", TEAL, 8)
        + f'</w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    rules = _edge("top", TEAL, 8) + _edge("bottom", TEAL, 8) + _edge("insideH", RULE, 4)
    grid = rules + _edge("insideV", RULE, 4)
    # No bold here: a paragraph style that is bold too would turn it off (ECMA-376-1 17.7.3).
    yield table("Briefing Table", rules, head)
    yield table("Timeline Table", rules, head)
    yield table("Matrix Table", grid, head)
    yield table("Facts Table", rules)


# Lists ---------------------------------------------------------------------------------------

STEP, INSET = 340, 454  # twentieths of a point
BULLETS, NUMBERS = ("•", "–", "▪"), ("decimal", "lowerLetter", "lowerRoman")
# By the style that uses it: what stands before an item, first indent, hang, look of the mark.
LISTS: Mapping[str, tuple[tuple[str, ...], int, int, str]] = {
    "List Bullet": (BULLETS, STEP, STEP, _look(TEAL)),
    "List Number": (NUMBERS, STEP, STEP, _look(TEAL)),
    "Judgement": (NUMBERS, INSET, INSET, _font(SERIF) + _look(TEAL, 12, bold=True)),
    "Question": (NUMBERS, STEP, STEP, _look(TEAL)),
    "Link Entry": (("→", "–", "▪"), STEP, STEP, _look(TEAL)),
    "Indicator": (("□", "–", "▪"), STEP, STEP, _look(TEAL)),
    "Reference": (NUMBERS, INSET, INSET, _look(MUTED)),
    "Box Bullet": (BULLETS, 200 + 280, 280, _look(TEAL)),
    "Box Number": (NUMBERS, 200 + 280, 280, _look(TEAL)),
    "Table Bullet": (BULLETS, 220, 220, _look(TEAL)),
    "Table Number": (NUMBERS, 280, 280, _look(TEAL)),
}


def _abstract(number: int, name: str) -> str:
    marks, left, hang, look = LISTS[name]
    levels = ""
    for level in range(9):
        mark = marks[level % 3]
        kind, text = (mark, f"%{level + 1}.") if marks == NUMBERS else ("bullet", mark)
        # Only the first level belongs to the style: Word takes a style's level for the list's.
        owner = f'<w:pStyle w:val="{_id(name)}"/>' if level == 0 else ""
        levels += (
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{owner}'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            f"<w:pPr>{_indent(left + STEP * level, hang)}</w:pPr><w:rPr>{look}</w:rPr></w:lvl>"
        )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{0x0B556300 + number:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="{0x1B273300 + number:08X}"/>'
        f"{levels}</w:abstractNum>"
    )


# Parts ---------------------------------------------------------------------------------------

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = (
    f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    f' xmlns:r="{OFFICE}/relationships"'
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
KINDS = {
    "styles": "styles",
    "numbering": "numbering",
    "settings": "settings",
    "fontTable": "fontTable",
    "theme1": "theme",
    "footnotes": "footnotes",
    "header1": "header",
    "header2": "header",
    "footer1": "footer",
    "footer2": "footer",
}


def _parts() -> dict[str, str]:
    return {
        "[Content_Types].xml": _types(),
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": _document(),
        "word/_rels/document.xml.rels": _relationships(),
        "word/styles.xml": _style_sheet(),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _fonts(),
        "word/theme1.xml": _theme(),
        "word/footnotes.xml": _footnotes(),
        "word/header1.xml": _edge_part("hdr", "header", "{title}"),
        # The masthead below it says the marking.
        "word/header2.xml": f"<w:hdr {SPACES}>{_paragraph('First Header', '')}</w:hdr>",
        "word/footer1.xml": _edge_part("ftr", "footer", _PAGE_OF_PAGES),
        "word/footer2.xml": _edge_part("ftr", "footer", _PAGE_OF_PAGES),
    }


def _types() -> str:
    kinds = {name: f"{WORD}.{kind}+xml" for name, kind in KINDS.items()}
    kinds |= {"document": f"{WORD}.document.main+xml"}
    kinds |= {"theme1": "application/vnd.openxmlformats-officedocument.theme+xml"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>'
        for name, kind in sorted(kinds.items())
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships() -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/relationships/{kind}" Target="{name}.xml"/>'
        for number, (name, kind) in enumerate(KINDS.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def _document() -> str:
    """A specimen: a paragraph in each style, so that a designer sees what there is to change."""
    content = ""
    for style in _styles():
        words = f'<w:t xml:space="preserve">{escape(style.name)}: the quick brown fox</w:t>'
        match style.kind:
            case "paragraph":
                content += _paragraph(style.name, f"<w:r>{words}</w:r>")
            case "character":
                run = f'<w:r><w:rPr><w:rStyle w:val="{_id(style.name)}"/></w:rPr>{words}</w:r>'
                content += _paragraph("Body Text", run)
            case "table":
                content += _specimen_table(style.name) + _paragraph("Table End", "")
    ids = {name: f"rId{number}" for number, name in enumerate(KINDS, 1)}
    section = (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{ids["header1"]}"/>'
        f'<w:headerReference w:type="first" r:id="{ids["header2"]}"/>'
        f'<w:footerReference w:type="default" r:id="{ids["footer1"]}"/>'
        f'<w:footerReference w:type="first" r:id="{ids["footer2"]}"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1474" w:right="1304" w:bottom="1304" w:left="1304" w:header="680"'
        ' w:footer="624" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )
    return f"<w:document {SPACES}><w:body>{content}{section}</w:body></w:document>"


def _specimen_table(name: str) -> str:
    def cell(style: str, words: str) -> str:
        text = _paragraph(style, f"<w:r><w:t>{words}</w:t></w:r>")
        return f'<w:tc><w:tcPr><w:tcW w:w="{WIDTH // 2}" w:type="dxa"/></w:tcPr>{text}</w:tc>'

    column = f'<w:gridCol w:w="{WIDTH // 2}"/>'
    head = cell("Table Head", escape(name)) + cell("Table Head Right", "Number")
    row = cell("Table Row Head", "Row") + cell("Table Text Right", "1")
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{_id(name)}"/><w:tblW w:w="{WIDTH}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="06A0" w:firstRow="1" w:lastRow="0"'
        ' w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{column * 2}</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>"
        f"<w:tr>{row}</w:tr><w:tr>{row}</w:tr></w:tbl>"
    )


def _paragraph(style: str, content: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{_id(style)}"/></w:pPr>{content}</w:p>'


def _id(name: str) -> str:
    """Word's own rule: the name without blanks, its words begun with capitals."""
    special = {"Normal Table": "TableNormal", "toc 1": "TOC1", "toc 2": "TOC2"}
    return special.get(name) or "".join(w[:1].upper() + w[1:] for w in name.split())


# Names that Word gives a meaning of its own; it expects no mark of a custom style on them.
_BUILT_IN = {
    "normal", "title", "subtitle", "body text", "toc heading", "toc 1", "toc 2", "list bullet",
    "list number", "list continue", "caption", "header", "footer", "footnote text", "emphasis",
    "strong", "hyperlink", "followedhyperlink", "footnote reference", "normal table", "no list",
    "default paragraph font",
    *(f"heading {level}" for level in range(1, 10)),
    *(f"list continue {level}" for level in range(2, 6)),
}  # fmt: skip
_DEFAULTS = {"Normal", "Default Paragraph Font", "Normal Table", "No List"}
_HIDDEN = {
    "Default Paragraph Font", "Normal Table", "No List", "Table End", "Section End",
    *(f"{mark} {blend}" for mark in ("Hyperlink", "Citation Mark", "Inserted", "Deleted")
      for blend in BLENDS),
}  # fmt: skip


def _style_sheet() -> str:
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{SANS}" w:eastAsia="{SANS}" w:hAnsi="{SANS}" w:cs="{SANS}"/>'
        f'{_look(size=10.5)}<w:lang w:val="en"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        f"{_space(0, 0, 259)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1"'
        ' w:defUnhideWhenUsed="1" w:defQFormat="0" w:count="376"/>'
    )
    styles = "".join(_style(number, style) for number, style in enumerate(_styles()))
    return f"<w:styles {SPACES}>{defaults}{styles}</w:styles>"


def _style(number: int, style: Style) -> str:
    attributes = f' w:type="{style.kind}"'
    attributes += ' w:default="1"' if style.name in _DEFAULTS else ""
    attributes += "" if style.name.lower() in _BUILT_IN else ' w:customStyle="1"'
    links = f'<w:basedOn w:val="{_id(style.based_on)}"/>' if style.based_on else ""
    links += f'<w:next w:val="{_id(style.next)}"/>' if style.next else ""
    shown = f'<w:uiPriority w:val="{number}"/>'
    if style.name in _HIDDEN:
        shown += "<w:semiHidden/><w:unhideWhenUsed/>"
    elif style.kind in ("paragraph", "character"):
        shown += "<w:qFormat/>"
    paragraph = f"<w:pPr>{style.paragraph}</w:pPr>" if style.paragraph else ""
    run = f"<w:rPr>{style.run}</w:rPr>" if style.run else ""
    return (
        f'<w:style{attributes} w:styleId="{_id(style.name)}"><w:name w:val="{style.name}"/>'
        f"{links}{shown}{paragraph}{run}{style.table}</w:style>"
    )


def _numbering() -> str:
    abstract = "".join(_abstract(number, name) for number, name in enumerate(LISTS))
    nums = "".join(
        f'<w:num w:numId="{number + 1}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in range(len(LISTS))
    )
    return f"<w:numbering {SPACES}>{abstract}{nums}</w:numbering>"


def _settings() -> str:
    """Mode 15 is Word 2013's and later: without it Word opens the file in compatibility mode."""
    uri = "http://schemas.microsoft.com/office/word"
    return (
        f'<w:settings {SPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:footnotePr>'
        '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/>'
        f'<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" w:uri="{uri}"'
        ' w:val="1"/>'
        f'<w:compatSetting w:name="enableOpenTypeFeatures" w:uri="{uri}" w:val="1"/>'
        f'<w:compatSetting w:name="doNotFlipMirrorIndents" w:uri="{uri}" w:val="1"/>'
        f'<w:compatSetting w:name="differentiateMultirowTableHeaders" w:uri="{uri}" w:val="1"/>'
        '</w:compat><w:themeFontLang w:val="en"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )


def _fonts() -> str:
    """Free fonts of the same widths, where Word's own are not installed."""

    def font(name: str, twin: str, family: str) -> str:
        return (
            f'<w:font w:name="{name}"><w:altName w:val="{twin}"/><w:charset w:val="00"/>'
            f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        )

    fonts = font(SANS, "Carlito", "swiss") + font(SERIF, "Gelasio", "roman")
    return f"<w:fonts {SPACES}>{fonts}</w:fonts>"


def _theme() -> str:
    """What Word's colour and font menus offer first. No style refers to it."""
    colors = {
        "dk1": INK, "lt1": "FFFFFF", "dk2": TEAL, "lt2": TINT, "accent1": TEAL, "accent2": MUTED,
        "accent3": "8FA9B0", "accent4": "B4581A", "accent5": "0B6B3A", "accent6": "9B1C1C",
        "hlink": TEAL, "folHlink": MUTED,
    }  # fmt: skip
    scheme = "".join(f'<a:{n}><a:srgbClr val="{c}"/></a:{n}>' for n, c in colors.items())
    fonts = "".join(
        f'<a:{name}><a:latin typeface="{family}"/><a:ea typeface=""/><a:cs typeface=""/></a:{name}>'
        for name, family in (("majorFont", SERIF), ("minorFont", SANS))
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    # The schema wants three of each, even where nothing is drawn.
    formats = (
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst>"
        f'<a:lnStyleLst>{f"""<a:ln w="9525">{fill}</a:ln>""" * 3}</a:lnStyleLst>'
        "<a:effectStyleLst>"
        f"{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
    )
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Briefing">'
        f'<a:themeElements><a:clrScheme name="Briefing">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="Briefing">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="Briefing">{formats}</a:fmtScheme></a:themeElements></a:theme>'
    )


def _footnotes() -> str:
    notes = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p>'
        "</w:footnote>"
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f"<w:footnotes {SPACES}>{notes}</w:footnotes>"


def _edge_part(root: str, style: str, left: str) -> str:
    """A header or footer: `left`, and the marking at the right end of the line."""
    text = left if left.startswith("<") else f"<w:r><w:t>{left}</w:t></w:r>"
    marking = (
        # At the right margin, however wide the page: some pages lie on their longer side.
        '<w:r><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/></w:r>'
        '<w:r><w:rPr><w:rStyle w:val="Marking"/></w:rPr><w:t>{marking}</w:t></w:r>'
    )
    return f"<w:{root} {SPACES}>{_paragraph(style, text + marking)}</w:{root}>"


def _field(code: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return (
        mark("begin") + f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        + mark("separate") + "<w:r><w:t>1</w:t></w:r>" + mark("end")
    )  # fmt: skip


_PAGE_OF_PAGES = (
    '<w:r><w:t xml:space="preserve">{page} </w:t></w:r>' + _field("PAGE")
    + '<w:r><w:t xml:space="preserve"> {of} </w:t></w:r>' + _field("NUMPAGES")
)  # fmt: skip

if __name__ == "__main__":
    main()
