"""The way of a return up the line: who may take which step, what stands in the way, and which figures come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.indicators.models import PUBLISH, FormItem, Indicator, Period, Return, ReturnCell, Value
from hatang.indicators.services import approve_values, publish_values
from hatang.indicators.services.approval import (
    Note,
    answer_finding,
    approve_return,
    approve_returns,
    check_return,
    check_returns,
    leave_out,
    reopen_return,
    send_back,
    sign_return,
    submit_return,
)
from hatang.indicators.services.choosing import require
from hatang.indicators.services.contributions import contributions_by, contributions_of
from hatang.indicators.services.return_forms import open_draft
from hatang.places.models import Place
from hatang.work.models import Clock, Notice
from hatang.work.services import start_clock
from tests.conftest import World, make_person
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import a_check, an_item, make_cell, make_form, make_period, make_return

State = Return.State
INDICATOR = FormItem.Kind.INDICATOR


@dataclass
class Round:
    """A period of communes with two returns, each with everybody on its way up."""

    period: Period
    indicator: Indicator
    mine: Return
    other: Return
    officer: dict[object, Person]
    leader: dict[object, Person]
    checker: Person
    head: Person


def fill(row: Return, numerator: float = 80, denominator: float = 100) -> ReturnCell:
    """Answer the one question of a return."""
    row.cells.all().delete()
    ratio = {"numerator": numerator, "denominator": denominator}
    return make_cell(row, "dien-thoai", 100 * numerator / denominator, **ratio)


@pytest.fixture
def round_(world: World, people: dict[str, Person]) -> Round:
    """Make a yearly form of one indicator, its open period, and both communes' returns, filled."""
    indicator = make_indicator("dien-thoai-thong-minh")
    item = an_item("dien-thoai", INDICATOR, indicator=indicator)
    period = make_period(make_form(world.province, [item]))
    mine, other = make_return(period, world.commune), make_return(period, world.neighbour)
    there = {"province": world.province, "place": world.neighbour}
    officers = {mine.pk: people["commune_officer"], other.pk: make_person("can_bo_2", Role.COMMUNE_OFFICER, **there)}
    leaders = {mine.pk: people["commune_leader"], other.pk: make_person("lanh_dao_2", Role.COMMUNE_LEADER, **there)}
    for row in (mine, other):
        fill(row)
    checker, head = people["department_officer"], people["department_head"]
    return Round(period, indicator, mine, other, officers, leaders, checker, head)


def up(case: Round, row: Return, to: str = State.APPROVED) -> Return:
    """Take a return up the line as far as a state."""
    steps: list[tuple[str, Callable[[], Return]]] = [
        (State.SUBMITTED, lambda: submit_return(actor=case.officer[row.pk], return_=row)),
        (State.SIGNED, lambda: sign_return(actor=case.leader[row.pk], return_=row)),
        (State.CHECKED, lambda: check_return(actor=case.checker, return_=row)),
        (State.APPROVED, lambda: approve_return(actor=case.head, return_=row)),
    ]
    for state, step in steps:
        done = step()
        if state == to:
            return done
    raise AssertionError(to)


def figure(place: Place) -> Value | None:
    return Value.objects.known().filter(place=place).first()


# --- up the line


def test_a_commune_return_goes_up_through_four_people_and_becomes_a_figure(round_: Round, world: World) -> None:
    row = up(round_, round_.mine)
    row.refresh_from_db()
    value = figure(world.commune)
    assert value is not None
    assert (value.value, value.state, value.period) == (80, Value.State.APPROVED, round_.period)
    assert value.approved_by == round_.head
    assert [(s.after, s.by) for s in row.steps.all()] == [
        (State.SUBMITTED, round_.officer[row.pk]),
        (State.SIGNED, round_.leader[row.pk]),
        (State.CHECKED, round_.checker),
        (State.APPROVED, round_.head),
    ]
    assert row.approved_by == round_.head
    assert not row.editable


def test_each_step_is_the_next_ones_alone(round_: Round, people: dict[str, Person]) -> None:
    """Neither a rival commune, nor an officer of another province, nor the department does a commune's own steps."""
    row = round_.mine
    for stranger in (round_.officer[round_.other.pk], round_.checker, round_.head, people["stranger"]):
        with pytest.raises(PermissionDenied):
            submit_return(actor=stranger, return_=row)
    up(round_, row, State.SUBMITTED)
    for stranger in (round_.officer[row.pk], round_.leader[round_.other.pk], round_.head):
        with pytest.raises(PermissionDenied):
            sign_return(actor=stranger, return_=row)
    with pytest.raises(ValidationError, match="chờ lãnh đạo xã ký"):
        check_return(actor=round_.checker, return_=row)
    up_again = sign_return(actor=round_.leader[row.pk], return_=row)
    with pytest.raises(PermissionDenied):
        check_return(actor=people["stranger"], return_=up_again)
    check_return(actor=round_.checker, return_=row)
    with pytest.raises(PermissionDenied):
        approve_return(actor=round_.checker, return_=row)


