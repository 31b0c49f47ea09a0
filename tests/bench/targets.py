"""What was promised, held against what was measured. No test asserts it: machines differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What is found must be at most `wanted`, or, where more is better, at least. `find` gives None
    when a run did not measure it. `counts`: how many briefings were promised, by what the run calls
    their number."""

    words: str
    unit: str
    wanted: float
    find: Callable[[Figures], float | None]
    more: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """`verdict`: "held", "MISSED", "not measured", or "held by fewer": of fewer briefings than were
    promised, which proves nothing."""

    target: Target
    found: float | None
    verdict: str


def _seconds(what: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["whole"][what]["ours"]["seconds"][0])


def _times(what: str, who: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["whole"][what][who]["times"][0])


def _warm(size: str, format: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["warm"][size]["ours"][format]["ms"][0])


def _warm_times(size: str, who: str, format: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["warm"][size][who][format]["times"][0])


def _edit_against_lua(figures: Figures) -> float:
    whole = figures["whole"]
    return float(whole["many"]["lua"]["seconds"][0] / whole["one-edit-many"]["ours"]["seconds"][0])


def _growth(figures: Figures) -> float:
    """The time of a briefing among many, against that in a batch."""
    whole, measured = figures["whole"], figures["measured"]
    each = whole["many"]["ours"]["seconds"][0] / measured["many"]
    return float(each * measured["batch"] / whole["batch-four"]["ours"]["seconds"][0])


def _memory(part: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["whole"]["many"]["ours"][part])


def _saves(figures: Figures) -> float | None:
    return float(figures["saves"][0]) if figures["saves"] else None


# A quick run takes fewer.
MANY, BATCH, PLANNED = {"many": 1000}, {"batch": 100}, {"planned": 10000}

TARGETS = (
    Target("no change, one briefing", "s", 0.25, _seconds("no-change-one")),
    Target("no change, {many}", "s", 1.0, _seconds("no-change-many"), counts=MANY),
    Target("one text edited among {many}", "s", 1.5, _seconds("one-edit-many"), counts=MANY),
    Target("from a save to the page in the preview", "s", 0.3, _saves),
    Target(
        "that edit against pandoc's Lua batch over {many}", "×", 20, _edit_against_lua, True, MANY
    ),
    Target(
        "{batch} against WeasyPrint, python-docx", "×", 1.7, _times("batch", "stock"), True, BATCH
    ),
    Target(
        "{batch} against pandoc, a process a format",
        "×",
        1.5,
        _times("batch", "pandoc"),
        True,
        BATCH,
    ),
    Target(
        "{batch} against pandoc's Lua batch (a goal)", "×", 1.0, _times("batch", "lua"), True, BATCH
    ),
    Target("DOCX, small", "ms", 10, _warm("small", "docx")),
    Target("DOCX, large", "ms", 40, _warm("large", "docx")),
    Target("Markdown, small", "ms", 3, _warm("small", "markdown")),
    Target("HTML, small", "ms", 5, _warm("small", "html")),
    Target("JSON, small", "ms", 2, _warm("small", "json")),
    Target("PDF, large, against WeasyPrint", "×", 1.8, _warm_times("large", "stock", "pdf"), True),
    Target("time a briefing at {many} against {batch}", "×", 1.1, _growth, counts=MANY | BATCH),
    Target("memory of the owner at {many}", "MB", 300, _memory("owner"), counts=MANY),
    Target("memory of a worker at {many}", "MB", 250, _memory("worker"), counts=MANY),
    Target("{planned} planned and checked", "s", 30, _seconds("planned"), counts=PLANNED),
    Target("shipped briefings, built and verified", "s", 12, _seconds("shipped")),
)


def held(figures: Figures) -> Iterator[Held]:
    """Each target, what was found, and whether it holds."""
    for target in TARGETS:
        found = target.find(figures)
        yield Held(target, found, verdict(target, found, figures["measured"]))


def verdict(target: Target, found: float | None, measured: Mapping[str, Any]) -> str:
    if found is None:
        return "not measured"
    if found < target.wanted if target.more else found > target.wanted:
        return "MISSED"
    fewer = any(measured[name] < count for name, count in target.counts.items())
    return "held by fewer" if fewer else "held"


def words(target: Target, figures: Figures) -> str:
    counts = {name: f"{figures['measured'][name]:,}" for name in ("many", "batch", "planned")}
    return target.words.format(**counts)
