"""Packages of the universal-service fund: the list, one with what it lacks, making and changing, annex and map."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.models import Person
from hatang.accounts.services import province_for
from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, ListPage, attachment
from hatang.pages.widgets import position_words
from hatang.places.models import Place
from hatang.planning import fund_rules
from hatang.planning.forms.packages import PackageForm
from hatang.planning.models import CHANGE, SEE, FundPackage, Scenario
from hatang.planning.services.packages import annex, maps
from hatang.planning.services.packages.checks import Content, gaps_of
from hatang.planning.services.packages.making import drop_package, keep_package, nearest_provinces
from hatang.planning.services.packages.offers import Offer, offers_of
from hatang.planning.services.packages.reading import content_of
from hatang.planning.views.territory import Step
from hatang.planning.views.ways import in_planning, scenario_for
from hatang.work.services import KINDS, MAP_KINDS

TITLE = "Gói của Quỹ viễn thông công ích"
MAPS = {"gpkg": maps.geopackage, "geojson": maps.geojson}
SOLVED = (Scenario.State.PROVEN, Scenario.State.STOPPED)


def in_packages(province: Place, *more: Step) -> list[Step]:
    """Give the way through the province's packages to one."""
    return in_planning(province, (TITLE, reverse("planning:packages", args=[province.code]) if more else ""), *more)


