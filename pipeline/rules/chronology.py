"""Dates: in an order that time allows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pipeline.dates import Edtf
from pipeline.diagnostic import Span
from pipeline.library import Library
from pipeline.record import Institution, Office, Quantity, Record, Statement
from pipeline.rules.finding import Finding, Rule, everywhere, own, printed, within


def late_event(asked: Library, library: Library) -> Iterator[Finding]:
    """A briefing lists an event that begins after the briefing's own date."""
    for briefing in asked.briefings.values():
        for record in within([briefing]):
            for ref in own(record, "events") or ():
                event = library.events.get(ref.id)
                if event and event.date.lower > briefing.date.lower:
                    dates = f"{event.date.text}, the briefing is of {briefing.date.text}"
                    message = f'"{ref.id}" lies after the briefing\'s date: it is of {dates}'
                    yield Finding(ref.span, message)


def early_as_of(asked: Library, library: Library) -> Iterator[Finding]:
    """An office is held since a date after the date on which that was last known."""
    for record in everywhere(asked):
        if isinstance(record, Office) and record.since and record.since.lower > record.as_of.lower:
            message = f"held since {record.since.text}, but only known as of {record.as_of.text}"
            yield Finding(record.place, message)


def bad_briefing_date(asked: Library, library: Library) -> Iterator[Finding]:
    """A briefing's own date is no single day, or its information ends after it."""
    for briefing in asked.briefings.values():
        date, cut_off = briefing.date, briefing.cut_off
        if date.kind != "date" or date.lower != date.upper:
            message = f"a briefing is of one day, found {date.text}"
            yield Finding(briefing.title.span, message, "write its date as 2026-11-23")
        elif cut_off and cut_off.lower > date.lower:
            message = f"the information ends on {cut_off.text}, after the briefing's date"
            yield Finding(briefing.title.span, message)


def stale_statement(asked: Library, library: Library) -> Iterator[Finding]:
    """What a briefing prints as true of a day, an office-holder, a figure or a statement with
    `as-of`, is older on the briefing's date than its `stale-after` allows."""
    found: dict[tuple[str, Span], Finding] = {}
    for id, briefing in asked.briefings.items():
        if briefing.stale_after is None:
            continue
        for record in printed(briefing, library):
            for one in within((record,)):
                known = _known(one)
                if known and _month(briefing.date) - _month(known) > briefing.stale_after:
                    message = f'known as of {known.text}; "{id}" is of {briefing.date.text}'
                    hint = "look whether it still holds, and date it anew or leave it out"
                    found[id, one.place] = Finding(one.place, message, hint, "warning")
    yield from found.values()


def _known(record: Record) -> Edtf | None:
    """The date on which a perishable record was last known to be true."""
    match record:
        case Quantity():
            return record.year
        case Office() | Statement() | Institution():
            return record.as_of
        case _:
            return None


def _month(date: Edtf) -> int:
    """Months of the calendar up to the date's last day."""
    last = date.upper or datetime.date.max
    return 12 * last.year + last.month


def undated_figure(asked: Library, library: Library) -> Iterator[Finding]:
    """A figure that changes from year to year does not say of which year it is."""
    for entity in asked.entities.values():
        for figure in (entity.population, entity.gdp, entity.terrorism_deaths):
            if figure and figure.year is None:
                yield Finding(figure.place, "this figure has no year", "add `year:` beside it")


RULES: tuple[Rule, ...] = (
    late_event,
    early_as_of,
    bad_briefing_date,
    stale_statement,
    undated_figure,
)
