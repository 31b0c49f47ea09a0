"""A reference as the list of references prints it, by a style in CSL.

In: a reference, the language of the edition, the bytes of the style. Out: inlines.

citeproc-py arranges; it never sees what the fields say. Each goes in as one private character and
is put back afterwards, so no title can pass for markup, and one arrangement serves all references
that have the same fields. A style can therefore ask whether a field is there, not what is in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from pipeline import dates
from pipeline.document import Emphasis, Foreign, Inline, Inlines, Link, Strong
from pipeline.record import Reference
from pipeline.values import Text


@dataclass(frozen=True, slots=True)
class Form:
    """What decides how an entry is arranged: the type of the reference, which variables it has, of
    each author whether there is a given name; the language of the edition, and the style."""

    type: str
    variables: tuple[str, ...]
    authors: tuple[bool, ...]
    language: str
    style: bytes


def printed(
    reference: Reference,
    language: str,
    style: bytes,
    arrange: Callable[[Form], str] | None = None,
) -> Inlines:
    """The entry of `reference` in an edition's `language` (BCP 47), without number or rating.
    `arrange` lets a caller remember arrangements, each of which takes milliseconds.

    Raises KeyError when a text of it is not there in that language, ValueError when there are no
    words for dates in it, or when `style` is not a CSL style.
    """
    fields = dict(_fields(reference, language))
    authors = tuple(bool(name.given) for name in reference.author)
    form = Form(reference.type, tuple(fields), authors, _primary(language), style)
    values = {_STANDS_FOR[name]: value for name, value in fields.items()}
    for number, name in enumerate(reference.author):
        values[chr(_FAMILY + number)] = str(name.literal or name.family)
        values[chr(_GIVEN + number)] = str(name.given or "")
    return _filled((arrange or arranged)(form), values)


def _fields(reference: Reference, language: str) -> Iterator[tuple[str, Inline]]:
    """What the reference says, by CSL variable."""
    said = {str(name.literal) for name in reference.author if name.literal}
    title = str(reference.title)
    foreign = _primary(reference.language) != _primary(language)
    yield "title", Foreign(str(reference.language), (title,)) if foreign else title
    for variable, word in (
        ("container-title", reference.container_title),
        ("publisher", _said(reference.publisher, language)),
        ("genre", _said(reference.genre, language)),
        ("number", reference.number),
    ):
        # A site is often its own author and publisher; it is named once.
        if word and str(word) not in said:
            said.add(str(word))
            yield variable, str(word)
    if reference.issued:
        yield "issued", dates.printed(reference.issued, language)
    if reference.accessed:
        yield "accessed", dates.printed(reference.accessed, language)
    if reference.url:
        yield "URL", Link(str(reference.url), (str(reference.url),))


def _said(text: Text | None, language: str) -> str | None:
    """A text in this language. KeyError when it is not there in it."""
    scalar = text and text.into(language)
    if text and scalar is None:
        raise KeyError(language)
    return scalar.text if scalar else None


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


# Arranging ---------------------------------------------------------------------------------

# Private characters: one a field, one a name of an author, and marks around formatted text.
_STANDS_FOR: Mapping[str, str] = {
    "title": "\ue000",
    "container-title": "\ue001",
    "publisher": "\ue002",
    "genre": "\ue003",
    "number": "\ue004",
    "issued": "\ue005",
    "accessed": "\ue006",
    "URL": "\ue007",
}
_FAMILY, _GIVEN = 0xE100, 0xE800
_EMPHASIS, _STRONG, _END = "\uf000", "\uf001", "\uf002"


@lru_cache(maxsize=4096)
def arranged(form: Form) -> str:
    """The entry of all references of this form, with a private character for what each says."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    item: dict[str, Any] = {"id": "it", "type": form.type}
    for name in form.variables:
        text = _STANDS_FOR[name]
        item[name] = {"literal": text} if name in ("issued", "accessed") else text
    if form.authors:
        item["author"] = [
            {"family": chr(_FAMILY + i)} | ({"given": chr(_GIVEN + i)} if given else {})
            for i, given in enumerate(form.authors)
        ]
    bibliography = CitationStylesBibliography(
        _style(form.style, form.language), CiteProcJSON([item]), _FORMATTER
    )
    bibliography.register(Citation([CitationItem("it")]))
    (entry,) = bibliography.bibliography() or [""]
    return str(entry)


@lru_cache(maxsize=8)
def _style(style: bytes, language: str) -> Any:
    # A stream, because citeproc looks for files and styles that have a string for their name.
    # Its check against the schema of CSL takes a second; a test does it for our style.
    from citeproc import CitationStylesStyle
    from lxml.etree import XMLSyntaxError

    try:
        read = CitationStylesStyle(io.BytesIO(style), locale=language, validate=False)
        if not read.has_bibliography():
            raise TypeError("it has no bibliography")
    except (XMLSyntaxError, AttributeError, TypeError) as error:  # the root may be anything
        raise ValueError(f"not a CSL style: {error}") from error
    return read


def _marked(mark: str) -> Any:
    return lambda text: f"{mark}{text}{_END}"


_FORMATTER = SimpleNamespace(
    preformat=str,
    Italic=_marked(_EMPHASIS),
    Oblique=_marked(_EMPHASIS),
    Bold=_marked(_STRONG),
    Light=str,
    Underline=str,
    Superscript=str,
    Subscript=str,
    SmallCaps=str,
)

# Filling -----------------------------------------------------------------------------------


def _filled(arranged: str, values: Mapping[str, Inline]) -> Inlines:
    """The arrangement with what the reference says in place of each private character."""
    open_: list[tuple[str, list[Inline]]] = [("", [])]
    for place, character in enumerate(arranged):
        match character:
            case "\uf000" | "\uf001":
                open_.append((character, []))
            case "\uf002":
                mark, content = open_.pop()
                node = Emphasis if mark == _EMPHASIS else Strong
                _add(open_[-1][1], node(tuple(content)))
            case _ if character in values:
                before, after = arranged[:place], arranged[place + 1 :]
                _add(open_[-1][1], _fitted(values[character], before, after))
            case _:
                _add(open_[-1][1], character)
    return tuple(open_[0][1])


def _add(content: list[Inline], inline: Inline) -> None:
    if content and isinstance(inline, str) and isinstance(content[-1], str):
        content[-1] += inline
    elif inline:
        content.append(inline)


def _fitted(value: Inline, before: str, after: str) -> Inline:
    """A value as its neighbours want it: quotes within quotes changed, no full stop and comma."""
    match value:
        case str():
            text = _requoted(value, before)
            # "U.S." and an ellipsis keep their points, as nothing else would say what they are.
            stop = re.search(r"(?<![.…])(?<!\.\w)\.$", text)
            follows = after.lstrip("\uf002\u00a0\u202f”»’")
            return text[:-1] if stop and follows.startswith((",", ".", ";", ":")) else text
        case Foreign(language, (str() as text,)):
            return Foreign(language, (_fitted(text, before, after),))
        case _:
            return value


_QUOTED = r'["“«][\s\u00a0\u202f]*([^"“”«»]*?)[\s\u00a0\u202f]*["”»]'


def _requoted(text: str, before: str) -> str:
    """Quotes within English “…” are ‘…’, and within French « … » they are “…”.

    citeproc-py leaves them as they are.
    """
    if before.endswith("“"):
        return re.sub(_QUOTED, r"‘\1’", text)
    if before.rstrip("\u00a0\u202f").endswith("«"):
        return re.sub(_QUOTED, r"“\1”", text)
    return text
