"""Each figure as somebody who knows the law would count it, by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Sum
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Organisation
from hatang.coverage.models import CountedService, CountingState
from hatang.indicators.formulas import FORMULAS, Sums, measure, measured, systems, total, variants
from hatang.network.models import (
    DeclaredCoverage,
    FibreReach,
    Mast,
    PoleLine,
    Station,
    Tenancy,
    UndergroundWork,
)
from hatang.places.models import Place, PlaceSuccession
from tests.conftest import World
from tests.indicators.conftest import LONG_AGO, ON, find, make_run

NEVER = date(9999, 1, 1)
OF_ROUTES = {
    "pole_lines_let_km",
    "pole_lines_let_or_joint_km",
    "poles_let",
    "underground_let_km",
    "underground_let_or_joint_km",
}


def figure(name: str, province: Place, on: date = ON) -> tuple[float, float] | None:
    """Count a figure for the whole province: (numerator, denominator)."""
    sums = total(measure(FORMULAS[name].define(province, on)))
    return (sums.numerator, sums.denominator) if sums else None


def test_a_hundred_villages_of_which_98_have_signal(
    world: World, villages: Callable[..., list[Place]], cover: Callable[..., Any]
) -> None:
    """100 thôn, 98 có sóng: 98 %."""
    made = [world.village, world.dark_village, *villages(world.commune, 98)]
    for village in made[:98]:
        cover(village, "3G")
        cover(village, "4G", operator=world.rival)
    cover(made[98], "2G")
    cover(made[99], "4G", since_on=date(2026, 1, 1))
    assert figure("villages_mobile_broadband", world.province) == (98, 100)


def test_coverage_that_ended_no_longer_counts(world: World, cover: Callable[..., Any]) -> None:
    """Thôn mất sóng từ ngày 31/12 thì ngày ấy không còn tính."""
    cover(world.village, "4G", until_on=ON)
    assert figure("villages_mobile_broadband", world.province) == (0, 2)
    assert figure("villages_mobile_broadband", world.province, ON - timedelta(days=1)) == (1, 2)


def test_only_villages_with_power_count_where_the_plan_says_so(
    world: World, villages: Callable[..., list[Place]], cover: Callable[..., Any]
) -> None:
    """Thôn chưa có điện không tính; thôn chưa rõ thì nêu riêng, không đoán."""
    (unknown,) = villages(world.commune, 1, has_grid_power=None)
    for village in (world.village, world.dark_village, unknown):
        cover(village)
    assert figure("villages_with_power_mobile_broadband", world.province) == (1, 1)
    left_out = FORMULAS["villages_with_power_mobile_broadband"].define(world.province, ON).left_out
    assert left_out is not None
    assert list(left_out) == [unknown]


def test_sharing_by_positions_and_by_tenancies(world: World, mast: Callable[..., Mast]) -> None:
    """4 vị trí, 1 vị trí hai doanh nghiệp: 25 % theo vị trí, 2/5 theo lượt; công nghệ không tính riêng."""
    mast((world.operator, "4G"), (world.rival, "4G"), (world.rival, "5G"))
    mast((world.operator, "3G"), (world.operator, "4G"))
    mast((world.operator, "4G"), commune=world.neighbour)
    mast((world.rival, "4G"), (world.operator, "4G", date(2026, 2, 1)))
    mast()
    assert figure("bts_sharing_positions", world.province) == (1, 4)
    assert figure("bts_sharing_tenancies", world.province) == (2, 5)
    assert {f.name for f in variants("bts_sharing_tenancies")} == {
        "bts_sharing_positions",
        "bts_sharing_tenancies",
        "bts_sharing_on_others",
    }


def test_new_positions_on_masts_that_stood_before_the_year(world: World, mast: Callable[..., Mast]) -> None:
    """Trong năm: 1 vị trí mới trên cột cũ, 1 trên cột mới; thêm 5G tại vị trí cũ không phải vị trí mới: 50 %."""
    mast((world.operator, "4G"), (world.operator, "5G", date(2025, 3, 1)), (world.rival, "4G", date(2025, 4, 1)))
    mast((world.operator, "4G", date(2025, 5, 1)), built_on=date(2025, 2, 1))
    mast((world.operator, "4G", date(2026, 5, 1)))
    assert figure("new_bts_on_existing", world.province) == (1, 2)
    assert figure("new_bts_on_existing", world.province, date(2024, 12, 31)) is None


def test_fibre_takes_the_widest_operator_and_never_more_than_the_village(
    world: World, reach: Callable[..., FibreReach]
) -> None:
    """100 hộ, một doanh nghiệp tới 60 và một tới 70: 70 hộ; 25 hộ mà khai 40: 25 hộ."""
    reach(world.village, 60)
    reach(world.village, 70, operator=world.rival)
    reach(world.dark_village, 40)
    assert figure("households_fibre_able", world.province) == (95, 125)
    assert figure("villages_fibre", world.province) == (2, 2)


def test_people_with_5g_by_village(
    world: World, villages: Callable[..., list[Place]], cover: Callable[..., Any]
) -> None:
    """500 người, thôn 400 người có 5G: 400/500; khu vực có nhu cầu chỉ là thôn được đánh dấu."""
    cover(world.village, "5G")
    villages(world.commune, 1, population=None)
    assert figure("population_5g", world.province) == (400, 500)
    assert figure("population_in_demand_areas_5g", world.province) is None
    Place.objects.filter(pk=world.dark_village.pk).update(has_demand=True)
    assert figure("population_in_demand_areas_5g", world.province) == (0, 100)


@pytest.fixture
def zones(world: World) -> dict[str, Place]:
    """Make a park, a cluster, a tourist zone, a school, a station and a commune's centre."""

    def place(kind: str, type_: str) -> Place:
        return Place.objects.create(
            kind=kind, type=type_, title="", name=type_, parent=world.commune, province=world.province
        )

    kinds = {"industrial_park": "zone", "industrial_cluster": "zone", "tourist_zone": "zone"}
    sites = dict.fromkeys(("school", "station", "commune_centre"), "site")
    return {type_: place(kind, type_) for type_, kind in (kinds | sites).items()}


