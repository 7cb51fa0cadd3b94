"""What does this place have, and what does it lack?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.coverage.models import VERIFY, CoverageRun, PredictedService
from hatang.coverage.services.evidence.reading import EvidenceHere, evidence_at
from hatang.indicators.models import Value
from hatang.indicators.services import values_of
from hatang.places.models import Place
from hatang.web.services import presence_at, whereabouts
from hatang.web.services.presence import SERVED

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


@require_GET
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a place; today's province has its own page."""
    places = Place.objects.visible_to(request.user).select_related("province", "former_province", "parent", "legal")
    row, today = get_object_or_404(places.prefetch_related("codes"), pk=pk), timezone.localdate()
    gone = row.valid_to is not None and row.valid_to < today
    if row.kind == Place.Kind.PROVINCE and not gone:
        return redirect("web:province", row.code)
    values = newest_values(row, request.user)
    evidence = evidence_of(row, request.user, today)
    serving = [one.technology for one in evidence.anybody if one.served] if evidence.anybody else None
    presence = presence_at(row, person=request.user, today=today, serving=serving)
    context = {
        "place": row,
        "gone": gone,
        "presence": presence,
        "where": whereabouts(row, today=today),
        "values": values,
        "evidence": evidence,
        "predicted_url": predicted_url(row, request.user, today) if evidence.anybody else "",
        "verify_url": "" if gone else verify_url(row, request.user),
        "province": today_province(row, today),
        "map_url": map_url(row, today, gone=gone),
        "corrects": request.user.has_perm("places.change_place", row),
        "simulated": presence.simulated or evidence.simulated or any(v.simulated for v in values),
        "crumbs": crumbs_to(row, today),
    }
    return render(request, "web/place.html", context)


def evidence_of(row: Place, person: Someone, today: date) -> EvidenceHere:
    """Give the evidence of mobile services at a place that is served as one."""
    return evidence_at([row], today, person)[row.pk] if row.kind in SERVED else EvidenceHere()


def predicted_url(row: Place, person: Someone, today: date) -> str:
    """Give where the run that counts says which station serves the place and why; nothing for who may not see it."""
    run = CoverageRun.objects.counting(row.province, today) if row.province and person.is_authenticated else None
    if run is None or not PredictedService.objects.visible_to(person).filter(run=run, place=row).exists():
        return ""
    return reverse("coverage:run_place", args=[run.pk, row.pk])


def verify_url(row: Place, person: Someone) -> str:
    """Give where the person verifies services: of a village, or of all villages of a commune; nothing for others."""
    pages = {Place.Kind.VILLAGE: "coverage:verify_village", Place.Kind.COMMUNE: "coverage:verify_commune"}
    page = pages.get(Place.Kind(row.kind))
    if page is None or not person.has_perm(VERIFY, row):  # type: ignore[union-attr]
        return ""
    return reverse(page, args=[row.pk])


def today_province(row: Place, today: date) -> Place | None:
    """Give the province that the place lies in, if it is one of today's."""
    province = row.province
    return province if province and (province.valid_to is None or province.valid_to >= today) else None


def map_url(row: Place, today: date, *, gone: bool) -> str:
    """Give the address of the map that shows the place; none for what is gone or lies nowhere."""
    province = today_province(row, today)
    if province is None or gone or row.lon is None or row.lat is None:
        return ""
    questions = {Place.Kind.VILLAGE: "hoi=thon&", Place.Kind.ZONE: "hoi=khu&", Place.Kind.SITE: "hoi=khu&"}
    return f"{reverse('web:map', args=[province.code])}?{questions.get(Place.Kind(row.kind), '')}noi={row.pk}"


def newest_values(row: Place, person: Someone) -> list[Value]:
    """Give the newest figure of each indicator at the place."""
    if row.kind not in (Place.Kind.COMMUNE, Place.Kind.PROVINCE):
        return []
    holder = row.province or row
    newest: dict[int, Value] = {}
    for (indicator, _, year), value in values_of(person=person, province=holder, places=[row]).items():
        if indicator not in newest or newest[indicator].year < year:
            newest[indicator] = value
    return sorted(newest.values(), key=lambda v: v.indicator.number)


def crumbs_to(row: Place, today: date) -> list[tuple[str, str]]:
    """Give the way from the province to the place."""
    province = today_province(row, today)
    above = [(province.full_name, reverse("web:province", args=[province.code]))] if province else []
    if row.parent and row.parent_id != row.province_id:
        above.append((row.parent.full_name, row.parent.get_absolute_url()))
    return [*above, (row.full_name, "")]
