"""The named rules of what is missing or wrong: of which rows each is true on a day, and how it is mended.

A further rule is a function that gives a QuerySet, under `@finding_rule`; its module is imported in `apps.ready`.
What probes find of certificates enters in this way, as `FindingRule.CERTIFICATE`; the load of links as `LINK_BUSY`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hatang.places.models import Place
from hatang.systems.models import (
    HIGH_LEVELS,
    Agency,
    DataCentre,
    DataLink,
    Entry,
    FindingRule,
    FindingTerms,
    InformationSystem,
)

LEVELS_LAW = "Nghị định 331/2026/NĐ-CP"
LINKS_LAW = "Thông tư 06/2026/TT-BKHCN"
PATHS_DUE = 2
READING_OF_PATHS = (
    "Hai đường của hai doanh nghiệp khác nhau đến cùng một nơi cũng được coi là hai đường vật lý; "
    "văn bản không nói cách đếm."
)
Rows = Callable[[Place, date, FindingTerms], QuerySet[Any]]


@dataclass(frozen=True)
class Rule:
    """A rule: the rows of which it is true, why it matters, and what mends it."""

    key: FindingRule
    model: type[Entry]
    why: str
    mend: str
    legal: str
    rows: Rows


RULES: dict[str, Rule] = {}


def finding_rule(
    key: FindingRule, model: type[Entry], *, why: str, mend: str, legal: str = ""
) -> Callable[[Rows], Rows]:
    """Enter a function into the table of rules."""

    def enter(rows: Rows) -> Rows:
        RULES[key] = Rule(key, model, why, mend, legal, rows)
        return rows

    return enter


def months_before(on: date, months: int) -> date:
    """Give the day so many months before; the month's last day where it is shorter.

    >>> months_before(date(2026, 3, 31), 1), months_before(date(2026, 1, 15), 24)
    (datetime.date(2026, 2, 28), datetime.date(2024, 1, 15))
    """
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def systems_in_use(province: Place, on: date) -> QuerySet[InformationSystem]:
    """Give the systems of their own that are in use."""
    return InformationSystem.objects.whole().in_force(on).filter(province=province)


@finding_rule(
    FindingRule.NO_LEVEL,
    InformationSystem,
    why="Hệ thống đang dùng chưa được xác định cấp độ an toàn.",
    mend="Chủ quản lập hồ sơ đề xuất cấp độ; ghi cấp độ, số và ngày của văn bản phê duyệt.",
    legal=LEVELS_LAW,
)
def without_level(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems without a security level."""
    return systems_in_use(province, on).filter(security_level__isnull=True)


@finding_rule(
    FindingRule.NO_FILE,
    InformationSystem,
    why="Có cấp độ an toàn nhưng chưa ghi hồ sơ được phê duyệt.",
    mend="Ghi số, cơ quan và ngày của văn bản phê duyệt hồ sơ đề xuất cấp độ.",
    legal=LEVELS_LAW,
)
def without_file(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems with a level and no file."""
    return systems_in_use(province, on).filter(security_level__isnull=False, security_file="")


@finding_rule(
    FindingRule.FILE_OLD,
    InformationSystem,
    why="Hồ sơ cấp độ cũ hơn thời hạn rà soát mà tỉnh đặt.",
    mend="Rà soát, phê duyệt lại hồ sơ rồi ghi ngày mới.",
    legal=LEVELS_LAW,
)
def file_older_than_due(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems whose file is older than the province's term."""
    last = months_before(on, terms.file_months)
    return systems_in_use(province, on).filter(security_file_on__lte=last)


@finding_rule(
    FindingRule.NO_BACKUP,
    InformationSystem,
    why="Không có sao lưu dự phòng, hoặc chưa ai ghi là có.",
    mend="Đặt sao lưu, thử khôi phục, rồi ghi “có” và ngày thử.",
)
def without_backup(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems that have no backup or of which nobody said so."""
    return systems_in_use(province, on).exclude(backup=True)


@finding_rule(
    FindingRule.NO_OWNER,
    InformationSystem,
    why="Không ghi ai là chủ quản, nên không ai chịu trách nhiệm về hệ thống hay trang.",
    mend="Ghi cơ quan chủ quản.",
)
def without_owner(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems and pages without an owner."""
    return InformationSystem.objects.in_force(on).filter(province=province, owner__isnull=True)


@finding_rule(
    FindingRule.NO_LINK,
    Agency,
    why="Cơ quan Đảng, Nhà nước chưa có đường truyền số liệu chuyên dùng.",
    mend="Đăng ký đường truyền; khi đã thông, ghi vào sổ đường truyền TSLCD.",
    legal=LINKS_LAW,
)
def without_link(province: Place, on: date, terms: FindingTerms) -> QuerySet[Agency]:
    """Give bodies of the Party and the State without a link in use."""
    links = DataLink.objects.in_force(on).filter(agency=OuterRef("pk"))
    return Agency.objects.party_and_state(on).filter(~Exists(links), province=province)


@finding_rule(
    FindingRule.SINGLE_PATH,
    DataLink,
    why="Đường truyền phục vụ hệ thống cấp độ 4, 5 mà chỉ có một đường vật lý.",
    mend=f"Thuê thêm đường vật lý khác tuyến rồi ghi số đường. {READING_OF_PATHS}",
    legal=LINKS_LAW,
)
def single_path(province: Place, on: date, terms: FindingTerms) -> QuerySet[DataLink]:
    """Give links of systems of level 4 and 5 that have one path and no second of another operator."""
    links = DataLink.objects.in_force(on).filter(province=province)
    high = InformationSystem.objects.in_force(on).filter(owner=OuterRef("agency"), security_level__in=HIGH_LEVELS)
    others = DataLink.objects.in_force(on).filter(agency=OuterRef("agency")).exclude(operator=OuterRef("operator"))
    due = Q(serves_level__in=HIGH_LEVELS) | Q(Exists(high))
    return links.filter(due, ~Exists(others), physical_paths__lt=PATHS_DUE)


@finding_rule(
    FindingRule.CENTRE_SINGLE_PATH,
    DataCentre,
    why="Trung tâm dữ liệu của tỉnh chưa có hai đường vật lý vào mạng TSLCD.",
    mend=f"Ghi các đường truyền nối trung tâm, hoặc thuê thêm đường khác tuyến. {READING_OF_PATHS}",
    legal=LINKS_LAW,
)
def centre_with_single_path(province: Place, on: date, terms: FindingTerms) -> QuerySet[DataCentre]:
    """Give data centres, commercial ones apart, with fewer than two physical paths."""
    centres = DataCentre.objects.in_force(on).filter(province=province).exclude(purpose=DataCentre.Purpose.COMMERCIAL)
    links = DataLink.objects.in_force(on).filter(centre=OuterRef("pk")).order_by().values("centre")
    met = links.annotate(operators=Count("operator", distinct=True)).filter(operators__gte=PATHS_DUE)
    two = links.filter(physical_paths__gte=PATHS_DUE)
    return centres.filter(~Exists(two), ~Exists(met))
