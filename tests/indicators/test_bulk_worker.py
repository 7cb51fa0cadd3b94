"""Steps for a whole province's returns, taken by the real worker, and the mails that a real mail server gets."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from hatang.accounts.models import Grant, Person
from hatang.accounts.roles import Role
from hatang.indicators.models import Period, Return
from hatang.indicators.services.approval import bulk, start_bulk
from hatang.indicators.services.approval.many import NOBODY
from hatang.places.models import Place
from hatang.work.models import Job
from tests.conftest import World
from tests.indicators.cycle import a_check, an_item, make_cell, make_form, make_period, make_return
from tests.mail_server import MailServer, subject_of, words_of
from tests.worker import LONGEST_S, Elsewhere, worker

COMMUNES, WRONG, UNSENT, WITH_OFFICER = 124, 3, 20, 17
State = Return.State


def make_province(world: World) -> list[Return]:
    """Make 124 communes' returns: the first few wrong, the last ones not sent, some of those without an account."""
    common: dict[str, Any] = {"kind": "commune", "title": "Xã", "parent": world.province, "province": world.province}
    communes = [Place.objects.create(name=f"Thử {n:03}", code=f"9{n:04}", **common) for n in range(COMMUNES)]
    period = make_period(make_form(world.province, [an_item("tram")], [a_check("within", most=100)]))
    made = []
    for n, commune in enumerate(communes):
        row = make_return(period, commune, state=State.SIGNED if n < COMMUNES - UNSENT else State.DRAFT)
        make_cell(row, "tram", 500 if n < WRONG else 50)
        made.append(row)
    for n, row in enumerate(made[-UNSENT:][:WITH_OFFICER]):
        officer = Person.objects.create(username=f"xa{n}", email=f"xa{n}@example.vn")
        Grant.objects.create(person=officer, role=Role.COMMUNE_OFFICER, province=world.province, place=row.place)
    return made


def watched(place: Elsewhere, process: subprocess.Popen[bytes], job: Job) -> set[int]:
    """Wait for the worker's end; give what its job was seen to have done on the way, in percent."""
    seen, ends = set(), time.monotonic() + LONGEST_S
    while process.poll() is None and time.monotonic() < ends:
        seen |= {percent for (percent,) in place.rows(f"SELECT done_percent FROM work_job WHERE id = {job.pk}")}
        time.sleep(0.01)
    return seen


def ended(place: Elsewhere, job: Job) -> str:
    """Give the words in which a job ended."""
    ((state, message),) = place.rows(f"SELECT state, message FROM work_job WHERE id = {job.pk}")
    assert state == Job.State.DONE, message
    return str(message)


