"""A store whose values stay in memory, for a process that surveys the same sources again and again.

In: the store of an output folder. Out: the same store; what was asked for in this survey or in the
one before comes from memory, so that one edit among thousands of briefings reads one file.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pipeline.store import Manifest, Store, key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WarmStore(Store):
    """Nobody changes values, and so they are handed out as they are."""

    _now: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    _before: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def turn(self) -> None:
        """A survey begins: what was not asked for since the last one began is let go."""
        self._before.clear()
        self._before.update(self._now)
        self._now.clear()

    def find_value(self, manifest: Manifest) -> Any:
        # Not super(): the class that `slots` makes is another than the one written here.
        return self.recall(key(manifest), lambda: Store.find_value(self, manifest))

    def recall(self, name: Hashable, conclude: Callable[[], T | None]) -> T | None:
        value: T | None = self._now.get(name, self._before.get(name))
        if value is None:
            value = conclude()
        if value is not None:
            self._now[name] = value
        return value

    def __reduce__(self) -> tuple[type[Store], tuple[Any, ...]]:
        """To a worker goes the folder alone."""
        return Store, (self.folder, self.largest)
