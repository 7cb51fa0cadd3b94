"""Counting a province's figures anew when somebody asks for it, in the background."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Value
from hatang.indicators.services.choosing import may, require
from hatang.indicators.services.computing import compute_values
from hatang.places.models import Place
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job


def start_recount(*, actor: Person, province: Place) -> Job:
    """Start counting all years that the province has counted figures of; what changes waits for approval."""
    require(actor, "indicators.compute_value", province)
    return run_job(recount_job, actor=actor, title=f"Tính lại số liệu {province} từ sổ", province_id=province.pk)


def years_counted(province: Place) -> list[int]:
    """List the years with counted figures, and this one; the latest first."""
    counted = Value.objects.known().filter(place=province, how=Value.How.COUNTED)
    years = counted.order_by().values_list("year", flat=True).distinct()
    return sorted({*years, timezone.localdate().year}, reverse=True)


@background
def recount_job(progress: Progress, province_id: int) -> str:
    """Count anew by the person who asked; end where the drafts wait, or at the province for who cannot approve."""
    province = Place.objects.get(pk=province_id)
    actor = Job.objects.select_related("asked_by").get(pk=progress.job_id).asked_by
    if actor is None:
        raise PermissionDenied
    years = years_counted(province)
    for done, year in enumerate(years):
        progress(100 * done // len(years), f"Đang tính năm {year}.")
        compute_values(actor=actor, province=province, year=year)
    page = "indicators:approve" if may(actor, "indicators.approve_value", province) else "web:province"
    return reverse(page, args=[province.code])
