"""Jobs: progress, results and failures as people see them."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from hatang.accounts.models import Person
from hatang.work.models import Job
from hatang.work.services import Progress, background, cancel_job, resume_interrupted_jobs, run_job


@background
def counting(progress: Progress, upto: int) -> str:
    progress(40, f"Đang đếm tới {upto}.")
    return "/ket-qua"


@background
def cancelled_midway(progress: Progress) -> str:
    cancel_job(Job.objects.get(pk=progress.job_id))
    progress(50, "Không tới đây.")
    return "/ket-qua"


@background
def failing(progress: Progress, how: str) -> str:
    errors = {"invalid": ValidationError("Tệp đã bỏ."), "denied": PermissionDenied(), "bug": KeyError("mật khẩu")}
    raise errors[how]


def test_a_job_tells_its_progress_and_where_its_result_is(people: dict[str, Person]) -> None:
    job = run_job(counting, actor=people["operator"], title="Đếm", upto=3)
    assert (job.state, job.done_percent, job.message, job.result_url) == ("done", 100, "Đang đếm tới 3.", "/ket-qua")
    assert job.ended_at


@pytest.mark.parametrize(
    ("how", "words"), [("invalid", "Tệp đã bỏ."), ("denied", "không còn quyền"), ("bug", "Báo quản trị mã việc")]
)
def test_a_failing_job_says_so_without_a_trace(people: dict[str, Person], how: str, words: str) -> None:
    job = run_job(failing, actor=people["operator"], title="Hỏng", how=how)
    assert job.state == Job.State.FAILED
    assert words in job.message
    assert "mật khẩu" not in job.message


def test_a_job_that_may_be_cancelled_ends_at_its_next_word_of_progress(people: dict[str, Person]) -> None:
    """Other work is not to be stopped in the middle: it may have stored half of what it does."""
    job = run_job(cancelled_midway, actor=people["operator"], title="Tính", may_cancel=True)
    assert (job.state, job.done_percent, job.result_url) == (Job.State.CANCELLED, 0, "")
    assert "Đã huỷ theo yêu cầu" in job.message
    assert not cancel_job(job), "it has ended"
    assert run_job(cancelled_midway, actor=people["operator"], title="Lưu").state == Job.State.DONE


def test_who_asked_for_a_job_can_cancel_it_from_its_page(client: Client, people: dict[str, Person]) -> None:
    state = {"state": Job.State.RUNNING, "asked_by": people["operator"]}
    job, other = (Job.objects.create(title="Tính", may_cancel=may, **state) for may in (True, False))
    client.force_login(people["operator"])
    assert "Huỷ việc này" in client.get(f"/viec/{job.pk}/").content.decode()
    client.post(f"/viec/{job.pk}/huy")
    assert "Đang huỷ" in client.get(f"/viec/{job.pk}/").content.decode()
    assert "Huỷ việc này" not in client.get(f"/viec/{other.pk}/").content.decode()
    assert client.post(f"/viec/{other.pk}/huy").status_code == 404


def test_a_bug_is_logged_with_the_jobs_id(people: dict[str, Person], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "hatang.work"):
        job = run_job(failing, actor=people["operator"], title="Hỏng", how="bug")
    record = next(r for r in caplog.records if r.name == "hatang.work")
    assert record.job == job.pk  # type: ignore[attr-defined]
    assert record.exc_info


def page(client: Client, person: Person | None, job: Job, **headers: str) -> tuple[int, str, str]:
    if person:
        client.force_login(person)
    answer = client.get(f"/viec/{job.pk}/", headers=headers)
    return (
        answer.status_code,
        answer.content.decode(),
        answer.headers.get("HX-Redirect", answer.headers.get("Location", "")),
    )


def test_the_page_polls_while_the_job_runs_and_goes_to_its_result(client: Client, people: dict[str, Person]) -> None:
    person = people["operator"]
    job = Job.objects.create(title="Kiểm tra", asked_by=person, state="running", done_percent=40, message="Đang đọc.")
    status, text, _ = page(client, person, job)
    assert status == 200
    assert 'hx-trigger="every 1s"' in text
    assert "Đang đọc." in text
    assert f'<a href="/viec/{job.pk}/">Xem lại</a>' in text
    _, part, _ = page(client, person, job, **{"HX-Request": "true"})
    assert "<html" not in part
    Job.objects.update(state="done", result_url="/ket-qua")
    assert page(client, person, job)[::2] == (302, "/ket-qua")
    status, part, way = page(client, person, job, **{"HX-Request": "true"})
    assert (status, way) == (200, ""), "an answer that redirects would leave the polling on"
    assert "every 1s" not in part
    assert f'hx-get="/viec/{job.pk}/?mo=1" hx-trigger="load"' in part
    assert '<a href="/ket-qua">Mở kết quả</a>' in part
    answer = client.get(f"/viec/{job.pk}/?mo=1", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/ket-qua"
    Job.objects.update(state="failed", message="Không xong vì …")
    status, text, _ = page(client, person, job)
    assert "Không xong vì …" in text
    assert "every 1s" not in text


def test_a_job_of_somebody_else_is_as_if_absent(client: Client, people: dict[str, Person]) -> None:
    job = Job.objects.create(title="Kiểm tra", asked_by=people["operator"])
    hidden = page(client, people["rival"], job)[0]
    job.pk += 1
    assert hidden == page(client, people["rival"], job)[0] == 404


def test_a_visitor_is_asked_to_sign_in(client: Client, people: dict[str, Person]) -> None:
    job = Job.objects.create(title="Kiểm tra", asked_by=people["operator"])
    assert page(client, None, job)[0] == 302


@pytest.mark.django_db
def test_work_that_a_killed_worker_left_behind_is_done_again() -> None:
    past = timezone.now()
    left = DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING, started_at=past, run_after=past, args_kwargs={"args": [], "kwargs": {}}
    )
    done = DBTaskResult.objects.create(status=TaskResultStatus.SUCCESSFUL, run_after=past, args_kwargs={})
    assert resume_interrupted_jobs() == 1
    assert set(DBTaskResult.objects.ready()) == {left}
    left.claim("một")
    assert resume_interrupted_jobs() == 1, "begun once and interrupted: once more"
    left.refresh_from_db()
    left.claim("hai")
    assert resume_interrupted_jobs() == 0
    assert not DBTaskResult.objects.ready().exists(), "what ended two workers does not end a third"
    done.refresh_from_db()
    assert done.status == TaskResultStatus.SUCCESSFUL
