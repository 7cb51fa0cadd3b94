"""Fibre plans: the registers say along what cable may go, the answer is told with its price and what it rests on."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.network.models import CableRoute, FibreReach, House, JointWork, PoleLine
from hatang.places.models import Place, Road
from hatang.planning.models import FibrePlan, Way
from hatang.planning.services.fibre import plans, weak
from hatang.planning.services.fibre.figures import finding
from hatang.planning.services.fibre.lines import lines_of
from hatang.planning.services.prices import default_prices, prices_of
from hatang.work.models import Job
from tests.conftest import World

People = dict[str, Person]
BUILT = date(2020, 1, 1)
TRUNK = [(106.69, 21.94), (106.70, 21.94)]
BRANCH = [(106.70, 21.94), (106.70, 21.96)]


def line(*spots: tuple[float, float]) -> LineString:
    """Draw a line."""
    return LineString(list(spots), srid=4326)


def road(name: str, *spots: tuple[float, float], **more: Any) -> Road:
    """Draw a road."""
    return Road.objects.create(name=name, path=line(*spots), source="Thử", licence="Thử", **more)


def cable(world: World, code: str, *spots: tuple[float, float], **more: Any) -> CableRoute:
    """Lay a cable of the operator."""
    facts = {"owner": world.operator, "province": world.province, "built_on": BUILT, "laying": "aerial"} | more
    return CableRoute.objects.create(code=code, path=line(*spots), **facts)


def poles(world: World, *spots: tuple[float, float], spare: int | None) -> PoleLine:
    """Stand a pole line with so much room."""
    facts = {
        "owner": world.rival,
        "province": world.province,
        "built_on": BUILT,
        "kind": "C2",
        "along": "Đường liên xã",
    }
    return PoleLine.objects.create(code=f"TC-{PoleLine.objects.count()}", path=line(*spots), spare=spare, **facts)


def computed(world: World, **more: Any) -> FibrePlan:
    """Compute a plan here and now."""
    facts = {"province": world.province, "title": "Cáp tới thôn", "ends": ["villages"], "last_year": 2030} | more
    plan = FibrePlan.objects.create(state=FibrePlan.State.WAITING, most_seconds=1, **facts)
    plans.compute_plan(lambda percent, message: None, plan.pk)
    return FibrePlan.objects.get(pk=plan.pk)


def reach(village: Place, world: World) -> None:
    """Bring the operator's fibre to a village."""
    FibreReach.objects.create(village=village, operator=world.operator, households_able=10, since_on=BUILT)


@pytest.fixture
def branch(world: World) -> World:
    """Lay a cable in the west; the village Nà Lầm (106.70, 21.95) has fibre, Khơ Đa (106.71, 21.96) has none."""
    cable(world, "C-1", *TRUNK)
    reach(world.village, world)
    return world


def test_poles_with_room_are_used_before_new_ones_and_full_ones_are_not(branch: World) -> None:
    road("Đường xã", (106.70, 21.94), (106.71, 21.94), (106.71, 21.96))
    full = poles(branch, (106.70, 21.94), (106.71, 21.96), spare=0)
    first = computed(branch)
    assert {row.way for row in first.stretches.all()} == {Way.NEW_POLES}
    full.spare = 2
    full.save()
    plan = computed(branch)
    [row] = plan.stretches.filter(length_km__gt=0.1)
    assert (row.way, row.road) == (Way.AERIAL, "Đường liên xã")
    price = default_prices()["fibre_aerial_km"].amount_vnd
    assert row.capital_vnd == pytest.approx(row.length_km * price, rel=1e-6)
    assert plan.answer["capital_vnd"] < first.answer["capital_vnd"]
    assert finding(plan) == "Nối 1 thôn với 2,4 km cáp mới, vốn ước tính 110 triệu đồng: mọi nơi cần nối đều nối được."
    assert not prices_of(branch.province)["fibre_aerial_km"].on
    assert any("giả định của hệ thống" in words for words in plan.answer["assumed"])


def test_a_trench_is_shared_only_where_and_while_another_sector_digs(branch: World) -> None:
    road("Đường xã", (106.70, 21.94), (106.71, 21.94), (106.72, 21.94))
    today = timezone.localdate()
    dig = JointWork.objects.create(
        province=branch.province,
        title="Cấp nước Đồng Đăng",
        kind="water",
        investor="Công ty nước",
        starts_on=today,
        ends_on=today + timedelta(30),
        shape=line((106.71, 21.9401), (106.72, 21.9401)),
    )

    def shared(last_year: int) -> list[tuple[str, float]]:
        found = lines_of(branch.province, on=today, last_year=last_year).lines
        return [(one.name, round(one.path.length, 3)) for one in found if Way.SHARED_TRENCH in one.ways]

    assert shared(dig.ends_on.year) == [("Đường xã, cùng Cấp nước Đồng Đăng", 0.01)]
    assert shared(today.year - 1) == []


def test_a_road_that_lies_beside_a_work_from_end_to_end_leaves_no_empty_piece(branch: World) -> None:
    """A piece without points would end the whole plan."""
    road("Đường xã", (106.70, 21.94), (106.71, 21.94))
    JointWork.objects.create(
        province=branch.province,
        title="Cấp nước",
        kind="water",
        investor="Công ty nước",
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate() + timedelta(30),
        shape=line((106.70, 21.94), (106.71, 21.94)),
    )
    found = lines_of(branch.province, on=timezone.localdate(), last_year=2030).lines
    assert [(Way.SHARED_TRENCH in one.ways, one.path.is_empty) for one in found] == [(True, False)]