def test_what_blocks_must_be_mended_and_the_rest_explained(world: World, people: dict[str, Person]) -> None:
    """A missing answer blocks; a jump needs a reason, and the reason stays when the checks run again."""
    version = make_form(world.province, [an_item("tram")], [a_check("jump", percent=20)])
    before = make_return(make_period(version, year=2024), world.commune, state=State.APPROVED)
    make_cell(before, "tram", 100)
    row, officer = make_return(make_period(version), world.commune), people["commune_officer"]
    with pytest.raises(ValidationError, match="chưa trả lời"):
        submit_return(actor=officer, return_=row)
    make_cell(row, "tram", 300)
    with pytest.raises(ValidationError, match="Cần giải thích"):
        submit_return(actor=officer, return_=row)
    finding = row.findings.get(standing=True)
    with pytest.raises(PermissionDenied):
        answer_finding(actor=people["rival"], finding=finding, reason="không phải của tôi")
    answer_finding(actor=officer, finding=finding, reason="Xã nhận thêm địa bàn từ 1/7.")
    submit_return(actor=officer, return_=row)
    sign_return(actor=people["commune_leader"], return_=row)
    finding.refresh_from_db()
    with pytest.raises(ValidationError, match="trả lại phiếu"):
        answer_finding(actor=people["department_officer"], finding=finding, reason="Sở thấy khác")
    check_return(actor=people["department_officer"], return_=row)
    kept = row.findings.get(standing=True)
    assert (kept.reason, kept.answered_by) == ("Xã nhận thêm địa bàn từ 1/7.", officer)


def test_a_return_comes_back_with_notes_and_a_term(round_: Round) -> None:
    row, place = round_.mine, round_.mine.place
    row.clock = start_clock(
        rule="indicators.return", limit=5, unit=Clock.Unit.DAYS, started_at=timezone.now(), province=row.province
    )
    row.save()
    up(round_, row, State.SIGNED)
    row.clock.refresh_from_db()
    assert row.clock.stopped_at is not None
    with pytest.raises(ValidationError, match="ít nhất một điều"):
        send_back(actor=round_.checker, return_=row, notes=[Note(" ")])
    back = send_back(actor=round_.checker, return_=row, notes=[Note("Mẫu số là người lớn", "dien-thoai", place.pk)])
    assert (back.state, back.editable, back.submitted_at) == (State.RETURNED, True, None)
    assert back.clock is not None
    assert (back.clock.stopped_at, back.clock.pk == row.clock.pk) == (None, False)
    note = back.notes.get()
    assert (note.item.code if note.item else "", note.place, note.settled_at) == ("dien-thoai", place, None)
    assert Notice.objects.filter(to=round_.officer[row.pk], body="Mẫu số là người lớn").exists()
    up(round_, row, State.SUBMITTED)
    assert row.notes.get().settled_at is not None


def test_a_closed_period_takes_no_new_return_but_mended_ones(round_: Round) -> None:
    up(round_, round_.mine, State.SIGNED)
    Period.objects.update(state=Period.State.CLOSED)
    send_back(actor=round_.checker, return_=round_.mine, notes=[Note("xem lại")])
    up(round_, round_.mine)
    with pytest.raises(ValidationError, match="kỳ đã đóng"):
        up(round_, round_.other, State.SUBMITTED)


def test_nobody_approves_what_they_sent(world: World, people: dict[str, Person]) -> None:
    """The head may fill the department's own return; then somebody else has to approve it."""
    row = make_return(make_period(make_form(world.province, filer="department")), world.province)
    make_cell(row, "so-ho", 5)
    head = people["department_head"]
    submit_return(actor=head, return_=row)
    check_return(actor=people["department_officer"], return_=row)
    with pytest.raises(ValidationError, match="không tự duyệt"):
        approve_return(actor=head, return_=row)


# --- many at once


