"""The renditions that were built: what the checkers of this folder are run on.

One file a format, `test_<format>.py`: each asks for its renditions here and holds them against
the checkers of the trade. They may need Java, Node or a browser, so `make test` leaves this folder
out; `make check-renditions` runs it, after a build.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.document import Document, from_json

OUTPUT = Path(__file__).parent.parent.parent / "output"


def renditions(suffix: str) -> list[Path]:
    """Those with this suffix, such as ".pdf". Raises FileNotFoundError when none is built."""
    found = sorted(OUTPUT.glob(f"*/*{suffix}"))
    if not found:
        raise FileNotFoundError(f"there is no {suffix} in {OUTPUT}: run `make` first")
    return found


def document(rendition: Path) -> Document:
    """The Document of a rendition, from the canonical JSON beside it."""
    return from_json(rendition.with_suffix(".json").read_text())
