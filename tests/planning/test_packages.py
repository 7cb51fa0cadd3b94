"""Packages of the fund: villages newly served, an honest estimate, no operator named, gaps that say where to mend."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from openpyxl import load_workbook
from pyogrio import list_layers, read_info

from hatang.accounts.models import Person
from hatang.places.models import Place
from hatang.planning.models import FundPackage, Scenario
from hatang.planning.services.packages.making import keep_package
from tests.conftest import World
from tests.planning.made import solved_scenario, villages_of, wants, work_for


@pytest.fixture
def scenario(world: World) -> Scenario:
    """A scenario that newly serves both villages by two operators' works on one mast, one of them paid by the fund."""
    scenario = solved_scenario(world.province)
    fund, own = {"fund": 700_000_000, "operator": 650_000_000}, {"operator": 450_000_000}
    work_for(scenario, world.operator, [world.village], structure="new-1", year=2027, paid_vnd=fund)
    work_for(scenario, world.rival, [world.dark_village], structure="new-1", year=2028, paid_vnd=own)
    work_for(scenario, world.rival, [world.dark_village], structure="new-2")
    wants(scenario, world.village, 2027)
    wants(scenario, world.dark_village, 2028)
    return scenario


def posted(world: World, villages: list[Place], **more: Any) -> dict[str, Any]:
    """Fill the form of a package that is joined with the neighbour."""
    keys = [village.pk for village in villages]
    facts = {"title": "Gói 1", "first_year": "2027", "last_year": "2033", "joined_with": world.other_province.pk}
    return facts | {"villages": keys} | more


@pytest.fixture
def package(world: World, people: dict[str, Person], client: Client, scenario: Scenario) -> FundPackage:
    """A package of both villages, made on the page."""
    client.force_login(people["department_officer"])
    answer = client.post(f"/phuong-an/so/{scenario.pk}/lap-goi", posted(world, [world.village, world.dark_village]))
    assert answer.status_code == 302
    return FundPackage.objects.get()


def test_the_form_ticks_what_the_fund_pays_for_and_seven_years(
    world: World, people: dict[str, Person], client: Client, scenario: Scenario
) -> None:
    client.force_login(people["department_officer"])
    page = client.get(f"/phuong-an/so/{scenario.pk}/lap-goi").content.decode()
    assert f'value="{world.village.pk}" checked' in page
    assert f'value="{world.dark_village.pk}" checked' not in page
    assert 'value="2033"' in page
    assert "Nghị định 295/2025/NĐ-CP" in page


def test_a_shared_mast_is_paid_once(package: FundPackage) -> None:
    """Two equipments of 450 million on one mast of 900 million: 1.8 billion, not 2.7."""
    assert package.capital_vnd == 1_800_000_000
    assert package.yearly_vnd == 160_000_000
    assert set(package.villages.values_list("name", flat=True)) == {"Nà Lầm", "Khơ Đa"}


def test_fewer_than_twenty_villages_are_joined_with_a_neighbour(
    world: World, people: dict[str, Person], client: Client, scenario: Scenario
) -> None:
    """19 villages of one province: joined; 20: they stand alone."""
    officer = people["department_officer"]
    villages = villages_of(world, 20)
    for village in villages:
        wants(scenario, village, 2027)
    client.force_login(officer)
    address = f"/phuong-an/so/{scenario.pk}/lap-goi"
    refused = client.post(address, posted(world, villages[:19], joined_with=""))
    assert refused.status_code == 422
    assert "Gói có 19 thôn, dưới 20: gộp với tỉnh lân cận theo Nghị định 295/2025/NĐ-CP." in refused.content.decode()
    assert client.post(address, posted(world, villages, joined_with="")).status_code == 302
    row = FundPackage.objects.get()
    with pytest.raises(ValidationError, match="dưới 20"):
        keep_package(actor=officer, package=row, villages=villages[:19])


def test_only_villages_that_the_scenario_newly_serves_are_taken(
    world: World, people: dict[str, Person], scenario: Scenario
) -> None:
    """One that is served today, or by no work, is nothing to ask the fund for."""
    served, unserved = villages_of(world, 2)
    wants(scenario, served, 2027, served_by=[world.operator.pk])
    wants(scenario, unserved, None)
    for village in (served, unserved):
        row = FundPackage(province=world.province, scenario=scenario, service="3G+", title="Gói", first_year=2027)
        row.last_year, row.joined_with = 2033, world.other_province
        with pytest.raises(ValidationError, match=f"không đưa dịch vụ mới tới: {village}"):
            keep_package(actor=people["department_officer"], package=row, villages=[village])


def test_gaps_name_the_villages_and_lead_to_their_mending(package: FundPackage, world: World, client: Client) -> None:
    Place.objects.filter(pk=world.dark_village.pk).update(households=None, lon=None, lat=None)
    page = client.get(package.get_absolute_url()).content.decode()
    assert "1 thôn chưa biết số hộ." in page
    assert "1 thôn chưa có tọa độ." in page
    assert f'href="/dia-ban/{world.dark_village.pk}/sua"' in page
    assert "Ước tính dùng 4 đơn giá còn là giả định của hệ thống." in page


def test_a_scenario_solved_anew_is_told(package: FundPackage, scenario: Scenario, client: Client) -> None:
    scenario.candidates.filter(number=2).update(year=None)
    page = client.get(package.get_absolute_url()).content.decode()
    assert "Phương án đã tính lại sau khi lập gói; theo phương án hiện nay: vốn 1,4 tỷ đồng" in page
    assert "đủ số liệu để trình" not in page


def test_no_operator_is_named_in_what_is_sent(package: FundPackage, world: World, client: Client) -> None:
    """Whoever qualifies may bid; a name would be a preset."""
    book = load_workbook(io.BytesIO(client.get(f"/phuong-an/goi/{package.pk}/phu-luc.xlsx").content))
    cells = " ".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c)
    drawn = client.get(f"/phuong-an/goi/{package.pk}/ban-do.geojson").content.decode()
    for name in (world.operator.name, world.rival.name):
        assert name not in cells + drawn
    assert [sheet.title for sheet in book] == ["Gói", "Danh sách thôn", "Điểm đặt hạ tầng", "Ước tính"]
    villages = list(book["Danh sách thôn"].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[4], row[5], row[6]) for row in villages] == [
        ("Thôn Khơ Đa", 25, 100, 106.71),
        ("Thôn Nà Lầm", 100, 400, 106.7),
    ]


def test_the_digital_map_holds_villages_and_points(package: FundPackage, client: Client, tmp_path: Any) -> None:
    features = json.loads(client.get(f"/phuong-an/goi/{package.pk}/ban-do.geojson").content)["features"]
    spots = [f["properties"] for f in features if f["properties"]["lop"] == "diem_dat_ha_tang"]
    assert sorted((spot["phuong_an"], spot["so_thon"]) for spot in spots) == [("", 1), ("có", 2)]
    path = tmp_path / "goi.gpkg"
    path.write_bytes(client.get(f"/phuong-an/goi/{package.pk}/ban-do.gpkg").content)
    assert sorted(list_layers(path)[:, 0]) == ["diem_dat_ha_tang", "thon"]
    assert read_info(path, layer="thon")["features"] == 2


def test_a_package_is_dropped_and_can_be_made_again(package: FundPackage, client: Client) -> None:
    assert client.post(f"/phuong-an/goi/{package.pk}/bo").status_code == 302
    assert not FundPackage.objects.exists()
    assert FundPackage.history.filter(history_type="-").exists()