def test_zones_and_sites(world: World, zones: dict[str, Place], cover: Callable[..., Any]) -> None:
    """Mỗi kế hoạch kể một danh mục nơi khác nhau: trường học chỉ ở danh mục này, nhà ga chỉ ở danh mục kia."""
    cover(zones["school"], "5G")
    cover(zones["industrial_park"], "5G")
    cover(zones["commune_centre"], "5G")
    assert figure("zones_sites_5g", world.province) == (2, 4)
    assert figure("districts_zones_sites_5g", world.province) == (1, 4)
    assert figure("commune_centres_5g", world.province) == (1, 1)


def test_districts_are_those_of_30_june_2025(world: World, cover: Callable[..., Any]) -> None:
    """Chỉ tiêu "100 % các huyện" năm 2025 vẫn cần các huyện đã thôi tồn tại, kể cả của tỉnh cũ."""
    former = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=date(2025, 6, 30))
    PlaceSuccession.objects.create(predecessor=former, successor=world.other_province, on=date(2025, 7, 1))
    district = {"kind": "district", "title": "Huyện", "parent": former, "province": former}
    first = Place.objects.create(**district, name="Quản Bạ", valid_to=date(2025, 6, 30))
    Place.objects.create(**district, name="Yên Minh", valid_to=date(2025, 6, 30))
    Place.objects.create(**district, name="Đã bỏ từ lâu", valid_to=date(2004, 1, 1))
    cover(first, "5G")
    (group,) = measure(FORMULAS["districts_zones_sites_5g"].define(world.other_province, ON))
    assert (group.former_id, group.sums) == (former.pk, Sums(1, 2, False))


