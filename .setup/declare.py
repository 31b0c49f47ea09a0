"""Write down what WeasyPrint declares of its C libraries, as cffi understands it.

WeasyPrint gives cffi its declarations as C each time it is imported, and reading C takes a quarter
of a second: more than half of the import. `cffi` can write down once what it has read (its
"out-of-line ABI mode", which needs no compiler); `pipeline/writers/pdf_engine.py` uses that. Run
by `make declarations` after an upgrade of WeasyPrint or cffi; a test says when that is due.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import cffi
from cffi import recompiler

OURS = """
    FcConfig *FcConfigCreate(void);
    int pango_layout_get_width (PangoLayout *layout);
    const char *pango_layout_get_text (PangoLayout *layout);
    void pango_layout_line_index_to_x (PangoLayoutLine *line, int index, gboolean trailing, int *x);
"""
"""Called by us; WeasyPrint declares only the calls that it makes itself."""

HEAD = '''\
"""What WeasyPrint {version} declares of its C libraries, as cffi writes it down.

Written by `make declarations`. `WEASYPRINT` is the version, `READ` the digests of what was read,
`OURS` what we declare besides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WEASYPRINT = "{version}"
READ = {read!r}
OURS = """{ours}"""


def declared(make: Callable[..., Any]) -> Any:
    """An FFI that knows the declarations. `make` is `_cffi_backend.FFI` or made from it."""
    return '''


def written() -> str:
    """The text of the module."""
    version = importlib.metadata.version("weasyprint")
    texts = (*_declarations(), OURS)
    reader = cffi.FFI()
    for text in texts:
        reader.cdef(text)
    reader.set_source("weasyprint", None)
    recompiled = recompiler.Recompiler(reader, "weasyprint", target_is_python=True)
    recompiled.collect_type_table()
    recompiled.collect_step_tables()
    out = io.StringIO()
    recompiled.write_source_to_f(out, None)
    (made,) = re.findall(r"^ffi = _cffi_backend\.FFI(\(.*\))$", out.getvalue(), re.DOTALL | re.M)
    read = tuple(hashlib.sha256(text.encode()).hexdigest() for text in texts)
    return HEAD.format(version=version, read=read, ours=OURS) + "make" + made.rstrip() + "\n"


def _declarations() -> Iterator[str]:
    """What WeasyPrint's module gives to `ffi.cdef`, found without running it."""
    package = importlib.metadata.distribution("weasyprint").locate_file("weasyprint/text/ffi.py")
    for node in ast.walk(ast.parse(Path(str(package)).read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr="cdef"), args=[ast.Constant(str() as text), *_]):
                yield text


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written())
