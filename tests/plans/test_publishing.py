"""A reading becomes a plan, once and whole; what a later document changes against it; and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hatang.accounts.models import Organisation, Person
from hatang.core.plan_reader.structure import Header, PlanRead
from hatang.indicators.models import Indicator
from hatang.places.models import Place, PlaceSuccession
from hatang.plans.forms import HeadFactsForm
from hatang.plans.models import Comparator, Plan, PlanReading, Report, Statement, Target, Task
from hatang.plans.services import readings, task_changes
from tests.conftest import World
from tests.plans.reading import LINES, SIGNED, choose, confirm_all, kept_reading, plan_read, target

Kind = Statement.Kind


@pytest.fixture
def reading(world: World, officer: Person, fibre: Indicator) -> PlanReading:
    """A reading whose first target speaks of an indicator of the catalogue; the others' are agreed to be new."""
    Organisation.objects.create(kind="department", name="Sở Xây dựng", province=world.province)
    reading = kept_reading(officer, world.province)
    choose(reading, officer, fibre)
    return reading


def test_the_plan_holds_what_was_read(reading: PlanReading, officer: Person, fibre: Indicator, world: World) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    assert (plan.number, plan.date, plan.year_from, plan.year_to) == ("12/KH-UBND", SIGNED, 2026, 2030)
    assert (plan.published, plan.territory, plan.province) == (True, world.province, world.province)
    assert [(b.number, b.issuer, b.date) for b in plan.bases.all()] == [
        ("9001/QĐ-TTg", "Thủ tướng Chính phủ", date(2026, 3, 2))
    ]
    first, second, third = plan.targets.all()
    assert (first.indicator, first.year, first.comparator, first.value) == (fibre, 2030, "ge", 95)
    assert (first.scope, first.section, first.quote) == ("thôn", "II.-1", "Ít nhất 95% thôn có cáp quang")
    assert (second.condition_value, second.condition_unit, second.condition_comparator) == (100, "Mbps", "gt")
    assert (third.comparator, third.value, third.indicator.unit_code) == (Comparator.DONE, None, "yes_no")
    [baseline] = plan.baselines.all()
    assert (baseline.value, baseline.year, baseline.year_note, baseline.quote) == (81.5, 2025, "", "81,5%")


def test_tasks_and_duties_are_given_to_their_bodies(reading: PlanReading, officer: Person, world: World) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    first, second = plan.tasks.all()
    assert (first.lead, first.due_on) == (world.department, date(2027, 11, 30))
    assert first.title == "Kéo cáp quang tới mọi thôn còn thiếu"
    assert first.quote.endswith("trước tháng 12/2027")
    assert [body.name for body in first.support.all()] == ["Sở Xây dựng"]
    assert (second.lead, second.due_on) == (None, None)
    report, standing = plan.duties.all()
    assert (report.is_report, report.rhythm, report.due_month, report.due_day, report.recipient) == (
        True,
        "yearly",
        12,
        20,
        "UBND tỉnh",
    )
    assert (standing.is_report, standing.rhythm, standing.quote) == (
        False,
        "standing",
        "Theo dõi, đôn đốc việc thực hiện",
    )


def test_a_new_indicator_says_where_it_comes_from(reading: PlanReading, officer: Person) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    indicator = Indicator.objects.get(name="Tỷ lệ xã có 5G")
    assert (indicator.source, indicator.rollup, indicator.lowest_level) == ("reported", "none", "province")
    assert (indicator.unit_code, indicator.number, indicator.short_name) == ("percent", 8, "Xã có 5G")
    assert plan.title in indicator.note
    assert indicator.history.get().history_user == officer


def test_one_new_indicator_serves_the_targets_of_several_years(world: World, officer: Person) -> None:
    words = "100% xã có 5G"
    twice = (target(5, words, subject="Tỷ lệ xã có 5G", due_year=2027), target(5, words, subject="Tỷ lệ xã có 5G"))
    reading = kept_reading(officer, world.province, plan_read(targets=twice))
    confirm_all(actor=officer, reading=reading, kind=Kind.TARGET)
    plan = readings.publish_reading(actor=officer, reading=reading)
    assert plan.targets.filter(indicator=Indicator.objects.get(name="Tỷ lệ xã có 5G")).count() == 2


