"""The page that lists the briefings of each audience, from what a manifest says of them.

In: the manifest of an output folder. Out: pages, by their paths.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline import index
from pipeline.catalogue import Catalogue
from pipeline.index import Listed
from pipeline.ledger import Entry

# What the manifest says of an edition.
EDITION = {"briefing", "language", "series", "title", "subtitle", "issued", "marking"}


def index_pages(known: Catalogue, entries: Mapping[str, Entry]) -> dict[str, bytes]:
    """The index page of each audience's folder, by its path."""
    audiences: dict[str, list[Listed]] = {}
    for path, entry in sorted(entries.items()):
        if entry["edition"].keys() != EDITION:
            continue  # of an earlier release: it is listed when it is made anew
        audience, _, file = path.partition("/")
        listed = Listed(**entry["edition"], file=file, size=entry["size"], sha256=entry["sha256"])
        audiences.setdefault(audience, []).append(listed)
    return {
        f"{name}/{index.NAME}": _index_page(known, listed) for name, listed in audiences.items()
    }


def _index_page(known: Catalogue, listed: list[Listed]) -> bytes:
    language = index.language_of(listed)
    return index.page(listed, known.terms(language), language, known.templates)
