"""Who may take which step with a return, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError

from hatang.accounts.access import scopes
from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.indicators.models import FILE_RETURN, Finding, Period, Return
from hatang.indicators.services.periods.filers import bounds_of

State = Return.State
NAMED = 5


def is_filer(actor: Person | None, row: Return) -> bool:
    """Tell whether the actor acts for a return's own filer: an officer of the province does so for no commune."""
    if actor is None:
        return True
    held = [s for s in scopes(actor, FILE_RETURN) if s.province_id in (None, row.province_id)]
    return any((s.place_id, s.organisation_id) == bounds_of(row) for s in held)


def may(actor: Person | None, permission: str, row: Return) -> bool:
    """Tell whether the actor may; the system itself (no actor) may."""
    return actor is None or actor.has_perm(permission, row)


def require(allowed: bool) -> None:
    """Refuse who may not."""
    if not allowed:
        raise PermissionDenied("Bạn không có quyền làm bước này với phiếu.")


def wrong_state(row: Return, *states: str) -> str:
    """Say why a return is not at a step; nothing where it is."""
    return "" if row.state in states else f"phiếu đang ở bước “{row.get_state_display()}”"


def may_be_filled(row: Return) -> bool:
    """Whether a return can still be filled: its period is open, or it was sent back for mending."""
    return row.editable and (row.state == State.RETURNED or row.period.state == Period.State.OPEN)


def in_the_way(findings: Iterable[Finding]) -> list[str]:
    """Say which findings keep a return from going up: blocking ones, and others without a reason."""
    standing = list(findings)
    hard = [f.message for f in standing if f.hard]
    open_ = [f"{f.message} Cần giải thích." for f in standing if not f.hard and not f.reason]
    told = hard + open_
    more = [f"và {number(len(told) - NAMED)} điều khác"] if len(told) > NAMED else []
    return told[:NAMED] + more


def refuse(reasons: Iterable[str]) -> None:
    """Refuse a step for these reasons, if there are any."""
    told = [reason for reason in reasons if reason]
    if told:
        raise ValidationError(told)
