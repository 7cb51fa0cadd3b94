"""What bodies owe by a day: it opens by itself, reminds, goes up when it stays undone, is answered, excused, or missed.

From a plan's yearly report duties, handed on to the bodies of today, and from data/legal_duties.csv. What a text leaves
open (the day) is a default that the department moves.
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services import body_on
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import day
from hatang.network.models import Station
from hatang.places.models import Place
from hatang.plans.models import ANSWER_OBLIGATION, Duty, Obligation, Plan
from hatang.work.models import Clock, StoredFile
from hatang.work.services import (
    About,
    each_round,
    notify,
    people_of,
    people_with,
    reminds,
    start_clock,
    stop_clock,
)

RULE = "plans.obligation"
OPEN_DAYS, LATE_DAYS = 45, 30
"""An obligation opens so long before its day; after so many days without an answer it is closed as missed."""
REMIND_BEFORE, ESCALATE_AFTER = 7, 3
LAST_MONTH = 12
EXCUSE = "plans.change_plan"
State = Obligation.State
OPERATORS, COMMUNES = "doanh-nghiep", "ubnd-xa"


@dataclass(frozen=True)
class Owed:
    """What one filer owes for a year, before it is opened."""

    title: str
    year: int
    due_on: date
    recipient: str
    basis: str
    assumed: bool
    body: Organisation | None = None
    commune: Place | None = None
    duty: Duty | None = None
    rule: str = ""

    @property
    def key(self) -> tuple[str, str, int, int | None, int | None]:
        """What makes it one."""
        return (
            self.title,
            self.basis,
            self.year,
            self.body.pk if self.body else None,
            getattr(self.commune, "pk", None),
        )


@each_round
def open_obligations(today: date | None = None) -> int:
    """Open what comes due in every province with a plan, close what stayed undone too long; give how many opened."""
    today = today or timezone.localdate()
    provinces = Place.objects.provinces().in_force(today).filter(plans__published=True).distinct()
    opened = sum(open_in(province, today) for province in provinces)
    _close_missed(today)
    return opened


@transaction.atomic
def open_in(province: Place, today: date) -> int:
    """Open what comes due in one province; what was opened before is left as it is."""
    Place.objects.select_for_update().get(pk=province.pk)
    coming = [one for one in owed_in(province, today) if -LATE_DAYS <= (one.due_on - today).days <= OPEN_DAYS]
    years = {one.year for one in coming}
    rows = Obligation.objects.filter(province=province, year__in=years)
    known = set(rows.values_list("title", "basis", "year", "body_id", "commune_id"))
    new = [one for one in coming if one.key not in known]
    for one in new:
        _open(province, one, today)
    return len(new)


def _open(province: Place, one: Owed, today: date) -> None:
    begun = min(today, one.due_on - timedelta(days=1))
    obligation = Obligation(
        province=province,
        body=one.body,
        commune=one.commune,
        duty=one.duty,
        rule=one.rule,
        title=one.title,
        recipient=one.recipient,
        basis=one.basis,
        year=one.year,
        due_assumed=one.assumed,
        clock=_clock_until(one.due_on, begun, province),
    )
    obligation.save()
    notify(
        to=people_owing(obligation),
        subject=f"Đến kỳ: {obligation.title}"[:200],
        body=f"Hạn {day(obligation.clock.due_on)}. Nơi nhận: {obligation.recipient or 'Sở'}.",
        url=obligation.get_absolute_url(),
    )


def _clock_until(due_on: date, begun: date, province: Place, actor: Person | None = None) -> Clock:
    """Start the clock whose last day is the day, or the next working day after it."""
    started = datetime.combine(begun, time(7), timezone.get_current_timezone())
    days = max((due_on - begun).days, 1)
    return start_clock(rule=RULE, limit=days, unit=Clock.Unit.DAYS, started_at=started, province=province, actor=actor)


def owed_in(province: Place, today: date) -> Iterator[Owed]:
    """List what this year and the last ask of each filer of a province, by its plans and by the law."""
    for year in (today.year - 1, today.year):
        plans = Plan.objects.filter(province=province, published=True, year_from__lte=year, year_to__gte=year)
        replaced = Plan.objects.filter(published=True, replaces__isnull=False).values("replaces")
        duties = Duty.objects.filter(is_report=True, rhythm=Duty.Rhythm.YEARLY, plan__in=plans.exclude(pk__in=replaced))
        for duty in duties.select_related("plan", "body"):
            yield from _owed_by_duty(duty, province, year, today)
        for line in legal_duties():
            if line["province_code"] in ("", province.code):
                yield from _owed_by_law(line, province, year, today)


def _owed_by_duty(duty: Duty, province: Place, year: int, today: date) -> Iterator[Owed]:
    month = duty.due_month or LAST_MONTH
    due_on = date(year, month, duty.due_day or monthrange(year, month)[1])
    if duty.due_day:
        due_on -= timedelta(days=1)  # plans say "trước ngày"
    basis = f"{duty.plan.number or duty.plan.title}, mục {duty.section}"[:300]
    for body, commune in filers_of(duty.body, province, today):
        yield Owed(duty.title, year, due_on, duty.recipient, basis, duty.due_month is None, body, commune, duty)


def _owed_by_law(line: dict[str, str], province: Place, year: int, today: date) -> Iterator[Owed]:
    due_on = date(year + int(line["year_after"]), int(line["month"]), int(line["day"]))
    assumed = "hệ thống đặt" in line["note"]
    for body, commune in _filers_by_law(line["filer"], province, today):
        yield Owed(
            line["title"], year, due_on, line["recipient"], line["basis"], assumed, body, commune, rule=line["key"]
        )


@cache
def legal_duties() -> list[dict[str, str]]:
    """Read what the law asks for every year."""
    with (settings.REFERENCE / "legal_duties.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Filer = tuple[Organisation | None, Place | None]


def filers_of(body: Organisation, province: Place, today: date) -> Iterator[Filer]:
    """Give who owes a body's duty today: each operator or commune of a group, or the body that took its duties over."""
    key = (body.key or "").rpartition("/")[2]
    if body.kind == Organisation.Kind.OPERATOR or key == OPERATORS:
        yield from _filers_by_law("operator", province, today)
    elif key == COMMUNES:
        yield from _filers_by_law("commune", province, today)
    elif body.kind != Organisation.Kind.GROUP:
        yield body_on(body, today), None


