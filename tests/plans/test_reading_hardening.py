"""What the plan reader holds out against: lost reports, drafts, absurd rows, merged words, long documents."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.indicators.models import Indicator
from hatang.places.models import Place
from hatang.plans.models import Baseline, Plan, PlanReading, Statement, Task
from hatang.plans.services import readings
from hatang.plans.services.readings import comparing, recording
from hatang.plans.services.readings.comparing import Fact
from tests.conftest import World
from tests.plans.reading import choose, confirm_all, kept_reading

Kind = Statement.Kind


@pytest.fixture
def reading(world: World, officer: Person, fibre: Indicator) -> PlanReading:
    kept = kept_reading(officer, world.province)
    choose(kept, officer, fibre)
    return kept


def a_plan(world: World, code: str = "ke-hoach-cu", **more: Any) -> Plan:
    traits = {"title": "Kế hoạch cũ", "number": "7/KH-UBND", "issuer": "UBND tỉnh", "published": True}
    places = {"territory": world.province, "province": world.province, "year_from": 2021, "year_to": 2025}
    return Plan.objects.create(code=code, **(traits | places | more))


def related(reading: PlanReading, officer: Person, plan: Plan, relation: str = "replaces") -> None:
    readings.choose_against(actor=officer, reading=reading, plan=plan)
    readings.correct_head(actor=officer, reading=reading, facts={"relation": relation})


def blocking(reading: PlanReading) -> list[str]:
    return [problem.message for problem in readings.publishing_problems(reading) if problem.blocks]


def published(reading: PlanReading, officer: Person) -> Plan:
    plan = readings.publish_reading(actor=officer, reading=reading)
    reading.refresh_from_db()
    return plan


@pytest.mark.parametrize(
    "reported",
    [
        {"estimate_vnd": 5_000_000},
        {"spent_vnd": 1_000_000},
        {"funding_source": "ngân sách tỉnh"},
        {"due_on": date(2029, 1, 1)},
        {"title": "Tên khác"},
    ],
)
def test_what_bodies_reported_keeps_a_plan(reading: PlanReading, officer: Person, reported: dict[str, Any]) -> None:
    task = published(reading, officer).tasks.all()[0]
    for name, value in reported.items():
        setattr(task, name, value)
    task.save()
    assert not readings.may_withdraw(reading)
    with pytest.raises(ValidationError, match="Không rút được"):
        readings.withdraw_plan(actor=officer, reading=reading)
    assert Task.objects.filter(pk=task.pk).exists()


def test_a_figure_loaded_without_history_keeps_a_plan_too(reading: PlanReading, officer: Person) -> None:
    published(reading, officer).tasks.update(spent_vnd=1)
    assert not readings.may_withdraw(reading)


def test_withdrawing_takes_back_what_only_this_plan_made(
    reading: PlanReading, officer: Person, world: World, fibre: Indicator
) -> None:
    readings.make_missing_bodies(actor=officer, reading=reading)
    published(reading, officer)
    assert Indicator.objects.count() == 3
    stays = Indicator.objects.get(name="Tỷ lệ xã có 5G")
    Baseline.objects.create(plan=a_plan(world), indicator=stays, label="Xã có 5G", year=2024, value=1)
    readings.withdraw_plan(actor=officer, reading=reading)
    assert set(Indicator.objects.all()) == {fibre, stays}
    assert not Organisation.objects.filter(name="Ban Quản lý Khu công nghệ số").exists()
    assert Organisation.objects.filter(pk=world.department.pk).exists()
    reading.refresh_from_db()
    assert published(reading, officer).targets.count() == 3


def test_a_body_only_proposed_to_lead_is_not_made(reading: PlanReading, officer: Person) -> None:
    task = reading.statements.filter(kind=Kind.TASK)[0]
    party = {"name": "Ban Chưa Có", "id": None, "known_as": "", "today": "", "new": True}
    facts = task.facts | {"lead": [party], "lead_proposed": True}
    Statement.objects.filter(pk=task.pk).update(facts=facts, state=Statement.State.PROPOSED)
    published(reading, officer)
    assert not Organisation.objects.filter(name="Ban Chưa Có").exists()


@pytest.mark.parametrize("relation", ["amends", "replaces"])
def test_a_draft_can_be_neither_amended_nor_replaced(
    world: World, reading: PlanReading, officer: Person, relation: str
) -> None:
    related(reading, officer, a_plan(world, published=False), relation)
    assert any("bản nháp" in message for message in blocking(reading))
    with pytest.raises(ValidationError, match="bản nháp"):
        readings.publish_reading(actor=officer, reading=reading)


@pytest.mark.parametrize("relation", ["amends", "replaces"])
def test_a_draft_is_not_named_to_visitors(world: World, client: Client, relation: str) -> None:
    draft = a_plan(world, published=False, title="Dự thảo chưa công bố", number="99/DT")
    later = a_plan(world, "ke-hoach-moi", title="Kế hoạch mới", **{relation: draft})
    html = client.get(reverse("plans:plan", args=[later.code])).content.decode()
    assert "99/DT" not in html
    assert "Dự thảo" not in html
    Plan.objects.filter(pk=draft.pk).update(published=True)
    assert "99/DT" in client.get(reverse("plans:plan", args=[later.code])).content.decode()


def test_choosing_another_plan_asks_anew_and_can_be_taken_back(
    world: World, reading: PlanReading, officer: Person
) -> None:
    first, second = a_plan(world), a_plan(world, "khac")
    related(reading, officer, first)
    readings.choose_against(actor=officer, reading=reading, plan=second)
    reading.refresh_from_db()
    assert (reading.against, reading.facts["relation"]) == (second, "")
    readings.undo(actor=officer, reading=reading)
    reading.refresh_from_db()
    assert (reading.against, reading.facts["relation"]) == (first, "replaces")
    readings.redo(actor=officer, reading=reading)
    reading.refresh_from_db()
    assert (reading.against, reading.facts["relation"]) == (second, "")
    acts = reading.acts.count()
    readings.choose_against(actor=officer, reading=reading, plan=second)
    assert reading.acts.count() == acts


def test_a_document_older_than_what_it_replaces_is_refused(world: World, reading: PlanReading, officer: Person) -> None:
    related(reading, officer, a_plan(world, date=date(2026, 10, 1)))
    assert any("15/04/2026, trước Kế hoạch 7/KH-UBND ngày 01/10/2026" in message for message in blocking(reading))


def test_another_territorys_plan_is_not_replaced(world: World, reading: PlanReading, officer: Person) -> None:
    former = Place.objects.create(kind="province", title="Tỉnh", name="Cũ", code="99", valid_to=date(2025, 6, 30))
    related(reading, officer, a_plan(world, territory=former))
    assert any("địa bàn khác" in message for message in blocking(reading))


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (Kind.BASELINE, {"year": 1980}, "năm: "),
        (Kind.BASELINE, {"indicator": "da-xoa"}, "không còn trong danh mục"),
        (Kind.TARGET, {"indicator": "da-xoa"}, "không còn trong danh mục"),
        (Kind.TARGET, {"value": 1e200}, "mức: số này quá lớn"),
        (Kind.TARGET, {"due_year": 9999}, "đến hết năm: "),
        (Kind.TASK, {"title": "dài " * 100}, "nhiệm vụ: "),
    ],
)
def test_what_cannot_be_stored_is_said_at_its_row(
    reading: PlanReading, officer: Person, kind: str, facts: dict[str, Any], said: str
) -> None:
    row = reading.statements.filter(kind=kind)[0]
    Statement.objects.filter(pk=row.pk).update(facts=row.facts | facts)
    told = [p for p in readings.publishing_problems(reading) if p.blocks]
    assert [(p.statement, said in p.message) for p in told] == [(row.pk, True)]
    with pytest.raises(ValidationError):
        readings.publish_reading(actor=officer, reading=reading)


def test_a_figure_of_2010_is_kept(reading: PlanReading, officer: Person) -> None:
    row = reading.statements.filter(kind=Kind.BASELINE)[0]
    Statement.objects.filter(pk=row.pk).update(facts=row.facts | {"year": 2010})
    assert not blocking(reading)
    assert published(reading, officer).baselines.get().year == 2010


def test_an_indicator_without_letters_has_a_code(reading: PlanReading, officer: Person) -> None:
    row = reading.statements.filter(kind=Kind.TARGET)[1]
    new = {"name": "!!! ???", "unit": "percent", "component": "telecom"}
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts={"indicator": None, "new_indicator": new})
    published(reading, officer)
    assert Indicator.objects.get(name="!!! ???").code == "chi-tieu"


def test_a_long_name_of_a_law_is_cut_and_kept_whole_as_its_title(reading: PlanReading, officer: Person) -> None:
    row = reading.statements.filter(kind=Kind.BASIS)[0]
    name = "Luật sửa đổi một số điều của các luật về viễn thông và công nghệ thông tin"
    facts = {"number": name, "date": None, "issuer": "Cơ quan " * 40, "title": ""}
    Statement.objects.filter(pk=row.pk).update(facts=facts)
    [base] = published(reading, officer).bases.all()
    assert name.startswith(base.number.rstrip("…"))
    assert (len(base.number) <= 60, len(base.issuer) <= 200, base.title) == (True, True, name)


def test_a_day_to_come_or_far_from_the_period_is_told(reading: PlanReading, officer: Person) -> None:
    for signed, words in ((timezone.localdate() + timedelta(1), "tương lai"), (date(2019, 1, 1), "quá 3 năm")):
        readings.correct_head(actor=officer, reading=reading, facts={"date": signed.isoformat()})
        [told] = [p for p in readings.publishing_problems(reading) if words in p.message]
        assert not told.blocks


def merged(reading: PlanReading, officer: Person) -> tuple[Statement, str]:
    first, second = reading.statements.filter(kind=Kind.TASK)
    return readings.merge(actor=officer, reading=reading, statements=[first.pk, second.pk]), second.quote


def test_splitting_a_merged_row_loses_no_words(reading: PlanReading, officer: Person) -> None:
    row, later = merged(reading, officer)
    one, two = readings.split(actor=officer, reading=reading, statement=row.pk, at=row.start + 8)
    assert "also" not in one.facts
    assert later in two.quote
    assert [place["block"] for place in two.facts["also"]] == [9]


def test_merging_and_retyping_a_merged_row_loses_no_words(reading: PlanReading, officer: Person) -> None:
    row, later = merged(reading, officer)
    more = readings.add(actor=officer, reading=reading, kind="task", block=8, start=2, end=20)
    again = readings.merge(actor=officer, reading=reading, statements=[row.pk, more.pk])
    assert later in again.quote
    other = readings.retype(actor=officer, reading=reading, statement=again.pk, kind="duty")
    assert (other.quote, other.facts["also"]) == (again.quote, again.facts["also"])


def test_an_act_on_many_rows_keeps_only_what_changed(reading: PlanReading, officer: Person) -> None:
    readings.restore(actor=officer, reading=reading, statements=[row.pk for row in reading.statements.all()])
    before = list(reading.statements.values())
    confirm_all(actor=officer, reading=reading)
    act = reading.acts.order_by("-pk")[0]
    assert {tuple(row) for row in act.before["statements"].values()} == {("state",)}
    assert len(json.dumps(act.before)) < 1000
    readings.undo(actor=officer, reading=reading)
    assert list(reading.statements.values()) == before


def test_only_the_newest_acts_are_kept(reading: PlanReading, officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_ACTS", 3)
    for number in range(5):
        readings.correct_head(actor=officer, reading=reading, facts={"number": f"{number}/KH"})
    assert [act.after["facts"]["number"] for act in reading.acts.all()] == ["2/KH", "3/KH", "4/KH"]


def test_a_row_that_is_gone_is_no_success(reading: PlanReading, officer: Person) -> None:
    own = reading.statements.all()[0].pk
    for act in (readings.confirm, readings.reject, readings.restore, readings.make_missing_bodies, readings.merge):
        for gone in (10**30, 999_999):
            with pytest.raises(ValidationError, match="Dòng này không còn"):
                act(actor=officer, reading=reading, statements=[own, gone])


def test_of_hundreds_of_reworded_tasks_few_are_held_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = [f"chữ{n}" for n in range(18)]
    calls: list[Any] = []

    def unlike(first: Any, second: Any) -> float:
        calls.append(first)
        return 0

    monkeypatch.setattr(comparing, "likeness", unlike)

    def text(number: int, shift: int) -> str:
        return " ".join(vocabulary[(number * step + shift) % len(vocabulary)] for step in range(1, 17))

    new = [Fact("task", n, f"mới {n}", text(n, 1), {}) for n in range(200)]
    old = [Fact("task", n, f"cũ {n}", text(n, 5), {}) for n in range(200)]
    comparing.paired(new, old, by_words=True)
    assert 0 < len(calls) <= comparing.NEAREST * 200


def test_a_reworded_task_is_found_among_hundreds() -> None:
    common = "xây dựng nền tảng dùng chung phục vụ ngành và địa phương trên địa bàn tỉnh"
    old = [Fact("task", n, f"cũ {n}", f"{common} số riêng{n}", {}) for n in range(300)]
    new = [Fact("task", n, f"mới {n}", f"{common} có số riêng{299 - n}", {}) for n in range(300)]
    pairs = comparing.paired(new, old, by_words=True)
    assert all(twin.pk == 299 - pk for (pk, _), twin in pairs.items())
    assert len(pairs) == 300
