"""Each web page that was built, held against the Nu HTML checker and met in a real browser."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import pytest

from tests.renditions.built import renditions
from tests.renditions.node import browse, nu

PAGES = renditions(".html")
BRIEFINGS = [page for page in PAGES if page.name != "index.html"]
NARROW, WIDE = ("320 light", "320 dark"), ("1280 light", "1280 dark")

WRONG = {
    r"Content Security Policy \(meta tag\): image “data:image/.*” blocked by “img-src” directive": (
        "vnu 26.9.27 parses the address of each picture as one with a host before it asks the"
        " policy, so no `data:` address ever passes, whatever `img-src` says; the browser, which"
        " reports what it blocks, blocks nothing and shows every picture"
    ),
}
"""The messages of the Nu HTML checker that are wrong, with the reason. The test of what the browser
says and shows proves the contrary."""

DOUBTS = (
    # Words seen through a window that scrolls: tests/test_html.py holds each colour on each ground.
    "due to a background gradient",
    "because it's partially obscured by another element",
    # + and ++ in a matrix.
    "Element content contains only non-text characters",
    "Element content is too short to determine if it is actual text content",
)
"""Where axe cannot tell a contrast: in windows that scroll, and of signs."""


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@cache
def seen() -> dict[str, Any]:
    """What the browser sees of all pages, with the words of each as printed."""
    with TemporaryDirectory() as folder:
        found = browse(PAGES, Path(folder))
        for name, views in found.items():
            printed = pypdfium2.PdfDocument(Path(folder) / f"{name}.pdf")
            views["printed"] = "".join(page.get_textpage().get_text_bounded() for page in printed)
    return found


@cache
def messages() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {page.name: [] for page in PAGES}
    for message in nu(PAGES):
        found[message["url"].rpartition("/")[2]].append(message["message"])
    return found


def views(page: Path) -> dict[str, Any]:
    return {width: seen()[page.name][width] for width in (*NARROW, *WIDE)}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_nu_checker_has_nothing_to_say(page: Path) -> None:
    excused = [
        one for one in messages()[page.name] if any(re.search(wrong, one) for wrong in WRONG)
    ]
    assert [one for one in messages()[page.name] if one not in excused] == []
    assert len(excused) == page.read_text().count("<img ")


def test_each_excuse_is_needed() -> None:
    said = "\n".join(message for page in PAGES for message in messages()[page.name])
    assert all(re.search(wrong, said) for wrong in WRONG)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_axe_finds_no_fault(page: Path) -> None:
    """WCAG 2.2 to level AA and axe's own good practice, with every table view open."""
    for view in views(page).values():
        assert view["axe"]["violations"] == []
        assert {"color-contrast", "link-name", "target-size"} <= set(view["axe"]["rules"])
        for doubt in view["axe"]["doubts"]:
            assert doubt.startswith("color-contrast: ")
            assert doubt.endswith(DOUBTS)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_browser_blocks_nothing_asks_for_nothing_and_shows_every_picture(page: Path) -> None:
    for view in views(page).values():
        assert view["said"] == []
        assert view["pictures"] == {"all": page.read_text().count("<img "), "broken": 0}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_keyboard_reaches_all_there_is_in_order_and_shows_where_it_is(page: Path) -> None:
    for width in ("320 light", "1280 light"):
        keyboard = views(page)[width]["keyboard"]
        assert keyboard["count"] > 10
        assert keyboard["order"] == list(range(keyboard["count"]))
        assert keyboard["unseen"] == []


@pytest.mark.parametrize("page", BRIEFINGS, ids=named)
def test_the_first_stop_skips_the_masthead(page: Path) -> None:
    assert views(page)["1280 light"]["keyboard"]["first"] == "skip"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_page_itself_never_scrolls_sideways(page: Path) -> None:
    assert {name: view["overflow"] for name, view in views(page).items()} == dict.fromkeys(
        (*NARROW, *WIDE), 0
    )


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_scrolls_shows_that_there_is_more(page: Path) -> None:
    for view in views(page).values():
        assert [frame["name"] for frame in view["frames"] if not frame["cue"]] == []


def test_some_tables_are_wider_than_a_telephone() -> None:
    """Else the test above says nothing."""
    assert any(view["frames"] for page in BRIEFINGS for view in views(page).values())


@pytest.mark.parametrize("page", BRIEFINGS, ids=named)
def test_the_contents_list_stays_in_view_and_scrolls_within_itself(page: Path) -> None:
    view = views(page)["1280 light"]
    if not (contents := view["contents"]):
        assert "_contents" not in page.read_text()
        return
    assert 0 <= contents["top"] < contents["bottom"] <= contents["height"]
    assert contents["last"] <= contents["bottom"]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_on_paper_nothing_is_cut_off_and_every_word_is_there(page: Path) -> None:
    printed = views(page)["1280 dark"]["print"]
    assert printed["wide"] == []
    assert printed["colours"] == ["rgba(0, 0, 0, 0)", "rgb(27, 39, 51)"]  # ink on no ground
    # pdfium leaves out a hyphen at the end of a line: it takes it for the line's own. Some labels
    # are set in capitals.
    words = Counter("".join(printed["words"].replace("-", "").casefold().split()))
    found = Counter("".join(seen()[page.name]["printed"].casefold().split()))
    assert words - found == Counter()
    assert "Show as table" not in seen()[page.name]["printed"]
