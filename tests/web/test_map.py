"""The map without a script: sentence, legend, table, data and exports say the same, and only what one may know."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from hatang.indicators.models import Indicator, Value
from hatang.network.kinds import OF_MODEL
from hatang.network.models import DeclaredCoverage, Mast, PoleLine, Station
from hatang.places.models import Boundary, Place
from hatang.web.services.maps import read_asked
from tests.conftest import NEW_UNITS
from tests.network.things import make_thing
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import LAST_YEAR, LONG_AGO, Filled, make_target, make_value
from tests.web.mapped import map_out

As = Callable[[str], Client]
POLE_LINE = OF_MODEL[PoleLine]
MAP, DATA, SHEET = "/tinh/20/ban-do/", "/tinh/20/ban-do/so-lieu", "/tinh/20/ban-do/in"


def ask(client: Client, address: str, **query: object) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def data(client: Client, address: str = DATA, **query: object) -> dict[str, Any]:
    response = client.get(address, query)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def frame(client: Client, address: str = DATA, **query: object) -> dict[str, Any]:
    """Give the newest frame."""
    found: dict[str, Any] = data(client, address, **query)["frames"][-1]
    return found


# Figures by commune


def test_it_says_in_one_sentence_how_many_reach_the_goal_and_who_is_worst(client: Client, filled: Filled) -> None:
    page = ask(client, MAP, ct="dien-thoai")
    told = f"Năm {LAST_YEAR}, 1 trong 2 xã, phường có số liệu đạt mức ít nhất 75% (mục tiêu năm {LAST_YEAR})"
    assert f"{told}; kém nhất: Xã Đồng Đăng (60%)." in page


def test_the_table_is_worst_first_and_the_legend_counts_every_commune_once(client: Client, filled: Filled) -> None:
    Place.objects.create(
        kind="commune", title="Xã", name="Ba Sơn", code="06190", province=filled.world.province, valid_from=NEW_UNITS
    )
    found = data(client, ct="dien-thoai")
    shown = found["frames"][-1]
    assert [found["names"][str(row[0])][0] for row in shown["rows"]] == ["Xã Đồng Đăng", "Phường Kỳ Lừa", "Xã Ba Sơn"]
    assert [row[1] for row in shown["rows"]] == ["60%", "85%", "–"]
    assert sum(s["count"] for s in shown["shades"]) == 3
    assert {s["key"]: s["count"] for s in shown["shades"] if s["count"]} == {"low1": 1, "high2": 1, "none": 1}
    page = ask(client, MAP, ct="dien-thoai")
    assert page.index("Xã Đồng Đăng</a>") < page.index("Phường Kỳ Lừa</a>") < page.index("Xã Ba Sơn</a>")


def test_every_year_has_the_figures_of_the_indicators_page(client: Client, filled: Filled) -> None:
    """The indicator's page reads the same figures by another way."""
    for code in ("thon-co-song", "dien-thoai"):
        for shown in data(client, ct=code)["frames"]:
            trend = client.get(f"/tinh/20/chi-tieu/{code}/", {"nam": shown["year"]}).context["trend"]
            there = {c.place.pk: str(c.value) if c.value else "–" for c in trend.communes}
            assert {row[0]: row[1] for row in shown["rows"]} == there
            reached = {c.place.pk for c in trend.communes if c.reached}
            assert {row[0] for row in shown["rows"] if row[2].startswith("high")} == reached


def test_a_year_in_the_address_is_shown_and_nonsense_means_the_newest(client: Client, filled: Filled) -> None:
    assert f"Năm {LAST_YEAR - 1}, 0 trong 1" in ask(client, MAP, ct="thon-co-song", nam=LAST_YEAR - 1)
    for nonsense in ("abc", "9999", "²²²²", ""):
        assert f"Năm {LAST_YEAR}, 0 trong 1" in ask(client, MAP, ct="thon-co-song", nam=nonsense)


