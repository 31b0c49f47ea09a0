"""Whether two processes print the same bytes: what they print with, and a page to compare.

In: the templates. Out: names with versions and digests, which can be sent and compared.
"""

from __future__ import annotations

import functools
import platform
import zlib
from collections.abc import Iterator, Mapping

from pipeline.hands import warm
from pipeline.origins import FONT_PACKAGES, code, versions
from pipeline.printer import print_renditions
from pipeline.proof import PROOF
from pipeline.store import digest
from pipeline.writers import WRITERS

PAGE = "a page set in type"


@functools.cache
def equipment() -> Mapping[str, str]:
    """All that we can name: versions, and the digests of our own modules."""
    warm()  # first: what is digested now is what was imported, and stays so
    from weasyprint.text.ffi import pango

    libraries = {name for writer in WRITERS.values() for name in writer.libraries}
    return {
        "Python": platform.python_version(),
        "the processor": platform.machine(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "Pango": str(pango.pango_version()),
        **versions(*sorted(libraries), *FONT_PACKAGES, "vl-convert-python"),
        **{f"pipeline/{name}.py": found[:16] for name, found in code("**/*").items()},
    }


def likeness(templates: Mapping[str, bytes]) -> Mapping[str, str]:
    """The same, and the digest of a page: what lies under Pango (HarfBuzz, FreeType, fontconfig)
    cannot all be asked for its version, but it shows."""
    (page,) = print_renditions(PROOF, ["pdf"], templates, {})
    return {**equipment(), PAGE: digest(page)[:16]}


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> Iterator[str]:
    """In words, as "weasyprint is 69.0 there, 70.0 here"."""
    for name in sorted(here.keys() | there.keys()):
        ours, theirs = here.get(name, "missing"), there.get(name, "missing")
        if ours != theirs and (name == PAGE or name.startswith("pipeline/")):
            yield f"{name} is not the same there"
        elif ours != theirs:
            yield f"{name} is {theirs} there, {ours} here"
