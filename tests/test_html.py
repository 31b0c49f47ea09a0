"""The web page: valid, self-contained, safe, readable in both themes, the same everywhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from jinja2.exceptions import SecurityError

from pipeline.document import (
    Citation,
    Document,
    Emphasis,
    Foreign,
    Image,
    Link,
    Paragraph,
    Picture,
    Section,
    walk,
)
from pipeline.writers import html
from tests.documents import documents
from tests.sample import sample_document, sample_resources

HOSTILE = "<script>alert('x')</script> & {{ 7*7 }} {% raw %} | `code` \"quotes\" ]]> <!-- -->"


def parse(page: bytes) -> Any:
    """The page as an lxml tree; the parser stops at the first thing that is not valid HTML."""
    parser = html5lib.HTMLParser(
        html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False
    )
    return parser.parse(page.decode())


def page(**changes: Any) -> bytes:
    return html.write(replace(sample_document(), **changes), sample_resources())


@pytest.fixture(scope="module")
def tree() -> Any:
    return parse(page())


def test_page_is_valid_and_says_what_it_is(tree: Any) -> None:
    document = sample_document()
    assert tree.getroot().get("lang") == "en"
    assert tree.findtext(".//title") == document.title
    described = {e.get("name"): e.get("content") for e in tree.iter("meta") if e.get("name")}
    assert described["description"] == document.metadata.description
    assert described["dcterms.issued"] == document.metadata.issued
    assert described["keywords"] == "Sahel, collective defence, ECOWAS"
    assert [e.tag for e in tree.find("body")] == ["a", "header", "main"]


def test_headings_are_as_deep_as_the_sections(tree: Any) -> None:
    levels = [int(e.tag[1]) for e in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert set(levels) == {1, 2, 3, 4, 5, 6}
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [e.get("aria-level") for e in tree.iter("h6")] == [None, "7"]


def test_ids_are_unique_and_every_inner_link_leads_somewhere(tree: Any) -> None:
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    inner = {e.get("href")[1:] for e in tree.iter("a") if e.get("href").startswith("#")}
    assert inner <= set(ids)


def test_what_the_page_says_of_its_own_accord_is_marked() -> None:
    tree = parse(page())
    for furniture in tree.xpath("//*[@data-furniture]"):
        for child in list(furniture):
            furniture.remove(child)
        furniture.text = ""
    said = "".join(tree.find("body").itertext())
    labels = sample_document().labels
    for word in (labels.contents, labels.notes, labels.table_view):
        assert not re.search(rf"^{word}$", said, re.MULTILINE)
    assert "Six levels deep" in said
    assert "The charter names terrorism" in said


def test_tables_have_headings_of_rows_and_columns(tree: Any) -> None:
    table = tree.xpath("//*[@id='tab-states']//table")[0]
    assert [e.get("scope") for e in table.iter("th")] == ["col"] * 5 + ["row"] * 3
    assert "".join(table.find("caption").itertext()) == "Table 1. Member states of the alliance"
    assert table.findall(".//tbody/tr/td")[2].get("class") == "end"
    assert tree.xpath("//*[@id='ev-3']")[0].tag == "tr"


def test_a_picture_carries_its_twin_and_its_alternative(tree: Any) -> None:
    assert all(e.get("alt") for e in tree.iter("img"))
    figure = tree.xpath("//figure[@id='fig-deaths']")[0]
    assert figure.findtext(".//details/summary") == "Show as table"
    assert len(figure.findall(".//details//tbody/tr")) == 8
    assert figure.find("img").get("src").startswith("data:image/svg+xml;base64,")
    assert tree.xpath("//figure[@id='fig-photo']/img/@src")[0].startswith("data:image/png;base64,")


def test_notes_and_their_calls_point_at_each_other(tree: Any) -> None:
    assert tree.xpath("//sup[@id='_call-n-1']/a/@href") == ["#n-1"]
    assert tree.xpath("//li[@id='n-1']/a[@class='back']/@href") == ["#_call-n-1"]
    assert named(tree, tree.xpath("//a[@role='doc-noteref']")[0]) == "Notes 1"
    assert named(tree, tree.xpath("//a[@role='doc-backlink']")[1]) == "Notes 2"


def named(tree: Any, element: Any) -> str:
    """The name that a screen reader says, where the page gives one."""
    parts = [tree.xpath(f"//*[@id='{id}']")[0] for id in element.get("aria-labelledby", "").split()]
    return " ".join("".join(part.itertext()) for part in parts) or element.get("aria-label", "")


def test_what_the_keyboard_reaches_has_a_name(tree: Any) -> None:
    windows = tree.xpath("//*[@tabindex='0']")
    assert {window.get("role") for window in windows} == {"region"}
    assert [named(tree, window) for window in windows][:2] == [
        "Table 1. Member states of the alliance",
        "Table 2. From the first coup to the confederation",
    ]
    assert all(named(tree, window) for window in windows)


def test_regions_are_named(tree: Any) -> None:
    asides = [named(tree, aside) for aside in tree.iter("aside")]
    assert asides == ["At a glance", "If the roads close"]
    assert [footer.get("id") for footer in tree.iter("footer")] == ["imprint"]
    assert tree.xpath("//a[@class='skip']/@href") == ["#_main"]


def test_nothing_is_asked_of_the_network(tree: Any) -> None:
    assert not list(tree.iter("link", "iframe", "object", "embed"))
    assert [e.get("type") for e in tree.iter("script")] == ["application/ld+json"]
    assert all(e.get("src").startswith("data:") for e in tree.iter("img"))
    assert not re.search(r"url\(|@import", tree.findtext(".//style"))


def test_the_policy_allows_the_page_itself_and_nothing_else(tree: Any) -> None:
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (tree.findtext(".//style"), tree.findtext(".//script"))
    ]
    assert policy.split("; ") == [
        "default-src 'none'", f"style-src {hashes[0]}", f"script-src {hashes[1]}",
        "img-src data:", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert not tree.xpath("//*[@style]")
    head = [e.tag if e.tag != "meta" else e.get("http-equiv") for e in tree.find("head")]
    assert head.index("Content-Security-Policy") < min(head.index("style"), head.index("script"))


def test_the_page_says_what_it_is_in_the_words_of_schema_org(tree: Any) -> None:
    assert json.loads(tree.findtext(".//script")) == {
        "@context": "https://schema.org",
        "@type": "Report",
        "identifier": "sahel.en",
        "name": "Alliance of Sahel States",
        "alternativeHeadline": sample_document().subtitle,
        "description": sample_document().metadata.description,
        "inLanguage": "en",
        "datePublished": "2026-03-14",
        "author": ["Policy desk", "Awa Diarra"],
        "publisher": {"@type": "Organization", "name": "Briefing Pipeline"},
        "isPartOf": {"@type": "CreativeWorkSeries", "name": "Regional security briefing"},
        "keywords": ["Sahel", "collective defence", "ECOWAS"],
        "license": "https://spdx.org/licenses/CC-BY-4.0",
    }
    several = replace(sample_document().metadata, license="MIT OR CC0-1.0", publisher="")
    said = json.loads(parse(page(metadata=several, series="")).findtext(".//script"))
    assert said["license"] == {"@type": "CreativeWork", "name": "MIT OR CC0-1.0"}
    assert not {"publisher", "isPartOf"} & set(said)


def test_what_can_be_pointed_at_is_a_link_to_itself(tree: Any) -> None:
    """Every section, captioned table and figure, event and numbered item; none is kept from the
    keyboard, each has words, and they stand inside what they point at."""
    links = tree.xpath("//a[contains(@class, 'self') or contains(@class, 'number')]")
    assert not [link for link in links if link.get("tabindex") or link.get("aria-hidden")]
    assert all("".join(link.itertext()).strip() for link in links)
    for link in links:
        assert link.get("href") in [f"#{one.get('id')}" for one in link.iterancestors()]
    owners = tree.xpath(
        "//section[not(@class='notes')] | //figure | //tr[@id] | //ol/li[@id]"
        " | //*[contains(@class, 'table')][@id][.//caption]"
    )
    assert len(owners) > 40
    targets = {link.get("href") for link in links}
    assert [one.get("id") for one in owners if f"#{one.get('id')}" not in targets] == ["n-1", "n-2"]


def headed(*title: Any) -> str:
    """The heading of a section with this title, as HTML."""
    written = page(front=(), body=(Section(title, (), id="s"),)).decode()
    return "".join(re.findall(r"<h2>(.*?)</h2>\n</section>", written))


def test_a_heading_with_a_link_in_it_is_a_link_as_far_as_the_other() -> None:
    own = '<a class="self" href="#s">'
    cited = '<a class="citation" href="#r">[1]</a>'
    assert headed("Plain") == f"{own}Plain</a>"
    assert headed("Said ", Citation("r", "1"), " twice") == f"{own}Said </a>{cited} twice"
    assert headed(Citation("r", "1"), " said") == f"{cited}{own} said</a>"
    assert headed(Emphasis(("So ",)), "it is") == f"{own}<em>So </em>it is</a>"
    assert headed(Citation("r", "1")) == (
        f'{cited} <a class="self" href="#s" aria-label="[1]" data-furniture>#</a>'
    )
    assert headed() == ""


def test_the_contents_list_keeps_the_language_of_a_title() -> None:
    title = (Foreign("fr", ("Liens",)), " ", Citation("r", "1"), Link("https://x.org", (" here",)))
    (entry,) = parse(page(body=(Section(title, (), id="s"),))).xpath("//nav//a")
    assert [(e.tag, e.get("lang"), e.text) for e in entry] == [("span", "fr", "Liens")]
    assert "".join(entry.itertext()) == "Liens [1] here"


def test_a_text_comes_out_as_that_text() -> None:
    body = (
        Section((HOSTILE,), (Paragraph((HOSTILE,), role="x", id="here"),), id="s"),
        Paragraph((Image(next(iter(sample_resources().pictures)), HOSTILE),)),
    )
    tree = parse(page(title=HOSTILE, series=HOSTILE, body=body, front=()))
    assert tree.findtext(".//title") == HOSTILE
    assert tree.findtext(".//h1") == HOSTILE
    assert tree.xpath("//*[@id='here']")[0].text == HOSTILE
    assert HOSTILE in [e.get("alt") for e in tree.iter("img")]
    (data,) = tree.iter("script")
    assert json.loads(data.text)["name"] == HOSTILE


@pytest.mark.parametrize("target", ["javascript:alert(1)", "JavaScript:x", "file:///etc/passwd"])
def test_a_dangerous_address_is_no_link(target: str) -> None:
    tree = parse(page(body=(Paragraph((Link(target, ("words",)),), id="here"),)))
    paragraph = tree.xpath("//*[@id='here']")[0]
    assert (paragraph.text, len(paragraph)) == ("words", 0)


def test_a_picture_without_bytes_is_an_error() -> None:
    with pytest.raises(KeyError):
        page(body=(Paragraph((Image("0" * 64, "missing"),)),))


@pytest.mark.parametrize(
    "reach",
    [
        "document.__class__.__mro__",
        "document.title.__class__",
        "document.__init__.__globals__",
        "document.metadata.__dataclass_fields__",
    ],
)
def test_a_template_reaches_nothing_but_what_a_document_says(reach: str) -> None:
    resources = sample_resources()
    page = b"{{ document.title }}{{ " + reach.encode() + b" }}"
    templates = {**resources.templates, "html/page.html.j2": page}
    with pytest.raises(SecurityError):
        html.write(sample_document(), replace(resources, templates=templates))


def test_an_empty_document_is_a_page() -> None:
    tree = parse(page(front=(), body=(), series="", subtitle="", dateline="", marking=""))
    assert not list(tree.iter("nav"))


@given(documents())
@settings(max_examples=25, deadline=None)
def test_every_document_is_a_valid_page_with_all_its_words(document: Document) -> None:
    pictures = {
        node.digest: Picture(b"", b"\x89PNG", 10, 10)
        for node in walk(document)
        if isinstance(node, Image)
    }
    written = html.write(document, replace(sample_resources(), pictures=pictures))
    said = "".join("".join(parse(written).getroot().itertext()).split())
    for node in walk(document):
        for piece in getattr(node, "content", ()):
            if isinstance(piece, str):
                assert "".join(piece.split()) in said


# The same everywhere -------------------------------------------------------------------------


def test_another_process_with_another_hash_seed_writes_the_same_page(tmp_path: Any) -> None:
    program = (
        "import sys; from tests.sample import *; from pipeline.writers import html;"
        "sys.stdout.buffer.write(html.write(sample_document(), sample_resources()))"
    )
    root = str(html.__file__).rpartition("/pipeline/")[0]
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "4711", "PYTHONPATH": root, "TZ": "Asia/Tokyo"},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert told.stdout == page()
