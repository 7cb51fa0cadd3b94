"""What did the run find here? Tiles of its rasters, for who may see each raster; they never change."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from hatang.core.terrain.faults import TerrainError
from hatang.coverage.models import RunRaster
from hatang.coverage.services.engine import standard_of
from hatang.coverage.services.maps.page import LAYERS, sees_whole
from hatang.coverage.services.maps.tiles import DRAWN, cell_tile, level_tile, operators_tile, snapped_dbm
from hatang.coverage.views.map import decibels

KEPT = "private, max-age=31536000, immutable"


@login_required
@require_GET
def run_tile(
    request: HttpRequest, pk: int, layer: str, operator: int, technology: str, z: int, x: int, y: int
) -> HttpResponse:
    """Draw a tile of one raster: levels and cells from a threshold up, or (operator 0) the number of operators.

    Not by the raster's key: from runs' keys an operator could tell how many rasters others have between its own.
    """
    rows = RunRaster.objects.visible_to(request.user).select_related("file", "run")
    whose = Q(operator__pk=operator) if operator else Q(operator=None)
    rows = rows.filter(whose, run__pk=pk, technology=technology)
    quantity, _ = LAYERS.get(layer, ("", ""))
    row = get_object_or_404(rows, quantity=quantity)
    if row.quantity == RunRaster.Quantity.OPERATORS:
        return answer(request, [row], None, lambda: operators_tile(row, z, x, y))
    standard = standard_of(row.run)
    threshold = snapped_dbm(decibels(request.GET.get("nguong", "")), row.technology, standard)
    fadings = fadings_of(rows, pk, row.technology)
    if row.quantity == RunRaster.Quantity.LEVEL:
        draw = level_tile
        return answer(
            request,
            [row],
            threshold,
            lambda: draw([row], z, x, y, threshold_dbm=threshold, standard=standard, fadings=fadings),
        )
    levels = rows.filter(quantity=RunRaster.Quantity.LEVEL).first()
    return answer(
        request,
        [row],
        threshold,
        lambda: cell_tile(row, levels, z, x, y, threshold_dbm=threshold, standard=standard, fadings=fadings),
    )


@login_required
@require_GET
def run_best_tile(request: HttpRequest, pk: int, technology: str, z: int, x: int, y: int) -> HttpResponse:
    """Draw a tile of the best level of all operators, for who sees them all."""
    rows = RunRaster.objects.visible_to(request.user).select_related("file", "run").order_by("pk")
    rasters = list(rows.filter(run__pk=pk, technology=technology, quantity=RunRaster.Quantity.LEVEL))
    if not rasters or not sees_whole(request.user, rasters[0].run.province_id):
        raise Http404
    standard = standard_of(rasters[0].run)
    threshold = snapped_dbm(decibels(request.GET.get("nguong", "")), technology, standard)
    fadings = fadings_of(rows, pk, technology)
    return answer(
        request,
        rasters,
        threshold,
        lambda: level_tile(rasters, z, x, y, threshold_dbm=threshold, standard=standard, fadings=fadings),
    )


def fadings_of(rows: QuerySet[RunRaster], run: int, technology: str) -> dict[int | None, RunRaster]:
    """Give the rasters of shadow fading that a person may see, by operator."""
    found = rows.filter(run=run, technology=technology, quantity=RunRaster.Quantity.FADING)
    return {raster.operator_id: raster for raster in found}


def answer(
    request: HttpRequest, rasters: list[RunRaster], threshold: float | None, draw: Callable[[], bytes]
) -> HttpResponse:
    """Send a tile; what the browser has already is not drawn again. A tile that does not exist is not found."""
    mark = [DRAWN, request.path, str(threshold), *(raster.file.sha256 for raster in rasters)]
    etag = f'"{sha256(" ".join(mark).encode()).hexdigest()[:40]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = HttpResponse(draw(), content_type="image/png")
        except (TerrainError, FileNotFoundError) as error:
            raise Http404 from error
    response["ETag"] = etag
    response["Cache-Control"] = KEPT
    return response
