"""Building and road projects with their three checks, and public sites on offer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.services import province_for
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import day, number
from hatang.network.forms import BuildingForm, CheckForm, SiteForm
from hatang.network.models import BuildingCheck, BuildingProject, PublicSite
from hatang.network.views.lists import crumbs, in_register
from hatang.network.views.works import keeper, may_change
from hatang.pages.features import collection, feature, point
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, ListPage
from hatang.pages.widgets import position_words
from hatang.places.models import Place
from hatang.places.services import province_by_code

BUILDINGS = "Dự án tòa nhà, đường"
SITES = "Địa điểm công cho đặt thiết bị"
ON_MAP = 500


def newest(project: BuildingProject, stage: str) -> BuildingCheck | None:
    """Give the check that counts at a stage: the latest."""
    return next((check for check in reversed(project.checks.all()) if check.stage == stage), None)


def check_words(project: BuildingProject, stage: str) -> str:
    """Say how a stage was checked."""
    check = newest(project, stage)
    return f"{check.get_result_display()}, {day(check.on)}" if check else "chưa kiểm tra"


def stage_column(stage: Any) -> Column:
    """Make the column of a stage."""
    return Column(str(stage.label).capitalize(), lambda p: check_words(p, stage))


class BuildingList(LoginRequiredMixin, ListPage):
    """The projects of a province with what their checks found."""

    title = BUILDINGS
    template = "network/buildings.html"
    search_fields = ("search_key", "commune__search_key")
    default_sort = "title"
    empty_text = "Chưa có dự án nào."
    columns = (
        Column("Dự án", lambda p: p.title, "title", link=BuildingProject.get_absolute_url),
        Column("Loại", lambda p: p.get_kind_display(), "kind"),
        Column("Xã, phường", lambda p: p.commune and str(p.commune), "commune__sort_key"),
        Column("Chủ đầu tư", lambda p: p.investor, "investor"),
        Column("Đủ chỗ cho", lambda p: p.operator_room, "operator_room", number=True),
        *(stage_column(stage) for stage in BuildingCheck.Stage),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[BuildingProject]:
        self.province = province_for(request, kwargs["code"], "network.view_thing")
        rows = BuildingProject.objects.visible_to(request.user).filter(province=self.province)
        return rows.select_related("commune").prefetch_related("checks")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "may_change": may_change(request, self.province),
            "crumbs": in_register(self.province, (BUILDINGS, "")),
        }


@login_required
def building(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project and its checks; an officer adds one."""
    rows = BuildingProject.objects.visible_to(request.user).select_related("province", "commune")
    row = get_object_or_404(rows.prefetch_related("checks"), pk=pk)
    keeps = may_change(request, row.province)
    if request.method == "POST" and not keeps:
        raise Http404
    check = BuildingCheck(project=row)
    form = CheckForm(request.POST or None, instance=check, today=timezone.localdate()) if keeps else None
    if request.method == "POST" and form and form.is_valid():
        sign(check, request.user)  # type: ignore[arg-type]
        form.save()
        messages.success(request, f"Đã ghi kiểm tra {check.get_stage_display()}.")
        return redirect("network:building", pk)
    context = {
        "project": row,
        "stages": [(stage.label, newest(row, stage)) for stage in BuildingCheck.Stage],
        "checks": row.checks.all(),
        "form": form,
        "may_change": keeps,
        "simulated": row.simulated,
        "crumbs": in_register(
            row.province, (BUILDINGS, reverse("network:buildings", args=[row.province.code])), (row.title, "")
        ),
    }
    return render(request, "network/building.html", context, status=422 if form and form.errors else 200)