def test_many_are_checked_and_approved_at_once_and_each_that_cannot_says_why(round_: Round) -> None:
    up(round_, round_.mine, State.SIGNED)
    up(round_, round_.other, State.SUBMITTED)
    checked = check_returns(actor=round_.checker, returns=[round_.mine, round_.other])
    assert [row.pk for row in checked.done] == [round_.mine.pk]
    assert checked.refused == [(round_.other, "phiếu đang ở bước “đã gửi, chờ lãnh đạo xã ký”")]
    approved = approve_returns(actor=round_.head, returns=[round_.mine, round_.other])
    assert [row.pk for row in approved.done] == [round_.mine.pk]
    with pytest.raises(PermissionDenied):
        approve_returns(actor=round_.checker, returns=[round_.mine])


# --- what comes of it


def test_the_provinces_figure_waits_for_every_commune(round_: Round, world: World) -> None:
    up(round_, round_.mine)
    above = figure(world.province)
    assert above is not None
    assert above.state == Value.State.DRAFT
    for verb, actor in ((approve_values, round_.head), (publish_values, None)):
        with pytest.raises(ValidationError, match="chờ 1 phiếu \\(Phường Kỳ Lừa\\)"):
            verb(actor=actor, values=Value.objects.filter(pk=above.pk))
    fill(round_.other, 40)
    up(round_, round_.other)
    above = figure(world.province)
    assert above is not None
    assert (above.value, above.state) == (60, Value.State.APPROVED)


def test_publishing_one_commune_leaves_the_province_waiting(round_: Round, world: World) -> None:
    up(round_, round_.mine)
    publish_values(actor=None, values=Value.objects.filter(place=world.commune))
    assert not Value.objects.published().filter(place=world.province).exists()


def test_a_missing_commune_is_left_out_for_a_reason_until_it_moves(round_: Round, world: World) -> None:
    up(round_, round_.mine)
    with pytest.raises(ValidationError, match="lý do"):
        leave_out(actor=round_.head, return_=round_.other, reason=" ")
    with pytest.raises(PermissionDenied):
        leave_out(actor=round_.checker, return_=round_.other, reason="lũ cuốn trụ sở")
    leave_out(actor=round_.head, return_=round_.other, reason="Lũ cuốn trụ sở, không còn sổ")
    above = figure(world.province)
    assert above is not None
    assert (above.state, above.missing_children) == (Value.State.APPROVED, 1)
    up(round_, round_.other, State.SUBMITTED)
    with pytest.raises(ValidationError, match="chờ 1 phiếu"):
        publish_values(actor=None, values=Value.objects.filter(pk=above.pk))


def test_reopening_needs_a_reason_unsettles_the_figures_and_keeps_what_was_published(
    round_: Round, world: World
) -> None:
    for row in (round_.mine, round_.other):
        up(round_, row)
    with pytest.raises(ValidationError, match="lý do"):
        reopen_return(actor=round_.head, return_=round_.mine, reason="")
    reopen_return(actor=round_.head, return_=round_.mine, reason="Ghi nhầm mẫu số")
    drafts = Value.objects.known().filter(state=Value.State.DRAFT)
    assert {value.place for value in drafts} == {world.commune, world.province}
    fill(round_.mine, 60)
    up(round_, round_.mine)
    value, above = figure(world.commune), figure(world.province)
    assert value is not None
    assert above is not None
    assert (value.value, value.state, value.reason) == (60, Value.State.APPROVED, "Ghi nhầm mẫu số")
    assert (above.value, above.state) == (70, Value.State.APPROVED)
    publish_values(actor=None, values=Value.objects.all())
    reopen_return(actor=round_.head, return_=round_.mine, reason="Xã xin xem lại")
    assert Value.objects.known().published().count() == 3
    assert [s.words for s in round_.mine.steps.filter(before=State.APPROVED)] == ["Ghi nhầm mẫu số", "Xã xin xem lại"]


def test_approving_one_return_leaves_the_draft_of_an_opened_one(round_: Round, world: World) -> None:
    """The property below found it: whatever was a draft in the period was approved along."""
    up(round_, round_.mine)
    reopen_return(actor=round_.head, return_=round_.mine, reason="xem lại")
    up(round_, round_.other)
    value = figure(world.commune)
    assert value is not None
    assert value.state == Value.State.DRAFT


