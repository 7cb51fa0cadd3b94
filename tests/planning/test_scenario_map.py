"""The map of a scenario: what it draws, and that the page says the same without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.planning.models import Scenario
from tests.conftest import World
from tests.planning.solved import solved_scenario

pytestmark = pytest.mark.django_db


def test_works_lead_to_what_they_serve(client: Client, world: World, people: dict[str, Person]) -> None:
    scenario = solved_scenario(world)
    client.force_login(people["analyst"])
    data = client.get(f"/phuong-an/so/{scenario.pk}/ban-do/du-lieu").json()
    places = {place[1]: place for place in data["places"]}
    states = {name: (place[6], place[7]) for name, place in places.items()}
    assert states == {
        "Thôn Nà Lầm": ("today", None),
        "Thôn Khơ Đa": ("new", 2027),
        "Thôn Bản 0": ("new", 2027),
        "Thôn Bản 1": ("new", 2028),
        "Thôn Bản 2": ("new", 2028),
        "Thôn Bản 3": ("left", None),
        "Thôn Bản 4": ("out", None),
    }
    served = {work[1]: [data["places"][at][1] for at in work[-1]] for work in data["works"]}
    assert served[1] == ["Thôn Khơ Đa", "Thôn Bản 0"]


def test_the_page_says_what_the_map_shows(client: Client, world: World, people: dict[str, Person]) -> None:
    scenario = solved_scenario(world)
    client.force_login(people["auditor"])
    page = client.get(f"/phuong-an/so/{scenario.pk}/ban-do").content.decode()
    assert "4 công trình đưa dịch vụ tới thêm 4 thôn (700 người); còn thiếu 2 thôn (400 người)" in page
    assert "trong đó 1 thôn không công trình nào với tới" in page
    assert "DỮ LIỆU MÔ PHỎNG" in page
    for name in ("Thôn Khơ Đa", "Thôn Bản 3", "không công trình nào với tới", "600.000.000"):
        assert name in page


def test_no_map_before_an_answer(client: Client, world: World, people: dict[str, Person]) -> None:
    scenario = solved_scenario(world)
    Scenario.objects.update(state=Scenario.State.INFEASIBLE)
    client.force_login(people["department_head"])
    assert client.get(f"/phuong-an/so/{scenario.pk}/ban-do").status_code == 404
