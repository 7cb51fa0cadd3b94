"""Samples of links from CSV, JSON and SNMP counters; each seven days against 90 % of the capacity."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.sample.link_loads import FULL, MEASURED, SILENT, make_link_loads
from hatang.systems.models import DataLink, LinkDay, LinkWeek, LoadFile, SystemFinding
from hatang.systems.services.findings import compute_findings
from hatang.systems.services.link_loads import check_file, save_file
from tests.conftest import World
from tests.systems.probe_needs import a_link

BEGIN = datetime(2026, 3, 1)
STEP = timedelta(minutes=5)
WEEK = 2016
HEAD = "Mã đường truyền;Thời điểm;Vào, Mb/s;Ra, Mb/s"


def csv_of(rates: list[tuple[float, float]], code: str = "TSL-1", begin: datetime = BEGIN) -> bytes:
    lines = [f"{code};{begin + k * STEP:%d/%m/%Y %H:%M};{a};{b}" for k, (a, b) in enumerate(rates)]
    return "\n".join([HEAD, *lines]).encode()


def brought(world: World, people: dict[str, Person], content: bytes, name: str = "tai.csv") -> LoadFile:
    said: dict[str, Any] = {"actor": people["department_officer"], "province": world.province}
    return check_file(**said, name=name, content=content)


def kept(world: World, people: dict[str, Person], content: bytes, name: str = "tai.csv") -> LoadFile:
    upload = brought(world, people, content, name)
    assert upload.state == "ready", upload.summary
    save_file(actor=people["department_officer"], upload=upload)
    return upload


@pytest.fixture
def link(world: World) -> DataLink:
    return a_link(world)


def test_a_full_week_is_judged_by_the_topmost_of_the_lower_ninety_five_percent(
    link: DataLink, world: World, people: dict[str, Person]
) -> None:
    high = int(0.05 * WEEK)
    kept(world, people, csv_of([(100, 1)] * high + [(91, 1)] * (WEEK - high)))
    week = LinkWeek.objects.get(ends_on=BEGIN.date() + timedelta(days=6))
    assert (week.inbound_mbps, week.outbound_mbps, week.samples) == (91, 1, WEEK)
    assert week.busy
    compute_findings(province=world.province, on=timezone.localdate())
    assert SystemFinding.objects.open().filter(rule="link_busy", link=link).exists()


def test_a_week_with_few_samples_is_not_judged(link: DataLink, world: World, people: dict[str, Person]) -> None:
    kept(world, people, csv_of([(99, 99)] * 500))
    week = LinkWeek.objects.latest("ends_on")
    assert (week.percent, week.enough, week.busy) == (99, False, False)


def test_a_day_that_has_just_begun_does_not_hide_the_whole_week_before_it(
    link: DataLink, world: World, people: dict[str, Person]
) -> None:
    kept(world, people, csv_of([(92, 1)] * (WEEK + 12)))
    (shown,) = LinkWeek.objects.all().latest_each()
    assert (shown.ends_on, shown.enough, shown.busy) == (BEGIN.date() + timedelta(days=6), True, True)
    (row,) = LinkWeek.objects.filter(ends_on__gt=BEGIN.date() + timedelta(days=6)).order_by("ends_on")[:1]
    assert not row.enough


def test_days_in_several_files_make_one_week_and_the_same_file_twice_changes_nothing(
    link: DataLink, world: World, people: dict[str, Person]
) -> None:
    for day in (*range(7), 3):
        kept(world, people, csv_of([(10 + day, 1)] * 288, begin=BEGIN + timedelta(days=day)))
    week = LinkWeek.objects.get(ends_on=BEGIN.date() + timedelta(days=6))
    assert (week.samples, week.inbound_mbps) == (WEEK, 16)
    assert LinkDay.objects.count() == 7


def test_counters_of_snmp_become_rates(link: DataLink, world: World, people: dict[str, Person]) -> None:
    lines = ["interface,time,ifHCInOctets,ifHCOutOctets"]
    lines += [f"TSL-1,{BEGIN + k * STEP:%Y-%m-%d %H:%M},{k * 37_500_000},{k * 75_000_000}" for k in range(13)]
    lines += [f"TSL-1,{BEGIN + 13 * STEP:%Y-%m-%d %H:%M},5,5"]
    upload = kept(world, people, "\n".join(lines).encode())
    assert (upload.summary["samples"], upload.summary["restarts"]) == (12, 1)
    assert LinkWeek.objects.latest("ends_on").inbound_mbps == pytest.approx(1)
    assert LinkWeek.objects.latest("ends_on").outbound_mbps == pytest.approx(2)


def test_json_says_the_same_as_csv(link: DataLink, world: World, people: dict[str, Person]) -> None:
    rows = [
        {"link": "TSL-1", "at": f"{BEGIN + k * STEP:%Y-%m-%dT%H:%M}:00+07:00", "in_mbps": 5.0, "out_mbps": 7.0}
        for k in range(20)
    ]
    kept(world, people, json.dumps(rows).encode(), "tai.json")
    week = LinkWeek.objects.latest("ends_on")
    assert (week.inbound_mbps, week.outbound_mbps, week.samples) == (5, 7, 20)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("KHAC;01/03/2026 00:00;1;1", "không phải mã đường truyền"),
        ("TSL-1;hôm qua;1;1", "không phải thời điểm"),
        ("TSL-1;01/03/2099 00:00;1;1", "chưa tới"),
        ("TSL-1;01/03/2026 00:00;-1;1", "Số âm"),
        ("TSL-1;01/03/2026 00:00;5000;1", "lớn hơn dung lượng"),
        ("TSL-1;01/03/2026 00:00;;1", "Thiếu số của một chiều"),
        ("TSL-1;01/03/2026 00:01;9;9", "đã có số khác"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_kept(
    row: str, words: str, link: DataLink, world: World, people: dict[str, Person]
) -> None:
    upload = brought(world, people, f"{HEAD}\nTSL-1;01/03/2026 00:00;1;1\n{row}\n".encode())
    assert upload.state == "wrong"
    assert words in " ".join(upload.summary["faults"])
    with pytest.raises(ValidationError):
        save_file(actor=people["department_officer"], upload=upload)
    assert not LinkDay.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"{", "không phải JSON"),
        ("a.json", b"[1,2]", "danh sách các đối tượng"),
        ("a.json", b"[" * 100_000, "không phải JSON"),
        ("a.csv", "Mã đường truyền;Thời điểm\nTSL-1;01/03/2026".encode(), "thiếu cột"),
    ],
)
def test_what_is_no_file_of_samples_says_what_would_be(
    name: str, content: bytes, words: str, link: DataLink, world: World, people: dict[str, Person]
) -> None:
    assert words in " ".join(brought(world, people, content, name).summary["faults"])


def test_an_operator_sees_the_load_of_its_own_links_alone(
    link: DataLink, world: World, people: dict[str, Person]
) -> None:
    a_link(world, "TSL-2", operator=world.rival)
    kept(world, people, csv_of([(1, 1)] * 20) + csv_of([(1, 1)] * 20, "TSL-2").removeprefix(HEAD.encode()))
    seen = LinkWeek.objects.visible_to(people["operator"])
    assert set(seen.values_list("link__code", flat=True)) == {"TSL-1"}
    assert not LinkWeek.objects.visible_to(people["stranger"]).exists()
    with pytest.raises(PermissionDenied):
        check_file(actor=people["operator"], province=world.province, name="a.csv", content=b"")


def test_the_samples_links_have_weeks_of_which_two_are_full_and_one_fell_silent(world: World) -> None:
    links = [a_link(world, code=f"TSL-{n:03}", simulated=True) for n in range(MEASURED + 1)]
    today = timezone.localdate()
    make_link_loads(world.province, today)
    weeks = {week.link_id: week for week in LinkWeek.objects.all().latest_each()}
    assert len(weeks) == MEASURED
    assert {n for n, link in enumerate(links[:MEASURED]) if weeks[link.pk].busy} == set(FULL)
    assert [n for n, link in enumerate(links[:MEASURED]) if not weeks[link.pk].enough] == [SILENT]
    assert all(LinkDay.objects.filter(link=link, on__lt=today).count() == 7 for link in links[:2])
    assert not LinkDay.objects.filter(on__gte=today).exists()
