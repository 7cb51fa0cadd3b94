"""Forms 35-44 of NĐ 163/2024: which things stand in them, how each cell follows, what is asked for, not made up."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import search_key
from hatang.network.models import House, Mast, PoleLine, Station, Tenancy, UndergroundWork
from hatang.places.models import Boundary, Place
from hatang.plans.legal_forms.areas import AreaLevel
from hatang.plans.legal_forms.cells import Style, written
from hatang.plans.legal_forms.extent import Day, Years
from hatang.plans.legal_forms.filling import Filled
from hatang.plans.legal_forms.rows import BANDS
from hatang.plans.legal_forms.table import BY_NUMBER, FORMS
from tests.conftest import World
from tests.plans.legal_things import asked, filled, make, rows_of, scatter

HOUSES = [
    "STT",
    "Chức năng công trình",
    "Loại",
    "Số lượng",
    "Đơn vị quản lý, khai thác",
    "Khu vực dự kiến",
    "Diện tích (m2)",
    "Khả năng lắp đặt sử dụng chung",
    "Ghi chú",
]
ROUTES = ["STT", "Danh mục các tuyến", "Hướng, tuyến (khu vực, tuyến đường, phố)", "Loại công trình"]
ROUTE_ENDS = ["Khả năng sử dụng chung", "Thời điểm bắt buộc đưa vào sử dụng", "Ghi chú"]
CENTRES = ["STT", "Trung tâm dữ liệu", "Khu vực dự kiến", "Diện tích (m2)"]
POWER = "Tổng năng lượng điện dự kiến tiêu thụ"
DISTRICT = "Đơn vị hành chính cấp huyện"
HEADINGS = {
    35: [*ROUTES, "Quy mô", *ROUTE_ENDS],
    36: ["STT", DISTRICT, "Loại công trình", "Số lượng", "Độ cao tối đa (m)", "Ghi chú"],
    37: HOUSES,
    38: [*CENTRES, POWER, "Ghi chú"],
    39: [
        "STT",
        "Công trình",
        "Chiều dài / số lượng",
        "Đơn vị tính",
        "Thời điểm đưa vào sử dụng",
        "Đơn vị sở hữu công trình",
        "Ghi chú",
    ],
    40: [*ROUTES, "Chiều dài (km)", *ROUTE_ENDS],
    41: [
        "STT",
        DISTRICT,
        "Loại công trình",
        "Độ cao tối đa (m)",
        "Kinh độ",
        "Vĩ độ",
        "Khả năng sử dụng chung",
        "Mức độ",
    ],
    42: HOUSES,
    43: HOUSES,
    44: [*CENTRES, f"{POWER} (MW)", "Ghi chú"],
}


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


def missing_of(one: Filled) -> set[tuple[str, str]]:
    """What is asked for, as code and column."""
    return {(missing.entry.thing.code, missing.column) for missing in one.missing if missing.entry}


def test_headings_are_those_of_the_decree() -> None:
    assert {form.number: [column.heading for column in form.columns] for form in FORMS} == HEADINGS


def test_the_tables_of_the_law_name_each_heading(shared: Path) -> None:
    """The project's reading of the decree has every heading, in these words; units in brackets are ours."""
    law = search_key((shared / "law/passive-infrastructure.md").read_text())
    headings = {heading for form in HEADINGS.values() for heading in form}
    plain = {search_key(h.removesuffix(" (km)").removesuffix(" (MW)")) for h in headings}
    assert {heading for heading in plain if heading not in law} == set()


# Which things belong


def placed_in(thing: Any) -> int | None:
    """The rule of `extent`, told once more and plainly: the one year to which a thing belongs."""
    if thing.built_on:
        return int(thing.built_on.year)
    if thing.dismantled_on:
        return None
    return int((thing.planned_on or thing.construction_on).year)


def stood(thing: Any, on: date) -> bool:
    """Whether a thing was in use on a day."""
    return bool(thing.built_on and thing.built_on <= on and not (thing.dismantled_on and thing.dismantled_on <= on))


