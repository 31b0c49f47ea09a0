"""The checkers that run on Node and Java: their programs, called once for all files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"


def chromium() -> str:
    """The browser of this machine. Raises FileNotFoundError when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("there is no Chromium: run .setup/checkers")


def browse(pages: Sequence[Path], folder: Path) -> dict[str, Any]:
    """What `browse.mjs` sees of each page, by its name; the printed pages go into the folder."""
    seen: dict[str, Any] = json.loads(
        run(["node", str(HERE / "browse.mjs"), str(folder), *map(str, pages)]).stdout
    )
    return seen


def nu(pages: Sequence[Path]) -> list[dict[str, Any]]:
    """The messages of the Nu HTML checker, of every kind."""
    jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    told = run(
        ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, pages)]
    )
    messages: list[dict[str, Any]] = json.loads(told.stderr)["messages"]
    return messages


def run(command: list[str], **others: Any) -> subprocess.CompletedProcess[str]:
    """A program that must end well, its output as text."""
    done = subprocess.run(
        command,
        env=os.environ | {"CHROMIUM": chromium()},
        capture_output=True,
        text=True,
        check=False,
        **others,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return done
