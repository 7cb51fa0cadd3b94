"""Two runs beside each other: what changed between them, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hatang.coverage.models import CoverageRun
from hatang.coverage.services.maps.page import sees_whole
from hatang.coverage.services.runs.cells_seen import ELSEWHERE, codes_told
from hatang.coverage.services.runs.comparing import Change, Comparison, by_cause, causes_words, sentence
from hatang.coverage.views.run_places import operators_seen
from hatang.coverage.views.territory import in_run
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number
from hatang.places.models import Place

ANYBODY_WORDS = "Ít nhất một doanh nghiệp"
SHOWN = 200
PLACES_AT_A_TIME = 500
HEADING = ("Thôn", "Xã, phường", "Hộ", "Người", "Được, mất", "Nguyên nhân", "Ô", "Mức trước, dBm", "Mức sau, dBm")


@login_required
@require_GET
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show or export what changed from run `other` to run `pk`, or the other way where `other` is of a later day."""
    earlier, later = in_time(request, pk, other)
    compared = Comparison(earlier, later)
    seen = dict[int | None, str]([(None, ANYBODY_WORDS), *operators_seen(request, later).items()])
    operator = whole_number(request.GET.get("dn", ""), 14)
    operator = operator if operator in seen else None
    all_changes = {name: [c for c in compared.changes(name) if c.operator in seen] for name in compared.services}
    service = chosen(request, all_changes)
    changes = [change for change in all_changes.get(service, []) if change.operator == operator]
    whole = sees_whole(request.user, later.province_id)
    rows = rows_of(changes, request.user, tells=whole or operator is not None)
    simulated = earlier.simulated or later.simulated
    if (export := request.GET.get("xuat")) in EXPORTS:
        title = f"So sánh {service} {seen[operator]} {earlier.on:%Y-%m-%d} {later.on:%Y-%m-%d}"
        return EXPORTS[export](title, ([[SIMULATED_LINE]] if simulated else []) + [list(HEADING), *rows])
    context = {
        "earlier": earlier,
        "later": later,
        "finding": sentence(earlier, later, service, all_changes.get(service, []), tells=whole),
        "services": compared.services,
        "service": service,
        "operators": [(pk or "", name) for pk, name in seen.items()],
        "operator": operator or "",
        "who": seen[operator],
        "counts": counts_of(all_changes, seen, whole),
        "heading": HEADING,
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "simulated": simulated,
        "crumbs": in_run(later, ("So sánh", "")),
    }
    return render(request, "coverage/run_compare.html", context)


def in_time(request: HttpRequest, pk: int, other: int) -> tuple[CoverageRun, CoverageRun]:
    """Give two runs in the order of their days; runs of two provinces, or without results, are not compared."""
    rows = CoverageRun.objects.done().filter(Q(pk=pk) | Q(pk=other)).visible_to(request.user)
    found = list(rows.prefetch_related("operators").select_related("province").order_by("on", "asked_at", "pk"))
    if len(found) != 2 or found[0].province_id != found[1].province_id:
        raise Http404
    return found[0], found[1]


def chosen(request: HttpRequest, changes: Mapping[str, list[Change]]) -> str:
    """Give the service that the address asks for, else the one in which most changed for whoever serves."""
    asked = request.GET.get("dv", "")
    most = max(changes, key=lambda name: sum(c.operator is None for c in changes[name]), default="")
    return asked if asked in changes else most


def counts_of(
    changes: dict[str, list[Change]], seen: dict[int | None, str], whole: bool
) -> list[tuple[str, int | str, str, int, str, int, str]]:
    """Give for each service and operator how many villages gained and lost it, and why, as far as that may be told."""
    lines = []
    for service, found in changes.items():
        counts = by_cause(found)
        for operator, name in seen.items():
            gained, lost = counts[operator, True], counts[operator, False]
            tells = whole or operator is not None
            words = [causes_words(causes) if tells else "" for causes in (gained, lost)]
            lines.append((service, operator or "", name, gained.total(), words[0], lost.total(), words[1]))
    return lines


def rows_of(changes: Sequence[Change], person: Any, *, tells: bool) -> list[list[Any]]:
    """Write changes for people; why, by which cell and at what level only where that may be told."""
    places = places_of([change.place for change in changes])
    codes = codes_told(person, {change.cell for change in changes if change.cell})
    rows = []
    for change in sorted(changes, key=lambda c: (c.gained, -(places[c.place].population or 0), c.place)):
        place = places[change.place]
        cell = codes.get(change.cell or 0, "")
        why = f"{change.cause}{f': {change.detail}' if change.detail and cell != ELSEWHERE else ''}"
        facts = [why, cell, change.before_dbm, change.after_dbm] if tells else ["", "", None, None]
        what = "thêm" if change.gained else "mất"
        rows.append([str(place), str(place.parent or ""), place.households, place.population, what, *facts])
    return rows


def places_of(pks: Sequence[int]) -> dict[int, Place]:
    """Read places."""
    found: dict[int, Place] = {}
    for start in range(0, len(pks), PLACES_AT_A_TIME):
        rows = Place.objects.filter(pk__in=pks[start : start + PLACES_AT_A_TIME])
        found |= {place.pk: place for place in rows.select_related("parent").defer("point", "parent__point")}
    return found
