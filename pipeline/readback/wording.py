"""What is missing or wrong in a rendition, named in its own words.

In: a tape and the numbers of some of its words. Out: phrases for messages.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.readback.line import CALL, PICTURE, Tape


def whole_kind(tape: Tape, words: range) -> str:
    """The kind of what is missing when it is whole lines of one kind that has a name; else ""."""
    lines = {tape.words[n].line for n in words}
    kinds = {tape.lines[line].kind for line in lines}
    whole = all(set(line) <= set(words) for n, line in enumerate(tape.of_line()) if n in lines)
    kind = kinds.pop() if len(kinds) == 1 and whole else "text"
    return "" if kind in ("text", "title") else kind


def named(tape: Tape, words: range) -> str:
    """ "the row “…”", "the sentence “…”", "the text “…”"."""
    phrase = quoted(said(tape, words))
    texts = [tape.words[n].text for n in words]
    if all(word.startswith(PICTURE) for word in texts):
        return f"the picture {quoted(texts[0][1:])}"
    if all(word == CALL for word in texts):
        return f"the call of a note after {quoted(before(tape, words.start))}"
    lines = {tape.words[n].line for n in words}
    kind = whole_kind(tape, words)
    if kind:
        return (
            f"the {kind} {phrase}"
            if len(lines) == 1
            else f"a run of {len(lines)} {kind}s, {phrase},"
        )
    if len(lines) == 1 and _is_sentence(tape, words):
        return f"the sentence {phrase}"
    return f"the text {phrase}"


def _is_sentence(tape: Tape, words: range) -> bool:
    previous = tape.words[words.start - 1] if words.start else None
    opens = (
        previous is None
        or previous.line != tape.words[words.start].line
        or previous.text.endswith((".", "!", "?", ":", "”"))
    )
    last = [word for n in words if (word := tape.words[n].text) != CALL][-1:]
    return opens and bool(last) and last[0].endswith((".", "!", "?", "”"))


def whereabouts(tape: Tape, at: int) -> str:
    """ "of section “History”", or "of the front matter" above the first section."""
    number = tape.words[at].line
    if tape.lines[number].kind == "note":
        return "of the notes"
    ranges = tape.of_line()
    for line in range(number, -1, -1):
        heading = tape.lines[line]
        if heading.kind == "heading" and heading.level > 1 and line != number:
            place = "after" if tape.lines[number].kind == "heading" else "of"
            return f"{place} section {quoted(said(tape, ranges[line]))}"
    return "of the front matter"


def extent(tape: Tape, words: range) -> str:
    """When much is missing: how much, and which sections."""
    lines = sorted({tape.words[n].line for n in words})
    if len(lines) < 2:
        return ""
    ranges = tape.of_line()
    names = [
        quoted(said(tape, ranges[line])) for line in lines if tape.lines[line].kind == "heading"
    ]
    sections = f", with the headings {', '.join(names)}" if names else ""
    return f" ({len(words)} words{sections})"


def said(tape: Tape, words: range) -> str:
    """The words, cells parted by bars."""
    parts: list[str] = []
    previous = None
    for n in words:
        word = tape.words[n]
        if previous and previous.line == word.line and previous.cell != word.cell:
            parts.append("|")
        if word.text != CALL:
            parts.append(word.text.lstrip(PICTURE))
        previous = word
    return clipped(parts)


def before(tape: Tape, at: int) -> str:
    """The words that stand before a word."""
    return said(tape, range(max(0, at - 4), at))


def clipped(words: Sequence[str], most: int = 30) -> str:
    """The words, of many the first and the last ones; of a word without end, its start and end."""
    short = [
        word if len(word) < 60 else f"{word[:30]}…{word[-20:]}"
        for word in (word.lstrip(PICTURE) for word in words if word != CALL)
    ]
    if len(short) > most:
        short = [*short[:8], "…", *short[-8:]]
    return " ".join(short)


def quoted(words: str) -> str:
    """A phrase in quotation marks."""
    return f"“{words}”"