class PackageList(LoginRequiredMixin, ListPage):
    """The packages of a province, and the scenarios from which one can be made."""

    title = TITLE
    template = "planning/package_list.html"
    search_fields = ("title", "note")
    default_sort = "-made_at"
    empty_text = "Chưa có gói nào."
    columns = (
        Column("Gói", lambda p: p.title, "title", link=FundPackage.get_absolute_url),
        Column("Dịch vụ", lambda p: p.get_service_display(), "service"),
        Column("Từ năm", lambda p: p.first_year, "first_year"),
        Column("Đến năm", lambda p: p.last_year, "last_year"),
        Column("Thôn", lambda p: p.count, "count", number=True, decimals=0),
        Column("Hộ đã biết", lambda p: p.households, "households", number=True, decimals=0),
        Column("Vốn ước tính, đồng", lambda p: p.capital_vnd, "capital_vnd", number=True, decimals=0),
        Column("Chi hằng năm, đồng", lambda p: p.yearly_vnd, "yearly_vnd", number=True, decimals=0),
        Column("Gộp với", lambda p: str(p.joined_with or "")),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[FundPackage]:
        self.province = province_for(request, kwargs["code"], SEE, whole=True)
        rows = FundPackage.objects.visible_to(request.user).filter(province=self.province)
        counted = rows.annotate(count=Count("villages"), households=Sum("villages__households"))
        return counted.select_related("joined_with")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        may = request.user.has_perm(CHANGE, self.province)
        solved = Scenario.objects.visible_to(request.user).filter(province=self.province, state__in=SOLVED)
        return {
            "province": self.province,
            "rules": fund_rules.fund_rules().values(),
            "scenarios": solved.order_by("-adopted_at", "-pk")[:20] if may else [],
            "may": may,
            "totals": totals_of(self.rows(request, **kwargs)),
            "crumbs": in_packages(self.province),
        }


def totals_of(rows: QuerySet[Any]) -> str:
    """Say how many villages the packages reach and what they cost together."""
    listed = list(rows.values_list("count", "capital_vnd", "yearly_vnd"))
    villages, capital, yearly = (sum(column) for column in zip(*listed, strict=True)) if listed else (0, 0, 0)
    return f"{number(villages)} thôn, vốn {vnd_words(capital)}, chi hằng năm {vnd_words(yearly)}"


def sentence(words: str) -> str:
    """Begin with a capital; what is written in capitals within, as 3G, stays."""
    return words[:1].upper() + words[1:]


def visible_package(request: HttpRequest, pk: int, permission: str = SEE) -> FundPackage:
    """Give the package if the person may do so much with it; otherwise it answers as if it were not there."""
    rows = FundPackage.objects.visible_to(request.user)
    package = get_object_or_404(rows.select_related("province", "scenario", "joined_with", "made_by"), pk=pk)
    if not request.user.has_perm(permission, package):
        raise Http404
    return package


@login_required
@require_GET
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a package: what it asks, what it lacks, its villages, points and estimate."""
    row = visible_package(request, pk)
    content = content_of(row)
    gaps = gaps_of(content)
    context = {
        "package": row,
        "content": content,
        "finding": finding_of(content),
        "musts": [gap for gap in gaps if gap.must],
        "notes": [gap for gap in gaps if not gap.must],
        "rules": fund_rules.fund_rules(),
        "households": sum(village.households or 0 for village in content.villages),
        "people": sum(village.population or 0 for village in content.villages),
        "years": row.last_year - row.first_year + 1,
        "shapes": maps.shapes(content),
        "ground": ground_url(),
        "near": position_words((row.province.lon, row.province.lat)),
        "may": request.user.has_perm(CHANGE, row),
        "simulated": row.simulated,
        "crumbs": in_packages(row.province, (row.title, "")),
    }
    return render(request, "planning/package.html", context)


def finding_of(content: Content) -> str:
    """Say what the package brings to whom, for how much."""
    row, villages = content.package, content.villages
    known = [village.households for village in villages if village.households is not None]
    to = f"{number(len(villages))} thôn, {number(sum(known))} hộ"
    with_whom = f", gộp với {row.joined_with.name_inside}" if row.joined_with else ""
    money = f"vốn {vnd_words(row.capital_vnd)}, chi hằng năm {vnd_words(row.yearly_vnd)}"
    return f"{sentence(row.get_service_display())} tới {to} của {row.province.name_inside}{with_whom}: {money}."


@login_required
def package_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a package of a scenario's villages."""
    scenario = scenario_for(request, pk, CHANGE)
    row = FundPackage(
        province=scenario.province,
        scenario=scenario,
        service=scenario.service,
        title=f"{sentence(scenario.get_service_display())} cho các thôn của {scenario.province.name_inside}"[:200],
        first_year=scenario.first_year,
        last_year=scenario.first_year + fund_rules.years() - 1,
    )
    offers = offers_of(scenario)
    chosen = [o.village.pk for o in offers if o.fund_pays] or [o.village.pk for o in offers]
    return edited(request, row, offers, chosen)


@login_required
def package_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a package."""
    row = visible_package(request, pk, CHANGE)
    chosen = list(row.villages.values_list("pk", flat=True))
    return edited(request, row, offers_of(row.scenario), chosen)


def edited(request: HttpRequest, row: FundPackage, offers: list[Offer], chosen: list[int]) -> HttpResponse:
    """Show the form of a package, or keep what was posted."""
    posted = request.POST if request.method == "POST" else None
    offered, nearest = [offer.village.pk for offer in offers], nearest_provinces(row.province)
    form = PackageForm(posted, instance=row, offered=offered, nearest=nearest, initial={"villages": chosen})
    if posted is not None and form.is_valid() and kept(request, form):
        messages.success(request, "Đã lưu gói.")
        return redirect(form.instance)
    ticked = set(posted.getlist("villages")) if posted is not None else set(map(str, chosen))
    new = row.pk is None
    context = {
        "title": "Lập gói" if new else f"Sửa gói: {row.title}",
        "row": row,
        "form": form,
        "offers": [(offer, str(offer.village.pk) in ticked) for offer in offers],
        "paid": sum(offer.fund_pays for offer in offers),
        "rule": fund_rules.fund_rules()["least_villages"],
        "years": fund_rules.fund_rules()["years"],
        "crumbs": in_packages(row.province, ("Lập gói" if new else "Sửa gói", "")),
    }
    return render(request, "planning/package_form.html", context, status=422 if form.errors else 200)


def kept(request: HttpRequest, form: PackageForm) -> bool:
    """Keep a package; tell whether it was, the form says why not."""
    actor: Person = request.user  # type: ignore[assignment]
    try:
        keep_package(actor=actor, package=form.instance, villages=form.cleaned_data["villages"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@login_required
@require_POST
def package_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a package."""
    row = visible_package(request, pk, CHANGE)
    code = row.province.code
    drop_package(actor=request.user, package=row)  # type: ignore[arg-type]
    messages.success(request, f"Đã bỏ gói “{row.title}”. Lập lại được từ phương án của gói.")
    return redirect("planning:packages", code)


@login_required
@require_GET
def package_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the annex as a workbook."""
    content = content_of(visible_package(request, pk))
    return attachment(annex.annex(content, gaps_of(content)), f"phu-luc-goi-{pk}.xlsx", KINDS[".xlsx"])


@login_required
@require_GET
def package_map(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Give the digital map as a GeoPackage or GeoJSON."""
    if form not in MAPS:
        raise Http404
    content = content_of(visible_package(request, pk))
    return attachment(MAPS[form](content), f"ban-do-goi-{pk}.{form}", MAP_KINDS[f".{form}"])
