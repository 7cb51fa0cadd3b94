"""Who calls what: figures of the last days, and the calls themselves with their proofs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.core.vietnamese import moment, number
from hatang.exchange.models import CallHead, CallRecord
from hatang.exchange.services import figures
from hatang.exchange.views.ways import in_catalogue, province_open, tabs_of
from hatang.pages.lists import Column, ListPage


def proof_address(record: CallRecord) -> str:
    """Give where a record's proof is."""
    return reverse("exchange:log_proof", args=[record.pk])


@login_required
@require_GET
def console(request: HttpRequest, code: str) -> HttpResponse:
    """Show who called what in the last days, how often that failed and how long it took."""
    province, today = province_open(request, code), timezone.localdate()
    days = figures.lines_of_days(request.user, province, today)
    partners = figures.lines_of_partners(request.user, province, today)
    sums = figures.finding_of(days)
    context = {
        "province": province,
        "simulated": any(line.simulated for line in partners),
        "days": days,
        "busiest": max((line.calls for line in days), default=0) or 1,
        "partners": partners,
        "quotas": figures.quotas_left(request.user, province, today),
        "head": CallHead.objects.order_by("-size").first(),
        "most_read": figures.MOST_READ,
        "finding": f"Hôm nay {number(sums['today'])} lượt gọi, {number(sums['today_errors'])} lỗi; "
        f"{number(figures.DAYS)} ngày qua {number(sums['week'])} lượt, {number(sums['week_errors'])} lỗi.",
        "tabs": tabs_of(request, province, "console"),
        "crumbs": in_catalogue(province, ("Theo dõi", "")),
    }
    return render(request, "exchange/console.html", context)


class Calls(LoginRequiredMixin, ListPage):
    """The records of calls that the person may see, the latest first, each with its proof."""

    title = "Lượt gọi dịch vụ dữ liệu"
    template = "exchange/calls.html"
    search_fields = ("organisation__search_key", "service", "client")
    default_sort = "-at"
    empty_text = "Chưa có lượt gọi nào."
    columns = (
        Column("Lúc", lambda c: moment(c.at), "at"),
        Column("Đơn vị", lambda c: c.organisation, "organisation__sort_key"),
        Column("Dịch vụ", lambda c: figures.title_of(c.service), "service"),
        Column("Chiều", lambda c: c.get_direction_display(), "direction"),
        Column("Trả lời", lambda c: c.status, "status", number=True),
        Column("Thời gian, ms", lambda c: c.duration_ms, "duration_ms", number=True, decimals=1),
        Column("Mã lượt gọi", lambda c: c.pk, link=proof_address),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[CallRecord]:
        self.province = province_open(request, kwargs["code"])
        rows = CallRecord.objects.visible_to(request.user).filter(province=self.province)
        return rows.select_related("organisation")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "tabs": tabs_of(request, self.province, "calls"),
            "crumbs": in_catalogue(self.province, ("Lượt gọi", "")),
        }
