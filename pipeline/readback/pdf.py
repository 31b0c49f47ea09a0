"""PDF -> Reading, by its tags: the structure tree in order, the text by marked-content id.

A page has no words, only glyphs in places: a space at a line end is not printed, and a long word
is broken there without a sign. `fit` undoes this where the letters are those of the Document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, TypeAlias

import pikepdf

from pipeline.readback.line import (
    Called,
    Closed,
    Kind,
    Line,
    Mark,
    Marks,
    Opened,
    Reading,
    Shown,
    Unreadable,
)
from pipeline.readback.pdf_text import opened, painted

_HEADINGS = {"H1": 1, "H2": 2, "H3": 3, "H4": 4, "H5": 5, "H6": 6}
# Elements that stand on lines of their own; Span, Link, Figure and the like stand in them.
_BLOCKS = frozenset(
    {
        "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "P", "H", "H1",
        "H2", "H3", "H4", "H5", "H6", "L", "LI", "LBody", "DL", "Table", "THead", "TBody",
        "TFoot", "Note", "FENote", "Aside",
    }
)  # fmt: skip
# What holds text itself; elsewhere a label is the number or the bullet of an item.
_OF_TEXT = frozenset({"P", "Caption", *_HEADINGS})
_FURNITURE = frozenset({"TOC", "TOCI", "Artifact"})
_DEEPEST = 500
# Soft hyphens, and spaces and joiners without width.
_TRACELESS = r"\u00ad\u200b-\u200d\u2060\ufeff"
_NO_LETTER = re.compile(rf"[\s{_TRACELESS}]+")
_LETTER = re.compile(rf"[^\s{_TRACELESS}]")


def read(data: bytes) -> Reading:
    """Raises Unreadable when the bytes are no PDF or have no tags."""
    with opened(data) as file:
        return _read(file, data)


def _read(file: pikepdf.Pdf, data: bytes) -> Reading:
    if "/StructTreeRoot" not in file.Root:
        raise Unreadable("it is not tagged")
    numbers = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
    texts: dict[tuple[int, int], str] = {}
    for run in painted(data):
        if run.id >= 0:
            texts[run.page, run.id] = texts.get((run.page, run.id), "") + run.text
    reader = _Reader(texts, numbers, frozenset(_destinations(file)))
    _kids(reader, file.Root.StructTreeRoot, 0, 0, block=True)
    _flush(reader)
    return Reading((*reader.lines, *reader.notes), str(file.Root.get("/Lang", "")), _title(file))


def _title(file: pikepdf.Pdf) -> str:
    # Outside a `with`: only read. Without `strict`, what cannot be read is mended and logged.
    said = file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False, strict=True)
    return str(said.get("dc:title", ""))


def _destinations(file: pikepdf.Pdf) -> Iterator[str]:
    """The names that links can lead to."""
    root: Any = file.Root
    if "/Names" in root and "/Dests" in root.Names:
        yield from (str(name) for name in pikepdf.NameTree(root.Names.Dests))
    if "/Dests" in root:
        yield from (str(name)[1:] for name in root.Dests)


# Structure tree ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    texts: Mapping[tuple[int, int], str]  # by page and marked-content id
    numbers: Mapping[tuple[int, int], int]  # of pages
    destinations: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    kind: Kind = "text"
    level: int = 0
    page: int = 0


def _flush(reader: _Reader) -> None:
    if any(not isinstance(mark, str) or mark.strip() for mark in reader.marks):
        line = Line(reader.kind, (tuple(reader.marks),), reader.level, reader.page)
        reader.lines.append(line)
    reader.marks, reader.page = [], 0


def _kids(reader: _Reader, element: Any, page: int, depth: int, block: bool) -> None:
    if depth > _DEEPEST:
        raise Unreadable("its structure has no end")
    kids = element.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary):
            _text(reader, page, int(kid))
        elif kid.get("/Type") == "/MCR":
            _text(reader, _page(reader, kid, page), int(kid.MCID))
        elif kid.get("/Type") != "/OBJR":
            _element(reader, kid, _page(reader, kid, page), depth + 1, block)


def _page(reader: _Reader, element: Any, page: int) -> int:
    """The page of an element, or that of the one it is in; -1 for a page that is not there."""
    return reader.numbers.get(element.Pg.objgen, -1) if "/Pg" in element else page


def _text(reader: _Reader, page: int, id: int) -> None:
    reader.page = reader.page or page
    reader.marks.append(reader.texts.get((page, id), ""))


def _element(reader: _Reader, element: Any, page: int, depth: int, block: bool) -> None:
    tag = str(element.get("/S", "/NonStruct"))[1:]
    if tag in _FURNITURE or page < 0:
        return
    if tag not in _BLOCKS:
        reader.page = reader.page or page
    if tag in ("Note", "FENote"):
        marks = _inside(reader, element, page, depth, block=False)
        reader.notes.append(Line("note", (marks,), place=page or reader.page))
    elif tag == "Reference":
        reader.marks.append(Called())
    elif tag == "Figure":
        reader.marks.append(Shown(str(element.get("/Alt", ""))))
    elif tag == "Link":
        reader.marks.append(Opened(_target(reader, element)))
        _kids(reader, element, page, depth, block=False)
        reader.marks.append(Closed())
    elif tag == "TR":
        _row(reader, element, page, depth)
    elif tag == "Lbl":
        _label(reader, element, page, depth, block)
    elif tag in _BLOCKS:
        _flush(reader)
        if tag in _HEADINGS:
            reader.kind, reader.level = "heading", _HEADINGS[tag]
        _kids(reader, element, page, depth, block=tag not in _OF_TEXT)
        _flush(reader)
        reader.kind, reader.level = "text", 0
    else:
        _kids(reader, element, page, depth, block)


def _inside(reader: _Reader, element: Any, page: int, depth: int, block: bool) -> tuple[Mark, ...]:
    """What the element holds, as one line however many blocks it is."""
    inner = replace(reader, lines=[], marks=[], kind="text", page=0)
    _kids(inner, element, page, depth, block)
    reader.page = reader.page or max([inner.page, *(line.place for line in inner.lines)])
    parts = [(*line.cells[0], " ") for line in inner.lines]
    return (*(mark for part in parts for mark in part), *inner.marks)


def _label(reader: _Reader, label: Any, page: int, depth: int, block: bool) -> None:
    """A term that is defined, or the number or bullet of a list or a note.

    They have one tag. A term is in a Span inside it; the words of the page are not.
    """
    marks = _inside(reader, label, page, depth, block=False)
    if block and any(kid.S == "/Span" for kid in _elements(label)):
        _flush(reader)
        reader.marks, reader.page = list(marks), page
        _flush(reader)


def _row(reader: _Reader, row: Any, page: int, depth: int) -> None:
    _flush(reader)
    cells = [
        _inside(reader, cell, _page(reader, cell, page), depth + 1, block=False)
        for cell in _elements(row)
    ]
    reader.lines.append(Line("row", tuple(cells), place=reader.page or page))
    reader.page = 0


def _elements(element: Any) -> Iterator[Any]:
    kids = element.get("/K", ())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid


def _target(reader: _Reader, link: Any) -> str:
    """Where the annotation of the link leads: an address, or "#" and a name that exists."""
    kids = link.get("/K", ())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
            action: Any = kid.Obj.get("/A", {})
            if "/URI" in action:
                return str(action["/URI"])
            name = str(kid.Obj.get("/Dest", action.get("/D", ""))).removeprefix("/")
            return f"#{name}" if name in reader.destinations else ""
    return ""


# Fitting -----------------------------------------------------------------------------------


def printable(wanted: Reading) -> Reading:
    """The reading without the letters that leave no trace on a page: each space is a plain one."""
    lines = tuple(
        replace(line, cells=tuple(tuple(map(_printable, cell)) for cell in line.cells))
        for line in wanted.lines
    )
    return replace(wanted, lines=lines)


def _printable(mark: Mark) -> Mark:
    if not isinstance(mark, str):
        return mark
    return re.sub(f"[{_TRACELESS}]", "", re.sub(r"\s", " ", mark))


def fit(found: Reading, wanted: Reading) -> Reading:
    """The reading with its letters parted into words as in the one expected.

    Letters are never taken over, and where they differ only the page itself is asked.
    """
    known: _Known = {}
    for full in dict.fromkeys(_full(cell) for line in wanted.lines for cell in line.cells):
        # Capitals may be a matter of style: "text-transform" prints others than were written.
        for letters in {_letters(full), _letters(full).upper()}:
            known.setdefault(letters, []).append(full)
    words = frozenset(word for fulls in known.values() for full in fulls for word in full.split())
    lines = (replace(line, cells=_fitted(line.cells, known, words)) for line in found.lines)
    return replace(found, lines=tuple(lines))


# What the Document says with the same letters: "un do" and "undo".
_Known: TypeAlias = dict[str, list[str]]


def _likest(full: str, candidates: Sequence[str]) -> str:
    """The one that has the spaces found, with the fewest others: only at a line end is one lost."""
    found = _gaps(full)

    def unlike(candidate: str) -> tuple[int, int]:
        wanted = _gaps(candidate)
        return len(found - wanted), len(wanted - found)

    return min(candidates, key=unlike)


def _gaps(full: str) -> frozenset[int]:
    """After how many letters a space stands."""
    ends = accumulate(len(_letters(word)) for word in full.split())
    return frozenset(list(ends)[:-1])


def _squeezed(marks: Marks) -> str:
    return _letters(_full(marks))


def _full(marks: Marks) -> str:
    """The text with one letter for each picture: a picture parts words as a space does."""
    return "".join(
        mark if isinstance(mark, str) else "\ufffc" if isinstance(mark, Shown) else ""
        for mark in marks
    )


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)


def _fitted(cells: tuple[Marks, ...], known: _Known, words: frozenset[str]) -> tuple[Marks, ...]:
    return tuple(
        tuple(_spaced(cell, _likest(_full(cell), known[letters])))
        if (letters := _squeezed(cell)) in known
        else tuple(_guessed(cell, words))
        for cell in cells
    )


def _spaced(marks: Marks, full: str) -> Iterator[Mark]:
    """The marks with the spaces of the full text, whose letters are the same."""
    places = [*(letter.start() for letter in _LETTER.finditer(full)), len(full)]
    letters = at = 0
    for mark in marks:
        if not isinstance(mark, str | Shown):
            yield mark
            continue
        letters += 1 if isinstance(mark, Shown) else len(_letters(mark))
        start, at = at, places[min(letters, len(places) - 1)]
        yield mark if isinstance(mark, Shown) else full[start:at]
        if isinstance(mark, Shown):
            yield " " * (at - start - 1)


def _guessed(marks: Marks, words: frozenset[str]) -> Iterator[Mark]:
    """The marks of a line that the Document does not hold: at a line end, a space stands where
    the two parts are words and what they make together is none."""
    last = ""
    for mark in marks:
        if isinstance(mark, str) and mark:
            before = last.split()[-1] if last.strip() and not last[-1].isspace() else ""
            after = mark.split()[0] if mark.strip() and not mark[0].isspace() else ""
            if before and after and before + after not in words and {before, after} & words:
                yield " "
            last = mark
        yield mark
