"""Rules on streams, and the times that they were true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from hatang.accounts.models import Person
from hatang.sensors.models.streams import Datastream
from hatang.work.in_force import between

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class ThresholdKind(models.TextChoices):
    """When a rule is true."""

    ABOVE = "above", "cao hơn mức"
    BELOW = "below", "thấp hơn mức"
    ABSENT = "absent", "không có số đo trong"


class ThresholdLevel(models.TextChoices):
    """How bad it is, the mildest first."""

    NOTICE = "notice", "lưu ý"
    WARNING = "warning", "cảnh báo"
    DANGER = "danger", "nguy hiểm"


class OfStreamQuerySet(models.QuerySet["Threshold | Alert"]):  # type: ignore[type-var]
    """Sets of rows of a stream."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Whoever sees a stream sees its rules and alerts."""
        return self.filter(stream__in=Datastream.objects.visible_to(person))

    def changeable_by(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep those of streams that the person may change."""
        return self.filter(stream__in=Datastream.objects.changeable_by(person))


class Threshold(models.Model):
    """A rule on a stream: the latest value is above or below a level, or none came for a while."""

    stream = models.ForeignKey(Datastream, models.CASCADE, related_name="thresholds", verbose_name="luồng")
    name = models.CharField("tên", max_length=200, help_text="Ví dụ: mực nước trên báo động 2.")
    kind = models.CharField("khi", max_length=6, choices=ThresholdKind)
    limit = models.FloatField("mức", null=True, blank=True, help_text="Theo đơn vị của luồng.")
    clear_limit = models.FloatField(
        "hết khi về tới mức", null=True, blank=True, help_text="Để trống: hết ngay khi qua lại mức đặt ra."
    )
    absent_minutes = models.PositiveIntegerField(
        "vắng, phút", null=True, blank=True, validators=between(1, 525_600, "Từ 1 phút đến một năm.")
    )
    hold_minutes = models.PositiveIntegerField(
        "phải kéo dài, phút", default=0, validators=between(0, 525_600, "Từ 0 phút đến một năm.")
    )
    level = models.CharField("mức độ", max_length=7, choices=ThresholdLevel, default=ThresholdLevel.WARNING)
    basis = models.CharField("căn cứ", max_length=300, blank=True, help_text="Văn bản hoặc lý do của mức đặt ra.")
    people = models.ManyToManyField(
        Person, related_name="+", blank=True, verbose_name="báo cho", help_text="Ai nhận thông báo khi bắt đầu."
    )
    escalate_minutes = models.PositiveIntegerField(
        "báo lên sau, phút", null=True, blank=True, validators=between(1, 525_600, "Từ 1 phút đến một năm.")
    )
    escalate_to = models.ManyToManyField(Person, related_name="+", blank=True, verbose_name="báo lên cho")
    is_active = models.BooleanField("đang dùng", default=True)
    true_since = models.DateTimeField("đúng từ lúc", null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["true_since"])
    objects = OfStreamQuerySet.as_manager()

    class Meta:
        verbose_name = "ngưỡng"
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="absent") & Q(absent_minutes__isnull=False))
                | (~Q(kind="absent") & Q(limit__isnull=False)),
                name="threshold_whole",
                violation_error_message="Ghi mức với “cao hơn”, “thấp hơn”; ghi số phút với “không có số đo”.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def owners(self) -> dict[str, int | None]:
        """Say whose rule this is: the thing's."""
        return self.stream.owners()


class AlertState(models.TextChoices):
    """Where an alert stands."""

    OPEN = "open", "đang xảy ra"
    SEEN = "seen", "đã có người nhận"
    CLOSED = "closed", "đã hết"


class Alert(models.Model):
    """One time that a rule was true: raised, told, taken on by somebody, closed."""

    threshold = models.ForeignKey(
        Threshold, models.SET_NULL, null=True, blank=True, related_name="alerts", verbose_name="ngưỡng"
    )
    stream = models.ForeignKey(Datastream, models.CASCADE, related_name="alerts", verbose_name="luồng")
    title = models.CharField("việc gì", max_length=300)
    level = models.CharField("mức độ", max_length=7, choices=ThresholdLevel)
    state = models.CharField("trạng thái", max_length=6, choices=AlertState, default=AlertState.OPEN)
    raised_at = models.DateTimeField("bắt đầu")
    value = models.FloatField("giá trị lúc bắt đầu", null=True, blank=True)
    worst = models.FloatField("giá trị xấu nhất", null=True, blank=True)
    notified_at = models.DateTimeField("đã báo lúc", null=True, blank=True)
    escalated_at = models.DateTimeField("đã báo lên lúc", null=True, blank=True)
    seen_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người nhận"
    )
    seen_at = models.DateTimeField("nhận lúc", null=True, blank=True)
    closed_at = models.DateTimeField("hết lúc", null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người đóng"
    )
    note = models.CharField("ghi chú xử lý", max_length=500, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = OfStreamQuerySet.as_manager()

    class Meta:
        verbose_name = "cảnh báo"
        indexes = [models.Index(fields=["state", "raised_at"], name="alert_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("raised_at")),
                name="alert_times",
                violation_error_message="Lúc hết phải sau lúc bắt đầu.",
            ),
            models.UniqueConstraint(
                fields=["threshold"],
                condition=Q(closed_at__isnull=True, threshold__isnull=False),
                name="alert_one_open_a_threshold",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def owners(self) -> dict[str, int | None]:
        """Say whose alert this is: the thing's."""
        return self.stream.owners()
