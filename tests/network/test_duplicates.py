"""Doubles: found near each other, merged without loss, undone, remembered; an operator never learns of one."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyproj
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.network.models import DuplicateCase, Mast, SharingRule, Station, Tenancy
from hatang.network.services import (
    find_duplicates,
    keep_apart,
    merge_duplicates,
    swap_kept,
    undo_decision,
)
from hatang.network.services.register import Register
from tests.answers import bare
from tests.conftest import World

GEOD = pyproj.Geod(ellps="WGS84")
HERE = (106.7, 21.95)


def mast(world: World, code: str, owner: Any, metres: float = 0, **more: Any) -> Mast:
    lon, lat, _ = GEOD.fwd(*HERE, 45, metres)
    facts = {"province": world.province, "commune": world.commune, "height_m": 40, "built_on": date(2020, 1, 1)}
    return Mast.objects.create(code=code, owner=owner, lon=lon, lat=lat, **facts | more)


def merged_into(world: World, *codes: str) -> dict[str, Mast]:
    """Ask the register, as an upload of the rival's does, what its masts of these codes became."""
    register = Register(province=world.province, operator=world.rival, today=date(2026, 11, 26))
    return {case.other_code: case.kept for case in register.merged(codes)}


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


@pytest.fixture
def pair(world: World, officer: Person) -> DuplicateCase:
    """Make the same mast as two operators report it, with what hangs on the second."""
    mast(world, "A1", world.operator, built_on=date(2015, 1, 1))
    second = mast(world, "B1", world.rival, 12, height_m=42, built_on=date(2018, 3, 1))
    Station.objects.create(mast=second, code="B1", operator=world.rival, technology="5G", on_air_on=date(2024, 1, 1))
    Tenancy.objects.create(mast=second, tenant=world.operator, since_on=date(2019, 1, 1), price_vnd=1)
    Station.objects.create(
        mast=Mast.objects.get(code="A1"),
        code="A1",
        operator=world.operator,
        technology="4G",
        on_air_on=date(2016, 1, 1),
    )
    assert find_duplicates(actor=officer, province=world.province) == 1
    return DuplicateCase.objects.get()


@pytest.mark.parametrize(
    ("metres", "height_m", "same_owner", "found"),
    [(29, 44, False, 1), (31, 40, False, 0), (5, 46, False, 0), (5, None, False, 1), (5, 40, True, 0)],
)
def test_what_is_taken_for_one_mast(
    world: World, officer: Person, metres: float, height_m: float | None, same_owner: bool, found: int
) -> None:
    """Cách không quá 30 m, cao chênh không quá 5 m, của hai chủ; thiếu chiều cao thì chỉ so khoảng cách."""
    mast(world, "A1", world.operator)
    mast(world, "B1", world.operator if same_owner else world.rival, metres, height_m=height_m)
    assert find_duplicates(actor=officer, province=world.province) == found


def test_a_province_sets_its_own_distance(world: World, officer: Person) -> None:
    mast(world, "A1", world.operator)
    mast(world, "B1", world.rival, 45)
    facts = {"key": "duplicate.distance", "value": 50, "unit": "m", "valid_from": date(2020, 1, 1), "legal": "x"}
    SharingRule.objects.create(province=world.province, **facts)
    assert find_duplicates(actor=officer, province=world.province) == 1


def state(world: World) -> Any:
    """Give the register's rows but for the numbers that the machine gives."""
    tenancies = Tenancy.objects.order_by("since_on").values_list("mast__code", "tenant", "since_on", "price_vnd")
    stations = Station.objects.order_by("code").values_list("pk", "mast__code")
    return list(Mast.objects.order_by("pk").values()), list(stations), list(tenancies)


