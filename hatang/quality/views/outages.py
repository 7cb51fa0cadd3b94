"""Outages: the list, one outage, telling one, its end, an officer's word, files of them, availability, beacons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import number
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, Column, ListPage, attachment, whole_number
from hatang.places.models import Place
from hatang.quality.forms.outages import BeaconForm, ClosingForm, DecisionForm, OutageFileForm, OutageForm
from hatang.quality.models import Beacon, Outage, OutageFile, Service
from hatang.quality.models.outages import CHANGE, SEE
from hatang.quality.services.availability import MonthOfOutages, availability
from hatang.quality.services.beacons import keep_beacon
from hatang.quality.services.outage_files import check_file, give_up_file, reread, save_file, template_workbook
from hatang.quality.services.outages import (
    Told,
    close_outage,
    decide_outage,
    keep_outages,
    operators_for,
    written,
)
from hatang.quality.views.territory import Step, way
from hatang.work.services import KINDS, SETTLED, check_size

TITLE = "Sự cố mất liên lạc"
SHOWN = 100
EARLIEST_YEAR = 2015


def in_outages(province: Place, *more: Step) -> list[Step]:
    """Give the way through the list of outages."""
    return way(province, (TITLE, reverse("quality:outages", args=[province.code])), *more)


def duration(minutes: int) -> str:
    """Write how long something lasted."""
    hours, rest = divmod(minutes, 60)
    return f"{number(hours)} giờ {rest} phút" if hours else f"{rest} phút"


def communes_of(outage: Outage) -> str:
    """Name the communes; of many the first."""
    names = [str(row.commune) for row in outage.touched.all()]
    return ", ".join(names[:3]) + (f" và {number(len(names) - 3)} xã khác" if len(names) > 3 else "")


class OutageList(LoginRequiredMixin, ListPage):
    """The outages of a province that the person may see."""

    title = TITLE
    template = "quality/outages.html"
    search_fields = ("reference", "remarks", "touched__commune__search_key")
    default_sort = "-began_at"
    empty_text = "Chưa có sự cố nào được báo."
    columns = (
        Column("Mã sự cố", lambda o: o.reference, "reference", link=Outage.get_absolute_url),
        Column("Doanh nghiệp", lambda o: o.operator.short_name or o.operator.name, "operator__name"),
        Column("Dịch vụ", lambda o: o.get_service_display(), "service"),
        Column("Xã, phường", communes_of),
        Column("Bắt đầu", lambda o: written(o.began_at), "began_at"),
        Column("Khôi phục", lambda o: written(o.ended_at) if o.ended_at else "chưa", "ended_at"),
        Column("Kéo dài", lambda o: duration(o.lasted_minutes), number=True),
        Column("Số người", lambda o: o.people, number=True, decimals=0),
        Column("Nguyên nhân", lambda o: o.get_cause_display(), "cause"),
        Column("Nguồn", lambda o: o.get_standing_display(), "standing"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Outage]:
        self.province = province_for(request, kwargs["code"], SEE)
        rows = Outage.objects.visible_to(request.user).filter(province=self.province).whole().distinct()
        if request.GET.get("dang") == "1":
            rows = rows.filter(ended_at__isnull=True)
        if request.GET.get("cho") == "1":
            rows = rows.filter(standing=Outage.Standing.TO_CONFIRM)
        service = request.GET.get("dich-vu", "")
        return rows.filter(service=service) if service in Service.values else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        seen = Outage.objects.visible_to(request.user).filter(province=self.province)
        return {
            "province": self.province,
            "services": Service.choices,
            "chosen": request.GET.get("dich-vu", ""),
            "under_way": seen.counting().filter(ended_at__isnull=True).count(),
            "waiting": seen.filter(standing=Outage.Standing.TO_CONFIRM).count(),
            "tells": bool(operators_for(request.user, self.province)),
            "keeps_beacons": request.user.has_perm(CHANGE, self.province),
            "crumbs": way(self.province, (TITLE, "")),
        }


def visible_outage(request: HttpRequest, pk: int) -> Outage:
    """Give an outage if the person may see it; otherwise it answers as if it were not there."""
    return get_object_or_404(Outage.objects.visible_to(request.user).whole().distinct(), pk=pk)


@login_required
@require_GET
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an outage."""
    return shown(request, visible_outage(request, pk))


