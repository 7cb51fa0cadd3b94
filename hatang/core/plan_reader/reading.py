"""Read a plan: the stages one after the other, from lines to statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from hatang.core.documents.faults import DocumentError
from hatang.core.plan_reader.baselines import find_baselines
from hatang.core.plan_reader.bodies import find_bodies
from hatang.core.plan_reader.duties import find_report_duties
from hatang.core.plan_reader.header import read_header
from hatang.core.plan_reader.leads import with_leads
from hatang.core.plan_reader.legal_bases import find_legal_bases, find_other_references
from hatang.core.plan_reader.oddities import find_oddities
from hatang.core.plan_reader.structure import Line, PlanRead
from hatang.core.plan_reader.targets import find_targets
from hatang.core.plan_reader.tasks import find_tasks
from hatang.core.plan_reader.text import read_text

MOST_LINES = 40_000
MOST_CHARACTERS = 2_000_000
TEXT_ONLY = "Chỉ tải lên văn bản kế hoạch; tách phụ lục số liệu ra tệp riêng."


def read_plan(lines: Iterable[Line], check: Callable[[], None] = lambda: None) -> PlanRead:
    """Read a plan's lines into targets, present state, tasks, bodies, legal bases and report duties.

    Nothing is invented: what the text leaves out is None, and every statement bears the span of its words. Only who
    leads a task may be proposed where the text names nobody, and is marked as such. `check` is called between the
    stages and may raise, as where it has taken too long. Raises DocumentError for more text than 1,000 pages hold.
    """
    text = read_text(_bounded(lines))
    check()
    header = read_header(text)
    targets, mentions = find_targets(text, header)
    check()
    read = PlanRead(text, header, targets=targets, mentions=mentions, baselines=find_baselines(text))
    check()
    read = replace(
        read,
        legal_bases=find_legal_bases(text, header),
        other_references=tuple(find_other_references(text)),
        bodies=find_bodies(text),
    )
    check()
    tasks = find_tasks(text)
    check()
    read = replace(
        read,
        tasks=with_leads(tasks, read.bodies, text),
        report_duties=find_report_duties(text, read.bodies, header),
    )
    check()
    return replace(read, oddities=find_oddities(read))


def _bounded(lines: Iterable[Line]) -> list[Line]:
    """Give the lines, or raise DocumentError where no plan has so many."""
    kept = list(lines)
    if len(kept) > MOST_LINES or sum(len(line.text) + sum(map(len, line.cells)) for line in kept) > MOST_CHARACTERS:
        raise DocumentError("Văn bản quá dài để là một kế hoạch.", TEXT_ONLY)
    return kept
