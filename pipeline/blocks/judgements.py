"""Key judgements after ICD 203: a likelihood in the sentence, the confidence beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pipeline.document import Block, Blocks, Inlines, Item, List, Paragraph, Strong
from pipeline.record import Record, Statement
from pipeline.terms import term
from pipeline.values import Id, Prose, Word, one_of
from pipeline.view import View

Likelihood = Literal[
    "almost-no-chance", "very-unlikely", "unlikely", "roughly-even-chance", "likely",
    "very-likely", "almost-certain",
]  # fmt: skip
# What the words of the scale stand for, in per cent: ICD 203 (2015), section 2.b.
RANGES: Mapping[Likelihood, str] = {
    "almost-no-chance": "1–5\u00a0%",
    "very-unlikely": "5–20\u00a0%",
    "unlikely": "20–45\u00a0%",
    "roughly-even-chance": "45–55\u00a0%",
    "likely": "55–80\u00a0%",
    "very-likely": "80–95\u00a0%",
    "almost-certain": "95–99\u00a0%",
}
Confidence = Literal["low", "moderate", "high"]
Change = Literal["new", "unchanged", "changed"]


class Changed(Record):
    """How a judgement stands to the last edition: new, unchanged, or changed and why."""

    kind: Annotated[Change, one_of("new", "unchanged", "changed")]
    why: Prose | None = None


class Judgement(Statement):
    """What the authors judge. The sentence holds the words of its `likelihood` (ICD 203's scale);
    `confidence` is printed apart from it, and `basis` says what the confidence rests on."""

    id: Id
    basis: Prose
    likelihood: Annotated[Likelihood, one_of(*Likelihood.__args__)]
    confidence: Annotated[Confidence, one_of("low", "moderate", "high")]
    change: Changed
    alternatives: Prose | None = None


class Judgements(Record):
    """Key judgements, numbered, each with its likelihood and its confidence."""

    kind: Word
    id: Id
    title: Prose
    judgements: tuple[Judgement, ...]


def lower(block: Judgements, view: View) -> Blocks:
    """An ordered list; each item holds the sentence and lines on likelihood and confidence."""
    items = tuple(Item(_item(judgement, view), judgement.id) for judgement in block.judgements)
    content = (List(items, ordered=True, role="judgements"),)
    return view.section(block.id, block.title, content, "judgements")


def _item(judgement: Judgement, view: View) -> Blocks:
    terms = view.terms
    said = view.words(judgement.text)
    likelihood = f"{term(terms.likelihoods, judgement.likelihood)} ({RANGES[judgement.likelihood]})"
    confidence = term(terms.confidences, judgement.confidence)
    lines: list[Block] = [
        Paragraph(said + view.cite(judgement.sources, said)),
        _line(terms.likelihood, (likelihood, ".", " ", *_change(judgement.change, view))),
        _line(terms.confidence, (confidence, ". ", *view.words(judgement.basis))),
    ]
    if judgement.alternatives:
        lines.append(_line(terms.alternatives, view.words(judgement.alternatives)))
    return tuple(lines)


def _line(label: str, content: Inlines) -> Paragraph:
    return Paragraph((Strong((label,)), " ", *content), "judgement-assessment")


def _change(change: Changed, view: View) -> Inlines:
    word = {"new": view.terms.new, "unchanged": view.terms.unchanged, "changed": view.terms.changed}
    why = (" ", *view.words(change.why)) if change.why else ()
    return (word[change.kind], *why)