def test_a_body_is_made_where_the_officer_says_so(reading: PlanReading, officer: Person, world: World) -> None:
    readings.make_missing_bodies(actor=officer, reading=reading)
    readings.publish_reading(actor=officer, reading=reading)
    made = Organisation.objects.get(name="Ban Quản lý Khu công nghệ số")
    assert (made.province, made.kind) == (world.province, "department")
    assert made.history.get().history_user == officer


def test_an_unknown_body_is_left_out_and_told(reading: PlanReading, officer: Person) -> None:
    [told] = [p for p in readings.publishing_problems(reading) if "danh bạ" in p.message]
    assert "Ban Quản lý Khu công nghệ số" in told.message
    assert not told.blocks
    readings.publish_reading(actor=officer, reading=reading)
    assert not Organisation.objects.filter(name="Ban Quản lý Khu công nghệ số").exists()


def test_history_names_the_officer(reading: PlanReading, officer: Person) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    for model in (Plan, Target, Task):
        records = model.history.filter(history_user=officer)  # type: ignore[attr-defined]
        assert records.count() == model.objects.count() > 0  # type: ignore[attr-defined]
    assert plan.history.get().history_change_reason == f"Công bố văn bản được đọc số {reading.pk}"


def test_publishing_twice_is_impossible(reading: PlanReading, officer: Person) -> None:
    readings.publish_reading(actor=officer, reading=reading)
    with pytest.raises(ValidationError, match="không còn chờ xem"):
        readings.publish_reading(actor=officer, reading=reading)
    assert Plan.objects.count() == 1


def test_a_target_without_indicator_stands_against_publishing(world: World, officer: Person) -> None:
    reading = kept_reading(officer, world.province)
    blocking = [p for p in readings.publishing_problems(reading) if p.blocks]
    asked = {p.statement for p in blocking}
    assert asked == set(reading.statements.filter(kind=Kind.TARGET, facts__mention=False).values_list("pk", flat=True))
    with pytest.raises(ValidationError, match="Chưa nhận chỉ tiêu mới"):
        readings.publish_reading(actor=officer, reading=reading)
    assert not Plan.objects.exists()
    for pk in asked:
        readings.reject(actor=officer, reading=reading, statements=[pk])
    assert readings.publish_reading(actor=officer, reading=reading).targets.count() == 0


def test_a_figure_in_another_unit_than_its_indicators_is_told(
    reading: PlanReading, officer: Person, fibre: Indicator
) -> None:
    row = reading.statements.filter(kind=Kind.TARGET, facts__indicator=fibre.code).get()
    assert not any(p.statement == row.pk for p in readings.publishing_problems(reading))
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts={"unit": "Mbps"})
    [told] = [p for p in readings.publishing_problems(reading) if p.statement == row.pk]
    assert (told.blocks, "đơn vị của chỉ tiêu" in told.message) == (False, True)


def test_a_confirmed_target_still_needs_an_indicator(reading: PlanReading, officer: Person, fibre: Indicator) -> None:
    row = reading.statements.filter(kind=Kind.TARGET, facts__indicator=fibre.code).get()
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts={"indicator": None})
    assert any(p.statement == row.pk and p.blocks for p in readings.publishing_problems(reading))


@pytest.mark.parametrize("lacking", ["title", "issuer", "code", "year_to"])
def test_the_plans_own_facts_are_asked_for(reading: PlanReading, officer: Person, lacking: str) -> None:
    readings.correct_head(actor=officer, reading=reading, facts={lacking: None})
    assert any(p.blocks and p.statement is None for p in readings.publishing_problems(reading))
    with pytest.raises(ValidationError):
        readings.publish_reading(actor=officer, reading=reading)


def test_a_figure_outside_the_targets_needs_a_yes(reading: PlanReading, officer: Person) -> None:
    [mention] = reading.statements.filter(facts__mention=True)
    assert mention.sure <= 0.4
    readings.confirm(actor=officer, reading=reading, statements=[mention.pk])
    assert readings.publish_reading(actor=officer, reading=reading).targets.count() == 4


