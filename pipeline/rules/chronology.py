"""Dates: in an order that time allows."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.library import Library
from pipeline.record import Office
from pipeline.rules.finding import Finding, Rule, everywhere, within


def late_event(library: Library) -> Iterator[Finding]:
    """A briefing lists an event that begins after the briefing's own date."""
    for briefing in library.briefings.values():
        for record in within((briefing.front, briefing.body)):
            for ref in getattr(record, "events", ()):
                event = library.events.get(ref.id)
                if event and event.date.lower > briefing.date.lower:
                    dates = f"{event.date.text}, the briefing is of {briefing.date.text}"
                    message = f'"{ref.id}" lies after the briefing\'s date: it is of {dates}'
                    yield Finding(ref.span, message)


def early_as_of(library: Library) -> Iterator[Finding]:
    """An office is held since a date after the date on which that was last known."""
    for record in everywhere(library):
        if isinstance(record, Office) and record.since and record.since.lower > record.as_of.lower:
            message = f"held since {record.since.text}, but only known as of {record.as_of.text}"
            yield Finding(record.place, message)


def bad_briefing_date(library: Library) -> Iterator[Finding]:
    """A briefing's own date is no single day, or its information ends after it."""
    for briefing in library.briefings.values():
        date, cut_off = briefing.date, briefing.cut_off
        if date.kind != "date" or date.lower != date.upper:
            message = f"a briefing is of one day, found {date.text}"
            yield Finding(briefing.title.span, message, "write its date as 2026-11-23")
        elif cut_off and cut_off.lower > date.lower:
            message = f"the information ends on {cut_off.text}, after the briefing's date"
            yield Finding(briefing.title.span, message)


RULES: tuple[Rule, ...] = (late_event, early_as_of, bad_briefing_date)
