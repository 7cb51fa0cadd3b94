"""Who contributed how much to a figure that operators' returns add up to: what the rule of secrecy has to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hatang.indicators.models import Indicator, Return, ReturnCell, Value
from hatang.indicators.services.choosing import REPORTED, administered_by
from hatang.indicators.services.storing import ROLLED_UP
from hatang.places.models import Place

Contributions = list[tuple[int, float]]
"""An organisation's key and its amount: the numerator of a ratio, otherwise what it counted; the largest first."""


def contributions_of(value: Value) -> Contributions:
    """Give what each operator contributed to one figure; nothing where it does not come from operators' returns."""
    return contributions_by([value])[value.pk]


def contributions_by(values: Iterable[Value]) -> dict[int, Contributions]:
    """Give what each operator contributed to some figures, in three queries.

    A figure added up from communes is contributed to by who contributed to theirs. Answers count as they stand in
    approved returns.
    """
    rows = list(values)
    sources = sources_of(rows)
    amounts = amounts_by({source for of in sources.values() for source in of})
    told: dict[int, Contributions] = {}
    for row in rows:
        added: dict[int, float] = defaultdict(float)
        for source in sources[row.pk]:
            for organisation_id, amount in amounts.get(source, ()):
                added[organisation_id] += amount
        told[row.pk] = sorted(added.items(), key=lambda pair: (-pair[1], pair[0]))
    return told


Source = tuple[int, int, int]
"""The period, indicator and place of a figure that returns told."""


def sources_of(rows: list[Value]) -> dict[int, list[Source]]:
    """Give, for each figure, the figures told by returns of which it is made: itself, or those of its communes."""
    above = [row for row in rows if row.source == ROLLED_UP]
    provinces = {row.pk: administered_by(row.place).pk for row in above}
    children = Value.objects.known().filter(
        formula=REPORTED,
        period__isnull=False,
        place__province__in=set(provinces.values()),
        indicator__in={row.indicator_id for row in above},
        year__in={row.year for row in above},
    )
    below = defaultdict(list)
    fields = ("indicator_id", "year", "place__province_id", "place__former_province_id", "period_id", "place_id")
    for indicator, year, province, former, period, place in children.values_list(*fields):
        below[indicator, year, province].append((former, (period, indicator, place)))
    found = {row.pk: [(row.period_id, row.indicator_id, row.place_id)] for row in rows if row.period_id}
    for row in above:
        whole = provinces[row.pk] == row.place_id
        of = below[row.indicator_id, row.year, provinces[row.pk]]
        found[row.pk] = [source for former, source in of if whole or former == row.place_id]
    return {row.pk: found.get(row.pk, []) for row in rows}


def amounts_by(sources: set[Source]) -> dict[Source, Contributions]:
    """Read operators' approved amounts; an indicator without figures in communes gathers them at the province."""
    cells = ReturnCell.objects.filter(
        of_return__period__in={period for period, _, _ in sources},
        of_return__state=Return.State.APPROVED,
        of_return__organisation__isnull=False,
        item__indicator__in={indicator for _, indicator, _ in sources},
    )
    whole = set(Indicator.objects.filter(lowest_level__in=WHOLE).values_list("pk", flat=True))
    found: dict[Source, Contributions] = defaultdict(list)
    fields = ("of_return__period_id", "item__indicator_id", "place_id", "of_return__province_id")
    amounts = ("of_return__organisation_id", "numerator", "value")
    for period, indicator, place, province, organisation, numerator, value in cells.values_list(*fields, *amounts):
        amount = value if numerator is None else numerator
        if amount is not None:
            found[period, indicator, province if indicator in whole else place].append((organisation, amount))
    return found


WHOLE = (Place.Kind.PROVINCE, Place.Kind.DISTRICT)
