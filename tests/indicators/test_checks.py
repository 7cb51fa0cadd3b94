"""What the named checks find, each with figures that can be checked by hand, and what they must not say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.core.outliers import last_is_outlier, robust_z
from hatang.core.vietnamese import number
from hatang.coverage.models import CountedService
from hatang.indicators.models import Finding, FormItem, FormVersion, Indicator, Period, Return, ReturnCell, Value
from hatang.indicators.services import Entry, record_values
from hatang.indicators.services.approval import answer_finding
from hatang.indicators.services.approval.mending import take_factor
from hatang.indicators.services.checks import FAMILIES, RULES, require_check, run_checks, try_checks
from hatang.network.models import Mast, Station
from hatang.places.models import Place
from tests.conftest import NEW_UNITS, World
from tests.indicators.conftest import LONG_AGO, make_indicator
from tests.indicators.cycle import Facts, a_check, an_item, make_cell, make_form, make_period, make_return

INDICATOR = FormItem.Kind.INDICATOR
State = Return.State


def asked(world: World, *checks: Facts, items: Iterable[Facts] = (), **more: Any) -> FormVersion:
    """Make a form with these checks on these items; a number of masts where none is named."""
    return make_form(world.province, items or [an_item("tram")], checks, **more)


def told(subject: Return | Period, rule: str) -> list[str]:
    """Check, and give what a rule says."""
    return [f.message for f in run_checks(subject) if f.rule == rule]


def filled(version: FormVersion, place: Place, year: int = 2025, **answers: float) -> Return:
    """Make a sent return with its period, and its answers by item's code."""
    period = Period.objects.filter(form=version.form, year=year).first() or make_period(version, year=year)
    row = make_return(period, place, state=State.SIGNED)
    for code, value in answers.items():
        make_cell(row, code, value)
    return row


def many_communes(world: World, count: int) -> list[Place]:
    """Make communes of the province beside the two that it has."""
    inside = {"kind": "commune", "title": "Xã", "parent": world.province, "province": world.province}
    return [Place.objects.create(**inside, name=f"Thử {n}", valid_from=NEW_UNITS) for n in range(count)]


# --- type and range


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"numerator": 120, "denominator": 100, "value": 120}, "lớn hơn mẫu số 100"),
        ({"numerator": 120}, "còn thiếu mẫu số"),
        ({"numerator": 5, "denominator": 0}, "không phải một tỷ số"),
        ({"numerator": 50, "denominator": 100, "value": 50}, ""),
        ({"none_here": True}, ""),
    ],
)
def test_a_ratio_must_be_one(world: World, figures: dict[str, Any], words: str) -> None:
    item = an_item("thon", INDICATOR, indicator=make_indicator("thon"))
    row = make_return(make_period(asked(world, items=[item])), world.commune)
    make_cell(row, "thon", **figures)
    found = told(row, "unit_range")
    assert words in found[0] if words else found == []


def test_what_is_not_answered_is_named_once(world: World) -> None:
    """One finding for a return, not one for each of its empty cells."""
    items = [an_item("tram"), an_item("ghi-chu", FormItem.Kind.TEXT, required=False), an_item("cot"), an_item("ho")]
    row = make_return(make_period(asked(world, items=items)), world.commune)
    make_cell(row, "ho", none_here=True)
    (finding,) = run_checks(row)
    assert finding.hard
    assert finding.message.startswith("Còn 2 ô chưa trả lời, ở 2 dòng: “tram”; “cot”.")


def test_a_count_is_whole_and_within_what_the_form_allows(world: World) -> None:
    row = filled(asked(world, a_check("within", least=1, most=500)), world.commune, tram=2.5)
    assert "phải là số nguyên" in told(row, "unit_range")[0]
    row.cells.update(value=900)
    assert "nằm ngoài khoảng từ 1 đến 500" in told(row, "within")[0]


