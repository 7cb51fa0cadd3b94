"""Answers to machines: known by ETag, given in part, open to pages of other sites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from hatang.opendata.services.files import Format, packed

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
CHUNK = 1 << 16
MAX_AGE_S = 300


def origin_of(request: HttpRequest) -> str:
    """Give the address under which we are asked."""
    return request.build_absolute_uri("/").rstrip("/")


def open_to_all(response: HttpResponseBase, tag: str = "") -> Any:
    """Let pages of any site read an answer, and everybody keep it for a while."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    if tag:
        response["ETag"] = f'"{tag}"'
    return response


def unchanged(request: HttpRequest, tag: str) -> bool:
    """Tell whether who asks has the same already."""
    asked = [known.removeprefix("W/") for known in parse_etags(request.headers.get("If-None-Match", ""))]
    return "*" in asked or f'"{tag}"' in asked


def not_modified(tag: str) -> HttpResponse:
    """Say that nothing changed."""
    response: HttpResponse = open_to_all(HttpResponse(status=304), tag)
    return response


def span_of(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """Give the first byte that is asked for and the one after the last; None for all. Raises ValueError for none.

    One span alone is given in part; whoever asks for several gets all, as the standard allows.
    """
    condition = request.headers.get("If-Range", "")
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not found or found.groups() == ("", "") or (condition and condition != f'"{tag}"'):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1 if last else size)
    if begin >= end:
        raise ValueError
    return begin, end


def piece(path: Path, begin: int, end: int) -> Iterator[bytes]:
    """Read some of a file."""
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end and (part := file.read(min(CHUNK, end - begin))):
            begin += len(part)
            yield part


def file_response(request: HttpRequest, path: Path, kind: Format, tag: str) -> HttpResponseBase:
    """Answer with a file: in part if that is asked for, else compressed for who takes gzip and gains by it."""
    wants_gzip = "gzip" in request.META.pop("HTTP_ACCEPT_ENCODING", "")
    # taken out of the request, or the middleware would compress parts, and what is compressed already
    if wants_gzip and not kind.packed and not request.headers.get("Range"):
        response: HttpResponseBase = FileResponse(packed(path).open("rb"))
        response["Content-Encoding"] = "gzip"
        tag = f"{tag}-gzip"
    else:
        response = whole_or_part(request, path, tag)
    response["Content-Type"] = kind.media_type
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["Accept-Ranges"] = "bytes"
    patch_vary_headers(response, ["Accept-Encoding"])
    answer: HttpResponseBase = open_to_all(response, tag)
    return answer


def whole_or_part(request: HttpRequest, path: Path, tag: str) -> HttpResponseBase:
    """Answer with a file as it is, or with the span that is asked for."""
    size = path.stat().st_size
    try:
        span = span_of(request, size, tag)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if span is None:
        return FileResponse(path.open("rb"))
    begin, end = span
    headers = {"Content-Range": f"bytes {begin}-{end - 1}/{size}", "Content-Length": str(end - begin)}
    return StreamingHttpResponse(piece(path, begin, end), status=206, headers=headers)
