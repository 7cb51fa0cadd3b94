"""Periods open by themselves with a clock for each return; who files is told, who is late is a list."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.indicators.models import FormItem, FormVersion, Indicator, Period, Return, ReturnCell, ReturnForm
from hatang.indicators.services.approval import Note, send_back
from hatang.indicators.services.periods import (
    close_done_periods,
    close_period,
    extend_due,
    last_day_of,
    late_returns,
    next_span,
    open_due_periods,
    plan_period,
    reopen_period,
    spans_of,
)
from hatang.indicators.services.periods.rounds import returns_round
from hatang.indicators.services.periods.spans import spans_to_open
from hatang.network.models import Station
from hatang.work.models import Notice
from hatang.work.services import make_round
from tests.access_needs import operators_station
from tests.answers import bare
from tests.conftest import World
from tests.indicators.cycle import an_item, make_form, make_period, make_return
from tests.instants import at, set_now
from tests.mail_server import MailServer, subject_of, words_of

DECEMBER = date(2026, 12, 20)


def form(**more: object) -> ReturnForm:
    return ReturnForm(name="Biểu", **more)


@pytest.mark.parametrize(
    ("rhythm", "offset", "parts", "last_due"),
    [
        ("yearly", -11, [""], date(2026, 12, 20)),
        ("half_yearly", 15, ["H1", "H2"], date(2027, 1, 15)),
        ("quarterly", 10, ["Q1", "Q2", "Q3", "Q4"], date(2027, 1, 10)),
        ("ad_hoc", 15, [], None),
    ],
)
def test_a_form_says_when_its_periods_are_due(rhythm: str, offset: int, parts: list[str], last_due: date) -> None:
    """The operators' yearly plan is due before 20 December of its own year: -11 days after the last day."""
    spans = spans_of(form(rhythm=rhythm, due_offset_days=offset), 2026)
    assert [span.part for span in spans] == parts
    assert [span.due_on for span in spans[-1:]] == [last_due] * bool(parts)


@given(
    st.sampled_from(["yearly", "half_yearly", "quarterly"]),
    st.integers(-180, 180),
    st.integers(1, 180),
    st.integers(0, 365),
)
def test_parts_of_a_year_meet_and_at_some_day_each_is_open(rhythm: str, offset: int, opens: int, days: int) -> None:
    asked = form(rhythm=rhythm, due_offset_days=offset, open_days=opens)
    spans = spans_of(asked, 2026)
    assert spans[0].first_on == date(2026, 1, 1)
    assert spans[-1].last_on == date(2026, 12, 31)
    assert all(a.last_on + timedelta(days=1) == b.first_on for a, b in pairwise(spans))
    day = date(2026, 1, 1) + timedelta(days=days)
    opened = spans_to_open(asked, date(2026, 12, 31), day)
    assert all(span.opens_on <= day <= span.due_on for span in opened), "nothing already over is asked for"


@pytest.fixture
def station(world: World, people: dict[str, Person]) -> Station:
    """Give the first operator a 5G station in the commune."""
    return Station.objects.get(**operators_station(world, people))


def test_what_opens_next_leaves_out_what_was_opened_already() -> None:
    asked = form(rhythm="quarterly", due_offset_days=10, open_days=20)
    coming = next_span(asked, date(2026, 11, 27))
    assert coming and (coming.part, coming.opens_on) == ("Q4", date(2026, 12, 21))
    later = next_span(asked, date(2026, 11, 27), {(2026, "Q4")})
    assert later and (later.year, later.part) == (2027, "Q1")


def version_of(world: World, **more: object) -> FormVersion:
    facts: dict[str, object] = {"filer": "commune", "due_offset_days": -11, "open_days": 30}
    return make_form(world.province, **facts | more)


