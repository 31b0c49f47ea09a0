"""The store: found again, bounded, shared, harmless to lose."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from pipeline import ledger, store
from pipeline.store import BUCKETS, Store, prune

DAY = 86_400 * 10**9


def results(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_result_is_found_again_and_a_damaged_one_is_not(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    kept.keep({"of": "this"}, b"bytes")
    assert kept.find({"of": "this"}) == b"bytes"
    assert kept.find({"of": "that"}) is None
    (path,) = results(tmp_path)
    for length in range(len(path.read_bytes())):
        path.write_bytes(path.read_bytes()[:length])
        assert kept.find({"of": "this"}) is None
        kept.keep({"of": "this"}, b"bytes")
    path.write_bytes(path.read_bytes().replace(b"bytes", b"bites"))
    assert kept.find({"of": "this"}) is None


def test_a_store_stays_within_its_bounds_by_itself(tmp_path: Path) -> None:
    small = Store(tmp_path, largest=BUCKETS * 1000)
    for number in range(2000):
        small.keep({"number": number}, bytes(300))
    assert sum(path.stat().st_size for path in results(tmp_path)) < BUCKETS * (1000 + 400)
    assert small.find({"number": 1999}) == bytes(300)


def test_the_oldest_results_go_first(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    for number in range(10):
        kept.keep({"number": number}, bytes(1000))
    by_number = [kept._path(store.key({"number": number})) for number in range(10)]
    for number, path in enumerate(by_number):
        os.utime(path, ns=(number * DAY, number * DAY))
    assert prune(kept, 10**9, days=7)[0] == 2
    assert [path.exists() for path in by_number] == [False] * 2 + [True] * 8
    assert prune(kept, 3500)[0] == 5
    assert [path.exists() for path in by_number] == [False] * 7 + [True] * 3


def test_what_a_killed_process_left_unfinished_goes(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    kept.keep({"of": "this"}, b"bytes")
    for name, age in (("old", 2 * DAY), ("new", 0)):
        path = kept.temporaries / name
        path.write_bytes(b"half")
        moment = results(tmp_path)[0].stat().st_mtime_ns - age
        os.utime(path, ns=(moment, moment))
    assert prune(kept, 10**9)[0] == 1
    assert kept.find({"of": "this"}) == b"bytes"
    assert (kept.temporaries / "new").exists()


def _enter(output: Path, number: int) -> None:
    makers = {"code": {"module": "digest"}}
    for step in range(20):
        with ledger.changing(output) as entries:
            entries[f"public/{number}-{step}.json"] = {
                "inputs": {"makers": ledger.makers_key(makers)},
                "makers": makers,
                "beside": {},
                "sha256": "",
            }


def test_builds_at_once_in_one_folder_do_not_lose_each_others_entries(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    together = [spawn.Process(target=_enter, args=(tmp_path, number)) for number in range(3)]
    for process in together:
        process.start()
    for process in together:
        process.join()
    assert len(ledger.read(tmp_path)) == 60


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"makers": {}, "renditions": {"a": {}}}'])
def test_a_damaged_manifest_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ledger.MANIFEST).write_text(text)
    assert ledger.read(tmp_path) == {}
