"""WeasyPrint, python-docx and Jinja2, used as their manuals show; style sheet and fonts are read
once for all documents of the process."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from tests.bench.peers.shared import FACES, FONTS, HERE, read, template


def make(files: Sequence[Path], formats: Sequence[str], output: Path) -> None:
    for path in files:
        said = read(path)
        for format in formats:
            _WRITERS[format](said, output / f"{path.stem}.{format}")


@functools.cache
def _style() -> tuple[Any, Any]:
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Fira Sans"; font-weight: {weight}; font-style: {style}; '
        f"src: url({(FONTS / f'FiraSans-{name}.ttf').as_uri()}) }}\n"
        for name, (weight, style) in FACES.items()
    )
    return CSS(string=faces + (HERE / "page.css").read_text(), font_config=fonts), fonts


def _pdf(said: dict[str, Any], path: Path) -> None:
    sheet, fonts = _style()
    page = template("page.html.j2").render(said)
    HTML(string=page).write_pdf(path, stylesheets=[sheet], font_config=fonts)


def _markdown(said: dict[str, Any], path: Path) -> None:
    path.write_text(template("page.md.j2").render(said))


# Word --------------------------------------------------------------------------------------


def _docx(said: dict[str, Any], path: Path) -> None:
    document = Document()
    _set_up(document, said)
    document.add_paragraph(said["title"], style="Title")
    document.add_paragraph(said["subtitle"], style="Subtitle")
    document.add_paragraph(said["dateline"])
    if said["contents"]:
        document.add_paragraph(said["contents"], style="TOC Heading")
        _field(document.add_paragraph(), r'TOC \o "1-2" \h')
    for section in said["sections"]:
        if section["title"]:
            document.add_heading(section["title"], 1)
        for block in section["blocks"]:
            _block(document, block)
    document.save(str(path))


def _set_up(document: Any, said: dict[str, Any]) -> None:
    document.core_properties.title = said["title"]
    document.core_properties.author = ", ".join(said["authors"])
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Fira Sans", Pt(9.5)
    page.header.paragraphs[0].add_run(said["title"])
    foot = page.footer.paragraphs[0]
    for words, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        foot.add_run(words)
        _field(foot, field)


def _block(document: Any, block: dict[str, Any]) -> None:
    match block["kind"]:
        case "paragraph":
            _say(document.add_paragraph(), block["line"])
        case "definitions":
            for item in block["entries"]:
                document.add_paragraph().add_run(item["term"]).bold = True
                _say(document.add_paragraph(), item["line"])
        case "table":
            _table(document, block)
        case "box":
            for line in block["lines"]:
                _say(document.add_paragraph(), line)
        case kind:
            style = "List Number" if kind == "references" else "List Bullet"
            for item in block["entries"]:
                paragraph = document.add_paragraph(style=style)
                _bookmark(paragraph, item["id"])
                _say(paragraph, item["line"])


def _table(document: Any, block: dict[str, Any]) -> None:
    document.add_paragraph(block["caption"], style="Caption")
    table = document.add_table(rows=1, cols=len(block["columns"]), style="Light Grid Accent 1")
    for cell, heading in zip(table.rows[0].cells, block["columns"], strict=True):
        cell.text = heading
    for row in block["rows"]:
        for cell, line in zip(table.add_row().cells, row, strict=True):
            _say(cell.paragraphs[0], line)


def _say(paragraph: Any, line: dict[str, Any]) -> None:
    paragraph.add_run(line["text"])
    if line["url"]:
        paragraph.add_run(" ")
        relation = paragraph.part.relate_to(
            line["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        _link(paragraph, line["url"], "r:id", relation)
    for call in line["calls"]:
        paragraph.add_run(" ")
        _link(paragraph, f"[{call['label']}]", "w:anchor", call["target"])
    if line["after"]:
        paragraph.add_run(f" {line['after']}").bold = True


def _link(paragraph: Any, words: str, key: str, value: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn(key), value)
    link.append(paragraph.add_run(words)._r)
    paragraph._p.append(link)


def _bookmark(paragraph: Any, name: str) -> None:
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), str(abs(hash(name)) % 10**6))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)


def _field(paragraph: Any, instruction: str) -> None:
    for kind in ("begin", "separate", "end"):
        sign = OxmlElement("w:fldChar")
        sign.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(sign)
        if kind == "begin":
            words = OxmlElement("w:instrText")
            words.text = instruction
            paragraph.add_run()._r.append(words)
        elif kind == "separate":
            paragraph.add_run("1")


_WRITERS = {"pdf": _pdf, "docx": _docx, "md": _markdown}