def test_nothing_is_made_when_a_row_cannot_be_stored(reading: PlanReading, officer: Person) -> None:
    row = reading.statements.filter(kind=Kind.TARGET, facts__mention=False).first()
    assert row is not None
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts={"due_year": 1890})
    indicators = Indicator.objects.count()
    with pytest.raises(ValidationError, match=row.quote):
        readings.publish_reading(actor=officer, reading=reading)
    assert (Plan.objects.count(), Indicator.objects.count()) == (0, indicators)
    reading.refresh_from_db()
    assert reading.state == PlanReading.State.READY


def test_withdrawing_brings_the_reading_back(reading: PlanReading, officer: Person) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    reading.refresh_from_db()
    assert readings.may_withdraw(reading)
    readings.withdraw_plan(actor=officer, reading=reading)
    assert not Plan.objects.filter(pk=plan.pk).exists()
    reading.refresh_from_db()
    assert (reading.state, reading.plan) == (PlanReading.State.READY, None)
    assert readings.publish_reading(actor=officer, reading=reading).targets.count() == 3


def test_publishing_again_makes_no_indicator_twice(reading: PlanReading, officer: Person) -> None:
    readings.publish_reading(actor=officer, reading=reading)
    count = Indicator.objects.count()
    readings.withdraw_plan(actor=officer, reading=reading)
    readings.publish_reading(actor=officer, reading=reading)
    assert Indicator.objects.count() == count


def test_a_plan_somebody_works_by_stays(reading: PlanReading, officer: Person) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    Task.objects.filter(plan=plan).update(progress_text="Đã khảo sát.")
    with pytest.raises(ValidationError, match="tiến độ"):
        readings.withdraw_plan(actor=officer, reading=reading)
    Task.objects.filter(plan=plan).update(progress_text="")
    Report.objects.create(plan=plan, year=2026)
    with pytest.raises(ValidationError, match="báo cáo"):
        readings.withdraw_plan(actor=officer, reading=reading)
    assert not readings.may_withdraw(PlanReading.objects.get(pk=reading.pk))


def test_a_stranger_cannot_withdraw(reading: PlanReading, officer: Person, people: dict[str, Person]) -> None:
    readings.publish_reading(actor=officer, reading=reading)
    with pytest.raises(PermissionDenied):
        readings.withdraw_plan(actor=people["stranger"], reading=reading)


def amended(read: PlanRead) -> PlanRead:
    """Give a later document: one level higher, one target gone, one new, a task reworded with a later day."""
    first, second, third = read.targets
    tasks = (
        replace(read.tasks[0], due="2028-06-30"),
        replace(read.tasks[1], quote="Lập và công bố danh mục vị trí dựng trạm dùng chung"),
    )
    header = replace(
        read.header,
        number="31/KH-UBND",
        date="2027-02-01",
        title="Sửa đổi, bổ sung Kế hoạch phát triển hạ tầng số của tỉnh Lạng Sơn",
    )
    new = replace(second, subject="Số kho dữ liệu dùng chung", value=4.0, unit="count")
    return replace(read, header=header, targets=(replace(first, value=97.0), new, third), tasks=tasks)


def test_a_later_document_shows_what_it_changes(reading: PlanReading, officer: Person, fibre: Indicator) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    later = kept_reading(officer, reading.province, amended(plan_read()), against=plan)
    choose(later, officer, fibre)
    found = readings.compare(later, plan)
    changed = {line.words: {d.what: (d.before, d.after) for d in line.differences} for line in found.changed}
    assert changed["Ít nhất 95% thôn có cáp quang"] == {"mức": ("ít nhất 95%", "ít nhất 97%")}
    task = next(words for words in changed if words.startswith("Kéo cáp quang"))
    assert changed[task] == {"hạn": ("30/11/2027", "30/06/2028")}
    assert list(changed["Lập và công bố danh mục vị trí dựng trạm dùng chung"]) == ["nội dung"]
    assert [line.words for line in found.missing if line.kind == Kind.TARGET] == ["100% xã có 5G"]
    assert [line.kind for line in found.added if line.kind == Kind.TARGET] == [Kind.TARGET]
    assert {line.kind for line in found.same} >= {Kind.BASIS, Kind.BASELINE, Kind.DUTY, Kind.BODY, Kind.TARGET}


