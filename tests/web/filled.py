"""A small world with something to see on every page: two provinces, a former one, plans, figures, services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from hatang.indicators.models import Indicator, Value
from hatang.network.models import DeclaredCoverage, FibreReach, Mast, Station
from hatang.places.models import Place, PlaceSuccession
from hatang.plans.models import Baseline, Plan, Target, Task
from tests.conftest import NEW_UNITS, World

LAST_YEAR = timezone.localdate().year - 1
LONG_AGO = date(2020, 1, 1)


@dataclass
class Filled:
    """What was made, by name."""

    world: World
    villages: Indicator
    phones: Indicator
    secret: Indicator
    ready: Indicator
    plan: Plan
    former: Place
    former_plan: Plan
    task: Task
    old_commune: Place


def make_indicator(code: str, number: int, **more: object) -> Indicator:
    """Make an indicator in per cent unless told otherwise."""
    facts = {"component": "telecom", "unit_code": "percent", "rollup": "ratio_of_sums", "source": "reported"}
    names = {"name": f"Tỷ lệ {code}", "short_name": code}
    return Indicator.objects.create(**{"code": code, "number": number, **names, **facts, **more})


def make_value(indicator: Indicator, place: Place, year: int, value: float, **more: object) -> Value:
    """Make a published figure."""
    facts = {
        "on": date(year, 12, 31),
        "how": "reported",
        "state": "published",
        "known_from": timezone.now(),
        "formula": indicator.formula,
    }
    return Value.objects.create(
        **{"indicator": indicator, "place": place, "year": year, "value": value, **facts, **more}
    )


def make_plan(code: str, territory: Place, province: Place, *, published: bool = True) -> Plan:
    """Make a plan of a territory."""
    return Plan.objects.create(
        code=code,
        title=f"Kế hoạch hạ tầng số {territory.name}",
        issuer="UBND tỉnh",
        territory=territory,
        province=province,
        year_from=LAST_YEAR,
        year_to=LAST_YEAR + 5,
        published=published,
    )


def make_target(plan: Plan, indicator: Indicator, year: int, value: float | None, comparator: str = "ge") -> Target:
    """Make a target."""
    return Target.objects.create(
        plan=plan, indicator=indicator, year=year, value=value, comparator=comparator, section="II.1"
    )


def fill(world: World) -> Filled:
    """Fill the world."""
    counted = {"source": "register", "formula": "villages_mobile_broadband", "numerator_text": "Thôn có sóng"}
    villages = make_indicator("thon-co-song", 9, name="Tỷ lệ thôn có băng rộng di động", **counted)
    phones = make_indicator("dien-thoai", 3, name="Người trưởng thành có điện thoại thông minh")
    secret = make_indicator("thue-bao", 1, name="Số thuê bao trên 100 dân", commercial=True, unit_code="per_100_people")
    ready = make_indicator("6g", 60, name="Sẵn sàng thử nghiệm 6G", unit_code="yes_no", rollup="none")
    plan = make_plan("lang-son", world.province, world.province)
    make_target(plan, villages, LAST_YEAR, 95)
    make_target(plan, villages, LAST_YEAR + 5, 100)
    make_target(plan, phones, LAST_YEAR, 75)
    make_target(plan, ready, LAST_YEAR + 5, None, "done")
    Baseline.objects.create(plan=plan, indicator=villages, label="Thôn có sóng", year=LAST_YEAR - 1, value=80)
    fill_values(world, villages, phones, secret)
    fill_network(world)
    former, former_plan = fill_former(world, phones)
    task = Task.objects.create(plan=plan, title="Phủ sóng các thôn lõm", due_on=date(LAST_YEAR, 6, 30))
    old = Place.objects.create(
        kind="commune", title="Thị trấn", name="Cao Lộc", code="06200", province=world.province,
        valid_to=NEW_UNITS - timedelta(days=1),
    )  # fmt: skip
    PlaceSuccession.objects.create(predecessor=old, successor=world.commune, on=NEW_UNITS)
    return Filled(world, villages, phones, secret, ready, plan, former, former_plan, task, old)


def fill_values(world: World, villages: Indicator, phones: Indicator, secret: Indicator) -> None:
    """Make figures of the province and of its communes; one commune has none."""
    for year, figure in ((LAST_YEAR - 1, 80), (LAST_YEAR, 90)):
        facts = {"how": "counted", "numerator": figure, "denominator": 100}
        make_value(villages, world.province, year, figure, **facts)
        make_value(villages, world.commune, year, figure - 40, **facts)
    make_value(phones, world.province, LAST_YEAR, 78, how="measured")
    make_value(phones, world.commune, LAST_YEAR, 60)
    make_value(phones, world.neighbour, LAST_YEAR, 85, restated=True)
    make_value(secret, world.commune, LAST_YEAR, 71.5)
    make_value(secret, world.province, LAST_YEAR, 70)


def fill_network(world: World) -> None:
    """Make a shared mast, and services in one of the two villages."""
    mast = Mast.objects.create(
        code="C1", owner=world.operator, province=world.province, commune=world.commune, lon=106.7, lat=21.9,
        built_on=LONG_AGO,
    )  # fmt: skip
    Station.objects.create(code="T1", mast=mast, operator=world.operator, technology="4G", on_air_on=LONG_AGO)
    for operator, technology in ((world.operator, "4G"), (world.rival, "5G")):
        DeclaredCoverage.objects.create(
            place=world.village, operator=operator, technology=technology, since_on=LONG_AGO
        )
    FibreReach.objects.create(village=world.village, operator=world.rival, households_able=80, since_on=LONG_AGO)


def fill_former(world: World, phones: Indicator) -> tuple[Place, Plan]:
    """Make Hà Giang, which became part of Tuyên Quang, with its own plan."""
    last_day = NEW_UNITS - timedelta(days=1)
    former = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=last_day)
    PlaceSuccession.objects.create(
        predecessor=former, successor=world.other_province, on=NEW_UNITS, population_percent=100, area_percent=100
    )
    world.other_commune.former_province = former
    world.other_commune.save()
    plan = make_plan("ha-giang", former, world.other_province)
    make_target(plan, phones, LAST_YEAR, 85)
    make_value(phones, former, LAST_YEAR, 83, simulated=True)
    make_value(phones, world.other_commune, LAST_YEAR, 83, simulated=True)
    return former, plan
