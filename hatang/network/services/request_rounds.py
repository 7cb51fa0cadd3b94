"""What the worker's round does for sharing: requests become overdue, ended tenancies give back what they held."""

from __future__ import annotations

from django.utils import timezone

from hatang.network.services.requests import mark_overdue
from hatang.network.services.tenancies import release_ended
from hatang.work.services import each_round


@each_round
def sharing_round() -> None:
    """Let requests be overdue, then free what ended tenancies held."""
    now = timezone.now()
    mark_overdue(now=now)
    release_ended(on=timezone.localdate(now))