def test_a_document_against_its_own_plan_changes_nothing(
    reading: PlanReading, officer: Person, fibre: Indicator
) -> None:
    readings.make_missing_bodies(actor=officer, reading=reading)
    plan = readings.publish_reading(actor=officer, reading=reading)
    again = kept_reading(officer, reading.province, plan_read(), against=plan)
    choose(again, officer, fibre)
    found = readings.compare(again, plan)
    assert (found.added, found.changed) == ([], [])
    assert found.missing == []


def test_the_officer_says_how_the_document_stands_to_the_plan(
    reading: PlanReading, officer: Person, fibre: Indicator
) -> None:
    plan = readings.publish_reading(actor=officer, reading=reading)
    later = kept_reading(officer, reading.province, amended(plan_read()), against=plan)
    assert (later.facts["relation"], later.facts["plan_kind"], later.facts["code"]) == (
        "amends",
        "amendment",
        "lang-son-2026-2030-2",
    )
    choose(later, officer, fibre)
    amendment = readings.publish_reading(actor=officer, reading=later)
    assert (amendment.amends, amendment.replaces, amendment.kind) == (plan, None, Plan.Kind.AMENDMENT)
    with pytest.raises(ValidationError, match="sửa đổi hoặc thay thế"):
        readings.withdraw_plan(actor=officer, reading=reading)


def test_the_published_document_shows_only_what_was_published(
    reading: PlanReading, officer: Person, people: dict[str, Person]
) -> None:
    rejected = reading.statements.filter(kind=Kind.TASK).first()
    assert rejected is not None
    readings.reject(actor=officer, reading=reading, statements=[rejected.pk])
    plan = readings.publish_reading(actor=officer, reading=reading)
    paragraphs = readings.document_of(plan, people["stranger"])
    marked = {mark.statement for paragraph in paragraphs for mark in paragraph.marks}
    assert rejected.pk not in marked
    assert [p.text for p in paragraphs][2] == "I. HIỆN TRẠNG"
    assert {mark.kind for paragraph in paragraphs for mark in paragraph.marks} == {
        "target",
        "baseline",
        "task",
        "body",
        "duty",
        "basis",
    }
    Plan.objects.update(published=False)
    assert readings.document_of(plan, people["stranger"]) == []


@pytest.fixture
def merged(world: World) -> dict[str, Place]:
    """Today's Tuyên Quang and the two provinces that became it."""
    former = {
        name: Place.objects.create(kind="province", title="Tỉnh", name=name, code=code, valid_to=date(2025, 6, 30))
        for name, code in (("Tuyên Quang", "08"), ("Hà Giang", "02"))
    }
    for place in former.values():
        PlaceSuccession.objects.create(predecessor=place, successor=world.other_province, on=date(2025, 7, 1))
    return former


@pytest.mark.parametrize(
    ("name", "signed", "former"),
    [
        ("Tuyên Quang", "2025-03-10", "Tuyên Quang"),
        ("Tuyên Quang", "2026-03-10", None),
        ("Hà Giang", "2023-03-10", "Hà Giang"),
        ("Hà Giang", None, "Hà Giang"),
        ("Tuyên Quang", None, None),
    ],
)
def test_the_territory_is_the_province_of_the_documents_day(
    world: World, people: dict[str, Person], merged: dict[str, Place], name: str, signed: str | None, former: str | None
) -> None:
    header = Header("KẾ HOẠCH", None, signed, f"UBND tỉnh {name}", "Phát triển hạ tầng số", None, 2023, 2025)
    reading = kept_reading(people["stranger"], world.other_province, plan_read(header=header, legal_bases=()))
    assert reading.facts["territory"] == (merged[former] if former else world.other_province).pk


def test_an_undated_document_belongs_to_the_province_whose_bodies_it_names(
    world: World, people: dict[str, Person], merged: dict[str, Place]
) -> None:
    Organisation.objects.create(kind="department", name="Sở Khoa học và Công nghệ", province=merged["Tuyên Quang"])
    header = Header("KẾ HOẠCH", None, None, "UBND tỉnh Tuyên Quang", "Phát triển hạ tầng số", None, 2025, 2030)
    reading = kept_reading(people["stranger"], world.other_province, plan_read(header=header, legal_bases=()))
    assert reading.facts["territory"] == merged["Tuyên Quang"].pk
    choices: Any = reading.facts
    readings.reject(
        actor=people["stranger"],
        reading=reading,
        statements=list(reading.statements.filter(kind=Kind.TARGET).values_list("pk", flat=True)),
    )
    plan = readings.publish_reading(actor=people["stranger"], reading=reading)
    assert (plan.territory_id, plan.province, choices["code"]) == (
        merged["Tuyên Quang"].pk,
        world.other_province,
        "tuyen-quang-2025-2030",
    )


