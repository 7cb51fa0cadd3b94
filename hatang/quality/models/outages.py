"""Outages of service, by operators' word or by a beacon's silence, and the communes that they touched."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for, scopes
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import number
from hatang.places.models import OfProvince, Place
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE, CHANGE = "quality.view_outage", "quality.change_outage"
KEY_BYTES = 24


def digest(key: str) -> str:
    """Give what is kept of a beacon's key."""
    return hashlib.sha256(key.encode()).hexdigest()


class Service(models.TextChoices):
    """What people lost."""

    MOBILE = "mobile", "di động"
    FIXED = "fixed", "băng rộng cố định"


class OutageQuerySet(models.QuerySet["Outage"]):
    """Sets of outages."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator its own, a commune those that touch it."""
        touched = OutagePlace.objects.filter(
            filter_for(person, SEE, province="outage__province_id", place="commune_id", organisation="outage__operator")
        )
        whole = filter_for(person, SEE, province="province_id", organisation="operator_id")
        return self.filter(whole | Q(pk__in=touched.values("outage")))

    def counting(self) -> Self:
        """Keep those that count as outages: an operator's word, or a beacon's silence that an officer confirmed."""
        return self.filter(standing__in=Outage.COUNTING)

    def touching(self, begin: datetime, end: datetime) -> Self:
        """Keep those that lasted into a stretch of time."""
        return self.filter(began_at__lt=end).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=begin))

    def whole(self) -> Self:
        """Read with each its operator and communes."""
        return self.select_related("operator", "province", "beacon").prefetch_related("touched__commune")


