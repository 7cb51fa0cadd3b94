"""The states of a sharing request: random walks against a plain statement of who may do what, and the clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.network.models import DuplicateCase, Mast, RequestState, SharingRequest, Tenancy
from hatang.network.request_acts import ACTS, AUTHORITY, BY_SLUG, EXTENSION, REPLY, STATES, SURVEY
from hatang.network.services import (
    Words,
    acts_from,
    mark_overdue,
    merge_duplicates,
    parties_of,
    requests,
    take_step,
    undo_decision,
)
from hatang.work.models import Clock, Notice
from hatang.work.services import send_reminders
from tests.conftest import World, make_person
from tests.instants import at
from tests.network.sharing import adopt, ask, do, offered_mast

OWNERS = {"hop-le", "tra-lai", "khao-sat", "gia-han", "dong-y", "nang-cap", "tu-choi", "trinh-so", "ky", "ky-ngay"}
MAY = {
    "operator": OWNERS | {"nho-so"},
    "rival": {"bo-sung", "nhan-nang-cap", "trinh-so", "thuong-luong", "hiep-thuong", "rut"},
    "department_officer": {"hop-le", "chap-thuan", "huong-dan", "ky", "ky-ngay"}
    | {"thong-nhat", "khong-dung-chung", "chuyen-cap-tren"},
    "stranger": set(),
    "third": set(),
    "auditor": set(),
    "commune_leader": set(),
}
LIKELY = [*sorted(MAY), *(("operator", "rival", "department_officer") * 3)]
RUNS = {"valid", "survey", "extended", "overdue", "authority_review"}
SAID: dict[str, Any] = {"text": "Lý do", "ground": "load", "days": 5}


def words_for(slug: str) -> Words:
    """Give what the step asks, and a contract where it asks for one."""
    asks = BY_SLUG[slug].asks
    said = {name: SAID[name] for name in ("ground", "days") if name in asks}
    terms = (
        Tenancy(since_on=date(2027, 3, 1), amount=1, price_vnd=3_000_000, contract="12/HĐ") if "terms" in asks else None
    )
    return Words(text="Lý do", tenancy=terms, **said)


@pytest.fixture
def cast(world: World, people: dict[str, Person]) -> dict[str, Person]:
    """Give the people of the walk, with an operator that is no party."""
    other = Organisation.objects.create(kind="operator", name="Doanh nghiệp C", short_name="C")
    return people | {"third": make_person("dn_c", Role.OPERATOR, province=world.province, organisation=other)}


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), ruled=st.booleans(), spare=st.integers(0, 2))
def test_no_walk_breaks_the_table(
    world: World, cast: dict[str, Person], data: st.DataObject, ruled: bool, spare: int
) -> None:
    """Whoever tries whatever whenever: only who may moves it; clocks run where they must, contracts fit."""
    with transaction.atomic():
        walk(world, cast, data, ruled, spare)
        transaction.set_rollback(True)


def walk(world: World, cast: dict[str, Person], data: st.DataObject, ruled: bool, spare: int) -> None:
    if ruled:
        adopt(world.province)
    mast = offered_mast(world.operator, world.commune, spare=spare)
    now = at("04/01/2027 09:00")
    request = ask(cast["rival"], mast, now=now)
    for _ in range(data.draw(st.integers(6, 16))):
        now += timedelta(days=data.draw(st.integers(0, 6)), hours=1)
        if data.draw(st.booleans()):
            mark_overdue(now=now)
        request = SharingRequest.objects.with_things().get(pk=request.pk)
        who = data.draw(st.sampled_from(LIKELY))
        open_ = [a.slug for a in acts_from(request, parties_of(cast[who], request), at=now)]
        assert set(open_) <= MAY[who]
        slug = data.draw(st.sampled_from(open_ if open_ and data.draw(st.integers(0, 2)) else sorted(BY_SLUG)))
        attempt(cast[who], who, request, slug, now)
        check(request, mast, ruled, spare)


def attempt(person: Person, who: str, request: SharingRequest, slug: str, now: datetime) -> None:
    """Try a step; it succeeds only for who may, from where the table says, and then leads where it says."""
    before, count = request.state, request.steps.count()
    try:
        take_step(actor=person, request=request, act=BY_SLUG[slug], words=words_for(slug), at=now)
    except PermissionDenied:
        assert slug not in MAY[who]
    except ValidationError:
        assert slug in MAY[who]
    else:
        assert slug in MAY[who]
        assert before in BY_SLUG[slug].sources | {RequestState.VALID, RequestState.SURVEY, RequestState.EXTENDED}
        assert request.steps.count() > count
        assert request.steps.last().state == BY_SLUG[slug].target


def check(request: SharingRequest, mast: Mast, ruled: bool, spare: int) -> None:
    """Ask what must hold after every step."""
    row = SharingRequest.objects.select_related("clock").get(pk=request.pk)
    mast.refresh_from_db()
    open_clocks = Clock.objects.open().count()
    assert open_clocks == int(ruled and row.state in RUNS)
    assert (row.running_clock is not None) == bool(open_clocks)
    contracts = Tenancy.objects.count()
    assert contracts == int(row.state == RequestState.CONTRACTED)
    assert (row.tenancy is not None) == bool(contracts)
    assert mast.spare == spare - contracts
    assert mast.spare >= 0
    states = [s.state for s in row.steps.all()]
    assert states[-1] == row.state
    assert [s.origin for s in row.steps.all()][1:] == states[:-1], "each step begins where the last one ended"


def test_the_table_is_whole() -> None:
    """Every state has its row and a way out, save the ends; every act can be done by somebody of the walk."""
    assert set(STATES) == set(RequestState)
    left = {source for act in ACTS for source in act.sources}
    assert set(RequestState) - left == {RequestState.CONTRACTED, RequestState.WITHDRAWN}
    assert set(BY_SLUG) == set().union(*MAY.values())
    assert len(BY_SLUG) == len(ACTS)


def test_the_term_counts_from_receipt_and_passes_over_tet(world: World, people: dict[str, Person]) -> None:
    """A request found valid days later was received all the same when it came; the calendar is that of work."""
    adopt(world.province)
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("28/01/2027 10:00"))
    assert row.clock is None
    row = do(people["operator"], row, "hop-le", now=at("01/02/2027 15:00"))
    assert row.running_clock.due_on == date(2027, 2, 15), "7 working days from 28 January, 4 to 10 February off"
    row = do(people["operator"], row, "khao-sat", now=at("02/02/2027 15:00"))
    assert row.running_clock.due_on == date(2027, 2, 15), "15 days would end on 12 February, so the reply's term stays"
    row = do(people["operator"], row, "gia-han", now=at("15/02/2027 15:00"), days=15)
    assert row.running_clock.due_on == date(2027, 3, 8)
    row = do(people["operator"], row, "dong-y", now=at("08/03/2027 23:00"))
    assert (row.running_clock, row.clock.late) == (None, False)


def test_a_survey_leaves_fifteen_days(world: World, people: dict[str, Person]) -> None:
    adopt(world.province)
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("01/03/2027 10:00"))
    row = do(people["operator"], row, "hop-le", now=at("01/03/2027 15:00"))
    assert row.running_clock.due_on == date(2027, 3, 10)
    row = do(people["operator"], row, "khao-sat", now=at("03/03/2027 15:00"))
    assert row.running_clock.due_on == date(2027, 3, 16)
    assert Clock.objects.count() == 2
    with pytest.raises(ValidationError, match="nhiều nhất 15"):
        do(people["operator"], row, "gia-han", now=at("03/03/2027 16:00"), days=16)


def test_without_a_rule_of_the_province_no_clock_runs(world: World, people: dict[str, Person]) -> None:
    """Nothing to extend, nothing to be late for, and a contract needs no review; one adopted later holds for later."""
    adopt(world.other_province)
    adopt(world.province, since=date(2027, 6, 1))
    operator = people["operator"]
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("01/03/2027 10:00"))
    row = do(operator, row, "hop-le", now=at("01/03/2027 15:00"))
    assert row.clock is None
    assert mark_overdue(now=at("01/05/2027 10:00")) == 0
    with pytest.raises(ValidationError, match="hợp lệ, chờ trả lời"):
        do(operator, row, "gia-han", now=at("02/03/2027 15:00"), days=5)
    row = do(operator, row, "dong-y", now=at("01/05/2027 15:00"))
    with pytest.raises(ValidationError):
        do(operator, row, "trinh-so", now=at("01/05/2027 16:00"))
    terms = Tenancy(since_on=date(2027, 3, 1), amount=2, price_vnd=1, contract="1")
    assert do(operator, row, "ky-ngay", now=at("01/05/2027 17:00"), tenancy=terms).state == "contracted"
    assert Mast.objects.get().spare == 0


def test_only_some_rules_adopted_start_only_their_clocks(world: World, people: dict[str, Person]) -> None:
    adopt(world.province, REPLY)
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("01/03/2027 10:00"))
    row = do(people["operator"], row, "hop-le", now=at("01/03/2027 15:00"))
    row = do(people["operator"], row, "khao-sat", now=at("01/03/2027 16:00"))
    assert row.running_clock.rule == REPLY, "no rule on surveys: the reply's term goes on"
    slugs = {a.slug for a in acts_from(row, parties_of(people["operator"], row), at=at("01/03/2027 16:00"))}
    assert "gia-han" not in slugs
    assert {SURVEY, EXTENSION, AUTHORITY}.isdisjoint(Clock.objects.values_list("rule", flat=True))


def told(username: str) -> list[str]:
    """Give what somebody was told, oldest first."""
    return [n.subject for n in Notice.objects.filter(to__username=username).order_by("pk")]


def test_reminders_escalation_and_overdue(world: World, people: dict[str, Person], cast: dict[str, Person]) -> None:
    """The owner is reminded, at the end the request is overdue by itself, and after three days the department hears."""
    adopt(world.province)
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("01/03/2027 10:00"))
    row = do(people["operator"], row, "hop-le", now=at("01/03/2027 15:00"))
    Notice.objects.all().delete()
    for day in (8, 9, 10, 11, 12, 15):
        now = at(f"{day:02}/03/2027 09:00")
        mark_overdue(now=now)
        send_reminders(now=now)
    assert told("dn_a") == [
        "Còn 2 ngày làm việc: trả lời đề nghị dùng chung của Doanh nghiệp B, MAT-01",
        "Hết hạn hôm nay: trả lời đề nghị dùng chung của Doanh nghiệp B, MAT-01",
        "Đề nghị dùng chung quá hạn trả lời: MAT-01, Doanh nghiệp B",
        "Quá hạn 1 ngày làm việc: trả lời đề nghị dùng chung của Doanh nghiệp B, MAT-01",
        "Quá hạn 2 ngày làm việc: trả lời đề nghị dùng chung của Doanh nghiệp B, MAT-01",
        "Quá hạn 3 ngày làm việc: trả lời đề nghị dùng chung của Doanh nghiệp B, MAT-01",
    ]
    assert told("can_bo_so") == [told("dn_a")[2], told("dn_a")[5]]
    assert told("dn_b") == [f"Đề nghị dùng chung quá hạn trả lời: cột ăng ten số {row.mast_id}, Doanh nghiệp B"]
    assert all(told(other) == [] for other in ("dn_c", "so_tinh_khac", "thanh_tra", "phan_tich", "can_bo_xa"))
    row.refresh_from_db()
    assert (row.state, row.steps.last().at) == ("overdue", at("11/03/2027 00:00"))
    row = do(people["operator"], row, "tu-choi", now=at("16/03/2027 09:00"), ground="load")
    assert row.clock.late
    assert told("dn_b")[-1].startswith("Đề nghị dùng chung bị từ chối: cột ăng ten số")


def test_the_department_acts_for_an_owner_without_accounts(world: World, people: dict[str, Person]) -> None:
    """A power company's pole lines are shared too, yet only telecom operators sign in."""
    power = Organisation.objects.create(kind="enterprise", name="Công ty Điện lực")
    row = ask(people["rival"], offered_mast(power, world.commune), now=at("01/03/2027 10:00"))
    row = do(people["department_officer"], row, "hop-le", now=at("01/03/2027 15:00"))
    row = do(people["department_officer"], row, "dong-y", now=at("02/03/2027 15:00"))
    step = row.steps.last()
    assert (step.party, step.on_behalf, step.by) == ("owner", True, people["department_officer"])


