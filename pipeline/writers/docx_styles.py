"""Which named style of `docx/reference.docx` shows what, and which of them a reference file lacks.

In: the tables below, and the bytes of a reference file. Out: names of styles. What roles and kinds
of text a Document has meets the names of styles here and nowhere else.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from lxml import etree

from pipeline.document import Align

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Place(NamedTuple):
    """What a block inherits from where it stands: first the styles, then the measures."""

    text: str = "Body Text"
    bullets: str = "List Bullet"
    numbers: str = "List Number"
    term: str = "Definition Term"
    definition: str = "Definition"
    width: int = 0  # in twentieths of a point
    depth: int = 1  # of the next heading
    listed: bool = False  # headings go into the contents list
    turns: bool = True  # a wide table may turn the page; not inside a cell
    level: int = -1  # of the list round it
    outer: tuple[str, str] = ("", "")  # the style and the number of that list


# Which style shows which role. A role that is not here takes the look of its place.
PARAGRAPHS: Mapping[str, str] = {
    "lead": "Lead",
    "judgement-assessment": "Judgement Assessment",
    "indicators": "Indicator Title",
    "basis": "Basis",
    "as-of": "As Of",
}
LISTS: Mapping[tuple[str, bool], str] = {  # by role and whether it is numbered
    ("judgements", True): "Judgement",
    ("questions", True): "Question",
    ("links", False): "Link Entry",
    ("indicators", False): "Indicator",
    ("references", True): "Reference",
}
TABLES: Mapping[str, str] = {
    "": "Briefing Table",
    "timeline": "Timeline Table",
    "matrix": "Matrix Table",
}
# Definitions that are set as a table of two columns, with the shares of these.
FACTS: Mapping[str, tuple[float, float]] = {"facts": (1.0, 2.6), "sourcing": (1.0, 1.3)}
CELL = Place(
    "Table Text", "Table Bullet", "Table Number", "Facts Term", "Table Text", turns=False
)  # fmt: skip
BOXES: Mapping[str, tuple[str, Place]] = {  # the title's style, the look of the content
    "": ("Box Title", Place("Box Text", "Box Bullet", "Box Number", "Box Term", "Box Text")),
    "facts": ("Facts Title", Place()),
    "imprint": (
        "Imprint Title",
        Place("Imprint Text", term="Imprint Term", definition="Imprint Text"),
    ),
}
# The first paragraph of a box without a title.
OPENINGS: Mapping[str, str] = {"imprint": "Imprint Opening"}
CONTINUED = (
    "List Continue", "List Continue 2", "List Continue 3", "List Continue 4", "List Continue 5",
)  # fmt: skip
CELLS: Mapping[Align, str] = {
    "start": "Table Text",
    "end": "Table Text Right",
    "center": "Table Text Center",
}
HEADS: Mapping[Align, str] = {
    "start": "Table Head",
    "end": "Table Head Right",
    "center": "Table Head Center",
}
# FIRST, Traffic Light Protocol 2.0: a colour for each label; TLP:CLEAR is white.
MARKINGS: Mapping[str, str] = {
    "TLP:GREEN": "Marking Green",
    "TLP:AMBER": "Marking Amber",
    "TLP:AMBER+STRICT": "Marking Amber",
    "TLP:RED": "Marking Red",
}


def letters(mark: str, strong: bool, emphasis: bool) -> str:
    """The style of a run. A run has one style, so each blend of marks has one of its own, and no
    run is formatted by hand. `mark` is one of MARKS, or "" for none."""
    return " ".join(filter(None, (mark, "Emphasis" * emphasis, "Strong" * strong)))


MARKS = ("Hyperlink", "Citation Mark", "Inserted", "Deleted")

# All of them -------------------------------------------------------------------------------

LIST_STYLES = (
    *LISTS.values(),
    "List Bullet", "List Number", "Box Bullet", "Box Number", "Table Bullet", "Table Number",
)  # fmt: skip
_PARAGRAPH = (
    "Series", "Title", "Subtitle", "Dateline", "Masthead Marking", "TOC Heading", "toc 1", "toc 2",
    *(f"heading {depth}" for depth in range(1, 10)),
    "Body Text", *PARAGRAPHS.values(), *LIST_STYLES, *CONTINUED,
    "Definition Term", "Definition", "Facts Title", "Facts Term",
    *CELLS.values(), *HEADS.values(), "Table Row Head",
    "Table End", "Section End", "Caption", "Figure", "Source", "Box Title", "Box Text", "Box Term",
    "Imprint Title", "Imprint Text", "Imprint Term", *OPENINGS.values(), "footnote text",
)  # fmt: skip
_CHARACTER = (
    *(
        letters(mark, strong, emphasis)
        for mark in ("", *MARKS)
        for strong, emphasis in itertools.product((False, True), repeat=2)
        if mark or strong or emphasis
    ),
    "footnote reference", "Inline Picture", "Marking", *dict.fromkeys(MARKINGS.values()),
)  # fmt: skip
_TABLE = ("Facts Table", *dict.fromkeys(TABLES.values()))
STYLES: Mapping[str, str] = {  # every style that the writer uses, and its kind
    **dict.fromkeys(_PARAGRAPH, "paragraph"),
    **dict.fromkeys(_CHARACTER, "character"),
    **dict.fromkeys(_TABLE, "table"),
}


# What a reference file has -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """The styles of a reference file, kind by name, and the names of those that number their
    paragraphs. Case does not tell names apart: files write "heading 1", Word shows "Heading 1"."""

    kinds: Mapping[str, str]
    numbered: frozenset[str]

    def missing(self) -> Iterator[tuple[str, str]]:
        """The styles that the writer wants and does not find: name and kind."""
        found = {(name.lower(), kind) for name, kind in self.kinds.items()}
        return ((n, kind) for n, kind in STYLES.items() if (n.lower(), kind) not in found)

    def unnumbered(self) -> Iterator[str]:
        """List styles that are there and have no list."""
        bare = {name.lower() for name in self.kinds} - {name.lower() for name in self.numbered}
        return (name for name in LIST_STYLES if name.lower() in bare)

    def spare(self, kind: str) -> list[str]:
        """Styles of a kind that the writer has no use for: perhaps one of its own, misspelt."""
        wanted = {name.lower() for name in STYLES}
        return [n for n, other in self.kinds.items() if other == kind and n.lower() not in wanted]


def read_sheet(data: bytes) -> Sheet:
    """Raises ValueError when the bytes are no Word file."""
    try:
        with ZipFile(BytesIO(data)) as package:
            # A package holds no entities; one that does is an attack (ECMA-376-2 8.1.4).
            parser = etree.XMLParser(resolve_entities=False)
            styles = etree.fromstring(package.read("word/styles.xml"), parser)
    except (BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, zlib.error,
            etree.XMLSyntaxError) as error:  # fmt: skip
        raise ValueError(f"this is no Word file: {error}") from error
    kinds, numbered = {}, set()
    for style in styles.iter(f"{_WORD}style"):
        name = style.find(f"{_WORD}name")
        if name is not None:
            key = name.get(f"{_WORD}val", "")
            kinds[key] = style.get(f"{_WORD}type", "")
            if style.find(f"{_WORD}pPr/{_WORD}numPr/{_WORD}numId") is not None:
                numbered.add(key)
    return Sheet(kinds, frozenset(numbered))
