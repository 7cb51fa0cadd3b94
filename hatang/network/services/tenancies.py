"""Tenancies: entered, changed and ended together with what is free of the thing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import day, number
from hatang.network.models import Tenancy
from hatang.work.services import notify, people_of

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
    entered = enter(actor, tenancy, reason)
    tell_parties(entered, actor, "Ghi")
    return entered


def enter(actor: Person, tenancy: Tenancy, reason: str) -> Tenancy:
    """Enter a tenancy for who may; inside the caller's transaction."""
    tenancy.holds_spare = free_of(tenancy.thing) is not None and tenancy.still_holds
    if tenancy.holds_spare:
        take(tenancy, tenancy.amount or 0, actor, reason)
    tenancy.simulated = tenancy.simulated or tenancy.thing.simulated
    tenancy.full_clean()
    sign(tenancy, actor, reason)
    tenancy.save()
    return tenancy


@transaction.atomic
def change_tenancy(*, actor: Person, tenancy: Tenancy) -> Tenancy:
    """Save corrected terms; a share that grew or shrank is taken from, or given back to, what is free.

    A row that came with a file and never held anything goes on so, unless it had ended and holds again.
    """
    must_change(actor, tenancy)
    before = Tenancy.objects.select_for_update().get(pk=tenancy.pk)
    again = before.holds_spare or not before.still_holds
    tenancy.holds_spare = again and tenancy.still_holds and free_of(tenancy.thing) is not None
    take(tenancy, share(tenancy) - share(before), actor, "sửa dùng chung")
    tenancy.full_clean()
    sign(tenancy, actor)
    tenancy.save()
    tell_parties(tenancy, actor, "Sửa")
    return tenancy


@transaction.atomic
def end_tenancy(*, actor: Person, tenancy: Tenancy, until_on: date) -> Tenancy:
    """Let a tenancy end on a day; from that day its share is free again. Raises ValidationError when it has ended."""
    must_change(actor, tenancy)
    row = Tenancy.objects.select_for_update().get(pk=tenancy.pk)
    if not row.still_holds:
        raise ValidationError("Việc dùng chung này đã chấm dứt. Tải lại trang để xem.")
    row.until_on = until_on
    row.holds_spare = free_of(row.thing) is not None
    if row.holds_spare and not row.still_holds:
        give_back(row, actor, "chấm dứt dùng chung")
    row.full_clean()
    sign(row, actor, "chấm dứt dùng chung")
    row.save()
    tell_parties(row, actor, f"Chấm dứt từ {day(until_on)}:")
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


def tell_parties(tenancy: Tenancy, actor: Person, what: str) -> None:
    """Tell the other side what was written of a tenancy that it is a party of."""
    owner, province = tenancy.owner, tenancy.province
    people = {p for party in (owner, tenancy.tenant) for p in people_of(organisation=party, province=province)}
    seen = Tenancy.objects.filter(pk=tenancy.pk)
    to = [person for person in people if person != actor and seen.visible_to(person).exists()]
    subject = f"{what} dùng chung: {tenancy.tenant} thuê {tenancy.thing} của {owner}"
    notify(to=to, subject=subject, url=tenancy.get_absolute_url())


def must_change(actor: Person, tenancy: Tenancy) -> None:
    """Refuse who is neither the thing's owner nor of the department."""
    if not actor.has_perm(CHANGE, tenancy):
        raise PermissionDenied


def share(tenancy: Tenancy) -> int:
    """Give how much a tenancy holds of what would be free without it."""
    return (tenancy.amount or 0) if tenancy.holds_spare else 0


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
