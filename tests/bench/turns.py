"""Warm processes in turn: for each format and each document, each who prints it is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from tests.bench.resident import Resident, start
from tests.bench.site import WARMING, Site, peer, script

OURS = ("pdf", "docx", "markdown", "html", "json", "engine", "engine-tagged")
# Each thing measured: its name, and what each who prints it calls it.
PRINTED: Mapping[str, Mapping[str, str]] = {
    **{format: {"ours": format} for format in OURS},
    "pdf": {"ours": "pdf", "stock": "pdf", "pandoc": "pdf", "typst": "pdf"},
    "docx": {"ours": "docx", "stock": "docx", "pandoc": "docx"},
    "markdown": {"ours": "markdown", "stock": "md", "pandoc": "md"},
}


@dataclass(frozen=True, slots=True)
class Turn:
    size: str
    format: str
    who: str
    milliseconds: float


def measured(site: Site, told: Callable[[str], object]) -> Iterator[Turn]:
    small, large = _names("small", WARMING + site.sizes.small), _names("large", site.sizes.large)
    with ExitStack() as stack:
        asked = {who: stack.enter_context(one) for who, one in _residents(site).items()}
        for turn in _turns("small", small[:WARMING], asked):
            told(f"warming          {turn.who:8} {turn.milliseconds:8.1f} ms {turn.format}")
        for size, names in (("small", small[WARMING:]), ("large", large)):
            for turn in _turns(size, names, asked):
                told(f"warm {size:11} {turn.who:8} {turn.milliseconds:8.1f} ms {turn.format}")
                yield turn


def _names(size: str, count: int) -> list[str]:
    return [f"{size}-{number:04d}" for number in range(count)]


def _residents(site: Site) -> Mapping[str, Resident]:
    commands = {"ours": script("warm", str(site.made("ours")))}
    for name in ("stock", "pandoc", "typst"):
        commands[name] = peer(name, site, "warm", "--asked")
    folder = site.project("warm")
    return {who: start(command, folder, site.environment) for who, command in commands.items()}


def _turns(size: str, names: list[str], asked: Mapping[str, Resident]) -> Iterator[Turn]:
    """Another begins with each document. None is printed twice: Typst remembers what it set."""
    for number, name in enumerate(names):
        for format, by in PRINTED.items():
            turns = list(by.items())
            first = number % len(turns)
            for who, called in turns[first:] + turns[:first]:
                yield Turn(size, format, who, asked[who].ask(called, name))
