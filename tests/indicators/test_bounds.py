"""What cannot be is refused when it is recorded, with a word on what would be right."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from hatang.accounts.models import Person
from hatang.indicators.forms import SampleSizeField
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import Entry, record_values
from tests.conftest import World

TODAY = date(2026, 3, 1)


@pytest.fixture
def indicator(db: None) -> Indicator:
    return Indicator.objects.create(
        code="households-fibre",
        number=24,
        name="Hộ có cáp quang",
        short_name="Hộ có cáp quang",
        component="telecom",
        unit_code="percent",
        rollup="ratio_of_sums",
        source="reported",
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"numerator": 1, "denominator": 2, "on": date(1, 1, 1)}, "phải nằm trong năm 2025"),
        ({"numerator": 1, "denominator": 2, "on": date(2026, 1, 2)}, "phải nằm trong năm 2025"),
        ({"numerator": 1e29, "denominator": 1e29}, "phải nhỏ hơn 1.000.000.000.000"),
        ({"numerator": float("nan"), "denominator": 2}, "số không hợp lệ"),
    ],
)
def test_a_figure_out_of_bounds_is_refused_whole(
    world: World, people: dict[str, Person], indicator: Indicator, facts: dict[str, object], words: str
) -> None:
    good = Entry(indicator, world.neighbour, 2025, numerator=1, denominator=2)
    bad = Entry(indicator, world.commune, 2025, **facts)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=words):
        record_values(actor=people["department_officer"], rows=[good, bad], today=TODAY)
    assert not Value.objects.exists()


def test_a_sample_larger_than_the_register_can_hold_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"nhiều nhất 2\.147\.483\.647"):
        SampleSizeField().clean("9" * 25)
