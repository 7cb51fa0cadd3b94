"""Answering a call: is it agreed, is it within rate and quota, is it rightly asked; then rows, signature, record."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import ValidationError as WrongParameters

from hatang.core.exchange.jws import sign_detached
from hatang.core.exchange.records import request_sha256
from hatang.core.transparency.merkle import leaf_hash
from hatang.exchange.models import CallRecord, KeptAnswer
from hatang.exchange.services.callers import Caller
from hatang.exchange.services.log import adding, new_record
from hatang.exchange.services.refusals import CallRefused
from hatang.exchange.services.signing import signing_key
from hatang.exchange.services.statements import Statement
from hatang.exchange.services.terms import NoTurnLeft, Terms, take_turn, terms_for, too_many
from hatang.exchange.services_offered import MARK, SERVICES, Asked, Offered, Reach
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
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
    terms = None
    try:
        terms = terms_for(caller, code)
        before = kept_answer(caller, asking)
        if before is not None:
            return before
        if not terms.leave_room:
            raise too_many(terms)
        status, content = 200, found_for(caller, terms, code, asking)
    except CallRefused as refusal:
        if refusal.status == 429 or not worth_recording(caller, terms):
            return unsigned(refusal)
        status, content = refusal.status, refusal.content
    return sealed(caller, terms, code, asking, status, written(content))


def written(content: Mapping[str, Any]) -> bytes:
    """Write an answer's bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def unsigned(refusal: CallRefused) -> Answer:
    """Answer a refusal that is neither signed nor recorded."""
    return Answer(refusal.status, written(refusal.content), wait_s=refusal.wait_s)


def worth_recording(caller: Caller, terms: Terms | None) -> bool:
    """Tell whether a refusal is written down; those that no agreement's quota bounds are bounded here."""
    return terms is not None or within_limit(
        action="exchange-refused", who=str(caller.key_id), most=REFUSALS_A_MINUTE, seconds=60
    )


def found_for(caller: Caller, terms: Terms, code: str, asking: Asking) -> dict[str, Any]:
    """Give what a service answers: the agreed fields alone; whatever is simulated says so. Raises CallRefused."""
    offered = SERVICES[code]
    asked = parameters_of(offered, asking)
    if asked.xa and terms.communes and asked.xa not in terms.communes:
        raise CallRefused(403, "outside_scope", f"Thỏa thuận không gồm xã {asked.xa}.")
    reach = Reach(caller.province_id, terms.communes, caller.organisation_id, caller.organisation_kind, terms.on)
    count, rows = page_of(code, reach, asked)
    shown = [*(name for name in offered.fields if name in terms.fields), MARK]
    said = {"ghi_chu": SIMULATED_LINE} if any(row[MARK] for row in rows) else {}
    return {
        "dich_vu": code,
        "tinh": caller.province_code,
        "ngay": terms.on.isoformat(),
        **said,
        "so_dong": count,
        "trang": asked.trang,
        "dong": [{name: row[name] for name in shown} for row in rows],
    }


def page_of(code: str, reach: Reach, asked: Asked) -> tuple[int, list[dict[str, Any]]]:
    """Give how many rows a service has for a partner, and one page of them with all fields."""
    whole, page, told = statements_of(code, reach, asked)
    rows = page.rows()
    return whole.count(), SERVICES[code].write(reach, rows, told.rows() if told and rows else [])


@lru_cache(maxsize=1_000)
def statements_of(code: str, reach: Reach, asked: Asked) -> tuple[Statement, Statement, Statement | None]:
    """Write what a service asks of the database: all rows, those of a page, and what else is told of the page's."""
    offered = SERVICES[code]
    rows, begin = offered.rows(reach, asked), (asked.trang - 1) * asked.so_dong
    page = rows[begin : begin + asked.so_dong]
    told = Statement.of(offered.told(reach, page)) if offered.told else None
    return Statement.of(rows.order_by()), Statement.of(page), told


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


def sealed(caller: Caller, terms: Terms | None, code: str, asking: Asking, status: int, body: bytes) -> Answer:
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
    return settled(caller, terms, asking, record, Answer(status, body, signature, str(record.pk)))


def record_of(caller: Caller, code: str, asking: Asking, status: int, body: bytes) -> CallRecord:
    """Make the record of a call, not yet stored."""
    return new_record(
        body=body,
        province=Place(pk=caller.province_id, code=caller.province_code),  # as much of it as a record reads
        organisation_id=caller.organisation_id,
        client=caller.client_id,
        service=code[:60],
        status=status,
        duration_ms=0.0,
        request_sha256=asking.sha256,
    )


def settled(caller: Caller, terms: Terms | None, asking: Asking, record: CallRecord, answer: Answer) -> Answer:
    """Store a call's record and count it in one transaction; what cannot be stored or counted is not answered.

    Where its caller gave a key the answer is kept, too; of two calls at once the first is answered and counted.
    """
    additions = adding(record)
    try:
        with transaction.atomic():
            for one in additions:
                one.run()
            keep_answer(caller, asking, record, answer)
            if terms is not None:
                take_turn(terms)  # last, since until the end other calls of the agreement wait
    except NoTurnLeft as full:
        return unsigned(too_many(full.terms))
    except IntegrityError:
        before = kept_answer(caller, asking)
        if before is None:
            raise
        return before
    return answer


def keep_answer(caller: Caller, asking: Asking, record: CallRecord, answer: Answer) -> None:
    """Keep data that were asked for with a key against repetition."""
    if asking.idempotency_key and answer.status == 200:
        KeptAnswer.objects.create(
            partner_key_id=caller.key_id,
            idempotency_key=asking.idempotency_key,
            request_sha256=record.request_sha256,
            record=record,
            body=answer.body,
            signature=answer.signature,
        )


def kept_answer(caller: Caller, asking: Asking) -> Answer | None:
    """Give the answer that was given to the same call; the same key with another call is refused."""
    if not asking.idempotency_key:
        return None
    if len(asking.idempotency_key) > LONGEST_IDEMPOTENCY_KEY:
        refusal = CallRefused(422, "invalid_key", f"Idempotency-Key dài nhất {LONGEST_IDEMPOTENCY_KEY} ký tự.")
        return Answer(422, written(refusal.content))
    rows = KeptAnswer.objects.filter(partner_key=caller.key_id, idempotency_key=asking.idempotency_key)
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
