"""Where devices send over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hatang.core.observations.payloads import MOST_BYTES
from hatang.sensors.services.caller import UnknownCallerError, caller_of
from hatang.sensors.services.taking import Batch, Refusal, count_refused, sender_of, store, take


def told(content: dict[str, Any], status: int) -> JsonResponse:
    """Answer in JSON that a person at a terminal can read."""
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@require_POST
def take_in(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take what a device sends for its streams; what is stored, known already and refused is told apart."""
    try:
        device = caller_of(request).device
    except UnknownCallerError:
        device = None
    if device is None:
        answer = told({"detail": "Khóa hoặc bí mật của thiết bị sai, hoặc thiết bị đã bị dừng."}, 401)
        answer["WWW-Authenticate"] = 'Basic realm="Hatang"'
        return answer
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        said = f"Nội dung nhiều nhất {MOST_BYTES} byte."
        count_refused([Refusal(device.pk, "too_large", said, request.path)])
        return told({"detail": said}, 413)
    batch = Batch()
    take(batch, sender_of(device), code, request.read(MOST_BYTES + 1), topic=request.path, now=timezone.now())
    new = store(batch)
    result = {
        "stored": new,
        "known": len(batch.observations) - new,
        "refused": [{"reason": one.reason, "detail": one.message} for one in batch.refused[:100]],
    }
    return told(result, 422 if batch.refused and not batch.observations else 200)