def test_an_older_quarter_approved_late_does_not_cover_a_newer_one(world: World, people: dict[str, Person]) -> None:
    indicator = make_indicator("tram", unit_code="count", rollup=Indicator.Rollup.SUM)
    version = make_form(world.province, [an_item("tram", INDICATOR, indicator=indicator)], rhythm="quarterly")
    first = make_period(version, part="Q1", last_on=date(2025, 3, 31))
    second = make_period(version, part="Q2", last_on=date(2025, 6, 30))
    for period, count in ((second, 9), (first, 4)):
        row = make_return(period, world.commune)
        make_cell(row, "tram", count)
        submit_return(actor=people["commune_officer"], return_=row)
        sign_return(actor=people["commune_leader"], return_=row)
        check_return(actor=people["department_officer"], return_=row)
        approve_return(actor=people["department_head"], return_=row)
    value = figure(world.commune)
    assert value is not None
    assert (value.value, value.period) == (9, second)


# --- operators


@pytest.fixture
def operators(world: World, people: dict[str, Person]) -> dict[str, Return]:
    """Make the operators' returns by commune, each with subscribers at both communes, up to the department."""
    Place.objects.filter(pk=world.commune.pk).update(population=1000)
    Place.objects.filter(pk=world.neighbour.pk).update(population=500)
    indicator = make_indicator("thue-bao", unit_code="per_100_people")
    item = an_item("thue-bao", INDICATOR, indicator=indicator, denominator_from="population")
    period = make_period(make_form(world.province, [item], filer="operator", by_commune=True))
    made = {}
    for name, organisation, counts in (("operator", world.operator, (300, 50)), ("rival", world.rival, (200, 70))):
        row = made[name] = make_return(period, world.province, organisation)
        for place, count, population in zip((world.commune, world.neighbour), counts, (1000, 500), strict=True):
            figures = {"numerator": count, "denominator": population, "value": count * 100 / population}
            make_cell(row, "thue-bao", place=place, **figures)
        submit_return(actor=people[name], return_=row)
        check_return(actor=people["department_officer"], return_=row)
    return made


def test_operators_figures_are_added_up_only_when_all_are_approved(
    operators: dict[str, Return], world: World, people: dict[str, Person]
) -> None:
    """One operator's part by itself would tell what it said; contributions are kept for the rule of secrecy."""
    head = people["department_head"]
    approve_return(actor=head, return_=operators["operator"])
    assert not Value.objects.exists()
    approve_return(actor=head, return_=operators["rival"])
    here, above = figure(world.commune), figure(world.province)
    assert here is not None
    assert above is not None
    assert (here.numerator, here.denominator, here.value) == (500, 1000, 50)
    assert (above.numerator, above.state) == (620, Value.State.APPROVED)
    assert contributions_of(here) == [(world.operator.pk, 300), (world.rival.pk, 200)]
    assert contributions_by([above]) == {above.pk: [(world.operator.pk, 350), (world.rival.pk, 270)]}


def test_reopening_one_operators_return_unsettles_the_sum(
    operators: dict[str, Return], world: World, people: dict[str, Person]
) -> None:
    head = people["department_head"]
    approve_returns(actor=head, returns=operators.values())
    reopen_return(actor=head, return_=operators["rival"], reason="Đếm cả thuê bao đã khoá")
    with pytest.raises(ValidationError, match="chưa duyệt xong"):
        publish_values(actor=None, values=Value.objects.filter(place=world.commune))


def test_what_cannot_be_added_up_over_operators_is_told_to_the_department_with_each_answer(
    world: World, people: dict[str, Person], client: Client
) -> None:
    """A median of medians is none: no figure is invented, and none is silently missing."""
    speed = make_indicator("toc-do", unit_code="mbps", rollup=Indicator.Rollup.NONE, lowest_level="province")
    items = [an_item("toc-do", INDICATOR, indicator=speed, label="Tốc độ trung vị")]
    period = make_period(make_form(world.province, items, filer="operator"))
    ours, theirs = (make_return(period, world.province, who) for who in (world.operator, world.rival))
    for name, row, mbps in (("operator", ours, 61.5), ("rival", theirs, 48)):
        make_cell(row, "toc-do", mbps)
        submit_return(actor=people[name], return_=row)
        check_return(actor=people["department_officer"], return_=row)
        approve_return(actor=people["department_head"], return_=row)
    assert not Value.objects.exists()
    client.force_login(people["department_head"])
    page = client.get(reverse("indicators:return_desk", args=[world.province.code])).content.decode()
    assert "1 chỉ tiêu không cộng được" in page
    assert "61,5" in page
    assert "48" in page
    draft = open_draft(actor=None, form=period.form)
    page = client.get(reverse("indicators:form_publish", args=[draft.pk])).content.decode()
    assert "Tốc độ trung vị" in page
    assert "không sinh ra số liệu cấp tỉnh" in page


