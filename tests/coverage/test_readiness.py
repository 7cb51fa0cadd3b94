"""Readiness for technologies to come: what registers tell is counted, the rest an officer answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import LineString
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.coverage.models import CountedService, CoverageRun, PredictedService, ReadinessAnswer, Terrain
from hatang.coverage.services.readiness.checklist import answer_item, checklist, finding_of, items
from hatang.coverage.services.readiness.counting import all_tallies
from hatang.network.models import CableRoute, Mast, Station
from tests.conftest import World
from tests.coverage.conftest import mast, run_of

TODAY = date(2026, 11, 27)
BUILT = date(2024, 1, 1)
State = ReadinessAnswer.State


def page(client: Client, world: World, query: str = "") -> str:
    return client.get(f"/vung-phu/{world.province.code}/san-sang{query}").content.decode()


@pytest.fixture
def officer(client: Client, people: dict[str, Person]) -> Client:
    client.force_login(people["department_officer"])
    return client


@pytest.fixture
def masts(world: World) -> list[Mast]:
    """Put a cable 52 m east of the first mast, the second 1 km away; only the first has room."""
    made = [mast(world, f"C{n}", world.operator, world.commune, lon, 21.95) for n, lon in enumerate((106.7, 106.71))]
    Mast.objects.filter(pk=made[0].pk).update(spare=1)
    facts = {"province": world.province, "owner": world.operator, "built_on": BUILT, "laying": "aerial"}
    CableRoute.objects.create(code="K1", path=LineString((106.7005, 21.94), (106.7005, 21.96)), spare=4, **facts)
    return made


def test_every_counted_item_has_its_count_and_no_other(world: World) -> None:
    assert set(all_tallies(world.province, TODAY)) == {key for key, item in items().items() if item.counted}
    assert finding_of(checklist(world.province, TODAY)) == (
        "6G: 0 trong 7 việc đã xong; Open RAN: 0 trong 5 việc đã xong; dừng 2G, 3G: 0 trong 6 việc đã xong."
    )


def test_registers_tell_what_they_can(world: World, masts: list[Mast]) -> None:
    facts = {"mast": masts[0], "operator": world.operator, "on_air_on": BUILT}
    Station.objects.create(code="T1", technology="2G", off_air_on=date(2026, 9, 16), **facts)
    Station.objects.create(code="T2", technology="3G", **facts)
    said = {"operator": world.operator, "technology": "5G", "level": "declared", "declared": True}
    CountedService.objects.create(place=world.village, served=True, since_on=BUILT, simulated=True, **said)
    CountedService.objects.create(place=world.dark_village, served=False, since_on=BUILT, **said)
    told = all_tallies(world.province, TODAY)
    assert {key: (tally.found, tally.total) for key, tally in told.items()} == {
        "6g.fibre": (1, 2),
        "6g.room": (1, 2),
        "6g.five": (1, 2),
        "oran.fibre": (1, 1),
        "off.2g": (1, 1),
        "off.3g": (0, 1),
        "off.left": (0, 0),
    }
    assert told["6g.room"].remark == "1 cột đang dùng chưa khai"
    assert told["6g.five"].simulated
    assert [told[key].state for key in ("off.2g", "6g.fibre", "off.3g", "off.left")] == [
        "done",
        "doing",
        "not_yet",
        None,
    ]


def test_villages_that_would_be_left_without_are_read_off_the_run(world: World, small_terrain: Terrain) -> None:
    run = run_of(small_terrain, state=CoverageRun.State.DONE, adopted_at=timezone.now())
    run.save()
    for place, operator, technology in (
        (world.village, world.operator, "2G"),
        (world.village, world.rival, "4G"),
        (world.dark_village, world.operator, "3G"),
    ):
        found = {"level_dbm": -80.0, "probability": 1.0, "served": True}
        PredictedService.objects.create(run=run, place=place, operator=operator, technology=technology, **found)
    tally = all_tallies(world.province, TODAY)["off.left"]
    assert (str(tally), tally.address) == ("1 trong 2 thôn đang có sóng", f"/vung-phu/luot/{run.pk}/tat-song/")


def test_an_officer_answers_and_takes_back(officer: Client, world: World) -> None:
    address = f"/vung-phu/{world.province.code}/san-sang?viec="
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%d/%m/%Y}"
    late = officer.post(f"{address}6g.sites", {"state": "done", "on": tomorrow})
    assert (late.status_code, "chưa tới" in late.content.decode()) == (422, True)
    said = {"state": "done", "on": "20/11/2026", "reference": "12/KH-SKHCN", "note": "Khu Đồng Đăng"}
    assert officer.post(f"{address}6g.sites", said).status_code == 302
    assert officer.post(f"{address}6g.five", said).status_code == 422
    assert officer.post(f"{address}6g.five", said | {"state": "not_applicable"}).status_code == 302
    told = page(officer, world)
    assert "6G: 1 trong 6 việc đã xong (1 việc không áp dụng)" in told
    assert "20/11/2026, 12/KH-SKHCN: Khu Đồng Đăng" in told
    assert "6G,Đã chọn nơi thử nghiệm,xong,,,,,20/11/2026,12/KH-SKHCN,Khu Đồng Đăng," in page(
        officer, world, "?xuat=csv"
    )
    assert officer.post(f"{address}6g.sites", {"bo": "1"}).status_code == 302
    assert not ReadinessAnswer.objects.filter(item="6g.sites").exists()
    assert [row.history_type for row in ReadinessAnswer.history.filter(item="6g.sites")] == ["-", "+"]


def test_only_the_department_answers_and_counts_are_not_overruled(world: World, people: dict[str, Person]) -> None:
    answer = ReadinessAnswer(province=world.province, item="6g.five", state=State.DONE, on=TODAY)
    with pytest.raises(PermissionDenied):
        answer_item(actor=people["analyst"], answer=answer)
    with pytest.raises(ValidationError, match="được đếm từ sổ"):
        answer_item(actor=people["department_officer"], answer=answer)
