"""In which province a page of quality is, for whom, and the way to it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.places.models import Place

QUALITY = "Chất lượng dịch vụ"
Step = tuple[str, str]


def holds(request: HttpRequest, permission: str, province: Place) -> bool:
    """Tell whether the person holds a permission in all of a province."""
    return any(scope.is_whole for scope in scopes_in(request.user, permission, province.pk))


def way(province: Place, *more: Step) -> list[Step]:
    """Give the way from the province through its speeds to a page."""
    home = (str(province), reverse("web:province", args=[province.code]))
    return [home, (QUALITY, reverse("quality:statistics", args=[province.code]) if more else ""), *more]
