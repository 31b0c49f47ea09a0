"""The summary of sources that ICD 206 asks for: what an edition rests on, counted.

In: the nodes of an edition and the references it cites, in printed order. Out: definitions, ready
to print. Nothing is judged here: grades are counted as authors gave them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.document import (
    Citation,
    Definition,
    Item,
    List,
    Node,
    Paragraph,
    walk,
)
from pipeline.record import Reference
from pipeline.view import View

WEAK = "DEF"  # not usually reliable, unreliable, cannot be judged (AJP-2.1)


def summarised(
    nodes: Iterable[Node], cited: Sequence[Reference], view: View
) -> tuple[Definition, ...]:
    """One definition a count."""
    words = view.terms.summary
    judgements = list(_judgements(nodes, view))
    single = [number for number, rests in judgements if len(rests) == 1]
    weak = [n for n, rests in judgements if rests and all(r.reliability in WEAK for r in rests)]
    unseen = sum(not reference.seen for reference in cited)
    lines = (
        (words.references, str(len(cited))),
        (words.languages, _languages(cited, view)),
        (words.reliability, _grades((r.reliability for r in cited), "ABCDEF")),
        (words.credibility, _grades((r.credibility for r in cited), "123456")),
        (words.unseen, str(unseen) if unseen else str(words.none)),
        (words.single_source, _numbers(single, view)),
        (words.weak_sources, _numbers(weak, view)),
    )
    return tuple(Definition((str(term),), (Paragraph((said,)),)) for term, said in lines)


def _judgements(nodes: Iterable[Node], view: View) -> Iterator[tuple[int, list[Reference]]]:
    """The number of each key judgement and the references that it cites."""
    for node in nodes:
        if isinstance(node, List) and node.role == "judgements":
            for number, item in enumerate(node.items, 1):
                yield number, _rests_on(item, view)


def _rests_on(item: Item, view: View) -> list[Reference]:
    ids = dict.fromkeys(node.target for node in walk(item) if isinstance(node, Citation))
    return [view.references[id] for id in ids]


def _languages(cited: Iterable[Reference], view: View) -> str:
    """As "English: 120, French: 38", the most cited first."""
    counts = Counter(view.language_name(str(reference.language)) for reference in cited)
    return ", ".join(f"{name}: {n}" for name, n in sorted(counts.items(), key=lambda c: (-c[1], c)))


def _grades(grades: Iterable[str], scale: str) -> str:
    """As "A: 3, B: 60, C: 70": each grade of the scale that occurs."""
    counts = Counter(grades)
    return ", ".join(f"{grade}: {counts[grade]}" for grade in scale if counts[grade])


def _numbers(numbers: Sequence[int], view: View) -> str:
    return view.list([str(n) for n in numbers]) if numbers else str(view.terms.summary.none)
