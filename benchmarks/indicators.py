"""Promises: all indicators of a province rolled up from stored values ≤ 50 ms, recomputed from the registers ≤ 2 s.

Fills a scratch SQLite database with made-up provinces (100 communes, 1,600 villages, 1,100 masts, 2,500 stations, 50
indicators each, an adopted run of four operators and three technologies at 2,000 places) and measures at 1, 10 and 34
of them. Beside each stand two peers in the same run: the obvious way of a form-based system (one query for each
indicator and commune) and, as the floor, SQL written by hand on plain sqlite3.

Run: .venv/bin/python -m benchmarks.indicators
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import date
from random import Random

from benchmarks.scratch import begin

begin()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.timing import line, median_ms  # noqa: E402
from hatang.accounts.models import Organisation  # noqa: E402
from hatang.coverage.models import (  # noqa: E402
    CountedService,
    CountingState,
    CoverageRun,
    PredictedService,
    Terrain,
)
from hatang.indicators.formulas import FORMULAS, measure  # noqa: E402
from hatang.indicators.models import Indicator, Value  # noqa: E402
from hatang.indicators.services import Entry, compute_values, record_values, roll_up  # noqa: E402
from hatang.network.models import DeclaredCoverage, FibreReach, Mast, Station  # noqa: E402
from hatang.places.models import Place  # noqa: E402

SIZES = (1, 10, 34)
YEAR = 2025
ON = date(YEAR, 12, 31)
BEGAN = date(2020, 1, 1)
COMMUNES, VILLAGES, MASTS, STATIONS, INDICATORS = 100, 1600, 1100, 2500, 50
VARIANTS = {f.variant_of for f in FORMULAS.values()}
VALUE, PLACE = Value._meta.db_table, Place._meta.db_table

ROLL_UP_SQL = f"""
    SELECT v.indicator_id, v.formula, sum(v.numerator), sum(v.denominator), count(*), max(v.simulated)
    FROM {VALUE} v WHERE v.year = ? AND v.known_to IS NULL
    AND v.place_id IN (SELECT id FROM {PLACE} WHERE province_id = ? AND kind = 'commune')
    GROUP BY v.indicator_id, v.formula"""
VILLAGES_SQL = f"""
    SELECT p.parent_id, count(*), sum(EXISTS (
        SELECT 1 FROM {DeclaredCoverage._meta.db_table} c WHERE c.place_id = p.id AND c.technology IN ('3G', '4G', '5G')
        AND c.since_on <= ? AND (c.until_on IS NULL OR c.until_on > ?)))
    FROM {PLACE} p WHERE p.kind = 'village' AND p.province_id = ? GROUP BY p.parent_id"""


def make_indicators() -> None:
    """Make an indicator for each formula, and reported ones to fill up to fifty."""
    register = [
        Indicator(code=f"register-{n}", formula=name, source="register") for n, name in enumerate(sorted(VARIANTS))
    ]
    reported = [Indicator(code=f"reported-{n}", source="reported") for n in range(INDICATORS - len(register))]
    for number, indicator in enumerate(register + reported):
        indicator.name = indicator.short_name = indicator.code
        indicator.number, indicator.component, indicator.unit_code = number, "telecom", "percent"
        indicator.rollup = Indicator.Rollup.RATIO_OF_SUMS
    Indicator.objects.bulk_create(register + reported)


def make_province(number: int, operators: list[Organisation]) -> Place:
    """Fill one province's registers and its communes' reported figures."""
    random = Random(number)
    province = Place.objects.create(kind="province", title="Tỉnh", name=f"Thử {number}", code=f"B{number}")
    inside = {"province": province, "title": ""}
    communes = make_places([{**inside, "kind": "commune", "parent": province, "name": f"{n}"} for n in range(COMMUNES)])
    villages = make_places([village_facts(inside, random.choice(communes), n, random) for n in range(VILLAGES)])
    spots = make_places([spot_facts(inside, random.choice(communes), n) for n in range(400)])
    make_masts(number, province, communes, operators, random)
    make_services(villages, spots, operators, random)
    make_predictions(province, villages + spots, operators, random)
    reported = Indicator.objects.filter(source="reported")
    entries = [Entry(i, c, YEAR, random.randrange(100), 100) for i in reported for c in communes]
    record_values(actor=None, rows=entries, source="thử")
    return province


def village_facts(inside: dict[str, object], commune: Place, number: int, random: Random) -> dict[str, object]:
    """Say what a made-up village is like."""
    return {
        **inside,
        "kind": "village",
        "parent": commune,
        "name": f"{number}",
        "population": random.randrange(100, 900),
        "households": random.randrange(20, 200),
        "has_grid_power": random.random() < 0.97,
        "has_demand": random.random() < 0.5,
    }


def spot_facts(inside: dict[str, object], commune: Place, number: int) -> dict[str, object]:
    """Say what a made-up zone or site is like: every tenth a zone, every fourth of the others a commune's centre."""
    if number % 10 == 0:
        return {**inside, "kind": "zone", "type": "industrial_cluster", "parent": commune, "name": f"{number}"}
    type_ = "commune_centre" if number % 4 == 0 else "school"
    return {**inside, "kind": "site", "type": type_, "parent": commune, "name": f"{number}"}


