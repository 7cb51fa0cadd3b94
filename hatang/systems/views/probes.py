"""What looks at hosts found: the list with its plan, one system's looks, asking for a look now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day
from hatang.pages.lists import Column, ListPage
from hatang.systems.forms.probes import ProbePlanForm
from hatang.systems.models import PROBE, SEE_FINDING, InformationSystem, SystemProbe
from hatang.systems.services.probes import ask_to_probe, hosts_in, percent_reachable, plan_of, save_plan
from hatang.systems.views.ways import in_register

TITLE = "Kiểm tra từ xa"
DAYS_SHOWN = 30
LOOKS_SHOWN = 200


def yes(value: bool | None) -> str:
    """Write yes, no, or that it is not known."""
    return "chưa rõ" if value is None else "✓ có" if value else "✗ không"


class ProbeList(LoginRequiredMixin, ListPage):
    """The latest look at each system of a province."""

    title = TITLE
    template = "systems/probes.html"
    search_fields = ("system__search_key", "host_name")
    default_sort = "system__name"
    empty_text = "Chưa kiểm tra hệ thống nào."
    columns = (
        Column(
            "Hệ thống",
            lambda p: p.system.name,
            "system__name",
            link=lambda p: reverse("systems:probe", args=[p.system_id]),
        ),
        Column("Tên miền", lambda p: p.host_name, "host_name"),
        Column("IPv4", lambda p: yes(p.answers_ipv4), "answers_ipv4"),
        Column("IPv6", lambda p: yes(p.answers_ipv6), "answers_ipv6"),
        Column("Trả lời, ms", lambda p: p.response_ms, "response_ms", number=True, decimals=0),
        Column(
            "Chứng thư tới",
            lambda p: day(timezone.localdate(p.certificate_until)) if p.certificate_until else "–",
            "certificate_until",
        ),
        Column("Chứng thư bị từ chối", lambda p: p.certificate_fault or "không", "certificate_fault"),
        Column("HSTS", lambda p: yes(p.hsts), "hsts"),
        Column("DNSSEC", lambda p: yes(p.dnssec), "dnssec"),
        Column("Lúc", lambda p: f"{timezone.localtime(p.at):%H:%M %d/%m/%Y}", "at"),
        Column("Lỗi", lambda p: p.fault or "–"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[SystemProbe]:
        self.province = province_for(request, kwargs["code"], SEE_FINDING, whole=True)
        latest = SystemProbe.objects.visible_to(request.user).filter(system__province=self.province).latest_each()
        return latest.select_related("system")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        looks = list(self.rows(request, **kwargs))
        may = request.user.has_perm(PROBE, self.province)
        return {
            "province": self.province,
            "looked": len(looks),
            "answering": sum(look.reachable for look in looks),
            "over_ipv6": sum(look.answers_ipv6 for look in looks),
            "hosts": len(hosts_in(self.province, timezone.localdate())),
            "plan": plan_of(self.province),
            "form": ProbePlanForm(instance=plan_of(self.province)) if may else None,
            "crumbs": in_register(self.province, (TITLE, "")),
        }


@login_required
@require_POST
def probe_now(request: HttpRequest, code: str) -> HttpResponse:
    """Start looking at every host."""
    province = province_for(request, code, PROBE, whole=True)
    try:
        return redirect("work:job", ask_to_probe(actor=request.user, province=province).pk)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("systems:probes", code)


@login_required
@require_POST
def probe_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Keep whether and how often the hosts are looked at."""
    province = province_for(request, code, PROBE, whole=True)
    form = ProbePlanForm(request.POST, instance=plan_of(province))
    if form.is_valid():
        save_plan(actor=request.user, plan=form.save(commit=False))  # type: ignore[arg-type]
        messages.success(request, "Đã lưu lịch kiểm tra.")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("systems:probes", code)


@login_required
@require_GET
def probe(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the looks at one system."""
    systems = InformationSystem.objects.visible_to(request.user).select_related("province")
    system = get_object_or_404(systems, pk=pk)
    province_for(request, system.province.code, SEE_FINDING, whole=True)
    looks = SystemProbe.objects.visible_to(request.user).filter(system=system).order_by("-pk")
    lately = list(looks.since(timezone.now() - timedelta(days=DAYS_SHOWN)))
    context = {
        "system": system,
        "looks": looks[:LOOKS_SHOWN],
        "count": len(lately),
        "percent": percent_reachable(lately),
        "days": DAYS_SHOWN,
        "crumbs": in_register(
            system.province, (TITLE, reverse("systems:probes", args=[system.province.code])), (system.name, "")
        ),
    }
    return render(request, "systems/probe.html", context)