def test_5g_in_industrial_zones_has_two_readings(
    world: World, zones: dict[str, Place], mast: Callable[..., Mast]
) -> None:
    """Mẫu số không nêu: 1 trên 2 khu, cụm có trạm 5G; 1 trên 3 trạm ở đó là 5G."""
    mast((world.operator, "5G"), (world.operator, "4G"), (world.rival, "4G"), zone=zones["industrial_park"])
    mast((world.operator, "5G"), zone=zones["tourist_zone"])
    assert figure("zones_with_5g_station", world.province) == (1, 2)
    assert figure("stations_5g_share_in_zones", world.province) == (1, 3)
    assert "stations_5g_share_in_zones" in {f.name for f in variants("zones_with_5g_station")}


def test_nothing_to_count_is_missing_not_zero(world: World) -> None:
    """Xã không có thôn nào thì không có số, chứ không phải 0 %."""
    for name in FORMULAS:
        assert figure(name, world.other_province) is None, name
    communes = {g.commune_id for g in measure(FORMULAS["villages_mobile_broadband"].define(world.province, ON))}
    assert communes == {world.commune.pk}


@pytest.mark.parametrize("marked", ["village", "declaration"])
def test_one_simulated_row_marks_the_figure(world: World, cover: Callable[..., Any], marked: str) -> None:
    """Một thôn mô phỏng, hay một khai báo mô phỏng, là cả con số mang dấu."""
    definition = FORMULAS["villages_mobile_broadband"].define
    cover(world.village, simulated=marked == "declaration")
    Place.objects.filter(pk=world.dark_village.pk).update(simulated=marked == "village")
    assert measure(definition(world.province, ON))[0].sums.simulated
    DeclaredCoverage.objects.update(simulated=False)
    Place.objects.update(simulated=False)
    assert not measure(definition(world.province, ON))[0].sums.simulated


ADDED_UP = sorted(name for name, f in FORMULAS.items() if f.define.__module__ != measured.__name__)
"""The formulas that add rows up; those of speeds read what was worked out elsewhere, see test_measured."""
BY_HAND = [name for name in ADDED_UP if FORMULAS[name].define.__module__ != systems.__name__]
"""Those counted a second time here; those of systems are counted by hand in tests/systems/test_figures.py."""


@pytest.mark.parametrize("size", [1, 30])
def test_every_formula_takes_one_query_however_many_rows(
    world: World, django_assert_max_num_queries: Any, size: int
) -> None:
    """Số truy vấn không tăng theo số dòng: một; đo tuyến đọc thêm tuyến, bên thuê, dung sai; dự đoán, lượt tính."""
    _random_registers(world, Random(size), size)
    for name in ADDED_UP:
        most = 3 if name.endswith("_predicted") else 2 if name.endswith("_by_evidence") else 1
        with django_assert_max_num_queries(4 if name in OF_ROUTES else most, info=name):
            measure(FORMULAS[name].define(world.province, ON))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9), size=st.integers(0, 8))
@pytest.mark.django_db
def test_the_engine_agrees_with_counting_row_by_row(seed: int, size: int) -> None:
    """A second, naive way over the same random registers gives the same sums for every formula."""
    from django.db import transaction

    with transaction.atomic():
        world = _scratch_world(seed)
        _random_registers(world, Random(seed), size)
        for name in BY_HAND:
            groups = measure(FORMULAS[name].define(world.province, ON))
            found = {g.commune_id: (g.sums.numerator, g.sums.denominator, g.sums.simulated) for g in groups}
            assert _rounded(found) == _rounded(_by_hand(name, world.province)), name
        transaction.set_rollback(True)


def _scratch_world(seed: int) -> World:
    province = Place.objects.create(kind="province", title="Tỉnh", name="Thử", code=f"x{seed}")
    communes = [
        Place.objects.create(kind="commune", title="Xã", name=n, province=province, parent=province) for n in "AB"
    ]
    operators = [Organisation.objects.create(kind="operator", name=f"{n} {seed}") for n in "AB"]
    blank: Any = None
    return World(province, *communes, blank, blank, blank, blank, blank, *operators)


