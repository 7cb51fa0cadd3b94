"""Which field of a mast whom may see: one table, read by pages, lists and exports alike.

Operators are rivals. On a shared mast each sees that it is shared and by how many, never by whom or with what.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hatang.accounts.access import scopes
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

    def point(self, mast: Mast) -> str:
        """Give the point as far as the person may know it: exact, or to about a kilometre."""
        decimals = 6 if self.sees(mast, "point") else 2
        return f"{number(mast.lon, decimals)}; {number(mast.lat, decimals)}"
