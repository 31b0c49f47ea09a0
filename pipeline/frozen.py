"""The decorator of values of which there are hundreds of thousands: dataclass, but made quickly.

In: what `dataclasses.dataclass` takes. Out: a class that mypy holds to be frozen, so that no line
of ours changes its values, and that has the same equality, order and hash. At run time it is open:
Python's frozen ones set each field through `object.__setattr__`, which takes four times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses

    def dataclass(*, frozen=False, slots=False, order=False):
        def made(type_):
            hashed = frozen and "__hash__" not in vars(type_)
            return dataclasses.dataclass(slots=slots, order=order, unsafe_hash=hashed)(type_)

        return made
