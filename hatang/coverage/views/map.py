"""A run's map: who is served from which level on, where not, and what changed; with its tiles and its villages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from hatang.core.radio.bands import Technology
from hatang.core.vietnamese import day, number
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.maps.page import (
    ANYBODY,
    CELLS,
    LAYERS,
    LEVELS,
    OPERATORS,
    PEOPLE_CLASSES,
    Side,
    VillageLevel,
    change_between,
    choices_for,
    found_at,
    gaps_by_people,
    layers_for,
    side_for,
)
from hatang.coverage.services.maps.tiles import (
    DRAWN,
    OPERATOR_COLOURS,
    margin_on_ground_db,
    shifts_of,
    snapped_dbm,
    steps_of,
)
from hatang.coverage.views.territory import finished_run, in_run
from hatang.pages.ground import ground_url
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number

ROWS_SHOWN = 100
RUNS_SHOWN = 50


@dataclass(frozen=True)
class Asked:
    """What the address asks: a threshold, and what to lay beside (nothing: no comparison)."""

    threshold_dbm: float | None
    run: int | None
    operator: str
    technology: str

    @property
    def compares(self) -> bool:
        """Whether something is to be laid beside."""
        return bool(self.run or self.operator or self.technology)


def read_asked(request: HttpRequest) -> Asked:
    """Read the address; what cannot be read is not asked."""
    get = request.GET.get
    return Asked(decibels(get("nguong", "")), whole_number(get("voi", ""), 9), get("voi_dn", ""), get("voi_cn", ""))


def decibels(text: str) -> float | None:
    """Read a level, with comma or point."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@login_required
@require_GET
def run_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run's map with its table, or give the table as a file."""
    run, get = finished_run(request, pk), request.GET.get
    choices = choices_for(run, request.user)
    side = side_for(
        choices,
        request.user,
        operator=get("dn", ""),
        technology=get("cn", ""),
        layer=get("lop", LEVELS),
    )
    if side is None:
        return render(request, "coverage/map.html", {"run": run, "side": None, "crumbs": crumbs(run)})
    asked = read_asked(request)
    threshold = snapped_dbm(asked.threshold_dbm, side.technology, side.standard)
    if export := EXPORTS.get(get("xuat", "")):
        return export(f"vung phu {side.technology} {side.who}", export_table(side, threshold))
    other = compared_side(request, side, asked)
    context = map_context(side, other, threshold) | {
        "runs": other_runs(request, run),
        "asked": asked,
        "anybody": ANYBODY,
        "ground": ground_url(),
        "simulated": run.simulated or (other is not None and other.run.simulated),
        "crumbs": crumbs(run),
    }
    return render(request, "coverage/map.html", context)


def compared_side(request: HttpRequest, side: Side, asked: Asked) -> Side | None:
    """Give what is laid beside; None where nothing is asked for, or nothing else than what is shown."""
    if not asked.compares:
        return None
    choices = side.choices
    if asked.run and asked.run != side.run.pk:
        choices = choices_for(finished_run(request, asked.run), request.user)
        if choices.run.province_id != side.run.province_id:
            raise Http404
    operator = asked.operator or (str(side.operator.pk) if side.operator else ANYBODY)
    technology = asked.technology or side.technology
    other = side_for(choices, request.user, operator=operator, technology=technology, layer=side.layer)
    return other if other and other.same != side.same else None


def other_runs(request: HttpRequest, run: CoverageRun) -> list[CoverageRun]:
    """Give the other finished runs of the province, the newest first."""
    runs = CoverageRun.objects.visible_to(request.user).done().filter(province=run.province_id).exclude(pk=run.pk)
    return list(runs.order_by("-on", "-pk")[:RUNS_SHOWN])


def map_context(side: Side, other: Side | None, threshold: float) -> dict[str, Any]:
    """Give what the page shows; without a script it is all there is."""
    shift = threshold - side.threshold_dbm
    least, most = shifts_of(side.technology, side.standard)
    left_out = [one for one in side.villages if not one.served(threshold)]
    service = side.standard.services[Technology(side.technology)]
    return {
        "run": side.run,
        "side": side,
        "other": other,
        "threshold": threshold,
        "threshold_text": number(threshold, 1),
        "default_text": number(side.threshold_dbm, 1),
        "least_dbm": plain(side.threshold_dbm + least),
        "most_dbm": plain(side.threshold_dbm + most),
        "default_dbm": plain(side.threshold_dbm),
        "threshold_dbm": plain(threshold),
        "service": service,
        "margin_text": number(margin_on_ground_db(side.technology, side.standard), 1),
        "found": found_at(side.villages, threshold),
        "gaps": gaps_by_people(side.villages, threshold),
        "change": change_between(other, side, shift) if other else None,
        "rows": left_out[:ROWS_SHOWN],
        "more": max(len(left_out) - ROWS_SHOWN, 0),
        "layers": layers_for(side.choices, side.operator, side.technology),
        "layer_words": LAYERS[side.layer][1],
        "legend": legend(side, threshold),
        "data": page_data(side, other),
        "place_query": place_query(side),
        "of_other": title_of(other) if other else "",
        "of_side": title_of(side),
    }


def plain(value: float) -> str:
    """Write a number as HTML takes it, whatever the page's language."""
    return f"{value:.1f}"