def test_almost_all_is_not_all(client: Client, filled: Filled) -> None:
    make_target(filled.plan, filled.phones, LAST_YEAR + 1, 100)
    make_value(filled.phones, filled.world.commune, LAST_YEAR + 1, 99.9999)
    row = frame(client, ct="dien-thoai")["rows"][0]
    assert row[1] == "99,99%"
    assert row[2].startswith("low")


def test_lower_is_better_where_the_indicator_says_so(client: Client, filled: Filled) -> None:
    Indicator.objects.filter(pk=filled.phones.pk).update(direction="lower")
    shown = frame(client, ct="dien-thoai")
    assert [(row[1], row[2][:3], row[3]) for row in shown["rows"]] == [
        ("85%", "low", "vượt quá 10 điểm %"),
        ("60%", "hig", "đạt"),
    ]


def test_each_commune_is_held_against_the_target_of_the_province_it_came_from(client: Client, filled: Filled) -> None:
    other = filled.world.other_province
    plain = Place.objects.create(
        kind="commune", title="Xã", name="Chiêm Hóa", code="02300", province=other, valid_from=NEW_UNITS
    )
    make_value(filled.phones, plain, LAST_YEAR, 10)
    shown = frame(client, "/tinh/08/ban-do/so-lieu", ct="dien-thoai")
    notes = {row[0]: row[3] for row in shown["rows"]}
    assert notes == {plain.pk: "", filled.world.other_commune.pk: "thiếu 2 điểm %"}
    assert "0 trong 1 xã, phường có số liệu và có mục tiêu" in shown["finding"]
    assert "Hà Giang cũ" in shown["finding"]
    assert not any("đạt" in s["label"] for s in shown["shades"])


def test_what_is_simulated_says_so_everywhere(client: Client, filled: Filled) -> None:
    query = {"ct": "dien-thoai"}
    assert "DỮ LIỆU MÔ PHỎNG" in ask(client, "/tinh/08/ban-do/", **query)
    assert "DỮ LIỆU MÔ PHỎNG" in ask(client, "/tinh/08/ban-do/in", **query)
    assert frame(client, "/tinh/08/ban-do/so-lieu", **query)["simulated"]
    assert "DỮ LIỆU MÔ PHỎNG" not in ask(client, MAP, **query)
    assert ask(client, "/tinh/08/ban-do/", xuat="csv", **query).startswith("\ufeffDỮ LIỆU MÔ PHỎNG")


# Who may know


def test_business_secrets_are_for_officers(client: Client, as_: As, filled: Filled) -> None:
    figure = "71,5"
    for address in (MAP, DATA, SHEET):
        assert figure not in ask(client, address, ct="thue-bao")
        assert figure not in ask(as_("operator"), address, ct="thue-bao")
        assert figure not in ask(as_("stranger"), address, ct="thue-bao")
        assert figure in ask(as_("department_officer"), address, ct="thue-bao")
    assert "bí mật kinh doanh" in ask(client, MAP, ct="thue-bao")


def test_drafts_are_not_shown_to_the_public(client: Client, as_: As, filled: Filled) -> None:
    make_value(filled.phones, filled.world.commune, LAST_YEAR + 1, 12.34, state="draft")
    assert "12,34" not in ask(client, DATA, ct="dien-thoai")
    assert "12,34" in ask(as_("department_head"), DATA, ct="dien-thoai")


def test_who_may_not_see_masts_gets_the_answer_of_a_question_that_does_not_exist(
    client: Client, as_: As, filled: Filled
) -> None:
    for person in (client, as_("stranger"), as_("administrator")):
        assert data(person, hoi="cot") == data(person, hoi="khong-co")
        assert "Cột nào dùng chung" not in ask(person, MAP)
    assert "Cột nào dùng chung" in ask(as_("department_officer"), MAP)


