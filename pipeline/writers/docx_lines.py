"""What stands in a line of a Word file: runs, links, notes, fields, small pictures, bookmarks.

In: inlines of a Document and the draft that they go into. Out: WordprocessingML as text; notes,
pictures and relationships gather in the draft.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, assert_never
from urllib.parse import quote as percent

from babel.core import get_global

from pipeline.document import (
    Citation,
    Deleted,
    Emphasis,
    Foreign,
    Image,
    Inline,
    Inlines,
    Inserted,
    Link,
    Note,
    Picture,
    Strong,
    cited,
    text,
)
from pipeline.writers.docx_reference import Reference
from pipeline.writers.docx_styles import letters


class Look(NamedTuple):
    """What the inlines round a text say of it."""

    emphasis: bool = False
    strong: bool = False
    change: str = ""  # "Inserted", "Deleted"
    link: str = ""  # "Hyperlink", "Citation Mark"
    language: str = ""


@dataclass(slots=True)
class Draft:
    """The file as it grows."""

    reference: Reference
    pictures: Mapping[str, Picture]
    names: Mapping[str, tuple[str, str]]  # by id: a bookmark, and what it is round: "Figure 3"
    where: str = ""  # the last id, for messages
    marks: list[str] = field(default_factory=list)  # bookmarks that the next paragraph takes
    bookmarks: set[str] = field(default_factory=set)
    entries: list[tuple[int, str, str]] = field(default_factory=list)  # of the contents list
    looks: dict[Look, str] = field(default_factory=dict)  # the properties of runs that look so
    lists: list[tuple[str, int]] = field(default_factory=list)  # abstract numbering, level
    notes: list[str] = field(default_factory=list)
    counted: int = 0  # the notes that Word numbers
    in_note: bool = False
    relations: dict[tuple[str, str], str] = field(default_factory=dict)
    note_relations: dict[tuple[str, str], str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)  # part, by digest
    drawings: int = 0
    sections: int = 0  # that have ended
    wide: bool = False  # the page lies on its longer side

    def style(self, name: str) -> str:
        return self.reference.styles[name.lower()]

    def section(self) -> str:
        """The set-up of the pages in work. Only the first have a first page of their own."""
        reference = self.reference
        if self.wide:
            return reference.wide
        return reference.later if self.sections else reference.section

    def mark(self, id: str) -> None:
        """Whatever comes next is where links to `id` lead."""
        if id:
            self.where = id
            self.marks.append(bookmark_name(id))

    def relate(self, kind: str, target: str) -> str:
        """The relationship from the part in work: notes are a part of their own."""
        relations = self.note_relations if self.in_note else self.relations
        return relations.setdefault((kind, target), f"{kind}{len(relations) + 1}")


# Lines ---------------------------------------------------------------------------------------


def paragraph(style: str, content: str, draft: Draft, besides: str = "") -> str:
    """`besides` is what no style can say: the list that an item belongs to, KEPT."""
    if draft.marks:
        marks = [bookmark(name, draft) for name in draft.marks]
        draft.marks.clear()
        content = "".join(s for s, _ in marks) + content + "".join(e for _, e in marks)
    return f'<w:p><w:pPr><w:pStyle w:val="{draft.style(style)}"/>{besides}</w:pPr>{content}</w:p>'


def line(inlines: Inlines, draft: Draft, look: Look | None = None) -> str:
    return "".join([_inline(inline, draft, look or _PLAIN) for inline in inlines])


def _inline(inline: Inline, draft: Draft, look: Look) -> str:
    match inline:
        case str():
            return run(inline, _properties(look, draft))
        case Emphasis():
            return line(inline.content, draft, look._replace(emphasis=True))
        case Strong():
            return line(inline.content, draft, look._replace(strong=True))
        case Foreign():
            return line(inline.content, draft, look._replace(language=inline.language))
        case Inserted() | Deleted():
            return line(inline.content, draft, look._replace(change=type(inline).__name__))
        case Link():
            return _link(inline, draft, look)
        case Citation():
            citing = look._replace(link=look.link or "Citation Mark")
            words = run(cited(inline), _properties(citing, draft))
            return words if look.link else _inside(inline.target, words)
        case Image():
            return _small_picture(inline, draft)
        case Note():
            return _note(inline, draft, look)
        case _:
            assert_never(inline)


def run(words: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def _properties(look: Look, draft: Draft) -> str:
    if look not in draft.looks:
        draft.looks[look] = _said_by(look, draft)
    return draft.looks[look]


def _said_by(look: Look, draft: Draft) -> str:
    style = letters(look.change or look.link, look.strong, look.emphasis)
    said = f'<w:rStyle w:val="{draft.style(style)}"/>' if style else ""
    said += _language(look.language) if look.language else ""
    return f"<w:rPr>{said}</w:rPr>" if said else ""


def _language(tag: str) -> str:
    """Word keeps a language for each of three kinds of script."""
    primary, said = tag.partition("-")[0].lower(), quote(with_country(tag))
    if primary in _RIGHT_TO_LEFT:
        return f"<w:rtl/><w:lang w:bidi={said}/>"
    return f"<w:lang w:{'eastAsia' if primary in _EAST_ASIAN else 'val'}={said}/>"


@cache
def with_country(tag: str) -> str:
    """A BCP 47 tag as Word's spelling knows it: dictionaries are a country's, "fr-FR", never "fr".

    The country is the one where CLDR says that a language is at home; English is British, as the
    words of this collection are ("defence"). An author who writes "en-US" gets that.
    """
    known = "en-Latn-GB" if tag == "en" else str(get_global("likely_subtags").get(tag, ""))
    _, _, country = known.replace("_", "-").rpartition("-")
    return f"{tag}-{country}" if country and "-" not in tag else tag


def run_style(name: str, draft: Draft) -> str:
    return f'<w:rPr><w:rStyle w:val="{draft.style(name)}"/></w:rPr>'


def _link(link: Link, draft: Draft, look: Look) -> str:
    if look.link:  # a link in a link: Word has none
        return line(link.content, draft, look)
    look = look._replace(link="Hyperlink")
    words, properties = line(link.content, draft, look), _properties(look, draft)
    if not link.target.startswith("#"):
        relation = draft.relate("hyperlink", _NO_ADDRESS.sub(lambda c: percent(c[0]), link.target))
        return f'<w:hyperlink r:id="{relation}" w:history="1">{words}</w:hyperlink>'
    id = link.target[1:]
    name, said = draft.names.get(id, ("", ""))
    if said == text(link.content) != "":
        # A reference of Word's own: it follows when someone adds a figure before this one or
        # changes the heading. Without \\h: the link round it is the link, and readers announce
        # one. Charformat: what comes by F9 looks like the field's first letter, and so as now.
        words = word_field(f"REF {name} \\* CHARFORMAT", words, properties)
    return _inside(id, words)


def _inside(id: str, words: str) -> str:
    return f'<w:hyperlink w:anchor="{bookmark_name(id)}" w:history="1">{words}</w:hyperlink>'


def _small_picture(image: Image, draft: Draft) -> str:
    """As high as the letters round it."""
    picture = find_picture(image, draft)
    width = round(_EM * max(picture.width, 1) / max(picture.height, 1))
    shape = draw(image, max(width, 1), _EM, draft)
    return f"<w:r>{run_style('Inline Picture', draft)}{shape}</w:r>"


def _note(note: Note, draft: Draft, look: Look) -> str:
    if draft.in_note:  # a note in a note: Word has none
        return run(" ") + line(note.content, draft, look)
    number = len(draft.notes) + 1
    draft.notes.append("")
    style = run_style("footnote reference", draft)
    own = note.label not in ("", str(draft.counted + 1))
    draft.counted += not own
    call = f'<w:footnoteReference w:id="{number}"/>'
    mark = "<w:footnoteRef/>"
    if own:
        mark = f'<w:t xml:space="preserve">{escape(note.label)}</w:t>'
        call = f'<w:footnoteReference w:customMarkFollows="1" w:id="{number}"/>{mark}'
    marks, draft.marks, draft.in_note = draft.marks, [], True
    words = f"<w:r>{style}{mark}</w:r>{run(' ')}{line(note.content, draft)}"
    printed = paragraph("footnote text", words, draft)
    draft.marks, draft.in_note = marks, False
    draft.notes[number - 1] = f'<w:footnote w:id="{number}">{printed}</w:footnote>'
    start, end = bookmark(bookmark_name(note.id), draft) if note.id else ("", "")
    return f"{start}<w:r>{style}{call}</w:r>{end}"


def word_field(code: str, result: str, properties: str = "") -> str:
    """A field whose result stands there already; F9 in Word makes it anew."""
    return f"{field_start(code, properties)}{result}{field_mark('end', properties)}"


def field_start(code: str, properties: str = "") -> str:
    return (
        f"{field_mark('begin', properties)}<w:r>{properties}"
        f'<w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f"{field_mark('separate', properties)}"
    )


def field_mark(kind: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:fldChar w:fldCharType="{kind}"/></w:r>'


def bookmark(name: str, draft: Draft) -> tuple[str, str]:
    """What opens and closes a bookmark; nothing for a name that is taken."""
    if name in draft.bookmarks:
        return "", ""
    number = draft.reference.taken + len(draft.bookmarks) + 1
    draft.bookmarks.add(name)
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return start, f'<w:bookmarkEnd w:id="{number}"/>'


def bookmark_name(id: str, prefix: str = "") -> str:
    """Word takes letters, digits and "_", 40 at most, and does not tell "A" from "a"."""
    if _SIMPLE_ID.fullmatch(id) and len(prefix + id) <= 40:
        return prefix + id.replace("-", "_")
    return f"{prefix or 'b'}_{hashlib.sha256(id.encode()).hexdigest()[:24]}"


# Pictures ------------------------------------------------------------------------------------


def find_picture(image: Image, draft: Draft) -> Picture:
    try:
        return draft.pictures[image.digest]
    except KeyError:
        raise ValueError(f"{draft.where}: no picture has the digest {image.digest!r}") from None


def draw(image: Image, width: int, height: int, draft: Draft) -> str:
    """A picture in the line; lengths in English Metric Units (914,400 an inch)."""
    part = draft.media.setdefault(image.digest, f"media/picture{len(draft.media) + 1}.png")
    draft.drawings += 1
    number = draft.reference.taken + draft.drawings
    name = f'id="{number}" name="Picture {draft.drawings}"'
    return (
        '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr {name} descr={quote(image.alt)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{_PICTURE}"><pic:pic><pic:nvPicPr><pic:cNvPr {name}/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="'
        f'{draft.relate("image", part)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )


# Text as XML ---------------------------------------------------------------------------------


class Forbidden(ValueError):
    """A character that XML 1.0 cannot hold, not even as a reference."""


def escape(text: str) -> str:
    """`text` as it stands between tags or in a quoted attribute."""
    # Most texts need nothing. What Python calls printable, XML can hold.
    if text.isprintable() and not _MARKUP.search(text):
        return text
    found = _FORBIDDEN.search(text)
    if found:
        raise Forbidden(f"XML cannot hold the character U+{ord(found[0]):04X}")
    # Parsers turn a bare carriage return into a line feed, and both into blanks in attributes.
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        .replace('"', "&quot;").replace("\r", "&#13;")
    )  # fmt: skip


def quote(text: str) -> str:
    """`text` as an attribute's value, in its quotes."""
    return '"' + escape(text).replace("\n", "&#10;").replace("\t", "&#9;") + '"'


# Tables --------------------------------------------------------------------------------------

KEPT = "<w:keepNext/>"  # on the page of what comes next
_PLAIN = Look()
_EM = 127000  # 10 points, in English Metric Units
_SIMPLE_ID = re.compile("[a-z][a-z0-9-]*")
_NO_ADDRESS = re.compile(r'[\s<>"{}|\\^`]')  # RFC 3986 has no place for these in an address
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))
_EAST_ASIAN = frozenset(("ja", "ko", "zh"))
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile('[&<>"]')
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
