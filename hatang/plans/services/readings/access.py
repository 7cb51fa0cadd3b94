"""Who may read a document into a plan: officers of the province that the plan is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError

from hatang.places.models import Place
from hatang.plans.models import PlanReading

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

CHANGE = "plans.change_plan"
TOO_LATE = "Văn bản này không còn chờ xem: đã thành kế hoạch, đã bỏ hoặc đang được đọc."
GONE = "Dòng này không còn: có người vừa gộp hoặc hoàn tác. Tải lại trang."


def may_read_plans(person: Someone, province: Place) -> bool:
    """Tell whether the person may bring and publish plans of the province."""
    return person.has_perm(CHANGE, province)  # type: ignore[union-attr]


def authorise(actor: Someone, reading: PlanReading) -> None:
    """Refuse somebody whose scopes do not cover the reading."""
    if not actor.has_perm(CHANGE, reading):  # type: ignore[union-attr]
        raise PermissionDenied


def locked(actor: Someone, reading: PlanReading) -> PlanReading:
    """Lock a reading that waits to be looked through, so that two officers act one after the other."""
    authorise(actor, reading)
    row = PlanReading.objects.select_for_update().defer("document").get(pk=reading.pk)
    if row.state != PlanReading.State.READY:
        raise ValidationError(TOO_LATE)
    return row
