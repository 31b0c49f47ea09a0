"""The fixed words of one language, as templates/terms/<language>.yaml has them."""

from __future__ import annotations

from pipeline.record import Record
from pipeline.values import Word


class Likelihoods(Record):
    """The words of ICD 203's scale (2015, the first of its two rows of terms)."""

    almost_no_chance: Word
    very_unlikely: Word
    unlikely: Word
    roughly_even_chance: Word
    likely: Word
    very_likely: Word
    almost_certain: Word


class Confidences(Record):
    """The three levels of analytic confidence."""

    low: Word
    moderate: Word
    high: Word


class Rows(Record):
    """What the fields of an entity are called in a table."""

    official_name: Word
    capital: Word
    head_of_state: Word
    head_of_government: Word
    population: Word
    area: Word
    gdp: Word
    terrorism_deaths: Word
    currency: Word
    languages: Word


class Verdicts(Record):
    """How a claim stands up to the record."""

    confirmed: Word
    imprecise: Word
    needs_correction: Word
    unverifiable: Word


class Summary(Record):
    """What the summary of the sources counts."""

    references: Word
    languages: Word
    reliability: Word
    credibility: Word
    unseen: Word
    single_source: Word
    weak_sources: Word
    none: Word


class Index(Record):
    """The words of the page that lists the briefings."""

    title: Word
    date: Word
    files: Word
    size: Word
    digest: Word


def term(terms: Likelihoods | Confidences | Rows | Verdicts, key: str) -> str:
    """One of the words, by its key in YAML."""
    return str(getattr(terms, key.replace("-", "_")))


class Terms(Record):
    """The fixed words of one language: templates/terms/<language>.yaml."""

    contents: Word
    notes: Word
    page: Word
    of: Word
    table_view: Word
    figure: Word
    table: Word
    source: Word  # "Source:" in front of one source, with its colon
    sources: Word
    judgement: Word  # "Authors' judgement:", in front of what it rests on
    likelihood: Word
    confidence: Word
    changed: Word
    unchanged: Word
    new: Word
    alternatives: Word
    likelihoods: Likelihoods
    confidences: Confidences
    rows: Rows
    verdicts: Verdicts
    summary: Summary
    index: Index
    date: Word
    event: Word
    provision: Word
    content: Word
    institution: Word
    state_of_play: Word
    point: Word
    said: Word
    used: Word
    claim: Word
    correction: Word
    indicators: Word
    questions: Word
    evidence: Word
    cut_off: Word  # "Information cut-off:"
    published: Word  # "Published by"
    license: Word
    public_domain: Word
    credits: Word  # "Map and flags:"
    ratings: Word  # what the codes such as B2 after a reference mean
