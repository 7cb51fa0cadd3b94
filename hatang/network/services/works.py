"""Telecom plans that meet other sectors' works: found as sets, both sides told once, interest answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import shapely
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hatang.accounts.access import filter_for, scopes, scopes_in
from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.joint_works import Planned, meetings
from hatang.core.vietnamese import number
from hatang.network.models import (
    CableRoute,
    JointInterest,
    JointWork,
    LifeState,
    Mast,
    PoleLine,
    SharingRule,
    Thing,
    UndergroundWork,
)
from hatang.network.services.rules import rule
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.work.services import each_round, notify, people_of, people_with, working_calendar

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

CHANGE = "network.change_work"
OWN = "network.change_register"
MATCHED: tuple[type[Thing], ...] = (UndergroundWork, PoleLine, CableRoute, Mast)


@dataclass(frozen=True)
class JointMatch:
    """A telecom plan that meets a work: how far away, for how many metres together, how many days apart."""

    work: JointWork
    thing: Thing
    away_m: float
    common_m: float
    days_apart: int


def period(thing: Thing) -> tuple[date, date]:
    """Give from when to when a planned thing is built, as far as its dates say."""
    days = [day for day in (thing.construction_on, thing.planned_on, thing.built_on) if day]
    return min(days), max(days)


def plans_of(province: Place, on: date, only: Q | None = None) -> list[Thing]:
    """Read the things of a province that are planned or under construction, those of `only` if given."""
    found: list[Thing] = []
    for model in MATCHED:
        rows: Any = model._default_manager.filter(only or Q(), province=province)
        planned = rows.in_state(LifeState.PLANNED, LifeState.CONSTRUCTION, on=on)
        found += planned.select_related("owner", "commune").order_by("pk")
    return found


def matches(province: Place, works: Sequence[JointWork], things: Sequence[Thing], on: date) -> list[JointMatch]:
    """Give every meeting of works and telecom plans, by the distance and days that the province set."""
    near, days = rule(province, "joint.distance", on), rule(province, "joint.days", on)
    if near is None or days is None or not near.value:
        return []
    roads = [Planned(shape_of(work.shape), work.starts_on, work.ends_on) for work in works]
    plans = [Planned(shape_of(thing.shape), *period(thing)) for thing in things]
    met = meetings(roads, plans, within_m=near.value, within_days=int(days.value))
    return [JointMatch(works[m.work], things[m.telecom], m.away_m, m.common_m, m.days_apart) for m in met]


def shape_of(geometry: Any) -> Any:
    """Give a database geometry as shapely's."""
    return shapely.from_wkb(bytes(geometry.wkb))


def own_plans(person: Someone) -> Q | None:
    """Write whose plans a person may match: officers all, an operator its own; None for nobody's."""
    if not scopes(person, OWN):
        return None
    return filter_for(person, OWN, province="province_id", organisation="owner_id") | filter_for(
        person, OWN, province="province_id", organisation="operator_id"
    )


def matches_for(person: Someone, province: Place, works: Sequence[JointWork], on: date) -> list[JointMatch]:
    """Give the meetings that a person may know of: of a rival's plans an operator learns nothing, not even a count."""
    mine = own_plans(person)
    if mine is None or not works:
        return []
    return matches(province, works, plans_of(province, on, mine), on)


def common_words(found: Iterable[JointMatch]) -> str:
    """Say how many metres the meetings have in common."""
    return f"{number(sum(match.common_m for match in found))} m"


# Telling


@transaction.atomic
def tell_meetings(province: Place, on: date | None = None) -> int:
    """Tell each operator once of each work that its plans meet, and the department of whom it can bring together.

    Gives how many were told. What an operator answered on its own before stays as it is.
    """
    today = on or timezone.localdate()
    works = list(JointWork.objects.filter(province=province).to_come(today))
    if not works:
        return 0
    by_pair: dict[tuple[int, int], list[JointMatch]] = defaultdict(list)
    for match in matches(province, works, plans_of(province, today), today):
        by_pair[match.work.pk, match.thing.owner_id].append(match)
    known = set(JointInterest.objects.filter(work__in=works).values_list("work_id", "organisation_id"))
    new = {pair: found for pair, found in by_pair.items() if pair not in known}
    rows = [JointInterest(work_id=work, organisation_id=owner, told_at=timezone.now()) for work, owner in new]
    bulk_create_with_history(rows, JointInterest, default_change_reason="trùng nơi, trùng lúc")
    for found in new.values():
        tell_owner(province, found)
    tell_department(province, list(new.values()))
    return len(new)


