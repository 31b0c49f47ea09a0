"""Printing on the workers of a Dask scheduler: real processes on the loopback address, which share
no folder with the build."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import cluster
from pipeline.__main__ import main
from tests.bench import generate

ROOT = Path(__file__).parent.parent
SOON = 120.0  # seconds: a busy machine is no fault
BRIEFINGS = 4


# A cluster ---------------------------------------------------------------------------------


@dataclass
class Scheduler:
    address: str
    folder: Path
    open: ExitStack
    process: subprocess.Popen[bytes]

    def worker(self, *path: Path, threads: int = 1) -> subprocess.Popen[bytes]:
        """A worker that has joined; `path` is where its Python looks for modules first."""
        note = self.folder / f"joined-{len(list(self.folder.iterdir()))}"
        preload = self.folder / "preload.py"
        preload.write_text(PRELOAD)
        options = ("--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        process = self.open.enter_context(
            dask(
                self.folder,
                ("worker", self.address, "--nthreads", str(threads), *options),
                ("--preload", str(preload), str(note)),
                path=path,
            )
        )
        wait_for(note, process)
        return process


# Dask calls this in a worker when it has joined.
PRELOAD = """
import pathlib, click
@click.command()
@click.argument("note")
def dask_setup(worker, note):
    pathlib.Path(note).write_text(worker.address)
"""


@contextmanager
def dask(
    folder: Path, *words: tuple[str, ...], path: tuple[Path, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    looked = os.pathsep.join(map(str, (*path, ROOT)))
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *(word for part in words for word in part)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": looked},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(note: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SOON
    while not note.exists():
        assert process.poll() is None, (note.parent / "log").read_text()
        assert time.monotonic() < end, (note.parent / "log").read_text()
        time.sleep(0.05)


@pytest.fixture
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    folder = tmp_path_factory.mktemp("cluster")
    note = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with (
        dask(folder, ("scheduler", *options, "--scheduler-file", str(note))) as process,
        ExitStack() as open,
    ):
        wait_for(note, process)
        yield Scheduler(json.loads(note.read_text())["address"], folder, open, process)


# A project ---------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    generate.write(tmp_path, BRIEFINGS, 0)
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(corpus: Path) -> Path:
    return corpus


def built(folder: Path) -> Mapping[str, bytes]:
    """What lies in an output folder, without what is remembered."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if path.is_file() and not name.startswith(".store")
    }


def here(output: str) -> Mapping[str, bytes]:
    """The same, of a build in one process."""
    result = CliRunner().invoke(main, ["build", "--jobs", "1", "--output", output])
    assert result.exit_code == 0, result.output
    return built(Path(output))


# Tests -------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_has_its_tasks_done_elsewhere(
    project: Path, scheduler: Scheduler
) -> None:
    workers = [scheduler.worker(), scheduler.worker()]
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--cluster", scheduler.address],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as build:
        assert build.stdout
        assert build.stdout.readline().startswith("made ")
        workers[0].kill()  # both have tasks before them, for all are sent ahead
        assert build.poll() is None
        told, errors = build.communicate(timeout=SOON)
    assert build.returncode == 0, errors
    assert f": {BRIEFINGS * 5} made, 0 unchanged" in told
    assert told.count("made ") == BRIEFINGS * 5 - 1
    assert errors == f"2 workers print at {scheduler.address}\n"
    assert workers[1].poll() is None
    assert built(project / "output") == here("local")


def test_where_all_workers_are_killed_one_that_comes_later_goes_on(
    small: Path, scheduler: Scheduler
) -> None:
    first = scheduler.worker()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--cluster", scheduler.address],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as build:
        assert build.stdout
        assert build.stdout.readline().startswith("made ")
        first.kill()
        scheduler.worker()
        build.communicate(timeout=SOON)
    assert build.returncode == 0
    assert built(small / "output") == here("local")


