"""Wording: markup without slips, and judgements in the words of ICD 203."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unicodedata import category

from pipeline import markup
from pipeline.blocks.judgements import RANGES, Judgement
from pipeline.diagnostic import Span
from pipeline.document import Emphasis, Foreign, Inline, Link, Strong
from pipeline.library import Library, records
from pipeline.record import texts_in
from pipeline.rules.finding import Finding, Rule, everywhere
from pipeline.source import Scalar
from pipeline.terms import term

# Words that commit to nothing, and those of ICD 203's other row of terms, which the scale that is
# printed here must not be mixed with.
UNFIT: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("may", "might", "could", "possible", "possibly", "perhaps"),
        *("remote", "improbable", "roughly even odds", "probable", "probably", "nearly certain"),
    ),
    "fr": (
        *("peut-être", "possible", "possiblement", "pourrait", "pourraient", "peut", "peuvent"),
        *("éventuel", "éventuelle", "éventuellement", "vraisemblable", "vraisemblablement"),
        *("probablement", "sans doute", "certainement"),
    ),
}
CONFIDENT: Mapping[str, str] = {"en": r"\bconfiden(ce|t)\b", "fr": r"\b(confiance|confiante?s?)\b"}


def bad_markup(asked: Library, library: Library) -> Iterator[Finding]:
    """A slip in inline markup: a citation without its end, an address that is none."""
    for record in records(asked):
        for text in texts_in(record):
            for scalar in text.values.values():
                for fault in markup.parse(scalar.text).faults:
                    place = scalar.at(fault.start, fault.end)
                    yield Finding(place, fault.message, fault.hint, code=fault.code)


def blank_text(asked: Library, library: Library) -> Iterator[Finding]:
    """A text of which nothing is printed: `[]{fr}`, a space without width. As a heading it would
    be one that nobody sees and that readers who listen meet all the same."""
    for record in records(asked):
        for text in texts_in(record):
            for scalar in text.values.values():
                if not any(map(_prints, markup.parse(scalar.text).inlines)):
                    yield Finding(scalar.span, "nothing of this text is printed")


_LETTER = re.compile(r"\w")


def _prints(inline: Inline) -> bool:
    match inline:
        case str():
            # Nearly every text has a letter, which is found sooner than categories are asked for.
            found = _LETTER.search(inline)
            return bool(found) or any(category(letter)[0] in "LNPS" for letter in inline)
        case Emphasis() | Strong() | Foreign():
            return any(map(_prints, inline.content))
        case Link() if inline.content:
            return any(map(_prints, inline.content))
        case _:
            return True  # a pointer or a value; without words, a link or note is a slip of its own


def markup_in_title(asked: Library, library: Library) -> Iterator[Finding]:
    """Inline markup in front matter that goes into metadata and would be printed as it stands."""
    for briefing in asked.briefings.values():
        front = (briefing.title, briefing.subtitle, briefing.series, briefing.description)
        for text in (*front, *briefing.keywords):
            for scalar in text.values.values() if text else ():
                if any(not isinstance(part, str) for part in markup.parse(scalar.text).inlines):
                    message = "no markup is read here: it would be printed as it stands"
                    yield Finding(scalar.span, message)


def confidence_with_likelihood(asked: Library, library: Library) -> Iterator[Finding]:
    """A judgement states its confidence in the sentence that states its likelihood. ICD 203 keeps
    the two apart: "high confidence that it is likely" says neither."""
    for said in _sentences(asked, library):
        if said.language in CONFIDENT and re.search(CONFIDENT[said.language], said.text, re.I):
            message = "confidence and likelihood stand in one sentence"
            yield Finding(said.span, message, "leave confidence to its own key")


def likelihood_not_stated(asked: Library, library: Library) -> Iterator[Finding]:
    """A judgement's sentence does not hold the words of its own likelihood, or holds another's."""
    for said in _sentences(asked, library):
        stated, wanted = _stated(said), said.scale[said.judgement.likelihood]
        if stated != [wanted]:
            found = ", ".join(f'"{word}"' for word in stated) or "none"
            message = f'expected the likelihood "{wanted}" and no other, found {found}'
            yield Finding(said.span, message)


def vague_judgement(asked: Library, library: Library) -> Iterator[Finding]:
    """A judgement uses a word that commits to nothing, or one from ICD 203's other row."""
    for said in _sentences(asked, library):
        for word in UNFIT.get(said.language, ()):
            # Not in capitals: a judgement may well name the month of May.
            for found in re.finditer(rf"\b{word}\b", said.text):
                message = f'"{found[0]}" in a judgement'
                hint = f"say how likely it is: {', '.join(said.scale.values())}"
                yield Finding(said.scalar.at(*found.span()), message, hint)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A judgement in one of its languages, with that language's scale of likelihood."""

    judgement: Judgement
    language: str
    scalar: Scalar
    scale: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.scalar.text

    @property
    def span(self) -> Span:
        return self.scalar.span


def _sentences(asked: Library, library: Library) -> Iterator[_Sentence]:
    judgements = [record for record in everywhere(asked) if isinstance(record, Judgement)]
    scales = {
        language: {str(word): term(terms.likelihoods, word) for word in RANGES}
        for language, terms in (library.terms.items() if judgements else ())
    }
    for judgement in judgements:
        for language, scale in scales.items():
            if scalar := judgement.text.values.get(language):
                yield _Sentence(judgement, language, scalar, scale)


def _stated(said: _Sentence) -> list[str]:
    """The likelihoods that a sentence names, the longest reading of each."""
    words = sorted(said.scale.values(), key=len, reverse=True)
    pattern = "|".join(rf"\b{re.escape(word)}\b" for word in words)
    return [found.lower() for found in re.findall(pattern, said.text, re.I)]


RULES: tuple[Rule, ...] = (
    bad_markup,
    blank_text,
    markup_in_title,
    confidence_with_likelihood,
    likelihood_not_stated,
    vague_judgement,
)
