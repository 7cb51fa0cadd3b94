"""Letting figures go out: approved, published, and their parents' figures with them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Value, ValueQuerySet
from hatang.indicators.services.choosing import REPORTED, require
from hatang.indicators.services.parents import Touched, roll_up_again
from hatang.indicators.services.storing import advance
from hatang.places.models import Place


@transaction.atomic
def approve_values(*, actor: Person | None, values: ValueQuerySet) -> int:
    """Approve drafts; say how many."""
    drafts = values.known().filter(state=Value.State.DRAFT)
    _require_all(actor, drafts)
    return advance(drafts, actor=actor, to=Value.State.APPROVED, now=timezone.now())


@transaction.atomic
def publish_values(*, actor: Person | None, values: ValueQuerySet) -> int:
    """Publish figures, drafts included: publishing them approves them; say how many."""
    waiting = values.known().exclude(state=Value.State.PUBLISHED)
    _require_all(actor, waiting)
    touched = _touched(waiting)
    count = advance(waiting, actor=actor, to=Value.State.PUBLISHED, now=timezone.now())
    roll_up_again(touched, actor=actor, publish=True)
    return count


def _touched(values: ValueQuerySet) -> list[Touched]:
    """List which parents' figures are made of these, or stand among them."""
    kinds = (Place.Kind.COMMUNE, Place.Kind.PROVINCE)
    handed_in = values.filter(formula=REPORTED, place__kind__in=kinds).order_by().distinct()
    keys = list(handed_in.values_list("indicator_id", "year", "place_id"))
    places = Place.objects.select_related("province").in_bulk({place for _, _, place in keys})
    return [(indicator, year, places[place]) for indicator, year, place in keys]


def _require_all(actor: Person | None, values: ValueQuerySet) -> None:
    for place in Place.objects.filter(pk__in=values.values("place")):
        require(actor, "indicators.approve_value", place)