def test_a_dispute_says_why(world: World) -> None:
    item = an_item("tram", FormItem.Kind.EXTRACT, extract="tram-5g")
    row = make_return(make_period(asked(world, items=[item])), world.commune)
    cell = make_cell(row, "tram", answer=ReturnCell.Answer.DISPUTED)
    assert "chưa nêu lý do" in told(row, "dispute_explained")[0]
    cell.note = "Trạm LS-12 ngừng phát từ tháng 3"
    cell.save()
    assert run_checks(row) == []


# --- the last period


@pytest.mark.parametrize(("now", "jumps"), [(130, False), (151, True), (49, True), (104, False)])
def test_a_jump_is_more_than_half(world: World, now: float, jumps: bool) -> None:
    version = asked(world, a_check("jump", percent=50, least=5))
    filled(version, world.commune, 2024, tram=100)
    assert bool(told(filled(version, world.commune, tram=now), "jump")) == jumps


def test_a_first_period_and_a_draft_are_nothing_to_jump_from(world: World) -> None:
    version = asked(world, a_check("jump"))
    before = filled(version, world.commune, 2024, tram=1)
    Return.objects.filter(pk=before.pk).update(state=State.DRAFT)
    assert run_checks(filled(version, world.commune, tram=999)) == []


def test_thousands_are_asked_about_and_taken_with_one_button(world: World, people: dict[str, Person]) -> None:
    """Năm trước 12.400 thuê bao, năm nay “12,6”: có phải ý là × 1.000?"""
    version = asked(world, a_check("thousandfold"), a_check("jump"))
    filled(version, world.commune, 2024, tram=12400)
    row = filled(version, world.commune, tram=13)
    Return.objects.filter(pk=row.pk).update(state=State.DRAFT)
    row.refresh_from_db()
    (finding,) = run_checks(row)
    assert "có phải ý là 13.000 (× 1.000)?" in finding.message
    take_factor(actor=people["commune_officer"], finding=finding)
    cell = row.cells.get()
    assert (cell.value, cell.changed_by) == (13000, people["commune_officer"])
    assert not row.findings.filter(standing=True).exists()
    with pytest.raises(ValidationError, match="không có đề nghị"):
        take_factor(actor=people["commune_officer"], finding=Finding.objects.get())


def test_thousands_are_seen_beside_the_others_where_there_is_no_last_period(world: World) -> None:
    version = asked(world, a_check("thousandfold"))
    for n, place in enumerate(many_communes(world, 6)):
        filled(version, place, tram=20000 + n * 1000)
    row = filled(version, world.commune, tram=22)
    assert "mức thường gặp trong kỳ là" in told(row, "thousandfold")[0]


def test_a_return_that_was_only_copied_is_noticed(world: World) -> None:
    codes = [f"d{n}" for n in range(5)]
    version = asked(world, a_check("unchanged"), items=[an_item(code) for code in codes])
    for year in (2024, 2025):
        row = filled(version, world.commune, year, **dict.fromkeys(codes, 7))
    assert "5 trên 5 số giống hệt kỳ trước" in told(row, "unchanged")[0]


# --- between items, communes and the province


def test_smartphone_users_are_no_more_than_people(world: World) -> None:
    items = [an_item("dung", label="Người dùng điện thoại thông minh"), an_item("dan", label="Dân số")]
    row = filled(
        asked(world, a_check("at_most", "dung", "dan", hard=True), items=items), world.commune, dung=910, dan=900
    )
    (finding,) = [f for f in run_checks(row) if f.rule == "at_most"]
    assert finding.hard
    assert "“Người dùng điện thoại thông minh” (910) nhiều hơn “Dân số” (900)" in finding.message


@pytest.mark.parametrize(("whole", "wrong"), [(30, False), (31, True)])
def test_parts_add_up(world: World, whole: float, wrong: bool) -> None:
    items = [an_item(code) for code in ("tong", "nam", "nu")]
    version = asked(world, a_check("adds_up", "tong", "nam", "nu"), items=items)
    assert bool(told(filled(version, world.commune, tong=whole, nam=10, nu=20), "adds_up")) == wrong


