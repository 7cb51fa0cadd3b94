"""One search over places, indicators, plans, organisations and things of the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.db.models.functions import Coalesce

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.indicators.models import Indicator, Value
from hatang.places.models import Place
from hatang.places.services import PlaceHit, search_places
from hatang.places.services.search import starts_word
from hatang.plans.models import Plan
from hatang.web.services.thing_search import ThingHit, find_things

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

MOST = 20


@dataclass(frozen=True)
class IndicatorHit:
    """An indicator that was found, and the province in which it opens (None: no province has anything on it)."""

    indicator: Indicator
    province: Place | None


@dataclass(frozen=True)
class Found:
    """What a search found, by kind; `cut` names the kinds of which there is more."""

    places: list[PlaceHit] = field(default_factory=list)
    indicators: list[IndicatorHit] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    things: list[ThingHit] = field(default_factory=list)
    cut: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """How many things were found."""
        kinds = (self.places, self.indicators, self.plans, self.organisations, self.things)
        return sum(len(found) for found in kinds)

    @property
    def simulated(self) -> bool:
        """Whether a place or a thing among them is simulated."""
        return any(hit.place.simulated for hit in self.places) or any(hit.simulated for hit in self.things)


def find(
    text: str,
    *,
    person: Someone,
    today: date,
    limit: int = MOST,
    province: Place | None = None,
    unfinished: bool = False,
) -> Found:
    """Search without accents; empty text finds nothing. Indicators open in `province` if it is given."""
    words = search_key(text[:100]).split()
    if not words:
        return Found()
    plans = Plan.objects.visible_to(person).select_related("province")
    found: dict[str, list[Any]] = {
        "places": search_places(text, on=today, limit=limit + 1, unfinished=unfinished),
        "indicators": holding(words, Indicator.objects.all(), ("name", "short_name")),
        "plans": holding(words, plans, ("title", "number")),
        "organisations": organisations(words, person),
        "things": find_things(words, person=person, limit=limit + 1),
    }
    cut = frozenset(kind for kind, rows in found.items() if len(rows) > limit)
    kept = {kind: rows[:limit] for kind, rows in found.items()}
    kept["indicators"] = placed_indicators(kept["indicators"], person=person, province=province)
    return Found(**kept, cut=cut)


def organisations(words: Iterable[str], person: Someone) -> list[Organisation]:
    """Find organisations by the words of their names."""
    bodies = Organisation.objects.visible_to(person).select_related("province").order_by("sort_key")
    for word in words:
        bodies = bodies.filter(starts_word("search_key", word))
    return holding(words, bodies, ("name", "short_name"))


def holding(words: Iterable[str], rows: Iterable[Any], fields: Iterable[str]) -> list[Any]:
    """Keep the rows in which every word begins a word; where some hold the words whole, only those.

    These rows are few, so they are read.
    """
    wanted, read = list(words), list(fields)
    texts = [(row, f" {search_key(' '.join(getattr(row, name) for name in read))} ") for row in rows]
    begun = [(row, text) for row, text in texts if all(f" {word}" in text for word in wanted)]
    whole = [row for row, text in begun if all(f" {word} " in text for word in wanted)]
    return whole or [row for row, _ in begun]


def placed_indicators(
    indicators: Sequence[Indicator], *, person: Someone, province: Place | None
) -> list[IndicatorHit]:
    """Give each indicator the province where it opens: the given one, else the one with most figures, else a plan's."""
    if province or not indicators:
        return [IndicatorHit(indicator, province) for indicator in indicators]
    richest = richest_provinces(indicators, person)
    known = Place.objects.in_bulk(set(richest.values()))
    plan = Plan.objects.visible_to(person).select_related("province").order_by("province__sort_key").first()
    spare = plan.province if plan else None
    return [IndicatorHit(i, known[richest[i.pk]] if i.pk in richest else spare) for i in indicators]


def richest_provinces(indicators: Sequence[Indicator], person: Someone) -> dict[int, int]:
    """Say for each indicator which of today's provinces has most figures that the person may see."""
    values = Value.objects.visible_to(person).known().filter(indicator__in=indicators, value__isnull=False)
    here = values.filter(place__valid_to__isnull=True).order_by()
    counts = here.values("indicator", holder=Coalesce("place__province", "place")).annotate(count=Count("pk"))
    ordered = counts.order_by("count", "-holder").values_list("indicator", "holder")
    return dict(ordered)
