"""Which model computes which cell: by frequency, height and power, as the rule's rows say."""

from dataclasses import replace

import pytest

from hatang.core.radio.cells import Cell, check_cells, usable_cells
from hatang.core.radio.choice import BY_P1812, P1812, RMA_IN_THE_OPEN, RULES, RURAL, UMA, UMI, USUAL, Model, Rule

MILLIMETRE = Cell(
    "5G-26", "5G", 106.76, 21.85, 32.0, 46.0, band="n258", bandwidth_mhz=100.0, azimuth_deg=120.0,
    structure_height_m=36.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "ghz", "height_m", "power_dbm", "model"),
    [
        (USUAL, 0.9, 32.0, 46.0, P1812),
        (USUAL, 6.0, 32.0, 46.0, P1812),
        (USUAL, 3.5, 10.0, 38.0, UMI),
        (USUAL, 3.5, 10.0, 40.0, P1812),
        (USUAL, 3.5, 12.0, 33.0, P1812),
        (USUAL, 3.5, 2.0, 30.0, P1812),
        (USUAL, 0.4, 6.0, 30.0, P1812),
        (USUAL, 26.0, 15.0, 46.0, UMI),
        (USUAL, 26.0, 15.5, 46.0, UMA),
        (USUAL, 26.0, 2.0, 30.0, None),
        (USUAL, 26.0, 151.0, 46.0, None),
        (RURAL, 26.0, 40.0, 46.0, RMA_IN_THE_OPEN),
        (RURAL, 39.0, 40.0, 46.0, UMA),
        (RURAL, 3.5, 40.0, 46.0, P1812),
        (BY_P1812, 3.5, 6.0, 30.0, P1812),
        (BY_P1812, 26.0, 40.0, 46.0, None),
    ],
)
def test_the_first_row_that_takes_a_cell_decides(
    rule: Rule, ghz: float, height_m: float, power_dbm: float, model: Model | None
) -> None:
    assert rule.model_of(ghz, height_m, power_dbm) == model


def test_a_cell_above_6_ghz_is_computed_by_the_rule_and_refused_by_p1812() -> None:
    assert usable_cells([MILLIMETRE], method="P.1812", rule=USUAL).cells == (MILLIMETRE,)
    for more in ({}, {"rule": BY_P1812}):
        (fault,) = check_cells([MILLIMETRE], method="P.1812", **more)
        assert (fault.field, fault.message) == ("frequency_mhz", "25.875 MHz ngoài khoảng của phương pháp.")


def test_a_height_that_no_model_takes_is_told_with_the_right_one() -> None:
    (fault,) = check_cells([replace(MILLIMETRE, height_m=2.0)], method="P.1812", rule=USUAL)
    assert fault.field == "height_m"
    assert fault.message == "Ghi 2 m, ngoài khoảng của mô hình ở 25.875 MHz."
    assert fault.right == "Cần từ 3 đến 150 m."


def test_every_rule_says_its_rows_and_that_no_law_sets_it() -> None:
    for name, rule in RULES.items():
        assert rule.name == name and "Pháp luật không quy định" in rule.note
        assert all(row.sentence().startswith(row.model.name) and row.reason for row in rule.rows)
