"""A command goes in; how long it took as a whole process, and the memory that it held."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.bench.figures import Taken

EVERY = 0.2  # seconds between two looks at the memory: a look takes some milliseconds


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Taken:
    """Raises CalledProcessError, with what was printed, when the command fails."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=dict(environment), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        memory = Memory(process.pid)
        watch = threading.Thread(target=memory.watch)
        watch.start()
        assert process.stdout
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        memory.ended.set()
        watch.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return Taken(wall, used.ru_utime + used.ru_stime, *memory.most(), printed)


@dataclass(slots=True)
class Memory:
    """The most that each process of a tree was seen to hold, by its number."""

    root: int
    held: dict[int, float] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.ended.wait(EVERY):
            for process in self._tree():
                try:
                    held = process.memory_info().rss / 1e6
                except psutil.Error:  # it has just ended
                    continue
                self.held[process.pid] = max(held, self.held.get(process.pid, 0))

    def _tree(self) -> Iterator[psutil.Process]:
        try:
            root = psutil.Process(self.root)
            yield root
            yield from root.children(recursive=True)
        except psutil.Error:
            return

    def most(self) -> tuple[float, float]:
        """Of the process itself; of the largest of the others, or 0."""
        others = [held for process, held in self.held.items() if process != self.root]
        return self.held.get(self.root, 0), max(others, default=0)
