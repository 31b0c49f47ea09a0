"""`briefing serve` met in a real browser, while its sources are written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.renditions.node import HERE, run

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server for a project."""
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "serve"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process.stdout.readline().split()[0]
        process.send_signal(signal.SIGINT)


def test_a_page_follows_its_sources_and_tells_what_is_wrong(tmp_path: Path) -> None:
    project, pictures = tmp_path / "project", tmp_path / "pictures"
    shutil.copytree(ROOT / "tests" / "corpus" / "sources", project / "sources")
    shutil.copytree(ROOT / "templates", project / "templates")
    file = project / "sources" / "briefings" / "aes.yaml"
    with served(project) as url:
        script = str(HERE / "preview.mjs")
        seen = json.loads(run(["node", script, url, str(file), str(pictures)]).stdout)
    assert seen["said"] == []  # nothing failed, nothing was blocked by a policy
    assert seen["axe"] == []
    assert seen["title"] == "The Alliance"
    assert seen["pdf"].startswith("/partners/aes.en.pdf?")
    assert seen["newer"]["title"] == "The newer Alliance"
    assert seen["newer"]["pdf"] != seen["pdf"]
    assert seen["steps"] == 0  # "Back" leads where it led before
    broken = seen["broken"]
    assert broken["title"] == "The newest Alliance"
    assert broken["summary"].endswith("below is what was last made without errors")
    assert "sources/briefings/aes.yaml:1:1: error[unknown-key]" in broken["problems"][0]
    assert "\n 1 | titel: {en: The Alliance}\n   | ^^^^^\n" in broken["problems"][0]
    assert broken["inView"]
    assert broken["closed"]
    assert not broken["printed"]
    assert seen["mended"] == "The Alliance"
