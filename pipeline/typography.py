"""A Document, or a text of one, as printers of its language set it: spaces, quotes, ordinals.

In: what assembly made of texts that authors typed with plain spaces. Out: the same words, set. It
stands before the hub is handed on, so that every format prints the same.

English: a number keeps its unit. French: Lexique des règles typographiques en usage à
l'Imprimerie nationale; one no-break space serves for the narrow one too, which our fonts lack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from operator import is_
from typing import Any, TypeAlias

from pipeline.document import (
    HOLDING,
    Citation,
    Document,
    Figure,
    Foreign,
    Image,
    Labels,
    Link,
    Metadata,
    Table,
    altered,
)

_Rules: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]

_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), put) for pattern, put in pairs)


# Where a pattern begins with a blank, texts are searched for blanks, and not looked at letter by
# letter: so what stands before one is asked for after it.
_FRENCH = _rules(
    ("\u202f", "\u00a0"),
    (r"(?<=\w)'(?=\w)", "’"),
    (r"[ \u00a0]*([:;!?]+)(?=[\s\u00a0)\]»,.]|$)", "\u00a0\\1"),
    (r"[ \u00a0]*»", "\u00a0»"),
    (r"«[ \u00a0]*", "«\u00a0"),
    (r" (?<=\d )(?=\d{3}(?!\d))", "\u00a0"),
    (r"(?<=\d) ?(?=%)", "\u00a0"),
    (r" (?<=\d )(?=(?:km²?|millions?|milliards?)\b)", "\u00a0"),
    (rf"\b(\d\d?|1er) (?=(?:{_MONTHS})\b)", "\\1\u00a0"),
    (r"\b[nN][°º] ?(?=\d)", "n°\u00a0"),
    (r"\b(art\.|p\.|M\.|Mme) (?=\S)", "\\1\u00a0"),
    (r"\b1[eè]re\b", "1re"),
    (r"\b(\d+|[IVX]+)i?[eè]me\b", "\\1e"),
)
_ENGLISH = _rules((r" (?<=\d )(?=(?:km²?|per cent|million|billion)\b)", "\u00a0"))
_BY_LANGUAGE: Mapping[str, _Rules] = {"en": _ENGLISH, "fr": _FRENCH}

# What a node says beside its content; other strings are names, addresses and codes.
_SAID: Mapping[type, tuple[str, ...]] = {
    Citation: ("locator",),
    Document: ("series", "title", "subtitle", "dateline"),
    Figure: ("label",),
    Image: ("alt",),
    Labels: tuple(field.name for field in fields(Labels)),
    Metadata: ("description", "keywords"),
    Table: ("label",),
}
_SET = {node: (*_SAID.get(node, ()), *names) for node, names in HOLDING.items()}


def spaced(text: str, language: str) -> str:
    """A text as its `language` (BCP 47) sets it; the same when there are no rules for it."""
    for pattern, put in _rules_of(language):
        text = pattern.sub(put, text)
    return text


@cache
def _rules_of(language: str) -> _Rules:
    return _BY_LANGUAGE.get(language.split("-")[0].lower(), ())


def typeset(value: Any, language: str) -> Any:
    """Document nodes, or tuples of them, as `language` sets them; a passage in another language
    as that language does."""
    match value:
        case str():
            return spaced(value, language)
        case (str() as line,):  # most of what there is
            set_line = spaced(line, language)
            return value if set_line is line else (set_line,)
        case tuple():
            set_ = tuple([typeset(item, language) for item in value])
            return value if all(map(is_, set_, value)) else set_
        case Foreign():
            language = value.language
        case Link(target, (str(words),)) if words == target:
            return value
    return altered(value, _SET[type(value)], typeset, language)