def test_communes_add_up_to_what_the_department_says_of_the_province(world: World) -> None:
    indicator = make_indicator("thue-bao", unit_code="count", rollup="sum")
    item = an_item("thue-bao", INDICATOR, indicator=indicator)
    communes = asked(world, items=[item])
    for place, count in ((world.commune, 600), (world.neighbour, 300)):
        filled(communes, place, **{"thue-bao": count})
    whole = asked(world, a_check("communes_and_province"), items=[item], code="so", filer="department")
    row = filled(whole, world.province, **{"thue-bao": 1000})
    assert "cả tỉnh 1.000, các xã cộng lại 900 (2 trên 2 xã, phường đã ghi)" in told(row, "communes_and_province")[0]
    row.cells.update(value=910)
    assert told(row, "communes_and_province") == []


def counted_item(code: str = "thue-bao") -> Facts:
    """Make an item of an indicator that communes add up to."""
    return an_item(code, INDICATOR, indicator=make_indicator(code, unit_code="count", rollup="sum"))


@pytest.mark.parametrize(("whole", "wrong"), [(700, False), (500, True)])
def test_while_communes_are_missing_only_less_than_they_have_already_is_told(
    world: World, whole: float, wrong: bool
) -> None:
    item = counted_item()
    filled(asked(world, items=[item]), world.commune, **{"thue-bao": 600})
    version = asked(world, a_check("communes_and_province"), items=[item], code="so", filer="department")
    assert bool(told(filled(version, world.province, **{"thue-bao": whole}), "communes_and_province")) == wrong


def test_communes_are_those_of_the_same_days_though_the_period_is_out_of_turn(world: World) -> None:
    """A period out of turn is no part of the year; its days say of which figures it is."""
    item = counted_item()
    communes = asked(world, items=[item])
    for place in (world.commune, world.neighbour):
        filled(communes, place, **{"thue-bao": 450})
    version = asked(world, a_check("communes_and_province"), items=[item], code="so", filer="department")
    for part, last_on, wrong in (("A1", date(2025, 12, 31), True), ("A2", date(2025, 6, 30), False)):
        row = make_return(make_period(version, part=part, last_on=last_on), world.province, state=State.SIGNED)
        make_cell(row, "thue-bao", 500)
        assert bool(told(row, "communes_and_province")) == wrong


def test_an_operators_communes_are_held_against_its_own_whole_and_no_others(world: World) -> None:
    item = counted_item()
    whole = asked(world, items=[item], code="dn-tinh", filer="operator")
    for operator, count in ((world.operator, 500), (world.rival, 90)):
        row = make_return(make_period(whole, year=2025) if operator == world.operator else whole.periods.get(),
                          world.province, operator, state=State.SIGNED)  # fmt: skip
        make_cell(row, "thue-bao", count)
    version = asked(
        world, a_check("communes_and_province"), items=[item], code="dn-xa", filer="operator", by_commune=True
    )
    parts = make_return(make_period(version), world.province, world.operator, state=State.SIGNED)
    for place, count in ((world.commune, 300), (world.neighbour, 100)):
        make_cell(parts, "thue-bao", count, place=place)
    (words,) = told(parts, "communes_and_province")
    assert "cả tỉnh 500, các xã cộng lại 400" in words
    parts.cells.filter(place=world.commune).update(value=400)
    assert told(parts, "communes_and_province") == []


def test_a_median_is_not_added_up(world: World) -> None:
    item = an_item("toc-do", INDICATOR, indicator=make_indicator("toc-do", unit_code="mbps", rollup="none"))
    communes = asked(world, items=[item])
    for place in (world.commune, world.neighbour):
        filled(communes, place, **{"toc-do": 60})
    version = asked(world, a_check("communes_and_province"), items=[item], code="so", filer="department")
    assert told(filled(version, world.province, **{"toc-do": 60}), "communes_and_province") == []