def make_places(rows: list[dict[str, object]]) -> list[Place]:
    """Store places."""
    places = [Place(**row) for row in rows]
    for place in places:
        place.fill_keys()
    return Place.objects.bulk_create(places)


def make_masts(
    number: int, province: Place, communes: list[Place], operators: list[Organisation], random: Random
) -> None:
    """Store masts, some in zones, and stations on them."""
    zones = list(Place.objects.filter(province=province, kind="zone"))
    facts = {"owner": operators[0], "province": province, "lon": 106.0, "lat": 21.0}
    masts = Mast.objects.bulk_create(
        Mast(
            code=f"{number}-{n}",
            commune=random.choice(communes),
            zone=random.choice(zones) if n % 20 == 0 else None,
            built_on=random.choice([BEGAN, date(YEAR, 3, 1)]),
            **facts,
        )
        for n in range(MASTS)
    )
    Station.objects.bulk_create(
        Station(
            code=f"{number}-{n}",
            mast=random.choice(masts),
            operator=random.choice(operators),
            technology=random.choice(["3G", "4G", "5G"]),
            on_air_on=random.choice([BEGAN, date(YEAR, 5, 1)]),
        )
        for n in range(STATIONS)
    )


def make_services(villages: list[Place], spots: list[Place], operators: list[Organisation], random: Random) -> None:
    """Store what operators declare at places and the fibre in villages."""
    DeclaredCoverage.objects.bulk_create(
        DeclaredCoverage(place=place, operator=operator, technology=technology, since_on=BEGAN)
        for place in villages + spots
        for operator in operators[:2]
        for technology in ("4G", "5G")
        if random.random() < 0.6
    )
    FibreReach.objects.bulk_create(
        FibreReach(village=v, operator=o, households_able=random.randrange(1, 200), since_on=BEGAN)
        for v in villages
        for o in operators[:2]
        if random.random() < 0.5
    )


def make_predictions(province: Place, places: list[Place], operators: list[Organisation], random: Random) -> None:
    """Store what an adopted run found and what counts at places, for each operator and technology."""
    terrain = Terrain.objects.create(province=province, title="Thử", state=Terrain.State.READY)
    state = {"state": CoverageRun.State.DONE, "adopted_at": timezone.now()}
    run = CoverageRun.objects.create(province=province, title="Thử", on=BEGAN, terrain=terrain, **state)
    layers = [(o, t, p) for p in places for o in operators for t in ("3G", "4G", "5G")]
    PredictedService.objects.bulk_create(
        PredictedService(run=run, place=p, operator=o, technology=t, probability=0.5, served=random.random() < 0.4)
        for o, t, p in layers
    )
    CountedService.objects.bulk_create(
        CountedService(
            place=p,
            operator=o,
            technology=t,
            served=random.random() < 0.4,
            level="predicted",
            declared=True,
            since_on=BEGAN,
        )
        for o, t, p in layers
    )
    CountingState.objects.create(province=province, evidence="", counted_at=timezone.now())