@pytest.mark.django_db(transaction=True)
def test_the_worker_checks_gives_back_and_reminds_124_communes_and_names_each_that_it_could_not(
    world: World, people: dict[str, Person], mail_server: MailServer, settings: Any, tmp_path: Path
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    rows = make_province(world)
    period, officer = rows[0].period, people["department_officer"]
    check = start_bulk(actor=officer, period=period, act="kiem-tra", returns=rows)
    back = start_bulk(actor=officer, period=period, act="tra-lai", returns=rows[:WRONG], words="Xem lại đơn vị tính")
    remind = start_bulk(actor=officer, period=period, act="nhac", returns=rows)
    smtp = {"HATANG_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}", "HATANG_ORIGIN": "http://hatang.example.vn"}
    with worker(tmp_path, **smtp) as (place, process):
        seen = watched(place, process, check)
    assert len(seen & set(range(1, 99))) >= 2, f"progress is told on the way: {sorted(seen)}"
    assert ended(place, check).startswith(f"Đã kiểm tra xong {COMMUNES - UNSENT - WRONG} phiếu. Bỏ qua 20 phiếu")
    assert "Xã Thử 000, Xã Thử 001, Xã Thử 002: “tram”: 500 nằm ngoài khoảng" in ended(place, check)
    assert "không ở bước này: 20 đang điền. 3 phiếu chưa được: " in ended(place, check)
    assert ended(place, back) == f"Đã trả lại {WRONG} phiếu."
    assert NOBODY in ended(place, remind)
    assert f"Đã nhắc {WITH_OFFICER} phiếu." in ended(place, remind)
    states = dict(place.rows("SELECT state, count(*) FROM indicators_return GROUP BY state"))
    assert states == {"checked": COMMUNES - UNSENT - WRONG, "returned": WRONG, "draft": UNSENT}
    assert sorted(str(mail["To"]) for mail in mail_server.mails) == sorted(
        f"xa{n}@example.vn" for n in range(WITH_OFFICER)
    )
    (mail,) = mail_server.sent_to("xa0@example.vn")
    assert subject_of(mail) == f"Nhắc nộp phiếu: {period.title}"
    row = rows[-UNSENT]
    assert f"Phiếu của {row.place} đã quá hạn nộp hết ngày 15/01/2026." in words_of(mail)
    assert f"http://hatang.example.vn{row.get_absolute_url()}" in words_of(mail)
    DBTaskResult.objects.all().delete()


# --- at the desk


@pytest.fixture
def two(world: World) -> list[Return]:
    """Make both communes' returns, the neighbour's sent."""
    period = make_period(make_form(world.province, [an_item("tram")]))
    ours, theirs = make_return(period, world.commune), make_return(period, world.neighbour, state=State.SIGNED)
    make_cell(theirs, "tram", 5)
    return [ours, theirs]


def press(client: Client, world: World, period: Period, act: str, rows: list[Return], **more: str) -> Any:
    """Tick returns at the desk and press a button."""
    address = reverse("indicators:return_desk_act", args=[world.province.code])
    return client.post(address, {"ky": period.pk, "viec": act, "phieu": [str(row.pk) for row in rows], **more})


def test_what_is_to_be_mended_is_asked_for_once_and_told_to_each(
    two: list[Return], world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    period = two[0].period
    page = press(client, world, period, "tra-lai", two)
    assert page.status_code == 200
    assert "Xã Đồng Đăng, Phường Kỳ Lừa" in page.content.decode()
    assert press(client, world, period, "tra-lai", two, words=" ").status_code == 422
    assert not Job.objects.exists()
    press(client, world, period, "tra-lai", two, words="Xem lại đơn vị tính")
    assert Job.objects.get().message == (
        "Đã trả lại 1 phiếu. Bỏ qua 1 phiếu không ở bước này: Xã Đồng Đăng (đang điền)."
    )
    assert two[1].notes.get().text == "Xem lại đơn vị tính"


def test_who_was_reminded_today_is_not_reminded_again(
    two: list[Return], world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    period = two[0].period
    press(client, world, period, "nhac", two)
    press(client, world, period, "nhac", two)
    first, second = Job.objects.order_by("pk")
    assert first.message.startswith(
        "Đã nhắc 1 phiếu. Bỏ qua 1 phiếu không ở bước này: Phường Kỳ Lừa (chờ cán bộ Sở kiểm tra)."
    )
    assert second.message.startswith("Đã nhắc 0 phiếu.")
    assert [notice.subject for notice in people["commune_officer"].notices.all()] == [f"Nhắc nộp phiếu: {period.title}"]


def test_a_return_that_fails_holds_up_no_other_and_work_begun_anew_counts_what_was_done(
    two: list[Return], people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is broken by a fault of ours; the second was checked before the worker was killed."""
    ours, theirs = two
    Return.objects.filter(pk=ours.pk).update(state=State.SIGNED)
    real = bulk.STEPS["kiem-tra"]

    def failing(*, actor: Person, returns: list[Return]) -> Any:
        if ours in returns:
            raise KeyError("hỏng")
        return real.take(actor=actor, returns=returns)

    monkeypatch.setitem(bulk.STEPS, "kiem-tra", replace(real, take=failing))
    job = start_bulk(actor=people["department_officer"], period=ours.period, act="kiem-tra", returns=two)
    job.refresh_from_db()
    assert job.message.startswith("Đã kiểm tra xong 1 phiếu. 1 phiếu chưa được: Xã Đồng Đăng: hệ thống gặp lỗi")
    keys = [str(theirs.pk)]
    bulk.bulk_job.call(job_id=job.pk, period_id=ours.period_id, act="kiem-tra", keys=keys)
    job.refresh_from_db()
    assert job.message == "Đã kiểm tra xong 1 phiếu."
