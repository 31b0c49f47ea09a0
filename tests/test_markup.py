"""Inline text: what is markup, what is only text, and where the mistakes are."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import document, markup
from pipeline.document import Citation, Emphasis, Image, Inlines, Link, Note, Strong

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def read(text: str) -> Inlines:
    found = markup.parse(text)
    assert not found.faults
    return found.inlines


@pytest.mark.parametrize(
    ("text", "inlines"),
    [
        ("", ()),
        ("plain words", ("plain words",)),
        ("an *emphasis*.", ("an ", Emphasis(("emphasis",)), ".")),
        ("**strong *and* so**", (Strong(("strong ", Emphasis(("and",)), " so")),)),
        ("***both***", (Emphasis((Strong(("both",)),)),)),
        ("**a **b** c**", (Strong(("a b c",)),)),
        ("snake_case_name 2*3", ("snake_case_name 2*3",)),
        ("[*a* b](https://x.org/p)", (Link("https://x.org/p", (Emphasis(("a",)), " b")),)),
        ("[a](<https://x.org/p>)", (Link("https://x.org/p", ("a",)),)),
        (r"[a](https://x.org/\(p)", (Link("https://x.org/(p", ("a",)),)),
        ("[a](https://x.org/é)", (Link("https://x.org/%C3%A9", ("a",)),)),
        ("[a](mailto:desk@x.org)", (Link("mailto:desk@x.org", ("a",)),)),
        ("[@desk](https://x.org)", (Link("https://x.org", ("@desk",)),)),
        ("Yes [@treaty-2023].", ("Yes ", Citation("treaty-2023", ""), ".")),
        ("[@a, art. 6]", (Citation("a", "", "art. 6"),)),
        ("[@a; @b, pp. 3, 5]", (Citation("a", ""), " ", Citation("b", "", "pp. 3, 5"))),
        (r"[@a, p. [1] \; 2]", (Citation("a", "", "p. [1] ; 2"),)),
        ("*see [@a, p. 1*]*", (Emphasis(("see ", Citation("a", "", "p. 1*"))),)),
        ("See [#map-2].", ("See ", Link("#map-2", ()), ".")),
        ("x^[*z* [@a]] w", ("x", Note("", "", (Emphasis(("z",)), " ", Citation("a", ""))), " w")),
        ("^[ a\n b ] c", (Note("", "", ("a b",)), " c")),
        ("**bold^[not **this**]**", (Strong(("bold", Note("", "", ("not ", Strong(("this",)))))),)),
        ("🇲🇱 Mali", (Image("", "ML"), " Mali")),
        ("🇲🇱🇧🇫🇳", (Image("", "ML"), Image("", "BF"), "🇳")),
    ],
)  # fmt: skip
def test_markup(text: str, inlines: Inlines) -> None:
    assert read(text) == inlines


@pytest.mark.parametrize(
    "text",
    [
        "`code`", "<script>alert(1)</script>", "<https://x.org>", "https://x.org", "&amp; &#65;",
        "{{ 7*7 }}", "a | b", "~~gone~~", "![x](y)", "![x](https://x.org)", "# no heading",
        "- no list", "1. no list", "> no quotation", "2024*", "2**10", "a ** b", "word**",
        "[sic]", "[sic](as printed)", "an @handle", "^2", "e^[", "(c) -- ... 'x' \"y\"",
        "    indented", "---", "$x$", ":::", "[a][b]", "[a]: b",
    ],
)  # fmt: skip
def test_everything_else_is_text(text: str) -> None:
    assert markup.parse(text).inlines == (text.strip(),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\*a\* \[@b] \^[c] \# \\ \a \🇲🇱", r"*a* [@b] ^[c] # \ \a \🇲🇱"),
        ("  a \t b\r\n\n c  ", "a b c"),
        ("a\u00a0b \u202f: c", "a\u00a0b \u202f: c"),
        ("a\\\n  b", "a\\ b"),
        ("a *b* \n c", "a b c"),
    ],
)
def test_escapes_and_blanks(text: str, said: str) -> None:
    assert document.text(markup.parse(text).inlines) == said


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a [@b", "unclosed-citation", "[@"),
        ("a [#b", "unclosed-pointer", "[#"),
        ("a ^[b", "unclosed-note", "^["),
        ("a [@Bad_Key, p. 1] b", "bad-citation", "@Bad_Key, p. 1"),
        ("a [@b; c] d", "bad-citation", " c"),
        ("a [@] d", "bad-citation", "@"),
        ("a [@b, @c] d", "bad-citation", "@b, @c"),
        ("a [#b c] d", "bad-pointer", "#b c"),
        ("[a](javascript:alert(1))", "bad-link", "javascript:alert(1)"),
        ("[a](page.html)", "bad-link", "page.html"),
        ("[a](//x.org)", "bad-link", "//x.org"),
        ("[a](https://)", "bad-link", "https://"),
        ("[a](http://[x)", "bad-link", "http://[x"),
        ("[a]()", "bad-link", "()"),
        ("[a](https://x.org/a b)", "bad-link", "https://x.org/a"),
        ('[a](https://x.org "title")', "bad-link", "https://x.org"),
        ("b [](https://x.org)", "empty-link", "[](https://x.org)"),
        ("b ^[ ]", "empty-note", "^[ ]"),
        ("[a [b](https://x.org)](https://y.org)", "nested-link", "[a [b](https://x.org)](https://y.org)"),
        ("[a [@b]](https://y.org)", "nested-link", "[a [@b]](https://y.org)"),
        ("^[a ^[b] c]", "nested-note", "^[b]"),
        ("so **strong it is", "unclosed-strong", "**"),
        ("a bell \x07 rings", "control-character", "\x07"),
    ],
)  # fmt: skip
def test_faults(text: str, code: str, place: str) -> None:
    (fault,) = markup.parse(text).faults
    assert (fault.code, text[fault.start : fault.end]) == (code, place)
    assert fault.code in markup.FAULTS


def test_marks_are_where_the_keys_are() -> None:
    text = "a\n  *b* [@one, p. 1; @two] ^[see [@three] and [#four]] [x [@five]] 🇳🇪"
    marks = markup.parse(text).marks
    assert [(mark.kind, mark.key) for mark in marks] == [
        ("citation", "one"), ("citation", "two"), ("citation", "three"), ("pointer", "four"),
        ("citation", "five"), ("flag", "NE"),
    ]  # fmt: skip
    assert [text[mark.start : mark.end] for mark in marks[:-1]] == [m.key for m in marks[:-1]]
    assert text[marks[-1].start : marks[-1].end] == "🇳🇪"


fragments = st.sampled_from([
    "*", "**", "_", "[", "]", "(", ")", "^[", "[@a", "[#b]", "@c", ";", ",", "\\", "\n", " ", "<",
    ">", "!", "https://x.org", "](https://x.org)", "🇲", "🇱", "a", "é", "\u00a0", "\x00", "\ud800",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(fragments, max_size=40).map("".join))
def test_any_text(text: str) -> None:
    """No text fails; what comes out is tidy; every offset is inside."""
    found = markup.parse(text)
    places = [(mark.start, mark.end) for mark in found.marks]
    for start, end in places + [(fault.start, fault.end) for fault in found.faults]:
        assert 0 <= start < end <= len(text)
    assert list(found.marks) == sorted(found.marks, key=lambda mark: mark.start)
    assert len({mark.start for mark in found.marks}) == len(found.marks)
    for node in (found, *document.walk(found.inlines)):
        match node:
            case markup.Markup(inlines=content) | Note(content=content):
                check(content)
                for edge, blank in ((content[:1], str.lstrip), (content[-1:], str.rstrip)):
                    assert all(blank(part, " ") == part for part in edge if isinstance(part, str))
            case Emphasis(content=content) | Strong(content=content):
                assert content
                check(content)
            case Link(content=content):
                check(content)
                inner = document.walk(content)
                assert not any(isinstance(node, Link | Citation | Note) for node in inner)


@settings(deadline=None)
@given(st.text())
def test_any_address(address: str) -> None:
    for node in document.walk(markup.parse(f"[words](https://x{address})").inlines):
        # An address that ends early, as in ")*a*", leaves text behind, which may mean something.
        assert not isinstance(node, Link) or re.fullmatch("(https?://|=|#)[!-~]+", node.target)


def check(content: Inlines) -> None:
    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(content))
    for piece in content:
        assert piece
        assert not isinstance(piece, str) or not re.search("[\n\t\x00\ud800]|  ", piece)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))))
def test_escaped_text_is_itself(text: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
    letters = re.sub("[\U0001f1e6-\U0001f1ff]", "", escaped)
    said = document.text(markup.parse(letters).inlines)
    assert said == re.sub(" +", " ", re.sub("[\U0001f1e6-\U0001f1ff]", "", text)).strip(" ")


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("a", ""), ("[", ""), ("", "]"), ("[", "]"), ("*", ""), ("*", "a*"), ("*", "*"),
        ("*a ", ""), ("*_", "_*"), ("[a](", ""), ("[a](", ")"), ("^[", "]"), ("[@", "]"),
        ("[a](<", ""), ("[a](http://", ""), ("[a](http://x) ", ""), ("\\", ""), ("🇲🇱", ""),
        ("[a](  ", ""),
    ],
)  # fmt: skip
def test_long_texts_are_read_at_once(opening: str, closing: str) -> None:
    """In steps, as clocks are not to be trusted: twice the text takes little more than twice."""
    number = 10_000 // len(opening + closing)
    long = opening * number + closing * number
    markup.parse(long)
    small = steps(opening * 200 + closing * 200)
    assert steps(opening * 400 + closing * 400) < 2.2 * small + 1_000


def steps(text: str) -> int:
    """How many lines and calls of Python it takes to read `text`."""
    count = 0

    def step(frame: FrameType, event: str, argument: object) -> TraceFunction:
        nonlocal count
        count += 1
        return step

    markup.parse("*a*")  # what is made once is not counted
    sys.settrace(step)
    try:
        markup.parse.__wrapped__(text)
    finally:
        sys.settrace(None)
    return count
