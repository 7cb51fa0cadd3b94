"""Who owes a return in a period, and which people act for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from hatang.accounts.models import Grant, Organisation, Person
from hatang.accounts.roles import Role, roles_with
from hatang.indicators.models import FILE_RETURN, Return, ReturnForm
from hatang.network.models import Station
from hatang.places.models import Place
from hatang.places.services import communes_of

Bounds = tuple[int | None, int | None]


@dataclass(frozen=True)
class Filer:
    """Who files one return: a commune, an operator in the province, or (neither) the department."""

    place: Place
    organisation: Organisation | None = None


def filers_of(form: ReturnForm, on: date) -> list[Filer]:
    """Give who owes a return of a form on a day, in the order of names."""
    if form.filer == ReturnForm.Filer.COMMUNE:
        return [Filer(commune) for commune in communes_of(form.province, on).order_by("sort_key")]
    if form.filer == ReturnForm.Filer.OPERATOR:
        return [Filer(form.province, operator) for operator in operators_in(form.province, on)]
    return [Filer(form.province)]


def operators_in(province: Place, on: date) -> list[Organisation]:
    """Give the operators that hold an account for a province, or have a station on air in it, on a day."""
    granted = Grant.objects.in_force(on).filter(role=Role.OPERATOR, province=province, person__is_active=True)
    on_air = Station.objects.on_air(on=on).filter(mast__province=province)
    here = Q(pk__in=granted.values("organisation")) | Q(pk__in=on_air.values("operator"))
    return list(Organisation.objects.operators().in_force(on).filter(here).order_by("sort_key"))


def holders_of(permission: str, returns: Sequence[Return]) -> dict[UUID, list[Person]]:
    """Give, for each of some returns of one province, who holds a permission for just its filer, in one query.

    Officers of the whole province are meant only for the department's own return.
    """
    if not returns:
        return {}
    province = returns[0].province_id
    grants = Grant.objects.in_force(timezone.localdate()).filter(role__in=roles_with(permission))
    grants = grants.filter(province=province, person__is_active=True).select_related("person").order_by("person")
    people: dict[Bounds, list[Person]] = defaultdict(list)
    for grant in grants:
        people[(grant.place_id, grant.organisation_id)].append(grant.person)
    return {row.pk: people[bounds_of(row)] for row in returns}


def bounds_of(row: Return) -> Bounds:
    """Give what bounds the roles that act for a return's filer."""
    if row.organisation_id:
        return None, row.organisation_id
    return (row.place_id if row.place_id != row.province_id else None), None


def people_to_file(returns: Iterable[Return]) -> dict[UUID, list[Person]]:
    """Give who is to fill each return."""
    return holders_of(FILE_RETURN, list(returns))
