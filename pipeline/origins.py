"""What results are made from, besides sources: our own code, libraries, fonts.

In: names. Out: digests and versions, which stand in the manifest of every result.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.store import digest, key

FONT_PACKAGES = ("fontpkg_fira_sans", "fontpkg_spectral")
GRAPHIC_FONTS = FONT_PACKAGES[0]


@functools.cache
def code(*patterns: str) -> Mapping[str, str]:
    """The digests of our own modules that match, by their names."""
    root = Path(__file__).parent
    return {
        path.relative_to(root).with_suffix("").as_posix(): digest(path.read_bytes())
        for pattern in patterns
        for path in sorted(root.glob(f"{pattern}.py"))
    }


@functools.cache
def versions(*distributions: str) -> Mapping[str, str]:
    """The installed versions of distributions, by their names."""
    import importlib.metadata  # here: a build with nothing to do asks for none, and it takes long

    return {name: importlib.metadata.version(name) for name in distributions}


@functools.cache
def environment() -> str:
    """A digest that moves when Python, any of our modules or any installed distribution does.

    The names of the folders of metadata hold every version: one look at a folder, where asking
    for the version of each library that we use would take longer than a build with nothing to do.
    """
    installed = sorted(
        path.name
        for folder in sys.path
        if folder.endswith(("site-packages", "dist-packages")) and Path(folder).is_dir()
        for path in Path(folder).iterdir()
        if path.suffix in (".dist-info", ".egg-info")
    )
    return key({"python": sys.version, "installed": installed, "code": dict(code("**/*"))})


@functools.cache
def fonts() -> Mapping[str, bytes]:
    """Our own fonts, by file name; no other font may appear in what we print."""
    return {
        path.name: path.read_bytes() for package in FONT_PACKAGES for path in _font_files(package)
    }


def font_folder() -> str:
    """Where the fonts of graphics lie: their engine takes a folder, not bytes."""
    return str(_font_files(GRAPHIC_FONTS)[0].parent)


def _font_files(package: str) -> list[Path]:
    import importlib.resources  # here: the same

    return sorted(Path(str(importlib.resources.files(package))).rglob("*.ttf"))


def templates(folder: Path) -> Mapping[str, bytes]:
    """What lies under the templates of a project now, by name in it; what cannot be read is left
    out."""
    found = {}
    for path in sorted((folder / "templates").rglob("*")):
        with contextlib.suppress(OSError):
            found[path.relative_to(folder / "templates").as_posix()] = path.read_bytes()
    return found
