"""Where devices send over HTTP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hatang.core.observations.payloads import MOST_BYTES
from hatang.sensors.services.caller import UnknownCallerError, caller_of
from hatang.sensors.services.taking import Batch, Refusal, count_refused, sender_of, store, take


@csrf_exempt
@require_POST
def take_in(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take what a device sends for its streams; what is stored, known already and refused is told apart."""
    try:
        device = caller_of(request).device
    except UnknownCallerError:
        device = None
    if device is None:
        answer = JsonResponse({"detail": "Khóa hoặc bí mật của thiết bị sai, hoặc thiết bị đã bị dừng."}, status=401)
        answer["WWW-Authenticate"] = 'Basic realm="Hatang"'
        return answer
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        said = f"Nội dung nhiều nhất {MOST_BYTES} byte."
        count_refused([Refusal(device.pk, "too_large", said, request.path)])
        return JsonResponse({"detail": said}, status=413)
    batch = Batch()
    take(batch, sender_of(device), code, request.read(MOST_BYTES + 1), topic=request.path, now=timezone.now())
    new = store(batch)
    told = {
        "stored": new,
        "known": len(batch.observations) - new,
        "refused": [{"reason": one.reason, "detail": one.message} for one in batch.refused[:100]],
    }
    return JsonResponse(told, status=422 if batch.refused and not batch.observations else 200)
