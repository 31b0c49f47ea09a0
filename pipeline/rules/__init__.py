"""The rules a library must keep, by topic; a rule's name is its code, its docstring explains it.

In: a Library, and of its records those that are asked about. Out: diagnostics. A rule is a
function that takes both and yields findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.diagnostic import Diagnostic
from pipeline.library import Library
from pipeline.rules import chronology, identity, language, media, release, sourcing, translation
from pipeline.rules.finding import Rule

RULES: Mapping[str, Rule] = {
    rule.__name__.replace("_", "-"): rule
    for topic in (chronology, identity, language, media, release, sourcing, translation)
    for rule in topic.RULES
}


def check(library: Library, asked: Library | None = None) -> Iterator[Diagnostic]:
    """Everything that the rules find, in no particular order; with `asked`, which holds some of the
    library's records, what they find about these."""
    for code, rule in RULES.items():
        for finding in rule(asked or library, library):
            yield Diagnostic(
                finding.span, finding.code or code, finding.message, finding.hint, finding.severity
            )
