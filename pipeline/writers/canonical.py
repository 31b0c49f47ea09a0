"""Document -> canonical JSON in UTF-8: what `from_json` reads back as an equal Document."""

from __future__ import annotations

from pipeline.document import Document, Resources, to_json


def write(document: Document, resources: Resources) -> bytes:
    """The Document itself, one line a value, so that two editions can be compared line by line."""
    return to_json(document).encode()