def asked_about(reading: PlanReading, words: str) -> list[str]:
    return [p.message for p in readings.publishing_problems(reading) if p.blocks and words in p.message]


@pytest.fixture
def published(reading: PlanReading, officer: Person) -> Plan:
    return readings.publish_reading(actor=officer, reading=reading)


def brought(
    officer: Person, fibre: Indicator, province: Place, *, against: Plan | None = None, **head: Any
) -> PlanReading:
    """Bring the document once more, with another head."""
    read = plan_read()
    later = kept_reading(officer, province, replace(read, header=replace(read.header, **head)), against=against)
    choose(later, officer, fibre)
    return later


def test_the_same_plan_is_not_published_twice_unasked(published: Plan, officer: Person, fibre: Indicator) -> None:
    again = brought(officer, fibre, published.province)
    [asked] = asked_about(again, "Tỉnh đã công bố")
    assert "Kế hoạch 12/KH-UBND ngày 15/04/2026 (2026–2030)" in asked
    assert "có vẻ chính là kế hoạch ấy" in asked
    with pytest.raises(ValidationError, match="Tỉnh đã công bố"):
        readings.publish_reading(actor=officer, reading=again)
    readings.correct_head(actor=officer, reading=again, facts={"relation": "same", "against": published.pk})
    again.refresh_from_db()
    assert again.against == published
    assert asked_about(again, "chính là Kế hoạch 12/KH-UBND")
    readings.correct_head(actor=officer, reading=again, facts={"relation": "independent"})
    assert not asked_about(again, "")
    beside = readings.publish_reading(actor=officer, reading=again)
    assert (beside.amends, beside.replaces, beside.code) == (None, None, "lang-son-2026-2030-2")


@pytest.mark.parametrize(
    ("head", "likely"),
    [
        ({"number": "40/KH-UBND", "date": "2027-05-02"}, "có vẻ thay thế"),
        ({"number": "40/KH-UBND", "date": "2027-05-02", "title": "Sửa đổi, bổ sung Kế hoạch hạ tầng số"}, "sửa đổi"),
        ({"number": None, "date": None}, "có vẻ chính là"),
        ({"kind": "NGHỊ QUYẾT", "title": "về hạ tầng số", "number": "3/NQ-HĐND"}, "có thể đứng bên cạnh"),
    ],
)
def test_the_likeliest_relation_is_offered(
    published: Plan, officer: Person, fibre: Indicator, head: dict[str, Any], likely: str
) -> None:
    [asked] = asked_about(brought(officer, fibre, published.province, **head), "Tỉnh đã công bố")
    assert likely in asked


def test_a_plan_of_another_period_is_no_rival(published: Plan, officer: Person, fibre: Indicator) -> None:
    head = {"number": "90/KH-UBND", "date": "2031-05-02", "title": "Kế hoạch 2031", "year_from": 2031, "year_to": 2035}
    assert not asked_about(brought(officer, fibre, published.province, **head), "Tỉnh đã công bố")


def test_a_relation_to_another_plan_does_not_hide_the_same_number(
    published: Plan, officer: Person, fibre: Indicator, world: World
) -> None:
    traits = {"issuer": "UBND tỉnh", "year_from": 2020, "year_to": 2025, "published": True}
    old = Plan.objects.create(code="cu", title="Cũ", territory=world.province, province=world.province, **traits)
    again = brought(officer, fibre, published.province, against=old)
    assert again.facts["relation"] == "replaces"
    assert asked_about(again, "Kế hoạch 12/KH-UBND")