def stated(world: World, whole: float) -> list[str]:
    """Let the department state a sum of the province beside two communes' figures, one of them still a draft."""
    indicator = Indicator.objects.get(code="thue-bao")
    version = asked(world, items=[an_item("thue-bao", INDICATOR, indicator=indicator)], code="so", filer="department")
    return told(filled(version, world.province, **{"thue-bao": whole}), "stated_total")


@pytest.mark.parametrize(
    ("whole", "approved", "wrong"),
    [(900, 2, False), (910, 2, False), (1000, 2, True), (800, 2, True), (1000, 1, False), (500, 1, True)],
)
def test_a_stated_total_is_held_against_the_communes_approved_figures(
    world: World, whole: float, approved: int, wrong: bool
) -> None:
    """600 and 300 make 900; while the second is a draft, only less than 600 is certainly wrong."""
    indicator = make_indicator("thue-bao", unit_code="count", rollup="sum")
    rows = [Entry(indicator, world.commune, 2025, value=600), Entry(indicator, world.neighbour, 2025, value=300)]
    record_values(actor=None, rows=rows[:approved], publish=True)
    record_values(actor=None, rows=rows[approved:])
    found = stated(world, whole)
    assert bool(found) == wrong
    if wrong and approved == 2:
        assert f"cả tỉnh ghi {number(whole)}, 2 xã, phường đã duyệt cộng lại là 900" in found[0]


def test_a_total_is_not_held_against_drafts_nor_an_operators_part_against_the_whole(world: World) -> None:
    indicator = make_indicator("thue-bao", unit_code="count", rollup="sum")
    rows = [Entry(indicator, place, 2025, value=450) for place in (world.commune, world.neighbour)]
    record_values(actor=None, rows=rows)
    assert stated(world, 5) == []
    Value.objects.update(state=Value.State.APPROVED)
    item = an_item("thue-bao", INDICATOR, indicator=indicator)
    version = asked(world, items=[item], code="dn", filer="operator")
    assert told(filled(version, world.province, **{"thue-bao": 5}), "stated_total") == []


# --- registers and evidence


@pytest.fixture
def stations(world: World) -> None:
    """Put three 5G stations of the first operator and two of its rival on air in the commune."""
    mast = Mast.objects.create(
        code="C1",
        commune=world.commune,
        province=world.province,
        owner=world.operator,
        built_on=LONG_AGO,
        lon=106.7,
        lat=21.9,
    )
    for n, operator in enumerate([world.operator] * 3 + [world.rival] * 2):
        Station.objects.create(mast=mast, code=f"S{n}", operator=operator, technology="5G", on_air_on=LONG_AGO)


@pytest.mark.usefixtures("stations")
def test_a_claim_is_held_against_the_operators_own_register(world: World) -> None:
    version = asked(world, a_check("against_register", extract="tram-5g"), filer="operator", by_commune=True)
    row = make_return(make_period(version), world.province, world.operator, state=State.SIGNED)
    cell = make_cell(row, "tram", 8, place=world.commune)
    (words,) = told(row, "against_register")
    assert "tại Xã Đồng Đăng: 8, số trạm 5G đang phát sóng theo sổ ngày 31/12/2025 là 3" in words
    cell.value = 3
    cell.save()
    assert told(row, "against_register") == []


def test_a_register_is_named_or_the_check_is_refused(world: World) -> None:
    item = FormItem(code="tram", label="tram", kind=FormItem.Kind.NUMBER)
    with pytest.raises(ValidationError, match="Số đếm trong sổ: chọn một trong danh sách"):
        require_check("against_register", ["tram"], {}, {"tram": item})


@pytest.mark.usefixtures("stations")
def test_a_commune_is_not_told_how_many_stations_operators_have(world: World) -> None:
    row = filled(asked(world, a_check("against_register", extract="tram-5g")), world.commune, tram=9)
    (words,) = told(row, "against_register")
    assert "5 " not in words.replace("5g", "").replace("5G", "")


