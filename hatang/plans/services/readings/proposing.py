"""What was read becomes rows to look through: each statement with its place, its facts, and how safe it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from hatang.core.plan_reader import structure
from hatang.core.plan_reader.structure import PlanRead, Span
from hatang.plans.models import PlanReading, Statement
from hatang.plans.services.readings import facts as of
from hatang.plans.services.readings.facts import Kind, Known

MOST_IN_BLOCK = 10_000
MOST_SECTION = 40
MENTION = 0.4
"""How safe a figure outside the targets part is at most: it is kept out of the plan until somebody confirms it."""


class Found(NamedTuple):
    """Something found: of which kind, where, in which words, with which facts."""

    kind: str
    span: Span | None
    quote: str
    section: str
    facts: dict[str, Any]
    sure: float = 1.0


def document_json(read: PlanRead, *, pages: int, kind: str) -> dict[str, Any]:
    """Give the text with its outline as the page shows it."""
    blocks = [block_json(block, item) for block, item in zip(read.text.blocks, read.text.items, strict=True)]
    return {"blocks": blocks, "pages": pages, "kind": kind}


def block_json(block: structure.Block, item: structure.Item) -> dict[str, Any]:
    """Give one block with its place in the outline."""
    return {
        "text": block.text,
        "page": block.page,
        "cells": list(block.cells),
        "strong": block.strong,
        "footnote": block.footnote,
        "section": item.section,
        "level": item.level,
        "title": item.title,
        "start": item.start,
        "part": str(item.part),
    }


def place_order(block: int | None, start: int) -> int:
    """Give a number that sorts statements by their place in the document; what is of the whole comes first."""
    return 0 if block is None else (block + 1) * MOST_IN_BLOCK + min(start, MOST_IN_BLOCK - 1)


def statements_of(read: PlanRead, reading: PlanReading, known: Known) -> list[Statement]:
    """Make a row of everything found, in the document's order."""
    rows = [statement_of(found, reading) for found in found_in(read, known)]
    return sorted(rows, key=lambda row: row.order)


def statement_of(found: Found, reading: PlanReading) -> Statement:
    """Make the row of something found."""
    span = found.span
    return Statement(
        reading=reading,
        kind=found.kind,
        block=span.block if span else None,
        start=span.start if span else 0,
        end=span.end if span else 0,
        quote=found.quote,
        section=found.section[:MOST_SECTION],
        facts=found.facts,
        sure=of.sureness(found.sure, found.facts),
        order=place_order(span.block, span.start) if span else 0,
    )


def found_in(read: PlanRead, known: Known) -> Iterator[Found]:
    """Walk over everything found, kind by kind."""
    yield from targets_in(read, known)
    for row in read.baselines:
        yield Found(Kind.BASELINE, row.span, row.quote, row.section, of.baseline_facts(row, known), row.sure)
    for task in read.tasks:
        facts = of.task_facts(task, known, titles_above(read.text, task.span))
        yield Found(Kind.TASK, task.span, task.quote, task.section, facts, task.sure)
    for body in read.bodies:
        yield Found(Kind.BODY, body.span, body.name, body.section, of.body_facts(body, known, read.text), body.sure)
    for duty in read.report_duties:
        yield Found(Kind.DUTY, duty.span, duty.quote, duty.section, of.duty_facts(duty, known), duty.sure)
    yield from in_the_text(read)


def titles_above(text: structure.Text, span: Span) -> str:
    """Join the titles that stand over some words."""
    return " ".join(text.items[position].title for position in text.items[span.block].above)


def targets_in(read: PlanRead, known: Known) -> Iterator[Found]:
    """Walk over the targets, and over figures elsewhere that may be targets."""
    for row in read.targets:
        facts = of.target_facts(row, known) | {"mention": False}
        yield Found(Kind.TARGET, row.span, row.quote, row.section, facts, row.sure)
    for row in read.mentions:
        facts = of.target_facts(row, known) | {"mention": True}
        yield Found(Kind.TARGET, row.span, row.quote, row.section, facts, min(row.sure, MENTION))


def in_the_text(read: PlanRead) -> Iterator[Found]:
    """Walk over the documents cited and what is odd."""
    for basis in read.legal_bases:
        section = read.text.items[basis.span.block].section
        yield Found(Kind.BASIS, basis.span, read.text.words(basis.span), section, of.basis_facts(basis))
    for oddity in read.oddities:
        words = read.text.words(oddity.span) if oddity.span else ""
        section = read.text.items[oddity.span.block].section if oddity.span else ""
        yield Found(Kind.ODDITY, oddity.span, words, section, {"kind": oddity.kind, "message": oddity.message})
