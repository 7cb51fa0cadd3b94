"""Two scenarios on a map: what only one builds and serves, in the legend, the tables and the drawing alike."""

from __future__ import annotations

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.planning.services.figures import all_figures
from hatang.planning.services.figures_compared import Comparison
from hatang.planning.services.figures_difference import Difference
from tests.conftest import World
from tests.planning.solved import solved_scenario
from tests.planning.test_compare import two

pytestmark = pytest.mark.django_db


def test_works_and_places_say_whose_they_are(world: World) -> None:
    """B does without the new mast, so Bản 1 is served by A alone; Nà Lầm is served today, Bản 3 and 4 by neither."""
    told = Difference(Comparison(all_figures(two(world))))
    assert {sign.key: sign.count for sign in told.work_signs} == {"a": 1, "b": 0, "both": 3}
    assert {sign.key: sign.count for sign in told.place_signs} == {"a": 1, "b": 0, "both": 3, "today": 1, "neither": 2}
    built, served = told.finding().split(". ")
    assert built == "1 công trình chỉ A làm, 3 công trình cả hai cùng làm"
    assert served == "Chỉ A phục vụ 1 thôn (200 người)."
    drawn = told.data()
    (mast,) = [work for work in drawn["works"] if work[1] == "a"]
    assert mast[6] == [2028, None] and [drawn["places"][at][1] for at in mast[-1]] == ["Thôn Bản 1"]
    assert [place[1] for place in drawn["places"] if place[6] == "a"] == ["Thôn Bản 1"]
    later = told.figures[1].scenario
    later.candidates.filter(number=1).update(year=2028)
    moved = Difference(Comparison(all_figures([told.figures[0].scenario, later])))
    assert "3 công trình cả hai cùng làm (1 làm khác năm)" in moved.finding()
    assert moved.works_of("both")[0].years == (2027, 2028)
    other_way = Difference(Comparison(all_figures(two(world)[::-1])))
    assert {sign.key: sign.count for sign in other_way.place_signs}["b"] == 1


def test_the_page_tells_all_without_a_script(client: Client, world: World, people: dict[str, Person]) -> None:
    one, other = two(world)
    client.force_login(people["analyst"])
    compared = client.get(f"/phuong-an/20/so-sanh?pa={one.pk}&pa={other.pk}").content.decode()
    address = f"/phuong-an/so/{one.pk}/khac/{other.pk}"
    assert f'href="{address}"' in compared
    page = client.get(address).content.decode()
    assert "Công trình chỉ A làm: 1" in page and "Công trình chỉ B làm: 0" in page and "Thôn chỉ A phục vụ: 1" in page
    assert "DỮ LIỆU MÔ PHỎNG" in page and "2.000.000.000" in page
    data = client.get(f"{address}/du-lieu")
    assert data.json()["works"] and "no-cache" in data["Cache-Control"]


def test_places_of_different_questions_are_not_compared(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    fast, wide = solved_scenario(world, service="5G"), solved_scenario(world)
    client.force_login(people["analyst"])
    page = client.get(f"/phuong-an/so/{fast.pk}/khac/{wide.pk}").content.decode()
    assert "bản đồ chỉ so công trình" in page and "chỉ A phục vụ" not in page
    assert client.get(f"/phuong-an/so/{fast.pk}/khac/{wide.pk}/du-lieu").json()["places"] == []


def test_one_beside_itself_or_beside_nothing_is_not_there(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    one, other = two(world)
    client.force_login(people["analyst"])
    assert client.get(f"/phuong-an/so/{one.pk}/khac/{one.pk}").status_code == 404
    other.state = "infeasible"
    other.save()
    assert client.get(f"/phuong-an/so/{one.pk}/khac/{other.pk}").status_code == 404
