"""What the desk ships: the five briefings of sources/, in both languages, from shared records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline import document as hub
from pipeline import rules
from pipeline.assemble import assemble
from pipeline.diagnostic import Report
from pipeline.document import (
    Citation,
    Document,
    Figure,
    Foreign,
    Item,
    Link,
    List,
    Row,
    Section,
    Table,
    transform,
    walk,
)
from pipeline.edition import Edition, editions
from pipeline.library import Library, load
from pipeline.run import read
from tests.library import changed

ROOT = Path(__file__).parent.parent
BRIEFINGS = ("aes", "aes-at-a-glance", "burkina-faso", "mali", "niger")
LANGUAGES = ("en", "fr")
EDITIONS = [Edition("public", id, language) for id in BRIEFINGS for language in LANGUAGES]


@cache
def desk() -> dict[str, bytes]:
    return dict(read(ROOT).files)


def library_of(files: dict[str, bytes]) -> Library:
    report = Report()
    library = load(files, report)
    assert not [*report.diagnostics, *rules.check(library)]
    return library


@cache
def shipped() -> Library:
    """The library of sources/, in which `check` finds nothing, not even a warning."""
    return library_of(desk())


@cache
def document(edition: Edition) -> Document:
    return assemble(shipped(), edition)


def tables(whole: Document, role: str) -> list[Table]:
    return [node for node in walk(whole) if isinstance(node, Table) and node.role == role]


def rows(whole: Document, role: str) -> list[Row]:
    return [row for table in tables(whole, role) for row in table.rows]


def ids(whole: Document) -> set[str]:
    return {str(id) for node in walk(whole) if (id := getattr(node, "id", ""))}


def references(whole: Document) -> list[Item]:
    (listed,) = (
        node for node in walk(whole) if isinstance(node, List) and node.role == "references"
    )
    return list(listed.items)


def test_five_briefings_in_two_languages() -> None:
    assert list(editions(shipped())) == EDITIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_full_briefing_is_complete(language: str) -> None:
    aes = document(Edition("public", "aes", language))
    assert len(rows(aes, "timeline")) >= 65
    assert len(references(aes)) >= 150
    assert [row.id for row in rows(aes, "provisions")] == [f"c{n:02}" for n in range(1, 15)]
    assert {row.id for row in rows(aes, "institutions")} == {f"i{n:02}" for n in range(1, 19)}
    assert len(rows(aes, "disagreements")) >= 15
    hypotheses = [n for n in walk(aes) if isinstance(n, Section) and re.fullmatch("h[1-9]", n.id)]
    assert len(hypotheses) == 4
    assert {f"s{n:02}" for n in range(1, 27)} <= ids(aes)
    assert len([node for node in walk(aes) if isinstance(node, Figure)]) >= 4


@pytest.mark.parametrize("edition", EDITIONS, ids=str)
def test_what_is_cited_is_listed_and_what_is_listed_is_cited(edition: Edition) -> None:
    whole = document(edition)
    cited = {node.target for node in walk(whole) if isinstance(node, Citation)}
    assert cited == {item.id for item in references(whole)}
    numbers = [item.id for item in references(whole)]
    for node in walk(whole):
        if isinstance(node, Citation):
            assert numbers[int(node.label) - 1] == node.target


@pytest.mark.parametrize("edition", EDITIONS, ids=str)
def test_nothing_rests_on_what_was_not_seen(edition: Edition) -> None:
    listed = {item.id.removeprefix("ref-") for item in references(document(edition))}
    assert all(shipped().references[id].seen for id in listed)


@pytest.mark.parametrize("id", BRIEFINGS)
def test_both_languages_say_the_same_things(id: str) -> None:
    """The same nodes with the same ids in the same order, and the same citations in each."""
    english, french = (document(Edition("public", id, language)) for language in LANGUAGES)
    assert shape(english) == shape(french)


def shape(whole: Document) -> list[tuple[str, str]]:
    """The blocks of a Document by kind and id, each with the references that it cites."""
    skipped = (Citation, Link, Foreign, hub.Emphasis, hub.Strong, hub.Image)
    return [
        (type(node).__name__, getattr(node, "id", ""))
        for node in walk((whole.front, whole.body))
        if not isinstance(node, skipped)
    ]


# Languages ----------------------------------------------------------------------------------

# Words that only one of the two languages has, and that few sentences do without.
TELLING = {
    "en": r"(?i)\b(the|of|and|was|were|with|from|its|which|not|has|have)\b",
    "fr": r"(?i)\b(le|la|les|des|du|et|est|une|dans|par|qui|avec|aux|sur|ont|été)\b",
}
# What is a name in either language.
NAMES = (
    "La Confédérale", "La Francophonie", "Le Sahel benkan", "Policy Center for the New South",
    "Critical Threats Project", "Institute for Economics & Peace", "Irregular Warfare Initiative",
    "Afrique en Éveil",
)  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS, ids=str)
def test_no_sentence_is_in_the_other_language(edition: Edition) -> None:
    other = "fr" if edition.language == "en" else "en"
    for said in sentences(document(edition)):
        for name in NAMES:
            said = said.replace(name, "")
        assert not re.search(TELLING[other], said), said


def sentences(whole: Document) -> Iterator[str]:
    """Every text of a Document but titles of sources and passages marked as foreign."""

    def own(node: Any) -> Any:
        match node:
            case Foreign():
                return hub.Strong(())
            case List(role="references" | "links"):
                return List(())
            case _:
                return node

    yield from (whole.title, whole.subtitle, whole.dateline, whole.metadata.description)
    for part in transform((whole.front, whole.body), own):
        yield from texts(part)


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for item in value:
                yield from texts(item)
        case hub.Image():
            yield value.alt
        case Link(target, content):
            yield from () if content == (target,) else texts(content)
        case _ if hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                if name not in ("id", "role", "align", "target", "label", "language", "ordered"):
                    yield from texts(getattr(value, name))
        case _:
            return


@pytest.mark.parametrize("id", BRIEFINGS)
def test_french_is_set_as_french(id: str) -> None:
    for said in sentences(document(Edition("public", id, "fr"))):
        assert not re.search(r"(?<![\u00a0\s]) ?[;?!»](?=\s|$)| [:;?!»]|«(?!\u00a0)|\w'\w", said), (
            said
        )
        # Capitals keep their accents.
        assert not re.search(r"\b(Etats?|Etat|A la|A Bamako|Ecole|Egypte|Ethiopie)\b", said), said


# One record, many briefings -----------------------------------------------------------------


@pytest.mark.parametrize("state", ["mali", "burkina-faso", "niger"])
def test_a_corrected_population_changes_the_editions_that_print_it_and_no_other(state: str) -> None:
    population = shipped().entities[state].population
    assert population
    old = str(population.value)
    corrected = changed(
        desk(), "sources/entities/states.yaml", (f"value: {old}", f"value: {old[:-1]}0")
    )
    before = {edition: hub.digest(document(edition)) for edition in EDITIONS}
    again = library_of(corrected)
    after = {edition: hub.digest(assemble(again, edition)) for edition in EDITIONS}
    moved = {edition for edition in EDITIONS if before[edition] != after[edition]}
    assert moved == {edition for edition in EDITIONS if prints(edition, old)}
    assert {edition.briefing for edition in moved} == {"aes", "aes-at-a-glance", state}


def prints(edition: Edition, population: str) -> bool:
    """Whether an edition prints this figure, or the sum of all three that it is part of."""
    total = sum(
        int(one.population.value)
        for one in (shipped().entities[id] for id in ("mali", "burkina-faso", "niger"))
        if one.population
    )
    said = re.sub(r"(?<=\d)[,\u00a0](?=\d)", "", hub.to_json(document(edition)))
    return population in said or str(total) in said
