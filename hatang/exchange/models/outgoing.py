"""Services of others that the province calls, and each such call: a row before it goes out, its end after."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.exchange.models.calls import CallRecord
from hatang.exchange.models.services import VIEW
from hatang.places.models import OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class OutsideQuerySet(models.QuerySet["OutsideService"]):
    """Sets of outside services."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """They are the department's."""
        return self.filter(filter_for(person, VIEW, province="province_id"))


class OutsideService(OfProvince, models.Model):
    """A service of another body: where it is, how to get a token there, whether it knows idempotency keys."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan cung cấp")
    name = models.CharField("tên", max_length=200)
    address = models.URLField("địa chỉ gốc", max_length=300, help_text="Ví dụ https://lgsp.tinh.gov.vn/dich-vu/v1.")
    token_address = models.URLField(
        "địa chỉ lấy mã truy cập",
        max_length=300,
        blank=True,
        help_text="OAuth 2, client_credentials; để trống: không cần.",
    )
    client_id = models.CharField("mã khách", max_length=200, blank=True)
    secret = models.TextField("bí mật đã mã hoá", blank=True, editable=False)
    scope = models.CharField("phạm vi (scope)", max_length=200, blank=True)
    knows_keys = models.BooleanField(
        "bên kia hiểu Idempotency-Key",
        default=False,
        help_text="Chỉ khi bên kia cam kết; khi đó lượt POST chưa rõ kết quả được gửi lại với cùng khóa.",
    )
    jwks = models.JSONField(
        "khóa công khai của bên kia",
        null=True,
        blank=True,
        help_text="JWKS; nếu ghi, trả lời không có chữ ký đúng bị coi là hỏng.",
    )
    closed_at = models.DateTimeField("ngừng dùng lúc", null=True, blank=True, editable=False)
    search_key = models.CharField(max_length=600, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key", "secret"])
    objects = OutsideQuerySet.as_manager()

    class Meta:
        verbose_name = "dịch vụ bên ngoài"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name"],
                name="outsideservice_unique",
                violation_error_message="Tỉnh đã có dịch vụ bên ngoài mang tên này.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("exchange:outside", args=[self.pk])

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the key for search."""
        self.search_key = search_key(f"{self.name} {self.organisation}")[:600]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class OutsideCallQuerySet(models.QuerySet["OutsideCall"]):
    """Sets of outgoing calls."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """They are the department's."""
        return self.filter(filter_for(person, VIEW, province="service__province_id"))

    def due(self, now: datetime) -> Self:
        """Keep those whose turn has come."""
        return self.filter(state=OutsideCall.State.WAITING, next_at__lte=now)


class OutsideCall(models.Model):
    """One call of an outside service. `sending` stands in the database before a byte goes out."""

    class State(models.TextChoices):
        WAITING = "waiting", "chờ gửi"
        SENDING = "sending", "đang gửi"
        DONE = "done", "đã có trả lời"
        FAILED = "failed", "không thành"
        UNKNOWN = "unknown", "không rõ bên kia đã nhận chưa"

    class Method(models.TextChoices):
        GET = "GET", "GET"
        POST = "POST", "POST"

    service = models.ForeignKey(OutsideService, models.PROTECT, related_name="calls", verbose_name="dịch vụ")
    method = models.CharField("cách gọi", max_length=4, choices=Method, default=Method.GET)
    path = models.CharField(
        "đường dẫn", max_length=1000, blank=True, help_text="Sau địa chỉ gốc, ví dụ /dan-cu?xa=06181."
    )
    body = models.TextField("thân (JSON)", max_length=65_536, blank=True)
    idempotency_key = models.UUIDField("khóa chống lặp", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("trạng thái", max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    next_at = models.DateTimeField("lần gửi tới", null=True, blank=True)
    begun_at = models.DateTimeField("bắt đầu gửi lúc", null=True, blank=True)
    status = models.PositiveSmallIntegerField("trạng thái trả lời", null=True, blank=True)
    answer = models.TextField("trả lời", blank=True)
    error = models.CharField("lỗi", max_length=300, blank=True)
    record = models.OneToOneField(
        CallRecord, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lượt gọi trong sổ"
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="người gọi")
    made_at = models.DateTimeField("lập lúc", auto_now_add=True)

    objects = OutsideCallQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt gọi ra"
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="outsidecall_due")]

    def __str__(self) -> str:
        return f"{self.method} {self.service}{self.path}"

    def get_absolute_url(self) -> str:
        return reverse("exchange:outside_call", args=[self.pk])
