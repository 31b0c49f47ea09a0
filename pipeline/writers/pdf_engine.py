"""The door to WeasyPrint, which sets pages in type.

Whoever needs the engine takes it from here. Of the version that `pdf_declarations` knows, it is
imported in half of the time, and what it would do again and again it does once: styles
(`pdf_cascade`, `pdf_used`), texts (`pdf_pens`, `pdf_lines`, `pdf_glyphs`), the HTML that it reads
(`pdf_reading`), the contents list (`pdf_targets`); the bytes stay the same. Of any other version,
or imported by somebody else before, it is taken as it comes.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import _cffi_backend
import cffi

from pipeline.writers.pdf_declarations import OURS, READ, WEASYPRINT, declared

KNOWN = importlib.metadata.version("weasyprint") == WEASYPRINT


class _Declared(_cffi_backend.FFI):  # type: ignore[misc]
    """What `cffi.FFI()` is to WeasyPrint: its declarations are in it before it makes them."""

    # Texts are kept as they were laid out, some to the very end: what gives them back must not
    # have been unloaded by then.
    RTLD_NOW = _cffi_backend.FFI.RTLD_NOW | _cffi_backend.FFI.RTLD_NODELETE

    def cdef(self, source: str) -> None:
        """Raises ImportError when these are not the declarations that were written down."""
        if hashlib.sha256(source.encode()).hexdigest() not in READ:
            raise ImportError("WeasyPrint declares something else: run `make declarations`")


class _Later(ModuleType):
    """Stands for a module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


def _instantiate(*arguments: Any, **named: Any) -> Any:
    """fontTools' function of that name, imported when it is called."""
    instancer = importlib.import_module(_INSTANCER)
    return instancer.instantiateVariableFont(*arguments, **named)


# fontTools cuts fonts down where HarfBuzz cannot, and makes variable ones static: an eighth of a
# second to import, and never called for our fonts where HarfBuzz is whole.
_SUBSET, _INSTANCER = "fontTools.subset", "fontTools.varLib.instancer"


@contextmanager
def _light() -> Iterator[None]:
    """While WeasyPrint is imported, let it find its declarations read, and fontTools later."""
    instancer = ModuleType(_INSTANCER)
    instancer.instantiateVariableFont = _instantiate  # type: ignore[attr-defined]
    stand_ins = {_SUBSET: _Later(_SUBSET), _INSTANCER: instancer}
    absent = {name: module for name, module in stand_ins.items() if name not in sys.modules}
    whole = cffi.FFI
    cffi.FFI = lambda: declared(_Declared)
    sys.modules.update(absent)
    try:
        yield
    finally:
        cffi.FFI = whole
        for name in absent:
            del sys.modules[name]


if KNOWN and "weasyprint" not in sys.modules:
    with _light():
        importlib.import_module("weasyprint")

# Only now: importing WeasyPrint before would be to import it as it comes.
import weasyprint.pdf
from weasyprint import CSS, HTML
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.logger import LOGGER
from weasyprint.text.ffi import ffi, fontconfig, pangoft2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pipeline.writers import (
    pdf_cascade,
    pdf_glyphs,
    pdf_lines,
    pdf_pens,
    pdf_reading,
    pdf_spaces,
    pdf_targets,
    pdf_used,
)

__all__ = [
    "CSS",
    "HTML",
    "LOGGER",
    "AbsolutePlaceholder",
    "FatalURLFetchingError",
    "FontConfiguration",
    "URLFetcher",
    "URLFetcherResponse",
    "boxes",
    "ffi",
    "fontconfig",
    "pangoft2",
]


def _replace(old: Any, new: Any) -> None:
    """Put one thing in the place of another wherever the engine has a name for it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint"):
            own = [key for key, value in vars(module).items() if value is old]
            vars(module).update(dict.fromkeys(own, new))


if isinstance(ffi, _Declared):
    pdf_pens.install(_replace)
    pdf_cascade.install(_replace)
    pdf_used.install(_replace)
    pdf_glyphs.install(_replace)
    pdf_lines.install(_replace)
    pdf_reading.install()
    pdf_targets.install()
else:
    ffi.cdef(OURS)  # WeasyPrint declares only the calls that it makes itself

# The tree of structure elements is ours (`pdf_tags`): the engine need not build its own.
weasyprint.pdf.add_tags = lambda *_: None
pdf_spaces.install(_replace)
