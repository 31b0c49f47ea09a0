"""Every peer must have said every word: what it left out would be time that it did not take."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2

from tests.bench.content import SUFFIX
from tests.bench.site import Site

LONG = 6  # letters: words that are long enough to be missed
HYPHENS = "\u00ad\ufffe\u0002"
MORE = 1.25  # times as many words, at most: running heads, contents lists, parts of addresses
PAGES = {"small": range(2, 3), "large": range(25, 31)}  # what is measured as small and large
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Unlike(Exception):
    """A file and what is wrong with it."""


def check(site: Site) -> Mapping[str, Mapping[str, int]]:
    """How many pages each one's PDFs have, by size and who. Raises Unlike when a file of a warm
    process says less than its content or much more, or ours has not the pages it should have."""
    pages: dict[str, dict[str, int]] = {}
    for who in sorted(path.name for path in (site.folder / "made").iterdir()):
        for size in PAGES:
            name = f"{size}-0000"
            said = json.loads((site.content("warm") / f"{name}{SUFFIX}").read_text())
            for path in sorted(site.made(who).glob(f"{name}.*")):
                if path.suffix in (".pdf", ".docx", ".md"):
                    hold(path, said)
            pdf = pypdfium2.PdfDocument(site.made(who) / f"{name}.pdf")
            pages.setdefault(size, {})[who] = len(pdf)
    for size, wanted in PAGES.items():
        if pages[size]["ours"] not in wanted:
            raise Unlike(size, pages[size]["ours"])
    return pages


def hold(path: Path, said: Mapping[str, Any]) -> None:
    """Raises Unlike when a file lacks a long word of its content as often as it stands there, or
    has many more words."""
    wanted, found = words(said), _found(path)
    if missing := wanted - found:
        raise Unlike(path, "lacks", dict(missing))
    if found.total() > MORE * wanted.total():
        raise Unlike(path, found.total(), "words, not", wanted.total())


def words(said: Mapping[str, Any]) -> Counter[str]:
    """The long words of content, how often each is said."""
    return Counter(_long(" ".join(_texts(said["sections"]))))


def _texts(value: Any) -> Iterator[str]:
    """Every text that is printed: not ids, addresses and kinds."""
    match value:
        case dict():
            for key, part in value.items():
                if key not in ("id", "kind", "url", "target"):
                    yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
        case str():
            yield value


def _long(text: str) -> Iterator[str]:
    return (word for word in re.findall(r"\w+", text) if len(word) >= LONG)


def _found(path: Path) -> Counter[str]:
    """The long words of a file. At the end of a line, PDFium gives one sign for a hyphen that
    divides a word and for one that belongs to it: either may be meant."""
    text = read(path)
    whole, apart = (re.sub(rf"[{HYPHENS}]\s*", sign, text) for sign in ("", " "))
    return Counter(_long(whole)) | Counter(_long(apart))


def read(path: Path) -> str:
    """The text of a PDF, DOCX or Markdown file."""
    match path.suffix:
        case ".pdf":
            pages = pypdfium2.PdfDocument(path)
            return "\n".join(page.get_textpage().get_text_range() for page in pages)
        case ".docx":
            with zipfile.ZipFile(path) as package:
                body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314
            return "\n".join("".join(line.itertext()) for line in body.iter(f"{WORD}p"))
        case _:
            return path.read_text()
