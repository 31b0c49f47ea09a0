"""A rendition that lost, gained, moved or changed something is told so, once and by name."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pikepdf
import pytest

from pipeline.diagnostic import Span
from pipeline.document import from_json, to_json
from pipeline.readback import pdf as pdf_reader
from pipeline.readback.line import Line, Reading
from pipeline.verify import SUFFIXES, verify
from pipeline.writers import canonical, docx, html, markdown, pdf
from tests.sample import sample_document, sample_resources

WRITERS = {
    "pdf": pdf.write,
    "docx": docx.write,
    "markdown": markdown.write,
    "html": html.write,
    "json": canonical.write,
}
FORMATS = tuple(WRITERS)
# In these a rendition is text that can be edited as it stands.
TEXTS = ("markdown", "html", "docx", "json")


@functools.cache
def rendition(format: str) -> bytes:
    return WRITERS[format](sample_document(), sample_resources())


def problems(format: str, data: bytes) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in verify(sample_document(), format, data)]


def edited(format: str, edit: Callable[[str], str]) -> bytes:
    """The rendition with its text (of a DOCX: its main part) edited."""
    if format != "docx":
        return changed(rendition(format).decode(), edit).encode()
    return repacked({"word/document.xml": edit})


def repacked(edits: dict[str, Callable[[str], str]]) -> bytes:
    parts = BytesIO()
    with ZipFile(BytesIO(rendition("docx"))) as old, ZipFile(parts, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            edit = edits.get(name)
            new.writestr(name, changed(part.decode(), edit).encode() if edit else part)
    return parts.getvalue()


def changed(text: str, edit: Callable[[str], str]) -> str:
    result = edit(text)
    assert result != text, "the edit found nothing to change"
    return result


def swapped(one: str, other: str) -> Callable[[str], str]:
    def swap(text: str) -> str:
        return text.replace(one, "\0").replace(other, one).replace("\0", other)

    return swap


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


# What is as it should be -------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_a_rendition_that_is_right_has_no_problems(format: str) -> None:
    assert problems(format, rendition(format)) == []


@pytest.mark.parametrize("format", FORMATS)
def test_the_place_is_the_name_of_the_rendition(format: str) -> None:
    (one,) = verify(sample_document(), format, b"")
    assert one.span == Span(f"sahel.en.{SUFFIXES[format]}", 1, 1, 1, 1)


def test_the_line_of_a_text_file_is_named() -> None:
    data = edited("markdown", replaced("It passes on each year.", "It passes on."))
    (one,) = verify(sample_document(), "markdown", data)
    assert data.decode().split("\n")[one.span.line - 1] == "It passes on."


# What cannot be read -----------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("damage", ["empty", "start", "half", "other", "hollow", "encoding"])
def test_a_damaged_file_is_one_problem(format: str, damage: str) -> None:
    whole = rendition(format)
    data = {
        "empty": b"",
        "start": whole[:12],
        # Half of a text that people read is a text; half of a package or of a tree is none.
        "half": whole[: len(whole) // 2] if format in ("docx", "json") else whole[:12],
        "other": b"PK\3\4 is the start of no file",
        "hollow": b"%PDF-1.7\n%%EOF\n",
        "encoding": whole.decode("latin-1").encode("utf-16"),
    }[damage]
    assert [code for code, _ in problems(format, data)] == ["unreadable-rendition"]


def test_a_part_that_is_missing_or_broken_is_one_problem() -> None:
    broken = repacked({"word/document.xml": lambda xml: xml[:-20]})
    assert [code for code, _ in problems("docx", broken)] == ["unreadable-rendition"]
    named = repacked({"word/styles.xml": lambda xml: xml.replace("<w:styles", "<w:style")})
    assert [code for code, _ in problems("docx", named)] == ["unreadable-rendition"]


def test_an_unknown_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        list(verify(sample_document(), "odt", b""))


# Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", TEXTS)
def test_a_deleted_sentence_is_named(format: str) -> None:
    sentence = "The three economies are small, landlocked and rich in gold and uranium."
    assert problems(format, edited(format, replaced(sentence + " ", ""))) == [
        ("missing-words", f"the sentence “{sentence}” of section “The members” is missing")
    ]


@pytest.mark.parametrize("format", TEXTS)
def test_an_added_sentence_is_named(format: str) -> None:
    data = edited(format, replaced("consensus.", "consensus. Some of them vote."))
    assert problems(format, data) == [
        ("added-words",
         "the sentence “Some of them vote.” in section “Decisions” is not in the Document")
    ]  # fmt: skip


@pytest.mark.parametrize("format", TEXTS)
def test_two_swapped_sentences_are_two_moves_at_most(format: str) -> None:
    data = edited(format, swapped("Heads of state decide by consensus.", "It passes on each year."))
    found = problems(format, data)
    assert {code for code, _ in found} == {"changed-words"} or {code for code, _ in found} == {
        "moved-words"
    }
    assert len(found) <= 2


@pytest.mark.parametrize("format", TEXTS)
def test_a_changed_number_in_a_cell_is_named(format: str) -> None:
    data = edited(format, replaced("1,240,192", "1,240,193"))
    assert problems(format, data) == [
        ("changed-cell", "the text “1,240,192” of section “The members” stands as “1,240,193”")
    ]


def test_a_lost_no_break_space_is_a_change() -> None:
    document = from_json(
        to_json(sample_document()).replace("5,000 soldiers", "5,000\u00a0soldiers")
    )
    (one,) = verify(document, "html", rendition("html"))
    assert one.code == "changed-words"


# Blocks ------------------------------------------------------------------------------------


ROW = "24 May 2021 | A second coup in Mali removes the transitional president. [3]"


@pytest.mark.parametrize(
    ("format", "pattern"),
    [
        ("markdown", r"\| 24 May 2021 .*\n"),
        ("html", r"<tr id=\"ev-1\">.*?</tr>"),
        ("docx", r"<w:tr>(?:(?!</w:tr>).)*24 May 2021.*?</w:tr>"),
    ],
)
def test_a_deleted_row_is_named(format: str, pattern: str) -> None:
    data = edited(format, lambda text: re.sub(pattern, "", text, count=1, flags=re.DOTALL))
    if format == "markdown":
        data = edited(format, lambda text: re.sub(pattern, "", text, count=1))
    assert problems(format, data) == [
        ("missing-row", f"the row “{ROW}” of section “Timeline” is missing")
    ]


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("markdown", "## Timeline", "### Timeline"),
        ("html", ">Timeline</a></h2>", ">Time line</a></h2>"),
        ("json", '"Timeline"', '"Time line"'),
    ],
)
def test_a_changed_heading_is_named(format: str, old: str, new: str) -> None:
    ((code, message),) = problems(format, edited(format, replaced(old, new)))
    assert code in ("changed-level", "changed-heading")
    assert "Timeline" in message


def test_a_heading_that_is_only_bold_is_named() -> None:
    data = edited("markdown", replaced("## Timeline", "**Timeline**"))
    assert problems("markdown", data) == [
        ("changed-level", "the heading “Timeline” is not marked as a heading")
    ]


def test_a_heading_of_another_style_is_named() -> None:
    old = re.search(
        r'<w:pStyle w:val="(\w+)"/></w:pPr>(?:(?!</w:p>).)*>Timeline<',
        ZipFile(BytesIO(rendition("docx"))).read("word/document.xml").decode(),
    )
    assert old
    paragraphs = edited("docx", lambda xml: re.sub(
        r'<w:pStyle w:val="Heading1"/>(</w:pPr>(?:(?!</w:p>).)*>Timeline<)',
        r'<w:pStyle w:val="Heading3"/>\1', xml))  # fmt: skip
    assert problems("docx", paragraphs) == [
        ("changed-level", "the heading “Timeline” has level 4, expected 2")
    ]


def test_cells_in_other_columns_are_named() -> None:
    data = edited(
        "markdown",
        replaced(
            "Rupture | One member leaves after a change of government. | |",
            "Rupture |  | One member leaves after a change of government. |",
        ),
    )
    ((code, message),) = problems("markdown", data)
    assert code == "changed-row"
    assert "Rupture" in message


def test_a_deleted_reference_is_named() -> None:
    entry = r"4\. .*Radio Studio Kalangou.*\n"
    data = edited("markdown", lambda text: re.sub(entry, "", text))
    what = "the item “Radio Studio Kalangou. Broadcast, 4 January 2026.”"
    assert problems("markdown", data) == [
        ("missing-item", f"{what} of section “References” is missing")
    ]


def test_two_lines_made_one_are_named() -> None:
    data = edited("markdown", replaced("by consensus.\n\n", "by consensus.\n"))
    assert [code for code, _ in problems("markdown", data)] == []  # a heading opens its own line
    data = edited("markdown", replaced("armed force”.\n\n  Invoked", "armed force”. Invoked"))
    assert [code for code, _ in problems("markdown", data)] == ["joined-lines"]


# Pictures, links, notes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("markdown", "![Flag of Niger]", "![]"),
        ("html", 'alt="Flag of Niger"', 'alt=""'),
        ("html", 'alt="Flag of Niger"', ""),
        ("docx", 'descr="Flag of Niger"', ""),
        ("json", '"Flag of Niger"', '""'),
    ],
)
def test_a_dropped_alternative_text_is_named(format: str, old: str, new: str) -> None:
    ((code, message),) = problems(format, edited(format, replaced(old, new)))
    assert code == "missing-alt-text"
    assert message.startswith("the alternative text “Flag of Niger” of a picture of ")


def test_a_deleted_picture_is_named() -> None:
    data = edited("markdown", lambda text: re.sub(r"!\[Bars rise.*\)", "", text))
    ((code, message),) = problems("markdown", data)
    assert code == "missing-picture"
    assert "Bars rise from 32 in 2018" in message


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("markdown", "(https://example.org/notes)", "(https://example.org/note)"),
        ("html", '"https://example.org/notes"', '"https://example.org/note"'),
        ("json", '"https://example.org/notes"', '"https://example.org/note"'),
    ],
)
def test_a_changed_address_is_named(format: str, old: str, new: str) -> None:
    where = "https://example.org/note, expected https://example.org/notes"
    assert problems(format, edited(format, replaced(old, new))) == [
        ("changed-link", f"the link “explanatory note” of the notes leads to {where}")
    ]


def test_a_changed_address_in_word_is_named() -> None:
    name = "word/_rels/footnotes.xml.rels"
    data = repacked({name: replaced("https://example.org/notes", "https://example.org/note")})
    assert [code for code, _ in problems("docx", data)] == ["changed-link"]


@pytest.mark.parametrize(
    ("format", "pattern", "new"),
    [
        ("markdown", r"\(#fig-deaths\)", "(#ref-5)"),
        ("markdown", r'<a id="fig-deaths"></a>', ""),
        ("html", r'<a href="#fig-deaths"', '<a href="#ref-5"'),
        ("docx", r'w:anchor="fig_deaths"', 'w:anchor="ref_5"'),
    ],
)
def test_a_link_that_leads_elsewhere_is_named(format: str, pattern: str, new: str) -> None:
    data = edited(format, lambda text: re.sub(pattern, new, text))
    ((code, message),) = problems(format, data)
    assert code == "changed-link"
    assert "Figure 1" in message


def test_a_link_of_a_thing_to_itself_that_leads_elsewhere_is_named() -> None:
    links = replaced('class="self" href="#fig-deaths"', 'class="self" href="#fig-map"')
    message = "the link “Figure 1.” to #fig-map is not in the Document"
    assert problems("html", edited("html", links)) == [("added-link", message)]


@pytest.mark.parametrize(
    ("format", "old", "new", "code"),
    [
        ("html", '"identifier": "sahel.en"', '"identifier": "other.en"', "changed-metadata"),
        ("html", '"datePublished": ', '"datePublishe": ', "changed-metadata"),
        ("html", "application/ld+json", "application/json", "missing-metadata"),
        ("html", '<span lang="fr">', "<span>", "changed-language"),
        ("html", '<span lang="fr">', '<span lang="de">', "changed-language"),
        ("html", "default-src &#39;none&#39;", "default-src *", "open-policy"),
        ("html", "--ink: #1B2733", "--ink: #FFFFFF", "changed-policy"),
        ("html", "style-src ", "style-src 'unsafe-inline' ", "changed-policy"),
        ("html", "<h1>", '<h1 onclick="x">', "changed-policy"),
        ("html", "<h1>", '<h1 style="color: red">', "changed-policy"),
        ("markdown", "identifier: ", "identifiers: ", "changed-metadata"),
        ("markdown", 'publisher: "', 'publisher: "Un', "changed-metadata"),
        ("markdown", '"Awa Diarra"', "12", "changed-metadata"),
    ],
)
def test_what_a_file_says_besides_its_words_is_held_too(
    format: str, old: str, new: str, code: str
) -> None:
    found = {code for code, _ in problems(format, edited(format, replaced(old, new)))}
    assert found == {code}


def test_a_link_that_is_only_text_is_named() -> None:
    data = edited("markdown", replaced("[Figure 1](#fig-deaths)", "Figure 1"))
    ((code, message),) = problems("markdown", data)
    assert code == "missing-link"
    assert "“Figure 1” of section “Background”" in message


def test_a_dropped_call_is_named_and_its_note_is_not() -> None:
    data = edited("markdown", replaced("open.[^1]", "open."))
    assert [code for code, _ in problems("markdown", data)] == ["missing-note"]


def test_a_shortened_note_is_named() -> None:
    data = repacked({"word/footnotes.xml": replaced(" but no state as the adversary", "")})
    ((code, message),) = problems("docx", data)
    assert code == "missing-words" or code == "changed-words"
    assert "but no state as the adversary" in message


@pytest.mark.parametrize(
    ("old", "new"),
    [('"issued": "2026-03-14"', '"issued": "2026-03-15"'), ('"role": "lead"', '"role": "tail"')],
)
def test_a_value_that_is_not_printed_is_named(old: str, new: str) -> None:
    assert problems("json", edited("json", replaced(old, new))) == [
        ("changed-value", f"“{old}” stands as “{new}”")
    ]


# PDF ---------------------------------------------------------------------------------------


def repaged(edit: Callable[[pikepdf.Pdf], None]) -> bytes:
    written = BytesIO()
    with pikepdf.open(BytesIO(rendition("pdf"))) as file:
        edit(file)
        file.save(written)
    return written.getvalue()


def test_a_deleted_page_is_named_by_its_first_and_last_words() -> None:
    def delete(file: pikepdf.Pdf) -> None:
        del file.pages[2]

    ((code, message),) = problems("pdf", repaged(delete))
    assert code == "missing-words"
    # Where pages end is a matter of style; that section lies in the middle of one.
    assert re.match(
        r"the text “.+ … .+” .+ is missing \(\d+ words, with the headings .+\)", message
    )
    assert "“Timeline”" in message


def structures(file: pikepdf.Pdf, tag: str) -> list[pikepdf.Dictionary]:
    return [
        thing
        for thing in file.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == f"/{tag}"
    ]


def test_an_alternative_text_lost_in_pdf_is_named() -> None:
    def drop(file: pikepdf.Pdf) -> None:
        (figure,) = (f for f in structures(file, "Figure") if str(f.get("/Alt")).startswith("Map"))
        del figure["/Alt"]

    ((code, message),) = problems("pdf", repaged(drop))
    assert code == "missing-alt-text"
    assert "Map: Mali in the west" in message


def test_a_row_lost_in_pdf_is_named() -> None:
    def drop(file: pikepdf.Pdf) -> None:
        body = structures(file, "TBody")[1]
        body.K = pikepdf.Array([kid for n, kid in enumerate(body.K) if n != 1])

    assert problems("pdf", repaged(drop)) == [
        ("missing-row", f"the row “{ROW}” of section “Timeline” is missing")
    ]


def test_a_link_changed_in_pdf_is_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        for page in file.pages:
            for annotation in page.get("/Annots", ()):
                if "/A" in annotation and annotation.A.get("/URI") == "https://example.org/notes":
                    annotation.A.URI = pikepdf.String("https://example.org/note")

    assert [code for code, _ in problems("pdf", repaged(change))] == ["changed-link"]


def test_a_heading_that_became_text_in_pdf_is_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        structures(file, "H2")[2].S = pikepdf.Name.P

    ((code, message),) = problems("pdf", repaged(change))
    assert code == "changed-level"
    assert "is not marked as a heading" in message


def test_a_pdf_without_tags_cannot_be_held_against_anything() -> None:
    def strip(file: pikepdf.Pdf) -> None:
        del file.Root.StructTreeRoot

    assert problems("pdf", repaged(strip)) == [
        ("unreadable-rendition", "this is no pdf file: it is not tagged")
    ]


def codes(edit: Callable[[pikepdf.Pdf], None]) -> list[str]:
    return [code for code, _ in problems("pdf", repaged(edit))]


def test_of_lines_with_the_same_letters_the_likest_is_meant() -> None:
    """A space at a line end is not printed; those beside it are, and say which line this is."""

    def read(*cells: tuple[str, ...]) -> Reading:
        return Reading(tuple(Line("text", (cell,)) for cell in cells), "en", "")

    wanted = read(("IX", "Mali", "Mali*"), ("IX", " Mali ", "Mali*"))
    found = read(("IX", "Mali", "Mali*"), ("IX", " Mali", "", "Mali*"))
    fitted = pdf_reader.fit(found, wanted)
    said = ["".join(map(str, line.cells[0])) for line in fitted.lines]
    assert said == ["IXMaliMali*", "IX Mali Mali*"]


def test_emphasis_lost_in_the_tags_is_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        structures(file, "Strong")[0].S = pikepdf.Name.Span

    ((code, message),) = problems("pdf", repaged(change))
    assert code == "changed-tags"
    assert re.search("Strong “.+” is tagged as Span", message)


@pytest.mark.parametrize(
    ("tag", "key"), [("TH", "/A"), ("Note", "/ID"), ("Span", "/Lang"), ("Span", "/A")]
)
def test_what_a_tag_no_longer_says_is_named(tag: str, key: str) -> None:
    def drop(file: pikepdf.Pdf) -> None:
        del next(one for one in structures(file, tag) if key in one)[key]

    assert codes(drop) == ["changed-tags"]


def test_a_list_that_is_none_is_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        structures(file, "L")[0].S = pikepdf.Name.Div

    assert codes(change) == ["changed-tags"]


def test_a_contents_list_with_a_wrong_page_is_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        places = file.Root.Names.Dests.Names
        place = next(n for n in range(0, len(places), 2) if str(places[n]) == "outlook")
        places[place + 1][0] = file.pages[0].obj

    assert codes(change) == ["changed-tags"]


def test_words_kept_from_hearers_are_named() -> None:
    def hide(file: pikepdf.Pdf) -> None:
        page = file.pages[1]
        added = b"/Artifact <</Type /Pagination>> BDC BT /%s 9 Tf <00230045> Tj ET EMC"
        fonts: Any = page.Resources.Font
        page.contents_add(added % min(fonts.keys()).removeprefix("/").encode())

    assert codes(hide) == ["hidden-words"]


def without_artifact(page: int, edge: str, number: int) -> Callable[[pikepdf.Pdf], None]:
    """Remove one of the things that stand in the head or the foot of a page."""

    def drop(file: pikepdf.Pdf) -> None:
        here = file.pages[page]
        stream: list[Any] = list(pikepdf.parse_content_stream(here))
        marked = [(n, one) for n, one in enumerate(stream) if str(one.operator) == "BDC"]
        begins = [n for n, one in marked if one.operands[1].get("/Subtype") == f"/{edge}"]
        start = begins[number]
        end = next(n for n in range(start, len(stream)) if str(stream[n].operator) == "EMC")
        kept = stream[:start] + stream[end + 1 :]
        here.Contents = file.make_stream(pikepdf.unparse_content_stream(kept))

    return drop


@pytest.mark.parametrize(("page", "edge", "place"), [(1, "Header", "head"), (0, "Footer", "foot"),
                                                     (2, "Footer", "foot")])  # fmt: skip
def test_a_marking_that_one_page_lacks_is_named(page: int, edge: str, place: str) -> None:
    message = f"the marking “TLP:CLEAR” is missing in the {place} of the page"
    assert problems("pdf", repaged(without_artifact(page, edge, -1))) == [
        ("missing-marking", message)
    ]


def test_a_folio_that_lacks_its_number_is_named() -> None:
    assert problems("pdf", repaged(without_artifact(1, "Footer", 1)))[0][0] == "changed-folio"


def test_content_in_another_order_is_named() -> None:
    def turn(file: pikepdf.Pdf) -> None:
        page = file.pages[1]
        stream: list[Any] = list(pikepdf.parse_content_stream(page))
        begins = [n for n, one in enumerate(stream) if str(one.operator) == "BDC"]
        first = next(n for n in begins if "/MCID" in stream[n].operands[1])
        end = next(n for n in range(first, len(stream)) if str(stream[n].operator) == "EMC")
        moved = stream[first : end + 1]
        rest = stream[:first] + stream[end + 1 :]
        page.Contents = file.make_stream(pikepdf.unparse_content_stream([*rest, *moved]))

    assert codes(turn) == ["changed-order"]


@pytest.mark.parametrize("name", ["dc:publisher", "dc:rights", "pdfuaid:part", "dc:subject"])
def test_metadata_lost_in_pdf_are_named(name: str) -> None:
    def drop(file: pikepdf.Pdf) -> None:
        with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
            del said[name]

    assert codes(drop) == ["changed-metadata"]


def test_information_that_differs_from_the_metadata_is_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        file.docinfo["/Subject"] = "Something else"

    assert codes(change) == ["changed-metadata"]


def test_an_outline_that_lacks_an_entry_is_named() -> None:
    def drop(file: pikepdf.Pdf) -> None:
        with file.open_outline() as outline:
            del outline.root[1]

    assert codes(drop) == ["changed-outline"]


def test_data_changed_inside_a_pdf_are_named() -> None:
    def change(file: pikepdf.Pdf) -> None:
        one = next(one for one in file.Root.AF if str(one.UF).endswith(".csv"))
        one.EF.F.write(one.EF.F.read_bytes() + b"more\r\n")

    assert codes(change) == ["changed-attachment"]


def test_a_file_smuggled_into_a_pdf_is_named() -> None:
    def add(file: pikepdf.Pdf) -> None:
        file.attachments["aes.yaml"] = b"secret"

    assert codes(add) == ["changed-attachment"]


# What the file says of itself --------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("markdown", 'lang: "en"', 'lang: "fr"'),
        ("html", '<html lang="en">', '<html lang="fr">'),
    ],
)
def test_another_language_is_named(format: str, old: str, new: str) -> None:
    assert problems(format, edited(format, replaced(old, new))) == [
        ("changed-language", "the language is “en”, found “fr”")
    ]


def test_another_title_is_named() -> None:
    data = edited("html", replaced("<title>Alliance", "<title>Association"))
    assert [code for code, _ in problems("html", data)] == ["changed-title"]
