"""The administrative units of before and after 1 July 2025 are all there, and no date or share is made up."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from hatang.core.vietnamese import search_key
from hatang.places.models import Place, PlaceSuccession
from hatang.places.services import UnitsImport, communes_of, import_units, provinces_on, units_on
from hatang.places.services.unit_source import Conversion, UnknownUnitError
from tests.places.conftest import BEFORE, TODAY, province

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("units")]
KIND = Place.Kind


def test_everything_is_counted_once(units: UnitsImport) -> None:
    assert (units.places.added, units.successions.added) == (86 + 696 + 10_035 + 3_321, 52 + 9_569 + 1_033)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (TODAY, {"province": 34, "commune": 3_321}),
        (date(2025, 7, 1), {"province": 34, "commune": 3_321}),
        (BEFORE, {"province": 63, "district": 696, "commune": 10_035}),
    ],
)
def test_a_day_picks_the_units_in_force(on: date, expected: dict[str, int]) -> None:
    assert Counter(units_on(on).values_list("kind", flat=True)) == expected
    assert provinces_on(on).count() == expected["province"]


def test_a_province_that_stayed_is_one_place_without_dates() -> None:
    stayed = Place.objects.provinces().filter(valid_from=None, valid_to=None)
    names = "Cao Bằng, Điện Biên, Hà Nội, Hà Tĩnh, Huế, Lai Châu, Lạng Sơn, Nghệ An, Quảng Ninh, Sơn La, Thanh Hóa"
    assert ", ".join(stayed.order_by("sort_key").values_list("name", flat=True)) == names
    assert not PlaceSuccession.objects.filter(Q(predecessor__in=stayed) | Q(successor__in=stayed)).exists()


def test_merged_provinces_pass_whole_and_by_law() -> None:
    rows = PlaceSuccession.objects.filter(successor=province("Tuyên Quang")).select_related("legal", "predecessor")
    assert {row.predecessor.name for row in rows} == {"Hà Giang", "Tuyên Quang"}
    assert all(row.whole and row.predecessor.valid_to == BEFORE and row.on == date(2025, 7, 1) for row in rows)
    assert {str(row.legal) for row in rows} == {"202/2025/QH15 ngày 12/06/2025 của Quốc hội"}


@pytest.mark.parametrize(
    ("name", "today", "before"),
    [("Lạng Sơn", 65, 194), ("Tuyên Quang", 124, 330), ("Đắk Lắk", 102, 286), ("Bắc Ninh", 99, 313)],
)
def test_communes_of_a_province_then_and_now(name: str, today: int, before: int) -> None:
    territory = province(name)
    assert (communes_of(territory, TODAY).count(), communes_of(territory, BEFORE).count()) == (today, before)


def test_communes_of_a_former_province() -> None:
    former = province("Hà Giang", on=BEFORE)
    assert communes_of(former, BEFORE).count() == 193
    today = communes_of(former, TODAY)
    assert set(today.values_list("province__name", flat=True)) == {"Tuyên Quang"}
    assert today.count() + communes_of(province("Tuyên Quang", on=BEFORE), TODAY).count() == 124


def test_a_commune_that_came_from_two_provinces_has_no_former_province() -> None:
    communes = Place.objects.communes().in_force(TODAY)
    homes = communes.annotate(homes=Count("precessions__predecessor__province", distinct=True))
    assert homes.filter(homes=0).count() == homes.filter(homes__gt=1, former_province__isnull=False).count() == 0
    assert homes.filter(homes=1, former_province=None).count() == 0
    assert homes.filter(homes__gt=1).count() == 23


def test_every_former_unit_passed_whole_to_one_or_was_divided_in_unknown_shares() -> None:
    former = Place.objects.filter(successions__successor__kind=KIND.COMMUNE).distinct()
    assert former.count() == 10_040
    rows = Counter(
        PlaceSuccession.objects.filter(successor__kind=KIND.COMMUNE).values_list("predecessor", "area_percent")
    )
    divided = {pk for pk, share in rows if share is None}
    assert len(divided) == 471
    assert set(rows.values()) | {c for (pk, share), c in rows.items() if share == 100} >= {1}
    assert all(count == 1 and pk not in divided for (pk, share), count in rows.items() if share == 100)
    assert all(count > 1 for (pk, share), count in rows.items() if share is None)


def test_island_districts_without_communes_pass_to_special_zones() -> None:
    rows = PlaceSuccession.objects.filter(predecessor__kind=KIND.DISTRICT).select_related("predecessor", "successor")
    assert {(row.predecessor.name, row.successor.title, row.whole) for row in rows} == {
        (name, "Đặc khu", True) for name in ("Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo")
    }


def test_successions_agree_with_the_published_conversion(shared: Path) -> None:
    with gzip.open(shared / "data/admin-history/converter_old_to_new_2025.json.gz") as file:
        published = json.load(file)
    expected = {
        (before, f"{area}_{after}")
        for area, communes in published["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for after, befores in communes.items()
        for before in befores
    } | {
        (before, f"{area}_{after['newWardKey']}")
        for area, divided in published["DICT_PROVINCE_WARD_DIVIDED"].items()
        for before, afters in divided.items()
        for after in afters
    }
    old, new = by_source_key(BEFORE), by_source_key(TODAY)
    stored = PlaceSuccession.objects.filter(successor__kind=KIND.COMMUNE).values_list("predecessor", "successor")
    assert {(only(old[before]), only(new[after])) for before, after in expected} == set(stored)


def by_source_key(on: date) -> dict[str, set[int]]:
    """Find units by the source's key: names without blanks, and with diacritics only where two would be alike."""
    found: dict[str, set[int]] = defaultdict(set)
    units = (
        Place.objects.in_force(on).filter(kind__in=[KIND.DISTRICT, KIND.COMMUNE]).select_related("parent", "province")
    )
    for place in units:
        district = place.parent if place.parent != place.province else None
        above = [place.province, district] if place.kind == KIND.COMMUNE else [place.province, place]
        start = "_".join(plain(unit.full_name) for unit in above if unit)
        for name in (
            {plain(place.full_name), place.full_name.lower().replace(" ", "")} if place.kind == KIND.COMMUNE else [""]
        ):
            found[f"{start}_{name}"].add(place.pk)
    return found


