"""The figures of a province, and of those it came from, that are made of what its communes handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import REPORTED, province_answering
from hatang.indicators.services.order import waiting_above
from hatang.indicators.services.rolling import ADDED_UP, ChildSums, child_sums, rolled_up
from hatang.indicators.services.storing import ROLLED_UP, store
from hatang.indicators.services.years import day_of
from hatang.places.models import Place

Touched = tuple[int, int, Place]


@dataclass(frozen=True)
class Territory:
    """A province with today's communes and the provinces it came from."""

    province: Place
    communes: list[Place]
    formers: list[Place]
    day: date

    @classmethod
    def of(cls, province: Place, *, on: date, today: date) -> Territory:
        """Read the territory in two queries."""
        communes = list(Place.objects.communes().in_force(today).filter(province=province))
        ids = {c.former_province_id for c in communes if c.former_province_id not in (None, province.pk)}
        formers = Place.objects.filter(pk__in=[pk for pk in ids if pk])
        return cls(province, communes, list(formers), on)

    def restated(self, place: Place) -> bool:
        """Whether the place did not exist on the day, so that its figure is restated for its territory."""
        begun = place.valid_from is None or place.valid_from <= self.day
        return not (begun and (place.valid_to is None or place.valid_to >= self.day))

    def children(self, parent: Place) -> list[Place]:
        """Give the communes of the province or of a former one."""
        if parent.pk == self.province.pk:
            return self.communes
        return [c for c in self.communes if c.former_province_id == parent.pk]


def indicators_in_force(on: date) -> QuerySet[Indicator]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return Indicator.objects.filter(begun).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=date(on.year, 1, 1)))


def roll_up_again(
    touched: Iterable[Touched], *, actor: Person | None, publish: bool, today: date | None = None
) -> None:
    """Make the parents' figures anew after some (indicator, year, place) changed.

    What goes out is made of published figures only, and approved by who publishes those; a draft is the system's own,
    not of who recorded a commune. A commune that is no more is part of no province's figure of today. While
    returns are waited for below, the parents stay drafts.
    """
    today = today or timezone.localdate()
    gathered: dict[tuple[Place, int], set[int]] = defaultdict(set)
    for indicator_id, year, place in touched:
        if place.kind == Place.Kind.PROVINCE or place.valid_to is None:
            gathered[province_answering(place), year].add(indicator_id)
    for (province, year), ids in gathered.items():
        on = day_of(year, today)
        territory = Territory.of(province, on=on, today=today)
        wanted = indicators_in_force(on).filter(pk__in=ids)
        waiting = waiting_above(province, ids, year) if publish else set()
        rows = rolled_values(territory, wanted.exclude(pk__in=waiting), published=publish)
        store(rows, actor=actor if publish else None, publish=publish)
        if waiting:
            store(rolled_values(territory, wanted.filter(pk__in=waiting), published=False), actor=None, publish=False)


def rolled_values(territory: Territory, indicators: QuerySet[Indicator], *, published: bool) -> list[Value]:
    """Make parents' figures from those that communes handed in, but where the parent has its own."""
    rows, year = [], territory.day.year
    wanted = list(indicators.filter(rollup__in=ADDED_UP))
    for parent in [territory.province, *territory.formers]:
        children = territory.children(parent)
        handed_in = Value.objects.filter(formula=REPORTED, year=year, place__in=[c.pk for c in children])
        found = child_sums(handed_in.last_published() if published else handed_in.known())
        standing = Value.objects.known().filter(place=parent, year=year, formula=REPORTED, value__isnull=False)
        made = dict(standing.values_list("indicator_id", "source"))
        for indicator in wanted:
            own = made.get(indicator.pk, ROLLED_UP) != ROLLED_UP
            if not own and (indicator.pk in made or (indicator.pk, REPORTED) in found):
                rows.append(_rolled_value(territory, parent, indicator, found, len(children)))
    return rows


def _rolled_value(
    territory: Territory,
    parent: Place,
    indicator: Indicator,
    found: dict[tuple[int, str], ChildSums],
    children: int,
) -> Value:
    sums = rolled_up(indicator, REPORTED, found, children)
    return Value(
        indicator=indicator,
        place=parent,
        year=territory.day.year,
        on=territory.day,
        numerator=sums.numerator,
        denominator=sums.denominator,
        value=sums.value,
        missing_children=sums.missing_children,
        how=sums.how,
        simulated=sums.simulated,
        restated=territory.restated(parent),
        source=ROLLED_UP,
    )
