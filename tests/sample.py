"""One Document that holds every kind of node, and the Resources to write it with.

The briefing is invented in its details; its shape is that of a real one: masthead, lead, facts,
key judgements, long tables, a chart and a map, footnotes, citations, a comparison's marks.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import cache
from pathlib import Path

import fontpkg_fira_sans  # type: ignore[import-untyped]
import fontpkg_spectral  # type: ignore[import-untyped]

from pipeline.document import (
    Blocks,
    Box,
    Citation,
    Column,
    Definition,
    Definitions,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Foreign,
    Image,
    Inlines,
    Inserted,
    Item,
    Labels,
    Link,
    List,
    Metadata,
    Note,
    Paragraph,
    Picture,
    Resources,
    Row,
    Section,
    Strong,
    Table,
)

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def sample_resources() -> Resources:
    """The templates of this checkout, the font packages, the pictures of the sample."""
    templates = {
        path.relative_to(TEMPLATES).as_posix(): path.read_bytes()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }
    fonts = {
        path.name: path.read_bytes()
        for package in (fontpkg_fira_sans, fontpkg_spectral)
        for path in sorted((package.ROOT / "files").glob("*.ttf"))
    }
    return Resources(templates=templates, pictures=_PICTURES, fonts=fonts)


@cache
def sample_document() -> Document:
    """The whole sample: about six printed pages."""
    return Document(
        id="sahel",
        language="en",
        series="Regional security briefing",
        title="Alliance of Sahel States",
        subtitle="From a defence pact to a confederation, and what its members now share",
        dateline="14 March 2026 · Third edition",
        marking="TLP:CLEAR",
        metadata=Metadata(
            identifier="sahel.en",
            description="How the Alliance of Sahel States came about and what it may become.",
            authors=("Policy desk", "Awa Diarra"),
            publisher="Briefing Pipeline",
            issued="2026-03-14",
            keywords=("Sahel", "collective defence", "ECOWAS"),
            license="CC-BY-4.0",
        ),
        labels=Labels(
            contents="Contents", notes="Notes", page="Page", of="of", table_view="Show as table"
        ),
        front=_front(),
        body=_body(),
    )


# Pictures ------------------------------------------------------------------------------------


def _flag(first: str, second: str, third: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16" viewBox="0 0 24 16">'
        f'<rect width="8" height="16" fill="{first}"/>'
        f'<rect x="8" width="8" height="16" fill="{second}"/>'
        f'<rect x="16" width="8" height="16" fill="{third}"/></svg>'
    ).encode()


def _chart() -> bytes:
    bars = "".join(
        f'<rect x="{60 + 68 * index}" y="{220 - value * 2}" width="44" height="{value * 2}"'
        f' fill="{"#0B5563" if index > 3 else "#8FA9B0"}"/>'
        f'<text x="{82 + 68 * index}" y="240" text-anchor="middle">{2018 + index}</text>'
        f'<text x="{82 + 68 * index}" y="{212 - value * 2}" text-anchor="middle">{value}</text>'
        for index, value in enumerate(_DEATHS)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="260" viewBox="0 0 640 260">'
        f'<g font-family="Fira Sans" font-size="13" fill="#1B2733">{bars}'
        '<path d="M40 220H620" stroke="#55606B" fill="none"/></g></svg>'
    ).encode()


def _map() -> bytes:
    shapes = (
        ("#0B5563", "M40 120 L150 20 L270 60 L250 190 L150 240 L60 210 Z", "Mali", 150, 140),
        ("#5E8C96", "M250 190 L340 170 L360 240 L270 290 L200 260 Z", "Burkina Faso", 285, 235),
        ("#2F7280", "M270 60 L430 40 L560 110 L520 220 L360 240 L340 170 L250 190 Z", "Niger",
         425, 140),
    )  # fmt: skip
    drawn = "".join(
        f'<path d="{path}" fill="{fill}" stroke="#fff" stroke-width="2"/>'
        f'<text x="{x}" y="{y}" text-anchor="middle">{name}</text>'
        for fill, path, name, x, y in shapes
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="310" viewBox="0 0 600 310">'
        '<rect width="600" height="310" fill="#EEF3F4"/>'
        f'<g font-family="Fira Sans" font-size="16" fill="#fff">{drawn}</g></svg>'
    ).encode()


def _png(width: int, height: int, *stripes: tuple[int, int, int]) -> bytes:
    """A PNG of upright stripes of equal width."""
    line = b"\0" + b"".join(bytes(stripes[x * len(stripes) // width]) for x in range(width))

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(line * height))
        + chunk(b"IEND", b"")
    )


def _picture(vector: bytes, raster: bytes, width: float, height: float) -> tuple[str, Picture]:
    digest = hashlib.sha256(vector or raster).hexdigest()
    return digest, Picture(vector=vector, raster=raster, width=width, height=height)


_DEATHS = (32, 41, 58, 63, 71, 88, 94, 90)
_GREEN, _YELLOW, _RED, _ORANGE = (20, 181, 58), (252, 209, 22), (206, 17, 38), (224, 82, 6)
_FLAGS = {
    "Mali": _picture(
        _flag("#14B53A", "#FCD116", "#CE1126"), _png(48, 32, _GREEN, _YELLOW, _RED), 24, 16
    ),
    "Niger": _picture(
        _flag("#E05206", "#FFFFFF", "#0DB02B"), _png(48, 32, _ORANGE, (255,) * 3, _GREEN), 24, 16
    ),
    "Burkina Faso": _picture(
        _flag("#EF2B2D", "#FCD116", "#009E49"), _png(48, 32, _RED, _YELLOW, _GREEN), 24, 16
    ),
}
_CHART = _picture(_chart(), _png(640, 260, (143, 169, 176), (11, 85, 99)), 640, 260)
_MAP = _picture(_map(), _png(600, 310, (11, 85, 99), (94, 140, 150), (47, 114, 128)), 600, 310)
_PHOTO = _picture(b"", _png(900, 360, (11, 85, 99), (180, 88, 26), (238, 243, 244)), 900, 360)
_PICTURES = dict((*_FLAGS.values(), _CHART, _MAP, _PHOTO))


def _flag_of(state: str) -> Image:
    return Image(digest=_FLAGS[state][0], alt=f"Flag of {state}")


# Front matter --------------------------------------------------------------------------------


def _front() -> Blocks:
    return (
        Paragraph(
            (
                ("Three states that left the regional bloc now run a joint force and, on paper, a "
                "confederation. Its "),
                Strong(("first real test",)),
                (" is not a treaty but a road: whether fuel and grain reach Bamako and Niamey "
                "without the ports of their neighbours."),
            ),
            role="lead",
            id="lead",
        ),
        Box(
            ("At a glance",),
            (
                Definitions(
                    (
                        _fact("Members", (_flag_of("Mali"), " Mali, ", _flag_of("Burkina Faso"),
                                          " Burkina Faso, ", _flag_of("Niger"), " Niger"), "f-1"),
                        _fact("Founded", ("16 September 2023 (Charter of Liptako-Gourma) ",
                                          Citation("ref-charter", "1", "art. 6")), "f-2"),
                        _fact("Confederation since", ("6 July 2024",), "f-3"),
                        _fact("Population", ("about 73 million (2025)",), "f-4"),
                        _fact("Joint force", ("5,000 soldiers announced",), "f-5"),
                        _fact("Seat", ("Niamey, for the unified command",), "f-6"),
                    ),
                    role="facts",
                ),
                Paragraph(("As of 1 March 2026.",), role="as-of"),
            ),
            role="facts",
            id="glance",
        ),
        Section(
            ("Key judgements",),
            (
                List(
                    (
                        _judgement("kj-1", "The three members will keep the pact through 2026.",
                                   "Very likely (80–95 %)", "High",
                                   "Shared command staff, shared dependence on one supplier and no "
                                   "domestic voice for return.", "2"),
                        _judgement("kj-2", "A common currency will not circulate before 2028.",
                                   "Likely (55–80 %)", "Moderate",
                                   "Reserves are pooled elsewhere; no law has been drafted.", "3"),
                        _judgement("kj-3", "One member will reopen talks with its former partners "
                                   "on transit and electricity, without saying so in public.",
                                   "Roughly even chance (45–55 %)", "Low",
                                   "Two reports, one of them second-hand.", "4"),
                    ),
                    ordered=True,
                    role="judgements",
                ),
            ),
            role="judgements",
            id="judgements",
        ),
    )  # fmt: skip


def _fact(term: str, value: Inlines, id: str) -> Definition:
    return Definition((term,), (Paragraph(value),), id=id)


def _judgement(
    id: str, claim: str, likelihood: str, confidence: str, basis: str, reference: str
) -> Item:
    return Item(
        (
            Paragraph((Strong((claim,)), " ", Citation(f"ref-{reference}", reference))),
            Paragraph(("Likelihood: ", Strong((likelihood,))), role="judgement-assessment"),
            Paragraph(("Confidence: ", Strong((confidence,))), role="judgement-assessment"),
            Paragraph((basis,), role="basis"),
        ),
        id=id,
    )


# Body ----------------------------------------------------------------------------------------


def _body() -> Blocks:
    return (
        Section(
            ("Background",),
            (
                Paragraph(
                    (
                        "The ",
                        Foreign("fr", ("Alliance des États du Sahel",)),
                        (" began as a promise of mutual defence. Article 6 of its charter says "
                        "that an attack on one is an attack on all "),
                        Citation("ref-charter", "1", "art. 6"),
                        "; what that means for an attack by an armed group, the text leaves open.",
                        Note("n-1", "1", ("The charter names ", Emphasis(("terrorism",)),
                             " and ", Emphasis(("organised crime",)),
                             " but no state as the adversary.")),
                        (" The members had been suspended, one after the other, from the regional "
                        "bloc."),
                    ),
                    id="p-1",
                ),
                Paragraph(
                    (
                        "In Hausa the word for the region's open country is ",
                        Foreign("ha", ("ƙasar ɓangare ɗaya, ƴanci",)),
                        "; the alliance uses it in its radio service. Its name in figures: ",
                        Link("https://example.org/charter?lang=en&part=6", ("the charter’s text",)),
                        ", and ",
                        Link("#fig-deaths", ("Figure 1",)),
                        " for the losses that came before it.",
                        Note("n-2", "2", ("See the ", Link("https://example.org/notes",
                             ("explanatory note",)), " of March 2024.")),
                    ),
                    id="p-2",
                ),
                Section(
                    ("The members",),
                    (
                        _states(),
                        Paragraph((("The three economies are small, landlocked and rich in gold "
                                   "and uranium. Their budgets depend on customs duties raised at "
                                   "the borders of others."),)),
                    ),
                    id="members",
                ),
                Section(
                    ("How it works",),
                    (
                        Definitions(
                            (
                                Definition(
                                    ("Mutual defence",),
                                    (Paragraph((("Each member assists any other that is attacked, "
                                                "“including by the use of armed force”."),)),
                                     Paragraph(("Invoked once, in Tinzaouaten, without result.",))),
                                    id="c-1",
                                ),
                                Definition(
                                    ("Unified command",),
                                    (Paragraph((("A staff of officers from all three armies, "
                                                "seated in Niamey."),)),),
                                    id="c-2",
                                ),
                                Definition(
                                    ("Free movement",),
                                    (Paragraph(("Common passports since January 2025.",)),),
                                    id="c-3",
                                ),
                            ),
                            role="characteristics",
                        ),
                        Section(
                            ("Decisions",),
                            (
                                Paragraph(("Heads of state decide by consensus.",)),
                                Section(
                                    ("Presidency",),
                                    (
                                        Paragraph(("It passes on each year.",)),
                                        Section(
                                            ("Order of rotation",),
                                            (
                                                Paragraph((("Mali, then Burkina Faso, then "
                                                           "Niger."),)),
                                                Section(("The sixth level",), (Paragraph((
                                                    ("Six levels deep, the heading still reads as "
                                                    "a heading."),)),)),
                                            ),
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    ),
                    id="works",
                ),
            ),
            role="background",
            id="background",
        ),
        Section(("Timeline",), (_timeline(),), role="history", id="timeline"),
        Section(
            ("Violence and territory",),
            (
                Paragraph(
                    (
                        ("Losses rose before the pact and have not fallen since. The count is of "
                        "reported events; "),
                        Deleted(("most researchers",)),
                        Inserted(("three of four data sets",)),
                        " put the share of civilians above a third.",
                    )
                ),
                Figure(
                    Image(_CHART[0], "Bars rise from 32 in 2018 to 94 in 2024 and end at 90."),
                    ("Reported deaths per 100,000 people, three states together",),
                    label="Figure 1",
                    source=("Source: conflict event data ", Citation("ref-5", "5"), "; own sums."),
                    twin=Table(
                        (Column(("Year",)), Column(("Deaths",), align="end")),
                        tuple(
                            Row((( str(2018 + i),), (str(value),)), id=f"d-{2018 + i}")
                            for i, value in enumerate(_DEATHS)
                        ),
                        row_headers=True,
                    ),
                    role="chart",
                    id="fig-deaths",
                ),
                Paragraph(
                    (("The map shows the members in three tones; the darker, the longer the "
                     "present government has been in power. "),) * 2
                ),
                Figure(
                    Image(_MAP[0], "Map: Mali in the west, Niger in the east, Burkina Faso between "
                          "them to the south."),
                    ("The three member states",),
                    label="Figure 2",
                    source=("Source: public-domain boundaries, simplified.",),
                    role="map",
                    id="fig-map",
                ),
                Figure(
                    Image(_PHOTO[0], "Three stripes that stand for a photograph."),
                    ("A photograph has no vector",),
                    label="Figure 3",
                    role="photograph",
                    id="fig-photo",
                ),
            ),
            role="violence",
            id="violence",
        ),
        _outlook(),
        Section(
            ("Actors",),
            (
                Definitions(
                    tuple(
                        Definition((name,), (Paragraph((text,)),), id=f"a-{number}")
                        for number, (name, text) in enumerate(_ACTORS)
                    ),
                    role="actors",
                ),
            ),
            role="actors",
            id="actors",
        ),
        Section(("Hard cases",), _hard(), id="hard"),
        Section(
            ("Links",),
            (
                List(
                    (
                        Item((Paragraph((Link("https://example.org/charter",
                                              ("Charter of Liptako-Gourma",)),)),)),
                        Item((Paragraph((Link("https://example.org/" + "a-very-long-path/" * 9,
                                              ("https://example.org/"
                                               + "a-very-long-path/" * 9,)),)),)),
                    ),
                    role="links",
                ),
            ),
            role="links",
            id="links",
        ),
        Section(("References",), (_references(),), role="references", id="references"),
        Box(
            ("About this briefing",),
            (
                Paragraph((("Written by the policy desk. Licence: CC-BY-4.0. Next edition: "
                           "September 2026."),)),
                Paragraph(("Flags: public domain.",)),
            ),
            role="imprint",
            id="imprint",
        ),
    )  # fmt: skip


def _states() -> Table:
    return Table(
        (
            Column(("State",), width=1.6),
            Column(("Capital",), width=1.2),
            Column(("Population (m)",), align="end"),
            Column(("Area (km²)",), align="end"),
            Column(("Currency",), align="center"),
        ),
        tuple(
            Row(
                ((_flag_of(name), " ", name), (capital,), (people,), (area,), ("CFA franc",)),
                id=f"state-{name[:2].lower()}",
            )
            for name, capital, people, area in (
                ("Burkina Faso", "Ouagadougou", "23.5", "274,200"),
                ("Mali", "Bamako", "24.5", "1,240,192"),
                ("Niger", "Niamey", "27.0", "1,267,000"),
            )
        ),
        caption=("Member states of the alliance",),
        label="Table 1",
        row_headers=True,
        source=("Source: national statistics offices, 2024. ", Citation("ref-2", "2", "pp. 3–4")),
        role="states",
        id="tab-states",
    )


def _timeline() -> Table:
    return Table(
        (Column(("Date",), width=1), Column(("Event",), width=4)),
        tuple(
            Row(((date,), (what, " ", Citation("ref-3", "3"))), id=f"ev-{number}")
            for number, (date, what) in enumerate(_EVENTS)
        ),
        caption=("From the first coup to the confederation",),
        label="Table 2",
        row_headers=True,
        source=("Source: official statements and press reports.",),
        role="timeline",
        id="tab-timeline",
    )


def _outlook() -> Section:
    return Section(
        ("Outlook",),
        (
            Paragraph(("Three courses are open. They differ less in intent than in money.",)),
            Table(
                (Column(("Scenario",), width=1), Column(("What would happen",), width=2.4),
                 Column(("Signs",), width=2.4)),
                (
                    Row((("Consolidation",), ("Joint force deploys; customs union begins.",),
                         ("A budget with a common line; first joint patrols.",)), id="s-1"),
                    Row((("Drift",), ("Summits go on, projects stall.",),
                         ("Postponed meetings; separate purchases of arms.",)), id="s-2"),
                    Row((("Rupture",), ("One member leaves after a change of government.",), ()),
                        id="s-3"),
                ),
                caption=("Scenarios",),
                row_headers=True,
                role="matrix",
                id="tab-scenarios",
            ),
            Section(
                ("What to watch",),
                (
                    List(
                        (
                            Item((Paragraph(("Fuel convoys from the coast to Bamako.",)),)),
                            Item((
                                Paragraph(("Statements on the currency:",)),
                                List((
                                    Item((Paragraph(("a central bank act;",)),)),
                                    Item((Paragraph(("a printing contract.",)),)),
                                )),
                            )),
                            Item((Paragraph(("A date for the return of barracks.",)),)),
                        ),
                        role="indicators",
                    ),
                ),
                id="watch",
            ),
            Box(
                ("If the roads close",),
                (
                    Paragraph((("A closure of both western corridors for more than six weeks would "
                               "empty the depots of two capitals."),)),
                    List((Item((Paragraph(("Dakar–Bamako: 1,250 km",)),)),
                          Item((Paragraph(("Abidjan–Ouagadougou–Niamey: 1,700 km",)),))),
                         ordered=True),
                ),
                role="aside-of-unknown-role",
                id="roads",
            ),
        ),
        role="outlook",
        id="outlook",
    )  # fmt: skip


def _hard() -> Blocks:
    return (
        Paragraph((("Marks that must come out as they are: <script>alert('x')</script> & {{ 7*7 }} "
                   "{% raw %} | `code` *stars* _lines_ [x](y) \\ “quotes” 'single' \"double\" #"),),
                  id="hostile"),
        Paragraph(("Without a space: " + "0123456789abcdef" * 40,)),
        Paragraph((Emphasis(("Emphasis with ", Strong(("strong",)), " in it",)), " and ",
                   Strong(("strong with ", Emphasis(("emphasis",)))), ".")),
        Paragraph((Inserted(("A sentence that an earlier edition did not have.",)), " ",
                   Deleted(("One that it had.",)))),
        Paragraph(("A role that nobody knows must simply work.",), role="never-heard-of"),
        Table(
            (Column(("Word",)), Column(("Long cell",)), Column((), align="end")),
            (
                Row((("Wide",), ("W" * 120,), ("1",))),
                Row(((), (), ())),
                Row((("Text",), ("A cell with a good many words in it, so that it has to be "
                                 "broken over several lines even in a broad column. " * 3,),
                     ("12,345.6",))),
            ),
            id="tab-hard",
        ),
    )  # fmt: skip


def _references() -> List:
    return List(
        tuple(
            Item((Paragraph(content),), id=id)
            for id, content in (
                ("ref-charter", ("Alliance of Sahel States. ",
                 Emphasis(("Charte du Liptako-Gourma",)), ". Bamako, 16 September 2023. ",
                 Link("https://example.org/charter", ("https://example.org/charter",)),
                 " (accessed 2 March 2026).")),
                ("ref-2", ("National statistics offices. ", Emphasis(("Yearbooks 2024",)), ".")),
                ("ref-3", ("Diallo, Mariam. “After the exit.” ", Emphasis(("Sahel Review",)),
                 " 12, no. 3 (2025): 44–61. ",
                 Link("https://doi.org/10.1000/182", ("https://doi.org/10.1000/182",)), ".")),
                ("ref-4", ("Radio Studio Kalangou. Broadcast, 4 January 2026.",)),
                ("ref-5", ("Conflict events, version 24. ", Link("https://example.org/data",
                 ("https://example.org/data",)), ".")),
            )
        ),
        ordered=True,
        role="references",
    )  # fmt: skip


_EVENTS = (
    ("18 August 2020", "Soldiers take power in Mali; the bloc closes its borders for six weeks."),
    ("24 May 2021", "A second coup in Mali removes the transitional president."),
    ("24 January 2022", "The army deposes the president of Burkina Faso."),
    ("30 September 2022", "A captain takes over in Ouagadougou and promises elections."),
    ("about April 2023", "Talks on a common defence begin between Bamako and Ouagadougou."),
    ("26 July 2023", "The presidential guard of Niger detains the president."),
    ("16 September 2023", "The three sign the Charter of Liptako-Gourma in Bamako."),
    ("28 January 2024", "They announce that they leave the regional bloc at once."),
    ("6 July 2024", "In Niamey they found the confederation."),
    ("2024", "Missions of partners leave, the last from Agadez in September."),
    ("29 January 2025", "The exit takes effect; a grace period follows."),
    ("March 2025 – July 2025", "A levy of 0.5 per cent on imports begins to be raised."),
    ("20 December 2025", "The joint force is presented in Bamako."),
)
_ACTORS = (
    ("Heads of state", "Decide everything that matters, by telephone more than at summits."),
    ("Unified command", "Plans operations; has no aircraft of its own."),
    ("Armed groups", "Hold roads rather than towns, and tax what passes."),
)