def test_a_request_follows_a_mast_that_is_merged_and_comes_back(world: World, people: dict[str, Person]) -> None:
    """Two operators listed one mast: what was asked of the one that leaves is asked of the one that stays."""
    kept = offered_mast(world.rival, world.commune, code="GIU")
    third = Organisation.objects.create(kind="operator", name="Doanh nghiệp C", short_name="C")
    asker = make_person("dn_c", Role.OPERATOR, province=world.province, organisation=third)
    row = ask(asker, offered_mast(world.operator, world.commune), now=at("01/03/2027 10:00"))
    facts = {"province": world.province, "kept": kept, "other": row.mast, "distance_m": 2.0}
    pair = DuplicateCase.objects.create(other_owner=world.operator, other_code="MAT-01", **facts)
    merge_duplicates(actor=people["department_officer"], case=pair)
    row = do(people["operator"], row, "hop-le", now=at("01/03/2027 15:00"))
    assert row.mast == kept
    undo_decision(actor=people["department_officer"], case=pair)
    row.refresh_from_db()
    assert (row.mast.code, row.state) == ("MAT-01", "valid")


def test_what_a_step_asks_is_asked_by_the_service_too(world: World, people: dict[str, Person]) -> None:
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("01/03/2027 10:00"))
    with pytest.raises(ValidationError, match="chưa kết thúc"):
        ask(people["rival"], row.mast, now=at("01/03/2027 10:01"))
    row = do(people["operator"], row, "hop-le", now=at("01/03/2027 15:00"))
    with pytest.raises(ValidationError, match="lý do cụ thể"):
        do(people["operator"], row, "tu-choi", now=at("01/03/2027 15:00"), text=" ", ground="load")
    with pytest.raises(ValidationError, match="Chưa đủ"):
        do(people["operator"], row, "tu-choi", now=at("01/03/2027 15:00"))
    row = do(people["operator"], row, "dong-y", now=at("01/03/2027 16:00"))
    with pytest.raises(ValidationError, match="Chỉ còn trống 2"):
        terms = Tenancy(since_on=date(2027, 3, 1), amount=3, price_vnd=1, contract="1")
        do(people["operator"], row, "ky-ngay", now=at("01/03/2027 17:00"), tenancy=terms)
    assert (Tenancy.objects.count(), Mast.objects.get().spare) == (0, 2)


def test_a_person_sends_and_withdraws_only_so_many_an_hour(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told to the owner and the department; another person's count is their own."""
    monkeypatch.setattr(requests, "MOST_AN_HOUR", 3)
    now, mast = at("01/03/2027 10:00"), offered_mast(world.department, world.commune)
    row = ask(people["rival"], mast, now=now)
    do(people["rival"], row, "rut", now=now + timedelta(hours=1))
    row = ask(people["rival"], mast, now=now + timedelta(hours=2))
    with pytest.raises(ValidationError, match="Trong một giờ bạn đã gửi hoặc rút 3 đề nghị"):
        do(people["rival"], row, "rut", now=now + timedelta(hours=3))
    assert ask(people["operator"], mast, now=now).state == "sent"


def test_the_handbook_tells_every_act_and_state() -> None:
    page = (django_settings.ROOT / "docs" / "de-nghi-dung-chung.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("|")]
    for act in ACTS:
        assert any(line.startswith(f"| {act.button} |") and line.endswith(f" {act.target.label} |") for line in lines)
    for state, row in STATES.items():
        whose = row.turn.label if row.turn else "–"
        assert any(line.startswith(f"| {state.label} | {whose} |") for line in lines), state