def test_the_form_chooses_the_plan_with_its_number_day_and_state(
    published: Plan, officer: Person, fibre: Indicator
) -> None:
    again = brought(officer, fibre, published.province)
    blank = HeadFactsForm(again, again.facts)
    labels = [label for _, label in blank.fields["against"].choices]  # type: ignore[attr-defined]
    assert "12/KH-UBND, ngày 15/04/2026, 2026–2030, đã công bố: Kế hoạch phát triển" in labels[1]
    data = {name: blank.get_initial_for_field(blank.fields[name], name) for name in blank.fields}
    typed = {name: value for name, value in data.items() if value is not None} | {"relation": "amends", "against": ""}
    assert "against" in HeadFactsForm(again, again.facts, typed).errors
    form = HeadFactsForm(again, again.facts, typed | {"against": published.pk})
    assert form.is_valid(), form.errors
    assert form.facts["against"] == published.pk
    own = HeadFactsForm(again, again.facts, typed | {"against": published.pk, "code": published.code})
    assert "code" in own.errors


def test_a_proposed_code_that_was_taken_meanwhile_gives_way(
    reading: PlanReading, officer: Person, fibre: Indicator
) -> None:
    other = brought(officer, fibre, reading.province, number="40/KH-UBND", date="2027-05-02")
    readings.correct_head(actor=officer, reading=other, facts={"relation": "independent"})
    codes = {readings.publish_reading(actor=officer, reading=row).code for row in (reading, other)}
    assert codes == {"lang-son-2026-2030", "lang-son-2026-2030-2"}


def test_a_typed_code_is_kept_or_refused(published: Plan, officer: Person, fibre: Indicator) -> None:
    again = brought(officer, fibre, published.province)
    typed = {"relation": "independent", "code": published.code, "code_typed": True}
    readings.correct_head(actor=officer, reading=again, facts=typed)
    assert asked_about(again, "đã có kế hoạch khác dùng")


@pytest.mark.parametrize("relation", ["amends", "replaces"])
def test_how_far_tasks_are_goes_on_in_the_later_document(
    published: Plan, officer: Person, fibre: Indicator, relation: str
) -> None:
    first, second = published.tasks.all()
    far = {"state": "under_way", "progress_text": "Đã kéo 12 tuyến", "obstacle_text": "Thiếu vốn", "spent_vnd": 5}
    Task.objects.filter(pk=first.pk).update(**far)
    Task.objects.filter(pk=second.pk).update(lead=first.lead, state="done")
    later = kept_reading(officer, published.province, amended(plan_read()), against=published)
    readings.correct_head(actor=officer, reading=later, facts={"relation": relation})
    choose(later, officer, fibre)
    plan = readings.publish_reading(actor=officer, reading=later)
    one, two = plan.tasks.all()
    assert (one.continues, two.continues) == (first, second)
    assert {name: getattr(one, name) for name in far} == far
    assert (two.state, two.lead) == ("done", first.lead)
    assert one.history.get().history_user == officer
    assert task_changes(one)[0].what == "nối tiếp nhiệm vụ của Kế hoạch 12/KH-UBND"
    assert set(Task.objects.superseded(date(2027, 3, 1))) == {first, second}
    later.refresh_from_db()
    assert readings.may_withdraw(later)
    Task.objects.filter(pk=one.pk).update(progress_text="Đã kéo 15 tuyến")
    assert not readings.may_withdraw(PlanReading.objects.get(pk=later.pk))


def test_what_was_left_out_for_want_of_a_body_is_no_change(published: Plan, officer: Person, fibre: Indicator) -> None:
    again = brought(officer, fibre, published.province, against=published)
    found = readings.compare(again, published)
    assert (found.added, found.changed, found.missing) == ([], [], [])


def test_an_agreed_lead_is_no_change_while_the_reader_only_proposes_it(
    published: Plan, officer: Person, fibre: Indicator
) -> None:
    again = brought(officer, fibre, published.province, against=published)
    row = again.statements.filter(kind=Kind.TASK).first()
    assert row is not None
    again.statements.filter(pk=row.pk).update(facts=row.facts | {"lead_proposed": True})
    assert readings.compare(again, published).changed == []


def test_one_word_of_a_long_task_is_a_change(published: Plan, officer: Person, fibre: Indicator) -> None:
    long = " ".join(f"đoạn tuyến số {n} tới thôn" for n in range(30))
    Task.objects.filter(pk=published.tasks.all()[1].pk).update(quote=f"Kéo {long}")
    again = brought(officer, fibre, published.province, against=published)
    row = again.statements.filter(kind=Kind.TASK).last()
    assert row is not None
    again.statements.filter(pk=row.pk).update(quote=f"Kéo {long.replace('số 7', 'số 77')}")
    assert [[d.what for d in line.differences] for line in readings.compare(again, published).changed] == [["nội dung"]]


