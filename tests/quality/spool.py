"""Results of tests as the test server leaves them, for tests that need no network."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from hatang.core.ndt7.results import Result, keep_result


def leave(direction: str, *, at: datetime | None = None, **more: Any) -> str:
    """Leave one direction's result where the web server looks for it, and give its name."""
    began = at or timezone.now() - timedelta(seconds=30)
    facts: dict[str, Any] = {"mbps": 48.27, "min_rtt_ms": 12.5, "rtt_var_ms": 3.0, "retransmitted_ratio": 0.004}
    facts |= {"bytes": 60_000_000, "ip_family": 4, "uuid": str(uuid4())} | more
    result = Result(direction=direction, began_at=began, ended_at=began + timedelta(seconds=10), **facts)
    keep_result(Path(settings.DATA) / "ndt7", result)
    return result.uuid


def a_pair(**more: Any) -> dict[str, str]:
    """Leave both directions of one test, as the page posts their names."""
    up = {"mbps": 9.5, "retransmitted_ratio": None}
    return {"download": leave("download", **more), "upload": leave("upload", **(up | more))}
