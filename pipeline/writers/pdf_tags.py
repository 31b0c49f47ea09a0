"""The pages that the engine laid out and what it painted on them go in; a structure tree comes out.

WeasyPrint makes one structure element a box: a table over five pages becomes five tables, its
repeated heads are read out five times, running heads count as text, a definition list is no
list, a footnote is nothing. The tree made here has one structure element for each HTML element
instead, in the order of the page; what belongs to no element (running heads, folios, repeated
table heads) becomes an artifact. A link is one annotation a line and says what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import pydyf  # type: ignore[import-untyped]

from pipeline.writers import pdf_marks
from pipeline.writers.pdf_engine import AbsolutePlaceholder, boxes
from pipeline.writers.pdf_marks import Marks


def tag(pdf: Any, html_root: Element, pages: list[Any], marks: list[Marks]) -> None:
    """Give the file its structure tree."""
    tree = Tree.of(pdf, html_root)
    root = tree.add({"Type": "/StructTreeRoot", "RoleMap": pydyf.Dictionary(_ROLES)})
    tree.made[html_root] = tree.add(
        {"Type": "/StructElem", "S": "/Document", "P": root.reference, "K": pydyf.Array()}
    )
    _merge_links(pdf, pages)
    nums = pydyf.Array()
    for number, (page, mark) in enumerate(zip(pages, marks, strict=True)):
        leaves = list(_leaves(page._page_box))
        for box in leaves:
            _place(tree, box, number, page, mark)
        pdf_marks.finish(mark, dict(_edges(page, mark)), list(_labels(leaves, mark)))
        filled = (mark.owners.get(index, b"null") for index in range(len(mark.numbers)))
        nums += [number, pydyf.Array(filled)]
    for number, (annotation, element) in enumerate(tree.links, len(pages)):
        annotation["StructParent"] = number
        nums += [number, element.reference]
    root["K"] = pydyf.Array([tree.made[html_root].reference])
    root["ParentTree"] = tree.add({"Nums": nums}).reference
    pdf.catalog["StructTreeRoot"] = root.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def _merge_links(pdf: Any, pages: list[Any]) -> None:
    """Let each link have one annotation a line: the engine gives one more to every box inside,
    such as the page number of an entry of the contents list."""
    kids = pdf.pages["Kids"]
    for number, page in enumerate(pages):
        inner = list(_inner_links(page._page_box, None))
        for outer, annotation in inner:
            outer["Rect"] = _around(outer["Rect"], annotation["Rect"])
        gone = {annotation.reference for _, annotation in inner}
        entries = pdf.objects[kids[3 * number]]
        if gone:
            entries["Annots"][:] = [one for one in entries["Annots"] if one not in gone]
        for _, annotation in inner:
            annotation.clear()


def _inner_links(box: Any, outer: Any) -> Iterator[tuple[Any, Any]]:
    """The annotations of boxes inside the box of a link, each with that of the link; the boxes
    lose theirs."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    own = box.link_annotation
    if outer is not None and own:
        yield outer, own
        box.link_annotation = None
    for child in getattr(box, "children", ()):
        yield from _inner_links(child, outer if outer is not None else own)


def _around(one: Any, other: Any) -> Any:
    """The rectangle around two; the engine writes the upper left corner first."""
    lefts, rights = (one[0], other[0]), (one[2], other[2])
    tops, bottoms = (one[1], other[1]), (one[3], other[3])
    return pydyf.Array([min(lefts), max(tops), max(rights), min(bottoms)])