def tell_owner(province: Place, found: list[JointMatch]) -> None:
    """Tell an operator of a work that its own plans meet."""
    work, owner = found[0].work, found[0].thing.owner
    codes = ", ".join(match.thing.code for match in found)[:300]
    body = f"{codes}: chung {common_words(found)}. Đăng ký làm cùng trên trang của công trình."
    subject = f"Có thể làm cùng {work.get_kind_display()}: {work}"
    notify(to=people_of(organisation=owner, province=province), subject=subject, body=body, url=work.get_absolute_url())


def tell_department(province: Place, new: list[list[JointMatch]]) -> None:
    """Tell the department which works have telecom plans beside them: it tells their investors."""
    by_work: dict[int, list[list[JointMatch]]] = defaultdict(list)
    for found in new:
        by_work[found[0].work.pk].append(found)
    people = people_with(permission=CHANGE, province=province) if by_work else []
    for groups in by_work.values():
        work = groups[0][0].work
        common = common_words(match for found in groups for match in found)
        body = f"{len(groups)} doanh nghiệp, chung {common}. Báo chủ đầu tư: {work.investor}. {work.contact}".strip()
        notify(to=people, subject=f"Viễn thông có thể làm cùng: {work}", body=body, url=work.get_absolute_url())


@each_round
def tell_all_meetings() -> int:
    """Tell what newly meets in every province with works to come; give how many were told."""
    to_come = JointWork.objects.to_come(timezone.localdate())
    return sum(tell_meetings(province) for province in Place.objects.filter(pk__in=to_come.values("province")))


# Acts


@transaction.atomic
def save_work(*, actor: Person, work: JointWork) -> None:
    """Save a work and tell whom it meets."""
    if not actor.has_perm(CHANGE, work):
        raise PermissionDenied
    sign(work, actor)
    work.save()
    tell_meetings(work.province)


def organisation_for(person: Someone, province: Place) -> Organisation | None:
    """Give the operator for which a person acts in a province, or None for officers and others."""
    held = [s.organisation_id for s in scopes_in(person, OWN, province.pk)]
    return Organisation.objects.filter(pk__in=[pk for pk in held if pk]).order_by("pk").first()


@transaction.atomic
def answer_work(*, actor: Person, work: JointWork, state: str, note: str) -> JointInterest:
    """Keep whether an operator wants to join a work, and tell the department when it does."""
    organisation = organisation_for(actor, work.province)
    if organisation is None:
        raise PermissionDenied
    row, _ = JointInterest.objects.select_for_update().get_or_create(work=work, organisation=organisation)
    row.state, row.note, row.answered_at, row.answered_by = state, note, timezone.now(), actor
    sign(row, actor)
    row.save()
    people = people_with(permission=CHANGE, province=work.province)
    notify(to=people, subject=f"{organisation} {row.get_state_display()}: {work}", url=work.get_absolute_url())
    return row


def last_day_to_tell(work: JointWork) -> tuple[date, SharingRule] | None:
    """Give the last day on which the party in charge may tell operators before the works begin, with its rule.

    None where the province has no such rule.
    """
    held = rule(work.province, "works.notice_days", work.starts_on)
    if held is None:
        return None
    first = work.starts_on.year - 1
    calendar = working_calendar(province_id=work.province_id, first_year=first, last_year=work.starts_on.year)
    day, left = work.starts_on, int(held.value)
    while left > 0 and day.year >= first:
        day -= timedelta(days=1)
        left -= calendar.is_working(day)
    return day, held
