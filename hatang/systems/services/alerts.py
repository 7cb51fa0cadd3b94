"""What looks at hosts tell people: which systems went away or will be refused by browsers, and which came back."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.systems.models import WORK_FINDING, FindingRule, SystemFinding
from hatang.systems.services.findings import compute_findings
from hatang.work.services import notify, people_with

URGENT = (FindingRule.UNREACHABLE, FindingRule.CERTIFICATE)
"""What cannot wait for somebody to open the list."""
NAMED = 10


def tell_of_looks(province: Place) -> tuple[int, int]:
    """Compute findings from the latest looks and tell, once, what is new and what is over; give how many of each."""
    before = urgent_in(province)
    compute_findings(province=province, on=timezone.localdate())
    after = urgent_in(province)
    new = [row for pk, row in after.items() if pk not in before]
    over = [row for pk, row in before.items() if pk not in after]
    tell(province, new, "cần xem ngay")
    tell(province, over, "không còn lỗi đã báo")
    return len(new), len(over)


def urgent_in(province: Place) -> dict[int, SystemFinding]:
    """Give the open findings that cannot wait."""
    rows = SystemFinding.objects.open().filter(province=province, rule__in=URGENT).order_by("pk")
    return {row.pk: row for row in rows.select_related(*SystemFinding.LINKS)}


def tell(province: Place, rows: Sequence[SystemFinding], what: str) -> None:
    """Put one notice about some findings before who works through the list."""
    if not rows:
        return
    who = str(rows[0].subject) if len(rows) == 1 else f"{number(len(rows))} hệ thống"
    lines = [f"{row.subject}: {row.get_rule_display()}." for row in rows[:NAMED]]
    if len(rows) > NAMED:
        lines.append(f"Và {number(len(rows) - NAMED)} hệ thống nữa.")
    notify(
        to=people_with(permission=WORK_FINDING, province=province),
        subject=f"{who} {what} sau lần kiểm tra từ xa",
        body=" ".join(lines),
        url=reverse("systems:findings", args=[province.code]),
    )
