"""What the checks find in the sample's returns: a figure typed in thousands, one that jumps, one that is explained."""

from __future__ import annotations

from django.utils import timezone

from hatang.indicators.models import Finding, Period, Return, ReturnCell
from hatang.indicators.services.checks import run_checks
from hatang.places.models import Place

EXPLAINED = "Xã vừa nhận bàn giao số liệu của hai xã cũ nên tăng."
SLIPS = (1 / 1000, 0.4, 2.6)
"""By how much the slips of a few communes are off."""


def make_findings(province: Place) -> None:
    """Let a few communes that sent their returns have made slips, then check what is open; one slip is explained."""
    for period in Period.objects.filter(form__province=province, form__filer="commune", state=Period.State.OPEN):
        sent = period.returns.filter(state__in=(Return.State.SIGNED, Return.State.SUBMITTED)).order_by(
            "place__sort_key"
        )
        for row, factor in zip(sent, SLIPS, strict=False):
            slip(row, factor)
        run_checks(period)
        first = Finding.objects.filter(of_return__period=period, rule="jump", standing=True).order_by("pk")[:1]
        Finding.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
            reason=EXPLAINED, answered_at=timezone.now()
        )


def slip(row: Return, factor: float) -> None:
    """Make one figure of a return wrong."""
    cells = row.cells.filter(item__kind="indicator", numerator__gt=0, denominator__gt=0).select_related(
        "item__indicator"
    )
    cell = cells.order_by("item__order").first()
    if cell is None or cell.numerator is None or cell.denominator is None or cell.item.unit is None:
        return
    numerator = min(float(round(cell.numerator * factor)) or 1.0, cell.denominator)
    value = cell.item.unit.ratio(numerator, cell.denominator)
    ReturnCell.objects.filter(pk=cell.pk).update(numerator=numerator, value=value)
