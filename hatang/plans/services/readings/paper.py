"""A document with what was read in it, for a page that shows the words beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services.readings.standing import published_rows


@dataclass(frozen=True)
class Mark:
    """Characters `start` to `end` of a block that a statement was read from; `why` is "" or "duty", "also".

    `state` is "" where the public looks: whether an officer looked at a row is the house's own matter.
    """

    statement: int
    kind: str
    state: str
    start: int
    end: int
    why: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A block of the document with its marks in order of their beginning."""

    number: int
    text: str
    page: int
    cells: tuple[str, ...]
    footnote: bool
    section: str
    level: int
    title: str
    start: int
    part: str
    strong: bool = False
    marks: list[Mark] = field(default_factory=list)


def paragraphs_of(reading: PlanReading, statements: Iterable[Statement]) -> list[Paragraph]:
    """Give the document's blocks, each with the marks of these statements."""
    blocks = reading.document.get("blocks", [])
    paragraphs = [Paragraph(number, **{**row, "cells": tuple(row["cells"])}) for number, row in enumerate(blocks)]
    for statement in statements:
        for block, mark in marks_of(statement):
            if 0 <= block < len(paragraphs):
                paragraphs[block].marks.append(mark)
    for paragraph in paragraphs:
        paragraph.marks.sort(key=lambda mark: (mark.start, -mark.end, mark.statement))
    return paragraphs


def marks_of(row: Statement) -> Iterator[tuple[int, Mark]]:
    """Give where a statement stands: its own words, what was merged into it, and a body's duties."""
    places: list[dict[str, Any]] = []
    if row.block is not None:
        places.append({"block": row.block, "start": row.start, "end": row.end})
    places += [place | {"why": "also"} for place in row.facts.get("also", [])]
    places += [place | {"why": "duty"} for place in row.facts.get("duties", [])]
    for place in places:
        mark = Mark(row.pk, row.kind, row.state, place["start"], place["end"], place.get("why", ""))
        yield place["block"], mark


def document_of(plan: Plan, person: Any) -> list[Paragraph]:
    """Give a plan's document with the words of its rows marked; empty where the plan was not read from one.

    Only what was published shows: what an officer left out leaves no mark. Drafts are for who may see the plan.
    """
    if not Plan.objects.visible_to(person).filter(pk=plan.pk).exists():
        return []
    reading = plan.readings.filter(state=PlanReading.State.SAVED).order_by("-pk").first()
    if reading is None:
        return []
    rows = list(published_rows(reading))
    for row in rows:
        row.state = ""
    return paragraphs_of(reading, rows)
