"""Letting figures go out: approved by the head, published by a second person, and their parents' figures with them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Publication, Value, ValueQuerySet
from hatang.indicators.services.choosing import REPORTED, require
from hatang.indicators.services.order import kept_back, require_order
from hatang.indicators.services.parents import Touched, roll_up_again
from hatang.indicators.services.secrecy import withhold_telling
from hatang.indicators.services.storing import advance
from hatang.places.models import Place

APPROVE = "indicators.approve_value"
PUBLISH = "indicators.publish_value"


@transaction.atomic
def approve_values(*, actor: Person | None, values: ValueQuerySet) -> int:
    """Approve drafts; say how many."""
    drafts = values.known().filter(state=Value.State.DRAFT)
    _require_all(actor, APPROVE, drafts)
    require_order(drafts)
    return advance(drafts, actor=actor, to=Value.State.APPROVED, now=timezone.now())


@transaction.atomic
def publish_values(*, actor: Person | None, values: ValueQuerySet, publication: Publication | None = None) -> int:
    """Publish figures and say how many.

    A person publishes only what is approved and another person proposed; a command of the server anything. A sum over
    communes of which some are drafts is made anew without them.
    """
    waiting = values.known().exclude(state=Value.State.PUBLISHED)
    if actor is not None:
        if publication is None or publication.proposed_by_id == actor.pk:
            raise PermissionDenied("Công bố cần hai người: một người đề nghị, người khác công bố.")
        waiting = waiting.filter(state=Value.State.APPROVED, publication=publication)
        _require_all(actor, PUBLISH, waiting)
    require_order(waiting, drafts_left_out=True)
    touched, count = _touched(waiting), waiting.count()
    made_anew = kept_back(waiting)
    advance(waiting.exclude(pk__in=made_anew), actor=actor, to=Value.State.PUBLISHED, now=timezone.now())
    roll_up_again(touched, actor=actor, publish=True)
    withhold_telling(touched)
    return count


def _touched(values: ValueQuerySet) -> list[Touched]:
    """List which parents' figures are made of these, or stand among them."""
    kinds = (Place.Kind.COMMUNE, Place.Kind.PROVINCE)
    handed_in = values.filter(formula=REPORTED, place__kind__in=kinds).order_by().distinct()
    keys = list(handed_in.values_list("indicator_id", "year", "place_id"))
    places = Place.objects.select_related("province").in_bulk({place for _, _, place in keys})
    return [(indicator, year, places[place]) for indicator, year, place in keys]


def _require_all(actor: Person | None, permission: str, values: ValueQuerySet) -> None:
    for place in Place.objects.filter(pk__in=values.values("place")):
        require(actor, permission, place)