def test_an_operator_counts_its_own_masts_only(as_: As, filled: Filled) -> None:
    world = filled.world
    shared = Mast.objects.create(
        code="C2", owner=world.rival, province=world.province, commune=world.neighbour, lon=106.8, lat=21.9,
        built_on=LONG_AGO,
    )  # fmt: skip
    for code, operator in (("T2", world.rival), ("T3", world.operator)):
        Station.objects.create(code=code, mast=shared, operator=operator, technology="4G", on_air_on=LONG_AGO)
    alone = Mast.objects.create(
        code="C3", owner=world.rival, province=world.province, commune=world.neighbour, lon=106.8, lat=21.9,
        built_on=LONG_AGO,
    )  # fmt: skip
    assert "1 trong 2 cột ăng ten bạn được xem" in frame(as_("operator"), hoi="cot")["finding"]
    assert "1 trong 2 cột ăng ten bạn được xem" in frame(as_("rival"), hoi="cot")["finding"]
    told = frame(as_("department_officer"), hoi="cot")
    assert "1 trong 3 cột ăng ten từ hai doanh nghiệp dùng chung" in told["finding"]
    assert told["rows"][0][:2] == [world.neighbour.pk, "1 / 2"]
    Mast.objects.filter(pk=alone.pk).update(offered=True)
    offered = frame(as_("operator"), hoi="cot")
    assert {shade["key"]: shade["count"] for shade in offered["shades"]} == {"wanted": 1, "others": 1, "unknown": 1}


def test_things_are_narrowed_down_and_the_address_keeps_it(as_: As, filled: Filled) -> None:
    world, client = filled.world, as_("department_officer")
    make_thing(POLE_LINE, world, "L1", spare=2, capacity=3)
    make_thing(POLE_LINE, world, "L2", world.rival, spare=0, capacity=3)
    make_thing(POLE_LINE, world, "L3", world.rival, built_on=None, planned_on=LONG_AGO)
    whole = frame(client, hoi="tuyen-cot")
    assert [shade["count"] for shade in whole["shades"]] == [1, 1]
    assert re.search(r"1 \(0,\d km\) trong 2 \(1,\d km\) tuyến cột treo cáp còn chỗ treo cáp", whole["finding"])
    assert whole["rows"][0][:2] == [world.commune.pk, "1 / 2"]
    assert frame(client, hoi="tuyen-cot", dn=str(world.rival.pk))["rows"][0][1] == "0 / 1"
    assert [s["count"] for s in frame(client, hoi="tuyen-cot", tt="planned")["shades"]] == [0, 0, 1]
    page = ask(client, MAP, hoi="tuyen-cot", trong="1", noi=world.commune.pk)
    assert f'href="/ha-tang/20/tuyen-cot?trong=1&amp;xa={world.commune.pk}"' in page
    assert "không có công trình ngầm nào khớp" in frame(client, hoi="cong")["finding"]


# Villages and zones


@pytest.mark.parametrize(
    ("technology", "lacking"), [("5G", 1), ("4G", 1), ("3G", 2), ("di-dong", 1), ("cap-quang", 1), ("7G", 1)]
)
def test_villages_that_lack_a_service_are_counted(
    client: Client, filled: Filled, technology: str, lacking: int
) -> None:
    shown = frame(client, hoi="thon", cn=technology)
    assert f"{lacking} trong 2 thôn, tổ dân phố chưa có" in shown["finding"]
    assert sum(item[3] == "lacks" for item in shown["items"]) == lacking
    assert shown["rows"] == [
        [filled.world.commune.pk, f"{lacking} / 2", "lacks", shown["rows"][0][3], None, "counted", 0]
    ]


def test_villages_agree_with_the_counted_figure(client: Client, filled: Filled) -> None:
    """The share that the formula counts is what the map leaves over."""
    from hatang.indicators.formulas import FORMULAS, measure, total

    sums = total(measure(FORMULAS["villages_mobile_broadband"].define(filled.world.province, timezone.localdate())))
    shown = frame(client, hoi="thon", cn="di-dong")
    assert sums is not None
    assert sum(item[3] == "has" for item in shown["items"]) == sums.numerator
    assert len(shown["items"]) == sums.denominator


