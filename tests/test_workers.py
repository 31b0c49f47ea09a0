"""Processes that work: what they give back, how they die, how they are replaced."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from pipeline import hands, ledger, run
from pipeline.hands import Hands, warm
from pipeline.plan import Selection, plan
from pipeline.workers import MUCH, Raised, WorkerDied, Workers
from tests.library import ROOT, corpus_files
from tests.sample import sample_resources

# A worker pool for every build, however small.
EAGER = "from pipeline import hands; hands.MUCH_PRINTING = hands.MANY_BRIEFINGS = 0\n"
BUILD = f"{EAGER}from pipeline.__main__ import main; main(['build', '--jobs', '2'])"


class Unsendable(Exception):
    """An error that cannot be made again from what it was made of."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


def refuse(kind: str) -> None:
    raise ValueError(kind) if kind == "plain" else Unsendable("no", "way")


def die_once(marker: Path) -> int:
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Ring:
    """Something that points at itself, as the boxes of a page do."""

    def __init__(self, size: int, marker: Path) -> None:
        self.ring, self.weight, self.marker = self, b"x" * size, marker

    def __del__(self) -> None:
        self.marker.touch()


def leave_ring(size: int, marker: Path) -> None:
    Ring(size, marker)


def linger(seconds: float) -> None:
    time.sleep(seconds)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as started:
        yield started


def test_results_and_errors_come_back(workers: Workers) -> None:
    assert [workers.submit(pow, 2, n).result() for n in range(5)] == [1, 2, 4, 8, 16]
    assert list(workers.map(abs, [-1, 2, -3])) == [1, 2, 3]
    with pytest.raises(ValueError, match="plain"):
        workers.submit(refuse, "plain").result()
    error = workers.submit(refuse, "unsendable").exception()
    assert isinstance(error, Raised)
    assert (error.name, error.words) == ("Unsendable", "no way")


def test_a_task_whose_worker_dies_is_done_by_another(workers: Workers, tmp_path: Path) -> None:
    assert workers.submit(die_once, tmp_path / "marker").result() not in (0, os.getpid())
    assert workers.submit(pow, 3, 2).result() == 9


def test_a_task_that_kills_its_workers_fails_alone(workers: Workers) -> None:
    doomed, other = workers.submit(die), workers.submit(pow, 3, 3)
    with pytest.raises(WorkerDied):
        doomed.result()
    assert other.result() == 27


def test_a_worker_that_has_grown_is_replaced() -> None:
    with Workers(1, largest=1) as started:
        numbers = [started.submit(os.getpid).result() for _ in range(3)]
    assert len(set(numbers)) == 3
    with Workers(1) as started:
        numbers = [started.submit(os.getpid).result() for _ in range(3)]
    assert len(set(numbers)) == 1


@pytest.mark.parametrize(("size", "found"), [(2 * MUCH, True), (1000, False)])
def test_what_a_large_task_left_is_gone_before_the_next(
    size: int, found: bool, tmp_path: Path
) -> None:
    with Workers(1, warm) as started:
        started.submit(leave_ring, size, tmp_path / "marker").result()
        assert started.submit(os.path.exists, tmp_path / "marker").result() is found


def test_what_there_is_time_for_is_left_where_a_task_waits(tmp_path: Path) -> None:
    idle, busy = tmp_path / "idle", tmp_path / "busy"
    with Workers(1, spare=[idle.touch]) as started:
        while not idle.exists():
            time.sleep(0.01)
        assert started.submit(pow, 2, 3).result() == 8
    with Workers(1, partial(linger, 0.5), [busy.touch]) as started:
        assert started.submit(pow, 2, 3).result() == 8
        assert started.submit(busy.exists).result() is False


def dictionaries_read() -> set[str]:
    import pyphen  # type: ignore[import-untyped]

    return {Path(name).name for name in pyphen.hdcache}


def test_whoever_waits_sets_a_page_in_each_language_that_there_are_words_of() -> None:
    with Workers(1) as started:
        for step in hands._try_outs(sample_resources().templates):
            started.submit(step).result()
        assert started.submit(dictionaries_read).result() == {"hyph_en_GB.dic", "hyph_fr.dic"}


def sheets_read() -> int:
    from pipeline.writers import pdf

    return pdf._press.cache_info().currsize


def test_who_starts_early_has_read_the_style_sheet_before_its_first_task() -> None:
    with Hands(2) as several:
        several.early(sample_resources().templates)
        assert several.for_prints(0).submit(sheets_read).result() == 1


def test_templates_that_cannot_be_printed_with_are_for_the_check_to_find() -> None:
    with Hands(2) as several:
        several.early({"html/page.html.j2": b"{% broken"})
        assert several.for_prints(0).submit(pow, 2, 3).result() == 8


def cannot_start(self: Workers, number: int) -> None:
    raise BlockingIOError(errno.EAGAIN, "no more processes")


def test_processes_that_cannot_be_started_are_no_reason_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Workers, "_start", cannot_start)
    with Workers(2) as none:
        for task in [none.submit(pow, 2, 3), none.submit(pow, 2, 3)]:
            with pytest.raises(BlockingIOError, match="no more processes"):
                task.result(timeout=60)


