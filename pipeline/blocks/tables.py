"""Tables written out in the briefing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from pipeline.document import Blocks, Column, Row, Table
from pipeline.record import Record
from pipeline.values import Flag, Id, Positive, Prose, Sources, Word, one_of
from pipeline.view import View


class TableColumn(Record):
    """A column's heading, its alignment, and its share of the width (1 unless said)."""

    heading: Prose
    align: Annotated[Literal["start", "end", "center"], one_of("start", "end", "center")] = "start"
    width: Positive | None = None


class TableRow(Record):
    """One cell a column; the sources are printed after the last cell's text."""

    id: Id
    cells: tuple[Prose, ...]
    sources: Sources = ()
    basis: Prose | None = None


class TableRecord(Record):
    """A table with its caption. `row-headers: true` makes the first cell of a row its heading."""

    id: Id
    caption: Prose
    role: Word | None = None
    columns: tuple[TableColumn, ...]
    row_headers: Flag = False
    rows: tuple[TableRow, ...]

    @model_validator(mode="after")
    def _even(self) -> TableRecord:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise PydanticCustomError(
                    "uneven-row",
                    'row "{row}" has {cells} cells for {columns} columns',
                    {
                        "row": str(row.id),
                        "cells": len(row.cells),
                        "columns": len(self.columns),
                        "place": row.id.span,
                    },
                )
        return self


class Tables(Record):
    """Tables one after the other."""

    kind: Word
    id: Id
    title: Prose | None = None
    tables: tuple[TableRecord, ...]


def lower(block: Tables, view: View) -> Blocks:
    """Each as a table of the Document."""
    content = tuple(_table(table, view) for table in block.tables)
    return view.section(block.id, block.title, content, "tables")


def _table(table: TableRecord, view: View) -> Table:
    return Table(
        columns=tuple(
            Column(view.words(c.heading), c.align, float(c.width or 1)) for c in table.columns
        ),
        rows=tuple(_row(row, view) for row in table.rows),
        caption=view.words(table.caption),
        row_headers=table.row_headers,
        role=table.role or "",
        id=table.id,
    )


def _row(row: TableRow, view: View) -> Row:
    *cells, last = (view.words(cell) for cell in row.cells)
    basis = (" ", view.rests_on(row.basis)) if row.basis else ()
    return Row((*cells, last + view.cite(row.sources) + basis), row.id)