def _random_registers(world: World, random: Random, size: int) -> None:
    """Fill the registers of two communes with rows of every sort."""
    communes, operators = [world.commune, world.neighbour], [world.operator, world.rival]
    make_run(world.province, on=date(2024, 1, 1))
    CountingState.objects.create(province=world.province, evidence="", counted_at=timezone.now())
    run = make_run(world.province, on=date(2025, 3, 1), simulated=random.random() < 0.2)
    make_run(world.province, on=date(2026, 1, 1))
    make_run(world.province, on=date(2025, 12, 1), adopted=False)
    types = ["industrial_park", "industrial_cluster", "tourist_zone", "school", "airport", "office", "commune_centre"]

    def day() -> date:
        return random.choice([LONG_AGO, date(2024, 6, 1), date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)])

    def end(begin: date) -> date | None:
        return random.choice([None, None, begin + timedelta(days=200)])

    for n in range(size):
        facts = {"title": "", "name": str(n), "parent": random.choice(communes), "province": world.province}
        village = Place.objects.create(
            kind="village",
            population=random.choice([None, 0, 120, 300]),
            households=random.choice([None, 0, 30, 80]),
            has_grid_power=random.choice([None, True, False]),
            has_demand=random.choice([None, True, False]),
            simulated=random.random() < 0.2,
            **facts,
        )
        type_ = random.choice(types)
        kind = "zone" if types.index(type_) < 3 else "site"
        other = Place.objects.create(kind=kind, type=type_, simulated=random.random() < 0.2, **facts)
        zone = other if kind == "zone" and random.random() < 0.7 else None
        built = day()
        for operator in operators:
            for place in (village, other):
                if random.random() < 0.3:
                    count_service(place, operator, random.choice(["4G", "5G"]), day(), random)
                if random.random() < 0.7:
                    find(run, place, random.choice(["", "", "4G", "4G 5G"]), operator)
        mast = Mast.objects.create(
            code=f"{world.province.code}-{n}",
            owner=operators[0],
            province=world.province,
            commune=facts["parent"],
            zone=zone,
            lon=106,
            lat=21,
            built_on=built,
            dismantled_on=end(built),
            simulated=random.random() < 0.2,
        )
        for operator in operators:
            for technology in ("2G", "4G", "5G"):
                begin = day()
                spell = {"operator": operator, "technology": technology, "simulated": random.random() < 0.2}
                if random.random() < 0.4:
                    Station.objects.create(mast=mast, code=mast.code, on_air_on=begin, off_air_on=end(begin), **spell)
                for place in (village, other):
                    if random.random() < 0.3:
                        DeclaredCoverage.objects.create(place=place, since_on=begin, until_on=end(begin), **spell)
            if random.random() < 0.5:
                begin = day()
                FibreReach.objects.create(
                    village=village,
                    operator=operator,
                    households_able=random.choice([0, 20, 50, 90]),
                    since_on=begin,
                    until_on=end(begin),
                    simulated=random.random() < 0.2,
                )

    for n in range(size):
        for model, kinds in ((PoleLine, ("C1", "C2")), (UndergroundWork, ("N1", "N2"))):
            _random_route(world, random, n, model, kinds, day, end)


def count_service(place: Place, operator: Organisation, technology: str, since_on: date, random: Random) -> None:
    """Let a service count as there, or as not, from a day on."""
    CountedService.objects.create(
        place=place,
        operator=operator,
        technology=technology,
        served=random.random() < 0.7,
        level="measured",
        declared=True,
        since_on=since_on,
        until_on=random.choice([None, since_on + timedelta(days=200)]),
        simulated=random.random() < 0.2,
    )


def _random_route(world: World, random: Random, n: int, model: Any, kinds: tuple[str, str], day: Any, end: Any) -> None:
    """Make a route that overlaps none, rented or not."""
    built, begin, lat = day(), day(), 21 + n / 100
    line = model.objects.create(
        code=f"{world.province.code}-{n}",
        owner=world.operator,
        province=world.province,
        commune=random.choice([world.commune, world.neighbour]),
        kind=random.choice(kinds),
        path=GEOSGeometry(f"LINESTRING(106 {lat}, {106 + random.choice([1, 2]) / 100} {lat})", srid=4326),
        built_on=built,
        dismantled_on=end(built),
        simulated=random.random() < 0.2,
        **({"pole_count": random.choice([None, 10])} if model is PoleLine else {}),
    )
    if random.random() < 0.5:
        more = {"shared_km": random.choice([None, 0.3]), "simulated": random.random() < 0.2}
        Tenancy.objects.create(**{model.KEY: line}, tenant=world.rival, since_on=begin, until_on=end(begin), **more)