def check_counts(found: dict[int, Filled], things: list[Any]) -> None:
    """Hold the forms against the things that a naive reading puts into them."""
    by_kind = {model: [t for t in things if isinstance(t, model)] for model in (Mast, House, UndergroundWork, PoleLine)}
    bands = Counter((t.commune.full_name, t.structure, BANDS[t.band] if t.band else None) for t in by_kind[Mast])
    area, counted = "", Counter[tuple[str, str, str | None]]()
    for line in found[36].lines:
        if line.section:
            area = str(line.cells[1])
        else:
            counted[area, str(line.cells[2]), line.cells[4]] += line.cells[3]  # type: ignore[index, operator]
    assert +counted == bands
    assert len(rows_of(found[41])) == len(by_kind[Mast])
    assert sum(row[2] for row in rows_of(found[37])) == len(by_kind[House])
    bts = sum(t.function == "bts" for t in by_kind[House])
    assert (len(rows_of(found[42])), len(rows_of(found[43]))) == (len(by_kind[House]) - bts, bts)
    for number in (35, 40):
        codes = sorted(row[0].split(":")[0] for row in rows_of(found[number]))
        assert codes == sorted(t.code for t in by_kind[UndergroundWork] + by_kind[PoleLine])


@pytest.mark.parametrize("seed", [1, 2])
def test_forms_hold_what_a_naive_reading_finds(seed: int, world: World, officer: Person) -> None:
    things = scatter(world, seed)
    for years in (Years(2026, 2026), Years(2026, 2030), Years(2023, 2023)):
        chosen = [t for t in things if (n := placed_in(t)) and years.first <= n <= years.last]
        check_counts(filled(officer, world, extent=years), chosen)
    for on in (date(2026, 11, 26), date(2029, 6, 15)):
        check_counts(filled(officer, world, extent=Day(on)), [t for t in things if stood(t, on)])


def test_yearly_plans_add_up_to_the_period(world: World, officer: Person) -> None:
    scatter(world, 3)
    years = [set(rows_of(filled(officer, world, extent=Years(n, n))[40])) for n in range(2026, 2031)]
    assert sum(map(len, years)) == len(set().union(*years))
    assert set().union(*years) == set(rows_of(filled(officer, world, extent=Years(2026, 2030))[40]))


@pytest.mark.parametrize("seed", [1, 4])
def test_sections_of_39_equal_the_sums_of_40_to_44(seed: int, world: World, officer: Person) -> None:
    """Section 7 repeats what is shared and adds nothing."""
    scatter(world, seed)
    found = filled(officer, world, extent=Years(2026, 2028))
    totals = {str(line.cells[0]): line.cells[2] for line in found[39].lines if line.section}
    lengths = Counter[str]()
    for row in rows_of(found[40]):
        lengths[row[2][0]] += row[3]
    assert totals == {
        "1": lengths["N"],
        "2": lengths["C"],
        "3": len(rows_of(found[41])),
        "4": sum(row[2] for row in rows_of(found[42])),
        "5": sum(row[2] for row in rows_of(found[43])),
        "6": None,
        "7": None,
    }
    for section, total in totals.items():
        parts = [line.cells[2] for line in found[39].lines if str(line.cells[0]).startswith(f"{section}.")]
        assert section in "67" or sum(parts) == total  # type: ignore[arg-type]
    assert rows_of(found[44]) == []


def test_section_7_is_what_others_use_or_are_offered(world: World, officer: Person) -> None:
    make(world, Mast, "DON")
    make(world, Mast, "CHAO", offered=True, structure="A2")
    shared_mast = make(world, Mast, "TRAM", structure="A4", built_on=date(2027, 3, 1), owner=world.rival)
    Station.objects.create(
        code="T", mast=shared_mast, operator=world.operator, technology="4G", on_air_on=date(2027, 5, 1)
    )
    house = make(world, House, "THUE", function="switching")
    Tenancy.objects.create(house=house, tenant=world.rival, since_on=date(2027, 10, 1))
    lines = filled(officer, world)[39].lines
    seventh = [line.cells for line in lines if str(line.cells[0]).startswith("7.")]
    assert [(cells[1], cells[2], cells[3], cells[5]) for cells in seventh] == [
        ("Chuyển mạch, truyền dẫn nội tỉnh, NT1", 1, "trung tâm", "Doanh nghiệp A"),
        ("Cột ăng ten A2 · di động hướng biển", 1, "cột", "Doanh nghiệp A"),
        ("Cột ăng ten A4 · phát thanh", 1, "cột", "Doanh nghiệp B"),
    ]


