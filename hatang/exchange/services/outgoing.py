"""Verbs of outgoing calls: a row first, then the call, then its end; what may have arrived is not sent again blindly.

A call goes from waiting to sending in the database before a byte goes out, and from sending to its end after. A worker
that dies in between leaves it at sending. It is then sent again where repeating does no harm: a GET, or a POST to a
side that promised to know our Idempotency-Key. Any other POST becomes unknown, and a person decides.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from hatang.accounts.models import Person
from hatang.core.exchange.jws import SignatureError, open_detached, sign_detached
from hatang.core.exchange.records import request_sha256
from hatang.exchange.models import AGREE, CHANGE, CallRecord, OutsideCall, OutsideService
from hatang.exchange.services.log import add_record, new_record
from hatang.exchange.services.sending import Outcome, check_address, exchange, token_from
from hatang.exchange.services.signing import signing_key
from hatang.work.models import Job

log = logging.getLogger("hatang.exchange")

State = OutsideCall.State
BACK_OFF_S = (30, 120, 600, 3_600, 21_600)
"""How long a call that did not go through waits for its next attempt; after the last it has failed."""
STUCK_AFTER = timedelta(minutes=5)
"""After this long at `sending` its worker is taken for dead: an attempt lasts a minute at most."""
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
SAFE_TO_REPEAT = frozenset({425, 429, 503})
"""Answers that say that nothing was done: even a POST may go again."""


def cipher() -> Fernet:
    """Give the cipher of others' secrets; its key comes from the installation's own."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"outside-secret:" + settings.SECRET_KEY.encode()).digest()))


@transaction.atomic
def save_outside(*, actor: Person, service: OutsideService, secret: str = "") -> None:
    """Register an outside service, or change it; an empty secret leaves the one that is kept."""
    if not actor.has_perm(AGREE, service):
        raise PermissionDenied
    for address in filter(None, (service.address, service.token_address)):
        check_address(address)
    if secret:
        service.secret = cipher().encrypt(secret.encode()).decode()
    service.save()


def ask_outside(*, actor: Person, service: OutsideService, method: str, path: str, body: str) -> OutsideCall:
    """Put a call of an outside service on its way: the row stands before anything goes out."""
    if not actor.has_perm(CHANGE, service):
        raise PermissionDenied
    if service.closed_at is not None:
        raise ValidationError("Dịch vụ bên ngoài này đã ngừng dùng.")
    call = OutsideCall(service=service, method=method, path=path, body=body, made_by=actor, next_at=timezone.now())
    call.full_clean()
    call.save()
    send_soon(call.pk)
    return call


def send_soon(call_id: int, *, after_s: int = 0) -> None:
    """Have a worker send a call; where tasks cannot wait, the hourly round sends what is due."""
    if not after_s:
        transaction.on_commit(lambda: send_waiting.enqueue(call_id))
    elif send_waiting.get_backend().supports_defer:
        send_waiting.using(run_after=timezone.now() + timedelta(seconds=after_s)).enqueue(call_id)


@task(queue_name=Job.Lane.ASIDE)
def send_waiting(call_id: int) -> None:
    """Send a call whose turn has come."""
    send_call(call_id, now=timezone.now())


def send_due(now: datetime) -> int:
    """Take up what a dead worker left, then send every call whose turn has come; give how many were sent."""
    take_up_stuck(now)
    return sum(send_call(pk, now=now) for pk in OutsideCall.objects.due(now).values_list("pk", flat=True))


def take_up_stuck(now: datetime) -> int:
    """Decide about calls whose worker died while sending: again where that does no harm, else a person decides."""
    stuck = OutsideCall.objects.filter(state=State.SENDING, begun_at__lt=now - STUCK_AFTER).select_related("service")
    for call in stuck:
        fate = {"state": State.WAITING, "next_at": now} if may_repeat(call) else {"state": State.UNKNOWN}
        words = "Máy gửi dừng giữa chừng."
        OutsideCall.objects.filter(pk=call.pk, state=State.SENDING).update(error=words, **fate)
    return len(stuck)


def may_repeat(call: OutsideCall) -> bool:
    """Tell whether sending a call again does no harm though it may have arrived."""
    return call.method == OutsideCall.Method.GET or call.service.knows_keys


def send_call(call_id: int, *, now: datetime) -> bool:
    """Send one waiting call, once whatever other workers do; tell whether this worker did."""
    mine = OutsideCall.objects.due(now).filter(pk=call_id)
    if not mine.update(state=State.SENDING, begun_at=timezone.now()):
        return False
    call = OutsideCall.objects.select_related("service__province", "service__organisation").get(pk=call_id)
    call.attempts += 1
    OutsideCall.objects.filter(pk=call.pk).update(attempts=call.attempts)
    began = timezone.now()
    settle(call, outcome_of(call), began)
    return True


