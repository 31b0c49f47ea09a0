"""Documents and what is printed of them, each made once and remembered.

In: templates and a store. Out: renditions, pictures and printed references, with the manifest of
all that decided them. A Press stays with the process that owns the store; what prints is in
`printer`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pipeline import citation, graphic, ledger
from pipeline.citation import Form
from pipeline.document import Inlines, Picture
from pipeline.graphic import Drawing
from pipeline.origins import FONT_PACKAGES, code, versions
from pipeline.printer import read_picture
from pipeline.record import Reference
from pipeline.store import Manifest, Store, digest
from pipeline.writers import WRITERS


@dataclass(frozen=True, slots=True)
class Press:
    templates: Mapping[str, bytes]
    store: Store
    _makers: dict[str, Manifest] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _arranged: dict[Form, str] = field(default_factory=dict)

    def find(self, document: str, format: str) -> bytes | None:
        """A rendition of the Document with this digest, if it was made before."""
        return self.store.find(self._manifest(document, format))

    def keep(self, document: str, format: str, data: bytes) -> None:
        self.store.keep(self._manifest(document, format), data)

    def _manifest(self, document: str, format: str) -> Manifest:
        """All that decides a rendition."""
        return {"document": document, "format": format, **self.makers(format)}

    def makers(self, format: str) -> Manifest:
        """What decides every rendition in a format besides its Document."""
        if format not in self._makers:
            self._makers[format] = self._made_with(format)
        return self._makers[format]

    def makers_key(self, format: str) -> str:
        """The same in short: worked out once, not for each of thousands of renditions."""
        if format not in self._keys:
            self._keys[format] = ledger.makers_key(self.makers(format))
        return self._keys[format]

    def _made_with(self, format: str) -> Manifest:
        writer = WRITERS[format]
        modules = ("document", "graphic", *(f"writers/{pattern}" for pattern in writer.code))
        return {
            "templates": {
                name: digest(data)
                for name, data in self.templates.items()
                if name.startswith(writer.templates)
            },
            "fonts": dict(versions(*FONT_PACKAGES)) if writer.fonts else {},
            "code": dict(code(*modules)),
            "libraries": dict(versions(*writer.libraries)),
        }

    def is_proved(self, document: str, format: str, data: str) -> bool:
        """Whether the bytes of this digest were read back and say what the Document does."""
        return self.store.find(self._proof(document, format, data)) is not None

    def keep_proof(self, document: str, format: str, data: str) -> None:
        self.store.keep(self._proof(document, format, data), b"")

    def _proof(self, document: str, format: str, data: str) -> Manifest:
        return {
            "faithful": data,
            "document": document,
            "format": format,
            "code": dict(code("document", "verify", "readback/*")),
            "libraries": dict(versions(*_READERS)),
        }

    # What is remembered by its specification -----------------------------------------------

    def cite(self, reference: Reference, language: str, style: bytes) -> Inlines:
        """A reference as it is listed; how such a one is arranged, is remembered."""
        return citation.printed(reference, language, style, self._arrange)

    def _arrange(self, form: Form) -> str:
        if form not in self._arranged:
            manifest = {
                "form": [form.type, form.variables, form.authors, form.language],
                "style": digest(form.style),
                "code": dict(code("citation")),
                "libraries": dict(versions("citeproc-py")),
            }
            made = self.store.remember(manifest, lambda: citation.arranged(form).encode())
            self._arranged[form] = made.decode()
        return self._arranged[form]

    def keep_document(self, name: str, document: str, inputs: Any) -> None:
        """Keep a Document's canonical JSON under its digest, and what it was assembled from."""
        told = json.dumps(inputs, ensure_ascii=False)
        self.store.keep({"document": name}, f"{told}\n{document}".encode())

    def document(self, name: str) -> str | None:
        """The canonical JSON of the Document with this digest, if it is kept."""
        return self._document(name)[1]

    def _document(self, name: str) -> tuple[str | None, str | None]:
        """What it was assembled from, as JSON in one line, and the Document."""
        data = self.store.find({"document": name})
        if data is None:
            return None, None
        told, _, document = data.decode().partition("\n")
        return told, document

    def document_or(self, name: str, restore: Callable[[], None]) -> str:
        """The same; `restore` makes it anew when it is gone."""
        found = self.document(name)
        if found is None:
            restore()
            found = self.document(name)
        return _there(found, name)

    def inputs(self, document: str) -> Any:
        """What the Document with this digest was assembled from, if that is kept."""
        told, _ = self._document(document)
        return None if told is None else json.loads(told)

    def keep_drawing(self, name: str, drawing: Drawing) -> None:
        data = f"{drawing.media}\n".encode() + drawing.content
        self.store.keep({"drawing": name}, data)

    def drawing(self, name: str) -> Drawing | None:
        """What the picture with this digest is drawn from, if that is kept."""
        data = self.store.find({"drawing": name})
        if data is None:
            return None
        media, _, content = data.partition(b"\n")
        return Drawing(_media(media.decode()), content)

    def drawing_or(self, name: str, restore: Callable[[], None]) -> Drawing:
        """The same; `restore` makes it anew when it is gone."""
        found = self.drawing(name)
        if found is None:
            restore()
            found = self.drawing(name)
        return _there(found, name)

    def picture(self, name: str) -> Picture | None:
        """The picture with this digest, if it is kept."""
        data = self.store.find(self._picture(name))
        return None if data is None else read_picture(data)

    def has_picture(self, name: str) -> bool:
        return self.store.has(self._picture(name))

    def keep_picture(self, name: str, data: bytes) -> None:
        self.store.keep(self._picture(name), data)

    def forget_picture(self, name: str) -> None:
        self.store.forget(self._picture(name))

    def _picture(self, name: str) -> Manifest:
        return {"picture": name, "code": dict(code("graphic"))}


_READERS = ("pikepdf", "pypdfium2", "lxml", "html5lib", "markdown-it-py")

T = TypeVar("T")


def _there(found: T | None, name: str) -> T:
    if found is None:
        raise OSError(f"what is put into the store is not in it: {name}")
    return found


def _media(name: str) -> graphic.Media:
    match name:
        case "chart" | "svg" | "png":
            return name
    raise ValueError(name)