@login_required
def new_building(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a project."""
    province = keeper(request, code)
    return edited(request, BuildingForm, BuildingProject(), province, "Thêm dự án", BUILDINGS, "network:buildings")


@login_required
def edit_building(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a project."""
    rows = BuildingProject.objects.visible_to(request.user).select_related("province")
    row = get_object_or_404(rows, pk=pk)
    if not may_change(request, row.province):
        raise Http404
    return edited(request, BuildingForm, row, row.province, f"Sửa {row.title}", BUILDINGS, "network:buildings")


def edited(
    request: HttpRequest, form_class: Any, row: Any, province: Place, title: str, above: str, name: str
) -> HttpResponse:
    """Show or take the form of a project or site; afterwards its page."""
    form: ModelForm[Any] = form_class(request.POST or None, instance=row, province=province, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        sign(row, request.user)  # type: ignore[arg-type]
        saved = form.save()
        messages.success(request, f"Đã lưu {saved}.")
        return redirect(saved)
    way = crumbs(province, (above, reverse(name, args=[province.code])), (title, ""))
    context = {"form": form, "title": title, "crumbs": way}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


# Public sites


class SiteList(ListPage):
    """The public sites on offer in a province, for everybody."""

    title = SITES
    template = "network/sites.html"
    search_fields = ("search_key", "commune__search_key")
    default_sort = "title"
    empty_text = "Hiện không có địa điểm nào được chào."
    columns = (
        Column("Địa điểm", lambda s: s.title, "title", link=PublicSite.get_absolute_url),
        Column("Loại", lambda s: s.get_kind_display(), "kind"),
        Column("Xã, phường", lambda s: str(s.commune), "commune__sort_key"),
        Column("Kinh độ", lambda s: s.lon, number=True, decimals=6),
        Column("Vĩ độ", lambda s: s.lat, number=True, decimals=6),
        Column("Diện tích, m²", lambda s: s.area_m2, "area_m2", number=True, decimals=0),
        Column("Điện", lambda s: s.get_power_display() or None, "power"),
        Column("Giá", lambda s: s.price or None),
        Column("Cơ quan liên hệ", lambda s: s.body, "body"),
        Column("Từ ngày", lambda s: day(s.from_on), "from_on"),
        Column("Đến hết ngày", lambda s: day(s.until_on) if s.until_on else None, "until_on"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[PublicSite]:
        self.province = province_by_code(kwargs["code"])
        rows = PublicSite.objects.visible_to(request.user).filter(province=self.province).select_related("commune")
        return rows if request.GET.get("ca-cu") else rows.offered_on(timezone.localdate())

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        shown = list(self.searched(self.rows(request, **kwargs), request.GET.get("q", ""))[:ON_MAP])
        return {
            "province": self.province,
            "past": bool(request.GET.get("ca-cu")),
            "shapes": site_features(shown),
            "ground": ground_url(),
            "near": position_words((self.province.lon, self.province.lat)),
            "may_change": may_change(request, self.province),
            "crumbs": crumbs(self.province, (SITES, "")),
        }


def site_features(rows: list[PublicSite]) -> dict[str, Any]:
    """Give sites as GeoJSON for the page's map."""
    return collection(feature(point(site.lon, site.lat), name=site.title) for site in rows)


def visible_site(request: HttpRequest, pk: int) -> PublicSite:
    """Give a site."""
    rows = PublicSite.objects.visible_to(request.user).select_related("province", "commune")
    return get_object_or_404(rows, pk=pk)


def site(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a site with its terms."""
    row = visible_site(request, pk)
    today = timezone.localdate()
    known = {
        "Loại": row.get_kind_display(),
        "Xã, phường": str(row.commune),
        "Địa chỉ": row.address,
        "Kinh độ; vĩ độ": f"{number(row.lon, 6)}; {number(row.lat, 6)}",
        "Diện tích": f"{number(row.area_m2, 1)} m²" if row.area_m2 is not None else "",
        "Điện": row.get_power_display() if row.power else "chưa rõ",
        "Giá": row.price or "chưa công bố",
        "Cơ quan liên hệ": row.body,
        "Điện thoại, thư": row.contact,
        "Từ ngày": day(row.from_on),
        "Đến hết ngày": day(row.until_on) if row.until_on else "",
    }
    context = {
        "site": row,
        "open": row.from_on <= today and (row.until_on is None or row.until_on >= today),
        "facts": [(label, value) for label, value in known.items() if value],
        "shapes": site_features([row]),
        "ground": ground_url(),
        "may_change": may_change(request, row.province),
        "simulated": row.simulated,
        "crumbs": crumbs(row.province, (SITES, reverse("network:sites", args=[row.province.code])), (row.title, "")),
    }
    return render(request, "network/site.html", context)


@login_required
def new_site(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a site."""
    province = keeper(request, code)
    return edited(request, SiteForm, PublicSite(), province, "Thêm địa điểm", SITES, "network:sites")


@login_required
def edit_site(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a site, or end its offer."""
    row = visible_site(request, pk)
    if not may_change(request, row.province):
        raise Http404
    return edited(request, SiteForm, row, row.province, f"Sửa {row.title}", SITES, "network:sites")
