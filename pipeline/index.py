"""The page that lists what an audience may read: every briefing in every language, its files.

In: what the manifest of the output folder says of each rendition, the fixed words of a language,
the templates. Out: one HTML page, which stands by itself and needs no script.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from babel import Locale
from babel.units import format_unit

from pipeline import dates, typography
from pipeline.terms import Terms
from pipeline.writers import html_head

NAME = "index.html"
_SHEETS = ("html/base.css", "html/screen.css", "html/index.css")
_PAGE = "html/index.html.j2"
_FIRST = {"PDF": 0, "DOCX": 1, "HTML": 2, "MD": 3, "JSON": 4}


class Listed(NamedTuple):
    """One rendition as the page lists it. `issued` is an ISO 8601 date, `size` counts bytes."""

    briefing: str
    language: str
    series: str
    title: str
    subtitle: str
    issued: str
    marking: str
    file: str  # beside the page
    size: int
    sha256: str

    @property
    def order(self) -> tuple[str, str, int]:
        """By briefing and language; what most readers want first."""
        return self.briefing, self.language, _FIRST.get(self.suffix, len(_FIRST))

    @property
    def suffix(self) -> str:
        return self.file.rpartition(".")[2].upper()


def language_of(listed: Iterable[Listed]) -> str:
    """The language in which the page is written: that of the most files, English before others."""
    counts = Counter(one.language for one in listed)
    return min(counts, key=lambda language: (-counts[language], language != "en", language))


def page(
    listed: Iterable[Listed], terms: Terms, language: str, templates: Mapping[str, bytes]
) -> bytes:
    """The page in UTF-8, in one language; each title stands in its own."""
    # Here: a build with nothing to do needs no template.
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    style = "".join(templates[name].decode() for name in _SHEETS).strip()
    policy = html_head.policy(style)
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader({_PAGE: templates[_PAGE].decode()}),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = {name: typography.spaced(str(word), language) for name, word in _words(terms)}
    text = environment.get_template(_PAGE).render(
        briefings=_briefings(listed, language),
        language=language,
        words=words,
        style=style,
        policy=policy,
    )
    return text.encode()


class _Edition(NamedTuple):
    """What stands of an edition on the page. A tuple, which the template unpacks: its sandbox looks
    closely at every attribute that is asked for, which for a thousand editions takes long."""

    language: str
    language_name: str
    series: str
    title: str
    subtitle: str
    issued: str
    date: str
    marking: str
    address: str  # where the title leads
    files: list[tuple[str, str, str, str]]  # suffix, name, size, digest


def _briefings(listed: Iterable[Listed], language: str) -> list[tuple[str, list[_Edition]]]:
    """The editions of each briefing, by its id."""
    ordered = sorted(listed, key=lambda one: one.order)
    return [
        (
            id,
            [
                _edition(list(files), language)
                for _, files in itertools.groupby(editions, lambda one: one.language)
            ],
        )
        for id, editions in itertools.groupby(ordered, lambda one: one.briefing)
    ]


def _edition(files: list[Listed], language: str) -> _Edition:
    first = files[0]
    rows = [(one.suffix, one.file, _size(one.size, language), one.sha256) for one in files]
    return _Edition(
        first.language,
        _language_name(first.language),
        first.series,
        first.title,
        first.subtitle,
        first.issued,
        _date(first.issued, language),
        first.marking,
        next((file for suffix, file, *_ in rows if suffix == "HTML"), first.file),
        rows,
    )


def _words(terms: Terms) -> Iterable[tuple[str, str]]:
    return (
        (name, getattr(terms.index, name)) for name in ("title", "date", "files", "size", "digest")
    )


def _size(size: int, language: str) -> str:
    """A count of bytes in CLDR's words: 398 kB, 1.2 MB."""
    if size >= 1e6:
        return _unit(round(size / 1e6, 1), "megabyte", "#,##0.0", language)
    return _unit(round(size / 1e3), "kilobyte", "#,##0", language)


# Thousands of files have a few hundred sizes.
@functools.cache
def _unit(count: float, unit: str, pattern: str, language: str) -> str:
    return format_unit(count, unit, "short", format=pattern, locale=Locale.parse(language, sep="-"))


@functools.cache
def _date(issued: str, language: str) -> str:
    return dates.printed(dates.parse(issued), language)


@functools.cache
def _language_name(language: str) -> str:
    """A language's name in itself, as its readers look for it."""
    locale = Locale.parse(language, sep="-")
    return str(locale.get_display_name(locale))