def test_merging_moves_everything_and_undo_brings_it_back(world: World, officer: Person, pair: DuplicateCase) -> None:
    """Trạm, hợp đồng sang cột giữ lại, chủ kia thành bên thuê; chủ cột không thuê của chính mình; hoàn tác như cũ."""
    before = state(world)
    merge_duplicates(actor=officer, case=pair, note="cùng một cột")
    kept = Mast.objects.get()
    assert kept.code == "A1"
    assert set(kept.stations.values_list("code", flat=True)) == {"A1", "B1"}
    tenancy = Tenancy.objects.get()
    assert (tenancy.mast, tenancy.tenant, tenancy.since_on) == (kept, world.rival, date(2018, 3, 1))
    gone = Mast.history.filter(code="B1").first()
    assert gone.history_type == "-" and gone.history_user == officer
    assert gone.history_change_reason == f"gộp cột trùng, cặp số {pair.pk}"
    assert merged_into(world, "B1", "B2") == {"B1": kept}
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.other) == ("merged", officer, None)
    undo_decision(actor=officer, case=pair)
    assert state(world) == before
    assert merged_into(world, "B1") == {}


def test_a_decision_is_remembered(world: World, officer: Person, pair: DuplicateCase) -> None:
    keep_apart(actor=officer, case=pair, note="hai cột trên một mái")
    assert find_duplicates(actor=officer, province=world.province) == 0
    with pytest.raises(ValidationError, match="đã được quyết định"):
        merge_duplicates(actor=officer, case=pair)
    undo_decision(actor=officer, case=pair)
    assert DuplicateCase.objects.get().state == "open"


def test_the_officer_chooses_which_stays(world: World, officer: Person, pair: DuplicateCase) -> None:
    merge_duplicates(actor=officer, case=swap_kept(actor=officer, case=pair))
    assert Mast.objects.get().code == "B1"
    assert Tenancy.objects.get().tenant == world.operator


def test_an_open_pair_that_no_longer_stands_is_dropped(world: World, officer: Person, pair: DuplicateCase) -> None:
    Mast.objects.filter(code="B1").update(lon=107)
    assert find_duplicates(actor=officer, province=world.province) == 0
    assert not DuplicateCase.objects.exists()


def test_only_officers_of_the_province_decide_and_know(
    world: World, people: dict[str, Person], pair: DuplicateCase
) -> None:
    """Doanh nghiệp nhận cùng một câu trả lời cho cặp có thật và cặp không có."""
    for who in ("operator", "rival", "commune_leader", "analyst", "stranger"):
        with pytest.raises(PermissionDenied):
            merge_duplicates(actor=people[who], case=pair)
        client = Client()
        client.force_login(people[who])
        addresses = [reverse("network:duplicate", args=[pk]) for pk in (pair.pk, pair.pk + 999)]
        real, missing = (client.get(address) for address in addresses)
        assert real.status_code == missing.status_code == 404
        assert bare(real) == bare(missing)


def test_pages_lead_through_the_pairs(world: World, people: dict[str, Person], pair: DuplicateCase) -> None:
    client = Client()
    client.force_login(people["department_head"])
    listed = client.get(reverse("network:duplicates", args=[world.province.code])).content.decode()
    assert "A1 và B1" in listed
    page = client.get(reverse("network:duplicate", args=[pair.pk])).content.decode()
    assert "12 m" in page and "A1" in page and "Doanh nghiệp B" in page
    client.post(reverse("network:duplicate_act", args=[pair.pk, "gop"]), {"note": "x"})
    assert Mast.objects.count() == 1
    assert "Hoàn tác" in client.get(reverse("network:duplicate", args=[pair.pk])).content.decode()


def test_many_masts_take_a_handful_of_queries(
    world: World, officer: Person, django_assert_max_num_queries: Any
) -> None:
    draw = np.random.default_rng(1)
    facts = {"province": world.province, "commune": world.commune, "built_on": date(2020, 1, 1), "height_m": 40}
    spots = np.repeat(draw.uniform((106.4, 21.5), (107.2, 22.3), (500, 2)), 2, axis=0)
    spots[1::10] += 0.0001
    owners = (world.operator, world.rival)
    masts = [
        Mast(code=str(n), owner=owners[n % 2], lon=lon, lat=lat + (0.01 if n % 10 == 3 else 0), **facts)
        for n, (lon, lat) in enumerate(spots)
    ]
    Mast.objects.bulk_create(masts, batch_size=500)
    with django_assert_max_num_queries(12):
        found = find_duplicates(actor=officer, province=world.province)
    assert 390 <= found <= 510
