"""Information systems and portals: whose, where they run, how they are kept safe, what they use; and who uses them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from hatang.accounts.models import Organisation
from hatang.systems.models.bodies import Agency
from hatang.systems.models.centres import CloudService, DataCentre
from hatang.systems.models.entries import Entry, EntryQuerySet, Named, Surveyed
from hatang.work.models import StoredFile

LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = RegexValidator(
    rf"^(?=.{{4,253}}$)({LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]$",
    "Chỉ ghi tên miền, chữ thường, không có http:// hay dấu /, ví dụ dichvucong.langson.gov.vn.",
)
HIGH_LEVELS = (4, 5)
"""Levels whose links need two physical paths (Thông tư 06/2026/TT-BKHCN)."""


class SecurityLevel(models.IntegerChoices):
    """The security level of a system (Nghị định 331/2026/NĐ-CP)."""

    ONE = 1, "cấp độ 1"
    TWO = 2, "cấp độ 2"
    THREE = 3, "cấp độ 3"
    FOUR = 4, "cấp độ 4"
    FIVE = 5, "cấp độ 5"


class InformationSystemQuerySet(EntryQuerySet["InformationSystem"]):
    """Sets of systems."""

    def whole(self) -> Self:
        """Keep systems of their own: pages that are part of a portal are counted with it."""
        return self.filter(part_of__isnull=True)

    def shared(self, on: date) -> Self:
        """Keep the systems in use that the whole province shares."""
        return self.whole().in_force(on).filter(shared_provincial=True)

    def on_cloud(self) -> Self:
        """Keep the systems that run on a cloud."""
        return self.filter(hosting=InformationSystem.Hosting.CLOUD)

    def with_address(self, on: date) -> Self:
        """Keep the systems in use that have a host name to be probed."""
        return self.in_force(on).exclude(host_name="")


class InformationSystem(Entry):
    """An information system, portal, database or platform; a page of a portal names the portal it is part of."""

    SLUG: ClassVar = "he-thong-thong-tin"
    SEARCHED: ClassVar = ("code", "name", "host_name")

    class Kind(models.TextChoices):
        SYSTEM = "system", "hệ thống thông tin"
        PORTAL = "portal", "cổng, trang thông tin điện tử"
        DATABASE = "database", "cơ sở dữ liệu"
        PLATFORM = "platform", "nền tảng số"

    class Hosting(models.TextChoices):
        CENTRE = "centre", "trung tâm dữ liệu, máy chủ riêng"
        CLOUD = "cloud", "đám mây"
        OWN_ROOM = "own_room", "phòng máy của đơn vị"
        NATIONAL = "national", "do bộ, ngành trung ương đặt"

    class Platform(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", "nền tảng số có tính chất hạ tầng"
        OTHER = "other", "nền tảng số khác"
        NONE = "none", "không phải nền tảng số"

    kind = models.CharField("loại", max_length=8, choices=Kind)
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name="là trang thành phần của",
        help_text="Trang thành phần của cổng không tính là một hệ thống riêng.",
    )
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="systems", verbose_name="chủ quản hệ thống"
    )
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị vận hành"
    )
    shared_provincial = models.BooleanField("dùng chung cấp tỉnh", default=False)
    platform = models.CharField("nền tảng số", max_length=14, choices=Platform, default=Platform.NONE)
    government_platform = models.BooleanField(
        "dùng nền tảng số dùng chung quốc gia",
        null=True,
        blank=True,
        help_text="Có khi chạy trên hoặc nối với nền tảng trong danh mục nền tảng số dùng chung quốc gia.",
    )
    users_count = models.PositiveIntegerField("số người dùng", null=True, blank=True)
    host_name = models.CharField(
        "tên miền",
        max_length=253,
        blank=True,
        validators=[HOST_NAME],
        help_text="Ví dụ dichvucong.langson.gov.vn; để trống với hệ thống chỉ dùng nội bộ.",
    )
    hosting = models.CharField("đặt ở đâu", max_length=8, choices=Hosting, blank=True)
    centre = models.ForeignKey(
        DataCentre, models.PROTECT, null=True, blank=True, related_name="systems", verbose_name="trung tâm dữ liệu"
    )
    cloud = models.ForeignKey(
        CloudService, models.PROTECT, null=True, blank=True, related_name="systems", verbose_name="đám mây"
    )
    security_level = models.PositiveSmallIntegerField("cấp độ an toàn", choices=SecurityLevel, null=True, blank=True)
    security_file = models.CharField(
        "hồ sơ đề xuất cấp độ", max_length=120, blank=True, help_text="Số, cơ quan của văn bản phê duyệt."
    )
    security_file_on = models.DateField("ngày phê duyệt hồ sơ", null=True, blank=True)
    security_document = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="tệp hồ sơ cấp độ",
    )
    backup = models.BooleanField("có sao lưu dự phòng", null=True, blank=True)
    backup_on = models.DateField("lần thử khôi phục gần nhất", null=True, blank=True)
    uses_ai = models.BooleanField("ứng dụng trí tuệ nhân tạo", null=True, blank=True)
    uses_blockchain = models.BooleanField("ứng dụng chuỗi khối", null=True, blank=True)
    uses_iot = models.BooleanField("ứng dụng IoT", null=True, blank=True)

    objects = InformationSystemQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "hệ thống thông tin"
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(centre__isnull=True) | Q(hosting="centre"),
                name="informationsystem_centre",
                violation_error_message="Chỉ chọn trung tâm dữ liệu khi hệ thống đặt ở trung tâm dữ liệu.",
            ),
            models.CheckConstraint(
                condition=Q(cloud__isnull=True) | Q(hosting="cloud"),
                name="informationsystem_cloud",
                violation_error_message="Chỉ chọn đám mây khi hệ thống đặt trên đám mây.",
            ),
        ]


class SystemUse(Named):
    """Somebody's use of a system or platform, from a day on."""

    SLUG: ClassVar = "dung-he-thong"
    NAMED_AFTER: ClassVar = ("agency", "system")

    system = models.ForeignKey(InformationSystem, models.PROTECT, related_name="uses", verbose_name="hệ thống")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="system_uses", verbose_name="cơ quan dùng")
    accounts = models.PositiveIntegerField("số tài khoản", null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = "việc dùng hệ thống"


class SectorSystem(Surveyed, Entry):
    """A system or equipment of another sector: meeting rooms, traffic, health, school: condition and roadmap."""

    SLUG: ClassVar = "he-thong-nganh"

    class Sector(models.TextChoices):
        MEETING = "meeting", "hội nghị trực tuyến"
        HEALTH = "health", "y tế"
        EDUCATION = "education", "giáo dục"
        TRANSPORT = "transport", "giao thông"
        ENVIRONMENT = "environment", "tài nguyên, môi trường"
        AGRICULTURE = "agriculture", "nông nghiệp"
        SECURITY = "security", "an ninh, trật tự"
        TOURISM = "tourism", "văn hóa, du lịch"
        ENERGY = "energy", "điện, năng lượng"
        OTHER = "other", "khác"

    sector = models.CharField("ngành", max_length=11, choices=Sector)
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="sector_systems", verbose_name="đơn vị quản lý"
    )
    points = models.PositiveIntegerField("số điểm, đầu cuối", null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "hệ thống của ngành khác"
