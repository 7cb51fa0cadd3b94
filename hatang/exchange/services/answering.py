"""Answering a call: is it agreed, is it within rate and quota, is it rightly asked; then rows, signature, record."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from pydantic import ValidationError as WrongParameters

from hatang.core.exchange.jws import sign_detached
from hatang.core.exchange.records import request_sha256
from hatang.core.transparency.merkle import leaf_hash
from hatang.core.vietnamese import number
from hatang.exchange.models import Agreement, CallCount, CallRecord, KeptAnswer
from hatang.exchange.services.callers import Caller
from hatang.exchange.services.log import add_record, new_record
from hatang.exchange.services.refusals import CallRefused
from hatang.exchange.services.signing import signing_key
from hatang.exchange.services_offered import MARK, SERVICES, Offered, Reach
from hatang.pages.lists import SIMULATED_LINE
from hatang.work.services import within_limit

LONGEST_IDEMPOTENCY_KEY = 100
REFUSALS_A_MINUTE = 30
"""How many refusals of one key without an agreement are written down; more would only fill the log."""
KEPT_FOR = timedelta(days=1)
MOST_FAULTS = 5


@dataclass(frozen=True)
class Asking:
    """A call as it came: method, target as sent, parameters, body, and the caller's key against repetition."""

    method: str
    target: str
    parameters: Mapping[str, Any]
    body: bytes = b""
    idempotency_key: str = ""
    began: float = field(default_factory=time.perf_counter)

    @property
    def sha256(self) -> str:
        """The hash that the signature and the log bear."""
        return request_sha256(self.method, self.target, self.body)


@dataclass(frozen=True)
class Answer:
    """What goes back: the body's bytes, the detached signature, and which record says so."""

    status: int
    body: bytes
    signature: str = ""
    call: str = ""
    repeated: bool = False
    wait_s: int = 0


def answer_call(*, caller: Caller, code: str, asking: Asking) -> Answer:
    """Answer a partner's call. What is refused is answered too, signed and recorded; 429 is only counted."""
    before = kept_answer(caller, asking)
    try:
        if before is not None and agreement_for(caller, code):
            return before
        status, content = 200, found_for(caller, code, asking)
    except CallRefused as refusal:
        if refusal.status == 429 or not worth_recording(caller, refusal):
            return Answer(refusal.status, written(refusal.content), wait_s=refusal.wait_s)
        status, content = refusal.status, refusal.content
    return sealed(caller, code, asking, status, written(content))


def written(content: Mapping[str, Any]) -> bytes:
    """Write an answer's bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def worth_recording(caller: Caller, refusal: CallRefused) -> bool:
    """Tell whether a refusal is written down; those that no quota bounds are bounded here."""
    if refusal.status != 403:
        return True
    return within_limit(action="exchange-refused", who=str(caller.key.pk), most=REFUSALS_A_MINUTE, seconds=60)


def found_for(caller: Caller, code: str, asking: Asking) -> dict[str, Any]:
    """Give what a service answers to a partner. Raises CallRefused."""
    agreement = agreement_for(caller, code)
    take_turn(agreement)
    offered = SERVICES[code]
    asked = parameters_of(offered, asking)
    reach = Reach(caller.key.province, agreement.communes, caller.key.organisation, timezone.localdate())
    if asked.xa and agreement.communes and asked.xa not in agreement.communes:
        raise CallRefused(403, "outside_scope", f"Thỏa thuận không gồm xã {asked.xa}.")
    return page_of_rows(offered, reach, asked, agreement)


def page_of_rows(offered: Offered, reach: Reach, asked: Any, agreement: Agreement) -> dict[str, Any]:
    """Give a page of rows with the agreed fields alone; whatever is simulated says so."""
    rows = offered.rows(reach, asked)
    count, begin = rows.count(), (asked.trang - 1) * asked.so_dong
    whole = offered.write(reach, list(rows[begin : begin + asked.so_dong]))
    simulated = any(row[MARK] for row in whole)
    shown = [*(name for name in offered.fields if name in agreement.fields), MARK]
    said = {"ghi_chu": SIMULATED_LINE} if simulated else {}
    return {
        "dich_vu": offered.code,
        "tinh": reach.province.code,
        "ngay": reach.on.isoformat(),
        **said,
        "so_dong": count,
        "trang": asked.trang,
        "dong": [{name: row[name] for name in shown} for row in whole],
    }


def agreement_for(caller: Caller, code: str) -> Agreement:
    """Find the agreement by which a partner calls today. Raises CallRefused (403)."""
    rows = Agreement.objects.in_force(timezone.localdate()).filter(
        organisation=caller.key.organisation, province=caller.key.province, service__code=code
    )
    agreement = rows.first() if code in SERVICES else None
    if agreement is None:
        raise CallRefused(403, "no_agreement", "Không có thỏa thuận còn hiệu lực nào cho dịch vụ này.")
    if code not in caller.scopes:
        raise CallRefused(403, "insufficient_scope", f"Mã truy cập không gồm phạm vi {code}; lấy mã mới với scope này.")
    return agreement


def take_turn(agreement: Agreement) -> None:
    """Count a call against rate and quota, exactly, whichever process asks. Raises CallRefused (429)."""
    minute, today = present_minute(), timezone.localdate()
    if counted(agreement, minute, today):
        return
    CallCount.objects.get_or_create(agreement=agreement, on=today)
    if counted(agreement, minute, today):
        return
    row = CallCount.objects.get(agreement=agreement, on=today)
    CallCount.objects.filter(pk=row.pk).update(refused=F("refused") + 1)
    if row.used >= agreement.quota_per_day:
        words = f"Đã dùng hết {number(agreement.quota_per_day)} lượt gọi của hôm nay."
        raise CallRefused(429, "quota_exceeded", words, wait_s=seconds_to_midnight())
    words = f"Quá {number(agreement.rate_per_minute)} lượt gọi mỗi phút."
    raise CallRefused(429, "rate_exceeded", words, wait_s=60 - int(time.time() % 60))


def present_minute() -> int:
    """Give the minute of the clock, counted since 1970."""
    return int(time.time() // 60)


def counted(agreement: Agreement, minute: int, today: Any) -> bool:
    """Add one to today's count where rate and quota allow, in one statement."""
    same = Q(minute=minute)
    allowed = Q(used__lt=agreement.quota_per_day) & (~same | Q(in_minute__lt=agreement.rate_per_minute))
    in_minute = Case(When(same, then=F("in_minute") + 1), default=Value(1))
    rows = CallCount.objects.filter(allowed, agreement=agreement, on=today)
    return bool(rows.update(used=F("used") + 1, in_minute=in_minute, minute=minute))


