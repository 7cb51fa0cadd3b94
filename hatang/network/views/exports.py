"""Take the register away: choose what, then get the file at once or made in the background."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.accounts.models import Person
from hatang.accounts.services import province_for
from hatang.network.forms import ExportForm
from hatang.network.forms.exports import EVERY_STATE
from hatang.network.models import LifeState
from hatang.network.services.as_of import sees_former
from hatang.network.services.exports import (
    ALL,
    FORMATS,
    Asked,
    Export,
    export_of,
    file_of,
    made_for,
    on_day,
    response,
    rows_in,
    start_export,
    tables_for,
    too_large,
)
from hatang.network.views.lists import in_register
from hatang.places.models import Place
from hatang.work.services import file_response

FIRST_FORMAT = "xlsx"


def form_for(person: Person, province: Place, data: QueryDict | None) -> ExportForm:
    """Give the form of what may be exported by a person, filled from a question."""
    tables = [(table.slug, table.title) for table in tables_for(person, province)]
    return ExportForm(
        data,
        province=province,
        today=timezone.localdate(),
        tables=tables,
        formats=[(one.slug, one.label) for one in FORMATS.values()],
        sees_former=sees_former(person),
        initial={"gom": [slug for slug, _ in tables], "dang": FIRST_FORMAT, "tt": EVERY_STATE},
    )


def export_from(person: Person, province: Place, form: ExportForm) -> Export:
    """Give the export that a valid form asks for."""
    facts = form.cleaned_data
    asked = Asked(
        province,
        on=on_day(person, facts["ngay"] or form.today),
        known_at=facts.get("biet-luc"),
        commune=facts["xa"] and facts["xa"].pk,
        organisation=facts["dn"] and facts["dn"].pk,
        state=LifeState.IN_USE if facts["phat"] else facts["tt"],
        sort=facts["loai"][:20],
        technology=(facts["mang"] or facts["cn"])[:10],
        offered=facts["chao"],
        spare=bool(facts["trong"]),
        shared=bool(facts["chung"]),
        text=facts["q"],
    )
    return export_of(person=person, slugs=facts["gom"], form=facts["dang"], asked=asked)


@login_required
def export(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what to export; a small file is given at once, a large one made in the background."""
    person: Person = request.user  # type: ignore[assignment]
    province = province_for(request, code, "network.view_thing")
    posted = request.method == "POST"
    form = form_for(person, province, request.POST if posted else None)
    if posted and form.is_valid():
        try:
            made = export_from(person, province, form)
            if too_large(made, made.sheets):
                return redirect("work:job", start_export(actor=person, export=made).pk)
            return redirect(address(code, form))
        except ValidationError as error:
            form.add_error("dang", error)
    return page(request, province, form)


def address(code: str, form: ExportForm) -> str:
    """Give the direct address of what a form asks for."""
    chosen = form.cleaned_data["gom"]
    slug = chosen[0] if len(chosen) == 1 else ALL
    query = QueryDict(mutable=True)
    for name in form.fields.keys() - {"dang", *(["gom"] if slug != ALL else [])}:
        query.setlist(name, [value for value in form.data.getlist(name) if value])  # type: ignore[attr-defined]
    asked = query.urlencode()
    return reverse("network:export_file", args=[code, slug, form.cleaned_data["dang"]]) + (f"?{asked}" if asked else "")


@login_required
@require_GET
def export_file(request: HttpRequest, code: str, slug: str, form: str) -> HttpResponseBase:
    """Give a file of one kind, or of all, filtered as the lists are; ask first where it takes long."""
    person: Person = request.user  # type: ignore[assignment]
    province = province_for(request, code, "network.view_thing")
    allowed = [table.slug for table in tables_for(person, province)]
    if form not in FORMATS or slug not in (ALL, *allowed):
        raise Http404
    asked = request.GET.copy()
    asked["dang"] = form
    asked.setlist("gom", [slug] if slug != ALL else request.GET.getlist("gom") or allowed)
    filled = form_for(person, province, asked)
    if not filled.is_valid():
        return page(request, province, filled)
    try:
        made = export_from(person, province, filled)
        sheets = made.sheets
        if too_large(made, sheets):
            return page(request, province, filled, large=rows_in(sheets))
        return response(made, sheets)
    except ValidationError as error:
        filled.add_error("dang", error)
        return page(request, province, filled)


def page(request: HttpRequest, province: Place, form: ExportForm, **more: Any) -> HttpResponse:
    """Show the form; with `large`, how many rows wait to be made into a file."""
    person: Person = request.user  # type: ignore[assignment]
    context = {
        "form": form,
        "province": province,
        "made": made_for(person),
        "crumbs": in_register(province, ("Xuất dữ liệu", "")),
        **more,
    }
    return render(request, "network/export.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def export_result(request: HttpRequest, key: str) -> HttpResponseBase:
    """Give a file that was made for the person."""
    return file_response(file_of(key, request.user))  # type: ignore[arg-type]
