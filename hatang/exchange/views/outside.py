"""Services of others: the list, one with its calls, a new one, and a call of which nobody knows whether it arrived."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hatang.accounts.services import person_of, province_for
from hatang.core.vietnamese import number
from hatang.exchange.forms import OutsideCallForm, OutsideForm
from hatang.exchange.models import AGREE, CHANGE, VIEW, OutsideCall, OutsideService
from hatang.exchange.services import ask_outside, decide_unknown, save_outside
from hatang.exchange.views.ways import in_catalogue, tabs_of
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place

FATES = {"da-nhan": True, "gui-lai": False}
SHOWN_CALLS = 50


def in_outsides(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way through the list of outside services."""
    return in_catalogue(province, ("Gọi ra", reverse("exchange:outsides", args=[province.code])), *more)


class Outside(LoginRequiredMixin, ListPage):
    """The services of others that the province calls."""

    title = "Dịch vụ bên ngoài"
    template = "exchange/outsides.html"
    search_fields = ("search_key",)
    default_sort = "name"
    empty_text = "Chưa ghi dịch vụ bên ngoài nào."
    columns = (
        Column("Tên", lambda s: s.name, "name", link=OutsideService.get_absolute_url),
        Column("Cơ quan cung cấp", lambda s: s.organisation, "organisation__sort_key"),
        Column("Lượt gọi", lambda s: s.called, "called", number=True, decimals=0),
        Column("Chờ gửi", lambda s: s.waiting, "waiting", number=True, decimals=0),
        Column("Không rõ", lambda s: s.unknown, "unknown", number=True, decimals=0),
        Column("Không thành", lambda s: s.failed, "failed", number=True, decimals=0),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[OutsideService]:
        self.province = province_for(request, kwargs["code"], VIEW, whole=True)
        state = OutsideCall.State
        rows = OutsideService.objects.visible_to(request.user).filter(province=self.province)
        return rows.select_related("organisation").annotate(
            called=Count("calls"),
            waiting=Count("calls", filter=Q(calls__state__in=(state.WAITING, state.SENDING))),
            unknown=Count("calls", filter=Q(calls__state=state.UNKNOWN)),
            failed=Count("calls", filter=Q(calls__state=state.FAILED)),
        )

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        calls = OutsideCall.objects.visible_to(request.user).filter(service__province=self.province)
        unknown = calls.filter(state=OutsideCall.State.UNKNOWN).count()
        return {
            "province": self.province,
            "finding": f"{number(unknown)} lượt gọi ra đang chờ người quyết định vì không rõ bên kia đã nhận chưa."
            if unknown
            else "Không lượt gọi ra nào đang chờ người quyết định.",
            "may_register": request.user.has_perm(AGREE, self.province),
            "tabs": tabs_of(request, self.province, "outsides"),
            "crumbs": in_catalogue(self.province, ("Gọi ra", "")),
        }


def outside_or_404(request: HttpRequest, pk: int) -> OutsideService:
    """Give an outside service that the person may see."""
    rows = OutsideService.objects.visible_to(request.user).select_related("organisation", "province")
    return get_object_or_404(rows, pk=pk)


@login_required
def outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an outside service with its calls, and take a new call."""
    row = outside_or_404(request, pk)
    actor = person_of(request)
    form = OutsideCallForm(request.POST or None) if actor.has_perm(CHANGE, row) else None
    if request.method == "POST" and form and form.is_valid():
        try:
            said = form.cleaned_data
            call = ask_outside(actor=actor, service=row, **{name: said[name] for name in ("method", "path", "body")})
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Đã xếp hàng lượt gọi; máy gửi trong giây lát.")
            return redirect(call)
    context = {
        "service": row,
        "form": form,
        "calls": row.calls.order_by("-pk")[:SHOWN_CALLS],
        "may_register": actor.has_perm(AGREE, row),
        "crumbs": in_outsides(row.province, (row.name[:60], "")),
    }
    return render(request, "exchange/outside.html", context, status=422 if form and form.errors else 200)


@login_required
def outside_new(request: HttpRequest, code: str) -> HttpResponse:
    """Register an outside service."""
    province = province_for(request, code, AGREE, whole=True)
    return outside_form(
        request, province, OutsideForm(request.POST or None, province=province), "Ghi dịch vụ bên ngoài"
    )


@login_required
def outside_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an outside service."""
    row = outside_or_404(request, pk)
    if not request.user.has_perm(AGREE, row):
        raise Http404
    form = OutsideForm(request.POST or None, instance=row, province=row.province)
    return outside_form(request, row.province, form, f"Sửa {row.name}")


def outside_form(request: HttpRequest, province: Place, form: OutsideForm, title: str) -> HttpResponse:
    """Show the form of an outside service, or save it."""
    actor = person_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            save_outside(actor=actor, service=form.save(commit=False), secret=form.cleaned_data["secret"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Đã lưu.")
            return redirect(form.instance)
    context = {"form": form, "title": title, "button": "Lưu", "crumbs": in_outsides(province, (title[:60], ""))}
    return render(request, "exchange/form.html", context, status=422 if form.errors else 200)


def call_or_404(request: HttpRequest, pk: int) -> OutsideCall:
    """Give an outgoing call that the person may see."""
    rows = OutsideCall.objects.visible_to(request.user).select_related("service__province", "made_by")
    return get_object_or_404(rows, pk=pk)


@login_required
def outside_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an outgoing call and what became of it."""
    row = call_or_404(request, pk)
    context = {
        "call": row,
        "may_decide": request.user.has_perm(CHANGE, row.service) and row.state == OutsideCall.State.UNKNOWN,
        "crumbs": in_outsides(
            row.service.province, (row.service.name[:60], row.service.get_absolute_url()), (f"Lượt {row.pk}", "")
        ),
    }
    return render(request, "exchange/outside_call.html", context)


@login_required
@require_POST
def outside_decide(request: HttpRequest, pk: int, fate: str) -> HttpResponse:
    """Say of a call whether it arrived."""
    row = call_or_404(request, pk)
    actor = person_of(request)
    if fate not in FATES or not actor.has_perm(CHANGE, row.service):
        raise Http404
    try:
        decide_unknown(actor=actor, call=row, arrived=FATES[fate])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)
    messages.success(request, "Đã ghi.")
    return redirect(row)
