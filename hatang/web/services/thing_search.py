"""Find things of the network by code, place and address, among those of which the person may know the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, FloatField, Q, Value, When
from django.db.models.functions import Concat
from django.urls import reverse

from hatang.network.audience import Viewer, seeing
from hatang.network.kinds import TABLE, Kind
from hatang.places.services.search import starts_word

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

COLUMNS = ("hit_kind", "pk", "code", "hit_commune", "hit_owner", "hit_lon", "hit_lat", "simulated")
LABELS = {kind.key: kind.label for kind in TABLE}


@dataclass(frozen=True)
class ThingHit:
    """A thing that was found; `lon` and `lat` where the person may know them exactly."""

    kind: str
    pk: int
    code: str
    commune: str
    owner: str
    lon: float | None
    lat: float | None
    simulated: bool

    @property
    def label(self) -> str:
        """The name of its kind."""
        return LABELS[self.kind]

    def get_absolute_url(self) -> str:
        """Give the address of its page."""
        return reverse("network:thing", args=[self.kind, self.pk])


def find_things(words: Sequence[str], *, person: Someone, limit: int) -> list[ThingHit]:
    """Find things in whose code, address or commune every word begins a word; one query, by code.

    A hit would tell a code or an address, so who may not see a thing's code does not find it, nor by an address that
    they may not see.
    """
    viewer = Viewer(person)
    if not words or not viewer.scopes:
        return []
    first, *more = (rows_of(kind, words, viewer, person) for kind in TABLE)
    found = first.union(*more, all=True).order_by("code", "hit_kind", "pk")[:limit]
    return [ThingHit(*row) for row in found]


def rows_of(kind: Kind, words: Sequence[str], viewer: Viewer, person: Someone) -> Any:
    """Give one kind's finds as columns that all kinds share."""
    rows = kind.objects.visible_to(person).annotate(audience=viewer.rule(kind.model)).filter(seeing("code"))
    for word in words:
        known = (starts_word("search_key", word) & seeing("address")) | Q(code__icontains=word)
        rows = rows.filter(known | Q(commune__search_key__contains=word))
    nowhere = Value(None, output_field=FloatField())
    lon, lat = (nowhere if kind.is_line else Case(When(seeing("point"), then=F(name))) for name in ("lon", "lat"))
    named = Concat(F("commune__title"), Value(" "), F("commune__name"), output_field=CharField())
    told = {"hit_kind": Value(kind.key), "hit_commune": named, "hit_owner": F("owner__name")}
    return rows.order_by().annotate(**told, hit_lon=lon, hit_lat=lat).values_list(*COLUMNS)