def test_coverage_claimed_where_prediction_and_measurements_deny_it(world: World) -> None:
    for village, predicted in ((world.village, False), (world.dark_village, True)):
        CountedService.objects.create(
            place=village, operator=world.operator, technology="5G", served=predicted, level="predicted",
            declared=True, predicted=predicted, since_on=LONG_AGO,
        )  # fmt: skip
    checks = a_check("beyond_prediction", technology="5G"), a_check("beyond_measurement", technology="5G")
    version = asked(world, *checks, filer="operator", by_commune=True)
    row = make_return(make_period(version), world.province, world.operator, state=State.SIGNED)
    make_cell(row, "tram", 2, place=world.commune)
    found = [f for f in run_checks(row) if f.rule.startswith("beyond")]
    assert [f.rule for f in found] == ["beyond_prediction"]
    assert (
        f"Trong 2 thôn, theo dự đoán, 1 thôn chưa có sóng 5G ({world.village}), nên nhiều nhất là 1."
        in found[0].message
    )


# --- outliers and duplicates


def test_a_commune_unlike_the_others_is_noticed_and_size_can_be_allowed_for(world: World) -> None:
    version = asked(world, a_check("unlike_others"))
    sized = asked(world, a_check("unlike_others", per="population"), code="bieu-2")
    for n, place in enumerate(many_communes(world, 8)):
        Place.objects.filter(pk=place.pk).update(population=1000 + 10 * n)
        for one in (version, sized):
            filled(one, place, tram=20 + n)
    Place.objects.filter(pk=world.commune.pk).update(population=5000)
    (words,) = told(filled(version, world.commune, tram=120), "unlike_others")
    assert words.startswith("“tram”: 120, các xã khác quanh mức 24")
    assert told(filled(sized, world.commune, tram=120), "unlike_others") == []


def test_a_break_in_a_series_is_noticed_and_growth_is_not(world: World) -> None:
    version = asked(world, a_check("unlike_past"))
    for year, count in zip(range(2017, 2025), (10, 12, 14, 17, 19, 21, 23, 25), strict=True):
        filled(version, world.commune, year, tram=count)
    row = filled(version, world.commune, tram=28)
    assert told(row, "unlike_past") == []
    row.cells.update(value=70)
    assert "các kỳ trước 21, 23, 25" in told(row, "unlike_past")[0]


def test_the_same_return_twice_is_noticed_without_naming_the_other(world: World) -> None:
    codes = [f"d{n}" for n in range(6)]
    version = asked(world, a_check("same_as_elsewhere"), items=[an_item(code) for code in codes])
    answers = {code: 10 + n for n, code in enumerate(codes)}
    filled(version, world.neighbour, **answers)
    (words,) = told(filled(version, world.commune, **answers), "same_as_elsewhere")
    assert "giống hệt của 1 xã khác" in words
    assert world.neighbour.name not in words


def test_an_operator_learns_nothing_of_another_from_what_the_checks_say(world: World) -> None:
    """Every rule on every item: with or without a rival's return, an operator reads the same."""
    items = [an_item(f"d{n}") for n in range(6)]
    names = [name for name, rule in RULES.items() if not rule.always]
    needs = {"against_register": {"extract": "tram-5g"}}
    pair = {name: ("d0", "d1") if RULES[name].least_items else () for name in names}
    checks = [a_check(name, *pair[name], **needs.get(name, {})) for name in names]
    period = make_period(asked(world, *checks, items=items, filer="operator", by_commune=True))
    mine = make_return(period, world.province, world.operator, state=State.SIGNED)
    places = [world.commune, world.neighbour, *many_communes(world, 6)]

    def answer(row: Return, factor: float) -> None:
        for n, place in enumerate(places):
            for item in items:
                make_cell(row, item["code"], (30 + n) * factor if n else 7000, place=place)

    answer(mine, 1)
    alone = sorted(f.message for f in run_checks(mine))
    for factor in (1, 1000):
        rivals, _ = Return.objects.get_or_create(
            period=period, province=world.province, place=world.province, organisation=world.rival, state=State.SIGNED
        )
        rivals.cells.all().delete()
        answer(rivals, factor)
        assert sorted(f.message for f in run_checks(mine)) == alone
    assert alone


