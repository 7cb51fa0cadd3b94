"""Reminders and notices: to the right people, once, on their page and through a mail server."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from hatang.accounts.models import Person
from hatang.work.models import Clock, Notice, Reminder
from hatang.work.services import (
    About,
    each_round,
    extend_clock,
    notify,
    people_of,
    people_with,
    plan_round,
    reminders,
    reminds,
    rounds,
    send_reminders,
    start_clock,
    stop_clock,
)
from hatang.work.services.notices import mail_waiting
from hatang.work.services.rounds import hourly_round
from tests.conftest import World
from tests.instants import at
from tests.mail_server import MailServer, subject_of, words_of


@pytest.fixture
def rule(people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> str:
    """Register what clocks of a rule are about: the operator must answer, the department hears of it later."""
    monkeypatch.setattr(reminders, "RULES", {})

    @reminds("test.reply", before=2, escalate_after=3)
    def about(clock: Clock) -> About | None:
        if clock.outcome == "không còn ai":
            return None
        return About([people["operator"]], "trả lời đề nghị LS001", "/viec/lich", [people["department_head"]])

    return "test.reply"


def running(rule: str, unit: Clock.Unit = Clock.Unit.WORKING_DAYS, limit: int = 7) -> Clock:
    return start_clock(rule=rule, limit=limit, unit=unit, started_at=at("26/11/2026 08:00"), province=None)


def told(*times: str) -> list[tuple[str, str]]:
    """Run the reminders twice at each time, and give whom they told what."""
    for time in times:
        send_reminders(now=at(time))
        send_reminders(now=at(time))
    return [(n.to.username, n.subject.partition(":")[0]) for n in Notice.objects.order_by("pk")]


def test_a_clock_is_reminded_of_before_on_and_after_its_last_day_and_each_once(rule: str) -> None:
    """The end is Monday 7 December: nothing at night, nothing on Sunday, above once after three working days."""
    running(rule)
    times = ["02/12/2026 09:00", "03/12/2026 06:00", "03/12/2026 07:00", "04/12/2026 09:00", "06/12/2026 09:00"]
    times += ["07/12/2026 09:00", "08/12/2026 09:00", "08/12/2026 10:00", "09/12/2026 09:00", "10/12/2026 09:00"]
    times += ["11/12/2026 09:00", "12/12/2026 09:00"]
    assert told(*times) == [
        ("dn_a", "Còn 2 ngày làm việc"),
        ("dn_a", "Hết hạn hôm nay"),
        ("dn_a", "Quá hạn 1 ngày làm việc"),
        ("dn_a", "Quá hạn 2 ngày làm việc"),
        ("dn_a", "Quá hạn 3 ngày làm việc"),
        ("lanh_dao_so", "Quá hạn 3 ngày làm việc"),
        ("dn_a", "Quá hạn 4 ngày làm việc"),
    ]
    body = Notice.objects.latest("pk").body
    assert body == "Thời hạn: 7 ngày làm việc kể từ khi nhận lúc 08:00 26/11/2026. Hạn cuối: hết ngày 07/12/2026."


def test_hours_are_reminded_of_at_any_hour_of_any_day(rule: str) -> None:
    running(rule, Clock.Unit.HOURS, 66)
    assert told("28/11/2026 23:00", "29/11/2026 00:30", "29/11/2026 02:30", "29/11/2026 05:00") == [
        ("dn_a", "Còn 1 giờ"),
        ("dn_a", "Quá hạn 30 phút"),
        ("lanh_dao_so", "Quá hạn 3 giờ"),
    ]


def test_an_end_that_moved_is_reminded_of_anew_and_a_stopped_clock_no_more(rule: str) -> None:
    clock = running(rule)
    assert len(told("03/12/2026 09:00")) == 1
    extend_clock(clock=clock, extension=5, unit=Clock.Unit.WORKING_DAYS, reason="Bất khả kháng")
    assert len(told("07/12/2026 09:00")) == 1
    assert told("10/12/2026 09:00")[-1] == ("dn_a", "Còn 2 ngày làm việc")
    stop_clock(clock=clock, outcome="đồng ý", at=at("11/12/2026 09:00"))
    assert len(told("21/12/2026 09:00")) == 2


def test_one_owner_that_fails_does_not_hold_up_the_others(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    @reminds("test.broken", before=9)
    def broken(clock: Clock) -> About | None:
        raise KeyError("hồ sơ đã xóa")

    running("test.broken"), running(rule), running("nobody's")
    Clock.objects.filter(pk=running(rule).pk).update(outcome="không còn ai")
    assert told("03/12/2026 09:00") == [("dn_a", "Còn 2 ngày làm việc")]
    assert Reminder.objects.count() == 1, "what was not told is tried again"
    with pytest.raises(ValueError, match="two owners"):
        reminds("test.broken", before=1)(broken)


def test_the_database_refuses_a_second_reminder(rule: str) -> None:
    mark = {"clock": running(rule), "stage": Reminder.Stage.DUE, "on": date(2026, 12, 7)}
    Reminder.objects.create(**mark)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(**mark)


def test_whom_an_organisation_and_a_permission_mean(world: World, people: dict[str, Person]) -> None:
    """Closed accounts, ended roles, rivals and other provinces are not told."""
    assert people_of(organisation=world.operator, province=world.province) == [people["operator"]]
    assert people_of(organisation=world.operator, province=world.other_province) == []
    people["analyst"].organisation = world.department
    people["analyst"].save()
    assert people_of(organisation=world.department, province=world.province) == [people["analyst"]]
    heads = [people["department_head"]]
    assert people_with(permission="indicators.approve_value", province=world.province) == heads
    people["department_head"].grants.update(valid_to=date(2020, 1, 1))
    Person.objects.filter(pk=people["operator"].pk).update(is_active=False)
    assert people_with(permission="indicators.approve_value", province=world.province) == []
    assert people_of(organisation=world.operator, province=world.province) == []


def test_a_notice_goes_out_through_the_mail_server(people: dict[str, Person], mailing: MailServer) -> None:
    person = people["operator"]
    subject = "Quá hạn 2 ngày làm việc: trả lời\nBcc: ai@example.vn đề nghị LS001"
    (notice,) = notify(to=[person, person], subject=subject, body="Hạn cuối: 07/12/2026.", url="/viec/lich")
    (sent,) = mailing.mails
    assert (sent["To"], sent["From"]) == (person.email, "hatang@localhost")
    assert subject_of(sent) == "Quá hạn 2 ngày làm việc: trả lời Bcc: ai@example.vn đề nghị LS001"
    assert sent["Bcc"] is None
    assert sent.get_content_charset() == "utf-8"
    assert "Hạn cuối: 07/12/2026." in words_of(sent)
    assert "http://localhost:8000/viec/lich" in words_of(sent)
    notice.refresh_from_db()
    assert notice.mailed_at


def test_what_a_stopped_server_did_not_take_goes_out_once_when_it_is_back(
    people: dict[str, Person], mailing: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mailing.stop()
    (notice,) = notify(to=[people["operator"]], subject="Sắp đến hạn")
    notice.refresh_from_db()
    assert notice.mailed_at is None
    assert "mail could not be sent" in caplog.text
    notify(to=[people["rival"]], subject="Sắp đến hạn")
    caplog.clear()
    assert mail_waiting() == 0
    assert caplog.text.count("mail could not be sent") == 1, "a server that is down is not asked for every mail"
    mailing.start()
    assert (mail_waiting(), mail_waiting()) == (2, 0)
    assert sorted(mail["To"] for mail in mailing.mails) == ["dn_a@example.vn", "dn_b@example.vn"]


def test_an_address_that_the_server_refuses_holds_up_nobody_behind_it(
    people: dict[str, Person], mailing: MailServer
) -> None:
    mailing.stop()
    notify(to=[people["operator"], people["rival"]], subject="Sắp đến hạn")
    mailing.start()
    mailing.refused = {"dn_a@example.vn"}
    assert mail_waiting() == 1
    assert [mail["To"] for mail in mailing.mails] == ["dn_b@example.vn"]
    mailing.refused = set()
    assert (mail_waiting(), len(mailing.mails)) == (1, 2)


def test_no_mail_without_a_server_or_an_address(people: dict[str, Person], settings: Any) -> None:
    Person.objects.filter(pk=people["rival"].pk).update(email="")
    people["rival"].refresh_from_db()
    notify(to=[people["rival"]], subject="Sắp đến hạn")
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    notify(to=[people["operator"]], subject="Sắp đến hạn")
    assert (mail.outbox, mail_waiting()) == ([], 0)
    with pytest.raises(ValueError, match="not a path"):
        notify(to=[people["operator"]], subject="x", url="//example.vn")


def test_notices_are_the_readers_own_and_read_by_opening_them(client: Client, people: dict[str, Person]) -> None:
    mine, other = notify(to=[people["operator"]], subject="Sắp đến hạn A1", url="/viec/lich")[0], people["rival"]
    notify(to=[people["operator"]], subject="Đã quá hạn B2")
    notify(to=[other], subject="Của doanh nghiệp khác")
    client.force_login(people["operator"])
    text = client.get("/viec/thong-bao?q=sap den").content.decode()
    assert "Sắp đến hạn A1" in text
    assert "Đã quá hạn B2" not in text
    assert "Của doanh nghiệp khác" not in text
    assert '<b class="unread">2<span' in text
    assert '<a class="btn" href="/viec/lich">' in client.get(mine.get_absolute_url()).content.decode()
    text = client.get("/viec/thong-bao?chua-doc=1").content.decode()
    assert "Sắp đến hạn A1" not in text
    assert "1 thông báo chưa đọc" in text
    text = client.post("/viec/thong-bao/da-doc", follow=True).content.decode()
    assert "Không còn thông báo nào chưa đọc" in text
    assert Notice.objects.unread().get().to == other


@pytest.mark.django_db
def test_the_worker_goes_round_by_itself(settings: Any) -> None:
    """One round waits in the queue at any time; while it runs the next one is already there, an hour away."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    assert (plan_round(), plan_round()) == (True, False)
    round_now = DBTaskResult.objects.ready().get()
    round_now.claim("máy 1")
    before = timezone.now()
    hourly_round.call()
    following = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    assert before + timedelta(minutes=59) < following.run_after < timezone.now() + timedelta(minutes=61)
    DBTaskResult.objects.filter(pk=round_now.pk).update(status=TaskResultStatus.SUCCESSFUL)
    hourly_round.call()
    assert list(DBTaskResult.objects.all()) == [following], "what was done leaves no rows behind"


def test_the_command_sends_what_is_due(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    start_clock(rule=rule, limit=1, unit=Clock.Unit.HOURS, started_at=timezone.now(), province=None)
    call_command("send_reminders")
    assert capsys.readouterr().out == "Đã gửi 1 lời nhắc.\n"


def test_each_round_does_what_the_packages_above_ask_and_one_that_fails_holds_up_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(rounds, "CHORES", [])

    @each_round
    def broken_chore() -> None:
        raise KeyError("hồ sơ đã xóa")

    @each_round
    def whole_chore() -> None:
        called.append("whole")

    assert rounds.make_round() == 0
    assert called == ["whole"]
