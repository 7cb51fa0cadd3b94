"""The map of a province's communes by their median speed, drawn on the server; too few tests is a state of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from hatang.core.map_classes import parting
from hatang.core.vietnamese import number
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries.preview import Frame, path_of
from hatang.places.services.territory import communes_of
from hatang.quality.models import SpeedStatistic
from hatang.quality.services.overview import DOWNLOAD, Network, Overview, of_network

PARTS = 4
KEPT_SECONDS = 86_400
TOO_FEW, NONE = "few", "none"


@dataclass(frozen=True)
class Outline:
    """A shape with nothing but its geometry, as the drawing of boundaries asks."""

    geometry: Any
    state: str = ""


@dataclass(frozen=True)
class Area:
    """A commune on the map: its class, its words."""

    pk: int
    path: str
    shade: str
    words: str


@dataclass(frozen=True)
class Sign:
    """A line of the legend."""

    shade: str
    label: str
    count: int


@dataclass(frozen=True)
class CommuneMap:
    """The drawing: its size, communes, legend, and whether outlines are only illustrations."""

    width: int
    height: int
    areas: list[Area]
    signs: list[Sign]
    illustrative: bool


def commune_map(overview: Overview, network: Network) -> CommuneMap | None:
    """Draw the communes by their median of a year; None where no boundary is known."""
    province, year, least, tests = overview.province, overview.year, overview.least, overview.tests
    drawing = outlines_of(province)
    if not drawing["paths"]:
        return None
    rows = SpeedStatistic.objects.of_tests().of_year(year).filter(province=province, operator=None, measure=DOWNLOAD)
    medians = {r.place_id: r for r in of_network(rows, network).filter(place__kind=Place.Kind.COMMUNE)}
    sure = {pk: row.p50 or 0.0 for pk, row in medians.items() if tests.get(pk, 0) >= least and row.p50 is not None}
    bounds = parting(sorted(sure.values()), PARTS) if len(sure) > 1 else []
    areas = []
    for pk, name, path in drawing["paths"]:
        shade = shade_of(pk, sure, tests, bounds)
        areas.append(Area(pk, path, shade, words_of(name, medians.get(pk), tests.get(pk, 0), least)))
    return CommuneMap(
        drawing["width"], drawing["height"], areas, signs_of(areas, bounds, least), drawing["illustrative"]
    )


def outlines_of(province: Place) -> dict[str, Any]:
    """Give each commune's outline as a path; kept a day, and made anew when a boundary changes."""
    communes = communes_of(province, timezone.localdate())
    rows = Boundary.objects.current().filter(place__in=communes.values("pk"))
    newest = rows.aggregate(newest=Max("pk"))["newest"]
    key = f"quality:outlines:{province.pk}:{newest}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = drawn_outlines(rows)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def drawn_outlines(rows: Any) -> dict[str, Any]:
    """Draw outlines, real ones before those that only illustrate."""
    shapes: dict[int, tuple[str, Any, bool]] = {}
    ordered = rows.select_related("place").order_by("illustrative", "place__sort_key", "pk")
    for row in ordered.iterator(chunk_size=100):
        shapes.setdefault(
            row.place_id, (row.place.full_name, shapely.from_wkb(bytes(row.geometry.wkb)), row.illustrative)
        )
    if not shapes:
        return {"width": 0, "height": 0, "paths": [], "illustrative": False}
    frame = Frame(*(float(edge) for edge in shapely.total_bounds([shape for _, shape, _ in shapes.values()])))
    paths = [(pk, name, path_of([Outline(shape)], frame)) for pk, (name, shape, _) in shapes.items()]  # type: ignore[list-item]
    illustrative = any(only for _, _, only in shapes.values())
    return {"width": frame.width, "height": frame.height, "paths": paths, "illustrative": illustrative}


def shade_of(pk: int, sure: dict[int, float], tests: dict[int, int], bounds: list[float]) -> str:
    """Give a commune's class: by its median, too few tests, or none."""
    if pk in sure:
        return f"q{1 + sum(sure[pk] >= bound for bound in bounds)}"
    return TOO_FEW if tests.get(pk) else NONE


def words_of(name: str, row: SpeedStatistic | None, tests: int, least: int) -> str:
    """Say what is known of a commune."""
    if tests < least:
        return f"{name}: chưa đủ dữ liệu ({number(tests)}/{number(least)} lượt đo)"
    if row is None or row.p50 is None:
        return f"{name}: không có lượt đo loại mạng này"
    return f"{name}: trung vị {number(row.p50, 1)} Mbit/s ({number(row.n)} lượt đo)"


def signs_of(areas: list[Area], bounds: list[float], least: int) -> list[Sign]:
    """Give the legend with counts."""
    counts: dict[str, int] = {}
    for area in areas:
        counts[area.shade] = counts.get(area.shade, 0) + 1
    edges = [number(bound) for bound in bounds]
    labels = {}
    for k in range(len(bounds) + 1):
        low = f"từ {edges[k - 1]}" if k else ""
        high = f"dưới {edges[k]}" if k < len(edges) else ""
        labels[f"q{k + 1}"] = (
            f"{low} {'đến ' if low and high else ''}{high} Mbit/s".strip() if low or high else "Mbit/s"
        )
    labels |= {TOO_FEW: f"chưa đủ dữ liệu (dưới {number(least)} lượt)", NONE: "chưa có lượt đo"}
    return [Sign(shade, label, counts[shade]) for shade, label in labels.items() if counts.get(shade)]
