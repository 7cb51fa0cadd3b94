"""Signing in as allauth does it, and permissions from roles and scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend

from hatang.accounts.access import scopes
from hatang.accounts.models import Person

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class RoleBackend(AuthenticationBackend):
    """`has_perm(permission)` asks whether it is held anywhere; `has_perm(permission, row)` whether it covers the row.

    A row says whose it is by `owners()`, a dict with `province_id`, `place_id`, `organisation_id` as far as they apply.
    """

    def get_user(self, user_id: int) -> Person | None:
        """Read the person with their organisation, which most pages show or ask."""
        return Person.objects.select_related("organisation").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        held = scopes(user_obj, perm)
        if obj is None:
            return bool(held)
        owners = {"province_id": None, "place_id": None, "organisation_id": None} | obj.owners()
        return any(scope.covers(**owners) for scope in held)