@dataclass(slots=True)
class Tree:
    """The structure tree while it grows. `parents`: what each HTML element stands in; `heads`: the
    table head that each stands in, if any; `contents`: what stands in the contents list; `pages`:
    references. `made`: the innermost structure element of each HTML element; `items`: what the
    label of an item goes into; `links`: each annotation and its element; `first_page`: where each
    repeatable table head stood first."""

    pdf: Any
    parents: Mapping[Element, Element]
    heads: Mapping[Element, Element]
    contents: frozenset[Element]
    pages: Sequence[bytes]
    made: dict[Element, Any] = field(default_factory=dict)
    first_page: dict[Element, int] = field(default_factory=dict)
    items: dict[Element, Any] = field(default_factory=dict)
    links: list[tuple[Any, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, pdf: Any, root: Element) -> Tree:
        parents = {child: element for element in root.iter() for child in element}
        heads = {one: head for head in root.iter("thead") for one in head.iter()}
        contents = frozenset(one for nav in root.iter("nav") for one in nav.iter() if one != nav)
        return cls(pdf, parents, heads, contents, pdf.page_references)

    def add(self, entries: Mapping[str, Any]) -> Any:
        thing = pydyf.Dictionary(entries)
        self.pdf.add_object(thing)
        return thing

    def child(self, parent: Any, tag: str, **entries: Any) -> Any:
        element = self.add(
            {"Type": "/StructElem", "S": f"/{tag}", "P": parent.reference, "K": pydyf.Array()}
            | entries
        )
        parent["K"].append(element.reference)
        return element

    def element(self, node: Element) -> Any:
        """The structure element of an HTML element, made with its ancestors when first needed."""
        if node not in self.made:
            above = self.element(self.parents[node])
            for tag in _tags(node, self):
                above = self.child(above, tag, **_attributes(node, tag))
                if tag == "LI":
                    self.items[node] = above
            self.made[node] = above
        return self.made[node]


def _leaves(box: Any) -> Iterator[Any]:
    """The boxes of a page that show something, are links or cells, in the order of the HTML."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox) or box.is_leader:
        return
    shows = isinstance(box, boxes.TextBox | boxes.ReplacedBox)
    if shows or box.link_annotation or box.element_tag in ("td", "th"):
        yield box
    for child in getattr(box, "children", ()):
        yield from _leaves(child)


def _edges(page: Any, mark: Marks) -> Iterator[tuple[int, str]]:
    """The numbers of what stands in the head and the foot of a page."""
    for margin in page._page_box.children:
        if isinstance(margin, boxes.MarginBox):
            edge = "Top" if margin.at_keyword.startswith("@top") else "Bottom"
            for box in margin.descendants():
                if box in mark.numbers:
                    yield mark.numbers[box], edge


def _labels(leaves: list[Any], mark: Marks) -> Iterator[tuple[int, int]]:
    """The number of each label, with that of the text which follows it."""
    labels: list[int] = []
    for box in leaves:
        number = mark.numbers.get(box, -1)
        if number not in mark.owners:
            continue
        if box.element_tag.endswith("::marker"):
            labels.append(number)
        else:
            yield from ((label, number) for label in labels)
            labels.clear()


def _place(tree: Tree, box: Any, number: int, page: Any, mark: Marks) -> None:
    """Hang one box into the tree: the cell that it is, its link, its marked content."""
    repeated = _is_repeated(tree, box.element, number)
    reference = tree.pages[number]
    if box.element_tag in ("td", "th") and not repeated:
        tree.element(box.element)  # an empty cell is a cell
    if link := box.link_annotation:
        element = tree.element(box.element)
        # A link without words, as around a picture that says nothing, still leads somewhere.
        said = _words(box.element) or box.element.get("href", "")
        link["Contents"] = pydyf.String(said)
        tree.links.append((link, element))
        entry = tree.add({"Type": "/OBJR", "Obj": link.reference, "Pg": reference})
        element["K"].append(entry.reference)
        _make_note(tree, box.element)
    if box not in mark.numbers or repeated or box.element.get("alt") == "":
        return
    element, mcid = _owner(tree, box), mark.numbers[box]
    mark.owners[mcid] = element.reference
    if element.setdefault("Pg", reference) == reference:
        element["K"].append(mcid)
    else:
        element["K"].append(pydyf.Dictionary({"Type": "/MCR", "Pg": reference, "MCID": mcid}))
    if isinstance(box, boxes.ReplacedBox):
        element["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": _frame(box, page)})


def _make_note(tree: Tree, call: Element) -> None:
    """Let a note follow its call at once, wherever on which page it is printed."""
    if "call" in call.get("class", "").split():
        around = list(tree.parents[call])
        tree.element(around[around.index(call) + 1])


def _owner(tree: Tree, box: Any) -> Any:
    """The structure element that the words of a box belong to; labels have one of their own."""
    node = box.element
    match box.element_tag.partition("::")[2]:
        case "marker":
            tree.element(node)
            # The body of the item is there already; its label goes before it.
            label = tree.child(tree.items[node], "Lbl")
            tree.items[node]["K"].insert(0, tree.items[node]["K"].pop())
            return label
        case _:
            return tree.element(node)


def _words(node: Element) -> str:
    """What is printed of a link, in one line; a picture says its alternative."""
    return " ".join("".join(_pieces(node)).split())


def _pieces(node: Element) -> Iterator[str]:
    yield node.get("alt", "") + (node.text or "")
    for child in node:
        yield from _pieces(child)
        yield child.tail or ""


def _is_repeated(tree: Tree, node: Element, number: int) -> bool:
    """Whether this stands in a table head that an earlier page has shown already."""
    head = tree.heads.get(node)
    return head is not None and tree.first_page.setdefault(head, number) != number


# The term of a definition is a label that holds a Span; the label of an item or a note holds its
# number or bullet itself. So a reader of the file can tell the author's words from the page's.
_TAGS: Mapping[str, tuple[str, ...]] = {
    "a": ("Link",), "p": ("P",), "section": ("Sect",), "figure": ("Div",), "img": ("Figure",),
    "ul": ("L",), "ol": ("L",), "li": ("LI", "LBody"), "dl": ("L",), "dt": ("Lbl", "Span"),
    "dd": ("LBody",), "table": ("Table",), "caption": ("Caption",), "thead": ("THead",),
    "tbody": ("TBody",), "tr": ("TR",), "th": ("TH",), "td": ("TD",), "nav": ("TOC",),
    "h1": ("H1",), "h2": ("H2",), "h3": ("H3",), "h4": ("H4",), "h5": ("H5",), "h6": ("H6",),
    "ins": ("Span",), "del": ("Span",), "em": ("Em",), "strong": ("Strong",),
}  # fmt: skip
# Standard only from PDF 2.0 on (ISO 32000-2, 14.8.4.7.2).
_ROLES = {"Em": "/Span", "Strong": "/Span"}


_CONTENTS_TAGS: Mapping[str, tuple[str, ...]] = {
    "h2": ("Caption",), "li": ("TOCI",), "a": ("Reference", "Link"),
}  # fmt: skip


def _tags(node: Element, tree: Tree) -> tuple[str, ...]:
    """The structure elements that stand for an HTML element, outermost first; often none."""
    if node in tree.contents:
        inner = node.tag == "ol" and tree.parents[node].tag == "li"
        return ("TOC",) if inner else _CONTENTS_TAGS.get(node.tag, ())
    names = node.get("class", "").split()
    if node.tag == "div" and any(child.tag == "dt" for child in node):
        return ("LI",)
    if "footnote" in names:
        return ("Note",)
    if "call" in names:
        return ("Reference", "Link")
    if "back" in names:
        return ("Lbl", "Link")
    if "box" in names:
        return ("Sect",) if node.get("aria-labelledby") else ("Div",)
    if node.tag == "p" and "caption" in names:
        return ("Caption",)
    if node.tag == "span" and node.get("lang"):
        return ("Span",)
    return _TAGS.get(node.tag, ())


def _attributes(node: Element, tag: str) -> dict[str, Any]:
    match tag:
        case "Figure":
            return {"Alt": pydyf.String(node.get("alt", ""))}
        case "TH":
            scope = "/Row" if node.get("scope") == "row" else "/Column"
            return {"A": pydyf.Dictionary({"O": "/Table", "Scope": scope})}
        case "Note":
            return {"ID": pydyf.String(node.get("id", ""))}
        case "Span" if node.get("lang"):
            return {"Lang": pydyf.String(node.get("lang", ""))}
        case "Span" if node.tag in ("ins", "del"):
            line = "/Underline" if node.tag == "ins" else "/LineThrough"
            return {"A": pydyf.Dictionary({"O": "/Layout", "TextDecorationType": line})}
        case _:
            return {}


def _frame(box: Any, page: Any) -> Any:
    """The rectangle of a picture in points from the lower left corner of the page."""
    left, top = box.content_box_x(), box.content_box_y()
    bottom = page.height - top - box.height
    corners = (left, bottom, left + box.width, bottom + box.height)
    return pydyf.Array([0.75 * length for length in corners])
