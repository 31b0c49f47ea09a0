"""The plan of a build, as data: which renditions are wanted, and where each goes.

In: editions and a selection. Out: renditions, in the order in which they are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.edition import Edition
from pipeline.survey import Planned
from pipeline.writers import WRITERS


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file to make: an edition in a format."""

    planned: Planned
    format: str

    @property
    def edition(self) -> Edition:
        return self.planned.edition

    @property
    def path(self) -> str:
        """Where it goes under the output folder."""
        edition = self.edition
        suffix = WRITERS[self.format].suffix
        return f"{edition.audience}/{edition.briefing}.{edition.language}.{suffix}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the plan is wanted; an empty part means all."""

    briefings: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        return not (self.briefings or self.formats or self.languages)


def plan(editions: Iterable[Planned], selection: Selection) -> list[Rendition]:
    """The renditions of these editions, in the order in which they are made."""
    return [
        Rendition(planned, format)
        for planned in editions
        for format in WRITERS
        if planned.edition.briefing in (selection.briefings or {planned.edition.briefing})
        and planned.edition.language in (selection.languages or {planned.edition.language})
        and format in (selection.formats or {format})
    ]
