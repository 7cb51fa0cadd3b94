"""Made-up outages of a year, one still under way, and a beacon whose silence waits for an officer's word."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hatang.accounts.models import Organisation
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.quality.models import Beacon, Outage, OutagePlace, Service
from hatang.quality.services.beacons import silence_of
from hatang.sample.cast import Cast
from hatang.sample.chance import chance

REASON = "Dữ liệu mô phỏng"
OUTAGES_EACH = 40
WITHIN_DAYS = 400
MOST_COMMUNES = 4
TOLD = 0.8
CAUSES = (Outage.Cause.POWER, Outage.Cause.CABLE, Outage.Cause.EQUIPMENT, Outage.Cause.WEATHER, Outage.Cause.PLANNED)


def make_outages(cast: Cast) -> None:
    """Let two operators tell a year of outages, and two beacons watch."""
    communes = list(Place.objects.communes().in_force(cast.today).filter(province=cast.province).order_by("code"))
    outages: list[Outage] = []
    places: list[OutagePlace] = []
    for person in (cast.first, cast.second):
        operator = cast.operator_of(person)
        draw = chance(f"outages {operator.key or operator.name}")
        for number in range(1, OUTAGES_EACH + 1):
            outage = drawn(cast, operator, draw, number)
            outages.append(outage)
            places += [touched(outage, commune, draw) for commune in near_each_other(communes, draw)]
    bulk_create_with_history(outages, Outage, default_change_reason=REASON)
    bulk_create_with_history(places, OutagePlace, default_change_reason=REASON)
    make_beacons(cast, communes)


def drawn(cast: Cast, operator: Organisation, draw: Random, number: int) -> Outage:
    """Draw one outage; the last one is still under way."""
    begun = cast.hour(draw.randint(2, WITHIN_DAYS), draw.randint(0, 23))
    lasted = timedelta(minutes=draw.choice((12, 35, 50, 95, 180, 420, 1300)))
    last = number == OUTAGES_EACH
    return Outage(
        province=cast.province,
        operator=operator,
        reference=f"MP-{number:04}",
        service=draw.choice(Service.values),
        cause=draw.choice(CAUSES),
        began_at=cast.hour(1, 6) if last else begun,
        ended_at=None if last else begun + lasted,
        simulated=True,
    )


def near_each_other(communes: list[Place], draw: Random) -> list[Place]:
    """Draw a few communes that follow each other."""
    first = draw.randrange(len(communes))
    return communes[first : first + draw.randint(1, MOST_COMMUNES)]


def touched(outage: Outage, commune: Place, draw: Random) -> OutagePlace:
    """Say how many of a commune's people were touched; of some nobody told."""
    told = draw.uniform(0.05, 0.9) if draw.random() < TOLD else 0
    people = int((commune.population or 0) * told) or None
    return OutagePlace(outage=outage, commune=commune, people=people)


def make_beacons(cast: Cast, communes: list[Place]) -> None:
    """Set up two beacons, one of which fell silent in the night."""
    operators = (cast.operator_of(cast.first), cast.operator_of(cast.second))
    for commune, operator, heard_at in zip(communes, operators, (cast.hour(1, 9), cast.hour(1, 22)), strict=False):
        beacon = Beacon(
            province=cast.province,
            commune=commune,
            operator=operator,
            service=Service.FIXED,
            name=f"UBND {commune}",
            heard_at=heard_at,
            simulated=True,
        )
        beacon.new_key()
        beacon.save()
        if operator == operators[0]:
            silence_of(beacon, since=heard_at)
