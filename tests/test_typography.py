"""Texts as printers of their language set them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import (
    Citation,
    Emphasis,
    Foreign,
    Image,
    Link,
    Paragraph,
    Table,
    walk,
)
from pipeline.typography import spaced, typeset
from tests.sample import sample_document

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Source : ISS", "Source_: ISS"),
        ("Source: ISS", "Source_: ISS"),
        ("fin ; puis", "fin_; puis"),
        ("Vraiment ?", "Vraiment_?"),
        ("Vraiment ?!", "Vraiment_?!"),
        ("(oui !)", "(oui_!)"),
        ("un « espace » commun", "un «_espace_» commun"),
        ("un «espace» commun", "un «_espace_» commun"),
        ("24 478 595 habitants", "24_478_595 habitants"),
        ("24\u202f478", "24_478"),
        ("94 %", "94_%"),
        ("94%", "94_%"),
        ("24,5 millions", "24,5_millions"),
        ("1 267 000 km²", "1_267_000_km²"),
        ("le 16 septembre 2023", "le 16_septembre 2023"),
        ("le 1er juin", "le 1er_juin"),
        ("la loi n° 5, la loi no 5", "la loi n°_5, la loi no 5"),
        ("la 1ère et la 2ème", "la 1re et la 2e"),
        ("le XXème siècle", "le XXe siècle"),
        ("l'Alliance", "l’Alliance"),
        ("art. 6", "art._6"),
        # What is no punctuation of a sentence stays.
        ("TLP:CLEAR", "TLP:CLEAR"),
        ("10:30", "10:30"),
        ("https://a.b/c?d=e", "https://a.b/c?d=e"),
        ("quatrième", "quatrième"),
        ("le problème", "le problème"),
    ],
)
def test_french(typed: str, printed: str) -> None:
    assert spaced(typed, "fr") == printed.replace("_", NBSP)


def test_english_keeps_a_number_with_its_unit() -> None:
    assert (
        spaced("9.5 km, 75 million: yes; no?", "en-GB") == f"9.5{NBSP}km, 75{NBSP}million: yes; no?"
    )


def test_a_language_without_rules_is_left_alone() -> None:
    assert spaced("5 km ; « a »", "de") == "5 km ; « a »"


@given(st.text(st.sampled_from("a1 \u00a0\u202f:;?!»«%'n°e2è.M()")), st.sampled_from(["en", "fr"]))
def test_what_is_set_is_not_set_again(text: str, language: str) -> None:
    once = spaced(text, language)
    assert spaced(once, language) == once


@given(st.text(st.sampled_from("abc1 :;?!»«%'()")))
def test_no_letter_is_lost(text: str) -> None:
    def letters(words: str) -> str:
        return "".join(c for c in words if c not in f" {NBSP}").replace("’", "'")

    assert letters(spaced(text, "fr")) == letters(text)


def test_each_passage_is_set_in_its_own_language() -> None:
    line = ("Un mot : ", Foreign("en", ("One word: two",)), Emphasis(("Oui ?",)))
    assert typeset(line, "fr") == (
        f"Un mot{NBSP}: ", Foreign("en", ("One word: two",)), Emphasis((f"Oui{NBSP}?",)),
    )  # fmt: skip


def test_names_and_addresses_are_not_words() -> None:
    address = "https://example.org/a?b ; c"
    nodes = (
        Link(address, (address,)),
        Image("a ; b", "Vu ; lu"),
        Citation("ref : a", "1", "art. 6"),
        Paragraph(("Oui ?",), "role ?", "id ?"),
        Table((), (), label="Tableau 1"),
    )
    assert typeset(nodes, "fr") == (
        Link(address, (address,)),
        Image("a ; b", f"Vu{NBSP}; lu"),
        Citation("ref : a", "1", f"art.{NBSP}6"),
        Paragraph((f"Oui{NBSP}?",), "role ?", "id ?"),
        Table((), (), label="Tableau 1"),
    )


def test_a_document_is_set_as_a_whole() -> None:
    document = replace(sample_document(), title="Qui ?", dateline="1er mai")
    set_ = typeset(document, "fr")
    assert (set_.title, set_.dateline) == (f"Qui{NBSP}?", f"1er{NBSP}mai")
    assert len(list(walk(set_))) == len(list(walk(document)))
    assert typeset(document, "de") == document
