"""Certificates of bodies: whose, from whom, until when, for what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.places.models import OfProvince, Place
from hatang.work.models import Clock

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_CERTIFICATE = "utilities.view_certificate"
CHANGE_CERTIFICATE = "utilities.change_certificate"
SOON = timedelta(days=60)


class BodyCertificateQuerySet(models.QuerySet["BodyCertificate"]):
    """Sets of certificates."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The register of a province is seen by its department, analysts and auditors."""
        return self.filter(filter_for(person, SEE_CERTIFICATE, province="province_id"))

    def in_use(self, now: datetime) -> Self:
        """Keep those that are valid at that moment and not given up."""
        return self.filter(begins_at__lte=now, ends_at__gt=now, retired_at=None)

    def ending(self, now: datetime) -> Self:
        """Keep those in use that end soon."""
        return self.in_use(now).filter(ends_at__lte=now + SOON)


class BodyCertificate(OfProvince, models.Model):
    """A certificate that a body uses: read from its file, so that names and dates are those of the authority."""

    class Use(models.TextChoices):
        BODY = "body", "ký số của cơ quan, tổ chức"
        PERSON = "person", "ký số của người có thẩm quyền, cán bộ"
        SERVER = "server", "máy chủ (TLS)"
        OTHER = "other", "việc khác"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="certificates", verbose_name="của cơ quan")
    use = models.CharField("dùng cho", max_length=6, choices=Use, default=Use.BODY)
    holder = models.CharField("người giữ", max_length=150, blank=True, help_text="Với chứng thư cá nhân.")
    name = models.CharField("cấp cho", max_length=200)
    subject = models.CharField("tên đầy đủ trong chứng thư", max_length=1000)
    serial = models.CharField("số hiệu", max_length=64)
    issuer = models.CharField("nơi cấp", max_length=200)
    begins_at = models.DateTimeField("có hiệu lực từ")
    ends_at = models.DateTimeField("hết hiệu lực lúc")
    fingerprint = models.CharField("mã băm SHA-256", max_length=64)
    key = models.CharField("khóa", max_length=40)
    pem = models.TextField("chứng thư")
    trial = models.BooleanField("thử nghiệm", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    retired_at = models.DateTimeField("ngừng dùng lúc", null=True, blank=True)
    retired_reason = models.CharField("lý do ngừng dùng", max_length=300, blank=True)
    clock = models.OneToOneField(Clock, models.PROTECT, null=True, blank=True, verbose_name="hẹn nhắc")
    search_key = models.CharField(max_length=900, editable=False)

    history = HistoricalRecords(excluded_fields=["search_key", "pem"])
    objects = BodyCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "chứng thư số của cơ quan"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "fingerprint"],
                name="bodycertificate_unique",
                violation_error_message="Chứng thư này đã có trong sổ.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="bodycertificate_dates",
                violation_error_message="Chứng thư phải hết hiệu lực sau khi có hiệu lực.",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None) | ~Q(retired_reason=""),
                name="bodycertificate_reason",
                violation_error_message="Ngừng dùng phải nêu lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.serial[:12]}…)" if len(self.serial) > 12 else f"{self.name} ({self.serial})"

    def get_absolute_url(self) -> str:
        return reverse("documents:certificate", args=[self.pk])

    def standing(self, now: datetime) -> str:
        """Say how it stands at a moment."""
        if self.retired_at:
            return "đã ngừng dùng"
        if now < self.begins_at:
            return "chưa có hiệu lực"
        if now >= self.ends_at:
            return "đã hết hiệu lực"
        return "sắp hết hiệu lực" if self.ends_at <= now + SOON else "đang có hiệu lực"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key for search."""
        self.search_key = search_key(f"{self.name} {self.owner} {self.serial} {self.issuer} {self.holder}")[:900]
        super().save(*args, **kwargs)
