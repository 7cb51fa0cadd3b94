"""The catalogue of a province, one service, and its description for machines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.services import person_of
from hatang.core.vietnamese import number
from hatang.exchange.models import AGREE, REQUEST, Agreement, DataService
from hatang.exchange.services import openapi_of, set_offer
from hatang.exchange.services_offered import SERVICES
from hatang.exchange.views.ways import in_catalogue, tabs_of
from hatang.pages.lists import Column, ListPage
from hatang.places.services import province_by_code

State = DataService.State
FIRST_OFFERED = Case(When(state=State.OFFERED, then=Value(0)), default=Value(1))


class Catalogue(ListPage):
    """All services of a province, those that can be asked for first."""

    title = "Dịch vụ dữ liệu"
    template = "exchange/catalogue.html"
    search_fields = ("search_key",)
    default_sort = "first"
    empty_text = "Tỉnh chưa mô tả dịch vụ dữ liệu nào."
    columns = (
        Column("Dịch vụ", lambda s: s.title, "search_key", link=DataService.get_absolute_url),
        Column("Cơ quan giữ dữ liệu", lambda s: s.keeper or ("hệ thống này" if s.code in SERVICES else None)),
        Column("Trạng thái", lambda s: s.get_state_display(), "state"),
        Column("Mã", lambda s: s.code, "code"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[DataService]:
        self.province = province_by_code(kwargs["code"])
        rows = DataService.objects.visible_to(request.user).filter(province=self.province).select_related("province")
        return rows.annotate(first=FIRST_OFFERED)

    def sorted(self, rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        """Keep the order of the plan among those that are only described."""
        return super().sorted(rows, asked) if asked else rows.order_by("first", "code")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        states = list(DataService.objects.visible_to(request.user).filter(province=self.province).values_list("state"))
        offered = states.count((State.OFFERED,))
        return {
            "province": self.province,
            "finding": f"{self.province} đang cung cấp {number(offered)} dịch vụ dữ liệu, "
            f"mới mô tả {number(states.count((State.DESCRIBED,)))} dịch vụ khác.",
            "tabs": tabs_of(request, self.province, "catalogue"),
            "crumbs": [*in_catalogue(self.province)[:-1], (self.title, "")],
        }


def service_or_404(request: HttpRequest, code: str, service: str) -> DataService:
    """Give a service that the person may see."""
    province = province_by_code(code)
    rows = DataService.objects.visible_to(request.user).select_related("province")
    return get_object_or_404(rows, province=province, code=service)


@require_GET
def service(request: HttpRequest, code: str, service: str) -> HttpResponse:
    """Show one service: what is asked, what is given, how to get it."""
    row = service_or_404(request, code, service)
    offered = SERVICES.get(row.code)
    mine = scopes_in(request.user, REQUEST, row.province_id)
    agreements = Agreement.objects.visible_to(request.user).filter(service=row).under_way()
    context = {
        "service": row,
        "province": row.province,
        "offered": offered,
        "asked": offered.asked.model_json_schema()["properties"].items() if offered else (),
        "may_request": bool(mine) and row.state == State.OFFERED,
        "may_offer": request.user.has_perm(AGREE, row) and offered is not None,
        "agreements": agreements.select_related("organisation", "service") if request.user.is_authenticated else (),
        "address": request.build_absolute_uri(reverse("exchange:call", args=[row.code])),
        "token_address": request.build_absolute_uri(reverse("exchange_token")),
        "crumbs": in_catalogue(row.province, (row.title[:60], "")),
    }
    return render(request, "exchange/service.html", context)


@require_GET
def openapi(request: HttpRequest, code: str, service: str) -> HttpResponse:
    """Describe a service that runs for real to machines."""
    row = service_or_404(request, code, service)
    if row.code not in SERVICES:
        raise Http404
    site = request.build_absolute_uri("/").rstrip("/")
    return JsonResponse(openapi_of(row, site), json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_required
@require_POST
def offer(request: HttpRequest, code: str, service: str) -> HttpResponse:
    """Offer a service, or take it back."""
    row = service_or_404(request, code, service)
    actor = person_of(request)
    try:
        set_offer(actor=actor, service=row, offered=request.POST.get("cung-cap") == "co")
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)
    messages.success(request, f"Dịch vụ “{row}” {row.get_state_display()}.")
    return redirect(row)
