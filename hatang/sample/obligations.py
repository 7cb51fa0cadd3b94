"""What bodies of the sample's province owed last year and owe now, some of it answered, and the money of its tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.plans.models import Funding, Obligation, Plan, Task
from hatang.plans.services.obligations import RULE, open_in, owed_in
from hatang.sample.chance import chance
from hatang.work.models import Clock

REASON = "Dữ liệu mô phỏng"
State = Obligation.State
ENDS = (State.DONE, State.DONE, State.DONE, State.EXCUSED, State.DONE, State.MISSED)
"""How last year's obligations ended, in turn."""
WORDS = {
    State.DONE: "Văn bản mẫu số 45/BC, đã gửi qua trục liên thông",
    State.EXCUSED: "Văn bản mẫu: được miễn vì mới nhận bàn giao địa bàn",
}
FUNDED_TASKS = 16


def make_obligations(province: Place, today: date) -> None:
    """Let last year's obligations be over, and of those open now the first be answered."""
    last = today - timedelta(days=365)
    owed = [one for one in owed_in(province, last) if one.due_on.year == last.year and one.due_on < today]
    rows = []
    for n, one in enumerate(owed):
        row = Obligation(province=province, body=one.body, commune=one.commune, duty=one.duty, rule=one.rule)
        row.title, row.recipient, row.basis = one.title, one.recipient, one.basis
        row.year, row.due_assumed = one.year, one.assumed
        end(row, one.due_on, ENDS[n % len(ENDS)])
        rows.append(row)
    bulk_create_with_history([row.clock for row in rows], Clock, default_change_reason=REASON)
    bulk_create_with_history(rows, Obligation, batch_size=500, default_change_reason=REASON)
    open_in(province, today)
    Obligation.objects.filter(province=province, state=State.OPEN).update(simulated=True)
    answer_first(province)


def end(row: Obligation, due_on: date, state: str) -> None:
    """Give an obligation its clock of the past and its end."""
    due = timezone.make_aware(datetime.combine(due_on, time(17)))
    done = due - timedelta(days=4) if state != State.MISSED else due + timedelta(days=30)
    row.clock = Clock(rule=RULE, limit=45, unit=Clock.Unit.DAYS, started_at=due - timedelta(days=45), due_at=due)
    row.clock.province, row.clock.stopped_at, row.clock.outcome = row.province, done, State(state).label
    row.state, row.ended_at, row.words, row.simulated = state, done, WORDS.get(State(state), ""), True


def answer_first(province: Place) -> None:
    """Let who owes the first of the open obligations have answered it."""
    row = Obligation.objects.open().filter(province=province).select_related("clock").order_by("clock__due_at").first()
    if row is None:
        return
    now = timezone.now()
    row.state, row.ended_at, row.words = State.DONE, now, WORDS[State.DONE]
    row.clock.stopped_at, row.clock.outcome = now, State.DONE.label
    for changed in (row.clock, row):
        changed._change_reason = REASON  # type: ignore[union-attr]
        changed.save()


def make_funding(plan: Plan) -> None:
    """Give some of a plan's tasks money of two years, from estimate to what was spent; all of it made up."""
    communes = list(Place.objects.communes().filter(province=plan.province, households__gt=0).order_by("code")[:3])
    targets = list(plan.targets.order_by("order")[:4])
    tasks = plan.tasks.filter(estimate_vnd__isnull=False, simulated=True).order_by("order")[:FUNDED_TASKS]
    rows = [row for task in tasks for row in money_of(task, plan.year_from)]
    for n, row in enumerate(rows):
        row.target = targets[n // 2 % len(targets)] if targets and n % 3 else None
        row.commune = communes[n % len(communes)] if communes and n % 4 == 0 else None
    bulk_create_with_history(rows, Funding, default_change_reason=REASON)


def money_of(task: Task, first_year: int) -> Iterator[Funding]:
    """Draw the money of a task."""
    draw = chance(f"funding {task}")
    estimate = task.estimate_vnd or 0
    for year, part in ((first_year, 0.4), (first_year + 1, 0.6)):
        source = draw.choice(Funding.Source.values)
        row = Funding(task=task, year=year, source=source, simulated=True)
        row.estimate_vnd = round(estimate * part / 1_000_000) * 1_000_000
        row.appraised_vnd = round(row.estimate_vnd * 0.95 / 1_000_000) * 1_000_000
        if year == first_year or draw.random() < 0.5:
            row.decided_vnd = row.appraised_vnd
            row.decision = "Văn bản mẫu số 120/QĐ, ngày 15/3"
            row.spent_vnd = round(row.decided_vnd * draw.uniform(0.3, 1) / 1_000_000) * 1_000_000
        row.note = "Số bịa ra để dùng thử"
        yield row
