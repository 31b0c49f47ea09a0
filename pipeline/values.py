"""What a record's keys may hold: words, dates, numbers, texts, pointers, specifications.

In: Scalars, lists and dicts as `decode` made them of YAML nodes. Out: values that know their place,
or an error that names what was wanted and what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, Self, TypeAlias
from urllib.parse import urlsplit

import babel
import babel.localedata
from pydantic import (
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
)
from pydantic_core import PydanticCustomError

from pipeline import dates
from pipeline.dates import Edtf
from pipeline.diagnostic import Span
from pipeline.frozen import dataclass
from pipeline.source import Scalar

PLACE = "@place"  # the key under which `decode` hands a mapping's span to its record


class Located(str):
    """A word of the source that knows where it stands."""

    span: Span

    def __new__(cls, text: str, span: Span) -> Self:
        word = str.__new__(cls, text)
        word.span = span
        return word

    def __reduce__(self) -> tuple[type[Located], tuple[str, Span]]:
        return Located, (str(self), self.span)


def wrong(code: str, wanted: str, found: object) -> PydanticCustomError:
    """The error of one value: "expected <wanted>, found <found>"."""
    return PydanticCustomError(
        code, "expected {wanted}, found {found}", {"wanted": wanted, "found": shown(found)}
    )


def shown(value: object) -> str:
    """How a message names what it found."""
    match value:
        case Scalar(text="", plain=True):
            return "nothing"
        case Scalar():
            text = value.text if len(value.text) <= 60 else value.text[:57] + "…"
            return f'"{text}"'
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return repr(value)


def _scalar(
    wanted: str, read: Callable[[str], Any], code: str = "wrong-type"
) -> Callable[[Any], Any]:
    def validate(value: Any) -> Any:
        if isinstance(value, Scalar) and not _is_nothing(value):
            try:
                result = read(value.text)
            except ValueError:
                pass
            else:
                return Located(result, value.span) if isinstance(result, str) else result
        raise wrong(code, wanted, value)

    return validate


def _matching(pattern: str) -> Callable[[str], str]:
    whole = re.compile(pattern).fullmatch

    def read(text: str) -> str:
        if not whole(text):
            raise ValueError(text)
        return text

    return read


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse(text)


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    return value if value.is_finite() else _refuse(text)


def _above_nothing(number: Decimal) -> Decimal:
    return number if number > 0 else _refuse(str(number))


def _day(text: str) -> Edtf:
    date = dates.parse(text)
    return date if date.kind == "date" else _refuse(text)


def _address(text: str) -> str:
    parts = urlsplit(text)
    return (
        text
        if parts.scheme in ("http", "https") and parts.netloc and " " not in text
        else _refuse(text)
    )


def _country(text: str) -> str:
    known = babel.Locale("en").territories
    return text if re.fullmatch("[A-Z]{2}", text) and text in known else _refuse(text)


@lru_cache(maxsize=256)
def _language(text: str) -> str:
    try:
        babel.Locale.parse(text, sep="-")
    except babel.UnknownLocaleError as error:
        raise ValueError(text) from error
    return text


_KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"

Id: TypeAlias = Annotated[
    Located, PlainValidator(_scalar("an id in kebab-case", _matching(_KEBAB), "bad-id"))
]
Word: TypeAlias = Annotated[Located, PlainValidator(_scalar("text", str))]
Flag: TypeAlias = Annotated[bool, PlainValidator(_scalar("true or false", _flag))]
Number: TypeAlias = Annotated[Decimal, PlainValidator(_scalar("a number", _number))]
Positive: TypeAlias = Annotated[
    Decimal, PlainValidator(_scalar("a number above 0", lambda text: _above_nothing(_number(text))))
]
Date: TypeAlias = Annotated[
    Edtf,
    PlainValidator(_scalar("a date (EDTF)", dates.parse, "bad-date")),
    PlainSerializer(attrgetter("text")),
]
Day: TypeAlias = Annotated[
    Edtf,
    PlainValidator(_scalar("a date that is no interval (EDTF)", _day, "bad-date")),
    PlainSerializer(attrgetter("text")),
]
Address: TypeAlias = Annotated[
    Located, PlainValidator(_scalar("an address (http or https)", _address, "bad-address"))
]
Language: TypeAlias = Annotated[
    Located, PlainValidator(_scalar("a language (BCP 47)", _language, "bad-language"))
]
CountryCode: TypeAlias = Annotated[
    Located, PlainValidator(_scalar("a country code (ISO 3166-1 alpha-2)", _country))
]


def _months(text: str) -> int:
    """The months of an ISO 8601 duration of years and months: 36 for P3Y, 18 for P1Y6M."""
    found = re.fullmatch(r"P(?:([1-9]\d?)Y)?(?:([1-9]\d?)M)?", text)
    years, months = found.groups("0") if found else _refuse(text)
    return 12 * int(years) + int(months) or int(_refuse(text))


Months: TypeAlias = Annotated[
    int,
    PlainValidator(_scalar("years and months (ISO 8601), such as P3Y or P1Y6M", _months)),
]


def one_of(*words: str) -> BeforeValidator:
    """For a Literal: the plain text of a scalar, or an error that lists the words."""
    wanted = "one of " + ", ".join(words)

    def validate(value: Any) -> Any:
        if isinstance(value, Scalar) and value.text in words:
            return value.text
        raise wrong("unknown-word", wanted, value)

    return BeforeValidator(validate)


def _unplaced(value: Any) -> Any:
    if not isinstance(value, dict):
        raise wrong("wrong-type", "a mapping", value)
    return {key: item for key, item in value.items() if key != PLACE}


unplaced = BeforeValidator(_unplaced)  # for a mapping whose keys are the author's own words


@dataclass(frozen=True, slots=True)
class Text:
    """Words for readers: a bare string, which holds in every language (a name, a figure), or
    one string a language: `{en: Mali, fr: Mali}`. Inline markup is allowed."""

    values: Mapping[str, Scalar]  # by language; "" for a bare string

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash(tuple(self.values.items()))

    def into(self, language: str) -> Scalar | None:
        """What stands here for `language`, with its place."""
        return self.values.get(language) or self.values.get("")

    @property
    def span(self) -> Span:
        return next(iter(self.values.values())).span


def _text(value: Any) -> Text:
    match value:
        case Scalar() if value.text.strip():
            return Text({"": value})
        case dict() if (languages := {k: v for k, v in value.items() if k != PLACE}) and all(
            isinstance(v, Scalar) and v.text.strip() for v in languages.values()
        ):
            for key in languages:
                try:
                    _language(key)
                except ValueError:
                    raise wrong(
                        "bad-language",
                        "languages as keys, such as en or fr",
                        Scalar(key, key, False, value[PLACE]),
                    ) from None
            return Text(languages)
        case dict() if any(_is_nothing(item) for item in value.values()):
            wanted = "text by language, with quotes round a text that holds a comma or a colon"
            raise wrong("wrong-type", wanted, value)
    raise wrong("wrong-type", "text, or text by language", value)


def _is_nothing(value: Any) -> bool:
    return isinstance(value, Scalar) and value.plain and not value.text


Prose: TypeAlias = Annotated[
    Text,
    PlainValidator(_text),
    PlainSerializer(
        lambda text: {language: scalar.text for language, scalar in text.values.items()}
    ),
]


@dataclass(frozen=True, slots=True)
class Ref:
    """A pointer to a shared record: its kind, its id, and where the pointer stands."""

    kind: str
    id: str
    span: Span


def _ref(kind: str) -> PlainValidator:
    def validate(value: Any) -> Ref:
        if isinstance(value, Scalar) and value.text:
            return Ref(kind, value.text, value.span)
        raise wrong("wrong-type", f"the id of {'an' if kind[0] in 'aeiou' else 'a'} {kind}", value)

    return PlainValidator(validate)


EntityRef: TypeAlias = Annotated[Ref, _ref("entity")]
EventRef: TypeAlias = Annotated[Ref, _ref("event")]
ReferenceRef: TypeAlias = Annotated[Ref, _ref("reference")]
PictureRef: TypeAlias = Annotated[Ref, _ref("picture")]
AudienceRef: TypeAlias = Annotated[Ref, _ref("audience")]
GraphicRef: TypeAlias = Annotated[Ref, _ref("graphic")]
ProvisionRef: TypeAlias = Annotated[Ref, _ref("provision")]
InstitutionRef: TypeAlias = Annotated[Ref, _ref("institution")]
DisagreementRef: TypeAlias = Annotated[Ref, _ref("disagreement")]
ClaimRef: TypeAlias = Annotated[Ref, _ref("claim")]


@dataclass(frozen=True, slots=True)
class Source:
    """A reference with the part of it that is meant: `treaty-id` or `treaty-id, art. 6`."""

    reference: Ref
    locator: str = ""


def _source(value: Any) -> Source:
    if isinstance(value, Scalar) and value.text.strip():
        key, _, locator = value.text.partition(",")
        return Source(Ref("reference", key.strip(), value.at(0, len(key))), locator.strip())
    raise wrong("wrong-type", 'the id of a reference, or "id, locator"', value)


Sources: TypeAlias = tuple[Annotated[Source, PlainValidator(_source)], ...]


@dataclass(frozen=True, slots=True)
class Territory:
    """A country by its ISO 3166-1 alpha-2 code; CLDR has its name in every language."""

    code: str


_territory = _scalar("a country code (ISO 3166-1 alpha-2)", _country)


def _plain(value: Any) -> Any:
    """A specification as JSON values. Plain scalars follow YAML 1.2's core schema; quoted ones
    stay text, mappings whose keys are all languages become Text, and `{territory: DZ}` becomes
    the Territory that it names."""
    match value:
        case Scalar():
            return _core(value)
        case list():
            return tuple(_plain(item) for item in value)
        case dict():
            entries = {key: item for key, item in value.items() if key != PLACE}
            if entries and all(_is_language(key) for key in entries):
                return _text(value)
            if entries.keys() == {"territory"}:
                return Territory(_territory(entries["territory"]))
            return MappingProxyType({key: _plain(item) for key, item in entries.items()})
    raise wrong("wrong-type", "a Vega-Lite specification", value)


def _is_language(key: str) -> bool:
    """Whether a key of a specification names a language. Vega-Lite's own keys of two letters,
    `as`, `op` and `or` among them, are left out: `as` and `or` are languages too."""
    return bool(re.fullmatch("[a-z]{2}", key)) and key in _LANGUAGES


_LANGUAGES = frozenset(name for name in babel.localedata.locale_identifiers() if len(name) == 2) - {
    "as",
    "or",
}


def _core(scalar: Scalar) -> Any:
    word = Located(scalar.text, scalar.span)
    if not scalar.plain:
        return word
    if scalar.text in ("null", "~", ""):
        return None
    if scalar.text in ("true", "false"):
        return scalar.text == "true"
    if re.fullmatch(r"[-+]?\d+", scalar.text):
        return int(scalar.text)
    if re.fullmatch(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", scalar.text):
        return float(scalar.text)
    return word


Specification: TypeAlias = Annotated[Any, PlainValidator(_plain)]


def _cells(value: Any) -> Mapping[str, Text]:
    if isinstance(value, dict):
        return MappingProxyType({key: _text(item) for key, item in value.items() if key != PLACE})
    raise wrong("wrong-type", "a mapping of column names to values", value)