def test_an_operator_does_not_read_off_when_a_rival_came(world: World, people: dict[str, Person]) -> None:
    """Officers are told as of the day that they ask for, an operator as of today."""
    mast = make(world, Mast, "M", built_on=date(2020, 1, 1))
    dates = {"on_air_on": date(2024, 6, 1), "off_air_on": date(2025, 1, 31)}
    Station.objects.create(code="T", mast=mast, operator=world.rival, technology="4G", **dates)

    def shared(person: Person) -> int:
        lines = filled(person, world, extent=Day(date(2024, 12, 31)), owner=world.operator)[39].lines
        return sum(str(line.cells[0]).startswith("7.") for line in lines)

    assert (shared(people["department_officer"]), shared(people["operator"])) == (1, 0)


# How each cell follows


def test_a_mast_of_exactly_45_m_counts_in_the_first_band(world: World, officer: Person) -> None:
    make(world, Mast, "A", height_m=45)
    make(world, Mast, "B", height_m=45.01)
    make(world, Mast, "C", height_m=None)
    found = filled(officer, world)[36]
    assert [row[2:4] for row in rows_of(found)] == [
        (1, "≤45"),
        (1, "45 ÷ <75"),
        (0, "75 ÷ <150"),
        (0, "150 ÷ <300"),
        (0, "≥300"),
        (1, None),
    ]
    assert missing_of(found) == {("C", "Độ cao tối đa (m)")}


def test_lengths_are_rounded_once_so_that_sums_agree(world: World, officer: Person) -> None:
    for code, length in (("A", 0.0004), ("B", 0.0005), ("C", 1.2345), ("D", 2.0)):
        make(world, UndergroundWork, code, length_km=length)
    found = filled(officer, world)
    assert [row[3] for row in rows_of(found[40])] == [Decimal(n) for n in ("0.000", "0.001", "1.235", "2.000")]
    assert found[39].lines[0].cells[2] == Decimal("3.236")
    assert found[40].below[0] == "Tổng chiều dài: công trình ngầm 3,236 km, tuyến cột treo cáp 0 km."
    assert [written(row[3], Style.SIZE_KM) for row in rows_of(found[35])] == ["0 km", "0,001 km", "1,235 km", "2 km"]


def test_level_4_masts_for_two_operators_are_counted_apart(world: World, officer: Person) -> None:
    """Đ63.1.b asks for their number; no column holds it."""
    for code, level4, capacity in (("A", True, 2), ("B", True, 1), ("C", True, None), ("D", None, 3), ("E", False, 3)):
        make(world, Mast, code, level4=level4, capacity=capacity)
    found = filled(officer, world)
    assert found[36].below[1].endswith("(Đ63.1.b): 1 cột; chưa rõ 2 cột.")
    assert rows_of(found[36])[0][-1] == "3 cột chịu được thiên tai cấp 4 (bão, lũ)"
    assert missing_of(found[36]) == {("C", "Dòng dưới bảng (Đ63.1.b)"), ("D", "Ghi chú")}


def test_rows_are_numbered_under_areas_in_the_order_of_the_alphabet(world: World, officer: Person) -> None:
    make(world, Mast, "B", commune=world.neighbour, address="số 5 Trần Phú")
    make(world, Mast, "A")
    assert [line.cells[:2] for line in filled(officer, world)[41].lines] == [
        ("1", "Xã Đồng Đăng"),
        ("1.1", "A"),
        ("2", "Phường Kỳ Lừa"),
        ("2.1", "B, số 5 Trần Phú"),
    ]


def test_houses_of_the_plan_share_a_row_only_when_alike(world: World, officer: Person) -> None:
    make(world, House, "A", area_m2=10.5)
    make(world, House, "B", area_m2=20)
    make(world, House, "C", area_m2=None, capacity=1)
    make(world, House, "D", function="landing", operator=world.rival)
    found = filled(officer, world)
    assert [row[:7] for row in rows_of(found[37])] == [
        ("Nhà trạm BTS", "NT1", 2, "Doanh nghiệp A", "Xã Đồng Đăng", 30.5, "02 doanh nghiệp"),
        ("Nhà trạm BTS", "NT1", 1, "Doanh nghiệp A", "Xã Đồng Đăng", None, "01 doanh nghiệp"),
        ("Trạm cập bờ cáp quang biển", "NT1", 1, "Doanh nghiệp B", "Xã Đồng Đăng", 24, "02 doanh nghiệp"),
    ]
    assert [line.cells[0] for line in found[37].lines] == ["1", "1.1", "1.2", "2", "2.1"]
    assert [line.cells[0] for line in found[43].lines] == ["1", "2", "3"]


