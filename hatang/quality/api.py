"""Outages by API, for operators' own machines, and the beats of beacons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer
from pydantic import AwareDatetime, Field

from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.quality.models import Beacon
from hatang.quality.services.beacons import beacon_with, hear
from hatang.quality.services.outages import Told, keep_outages, operators_for

MOST_OUTAGES = 2_000
MOST_COMMUNES = 500

router = Router(tags=["Sự cố mất liên lạc"])


class KeyOfBeacon(HttpBearer):
    """A beacon says who it is by its key; the key opens nothing else."""

    def authenticate(self, request: HttpRequest, token: str) -> Beacon | None:
        return beacon_with(token)


class CommuneIn(Schema):
    """A commune and how many of its people were touched, if that is known."""

    code: str = Field(max_length=10)
    people: int | None = Field(None, ge=0, le=99_999_999)


class OutageIn(Schema):
    """An outage; times with their zone."""

    reference: str = Field(min_length=1, max_length=60)
    operator: str = Field("", max_length=100)
    service: str
    cause: str = "unknown"
    began_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    communes: list[CommuneIn] = Field(min_length=1, max_length=MOST_COMMUNES)
    remarks: str = Field("", max_length=300)


class OutagesIn(Schema):
    """Outages of a province, kept all or none."""

    outages: list[OutageIn] = Field(max_length=MOST_OUTAGES)


class KeptOut(Schema):
    """What keeping them did."""

    added: int
    changed: int
    unchanged: int


class BeatOut(Schema):
    """When a beat was heard, and whether it ended a silence that may have been an outage."""

    heard_at: datetime
    silence_ended: bool


@router.post("/nhip", response=BeatOut, auth=KeyOfBeacon(), summary="Máy đo báo còn liên lạc")
def beat(request: HttpRequest) -> Any:
    """Hear a beacon."""
    beacon: Any = request.auth  # type: ignore[attr-defined]
    now = timezone.now()
    return {"heard_at": now, "silence_ended": hear(beacon, at=now) is not None}


@router.post("/{code}", response=KeptOut, summary="Báo, sửa nhiều sự cố một lần")
def put_outages(request: HttpRequest, code: str, sent: OutagesIn) -> Any:
    """Keep outages; the same mark of the same operator is the same outage, so sending twice changes nothing."""
    province, actor = province_by_code(code), request.user
    operators = {key: row for row in operators_for(actor, province) for key in (row.key, row.short_name) if key}
    own = next(iter(operators.values())) if len(set(operators.values())) == 1 else None
    communes = {
        row.code: row for row in Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
    }
    faults: list[str] = []
    told = []
    for number, one in enumerate(sent.outages, 1):
        operator = operators.get(one.operator) if one.operator else own
        unknown = [c.code for c in one.communes if c.code not in communes]
        if operator is None:
            faults.append(f"Sự cố thứ {number}: “{one.operator}” không phải doanh nghiệp mà bạn được báo.")
        elif unknown:
            faults.append(f"Sự cố thứ {number}: “{unknown[0]}” không phải mã xã, phường hiện nay của {province}.")
        else:
            touched = {communes[c.code]: c.people for c in one.communes}
            facts = one.dict(exclude={"operator", "communes"})
            told.append(Told(operator=operator, touched=touched, where=f"Sự cố thứ {number}", **facts))
    if faults:
        raise ValidationError(faults)
    kept = keep_outages(actor=actor, province=province, told=told, reason="qua API")  # type: ignore[arg-type]
    return {"added": len(kept.added), "changed": len(kept.changed), "unchanged": kept.unchanged}