def legend(side: Side, threshold: float) -> list[tuple[str, str, str, bool]]:
    """Give the classes of the raster: number of its colour, word, range, whether all of it is below the threshold."""
    if side.layer == OPERATORS:
        words = [f"{k + 1} doanh nghiệp" for k in range(len(OPERATOR_COLOURS) - 1)]
        return [(f"n{k}", word, "", False) for k, word in enumerate([*words, f"từ {len(OPERATOR_COLOURS)} trở lên"])]
    if side.layer == CELLS:
        return []
    least = threshold + margin_on_ground_db(side.technology, side.standard)
    lines = []
    for k, step in enumerate(steps_of(side.technology)):
        upto = f"{step.from_dbm} đến {step.below_dbm} dBm" if step.below_dbm is not None else f"từ {step.from_dbm} dBm"
        hidden = step.below_dbm is not None and step.below_dbm <= least
        lines.append((f"s{k}", step.word, upto, hidden))
    return lines[::-1]


def page_data(side: Side, other: Side | None) -> dict[str, Any]:
    """Give what the script draws: one map, or the one before and the one after."""
    terrain = side.run.terrain
    return {
        "sides": [side_data(one) for one in (side, other) if one],
        "bounds": [terrain.west_deg, terrain.south_deg, terrain.east_deg, terrain.north_deg],
        "classes": [[label, least] for label, least in PEOPLE_CLASSES],
        "rows": ROWS_SHOWN,
    }


def side_data(side: Side) -> dict[str, Any]:
    """Give one map's tiles, villages and thresholds."""
    operator = str(side.operator.pk) if side.operator else ANYBODY
    villages = reverse("coverage:run_villages", args=[side.run.pk])
    return {
        "title": title_of(side),
        "tiles": tiles_pattern(side),
        "follows": side.layer != OPERATORS,
        "villages": f"{villages}?dn={operator}&cn={side.technology}",
        "place": reverse("coverage:run_place", args=[side.run.pk, 0]),
        "place_query": place_query(side),
        "threshold": side.threshold_dbm,
        "margin": margin_on_ground_db(side.technology, side.standard),
        "steps": [step.below_dbm for step in steps_of(side.technology)] if side.layer == LEVELS else [],
    }


def place_query(side: Side) -> str:
    """Give the question that opens a village's page on the same operator and technology."""
    return f"?dn={side.operator.pk}&cn={side.technology}" if side.operator else f"?cn={side.technology}"


def title_of(side: Side) -> str:
    """Say in few words what a map shows."""
    return f"{side.technology}, {side.who}, {side.run.title} ({day(side.run.on)})"


def tiles_pattern(side: Side) -> str:
    """Give the address of a map's tiles with the words that the browser puts numbers for; empty without a raster."""
    quantity = LAYERS[side.layer][0]
    operator = side.operator.pk if side.operator else None
    if side.layer == LEVELS and operator is None:
        address = reverse("coverage:run_best_tile", args=[side.run.pk, side.technology, 0, 0, 0])
        there = bool(side.choices.levels(None, side.technology))
    else:
        there = side.choices.raster(quantity, operator, side.technology) is not None
        address = reverse("coverage:run_tile", args=[side.run.pk, side.layer, operator or 0, side.technology, 0, 0, 0])
    return f"{address.replace('/0/0/0.', '/{z}/{x}/{y}.')}?v={DRAWN}" if there else ""


def crumbs(run: CoverageRun) -> list[tuple[str, str]]:
    """Give the way to the map."""
    return in_run(run, ("Bản đồ", ""))


@login_required
@require_GET
def run_villages(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the villages of one map: key, name, commune, place, people, level, probability, served up to which dBm."""
    choices = choices_for(finished_run(request, pk), request.user)
    asked = request.GET.get("dn", ""), request.GET.get("cn", "")
    side = side_for(choices, request.user, operator=asked[0], technology=asked[1])
    rows = [packed(one) for one in side.villages if one.lon is not None] if side else []
    response = JsonResponse({"villages": rows})
    patch_cache_control(response, private=True, no_cache=True)
    return response


def packed(one: VillageLevel) -> list[Any]:
    """Lay a village out as the script reads it."""
    level = None if one.level_dbm is None else round(one.level_dbm, 1)
    share = round(100 * one.probability, 1)
    return [one.pk, one.name, one.commune, one.lon, one.lat, one.people, level, share, one.served_up_to_dbm]


def export_table(side: Side, threshold: float) -> list[list[Any]]:
    """Give all villages of a map for a file."""
    headings = ["Mã thôn", "Thôn", "Xã, phường", "Kinh độ", "Vĩ độ", "Số dân", "Mức thu trung vị, dBm"]
    headings += ["Xác suất đạt ngưỡng của lượt tính, %", f"Được phục vụ ở ngưỡng {number(threshold, 1)} dBm"]
    rows = [
        [
            one.code,
            one.name,
            one.commune,
            one.lon,
            one.lat,
            one.people,
            None if one.level_dbm is None else round(one.level_dbm, 1),
            round(100 * one.probability, 1),
            "có" if one.served(threshold) else "không",
        ]
        for one in side.villages
    ]
    about = [[f"Dự đoán: {title_of(side)}"]]
    return [*([[SIMULATED_LINE]] if side.run.simulated else []), *about, headings, *rows]
