"""Prints the names of those libraries that WeasyPrint loads at run time and that do not load."""

import cffi

# In WeasyPrint's own order. Without the last it works, but a small PDF takes it half as long again.
LIBRARIES = {
    "gobject-2.0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "pango-1.0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
    "pangoft2-1.0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}


def loads(name: str) -> bool:
    try:
        cffi.FFI().dlopen(name)
    except OSError:
        return False
    return True


print(*(name for name, files in LIBRARIES.items() if not any(map(loads, (*files, name)))))
