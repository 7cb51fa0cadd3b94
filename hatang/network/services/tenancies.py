"""Tenancies: entered, changed and ended together with what is free of the thing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.network.models import Tenancy

CHANGE = "network.change_register"
ENDED = "hết hạn hợp đồng"


def free_of(thing: Any) -> int | None:
    """Give how much of a thing is free, None where its owner did not say or nothing of it can be."""
    spare: int | None = getattr(thing, "spare", None)
    return spare


@transaction.atomic
def add_tenancy(*, actor: Person, tenancy: Tenancy, reason: str = "ghi dùng chung") -> Tenancy:
    """Enter a tenancy and take its share from what is free. Raises ValidationError when less is free."""
    must_change(actor, tenancy)
    return enter(actor, tenancy, reason)


def enter(actor: Person, tenancy: Tenancy, reason: str) -> Tenancy:
    """Enter a tenancy for who may; inside the caller's transaction."""
    if tenancy.amount and free_of(tenancy.thing) is not None and still_holds(tenancy):
        take(tenancy, tenancy.amount, actor, reason)
        tenancy.holds_spare = True
    tenancy.simulated = tenancy.simulated or simulated(tenancy)
    tenancy.full_clean()
    sign(tenancy, actor, reason)
    tenancy.save()
    return tenancy


@transaction.atomic
def change_tenancy(*, actor: Person, tenancy: Tenancy) -> Tenancy:
    """Save corrected terms; a share that grew or shrank is taken from, or given back to, what is free."""
    must_change(actor, tenancy)
    before = Tenancy.objects.select_for_update().get(pk=tenancy.pk)
    if before.holds_spare:
        take(tenancy, (tenancy.amount or 0) - (before.amount or 0), actor, "sửa dùng chung")
    if before.holds_spare and not still_holds(tenancy):
        give_back(tenancy, actor, "sửa dùng chung")
    tenancy.full_clean()
    sign(tenancy, actor)
    tenancy.save()
    return tenancy


@transaction.atomic
def end_tenancy(*, actor: Person, tenancy: Tenancy, until_on: date) -> Tenancy:
    """Let a tenancy end on a day; from that day its share is free again. Raises ValidationError when it has ended."""
    must_change(actor, tenancy)
    row = Tenancy.objects.select_for_update().get(pk=tenancy.pk)
    if not still_holds(row):
        raise ValidationError("Việc dùng chung này đã chấm dứt. Tải lại trang để xem.")
    row.until_on = until_on
    row.holds_spare = bool(row.amount) and free_of(row.thing) is not None
    if row.holds_spare and not still_holds(row):
        give_back(row, actor, "chấm dứt dùng chung")
    row.full_clean()
    sign(row, actor, "chấm dứt dùng chung")
    row.save()
    return row


@transaction.atomic
def release_ended(*, on: date) -> int:
    """Give back what tenancies held whose last day has passed; give how many there were."""
    ended = list(Tenancy.objects.select_for_update().filter(holds_spare=True, until_on__lte=on))
    for row in ended:
        give_back(row, None, ENDED)
        sign(row, None, ENDED)
        row.save()
    return len(ended)


def must_change(actor: Person, tenancy: Tenancy) -> None:
    """Refuse who is neither the thing's owner nor of the department."""
    if not actor.has_perm(CHANGE, tenancy):
        raise PermissionDenied


def still_holds(tenancy: Tenancy) -> bool:
    """Tell whether a tenancy holds today or will."""
    return tenancy.until_on is None or tenancy.until_on > timezone.localdate()


def simulated(tenancy: Tenancy) -> bool:
    """Tell whether the thing is simulated."""
    return bool(tenancy.thing.simulated)


def take(tenancy: Tenancy, amount: int, actor: Person | None, reason: str) -> None:
    """Take so much from what is free of the thing, or give it back when negative; never below nothing."""
    thing: Any = tenancy.thing
    row = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    if row.spare is None or amount == 0:
        return
    if amount > row.spare:
        raise ValidationError({"amount": f"Chỉ còn trống {number(row.spare)}, ít hơn {number(amount)}."})
    most = row.capacity if row.capacity is not None else row.spare - amount
    row.spare = min(row.spare - amount, most)
    sign(row, actor, reason)
    row.save()
    thing.spare = row.spare


def give_back(tenancy: Tenancy, actor: Person | None, reason: str) -> None:
    """Give back what a tenancy held; the row itself is saved by the caller."""
    take(tenancy, -(tenancy.amount or 0), actor, reason)
    tenancy.holds_spare = False