def test_where_all_are_killed_and_nobody_comes_tasks_are_cancelled(
    scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ALONE", 2)
    worker = scheduler.worker()
    templates = {
        path.relative_to(ROOT / "templates").as_posix(): path.read_bytes()
        for path in (ROOT / "templates" / "html").iterdir()
    }
    with cluster.joined(scheduler.address, templates, print) as joined:
        future = joined.submit(time.sleep, SOON)
        worker.kill()
        with pytest.raises(CancelledError):
            future.result(timeout=SOON)


def test_where_the_scheduler_is_killed_the_build_ends_and_the_next_goes_on(
    small: Path, scheduler: Scheduler
) -> None:
    scheduler.worker()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--cluster", scheduler.address],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as build:
        assert build.stderr
        assert build.stderr.readline() == f"1 workers print at {scheduler.address}\n"
        scheduler.process.kill()
        _, errors = build.communicate(timeout=SOON)
    assert build.returncode == 1
    assert f"nobody is left who prints at {scheduler.address}: what was made is kept" in errors
    assert "/pipeline/" not in errors  # Dask logs its own lines; nothing of ours is raised
    assert here("output") == here("local")


def test_what_has_pictures_is_printed_the_same(small: Path, scheduler: Scheduler) -> None:
    scheduler.worker()
    result = CliRunner().invoke(main, ["build", "--cluster", scheduler.address])
    assert result.exit_code == 0, result.output
    assert f"1 workers print at {scheduler.address}\n" in result.stderr
    assert built(small / "output") == here("local")
    assert any(name.endswith(".svg") for name in built(small / "output"))


def test_a_writer_that_fails_there_is_told_as_here(small: Path, scheduler: Scheduler) -> None:
    path = small / "templates" / "markdown" / "briefing.md.j2"
    path.write_text(path.read_text() + "{{ document.titel }}")
    scheduler.worker()
    result = CliRunner().invoke(main, ["build", "--cluster", scheduler.address])
    alone = CliRunner().invoke(main, ["build", "--jobs", "1", "--output", "local"])
    assert (result.exit_code, alone.exit_code) == (1, 1)
    assert ": 8 made, 0 unchanged, 2 failed" in result.stdout
    slips = re.findall(r"^.*error\[writer-failed\].*$", result.stderr, re.M)
    assert len(slips) == 2
    assert slips == re.findall(r"^.*error\[writer-failed\].*$", alone.stderr, re.M)


def test_workers_that_would_print_other_bytes_are_refused(
    project: Path, scheduler: Scheduler, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("others")
    scheduler.worker(other_version(folder / "version"))
    scheduler.worker(other_code(folder / "code"))
    scheduler.worker(without_pipeline(folder / "without"))
    scheduler.worker(threads=2)
    refused = CliRunner().invoke(main, ["build", "--cluster", scheduler.address])
    assert refused.exit_code == 1
    for reason in (
        r"pydyf is 0\.0\.1 there, \d+\.\d+\.\d+ here",
        r"pipeline/press\.py is not the same there",
        r"it cannot print: ModuleNotFoundError\(\"No module named 'pipeline\.cluster'\"\)",
        r"it works in 2 threads at once; start it with --nthreads 1",
    ):
        address = r"the worker at tcp://127\.0\.0\.1:\d+ is refused"
        assert re.search(rf"^{address}: {reason}$", refused.stderr, re.M), refused.stderr
    assert refused.stderr.count(" is refused: ") == 4
    assert "the scheduler has no worker that prints as this machine does" in refused.stderr
    assert not (project / "output" / "public").exists()

    scheduler.worker()  # and where one is like us, it prints all, though the others are idle
    result = CliRunner().invoke(main, ["build", "--cluster", scheduler.address])
    assert result.exit_code == 0, result.output
    assert result.stderr.count(" is refused: ") == 4
    assert f"1 workers print at {scheduler.address}\n" in result.stderr
    assert built(project / "output") == here("local")


def other_version(folder: Path) -> Path:
    """Where a module path says that another version of a library is installed."""
    note = folder / "pydyf-0.0.1.dist-info" / "METADATA"
    note.parent.mkdir(parents=True)
    note.write_text("Metadata-Version: 2.1\nName: pydyf\nVersion: 0.0.1\n")
    return folder


def other_code(folder: Path) -> Path:
    """Where a module path has the pipeline, one comment longer."""
    shutil.copytree(ROOT / "pipeline", folder / "pipeline")
    with (folder / "pipeline" / "press.py").open("a") as file:
        file.write("# changed\n")
    return folder


def without_pipeline(folder: Path) -> Path:
    (folder / "pipeline").mkdir(parents=True)
    (folder / "pipeline" / "__init__.py").write_text("")
    return folder


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "http://127.0.0.1:1", "nowhere"])
def test_an_address_without_a_scheduler_is_told(
    small: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    result = CliRunner().invoke(main, ["build", "--cluster", address])
    assert result.exit_code == 1
    assert f"no scheduler answers at {address}: " in result.stderr
    assert not (small / "output" / "public").exists()


def test_a_scheduler_without_workers_is_told(small: Path, scheduler: Scheduler) -> None:
    result = CliRunner().invoke(main, ["build", "--cluster", scheduler.address])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "the scheduler has no worker that prints as this machine does"
    )
