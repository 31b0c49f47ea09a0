"""Dates as authors write them (EDTF, ISO 8601-2): their bounds, their order, their printed form.

In: the text of a date. Out: a value that can be sorted and printed in a language.

EDTF is read up to level 1, with the sets of level 2; the `edtf` library decides what is valid and
where a date begins and ends. The order and the form of day, month and year are CLDR's.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from babel import Locale

Kind: TypeAlias = Literal["date", "interval", "one-of", "all-of"]


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date, an interval or a set, with its first and its last day.

    `lower` is the smallest date of the calendar when the beginning is open or unknown; `upper` is
    None when the end is. `approximate` and `uncertain` hold when they hold for any part.
    """

    text: str
    lower: datetime.date
    upper: datetime.date | None
    approximate: bool
    uncertain: bool
    kind: Kind = "date"
    parts: tuple[Edtf | None, ...] = ()  # two of an interval (None: no such end), or the set's


def parse(text: str) -> Edtf:
    """The date that `text` says.

    Raises ValueError for what is not EDTF, and for what a briefing does not print: times of day,
    years outside 1 to 9999, an interval that ends before it begins.
    """
    return _plain(text) if _PLAIN.fullmatch(text) else _parsed(text)


def order(date: Edtf) -> tuple[datetime.date, datetime.date]:
    """The sort key: the first day, then the last; an open end comes after every other."""
    return date.lower, date.upper or datetime.date.max


def printed(date: Edtf, language: str) -> str:
    """The date in words, such as "about December 2021" or "du 17 au 18 février 2022".

    Raises ValueError for a language (BCP 47) that `_LANGUAGES` does not hold.
    """
    return _printed(date, language)


def since(date: Edtf, language: str) -> str:
    """ "since 29 January 2025", « depuis le 29 janvier 2025 »; `date` is of the kind "date"."""
    words = _words(language)
    return _phrase(words.since, date, words)


def as_of(date: Edtf, language: str) -> str:
    """ "as of 29 January 2025", « état au 29 janvier 2025 »; `date` is of the kind "date"."""
    words = _words(language)
    return _phrase(words.as_of, date, words)


# Reading -----------------------------------------------------------------------------------

_PLAIN = re.compile("[0-9]{4}(-[0-9]{2}){0,2}")  # most dates; the library takes milliseconds
_CHARACTERS = re.compile(r"[0-9X./,?~%{}\[\]-]{4,120}")  # no T: a time of day; no Y: a long year


@lru_cache(maxsize=4096)
def _plain(text: str) -> Edtf:
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 2 and parts[1] > 12:
        return _parsed(text)  # a season
    try:
        lower = datetime.date(*(*parts, 1, 1)[:3])
    except ValueError as error:
        raise ValueError(f"not in the calendar: {text}") from error
    upper = (datetime.date(lower.year, 12, 31), _last_of_month(lower), lower)[len(parts) - 1]
    return Edtf(text, lower, upper, approximate=False, uncertain=False)


def _last_of_month(date: datetime.date) -> datetime.date:
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Edtf:
    # The library skips blanks and takes times and long years, so what it sees is narrowed first.
    if not _CHARACTERS.fullmatch(text):
        raise ValueError(f"not a date: {text}")
    if "/" in text:
        return _interval(text)
    import edtf  # pyparsing takes a fifth of a second: not for `briefing --help`

    try:
        value = edtf.parse_edtf(text)
    except Exception as error:  # the library lets errors of its parse actions through
        raise ValueError(f"not a date: {text}") from error
    match value:
        case edtf.OneOfASet():
            return _set(text, "one-of")
        case edtf.MultipleDates():
            return _set(text, "all-of")
        case edtf.PartialUncertainOrApproximate() | edtf.PartialUnspecified() | edtf.Level2Season():
            pass  # level 2, though they inherit from what follows
        case edtf.Date() | edtf.UncertainOrApproximate():
            lower = datetime.date(*value.lower_strict()[:3])
            upper = datetime.date(*value.upper_strict()[:3])
            return Edtf(text, lower, upper, text[-1] in "~%", text[-1] in "?%")
    raise ValueError(f"not a date of EDTF level 1: {text}")


def _interval(text: str) -> Edtf:
    # Its ends are read one by one: the library says on standard output that it did not like
    # "/..", and puts a float infinity, or ten years, where an end is open or unknown.
    ends = [None if end in ("", "..") else parse(end) for end in text.split("/")]
    known = [end for end in ends if end]
    if len(ends) != 2 or not known or any(end.kind != "date" or "X" in end.text for end in known):
        raise ValueError(f"not an interval of EDTF level 1: {text}")
    start, end = ends
    lower = start.lower if start else datetime.date.min
    upper = end.upper if end else None
    if upper and upper < lower:
        raise ValueError(f"the interval ends before it begins: {text}")
    approximate, uncertain = any(e.approximate for e in known), any(e.uncertain for e in known)
    return Edtf(text, lower, upper, approximate, uncertain, "interval", (start, end))