def _rounded(sums: dict[Any, tuple[float, float, bool]]) -> dict[Any, tuple[float, float, bool]]:
    return {place: (round(n, 6), round(d, 6), marked) for place, (n, d, marked) in sums.items()}


def _by_hand(name: str, province: Place) -> dict[int, tuple[float, float, bool]]:
    """Count a figure by plain loops over whole tables."""
    sums: dict[int, tuple[float, float, bool]] = {}
    for commune_id, counted, weighed, marked in _rows_by_hand(name, province):
        if weighed:
            n, d, m = sums.get(commune_id, (0, 0, False))
            sums[commune_id] = (n + counted, d + weighed, m or marked)
    return sums


def _rows_by_hand(name: str, province: Place) -> list[tuple[int, float, float, bool]]:
    places = list(Place.objects.filter(province=province))
    villages = [p for p in places if p.kind == "village"]
    zones = [p for p in places if p.kind == "zone"]
    sites = {p for p in places if p.kind == "site"}
    industrial = [p for p in zones if p.type.startswith("industrial")]

    def share(rows: Any, served: Callable[[Place], list[Any]], weight: Callable[[Place], int] = lambda p: 1) -> Any:
        return [(p.parent_id, weight(p) * bool(served(p)), weight(p), _marked(p, served(p))) for p in rows]

    people: Callable[[Place], int] = lambda p: p.population or 0  # noqa: E731
    base = name.removesuffix("_predicted").removesuffix("_by_evidence")
    if base != name:
        return _covered_by_hand(name, base, villages, zones + list(sites))
    match name:
        case "villages_mobile_broadband":
            return share(villages, lambda p: _declared(p, "3G", "4G", "5G"))
        case "villages_with_power_mobile_broadband":
            return share([v for v in villages if v.has_grid_power], lambda p: _declared(p, "3G", "4G", "5G"))
        case "commune_centres_5g":
            return share([s for s in sites if s.type == "commune_centre"], lambda p: _declared(p, "5G"))
        case "population_5g":
            return share(villages, lambda p: _declared(p, "5G"), people)
        case "population_in_demand_areas_5g":
            return share([v for v in villages if v.has_demand], lambda p: _declared(p, "5G"), people)
        case "districts_zones_sites_5g":
            return share(zones + [s for s in sites if s.type in ("airport", "office")], lambda p: _declared(p, "5G"))
        case "zones_sites_5g":
            return share(zones + [s for s in sites if s.type == "school"], lambda p: _declared(p, "5G"))
        case "zones_with_5g_station":
            return share(industrial, lambda p: [s for m in p.zone_masts.all() for s in _on_air(m, "5G")])
        case "villages_fibre":
            return share(villages, _fibre)
        case "households_fibre_able" | "households_able_1_gbps":
            return [
                (
                    v.parent_id,
                    min(v.households or 0, max((f.households_able for f in _fibre(v)), default=0)),
                    v.households or 0,
                    _marked(v, _fibre(v)),
                )
                for v in villages
            ]
        case "pole_lines_let_km" | "pole_lines_let_or_joint_km" | "poles_let":
            return [_route_by_hand(name, line) for line in PoleLine.objects.filter(province=province)]
        case "underground_let_km" | "underground_let_or_joint_km":
            return [_route_by_hand(name, line) for line in UndergroundWork.objects.filter(province=province)]
        case _:
            return [_mast_by_hand(name, m) for m in Mast.objects.filter(province=province)]