def seconds_to_midnight() -> int:
    """Give how long today still lasts."""
    now = timezone.localtime()
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((tomorrow - now).total_seconds()))


def parameters_of(offered: Offered, asking: Asking) -> Any:
    """Read a call's parameters. Raises CallRefused (422), which names each and what would be right."""
    try:
        return offered.asked.model_validate(dict(asking.parameters))
    except WrongParameters as error:
        faults = error.errors(include_url=False, include_context=False)[:MOST_FAULTS]
        told = "; ".join(fault_in_words(offered, fault) for fault in faults)
        raise CallRefused(422, "invalid_parameters", told) from error


def fault_in_words(offered: Offered, fault: Any) -> str:
    """Say which parameter is wrong and what it should be."""
    name = str(fault["loc"][0])[:40] if fault["loc"] else "tham số"
    known = offered.asked.model_fields.get(name)
    if known is None:
        return f"{name}: không có tham số này; các tham số: {', '.join(offered.asked.model_fields)}"
    return f"{name}: giá trị không hợp lệ. {known.description}"


# --- signature, record, repetition


def sealed(caller: Caller, code: str, asking: Asking, status: int, body: bytes) -> Answer:
    """Sign an answer and write its record down, before it goes out."""
    record = record_of(caller, code, asking, status, body)
    header = {
        "iat": int(record.at.timestamp()),
        "iss": settings.ORIGIN,
        "call": str(record.pk),
        "request": record.request_sha256,
        "leaf": leaf_hash(record.content).hex(),
    }
    signature = sign_detached(body, signing_key(), header)
    record.duration_ms = round((time.perf_counter() - asking.began) * 1000, 2)
    return kept(caller, asking, record, body, signature)


def record_of(caller: Caller, code: str, asking: Asking, status: int, body: bytes) -> CallRecord:
    """Make the record of a call, not yet stored."""
    return new_record(
        body=body,
        province=caller.key.province,
        organisation=caller.key.organisation,
        client=caller.key.client_id,
        service=code[:60],
        status=status,
        duration_ms=0.0,
        request_sha256=asking.sha256,
    )


def kept(caller: Caller, asking: Asking, record: CallRecord, body: bytes, signature: str) -> Answer:
    """Store the record, and data too where their caller gave a key; of two calls at once the first is answered."""
    answer = Answer(record.status, body, signature, str(record.pk))
    if not asking.idempotency_key or record.status != 200:
        add_record(record)
        return answer
    try:
        with transaction.atomic():
            add_record(record)
            KeptAnswer.objects.create(
                partner_key=caller.key,
                idempotency_key=asking.idempotency_key,
                request_sha256=asking.sha256,
                record=record,
                body=body,
                signature=signature,
            )
    except IntegrityError:
        return kept_answer(caller, asking) or answer
    return answer


def kept_answer(caller: Caller, asking: Asking) -> Answer | None:
    """Give the answer that was given to the same call; the same key with another call is refused."""
    if not asking.idempotency_key:
        return None
    if len(asking.idempotency_key) > LONGEST_IDEMPOTENCY_KEY:
        refusal = CallRefused(422, "invalid_key", f"Idempotency-Key dài nhất {LONGEST_IDEMPOTENCY_KEY} ký tự.")
        return Answer(422, written(refusal.content))
    rows = KeptAnswer.objects.filter(partner_key=caller.key, idempotency_key=asking.idempotency_key)
    row = rows.select_related("record").first()
    if row is None:
        return None
    if row.request_sha256 != asking.sha256:
        words = "Idempotency-Key này đã dùng cho một yêu cầu khác; mỗi yêu cầu một khóa."
        return Answer(422, written(CallRefused(422, "key_reused", words).content))
    return Answer(row.record.status, bytes(row.body), row.signature, str(row.record_id), repeated=True)


def forget_kept_answers() -> int:
    """Throw away the answers that were kept long enough; their records stay."""
    return KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]
