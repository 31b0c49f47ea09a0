"""What was promised, held against what was measured. No test asserts it: machines differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What is found must be at most `wanted`, or, where more is better, at least. `find` gives None
    when a run did not measure it."""

    words: str
    unit: str
    wanted: float
    find: Callable[[Figures], float | None]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """`verdict`: "held", "MISSED" or "not measured"."""

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


# `many`, `batch` and `planned` stand for 1,000, 100 and 10,000; a quick run takes fewer.
TARGETS = (
    Target("no change, one briefing", "s", 0.25, _seconds("no-change-one")),
    Target("no change, {many}", "s", 1.0, _seconds("no-change-many")),
    Target("one text edited among {many}", "s", 1.5, _seconds("one-edit-many")),
    Target("from a save to the page in the preview", "s", 0.3, _saves),
    Target("that edit against pandoc's Lua batch over {many}", "×", 20, _edit_against_lua, True),
    Target("{batch} against WeasyPrint, python-docx", "×", 1.7, _times("batch", "stock"), True),
    Target("{batch} against pandoc, a process a format", "×", 1.5, _times("batch", "pandoc"), True),
    Target("{batch} against pandoc's Lua batch (a goal)", "×", 1.0, _times("batch", "lua"), True),
    Target("DOCX, small", "ms", 10, _warm("small", "docx")),
    Target("DOCX, large", "ms", 40, _warm("large", "docx")),
    Target("Markdown, small", "ms", 3, _warm("small", "markdown")),
    Target("HTML, small", "ms", 5, _warm("small", "html")),
    Target("JSON, small", "ms", 2, _warm("small", "json")),
    Target("PDF, large, against WeasyPrint", "×", 1.8, _warm_times("large", "stock", "pdf"), True),
    Target("time a briefing at {many} against {batch}", "×", 1.1, _growth),
    Target("memory of the owner at {many}", "MB", 300, _memory("owner")),
    Target("memory of a worker at {many}", "MB", 250, _memory("worker")),
    Target("{planned} planned and checked", "s", 30, _seconds("planned")),
    Target("shipped briefings, built and verified", "s", 12, _seconds("shipped")),
)


def held(figures: Figures) -> Iterator[Held]:
    """Each target, what was found, and whether it holds."""
    for target in TARGETS:
        found = target.find(figures)
        yield Held(target, found, verdict(target, found))


def verdict(target: Target, found: float | None) -> str:
    if found is None:
        return "not measured"
    holds = found >= target.wanted if target.more else found <= target.wanted
    return "held" if holds else "MISSED"


def words(target: Target, figures: Figures) -> str:
    counts = {name: f"{figures['measured'][name]:,}" for name in ("many", "batch", "planned")}
    return target.words.format(**counts)
