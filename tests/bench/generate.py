"""Briefings for measurements: as many as wanted, the same ones every time.

    python tests/bench/generate.py FOLDER --small 1000 --large 0

In: a folder and how many. Out: `sources/` in it, free of errors and warnings. A small briefing is
an organisation's profile of two pages with six references; a large one has 25 to 30 pages, 60
references and four tables. Ten small briefings share a shelf of 30 references and 20 events, as
the briefings of a desk do. Each is made from its own number alone, so the first hundred of a
thousand are the hundred.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 20261123
SHELF = 20  # small briefings that share references and events

COUNTRIES = (
    "Mali", "Burkina Faso", "Niger", "Chad", "Senegal", "Benin", "Togo", "Ghana", "Mauritania",
    "Côte d’Ivoire", "Guinea", "Sierra Leone", "Gabon", "Cameroon",
)  # fmt: skip
KINDS = ("Alliance", "Union", "Council", "Forum", "Compact", "League", "Partnership")
WHERE = (
    "Sahel States", "Atlantic Ports", "Savanna Republics", "River Basin Nations",
    "Gulf Coast States", "Highland Economies", "Northern Corridors", "Lake Region Authorities",
)  # fmt: skip
SUBJECTS = (
    "The secretariat", "The founding charter", "A joint military command",
    "The council of ministers", "An independent review panel", "The regional development bank",
    "Each member state", "The counterterrorism task force", "A transitional government",
)  # fmt: skip
VERBS = (
    "formalised", "rejected", "extended", "suspended", "endorsed", "renegotiated", "announced",
    "withdrew from", "ratified", "replaced",
)  # fmt: skip
OBJECTS = (
    "a mutual defence clause similar to Article 5 of NATO",
    "the customs protocol signed two years earlier",
    "a proposal for a common passport and a shared travel document",
    "the timetable for a return to civilian rule",
    "joint patrols along the tri-border Liptako-Gourma zone",
    "an emergency grain reserve of 40,000 tonnes",
    "security cooperation with external partners",
    "the bloc’s sanctions regime and its humanitarian exemptions",
)
TAILS = (
    "citing pressure from neighbouring economies",
    "despite objections from two observer states",
    "after a series of closed consultations",
    "pending ratification by national assemblies",
    "in line with the roadmap agreed at the previous summit",
    "with a review scheduled after eighteen months",
)
LABELS = (
    "Member states", "Mutual defence", "Counterterrorism", "Break with earlier partners",
    "Military alliances", "Strategic shift", "Budget and financing", "Institutions",
    "Decision making", "Trade and customs", "Public communication", "Legal basis",
)  # fmt: skip
EVENTS = (
    "Coup and political shift", "Departure from the bloc", "Formation and charter",
    "First joint exercise", "Summit of heads of state", "Sanctions episode", "Customs agreement",
    "Observer admission", "Treaty revision", "Joint force deployment",
)  # fmt: skip
ROLES = ("Chair", "Vice-chair", "Observer", "Member", "Associate")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each thing a briefing holds."""

    name: str
    references: int
    events: int
    labels: int
    sentences: tuple[int, int]  # in a paragraph, at least and at most
    tables: int
    rows: int


SMALL = Size("small", references=6, events=4, labels=7, sentences=(1, 2), tables=1, rows=5)
LARGE = Size("large", references=60, events=80, labels=165, sentences=(4, 5), tables=4, rows=30)


