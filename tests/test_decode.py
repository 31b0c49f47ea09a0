"""What the spec files cannot show: the values of records, and that nothing is said twice."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from pipeline.decode import decode
from pipeline.diagnostic import Diagnostic, Report, Span
from pipeline.record import Entity, Quantity, Record, Reference
from pipeline.source import parse
from pipeline.values import Word


class Inner(Record):
    """A record within another."""

    name: Word


class Outer(Record):
    """A record of its own for these tests, with a name that is no Python word."""

    kind: Word
    inner: tuple[Inner, ...] = ()
    url: Word | None = Field(default=None, alias="URL")


def read(text: str, type_: type[Record]) -> tuple[Record | None, list[Diagnostic]]:
    report = Report()
    node = parse(text.encode(), "f.yaml", report)
    assert node
    return decode(node, type_, report), report.diagnostics


def test_a_record_and_where_it_stands() -> None:
    record, diagnostics = read("id: mali\nkind: state\nname: Mali\n", Entity)
    assert diagnostics == []
    assert isinstance(record, Entity)
    assert record.place == Span("f.yaml", 1, 1, 3, 11)
    assert record.id == "mali"
    assert record.id.span == Span("f.yaml", 1, 5, 1, 9)


def test_numbers_are_exact() -> None:
    record, _ = read("{value: 0.1, sources: [a]}", Quantity)
    assert isinstance(record, Quantity)
    assert record.value == Decimal("0.1")


def test_what_other_readers_take_for_something_else_stays_text() -> None:
    text = "{id: no, type: book, title: 1:30, container-title: NO, number: 012, note: null,"
    text += " language: no, reliability: A, credibility: 1, seen: false}"
    record, diagnostics = read(text, Reference)
    assert diagnostics == []
    assert isinstance(record, Reference)
    assert (record.id, record.title, record.container_title) == ("no", "1:30", "NO")
    assert (record.number, record.note, record.language) == ("012", "null", "no")
    assert record.seen is False


def test_a_key_named_as_the_kind_is_no_tag() -> None:
    _, diagnostics = read("kind: inner\ninner: [{name: a}, {name: []}]\n", Outer)
    assert [(one.span.column, one.message) for one in diagnostics] == [
        (27, "expected text, found a list")
    ]


def test_every_mistake_of_a_record_is_found_at_once() -> None:
    text = """\
id: A
type: boook
titel: A
issued: soon
langage: en
reliability: G
credibility: 1
seen: NO
"""
    record, diagnostics = read(text, Reference)
    assert record is None
    assert sorted((one.span.line, one.code) for one in diagnostics) == [
        (1, "bad-id"),
        (2, "unknown-word"),
        (3, "unknown-key"),
        (4, "bad-date"),
        (5, "unknown-key"),
        (6, "unknown-word"),
        (8, "wrong-type"),
    ]


def test_several_misspelt_keys_are_paired_with_the_nearest() -> None:
    _, diagnostics = read("id: mali\nnam: Mali\nkid: state\n", Entity)
    assert [(one.message, one.hint) for one in diagnostics] == [
        ('unknown key "nam"', 'did you mean "name"?'),
        ('unknown key "kid"', 'did you mean "kind"?'),
    ]


def test_an_alias_is_not_reported_again_as_a_wrong_type() -> None:
    _, diagnostics = read("id: mali\nkind: state\nname: &a {en: Mali}\ncapital: *a\n", Entity)
    assert [one.code for one in diagnostics] == ["yaml-alias", "yaml-alias"]


def test_an_alias_name_is_the_key_that_authors_see() -> None:
    _, diagnostics = read("kind: a\nurl: x\n", Outer)
    assert [(one.message, one.hint) for one in diagnostics] == [
        ('unknown key "url"', 'did you mean "URL"?')
    ]
