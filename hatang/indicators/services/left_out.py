"""What a figure lacks that is added up over operators' returns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q

from hatang.indicators.models import Return, ReturnCell, ReturnForm, ReturnStep, Value
from hatang.indicators.services.choosing import REPORTED
from hatang.indicators.services.contributions import sources_of
from hatang.indicators.services.storing import ROLLED_UP

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

ANSWERED = Q(numerator__isnull=False) | Q(value__isnull=False) | Q(none_here=True)
"""An answer of a return; “không có” is one."""


@dataclass(frozen=True)
class LeftOut:
    """Operators that are not in a figure, as far as the person may know them; each with why it was not waited for."""

    named: list[tuple[str, str]]


def left_out_of(*, value: Value, person: Someone) -> LeftOut | None:
    """Say which operators a figure lacks; None where it lacks none, or does not come from operators' returns.

    That somebody is missing is said to everybody; who, to those who see the return.
    """
    missing = missing_returns([value])[value.pk]
    if not missing:
        return None
    rows = Return.objects.visible_to(person).filter(pk__in=missing).select_related("organisation")
    words = reasons(missing)
    return LeftOut([(str(row.organisation), words.get(row.pk, "")) for row in rows.order_by("organisation__sort_key")])


def missing_returns(values: Sequence[Value]) -> dict[int, set[UUID]]:
    """Give, for each figure, the operators' returns of its periods that are not in it."""
    rows = [row for row in values if row.formula == REPORTED]
    of_returns = [row for row in rows if row.period_id or row.source == ROLLED_UP]
    periods = {pk: {period for period, _, _ in sources} for pk, sources in sources_of(of_returns).items()}
    every = set[int]().union(*periods.values())
    told = ReturnCell.objects.of_operators().filter(ANSWERED, of_return__period__in=every)
    answered = set(told.values_list("of_return", "item__indicator")) if every else set()
    asked = Return.objects.filter(period__in=every, period__form__filer=ReturnForm.Filer.OPERATOR)
    returns = list(asked.values_list("period", "pk")) if every else []
    return {row.pk: set() for row in values} | {
        row.pk: {pk for period, pk in returns if period in periods[row.pk] and (pk, row.indicator_id) not in answered}
        for row in of_returns
    }


def reasons(returns: Collection[UUID]) -> dict[UUID, str]:
    """Give why returns were not waited for: the words of the last step that changed no state."""
    steps = ReturnStep.objects.filter(of_return__in=returns, before=F("after")).order_by("at", "pk")
    return dict(steps.values_list("of_return", "words"))
