"""Made-up figures of what is only reported: by commune where communes' figures roll up, by province otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from hatang.indicators.models import Indicator
from hatang.indicators.services import REPORTED, Entry
from hatang.places.models import Place
from hatang.sample.chance import chance, shared_out
from hatang.sample.figures import EACH_COMMUNE, PEOPLE_SHARE, WHOLE_TERRITORY, YEARS, Series, series_of
from hatang.sample.territories import Territory

FIRST_YEAR_OF_COMMUNES = 2024
MERGED_IN = 2025
LATE_SHARE = 0.03
ROLLING = (Indicator.Rollup.RATIO_OF_SUMS, Indicator.Rollup.SUM)


@dataclass(frozen=True)
class Ground:
    """A territory of the sample as it stands in the registers: its own place, its communes, their villages' numbers."""

    territory: Territory
    place: Place
    communes: Sequence[Place]
    village_counts: dict[int, int]

    @property
    def people(self) -> int:
        """How many people live here."""
        return sum(c.population or 0 for c in self.communes)

    def basis(self, name: str) -> list[int]:
        """Give each commune's denominator."""
        return [max(1, self.basis_in(name, commune)) for commune in self.communes]

    def basis_in(self, name: str, commune: Place) -> int:
        """Give one commune's denominator."""
        if name in PEOPLE_SHARE:
            return round(PEOPLE_SHARE[name] * (commune.population or 0))
        if name == "villages":
            return self.village_counts[commune.pk]
        return commune.households or 0 if name == "households" else EACH_COMMUNE[name]

    def basis_of_all(self, name: str) -> int:
        """Give the whole territory's denominator."""
        return WHOLE_TERRITORY.get(name) or sum(self.basis(name))


def reported_indicators() -> list[Indicator]:
    """List the indicators that were handed in: those without a register, and speeds from before there were tests."""
    handed_in = Q(formula=REPORTED) | Q(source=Indicator.Source.MEASURED)
    return list(Indicator.objects.filter(handed_in).order_by("number"))


def by_commune(indicator: Indicator, year: int) -> bool:
    """Tell whether communes hand this figure in for that year."""
    rolls = indicator.rollup in ROLLING and indicator.lowest_level == Place.Kind.COMMUNE
    return rolls and year >= FIRST_YEAR_OF_COMMUNES and series_of(indicator.number).basis not in WHOLE_TERRITORY


def make_entries(indicators: Iterable[Indicator], grounds: Sequence[Ground], today: Place) -> Iterator[Entry]:
    """Make all figures of a province of today: its communes', its former provinces' and its own."""
    for indicator in indicators:
        for year in YEARS:
            if by_commune(indicator, year):
                for ground in grounds:
                    yield from commune_entries(indicator, ground, year)
            else:
                yield from province_entries(indicator, grounds, today, year)


def commune_entries(indicator: Indicator, ground: Ground, year: int) -> Iterator[Entry]:
    """Share a territory's figure out to its communes, so that they add up to it; in the running year a few are late."""
    series = series_of(indicator.number)
    below, value = ground.basis(series.basis), series.at(ground.territory.prefix, year)
    ratio = indicator.unit.ratio_scale
    above = numerators(indicator, ground.communes, below, value / ratio if ratio else value / max(sum(below), 1))
    for commune, numerator, denominator in zip(ground.communes, above, below, strict=True):
        late = chance(f"late:{indicator.code}:{commune.code}").random() < LATE_SHARE
        if year == YEARS[-1] and late:
            continue
        if ratio:
            yield entry(indicator, commune, year, numerator=numerator, denominator=denominator)
        else:
            yield entry(indicator, commune, year, value=numerator)


def numerators(indicator: Indicator, communes: Sequence[Place], below: Sequence[int], part: float) -> list[int]:
    """Draw numerators around a common part, whose sum is that part of the whole; none above its denominator."""
    room = 0.35 * (min(part, 1 - part) if part <= 1 else part)
    leaning = [chance(f"part:{indicator.code}:{c.code}").uniform(-1, 1) for c in communes]
    middle = sum(x * d for x, d in zip(leaning, below, strict=True)) / sum(below)
    weights = [d * (part + room * (x - middle)) for x, d in zip(leaning, below, strict=True)]
    return shared_out(round(part * sum(below)), weights)


def province_entries(indicator: Indicator, grounds: Sequence[Ground], today: Place, year: int) -> Iterator[Entry]:
    """Give each territory's figure while it was a province, and today's province's since then."""
    if year <= MERGED_IN or len(grounds) == 1:
        for ground in grounds:
            yield from territory_entry(indicator, [ground], ground.place, year)
    if year >= MERGED_IN and len(grounds) > 1:
        yield from territory_entry(indicator, grounds, today, year)


def territory_entry(indicator: Indicator, grounds: Sequence[Ground], place: Place, year: int) -> Iterator[Entry]:
    """Give one figure of a territory, or of several together."""
    series = series_of(indicator.number)
    values = [series.at(g.territory.prefix, year) for g in grounds]
    if scale := indicator.unit.ratio_scale:
        below = [g.basis_of_all(series.basis) for g in grounds]
        above = sum(round(v * d / scale) for v, d in zip(values, below, strict=True))
        yield entry(indicator, place, year, numerator=above, denominator=sum(below))
    elif indicator.unit_code != "mbps" or min(values) > 0:
        yield entry(indicator, place, year, value=together(indicator, series, grounds, values))


def together(indicator: Indicator, series: Series, grounds: Sequence[Ground], values: Sequence[float]) -> float:
    """Put several territories' figures together: sums add, a yes needs all, other figures are weighted by people."""
    if indicator.rollup == Indicator.Rollup.SUM:
        return sum(values)
    if indicator.unit_code == "yes_no":
        return min(values)
    people = [g.people for g in grounds]
    return round(sum(v * p for v, p in zip(values, people, strict=True)) / sum(people), 2)


def entry(
    indicator: Indicator,
    place: Place,
    year: int,
    *,
    numerator: float | None = None,
    denominator: float | None = None,
    value: float | None = None,
) -> Entry:
    """Make one marked figure; a measured one says how many measurements it rests on."""
    measured = indicator.source == Indicator.Source.MEASURED and indicator.unit_code != "yes_no"
    draw = chance(f"measured:{indicator.code}:{place.code}:{place.valid_from}:{year}")
    return Entry(
        indicator=indicator,
        place=place,
        year=year,
        numerator=numerator,
        denominator=denominator,
        value=value,
        sample_size=draw.randint(60, 900) * (1 if place.kind == Place.Kind.COMMUNE else 12) if measured else None,
        simulated=True,
    )