def test_where_one_process_cannot_be_started_again_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Workers(2) as started:
        assert started.submit(pow, 2, 3).result() == 8
        monkeypatch.setattr(Workers, "_start", cannot_start)
        with pytest.raises(BlockingIOError):
            started.submit(os._exit, 1).result(timeout=60)
        assert [started.submit(pow, 2, n).result(timeout=60) for n in range(4)] == [1, 2, 4, 8]


def test_what_draws_is_a_process_of_its_own_that_goes_when_all_is_drawn() -> None:
    with Hands(2) as several:
        several.early({}, 2, drawn=True)
        printer = several.for_prints(hands.MUCH_PRINTING).submit(os.getpid).result()
        with several.drawing(0.1) as drawers:
            drawer = drawers.submit(os.getpid).result()
        assert drawer not in (printer, os.getpid())
        with pytest.raises(ProcessLookupError):
            os.kill(drawer, 0)
        assert several.for_prints(0).submit(pow, 2, 3).result() == 8


def test_a_few_pictures_are_drawn_by_whoever_prints() -> None:
    with Hands(2) as several:
        printer = several.for_prints(hands.MUCH_PRINTING / 2).submit(os.getpid).result()
        with several.drawing(0.5) as drawers:
            assert drawers.submit(os.getpid).result() == printer == os.getpid()


def test_on_the_way_out_of_an_error_nobody_waits() -> None:
    started = Workers(1)
    started.submit(abs, 1).result()
    begun, waiting = started.submit(linger, 600.0), started.submit(abs, 2)
    while not begun.running():
        pass
    started.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert isinstance(begun.exception(), WorkerDied)
    with pytest.raises(CancelledError):
        waiting.result()


# Builds ------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, data in corpus_files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


def built(folder: Path, output: Path, jobs: int) -> Mapping[str, bytes]:
    with Hands(jobs) as several:
        known = run.survey(folder, output, several)
        planned = plan(known.planned, Selection())
        assert all(one.problem is None for one in run.build(known, planned, output, several))
    return files(output)


def files(output: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and ledger.STORE not in path.parts
    }


def test_processes_make_the_same_files_as_this_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = built(project, project / "one", 1)
    monkeypatch.setattr(hands, "MUCH_PRINTING", 0)
    monkeypatch.setattr(hands, "MANY_BRIEFINGS", 0)
    assert built(project, project / "two", 2) == alone


def started(project: Path) -> subprocess.Popen[bytes]:
    """A build with two workers, in a session of its own as a terminal's is."""
    return subprocess.Popen(
        [sys.executable, "-c", BUILD],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def descendants(process: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, check=False)
    return [int(number) for number in found.stdout.split()]


def wait_for(process: subprocess.Popen[bytes], project: Path, count: int) -> None:
    """Until so many files lie in the store: how fast the machine is says nothing."""
    store = project / "output" / ledger.STORE
    while process.poll() is None and sum(1 for _ in store.rglob("*")) < count:
        time.sleep(0.01)


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.parametrize("count", [1, 20, 70])
@pytest.mark.parametrize("whom", ["all", "owner"])
def test_an_interrupted_build_ends_at_once_and_the_next_is_right(
    project: Path, count: int, whom: str
) -> None:
    wanted = built(project, project / "wanted", 1)
    process = started(project)
    wait_for(process, project, count)
    workers = descendants(process.pid)
    if whom == "all":  # as a terminal does
        with suppress(ProcessLookupError):  # of a build that is done by then, nobody is left
            os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (130, 0), errors
    assert b"Traceback" not in errors, errors
    assert_gone(workers)
    assert_whole(project / "output", wanted)
    assert built(project, project / "output", 1) == wanted


@linux
@pytest.mark.parametrize("count", [5, 40, 75])
def test_a_build_whose_owner_is_killed_leaves_the_next_one_right(project: Path, count: int) -> None:
    wanted = built(project, project / "wanted", 1)
    process = started(project)
    wait_for(process, project, count)
    process.kill()
    process.communicate(timeout=60)
    assert_whole(project / "output", wanted)
    assert built(project, project / "output", 1) == wanted


@linux
@pytest.mark.parametrize("count", [5, 40, 75])
def test_a_build_goes_on_when_a_worker_is_killed(project: Path, count: int) -> None:
    wanted = built(project, project / "wanted", 1)
    process = started(project)
    wait_for(process, project, count)
    for worker in descendants(process.pid)[-1:]:
        os.kill(worker, signal.SIGKILL)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert files(project / "output") == wanted


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def assert_gone(processes: list[int]) -> None:
    """A worker that was just being started learns a moment later that nobody waits for it."""
    for _ in range(3000):
        if not any(alive(one) for one in processes):
            return
        time.sleep(0.01)
    pytest.fail(f"{processes} go on")


def assert_whole(output: Path, wanted: Mapping[str, bytes]) -> None:
    """No file is half there: each is as it will be, but for those that list the others."""
    for name, data in files(output).items():
        if name not in (ledger.MANIFEST, "public/index.html", "partners/index.html"):
            assert data == wanted[name], name
