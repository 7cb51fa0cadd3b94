"""What nobody learns through coverage: of rivals, of what stands in another province's register, of what is absent."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.evidence.recounting import start_recount
from hatang.coverage.services.runs import acts
from hatang.coverage.services.runs.cells_seen import ELSEWHERE
from hatang.coverage.suppositions import MastOff
from hatang.network.models import Cell, Mast
from tests.access_table import ACCESS
from tests.conftest import World
from tests.coverage.conftest import ON_AIR, RUN_DAY, run_of, station

People = dict[str, Person]
HUGE = 10**30
SHORT = "coverage:if_off"
"""Takes keys of twelve figures at most."""


def read(person: Person, name: str, *args: Any, **question: str) -> str:
    """Read a page or an export as a person."""
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(f"coverage:{name}", args=args), question)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def beyond(world: World, cells: list[Cell]) -> list[Cell]:
    """Put A's strongest 4G just beyond the border: it serves the dark village best."""
    mast = Mast.objects.create(
        code="KHAC-TINH",
        province=world.other_province,
        commune=world.other_commune,
        owner=world.operator,
        lon=106.7095,
        lat=21.9600,
        height_m=35.0,
        built_on=ON_AIR,
    )
    return station(world.operator, mast, "4G")


def test_a_run_of_some_operators_is_no_provinces_prediction(
    world: World, people: People, small_terrain: Terrain, cells: list[Cell]
) -> None:
    """One operator alone is "at least one": rivals would read its whole coverage off the province's figures."""
    head = people["department_head"]
    run = acts.ask_run(actor=head, run=run_of(small_terrain), operators=[world.operator])
    with pytest.raises(ValidationError, match="một số doanh nghiệp"):
        acts.adopt_run(actor=head, run=run)
    client = Client()
    client.force_login(head)
    answer = client.post(reverse("coverage:run_adopt", args=[run.pk]), follow=True)
    assert "chỉ tính một số doanh nghiệp" in answer.content.decode()
    assert not CoverageRun.objects.adopted().exists()


def test_cells_beyond_the_border_serve_without_being_named(
    world: World, people: People, small_terrain: Terrain, beyond: list[Cell]
) -> None:
    officer = people["department_officer"]
    run = acts.ask_run(actor=officer, run=run_of(small_terrain), operators=[])
    head, *lines = list(csv.reader(io.StringIO(read(officer, "run_places", run.pk, xuat="csv").lstrip("\ufeff"))))[1:]
    serving = {line[0]: line[head.index("4G A: ô phục vụ")] for line in lines}
    assert serving["Thôn Khơ Đa"] == ELSEWHERE
    assert serving["Thôn Nà Lầm"].startswith("M1-4G")

    Cell.objects.filter(pk__in=[cell.pk for cell in beyond]).update(off_air_on=RUN_DAY)
    Cell.objects.filter(station__mast__code="M1").update(power_dbm=0.0)
    later = acts.ask_run(actor=officer, run=run_of(small_terrain, on=RUN_DAY + timedelta(1)), operators=[])
    compared = read(officer, "run_compare", later.pk, run.pk, dv="4G", dn=str(world.operator.pk), xuat="csv")
    assert ELSEWHERE in compared
    assert "công suất phát 46 → 0" in compared, "of the province's own cell"
    supposed = read(officer, "what_if", run.pk, neu=str(MastOff(Mast.objects.get(code="M1").pk)), xuat="csv")
    assert not any("KHAC-TINH" in text for text in (compared, supposed, *serving.values()))


def test_faults_beyond_the_border_are_told_without_what_the_register_holds(
    people: People, small_terrain: Terrain, beyond: list[Cell]
) -> None:
    Cell.objects.filter(pk=beyond[0].pk).update(azimuth_deg=None)
    officer = people["department_officer"]
    run = acts.ask_run(actor=officer, run=run_of(small_terrain), operators=[])
    for text in (read(officer, "run", run.pk), read(officer, "run_faults", run.pk, xuat="csv")):
        assert ELSEWHERE in text
        assert "Doanh nghiệp A" in text
        assert "KHAC-TINH" not in text


def test_services_themselves_ask_who_counts_again(world: World, people: People) -> None:
    for who in ("operator", "commune_officer", "analyst", "stranger"):
        with pytest.raises(PermissionDenied):
            start_recount(actor=people[who], province=world.province)


@pytest.mark.parametrize("name", sorted(name for name in ACCESS if name.startswith("coverage:") and name != SHORT))
def test_a_key_that_no_row_can_have_is_absent(name: str, world: World, people: People) -> None:
    entry = ACCESS[name]
    client = Client()
    client.force_login(people["department_head"])
    for key, value in (needs := entry.needs(world, people)).items():
        if isinstance(value, int):
            with transaction.atomic():
                answer = getattr(client, entry.method)(reverse(name, kwargs=needs | {key: HUGE}), entry.data)
                transaction.set_rollback(True)
            assert answer.status_code == 404, key
