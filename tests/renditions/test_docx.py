"""Each Word file that was built, held against the checkers of the trade, and opened by LibreOffice,
whose pages hold every word of the Document."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import docx_integrity
import pypdfium2
import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from pipeline.document import Document
from pipeline.readback.expected import PRINTS, expected
from pipeline.readback.line import spool
from pipeline.verify import verify
from tests.renditions.built import document, renditions
from tests.test_docx import STRUCTURE, File, formatted

FILES = renditions(".docx")
HEAD, FOOT = 70, 62  # points at the top and bottom of a page that are not the text's
# A hyphen at the end of a line comes as U+0002; no format holds that character itself.
TRACELESS = re.compile("[\\s\\x02\\u00ad\\u200b-\\u200d\\u2011\\u2060\\ufffe\\ufeff-]")
MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("version", [FileFormat.OFFICE_2019, FileFormat.MICROSOFT_365])
@pytest.mark.parametrize("path", FILES, ids=named)
def test_openxml_audit_finds_no_error(path: Path, version: FileFormat) -> None:
    found = OpenXmlValidator(version).validate(str(path)).errors
    assert [f"{one.part_uri}: {one.description}" for one in found] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_docx_integrity_finds_nothing_at_all(path: Path) -> None:
    assert [str(one) for one in docx_integrity.check(path)] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_file_says_what_its_document_says(path: Path) -> None:
    assert [one.message for one in verify(document(path), "docx", path.read_bytes())] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_look_is_set_by_hand(path: Path) -> None:
    assert formatted(File(path.read_bytes())) == []
    assert set(STRUCTURE) == {"pPr", "rPr", "trPr", "tcPr", "tblPr"}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_asks_to_be_updated(path: Path) -> None:
    file = File(path.read_bytes())
    for name in (name for name in file.parts if name.endswith(".xml")):
        assert b"updateFields" not in file.parts[name]
        assert b"w:dirty" not in file.parts[name]


# LibreOffice -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What LibreOffice prints of each file. One run for all: its start takes longest."""
    office = shutil.which("soffice") or MAC
    folder = tmp_path_factory.mktemp("office")
    found = {}
    for path in FILES:  # two audiences may have a file of one name
        target = folder / path.parent.name
        target.mkdir(exist_ok=True)
        found[named(path)] = target / f"{path.stem}.pdf"
    for audience in {path.parent for path in FILES}:
        subprocess.run(
            [
                office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
                "--convert-to", "pdf", "--outdir", str(folder / audience.name),
                *(str(path) for path in FILES if path.parent == audience),
            ],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
    return found


@cache
def letters_of(pdf: Path) -> str:
    """Everything between the heads and the feet of the pages, without blanks and in one case:
    lines break anywhere, and some styles print capitals."""
    letters = ""
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        letters += text.get_text_bounded(bottom=FOOT, top=page.get_height() - HEAD)
    return plain(letters)


def plain(words: str) -> str:
    # Ligatures are taken apart; a hyphen at the end of a line may be the printer's.
    return TRACELESS.sub("", unicodedata.normalize("NFKC", words)).casefold()


def said(whole: Document) -> Iterator[str]:
    """The words of the Document that a page can show, one by one."""
    for word in spool(expected(whole, PRINTS["docx"]).lines).words:
        if plain(word.text) and word.text[0] not in "\ufffc\ufff9":
            yield word.text


@pytest.mark.parametrize("path", FILES, ids=named)
def test_libreoffice_prints_every_word(path: Path, printed: dict[str, Path]) -> None:
    shown = letters_of(printed[named(path)])
    counted = Counter(said(document(path)))
    assert len(counted) > 300
    assert [word for word in counted if plain(word) not in shown] == []
    # Not only somewhere: as often as the Document has it.
    long = {word: times for word, times in counted.items() if len(plain(word)) > 7}
    assert {w: n for w, n in long.items() if shown.count(plain(w)) < n} == {}
