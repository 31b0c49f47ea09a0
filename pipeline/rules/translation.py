"""Languages: what an edition needs is there in its language."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.diagnostic import Span
from pipeline.library import Library
from pipeline.record import texts_in
from pipeline.rules.finding import Finding, Rule, printed
from pipeline.values import Text


def missing_translation(asked: Library, library: Library) -> Iterator[Finding]:
    """A text that a briefing prints is not there in a language that the briefing declares."""
    found: dict[tuple[Span, str], Finding] = {}
    for briefing in asked.briefings.values():
        for language in briefing.languages:
            for record in printed(briefing, library):
                for text in texts_in(record):
                    if text.into(language) is None:
                        message = f'this text has no "{language}" version: it has {_listed(text)}'
                        found[text.span, language] = Finding(
                            text.span, message, f"add `{language}:` beside it"
                        )
    yield from found.values()


def _listed(text: Text) -> str:
    return ", ".join(text.values)


def missing_terms(asked: Library, library: Library) -> Iterator[Finding]:
    """A briefing declares a language whose fixed words are not there."""
    for briefing in asked.briefings.values():
        for language in briefing.languages:
            broken = ("terms", str(language)) in library.broken
            if str(language) not in library.terms and not broken:
                message = f'there are no fixed words for the language "{language}"'
                yield Finding(language.span, message, f"write templates/terms/{language}.yaml")


RULES: tuple[Rule, ...] = (missing_translation, missing_terms)
