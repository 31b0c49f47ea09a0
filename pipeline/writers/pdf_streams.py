"""The streams of a PDF before it is written: compressed once, and so that their end is plain.

Before `endstream` a line ends. Where the stream itself ends with a carriage return, some readers
take that to be part of the line end and the stream's length to be wrong (ISO 19005-3, 6.1.7.1):
one of 256 streams, by the chance of its checksum. No picture asks to be smoothed (6.2.8).
"""

from __future__ import annotations

import zlib
from typing import Any

import pydyf  # type: ignore[import-untyped]


def seal(pdf: Any, spare: int) -> None:
    """Settle what each stream is written as. The engine makes two more when it writes the file;
    with some `spare` objects in the file, they come out as others."""
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream):
            if thing.extra.get("Subtype") == "/Image":
                thing.extra["Interpolate"] = "false"
            _seal(thing)
    for _ in range(spare):
        pdf.add_object(pydyf.Dictionary())


def is_plain(file: bytes) -> bool:
    """Whether no stream ends with a carriage return."""
    return b"\r\nendstream" not in file


def _seal(stream: Any) -> None:
    compress, stream.compress = stream.compress, False
    written = stream.data
    raw = written[written.index(_START) + len(_START) : -len(_END)]
    filters = [stream.extra["Filter"]] if "Filter" in stream.extra else []
    if compress:
        # The engine would take level 9: twice the time for a hundredth of the file.
        raw, filters = zlib.compress(raw), [*filters, "/FlateDecode"]
    if raw.endswith(b"\r"):
        raw = raw.hex().encode() + b">"
        filters = ["/ASCIIHexDecode", *filters]
        if "DecodeParms" in stream.extra:
            stream.extra["DecodeParms"] = pydyf.Array(["null", stream.extra["DecodeParms"]])
    if filters:
        stream.extra["Filter"] = pydyf.Array(filters) if len(filters) > 1 else filters[0]
    stream.stream = [raw]


_START, _END = b"stream\n", b"\nendstream"
