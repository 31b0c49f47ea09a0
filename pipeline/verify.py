"""A rendition read back and held against its Document: what is missing, added, moved or changed.

In: a Document, a format and the bytes that are said to be that Document in that format. Out:
diagnostics; none when the words, headings, rows, links, alternative texts and notes are those of
the Document, in its order.

Both sides become a Tape of words (`readback/line.py`). The words are aligned, first whole lines,
then the words of lines that are alike; every gap in the alignment is one diagnostic, and what
stands beside the words (levels, cells, links) is compared only where the words agree. So a
mistake is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.diagnostic import Diagnostic, Span
from pipeline.document import Document, from_json, to_json
from pipeline.readback import docx, docx_tree, html, html_beside, markdown, pdf, pdf_file
from pipeline.readback.align import Gap, align, gaps
from pipeline.readback.expected import DEEPEST, PRINTS, expected
from pipeline.readback.line import (
    CALL,
    PICTURE,
    Line,
    LinkAt,
    Reading,
    Tape,
    Unreadable,
    spool,
)
from pipeline.readback.wording import (
    clipped,
    extent,
    named,
    quoted,
    said,
    whereabouts,
    whole_kind,
)
from pipeline.writers import WRITERS


def verify(document: Document, format: str, data: bytes) -> Iterator[Diagnostic]:
    """What the rendition lacks or adds. `format` is a key of `READERS`; else KeyError.

    A file that cannot be read is one diagnostic, never an exception.
    """
    name = f"{document.metadata.identifier}.{SUFFIXES[format]}"
    try:
        reading = READERS[format](data)
    except Unreadable as error:
        yield _diagnostic(name, 1, "unreadable-rendition", f"this is no {format} file: {error}")
        return
    wanted = expected(document, PRINTS[format])
    if format == "pdf":
        wanted = pdf.printable(wanted)
        reading = pdf.fit(reading, wanted)
    ours, theirs = spool(wanted.lines), spool(reading.lines)
    if format == "pdf":
        # A link that is broken over lines is several.
        ours.join_links()
        theirs.join_links()
    matched = align(ours, theirs)
    problems = list(_problems(_Sides(ours, theirs, matched)))
    if format == "json" and not problems:
        problems = list(_values(document, data))
    if format in BESIDE and not problems:
        problems = list(_beside_the_words(document, format, data))
    for problem in problems:
        yield _placed(name, format, problem)
    yield from _said_of_itself(name, wanted, reading)


def _values(document: Document, data: bytes) -> Iterator[_Problem]:
    """The first value that differs, of those that no reader sees: ids, roles, metadata."""
    lines = zip(
        to_json(document).splitlines(),
        to_json(from_json(data.decode())).splitlines(),
        strict=False,
    )
    for number, (ours, theirs) in enumerate(lines, 1):
        if ours != theirs:
            wanted, found = (clipped(one.strip(" ,").split(" ")) for one in (ours, theirs))
            message = f"{quoted(wanted)} stands as {quoted(found)}"
            yield _Problem("changed-value", message, number)
            return


def _beside_the_words(document: Document, format: str, data: bytes) -> Iterator[_Problem]:
    """What a rendition has besides its words: structure, links, metadata, files inside."""
    try:
        for code, message, place in BESIDE[format](document, data):
            yield _Problem(code, message, place)
    except Unreadable as error:
        yield _Problem("unreadable-rendition", f"part of this {format} file is damaged: {error}", 0)


def _said_of_itself(name: str, wanted: Reading, found: Reading) -> Iterator[Diagnostic]:
    if found.language != wanted.language:
        message = f"the language is {quoted(wanted.language)}, found {quoted(found.language)}"
        yield _diagnostic(name, 1, "changed-language", message)
    if found.title != wanted.title:
        message = f"the file’s title is {quoted(wanted.title)}, found {quoted(found.title)}"
        yield _diagnostic(name, 1, "changed-title", message)


# Problems ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Problem:
    """`place` is a line or a page of the rendition, 0 when it is not known."""

    code: str
    message: str
    place: int


@dataclass(frozen=True, slots=True)
class _Sides:
    ours: Tape
    theirs: Tape
    matched: list[int | None]

    def place(self, near: int) -> int:
        """Where in the rendition the word expected stands, or would stand."""
        before = [j for j in self.matched[: near + 1] if j is not None][-1:]
        after = [j for j in self.matched[near + 1 :] if j is not None][:1]
        return next(
            (self.theirs.lines[self.theirs.words[j].line].place for j in (*before, *after)), 0
        )

    def before(self, found: int) -> int | None:
        """The last word expected that stands before the word found."""
        known = [i for i, j in enumerate(self.matched) if j is not None and j < found]
        return known[-1] if known else None


def _problems(sides: _Sides) -> Iterator[_Problem]:
    yield from _gaps(sides)
    yield from _lines(sides)
    yield from _links(sides)


# Gaps --------------------------------------------------------------------------------------


def _gaps(sides: _Sides) -> Iterator[_Problem]:
    found = list(gaps(sides.matched, len(sides.theirs.words)))
    found = _without_uncalled(sides, found)
    moves, found = _moves(sides, found)
    for move in moves:
        message = f"{named(sides.ours, move.missing)} {whereabouts(sides.ours, move.missing.start)}"
        place = sides.theirs.lines[sides.theirs.words[move.added.start].line].place
        yield _Problem("moved-words", f"{message} stands in another place", place)
    for gap in found:
        if gap.missing and gap.added:
            yield _changed(sides, gap)
        elif gap.missing:
            yield _missing(sides, gap)
        else:
            yield _added(sides, gap)


def _without_uncalled(sides: _Sides, found: list[Gap]) -> list[Gap]:
    """A note whose call is missing is missing for that reason, and has been named by it."""
    calls = [n for n, word in enumerate(sides.ours.words) if word.text == CALL]
    notes = [n for n, line in enumerate(sides.ours.lines) if line.kind == "note"]
    uncalled = {
        note for call, note in zip(calls, notes, strict=False) if sides.matched[call] is None
    }
    return [
        gap
        for gap in found
        if not gap.missing
        or not {sides.ours.words[n].line for n in gap.missing} <= uncalled
        or gap.added
    ]


def _moves(sides: _Sides, found: list[Gap]) -> tuple[list[Gap], list[Gap]]:
    """Words that are missing here and added there: whole lines, or all that a gap holds.

    Returns the moves (the words in their right and in their wrong place) and the gaps left over.
    """
    added = [*_lines_in(sides.theirs, [gap.added for gap in found])]
    added += [gap.added for gap in found if gap.added and not gap.missing]
    missing = [*_lines_in(sides.ours, [gap.missing for gap in found])]
    missing += [gap.missing for gap in found if gap.missing and not gap.added]
    moves: list[Gap] = []
    for ours in missing:
        said = [sides.ours.words[n].text for n in ours]
        for theirs in added:
            free = not any(_meet(ours, m.missing) or _meet(theirs, m.added) for m in moves)
            if free and said == [sides.theirs.words[n].text for n in theirs]:
                moves.append(Gap(ours, theirs))
                break
    rest: list[Gap] = []
    for gap in found:
        parts = _without(gap.missing, [m.missing for m in moves])
        others = _without(gap.added, [m.added for m in moves])
        while parts or others:
            part, other = parts[:1], others[:1]
            rest.append(Gap(*(part or [range(0)]), *(other or [range(0)])))
            parts, others = parts[1:], others[1:]
    return _merged(moves), rest


def _lines_in(tape: Tape, ranges: Sequence[range]) -> Iterator[range]:
    for line in tape.of_line():
        if line and any(line[0] in one and line[-1] in one for one in ranges if one):
            yield line


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _without(whole: range, parts: Sequence[range]) -> list[range]:
    """What of the range is left when the parts are taken out."""
    cuts = sorted((part.start, part.stop) for part in parts if _meet(whole, part))
    left, start = [], whole.start
    for first, last in [*cuts, (whole.stop, whole.stop)]:
        if start < first:
            left.append(range(start, first))
        start = last
    return left


def _merged(moves: list[Gap]) -> list[Gap]:
    """Lines that were moved together are one move."""
    merged: list[Gap] = []
    for move in sorted(moves, key=lambda move: move.missing.start):
        last = merged[-1] if merged else None
        if last and last.missing.stop == move.missing.start and last.added.stop == move.added.start:
            merged[-1] = Gap(
                range(last.missing.start, move.missing.stop),
                range(last.added.start, move.added.stop),
            )
        else:
            merged.append(move)
    return merged


def _missing(sides: _Sides, gap: Gap) -> _Problem:
    tape, first = sides.ours, gap.missing.start
    words = [tape.words[n].text for n in gap.missing]
    if all(word.startswith(PICTURE) for word in words):
        code = "missing-picture"
    elif all(word == CALL for word in words):
        code = "missing-note"
    else:
        code = f"missing-{whole_kind(tape, gap.missing) or 'words'}"
    what, where = named(tape, gap.missing), whereabouts(tape, first)
    message = f"{what} {where} is missing{extent(tape, gap.missing)}"
    return _Problem(code, message, sides.place(first))


def _added(sides: _Sides, gap: Gap) -> _Problem:
    kind = whole_kind(sides.theirs, gap.added)
    words = [sides.theirs.words[n].text for n in gap.added]
    code = "picture" if all(word.startswith(PICTURE) for word in words) else kind or "words"
    place = sides.theirs.lines[sides.theirs.words[gap.added.start].line].place
    before = sides.before(gap.added.start)
    where = whereabouts(sides.ours, before) if before is not None else "of the front matter"
    where = where.replace("of ", "in ", 1)
    message = f"{named(sides.theirs, gap.added)} {where} is not in the Document"
    return _Problem(f"added-{code}", message, place)


def _changed(sides: _Sides, gap: Gap) -> _Problem:
    ours = [sides.ours.words[n].text for n in gap.missing]
    theirs = [sides.theirs.words[n].text for n in gap.added]
    where = whereabouts(sides.ours, gap.missing.start)
    place = sides.theirs.lines[sides.theirs.words[gap.added.start].line].place
    if all(word.startswith(PICTURE) for word in ours) and len(ours) == 1:
        alt = ours[0][1:]
        if theirs == [PICTURE]:
            message = f"the alternative text {quoted(alt)} of a picture {where} is missing"
            return _Problem("missing-alt-text", message, place)
        if len(theirs) == 1 and theirs[0].startswith(PICTURE):
            message = (
                f"the alternative text {quoted(alt)} {where} stands as {quoted(theirs[0][1:])}"
            )
            return _Problem("changed-alt-text", message, place)
    kinds = {sides.ours.lines[sides.ours.words[n].line].kind for n in gap.missing}
    code = {"row": "changed-cell", "heading": "changed-heading"}.get(
        "".join(kinds), "changed-words"
    )
    message = f"{named(sides.ours, gap.missing)} {where} stands as {quoted(clipped(theirs))}"
    return _Problem(code, message + extent(sides.ours, gap.missing), place)


# Lines -------------------------------------------------------------------------------------


def _lines(sides: _Sides) -> Iterator[_Problem]:
    """Levels of headings, cells of rows, and where lines end: where the words agree."""
    seen: set[int] = set()
    for number, words in enumerate(sides.ours.of_line()):
        line = sides.ours.lines[number]
        pairs = [(n, j) for n in words if (j := sides.matched[n]) is not None]
        if not pairs:
            continue
        found = sides.theirs.lines[sides.theirs.words[pairs[0][1]].line]
        problem = _level(sides, words, line, found) or _cells(sides, pairs, words, line)
        if problem is None and number not in seen:
            problem = _joined(sides, pairs, words)
        if problem:
            yield _Problem(*problem, found.place)


def _level(sides: _Sides, words: range, line: Line, found: Line) -> tuple[str, str] | None:
    level = min(found.level, DEEPEST)
    if line.kind == "heading" and found.kind != "heading":
        what = quoted(said(sides.ours, words))
        return "changed-level", f"the heading {what} is not marked as a heading"
    if line.kind == "heading" and level != line.level:
        what = quoted(said(sides.ours, words))
        return "changed-level", f"the heading {what} has level {level}, expected {line.level}"
    if line.kind not in ("heading", "title") and found.kind == "heading":
        what = quoted(said(sides.ours, words))
        return "changed-level", f"{what} is marked as a heading of level {level} and is none"
    return None


def _cells(
    sides: _Sides, pairs: Sequence[tuple[int, int]], words: range, line: Line
) -> tuple[str, str] | None:
    if line.kind != "row":
        return None
    if len(pairs) < len(words):
        return None  # a gap has been named in it
    found = [sides.theirs.words[j] for _, j in pairs]
    rows = {word.line for word in found}
    if len(rows) > 1 or sides.theirs.lines[found[0].line].kind != "row":
        what = f"the row {quoted(said(sides.ours, words))} {whereabouts(sides.ours, words.start)}"
        return "changed-row", f"{what} is not one row of a table"
    if any(sides.ours.words[n].cell != sides.theirs.words[j].cell for n, j in pairs):
        what = quoted(said(sides.ours, words))
        return "changed-row", f"the cells of the row {what} are not those of their columns"
    return None


def _joined(
    sides: _Sides, pairs: Sequence[tuple[int, int]], words: range
) -> tuple[str, str] | None:
    """A line must be one line: not two, and not one with the line before."""
    lines = {sides.theirs.words[j].line for _, j in pairs}
    if len(lines) > 1:
        what = f"{quoted(said(sides.ours, words))} {whereabouts(sides.ours, words.start)}"
        return "split-line", f"{what} is parted into {len(lines)}"
    before = sides.matched[words.start - 1] if words.start else None
    word = sides.theirs.words[pairs[0][1]]
    if before is not None and sides.theirs.words[before].line == word.line:
        one = sides.theirs.words[before]
        if sides.theirs.lines[one.line].kind != "row" or one.cell == word.cell:
            what = f"{quoted(said(sides.ours, words))} {whereabouts(sides.ours, words.start)}"
            return "joined-lines", f"{what} is one with what stands before it"
    return None


# Links -------------------------------------------------------------------------------------


def _links(sides: _Sides) -> Iterator[_Problem]:
    """Links whose words agree: each on its words, with its text and its target."""
    known = {j for j in sides.matched if j is not None}
    found = [one for one in sides.theirs.links if _in(one, known) and one.end > one.start]
    by_place: dict[tuple[int | None, int | None], list[LinkAt]] = {}
    for one in found:
        by_place.setdefault((one.start, one.end - 1), []).append(one)
    present = {n for n, j in enumerate(sides.matched) if j is not None}
    for link in sides.ours.links:
        if link.end == link.start or not _in(link, present):
            continue
        here = by_place.get((sides.matched[link.start], sides.matched[link.end - 1]), [])
        likest = _likest(sides, link, here)
        if likest:
            here.remove(likest)
        if told := _link(sides, link, likest):
            yield _Problem(*told, sides.place(link.start))
    for one in found:
        here = by_place[one.start, one.end - 1]
        if one in here:
            here.remove(one)
            place = sides.theirs.lines[sides.theirs.words[one.start].line].place
            message = f"the link {quoted(one.text)} to {one.target} is not in the Document"
            yield _Problem("added-link", message, place)


def _likest(sides: _Sides, link: LinkAt, others: Sequence[LinkAt]) -> LinkAt | None:
    def unlike(one: LinkAt) -> tuple[bool, bool]:
        return one.text != link.text, not _same_target(sides, link, one)

    return min(others, key=unlike, default=None)


def _link(sides: _Sides, link: LinkAt, other: LinkAt | None) -> tuple[str, str] | None:
    """What is wrong with a link; `other` is the one found on its words. It is named only where
    something is: there are hundreds, and to say where one stands takes a look at all words."""
    if other and other.text == link.text and _same_target(sides, link, other):
        return None
    what = f"the link {quoted(link.text or link.target)} {whereabouts(sides.ours, link.start)}"
    if other is None:
        return "missing-link", f"{what} to {link.target} is missing"
    if other.text != link.text:
        return "changed-link", f"{what} covers {quoted(other.text)}"
    leads = other.target or "nothing"
    return "changed-link", f"{what} leads to {leads}, expected {link.target}"


def _in(link: LinkAt, words: set[int]) -> bool:
    return all(n in words for n in range(link.start, link.end))


def _same_target(sides: _Sides, link: LinkAt, other: LinkAt) -> bool:
    """Addresses by their letters; anchors, whatever their names, by where they are."""
    if not link.target.startswith("#"):
        return _address(link.target) == _address(other.target)
    if not other.target.startswith("#"):
        return False
    extent = sides.ours.anchors.get(link.target[1:])
    if extent is None:
        return other.target == link.target
    if not sides.theirs.anchors:
        return other.target == link.target  # PDF: its anchors are places on a page
    at = sides.theirs.anchors.get(other.target[1:])
    words = [j for n in range(*extent) if (j := sides.matched[n]) is not None]
    # What is missing has been named; a link cannot lead to it.
    return (at is not None and (not words or words[0] <= at[0] <= words[-1])) or not words


def _address(target: str) -> str:
    """Letters outside ASCII may stand as they are or encoded (RFC 3987)."""
    return quote(target, safe="%!#$&'()*+,-./:;=?@[]_~")


# Diagnostics -------------------------------------------------------------------------------


def _placed(name: str, format: str, problem: _Problem) -> Diagnostic:
    if format in _OF_LINES:
        return _diagnostic(name, problem.place or 1, problem.code, problem.message)
    hint = f"look at page {problem.place}" if problem.place else ""
    return _diagnostic(name, 1, problem.code, problem.message, hint)


def _diagnostic(name: str, line: int, code: str, message: str, hint: str = "") -> Diagnostic:
    return Diagnostic(Span(name, line, 1, line, 1), code, message, hint)


# Formats -----------------------------------------------------------------------------------


def _read_json(data: bytes) -> Reading:
    try:
        return expected(from_json(data.decode()), PRINTS["json"])
    # A node in the place of another kind of node is no Document either.
    except (ValueError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise Unreadable(str(error)) from error


READERS: Mapping[str, Callable[[bytes], Reading]] = {
    "markdown": markdown.read,
    "html": html.read,
    "pdf": pdf.read,
    "docx": docx.read,
    "json": _read_json,
}
# What a format says besides its words.
BESIDE: Mapping[str, Callable[[Document, bytes], Iterator[tuple[str, str, int]]]] = {
    "markdown": markdown.differences,
    "html": html_beside.differences,
    "docx": docx_tree.differences,
    "pdf": pdf_file.differences,
}
SUFFIXES: Mapping[str, str] = {name: writer.suffix for name, writer in WRITERS.items()}
# A text file has lines to point at; the others have pages, or neither.
_OF_LINES = frozenset({"markdown", "html", "json"})