def plain(name: str) -> str:
    return search_key(name).replace(" ", "")


def only(items: set[int]) -> int:
    (item,) = items
    return item


def test_communes_agree_with_a_second_source(shared: Path) -> None:
    """Known differences: the code of Ba Chẽ, and ten communes of Đồng Nai that became wards on 30 April 2026."""
    with (shared / "data/admin-2025/communes_3321.csv").open() as file:
        theirs = {(r["code"], r["province_code"]): search_key(r["full_name"]) for r in csv.DictReader(file)}
    ours = {
        (c.code, c.province.code): search_key(c.full_name)
        for c in Place.objects.communes().in_force(TODAY).select_related("province")
        if c.province
    }
    assert ours.keys() ^ theirs.keys() == {("06970", "22"), ("06978", "22")}
    different = {key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]}
    assert {area for _, area in different} == {"75"}
    assert len(different) == 10
    assert all(ours[key].removeprefix("xa ") == theirs[key].removeprefix("phuong ") for key in different)


def test_titles_are_parted_from_names() -> None:
    titles = set(Place.objects.values_list("title", flat=True))
    assert titles == {"Tỉnh", "Thành phố", "Huyện", "Quận", "Thị xã", "Xã", "Phường", "Thị trấn", "Đặc khu"}
    assert not Place.objects.filter(Q(name__contains="(") | Q(name="") | Q(name__startswith=" ")).exists()
    assert Place.objects.get(code="058", kind=KIND.DISTRICT).full_name == "Thành phố Bắc Kạn"


