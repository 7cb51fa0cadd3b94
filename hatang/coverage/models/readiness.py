"""What a department answers about its readiness for technologies to come: what no register can tell."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords

from hatang.accounts.models import Person
from hatang.places.models import OfProvince, Place


class ReadinessAnswer(OfProvince, models.Model):
    """How far a province is with an item of data/readiness.csv; the newest answer, its history keeps the others."""

    class State(models.TextChoices):
        DONE = "done", "xong"
        DOING = "doing", "đang làm"
        NOT_YET = "not_yet", "chưa"
        NOT_APPLICABLE = "not_applicable", "không áp dụng"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    item = models.CharField("việc", max_length=40, editable=False)
    state = models.CharField("trạng thái", max_length=14, choices=State)
    on = models.DateField("ngày")
    note = models.CharField("ghi chú", max_length=1000, blank=True)
    reference = models.CharField("số văn bản", max_length=200, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người trả lời")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "trả lời về độ sẵn sàng"
        constraints = [models.UniqueConstraint(fields=["province", "item"], name="readinessanswer_unique")]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_state_display()}"