def test_the_day_in_the_address_counts(client: Client, filled: Filled) -> None:
    assert "2 trong 2 thôn" in frame(client, hoi="thon", cn="5G", ngay="2019-12-31")["finding"]
    DeclaredCoverage.objects.filter(technology="5G").update(until_on=date(2024, 1, 1))
    assert "2 trong 2 thôn" in frame(client, hoi="thon", cn="5G")["finding"]
    assert "1 trong 2 thôn" in frame(client, hoi="thon", cn="5G", ngay="2023-12-31")["finding"]


def test_zones_and_sites_say_which_have_5g(client: Client, filled: Filled) -> None:
    inside = {"parent": filled.world.commune, "province": filled.world.province}
    zone = Place.objects.create(
        kind="zone", type="industrial_park", title="Khu công nghiệp", name="Đồng Bành", **inside
    )
    Place.objects.create(kind="site", type="school", title="Trường học", name="Đồng Đăng", **inside)
    DeclaredCoverage.objects.create(place=zone, operator=filled.world.rival, technology="5G", since_on=LONG_AGO)
    shown = frame(client, hoi="khu")
    assert "1 trong 2 khu, cụm, địa điểm chưa có 5G" in shown["finding"]
    assert {item[1]: item[3] for item in shown["items"]} == {
        "Khu công nghiệp Đồng Bành": "has",
        "Trường học Đồng Đăng": "lacks",
    }


def test_without_a_script_the_villages_of_the_place_marked_are_listed(client: Client, filled: Filled) -> None:
    page = ask(client, MAP, hoi="thon", noi=filled.world.commune.pk)
    assert "Thôn, tổ dân phố: Xã Đồng Đăng" in page
    assert f'href="/noi/{filled.world.dark_village.pk}/"' in page
    assert f'href="?hoi=thon&amp;noi={filled.world.commune.pk}"' in page
    assert "<h2>Xã Đồng Đăng</h2>" in page
    inside = ask(client, MAP, hoi="thon", noi=filled.world.dark_village.pk)
    assert "<h2>Thôn Khơ Đa</h2>" in inside
    assert "Thôn, tổ dân phố: Xã Đồng Đăng" in inside


def test_former_boundaries_are_named_by_level(client: Client, filled: Filled) -> None:
    """Districts may have boundaries where communes have none: the note says which."""
    last_day = date(2025, 6, 30)
    facts = {"province": filled.world.province, "valid_to": last_day}
    district = Place.objects.create(
        kind="district", title="Huyện", name="Cao Lộc", code="183", lon=106.8, lat=21.9, **facts
    )
    assert "Ranh giới huyện cũ: chưa có. Ranh giới xã cũ: chưa có." in ask(client, MAP, hoi="dia-gioi")
    box = MultiPolygon(Polygon.from_bbox((106.7, 21.8, 106.9, 22.0)), srid=4326)
    Boundary.objects.create(place=district, geometry=box, source="huyen.geojson", area_km2=1, known_from=timezone.now())
    assert "Ranh giới huyện cũ: huyen.geojson. Ranh giới xã cũ: chưa có." in ask(client, MAP, hoi="dia-gioi")


def test_former_units_say_where_they_went(client: Client, filled: Filled) -> None:
    shown = frame(client, hoi="dia-gioi")
    assert [row[:3] for row in shown["rows"]] == [[filled.old_commune.pk, "một phần: Xã Đồng Đăng", "part"]]
    assert "Trước 1/7/2025, địa bàn này có 1 xã, phường, thị trấn; nay là 2 xã, phường." in shown["finding"]


# Nothing to show, boundaries, exports, the country


def test_a_province_without_figures_still_lists_its_communes(client: Client, filled: Filled) -> None:
    Value.objects.all().delete()
    page = ask(client, MAP)
    assert "2 xã, phường; chưa có số liệu cấp xã nào được công bố." in page
    assert "Xã Đồng Đăng</a>" in page
    assert "Chưa có thôn, tổ dân phố nào" in ask(client, "/tinh/08/ban-do/", hoi="thon")


