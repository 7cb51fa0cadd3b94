"""Sharing for tests: a mast on offer, rules of a province, requests and the steps to a state."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hatang.accounts.models import Person
from hatang.network.models import Mast, SharingRequest, SharingRule
from hatang.network.request_acts import AUTHORITY, BY_SLUG, EXTENSION, REPLY, SURVEY
from hatang.network.services import Words, requesters_for, send_request, take_step
from hatang.places.models import Place

LEGAL = "Quyết định 72/2025/QĐ-UBND"
RULES = {
    REPLY: (7, "working_days"),
    SURVEY: (15, "days"),
    EXTENSION: (15, "working_days"),
    AUTHORITY: (10, "working_days"),
}


def adopt(province: Place, *keys: str, since: date = date(2025, 12, 1)) -> None:
    """Let Bắc Ninh's limits hold in a province, all or some."""
    for key in keys or RULES:
        value, unit = RULES[key]
        SharingRule.objects.create(
            province=province, key=key, value=value, unit=unit, valid_from=since, legal=LEGAL, article="Điều 28.2"
        )


def offered_mast(owner: Any, commune: Place, **more: Any) -> Mast:
    """Make a mast that its owner offers, with two free places of three."""
    facts = {"lon": commune.lon, "lat": commune.lat, "built_on": date(2020, 1, 1), "capacity": 3, "spare": 2}
    facts |= {"code": "MAT-01", "offered": True, "address": "Đội 5 BÍ MẬT"}
    return Mast.objects.create(owner=owner, commune=commune, province=commune.province, **(facts | more))


def ask(actor: Person, mast: Mast, *, now: datetime, **more: Any) -> SharingRequest:
    """Send a request for a mast."""
    facts = {"need": "antenna", "amount": 1, "start_on": date(2027, 3, 1), "term_months": 60, "purpose": "Phủ sóng 5G"}
    row = SharingRequest(**(facts | more))
    requester = requesters_for(actor, mast)[0]
    return send_request(actor=actor, request=row, thing=mast, requester=requester, words=Words(), at=now)


def do(actor: Person, request: SharingRequest, slug: str, *, now: datetime, **words: Any) -> SharingRequest:
    """Take one step, with the words that most steps ask."""
    said = {"text": "Theo văn bản kèm theo"} | words
    take_step(actor=actor, request=request, act=BY_SLUG[slug], words=Words(**said), at=now)
    return SharingRequest.objects.with_things().get(pk=request.pk)
