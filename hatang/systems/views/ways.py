"""The way to a page of the registers, and who may open one."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse

from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.systems.kinds import Kind
from hatang.systems.models import CHANGE, SEE_FINDING
from hatang.systems.services import may_see

REGISTER = "Sổ hệ thống"
MISSING = "Việc cần làm"
Way = list[tuple[str, str]]


def crumbs(province: Place, *more: tuple[str, str]) -> Way:
    """Give the way from the province to a page."""
    return [(str(province), reverse("web:province", args=[province.code])), *more]


def in_register(province: Place, *more: tuple[str, str]) -> Way:
    """Give the way through the overview of the registers."""
    return crumbs(province, (REGISTER, reverse("systems:overview", args=[province.code])), *more)


def in_kind(kind: Kind, province: Place, *more: tuple[str, str]) -> Way:
    """Give the way through the list of a kind."""
    return in_register(province, (kind.plural, reverse("systems:entries", args=[province.code, kind.slug])), *more)


def province_of_kind(request: HttpRequest, code: str, kind: Kind) -> Place:
    """Give the province if the person may open the list of a kind in it."""
    province = province_by_code(code)
    if not may_see(request.user, province, kind):
        raise Http404
    return province


def may_change(request: HttpRequest, province: Place) -> bool:
    """Tell whether the person keeps the registers of a province."""
    return request.user.has_perm(CHANGE, province)


def may_see_findings(request: HttpRequest, province: Place) -> bool:
    """Tell whether the person may know what is missing in a province."""
    return request.user.has_perm(SEE_FINDING, province)