def _filers_by_law(filer: str, province: Place, today: date) -> Iterator[Filer]:
    if filer == "operator":
        for operator in operators_at_work(province, today):
            yield operator, None
    elif filer == "commune":
        for commune in Place.objects.communes().in_force(today).filter(province=province).order_by("sort_key"):
            yield None, commune
    else:
        department = Organisation.objects.in_force(today).filter(
            province=province, kind=Organisation.Kind.DEPARTMENT, name__contains="Khoa học và Công nghệ"
        )
        yield from ((body, None) for body in department.order_by("pk")[:1])


def operators_at_work(province: Place, today: date) -> Iterable[Organisation]:
    """List the operators that have a station in the province."""
    at_work = Station.objects.filter(mast__province=province).values("operator")
    return Organisation.objects.operators().in_force(today).filter(pk__in=at_work).order_by("sort_key")


def people_owing(obligation: Obligation) -> list[Person]:
    """List who can answer: the body's people, a commune's, or for the department's own its officers."""
    if obligation.commune is not None:
        holders = people_with(permission=ANSWER_OBLIGATION, province=obligation.province)
        return [person for person in holders if person.has_perm(ANSWER_OBLIGATION, obligation) and _of_commune(person)]
    assert obligation.body is not None
    if obligation.body.kind == Organisation.Kind.OPERATOR:
        return people_of(organisation=obligation.body, province=obligation.province)
    return people_with(permission=EXCUSE, province=obligation.province)


