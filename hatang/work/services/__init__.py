"""Verbs of files, jobs and uploads: what every case, request and register owns."""

from hatang.work.services.files import (
    KINDS,
    MAP_KINDS,
    PICTURES,
    check_size,
    drop_file,
    file_response,
    safe_name,
    store_file,
)
from hatang.work.services.jobs import (
    GIVEN_UP,
    GIVEN_UP_WORDS,
    Progress,
    background,
    resume_interrupted_jobs,
    run_job,
    when_given_up,
)
from hatang.work.services.uploads import (
    SETTLED,
    asker,
    check_now,
    discard,
    let_wait,
    original_response,
    refuse_waiting,
    save_now,
    take,
)

__all__ = [
    "GIVEN_UP",
    "GIVEN_UP_WORDS",
    "KINDS",
    "MAP_KINDS",
    "PICTURES",
    "SETTLED",
    "Progress",
    "asker",
    "background",
    "check_now",
    "check_size",
    "discard",
    "drop_file",
    "file_response",
    "let_wait",
    "original_response",
    "refuse_waiting",
    "resume_interrupted_jobs",
    "run_job",
    "safe_name",
    "save_now",
    "store_file",
    "take",
    "when_given_up",
]
