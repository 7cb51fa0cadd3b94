"""Scenarios side by side: chosen on the page, then compared; as a table, and as a file."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hatang.accounts.services import province_for
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number
from hatang.places.models import Place
from hatang.planning.models import SEE, Scenario
from hatang.planning.services.figures import all_figures
from hatang.planning.services.figures_compared import FEWEST, LETTERS, MOST, Comparison, comparable
from hatang.planning.views.ways import in_planning

OFFERED = 50
WORKS_SHOWN = 100


@login_required
@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Compare two to four solved scenarios of a province; with fewer, ask which."""
    province = province_for(request, code, SEE, whole=True)
    offered = solved_of(request, province)
    chosen = chosen_of(request, offered)
    context = {
        "province": province,
        "offered": offered,
        "chosen": {row.pk for row in chosen},
        "most": MOST,
        "too_many": len(chosen) > MOST,
        "crumbs": in_planning(province, ("So sánh", "")),
    }
    if not FEWEST <= len(chosen) <= MOST:
        return render(request, "planning/compare.html", context)
    comparison = Comparison(all_figures(chosen))
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        mark = [[SIMULATED_LINE]] if comparison.simulated else []
        return EXPORTS[export]("So sánh phương án", mark + list(comparison.lines()))
    return render(request, "planning/compare.html", context | compared(comparison, chosen))


def chosen_of(request: HttpRequest, offered: list[Scenario]) -> list[Scenario]:
    """Give the scenarios that an address names, each once, in its order."""
    asked = [whole_number(text, 14) for text in request.GET.getlist("pa")]
    by_key = {row.pk: row for row in offered}
    return [by_key[pk] for pk in dict.fromkeys(asked) if pk in by_key]


def solved_of(request: HttpRequest, province: Place) -> list[Scenario]:
    """Give the newest solved scenarios of a province."""
    solved = (Scenario.State.PROVEN, Scenario.State.STOPPED)
    rows = Scenario.objects.visible_to(request.user).filter(province=province, state__in=solved)
    return list(rows.select_related("run", "area", "province").defer("curve", "tornado")[:OFFERED])


def compared(comparison: Comparison, chosen: list[Scenario]) -> dict[str, Any]:
    """Give what the page shows of a comparison."""
    works = comparison.works()
    return {
        "comparison": comparison,
        "titles": list(zip(LETTERS, chosen, strict=False)),
        "pairs": [map_link(*pair) for pair in combinations(zip(LETTERS, chosen, strict=False), 2)],
        "parts": comparison.parts(),
        "finding": comparison.finding(),
        "late": comparison.late_words(),
        "works_sentence": comparison.works_sentence(),
        "works": works[:WORKS_SHOWN],
        "more": max(len(works) - WORKS_SHOWN, 0),
        "alone": comparison.only_places(),
        "alike": comparable(chosen),
        "simulated": comparison.simulated,
    }


def map_link(one: tuple[str, Scenario], other: tuple[str, Scenario]) -> tuple[str, str]:
    """Give the words and the address of two scenarios' map."""
    (letter, row), (other_letter, other_row) = one, other
    return f"{letter} và {other_letter}", reverse("planning:difference", args=[row.pk, other_row.pk])
