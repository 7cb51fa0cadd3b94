"""CKAN's action API: the same answers, so that its clients work unchanged."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hatang.opendata.services.asking import Refused
from hatang.opendata.services.ckan import ACTIONS, NotFound
from hatang.opendata.services.content import Withdrawn
from hatang.opendata.views.answers import open_to_all, origin_of

MOST_BYTES = 100_000
HELP = "https://docs.ckan.org/en/latest/api/"


def said_in(request: HttpRequest) -> dict[str, Any]:
    """Read the arguments, from the address or from a body of JSON. Raises Refused."""
    told: dict[str, Any] = {name: request.GET[name] for name in request.GET}
    if request.method == "POST" and request.content_type == "application/json":
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise Refused("message", f"Câu hỏi dài quá {MOST_BYTES} byte.")
        try:
            body = json.loads(request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise Refused("message", "Thân câu hỏi không phải JSON.") from error
        if not isinstance(body, dict):
            raise Refused("message", "Thân câu hỏi phải là một đối tượng JSON.")
        told |= body
    return told


def failed(kind: str, words: str, status: int, **more: Any) -> JsonResponse:
    """Say what went wrong as CKAN does."""
    content = {"help": HELP, "success": False, "error": {"__type": kind, "message": words} | more}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, name: str) -> JsonResponse:
    """Answer a question; nothing here changes anything, so a POST needs no token."""
    response: JsonResponse = open_to_all(answered(request, name))
    return response


def answered(request: HttpRequest, name: str) -> JsonResponse:
    """Ask the action."""
    asked = ACTIONS.get(name)
    if asked is None:
        return failed("Not Found Error", f"Không có action “{name[:60]}”. Có: {', '.join(ACTIONS)}.", 404)
    try:
        result = asked(said_in(request), origin_of(request))
    except (NotFound, Withdrawn, Http404):
        return failed("Not Found Error", "Not found: không có bộ dữ liệu hay tệp mang tên ấy.", 404)
    except Refused as refused:
        return failed("Validation Error", refused.words, 409, **{refused.field: [refused.words]})
    content = {"help": HELP, "success": True, "result": result}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})
