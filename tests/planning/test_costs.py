"""Unit costs: defaults are called assumptions, a province's own stand in their place, and can be taken back."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.planning.models import UnitCost
from hatang.planning.services.prices import ASSUMED, default_prices, keep_price, prices_of, take_back_price
from tests.conftest import World

QUOTED = {
    "amount_vnd": "520.000.000",
    "low_vnd": "480.000.000",
    "high_vnd": "600.000.000",
    "source": "Báo giá số 12",
    "on": "01/10/2026",
}


def test_every_default_is_an_assumption_inside_its_range() -> None:
    """Nobody in authority set them, so none may look as if; a range that is no range would make the tornado still."""
    for price in default_prices().values():
        assert 0 < price.low_vnd < price.amount_vnd < price.high_vnd, price.code
        assert price.assumed
        assert price.source == ASSUMED


def test_an_officer_corrects_a_price_and_takes_it_back(world: World, people: dict[str, Person], client: Client) -> None:
    client.force_login(people["department_officer"])
    page = "/phuong-an/20/don-gia?khoan=radio_4g"
    assert client.post(page, QUOTED).status_code == 302
    price = prices_of(world.province)["radio_4g"]
    assert (price.amount_vnd, price.low_vnd, price.high_vnd) == (520_000_000, 480_000_000, 600_000_000)
    assert (price.source, price.on, price.assumed) == ("Báo giá số 12", date(2026, 10, 1), False)
    assert prices_of(world.other_province)["radio_4g"].assumed
    client.post(page, QUOTED | {"amount_vnd": "530000000"})
    assert UnitCost.objects.count() == 1
    assert "520.000.000 → 530.000.000 đồng" in client.get(page).content.decode()
    assert client.post(page, {"bo": "1"}).status_code == 302
    assert prices_of(world.province)["radio_4g"] == default_prices()["radio_4g"]
    assert "bỏ giá của tỉnh 530.000.000 đồng" in client.get("/phuong-an/20/don-gia").content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"low_vnd": "530.000.000"}, "Mức thấp nhất phải không quá đơn giá."),
        ({"high_vnd": "1"}, "Mức cao nhất phải từ đơn giá trở lên."),
        ({"amount_vnd": "nhiều"}, "không phải số tiền"),
        ({"on": "01/01/2050"}, "chưa tới"),
        ({"source": ""}, "Trường này là bắt buộc."),
    ],
)
def test_a_price_that_cannot_be_says_why(
    wrong: dict[str, str], told: str, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    answer = client.post("/phuong-an/20/don-gia?khoan=radio_4g", QUOTED | wrong)
    assert (answer.status_code, UnitCost.objects.exists()) == (422, False)
    assert told in answer.content.decode()


def test_the_book_says_which_prices_are_assumed(world: World, people: dict[str, Person], client: Client) -> None:
    cost = UnitCost(province=world.province, item="mast_45m", amount_vnd=7, low_vnd=5, high_vnd=9, source="Hợp đồng")
    cost.on = date(2026, 5, 4)
    keep_price(actor=people["department_officer"], cost=cost)
    client.force_login(people["analyst"])
    book = load_workbook(io.BytesIO(client.get("/phuong-an/20/don-gia?xuat=xlsx").content))
    lines = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True)}
    assert lines["mast_45m"][4:8] == (7, 5, 9, "Hợp đồng")
    assert lines["mast_small"][7] == ASSUMED


def test_only_who_makes_scenarios_changes_prices(world: World, people: dict[str, Person]) -> None:
    for who in ("analyst", "operator", "stranger"):
        with pytest.raises(PermissionDenied):
            take_back_price(actor=people[who], province=world.province, code="radio_4g")
