"""Statistics: what counts, for which place and network; independent numpy; too few tests; what the province decides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hatang.accounts.models import Person
from hatang.places.models import Place
from hatang.quality.models import SpeedStatistic, StatisticState
from hatang.quality.services.measurements import keep_rows, operator_key, withdraw_rows
from hatang.quality.services.rules import limits_of, rules_of, set_rule
from hatang.quality.services.statistics import compute_statistics
from tests.conftest import World
from tests.quality.measured import AT, row, table

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def of(place: Place, **narrowed: object) -> SpeedStatistic:
    """Give the one statistic of a place, of downloads, all operators and the whole year unless said otherwise."""
    asked = {"month": 0, "operator": None, "access": "", "technology": "", "measure": "download_mbps", "basis": "tests"}
    return SpeedStatistic.objects.get(place=place, year=2026, **(asked | narrowed))


def test_statistics_are_stored_a_part_at_a_time_and_their_state_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once kept every other writer of SQLite waiting for twenty seconds."""
    days = [AT + timedelta(days=31 * n) for n in range(3)]
    keep_rows(table(row(n, at=days[n % 3]) for n in range(30)), load=0)
    with CaptureQueriesContext(connection) as seen:
        compute_statistics(province=world.province, now=NOW + timedelta(days=90))
    told = [query["sql"] for query in seen.captured_queries]
    began = [n for n, sql in enumerate(told) if sql.startswith("SAVEPOINT")]
    stored = [n for n, sql in enumerate(told) if sql.startswith("INSERT") and "speedstatistic" in sql]
    assert len(began) >= len(stored) >= 12, "three months and their year, three measures"
    assert all(any(before < a < after for a in began) for before, after in pairwise(stored))
    assert max(stored) < max(n for n, sql in enumerate(told) if "statisticstate" in sql)
    monkeypatch.setattr(StatisticState.objects, "update_or_create", None)
    with pytest.raises(TypeError):
        compute_statistics(province=world.province, now=NOW + timedelta(days=91))
    assert StatisticState.objects.get().computed_at == NOW + timedelta(days=90)


def test_medians_are_those_of_numpy_for_communes_and_province(world: World) -> None:
    draw = np.random.default_rng(5)
    speeds = draw.lognormal(4, 0.7, 400)
    communes = [world.commune.code] * 250 + [world.neighbour.code] * 150
    rows = [
        row(n, download_mbps=float(s), commune=c, at=AT + timedelta(days=n % 15, seconds=n))
        for n, (s, c) in enumerate(zip(speeds, communes, strict=True))
    ]
    keep_rows(table(rows), load=0)
    compute_statistics(province=world.province, now=NOW)
    kept = speeds.astype(np.float32).astype(float)
    for place, own in ((world.commune, kept[:250]), (world.neighbour, kept[250:]), (world.province, kept)):
        found = of(place)
        assert found.n == len(own)
        expected = np.quantile(own, [0.1, 0.5, 0.9])
        assert [found.p10, found.p50, found.p90] == pytest.approx(list(expected), rel=1e-6)
        assert found.p50_low < found.p50 < found.p50_high
        assert found.mean == pytest.approx(own.mean(), rel=1e-6)
        assert found.above_50 == pytest.approx((own > 50).mean())
        assert found.above_50_low < found.above_50 < found.above_50_high
    assert of(world.province, technology="4G").n == of(world.province, access="mobile").n == 400
    assert of(world.province, month=3).n == 400
    assert not SpeedStatistic.objects.filter(access="fixed").exists()


def test_one_test_a_device_a_day_counts_once(world: World) -> None:
    rows = [row(n, device="m", at=AT + timedelta(minutes=n * n)) for n in range(5)]
    rows += [row(10 + n, device="m", at=AT + timedelta(days=1, minutes=n)) for n in range(2)]
    keep_rows(table(rows), load=0)
    compute_statistics(province=world.province, now=NOW)
    assert of(world.province).n == 2
    assert of(world.province).p50 == pytest.approx((30 + 30 + 10 / 7) / 2, rel=1e-6)


def test_suspects_and_averages_count_for_no_median_and_are_told(world: World) -> None:
    rows = [row(n) for n in range(9)]
    rows += [
        row(20, download_mbps=9_999.0),
        row(21, at=NOW + timedelta(days=2)),
        row(22, lon=0.0, lat=0.0, commune=None),
    ]
    average = {"source": "ookla", "is_average": True, "technology": None}
    rows += [row(30, tests=30, download_mbps=10.0, **average), row(31, tests=10, download_mbps=50.0, **average)]
    keep_rows(table(rows), load=0)
    compute_statistics(province=world.province, now=NOW)
    assert of(world.province).n == 9
    averages = of(world.province, basis="averages")
    assert (averages.n, averages.mean, averages.p50) == (40, pytest.approx(20.0), None)
    state = StatisticState.objects.get(province=world.province)
    assert state.left_out == {"impossible_speed": 1, "future": 1, "null_island": 1, "average": 2}


