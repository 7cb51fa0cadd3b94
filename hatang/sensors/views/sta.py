"""The addresses of OGC SensorThings API 1.1, for programs: JSON in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hatang.core.observations.payloads import PayloadError, read_json
from hatang.sensors.services.caller import UnknownCallerError, caller_of
from hatang.sensors.services.sta.answering import CONFORMANCE, Answering
from hatang.sensors.services.sta.entities import SETS, StaError

MOST_BYTES = 4_000_000
VERSION = "v1.1"
METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]


def said(status: int, content: Any) -> JsonResponse:
    """Answer JSON as it is written here: letters as they are."""
    return JsonResponse(content, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


def refused(status: int, message: str) -> HttpResponse:
    """Answer what cannot be, as the standard's examples do."""
    answer = said(status, {"code": status, "type": "error", "message": message})
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="Hatang", charset="UTF-8"'
    return answer


def service_root() -> str:
    """Give the address of the service as people and programs type it."""
    return f"{settings.ORIGIN.rstrip('/')}/sta/{VERSION}"


@require_http_methods(["GET", "HEAD"])
def root(request: HttpRequest) -> HttpResponse:
    """Name the sets, and what of the standard is done."""
    sets = [{"name": name, "url": f"{service_root()}/{name}"} for name in sorted(SETS)]
    return said(200, {"value": sets, "serverSettings": {"conformance": CONFORMANCE}})


@csrf_exempt
@require_http_methods(METHODS)
def entities(request: HttpRequest, path: str) -> HttpResponse:
    """Answer about entities; write them for whoever may."""
    try:
        caller = caller_of(request)
        if request.method not in ("GET", "HEAD") and not caller.may_write:
            return refused(401, "Ghi cần mã truy cập: Authorization: Bearer, hoặc Basic.")
        return ACTS[request.method or "GET"](Answering(request, caller, service_root()), request, path)
    except UnknownCallerError:
        return refused(401, "Tên hoặc mã truy cập sai.")
    except StaError as fault:
        return refused(fault.status, str(fault))


def body_of(request: HttpRequest) -> Any:
    """Read the body, which is JSON and not too long."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise StaError(413, f"Nội dung nhiều nhất {MOST_BYTES} byte.")
    try:
        return read_json(request.read(MOST_BYTES))
    except PayloadError as fault:
        raise StaError(400, str(fault)) from fault


def get(answering: Answering, request: HttpRequest, path: str) -> HttpResponse:
    """Read; `$value` is bare."""
    told = answering.get(path)
    if path.endswith("/$value"):
        content = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
        return HttpResponse(content, content_type="text/plain; charset=utf-8")
    return said(200, told)


def post(answering: Answering, request: HttpRequest, path: str) -> HttpResponse:
    """Make."""
    told = answering.post(path, body_of(request))
    answer = said(201, told)
    if isinstance(told, dict):
        answer["Location"] = told["@iot.selfLink"]
    return answer


def patch(answering: Answering, request: HttpRequest, path: str) -> HttpResponse:
    """Change."""
    return said(200, answering.patch(path, body_of(request)))


def delete(answering: Answering, request: HttpRequest, path: str) -> HttpResponse:
    """Remove."""
    answering.delete(path)
    return said(200, {})


ACTS: dict[str, Callable[[Answering, HttpRequest, str], HttpResponse]] = {
    "GET": get,
    "HEAD": get,
    "POST": post,
    "PATCH": patch,
    "PUT": patch,
    "DELETE": delete,
}
