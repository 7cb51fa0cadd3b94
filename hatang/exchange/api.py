"""Addresses for machines: calls of services, X-Road's form of them, keys, the log of calls, tokens.

Plain views, since a signature is over the very bytes that go out.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.idp.oidc import views as issuer
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.models import Person
from hatang.exchange.models import CallRecord
from hatang.exchange.services import (
    Answer,
    Asking,
    Caller,
    CallRefused,
    answer_call,
    caller_with,
    consistency_between,
    grow_log,
    proof_of,
    public_keys,
    xroad,
)
from hatang.pages.lists import whole_number
from hatang.work.services import household, within_limit

MOST_BODY_BYTES = 65_536
MOST_QUERY_CHARACTERS = 4_000
TOKENS_A_MINUTE = 60
LONGEST_SIZE = 15
FOR_NOBODY = "no-store"
NOT_OFFERED = {"device": "exchange_device", "api/device/code": "exchange_device_code", "logout": "exchange_logout"}
"""What allauth's token server has besides and no partner needs: signing in on a device, ending a session from afar."""
View = Callable[..., HttpResponse]


def refused(refusal: CallRefused) -> HttpResponse:
    """Answer a refusal that has no signature: nobody knows for whom it would be."""
    response = JsonResponse(refusal.content, status=refusal.status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = FOR_NOBODY
    if refusal.status == 401:
        response["WWW-Authenticate"] = f'Bearer realm="hatang", error="{refusal.code}"'
    return response


def answers_refusals(view: View) -> View:
    """Answer what a view refuses."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except CallRefused as refusal:
            return refused(refusal)

    return answer


def body_of(request: HttpRequest) -> bytes:
    """Read a body, of bounded size. Raises CallRefused (413) before it reads what says that it is larger."""
    stated = request.META.get("CONTENT_LENGTH") or "0"
    said = whole_number(stated, 18)
    too_large = CallRefused(413, "too_large", f"Thân yêu cầu lớn nhất {MOST_BODY_BYTES} byte.")
    if said is None or said > MOST_BODY_BYTES:
        raise too_large
    body = request.read(MOST_BODY_BYTES + 1)
    if len(body) > MOST_BODY_BYTES:
        raise too_large
    return body


def target_of(request: HttpRequest) -> str:
    """Give path and query as they were sent. Raises CallRefused (414) for one that is too long."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > MOST_QUERY_CHARACTERS:
        raise CallRefused(414, "too_long", f"Phần sau dấu ? dài nhất {MOST_QUERY_CHARACTERS} ký tự.")
    path = request.get_full_path().partition("?")[0]
    return f"{path}?{query}" if query else path


def asking_of(request: HttpRequest, body: bytes) -> Asking:
    """Read a call: parameters out of the address, or out of a body in JSON. Raises CallRefused."""
    method = str(request.method)
    target = target_of(request)
    if method == "POST":
        parameters = object_in(body)
    else:
        twice = [name for name, given in request.GET.lists() if len(given) > 1]
        if twice:
            raise CallRefused(422, "invalid_parameters", f"{twice[0][:40]}: mỗi tham số chỉ ghi một lần.")
        parameters = request.GET.dict()
    return Asking(method, target, parameters, body, request.headers.get("Idempotency-Key", ""))


def object_in(body: bytes) -> dict[str, Any]:
    """Read parameters in JSON. Raises CallRefused (422)."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise CallRefused(422, "invalid_json", "Thân yêu cầu phải là JSON nguyên vẹn, mã UTF-8.") from error
    if not isinstance(found, dict):
        raise CallRefused(422, "invalid_json", "Thân yêu cầu phải là một đối tượng JSON.")
    return found


def answered(answer: Answer) -> HttpResponse:
    """Give an answer's bytes with its signature beside them."""
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json; charset=utf-8")
    response["Cache-Control"] = FOR_NOBODY
    if answer.signature:
        response["X-JWS-Signature"] = answer.signature
        response["X-Call-Id"] = answer.call
    if answer.repeated:
        response["Idempotency-Replayed"] = "true"
    if answer.wait_s:
        response["Retry-After"] = str(answer.wait_s)
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
@answers_refusals
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a partner's call of a service."""
    body = body_of(request)
    caller = caller_with(request.headers.get("Authorization", ""))
    return answered(answer_call(caller=caller, code=code, asking=asking_of(request, body)))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def xroad_call(request: HttpRequest, provider: str) -> HttpResponse:
    """Answer the same call in the form of X-Road's protocol."""
    member = request.headers.get("X-Road-Client", "")
    try:
        body = body_of(request)
        asking = asking_of(request, body)
        code = xroad.service_named(provider)
        caller = xroad_caller(request, member)
        response = answered(answer_call(caller=caller, code=code, asking=asking))
    except CallRefused as refusal:
        response, body = refused(refusal), b""
        response["X-Road-Error"] = refusal.code
        return with_xroad_headers(request, response, provider)
    response["X-Road-Request-Hash"] = xroad.request_hash(asking.method, asking.target, xroad_headers(request), body)
    return with_xroad_headers(request, response, provider)


def xroad_caller(request: HttpRequest, header: str) -> Caller:
    """Give the partner that `X-Road-Client` names."""
    authorization = request.headers.get("Authorization", "")
    return xroad.caller_of(xroad.member_of(header), authorization, address_of(request))


def address_of(request: HttpRequest) -> str:
    """Give the asker's address, as many steps back as there are web servers of ours in front."""
    return str(get_adapter(request).get_client_ip(request))


def xroad_headers(request: HttpRequest) -> list[tuple[str, str]]:
    """Give the protocol's own headers of a request, in alphabetical order."""
    return sorted((name, value) for name, value in request.headers.items() if name.startswith("X-Road-"))


def with_xroad_headers(request: HttpRequest, response: HttpResponse, provider: str) -> HttpResponse:
    """Add the protocol's headers to an answer."""
    response["X-Road-Id"] = xroad.message_id(request.headers.get("X-Road-Id", ""))
    client = request.headers.get("X-Road-Client", "")
    if client.isascii() and client.isprintable():
        response["X-Road-Client"] = client[:900]
    response["X-Road-Service"] = urlencode({"": provider})[1:].replace("%2F", "/")[:900]
    return response


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Give every public key with which answers were signed."""
    response = JsonResponse(public_keys())
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_GET
def log_head(request: HttpRequest) -> HttpResponse:
    """Give the log's signed head, after placing what waits."""
    head = grow_log()
    if head is None:
        return JsonResponse({"size": 0, "signed": None})
    return JsonResponse({"size": head.size, "root": head.root, "at": head.at.isoformat(), "signed": head.signed})


@require_GET
def log_consistency(request: HttpRequest) -> HttpResponse:
    """Prove that the log of one size begins with that of another."""
    sizes = [whole_number(request.GET.get(name, ""), LONGEST_SIZE) for name in ("tu", "den")]
    first, second = sizes
    try:
        if not first or not second:
            raise ValidationError("Hai cỡ tu và den phải là số nguyên từ 1.")
        return JsonResponse(consistency_between(first, second))
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=422, json_dumps_params={"ensure_ascii": False})