def test_what_has_no_road_is_joined_straight_and_told_so_and_what_is_too_far_is_not(branch: World) -> None:
    inside = {"kind": "village", "title": "Thôn", "province": branch.province, "parent": branch.commune}
    far = Place.objects.create(name="Khuổi Xa", code="T9", lon=106.9, lat=22.1, **inside)
    Place.objects.create(name="Không Toạ Độ", **inside)
    plan = computed(branch)
    left = plan.joined.exclude(why_not="").get()
    assert (left.place, left.why_not[:22]) == (far, "Không có đường, tuyến ")
    assert plan.answer["straight_km"] == pytest.approx(plan.answer["length_km"], abs=0.01)
    assert finding(plan).endswith("1 nơi chưa nối được.")
    assert plan.answer["unplaced"] == ["1 thôn chưa có tọa độ nên chưa xét: ghi tọa độ rồi tính lại."]
    joined, missed = (sum(row[name] for row in plan.answer["communes"]) for name in ("joined", "left"))
    assert (joined, missed) == (1, 1)


def test_nothing_to_join_and_nothing_to_join_it_to_are_said(world: World) -> None:
    with pytest.raises(ValidationError, match="chưa có tuyến cáp hay điểm nối cáp nào"):
        computed(world)
    failed = FibrePlan.objects.get()
    assert (failed.state, "Nhập tuyến cáp" in failed.answer["error"]) == (FibrePlan.State.FAILED, True)
    for village in (world.village, world.dark_village):
        reach(village, world)
    with pytest.raises(ValidationError, match="Không còn nơi nào chưa có cáp quang"):
        computed(world)


def test_a_plan_that_waits_is_ended_at_once_and_one_under_way_is_not_removed(world: World, people: People) -> None:
    officer = people["department_officer"]
    plan = FibrePlan(province=world.province, title="Cáp", ends=["villages"], last_year=2030)
    job = Job.objects.create(title="Tính", asked_by=officer, may_cancel=True)
    plan.state, plan.job = FibrePlan.State.WAITING, job
    plan.save()
    with pytest.raises(ValidationError, match="Huỷ việc tính trước"):
        plans.remove_plan(actor=officer, plan=plan)
    assert plans.cancel_plan(actor=officer, plan=plan)
    plan.refresh_from_db()
    assert plan.state == FibrePlan.State.CANCELLED
    with pytest.raises(plans.Cancelled):
        plans.compute_plan(lambda percent, message: None, plan.pk)
    plans.remove_plan(actor=officer, plan=plan)
    assert FibrePlan.history.latest().history_user == officer  # type: ignore[attr-defined]


# Weak points


@pytest.fixture
def hanging(branch: World) -> World:
    """Hang both villages on one branch behind a switching house; the rival serves one of them by a cable of its own."""
    cable(branch, "C-2", *BRANCH)
    reach(branch.dark_village, branch)
    house = {"owner": branch.operator, "province": branch.province, "commune": branch.commune, "kind": "NT1"}
    House.objects.create(code="NT-1", function="switching", lon=106.69, lat=21.94, built_on=BUILT, **house)
    return branch


def test_weak_points_rank_cables_by_the_people_who_hang_on_them(hanging: World) -> None:
    found = weak.weaknesses_of(hanging.province, timezone.localdate())
    assert [(row.name, row.people, row.villages) for row in found.by_cable if row.kind == "edge"] == [
        ("đoạn cáp C-1", 500, 2),
        ("đoạn cáp C-2", 500, 2),
    ]
    assert weak.finding(found).startswith("Đứt một trong 2 tuyến cáp, hoặc hỏng một trong 1 điểm nối")
    assert "1 nhà trạm chuyển mạch" in found.network.root_words
    rivals = weak.weaknesses_of(hanging.province, timezone.localdate(), hanging.rival)
    assert weak.finding(rivals).startswith("Sổ hạ tầng chưa có tuyến cáp nào")
    cable(hanging, "C-3", (106.69, 21.94), (106.69, 21.97), (106.70, 21.96))
    ringed = weak.weaknesses_of(hanging.province, timezone.localdate())
    assert not [row for row in ringed.points if row.villages == 2]


def test_a_ring_is_closed_by_another_way_or_the_lack_of_one_is_said(
    client: Client, hanging: World, people: People
) -> None:
    found = weak.weaknesses_of(hanging.province, timezone.localdate())
    worst = next(row for row in found.by_cable if row.name == "đoạn cáp C-1")
    around = {"ends": [], "around_lon": worst.at[0], "around_lat": worst.at[1]}
    with pytest.raises(ValidationError, match="Không có đường, tuyến cột hay cống bể nào"):
        computed(hanging, **around)
    road("Đường vòng", (106.6902, 21.9402), (106.69, 21.96), (106.70, 21.96))
    client.force_login(people["department_officer"])
    sent = {"name": worst.name, "lon": worst.at[0], "lat": worst.at[1]}
    made = client.post(reverse("planning:weak_close", args=["20"]), sent)
    plan = FibrePlan.objects.get(title="Khép vòng quanh đoạn cáp C-1")
    assert made.headers["Location"] == plan.get_absolute_url()
    assert plan.state == FibrePlan.State.DONE
    assert "thì 2 thôn với 500 người có đường thứ hai" in finding(plan)
    assert {row.road for row in plan.stretches.filter(length_km__gt=0.1)} == {"Đường vòng"}
    assert all(row.ring for row in plan.stretches.all())
    drawn = json.loads(client.get(reverse("planning:fibre_map", args=[plan.pk])).content)
    assert {row["geometry"]["type"] for row in drawn["features"]} == {"LineString", "Point"}
