"""Made-up figures of the communes before 1 July 2025, of one indicator, for the pages that restate them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hatang.indicators.models import Indicator
from hatang.indicators.services import Entry
from hatang.places.models import Place, PlaceSuccession
from hatang.sample.chance import chance
from hatang.sample.figures import PEOPLE_SHARE

CODE = "adults-with-smartphone"
YEARS = (2021, 2022, 2023)
SHARES = {2021: 0.46, 2022: 0.51, 2023: 0.57}
GROWTH = {2021: 0.975, 2022: 0.984, 2023: 0.992}
LACKING_SHARE = 0.01


def former_entries(province: Place) -> Iterator[Entry]:
    """Give the figures of the former communes of which a province's are made; a few never handed theirs in."""
    indicator = Indicator.objects.filter(code=CODE).first()
    for commune, people in former_people(province).items():
        leaning = chance(f"former:{commune.code}").uniform(-0.12, 0.12)
        for year in YEARS:
            if indicator and chance(f"lacks:{commune.code}:{year}").random() >= LACKING_SHARE:
                adults = max(1, round(people * GROWTH[year] * PEOPLE_SHARE["adults"]))
                above = round(adults * (SHARES[year] + leaning))
                yield Entry(indicator, commune, year, numerator=above, denominator=adults, simulated=True)


def former_people(province: Place) -> dict[Place, float]:
    """Share the people of today's communes out to those they came from, in equal parts."""
    links = PlaceSuccession.objects.filter(
        successor__province=province, successor__population__isnull=False, predecessor__kind=Place.Kind.COMMUNE
    )
    parts = defaultdict(list)
    for link in links.select_related("predecessor__province", "successor").order_by("predecessor__code", "pk"):
        parts[link.successor].append(link.predecessor)
    people: dict[Place, float] = defaultdict(float)
    for successor, befores in parts.items():
        for before in befores:
            people[before] += (successor.population or 0) / len(befores)
    return people
