"""What a figure lacks that is added up over operators' returns, and what of it the platform itself can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from hatang.indicators.models import Return, ReturnCell, ReturnForm, ReturnStep, Value
from hatang.indicators.services.choosing import REPORTED
from hatang.indicators.services.contributions import sources_of
from hatang.indicators.services.storing import ROLLED_UP
from hatang.places.models import Place
from hatang.sensors.models import Thing, ThingState

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

ANSWERED = Q(numerator__isnull=False) | Q(value__isnull=False) | Q(none_here=True)
"""An answer of a return; “không có” is one."""
IOT_CONNECTIONS = "iot-connections-per-person"


@dataclass(frozen=True)
class LeftOut:
    """Operators that are not in a figure, as far as the person may know them; each with why it was not waited for."""

    named: list[tuple[str, str]]


@dataclass(frozen=True)
class Registered:
    """How many things that a person may see are at work; they are beside the figure, never added to it."""

    count: int
    simulated: bool


def left_out_of(*, value: Value, person: Someone) -> LeftOut | None:
    """Say which operators a figure lacks; None where it lacks none, or does not come from operators' returns.

    That somebody is missing is said to everybody; who, to those who see the return.
    """
    if value.formula != REPORTED or not (value.period_id or value.source == ROLLED_UP):
        return None
    periods = {period for period, _, _ in sources_of([value])[value.pk]}
    told = ReturnCell.objects.of_operators().filter(ANSWERED, item__indicator=value.indicator_id)
    asked = Return.objects.filter(period__in=periods, organisation__isnull=False)
    asked = asked.filter(period__form__filer=ReturnForm.Filer.OPERATOR)
    missing = asked.exclude(pk__in=told.filter(of_return__period__in=periods).values("of_return"))
    if not missing.exists():
        return None
    rows = missing.visible_to(person).select_related("organisation").order_by("organisation__sort_key")
    words = reasons([row.pk for row in rows])
    return LeftOut([(str(row.organisation), words.get(row.pk, "")) for row in rows])


def reasons(returns: list[object]) -> dict[object, str]:
    """Give why returns were not waited for: the words of the last step that changed no state."""
    steps = ReturnStep.objects.filter(of_return__in=returns, before=F("after")).order_by("at", "pk")
    return dict(steps.values_list("of_return", "words"))


def registered_things(*, value: Value, person: Someone) -> Registered | None:
    """Count the province's things at work beside the figure of IoT connections."""
    if value.indicator.code != IOT_CONNECTIONS or value.place.kind != Place.Kind.PROVINCE:
        return None
    things = Thing.objects.visible_to(person).filter(province=value.place_id, state=ThingState.ACTIVE)
    return Registered(things.count(), things.filter(simulated=True).exists())
