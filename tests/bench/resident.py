"""Processes that stay, and work one at a time: each document is taken by each of them in turn, so
that a busy machine slows them alike.

A question is a line `FORMAT NAME`; the answer is how many milliseconds that document took.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


def serve(make: Callable[[str, str], object]) -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        format, name = line.split()
        start = time.perf_counter()
        make(format, name)
        print(1000 * (time.perf_counter() - start), flush=True)


@dataclass(frozen=True, slots=True)
class Resident:
    """The process at the other end."""

    process: subprocess.Popen[str]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error:
            self.process.kill()
        self.process.communicate()

    def ask(self, format: str, name: str) -> float:
        """Milliseconds. Raises ChildProcessError when the process ended instead of answering."""
        assert self.process.stdin
        assert self.process.stdout
        print(format, name, file=self.process.stdin, flush=True)
        if answer := self.process.stdout.readline():
            return float(answer)
        raise ChildProcessError(f"{self.process.args!r}, asked for {format} {name}")


def start(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Resident:
    return Resident(
        subprocess.Popen(
            command, cwd=folder, env=dict(environment), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
    )  # fmt: skip
