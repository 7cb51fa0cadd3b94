"""What was true on a day (`on`), as the register knows it now or as it held it at an instant (`known_at`).

One way for maps, pages and exports. Today's knowledge is read from the tables, former knowledge from the history: the
newest version of each row that the register held at that instant, unless that version says that it was deleted.
Organisations and places are named as they are now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from hatang.accounts.access import filter_for
from hatang.network.audience import Audience, Viewer, seeing
from hatang.network.models import Cell, Mast, Station, Tenancy, Thing
from hatang.network.models.things import life_state

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NOT_FOR_YOU = "Chỉ cán bộ xem được cả tỉnh mới xem được sổ như ở một thời điểm trước."
DATES: dict[type[models.Model], tuple[str, str]] = {
    Station: ("on_air_on", "off_air_on"),
    Cell: ("on_air_on", "off_air_on"),
    Tenancy: ("since_on", "until_on"),
}
"""The first day of a service, and the first day on which it is no more."""


class ServiceState(models.TextChoices):
    """Where a station, a cell or a tenancy stands on a day."""

    AHEAD = "ahead", "chưa bắt đầu"
    IN_FORCE = "in_force", "đang hoạt động"
    ENDED = "ended", "đã kết thúc"


def rows_as_of(
    model: type[models.Model], *, person: Someone, on: date, known_at: datetime | None = None
) -> QuerySet[Any]:
    """Give the rows of things, stations, cells or tenancies that a person may see, each with its `state` on a day.

    Rows of things carry `audience` too: as whom the person sees each (a name of `Audience`). A row's key is `id`: with
    `known_at` the rows are versions, whose `pk` is another number and whose keys of other rows lead to nothing.
    `on` is cut to the day that the person may ask for (`Viewer.day`).
    Raises PermissionDenied for `known_at` unless the person sees everything of the province.
    """
    viewer = Viewer(person)
    if known_at is not None and not sees_former(person):
        raise PermissionDenied(NOT_FOR_YOU)
    seen = model._default_manager.visible_to(person) if known_at is None else seen_then(model, person, known_at)  # type: ignore[attr-defined]
    on = viewer.day(on)
    if not issubclass(model, Thing):
        return seen.annotate(state=service_state(model, on, known_at))
    told = viewer.rule(model) if known_at is None else Value(Audience.OFFICER.name)
    return seen.annotate(state=life_state(on), audience=told)


def sees_former(person: Someone) -> bool:
    """Tell whether a person may ask what the register held before: who sees everything of a province."""
    viewer = Viewer(person)
    return bool(viewer.scopes) and viewer.sees_all


def held(model: type[models.Model], known_at: datetime | None) -> QuerySet[Any]:
    """Give the rows that the register held at an instant, or holds now, whoever asks."""
    if known_at is None:
        return model._default_manager.all()
    versions = model.history.filter(history_date__lte=known_at)  # type: ignore[attr-defined]
    same_instant = Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    newer = versions.filter(Q(history_date__gt=OuterRef("history_date")) | same_instant, id=OuterRef("id"))
    rows: QuerySet[Any] = versions.filter(~Exists(newer)).exclude(history_type="-")
    return rows


def seen_then(model: type[models.Model], person: Someone, known_at: datetime) -> QuerySet[Any]:
    """Give the rows held at an instant that lay, as they were, where the person sees everything."""
    rows = held(model, known_at)
    if issubclass(model, Thing):
        return rows.filter(filter_for(person, "network.view_thing", province="province_id"))
    services = filter_for(person, "network.view_station", province="province_id")
    return on_things(model, rows, known_at, lambda things: things.filter(services))


Narrowing = Callable[[QuerySet[Any]], QuerySet[Any]]


def on_things(
    model: type[models.Model], rows: QuerySet[Any], known_at: datetime | None, narrowed: Narrowing
) -> QuerySet[Any]:
    """Keep the services that are on some of the things held at the instant: those that `narrowed` keeps."""
    masts = narrowed(held(Mast, known_at)).values("id")
    stations = held(Station, known_at).filter(mast__in=masts).values("id")
    if model is Station:
        return rows.filter(mast__in=masts)
    if model is Cell:
        return rows.filter(station__in=stations)
    found = Q(station__in=stations)
    for link in Tenancy.LINKS[:-1]:
        target: Any = Tenancy._meta.get_field(link).related_model
        found |= Q(**{f"{link}__in": narrowed(held(target, known_at)).values("id")})
    return rows.filter(found)


def service_state(model: type[models.Model], on: date, known_at: datetime | None) -> Case:
    """Write a service's state on a day; a cell works only while its station does."""
    begin, end = DATES[model]
    begun, ended = Q(**{f"{begin}__lte": on}), Q(**{f"{end}__lte": on})
    if model is Cell:
        station = held(Station, known_at).filter(id=OuterRef("station_id"))
        begun &= Q(Exists(station.filter(on_air_on__lte=on)))
        ended |= Q(Exists(station.filter(off_air_on__lte=on)))
    return Case(
        When(ended, then=Value(ServiceState.ENDED.value)),
        When(begun, then=Value(ServiceState.IN_FORCE.value)),
        default=Value(ServiceState.AHEAD.value),
        output_field=models.CharField(),
    )


def told_then(
    link: str, model: type[models.Model], field: str, *, person: Someone, known_at: datetime | None
) -> Subquery:
    """Write a field of the row that a link names, as it was; nothing where the person may not know it."""
    rows = rows_as_of(model, person=person, on=date.max, known_at=known_at)
    if issubclass(model, Thing):
        rows = rows.filter(seeing(field))
    return Subquery(rows.filter(id=OuterRef(f"{link}_id")).values(field)[:1])
