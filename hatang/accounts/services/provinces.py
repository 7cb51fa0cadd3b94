"""A province for who may open a page of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from hatang.accounts.access import scopes_in
from hatang.places.models import Place
from hatang.places.services import province_by_code


def province_for(request: HttpRequest, code: str, permission: str, *, whole: bool = False) -> Place:
    """Give the province if the person holds the permission in it; otherwise it answers as if it were not there.

    `whole` asks for a scope that no commune and no organisation bounds, as the department has.
    """
    province = province_by_code(code)
    held = scopes_in(request.user, permission, province.pk)
    if not any(scope.is_whole or not whole for scope in held):
        raise Http404
    return province
