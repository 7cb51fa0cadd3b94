"""Lanes: a short job never waits behind a long one; the background process is started as `./run` starts it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from hatang.accounts.models import Person
from hatang.coverage.services.runs.acts import compute_job
from hatang.planning.services.fibre.plans import plan_job
from hatang.planning.services.solving import solve_job
from hatang.systems.services.probes import probe_job
from hatang.work.models import Job
from hatang.work.services import in_lane, let_others_write, resume_interrupted_jobs, run_job, turns
from hatang.work.services.notices import mail_notice
from hatang.work.services.rounds import hourly_round
from hatang.work.services.uploads import check_job
from tests.work.lane_work import glance, hold
from tests.worker import LONGEST_S, TOLD, Elsewhere, lanes

REAL = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def until(true: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until something is so, while the background process lives."""
    ends = time.monotonic() + LONGEST_S
    while not true():
        assert process.poll() is None, (folder / TOLD).read_text()
        assert time.monotonic() < ends, (folder / TOLD).read_text()
        time.sleep(0.05)


def state(place: Elsewhere, job: Job) -> str:
    """Read a job's state where the worker works."""
    return str(place.rows(f"SELECT state FROM work_job WHERE id = {job.pk}")[0][0])


@pytest.mark.django_db(transaction=True)
def test_short_jobs_are_done_while_a_long_one_runs_and_a_lane_that_is_killed_goes_on(
    people: dict[str, Person], settings: Any, tmp_path: Path
) -> None:
    settings.TASKS = REAL
    actor = people["operator"]
    long = run_job(hold, actor=actor, title="Tính vùng phủ", folder=str(tmp_path))
    second = run_job(hold, actor=actor, title="Tính phương án", folder=str(tmp_path))
    short = run_job(glance, actor=actor, title="Kiểm tra tệp")
    began = tmp_path / "began"
    with lanes(tmp_path) as (place, process):
        until(lambda: began.exists() and bool(began.read_text()), process, tmp_path)
        until(lambda: state(place, short) == Job.State.DONE, process, tmp_path)
        assert (state(place, long), state(place, second)) == (Job.State.RUNNING, Job.State.WAITING)
        first = int(began.read_text())
        began.unlink()
        os.kill(first, signal.SIGKILL)
        until(lambda: began.exists() and bool(began.read_text()), process, tmp_path)
        assert int(began.read_text()) != first, "another process took up what the killed one left"
        (tmp_path / "enough").touch()
        until(lambda: state(place, second) == Job.State.DONE, process, tmp_path)
        assert state(place, long) == Job.State.DONE
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LONGEST_S) == 0
    assert "Hàng việc “long” đã dừng (mã -9); đang chạy lại." in (tmp_path / TOLD).read_text()


def test_what_takes_minutes_says_so_where_it_is_written() -> None:
    long = {task.queue_name for task in (compute_job, solve_job, plan_job)}
    aside = {task.queue_name for task in (probe_job, hourly_round, mail_notice)}
    assert (long, aside, check_job.queue_name) == ({"long"}, {"aside"}, "default")
    assert in_lane(check_job, long=True).queue_name == "long", "as of a large file"
    assert in_lane(check_job, long=False) is check_job


@pytest.mark.django_db
def test_the_page_says_what_is_before_a_job_in_its_own_lane(client: Client, people: dict[str, Person]) -> None:
    common = {"asked_by": people["operator"]}
    Job.objects.create(title="Ngắn", **common)
    Job.objects.create(title="Xong", lane="long", state="done", **common)
    running, waiting = (Job.objects.create(title="Dài", lane="long", **common) for _ in range(2))
    Job.objects.filter(pk=running.pk).update(state="running")
    client.force_login(people["operator"])
    text = client.get(f"/viec/{waiting.pk}/").content.decode()
    assert "tới lượt, sau 1 việc cùng hàng" in text
    assert "Đây là việc dài: chạy ở hàng riêng" in text
    assert "cùng hàng" not in client.get(f"/viec/{running.pk}/").content.decode()


@pytest.mark.django_db
def test_only_the_lane_that_stopped_is_taken_up_again(people: dict[str, Person], settings: Any) -> None:
    settings.TASKS = REAL
    for work, arguments in ((hold, {"folder": "/"}), (glance, {})):
        run_job(work, actor=people["operator"], title="Việc", **arguments)
    for row in DBTaskResult.objects.all():
        row.claim("một")
    assert resume_interrupted_jobs([Job.Lane.LONG]) == 1
    assert DBTaskResult.objects.running().get().queue_name == "default"


def test_who_writes_much_lets_others_write_in_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that waits for SQLite's lock, as it does by looking now and then, finds it free in a gap."""
    monkeypatch.setattr(turns, "connection", SimpleNamespace(vendor="sqlite", in_atomic_block=False))
    path = tmp_path / "chung.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE so (n INTEGER)")
    many = sqlite3.connect(path, isolation_level=None)
    words = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1],timeout=120); c.execute('INSERT INTO so VALUES (-1)')"
    many.execute("BEGIN IMMEDIATE")
    other = subprocess.Popen([sys.executable, "-c", f"{words}; c.commit()", str(path)])
    held = 0
    while other.poll() is None and held < 600:
        time.sleep(0.05)
        many.execute("INSERT INTO so VALUES (1)")
        many.execute("COMMIT")
        let_others_write()
        many.execute("BEGIN IMMEDIATE")
        held += 1
    many.execute("COMMIT")
    assert other.wait(timeout=LONGEST_S) == 0
    assert held < 600, "it came in while the other still wrote"
