"""sources/README.md says what the code says."""

from __future__ import annotations

from pathlib import Path

from tests.manual import manual

README = Path(__file__).parent.parent / "sources" / "README.md"
MARK = "<!-- generated: make golden -->\n"


def test_the_generated_part_of_the_manual_is_current(accept: bool) -> None:
    written, mark, generated = README.read_text().partition(MARK)
    assert mark
    if accept:
        README.write_text(written + mark + "\n" + manual())
        return
    assert generated == "\n" + manual()
