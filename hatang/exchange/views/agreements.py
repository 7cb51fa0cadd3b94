"""Requests and agreements: the list, a new request, one agreement with the steps open to its reader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.services import person_of
from hatang.core.vietnamese import day, number
from hatang.exchange.agreement_acts import ACTS
from hatang.exchange.forms import ProposalForm, ReasonForm, RequestForm
from hatang.exchange.models import REQUEST, Agreement
from hatang.exchange.services import act_on, acts_open_to, request_service
from hatang.exchange.services_offered import SERVICES
from hatang.exchange.views.catalogue import service_or_404
from hatang.exchange.views.ways import in_catalogue, province_open, tabs_of
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place

PROPOSE = "de-xuat"


class Agreements(LoginRequiredMixin, ListPage):
    """All agreements of a province that the person may see, the newest first."""

    title = "Thỏa thuận dịch vụ dữ liệu"
    template = "exchange/agreements.html"
    search_fields = ("search_key",)
    default_sort = "-made_at"
    empty_text = "Chưa có đề nghị nào."
    columns = (
        Column("Đơn vị", lambda a: a.organisation, "organisation__sort_key", link=Agreement.get_absolute_url),
        Column("Dịch vụ", lambda a: a.service, "service__code"),
        Column("Trạng thái", lambda a: a.standing, "state"),
        Column("Đến hết ngày", lambda a: day(a.ends_on), "ends_on"),
        Column("Lượt/phút", lambda a: a.rate_per_minute, "rate_per_minute", number=True, decimals=0),
        Column("Lượt/ngày", lambda a: a.quota_per_day, "quota_per_day", number=True, decimals=0),
        Column("Gửi ngày", lambda a: day(timezone.localtime(a.made_at).date()), "made_at"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Agreement]:
        self.province = province_open(request, kwargs["code"])
        rows = Agreement.objects.visible_to(request.user).filter(province=self.province)
        return rows.select_related("organisation", "service")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        rows = Agreement.objects.visible_to(request.user).filter(province=self.province)
        states = [state for (state,) in rows.values_list("state")]
        held = rows.in_force(timezone.localdate()).count()
        waiting = states.count(Agreement.State.SENT) + states.count(Agreement.State.PROPOSED)
        return {
            "province": self.province,
            "finding": f"{number(held)} thỏa thuận đang có hiệu lực, {number(waiting)} đề nghị đang chờ.",
            "tabs": tabs_of(request, self.province, "agreements"),
            "crumbs": in_catalogue(self.province, ("Thỏa thuận", "")),
        }


@login_required
def request_new(request: HttpRequest, code: str, service: str) -> HttpResponse:
    """Ask for a service."""
    row, actor = service_or_404(request, code, service), request.user
    if not scopes_in(actor, REQUEST, row.province_id) or row.code not in SERVICES:
        raise Http404
    person: Any = actor
    form = RequestForm(request.POST or None, actor=person, service=row)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        legal = (said["legal_number"], said["legal_issuer"], said["legal_date"])
        try:
            made = request_service(
                actor=person,
                service=row,
                organisation=said["organisation"],
                purpose=said["purpose"],
                legal=legal,
                **form.scope,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, "Đã gửi đề nghị. Cán bộ Sở xem xét rồi trình lãnh đạo; bạn được báo khi có kết quả."
            )
            return redirect(made)
    context = {
        "form": form,
        "title": f"Đề nghị dùng: {row.title}",
        "said": "Nói rõ mục đích và căn cứ; chỉ xin nơi và trường thật sự cần.",
        "button": "Gửi đề nghị",
        "crumbs": in_catalogue(row.province, (row.title[:60], row.get_absolute_url()), ("Đề nghị", "")),
    }
    return render(request, "exchange/form.html", context, status=422 if form.errors else 200)


def agreement_or_404(request: HttpRequest, pk: int) -> Agreement:
    """Give an agreement that the person may see."""
    whole = ("organisation", "service__province", "province", "legal", "requested_by", "proposed_by", "agreed_by")
    return get_object_or_404(Agreement.objects.visible_to(request.user).select_related(*whole), pk=pk)


@login_required
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one agreement."""
    return agreement_page(request, agreement_or_404(request, pk))


def agreement_page(request: HttpRequest, row: Agreement, forms: dict[str, Any] | None = None) -> HttpResponse:
    """Show an agreement, with what was mistyped in the form of a step."""
    forms = forms or {}
    steps = []
    for key, act in acts_open_to(request.user, row):
        usual = ProposalForm.of(row) if key == PROPOSE else ReasonForm(prefix=key, needed=True) if act.reason else None
        steps.append((key, act, forms.get(key, usual)))
    communes = Place.objects.communes().filter(code__in=row.communes, province=row.province).order_by("sort_key")
    offered = SERVICES.get(row.service.code)
    context = {
        "agreement": row,
        "simulated": row.simulated,
        "province": row.province,
        "communes": communes.in_force(timezone.localdate()) if row.communes else (),
        "fields": [(name, offered.fields.get(name, "")) for name in row.fields] if offered else (),
        "steps": steps,
        "history": row.steps.select_related("by").order_by("at", "pk"),
        "crumbs": in_catalogue(
            row.province,
            ("Thỏa thuận", reverse("exchange:agreements", args=[row.province.code])),
            (str(row.organisation)[:60], ""),
        ),
    }
    return render(request, "exchange/agreement.html", context, status=422 if forms else 200)


@login_required
@require_POST
def agreement_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Take a step of an agreement."""
    row = agreement_or_404(request, pk)
    actor = person_of(request)
    if act not in ACTS or not actor.has_perm(ACTS[act].permission, row):
        raise Http404
    form: Any = ReasonForm(request.POST, prefix=act, needed=ACTS[act].reason)
    if act == PROPOSE:
        form = ProposalForm.of(row, request.POST)
    if not form.is_valid():
        return agreement_page(request, row, {act: form})
    changed = form.scope if act == PROPOSE else None
    try:
        act_on(actor=actor, agreement=row, key=act, reason=form.cleaned_data.get("reason", ""), changed=changed)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        form.add_error(None, error.messages)
        return agreement_page(request, row, {act: form})
    messages.success(request, f"{ACTS[act].done}.")
    return redirect(row)
