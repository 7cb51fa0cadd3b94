"""What the wall of the operations centre shows: targets by state, things and alerts, late tasks, outages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Value, When

from hatang.core.vietnamese import number
from hatang.pages.features import collection, feature, point
from hatang.places.models import Place
from hatang.plans.models import OPEN_STATES, Task
from hatang.plans.services import finding, governing_only, progress_of
from hatang.plans.states import AT_RISK, MISSED
from hatang.quality.models import Outage
from hatang.sensors.models import Alert, Datastream, Thing, ThingState, ThresholdLevel
from hatang.web.services.standing import Tally, tally

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

LINES = 4
"""So many of each list can be read from five metres."""
FEW = 3
"""So many targets stand below the count of all, and so many alerts beside the map."""
MOST_COUNTED = 1000
MOST_ON_MAP = 2000
SEVERITY = [ThresholdLevel.DANGER, ThresholdLevel.WARNING, ThresholdLevel.NOTICE]
WORST_FIRST = Case(
    *(When(level=level, then=Value(place)) for place, level in enumerate(SEVERITY)), output_field=IntegerField()
)


@dataclass(frozen=True)
class Counted:
    """How many there are, in words that say if there are more than were counted, and the first lines of them."""

    count: int
    rows: Sequence[Any]

    @property
    def words(self) -> str:
        """Write how many."""
        return f"hơn {number(MOST_COUNTED)}" if self.count > MOST_COUNTED else number(self.count)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Targets:
    """The targets by state, and those that need somebody."""

    finding: str
    tally: Tally
    worst: list[Any]
    simulated: bool


@dataclass(frozen=True)
class Present:
    """What goes on now."""

    things: int
    heard: int
    alerts: Counted
    tasks: Counted
    outages: Counted
    shapes: dict[str, Any]
    simulated: bool
    at: datetime


@dataclass(frozen=True)
class LateTask:
    """A task and by how many days it is late."""

    task: Task
    days: int


def targets_of(province: Place, *, person: Someone, today: date) -> Targets:
    """Say how the province's targets stand."""
    progress = governing_only(progress_of(province, today=today, person=person))
    worst = sorted(
        (p for p in progress if p.state in (MISSED, AT_RISK)), key=lambda p: (p.state != MISSED, p.target.year)
    )
    simulated = any(p.simulated or any(v.simulated for v in p.series) for p in progress)
    said = finding(progress, today=today) if progress else "Chưa có mục tiêu nào để theo dõi."
    return Targets(said, tally(progress), worst[:FEW], simulated)


def present_of(province: Place, *, person: Someone, now: datetime, today: date) -> Present:
    """Say what goes on in the province now."""
    alerts, things = open_alerts(province, person), live_things(province, person)
    tasks, outages = late_tasks(province, person, today), open_outages(province, person)
    told = latest_of(province, person)
    shown = [*alerts.rows, *(one.task for one in tasks.rows), *outages.rows, *things]
    return Present(
        things=len(things),
        heard=sum(thing.pk in told and now - told[thing.pk] <= timedelta(days=1) for thing in things),
        alerts=Counted(alerts.count, alerts.rows[:FEW]),
        tasks=tasks,
        outages=outages,
        shapes=shapes_of(things, alerts.rows),
        simulated=any(row.simulated for row in shown),
        at=now,
    )


def live_things(province: Place, person: Someone) -> list[Thing]:
    """List the things at work that the person may see."""
    rows = Thing.objects.visible_to(person).filter(province=province, state=ThingState.ACTIVE)
    return list(rows.order_by("pk")[:MOST_ON_MAP])


def latest_of(province: Place, person: Someone) -> dict[int, datetime]:
    """Give the moment of each thing's latest value."""
    rows = Datastream.objects.visible_to(person).filter(thing__province=province).exclude(last_at=None)
    latest: dict[int, datetime] = {}
    for thing, at in rows.order_by("last_at").values_list("thing", "last_at")[: 4 * MOST_ON_MAP]:
        latest[thing] = at or latest[thing]
    return latest


def open_alerts(province: Place, person: Someone) -> Counted:
    """List the open alerts, the worst first, then the newest."""
    rows = Alert.objects.visible_to(person).filter(closed_at=None, stream__thing__province=province)
    rows = rows.select_related("stream__thing__commune").order_by(WORST_FIRST, "-raised_at", "pk")
    found = list(rows[: MOST_COUNTED + 1])
    return Counted(len(found), found)


def late_tasks(province: Place, person: Someone, today: date) -> Counted:
    """List the tasks that are late, the longest first."""
    rows = Task.objects.visible_to(person).filter(plan__province=province, due_on__lt=today, state__in=OPEN_STATES)
    rows = (
        rows.exclude(pk__in=Task.objects.superseded(today).values("pk")).select_related("lead").order_by("due_on", "pk")
    )
    found = list(rows[: MOST_COUNTED + 1])
    return Counted(len(found), [LateTask(task, (today - task.due_on).days) for task in found[:LINES] if task.due_on])


def open_outages(province: Place, person: Someone) -> Counted:
    """List the outages that go on, the longest first."""
    rows = Outage.objects.visible_to(person).filter(province=province, ended_at=None).counting()
    found = list(rows.whole().distinct().order_by("began_at", "pk")[: MOST_COUNTED + 1])
    return Counted(len(found), found[:LINES])


def shapes_of(things: Sequence[Thing], alerts: Sequence[Alert]) -> dict[str, Any]:
    """Give the things on the map, each with its worst open alert."""
    worst: dict[int, Alert] = {}
    for alert in alerts:
        worst.setdefault(alert.stream.thing_id, alert)
    return collection(
        feature(
            point(round(thing.lon, 5), round(thing.lat, 5)),
            name=str(worst[thing.pk].stream.thing.commune or thing.name) if thing.pk in worst else "",
            sort=str(worst[thing.pk].level) if thing.pk in worst else "fine",
        )
        for thing in things
        if thing.lon is not None and thing.lat is not None
    )
