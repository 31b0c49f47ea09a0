"""Files are read anew where their stamps moved, and where a stamp proves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline import stamps
from pipeline.store import digest, replace_file

OLD = 1_700_000_000 * 10**9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    return path


def later(note: Path) -> None:
    """As if the note had been taken a minute after everything else happened."""
    moment = note.stat().st_mtime_ns + 60 * 10**9
    os.utime(note, ns=(moment, moment))


def seen(note: Path, file: Path) -> str | None:
    noted = stamps.read(note)
    found = noted.of("file", file)
    noted.save()
    return found


def test_a_file_that_did_not_move_is_not_read(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "note"
    assert seen(note, file) == digest(b"one")
    later(note)
    noted = stamps.read(note)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    assert noted.of("file", file) == digest(b"one")


def test_a_file_that_is_younger_than_the_note_is_read_again(tmp_path: Path, file: Path) -> None:
    note = tmp_path / "note"
    assert seen(note, file) == digest(b"one")
    moment = file.stat().st_mtime_ns
    file.write_bytes(b"two")  # of the same size, and within the same tick of a coarse clock
    os.utime(file, ns=(moment, moment))
    assert seen(note, file) == digest(b"two")


def test_a_time_that_was_set_back_is_seen(tmp_path: Path, file: Path) -> None:
    os.utime(file, ns=(OLD, OLD))
    note = tmp_path / "note"
    assert seen(note, file) == digest(b"one")
    file.write_bytes(b"two")
    os.utime(file, ns=(OLD, OLD))
    assert seen(note, file) == digest(b"two")


def test_a_file_that_is_gone_is_none(tmp_path: Path, file: Path) -> None:
    note = tmp_path / "note"
    assert seen(note, file)
    file.unlink()
    assert seen(note, file) is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"file": 3}', b'{"file": [[1], "x"]}'])
def test_a_damaged_note_counts_as_none(tmp_path: Path, file: Path, damage: bytes) -> None:
    note = tmp_path / "note"
    note.write_bytes(damage)
    assert seen(note, file) == digest(b"one")


def test_what_was_written_is_noted_only_while_it_is_ours(tmp_path: Path, file: Path) -> None:
    noted = stamps.read(tmp_path / "note")
    written = replace_file(file, b"ours")
    noted.wrote("file", file, digest(b"ours"), written)
    assert noted.known["file"][1] == digest(b"ours")
    written = replace_file(file, b"mine")
    replace_file(file, b"else")  # another build was quicker
    noted.wrote("file", file, digest(b"mine"), written)
    assert noted.known["file"][1] == digest(b"ours")
    assert noted.of("file", file) == digest(b"else")


def test_hidden_files_are_no_files(tmp_path: Path) -> None:
    for name in ("a.yaml", ".a.yaml.swp", "b/c.yaml"):
        path = tmp_path / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    names = [name for name, _ in stamps.files(tmp_path, ["sources"])]
    assert names == ["sources/a.yaml", "sources/b/c.yaml"]
