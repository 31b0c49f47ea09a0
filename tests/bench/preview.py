"""How long it takes from saving a file until a browser has the page made of it.

    python tests/bench/preview.py FOLDER --times 15

In: a project folder with briefings of `generate.py`. Out: seconds, each and their median. A browser
is played by what it does: it listens to events, and fetches the page when it is told to.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ID = "small-0000"


def measure(folder: Path, times: int) -> list[float]:
    """Seconds from the save to the last byte of the page, for one save after another."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "pipeline", "serve"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        started = process.stdout.readline()
        found = re.match(r"http://127\.0\.0\.1:(\d+)/", started)
        assert found, started
        try:
            return _saves(folder / "sources" / "briefings" / f"{ID}.yaml", int(found[1]), times)
        finally:
            process.terminate()  # a process in the background may have been told to ignore Ctrl-C


def _saves(path: Path, port: int, times: int) -> list[float]:
    page = f"/public/{ID}.en.html"
    original = path.read_text()
    events = _asked(port, f"/events{page}")
    next(line for line in events if line.startswith(b"data: "))
    seconds = []
    try:
        for number in range(times):
            word = f"Summary {number}"
            time.sleep(1)  # nobody saves faster
            start = time.perf_counter()
            path.write_text(original.replace("Summary", word, 1))
            next(line for line in events if line.startswith(b"data: "))
            body = _asked(port, page).read()
            seconds.append(time.perf_counter() - start)
            assert word.encode() in body
    finally:
        path.write_text(original)
    return seconds


def _asked(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="measure from a save to the page")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=15)
    wanted = parser.parse_args()
    found = measure(wanted.folder, wanted.times)
    print(" ".join(f"{one:.3f}" for one in found))
    print(f"median {statistics.median(found):.3f} s")
