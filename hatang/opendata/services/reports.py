"""Errors that people report, and the officers who answer them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.opendata.models import DatasetVersion, ErrorReport
from hatang.work.services import within_limit

HOUR_S = 3600
MOST_OF_ADDRESS = 10
MOST_OF_PROVINCE = 200
"""How many reports one address, and how many for a province, are taken in an hour."""


def may_report(*, who: str, version: DatasetVersion) -> bool:
    """Count one more report from an address and tell whether it is taken."""
    own = within_limit(action="opendata-report", who=who, most=MOST_OF_ADDRESS, seconds=HOUR_S)
    here = str(version.province_id)
    return own and within_limit(action="opendata-province", who=here, most=MOST_OF_PROVINCE, seconds=HOUR_S)


def receive_report(*, version: DatasetVersion, report: ErrorReport) -> ErrorReport:
    """Keep what somebody wrote about a version."""
    report.dataset, report.province, report.version_number = version.dataset, version.province, version.number
    report.save()
    return report


@transaction.atomic
def close_report(*, actor: Person, report: ErrorReport, answer: str) -> ErrorReport:
    """Close a report with what was done. Raises ValidationError when somebody has closed it."""
    row = ErrorReport.objects.select_for_update().get(pk=report.pk)
    if row.closed_at is not None:
        raise ValidationError("Báo lỗi này đã được trả lời.")
    row.answer, row.closed_at, row.closed_by = answer, timezone.now(), actor
    row.save()
    return row