def _set(text: str, kind: Kind) -> Edtf:
    parts = tuple(parse(_member(part)) for part in text[1:-1].split(","))
    uppers = [part.upper for part in parts if part.upper]
    return Edtf(
        text,
        lower=min(part.lower for part in parts),
        upper=max(uppers) if len(uppers) == len(parts) else None,
        approximate=any(part.approximate for part in parts),
        uncertain=any(part.uncertain for part in parts),
        kind=kind,
        parts=parts,
    )


def _member(text: str) -> str:
    """A member of a set as a date or an interval: "2023..2025" is "2023/2025"."""
    start, dots, end = text.partition("..")
    return f"{start or '..'}/{end or '..'}" if dots else text


# Printing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Language:
    """What CLDR does not say of a language.

    Phrases hold {date}, a date without its qualifier, and {q}, the qualifier; where the language
    has them {the}, {of}, {to} and {until}, the words that a date takes in front of it.
    """

    locale: str
    first: str  # the first day of a month
    seasons: tuple[str, str, str, str]
    decade: str
    qualifiers: tuple[str, str, str, str]  # of a date alone: none, approximate, uncertain, both
    joined: tuple[str, str, str, str]  # of a date within a phrase
    alone: str
    since: str  # an interval with an open end
    as_of: str  # the day on which something was last known to be true
    beginning: str  # an interval whose end is unknown
    until: str
    start: str
    end: str
    dash: str  # in "17–18 February", "2023–2024"; "" where the language says that in words
    earlier: str
    later: str
    articles: Mapping[str, tuple[str, str, str, str]]  # by first word, else by precision


_LANGUAGES: Mapping[str, _Language] = {
    "en": _Language(
        locale="en_GB",
        first="1",
        seasons=("spring", "summer", "autumn", "winter"),
        decade="{}s",
        qualifiers=("", "about {the}", "possibly {the}", "possibly about {the}"),
        joined=("", "about ", "possibly ", "possibly about "),
        alone="{q}{date}",
        since="since {q}{date}",
        as_of="as of {q}{date}",
        beginning="from {q}{date}",
        until="until {q}{date}",
        start="{q}{date}",
        end="to {q}{date}",
        dash="–",
        earlier="{q}{date} or earlier",
        later="{q}{date} or later",
        articles={"decade": ("the ", "", "", "")},
    ),
    "fr": _Language(
        locale="fr_FR",
        first="1er",
        seasons=("printemps", "été", "automne", "hiver"),
        decade="années {}",
        qualifiers=("", "vers {the}", "peut-être {the}", "peut-être vers {the}"),
        joined=("", " environ", " peut-être", " environ, peut-être"),
        alone="{q}{date}",
        since="depuis {the}{date}{q}",
        as_of="état {until}{date}{q}",
        beginning="à partir {of}{date}{q}",
        until="jusqu’{until}{date}{q}",
        start="{of}{date}{q}",
        end="{to}{date}{q}",
        dash="",
        earlier="{date}{q} ou avant",
        later="{date}{q} ou après",
        articles={
            "day": ("le ", "du ", "au ", "au "),
            "month": ("", "de ", "à ", "en "),
            "avril": ("", "d’", "à ", "en "),
            "août": ("", "d’", "à ", "en "),
            "octobre": ("", "d’", "à ", "en "),
            "season": ("l’", "de l’", "à l’", "à l’"),
            "printemps": ("le ", "du ", "au ", "au "),
            "year": ("", "de ", "à ", "en "),
            "decade": ("les ", "des ", "aux ", "aux "),
        },
    ),
}


def _words(language: str) -> _Language:
    words = _LANGUAGES.get(language.split("-")[0].lower())
    if words is None:
        raise ValueError(f"no words for dates in the language {language}")
    return words


@lru_cache(maxsize=4096)
def _printed(date: Edtf, language: str) -> str:
    words = _words(language)
    match date.kind:
        case "date" if date.upper and _PERIOD.match(date.text):
            years = f"{date.lower.year:04}/{date.upper.year:04}"
            return _printed(parse(years), language)
        case "date":
            return _phrase(words.alone, date, words, words.qualifiers)
        case "interval":
            return _span(date, words, language)
        case "one-of" | "all-of":
            return _list(date, words, language)
        case _:
            assert_never(date.kind)


