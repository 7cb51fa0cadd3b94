"""What is missing or wrong in the registers: a named rule, the row it is true of, and what somebody did about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.core.vietnamese import search_key
from hatang.places.models import OfProvince, Place
from hatang.systems.models.bodies import Agency
from hatang.systems.models.centres import DataCentre
from hatang.systems.models.entries import Entry
from hatang.systems.models.information_systems import InformationSystem
from hatang.systems.models.links import DataLink
from hatang.work.in_force import between

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_FINDING = "systems.view_finding"
WORK_FINDING = "systems.work_finding"
SUBJECTS: dict[type[Entry], str] = {
    InformationSystem: "system",
    Agency: "agency",
    DataLink: "link",
    DataCentre: "centre",
}
"""Of what a finding can be, and the link that names it."""


class FindingRule(models.TextChoices):
    """The named rules; `services/finding_rules.py` says of which rows each is true."""

    NO_LEVEL = "no_level", "chưa có cấp độ an toàn"
    NO_FILE = "no_file", "chưa có hồ sơ cấp độ được duyệt"
    FILE_OLD = "file_old", "hồ sơ cấp độ đã quá hạn rà soát"
    CERTIFICATE = "certificate", "chứng thư hết hạn hoặc sắp hết hạn"
    NO_BACKUP = "no_backup", "không có hoặc chưa rõ sao lưu"
    NO_OWNER = "no_owner", "chưa có chủ quản"
    NO_LINK = "no_link", "cơ quan chưa nối mạng TSLCD"
    SINGLE_PATH = "single_path", "một đường vật lý, cần hai"
    CENTRE_SINGLE_PATH = "centre_single_path", "trung tâm dữ liệu chưa có hai đường vật lý"
    UNREACHABLE = "unreachable", "không truy cập được"
    NO_IPV6 = "no_ipv6", "chưa trả lời qua IPv6"
    LINK_BUSY = "link_busy", "đường truyền quá 90 % dung lượng"


class FindingQuerySet(models.QuerySet["SystemFinding"]):
    """Sets of findings."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Weaknesses are seen by the officers of the province and by auditors: no operator, no analyst."""
        return self.filter(filter_for(person, SEE_FINDING, province="province_id"))

    def open(self) -> Self:
        """Keep what still waits for somebody."""
        return self.filter(state=SystemFinding.State.OPEN)


class SystemFinding(OfProvince, models.Model):
    """One rule that is true of one row: since when, who works on it, how it ended."""

    class State(models.TextChoices):
        OPEN = "open", "cần làm"
        DONE = "done", "đã làm, chờ sổ xác nhận"
        ACCEPTED = "accepted", "chấp nhận, có lý do"
        GONE = "gone", "đã hết"

    LINKS: ClassVar = tuple(SUBJECTS.values())

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    rule = models.CharField("quy tắc", max_length=20, choices=FindingRule)
    system = models.ForeignKey(
        InformationSystem, models.CASCADE, null=True, blank=True, related_name="findings", verbose_name="hệ thống"
    )
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="findings", verbose_name="cơ quan"
    )
    link = models.ForeignKey(
        DataLink, models.CASCADE, null=True, blank=True, related_name="findings", verbose_name="đường truyền"
    )
    centre = models.ForeignKey(
        DataCentre, models.CASCADE, null=True, blank=True, related_name="findings", verbose_name="trung tâm dữ liệu"
    )
    since_on = models.DateField("thấy từ ngày")
    gone_on = models.DateField("hết từ ngày", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.OPEN)
    assigned_to = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="system_findings", verbose_name="giao cho"
    )
    due_on = models.DateField("làm xong trước", null=True, blank=True)
    note = models.CharField("ghi chú xử lý", max_length=500, blank=True)
    reopened = models.PositiveSmallIntegerField(
        "số lần mở lại", default=0, validators=between(0, 10_000, "Từ 0 đến 10.000 lần.")
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=400, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "điều cần làm với hệ thống"
        indexes = [models.Index(fields=["province", "state", "rule"], name="systemfinding_open")]
        constraints = [
            models.UniqueConstraint(fields=["rule", "system"], name="systemfinding_of_system"),
            models.UniqueConstraint(fields=["rule", "agency"], name="systemfinding_of_agency"),
            models.UniqueConstraint(fields=["rule", "link"], name="systemfinding_of_link"),
            models.UniqueConstraint(fields=["rule", "centre"], name="systemfinding_of_centre"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | ~Q(note=""),
                name="systemfinding_reason",
                violation_error_message="Chấp nhận thì phải ghi lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("systems:finding", args=[self.pk])

    @property
    def subject(self) -> Entry:
        """The row that the rule is true of."""
        named = next(link for link in self.LINKS if getattr(self, f"{link}_id") is not None)
        subject: Entry = getattr(self, named)
        return subject

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        subject = self.subject
        self.search_key = search_key(f"{self.get_rule_display()} {subject.code} {subject.name}")[:400]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class FindingTerms(OfProvince, models.Model):
    """The terms by which a province judges; the law leaves them open or they are not known to us."""

    province = models.OneToOneField(
        Place, models.CASCADE, related_name="finding_terms", verbose_name="tỉnh", editable=False
    )
    file_months = models.PositiveSmallIntegerField(
        "rà soát hồ sơ cấp độ mỗi, tháng",
        default=24,
        validators=between(1, 240, "Từ 1 đến 240 tháng."),
        help_text="Mặc định 24 tháng là của phần mềm, không phải của văn bản; tỉnh đặt theo quy định áp dụng.",
    )
    certificate_days = models.PositiveSmallIntegerField(
        "nhắc trước khi chứng thư hết hạn, ngày",
        default=30,
        validators=between(0, 365, "Từ 0 đến 365 ngày."),
        help_text="Mặc định 30 ngày là của phần mềm.",
    )
    computed_on = models.DateField("ngày tính gần nhất", null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["computed_on"])

    class Meta:
        verbose_name = "thời hạn rà soát hệ thống"

    def __str__(self) -> str:
        return f"thời hạn rà soát của {self.province}"
