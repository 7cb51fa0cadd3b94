"""What anyone reports from a point: what is broken, who was told, what was answered, and until when."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.geosqlite.fields import GeneratedPointField
from hatang.places.models import Place
from hatang.work.in_force import between
from hatang.work.models import Clock, StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs of a receipt code that nobody takes for one another."""
NOT_IN_HISTORY = ["point", "search_key", "phone", "email", "secret_sha256"]
"""What is personal is kept once, so that it can be deleted."""


def receipt_code() -> str:
    """Make a receipt code: what people read out on the telephone. It opens nothing by itself."""
    return "SC-" + "".join(secrets.choice(READABLE) for _ in range(8))


def digest(secret: str) -> str:
    """Give what is kept of a reporter's secret."""
    return sha256(secret.encode()).hexdigest()


class ProblemReportQuerySet(models.QuerySet["ProblemReport"]):
    """Sets of reports."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A commune sees its own, an owner those that were sent to it, the department all of its province."""
        bounds = {"province": "province_id", "place": "commune_id", "organisation": "owner_id"}
        return self.filter(filter_for(person, "network.view_report", **bounds))

    def open(self) -> Self:
        """Keep what is not settled."""
        return self.exclude(state__in=CLOSED)

    def overdue(self, now: datetime) -> Self:
        """Keep what is not settled although its term is over."""
        return self.open().filter(clock__due_at__lte=now)

    def published(self) -> Self:
        """Keep those whose words an officer let everybody read."""
        return self.filter(published_at__isnull=False)


class ProblemReport(models.Model):
    """A problem that somebody met at a point; the reporter follows it by a secret link, without an account."""

    class Kind(models.TextChoices):
        CABLE_POLE = "cable_pole", "cáp, cột treo cáp nguy hiểm"
        MAST = "mast", "cột ăng ten đổ, nghiêng"
        NO_SIGNAL = "no_signal", "mất sóng di động, sóng yếu"
        TRANSMISSION = "transmission", "đứt cáp quang, mất Internet"
        DAMAGE = "damage", "hư hỏng khác (nhà trạm, nắp bể, tủ cáp …)"
        OTHER = "other", "việc khác"

    class State(models.TextChoices):
        RECEIVED = "received", "đã nhận"
        CHECKED = "checked", "đã kiểm tra"
        FORWARDED = "forwarded", "đã chuyển đơn vị quản lý"
        REPAIRING = "repairing", "đang sửa chữa"
        RESOLVED = "resolved", "đã khắc phục"
        REJECTED = "rejected", "không xử lý"
        DUPLICATE = "duplicate", "trùng báo cáo khác"

    code = models.CharField("mã biên nhận", max_length=11, unique=True, default=receipt_code, editable=False)
    secret_sha256 = models.CharField("mã băm của đường dẫn riêng", max_length=64, unique=True, editable=False)
    kind = models.CharField("sự cố", max_length=12, choices=Kind)
    words = models.TextField("mô tả", max_length=2000)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="ảnh"
    )
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="problem_reports", verbose_name="xã, phường"
    )
    lon = models.FloatField(
        "kinh độ", null=True, blank=True, validators=between(102, 118, "Kinh độ của Việt Nam từ 102 đến 118.")
    )
    lat = models.FloatField(
        "vĩ độ", null=True, blank=True, validators=between(6, 24, "Vĩ độ của Việt Nam từ 6 đến 24.")
    )
    point = GeneratedPointField(lon="lon", lat="lat")
    place_words = models.CharField("địa điểm", max_length=300, blank=True)
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="problem_reports",
        verbose_name="đơn vị quản lý",
        help_text="Đơn vị được báo; người báo và công chúng không biết là đơn vị nào.",
    )
    nearest = models.CharField("công trình gần nhất", max_length=200, blank=True)
    phone = models.CharField("số điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.RECEIVED, db_index=True)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name="trùng với"
    )
    clock = models.ForeignKey(
        Clock, models.PROTECT, null=True, blank=True, related_name="problem_reports", verbose_name="thời hạn"
    )
    received_at = models.DateTimeField("nhận lúc")
    closed_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    published_at = models.DateTimeField("công khai mô tả lúc", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=600, editable=False, default="")

    history = HistoricalRecords(excluded_fields=NOT_IN_HISTORY)
    objects = ProblemReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo sự cố"
        indexes = [
            models.Index(fields=["province", "commune"], name="report_commune"),
            models.Index(fields=["owner"], name="report_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lon__isnull=False, lat__isnull=False) | Q(commune__isnull=False),
                name="report_somewhere",
                violation_error_message="Đặt điểm trên bản đồ, hoặc chọn xã, phường.",
            ),
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | (~Q(state="duplicate") & Q(duplicate_of__isnull=True)),
                name="report_duplicate",
                violation_error_message="Ghi mã biên nhận của báo cáo kia.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("network:problem", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "place_id": self.commune_id, "organisation_id": self.owner_id}

    @property
    def is_closed(self) -> bool:
        """Whether it is settled."""
        return self.state in CLOSED

    @property
    def has_contact(self) -> bool:
        """Whether the reporter can be called or written to."""
        return bool(self.phone or self.email)

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.code} {self.place_words} {self.words}"[:600])[:600]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


CLOSED = (ProblemReport.State.RESOLVED, ProblemReport.State.REJECTED, ProblemReport.State.DUPLICATE)
FURTHER = {
    ProblemReport.State.RECEIVED: ("checked", "forwarded", "repairing", *CLOSED),
    ProblemReport.State.CHECKED: ("forwarded", "repairing", *CLOSED),
    ProblemReport.State.FORWARDED: ("repairing", *CLOSED),
    ProblemReport.State.REPAIRING: CLOSED,
}
"""Which states follow a state; what is settled stays so."""
OF_OWNER = (ProblemReport.State.REPAIRING, ProblemReport.State.RESOLVED)
"""The states that the owner sets by itself; what is no problem, or the same one, officers say."""
RESTORE_RULES = {
    ProblemReport.Kind.NO_SIGNAL: "restore.bts_equipment",
    ProblemReport.Kind.MAST: "restore.mast_collapse",
    ProblemReport.Kind.TRANSMISSION: "restore.transmission",
    ProblemReport.Kind.CABLE_POLE: "restore.cable_pole",
}
"""Under which rule of the province a kind of problem is to be repaired; the others have no term in the law."""


class ReportAnswer(models.Model):
    """One step of a report: by whom, into which state, in which words, and whether the reporter reads them."""

    class Side(models.TextChoices):
        REPORTER = "reporter", "người báo"
        COMMUNE = "commune", "xã, phường"
        OWNER = "owner", "đơn vị quản lý"
        DEPARTMENT = "department", "Sở"

    report = models.ForeignKey(ProblemReport, models.CASCADE, related_name="answers", verbose_name="báo cáo")
    at = models.DateTimeField("lúc")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người")
    side = models.CharField("bên", max_length=10, choices=Side)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị quản lý"
    )
    state = models.CharField("trạng thái", max_length=10, choices=ProblemReport.State)
    words = models.TextField("trả lời", max_length=2000, blank=True)
    internal = models.BooleanField("chỉ nội bộ", default=False)

    class Meta:
        verbose_name = "bước xử lý báo cáo"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_state_display()}"


def state_choices(values: Any) -> list[tuple[str, str]]:
    """Give states as choices of a form."""
    return [(str(value), ProblemReport.State(value).label) for value in values]
