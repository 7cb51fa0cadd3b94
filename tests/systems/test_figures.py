"""Each figure of systems, clouds and links as somebody who knows the plans would count it, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.indicators.definitions import import_indicators
from hatang.indicators.formulas import FORMULAS, measure, total
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import compute_values
from hatang.systems.models import CloudUse, SystemUse
from tests.conftest import World
from tests.systems.registers import ON, add, agency, cloud, link, system

OF_SYSTEMS = {
    "commune-committees-tslcd": "commune_committees_tslcd",
    "party-state-bodies-tslcd": "party_state_bodies_tslcd",
    "provincial-systems-cloud": "provincial_systems_cloud",
    "agencies-government-cloud": "agencies_government_cloud",
    "agencies-domestic-cloud": "agencies_domestic_cloud",
    "systems-ai-blockchain-iot": "systems_ai_blockchain_iot",
    "agencies-digital-platforms": "agencies_digital_platforms",
}


def figure(name: str, world: World, on: date = ON) -> tuple[float, float] | None:
    sums = total(measure(FORMULAS[name].define(world.province, on)))
    return (sums.numerator, sums.denominator) if sums else None


@pytest.mark.parametrize("name", OF_SYSTEMS.values())
def test_an_empty_register_gives_no_figure(name: str, world: World) -> None:
    """Chưa ai ghi sổ thì không có số, không phải 0 %."""
    agency(world)
    assert figure(name, world) is None


def test_communes_whose_committee_is_linked(world: World) -> None:
    """2 xã, 1 UBND xã đã nối: 1/2; đường của cơ quan khác trong xã không tính; đường đã cắt không tính."""
    committee = agency(world, "UBND-1", sort="commune")
    link(world, agency=committee)
    there = agency(world, "CQ-2", commune=world.neighbour)
    link(world, "TSL-2", agency=there, commune=world.neighbour)
    assert figure("commune_committees_tslcd", world) == (1, 2)
    link(world, "TSL-3", agency=agency(world, "UBND-2", sort="commune", commune=world.neighbour), until_on=ON)
    assert figure("commune_committees_tslcd", world) == (1, 2)


def test_bodies_of_party_and_state(world: World) -> None:
    """Đảng, Nhà nước, xã: 3 cơ quan, 2 đã nối; đoàn thể, doanh nghiệp không tính."""
    for sort in ("party", "state"):
        link(world, f"TSL-{sort}", agency=agency(world, f"CQ-{sort}", sort=sort))
    agency(world, "UBND-1", sort="commune")
    for sort in ("front", "enterprise", "unit"):
        agency(world, f"CQ-{sort}", sort=sort)
    assert figure("party_state_bodies_tslcd", world) == (2, 3)
    (group,) = measure(FORMULAS["party_state_bodies_tslcd"].define(world.province, ON))
    assert group.commune_id == world.commune.pk


def test_shared_systems_on_a_cloud(world: World) -> None:
    """3 hệ thống dùng chung có ghi nơi đặt, 1 trên đám mây; chưa ghi thì nêu riêng, trang thành phần không tính."""
    portal = system(world, "HT-1", shared_provincial=True, hosting="cloud", cloud=cloud(world))
    system(world, "HT-2", shared_provincial=True, hosting="centre", owner=None)
    system(world, "HT-3", shared_provincial=True, hosting="own_room", simulated=True)
    unknown = system(world, "HT-4", shared_provincial=True, hosting="")
    system(world, "HT-5", hosting="cloud")
    system(world, "TR-1", shared_provincial=True, hosting="cloud", part_of=portal)
    assert figure("provincial_systems_cloud", world) == (1, 3)
    found = FORMULAS["provincial_systems_cloud"].define(world.province, ON)
    assert list(found.left_out or []) == [unknown]
    assert {row.code: row.marked for row in found.rows} == {"HT-1": 0, "HT-2": 0, "HT-3": 1}


def test_systems_with_new_technology(world: World) -> None:
    """Chưa rõ thì nêu riêng: 1 có, 1 không, 1 chưa rõ: 1/2; có một trong ba là đủ dù hai cái kia chưa rõ."""
    system(world, "HT-1", uses_iot=True)
    system(world, "HT-2", uses_ai=False, uses_blockchain=False, uses_iot=False)
    unknown = system(world, "HT-3", uses_ai=False, uses_blockchain=False)
    assert figure("systems_ai_blockchain_iot", world) == (1, 2)
    assert list(FORMULAS["systems_ai_blockchain_iot"].define(world.province, ON).left_out or []) == [unknown]


def test_who_uses_which_cloud(world: World) -> None:
    """4 cơ quan nhà nước, 1 doanh nghiệp nhà nước: 1 dùng đám mây Chính phủ số, 3 dùng trong nước, 1 nước ngoài."""
    own = cloud(world, "DM-1", origin="own", government=True)
    home, abroad = cloud(world, "DM-2"), cloud(world, "DM-3", origin="foreign")
    bodies = [agency(world, f"CQ-{n}") for n in range(4)]
    enterprise = agency(world, "DN-1", sort="enterprise")
    for n, (body, used) in enumerate(
        [(bodies[0], own), (bodies[1], home), (bodies[1], abroad), (bodies[2], abroad), (enterprise, home)]
    ):
        add(CloudUse, world, f"D-{n}", agency=body, cloud=used)
    add(CloudUse, world, "D-9", agency=bodies[3], cloud=own, until_on=date(2026, 1, 1))
    assert figure("agencies_government_cloud", world) == (1, 4)
    assert figure("agencies_domestic_cloud", world) == (3, 5)


def test_who_uses_platforms(world: World) -> None:
    """Nền tảng hạ tầng 1/3, nền tảng bất kỳ 2/3; nền tảng đã ngừng không tính."""
    rows = {n: system(world, f"HT-{n}", platform=p) for n, p in enumerate(("infrastructure", "other", "none"))}
    ended = system(world, "HT-9", platform="infrastructure", until_on=date(2025, 1, 1))
    for n, used in enumerate((rows[0], rows[1], ended), start=1):
        add(SystemUse, world, f"D-{n}", agency=agency(world, f"CQ-{n + 1}"), system=used)
    assert figure("agencies_digital_platforms", world) == (1, 4)
    assert figure("agencies_any_platform", world) == (2, 4)


def test_the_catalogue_counts_them_and_shows_the_rows(world: World, people: dict[str, Person]) -> None:
    """Con số vào chỉ tiêu, dẫn tới đúng các dòng; người ngoài thấy số, không thấy hệ thống nào."""
    import_indicators()
    wanted = Indicator.objects.filter(code__in=OF_SYSTEMS)
    assert dict(wanted.values_list("code", "formula")) == OF_SYSTEMS
    system(world, "HT-1", name="Hệ thống Bí mật", shared_provincial=True, hosting="cloud", cloud=cloud(world))
    system(world, "HT-2", shared_provincial=True, owner=None)
    body = agency(world, "UBND-1", sort="commune")
    link(world, agency=body)
    compute_values(actor=None, province=world.province, year=2026, today=date(2026, 12, 31), publish=True)
    of_province = Value.objects.filter(place=world.province)
    row = of_province.get(indicator__code="provincial-systems-cloud", formula="provincial_systems_cloud")
    assert (row.numerator, row.denominator, row.value) == (1, 2, 50)
    linked = Value.objects.get(place=world.commune, formula="commune_committees_tslcd")
    assert (linked.numerator, linked.denominator) == (1, 1)
    assert Value.objects.get(place=world.province, formula="commune_committees_tslcd").denominator == 2
    rows = reverse("indicators:rows", args=[row.pk])
    told: dict[str, str] = {}
    for who in ("department_officer", "operator", "stranger"):
        client = Client()
        client.force_login(people[who])
        told[who] = client.get(rows).content.decode()
    assert "Hệ thống Bí mật" in told.pop("department_officer")
    told["visitor"] = Client().get(rows).content.decode()
    assert not [who for who, text in told.items() if "Bí mật" in text]
