"""Dates: what is one, when it is, and how it is printed."""

from __future__ import annotations

import datetime
import subprocess
import sys

import edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import dates

PRINTED = [
    ("2023-09-16", "16 September 2023", "16 septembre 2023"),
    ("2023-08-01", "1 August 2023", "1er août 2023"),
    ("2023-08-11", "11 August 2023", "11 août 2023"),
    ("2023-09", "September 2023", "septembre 2023"),
    ("2024", "2024", "2024"),
    ("2021-12~", "about December 2021", "vers décembre 2021"),
    ("2024-08-27~", "about 27 August 2024", "vers le 27 août 2024"),
    ("2023?", "possibly 2023", "peut-être 2023"),
    ("2023-05-01%", "possibly about 1 May 2023", "peut-être vers le 1er mai 2023"),
    ("2024-21", "spring 2024", "printemps 2024"),
    ("2024-24", "winter 2024", "hiver 2024"),
    ("201X", "2010s", "années 2010"),
    ("201X~", "about the 2010s", "vers les années 2010"),
    ("20XX", "2000–2099", "de 2000 à 2099"),
    ("2024-XX", "2024", "2024"),
    ("2024-05-XX", "May 2024", "mai 2024"),
    ("2022-02-17/2022-02-18", "17–18 February 2022", "du 17 au 18 février 2022"),
    ("2024-08-01/2024-08-03", "1–3 August 2024", "du 1er au 3 août 2024"),
    ("2024-05-20/2024-06-03", "20 May to 3 June 2024", "du 20 mai au 3 juin 2024"),
    (
        "2023-12-31/2024-01-01",
        "31 December 2023 to 1 January 2024",
        "du 31 décembre 2023 au 1er janvier 2024",
    ),
    (
        "2026-04-25/2026-05-03~",
        "25 April 2026 to about 3 May 2026",
        "du 25 avril 2026 au 3 mai 2026 environ",
    ),
    (
        "2021-12~/2025-06-06",
        "about December 2021 to 6 June 2025",
        "de décembre 2021 environ au 6 juin 2025",
    ),
    ("2023-08/2023-10", "August–October 2023", "d’août à octobre 2023"),
    ("2023-08/2024-03", "August 2023 to March 2024", "d’août 2023 à mars 2024"),
    ("2023/2024", "2023–2024", "de 2023 à 2024"),
    ("2023/2024-03", "2023 to March 2024", "de 2023 à mars 2024"),
    ("2024-22/2024-23", "summer–autumn 2024", "de l’été à l’automne 2024"),
    ("2024-02-03/2024-02-03", "3 February 2024", "3 février 2024"),
    ("2025-01-29/..", "since 29 January 2025", "depuis le 29 janvier 2025"),
    ("2025-01~/..", "since about January 2025", "depuis janvier 2025 environ"),
    ("2025-01/", "from January 2025", "à partir de janvier 2025"),
    ("../2025-01-29", "until 29 January 2025", "jusqu’au 29 janvier 2025"),
    ("../2024", "until 2024", "jusqu’en 2024"),
    ("[2023-08,2023-09]", "August 2023 or September 2023", "août 2023 ou septembre 2023"),
    (
        "{2022,2023-01-02,2024?}",
        "2022, 2 January 2023 and possibly 2024",
        "2022, 2 janvier 2023 et peut-être 2024",
    ),
    ("[2023..2025]", "2023–2025", "de 2023 à 2025"),
    ("[..2024]", "2024 or earlier", "2024 ou avant"),
    ("[2022,2024..]", "2022 or 2024 or later", "2022 ou 2024 ou après"),
]


@pytest.mark.parametrize(("text", "english", "french"), PRINTED, ids=lambda text: text)
def test_printed(text: str, english: str, french: str) -> None:
    date = dates.parse(text)
    assert dates.printed(date, "en") == english
    assert dates.printed(date, "fr") == french
    assert dates.printed(date, "fr-CA") == french


