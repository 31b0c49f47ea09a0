"""How problems are printed: order, caret, long lines, characters that a terminal must not get."""

from __future__ import annotations

import json

import pytest

from pipeline.diagnostic import (
    TERMINAL,
    Diagnostic,
    Severity,
    Span,
    did_you_mean,
    render_json,
    render_text,
    summary,
)


def printed(text: str, line: int, column: int, end: int, hint: str = "") -> str:
    one = Diagnostic(Span("f.yaml", line, column, line, end), "code", "message", hint)
    return render_text([one], {"f.yaml": text.encode()})


def test_as_a_compiler_prints_them() -> None:
    expected = """\
f.yaml:2:4: error[code]: message
 2 | b: cd
   |    ^^
    = hint: try this
"""
    assert printed("a: b\nb: cd\n", 2, 4, 6, "try this") == expected


def test_by_place_and_each_once() -> None:
    first = Diagnostic(Span("a", 1, 1, 1, 2), "x", "m")
    second = Diagnostic(Span("a", 2, 1, 2, 2), "x", "m")
    other = Diagnostic(Span("b", 1, 1, 1, 2), "x", "m")
    assert json.loads(render_json([other, second, first, first])) == [
        {
            "file": file,
            "line": line,
            "column": 1,
            "endLine": line,
            "endColumn": 2,
            "severity": "error",
            "code": "x",
            "message": "m",
            "hint": "",
        }
        for file, line in [("a", 1), ("a", 2), ("b", 1)]
    ]


def test_of_several_lines_the_first_is_marked() -> None:
    one = Diagnostic(Span("f", 1, 3, 2, 4), "code", "message")
    text = render_text([one], {"f": b"- a: b  \n  c: d\n"})
    assert text.split("\n")[1:3] == [" 1 | - a: b", "   |   ^^^^"]


def test_without_its_file_the_place_alone_is_printed() -> None:
    one = Diagnostic(Span("gone", 1, 1, 1, 2), "code", "message", "hint")
    assert render_text([one], {}) == "gone:1:1: error[code]: message\n    = hint: hint\n"


@pytest.mark.parametrize("mark", [1, 40, 95, 150, 250, 297])
def test_long_lines_are_cut_around_the_caret(mark: int) -> None:
    line = "".join(str(number % 10) for number in range(300))
    _, shown, carets, _ = printed(line, 1, mark, mark + 4).split("\n")
    assert max(len(shown), len(carets)) <= TERMINAL
    assert len(shown) > TERMINAL - 10
    start = carets.index("^")
    assert shown[start : carets.rindex("^") + 1] == line[mark - 1 : mark + 3]


def test_what_is_marked_is_cut_too() -> None:
    _, shown, carets, _ = printed("x" * 300, 1, 50, 250).split("\n")
    assert len(shown) <= TERMINAL
    assert len(carets) <= TERMINAL


@pytest.mark.parametrize(
    ("line", "column", "shown", "carets"),
    [
        ("\ta: b", 5, " a: b", "    ^"),
        ("日本: b", 5, "日本: b", "      ^"),
        ("e\u0301: b", 5, "e\u0301: b", "   ^"),
        ("a\u200d: b", 5, "a\u200d: b", "   ^"),
        ("a: \x07b", 4, "a: ␇b", "   ^"),
        ("a: \u202eb", 4, "a: <U+202E>b", "   ^^^^^^^^"),
        ("a: \x9bb", 5, "a: <U+009B>b", "           ^"),
        ("\ufeffa: b", 1, "a: b", "^"),
        ("a:", 3, "a:", "  ^"),
    ],
)
def test_the_caret_stands_under_its_text(line: str, column: int, shown: str, carets: str) -> None:
    lines = printed(line, 1, column, column + 1).split("\n")
    assert lines[1:3] == [f" 1 | {shown}", f"   | {carets}"]


def test_lines_end_as_yaml_counts_them() -> None:
    for number, ending in enumerate(["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"]):
        assert " 2 | b\n" in printed(f"a{ending}b{ending}c", 2, 1, 2), number
    # Python's splitlines would end a line at these, too.
    assert " 1 | a␌b<U+001C>" not in printed("a\x0cb", 1, 1, 2)
    assert " 1 | a␌b\n" in printed("a\x0cb", 1, 1, 2)


def test_messages_and_hints_carry_no_control_characters() -> None:
    one = Diagnostic(Span("f", 1, 1, 1, 2), "code", "found \x1b[31m", "or \u202e")
    assert render_text([one], {}) == ("f:1:1: error[code]: found ␛[31m\n    = hint: or <U+202E>\n")


def test_near_words_are_offered() -> None:
    assert did_you_mean("charter-2O23", ["charter-2023", "other"]) == 'did you mean "charter-2023"?'
    assert did_you_mean("zebra", ["charter-2023", "other"]) == ""


@pytest.mark.parametrize(
    ("severities", "line"),
    [
        ([], "no problems"),
        (["error"], "1 error in 1 file"),
        (["warning", "error", "error"], "2 errors and 1 warning in 3 files"),
        (["note", "warning", "error"], "1 error, 1 warning and 1 note in 3 files"),
    ],
)
def test_summary(severities: list[Severity], line: str) -> None:
    found = [
        Diagnostic(Span(str(file), 1, 1, 1, 1), "x", "m", severity=severity)
        for file, severity in enumerate(severities)
    ]
    assert summary(found) == line
