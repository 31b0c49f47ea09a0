"""Figures go in; tables for the terminal and for README.md come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.site import QUICK, Sizes
from tests.bench.targets import Figures, held, words

OPEN, CLOSE = "<!-- measured -->", "<!-- /measured -->"
PEERS = {
    "stock": "WeasyPrint + python-docx + Jinja2",
    "pandoc": "pandoc, a process a format, and Typst",
    "lua": "pandoc's Lua, one process, and Typst",
    "typst": "Typst alone, PDF only",
}

# For a terminal ----------------------------------------------------------------------------


def lines(figures: Figures) -> Iterator[str]:
    yield _circumstances(figures)
    yield from _whole(figures["whole"])
    yield from _warm(figures["warm"], figures["pages"])
    yield "\nShipped briefings, stage after stage (s)"
    yield "  ".join(f"{name} {seconds:.2f}" for name, seconds in figures["stages"].items())
    yield "\nTargets"
    for one in held(figures):
        target = one.target
        wanted = f"{'at least' if target.more else 'at most'} {target.wanted:g} {target.unit}"
        found = "" if one.found is None else f"{one.found:.2f} {target.unit}"
        yield f"{words(target, figures):52}{wanted:18}{found:>10}  {one.verdict}"


def _circumstances(figures: Figures) -> str:
    measured = figures["measured"]
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    load = " ".join(str(one) for one in measured["load"])
    kind = "a quick run" if measured["quick"] else "a full run"
    return (
        f"{measured['date']}, {kind}, {measured['rounds']} rounds; {measured['machine']}, "
        f"{measured['cores']} cores, load {load}; {versions}"
    )


def _whole(whole: Mapping[str, Any]) -> Iterator[str]:
    yield "\nWhole processes: median (least–most)"
    for what, by in whole.items():
        for who, found in by.items():
            times = f"  {_spread(found['times'], 2)} × ours" if "times" in found else ""
            cpu = f"{found['cpu'][0]:.2f} s of processor"
            yield (
                f"{what:17}{who:7}{_spread(found['seconds'], 2):>24} s {cpu:>26}"
                f"{found['owner'] or '–':>6} MB{found['worker'] or '–':>6} MB a worker{times}"
            )


def _warm(warm: Mapping[str, Any], pages: Mapping[str, Any]) -> Iterator[str]:
    for size, by in warm.items():
        counted = ", ".join(f"{who} {count}" for who, count in pages[size].items())
        yield f"\nOne warm process, a {size} briefing (pages: {counted}): ms, median (least–most)"
        for who, formats in by.items():
            for format, found in formats.items():
                times = f"  {_spread(found['times'], 2)} × ours" if "times" in found else ""
                yield f"{format:17}{who:7}{_spread(found['ms'], 1):>30}{times}"


def _spread(found: Sequence[float], digits: int) -> str:
    median, least, most = (f"{one:.{digits}f}" for one in found)
    return f"{median} ({least}–{most})"


# For README.md -----------------------------------------------------------------------------


def section(figures: Figures) -> str:
    """What README.md says of it, between its marks."""
    parts = [_opening(figures), "\n".join(_rebuilds(figures)), "\n".join(_builds(figures))]
    return "\n\n".join([OPEN, *parts, CLOSE])


def _opening(figures: Figures) -> str:
    measured = figures["measured"]
    versions = measured["versions"]
    told = ", ".join(
        f"{name} {versions[name]}" for name in ("weasyprint", "python-docx", "pandoc", "typst")
    )
    usual = QUICK if measured["quick"] else Sizes()
    run = "make bench" + " QUICK=1" * measured["quick"]
    run += f" ROUNDS={measured['rounds']}" * (measured["rounds"] != usual.rounds)
    return (
        f"Medians of `{run}` on {measured['date']}: {measured['cores']} cores, "
        f"{measured['gigabytes']} GB, {measured['machine']}, load {measured['load'][0]}; "
        f"Python {versions['python']}, {told}. The others print the same words, which is checked, "
        "and are spared checks, lookups and numbering. What is measured and how: "
        "[`tests/bench/`](tests/bench/README.md)."
    )


def _rebuilds(figures: Figures) -> Iterator[str]:
    whole, many = figures["whole"], figures["measured"]["many"]
    rows = {
        "nothing changed, one briefing": whole["no-change-one"]["ours"],
        f"nothing changed, {many:,} briefings": whole["no-change-many"]["ours"],
        f"one text changed among {many:,}": whole["one-edit-many"]["ours"],
        f"all {many:,} anew": whole["many"]["ours"],
        f"all {many:,} anew in three formats, {PEERS['lua']}": whole["many"]["lua"],
    }
    yield "| four formats | time |"
    yield "|---|---:|"
    for words_, found in rows.items():
        yield f"| {words_} | {found['seconds'][0]:.2f} s |"


def _builds(figures: Figures) -> Iterator[str]:
    whole, warm, batch = figures["whole"], figures["warm"], figures["measured"]["batch"]
    pages = figures["pages"]["large"]["ours"]
    yield (
        f"| PDF, DOCX and Markdown | one briefing, cold | {batch} from nothing, 2 cores "
        f"| a PDF of {pages} pages, warm |"
    )
    yield "|---|---:|---:|---:|"
    for who, name in {"ours": "Briefing Pipeline", **PEERS}.items():
        pdf = warm["large"].get(who, {}).get("pdf")
        large = f"{pdf['ms'][0] / 1000:.2f} s" if pdf else "–"
        cold, together = whole["cold"][who]["seconds"][0], whole["batch"][who]["seconds"][0]
        yield f"| {name} | {cold:.2f} s | {together:.1f} s | {large} |"


def put_into(readme: Path, figures: Figures) -> None:
    """Write the section between the marks of a README."""
    text = readme.read_text()
    if not _BETWEEN.search(text):
        raise ValueError(f"{readme.name} has no place for it: {OPEN} and {CLOSE}")
    said = section(figures)
    readme.write_text(_BETWEEN.sub(lambda _: said, text))


def written(readme: Path) -> str:
    """The section as it stands in a README."""
    found = _BETWEEN.search(readme.read_text())
    return found[0] if found else ""


_BETWEEN = re.compile(f"{OPEN}.*?{CLOSE}", re.S)

# For the plot ------------------------------------------------------------------------------


def bars(figures: Figures) -> list[dict[str, Any]]:
    """How long each took over the batch: the median, the least, the most."""
    names = {"ours": "Briefing Pipeline", **PEERS}
    return [
        {"who": names[who], "seconds": median, "least": least, "most": most, "ours": who == "ours"}
        for who, found in figures["whole"]["batch"].items()
        for median, least, most in [found["seconds"]]
    ]
