"""Tenancies: who uses whose thing, since when, until when, at what price; entered, corrected and ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import Scope, scopes
from hatang.accounts.models import Organisation
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.network.audience import Viewer
from hatang.network.forms import EndTenancyForm, NewTenancyForm, TermsForm
from hatang.network.models import SharingRequest, Station, Tenancy
from hatang.network.models.requests import VIEW
from hatang.network.models.tenancies import LINKS
from hatang.network.services import add_tenancy, change_tenancy, end_tenancy, free_of
from hatang.network.services.tenancies import CHANGE
from hatang.network.views.lists import ProvinceList, in_register
from hatang.network.views.requests import page_of, sent, shareable_thing
from hatang.pages.lists import Column
from hatang.places.models import Place

TITLE = "Hợp đồng dùng chung"
READ_ALONG = ("tenant", "station__operator", "station__mast__province", *(f"{link}__owner" for link in LINKS))
PROVINCES = tuple(f"{link}__province" for link in LINKS)


class Teller:
    """What a person may read of tenancies: names as far as they know the thing, prices only of their own side."""

    def __init__(self, request: HttpRequest) -> None:
        self.viewer = Viewer(request.user)
        self.priced: list[Scope] = scopes(request.user, VIEW)

    def name(self, row: Tenancy) -> str:
        """Name the thing; the parties of active sharing know the station."""
        return f"trạm {row.station}" if row.station_id else self.viewer.name(row.thing)

    def price_vnd(self, row: Tenancy) -> int | None:
        """Give the price to the parties and the department, to nobody else."""
        province_id = row.province.pk
        parties = (row.tenant_id, row.owner.pk)
        told = any(
            scope.covers(province_id=province_id, place_id=None, organisation_id=party)
            for scope in self.priced
            for party in parties
        )
        return row.price_vnd if told else None


def in_province(province: Place) -> Q:
    """Write that a tenancy's thing lies in a province."""
    here = Q(station__mast__province=province)
    for link in LINKS:
        here |= Q(**{f"{link}__province": province})
    return here


class TenancyList(ProvinceList):
    """The tenancies of a province that the person may see."""

    title = TITLE
    template = "network/tenancies.html"
    search_fields = ("tenant__search_key", "contract", *(f"{link}__owner__search_key" for link in LINKS))
    default_sort = "-since_on"
    empty_text = "Chưa có việc dùng chung nào. Ghi từ trang của công trình, hoặc qua một đề nghị dùng chung."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        teller = Teller(request)
        self.columns = (  # type: ignore[misc]
            Column("Công trình", teller.name, link=lambda t: t.get_absolute_url()),
            Column("Chủ sở hữu", lambda t: t.owner.short_name or t.owner.name),
            Column("Bên thuê", lambda t: t.tenant.short_name or t.tenant.name, "tenant__sort_key"),
            Column("Hình thức", lambda t: t.get_mode_display(), "mode"),
            Column("Từ ngày", lambda t: day(t.since_on), "since_on"),
            Column("Đến ngày", lambda t: day(t.until_on) if t.until_on else None, "until_on"),
            Column("Số lượng", lambda t: t.amount, "amount", number=True, decimals=0),
            Column("Giá mỗi tháng, đồng", teller.price_vnd, number=True, decimals=0),
            Column("Hợp đồng", lambda t: t.contract or None),
        )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Tenancy]:
        self.province = province_for(request, kwargs["code"], "network.view_station")
        rows = Tenancy.objects.visible_to(request.user).filter(in_province(self.province))
        if request.GET.get("ht") in Tenancy.Mode.values:
            rows = rows.filter(mode=request.GET["ht"])
        if request.GET.get("luc") == "nay":
            rows = rows.in_force(timezone.localdate())
        return rows.select_related(*READ_ALONG, *PROVINCES)

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "crumbs": in_register(self.province, (TITLE, "")),
            "modes": Tenancy.Mode.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("ht", "luc")},
        }


def visible_tenancy(request: HttpRequest, pk: int) -> Tenancy:
    """Give the tenancy if the person may see it; otherwise it answers as if it were not there."""
    rows = Tenancy.objects.visible_to(request.user).select_related(*READ_ALONG, *PROVINCES)
    return get_object_or_404(rows, pk=pk)


def changeable(request: HttpRequest, pk: int) -> Tenancy:
    """Give the tenancy if the person may change it: its owner and the department, never the tenant alone."""
    row = visible_tenancy(request, pk)
    if not request.user.has_perm(CHANGE, row):
        raise Http404
    return row