# --- findings are kept


def test_a_reason_stays_over_later_checks_and_what_is_mended_stands_no_more(
    world: World, people: dict[str, Person]
) -> None:
    version = asked(world, a_check("jump"))
    filled(version, world.commune, 2024, tram=100)
    row = filled(version, world.commune, tram=300)
    (finding,) = run_checks(row)
    answer_finding(actor=people["department_officer"], finding=finding, reason="Nhận bàn giao 200 trạm")
    (again,) = run_checks(row)
    assert (again.pk, again.reason) == (finding.pk, "Nhận bàn giao 200 trạm")
    row.cells.update(value=110)
    assert run_checks(row) == []
    row.cells.update(value=310)
    (back,) = run_checks(row.period)
    assert (back.pk, back.reason, back.standing) == (finding.pk, "Nhận bàn giao 200 trạm", True)


def test_a_period_checks_what_was_sent_and_leaves_the_approved_alone(world: World) -> None:
    version = asked(world, a_check("within", most=10))
    sent, approved, begun = (filled(version, place, tram=50) for place in many_communes(world, 3))
    Return.objects.filter(pk=approved.pk).update(state=State.APPROVED)
    Return.objects.filter(pk=begun.pk).update(state=State.DRAFT)
    assert [f.of_return_id for f in run_checks(sent.period)] == [sent.pk]


def test_a_form_is_tried_without_a_trace(world: World) -> None:
    version = asked(world, a_check("within", most=10))
    cell = ReturnCell(item=version.items.get(), place=world.commune, value=50)
    assert [f.rule for f in try_checks(version=version, place=world.commune, cells=[cell])] == ["within"]
    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    ("rule", "items", "settings", "words"),
    [
        ("bay-bong", [], {}, "Không có luật"),
        ("jump", ["tram"], {"percent": -3}, "phải là số từ 1"),
        ("jump", ["tram"], {"phan_tram": 5}, "không có tham số phan_tram"),
        ("at_most", ["tram"], {}, "cần ít nhất 2 dòng"),
        ("jump", ["cot"], {}, "không có dòng cot"),
        ("jump", ["loi"], {}, "không đọc được dòng: loi"),
        ("against_register", ["tram"], {"extract": "x"}, "không có trong danh sách"),
    ],
)
def test_a_check_that_cannot_be_asked_is_refused_with_what_would_be_right(
    world: World, rule: str, items: list[str], settings: dict[str, Any], words: str
) -> None:
    version = asked(world, items=[an_item("tram"), an_item("loi", FormItem.Kind.TEXT)])
    with pytest.raises(ValidationError, match=words):
        require_check(rule, items, settings, {item.code: item for item in version.items.all()})


# --- the method


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=30), st.floats(-1e3, 1e3), st.floats(0.5, 100))
def test_scores_do_not_depend_on_unit_or_origin(values: list[float], shift: float, scale: float) -> None:
    """Whether communes are counted in people or thousands, the same ones are outliers."""
    spread = max(values) - min(values)
    if spread < 1:
        return
    here, there = robust_z(values), robust_z([scale * v + shift for v in values])
    if max(abs(here)) < 1e6:
        assert list(there) == pytest.approx(list(here), rel=1e-3, abs=1e-3)


def test_outliers_refuse_what_is_no_series() -> None:
    with pytest.raises(ValueError, match="finite"):
        robust_z([1, 2, 3, 4, float("nan")])
    assert not last_is_outlier([1, 2, 900])


def test_the_handbook_lists_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs/kiem-tra-duyet-phieu.md").read_text()
    assert [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")][1:] == [
        rule.label for family in FAMILIES for rule in RULES.values() if rule.family == family
    ]
