"""What every map loads first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from hatang.pages.ground import Ground, ground

YEAR_SECONDS = 31_536_000


@require_safe
def ground_file(request: HttpRequest) -> HttpResponse:
    """Answer with the ground as GeoJSON, compressed as the browser can read it."""
    made = ground()
    content, encoding = chosen(made, request.headers.get("Accept-Encoding", ""))
    etag = f'"{made.mark}-{encoding or "plain"}"'
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    response = HttpResponse(status=304) if etag in known else HttpResponse(content, content_type="application/geo+json")
    response["ETag"] = etag
    if encoding and response.status_code == 200:
        response["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    if request.GET.get("v") == made.mark:
        patch_cache_control(response, public=True, max_age=YEAR_SECONDS, immutable=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


def chosen(made: Ground, accepted: str) -> tuple[bytes, str]:
    """Choose the smallest form among those the browser names."""
    named = {part.split(";")[0].strip().lower() for part in accepted.split(",") if "q=0" not in part.replace(" ", "")}
    if "br" in named:
        return made.brotli, "br"
    return (made.gzipped, "gzip") if "gzip" in named else (made.plain, "")