class Outage(OfProvince, models.Model):
    """A stretch of time without a service of one operator in some communes."""

    class Cause(models.TextChoices):
        POWER = "power", "mất điện"
        CABLE = "cable", "đứt cáp"
        EQUIPMENT = "equipment", "hỏng thiết bị"
        WEATHER = "weather", "thiên tai, thời tiết"
        PLANNED = "planned", "bảo dưỡng có báo trước"
        OTHER = "other", "nguyên nhân khác"
        UNKNOWN = "unknown", "chưa rõ"

    class Standing(models.TextChoices):
        REPORTED = "reported", "doanh nghiệp báo"
        TO_CONFIRM = "to_confirm", "máy đo thấy, chờ xác nhận"
        CONFIRMED = "confirmed", "máy đo thấy, đã xác nhận"
        DISMISSED = "dismissed", "không phải sự cố"

    COUNTING = (Standing.REPORTED, Standing.CONFIRMED)

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    reference = models.CharField("mã sự cố", max_length=60, help_text="Mã của doanh nghiệp; hai sự cố không chung mã.")
    service = models.CharField("dịch vụ", max_length=6, choices=Service)
    cause = models.CharField("nguyên nhân", max_length=9, choices=Cause, default=Cause.UNKNOWN)
    began_at = models.DateTimeField("bắt đầu")
    ended_at = models.DateTimeField("khôi phục", null=True, blank=True, help_text="Để trống khi chưa khôi phục.")
    standing = models.CharField("nguồn", max_length=10, choices=Standing, default=Standing.REPORTED)
    beacon = models.ForeignKey(
        "Beacon", models.SET_NULL, null=True, blank=True, related_name="outages", verbose_name="máy đo"
    )
    remarks = models.CharField("ghi chú", max_length=300, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = "sự cố mất liên lạc"
        indexes = [models.Index(fields=["province", "began_at"], name="outage_in_province")]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "operator", "reference"],
                name="outage_reference",
                violation_error_message="Doanh nghiệp này đã có sự cố mang mã ấy.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="outage_times",
                violation_error_message="Lúc khôi phục phải sau lúc bắt đầu.",
            ),
            models.UniqueConstraint(
                fields=["beacon"],
                condition=Q(ended_at__isnull=True, beacon__isnull=False),
                name="outage_one_open_a_beacon",
            ),
        ]

    def __str__(self) -> str:
        return f"sự cố {self.reference} của {self.operator.short_name or self.operator}"

    def get_absolute_url(self) -> str:
        return reverse("quality:outage", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose it is: the operator's, in a province."""
        return {"province_id": self.province_id, "organisation_id": self.operator_id}

    def lasted(self, now: datetime | None = None) -> timedelta:
        """Give how long it lasted, or lasts by now."""
        return max((self.ended_at or now or timezone.now()) - self.began_at, timedelta())

    @property
    def lasted_minutes(self) -> int:
        """How long it lasted, whole minutes."""
        return int(self.lasted().total_seconds() // 60)

    @property
    def people(self) -> int | None:
        """How many people it touched; nothing where that was told of no commune."""
        told = [row.people for row in self.touched.all() if row.people is not None]
        return sum(told) if told else None


class OutagePlace(models.Model):
    """A commune that an outage touched, and how many of its people."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="touched", verbose_name="sự cố")
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    people = models.PositiveIntegerField(
        "số người bị ảnh hưởng", null=True, blank=True, help_text="Để trống: tính như cả xã mất dịch vụ."
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "xã bị mất liên lạc"
        constraints = [models.UniqueConstraint(fields=["outage", "commune"], name="outageplace_once")]

    def __str__(self) -> str:
        people = "" if self.people is None else f" ({number(self.people)} người)"
        return f"{self.commune}{people}"

    @property
    def part(self) -> float:
        """The part of the commune's people that was touched; all of them where one of the numbers is not known."""
        population = self.commune.population
        if self.people is None or not population:
            return 1.0
        return min(1.0, self.people / population)


class OutageFileQuerySet(models.QuerySet["OutageFile"]):
    """Sets of files of outages."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file is seen by whoever could have brought it: the department, and the operator it belongs to."""
        return self.filter(
            filter_for(person, CHANGE, province="province_id", organisation="file__organisation_id")
        ).select_related("file__stored_by", "province")


class OutageFile(OfProvince, Upload):
    """A table of outages on its way in: checked, shown, then saved whole or given up."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")

    objects = OutageFileQuerySet.as_manager()

    def owners(self) -> dict[str, int | None]:
        """Say whose it is: of the operator who brought it, or of the department."""
        return {"province_id": self.province_id, "organisation_id": self.file.organisation_id}

    class Meta:
        verbose_name = "tệp sự cố"


class BeaconQuerySet(models.QuerySet["Beacon"]):
    """Sets of beacons."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department alone sees beacons: where one stands tells whose line is watched."""
        provinces = {scope.province_id for scope in scopes(person, CHANGE) if scope.is_whole}
        return self if None in provinces else self.filter(province__in=provinces)

    def silent(self, now: datetime) -> list[Beacon]:
        """Give the beacons at work that missed more beats than they may."""
        rows = self.filter(is_active=True, heard_at__isnull=False).select_related("province", "commune", "operator")
        return [row for row in rows if row.is_silent(now)]


class Beacon(OfProvince, models.Model):
    """A small machine on one operator's line that says "I am here" every few minutes; its silence may be an outage."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    service = models.CharField("đường truyền", max_length=6, choices=Service)
    name = models.CharField("tên máy đo", max_length=100, help_text="Ví dụ: trụ sở UBND xã, đường cáp quang.")
    every_minutes = models.PositiveSmallIntegerField(
        "báo mỗi, phút", default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    missed_beats = models.PositiveSmallIntegerField(
        "coi là mất sau số lần vắng", default=3, validators=[MinValueValidator(2), MaxValueValidator(100)]
    )
    key_digest = models.CharField("băm của khóa", max_length=64, unique=True, editable=False)
    heard_at = models.DateTimeField("nghe lần cuối", null=True, blank=True, editable=False)
    is_active = models.BooleanField("đang dùng", default=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords(excluded_fields=["heard_at"])
    objects = BeaconQuerySet.as_manager()

    class Meta:
        verbose_name = "máy đo liên lạc"
        constraints = [
            models.UniqueConstraint(
                "province",
                Coalesce("name", models.Value("")),
                name="beacon_name",
                violation_error_message="Đã có máy đo tên này.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def new_key(self) -> str:
        """Give the beacon a new key, of which only the digest is kept."""
        key = secrets.token_urlsafe(KEY_BYTES)
        self.key_digest = digest(key)
        return key

    @property
    def patience(self) -> timedelta:
        """How long it may be silent."""
        return timedelta(minutes=self.every_minutes * self.missed_beats)

    def is_silent(self, now: datetime) -> bool:
        """Tell whether it missed more beats than it may."""
        return self.heard_at is not None and now - self.heard_at > self.patience


class OutageAct(models.Model):
    """What an officer decided about a beacon's silence, and why."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="acts", verbose_name="sự cố")
    standing = models.CharField("kết luận", max_length=10, choices=Outage.Standing)
    reason = models.CharField("lý do", max_length=300)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người kết luận")
    decided_at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "kết luận về sự cố"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_standing_display()}: {self.reason}"
