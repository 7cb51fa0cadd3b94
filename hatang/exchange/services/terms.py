"""By which agreement a partner calls, and whether its rate and quota leave room; counted exactly in every process."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from hatang.core.vietnamese import number
from hatang.exchange.models import Agreement, CallCount
from hatang.exchange.services.callers import Caller
from hatang.exchange.services.refusals import CallRefused
from hatang.exchange.services.statements import Statement
from hatang.exchange.services_offered import SERVICES

COUNT_CALL = """
INSERT INTO exchange_callcount (agreement_id, "on", used, refused, minute, in_minute)
VALUES (%s, %s, 1, 0, %s, 1)
ON CONFLICT (agreement_id, "on") DO UPDATE SET
    used = exchange_callcount.used + 1,
    in_minute = CASE exchange_callcount.minute WHEN excluded.minute THEN exchange_callcount.in_minute + 1 ELSE 1 END,
    minute = excluded.minute
WHERE exchange_callcount.used < %s
    AND (exchange_callcount.minute <> excluded.minute OR exchange_callcount.in_minute < %s)
"""
"""Count a call of an agreement today and in its minute, unless quota or rate are used up: then no row is changed.

One statement, in SQLite's and PostgreSQL's common words, so that no two processes both take the last call.
"""


@dataclass(frozen=True)
class Terms:
    """What a call needs of an agreement, and what of it was used today."""

    agreement_id: int
    communes: tuple[str, ...]
    fields: frozenset[str]
    rate_per_minute: int
    quota_per_day: int
    on: date
    used: int
    minute: int
    in_minute: int

    @property
    def leave_room(self) -> bool:
        """Whether one call more is within rate and quota, as far as was read; `take_turn` decides."""
        in_minute = self.in_minute if self.minute == present_minute() else 0
        return self.used < self.quota_per_day and in_minute < self.rate_per_minute


class NoTurnLeft(Exception):  # noqa: N818 - no fault of ours
    """Rate or quota were used up by another call meanwhile."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self.terms = terms


def terms_for(caller: Caller, code: str) -> Terms:
    """Find the agreement by which a partner calls today. Raises CallRefused (403)."""
    today = timezone.localdate()
    found = None
    if code in SERVICES:
        found = of_agreement(caller.organisation_id, caller.province_id, code, today).first()
    if found is None:
        raise CallRefused(403, "no_agreement", "Không có thỏa thuận còn hiệu lực nào cho dịch vụ này.")
    if code not in caller.scopes:
        raise CallRefused(403, "insufficient_scope", f"Mã truy cập không gồm phạm vi {code}; lấy mã mới với scope này.")
    agreement, communes, fields, rate, quota, *used = found
    agreed = tuple(json.loads(communes)), frozenset(json.loads(fields))
    return Terms(agreement, *agreed, rate, quota, today, *(amount or 0 for amount in used))


@lru_cache(maxsize=1_000)
def of_agreement(organisation_id: int, province_id: int, code: str, on: date) -> Statement:
    """Ask for the agreement in force on a day, with what was used of it that day."""
    rows = Agreement.objects.in_force(on).filter(organisation=organisation_id, province=province_id)
    rows = rows.annotate(today=FilteredRelation("counts", condition=Q(counts__on=on)))
    agreed = ("pk", "communes", "fields", "rate_per_minute", "quota_per_day")
    return Statement.of(
        rows.filter(service__code=code).values_list(*agreed, "today__used", "today__minute", "today__in_minute")
    )


def take_turn(terms: Terms) -> None:
    """Count a call against rate and quota, whichever process asks. Raises NoTurnLeft where they left no room."""
    bounds = (terms.quota_per_day, terms.rate_per_minute)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_CALL, [terms.agreement_id, terms.on, present_minute(), *bounds])
        if not cursor.rowcount:
            raise NoTurnLeft(terms)


def too_many(terms: Terms) -> CallRefused:
    """Make the refusal of a call for which rate or quota left no room, and count it."""
    today = CallCount.objects.filter(agreement=terms.agreement_id, on=terms.on)
    today.update(refused=F("refused") + 1)
    if today.filter(used__gte=terms.quota_per_day).exists():
        words = f"Đã dùng hết {number(terms.quota_per_day)} lượt gọi của hôm nay."
        return CallRefused(429, "quota_exceeded", words, wait_s=seconds_to_midnight())
    words = f"Quá {number(terms.rate_per_minute)} lượt gọi mỗi phút."
    return CallRefused(429, "rate_exceeded", words, wait_s=60 - int(time.time() % 60))


def present_minute() -> int:
    """Give the minute of the clock, counted since 1970."""
    return int(time.time() // 60)


def seconds_to_midnight() -> int:
    """Give how long today still lasts."""
    now = timezone.localtime()
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((tomorrow - now).total_seconds()))
