"""What the head of the web page says to machines: what it is, and what it may not do.

In: a Document, the page's one style sheet. Out: JSON-LD to stand in a `script` element, and a
Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re

from markupsafe import Markup

from pipeline.document import Document

# One licence of SPDX's list; an expression of several ("MIT OR CC0-1.0") has no page there.
_ONE_LICENSE = re.compile(r"[A-Za-z0-9.+-]+")


def policy(style: str, data: str = "") -> str:
    """Nothing is loaded, run, framed or sent; only this sheet and pictures inside the page count.

    A data block is not run, so a policy does not concern it (HTML, "prepare the script element");
    its hash stands there for checkers and older browsers, which ask before they look at its type.
    `frame-ancestors` and `sandbox` are no use in a meta element (CSP 3, 3.3).
    """
    scripts = _hash(data) if data else "'none'"
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {scripts}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def report(document: Document) -> Markup:
    """The Document as schema.org's Report. Nothing in it can end the element that it stands in."""
    written = json.dumps(described(document), ensure_ascii=False, indent=1)
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(written)  # noqa: S704  # what could be markup is escaped above


def described(document: Document) -> dict[str, object]:
    """What JSON-LD says; what is empty is left out. Authors are texts: whether one is a person or
    an office, Metadata does not know, and schema.org takes a text in the place of either."""
    said = document.metadata
    values = {
        "@context": "https://schema.org",
        "@type": "Report",
        "identifier": said.identifier,
        "name": document.title,
        "alternativeHeadline": document.subtitle,
        "description": said.description,
        "inLanguage": document.language,
        "datePublished": said.issued,
        "author": list(said.authors),
        "publisher": _named("Organization", said.publisher),
        "isPartOf": _named("CreativeWorkSeries", document.series),
        "keywords": list(said.keywords),
        "license": _license(said.license),
    }
    return {name: value for name, value in values.items() if value}


def _named(type: str, name: str) -> dict[str, str] | None:
    return {"@type": type, "name": name} if name else None


def _license(expression: str) -> object:
    if _ONE_LICENSE.fullmatch(expression):
        return f"https://spdx.org/licenses/{expression}"
    return _named("CreativeWork", expression)
