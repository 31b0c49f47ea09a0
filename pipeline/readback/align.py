"""Two Tapes -> which word of the one is which word of the other, and the gaps between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.readback.line import Tape

ALIKE = 0.5
"""Lines that share this part of the words of the shorter one are the same line, changed."""
LARGEST = 40_000
"""Above this many pairs of lines the words are aligned without regard to lines."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Words that are missing, in the place of which others were found. One of them may be empty."""

    missing: range  # of the words expected
    added: range  # of the words found


def align(expected: Tape, found: Tape) -> list[int | None]:
    """For each word expected, the word found that is it. The found ones ascend."""
    matched: list[int | None] = [None] * len(expected.words)
    ours, theirs = _Side.of(expected), _Side.of(found)
    matcher = SequenceMatcher(None, ours.keys, theirs.keys, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            for one, other in zip(ours.lines[a:b], theirs.lines[c:d], strict=True):
                for i, j in zip(one, other, strict=True):
                    matched[i] = j
        elif operation == "replace":
            for i, j in _replaced(ours.part(a, b), theirs.part(c, d)):
                matched[i] = j
    _close(expected, found, matched)
    _settle(expected, matched)
    return matched


def gaps(matched: Sequence[int | None], found: int) -> Iterator[Gap]:
    """The gaps of an alignment to a tape of `found` words, in order."""
    start = at = 0
    for i, j in [*enumerate(matched), (len(matched), found)]:
        if j is not None:
            if start < i or at < j:
                yield Gap(range(start, i), range(at, j))
            start, at = i + 1, j + 1


@dataclass(frozen=True, slots=True)
class _Side:
    """The lines of a tape that have words: where they lie, and what they say."""

    lines: list[range]
    keys: list[tuple[str, ...]]

    @staticmethod
    def of(tape: Tape) -> _Side:
        lines = [line for line in tape.of_line() if line]
        return _Side(lines, [tuple(tape.words[n].text for n in line) for line in lines])

    def part(self, start: int, end: int) -> _Side:
        return _Side(self.lines[start:end], self.keys[start:end])

    def flat(self) -> tuple[list[int], list[str]]:
        return [n for line in self.lines for n in line], [word for key in self.keys for word in key]


def _replaced(ours: _Side, theirs: _Side) -> Iterator[tuple[int, int]]:
    if len(ours.lines) * len(theirs.lines) > LARGEST:
        yield from _words(ours, theirs)
        return
    for a, c in _pairs(ours.keys, theirs.keys):
        yield from _words(ours.part(a, a + 1), theirs.part(c, c + 1))


def _words(ours: _Side, theirs: _Side) -> Iterator[tuple[int, int]]:
    (places, words), (others, found) = ours.flat(), theirs.flat()
    matcher = SequenceMatcher(None, words, found, autojunk=len(words) > 5000)
    for a, c, size in matcher.get_matching_blocks():
        yield from zip(places[a : a + size], others[c : c + size], strict=True)


def _pairs(ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Which lines are the same, changed: the ascending pairs of the greatest likeness in all."""
    counts = [Counter(key) for key in theirs]
    likeness = [[_likeness(Counter(key), other) for other in counts] for key in ours]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for a in range(len(ours) - 1, -1, -1):
        for c in range(len(theirs) - 1, -1, -1):
            paired = likeness[a][c] + best[a + 1][c + 1] if likeness[a][c] else 0.0
            best[a][c] = max(best[a + 1][c], best[a][c + 1], paired)
    pairs, a, c = [], 0, 0
    while a < len(ours) and c < len(theirs):
        if likeness[a][c] and best[a][c] == likeness[a][c] + best[a + 1][c + 1]:
            pairs.append((a, c))
            a, c = a + 1, c + 1
        elif best[a][c] == best[a + 1][c]:
            a += 1
        else:
            c += 1
    return pairs


def _likeness(ours: Counter[str], theirs: Counter[str]) -> float:
    shared = (ours & theirs).total()
    shorter = min(ours.total(), theirs.total())
    longer = max(ours.total(), theirs.total())
    # Among lines that contain each other the one of nearest length is the likest; and rather
    # than a short line a long one is taken to have stayed in its place.
    return shared * (shared / shorter + shared / longer) if shared >= ALIKE * shorter else 0.0


def _close(expected: Tape, found: Tape, matched: list[int | None]) -> None:
    """Matches what is the same at both ends of each gap: two lines may have become one."""
    for gap in list(gaps(matched, len(found.words))):
        pairs = list(zip(gap.missing, gap.added, strict=False))
        backward = zip(reversed(gap.missing), reversed(gap.added), strict=False)
        for run in (pairs, list(backward)):
            for i, j in run:
                taken = matched[i] is not None or j in matched[gap.missing.start : gap.missing.stop]
                if taken or expected.words[i].text != found.words[j].text:
                    break
                matched[i] = j


def _settle(tape: Tape, matched: list[int | None]) -> None:
    """Moves each gap to where a sentence starts, if what it says stays the same.

    From "A cat. A dog." without its first sentence, "cat. A" is missing just as well.
    """
    for gap in list(gaps(matched, _end(matched))):
        if gap.added or not gap.missing:
            continue
        start, end = gap.missing.start, gap.missing.stop
        for shift in _shifts(tape, start, end):
            if _opens(tape, start + shift):
                _shift(matched, start, end, shift)
                break


def _end(matched: list[int | None]) -> int:
    return max((j for j in matched if j is not None), default=-1) + 1


def _shifts(tape: Tape, start: int, end: int) -> Iterator[int]:
    """0, -1, -2 … and then 1, 2 … as long as the words that stay are the same."""
    yield 0
    back = 1
    while start - back >= 0 and _same(tape, start - back, end - back):
        yield -back
        back += 1
    ahead = 0
    while end + ahead < len(tape.words) and _same(tape, start + ahead, end + ahead):
        ahead += 1
        yield ahead


def _same(tape: Tape, one: int, other: int) -> bool:
    return tape.words[one] == tape.words[other]


def _opens(tape: Tape, at: int) -> bool:
    """Whether a sentence or a cell starts here."""
    if at == 0:
        return True
    previous, word = tape.words[at - 1], tape.words[at]
    apart = (previous.line, previous.cell) != (word.line, word.cell)
    return apart or previous.text.endswith((".", "!", "?", ":", ".”", "…"))


def _shift(matched: list[int | None], start: int, end: int, shift: int) -> None:
    for step in range(-shift):
        matched[end - 1 - step], matched[start - 1 - step] = matched[start - 1 - step], None
    for step in range(shift):
        matched[start + step], matched[end + step] = matched[end + step], None