def files(small: int, large: int = 0) -> Iterator[tuple[str, bytes]]:
    """Every file under `sources/`, by its name in a project folder."""
    yield "sources/audiences.yaml", _written([{"id": "public", "name": {"en": "Public"}}])
    for first in range(0, small, SHELF):
        yield from _shelf(SMALL, first // SHELF, references=30, events=20)
    for number in range(small):
        yield _briefing(SMALL, number, number // SHELF, references=30, events=20)
    for number in range(large):
        yield from _shelf(LARGE, number, LARGE.references, LARGE.events)
        yield _briefing(LARGE, number, number, LARGE.references, LARGE.events)


def write(folder: Path, small: int, large: int = 0) -> None:
    """The files, written under `folder`."""
    for name, data in files(small, large):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _written(value: object) -> bytes:
    """YAML as people write it, near enough: a key a line, every text in quotes."""
    return "".join(_lines(value, 0)).encode()


def _lines(value: object, depth: int) -> Iterator[str]:
    """A mapping or a list of mappings in block style, whatever is short in flow style."""
    indent = "  " * depth
    if isinstance(value, list):
        for item in value:
            first, *rest = list(_lines(item, depth + 1))
            yield f"{indent}- {first.lstrip()}"
            yield from rest
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, list) and item and isinstance(item[0], Mapping):
                yield f"{indent}{key}:\n"
                yield from _lines(item, depth + 1)
            else:
                yield f"{indent}{key}: {_flow(item)}\n"


def _flow(value: object) -> str:
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(_flow(item) for item in value)}]"
        case Mapping():
            return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
        case _:
            return str(value)


# Shared records ----------------------------------------------------------------------------


def _shelf(size: Size, number: int, references: int, events: int) -> Iterator[tuple[str, bytes]]:
    """The references and the events that some briefings share."""
    name = f"{size.name}-{number:04d}"
    r = random.Random(f"{SEED}-{name}-shelf")  # noqa: S311 -- the same each time is the point
    cited = [f"{name}-{n}" for n in range(references)]
    yield f"sources/references/{name}.yaml", _written([_reference(r, id) for id in cited])
    happened = [_event(r, f"{name}-{n}", cited) for n in range(events)]
    yield f"sources/events/{name}.yaml", _written(happened)


def _reference(r: random.Random, id: str) -> dict[str, Any]:
    return {
        "id": id,
        "type": r.choice(["report", "webpage", "article-newspaper"]),
        "title": _sentence(r).rstrip("."),
        "publisher": r.choice(["Regional Studies", "Field Notes", "Policy Review", "Open Gazette"]),
        "issued": f"{r.randint(2015, 2026)}-{r.randint(1, 12):02d}",
        "URL": f"https://www.example.org/{id}",
        "language": "en",
        "reliability": r.choice("ABC"),
        "credibility": str(r.randint(1, 3)),
        "seen": True,
    }


def _event(r: random.Random, id: str, cited: list[str]) -> dict[str, Any]:
    return {
        "id": id,
        "date": f"{r.randint(1990, 2025)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
        "title": {"en": r.choice(EVENTS)},
        "text": {"en": _sentence(r)},
        "sources": r.sample(cited, r.randint(1, 2)),
    }


# Briefings ---------------------------------------------------------------------------------


def _briefing(
    size: Size, number: int, shelf: int, references: int, events: int
) -> tuple[str, bytes]:
    name, shelved = f"{size.name}-{number:04d}", f"{size.name}-{shelf:04d}"
    r = random.Random(f"{SEED}-{name}")  # noqa: S311 -- the same each time is the point
    cited = [f"{shelved}-{n}" for n in r.sample(range(references), size.references)]
    happened = [f"{shelved}-{n}" for n in r.sample(range(events), size.events)]
    members = r.sample(COUNTRIES, 3)
    title = f"{r.choice(KINDS)} of {r.choice(WHERE)}"
    return f"sources/briefings/{name}.yaml", _written(
        {
            "title": {"en": f"{title} ({number:04d})"},
            "subtitle": {"en": "Organisation profile"},
            "date": f"2026-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
            "contents": size is LARGE,
            "languages": ["en"],
            "audiences": ["public"],
            "authors": [{"literal": "Research desk"}],
            "license": "CC-BY-4.0",
            "front": [_summary(r, title, members, size, cited)],
            "body": [
                _timeline(happened),
                _characteristics(r, members, size, cited),
                _tables(r, size, cited),
                _links(r, cited),
                {"kind": "references", "id": "references", "title": {"en": "References"}},
            ],
        }
    )


