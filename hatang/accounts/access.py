"""Which part of the registers a person may see or change: the scopes that their roles open.

`scopes(person, permission)` is the one question; QuerySets turn the answer into filters and the backend into yes or no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from hatang.accounts.roles import PERMISSIONS

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Scope:
    """Where one grant holds; None means no bound on that side."""

    role: str
    province_id: int | None = None
    place_id: int | None = None
    organisation_id: int | None = None

    def covers(self, *, province_id: int | None, place_id: int | None, organisation_id: int | None) -> bool:
        """Tell whether a row with these owners lies within the scope."""
        return (
            self.province_id in (None, province_id)
            and self.place_id in (None, place_id)
            and self.organisation_id in (None, organisation_id)
        )

    @property
    def is_whole(self) -> bool:
        """Whether no place and no organisation bounds it, as for the officers of a province."""
        return self.place_id is None and self.organisation_id is None


def scopes(person: Someone, permission: str) -> list[Scope]:
    """Give the scopes in which the person holds the permission today; none for visitors and closed accounts."""
    return [scope for scope in _grants(person) if permission in PERMISSIONS[scope.role]]


def scopes_in(person: Someone, permission: str, province_id: int | None) -> list[Scope]:
    """Give those of the scopes that reach into a province: all of it, a commune of it, or an operator's part."""
    return [scope for scope in scopes(person, permission) if scope.province_id in (None, province_id)]


def seeing_as(person: Someone, held: list[Scope]) -> None:
    """Let somebody who has no account, as who runs a command on the server, see by these scopes."""
    person._scopes = held  # type: ignore[union-attr]


def _grants(person: Someone) -> list[Scope]:
    """Read the person's grants in force, once for each request."""
    if not (person.is_authenticated and person.is_active):
        return []
    account: Any = person
    cached: list[Scope] | None = getattr(account, "_scopes", None)
    if cached is None:
        rows = account.grants.filter(_in_force(timezone.localdate()))
        cached = [Scope(*row) for row in rows.values_list("role", "province_id", "place_id", "organisation_id")]
        account._scopes = cached
    return cached


def _in_force(today: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def filter_for(person: Someone, permission: str, *, province: str = "", place: str = "", organisation: str = "") -> Q:
    """Build the filter that keeps what the person's scopes open.

    `province`, `place`, `organisation` name the model's paths to the ids that a scope bounds; a scope bounded on a side
    for which the model names no path opens nothing.
    """
    paths = {"province_id": province, "place_id": place, "organisation_id": organisation}
    allowed = Q(pk__in=[])
    for scope in scopes(person, permission):
        bounds = {side: getattr(scope, side) for side in paths if getattr(scope, side) is not None}
        if all(paths[side] for side in bounds):
            allowed |= Q(**{paths[side]: value for side, value in bounds.items()}) if bounds else Q(pk__isnull=False)
    return allowed
