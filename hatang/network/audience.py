"""Which field of a mast whom may see: one table, read by pages, lists and exports alike.

Operators are rivals. On a shared mast each sees that it is shared and by how many, never by whom or with what.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from hatang.accounts.access import Scope, scopes
from hatang.core.vietnamese import number

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from hatang.network.models import Mast


class Audience(StrEnum):
    """Who looks at a mast that they may see at all."""

    OFFICER = "Sở, phân tích, thanh tra"
    OWNER = "chủ cột"
    TENANT = "doanh nghiệp đặt trạm trên cột"
    COMMUNE = "xã, phường"


EVERYBODY = frozenset(Audience)
PARTIES = frozenset({Audience.OFFICER, Audience.OWNER, Audience.TENANT})
OWN = frozenset({Audience.OFFICER, Audience.OWNER})
OFFICERS = frozenset({Audience.OFFICER})

FIELDS: dict[str, frozenset[Audience]] = {
    "code": EVERYBODY,
    "commune": EVERYBODY,
    "owner": EVERYBODY,
    "structure": EVERYBODY,
    "tenants": EVERYBODY,
    "built_on": EVERYBODY,
    "photo": EVERYBODY,
    "rough_point": EVERYBODY,
    "height_m": PARTIES,
    "point": PARTIES,
    "zone": PARTIES,
    "dismantled_on": PARTIES,
    "history": OWN,
    "history_person": OFFICERS,
    "tenant_names": OFFICERS,
}


def in_province(scope: Scope) -> Q:
    """Write that a mast lies in a scope's province."""
    return Q(province=scope.province_id) if scope.province_id else Q(pk__isnull=False)


def seeing(field: str) -> Q:
    """Write, over masts annotated with `audience`, who sees the field."""
    return Q(audience__in=[who.name for who in FIELDS[field]])


class Viewer:
    """A person before masts; asks the database once, however many masts there are."""

    def __init__(self, person: AbstractBaseUser | AnonymousUser) -> None:
        self.scopes = scopes(person, "network.view_mast")

    def audience(self, mast: Mast) -> Audience:
        """Tell as whom the person sees a mast that `visible_to` has let them see."""
        held = [s for s in self.scopes if s.province_id in (None, mast.province_id)]
        if any(s.place_id is None and s.organisation_id is None for s in held):
            return Audience.OFFICER
        if any(s.organisation_id == mast.owner_id for s in held if s.organisation_id):
            return Audience.OWNER
        return Audience.TENANT if any(s.organisation_id for s in held) else Audience.COMMUNE

    def sees(self, mast: Mast, field: str) -> bool:
        """Tell whether the person may see the field."""
        return self.audience(mast) in FIELDS[field]

    def shown(self, mast: Mast, field: str, value: Any) -> Any:
        """Give the value, or nothing when it is not for this person."""
        return value if self.sees(mast, field) else None

    def day(self, asked: date) -> date:
        """Give the day as of which the person sees masts: who is not an officer everywhere sees them as they are today.

        From day to day an operator would read off when a rival goes on air, a commune when a mast comes down.
        """
        today = timezone.localdate()
        return min(asked, today) if self.sees_all else today

    @property
    def sees_all(self) -> bool:
        """Whether the person sees every mast of the provinces in which they see any: an officer's rights alone."""
        return all(s.place_id is None and s.organisation_id is None for s in self.scopes)

    def rule(self) -> Case:
        """Write `audience` as an expression over masts, for sets of them."""
        everywhere = [s for s in self.scopes if s.place_id is None and s.organisation_id is None]
        operators = [s for s in self.scopes if s.organisation_id]
        never = Q(pk__in=[])
        officer = reduce(or_, (in_province(s) for s in everywhere), never)
        owner = reduce(or_, (in_province(s) & Q(owner=s.organisation_id) for s in operators), never)
        tenant = reduce(or_, (in_province(s) for s in operators), never)
        cases = {Audience.OFFICER: officer, Audience.OWNER: owner, Audience.TENANT: tenant}
        told = [When(rule, then=Value(who.name)) for who, rule in cases.items()]
        return Case(*told, default=Value(Audience.COMMUNE.name), output_field=CharField())

    def point(self, mast: Mast) -> str:
        """Give the point as far as the person may know it: exact, or to about a kilometre."""
        decimals = 6 if self.sees(mast, "point") else 2
        return f"{number(mast.lon, decimals)}; {number(mast.lat, decimals)}"

    def away(self, mast: Mast, metres: float) -> str:
        """Say how far another mast stands; to who knows points only roughly, exact distances would give them away."""
        return f"cách {number(metres)} m" if self.sees(mast, "point") else ""
