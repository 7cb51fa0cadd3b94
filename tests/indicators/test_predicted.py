"""Figures by who is served rather than by what is declared, as somebody who knows the plans would count them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.coverage.models import CountedService, CountingState
from hatang.indicators.formulas import FORMULAS, measure, total, variants
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import compute_values
from hatang.places.models import Place
from tests.conftest import World
from tests.indicators.conftest import ON, find, make_run

BROADBAND = "villages_mobile_broadband"
PREDICTED = f"{BROADBAND}_predicted"


def figure(name: str, province: Place, on: date = ON) -> tuple[float, float] | None:
    """Count a figure for the whole province: (numerator, denominator)."""
    sums = total(measure(FORMULAS[name].define(province, on)))
    return (sums.numerator, sums.denominator) if sums else None


def published(province: Place, formula: str) -> Value:
    """Compute and publish the province's figures and give one of them."""
    compute_values(actor=None, province=province, year=2025, today=date(2026, 1, 15), publish=True)
    return Value.objects.known().get(place=province, formula=formula)


def test_villages_that_the_run_serves_among_those_it_judged(world: World, villages: Callable[..., list[Place]]) -> None:
    """3 thôn, 1 thôn chưa có toạ độ nên không có dự đoán: 1/2; thôn ấy được nêu riêng, không đoán."""
    (unknown,) = villages(world.commune, 1)
    run = make_run(world.province)
    find(run, world.village, "4G")
    find(run, world.village, "", world.rival)
    find(run, world.dark_village)
    assert figure(PREDICTED, world.province) == (1, 2)
    assert list(FORMULAS[PREDICTED].define(world.province, ON).left_out or []) == [unknown]
    assert figure("villages_with_power_mobile_broadband_predicted", world.province) == (1, 1)
    assert figure("population_5g_predicted", world.province) == (0, 500)


def test_without_a_run_there_is_no_figure_and_the_page_says_why(
    world: World, broadband: Indicator, people: dict[str, Person]
) -> None:
    """Chưa lấy lượt tính nào làm dự đoán: thiếu, không phải 0 %."""
    make_run(world.province, adopted=False)
    make_run(world.province, on=date(2026, 1, 1))
    assert figure(PREDICTED, world.province) is None
    page = Client().get(reverse("indicators:value", args=[published(world.province, BROADBAND).pk])).content.decode()
    assert not Value.objects.filter(formula=PREDICTED).exists()
    assert "chưa có lượt tính vùng phủ nào được lấy làm dự đoán" in page
    assert "chưa tính mức bằng chứng nào" in page


@pytest.mark.parametrize(
    ("technologies", "operators", "said"),
    [(["4G", "5G"], False, "không tính 3G"), ([], True, "chỉ tính một số doanh nghiệp")],
)
def test_a_run_of_some_operators_or_technologies_counts_nobody_as_unserved(
    world: World, technologies: list[str], operators: bool, said: str
) -> None:
    """Lượt tính một phần thì nơi người khác phục vụ sẽ bị coi là không có sóng."""
    run = make_run(world.province, technologies=technologies)
    find(run, world.village)
    run.operators.set([world.operator] if operators else [])
    found = FORMULAS[PREDICTED].define(world.province, ON)
    assert said in found.lacking
    assert measure(found) == []


def test_the_newest_adopted_run_of_the_day_counts(world: World) -> None:
    old, new = make_run(world.province, on=date(2024, 5, 1)), make_run(world.province, on=date(2025, 6, 1))
    find(old, world.village, "4G")
    find(new, world.village)
    assert figure(PREDICTED, world.province) == (0, 1)
    assert figure(PREDICTED, world.province, date(2025, 5, 31)) == (1, 1)


def test_a_predicted_figure_says_how_it_came_and_from_which_run(
    world: World, broadband: Indicator, people: dict[str, Person]
) -> None:
    """Dấu ◇, dấu mô phỏng của lượt tính, tên lượt; ai xem được lượt tính thì có đường dẫn tới nó."""
    run = make_run(world.province, simulated=True)
    find(run, world.village, "4G")
    value = published(world.province, PREDICTED)
    assert (value.how, value.simulated, value.run, value.value) == ("predicted", True, run, 100)
    assert compute_values(actor=None, province=world.province, year=2025, today=date(2026, 2, 1)).changed == 0

    officer, visitor = Client(), Client()
    officer.force_login(people["department_officer"])
    for name in ("value", "rows"):
        address = reverse(f"indicators:{name}", args=[value.pk])
        seen, public = officer.get(address).content.decode(), visitor.get(address).content.decode()
        assert run.title in public
        assert "mô phỏng" in public
        assert f'href="{run.get_absolute_url()}"' in seen
        assert run.get_absolute_url() not in public
    assert "◇" in officer.get(reverse("indicators:value", args=[value.pk])).content.decode()
    assert "Nà Lầm" in visitor.get(reverse("indicators:rows", args=[value.pk])).content.decode()


def test_a_new_run_makes_a_new_version_and_rows_say_of_which_run_they_are(
    world: World, broadband: Indicator, people: dict[str, Person]
) -> None:
    find(make_run(world.province, on=date(2024, 1, 1), title="Lượt cũ"), world.village, "4G")
    value = published(world.province, PREDICTED)
    find(make_run(world.province, on=date(2025, 1, 1), title="Lượt mới"), world.village)
    client = Client()
    client.force_login(people["department_officer"])
    shown = client.get(reverse("indicators:value", args=[value.pk])).content.decode()
    assert "nay cho" in shown, "cán bộ được báo là tính lại sẽ khác"
    rows = client.get(reverse("indicators:rows", args=[value.pk])).content.decode()
    assert "Lượt mới" in rows
    assert "tính từ Lượt cũ" in rows
    newer = published(world.province, PREDICTED)
    value.refresh_from_db()
    assert newer.value == 0
    assert value.known_to is not None


def test_a_province_may_choose_the_prediction(world: World, broadband: Indicator, people: dict[str, Person]) -> None:
    find(make_run(world.province), world.village, "4G")
    published(world.province, PREDICTED)
    declared = Value.objects.known().get(place=world.province, formula=BROADBAND)
    client = Client()
    client.force_login(people["department_head"])
    client.post(reverse("indicators:choose", args=[declared.pk]), {"formula": PREDICTED})
    page = client.get(reverse("web:indicator", args=[world.province.code, broadband.code])).content.decode()
    assert "◇" in page
    assert "100" in page


def test_the_evidence_that_counts_decides(world: World) -> None:
    """Khai báo có sóng nhưng đo thấy không: không tính; xã xác minh có thì tính."""
    CountingState.objects.create(province=world.province, evidence="", counted_at=timezone.now())
    for place, served, level in ((world.village, True, "verified"), (world.dark_village, False, "measured")):
        CountedService.objects.create(
            place=place,
            operator=world.operator,
            technology="5G",
            served=served,
            level=level,
            declared=True,
            since_on=date(2025, 1, 1),
        )
    assert figure("population_5g_by_evidence", world.province) == (400, 500)
    assert figure("population_5g_by_evidence", world.province, date(2024, 12, 31)) == (0, 500)


def test_every_figure_of_declared_coverage_has_its_predicted_reading() -> None:
    for name, formula in FORMULAS.items():
        if name.endswith(("_predicted", "_by_evidence")):
            base = name.removesuffix("_predicted").removesuffix("_by_evidence")
            assert formula.variant_of == base
            assert formula.everywhere == FORMULAS[base].everywhere
            assert FORMULAS[f"{base}_predicted"] in variants(base)
