"""Units write figures as people here do, and never make one better than it is."""

import pytest
from django.core.exceptions import ValidationError

from hatang.indicators.units import UNIT_KINDS


@pytest.mark.parametrize(
    ("unit", "value", "written"),
    [
        ("percent", 99.4996, "99,5%"),
        ("percent", 99.996, "99,99%"),
        ("percent", 100, "100%"),
        ("percent", None, "–"),
        ("per_100_people", 74.8, "74,8 /100 dân"),
        ("mbps", 1234.5, "1.234,5 Mb/s"),
        ("yes_no", 0, "chưa"),
        ("yes_no", 1, "có"),
    ],
)
def test_a_value_is_written(unit: str, value: float | None, written: str) -> None:
    assert UNIT_KINDS[unit].write(value) == written


@pytest.mark.parametrize(("unit", "value"), [("percent", 100.01), ("percent", -1), ("yes_no", 2), ("mbps", -0.1)])
def test_a_value_that_cannot_be_is_refused(unit: str, value: float) -> None:
    with pytest.raises(ValidationError, match="không hợp lý"):
        UNIT_KINDS[unit].check(value)


def test_nothing_to_divide_by_gives_no_figure() -> None:
    assert UNIT_KINDS["percent"].ratio(0, 0) is None
    assert UNIT_KINDS["percent"].ratio(98, 100) == 98
