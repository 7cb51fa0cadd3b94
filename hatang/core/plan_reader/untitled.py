"""Bodies whose part lost its title, as web pages lose centred lines: numbers begin anew, and each names a body."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hatang.core.plan_reader.body_names import begins_body, only_names
from hatang.core.plan_reader.structure import Item, Part, Text

NUMBER = re.compile(r"(\d{1,2})\s?[./)-]?$")
KEPT = (Part.HEAD, Part.BASES, Part.CLOSING, Part.RECIPIENTS, Part.ANNEX)
FEWEST = 2


def with_untitled_bodies(text: Text, items: Sequence[Item]) -> list[Item]:
    """Take rows of numbered bodies as the part on organisation, where the document has no such part by title."""
    if any(item.part == Part.ORGANISATION for item in items):
        return list(items)
    heads = {n for run in _runs(items) if _names_bodies(text, items, run) for n in run}
    return [
        replace(item, part=Part.ORGANISATION)
        if item.part not in KEPT and (n in heads or heads & set(item.above))
        else item
        for n, item in enumerate(items)
    ]


def _runs(items: Sequence[Item]) -> Iterator[list[int]]:
    """Give the rows of numbered headings that no other part claims: at the top, or where numbers begin anew."""
    rows: dict[tuple[int, ...], list[list[int]]] = defaultdict(list)
    for n, item in enumerate(items):
        found = NUMBER.match(item.marker) if item.heading and item.part not in KEPT else None
        if found and (found[1] == "1" or not rows[item.above]):
            rows[item.above].append([n])
        elif found:
            rows[item.above][-1].append(n)
    for above, runs in rows.items():
        yield from runs[1:] if above and items[above[-1]].part != Part.OTHER else runs


def _names_bodies(text: Text, items: Sequence[Item], run: Sequence[int]) -> bool:
    """Whether all of a row begin with a body's name, and most are nothing else."""
    titles = [text.own(items[n]).strip(" .:;") for n in run]
    alone = sum(map(only_names, titles))
    return len(run) >= FEWEST and all(map(begins_body, titles)) and 2 * alone >= len(titles)
