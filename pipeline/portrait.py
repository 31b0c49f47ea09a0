"""An entity's fields as readers see them: names with their sources, figures with their years.

In: an entity, the name of a field, a view. Out: inlines.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pipeline.document import Inlines
from pipeline.record import Entity, Office, Quantity, Statement
from pipeline.values import Text
from pipeline.view import View

Field: TypeAlias = Literal[
    "official-name", "capital", "head-of-state", "head-of-government", "population", "area", "gdp",
    "terrorism-deaths", "currency", "languages",
]  # fmt: skip


def heading(entity: Entity, view: View) -> Inlines:
    """An entity's flag, if it has one, and its name."""
    flag = (view.picture(entity.flag), " ") if entity.flag else ()
    return (*flag, *view.name(entity))


def shown(entity: Entity, field: Field, view: View) -> Inlines:
    """What the entity holds under `field`; nothing when it holds nothing there."""
    value: Text | Office | Quantity | Statement | None = getattr(entity, field.replace("-", "_"))
    match value:
        case Text():
            return view.words(value) + view.cite(entity.sources)
        case Statement():
            return view.say(value)
        case Quantity():
            return _quantity(value, view)
        case Office():
            return _office(value, view)
        case None:
            return ()


def _quantity(quantity: Quantity, view: View) -> Inlines:
    unit = (" ", *view.words(quantity.unit)) if quantity.unit else ()
    year = (f" ({view.date(quantity.year)})",) if quantity.year else ()
    note = (" ", *view.words(quantity.note)) if quantity.note else ()
    return (view.number(quantity.value), *unit, *year, *view.cite(quantity.sources), *note)


def _office(office: Office, view: View) -> Inlines:
    title = (", ", *view.words(office.title)) if office.title else ()
    since = (f", {view.since(office.since)}",) if office.since else ()
    note = ("; ", *view.words(office.note)) if office.note else ()
    as_of = f" ({view.as_of(office.as_of)})"
    return (*view.words(office.name), *title, *since, as_of, *note, *view.cite(office.sources))
