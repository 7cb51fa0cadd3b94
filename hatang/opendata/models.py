"""Versions of what was given to everybody, and what people say is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.places.models import OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

ANSWER = "opendata.answer_report"


class VersionQuerySet(models.QuerySet["DatasetVersion"]):
    """Sets of versions."""

    def current(self) -> Self:
        """Keep of each dataset the newest version."""
        return self.filter(superseded_at__isnull=True)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """What was made for everybody is seen by everybody; the content of what was withdrawn is gone."""
        return self


class DatasetVersion(OfProvince, models.Model):
    """A dataset of a province as it was given from one day to another: its content's hash, and what is in it.

    The content lies in the stored files (`services.content`); other formats are made of it when somebody asks.
    """

    dataset = models.SlugField("bộ dữ liệu", max_length=60)
    province = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name="tỉnh")
    number = models.PositiveIntegerField("bản số")
    sha256 = models.CharField("mã băm của nội dung", max_length=64)
    rows = models.PositiveIntegerField("số dòng")
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    begin_on = models.DateField("số liệu từ ngày", null=True, blank=True)
    end_on = models.DateField("số liệu đến ngày", null=True, blank=True)
    west = models.FloatField("tây", null=True, blank=True)
    south = models.FloatField("nam", null=True, blank=True)
    east = models.FloatField("đông", null=True, blank=True)
    north = models.FloatField("bắc", null=True, blank=True)
    made_at = models.DateTimeField("làm lúc")
    checked_at = models.DateTimeField("xem lại lúc", help_text="Lúc ấy nội dung vẫn như thế.")
    superseded_at = models.DateTimeField("có bản mới lúc", null=True, blank=True)
    withdrawn_at = models.DateTimeField(
        "rút lúc", null=True, blank=True, help_text="Có dòng nay không còn công khai; nội dung đã xoá."
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "bản dữ liệu mở"
        ordering = ["dataset", "province", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "province", "number"], name="datasetversion_number"),
            models.UniqueConstraint(
                fields=["dataset", "province"],
                condition=Q(superseded_at__isnull=True),
                name="datasetversion_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset}, bản {self.number}"

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north in degrees; None where nothing has a place."""
        if self.west is None or self.south is None or self.east is None or self.north is None:
            return None
        return self.west, self.south, self.east, self.north


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    """Sets of reports of errors."""

    def open(self) -> Self:
        """Keep those that nobody has answered."""
        return self.filter(closed_at__isnull=True)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """What somebody wrote is seen by those who answer it."""
        return self.filter(filter_for(person, ANSWER, province="province_id"))


class ErrorReport(OfProvince, models.Model):
    """What somebody without an account says is wrong in a dataset; nothing is kept of who."""

    dataset = models.SlugField("bộ dữ liệu", max_length=60, editable=False)
    province = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name="tỉnh", editable=False)
    version_number = models.PositiveIntegerField("bản số", editable=False)
    where = models.CharField("dòng, cột nào", max_length=200, blank=True)
    words = models.TextField("sai thế nào", max_length=2000)
    received_at = models.DateTimeField("nhận lúc", auto_now_add=True)
    closed_at = models.DateTimeField("xong lúc", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người trả lời"
    )
    answer = models.TextField("đã làm gì", max_length=2000, blank=True)

    history = HistoricalRecords()
    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo lỗi dữ liệu mở"
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.words[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("opendata:report", args=[self.pk])
