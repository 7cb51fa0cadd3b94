"""Money of tasks: estimated, appraised, decided, spent, by year and source."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from hatang.places.models import Place
from hatang.plans.models.plans import YEARS, Target, Task

NOT_NEGATIVE = [MinValueValidator(0)]


class Funding(models.Model):
    """Money for a task in a year from one source: from estimate over appraisal to decision, and what was spent."""

    class Source(models.TextChoices):
        BUDGET = "budget", "ngân sách nhà nước"
        FUND = "fund", "Quỹ Dịch vụ viễn thông công ích"
        ENTERPRISE = "enterprise", "doanh nghiệp"
        OTHER = "other", "nguồn khác"

    task = models.ForeignKey(Task, models.CASCADE, related_name="funding", verbose_name="nhiệm vụ")
    year = models.PositiveSmallIntegerField("năm", validators=YEARS)
    source = models.CharField("nguồn", max_length=10, choices=Source)
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="xã, phường"
    )
    target = models.ForeignKey(
        Target, models.SET_NULL, null=True, blank=True, related_name="funding", verbose_name="cho mục tiêu"
    )
    estimate_vnd = models.BigIntegerField("dự toán, đồng", null=True, blank=True, validators=NOT_NEGATIVE)
    appraised_vnd = models.BigIntegerField("thẩm định, đồng", null=True, blank=True, validators=NOT_NEGATIVE)
    decided_vnd = models.BigIntegerField("được duyệt, đồng", null=True, blank=True, validators=NOT_NEGATIVE)
    decision = models.CharField(
        "quyết định", max_length=200, blank=True, help_text="Số, cơ quan, ngày của quyết định phê duyệt."
    )
    spent_vnd = models.BigIntegerField("đã chi, đồng", null=True, blank=True, validators=NOT_NEGATIVE)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kinh phí của nhiệm vụ"
        constraints = [
            models.UniqueConstraint(
                *("task", "year", "source"),
                Coalesce("commune", 0),
                Coalesce("target", 0),
                name="funding_unique",
                violation_error_message="Nhiệm vụ đã có dòng kinh phí cùng năm, nguồn, xã và mục tiêu.",
            ),
            models.CheckConstraint(
                condition=Q(decided_vnd=None) | ~Q(decision=""),
                name="funding_decision",
                violation_error_message="Ghi số, cơ quan, ngày của quyết định phê duyệt.",
            ),
            models.CheckConstraint(
                condition=Q(spent_vnd=None) | Q(decided_vnd=None) | Q(spent_vnd__lte=F("decided_vnd")),
                name="funding_spent",
                violation_error_message="Đã chi không thể nhiều hơn số được duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}, {self.year}, {self.get_source_display()}"

    @property
    def stage(self) -> str:
        """How far the money has come."""
        if self.decided_vnd is not None:
            return "đã duyệt"
        return "đã thẩm định" if self.appraised_vnd is not None else "dự toán"
