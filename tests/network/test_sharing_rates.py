"""Sharing rates as somebody would count them by hand, and what an operator must not be able to work out."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hatang.accounts.models import Organisation, Person
from hatang.network.models import House, Mast, PoleLine, Station, Tenancy
from hatang.network.services.sharing_overview import sharing_for_officers, sharing_for_operator
from hatang.network.services.sharing_rates import READINGS, items_on, rate
from tests.answers import bare
from tests.conftest import World

LONG_AGO = date(2020, 1, 1)
ON = date(2025, 12, 31)
METRES_PER_DEGREE = 103_335


def mast(world: World, owner: Organisation, *on_air: Organisation, **more: Any) -> Mast:
    """Make a mast with stations on air."""
    facts = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95, "built_on": LONG_AGO}
    made = Mast.objects.create(code=more.pop("code", f"C{Mast.objects.count()}"), owner=owner, **facts | more)
    for operator in on_air:
        Station.objects.create(mast=made, code=made.code, operator=operator, technology="4G", on_air_on=LONG_AGO)
    return made


def line(world: World, owner: Organisation, begin_m: float, end_m: float, **more: Any) -> PoleLine:
    """Make a pole line along a parallel."""
    spots = ", ".join(f"{106.7 + x / METRES_PER_DEGREE} 21.9" for x in (begin_m, end_m))
    facts = {"province": world.province, "commune": world.commune, "built_on": LONG_AGO, "kind": "C1"}
    path = GEOSGeometry(f"LINESTRING({spots})", srid=4326)
    return PoleLine.objects.create(code=f"T{PoleLine.objects.count()}", owner=owner, path=path, **facts | more)


@pytest.fixture
def third(world: World) -> Organisation:
    """Make a third operator."""
    return Organisation.objects.create(kind="operator", name="Doanh nghiệp C", short_name="C")


def test_readings_of_masts_and_houses(world: World) -> None:
    """3 vị trí, 1 có hai doanh nghiệp: 1/3; 4 lượt, 1 trên cột người khác: 1/4; cột thuê chưa phát sóng: 2/4 cột."""
    a, b = world.operator, world.rival
    mast(world, a, a, b)
    mast(world, a, a)
    mast(world, b, b)
    Tenancy.objects.create(mast=mast(world, b), tenant=a, since_on=LONG_AGO)
    house = House.objects.create(
        code="N1",
        owner=a,
        kind="NT1",
        province=world.province,
        commune=world.commune,
        lon=106.7,
        lat=21.9,
        built_on=date(2025, 5, 1),
    )
    Tenancy.objects.create(house=house, tenant=b, since_on=date(2025, 6, 1))
    shown = sharing_for_officers(world.province, ON)
    found = {row.reading.key: row.all and (row.all.shared, row.all.total) for row in shown.lines}
    assert found["cot-vi-tri"] == (1, 3)
    assert found["cot-luot"] == (1, 4)
    assert found["cot-su-dung"] == (2, 4)
    assert found["nha-tram"] == (1, 1)
    new = {row.reading.key: row.new and (row.new.shared, row.new.total) for row in shown.lines}
    assert (new["nha-tram"], new["cot-vi-tri"]) == ((1, 1), (0, 0))
    assert shown.finding.startswith(
        "Ngày 31/12/2025: 1 trong 3 vị trí BTS có từ hai doanh nghiệp phát sóng (33,3\N{NO-BREAK SPACE}%)"
    )
    owners = {row.label: [(r.shared, r.total) for r in row.rates if r] for row in shown.owners}
    assert owners["A"][:2] == [(1, 2), (0, 2)]
    assert owners["B"][:2] == [(0, 1), (1, 2)]


def test_overlapping_lines_count_once_for_all_and_wholly_for_each_owner(world: World) -> None:
    """Hai chủ kéo song song 1 km: cả tỉnh 1 km, mỗi chủ 1 km, 1 km có hai chủ."""
    for owner in (world.operator, world.rival):
        line(world, owner, 0, 1000)
    shown = sharing_for_officers(world.province, ON)
    total = next(row.all for row in shown.lines if row.reading.key == "cot-cap-km")
    assert total is not None and total.total == pytest.approx(1, rel=1e-3)
    each = [row.rates[3].total for row in shown.owners if row.rates[3]]
    assert each == pytest.approx([1, 1], rel=1e-3)
    assert shown.several_km["tuyến cột treo cáp"] == pytest.approx(1, rel=1e-3)


def test_the_list_behind_an_owners_figure_adds_up_to_it(
    world: World, people: dict[str, Person], client: Client
) -> None:
    """Tuyến của mỗi chủ đo riêng: danh sách phía sau số của một chủ cũng vậy."""
    for owner in (world.operator, world.rival):
        line(world, owner, 0, 1000)
    client.force_login(people["analyst"])
    things = reverse("network:sharing_things", args=[world.province.code, "cot-cap-km"])
    for owner, code in ((world.operator, "T0"), (world.rival, "T1")):
        book = load_workbook(io.BytesIO(client.get(f"{things}?dn={owner.pk}&xuat=xlsx").content))
        rows = [row for row in book.active.iter_rows(values_only=True) if row[0] in ("T0", "T1")]
        assert [(row[0], row[6]) for row in rows] == [(code, pytest.approx(1, rel=1e-3))]


def test_a_copied_line_changes_no_rate(world: World) -> None:
    line(world, world.operator, 0, 700)
    rented = line(world, world.operator, 2000, 2300)
    Tenancy.objects.create(pole_line=rented, tenant=world.rival, since_on=LONG_AGO)
    before = rate(READINGS["cot-cap-km"], items_on(PoleLine, world.province, ON))
    line(world, world.rival, 2000, 2300)
    line(world, world.operator, 0, 700)
    after = rate(READINGS["cot-cap-km"], items_on(PoleLine, world.province, ON))
    assert (after.shared, after.total) == pytest.approx((before.shared, before.total), abs=1e-5)


def test_an_operator_sees_its_own_and_no_total_of_two(world: World, third: Organisation) -> None:
    """Tổng của hai doanh nghiệp thì mỗi bên trừ đi phần mình là biết phần bên kia; từ ba trở lên mới nêu."""
    a, b = world.operator, world.rival
    mast(world, a, a)
    for _ in range(5):
        mast(world, b, b, a)
    last_year = date(timezone.localdate().year - 1, 12, 31)

    def totals() -> dict[str, Any]:
        shown = sharing_for_operator(world.province, timezone.localdate(), [a.pk], last_year)
        own = {row.reading.key: (row.all.shared, row.all.total) for row in shown.lines if row.all}
        assert own["cot-vi-tri"] == (0, 1)
        assert own["cot-luot"] == (5, 6)
        assert not shown.owners
        return {row.reading.key: row.all for row in shown.totals}

    assert totals()["cot-vi-tri"] is None
    assert totals()["cot-luot"] is None
    mast(world, third, third)
    assert totals()["cot-vi-tri"].total == 7
    assert totals()["cot-luot"].total == 12


def test_what_a_rival_does_today_changes_nothing_an_operator_reads(
    world: World, people: dict[str, Person], third: Organisation
) -> None:
    """Cột mới của đối thủ trong năm không hiện trong trang, tệp xuất, hay danh sách của doanh nghiệp khác."""
    mast(world, world.operator, world.operator)
    mast(world, third, third)
    mast(world, world.rival, world.rival)
    client = Client()
    client.force_login(people["operator"])
    page = reverse("network:sharing", args=[world.province.code])
    things = reverse("network:sharing_things", args=[world.province.code, "cot-vi-tri"])
    addresses = [page, f"{page}?nam=2024", f"{page}?xuat=csv", things, f"{things}?dn={world.rival.pk}&xuat=csv"]
    before = [bare(client.get(address)) for address in addresses]
    today = timezone.localdate()
    mast(world, world.rival, world.rival, code="BI-MAT", built_on=today, commune=world.neighbour, offered=True)
    line(world, world.rival, 0, 1000, built_on=today)
    after = [bare(client.get(address)) for address in addresses]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True] * len(addresses)


def test_page_and_export_say_the_same(world: World, people: dict[str, Person]) -> None:
    mast(world, world.operator, world.operator, world.rival, simulated=True)
    client = Client()
    client.force_login(people["analyst"])
    page = reverse("network:sharing", args=[world.province.code])
    text = client.get(page).content.decode()
    assert "1 trong 1 vị trí BTS" in text
    assert "DỮ LIỆU MÔ PHỎNG" in text
    book = load_workbook(io.BytesIO(client.get(f"{page}?xuat=xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "DỮ LIỆU MÔ PHỎNG"
    first = next(row for row in rows if row[2] == READINGS["cot-vi-tri"].label)
    assert first[4:7] == (1, 1, 100)
    listed = client.get(reverse("network:sharing_things", args=[world.province.code, "cot-luot"])).content.decode()
    assert "C0" in listed and "1 công trình" in listed
    assert client.get(reverse("network:sharing_things", args=[world.province.code, "khac"])).status_code == 404