def test_it_names_whose_boundaries_are_drawn(client: Client, filled: Filled) -> None:
    assert "Chưa có ranh giới để vẽ." in ask(client, MAP)
    map_out(filled, source="Sở Nội vụ Lạng Sơn, 2025")
    assert "Ranh giới: Sở Nội vụ Lạng Sơn, 2025." in ask(client, MAP)
    west, _, _, north = data(client)["bounds"]
    assert west == pytest.approx(106.66)
    assert north == pytest.approx(21.97)
    lon, lat = data(client)["names"][str(filled.world.commune.pk)][2:4]
    assert (lon, lat) == pytest.approx((106.69, 21.94), abs=1e-3)


def test_illustrative_boundaries_are_called_so(client: Client, filled: Filled) -> None:
    map_out(filled, illustrative=True, source="")
    for address in (MAP, SHEET, "/ban-do/"):
        assert "anh giới minh hoạ" in ask(client, address)


def test_the_table_can_be_kept(client: Client, filled: Filled) -> None:
    kept = client.get(MAP, {"ct": "dien-thoai", "xuat": "csv"})
    lines = list(csv.reader(io.StringIO(kept.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines[3:]] == ["Xã Đồng Đăng", "Phường Kỳ Lừa"]
    assert lines[3][3:5] == ["60", "tỷ lệ phần trăm"]
    book = load_workbook(io.BytesIO(client.get(MAP, {"hoi": "thon", "xuat": "xlsx"}).content))
    rows = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
    assert [row[1:3] for row in rows] == [("Thôn Khơ Đa", "chưa có 5G"), ("Thôn Nà Lầm", "có 5G")]


def test_the_country_shows_every_province_in_its_own_reading(client: Client, filled: Filled) -> None:
    shown = data(client, "/ban-do/so-lieu", ct="dien-thoai")
    rows = {row[0]: row[1] for row in shown["frames"][-1]["rows"]}
    assert rows == {filled.world.province.pk: "78%", filled.world.other_province.pk: "–"}
    assert shown["names"][str(filled.world.province.pk)][4] == "20"
    assert "Thuê bao" not in ask(client, "/ban-do/", ct="thue-bao", nam="1")
    assert "70" in ask(client, "/ban-do/", ct="thue-bao")


def test_the_country_without_figures_lets_a_province_be_chosen(client: Client, filled: Filled) -> None:
    Value.objects.all().delete()
    assert "2 tỉnh, thành phố; chọn một nơi" in ask(client, "/ban-do/")


def test_the_sheet_of_paper_has_all_that_a_reader_needs(client: Client, filled: Filled) -> None:
    page = ask(client, SHEET, ct="dien-thoai", giay="a3-doc")
    for words in (
        "sheet--a3-doc",
        "kém nhất: Xã Đồng Đăng (60%)",
        "Chú giải",
        "lập ngày",
        "Natural Earth",
        "trong cả nước",
    ):
        assert words in page
    assert "sheet--a4-ngang" in ask(client, SHEET, giay="khổ lạ")


@pytest.mark.parametrize("question", ["chi-tieu", "thon", "khu", "cot", "cong", "dia-gioi"])
def test_a_question_asks_the_database_at_most_twelve_times(as_: As, filled: Filled, question: str) -> None:
    map_out(filled)
    client = as_("department_head")
    for address in (MAP, DATA, SHEET):
        with CaptureQueriesContext(connection) as queries:
            ask(client, address, hoi=question, ct="6g", noi=filled.world.village.pk)
        asked = [q["sql"] for q in queries.captured_queries if q["sql"].startswith("SELECT")]
        header = [sql for sql in asked if 'FROM "work_notice"' in sql]
        assert len(asked) - len(header) <= MOST_QUERIES


def test_what_cannot_be_read_counts_as_not_asked() -> None:
    wild = {"hoi": "x", "ct": "\x00" * 80, "nam": "12345", "noi": "-1", "cn": "6G", "ngay": "31/12/2025"}
    assert read_asked(wild) == read_asked({})
