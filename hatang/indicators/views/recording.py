"""Pages on which figures are handed in, and counted anew."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hatang.accounts.services import person_of
from hatang.core.vietnamese import number
from hatang.indicators.forms import PickForm, RecordForm
from hatang.indicators.models import Value
from hatang.indicators.services import (
    REPORTED,
    ROLLED_UP,
    Entry,
    FigureError,
    disagreement,
    lacking_in,
    record_values,
    start_recount,
)
from hatang.indicators.views.asking import COMPUTE, RECORD
from hatang.places.models import Place
from hatang.places.services import province_by_code


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Record an indicator's figures of a year, for the places that this person answers for."""
    province = province_by_code(code)
    places = recordable(request, province)
    if not places:
        raise Http404
    today = timezone.localdate()
    years = list(range(today.year, today.year - 6, -1))
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else today.year
    pick = PickForm(
        request.GET if "indicator" in request.GET else None,
        years=years,
        indicators=lacking_in(places, year),
        initial={"year": year},
    )
    form = record_form(request, pick, places) if pick.is_valid() else None
    if request.method == "POST" and form is not None and form.is_valid() and saved(request, form, pick):
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    context = {
        "province": province,
        "pick": pick,
        "form": form,
        "may_recount": request.user.has_perm(COMPUTE, province),
        "simulated": form is not None and form.shows_simulated,
        "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), ("Ghi số liệu", "")],
    }
    return render(request, "indicators/record.html", context, status=422 if form is not None and form.errors else 200)


def recordable(request: HttpRequest, province: Place) -> list[Place]:
    """List the province and communes whose figures the person may record."""
    communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province).order_by("sort_key")
    return [p for p in (province, *communes) if request.user.has_perm(RECORD, p)]


def record_form(request: HttpRequest, pick: PickForm, places: list[Place]) -> RecordForm:
    """Make the table for the chosen indicator and year, with what stands already."""
    indicator, year = pick.cleaned_data["indicator"], pick.cleaned_data["year"]
    if indicator.lowest_level == Place.Kind.PROVINCE:
        places = [p for p in places if p.kind == Place.Kind.PROVINCE]
    handed_in = Value.objects.known().filter(formula=REPORTED).exclude(source=ROLLED_UP)
    standing = handed_in.filter(indicator=indicator, year=year, place__in=places)
    return RecordForm(
        request.POST if request.method == "POST" else None,
        indicator=indicator,
        year=year,
        places=places,
        standing={v.place_id: v for v in standing},
    )


def saved(request: HttpRequest, form: RecordForm, pick: PickForm) -> bool:
    """Record what was typed; put the service's objections on the form if there are any."""
    year, on = pick.cleaned_data["year"], form.cleaned_data["on"]
    rows = [Entry(form.indicator, place, year, on=on, **told) for place, told in form.typed()]  # type: ignore[arg-type]
    try:
        rows = with_reasons(rows, form)
        counts = record_values(actor=person_of(request), rows=rows, source=form.cleaned_data["source"])
    except ValidationError as error:
        for fault in error.error_list:
            if isinstance(fault, FigureError):
                form.blame(fault.place, fault.reason)
            else:
                form.add_error(None, fault)
        return False
    messages.success(
        request, f"Đã ghi {number(counts.added)} số liệu mới, sửa {number(counts.changed)}. Chờ lãnh đạo Sở duyệt."
    )
    return True


def with_reasons(rows: list[Entry], form: RecordForm) -> list[Entry]:
    """Give the reason typed to corrections, and to a province's figure that its communes do not make; or ask for it."""
    reason: str = form.cleaned_data["reason"].strip()
    apart = {row.place.pk: words for row in rows if (words := disagreement(row))}
    if apart and not reason:
        look = "Xem lại; nếu đúng thì ghi vì sao ở ô Lý do."
        raise ValidationError([FigureError(r, f"{apart[r.place.pk]}. {look}") for r in rows if r.place.pk in apart])
    return [replace(r, reason=reason) if r.place.pk in form.standing or r.place.pk in apart else r for r in rows]


@require_POST
@login_required
def recount(request: HttpRequest, code: str) -> HttpResponse:
    """Start counting the province's figures anew from its registers; then wait for it."""
    province = province_by_code(code)
    if not request.user.has_perm(COMPUTE, province):
        raise Http404
    return redirect("work:job", start_recount(actor=person_of(request), province=province).pk)