def square(place: Place, west: float, east: float) -> None:
    """Draw a place's boundary between two meridians."""
    ring = Polygon(((west, 21.9), (east, 21.9), (east, 22), (west, 22), (west, 21.9)), srid=4326)
    Boundary.objects.create(
        place=place, geometry=MultiPolygon(ring, srid=4326), area_km2=1, source="thử", known_from=timezone.now()
    )


def test_routes_say_where_they_begin_and_end(world: World, officer: Person) -> None:
    square(world.commune, 106.6, 106.705)
    square(world.neighbour, 106.705, 106.8)
    make(world, PoleLine, "T1")
    make(world, PoleLine, "T2", commune=None)
    names = [row[0] for row in rows_of(filled(officer, world)[40])]
    assert names == ["T1: Xã Đồng Đăng – Phường Kỳ Lừa", "T2: Xã Đồng Đăng – Phường Kỳ Lừa"]


def test_forms_can_group_by_the_districts_there_were(world: World, officer: Person) -> None:
    """The decree says district; which unit stands for it today is a setting."""
    inside: dict[str, Any] = {"province": world.province, "valid_to": date(2025, 6, 30)}
    district = Place.objects.create(kind="district", title="Huyện", name="Cao Lộc", parent=world.province, **inside)
    square(Place.objects.create(kind="commune", title="Xã", name="Hồng Phong", parent=district, **inside), 106.6, 106.8)
    make(world, Mast, "TRONG")
    make(world, Mast, "NGOAI", lon=106.9)
    found = filled(officer, world, level=AreaLevel.FORMER_DISTRICT)[41]
    assert [line.cells[1] for line in found.lines] == ["Huyện Cao Lộc", "TRONG", "Chưa rõ đơn vị hành chính", "NGOAI"]
    assert ("NGOAI", "Đơn vị hành chính cấp huyện") in missing_of(found)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"spare": 0}, "Không"),
        ({"spare": 1}, "Có"),
        ({"spare": 0, "offered": True}, "Có"),
        ({"spare": None, "capacity": 2}, "Có"),
        ({"spare": None, "capacity": 1}, "Không"),
        ({"spare": None}, None),
    ],
)
def test_whether_a_route_can_be_shared(facts: dict[str, Any], said: str | None, world: World, officer: Person) -> None:
    make(world, PoleLine, "T", **facts)
    found = filled(officer, world)
    assert rows_of(found[40])[0][4] == said
    assert (("T", "Khả năng sử dụng chung") in missing_of(found[40])) is (said is None)
    assert rows_of(found[35])[0][4] is None


# What is asked for


def test_nothing_is_asked_of_complete_things(world: World, officer: Person) -> None:
    square(world.commune, 106.6, 106.8)
    for model in (Mast, House, UndergroundWork, PoleLine):
        make(world, model, model.KEY)
    assert {number: missing_of(one) for number, one in filled(officer, world).items() if missing_of(one)} == {}


def test_what_is_not_known_stays_empty_and_is_asked_for(world: World, officer: Person) -> None:
    make(world, Mast, "M", height_m=None, capacity=None, level4=None, hazards="")
    make(world, House, "H", area_m2=None, capacity=None)
    make(world, PoleLine, "T", kind="C1", along="", spare=None, planned_on=None, construction_on=date(2027, 2, 1))
    found = filled(officer, world)
    assert rows_of(found[41])[0][2:] == (None, 106.7, 21.95, None, None)
    assert rows_of(found[43])[0][5:7] == (None, None)
    assert missing_of(found[41]) == {("M", "Độ cao tối đa (m)"), ("M", "Khả năng sử dụng chung"), ("M", "Mức độ")}
    assert missing_of(found[43]) == {("H", "Diện tích (m2)"), ("H", "Khả năng lắp đặt sử dụng chung")}
    ends, along, sharing, due, remarks = HEADINGS[40][1], HEADINGS[40][2], *HEADINGS[40][5:]
    assert missing_of(found[40]) == {("T", column) for column in (ends, along, sharing, due, remarks)}
    assert ("T", "Thời điểm đưa vào sử dụng") in missing_of(found[39])


