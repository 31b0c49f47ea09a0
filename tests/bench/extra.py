"""Prints what the extra `bench` asks for, a line each: `make lock` locks it apart from the rest."""

from __future__ import annotations

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def asked() -> list[str]:
    extras = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    return [str(one) for one in extras["bench"]]


if __name__ == "__main__":
    print(*asked(), sep="\n")
