"""An indicator's page: will the target be met, where not, and why?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hatang.indicators.models import Value
from hatang.places.models import Place
from hatang.web.services.axis import axis_for
from tests.conftest import NEW_UNITS
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import LAST_YEAR, Filled, make_value

As = Callable[[str], Client]
WORKS_TO_COME = 5
"""What a projection asks for: scenarios and their places, declarations and masts to come, places not yet served."""
PHONES, VILLAGES = "/tinh/20/chi-tieu/dien-thoai/", "/tinh/20/chi-tieu/thon-co-song/"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_it_says_whether_the_target_is_met(client: Client, filled: Filled) -> None:
    page = text(client, PHONES)
    assert f"Đến hết năm {LAST_YEAR}: 78% (năm {LAST_YEAR}) đạt mục tiêu ít nhất 75%." in page


def test_communes_stand_worst_first_and_those_without_a_figure_last(client: Client, filled: Filled) -> None:
    Place.objects.create(
        kind="commune", title="Xã", name="Ba Sơn", code="06190", province=filled.world.province, valid_from=NEW_UNITS
    )
    lines = client.get(PHONES).context["trend"].communes
    assert [line.place.name for line in lines] == ["Đồng Đăng", "Kỳ Lừa", "Ba Sơn"]
    page = text(client, PHONES)
    assert f"Tính đến năm {LAST_YEAR}, 1 trong 2 xã, phường có số liệu chưa đạt mức ít nhất 75%" in page
    assert "1 xã, phường chưa có số liệu." in page


def test_figures_of_communes_later_than_the_target_say_their_own_year(client: Client, filled: Filled) -> None:
    """The province missed last year's target; that communes reach its level this year is no contradiction."""
    Value.objects.filter(indicator=filled.phones, place=filled.world.province).update(value=70)
    make_value(filled.phones, filled.world.commune, LAST_YEAR + 1, 80)
    page = text(client, PHONES)
    assert f"Đến hết năm {LAST_YEAR}: 70% (năm {LAST_YEAR}) không đạt mục tiêu ít nhất 75%." in page
    said = f"cả 1 xã, phường có số liệu đều đạt mức ít nhất 75% (mục tiêu năm {LAST_YEAR})."
    assert f"Tính đến năm {LAST_YEAR + 1}, {said}" in page


def test_a_commune_is_held_against_the_target_of_the_former_province_it_came_from(
    client: Client, filled: Filled
) -> None:
    Place.objects.create(
        kind="commune", title="Xã", name="Chiêm Hóa", code="02300", province=filled.world.other_province,
        valid_from=NEW_UNITS,
    )  # fmt: skip
    chiem_hoa = Place.objects.get(code="02300")
    make_value(filled.phones, chiem_hoa, LAST_YEAR, 10)
    lines = client.get("/tinh/08/chi-tieu/dien-thoai/").context["trend"].communes
    assert {line.place.name: line.reached for line in lines} == {"Chiêm Hóa": None, "Đồng Văn": False}


def test_the_year_is_chosen_by_a_link(client: Client, filled: Filled) -> None:
    page = text(client, f"{VILLAGES}?nam={LAST_YEAR - 1}")
    assert f'href="?nam={LAST_YEAR}"' in page
    assert client.get(f"{VILLAGES}?nam={LAST_YEAR - 1}").context["trend"].communes[0].value.value == 40
    for nonsense in ("abc", "9999", "²²²²", ""):
        assert client.get(VILLAGES, {"nam": nonsense}).context["trend"].year == LAST_YEAR


def test_every_figure_leads_to_its_lineage_and_the_chart_has_its_data(client: Client, filled: Filled) -> None:
    page = text(client, VILLAGES)
    for value in filled.villages.values.all():
        assert (f"/so-lieu/{value.pk}/" in page) == (value.year == LAST_YEAR or value.place == filled.world.province)
    block = re.search(r'<script id="trend-data" type="application/json">(.*?)</script>', page)
    assert block
    data = json.loads(block.group(1))
    assert [p["level"] for p in data["territories"][0]["points"]] == [80, 90]
    assert [t["level"] for t in data["territories"][0]["targets"]] == [95, 100]
    assert data["axis"] == {"least": 75, "most": 100, "step": 5}


