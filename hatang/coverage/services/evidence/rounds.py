"""What the worker's round does for evidence: challenges expire, provinces whose evidence changed are counted anew."""

from __future__ import annotations

from django.utils import timezone

from hatang.coverage.services.evidence.challenges import expire_overdue
from hatang.coverage.services.evidence.recounting import recount_changed
from hatang.work.services import each_round


@each_round
def evidence_round() -> None:
    """Let challenges expire, then count anew what changed since."""
    expire_overdue(now=timezone.now())
    recount_changed()
