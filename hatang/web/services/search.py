"""One search over places, indicators, plans and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.indicators.models import Indicator
from hatang.places.services import PlaceHit, search_places
from hatang.plans.models import Plan

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

MOST = 20


@dataclass(frozen=True)
class Found:
    """What a search found, by kind."""

    places: list[PlaceHit] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things were found."""
        return len(self.places) + len(self.indicators) + len(self.plans) + len(self.organisations)


def find(text: str, *, person: Someone, today: date, limit: int = MOST) -> Found:
    """Search without accents; empty text finds nothing."""
    words = search_key(text[:100]).split()
    if not words:
        return Found()
    bodies = Organisation.objects.visible_to(person).select_related("province")
    for word in words:
        bodies = bodies.filter(search_key__contains=word)
    return Found(
        places=search_places(text, on=today, limit=limit),
        indicators=holding(words, Indicator.objects.all(), ("name", "short_name"))[:limit],
        plans=holding(words, Plan.objects.visible_to(person).select_related("province"), ("title", "number"))[:limit],
        organisations=list(bodies.order_by("sort_key")[:limit]),
    )


def holding(words: Iterable[str], rows: Iterable[Any], fields: Iterable[str]) -> list[Any]:
    """Keep the rows whose fields hold every word; indicators and plans are few, so they are read."""
    wanted, read = list(words), list(fields)
    texts = ((row, search_key(" ".join(getattr(row, name) for name in read))) for row in rows)
    return [row for row, text in texts if all(word in text for word in wanted)]
