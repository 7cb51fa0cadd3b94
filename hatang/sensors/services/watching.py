"""Watching: rules held against the latest values; alerts raised once, told, told higher up, closed by themselves.

An episode begins when a rule becomes true and ends when the value is back past the level at which it clears, whoever
closed its alert before: so nobody is told of the same thing twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import moment, number
from hatang.sensors.models import (
    CHANGE,
    VIEW,
    Alert,
    AlertState,
    Thing,
    ThingState,
    Threshold,
    ThresholdKind,
)
from hatang.work.services import each_round, notify, people_of, people_with

AT_ONCE = 2000
A_MOMENT = timedelta(microseconds=1)


@dataclass
class Watched:
    """What one look at the rules did."""

    looked: int = 0
    raised: int = 0
    closed: int = 0
    escalated: int = 0


@each_round
def watch_all() -> Watched:
    """Hold every rule in use against the latest value of its stream."""
    return watch(Threshold.objects.all())


def watch_time(now: datetime | None = None) -> Watched:
    """Hold the rules that time alone can change: of silence, of what must last, of alerts that nobody took on."""
    return watch(Threshold.objects.filter(Q(kind=ThresholdKind.ABSENT) | Q(true_since__isnull=False)), now=now)


def watch(thresholds: QuerySet[Threshold], *, now: datetime | None = None) -> Watched:
    """Hold rules against the latest values; to do it again at once changes nothing."""
    now, done = now or timezone.now(), Watched()
    rules = thresholds.filter(is_active=True, stream__thing__state=ThingState.ACTIVE)
    rules = rules.select_related("stream__thing__owner", "stream__thing__province").annotate(
        last=Max("alerts__raised_at")
    )
    opened = Alert.objects.filter(closed_at=None, threshold__isnull=False)
    alerts = {alert.threshold_id: alert for alert in opened.filter(threshold__in=thresholds.values("pk"))}
    for rule in rules.order_by("pk").iterator(chunk_size=AT_ONCE):
        done.looked += 1
        hold(rule, alerts.get(rule.pk), now, done)
    return done


def hold(rule: Threshold, alert: Alert | None, now: datetime, done: Watched) -> None:
    """Hold one rule against its stream's latest value."""
    since = true_from(rule, now)
    if since is None:
        if rule.true_since is not None:
            Threshold.objects.filter(pk=rule.pk).update(true_since=None)
        if alert is not None:
            end(alert, at=now)
            done.closed += 1
        return
    last: datetime | None = rule.last  # type: ignore[attr-defined]
    if rule.true_since is None:
        rule.true_since = max(since, last + A_MOMENT) if last else since
        Threshold.objects.filter(pk=rule.pk).update(true_since=rule.true_since)
    if alert is not None:
        grow(alert, rule)
        done.escalated += escalate(alert, rule, now)
    elif now - rule.true_since >= timedelta(minutes=rule.hold_minutes) and not (last and last >= rule.true_since):
        done.raised += raise_alert(rule, now) is not None


def true_from(rule: Threshold, now: datetime) -> datetime | None:
    """Say from when on a rule is true, as far as the latest value tells; nothing where it is not true."""
    stream = rule.stream
    if rule.kind == ThresholdKind.ABSENT:
        due = (stream.last_at or stream.heard_at or now) + timedelta(minutes=rule.absent_minutes or 0)
        return due if due <= now else None
    value = stream.last_result
    if value is None or stream.last_at is None or rule.limit is None:
        return None
    level = rule.limit if rule.true_since is None or rule.clear_limit is None else rule.clear_limit
    beyond = value > level if rule.kind == ThresholdKind.ABOVE else value < level
    return min(stream.last_at, now) if beyond else None


def raise_alert(rule: Threshold, now: datetime) -> Alert | None:
    """Raise a rule's alert and tell the people; nothing where another process was quicker."""
    value = None if rule.kind == ThresholdKind.ABSENT else rule.stream.last_result
    alert = Alert(
        threshold=rule,
        stream=rule.stream,
        title=title_of(rule)[:300],
        level=rule.level,
        raised_at=now,
        value=value,
        worst=value,
        simulated=rule.stream.thing.simulated,
    )
    try:
        with transaction.atomic():
            alert.save()
            if tell(alert, rule.people.all()):
                alert.notified_at = now
                alert.save()
    except IntegrityError:
        return None
    return alert


def title_of(rule: Threshold) -> str:
    """Say what happened, where: the rule's name, the thing, the value."""
    stream = rule.stream
    if rule.kind == ThresholdKind.ABSENT:
        heard = f"lần cuối {moment(stream.last_at)}" if stream.last_at else "chưa có số đo nào"
        return f"{rule.name}, {stream.thing.name}: {heard}"
    return f"{rule.name}, {stream.thing.name}: {number(stream.last_result, 2)} {stream.unit_symbol}".rstrip()


def tell(alert: Alert, people: Iterable[Person]) -> int:
    """Tell the people of an alert who may see it, or who keeps the thing where nobody is named; give how many."""
    thing = alert.stream.thing
    named = list(people) or keepers_of(thing)
    told = [person for person in named if thing.public or person.has_perm(VIEW, thing)]
    mark = "DỮ LIỆU MÔ PHỎNG. " if alert.simulated else ""
    body = f"{mark}Mức độ: {alert.get_level_display()}. Bắt đầu lúc {moment(alert.raised_at)}."
    return len(notify(to=told, subject=alert.title, body=body, url=alert_address(alert)))


def keepers_of(thing: Thing) -> list[Person]:
    """Give the people who keep a thing: its owner's, or those of the province."""
    if thing.owner is not None:
        own = people_of(organisation=thing.owner, province=thing.province)
        return [person for person in own if person.has_perm(CHANGE, thing)]
    return people_with(permission=CHANGE, province=thing.province)


def alert_address(alert: Alert) -> str:
    """Give the page of an alert."""
    return reverse("sensors:alert", args=[alert.pk])


def grow(alert: Alert, rule: Threshold) -> None:
    """Keep the worst value so far."""
    value = rule.stream.last_result
    if rule.kind == ThresholdKind.ABSENT or value is None:
        return
    worst = alert.worst
    pick = max if rule.kind == ThresholdKind.ABOVE else min
    if worst is None or pick(worst, value) != worst:
        Alert.objects.filter(pk=alert.pk).update(worst=value)


def escalate(alert: Alert, rule: Threshold, now: datetime) -> int:
    """Tell those higher up of an alert that nobody took on in time; give 1 where that was done now."""
    waits = alert.state == AlertState.OPEN and alert.escalated_at is None and rule.escalate_minutes
    if not waits or now - alert.raised_at < timedelta(minutes=rule.escalate_minutes or 0):
        return 0
    alert.stream = rule.stream
    higher = list(rule.escalate_to.all()) or people_with(permission=CHANGE, province=rule.stream.thing.province)
    with transaction.atomic():
        alert.escalated_at = now
        alert.save()
        tell(alert, higher)
    return 1


def end(alert: Alert, *, at: datetime) -> None:
    """Close an alert by itself: the value is back."""
    alert.state, alert.closed_at = AlertState.CLOSED, max(at, alert.raised_at)
    alert.save()
