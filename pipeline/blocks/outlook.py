"""What may come: scenarios, the evidence for and against each, indicators and open questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from pipeline.document import (
    Block,
    Blocks,
    Column,
    Item,
    List,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from pipeline.record import Record, Statement
from pipeline.values import Id, Prose, Sources, Word, one_of, unplaced
from pipeline.view import View

Rating = Annotated[Literal["++", "+", "0", "-", "--"], one_of("++", "+", "0", "-", "--")]
_SHOWN = {"++": "++", "+": "+", "0": "0", "-": "−", "--": "−−"}


class Scenario(Record):
    """A way that things may go, what speaks for it, and the indicators that would show it. The
    matrix of evidence names it by its `abbreviation`."""

    id: Id
    title: Prose
    abbreviation: Prose | None = None
    statements: tuple[Statement, ...]
    indicators: tuple[Prose, ...]


class Evidence(Record):
    """One piece of evidence and how it sits with each scenario: ++ + 0 - --."""

    id: Id
    text: Prose
    ratings: Annotated[Mapping[str, Rating], unplaced]
    sources: Sources


class Matrix(Record):
    """Evidence against scenarios: the authors' judgement, with its `basis`."""

    caption: Prose
    basis: Prose
    rows: tuple[Evidence, ...]


class Outlook(Record):
    """Scenarios with indicators, a matrix of evidence, and what stays open."""

    kind: Word
    id: Id
    title: Prose
    statements: tuple[Statement, ...] = ()
    scenarios: tuple[Scenario, ...]
    evidence: Matrix | None = None
    questions: tuple[Prose, ...] = ()

    @model_validator(mode="after")
    def _rated(self) -> Outlook:
        wanted = {scenario.id for scenario in self.scenarios}
        for row in self.evidence.rows if self.evidence else ():
            if set(row.ratings) != wanted:
                raise PydanticCustomError(
                    "uneven-row",
                    'evidence "{row}" rates {rated}; the scenarios are {wanted}',
                    {
                        "row": str(row.id),
                        "rated": ", ".join(row.ratings),
                        "wanted": ", ".join(sorted(wanted)),
                        "place": row.id.span,
                    },
                )
        return self


def lower(block: Outlook, view: View) -> Blocks:
    """Statements, a section a scenario, the matrix as a table, the questions as a list."""
    content: tuple[Block, ...] = (
        *(Paragraph(view.say(said), id=said.id or "") for said in block.statements),
        *(_scenario(scenario, view) for scenario in block.scenarios),
    )
    if block.evidence:
        title = (view.terms.evidence,)
        matrix = (_matrix(block, block.evidence, view), _basis(block.evidence, view))
        content += (Section(title, matrix, "evidence", f"{block.id}-evidence"),)
    if block.questions:
        items = tuple(Item((Paragraph(view.words(question)),)) for question in block.questions)
        questions = (List(items, ordered=True, role="questions"),)
        content += (
            Section((view.terms.questions,), questions, "questions", f"{block.id}-questions"),
        )
    return view.section(block.id, block.title, content, "outlook")


def _scenario(scenario: Scenario, view: View) -> Section:
    indicators = tuple(Item((Paragraph(view.words(one)),)) for one in scenario.indicators)
    content: Blocks = (
        *(Paragraph(view.say(said), id=said.id or "") for said in scenario.statements),
        Paragraph((Strong((view.terms.indicators,)),), "indicators"),
        List(indicators, role="indicators"),
    )
    return Section(view.words(scenario.title), content, "scenario", scenario.id)


def _matrix(block: Outlook, matrix: Matrix, view: View) -> Table:
    ids = [scenario.id for scenario in block.scenarios]
    return Table(
        columns=(
            Column((view.terms.evidence,), width=5.0),
            *(
                Column(view.words(one.abbreviation or one.title), "center")
                for one in block.scenarios
            ),
        ),
        rows=tuple(
            Row(
                (
                    view.words(row.text) + view.cite(row.sources),
                    *((_SHOWN[row.ratings[id]],) for id in ids),
                ),
                row.id,
            )
            for row in matrix.rows
        ),
        caption=view.words(matrix.caption),
        row_headers=True,
        role="matrix",
        id=f"{block.id}-matrix",
    )


def _basis(matrix: Matrix, view: View) -> Paragraph:
    return Paragraph((view.rests_on(matrix.basis),), "basis")