def test_what_is_unknown_stays_unknown() -> None:
    areas = Place.objects.communes().in_force(TODAY)
    assert areas.get(name="Kỳ Lừa").area_km2 is None
    assert not areas.filter(area_km2__lte=0).exists()
    assert (
        not Place.objects.exclude(kind=KIND.COMMUNE, valid_from=date(2025, 7, 1))
        .filter(area_km2__isnull=False)
        .exists()
    )
    assert not Place.objects.filter(valid_from__isnull=False).exclude(valid_from=date(2025, 7, 1)).exists()
    assert not Place.objects.filter(Q(population__isnull=False) | Q(households__isnull=False)).exists()


def test_islands_are_not_put_ashore() -> None:
    """The source gives the former districts of the archipelagos the point of a harbour."""
    for name in ("Hoàng Sa", "Trường Sa"):
        for place in Place.objects.filter(name=name):
            assert place.lon is None or place.lon > 111, place


def test_a_second_load_changes_nothing_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_places")
    first = capsys.readouterr().out.splitlines()
    assert first[2] == "Ranh giới minh hoạ: thêm 3355, sửa 0, giữ nguyên 0"
    call_command("load_places")
    assert capsys.readouterr().out.splitlines() == [
        "Nơi: thêm 0, sửa 0, giữ nguyên 14138, không có trong nguồn 0",
        "Kế tiếp: thêm 0, sửa 0, giữ nguyên 10654, không có trong nguồn 0",
        "Ranh giới minh hoạ: thêm 0, sửa 0, giữ nguyên 3355",
    ]


def test_a_second_load_mends_names_and_keeps_what_people_entered() -> None:
    commune = Place.objects.communes().in_force(TODAY).get(name="Đồng Đăng")
    commune.name, commune.population, commune.lon = "Đồng Đằng", 12_000, 106.7
    commune.save()
    extra = Place.objects.create(kind=KIND.COMMUNE, title="Xã", name="Ngoài nguồn", code="99999")
    split = PlaceSuccession.objects.filter(area_percent=None).first()
    assert split
    split.population_percent = 60
    split.save()
    done = import_units()
    assert (done.places.added, done.places.changed, done.places.missing) == (0, 1, 1)
    commune.refresh_from_db()
    split.refresh_from_db()
    assert (commune.name, commune.population, commune.lon) == ("Đồng Đăng", 12_000, 106.7)
    assert commune.search_key == "xa dong dang"
    assert split.population_percent == 60
    assert Place.objects.filter(pk=extra.pk).exists()


def test_a_conversion_to_an_unknown_unit_is_refused() -> None:
    old = {
        "provinceKey": "a",
        "districtKey": "b",
        "wardKey": "c",
        "wardCode": "1",
        "districtCode": "2",
        "provinceCode": "3",
    }
    new = {"provinceKey": "a", "wardKey": "d", "wardCode": "4", "provinceCode": "3"}
    names = {
        "DICT_PROVINCE": {"a": ["a"]},
        "DICT_PROVINCE_WARD_NO_DIVIDED": {"a": {"e": ["a_b_c"]}},
        "DICT_PROVINCE_WARD_DIVIDED": {},
    }
    with pytest.raises(UnknownUnitError, match="a_b_c → a_e"):
        Conversion([old], [new], names).source()


@pytest.mark.parametrize("dated", [True, False])
def test_a_code_is_borne_once_at_a_time(dated: bool) -> None:
    """Also on SQLite, for which two unknown dates are never equal."""
    twin = {"kind": KIND.COMMUNE, "code": "06184", "valid_from": date(2025, 7, 1) if dated else None}
    assert Place.objects.filter(**twin).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(title="Xã", name="Trùng", **twin)


def test_a_load_is_in_the_history() -> None:
    record = Place.objects.communes().in_force(TODAY).get(name="Đồng Đăng").history.get()
    assert (record.history_type, record.history_change_reason) == ("+", "Nạp danh mục đơn vị hành chính")