def test_a_reworded_duty_of_one_place_is_a_change(published: Plan, officer: Person, fibre: Indicator) -> None:
    again = brought(officer, fibre, published.province, against=published)
    again.statements.filter(kind=Kind.DUTY).update(
        quote="Mỗi năm gửi báo cáo kết quả tới UBND tỉnh và Bộ trước ngày 20/12"
    )
    found = readings.compare(again, published)
    assert [line.kind for line in found.changed] == [Kind.DUTY]
    assert (found.added, found.missing) == ([], [])


@pytest.mark.parametrize(
    ("head", "asked"),
    [
        ({"issuer": "UBND tỉnh Nghệ An"}, True),
        ({"issuer": None, "title": "PHÁT TRIỂN HẠ TẦNG SỐ TỈNH NGHỆ AN ĐẾN NĂM 2030"}, True),
        ({"issuer": "UBND tỉnh Lạng Sơn", "title": "Kế hoạch liên kết với tỉnh Nghệ An"}, False),
        ({"issuer": "Bộ Khoa học và Công nghệ", "title": "Kế hoạch hạ tầng số"}, False),
        ({"issuer": "Ủy ban nhân dân tỉnh Lạng Sơn"}, False),
    ],
)
def test_a_document_of_another_province_is_asked_about(
    world: World, officer: Person, fibre: Indicator, head: dict[str, Any], asked: bool
) -> None:
    foreign = brought(officer, fibre, world.province, **head)
    assert bool(asked_about(foreign, "không phải của tỉnh này")) == asked
    readings.correct_head(actor=officer, reading=foreign, facts={"issuer": "UBND tỉnh Lạng Sơn"})
    assert not asked_about(foreign, "không phải của tỉnh này")


def test_a_former_province_is_no_other(world: World, people: dict[str, Person], merged: dict[str, Place]) -> None:
    header = Header("KẾ HOẠCH", None, "2024-03-10", "UBND tỉnh Hà Giang", "Phát triển hạ tầng số", None, 2024, 2025)
    reading = kept_reading(people["stranger"], world.other_province, plan_read(header=header, legal_bases=()))
    assert not asked_about(reading, "không phải của tỉnh này")


def test_a_general_aim_stays_words_unless_somebody_chooses_an_indicator(
    world: World, officer: Person, fibre: Indicator
) -> None:
    words = "Hình thành nền tảng cảm biến dùng chung"
    aim = target(6, words, comparator="none", value=None, unit="none", due_year=None)
    reading = kept_reading(officer, world.province, plan_read(targets=(aim,)))
    confirm_all(actor=officer, reading=reading, kind=Kind.TARGET)
    readings.reject(
        actor=officer,
        reading=reading,
        statements=reading.statements.filter(facts__mention=True).values_list("pk", flat=True),
    )
    told = [p for p in readings.publishing_problems(reading) if "mục tiêu chung, không có số" in p.message]
    assert [p.blocks for p in told] == [False]
    row = reading.statements.get(quote=words)
    before = Indicator.objects.count()
    assert readings.publish_reading(actor=officer, reading=reading).targets.count() == 0
    assert Indicator.objects.count() == before
    reading.refresh_from_db()
    readings.withdraw_plan(actor=officer, reading=reading)
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts={"indicator": fibre.code})
    assert readings.publish_reading(actor=officer, reading=reading).targets.count() == 1


def test_a_sentence_is_not_both_a_report_and_standing_work(world: World, officer: Person, fibre: Indicator) -> None:
    read = plan_read()
    both = f"{LINES[12][0][2:-1]}. {LINES[13][0][2:-1]}"
    reading = kept_reading(officer, world.province, read)
    choose(reading, officer, fibre)
    row = reading.statements.filter(kind=Kind.BODY).first()
    assert row is not None
    duties = [{"block": 13, "start": 0, "end": len(both), "quote": both}]
    reading.statements.filter(pk=row.pk).update(facts=row.facts | {"duties": duties})
    plan = readings.publish_reading(actor=officer, reading=reading)
    assert [(d.is_report, d.quote) for d in plan.duties.all()] == [
        (True, LINES[13][0][2:-1]),
        (False, LINES[12][0][2:-1]),
    ]
