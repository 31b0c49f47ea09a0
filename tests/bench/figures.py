"""What was measured, as medians: samples go in, the numbers of `figures.json` come out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Taken:
    """`wall` and `cpu` in seconds; `owner` and `worker`: the most memory that the process itself
    and the largest of those it started were seen to hold, in MB, what they share counted in each.
    """

    wall: float
    cpu: float
    owner: float
    worker: float
    printed: str


@dataclass(slots=True)
class Samples:
    """Every measurement in the order of the rounds: whole processes by what was done and by whom,
    milliseconds of warm ones by size, by who and by format."""

    whole: dict[str, dict[str, list[Taken]]] = field(default_factory=dict)
    warm: dict[str, dict[str, dict[str, list[float]]]] = field(default_factory=dict)
    pages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    saves: Sequence[float] = ()  # seconds from a save to the page in the preview

    def add(self, what: str, who: str, one: Taken) -> None:
        self.whole.setdefault(what, {}).setdefault(who, []).append(one)

    def add_warm(self, size: str, who: str, format: str, milliseconds: float) -> None:
        by = self.warm.setdefault(size, {}).setdefault(who, {})
        by.setdefault(format, []).append(milliseconds)


def figures(samples: Samples, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Medians with the least and the most; and of what others do too, the ratios, each between two
    measurements that followed each other. `measured` says when, where and how much."""
    return {
        "measured": measured,
        "pages": samples.pages,
        "whole": {what: _whole(by) for what, by in samples.whole.items()},
        "warm": {size: _warm(by) for size, by in samples.warm.items()},
        "stages": _stages(samples.whole["stages"]["ours"]),
        "saves": spread(samples.saves) if samples.saves else None,
    }


def spread(values: Sequence[float], digits: int = 3) -> list[float]:
    """The median, the least and the most."""
    return [round(one, digits) for one in (median(values), min(values), max(values))]


def _whole(by: Mapping[str, list[Taken]]) -> dict[str, Any]:
    walls = {who: [one.wall for one in all] for who, all in by.items()}
    return {
        who: {
            "seconds": spread(walls[who]),
            "cpu": spread([one.cpu for one in all]),
            "owner": round(max(one.owner for one in all)),
            "worker": round(max(one.worker for one in all)),
            **_times(walls, who),
        }
        for who, all in by.items()
    }


def _warm(by: Mapping[str, Mapping[str, list[float]]]) -> dict[str, Any]:
    return {
        who: {
            format: {
                "ms": spread(taken, 2),
                **_times({one: there[format] for one, there in by.items() if format in there}, who),
            }
            for format, taken in formats.items()
        }
        for who, formats in by.items()
    }


def _times(taken: Mapping[str, Sequence[float]], who: str) -> dict[str, list[float]]:
    """How many times as long this one took as we did."""
    if who == "ours":
        return {}
    # What is done in the first round alone is held against ours of that round.
    pairs = zip(taken[who], taken["ours"], strict=False)
    return {"times": spread([theirs / ours for theirs, ours in pairs], 2)}


def _stages(taken: Sequence[Taken]) -> dict[str, float]:
    rounds = [json.loads(one.printed.splitlines()[-1]) for one in taken]
    return {name: round(median(one[name] for one in rounds), 2) for name in rounds[0]}