def _summary(
    r: random.Random, title: str, members: list[str], size: Size, cited: list[str]
) -> dict[str, Any]:
    first = f"Formed by {members[0]}, {members[1]} and {members[2]}, the {title} is a new actor."
    said = [f"{first} {_cite(r, cited)}", *(_cited(r, size, cited) for _ in range(2))]
    return {
        "kind": "narrative",
        "id": "summary",
        "title": {"en": "Summary"},
        "statements": [{"text": {"en": text}} for text in said],
    }


def _timeline(happened: list[str]) -> dict[str, Any]:
    return {
        "kind": "timeline",
        "id": "timeline",
        "title": {"en": "History"},
        "caption": {"en": "What happened"},
        "events": happened,
    }


def _characteristics(
    r: random.Random, members: list[str], size: Size, cited: list[str]
) -> dict[str, Any]:
    labels = [
        {
            "id": f"label-{n}",
            "term": {"en": LABELS[n % len(LABELS)]},
            "statements": [{"text": {"en": _cited(r, size, cited)}}],
        }
        for n in range(1, size.labels)
    ]
    told = {"text": {"en": f"{', '.join(members)}. {_cite(r, cited)}"}}
    states = {"id": "label-0", "term": {"en": LABELS[0]}, "statements": [told]}
    return {
        "kind": "characteristics",
        "id": "characteristics",
        "title": {"en": "Characteristics"},
        "characteristics": [states, *labels],
    }


def _tables(r: random.Random, size: Size, cited: list[str]) -> dict[str, Any]:
    tables = [_table(r, n, size.rows, cited) for n in range(size.tables)]
    return {"kind": "tables", "id": "tables", "title": {"en": "Contributions"}, "tables": tables}


def _table(r: random.Random, number: int, rows: int, cited: list[str]) -> dict[str, Any]:
    headings = ("Member", "Role", "Since", "Budget (m USD)", "Personnel")
    return {
        "id": f"table-{number}",
        "caption": {"en": f"Contributions and roles by member, from {r.randint(2015, 2021)}"},
        "row-headers": True,
        "columns": [{"heading": {"en": heading}} for heading in headings],
        "rows": [
            {
                "id": f"row-{number}-{n}",
                "cells": [
                    r.choice(COUNTRIES),
                    {"en": r.choice(ROLES)},
                    str(r.randint(1990, 2026)),
                    f"{r.uniform(1, 950):,.1f}",
                    f"{r.randint(50, 48000):,}",
                ],
                "sources": [r.choice(cited)],
            }
            for n in range(rows)
        ],
    }


def _links(r: random.Random, cited: list[str]) -> dict[str, Any]:
    names = ("Official charter", "Relations with neighbours", "Impact in the region")
    links = [
        {"text": {"en": name}, "reference": id}
        for name, id in zip(names, r.sample(cited, 3), strict=True)
    ]
    return {"kind": "links", "id": "links", "title": {"en": "Further reading"}, "links": links}


# Sentences ---------------------------------------------------------------------------------


def _cited(r: random.Random, size: Size, cited: list[str]) -> str:
    """A paragraph that ends with what it cites."""
    sentences = " ".join(_sentence(r) for _ in range(r.randint(*size.sentences)))
    return f"{sentences} {_cite(r, cited)}"


def _cite(r: random.Random, cited: list[str]) -> str:
    return f"[{'; '.join(f'@{id}' for id in r.sample(cited, r.randint(1, 2)))}]"


def _sentence(r: random.Random) -> str:
    said = f"{r.choice(SUBJECTS)} {r.choice(VERBS)} {r.choice(OBJECTS)}"
    return f"{said}, {r.choice(TAILS)}." if r.random() < 0.75 else f"{said}."


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="write briefings to measure with")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=0)
    wanted = parser.parse_args()
    write(wanted.folder, wanted.small, wanted.large)
