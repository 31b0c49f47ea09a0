"""Release: an edition cites nothing that its readers may not see."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.diagnostic import Span
from pipeline.edition import redact, released
from pipeline.library import Library
from pipeline.record import texts_in
from pipeline.rules.finding import Finding, Rule, marks


def withheld_citation(library: Library) -> Iterator[Finding]:
    """A text that an audience sees cites a reference that it may not see."""
    found: dict[Span, Finding] = {}
    for briefing in library.briefings.values():
        for audience in briefing.audiences:
            seen = redact(briefing, audience.id)
            for text in texts_in(seen):
                for mark, scalar in marks(text, "citation"):
                    reference = library.references.get(mark.key)
                    if reference and not released(reference, audience.id):
                        place = scalar.at(mark.start, mark.end)
                        message = f'"{mark.key}" is not released to the audience "{audience.id}"'
                        hint = "release the reference, or withhold what cites it"
                        found[place] = Finding(place, message, hint)
    yield from found.values()


RULES: tuple[Rule, ...] = (withheld_citation,)
