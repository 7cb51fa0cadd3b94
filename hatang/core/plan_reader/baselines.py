"""Figures of the present state, as they stand when a plan is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hatang.core.plan_reader.due_years import find_years, year_over
from hatang.core.plan_reader.leaves import section_over
from hatang.core.plan_reader.left_out_units import completed_unit
from hatang.core.plan_reader.quantities import Quantity, find_quantities
from hatang.core.plan_reader.statements import Stretch, clauses, first_verb, sentences, trimmed
from hatang.core.plan_reader.structure import Baseline, Item, Part, Span, Text
from hatang.core.plan_reader.subject_phrases import lowered, noun_phrase
from hatang.core.plan_reader.target_tables import table_baselines
from hatang.core.plan_reader.wording import Wording, reading_key

SHORT_SENTENCE = 25
BOUNDARY = Wording(r"[,;:] | (?:và|với|gồm|trong đó|cùng|của|là) ")
NEITHER_UNITS = ("hour", "minute", "second")
WEAK_AGREES = ("", "ge", "eq")
MOST_FIGURES = 60


def find_baselines(text: Text) -> tuple[Baseline, ...]:
    """Find every figure of the present state, in its parts and in columns of what was reached before.

    A bare figure, or one behind "đạt", means just that figure.
    """
    told = (row for item in text.of_part(Part.PRESENT) if _tells(text, item) for row in _of_item(text, item))
    rising = (row for item in text.of_part(Part.TARGETS) if _tells(text, item) for row in _rising(text, item))
    found = [*told, *rising, *table_baselines(text)]
    return tuple(sorted(found, key=lambda row: (row.span.block, row.span.start)))


def _tells(text: Text, item: Item) -> bool:
    """Say whether an item is a statement and no heading, note or table row."""
    block = text.blocks[item.block]
    return not (block.footnote or block.cells or (item.heading and not item.leaf))


def _of_item(text: Text, item: Item) -> Iterator[Baseline]:
    """Read an item sentence by sentence, each to the 60th figure at most."""
    words = text.blocks[item.block].text
    for start, end in sentences(words, item.start):
        found = [q for q in find_quantities(words[start:end]) if q.unit not in NEITHER_UNITS][:MOST_FIGURES]
        for q in found:
            yield _baseline(text, item, words[start:end], start, q, alone=len(found) == 1)


def _rising(text: Text, item: Item) -> Iterator[Baseline]:
    """Read what aims grow from: "nâng tỷ lệ dùng chung từ 14% lên 35%"."""
    words = text.blocks[item.block].text
    for start, end in sentences(words, item.start):
        said = words[start:end]
        for q in find_quantities(said)[:MOST_FIGURES]:
            if q.rises_from is not None:
                yield replace(_baseline(text, item, said, start, q, alone=True), **_risen_from(said, q))


def _risen_from(said: str, q: Quantity) -> dict[str, Any]:
    """Say what differs where the figure is the one that an aim grows from."""
    dated = [y.year for y in find_years(said) if y.role == "base" and q.start < y.start < q.number]
    subject = noun_phrase(lowered(" ".join(said[: q.start].split()).strip(" ,;:")), q.unit)
    return {"value": q.rises_from, "comparator": "eq", "subject": subject, "year": dated[0] if dated else None}


def _place(words: str, q: Quantity, *, alone: bool) -> Stretch:
    """Give the whole of a short sentence with one figure, else the figure with what it counts."""
    if alone and len(words.split()) <= SHORT_SENTENCE:
        return 0, len(words)
    start, end = next(((a, b) for a, b in clauses(words) if a <= q.number < b), (0, len(words)))
    key = reading_key(words)
    signs = BOUNDARY.of(key)
    sign, verb = signs.search(key, q.end, end), first_verb(key, q.end, end)
    before = [m.end() for m in signs.finditer(key, start, q.start)]
    if q.unit == "count":
        return trimmed(words, q.start, min(sign.start() if sign else end, verb or end))
    return trimmed(words, before[-1] if before else start, sign.start() if sign else end)


def _baseline(text: Text, item: Item, words: str, offset: int, q: Quantity, *, alone: bool) -> Baseline:
    """Make the row of a figure."""
    start, end = _place(words, q, alone=alone)
    subject = " ".join((words[start : q.start] + " " + words[q.subject_from : end]).split()).strip(" ,;:")
    return Baseline(
        span=Span(item.block, offset + start, offset + end),
        quote=words[start:end],
        section=section_over(text, item),
        comparator="eq" if q.comparator in WEAK_AGREES else q.comparator,
        value=q.value,
        unit=q.unit or completed_unit(subject),
        subject=subject,
        year=_year(text, item, words),
        sure=q.sure if q.unit else 0.6,
    )


def _year(text: Text, item: Item, words: str) -> int | None:
    """Give the year by which the sentence, or the nearest heading above, dates its figures."""
    own = [y.year for y in find_years(words) if y.role in ("due", "base")]
    return own[0] if own else year_over(text, item)