def test_commercial_figures_of_communes_stay_with_the_department(client: Client, as_: As, filled: Filled) -> None:
    address = "/tinh/20/chi-tieu/thue-bao/"
    page = text(client, address)
    assert "bí mật kinh doanh" in page
    assert "71,5" not in page + client.get(address, {"xuat": "csv"}).content.decode()
    assert "71,5" in text(as_("department_officer"), address)


def test_the_csv_holds_series_and_communes_and_says_what_is_missing(client: Client, filled: Filled) -> None:
    table = client.get(VILLAGES, {"xuat": "csv"}).content.decode("utf-8-sig")
    assert f"Xã Đồng Đăng,06181,{LAST_YEAR},50" in table
    assert f"Phường Kỳ Lừa,05977,{LAST_YEAR},,,,,chưa có số liệu" in table
    assert "DỮ LIỆU MÔ PHỎNG" not in table
    marked = client.get("/tinh/08/chi-tieu/dien-thoai/", {"xuat": "csv"}).content.decode("utf-8-sig")
    assert marked.startswith("DỮ LIỆU MÔ PHỎNG")


def test_recomputed_and_simulated_figures_are_said_to_be_so(client: Client, filled: Filled) -> None:
    assert "tính lại theo địa giới hiện nay" in text(client, PHONES)
    assert "tính lại theo địa giới hiện nay" not in text(client, VILLAGES)
    assert "DỮ LIỆU MÔ PHỎNG" in text(client, "/tinh/08/chi-tieu/dien-thoai/")
    assert "DỮ LIỆU MÔ PHỎNG" not in text(client, PHONES)


def test_an_indicator_without_figures_says_what_to_do(client: Client, filled: Filled) -> None:
    page = text(client, "/tinh/20/chi-tieu/6g/")
    assert "Chưa có số liệu cấp tỉnh" in page
    assert "echarts" not in page
    assert client.get("/tinh/20/chi-tieu/khong-co/").status_code == 404


def test_a_yes_or_no_is_told_without_a_chart(client: Client, filled: Filled) -> None:
    make_value(filled.ready, filled.world.province, LAST_YEAR, 1)
    page = text(client, "/tinh/20/chi-tieu/6g/")
    assert ">có</a>" in page
    assert "trend-data" not in page


@pytest.mark.parametrize(
    ("levels", "top", "decimals", "axis"),
    [
        ([87.1, 89.23, 98.5], 100.0, 2, (80, 100, 5)),
        ([85.4, 90, 95], 100.0, 2, (80, 100, 5)),
        ([99.5, 99.9], 100.0, 2, (99.4, 100, 0.2)),
        ([3, 60, 100], 100.0, 2, (0, 100, 20)),
        ([70], None, 0, (60, 80, 20)),
        ([0], None, 0, (0, 1, 1)),
        ([61.5, 71.5, 102], None, 1, (40, 120, 20)),
        ([1, 3], None, 0, (0, 3, 1)),
        ([12_000, 13_000], None, 0, (11_750, 13_000, 250)),
        ([104.0], 100.0, 2, (100, 125, 25)),
    ],
)
def test_the_axis_counts_in_steps_that_people_use(
    levels: list[float], top: float | None, decimals: int, axis: tuple[float, float, float]
) -> None:
    found = axis_for(levels, top=top, decimals=decimals)
    assert (found.least, found.most, found.step) == axis
    assert found.least <= min(levels) <= max(levels) <= found.most


def test_few_queries(as_: As, filled: Filled, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = as_("department_head")
    for address in (PHONES, VILLAGES, "/tinh/08/chi-tieu/dien-thoai/"):
        with django_assert_max_num_queries(MOST_QUERIES + WORKS_TO_COME):
            client.get(address)
