"""Figures of former communes on today's: marked, never mixed in, and old series that are asked about, not guessed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.core.restating import Source
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import Entry, publish_values, record_values, restated_table
from hatang.places.models import Boundary, Place, PlaceSuccession
from tests.conftest import NEW_UNITS, World
from tests.indicators.conftest import make_indicator
from tests.indicators.test_pages import send, visit

LAST_DAY = date(2025, 6, 30)
Former = dict[str, Place]


@pytest.fixture
def fibre(world: World) -> Indicator:
    """Make a percentage that is reported for communes."""
    return make_indicator(
        "ho-co-cap-quang", name="Tỷ lệ hộ có cáp quang", numerator_text="hộ có", denominator_text="hộ"
    )


@pytest.fixture
def former(world: World) -> Former:
    """Make three former communes: two whole in Đồng Đăng, one split between it and Kỳ Lừa in unknown shares."""
    district = Place.objects.create(
        kind="district", title="Huyện", name="Cao Lộc", code="183", province=world.province, valid_to=LAST_DAY
    )
    rows = {
        "a": ("Xã", "Hồng Phong", "06190"),
        "b": ("Thị trấn", "Đồng Đăng", "06184"),
        "c": ("Xã", "Thụy Hùng", "06187"),
    }
    inside = {"kind": "commune", "parent": district, "province": world.province, "valid_to": LAST_DAY}
    places = {k: Place.objects.create(title=t, name=n, code=c, **inside) for k, (t, n, c) in rows.items()}
    for key in "ab":
        pass_on(places[key], world.commune, 100)
    pass_on(places["c"], world.commune, None)
    pass_on(places["c"], world.neighbour, None)
    return places


def pass_on(before: Place, after: Place, percent: float | None) -> None:
    shares = {"population_percent": percent, "area_percent": percent}
    PlaceSuccession.objects.create(predecessor=before, successor=after, on=NEW_UNITS, **shares)


def hand_in(
    indicator: Indicator, figures: dict[tuple[Place, int], tuple[float, float]], *, publish: bool = True
) -> None:
    rows = [Entry(indicator, place, year, n, d) for (place, year), (n, d) in figures.items()]
    record_values(actor=None, rows=rows, source="Niên giám", publish=publish)


@pytest.fixture
def handed_in(fibre: Indicator, former: Former) -> Indicator:
    """Hand in two years; in 2024 one of the whole communes has none."""
    a, b, c = (former[key] for key in "abc")
    hand_in(fibre, {(a, 2023): (80, 100), (b, 2023): (50, 100), (c, 2023): (10, 100)})
    hand_in(fibre, {(a, 2024): (90, 100), (c, 2024): (20, 100)})
    return fibre


def page(indicator: Indicator, world: World, place: Place | None = None) -> str:
    if place is None:
        return reverse("indicators:restated", args=[world.province.code, indicator.code])
    return reverse("indicators:restated_place", args=[world.province.code, indicator.code, place.pk])


def test_a_commune_of_today_shows_its_former_ones_with_interval_and_estimated_part(
    world: World, handed_in: Indicator
) -> None:
    """Đồng Đăng 2023: (80 + 50 + half of 10) / (100 + 100 + half of 100); for certain from 130/290 to 140/210."""
    text = visit(None, page(handed_in, world, world.commune)).content.decode()
    for told in ("tính lại theo địa giới hiện nay", "≈ <strong>54%</strong>", "44,83 – 66,67%", "20 %", "chia đều"):
        assert told in text
    row = restated_table(person=AnonymousUser(), indicator=handed_in, province=world.province).lines[0].figures[1]
    assert (row.year, row.value, [place.name for place in row.missing]) == (2024, None, ["Đồng Đăng"])
    assert "Thiếu số liệu của" in text
    assert "Thị trấn Đồng Đăng" in text


def test_restating_stores_nothing_and_mixes_with_nothing(world: World, handed_in: Indicator) -> None:
    before = Value.objects.count()
    assert visit(None, page(handed_in, world)).status_code == 200
    assert Value.objects.count() == before
    assert not Value.objects.filter(place__in=[world.commune, world.neighbour, world.province]).exists()
    indicator_page = reverse("web:indicator", args=[world.province.code, handed_in.code])
    text = visit(None, indicator_page).content.decode()
    assert page(handed_in, world) in text
    assert "54%" not in text, "chuỗi của đơn vị hiện nay không lấy số tính lại"


def test_an_official_share_ends_the_estimate(world: World, handed_in: Indicator, former: Former) -> None:
    PlaceSuccession.objects.filter(predecessor=former["c"], successor=world.neighbour).update(population_percent=75)
    figure = restated_table(person=AnonymousUser(), indicator=handed_in, province=world.province).lines[0].figures[0]
    assert figure.value == pytest.approx(100 * 132.5 / 225)
    assert (figure.estimated_percent, figure.lower, figure.upper) == (0, figure.value, figure.value)


def test_boundaries_part_a_split_commune_by_area_as_an_estimate(
    world: World, handed_in: Indicator, former: Former
) -> None:
    """Thụy Hùng is a square of which Đồng Đăng took a quarter."""
    draw(former["c"], 106.0, 106.4)
    draw(world.commune, 105.0, 106.1)
    draw(world.neighbour, 106.1, 107.0)
    table = restated_table(person=AnonymousUser(), indicator=handed_in, province=world.province)
    line = table.lines[0]
    assert line.figures[0].value == pytest.approx(100 * 132.5 / 225)
    assert (line.figures[0].upper, line.how) == (pytest.approx(100 * 140 / 210), Source.BORROWED.label)


def draw(place: Place, west: float, east: float) -> None:
    square = MultiPolygon(Polygon.from_bbox((west, 21.0, east, 21.4)), srid=4326)
    Boundary.objects.create(place=place, geometry=square, area_km2=1, source="thử", known_from=timezone.now())


def test_drafts_stay_with_officers_and_shares_that_cannot_be_are_said(
    world: World, people: dict[str, Person], fibre: Indicator, former: Former
) -> None:
    hand_in(fibre, {(former["a"], 2023): (80, 100)}, publish=False)
    assert "Chưa có số liệu nào" in visit(None, page(fibre, world)).content.decode()
    assert "chưa công bố" in visit(people["analyst"], page(fibre, world)).content.decode()
    PlaceSuccession.objects.filter(predecessor=former["c"]).update(population_percent=30)
    text = visit(people["analyst"], page(fibre, world)).content.decode()
    assert "Xã Thụy Hùng (mã 06187): các phần dân số cộng lại là 60 %" in text


def test_a_merged_province_is_restated_from_its_former_ones(world: World, fibre: Indicator) -> None:
    gone = {"kind": "province", "title": "Tỉnh", "valid_to": LAST_DAY}
    old = [
        Place.objects.create(name=name, code=code, **gone) for name, code in (("Hà Giang", "02"), ("Tuyên Quang", "08"))
    ]
    for province in old:
        pass_on(province, world.other_province, 100)
    hand_in(fibre, {(old[0], 2023): (30, 100), (old[1], 2023): (80, 100)})
    url = reverse("indicators:restated", args=["08", fibre.code])
    text = visit(None, url).content.decode()
    assert "Cả tỉnh, từ các tỉnh cũ" in text
    assert "<strong>55%</strong>" in text


def test_figures_of_former_communes_of_a_dissolved_province_answer_to_todays_department(
    world: World, people: dict[str, Person], fibre: Indicator
) -> None:
    old = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=LAST_DAY)
    commune = Place.objects.create(
        kind="commune", title="Xã", name="Lũng Cú", code="00715", province=old, parent=old, valid_to=LAST_DAY
    )
    pass_on(old, world.other_province, 100)
    pass_on(commune, world.other_commune, 100)
    record_values(actor=people["stranger"], rows=[Entry(fibre, commune, 2023, 30, 100)], source="Niên giám")
    row = Value.objects.get(place=commune)
    assert visit(people["stranger"], reverse("indicators:value", args=[row.pk])).status_code == 200
    assert visit(people["department_officer"], reverse("indicators:value", args=[row.pk])).status_code == 404
    assert row in Value.objects.waiting_in(world.other_province)
    assert publish_values(actor=None, values=Value.objects.waiting_in(world.other_province)) == 1


@pytest.mark.parametrize(
    ("rollup", "unit", "said"),
    [("none", "mbps", "Trung vị không tính lại được"), ("recomputed", "percent", "tính lại từ dòng gốc")],
)
def test_what_cannot_be_restated_says_why(world: World, rollup: str, unit: str, said: str) -> None:
    indicator = make_indicator("khac", rollup=rollup, unit_code=unit)
    assert said in visit(None, page(indicator, world)).content.decode()


def test_the_file_says_that_it_was_restated(world: World, handed_in: Indicator) -> None:
    text = visit(None, page(handed_in, world), xuat="csv").content.decode("utf-8-sig")
    assert "tính lại theo địa giới hiện nay" in text
    assert any(line.startswith("Xã Đồng Đăng,06181,2023,135,250,54,") for line in text.splitlines())
    assert any(
        line.startswith("Xã Đồng Đăng,06181,2024,,,,") and "Thị trấn Đồng Đăng" in line for line in text.splitlines()
    )


# --- old series handed in


def bring(person: Person, world: World, text: str, indicator: str = "ho-co-cap-quang", name: str = "cu.csv") -> Any:
    url = reverse("indicators:old_series", args=[world.province.code])
    file = SimpleUploadedFile(name, text.encode())
    return send(person, url, indicator=indicator, source="Niên giám 2024", file=file)


GOOD = """Mã;Tên;Huyện;Năm;Tử số;Mẫu số
06190;;;2023;80;100
;Thi tran Dong Dang;Cao Loc;2023;50;100
;Xã Thuỵ Hùng;Huyện Cao Lộc;2023;10;100
;Xã Hồng Phông;;2024;90;100
"""


def test_sure_names_are_taken_and_doubtful_ones_asked(
    world: World, people: dict[str, Person], fibre: Indicator, former: Former
) -> None:
    officer = people["department_officer"]
    answer = bring(officer, world, GOOD)
    text = answer.content.decode()
    assert "Chưa có gì được ghi" in text
    assert "Còn 2 tên chưa rõ" in text, "không dấu và sai dấu thì hỏi; oà và uỵ đặt dấu khác chỗ thì không"
    assert "Ghi 4 số liệu" not in text
    assert not Value.objects.exists()
    read = answer.context["read"]
    doubts = {question.name: question for question in read.questions}
    first, second = doubts["Thi tran Dong Dang, Cao Loc"], doubts["Xã Hồng Phông"]
    assert [place.code for place in first.candidates] == ["06184"]
    url = answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]
    said = {f"q-{first.key}": "06184", f"q-{second.key}": "khac", f"ma-{second.key}": "06190"}
    assert "Ghi 4 số liệu" in send(officer, url, **said, action="check").content.decode()
    assert "Ghi 2 số liệu" in send(officer, url, action="skip").content.decode()
    assert not Value.objects.exists()
    saved = send(officer, url, **said, action="save").content.decode()
    assert "Đã ghi 4 số liệu của xã cũ" in saved
    row = Value.objects.get(place=former["b"], year=2023)
    assert (row.numerator, row.state, row.recorded_by, row.source) == (50, "draft", officer, "Niên giám 2024")
    assert row.evidence is not None
    again = bring(officer, world, "Mã;Năm;Tử số;Mẫu số\n06190;2023;80;100\n06184;2023;51;100\n").content.decode()
    assert "0 mới, 1 khác số đang có, 1 giữ nguyên" in again


def test_a_file_that_corrects_asks_why_and_the_reason_stays(
    world: World, people: dict[str, Person], fibre: Indicator, former: Former
) -> None:
    officer = people["department_officer"]
    first = bring(officer, world, "Mã;Năm;Tử số;Mẫu số\n06190;2023;80;100\n")
    assert "Lý do sửa" not in first.content.decode(), "số mới thì không phải giải thích"
    address = first.request["PATH_INFO"] + "?" + first.request["QUERY_STRING"]
    assert "Đã ghi 1 số liệu" in send(officer, address, action="save").content.decode()
    second = bring(officer, world, "Mã;Năm;Tử số;Mẫu số\n06190;2023;81;100\n")
    assert "Lý do sửa" in second.content.decode()
    address = second.request["PATH_INFO"] + "?" + second.request["QUERY_STRING"]
    for nothing in ("", "   "):
        refused = send(officer, address, action="save", reason=nothing)
        assert refused.status_code == 422
        assert "Tệp sửa số đang có: ghi lý do sửa." in refused.content.decode()
    known = Value.objects.known().filter(place=former["a"], year=2023)
    assert [value.numerator for value in known] == [80]
    assert "sửa 1" in send(officer, address, action="save", reason="Niên giám in nhầm").content.decode()
    (value,) = known.all()
    assert (value.numerator, value.reason) == (81, "Niên giám in nhầm")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mã;Tử số;Mẫu số\n06190;1;2\n", "Thiếu cột “Năm”"),
        ("Mã;Năm;Tử số;Mẫu số\n06190;2023;N/A;2\n", "Dòng 2, cột “Tử số”"),
        ("Mã;Năm;Tử số;Mẫu số\n06190;2026;1;2\n", "chỉ còn đến 30/06/2025"),
        ("Mã;Năm;Tử số;Mẫu số\n06190;20x3;1;2\n", "“20x3” không phải năm"),
        ("Mã;Năm;Tử số;Mẫu số\n06190;2023;1;2\n6190;2023;1;3\n", "đã có ở dòng 2"),
        ("Mã;Tên;Năm;Tử số;Mẫu số\n06190;Xã Khác;2023;1;2\n", "Còn 1 tên chưa rõ"),
        ("Mã;Năm;Tử số;Mẫu số\n99999;2023;1;2\n", "Còn 1 tên chưa rõ"),
    ],
)
def test_a_bad_file_says_where_and_records_nothing(
    world: World, people: dict[str, Person], fibre: Indicator, former: Former, text: str, said: str
) -> None:
    assert said in bring(people["department_officer"], world, text).content.decode()
    assert not Value.objects.exists()


def test_a_percentage_above_a_hundred_records_nothing_of_the_file(
    world: World, people: dict[str, Person], fibre: Indicator, former: Former
) -> None:
    officer = people["department_officer"]
    answer = bring(officer, world, "Mã;Năm;Tử số;Mẫu số\n06190;2023;300;100\n06184;2023;1;100\n")
    url = answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]
    text = send(officer, url, action="save").content.decode()
    assert "Xã Hồng Phong" in text
    assert "tỷ lệ phần trăm phải từ 0 đến 100" in text
    assert not Value.objects.exists()


def test_the_template_names_the_former_communes_and_reads_back(
    world: World, people: dict[str, Person], fibre: Indicator, former: Former
) -> None:
    answer = visit(people["department_officer"], reverse("indicators:old_series_template", args=[world.province.code]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == ["Mã", "Tên", "Huyện", "Tỉnh", "Năm", "Tử số", "Mẫu số"]
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {"06184", "06187", "06190"}
