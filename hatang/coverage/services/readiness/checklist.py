"""The checklist of readiness: its items, where a province stands with each, and answers to what no register tells."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.coverage.models import ReadinessAnswer
from hatang.coverage.services.readiness.counting import Tally, all_tallies
from hatang.places.models import Place

CHANGE = "coverage.compute_run"
COUNTED, ANSWERED = "counted", "answered"
State = ReadinessAnswer.State


@dataclass(frozen=True)
class Item:
    """A line of data/readiness.csv: what is asked, in which group, and whether it is counted or answered."""

    key: str
    group: str
    question: str
    how: str
    note: str

    @property
    def counted(self) -> bool:
        """Whether the registers tell."""
        return self.how == COUNTED


@dataclass(frozen=True)
class Standing:
    """Where a province stands with an item: by count, by answer, or nobody knows."""

    item: Item
    tally: Tally | None
    answer: ReadinessAnswer | None

    @property
    def state(self) -> State | None:
        """The answer's state, else the count's; None: not answered, or nothing to count."""
        if self.answer:
            return State(self.answer.state)
        return self.tally.state if self.tally else None

    @property
    def label(self) -> str:
        """The state in words."""
        if self.item.counted and self.state == State.DOING:
            return "được một phần"
        unknown = "chưa có số liệu" if self.item.counted else "chưa trả lời"
        return str(self.state.label) if self.state else unknown


@cache
def items() -> dict[str, Item]:
    """Read the items, by key, in the order of the file."""
    with (settings.REFERENCE / "readiness.csv").open(encoding="utf-8", newline="") as file:
        return {line["key"]: Item(**line) for line in csv.DictReader(file)}


def checklist(province: Place, on: date) -> list[Standing]:
    """Give where a province stands with each item on a day."""
    tallies = all_tallies(province, on)
    answers = {row.item: row for row in ReadinessAnswer.objects.filter(province=province).select_related("by")}
    return [Standing(item, tallies.get(key), answers.get(key)) for key, item in items().items()]


def by_group(standings: list[Standing]) -> list[tuple[str, list[Standing]]]:
    """Give the groups in the order of the file, each with its items."""
    return [(group, list(rows)) for group, rows in groupby(standings, key=lambda one: one.item.group)]


def finding_of(standings: list[Standing]) -> str:
    """Say how much of each group is done; what does not apply is not counted among it."""
    return "; ".join(f"{group}: {done_of(rows)}" for group, rows in by_group(standings)) + "."


def done_of(rows: list[Standing]) -> str:
    """Say how many items of a group are done."""
    apply = [row for row in rows if row.state != State.NOT_APPLICABLE]
    done = sum(row.state == State.DONE for row in apply)
    aside = f" ({number(len(rows) - len(apply))} việc không áp dụng)" if len(apply) < len(rows) else ""
    return f"{number(done)} trong {number(len(apply))} việc đã xong{aside}" if apply else "không áp dụng"


@transaction.atomic
def answer_item(*, actor: Person, answer: ReadinessAnswer) -> None:
    """Keep an answer in the place of the one before.

    Raises ValidationError when a counted item is answered with anything but that it does not apply.
    """
    may_answer(actor, answer)
    if items()[answer.item].counted and answer.state != State.NOT_APPLICABLE:
        raise ValidationError("Việc này được đếm từ sổ; chỉ trả lời được là không áp dụng.")
    Place.objects.select_for_update().get(pk=answer.province_id)
    before = ReadinessAnswer.objects.filter(province=answer.province, item=answer.item).first()
    answer.pk, answer.by = before.pk if before else None, actor
    sign(answer, actor)
    answer.save()


@transaction.atomic
def take_back(*, actor: Person, answer: ReadinessAnswer) -> None:
    """Remove an answer, if it was kept; its history stays, and a counted item is counted again."""
    may_answer(actor, answer)
    if answer.pk:
        sign(answer, actor)
        answer.delete()


def may_answer(actor: Person, answer: ReadinessAnswer) -> None:
    """Refuse whoever does not compute the province's runs. Raises PermissionDenied."""
    if not actor.has_perm(CHANGE, answer.province):
        raise PermissionDenied