def _of_commune(person: Person) -> bool:
    return person.grants.filter(place__isnull=False).exists()


@reminds(RULE, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
def obligation_due(clock: Clock) -> About | None:
    """The body must answer; the department hears of it when it does not."""
    found = Obligation.objects.whole().filter(clock=clock).first()
    if found is None:
        return None
    above = people_with(permission=EXCUSE, province=found.province)
    return About(people_owing(found), f"{found.title}, {found.filer}", found.get_absolute_url(), above)


@transaction.atomic
def answer_obligation(*, actor: Person, obligation: Obligation, words: str, file: StoredFile | None) -> Obligation:
    """Answer with the paper's number, a file, or both. Raises ValidationError for one that ended, or with neither."""
    row = _running(obligation)
    if not actor.has_perm(ANSWER_OBLIGATION, row):
        raise PermissionDenied
    if not words.strip() and file is None:
        raise ValidationError("Ghi số ký hiệu của văn bản đã gửi, hoặc kèm tệp.")
    return _end(row, State.DONE, actor, words, file)


@transaction.atomic
def excuse_obligation(*, actor: Person, obligation: Obligation, reason: str) -> Obligation:
    """Excuse a body from what it owes, with a reason. Raises ValidationError without one, or for one that ended."""
    row = _running(obligation)
    _require_department(actor, row)
    if not reason.strip():
        raise ValidationError("Ghi lý do miễn.")
    return _end(row, State.EXCUSED, actor, reason)


@transaction.atomic
def reopen_obligation(*, actor: Person, obligation: Obligation, reason: str, due_on: date) -> Obligation:
    """Ask for it again until another day: what was sent does not do, or the day is moved. The reason stays."""
    row = Obligation.objects.select_for_update().select_related("province").get(pk=obligation.pk)
    _require_department(actor, row)
    if not reason.strip():
        raise ValidationError("Ghi lý do.")
    today = timezone.localdate()
    if due_on <= today:
        raise ValidationError(f"Hạn mới phải sau hôm nay ({day(today)}).")
    if row.clock.stopped_at is None:
        _stop(row.clock, "dời hạn", actor)
    row.clock = _clock_until(due_on, today, row.province, actor)
    row.state, row.ended_at, row.due_assumed, row.words = State.OPEN, None, False, reason.strip()[:500]
    sign(row, actor, "mở lại")
    row.save()
    notify(
        to=people_owing(row),
        subject=f"Hạn mới {day(due_on)}: {row.title}"[:200],
        body=reason,
        url=row.get_absolute_url(),
    )
    return row


def _running(obligation: Obligation) -> Obligation:
    row = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if row.state != State.OPEN:
        raise ValidationError("Nghĩa vụ này đã xong. Tải lại trang để xem.")
    return row


def _require_department(actor: Person, row: Obligation) -> None:
    if not actor.has_perm(EXCUSE, row.province):
        raise PermissionDenied


def _stop(clock: Clock, outcome: str, actor: Person | None) -> None:
    """Stop a clock now; one that begins in the morning may be stopped before it."""
    stop_clock(clock=clock, outcome=outcome, at=max(timezone.now(), clock.started_at), actor=actor)


def _end(row: Obligation, state: State, actor: Person | None, words: str, file: StoredFile | None = None) -> Obligation:
    _stop(row.clock, str(state.label), actor)
    row.state, row.ended_at, row.done_by, row.words = state, timezone.now(), actor, words.strip()[:500]
    row.file = file or row.file
    sign(row, actor, str(state.label))
    row.save()
    return row


@transaction.atomic
def _close_missed(today: date) -> None:
    before = timezone.make_aware(datetime.combine(today - timedelta(days=LATE_DAYS), time.min))
    for row in Obligation.objects.open().filter(clock__due_at__lte=before).select_for_update(of=("self",)):
        _end(row, State.MISSED, None, "Quá hạn lâu, không nộp.")
