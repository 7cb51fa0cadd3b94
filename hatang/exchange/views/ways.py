"""The way to a page of data services, and who may open one."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.exchange.models import CHANGE, REQUEST, VIEW
from hatang.places.models import Place
from hatang.places.services import province_by_code

TITLE = "Dịch vụ dữ liệu"
Way = list[tuple[str, str]]


def in_catalogue(province: Place, *more: tuple[str, str]) -> Way:
    """Give the way through the catalogue of a province."""
    catalogue = (TITLE, reverse("exchange:catalogue", args=[province.code]))
    return [(str(province), reverse("web:province", args=[province.code])), catalogue, *more]


def province_open(request: HttpRequest, code: str) -> Place:
    """Give the province if the person keeps its services or is a partner there; otherwise answer as if it were not."""
    province = province_by_code(code)
    whole = any(scope.is_whole for scope in scopes_in(request.user, VIEW, province.pk))
    if not whole and not scopes_in(request.user, REQUEST, province.pk):
        raise Http404
    return province


def tabs_of(request: HttpRequest, province: Place, here: str) -> list[tuple[str, str, bool]]:
    """Give the pages of a province's services that are open to the person: label, address, whether it is this one."""
    pages = [("catalogue", "Danh mục")]
    if request.user.has_perm(VIEW, province) or scopes_in(request.user, REQUEST, province.pk):
        pages += [
            ("agreements", "Thỏa thuận"),
            ("partner_keys", "Khóa"),
            ("console", "Theo dõi"),
            ("calls", "Lượt gọi"),
        ]
    if request.user.has_perm(VIEW, province):
        pages.append(("outsides", "Gọi ra"))
    return [(label, reverse(f"exchange:{name}", args=[province.code]), name == here) for name, label in pages]


def may_change(request: HttpRequest, province: Place) -> bool:
    """Tell whether the person keeps the services of a province."""
    return request.user.has_perm(CHANGE, province)
