"""Scenarios side by side: which is cheaper, which serves more, which works are in both."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hatang.accounts.models import Person
from hatang.planning.models import Scenario, ScenarioPlace
from hatang.planning.services.figures import all_figures
from hatang.planning.services.figures_compared import Comparison
from tests.conftest import World
from tests.planning.solved import solved_scenario

pytestmark = pytest.mark.django_db


def two(world: World) -> tuple[Scenario, Scenario]:
    """Make two scenarios: the second does without the new mast, so Bản 1 stays without service."""
    whole, less = solved_scenario(world, title="Đủ"), solved_scenario(world, title="Không cột mới")
    less.candidates.filter(kind="new_mast").update(year=None, paid_vnd={})
    ScenarioPlace.objects.filter(scenario=less, place__name="Bản 1").update(served_in=None)
    return whole, less


def test_which_is_cheaper_and_which_serves_more(world: World) -> None:
    comparison = Comparison(all_figures(two(world)))
    assert comparison.finding().startswith("Phương án B rẻ nhất; phương án A vốn nhiều hơn 2 tỷ đồng (quy về hiện tại")
    assert comparison.finding().endswith("và phục vụ thêm 200 người.")
    assert comparison.works_sentence() == "3 công trình có ở cả hai; 1 chỉ ở A."
    assert comparison.only_places() == [("A", 1, 200), ("B", 0, 0)]
    assert [(row.work.kind, row.years) for row in comparison.works()][-1] == ("new_mast", (2028, None))


def test_page_and_file(client: Client, world: World, people: dict[str, Person]) -> None:
    one, other = two(world)
    client.force_login(people["department_head"])
    address = f"/phuong-an/20/so-sanh?pa={one.pk}&pa={other.pk}"
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert len([query for query in asked.captured_queries if query["sql"].startswith("SELECT")]) <= 12
    assert "3.300.000.000" in page
    assert "DỮ LIỆU MÔ PHỎNG" in page
    assert page.count("không làm") == 1
    table = client.get(f"{address}&xuat=csv").content.decode()
    assert table.startswith("\ufeffDỮ LIỆU MÔ PHỎNG")
    assert '"Vốn, đồng",3300000000,1300000000' in table


def test_scenarios_that_ask_different_things_are_not_ranked_by_people(world: World) -> None:
    fast, wide = solved_scenario(world, service="5G"), solved_scenario(world)
    assert "chỉ so được tiền" in Comparison(all_figures((fast, wide))).finding()


def test_a_scenario_without_yearly_money_is_told_apart(world: World) -> None:
    """All in the last year looks cheap beside works that are spread out; two of a kind need no warning."""
    spread, late = solved_scenario(world), solved_scenario(world)
    late.budgets.all().delete()
    late.candidates.filter(year__isnull=False).update(year=late.last_year)
    assert Comparison(all_figures((spread, late))).late_words().startswith("Phương án B không ghi kinh phí từng năm")
    assert Comparison(all_figures((spread, spread))).late_words() == ""


def test_five_are_too_many_and_one_too_few(client: Client, world: World, people: dict[str, Person]) -> None:
    rows = [solved_scenario(world, title=f"PA {number}") for number in range(5)]
    client.force_login(people["analyst"])
    asked = "&".join(f"pa={row.pk}" for row in rows)
    assert "Nhiều nhất 4 phương án" in client.get(f"/phuong-an/20/so-sanh?{asked}").content.decode()
    assert "Chọn từ hai đến 4" in client.get(f"/phuong-an/20/so-sanh?pa={rows[0].pk}&pa=abc").content.decode()


def test_another_provinces_scenario_is_not_there(client: Client, world: World, people: dict[str, Person]) -> None:
    one, other = two(world)
    client.force_login(people["stranger"])
    assert client.get(f"/phuong-an/20/so-sanh?pa={one.pk}&pa={other.pk}").status_code == 404
