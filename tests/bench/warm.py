"""Our writers in one warm process: `python -m tests.bench.warm FOLDER` in a project folder.

Answers how long a Document takes in a format, writing what it makes into FOLDER. `engine` and
`engine-tagged` are no formats of ours: they are what WeasyPrint makes of the same page when its
file is left alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from pipeline.document import Document, Resources
from pipeline.hands import settle
from pipeline.writers import WRITERS
from tests.bench import documents
from tests.bench.pdf_cost import untouched
from tests.bench.resident import serve

Write = Callable[[Document, Resources], bytes]


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as output:
        read, resources = documents.read(Path(), Path(output))
    known = {document.id: document for document in read}
    writers = _writers()
    folder.mkdir(parents=True, exist_ok=True)

    def make(format: str, name: str) -> None:
        suffix, write = writers[format]
        (folder / f"{name}.{suffix}").write_bytes(write(known[name], resources))

    settle()  # as each of our workers does before its first task
    serve(make)


def _writers() -> Mapping[str, tuple[str, Write]]:
    return {
        **{name: (writer.suffix, writer.write) for name, writer in WRITERS.items()},
        "engine": ("engine", partial(untouched, variant=None)),
        "engine-tagged": ("engine-tagged", partial(untouched, variant="pdf/ua-1")),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