def test_a_language_without_words() -> None:
    with pytest.raises(ValueError, match="language xx"):
        dates.printed(dates.parse("2024"), "xx")


@pytest.mark.parametrize(
    ("text", "lower", "upper", "approximate", "uncertain"),
    [
        ("2024-02", "2024-02-01", "2024-02-29", False, False),
        ("9999", "9999-01-01", "9999-12-31", False, False),
        ("2024-01~", "2024-01-01", "2024-01-31", True, False),
        ("2024?", "2024-01-01", "2024-12-31", False, True),
        ("2024%", "2024-01-01", "2024-12-31", True, True),
        ("2024-22", "2024-06-01", "2024-08-31", False, False),
        ("2025-01-29/..", "2025-01-29", None, False, False),
        ("2025/", "2025-01-01", None, False, False),
        ("../2025", "0001-01-01", "2025-12-31", False, False),
        ("2024~/2025-03?", "2024-01-01", "2025-03-31", True, True),
        ("[2023-08,2023-09~]", "2023-08-01", "2023-09-30", True, False),
        ("{2020,2024..}", "2020-01-01", None, False, False),
        ("[..2024]", "0001-01-01", "2024-12-31", False, False),
        ("20XX", "2000-01-01", "2099-12-31", False, False),
    ],
)
def test_bounds(
    text: str, lower: str, upper: str | None, approximate: bool, uncertain: bool
) -> None:
    date = dates.parse(text)
    assert date.text == text
    assert date.lower.isoformat() == lower
    assert (date.upper.isoformat() if date.upper else None) == upper
    assert (date.approximate, date.uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    "text",
    [
        "", "2024-13-01", "2024-00", "2024-02-30", "2023-02-29", "16/09/2023", "2023/09/16",
        "yesterday", "20230916", "2023-9-16", " 2024", "2024\n", "2024 - 01", "２０２４", "0000",
        "-0044", "24", "2024-01-01T10:00:00Z", "Y20240", "2024S2", "2024-25", "2004-06~-11",
        "201X-05", "..", "../..", "/..", "../", "/", "2024//2025", "2023/2024/2025", "2024/2023",
        "2024-03/2024-01~", "20XX/2100", "[2024]", "[2023, 2024]", "[2023,2024", "{}",
        "[2024/2025,2026]", "2024~?", "~2024", "../" * 60, "[" * 5_000,
    ],
    ids=lambda text: text[:20] or "nothing",
)  # fmt: skip
def test_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        dates.parse(text)
    assert capsys.readouterr() == ("", "")


@settings(max_examples=40, deadline=None)
@given(st.dates(), st.sampled_from(["%04d", "%04d-%02d", "%04d-%02d-%02d"]))
def test_the_short_way_is_the_library_s(day: datetime.date, form: str) -> None:
    """Plain dates are read without the library, and are what it says they are."""
    text = form % (day.year, day.month, day.day)[: form.count("%")]
    value = edtf.parse_edtf(text)
    date = dates.parse(text)
    assert date.lower == datetime.date(*value.lower_strict()[:3])
    assert date.upper == datetime.date(*value.upper_strict()[:3])


def test_order() -> None:
    """By beginning, then by end: a day before its month, open ends last."""
    texts = ["2024-02~", "2024/..", "2024", "2024-01", "2024-01-01", "2023", "../2020"]
    assert sorted(texts, key=lambda text: dates.order(dates.parse(text))) == texts[::-1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["2024", "-05", "-06", "-21", "/", "..", ",", "[", "]", "{", "}",
                                 "?", "~", "%", "X", "1"]), max_size=8).map("".join))  # fmt: skip
def test_any_text(text: str) -> None:
    """What is not refused has bounds in order and a printed form."""
    try:
        date = dates.parse(text)
    except ValueError:
        return
    assert date.upper is None or date.lower <= date.upper
    assert dates.printed(date, "en").strip()
    assert dates.printed(date, "fr").strip()


def test_plain_dates_do_not_load_the_library() -> None:
    code = (
        "import sys; from pipeline import dates; dates.parse('2024'); print('edtf' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
