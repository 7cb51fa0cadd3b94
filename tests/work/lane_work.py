"""Jobs of the tests of lanes: the worker's process imports them from here."""

from __future__ import annotations

import os
import time
from pathlib import Path

from hatang.work.models import Job
from hatang.work.services import Progress, background

LONGEST_S = 200


@background(lane=Job.Lane.LONG)
def hold(progress: Progress, folder: str) -> str:
    """Say in which process this runs, then work until the folder holds a file `enough`."""
    Path(folder, "began").write_text(str(os.getpid()))
    ends = time.monotonic() + LONGEST_S
    while not Path(folder, "enough").exists():
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(0.02)
    return "/dai"


@background
def glance(progress: Progress) -> str:
    """Do next to nothing."""
    return "/ngan"
