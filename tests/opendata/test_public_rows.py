"""What leaves is what somebody without an account may see, row by row and field by field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hatang.accounts.models import Organisation
from hatang.coverage.models import CountedService
from hatang.network.audience import EVERYBODY, FIELDS
from hatang.network.models import FibreReach
from hatang.opendata.catalogue import BY_SLUG, DATASETS, GEOMETRY, RHYTHMS, THEMES
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from hatang.plans.models import Plan, Target
from hatang.quality.models import SpeedStatistic
from tests.conftest import World
from tests.opendata.needs import SINCE, a_figure, a_mast, an_indicator, published


def rows(world: World, slug: str) -> list[dict[str, Any]]:
    return list(BY_SLUG[slug].rows(world.province))


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.slug)
def test_what_the_catalogue_says_of_itself_holds_together(dataset: Any) -> None:
    assert len({field.name for field in dataset.fields}) == len(dataset.fields)
    named = {*dataset.key, dataset.since, dataset.until, dataset.guarded} - {""}
    named |= {dataset.chart.label, dataset.chart.value, *dataset.chart.of} if dataset.chart else set()
    assert named <= set(dataset.named)
    assert dataset.theme in THEMES
    assert dataset.rhythm in RHYTHMS


def test_places_are_those_of_the_province_today(world: World) -> None:
    Place.objects.filter(pk=world.neighbour.pk).update(valid_to=date(2025, 12, 31))
    assert [row["ten"] for row in rows(world, "xa-phuong")] == ["Xã Đồng Đăng"]
    assert {row["ten"] for row in rows(world, "thon")} == {"Thôn Nà Lầm", "Thôn Khơ Đa"}


def test_figures_leave_only_when_published_and_not_held_back(world: World) -> None:
    open_one, secret = an_indicator(), an_indicator("bi-mat", commercial=True)
    a_figure(open_one, world.commune, 81.5)
    a_figure(open_one, world.neighbour, 11, withheld=True)
    a_figure(open_one, world.province, 50, state="approved")
    a_figure(open_one, world.other_commune, 12)
    a_figure(secret, world.commune, 13)
    a_figure(secret, world.province, 77)
    told = {(row["ma_chi_tieu"], row["noi"]): row["gia_tri"] for row in rows(world, "so-lieu-chi-tieu")}
    assert told == {("thu", "Xã Đồng Đăng"): 81.5, ("bi-mat", "Tỉnh Lạng Sơn"): 77}


def test_targets_and_plans_leave_with_their_plan(world: World) -> None:
    said = {"issuer": "UBND tỉnh", "territory": world.province, "province": world.province}
    years = {"year_from": 2025, "year_to": 2030}
    for code, is_open in (("mo", True), ("kin", False)):
        plan = Plan.objects.create(code=code, title=f"Kế hoạch {code}", published=is_open, **said, **years)
        indicator = an_indicator(f"chi-tieu-{code}")
        Target.objects.create(plan=plan, indicator=indicator, year=2030, comparator="ge", value=90)
    assert [row["ma"] for row in rows(world, "ke-hoach")] == ["mo"]
    assert [(row["ma_ke_hoach"], row["muc"]) for row in rows(world, "muc-tieu")] == [("mo", 90)]


def test_only_masts_on_offer_leave_and_only_roughly(world: World) -> None:
    a_mast(world, "CHAO-1", world.operator, offered=True, spare=2, simulated=True)
    a_mast(world, "GIU-1", world.operator)
    a_mast(world, "NGUNG-1", world.rival, offered=True, out_of_use_on=date(2026, 1, 1))
    (row,) = rows(world, "cot-chao-dung-chung")
    assert (row["chu_so_huu"], row["con_trong"], row["xa"]) == ("Doanh nghiệp A", 2, "Xã Đồng Đăng")
    assert (row["kinh_do"], row["vi_do"]) == (106.69, 21.94)
    assert (row[GEOMETRY].x, row[GEOMETRY].y) == (106.69, 21.94)
    assert row["mo_phong"] == SIMULATED_LINE
    assert "CHAO-1" not in str(row)


def test_every_field_of_a_mast_is_one_that_every_audience_sees() -> None:
    """If the table of audiences closes a field, it must not go on leaving by this door."""
    assert {"structure", "owner", "spare", "commune", "rough_point"} <= {
        name for name, who in FIELDS.items() if who == EVERYBODY
    }


def test_a_field_that_the_table_closes_stops_leaving(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a_mast(world, "CHAO-1", world.operator, offered=True, spare=2)
    monkeypatch.setitem(FIELDS, "spare", frozenset())
    (row,) = rows(world, "cot-chao-dung-chung")
    assert "con_trong" not in row


def test_that_a_village_is_served_leaves_by_whom_does_not(world: World) -> None:
    said: dict[str, Any] = {"place": world.village, "technology": "4G", "since_on": SINCE, "level": "declared"}
    CountedService.objects.create(operator=world.operator, served=True, declared=True, **said)
    CountedService.objects.create(operator=world.rival, served=False, declared=False, **said)
    reach = {"village": world.village, "since_on": SINCE, "households_able": 5}
    FibreReach.objects.create(operator=world.rival, **reach)
    told = {row["ten"]: row for row in rows(world, "dich-vu-tai-thon")}
    lit = told["Thôn Nà Lầm"]
    assert (lit["co_4g"], lit["bang_chung_4g"], lit["co_cap_quang"]) == (True, "khai báo", True)
    assert "co_4g" not in told["Thôn Khơ Đa"]
    assert "Doanh nghiệp" not in str(told)


def a_statistic(world: World, place: Place, n: int, operator: Organisation | None = None) -> None:
    SpeedStatistic.objects.create(
        province=world.province, place=place, year=2026, operator=operator, measure="download_mbps", n=n, p50=40.0
    )


def test_a_commune_with_too_few_tests_only_counts_them(world: World) -> None:
    a_statistic(world, world.commune, 1)
    a_statistic(world, world.neighbour, 100_000)
    told = {row["noi"]: (row["luot_do"], row["du_luot"], row.get("trung_vi")) for row in rows(world, "toc-do")}
    assert told == {"Xã Đồng Đăng": (1, False, None), "Phường Kỳ Lừa": (100_000, True, 40.0)}


def test_statistics_worked_out_anew_alike_are_the_same_version(world: World) -> None:
    places = [world.commune, world.neighbour, world.province]
    for place in places:
        a_statistic(world, place, 900)
    first = published(world, "toc-do")
    SpeedStatistic.objects.all().delete()
    for place in reversed(places):
        a_statistic(world, place, 900)
    assert published(world, "toc-do").pk == first.pk


def test_speeds_by_operator_leave_as_the_province_has_it(world: World) -> None:
    from hatang.quality.models import SpeedRule
    from hatang.quality.services.rules import PUBLIC

    a_statistic(world, world.province, 500, world.operator)
    a_statistic(world, world.province, 900)
    for value, expected in ((0.0, {""}), (1.0, {"", "Doanh nghiệp A"})):
        SpeedRule.objects.update_or_create(
            province=world.province, name=PUBLIC, valid_from=SINCE, defaults={"value": value}
        )
        assert {row["nha_mang"] for row in rows(world, "toc-do")} == expected