def outcome_of(call: OutsideCall) -> Outcome:
    """Make the exchange itself."""
    service, body = call.service, call.body.encode()
    headers = {"Accept": "application/json", "Idempotency-Key": str(call.idempotency_key)}
    if body:
        headers |= {"Content-Type": "application/json"}
    try:
        headers |= {"X-JWS-Signature": signature_of(call, body)}
        if service.token_address:
            headers |= {"Authorization": f"Bearer {token_of(service)}"}
    except OSError as error:
        return Outcome(fault=str(error)[:200])
    return exchange(call.method, f"{service.address.rstrip('/')}{call.path}", body=body, headers=headers)


def signature_of(call: OutsideCall, body: bytes) -> str:
    """Sign what goes out, as answers are."""
    said = {"iat": int(timezone.now().timestamp()), "iss": settings.ORIGIN, "call": str(call.idempotency_key)}
    return sign_detached(body, signing_key(), said | {"request": hash_of(call)})


def hash_of(call: OutsideCall) -> str:
    """Give the hash of what is asked, as the log bears it."""
    return request_sha256(call.method, call.path, call.body.encode())


def token_of(service: OutsideService) -> str:
    """Get a token for an outside service. Raises OSError where there is none."""
    try:
        secret = cipher().decrypt(service.secret.encode()).decode() if service.secret else ""
    except InvalidToken as error:
        raise OSError("bí mật đã lưu không mở được bằng khóa của máy này; hãy nhập lại") from error
    return token_from(service.token_address, service.client_id, secret, service.scope)


def settle(call: OutsideCall, outcome: Outcome, began: datetime) -> None:
    """Write down how an attempt ended, and when the next one is due, if one is."""
    fault = outcome.fault or fault_of_signature(call, outcome)
    end: dict[str, Any] = {"status": outcome.status or None, "error": fault[:300]}
    if not fault and outcome.status not in AGAIN:
        end |= {"state": State.DONE if outcome.status < 400 else State.FAILED}
        end |= {"answer": outcome.body.decode("utf-8", "replace").replace("\x00", "")}
    else:
        end |= next_step(call, outcome)
    with transaction.atomic():
        if outcome.status:
            end["record"] = recorded(call, outcome, began)
        changed = OutsideCall.objects.filter(pk=call.pk, state=State.SENDING).update(**end)
        if changed and end["state"] == State.WAITING:
            wait_s = max(1, ceil((end["next_at"] - timezone.now()).total_seconds()))  # earlier it would not be due
            transaction.on_commit(lambda: send_soon(call.pk, after_s=wait_s))
    log.info("outgoing call %s: %s", call.pk, end["state"])


def next_step(call: OutsideCall, outcome: Outcome) -> dict[str, Any]:
    """Decide about a call that did not go through: wait longer each time, leave it to a person, or give up."""
    arrived = outcome.maybe_received or (outcome.status and outcome.status not in SAFE_TO_REPEAT)
    if arrived and not may_repeat(call):
        return {"state": State.UNKNOWN}
    if call.attempts > len(BACK_OFF_S):
        return {"state": State.FAILED}
    wait_s = max(BACK_OFF_S[call.attempts - 1], min(outcome.wait_s, BACK_OFF_S[-1]))
    return {"state": State.WAITING, "next_at": timezone.now() + timedelta(seconds=wait_s)}


def fault_of_signature(call: OutsideCall, outcome: Outcome) -> str:
    """Say what is wrong with an answer's signature, where the other side published its keys."""
    if not call.service.jwks or not 200 <= outcome.status < 300:
        return ""
    try:
        open_detached(outcome.signature, outcome.body, call.service.jwks)
    except SignatureError as error:
        return f"Trả lời không có chữ ký đúng: {error}"
    return ""


def recorded(call: OutsideCall, outcome: Outcome, began: datetime) -> CallRecord:
    """Put an exchange into the log of calls; each attempt that was answered has a record, the call names the last."""
    record = new_record(
        body=outcome.body,
        direction=CallRecord.Direction.OUT,
        province=call.service.province,
        organisation=call.service.organisation,
        client=call.service.client_id[:100],
        service=call.service.name[:60],
        status=outcome.status,
        duration_ms=round((timezone.now() - began).total_seconds() * 1000, 2),
        request_sha256=hash_of(call),
    )
    add_record(record)
    return record


@transaction.atomic
def decide_unknown(*, actor: Person, call: OutsideCall, arrived: bool) -> None:
    """Settle a call of which nobody knows whether it arrived: it did, or it goes again with the same key."""
    if not actor.has_perm(CHANGE, call.service):
        raise PermissionDenied
    fate: dict[str, Any] = {"state": State.DONE, "error": f"{actor} xác nhận bên kia đã nhận."[:300]}
    if not arrived:
        fate = {"state": State.WAITING, "next_at": timezone.now(), "error": f"{actor} cho gửi lại."[:300]}
    if not OutsideCall.objects.filter(pk=call.pk, state=State.UNKNOWN).update(**fate):
        raise ValidationError("Lượt gọi này không còn ở trạng thái chờ quyết định.")
    if not arrived:
        send_soon(call.pk)