def _covered_by_hand(
    name: str, base: str, villages: list[Place], others: list[Place]
) -> list[tuple[int, float, float, bool]]:
    chosen: dict[str, list[Place]] = {
        "villages_mobile_broadband": villages,
        "villages_with_power_mobile_broadband": [v for v in villages if v.has_grid_power],
        "commune_centres_5g": [p for p in others if p.type == "commune_centre"],
        "population_5g": villages,
        "population_in_demand_areas_5g": [v for v in villages if v.has_demand],
        "districts_zones_sites_5g": [p for p in others if p.kind == "zone" or p.type in ("airport", "office")],
        "zones_sites_5g": [p for p in others if p.kind == "zone" or p.type == "school"],
        "zones_with_5g_station": [p for p in others if p.type.startswith("industrial")],
    }
    enough = {"4G", "5G"} if "broadband" in name else {"5G"}
    rows: list[tuple[Any, float, float, bool]] = []
    for place in chosen[base]:
        weight = (place.population or 0) if "population" in base else 1
        if name.endswith("_by_evidence"):
            counted = [
                c
                for c in place.counted_services.all()
                if c.served and c.technology in enough and c.since_on <= ON < (c.until_on or NEVER)
            ]
            rows.append((place.parent_id, weight * bool(counted), weight, _marked(place, counted)))
        elif found := list(place.predicted_services.filter(run__on=date(2025, 3, 1))):
            served = any(s.served and s.technology in enough for s in found)
            rows.append((place.parent_id, weight * served, weight, found[0].run.simulated or place.simulated))
    return rows


def _route_by_hand(name: str, line: Any) -> tuple[int, float, float, bool]:
    stands = line.built_on <= ON < (line.dismantled_on or NEVER)
    held = [t for t in line.tenancy_set.all() if t.since_on <= ON < (t.until_on or NEVER)]
    whole = line.length_km if stands else 0
    let = max((whole if t.shared_km is None else min(t.shared_km, whole) for t in held), default=0)
    if name == "poles_let":
        whole = (line.pole_count or 0) if stands else 0
        let = whole if held else 0
    if "joint" in name and line.kind in ("C2", "N2"):
        let = whole
    return line.commune_id, let, whole, _marked(line, held)


def _mast_by_hand(name: str, mast: Mast) -> tuple[int, float, float, bool]:
    stands = mast.built_on <= ON < (mast.dismantled_on or NEVER)
    on_air = _on_air(mast, "2G", "4G", "5G") if stands else []
    operators = len({s.operator_id for s in on_air})
    marked = _marked(mast, on_air)
    if name == "bts_sharing_positions":
        return mast.commune_id, operators >= 2, operators >= 1, marked
    if name == "bts_sharing_tenancies":
        return mast.commune_id, operators if operators >= 2 else 0, operators, marked
    if name == "bts_sharing_on_others":
        return mast.commune_id, operators - any(s.operator_id == mast.owner_id for s in on_air), operators, marked
    if name == "stations_5g_share_in_zones":
        on_air = on_air if mast.zone and mast.zone.type.startswith("industrial") else []
        return mast.commune_id, sum(s.technology == "5G" for s in on_air), len(on_air), marked
    assert name == "new_bts_on_existing"
    begun = [s for s in mast.stations.all() if s.on_air_on <= ON]
    first = {o: min(s.on_air_on for s in begun if s.operator_id == o) for o in {s.operator_id for s in begun}}
    new = sum(day.year == ON.year for day in first.values())
    return mast.commune_id, new if mast.built_on.year < ON.year else 0, new, _marked(mast, begun)


def _on_air(mast: Mast, *technologies: str) -> list[Station]:
    return [
        s for s in mast.stations.all() if s.technology in technologies and s.on_air_on <= ON < (s.off_air_on or NEVER)
    ]


def _declared(place: Place, *technologies: str) -> list[DeclaredCoverage]:
    return [
        c
        for c in place.declared_coverage.all()
        if c.technology in technologies and c.since_on <= ON < (c.until_on or NEVER)
    ]


def _fibre(village: Place) -> list[FibreReach]:
    return [f for f in village.fibre_reach.all() if f.households_able and f.since_on <= ON < (f.until_on or NEVER)]


