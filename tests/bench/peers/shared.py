"""What the peers have in common: their input, their fonts, their templates."""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import jinja2

HERE = Path(__file__).parent
FONTS = Path(str(importlib.resources.files("fontpkg_fira_sans"))) / "files"
FACES = {"Regular": (400, "normal"), "SemiBold": (600, "normal")}

_SIGNS = re.compile(r"([\\`*_\[\]<>|#$@~^])")


def read(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_bytes())
    return said


@functools.cache
def template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=name.endswith(".html.j2"),
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["escaped"] = lambda words: _SIGNS.sub(r"\\\1", words)
    return environment.get_template(name)