@require_GET
@answers_refusals
def log_proof(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """Prove to a partner, by token or signed in, that its call stands in the log."""
    record = get_object_or_404(records_for(request).select_related("province"), pk=call_id)
    try:
        return JsonResponse(proof_of(record), json_dumps_params={"ensure_ascii": False})
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=503, json_dumps_params={"ensure_ascii": False})


def records_for(request: HttpRequest) -> Any:
    """Give the records of who asks: a partner's machine by its token, or somebody signed in."""
    authorization = request.headers.get("Authorization", "")
    if authorization:
        caller = caller_with(authorization)
        return CallRecord.objects.filter(organisation=caller.organisation_id, province=caller.province_id)
    if not isinstance(request.user, Person):
        raise Http404
    return CallRecord.objects.visible_to(request.user)


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give a token by allauth's issuer, to whom asks neither too much nor too often: checking a secret is dear."""
    try:
        said = whole_number(request.META.get("CONTENT_LENGTH") or "0", 18)
        if said is None or said > MOST_BODY_BYTES:
            raise CallRefused(413, "too_large", f"Thân yêu cầu lớn nhất {MOST_BODY_BYTES} byte.")
        who = household(address_of(request))
        if not within_limit(action="exchange-token", who=who, most=TOKENS_A_MINUTE, seconds=60):
            raise CallRefused(429, "slow_down", "Quá nhiều lần lấy mã truy cập; mã có hạn một giờ, hãy dùng lại.")
    except CallRefused as refusal:
        return refused(refusal)
    answer: HttpResponse = issuer.token(request)
    return answer


@csrf_exempt
def not_offered(request: HttpRequest) -> HttpResponse:
    """Answer what the token server could do and this installation does not: no page of it is in anybody's words."""
    raise Http404