def shown(
    request: HttpRequest, row: Outage, closing: ClosingForm | None = None, decision: DecisionForm | None = None
) -> HttpResponse:
    """Show an outage with the forms of what may be done."""
    may = request.user.has_perm(CHANGE, row)
    decides = row.beacon_id is not None and request.user.has_perm(CHANGE, row.province)
    refused = bool((closing and closing.errors) or (decision and decision.errors))
    context = {
        "outage": row,
        "lasted": duration(row.lasted_minutes),
        "may_change": may,
        "closing": (closing or ClosingForm()) if may and row.ended_at is None else None,
        "decision": (decision or DecisionForm()) if decides else None,
        "acts": row.acts.select_related("decided_by"),
        "simulated": row.simulated,
        "crumbs": in_outages(row.province, (row.reference, "")),
    }
    return render(request, "quality/outage.html", context, status=422 if refused else 200)


def communes_in(province: Place) -> list[Place]:
    """List today's communes."""
    rows = Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
    return list(rows.order_by("sort_key"))


@login_required
def new_outage(request: HttpRequest, code: str) -> HttpResponse:
    """Tell an outage."""
    province = province_for(request, code, CHANGE)
    return told(request, province, None)


@login_required
def edit_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an outage."""
    row = visible_outage(request, pk)
    if not request.user.has_perm(CHANGE, row):
        raise Http404
    return told(request, row.province, row)


def told(request: HttpRequest, province: Place, row: Outage | None) -> HttpResponse:
    """Show or take the form of an outage."""
    operators = operators_for(request.user, province)
    form = OutageForm(request.POST or None, operators=operators, communes=communes_in(province), initial=said_of(row))
    if row is not None:
        form.fields["operator"].disabled = form.fields["reference"].disabled = True
    if request.method == "POST" and form.is_valid():
        actor: Any = request.user
        try:
            keep_outages(actor=actor, province=province, told=[Told(**form.cleaned_data)])
            messages.success(request, "Đã lưu sự cố.")
            return redirect("quality:outages", province.code)
        except ValidationError as error:
            form.add_error(None, ValidationError([f"{text[:1].upper()}{text[1:]}" for text in error.messages]))
    title = f"Sửa {row.reference}" if row else "Báo sự cố"
    context = {"form": form, "title": title, "province": province, "crumbs": in_outages(province, (title, ""))}
    return render(request, "quality/outage_form.html", context, status=422 if form.errors else 200)


def said_of(row: Outage | None) -> dict[str, Any]:
    """Give what an outage says, for its form."""
    if row is None:
        return {}
    names = ("operator", "reference", "service", "cause", "began_at", "ended_at", "remarks")
    said: dict[str, Any] = {name: getattr(row, name) for name in names}
    for k, place in enumerate(row.touched.all(), 1):
        said |= {f"commune_{k}": str(place.commune_id), f"people_{k}": place.people}
    return said


@login_required
@require_POST
def end_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """Write when service came back."""
    row, form = visible_outage(request, pk), ClosingForm(request.POST)
    if not request.user.has_perm(CHANGE, row):
        raise Http404
    if form.is_valid():
        try:
            close_outage(actor=request.user, outage=row, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, "Đã ghi lúc khôi phục.")
            return redirect(row)
        except ValidationError as error:
            form.add_error("ended_at", error)
            row.refresh_from_db()
    return shown(request, row, closing=form)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an officer's word on what a beacon saw."""
    row, form = visible_outage(request, pk), DecisionForm(request.POST)
    if row.beacon_id is None or not request.user.has_perm(CHANGE, row.province):
        raise Http404
    if form.is_valid():
        decide_outage(actor=request.user, outage=row, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Đã ghi kết luận.")
        return redirect(row)
    return shown(request, row, decision=form)


# Files


@login_required
def new_file(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file of outages and see what it would bring."""
    province = province_for(request, code, CHANGE)
    form, actor = OutageFileForm(request.POST or None, request.FILES or None), request.user
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            said: dict[str, Any] = {"actor": actor, "province": province, "name": file.name, "content": file.read()}
            return redirect("quality:outage_file", check_file(**said).pk)
        except ValidationError as error:
            form.add_error("file", error)
    context = {"form": form, "province": province, "crumbs": in_outages(province, ("Nhập tệp", ""))}
    return render(request, "quality/outage_file_new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def file_template(request: HttpRequest, code: str) -> HttpResponse:
    """Give the template to fill."""
    province_for(request, code, CHANGE)
    return attachment(template_workbook(), "mau-su-co.xlsx", KINDS[".xlsx"])


def visible_file(request: HttpRequest, pk: int) -> OutageFile:
    """Give a file of outages if the person may see it."""
    return get_object_or_404(OutageFile.objects.visible_to(request.user), pk=pk)


@login_required
@require_GET
def outage_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would bring, or what is wrong in which row."""
    upload, actor = visible_file(request, pk), request.user
    read = reread(actor, upload) if upload.state in SETTLED else None  # type: ignore[arg-type]
    context = {
        "upload": upload,
        "read": read,
        "new": read.kept.added[:SHOWN] if read else [],
        "changed": read.kept.changed[:SHOWN] if read else [],
        "faults": read.faults[:SHOWN] if read else [],
        "crumbs": in_outages(upload.province, (upload.file.name, "")),
    }
    return render(request, "quality/outage_file.html", context)


@login_required
@require_POST
def save_outage_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a checked file's outages."""
    upload = visible_file(request, pk)
    try:
        kept = save_file(actor=request.user, upload=upload)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("quality:outage_file", pk)
    messages.success(request, f"Đã lưu tệp: {kept}.")
    return redirect("quality:outages", upload.province.code)


@login_required
@require_POST
def discard_outage_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a file that was not saved."""
    upload = visible_file(request, pk)
    try:
        give_up_file(upload)
        messages.success(request, f"Đã bỏ tệp {upload.file.name}.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("quality:outages", upload.province.code)


# Availability


def asked_month(request: HttpRequest) -> tuple[int, int]:
    """Read the month that is asked for; what is none is this month."""
    today = timezone.localdate()
    year, _, month = request.GET.get("thang", "").partition("-")
    asked = (whole_number(year, 4) or 0, whole_number(month, 2) or 0)
    known = (EARLIEST_YEAR, 1) <= asked <= (today.year, today.month) and 1 <= asked[1] <= 12
    return asked if known else (today.year, today.month)


@login_required
@require_GET
def availability_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show or export the availability of communes in a month."""
    province = province_for(request, code, SEE)
    year, month = asked_month(request)
    service = request.GET.get("dich-vu", "")
    service = service if service in Service.values else Service.MOBILE
    found = availability(request.user, province, service=service, year=year, month=month)
    title = f"Độ sẵn sàng {Service(service).label} tháng {month}/{year}"
    if request.GET.get("xuat") in EXPORTS:
        return EXPORTS[request.GET["xuat"]](f"{title} {province}", exported(found))
    context = {
        "province": province,
        "found": found,
        "title": title,
        "month": f"{year}-{month:02}",
        "service": service,
        "services": Service.choices,
        "simulated": found.simulated,
        "crumbs": in_outages(province, ("Độ sẵn sàng", "")),
    }
    return render(request, "quality/availability.html", context)


def exported(found: MonthOfOutages) -> list[list[Any]]:
    """Give the month as a table."""
    heads = ["Mã xã", "Xã, phường"]
    for operator in found.operators:
        name = operator.short_name or operator.name
        heads += [f"{name}: sẵn sàng, %", f"{name}: mất, phút", f"{name}: sự cố"]
    lines: list[list[Any]] = [heads]
    for commune, cells in found.lines:
        figures = [x for c in cells for x in (round(c.percent, 4), round(c.lost_min, 1), c.outages)]
        lines.append([commune.code, str(commune), *figures])
    return ([[SIMULATED_LINE]] if found.simulated else []) + lines


# Beacons


@login_required
def beacons(request: HttpRequest, code: str) -> HttpResponse:
    """List the beacons; add one, whose key is shown this once."""
    province = province_for(request, code, CHANGE)
    if not request.user.has_perm(CHANGE, province):
        raise Http404
    form = BeaconForm(request.POST or None, province=province)
    key = ""
    if request.method == "POST" and form.is_valid():
        key = keep_beacon(actor=request.user, beacon=form.save(commit=False))  # type: ignore[arg-type]
        form = BeaconForm(province=province)
    return beacons_page(request, province, form, key)


def beacons_page(request: HttpRequest, province: Place, form: BeaconForm, key: str) -> HttpResponse:
    """Show the beacons, and a key that was just made."""
    rows = Beacon.objects.visible_to(request.user).filter(province=province).select_related("commune", "operator")
    now = timezone.now()
    listed = list(rows.order_by("-is_active", "name"))
    context = {
        "province": province,
        "form": form,
        "key": key,
        "address": request.build_absolute_uri(reverse("api:beat")),
        "rows": [(row, row.is_active and row.is_silent(now)) for row in listed],
        "simulated": any(row.simulated for row in listed),
        "crumbs": in_outages(province, ("Máy đo liên lạc", "")),
    }
    return render(request, "quality/beacons.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change_beacon(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Give a beacon a new key, or take it out of use and back."""
    row = get_object_or_404(Beacon.objects.visible_to(request.user).select_related("province"), pk=pk)
    if act == "khoa":
        key = keep_beacon(actor=request.user, beacon=row)  # type: ignore[arg-type]
        return beacons_page(request, row.province, BeaconForm(province=row.province), key)
    row.is_active = not row.is_active
    row.heard_at = None
    row.save()
    return redirect("quality:beacons", row.province.code)
