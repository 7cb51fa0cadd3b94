"""What is drawn here? One tile of a layer of the map."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_GET

from hatang.network.narrowing import Narrowing, read_day, read_instant
from hatang.places.services import province_by_code
from hatang.web.services.days import shown_day
from hatang.web.services.layer_tiles import TileAsked, compressed_tile
from hatang.web.services.layers import LAYERS, Ask

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
FOR_ALL, FOR_ONE = "public, max-age=60", "private, no-cache"


@require_GET
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer with a tile, or 204 where nothing is on it; a layer that is not for this person is not there.

    The ETag is made from what the person gets alone, so that it tells nothing of rows that they may not see.
    """
    try:
        on, known_at = asked_day(request), asked_instant(request)
    except ValueError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    code = request.GET.get("tinh", "")
    if layer not in LAYERS:
        raise Http404
    province = province_by_code(code) if code else None
    ask = Ask(request.user, province, on, Narrowing.read(request.GET), LAYERS[layer].known_at(request.user, known_at))
    asked = TileAsked(LAYERS[layer], ask, z, x, y)
    if not asked.exists or not asked.layer.open_to(ask):
        raise Http404
    content = compressed_tile(asked)
    etag = f'W/"{sha256(content).hexdigest()[:40]}"'
    response = get_conditional_response(request, etag=etag) or answer(request, content)
    response["ETag"] = etag
    response["Cache-Control"] = FOR_ONE if asked.layer.permission else FOR_ALL
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def asked_day(request: HttpRequest) -> date:
    """Read the day in the address, today if there is none. Raises ValueError, in words, if it cannot be read."""
    text = request.GET.get("ngay", "")
    day = read_day(text)
    if text and day is None:
        raise ValueError("Ngày viết dạng 2026-01-31.")
    return shown_day(day, today=timezone.localdate())


def asked_instant(request: HttpRequest) -> datetime | None:
    """Read the instant in the address, if there is one. Raises ValueError, in words, if it cannot be read."""
    text = request.GET.get("luc", "")
    instant = read_instant(text)
    if text and instant is None:
        raise ValueError("Thời điểm của sổ viết dạng 2026-01-31T17:00, hoặc chỉ ngày.")
    return instant


def answer(request: HttpRequest, compressed: bytes) -> HttpResponse:
    """Send the content as it is kept, or unpacked to who cannot unpack it."""
    if not compressed:
        return HttpResponse(status=204)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(compressed), content_type=CONTENT_TYPE)
    return HttpResponse(compressed, content_type=CONTENT_TYPE, headers={"Content-Encoding": "gzip"})
