"""In which province a page of planning is, for whom, and the way to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.places.models import Place
from hatang.places.services.territory import province_by_code

Step = tuple[str, str]


def province_for(request: HttpRequest, code: str, permission: str) -> Place:
    """Give the province if the person holds the permission in all of it; otherwise as if it were not there."""
    province = province_by_code(code)
    if not any(scope.is_whole for scope in scopes_in(request.user, permission, province.pk)):
        raise Http404
    return province


def way(province: Place, *more: Step) -> list[Step]:
    """Give the way from the province to a page of planning."""
    return [(str(province), reverse("web:province", args=[province.code])), *more]
