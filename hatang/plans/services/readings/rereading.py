"""The reader's functions on words that an officer marked, under the headings that stand over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hatang.core.plan_reader.baselines import find_baselines
from hatang.core.plan_reader.duties import find_report_duties
from hatang.core.plan_reader.legal_bases import find_legal_bases
from hatang.core.plan_reader.structure import Block, Header, Item, Part, Text
from hatang.core.plan_reader.targets import find_targets
from hatang.core.plan_reader.tasks import find_tasks
from hatang.plans.models import PlanReading, Statement
from hatang.plans.services.readings import facts as of
from hatang.plans.services.readings.facts import Kind, Known

PARTS = {
    Kind.TARGET: Part.TARGETS,
    Kind.BASELINE: Part.PRESENT,
    Kind.TASK: Part.TASKS,
    Kind.DUTY: Part.ORGANISATION,
    Kind.BASIS: Part.BASES,
}
LEAST_WORDS = 2
"""More words than these tell a duty."""
HEADER_FACTS = ("kind", "number", "date", "issuer", "title", "signer", "year_from", "year_to")


def facts_from_words(kind: str, statement: Statement, reading: PlanReading, known: Known) -> dict[str, Any] | None:
    """Read one statement's facts from its words; None where the reader makes nothing of them."""
    if kind not in PARTS or statement.block is None:
        return None
    text = text_around(reading.document["blocks"], statement, PARTS[Kind(kind)])
    header = Header(**{name: reading.facts.get(name) or None for name in HEADER_FACTS})
    return facts_in(kind, text, header, known)


def facts_in(kind: str, text: Text, header: Header, known: Known) -> dict[str, Any] | None:
    """Read the first statement of a kind in the last block of a text."""
    if kind == Kind.TARGET:
        targets, mentions = find_targets(text, header)
        target = _last((*targets, *mentions), text)
        return of.target_facts(target, known) if target else None
    if kind == Kind.BASELINE:
        baseline = _last(find_baselines(text), text)
        return of.baseline_facts(baseline, known) if baseline else None
    if kind == Kind.TASK:
        task = _last(find_tasks(text), text)
        return of.task_facts(task, known, " ".join(item.title for item in text.items)) if task else None
    if kind == Kind.DUTY:
        duty = _last(find_report_duties(text, (), header), text)
        return of.duty_facts(duty, known) if duty else None
    basis = _last(find_legal_bases(text, header), text)
    return of.basis_facts(basis) if basis else None


def _last(found: Iterable[Any], text: Text) -> Any:
    """Give the first of what was found in the last block."""
    return next((row for row in found if row.span.block == len(text.blocks) - 1), None)


def text_around(blocks: Sequence[Mapping[str, Any]], statement: Statement, part: Part) -> Text:
    """Make a text of the headings over a statement and of its own words, all in the part that its kind stands in."""
    block = statement.block or 0
    chain = headings_above(blocks, block)
    items = [
        Item(n, "", int(row["start"]), row["section"], int(row["level"]), row["title"], tuple(range(n)), part, False)
        for n, row in enumerate(chain)
    ]
    last = len(chain)
    own = blocks[block]["text"][statement.start : statement.end]
    items.append(Item(last, "", 0, blocks[block]["section"], 0, "", tuple(range(last)), part))
    return Text((*(Block(row["text"]) for row in chain), Block(own)), tuple(items))


def headings_above(blocks: Sequence[Mapping[str, Any]], block: int) -> list[Mapping[str, Any]]:
    """List the headings over a block, outermost first."""
    chain: list[Mapping[str, Any]] = []
    lowest = int(blocks[block]["level"]) or len(blocks)
    for row in reversed(blocks[:block]):
        if 0 < row["level"] < lowest:
            chain.insert(0, row)
            lowest = int(row["level"])
    return chain


def duties_below(blocks: Sequence[Mapping[str, Any]], block: int | None, below: int) -> list[dict[str, Any]]:
    """Give the words that tell a marked body's duties: what follows in its block, and what stands under it."""
    if block is None:
        return []
    places = [(block, below, len(blocks[block]["text"]))]
    for number, row in enumerate(blocks[block + 1 :], start=block + 1):
        if row["level"] or row["part"] != blocks[block]["part"]:
            break
        places.append((number, int(row["start"]), len(row["text"])))
    quotes = [of.tidy(blocks[n]["text"][start:end]) for n, start, end in places]
    return [
        {"block": n, "start": start, "end": end, "quote": quote}
        for (n, start, end), quote in zip(places, quotes, strict=True)
        if len(quote.split()) > LEAST_WORDS
    ]
