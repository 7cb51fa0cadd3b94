"""Who asks, and a province for who may open a page of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Person
from hatang.places.models import Place
from hatang.places.services import province_by_code


def person_of(request: HttpRequest) -> Person:
    """Give who is signed in; pages that act for somebody ask for signing in first."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def province_for(request: HttpRequest, code: str, permission: str, *, whole: bool = False) -> Place:
    """Give the province if the person holds the permission in it; otherwise it answers as if it were not there.

    `whole` asks for a scope that no commune and no organisation bounds, as the department has.
    """
    province = province_by_code(code)
    held = scopes_in(request.user, permission, province.pk)
    if not any(scope.is_whole or not whole for scope in held):
        raise Http404
    return province