def test_the_worker_opens_a_period_on_its_day_and_tells_each_filer_of_its_own(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(world)
    set_now(monkeypatch, "19/11/2026 08:00")
    returns_round()
    assert not Period.objects.exists()
    set_now(monkeypatch, "20/11/2026 08:00")
    make_round()
    make_round()
    period = Period.objects.get()
    assert (period.year, period.part, period.due_on, period.state) == (2026, "", DECEMBER, "open")
    assert {row.place for row in period.returns.all()} == {world.commune, world.neighbour}
    ours = period.returns.select_related("clock").get(place=world.commune)
    assert ours.clock and ours.clock.due_on == date(2026, 12, 21), "20/12/2026 is a Sunday: Bộ luật Dân sự, Điều 148"
    told = Notice.objects.get(url=ours.get_absolute_url())
    assert told.to == people["commune_officer"]
    assert "21/12/2026" in told.body


def test_operators_with_an_account_or_a_station_file_and_none_learns_of_another(
    world: World, people: dict[str, Person], station: Station
) -> None:
    for who in ("operator", "rival"):
        people[who].grants.update(valid_to=date(2026, 1, 1))
    version_of(world, filer="operator")
    period = open_due_periods(today=DECEMBER)[0]
    assert [row.organisation for row in period.returns.all()] == [world.operator]
    Return.objects.create(period=period, province=world.province, place=world.province, organisation=world.rival)
    people["rival"].grants.update(valid_to=None)
    assert [row.organisation for row in Return.objects.visible_to(people["rival"])] == [world.rival]
    client = Client()
    client.force_login(people["rival"])
    hidden = client.get(period.returns.get(organisation=world.operator).get_absolute_url())
    absent = client.get("/so-lieu/phieu/00000000-0000-0000-0000-000000000000/")
    assert (hidden.status_code, bare(hidden)) == (absent.status_code, bare(absent))
    assert client.get(period.get_absolute_url()).status_code == 404, "not even how many have filed"


def test_what_registers_count_waits_in_the_return_to_be_confirmed(
    world: World, broadband: Indicator, station: Station
) -> None:
    counted = an_item("co-song", FormItem.Kind.INDICATOR, indicator=broadband)
    extract = an_item("tram", FormItem.Kind.EXTRACT, extract="tram-5g", unit_code="count")
    version_of(world, items=[counted, extract, an_item("so-ho")])
    open_due_periods(today=DECEMBER)
    cells = ReturnCell.objects.filter(place=world.commune).select_related("item")
    told = {cell.item.code: cell.counted for cell in cells}
    assert set(told) == {"co-song", "tram"}
    assert told["co-song"] is not None and told["co-song"]["denominator"] == 2, "two villages"
    assert told["tram"] is not None and told["tram"]["value"] == 1
    assert not cells.filter(revision__gt=0).exists()
    elsewhere = ReturnCell.objects.get(place=world.neighbour, item__code="tram")
    assert elsewhere.counted is not None and elsewhere.counted["value"] == 0, "none here, since there is one elsewhere"


def test_a_term_that_ends_on_a_day_off_is_told_by_the_day_on_which_it_really_ends(
    world: World, people: dict[str, Person], client: Client
) -> None:
    """20/12/2026 là Chủ nhật: nộp được đến hết thứ Hai 21/12 (Bộ luật Dân sự, Điều 148)."""
    period = make_period(make_form(world.province, [an_item("tram")]))
    period.due_on = DECEMBER
    period.save()
    assert last_day_of(period) == date(2026, 12, 21)
    client.force_login(people["department_officer"])
    page = client.get(period.get_absolute_url()).content.decode()
    assert "hết ngày 21/12/2026" in page
    assert "20/12/2026 là ngày nghỉ" in page


def test_filers_stand_in_the_order_of_their_names_operators_too(
    world: World, people: dict[str, Person], client: Client
) -> None:
    period = make_period(make_form(world.province, [an_item("tram")], filer="operator"))
    for organisation in sorted((world.operator, world.rival), key=lambda one: one.sort_key, reverse=True):
        make_return(period, world.province, organisation)
    client.force_login(people["department_officer"])
    rows = client.get(period.get_absolute_url()).context["page"].object_list
    named = [row.organisation.sort_key for row in rows]
    assert named == sorted(named)
    assert len(named) == 2


def test_a_commune_leader_is_told_how_many_returns_wait_to_be_signed(
    world: World, people: dict[str, Person], client: Client
) -> None:
    row = make_return(make_period(make_form(world.province, [an_item("tram")])), world.commune)
    Return.objects.filter(pk=row.pk).update(state=Return.State.SUBMITTED)
    client.force_login(people["commune_leader"])
    assert "1 phiếu chờ bạn ký" in client.get(reverse("indicators:returns")).content.decode()
    client.force_login(people["commune_officer"])
    assert "chờ bạn ký" not in client.get(reverse("indicators:returns")).content.decode()


def test_a_form_is_not_asked_for_what_was_over_before_it_was_published(world: World) -> None:
    version = version_of(world)
    FormVersion.objects.filter(pk=version.pk).update(published_at=at("01/01/2027 08:00"))
    assert open_due_periods(today=date(2027, 1, 2)) == []


def test_a_machine_that_stood_still_opens_what_it_missed(world: World) -> None:
    version_of(world)
    assert [period.year for period in open_due_periods(today=date(2027, 1, 5))] == [2026]


def test_a_period_keeps_the_version_by_which_it_was_opened(world: World) -> None:
    first = version_of(world)
    period = open_due_periods(today=DECEMBER)[0]
    FormVersion.objects.filter(pk=first.pk).update(state="retired")
    FormVersion.objects.create(form=first.form, number=2, state="published", published_at=timezone.now())
    open_due_periods(today=date(2027, 11, 25))
    assert Period.objects.get(pk=period.pk).version == first
    assert Period.objects.get(year=2027).version.number == 2


def test_reminders_go_to_the_filer_then_to_its_leader_and_the_department_hears_once_how_many(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(world)
    set_now(monkeypatch, "20/11/2026 08:00")
    make_round()
    Notice.objects.all().delete()
    set_now(monkeypatch, "17/12/2026 08:00")
    make_round()
    assert [notice.to for notice in Notice.objects.all()] == [people["commune_officer"]]
    Notice.objects.all().delete()
    set_now(monkeypatch, "24/12/2026 08:00")
    make_round()
    make_round()
    told = [notice.to for notice in Notice.objects.all()]
    assert sorted(person.username for person in told) == ["can_bo_xa", "lanh_dao_xa"]
    Notice.objects.all().delete()
    set_now(monkeypatch, "25/12/2026 08:00")
    make_round()
    make_round()
    summary = Notice.objects.filter(subject__startswith="2 phiếu quá hạn")
    assert {n.to for n in summary} == {people["department_officer"], people["department_head"]}


def test_who_is_late_is_a_list_and_a_later_day_takes_them_off(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(world)
    set_now(monkeypatch, "20/11/2026 08:00")
    period = open_due_periods(today=date(2026, 11, 20))[0]
    set_now(monkeypatch, "23/12/2026 08:00")
    everything = Return.objects.all()
    assert late_returns(everything, timezone.now()).count() == 2
    ours = period.returns.select_related("clock").get(place=world.commune)
    officer = people["department_officer"]
    with pytest.raises(ValidationError, match="lý do"):
        extend_due(actor=officer, period=period, due_on=date(2027, 1, 8), reason=" ", only=ours)
    extend_due(actor=officer, period=period, due_on=date(2027, 1, 8), reason="Lũ", only=ours)
    assert [row.place for row in late_returns(everything, timezone.now())] == [world.neighbour]
    ours = period.returns.select_related("clock").get(pk=ours.pk)
    assert ours.clock and ours.clock.due_on == date(2027, 1, 8)
    extend_due(actor=officer, period=period, due_on=date(2027, 1, 15), reason="Lũ cả tỉnh")
    assert {row.clock.due_on for row in period.returns.select_related("clock") if row.clock} == {date(2027, 1, 15)}
    assert Period.objects.get().due_on == date(2027, 1, 15)
    with pytest.raises(PermissionDenied):
        extend_due(actor=people["commune_officer"], period=period, due_on=date(2027, 2, 1), reason="Lũ")


def test_a_period_closes_when_all_is_approved_or_long_after_its_end_and_opens_again(
    world: World, people: dict[str, Person]
) -> None:
    done = make_period(make_form(world.province, code="xong"), year=2025)
    make_return(done, world.commune, state=Return.State.APPROVED)
    waiting = make_period(make_form(world.province, code="cho"), year=2025)
    make_return(waiting, world.commune)
    assert close_done_periods(today=date(2026, 1, 20)) == 1
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, waiting.state) == ("closed", "open")
    assert close_done_periods(today=date(2026, 4, 1)) == 1
    assert reopen_period(period=waiting, actor=people["department_head"]).state == "open"
    with pytest.raises(PermissionDenied):
        close_period(period=waiting, actor=people["operator"])


def test_the_department_asks_out_of_turn(world: World, people: dict[str, Person]) -> None:
    version = version_of(world, rhythm="ad_hoc")
    today = timezone.localdate()
    facts = {"form": version.form, "title": "Sau bão", "first_on": today, "last_on": today, "opens_on": today}
    period = plan_period(actor=people["department_officer"], due_on=today + timedelta(days=7), **facts)
    assert (period.state, period.part, period.returns.count()) == ("open", "A1", 2)
    with pytest.raises(PermissionDenied):
        plan_period(actor=people["operator"], due_on=today, **facts)


def test_what_was_sent_back_is_reminded_of_and_listed_as_late_though_its_period_has_closed(
    world: World, people: dict[str, Person], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_now(monkeypatch, "02/11/2026 08:00")
    period = make_period(version_of(world))
    ours, theirs = make_return(period, world.commune, state="submitted"), make_return(period, world.neighbour)
    send_back(actor=people["commune_leader"], return_=ours, notes=[Note("đơn vị tính?")])
    close_period(period=period, actor=people["department_head"])
    Notice.objects.all().delete()
    set_now(monkeypatch, "06/11/2026 08:00")
    make_round()
    (notice,) = Notice.objects.all()
    assert notice.to == people["commune_officer"]
    assert "sửa và gửi lại phiếu" in notice.subject
    assert late_returns(Return.objects.fillable(), timezone.now()).count() == 0
    set_now(monkeypatch, "12/11/2026 08:00")
    make_round()
    assert {n.to for n in Notice.objects.all()} == {people["commune_officer"], people["commune_leader"]}
    client.force_login(people["department_officer"])
    page = client.get(reverse("indicators:late_returns", args=[world.province.code])).content.decode()
    assert ours.get_absolute_url() in page
    assert theirs.get_absolute_url() not in page, "what was never sent is asked for no more"
    ours = Return.objects.whole().get(pk=ours.pk)
    extend_due(actor=people["department_officer"], period=period, due_on=date(2026, 11, 20), reason="Lũ", only=ours)
    assert late_returns(Return.objects.fillable(), timezone.now()).count() == 0


def test_a_period_that_is_opened_again_is_reminded_of_again(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(world)
    set_now(monkeypatch, "20/11/2026 08:00")
    period = open_due_periods(today=date(2026, 11, 20))[0]
    close_period(period=period, actor=people["department_head"])
    Notice.objects.all().delete()
    set_now(monkeypatch, "17/12/2026 08:00")
    make_round()
    assert not Notice.objects.exists(), "a closed period asks for nothing"
    reopen_period(period=period, actor=people["department_head"])
    make_round()
    assert [notice.to for notice in Notice.objects.all()] == [people["commune_officer"]]


def test_a_late_return_reaches_its_filer_and_its_leader_by_mail_each_mail_once(
    world: World, people: dict[str, Person], mailing: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for, reminded, told on the day, escalated after three days; the mail server is away on the last of them."""
    version_of(world)
    for time in ("20/11/2026 08:00", "17/12/2026 08:00", "21/12/2026 08:00"):
        set_now(monkeypatch, time)
        make_round()
        make_round()
    officer, leader = people["commune_officer"].email, people["commune_leader"].email
    told = [subject_of(mail).partition(":")[0] for mail in mailing.sent_to(officer)]
    assert told == ["Mời điền phiếu", "Còn 4 ngày", "Hết hạn hôm nay"]
    assert not mailing.sent_to(leader)
    mailing.stop()
    set_now(monkeypatch, "24/12/2026 08:00")
    make_round()
    mailing.start()
    set_now(monkeypatch, "24/12/2026 09:00")
    make_round()
    make_round()
    assert len(mailing.sent_to(officer)) == 4
    (mail,) = mailing.sent_to(leader)
    row = Return.objects.get(place=world.commune)
    assert subject_of(mail) == f"Quá hạn 3 ngày: nộp phiếu “{row.period.title}”"
    assert "Hạn cuối: hết ngày 21/12/2026." in words_of(mail)
    assert row.get_absolute_url() in words_of(mail)


@pytest.mark.parametrize("asked", ["quý tư", "quy tu", "Quy bao"])
def test_periods_returns_and_forms_are_found_without_accents(
    world: World, people: dict[str, Person], client: Client, asked: str
) -> None:
    version = make_form(world.province, name="Báo cáo Quý")
    make_return(make_period(version, part="A1", title="Quý tư sau bão"), world.commune)
    make_return(make_period(version, part="A2", title="Ra soat"), world.neighbour)
    client.force_login(people["department_head"])
    for address in ("/so-lieu/20/ky-thu-thap", "/so-lieu/phieu/"):
        assert [row[0]["text"] for row in client.get(address, {"q": asked}).context["table"]] == ["Quý tư sau bão"]
    for words, count in (("bao cao quy", 1), ("doanh nghiep", 0)):
        assert len(client.get("/so-lieu/20/bieu", {"q": words}).context["table"]) == count