def by_hand(sql: str, *parameters: object) -> Callable[[], object]:
    """Give the running of hand-written SQL on a plain connection."""
    plain = sqlite3.connect(connection.settings_dict["NAME"])
    return lambda: plain.execute(sql, parameters).fetchall()


def one_by_one(province: Place) -> Callable[[], object]:
    """Roll up with one query for each indicator and commune."""

    def run() -> object:
        communes = list(Place.objects.communes().filter(province=province))
        rolled = {}
        for indicator in Indicator.objects.all():
            rows = [Value.objects.known().filter(indicator=indicator, place=c, year=YEAR).first() for c in communes]
            found = [r for r in rows if r is not None]
            rolled[indicator.code] = sum(r.numerator or 0 for r in found), sum(r.denominator or 0 for r in found)
        return rolled

    return run


def count_one_by_one(province: Place) -> Callable[[], object]:
    """Recompute with one query for each formula and commune."""

    def run() -> object:
        communes = list(Place.objects.communes().filter(province=province))
        figures = [f.define(province, ON) for f in FORMULAS.values()]
        return [
            list(f.rows.filter(in_commune=c.pk).values_list("counted", "weighed")) for f in figures for c in communes
        ]

    return run


def recompute_all(province: Place) -> None:
    """Compute and store all figures as if none stood yet, and undo it."""
    with transaction.atomic():
        Value.objects.filter(formula__in=FORMULAS, place__province=province).delete()
        compute_values(actor=None, province=province, year=YEAR)
        transaction.set_rollback(True)


def report(province: Place) -> None:
    """Print each promise with what it took and what its peers took."""
    compute_values(actor=None, province=province, year=YEAR)
    rolled = median_ms(lambda: roll_up(province=province, year=YEAR))
    peers = {
        "query per indicator and commune": median_ms(one_by_one(province), 3),
        "SQL by hand": median_ms(by_hand(ROLL_UP_SQL, YEAR, province.pk)),
    }
    print(line(f"roll up {INDICATORS} indicators from stored values", rolled, 50, peers))
    naive = {"query per formula and commune, not stored": median_ms(count_one_by_one(province), 1)}
    print(
        line(
            "recompute from the registers, all figures new", median_ms(lambda: recompute_all(province), 3), 2000, naive
        )
    )
    again = median_ms(lambda: compute_values(actor=None, province=province, year=YEAR), 3)
    print(line("recompute from the registers, nothing changed", again, 2000, naive))
    one = FORMULAS["villages_mobile_broadband"]
    floor = {"SQL by hand": median_ms(by_hand(VILLAGES_SQL, ON, ON, province.pk))}
    print(line("  of which one formula", median_ms(lambda: measure(one.define(province, ON))), 2000, floor))
    for name in ("villages_mobile_broadband_predicted", "population_5g_predicted", "population_5g_by_evidence"):
        covered = FORMULAS[name]
        print(line(f"  {name}", median_ms(lambda f=covered: measure(f.define(province, ON))), 2000, floor))


def main() -> None:
    """Fill and measure at each size."""
    call_command("migrate", verbosity=0)
    make_indicators()
    operators = [Organisation.objects.create(kind="operator", name=f"Doanh nghiệp {n}") for n in range(4)]
    provinces: list[Place] = []
    for size in SIZES:
        while len(provinces) < size:
            with transaction.atomic():
                provinces.append(make_province(len(provinces), operators))
        print(f"{size} provinces, {Value.objects.count():,} values, {Station.objects.count():,} stations", end="; ")
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        report(provinces[0])


if __name__ == "__main__":
    main()
