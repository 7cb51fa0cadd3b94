"""The ways from a province's page to its other pages, grouped by what people do; each shown to whom it opens.

A page's way is one line here; a new subject (quality of service, information systems) is one more group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.coverage.models import SEE_CHALLENGE, VERIFY
from hatang.indicators.models import CHANGE_FORM, CHECK_RETURN, COMPARE_OPERATORS, QUERY_TABLES, SEE_RETURN
from hatang.places.models import Place
from hatang.planning.models import SEE as SEE_PLANNING
from hatang.plans.legal_forms.choosing import may_open
from hatang.plans.models import SEE_OBLIGATION
from hatang.quality.models import BRING_MEASUREMENT, VIEW_MEASUREMENT
from hatang.quality.models.outages import SEE as SEE_OUTAGE
from hatang.sensors.models import VIEW as SEE_THING
from hatang.systems.models import SEE_FINDING, VIEW_LINK
from hatang.systems.models import VIEW as SYSTEMS
from hatang.utilities.models import SEE_CERTIFICATE, SEE_DOCUMENT

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Address = Callable[["Someone", Place], str]
"""Gives where a way leads for a person in a province; nothing where it is not open to them."""


@dataclass(frozen=True)
class Way:
    """A page of a province and where it stands."""

    label: str
    address: Address


def page(name: str, *permissions: str) -> Address:
    """Lead to a page of the province whoever holds one of the permissions anywhere in it; without any, everybody."""

    def address(person: Someone, province: Place) -> str:
        opens = not permissions or any(scopes_in(person, permission, province.pk) for permission in permissions)
        return reverse(name, args=[province.code]) if opens else ""

    return address


def page_of_all(name: str, permission: str) -> Address:
    """Lead to a page of the province whoever holds the permission in all of it."""
    return lambda person, province: reverse(name, args=[province.code]) if whole(person, permission, province) else ""


def page_of_no_province(name: str, permission: str = "") -> Address:
    """Lead to a page that is not of one province."""
    return lambda person, province: (
        reverse(name) if not permission or scopes_in(person, permission, province.pk) else ""
    )


def whole(person: Someone, permission: str, province: Place) -> bool:
    """Tell whether the permission is held in all of the province, bounded by no commune and no organisation."""
    return any(scope.is_whole for scope in scopes_in(person, permission, province.pk))


def own_returns(person: Someone, province: Place) -> str:
    """Lead to their returns those who file in the province, but not the department, which has the periods."""
    files = scopes_in(person, SEE_RETURN, province.pk) and not whole(person, SEE_RETURN, province)
    return reverse("indicators:returns") if files else ""


def legal_forms(person: Someone, province: Place) -> str:
    """Lead to the forms of the law those who may open them."""
    return reverse("plans:legal_forms", args=[province.code]) if may_open(person, province) else ""


def commune_to_verify(person: Someone, province: Place) -> str:
    """Lead to the commune whose services the person verifies; those who verify all choose one on the map."""
    communes = [scope.place_id for scope in scopes_in(person, VERIFY, province.pk) if scope.place_id]
    return reverse("coverage:verify_commune", args=[communes[0]]) if communes else ""


GROUPS: dict[str, tuple[Way, ...]] = {
    "Xem tỉnh": (
        Way("Bản đồ", page("web:map")),
        Way("Xã, phường", page("places:communes")),
        Way("Các chỉ tiêu", page_of_no_province("indicators:list")),
        Way("Công bố số liệu", page("indicators:publications")),
        Way("Xác minh văn bản", page_of_no_province("verifying:verify")),
    ),
    "Thu thập, phân tích": (
        Way("Ghi số liệu", page("indicators:record", "indicators.record_value")),
        Way("Kỳ thu thập", page_of_all("indicators:periods", SEE_RETURN)),
        Way("Duyệt phiếu", page_of_all("indicators:return_desk", CHECK_RETURN)),
        Way("Phiếu báo cáo", own_returns),
        Way("Biểu thu thập", page("indicators:return_forms", CHANGE_FORM)),
        Way("Số liệu xã cũ", page_of_all("indicators:old_series", "indicators.record_value")),
        Way("Phân tích", page("indicators:analysis", QUERY_TABLES, COMPARE_OPERATORS)),
        Way("Bộ chỉ số", page_of_all("indicators:index_sets", "indicators.view_draft")),
        Way("Chương trình hỗ trợ", page("indicators:programmes", "indicators.view_draft", "indicators.record_value")),
    ),
    "Kế hoạch, phương án": (
        Way("Nghĩa vụ đến hạn", page("plans:obligations", SEE_OBLIGATION)),
        Way("Biểu mẫu NĐ 163", legal_forms),
        Way("Văn bản ký số", page_of_all("documents:documents", SEE_DOCUMENT)),
        Way("Đọc văn bản kế hoạch", page_of_all("plans:reading_new", "plans.change_plan")),
        Way("Phương án phủ sóng", page_of_all("planning:scenarios", SEE_PLANNING)),
        Way("Phương án cáp quang", page_of_all("planning:fibre_plans", SEE_PLANNING)),
    ),
    "Hạ tầng, dùng chung": (
        Way("Sổ hạ tầng", page("network:register", "network.view_thing")),
        Way("Dự án", page("network:buildings", "network.view_thing")),
        Way("Công trình", page("network:works")),
        Way("Địa điểm công", page("network:sites")),
        Way("Dùng chung", page("network:sharing", "network.view_station")),
        Way("Đề nghị dùng chung", page("network:requests", "network.view_request")),
    ),
    "Phủ sóng, sự cố": (
        Way("Vùng phủ", page("coverage:runs", "coverage.view_run")),
        Way("Bằng chứng phủ sóng", page("coverage:disagreements", SEE_CHALLENGE)),
        Way("Xác minh phủ sóng", commune_to_verify),
        Way("Báo cáo sự cố", page("network:report_figures")),
    ),
    "Tốc độ, chất lượng": (
        Way("Đo tốc độ", page_of_no_province("quality:measure")),
        Way("Thống kê tốc độ", page("quality:statistics")),
        Way("Việc của bạn cần mạng nào?", page_of_no_province("quality:demand")),
        Way("Nhu cầu đã đăng ký", page("quality:demand_list", VIEW_MEASUREMENT)),
        Way("Sự cố mất liên lạc", page("quality:outages", SEE_OUTAGE)),
        Way("Nạp kết quả đo", page_of_all("quality:loads", BRING_MEASUREMENT)),
    ),
    "Hệ thống, đường truyền": (
        Way("Hệ thống của tỉnh", page("systems:public")),
        Way("Sổ hệ thống", page_of_all("systems:overview", SYSTEMS)),
        Way("Việc cần làm", page_of_all("systems:findings", SEE_FINDING)),
        Way("Kiểm tra từ xa", page_of_all("systems:probes", SEE_FINDING)),
        Way("Chứng thư số", page_of_all("documents:certificates", SEE_CERTIFICATE)),
        Way("Tải đường truyền", page("systems:link_loads", SYSTEMS, VIEW_LINK)),
        Way("Dịch vụ dữ liệu", page("exchange:catalogue")),
    ),
    "Cảm biến, điều hành": (
        Way("Cảm biến, thiết bị IoT", page("sensors:things")),
        Way("Cảnh báo", page("sensors:alerts")),
        Way("Mất điện ở trạm", page("web:power_out", SEE_THING)),
        Way("Trung tâm điều hành", page("web:wall", SEE_THING)),
    ),
    "Dữ liệu nền, người dùng": (
        Way("Ranh giới", page_of_no_province("web:boundaries", "places.change_place")),
        Way("Đường giao thông", page_of_no_province("web:roads", "places.change_place")),
        Way("Người dùng", page_of_no_province("accounts:people", "accounts.view_person")),
    ),
}


def ways_for(person: Someone, province: Place) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the groups with the ways open to a person (label and address); a group without any is left out."""
    found = []
    for heading, ways in GROUPS.items():
        open_to_them = [(way.label, address) for way in ways if (address := way.address(person, province))]
        if open_to_them:
            found.append((heading, open_to_them))
    return found
