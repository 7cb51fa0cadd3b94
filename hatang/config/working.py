"""The background process: the program is loaded once, then one process of its own takes the work of each lane."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Collection
from types import FrameType

STARTS_AN_HOUR = 5
"""So often a process is started again: it may end by a database that stayed locked too long, which passes."""


def may_start(starts: list[float]) -> bool:
    """Note one more start among those of the last hour; False where there were too many for another to help."""
    now = time.monotonic()
    starts[:] = [start for start in starts if start > now - 3600]
    if len(starts) >= STARTS_AN_HOUR:
        return False
    starts.append(now)
    return True


def work_resumed(*lanes: Collection[str]) -> bool:
    """Put what was left unfinished back into the queue, of all lanes or of some; False where the database is locked."""
    from django.db import OperationalError

    from hatang.work.services import resume_interrupted_jobs

    try:
        resume_interrupted_jobs(*lanes)
    except OperationalError as error:
        print(f"Chưa chạy lại được: {error}", file=sys.stderr, flush=True)
        return False
    return True


def lane_process(lane: str) -> int:
    """Start a process that takes the work of a lane; it shares what is loaded with the others. Give its number."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, signal.SIG_DFL)
    try:
        take_work(lane)
    finally:
        os._exit(1)


def take_work(lane: str) -> None:
    """Take the work of a lane until somebody asks to stop; the work in hand is finished first."""
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    class LaneWorker(Worker):
        """Hears the same wish to stop twice, of who started it and of the group, as one."""

        def shutdown(self, signum: int, frame: FrameType | None) -> None:
            if not self.running_task:
                os._exit(0)
            self.running = False

    worker = LaneWorker(
        queue_names=[lane],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    worker.run()
    os._exit(0)


class Lanes:
    """The processes of all lanes; one that ends is started again with what it left unfinished."""

    def __init__(self, names: list[str]) -> None:
        self.stopping = self.gave_up = False
        self.starts: list[float] = []
        self.running: dict[int, str] = {}
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, self.stop)
        for name in names:
            self.start(name)

    def start(self, name: str) -> None:
        """Start a lane's process."""
        child = lane_process(name)
        self.running[child] = name
        if self.stopping:
            os.kill(child, signal.SIGTERM)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Ask every lane to end after the work in hand."""
        self.stopping = True
        for child in list(self.running):
            os.kill(child, signal.SIGTERM)

    def wait(self) -> int:
        """Wait until all have ended; give 0 where somebody asked for that."""
        while self.running:
            child, status = os.wait()
            name = self.running.pop(child)
            if not self.stopping:
                code = os.waitstatus_to_exitcode(status)
                print(f"Hàng việc “{name}” đã dừng (mã {code}); đang chạy lại.", file=sys.stderr, flush=True)
                self.start_again(name)
        return int(self.gave_up)

    def start_again(self, name: str) -> None:
        """Start a lane's process anew, or stop all where that does not help."""
        while not self.stopping:
            if not may_start(self.starts):
                self.gave_up = True
                self.stop(signal.SIGTERM, None)
                return
            if work_resumed([name]):
                self.start(name)
                return


def load() -> None:
    """Load what all lanes need, and mark it as lasting: processes that only read it go on sharing it."""
    import django

    django.setup()
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def main() -> int:
    """Work until somebody asks to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatang.config.settings")
    load()
    from hatang.work.models import Job

    return Lanes(list(Job.Lane.values)).wait()


if __name__ == "__main__":
    sys.exit(main())