_PERIOD = re.compile("[0-9]{1,2}X?XX")  # a century or a millennium: "20XX", "2XXX"


def _span(date: Edtf, words: _Language, language: str) -> str:
    match date.parts:
        case (Edtf() as start, None):
            open_end = date.text.endswith("..")
            return _phrase(words.since if open_end else words.beginning, start, words)
        case (None, Edtf() as end):
            return _phrase(words.until, end, words)
        case (Edtf() as start, Edtf() as end) if start == end:
            return _printed(start, language)
        case (Edtf() as start, Edtf() as end):
            said = _shortened(start, end, words)
            if words.dash and not _qualified(date) and _alike(start, end) and " " not in said:
                return said + words.dash + _said(end, words)
            first = _phrase(words.start, start, words, said=said)
            return f"{first} {_phrase(words.end, end, words)}"
    raise AssertionError(date)


def _list(date: Edtf, words: _Language, language: str) -> str:
    from babel.lists import format_list

    either = date.kind == "one-of"
    said = []
    for part in date.parts:
        match part:
            case Edtf(parts=(None, Edtf() as end)) if either:
                said.append(_phrase(words.earlier, end, words))
            case Edtf(parts=(Edtf() as start, None)) if either:
                said.append(_phrase(words.later, start, words))
            case Edtf():
                said.append(_printed(part, language))
    return format_list(said, "or" if either else "standard", words.locale)


def _phrase(
    template: str,
    date: Edtf,
    words: _Language,
    qualifiers: tuple[str, str, str, str] | None = None,
    said: str = "",
) -> str:
    said = said or _said(date, words)
    forms = words.articles.get(said.split()[0]) or words.articles.get(_precision(date))
    articles = dict(zip(("the", "of", "to", "until"), forms or ("",) * 4, strict=True))
    qualifier = (qualifiers or words.joined)[date.approximate + 2 * date.uncertain]
    return template.format(date=said, q=qualifier.format(**articles), **articles)


def _said(date: Edtf, words: _Language) -> str:
    """The date without its qualifier, as CLDR prints it."""
    match _precision(date):
        case "day":
            return _cldr(date, words, "yMMMMd")
        case "month":
            return _cldr(date, words, "yMMMM")
        case "season":
            return f"{_season(date, words)} {date.lower.year}"
        case "year":
            return str(date.lower.year)
        case "decade":
            return words.decade.format(date.lower.year)


def _shortened(start: Edtf, end: Edtf, words: _Language) -> str:
    """The start of an interval, without the month and the year that it shares with the end.

    It is said whole where a part is qualified: of what would be left, one could not tell whether
    it is meant too.
    """
    if _alike(start, end) and start.lower.year == end.lower.year and not _qualified(start, end):
        match _precision(start):
            case "day" if start.lower.month == end.lower.month:
                return _cldr(start, words, "d")
            case "day":
                return _cldr(start, words, "MMMMd")
            case "month":
                return _cldr(start, words, "MMMM")
            case "season":
                return _season(start, words)
    return _said(start, words)


def _season(date: Edtf, words: _Language) -> str:
    return words.seasons[int(date.text[5:7]) - 21]


def _alike(start: Edtf, end: Edtf) -> bool:
    return _precision(start) == _precision(end)


def _qualified(*dates: Edtf) -> bool:
    return any(date.approximate or date.uncertain for date in dates)


def _precision(date: Edtf) -> Literal["day", "month", "season", "year", "decade"]:
    year, month, day = (*date.text.rstrip("?~%").replace("XX", "").split("-"), "", "")[:3]
    if "X" in year:
        return "decade"
    if not month:
        return "year"
    return "season" if int(month) > 12 else "day" if day else "month"


_Skeleton: TypeAlias = Literal["yMMMMd", "MMMMd", "d", "yMMMM", "MMMM"]


@cache
def _locale(name: str) -> Locale:
    from babel import Locale

    return Locale.parse(name)


def _cldr(date: Edtf, words: _Language, skeleton: _Skeleton) -> str:
    from babel.dates import format_date, format_skeleton

    locale = _locale(words.locale)
    match skeleton:
        case "yMMMMd":  # has its own name in CLDR
            said = format_date(date.lower, "long", locale)
        case "MMMM":  # a month alone is no skeleton of CLDR's; Babel would take the nearest, "Aug"
            return format_date(date.lower, "LLLL", locale)
        case "yMMMM":
            return format_skeleton(skeleton, date.lower, locale=locale)
        case "d" | "MMMMd":
            said = format_skeleton(skeleton, date.lower, locale=locale)
    return re.sub(r"^1\b", words.first, said)