def way(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province to a tenancy."""
    return in_register(province, (TITLE, reverse("network:tenancies", args=[province.code])), *more)


@login_required
def tenancy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a tenancy."""
    row, teller = visible_tenancy(request, pk), Teller(request)
    name = teller.name(row)
    context = {
        "row": row,
        "title": f"Dùng chung {name}",
        "finding": standing(row),
        "facts": facts(row, teller, name),
        "thing_page": page_of(row.station.mast if row.station else row.thing, request),
        "origin": SharingRequest.objects.visible_to(request.user).filter(tenancy=row).first(),
        "may_change": request.user.has_perm(CHANGE, row),
        "ended": not row.still_holds,
        "simulated": row.simulated,
        "crumbs": way(row.province, (name, "")),
    }
    return render(request, "network/tenancy.html", context)


def standing(row: Tenancy) -> str:
    """Say who uses whose thing, and whether it holds today."""
    today = timezone.localdate()
    parties = f"{row.tenant} dùng chung với {row.owner}"
    if row.since_on > today:
        return f"{parties} từ {day(row.since_on)}."
    if row.until_on and row.until_on <= today:
        return f"{parties} đã chấm dứt từ {day(row.until_on)}."
    return f"{parties}, đang có hiệu lực."


def facts(row: Tenancy, teller: Teller, name: str) -> list[tuple[str, str]]:
    """Give what the person may read of a tenancy."""
    price = teller.price_vnd(row)
    told = {
        "Công trình": name,
        "Chủ sở hữu": str(row.owner),
        "Bên thuê": str(row.tenant),
        "Hình thức": row.get_mode_display(),
        "Từ ngày": day(row.since_on),
        "Đến ngày": day(row.until_on) if row.until_on else "không thời hạn",
        "Số lượng": number(row.amount) if row.amount else "",
        "Phần tuyến": f"{number(row.shared_km, 3)} km" if row.shared_km else "",
        "Giá thuê mỗi tháng": f"{number(price)} đồng" if price is not None else "",
        "Hợp đồng": row.contract,
    }
    return [(label, value) for label, value in told.items() if value]


def usable(request: HttpRequest, link: str, pk: int) -> Any:
    """Give the thing or station on which the person may enter a tenancy: its owner or the department."""
    if link == "station":
        seen = Station.objects.visible_to(request.user).select_related("mast__province", "operator")
        row: Any = get_object_or_404(seen, pk=pk)
    else:
        row = shareable_thing(request, link, pk)
    if not request.user.has_perm(CHANGE, row):
        raise Http404
    return row


@login_required
def tenancy_new(request: HttpRequest, link: str, pk: int) -> HttpResponse:
    """Enter a tenancy that was agreed outside, or active sharing and roaming on a station."""
    thing, station = usable(request, link, pk), link == "station"
    started = Tenancy(**{link: thing})
    owner, province = started.owner, started.province
    bodies = Organisation.objects.in_force(timezone.localdate()).at_work_in(province)
    tenants = bodies.exclude(pk=owner.pk).order_by("sort_key")
    more = {"free": None if station else free_of(thing), "length_km": getattr(thing, "length_km", None)}
    form = NewTenancyForm(sent(request)[0], instance=started, tenants=tenants, station=station, **more)
    if request.method == "POST" and form.is_valid() and kept(request, form, add_tenancy):
        messages.success(request, "Đã ghi việc dùng chung.")
        return redirect(form.instance)
    name = f"{thing._meta.verbose_name} {thing}"
    lead = f"{name[0].upper()}{name[1:]} của {owner}."
    return form_page(request, form, "Ghi việc dùng chung", lead, way(province, (f"Ghi: {name}", "")))


@login_required
def tenancy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the terms of a tenancy."""
    row = changeable(request, pk)
    held = (row.amount or 0) if row.holds_spare else 0
    free = free_of(row.thing) if row.holds_spare else None
    more = {"free": None if free is None else free + held, "length_km": getattr(row.thing, "length_km", None)}
    form = TermsForm(sent(request)[0], instance=row, contract=False, **more)
    if request.method == "POST" and form.is_valid() and kept(request, form, change_tenancy):
        messages.success(request, "Đã lưu.")
        return redirect(row)
    name = Teller(request).name(row)
    return form_page(request, form, f"Sửa dùng chung {name}", "", linked(row, name, "Sửa"))


@login_required
def tenancy_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a tenancy on a day."""
    row = changeable(request, pk)
    form = EndTenancyForm(sent(request)[0], tenancy=row)
    if request.method == "POST" and form.is_valid():
        try:
            end_tenancy(actor=request.user, tenancy=row, until_on=form.cleaned_data["until_on"])  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Đã ghi ngày chấm dứt.")
            return redirect(row)
    name = Teller(request).name(row)
    told = "Từ ngày ấy việc dùng chung không còn hiệu lực và phần đã giữ được trả lại vào phần còn trống."
    return form_page(request, form, f"Chấm dứt dùng chung {name}", "", linked(row, name, "Chấm dứt"), told)


def linked(row: Tenancy, name: str, last: str) -> list[tuple[str, str]]:
    """Give the way to a form of a tenancy."""
    return way(row.province, (name, row.get_absolute_url()), (last, ""))


def kept(request: HttpRequest, form: Any, save: Any) -> bool:
    """Save the tenancy of a form; what the register refuses is said at the form."""
    try:
        save(actor=request.user, tenancy=form.instance)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


def form_page(
    request: HttpRequest, form: Any, title: str, lead: str, steps: list[tuple[str, str]], consequence: str = ""
) -> HttpResponse:
    """Show a form of a tenancy."""
    context: dict[str, Any] = {
        "title": title,
        "lead": lead,
        "forms": [form],
        "consequence": consequence,
        "crumbs": steps,
    }
    row = form.tenancy if isinstance(form, EndTenancyForm) else form.instance
    context["simulated"] = row.thing.simulated
    context["button"] = "Lưu" if not consequence else "Chấm dứt"
    return render(request, "network/step.html", context, status=422 if form.errors else 200)
