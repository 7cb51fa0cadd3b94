"""The table of indicators: complete, sound, and refused with the place of the error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from hatang.indicators.definitions import import_indicators
from hatang.indicators.formulas import FORMULAS, variants
from hatang.indicators.models import Indicator, IndicatorSet

pytestmark = pytest.mark.django_db
TABLES = ("indicators.csv", "indicator_sets.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real tables, to be spoilt."""
    for name in TABLES:
        shutil.copy(settings.REFERENCE / name, tmp_path)
    return tmp_path


def test_every_indicator_of_the_plans_is_there_once(db: None) -> None:
    """51 figures of the plans' tables, numbered as there, and the yes/no ones after them."""
    import_indicators()
    assert list(Indicator.objects.filter(number__lte=51).values_list("number", flat=True)) == list(range(1, 52))
    assert set(Indicator.objects.filter(number__gt=51).values_list("unit_code", flat=True)) == {"yes_no"}
    assert not Indicator.objects.filter(number__lte=51, unit_code="yes_no").exists()


def test_ratios_say_what_is_divided_by_what(db: None) -> None:
    import_indicators()
    ratios = [i for i in Indicator.objects.all() if i.unit.ratio_scale is not None]
    assert [i.code for i in ratios if not (i.numerator_text and i.denominator_text)] == []
    assert [i.code for i in ratios if i.rollup not in ("ratio_of_sums", "none") and i.formula == "reported"] == []


def test_what_lies_in_no_commune_is_recomputed_for_the_province(db: None) -> None:
    """Former districts lie in no commune of today, so communes' sums would lose them."""
    import_indicators()
    assert Indicator.objects.get(code="districts-zones-sites-5g").rollup == "recomputed"


def test_medians_are_never_added_up(db: None) -> None:
    import_indicators()
    assert set(Indicator.objects.filter(unit_code="mbps").values_list("rollup", flat=True)) == {"recomputed"}


def test_every_formula_belongs_to_an_indicator(db: None) -> None:
    """What is counted from the registers is shown somewhere, itself or as another reading."""
    import_indicators()
    used = Indicator.objects.exclude(formula="reported").values_list("formula", flat=True)
    assert {f.name for formula in used for f in variants(formula)} == set(FORMULAS)


def test_operators_business_is_marked_commercial(db: None) -> None:
    import_indicators()
    marked = set(Indicator.objects.filter(commercial=True).values_list("code", flat=True))
    assert {"mobile-broadband-subscriptions", "fixed-broadband-subscriptions"} <= marked
    assert "villages-mobile-broadband" not in marked


def test_sets_name_their_law(db: None) -> None:
    import_indicators()
    national = IndicatorSet.objects.get(code="quoc-gia-885")
    assert national.legal is not None
    assert str(national.legal) == "885/QĐ-BTTTT ngày 25/05/2023 của Bộ Thông tin và Truyền thông"
    assert national.indicators.count() == 13
    assert IndicatorSet.objects.get(code="ke-hoach-tinh").indicators.count() == Indicator.objects.count()


def test_a_second_load_changes_nothing(db: None) -> None:
    assert import_indicators().added == Indicator.objects.count()
    again = import_indicators()
    assert (again.added, again.changed, again.unchanged) == (0, 0, Indicator.objects.count())


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("population-5g,16,", "population-5g,mười sáu,", "cột number: “mười sáu” không phải số"),
        (",population_5g,", ",dan_so_5g,", "cột formula: không có công thức “dan_so_5g”"),
        ("ready-for-6g,52", "population-5g,52", "mã “population-5g” đã có"),
        (",yes_no,higher", ",có_không,higher", "cột unit_code"),
        ("2023-05-25", "25/5/2023", "phải là ngày dạng 2025-12-31"),
        ("short_name", "ten_ngan", "cột phải là code, number, name"),
        ("ready-for-6g,52,", "ready-for-6g,", "phải có đúng 20 ô"),
    ],
)
def test_a_wrong_table_is_refused_and_nothing_is_stored(folder: Path, right: str, wrong: str, message: str) -> None:
    path = folder / "indicators.csv"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    with pytest.raises(ValidationError) as refused:
        import_indicators(folder)
    assert message in refused.value.messages[0]
    assert "indicators.csv" in refused.value.messages[0]
    assert not Indicator.objects.exists()


def test_a_set_with_an_unknown_indicator_is_refused(folder: Path) -> None:
    path = folder / "indicator_sets.csv"
    path.write_text(path.read_text().replace("villages-fibre", "thon-cap-quang"))
    with pytest.raises(ValidationError, match="không có chỉ tiêu thon-cap-quang"):
        import_indicators(folder)