def _marked(row: Any, evidence: list[Any]) -> bool:
    return row.simulated or any(e.simulated for e in evidence)


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_no_formula_walks_the_stations_of_all_provinces(world: World, name: str) -> None:
    """A province's figure must not slow down as other provinces' stations come in: no search by technology alone."""
    make_run(world.province)
    CountingState.objects.create(province=world.province, evidence="", counted_at=timezone.now())
    rows = FORMULAS[name].define(world.province, ON).rows.order_by().values("in_commune").annotate(Sum("counted"))
    plan = rows.explain()
    assert Station._meta.indexes[0].name not in plan
    assert "SCAN coverage" not in plan


@pytest.fixture
def route(world: World) -> Callable[..., Any]:
    """Give a maker of routes along one parallel, from so many metres east of a point to so many; kind C or N."""

    def make(begin_m: float, end_m: float, kind: str = "C1", **more: object) -> Any:
        model = PoleLine if kind.startswith("C") else UndergroundWork
        path = GEOSGeometry(f"LINESTRING({106.7 + begin_m / 103_335} 21.9, {106.7 + end_m / 103_335} 21.9)", srid=4326)
        facts: dict[str, object] = {"owner": world.operator, "province": world.province, "commune": world.commune}
        code = f"R{model.objects.count()}"
        return model.objects.create(code=code, kind=kind, path=path, built_on=LONG_AGO, **facts | more)

    return make


def rent(thing: Any, tenant: Organisation, **more: object) -> None:
    """Let somebody rent a thing."""
    Tenancy.objects.create(**{thing.KEY: thing}, tenant=tenant, since_on=LONG_AGO, **more)


def test_pole_lines_by_km_by_poles_and_with_other_sectors(world: World, route: Callable[..., Any]) -> None:
    """1 km có bên thuê, 2 km không, 1 km C2: 1/4 km; kể C2 là 2/4; theo cột 20/60 vì tuyến C2 chưa ghi số cột."""
    rent(route(0, 1000, pole_count=20), world.rival)
    route(2000, 4000, pole_count=40)
    route(5000, 6000, "C2")
    assert figure("pole_lines_let_km", world.province) == pytest.approx((1, 4), rel=1e-3)
    assert figure("pole_lines_let_or_joint_km", world.province) == pytest.approx((2, 4), rel=1e-3)
    assert figure("poles_let", world.province) == (20, 60)


def test_a_stretch_with_two_lines_counts_once_and_as_shared(world: World, route: Callable[..., Any]) -> None:
    """Hai tuyến chồng nhau 1 km, một tuyến 1 km có bên thuê, tuyến kia dài 3 km: 1/3 km, không phải 1/4."""
    rent(route(0, 1000), world.rival)
    route(0, 3000, owner=world.rival)
    assert figure("pole_lines_let_km", world.province) == pytest.approx((1, 3), rel=0.01)


def test_ducts_rented_in_part_and_for_a_time(world: World, route: Callable[..., Any]) -> None:
    """Thuê 0,5 km của tuyến 2 km thì tính 0,5; hợp đồng đã hết thì không; tuyến không rõ xã vẫn tính cho tỉnh."""
    rent(route(0, 2000, "N1"), world.rival, shared_km=0.5)
    rent(route(3000, 4000, "N1", commune=None), world.rival, until_on=ON)
    route(5000, 6000, "N2")
    assert figure("underground_let_km", world.province) == pytest.approx((0.5, 4), rel=1e-3)
    assert figure("underground_let_or_joint_km", world.province) == pytest.approx((1.5, 4), rel=1e-3)


def test_places_on_masts_of_others(world: World, mast: Callable[..., Mast]) -> None:
    """3 lượt, 1 lượt trên cột của doanh nghiệp khác: 1/3."""
    mast((world.operator, "4G"), (world.rival, "4G"), (world.rival, "5G"))
    mast((world.operator, "4G"))
    assert figure("bts_sharing_on_others", world.province) == (1, 3)
