"""What a house may have left out of its own templates, said before anything is printed.

In: the files of a project by name. Out: diagnostics, at the file that lacks something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.diagnostic import Diagnostic, Span, did_you_mean

WORD_REFERENCE = "templates/docx/reference.docx"
FAULTS: Mapping[str, str] = {
    "broken-template": "The Word reference file is no Word file.",
    "missing-style": "The Word reference file lacks a style that is given to paragraphs.",
    "style-without-list": "A list style of the Word reference file numbers nothing.",
}
ADD_STYLE = "make it in Word, or copy it from another reference file: Manage Styles, Import/Export"


def problems(files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """What the Word writer would miss in its reference file."""
    from pipeline.writers.docx_styles import read_sheet  # here: not every command reads sources

    place = Span(WORD_REFERENCE, 1, 1, 1, 1)
    if WORD_REFERENCE not in files:
        return
    try:
        sheet = read_sheet(files[WORD_REFERENCE])
    except ValueError as error:
        yield Diagnostic(place, "broken-template", str(error), "save it as .docx from Word")
        return
    for name, kind in sheet.missing():
        message = f'the Word reference file lacks the {kind} style "{name}"'
        hint = did_you_mean(name, sheet.spare(kind)) or ADD_STYLE
        yield Diagnostic(place, "missing-style", message, hint)
    for name in sheet.unnumbered():
        message = f'the style "{name}" of the Word reference file gives its paragraphs no number'
        hint = "in Word: Modify Style, Format, Numbering"
        yield Diagnostic(place, "style-without-list", message, hint)