def test_one_operator_alone_tells_the_provinces_figure(world: World, people: dict[str, Person], client: Client) -> None:
    speed = make_indicator("toc-do", unit_code="mbps", rollup=Indicator.Rollup.NONE, lowest_level="province")
    period = make_period(make_form(world.province, [an_item("toc-do", INDICATOR, indicator=speed)], filer="operator"))
    row = make_return(period, world.province, world.operator)
    make_cell(row, "toc-do", 61.5)
    submit_return(actor=people["operator"], return_=row)
    check_return(actor=people["department_officer"], return_=row)
    approve_return(actor=people["department_head"], return_=row)
    assert Value.objects.get().value == 61.5
    client.force_login(people["department_head"])
    page = client.get(reverse("indicators:return_desk", args=[world.province.code])).content.decode()
    assert "không cộng được" not in page


# --- whatever people do


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


ACTS = ("submit", "sign", "check", "approve", "send_back", "reopen", "leave_out", "publish", "approve_values", "mend")
ONWARD = {State.SUBMITTED: "sign", State.SIGNED: "check", State.CHECKED: "approve", State.APPROVED: "publish"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_order_of_acts_leaves_something_unchecked_approved_or_published_above_the_unapproved(
    round_: Round, world: World, people: dict[str, Person], data: st.DataObject
) -> None:
    """Whoever does what in whatever order: approved means checked; a sum goes out only above what is settled."""
    rows = (round_.mine, round_.other)
    everybody = [*round_.officer.values(), *round_.leader.values(), round_.checker, round_.head, people["auditor"]]
    anything = st.tuples(st.sampled_from(everybody), st.sampled_from(rows), st.sampled_from(ACTS))
    heads = st.tuples(st.just(round_.head), st.sampled_from(rows), st.sampled_from(ACTS[3:]))
    onward = st.tuples(st.none(), st.sampled_from(rows), st.just(""))
    with undone():
        out: set[int] = set()
        for person, row, act in data.draw(
            st.lists(onward | onward | onward | heads | anything, min_size=8, max_size=24)
        ):
            with suppress(ValidationError, PermissionDenied):
                if person is None:
                    act, person = the_next(round_, row)
                do(act, person, row, data)
            out = keep_watch(world, out)


def the_next(case: Round, row: Return) -> tuple[str, Person]:
    """Give the step that takes a return onward, and who takes it."""
    row.refresh_from_db()
    act = ONWARD.get(State(row.state), "submit")
    whose = {"submit": case.officer[row.pk], "sign": case.leader[row.pk], "check": case.checker}
    return act, whose.get(act, case.head)


def do(act: str, person: Person, row: Return, data: st.DataObject) -> None:
    """Do one act as that person, in a transaction of its own."""
    values = Value.objects.filter(place__in=data.draw(st.sampled_from([[row.place_id], [row.province_id]])))
    with transaction.atomic():
        match act:
            case "submit" | "sign" | "check" | "approve":
                verb = {"submit": submit_return, "sign": sign_return, "check": check_return, "approve": approve_return}
                verb[act](actor=person, return_=row)
            case "send_back":
                send_back(actor=person, return_=row, notes=[Note("xem lại")])
            case "reopen":
                reopen_return(actor=person, return_=row, reason="xem lại")
            case "leave_out":
                leave_out(actor=person, return_=row, reason="không nộp")
            case "publish":
                require(person, PUBLISH, row.province)
                publish_values(actor=None, values=values)
            case "approve_values":
                approve_values(actor=person, values=values)
            case "mend":
                row.refresh_from_db()
                if row.editable:
                    fill(row, data.draw(st.integers(0, 100)))


def keep_watch(world: World, out: set[int]) -> set[int]:
    """Ask that what must hold holds; give the province's figures that are out by now."""
    for row in Return.objects.filter(state=State.APPROVED):
        last = [step.after for step in row.steps.all() if step.before != step.after][-2:]
        assert last == [State.CHECKED, State.APPROVED]
    settled = all(
        r.state == State.APPROVED or (r.editable and (s := r.steps.last()) is not None and s.before == s.after)
        for r in Return.objects.all()
    )
    now = set(Value.objects.published().filter(place=world.province).values_list("pk", flat=True))
    assert now <= out or settled
    loose = Value.objects.known().exclude(state=Value.State.DRAFT).filter(place__kind="commune", known_to=None)
    for value in loose.exclude(state=Value.State.PUBLISHED):
        assert Return.objects.filter(place=value.place, state=State.APPROVED).exists()
    return now | out
