"""What bodies owe by a day, from a plan's duty or from the law; each has a clock, an answer and an end."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.places.models import Place
from hatang.plans.models.plans import YEARS, Duty
from hatang.work.models import Clock, StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_OBLIGATION, ANSWER_OBLIGATION = "plans.view_obligation", "plans.answer_obligation"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Sets of obligations."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator its own, a commune its own."""
        return self.filter(
            filter_for(person, SEE_OBLIGATION, province="province_id", place="commune_id", organisation="body_id")
        )

    def open(self) -> Self:
        """Keep those that were not answered, excused or closed."""
        return self.filter(state=Obligation.State.OPEN)

    def whole(self) -> Self:
        """Read along what every list names."""
        return self.select_related("province", "body", "commune", "clock", "duty__plan", "file", "done_by")


class Obligation(models.Model):
    """One thing that one body (or commune) owes for one year: it opens by itself, is answered, excused or missed.

    The key is no number in a row, from which rivals' could be counted.
    """

    class State(models.TextChoices):
        OPEN = "open", "chưa nộp"
        DONE = "done", "đã nộp"
        EXCUSED = "excused", "được miễn"
        MISSED = "missed", "không nộp"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    body = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="obligations", verbose_name="cơ quan"
    )
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="obligations", verbose_name="xã, phường"
    )
    duty = models.ForeignKey(
        Duty, models.SET_NULL, null=True, blank=True, related_name="obligations", verbose_name="theo kế hoạch"
    )
    rule = models.CharField("theo luật", max_length=40, blank=True)
    title = models.CharField("nghĩa vụ", max_length=300)
    recipient = models.CharField("nơi nhận", max_length=200, blank=True)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    year = models.PositiveSmallIntegerField("năm", validators=YEARS)
    due_assumed = models.BooleanField(
        "ngày hạn do hệ thống đặt", default=False, help_text="Văn bản không nêu ngày; Sở đổi được."
    )
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+", verbose_name="thời hạn")
    state = models.CharField("trạng thái", max_length=7, choices=State, default=State.OPEN, db_index=True)
    ended_at = models.DateTimeField("xong lúc", null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người nộp, người miễn"
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="văn bản đã nộp"
    )
    words = models.CharField("số ký hiệu, ghi chú, lý do", max_length=500, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "nghĩa vụ đến hạn"
        constraints = [
            models.UniqueConstraint(
                *("province", "title", "basis", "year"),
                Coalesce("body", 0),
                Coalesce("commune", 0),
                name="obligation_once",
                violation_error_message="Nghĩa vụ này đã mở cho năm ấy.",
            ),
            models.CheckConstraint(
                condition=models.Q(body__isnull=False) ^ models.Q(commune__isnull=False),
                name="obligation_one_filer",
                violation_error_message="Nghĩa vụ là của một cơ quan hoặc một xã.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}: {self.filer}"

    @property
    def filer(self) -> Organisation | Place | None:
        """Who owes it."""
        return self.body or self.commune

    def get_absolute_url(self) -> str:
        return reverse("plans:obligation", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "place_id": self.commune_id, "organisation_id": self.body_id}