def test_a_house_that_needs_land_in_a_zone_must_hold_two_operators(world: World, officer: Person) -> None:
    zone = Place.objects.create(kind="zone", title="Khu công nghiệp", name="Na Dương", province=world.province)
    square(zone, 106.6, 106.75)
    make(world, House, "NHO", capacity=1)
    make(world, House, "DU", capacity=2)
    make(world, House, "NGOAI", capacity=1, lon=106.78)
    make(world, House, "KHONG-DAT", capacity=1, kind="NT2")
    asked_for = [one for one in filled(officer, world)[43].missing if one.entry]
    assert [(one.cells[2], one.what) for one in asked_for] == [
        (
            "NHO",
            "NT1 trong khu, cụm phải đủ chỗ cho ít nhất 2 doanh nghiệp (Đ64.2.b); sổ ghi 1, "
            "nằm trong Khu công nghiệp Na Dương",
        )
    ]


def test_poles_of_ones_own_need_a_reason(world: World, officer: Person) -> None:
    make(world, PoleLine, "CO", kind="C1", reason="không có cột điện")
    make(world, PoleLine, "THIEU", kind="C1")
    found = filled(officer, world)
    assert [row[-1] for row in rows_of(found[40])] == ["Lý do dùng cột riêng: không có cột điện", ""]
    for number in (35, 40):
        assert {code for code, column in missing_of(found[number]) if column == "Ghi chú"} == {"THIEU"}


def test_data_centres_have_headings_and_a_remark(world: World, officer: Person) -> None:
    for number in (38, 44):
        found = filled(officer, world)[number]
        assert found.lines == ()
        assert [one.cells[2] for one in found.missing] == ["(cả mẫu)"]


# What is asked


def test_titles_say_plan_year_or_present_state(world: World, officer: Person) -> None:
    found = filled(officer, world)
    assert found[36].title == "Phương án phát triển cột ăng ten"
    assert found[41].title == "Kế hoạch phát triển cột ăng ten"
    assert (found[36].issuer, found[36].parent_body) == ("Ủy ban nhân dân tỉnh Lạng Sơn", "")
    assert (found[41].issuer, found[41].parent_body) == ("Sở Khoa học và Công nghệ", "Ủy ban nhân dân tỉnh Lạng Sơn")
    now = filled(officer, world, extent=Day(date(2026, 11, 26)))[41]
    assert (now.title, now.subtitle) == ("Hiện trạng cột ăng ten", "tỉnh Lạng Sơn, tính đến ngày 26/11/2026")
    own = filled(officer, world, owner=world.operator)[39]
    assert own.title.endswith("hạ tầng kỹ thuật viễn thông thụ động của Doanh nghiệp A")


def test_without_a_choice_the_plan_of_next_year_is_filled(db: None) -> None:
    form = asked("")
    assert form.is_valid()
    assert (form.extent, form.chosen) == (Years(2027, 2027), (39, 40, 41, 42, 43, 44))
    form = asked("loai=thoi-ky&mau=36&mau=38")
    assert form.is_valid()
    assert (form.extent, form.chosen) == (Years(2026, 2030), (36, 38))
    form = asked("loai=hien-trang")
    assert form.is_valid()
    assert (form.extent, form.chosen) == (Day(date(2026, 11, 26)), tuple(BY_NUMBER))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("loai=thoi-ky&tu=2030&den=2026", "Năm cuối không trước năm đầu"),
        ("loai=thoi-ky&tu=2020&den=2031", "không dài quá 10 năm"),
        ("loai=nam&nam=1999", "Năm từ 2015 đến 2060"),
        ("loai=nam&nam=x", "Năm từ 2015 đến 2060"),
        ("loai=hien-trang&ngay=2026-11-27", "chỉ có đến hôm nay"),
        ("loai=hien-trang&ngay=32/1/2026", "Viết ngày theo dạng"),
    ],
)
def test_a_wrong_choice_is_told(query: str, said: str, db: None) -> None:
    form = asked(query)
    assert not form.is_valid()
    assert said in str(form.errors)