def test_former_provinces_operators_and_families_have_their_own(world: World) -> None:
    former = Place.objects.create(kind="province", title="Tỉnh", name="Cũ", code="19", valid_to=date(2025, 6, 30))
    Place.objects.filter(pk=world.commune.pk).update(former_province=former)
    Place.objects.filter(pk=world.neighbour.pk).update(former_province=world.province)
    key = operator_key(world.operator)
    rows = [row(n, operator=key, ip_family=6) for n in range(6)]
    rows += [row(10 + n, commune=world.neighbour.code, ip_family=4) for n in range(4)]
    keep_rows(table(rows), load=0)
    compute_statistics(province=world.province, now=NOW)
    assert of(former).n == 6
    assert of(world.province, operator=world.operator).n == 6
    whole = of(world.province)
    assert (whole.over_ipv6, whole.of_known_family) == (6, 10)
    with pytest.raises(SpeedStatistic.DoesNotExist):
        of(world.commune, operator=world.operator, month=3)
    assert of(world.commune, operator=world.operator).n == 6


def test_what_is_withdrawn_leaves_the_statistics_and_others_stay(world: World) -> None:
    keep_rows(table([row(n) for n in range(4)]), load=1)
    keep_rows(table([row(10 + n) for n in range(3)]), load=2)
    keep_rows(table([row(20, province="08", commune=world.other_commune.code)]), load=3)
    compute_statistics(province=world.province, now=NOW)
    compute_statistics(province=world.other_province, now=NOW)
    withdraw_rows(load=1)
    compute_statistics(province=world.province, now=NOW)
    assert of(world.province).n == 3
    assert of(world.other_province).n == 1
    withdraw_rows(load=2)
    compute_statistics(province=world.province, now=NOW)
    assert not SpeedStatistic.objects.filter(province=world.province).exists()


def test_a_rule_holds_from_its_day_and_only_in_its_province(world: World, people: dict[str, Person]) -> None:
    set_rule(
        actor=people["department_head"],
        province=world.province,
        name="most_a_day",
        value=3,
        valid_from=date(2026, 3, 1),
        source="",
        note="",
    )
    assert limits_of(world.province, date(2026, 2, 28)).most_a_day == 50
    assert limits_of(world.province, date(2026, 3, 1)).most_a_day == 3
    assert limits_of(world.other_province, date(2026, 3, 1)).most_a_day == 50
    assert rules_of(world.province, date(2026, 3, 1))["qcvn81_least_download_mbps"].value is None
    keep_rows(table([row(n, device="m", at=AT + timedelta(minutes=n * n)) for n in range(4)]), load=0)
    compute_statistics(province=world.province, now=NOW)
    assert not SpeedStatistic.objects.exists()
    assert StatisticState.objects.get(province=world.province).left_out == {"too_many": 4}


def test_pages_say_what_is_enough_and_keep_operators_where_the_province_says_so(
    world: World, people: dict[str, Person], client: Client
) -> None:
    key = operator_key(world.operator)
    keep_rows(table([row(n, operator=key, at=AT + timedelta(seconds=n)) for n in range(301)]), load=0)
    keep_rows(table([row(1_000, commune=world.neighbour.code)]), load=0)
    compute_statistics(province=world.province, now=NOW)
    page = client.get("/chat-luong/thong-ke/20?mang=4g").content.decode()
    assert "1 trong 2 xã, phường chưa đủ 300 lượt đo" in page
    communes = client.get("/chat-luong/thong-ke/20/xa?mang=4g&xuat=csv").content.decode()
    assert "Xã Đồng Đăng,đủ,301" in communes
    assert "Phường Kỳ Lừa,chưa đủ dữ liệu,1,0,,,,,,,\r\n" in communes
    campaign = client.get("/chat-luong/thong-ke/20/can-do?xuat=csv").content.decode()
    assert "Phường Kỳ Lừa,1,299" in campaign
    assert "Đồng Đăng" not in campaign
    operators = "/chat-luong/thong-ke/20/nha-mang?xuat=csv"
    assert "Doanh nghiệp A" in client.get(operators).content.decode()
    said = {"name": "public_by_operator", "value": 0.0, "valid_from": date(2020, 1, 1), "source": "", "note": ""}
    set_rule(actor=people["department_head"], province=world.province, **said)
    assert "Doanh nghiệp A" not in client.get(operators).content.decode()
    seen = {"operator": True, "rival": False, "department_officer": True, "stranger": False}
    for name, sees in seen.items():
        client.force_login(people[name])
        assert ("Doanh nghiệp A" in client.get(operators).content.decode()) is sees, name
