"""When and where it was measured, with which libraries, and how much."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from dataclasses import asdict, replace
from typing import Any

import psutil
import pypandoc

from tests.bench.site import QUICK, Sizes

LIBRARIES = ("weasyprint", "python-docx", "jinja2", "typst")


def circumstances(sizes: Sizes) -> dict[str, Any]:
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "gigabytes": round(psutil.virtual_memory().total / 2**30),
        "load": [round(one, 1) for one in os.getloadavg()],
        "quick": replace(sizes, rounds=QUICK.rounds) == QUICK,
        **asdict(sizes),
        "versions": {
            "python": platform.python_version(),
            **versions,
            "pandoc": str(pypandoc.get_pandoc_version()),
        },
    }
