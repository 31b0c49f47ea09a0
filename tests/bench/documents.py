"""A project's Documents, assembled, and what writers need beside them."""

from __future__ import annotations

from pathlib import Path

from pipeline import ledger, run
from pipeline.document import Document, Resources, from_json
from pipeline.hands import Hands
from pipeline.origins import fonts
from pipeline.plan import Selection, plan
from pipeline.press import Press


class Faulty(Exception):
    """The generator's sources have an error."""


def read(folder: Path, output: Path, name: str = "") -> tuple[list[Document], Resources]:
    """The Documents of the briefings whose names begin so; `output` takes what is remembered."""
    with Hands() as hands:
        known = run.survey(folder, output, hands)
        if known.failed:
            raise Faulty(known.found)
        press = Press(known.templates, ledger.store_of(output))
        wanted = [
            one.planned
            for one in plan(known.planned, Selection(formats=frozenset({"json"})))
            if one.edition.briefing.startswith(name)
        ]
        documents = [from_json(press.document_or(one.document, lambda: None)) for one in wanted]
    return documents, Resources(known.templates, {}, fonts())
