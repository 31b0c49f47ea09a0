"""What `[=mali.population]` in a text stands for: a field of a shared record, or of several.

In: the key between "=" and "]", and the records. Out: what they hold under that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from pipeline.dates import Edtf
from pipeline.diagnostic import did_you_mean
from pipeline.record import Entity, Event, Office, Quantity
from pipeline.values import Text

Value: TypeAlias = Quantity | Office | Text | Edtf

ENTITY_FIELDS = (
    "population", "area", "gdp", "terrorism-deaths", "head-of-state", "head-of-government",
    "official-name", "capital", "currency",
)  # fmt: skip
EVENT_FIELDS = ("date",)


class NoSuchValue(ValueError):
    """A key that stands for nothing; `hint` is a way out."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def split(key: str) -> tuple[tuple[str, ...], str]:
    """The ids and the field of a key: "mali+niger.population" names two records."""
    ids, _, field = key.rpartition(".")
    return tuple(ids.split("+")), field


def values(
    key: str, entities: Mapping[str, Entity], events: Mapping[str, Event]
) -> tuple[Value, ...]:
    """What the records hold under the field, one value a record. Raises NoSuchValue for a record
    or a field that is not there, and for a sum of what cannot be added."""
    ids, field = split(key)
    found = tuple(_value(id, field, entities, events) for id in ids)
    if len(found) > 1 and not all(isinstance(value, Quantity) for value in found):
        raise NoSuchValue(f'"{field}" is no figure: it cannot be added up')
    return found


def total(quantities: tuple[Value, ...]) -> Decimal:
    """The sum of figures, as exact as they are."""
    return sum((one.value for one in quantities if isinstance(one, Quantity)), Decimal(0))


def _value(
    id: str, field: str, entities: Mapping[str, Entity], events: Mapping[str, Event]
) -> Value:
    record = entities.get(id) or events.get(id)
    if record is None:
        message = f'no entity or event has the id "{id}"'
        raise NoSuchValue(message, did_you_mean(id, [*entities, *events]))
    known = EVENT_FIELDS if isinstance(record, Event) else ENTITY_FIELDS
    if field not in known:
        message = f'"{id}" has no field "{field}" that a text can print'
        raise NoSuchValue(message, did_you_mean(field, known) or f"one of {', '.join(known)}")
    value: Value | None = getattr(record, field.replace("-", "_"))
    if value is None:
        raise NoSuchValue(f'"{id}" says nothing under "{field}"', "add it to the record")
    return value
