"""What a web page says besides its words, held against its Document.

In: a Document and the page that is said to be it. Out: code, message and line of each difference
in what the page says of itself, in the language of its passages and in what its policy allows.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.document import Document, Foreign, text, walk

Difference: TypeAlias = tuple[str, str, int]

LICENSES = "https://spdx.org/licenses/"


def differences(document: Document, data: bytes) -> Iterator[Difference]:
    """The page must be one that `readback.html` could read."""
    page = document_fromstring(data, parser=HTMLParser(encoding="utf-8", huge_tree=True))
    said = list(_metadata(document, page))
    yield from said
    if not said:  # else the hash of the data block is another for that reason
        yield from _policy(page)
    yield from _languages(document, page)


# What it says of itself ----------------------------------------------------------------------


def _metadata(document: Document, page: HtmlElement) -> Iterator[Difference]:
    blocks = page.xpath("//script[@type='application/ld+json']")
    said = _object(blocks[0].text or "") if blocks else None
    if said is None:
        yield "missing-metadata", "the page does not say in JSON-LD what it is", 1
        return
    for name, wanted in _wanted(document).items():
        found = _plain(said.get(name))
        if found != wanted:
            message = f"“{name}” in JSON-LD is {found or 'missing'}, expected {wanted or 'nothing'}"
            yield "changed-metadata", message, blocks[0].sourceline or 1


def _object(source: str) -> Mapping[str, object] | None:
    try:
        said = json.loads(source)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _wanted(document: Document) -> dict[str, object]:
    """The values by schema.org's names; what is empty is not said."""
    said = document.metadata
    wanted = {
        "@context": "https://schema.org",
        "@type": "Report",
        "identifier": said.identifier,
        "name": document.title,
        "alternativeHeadline": document.subtitle,
        "description": said.description,
        "inLanguage": document.language,
        "datePublished": said.issued,
        "author": list(said.authors),
        "publisher": said.publisher,
        "isPartOf": document.series,
        "keywords": list(said.keywords),
        "license": said.license,
    }
    return {name: value or None for name, value in wanted.items()}


def _plain(value: object) -> object:
    """A thing by its name, a licence by its SPDX expression."""
    match value:
        case {"name": name}:
            return name
        case str():
            return value.removeprefix(LICENSES)
        case _:
            return value


# What may be loaded --------------------------------------------------------------------------


def _policy(page: HtmlElement) -> Iterator[Difference]:
    """All but what stands in the page is forbidden, and that is allowed."""
    said = "".join(page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[:1])
    directives = [directive.split() for directive in said.split(";") if directive.strip()]
    allowed = {name: sources for name, *sources in directives}
    if allowed.get("default-src") != ["'none'"]:
        yield "open-policy", "the page’s policy does not forbid what it does not name", 1
    for tag in ("style", "script"):
        sources = set(allowed.get(f"{tag}-src", ()))
        hashes = {_hash(element.text or "") for element in page.iter(tag)}
        if sources - {"'none'"} != hashes:
            yield "changed-policy", f"the policy does not allow just the {tag} of the page", 1
    for element in page.xpath("//*[@style or @*[starts-with(name(), 'on')]]"):
        line = element.sourceline or 1
        yield "changed-policy", "the policy allows no style or script in an attribute", line


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


# Languages -----------------------------------------------------------------------------------


def _languages(document: Document, page: HtmlElement) -> Iterator[Difference]:
    """Each passage in another language is marked, as often as it stands there."""
    wanted = Counter(
        (node.language, _line(text(node.content)))
        for node in walk((document.front, document.body))
        if isinstance(node, Foreign)
    )
    for furniture in page.xpath("//body//*[@data-furniture]"):
        furniture.drop_tree()
    found = Counter(
        (span.get("lang"), _line(span.text_content())) for span in page.xpath("//body//*[@lang]")
    )
    for language, words in wanted - found:
        yield "changed-language", f"“{words}” is not marked as {language}", 1
    for language, words in found - wanted:
        yield "changed-language", f"“{words}” is marked as {language}", 1


def _line(words: str) -> str:
    return " ".join(words.split())
