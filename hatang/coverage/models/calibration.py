"""Calibration: what was measured against what a run predicted, and which offsets the department accepted from it.

A run is never changed: accepted offsets make a new one, and both stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.radio.calibration import LEAST_SQUARES
from hatang.core.radio.p1812.clutter import NAMES, ClutterClass
from hatang.coverage.models.evidence import Measurement
from hatang.coverage.models.runs import CoverageRun
from hatang.network.models import Technology

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

LARGEST_OFFSET_DB = 20.0
"""Beyond, cells of the register are wrong rather than the method: a choice, no document sets it."""


class Calibration(models.Model):
    """A comparison of a run with measurements about its day."""

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="calibrations", verbose_name="lượt tính")
    kind = models.CharField(
        "loại đo", max_length=10, choices=Measurement.Kind, blank=True, help_text="Trống: mọi loại."
    )
    since_on = models.DateField("đo từ ngày")
    until_on = models.DateField("đo đến ngày")
    points = models.PositiveIntegerField("số điểm đo")
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    computed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người yêu cầu")
    computed_at = models.DateTimeField("tính lúc", auto_now_add=True)

    class Meta:
        verbose_name = "lần đối chiếu với số đo"
        ordering = ["-computed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.run}, {self.computed_at:%d/%m/%Y %H:%M}"


class CalibrationQuerySet(models.QuerySet["CalibrationRow"]):
    """Sets of a calibration's rows."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all rows of its province's runs, an operator its own."""
        return self.filter(
            filter_for(
                person, "coverage.view_run", province="calibration__run__province_id", organisation="operator_id"
            )
        )


class CalibrationRow(models.Model):
    """How far the prediction of one operator and technology is off, everywhere or in one class of ground cover, dB.

    Differences are predicted less measured: positive where the prediction is too high.
    """

    class Cover(models.TextChoices):
        ALL = "", "mọi nơi"
        OPEN = "open_rural", NAMES[ClutterClass.OPEN_RURAL]
        SUBURBAN = "suburban", NAMES[ClutterClass.SUBURBAN]
        TREES = "urban_trees_forest", NAMES[ClutterClass.URBAN_TREES_FOREST]
        DENSE = "dense_urban", NAMES[ClutterClass.DENSE_URBAN]

    calibration = models.ForeignKey(
        Calibration, models.CASCADE, related_name="rows", verbose_name="lần đối chiếu với số đo"
    )
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    cover = models.CharField("lớp phủ", max_length=18, choices=Cover, blank=True, default=Cover.ALL)
    points = models.PositiveIntegerField("số điểm đo")
    squares = models.PositiveIntegerField("số ô vuông được so")
    unreached = models.PositiveIntegerField("số ô vuông không ô phát nào tới", default=0)
    censored = models.PositiveIntegerField("số ô vuông ngoài khoảng máy báo", default=0)
    bias_db = models.FloatField("sai lệch, dB", null=True)
    bias_low_db = models.FloatField("sai lệch từ, dB", null=True)
    bias_high_db = models.FloatField("sai lệch đến, dB", null=True)
    rmse_db = models.FloatField("sai số quân phương, dB", null=True)
    deviation_db = models.FloatField("độ lệch chuẩn sau hiệu chỉnh, dB", null=True)
    correlation = models.FloatField("tương quan", null=True)
    pairs = models.JSONField("mức dự đoán và mức đo, dBm", default=list)

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng đối chiếu với số đo"
        ordering = ["operator__name", "technology", "cover"]
        constraints = [
            models.UniqueConstraint(
                fields=["calibration", "operator", "technology", "cover"], name="calibrationrow_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.technology}"

    @property
    def layer(self) -> str:
        """The key by which a run knows the layer's offset."""
        return f"{self.operator_id}:{self.technology}"

    @property
    def offset_db(self) -> float | None:
        """What added to the prediction makes it right in the mean, to a tenth; None where too few squares say so."""
        if self.bias_db is None or self.squares - self.censored < LEAST_SQUARES:
            return None
        return round(-self.bias_db, 1) + 0.0

    @property
    def acceptable(self) -> bool:
        """Whether the offset may be accepted."""
        return self.offset_db is not None and 0 < abs(self.offset_db) <= LARGEST_OFFSET_DB


class AcceptedQuerySet(models.QuerySet["AcceptedOffset"]):
    """Sets of accepted offsets."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all, an operator its own, where they may see the run that came of it."""
        return self.filter(
            filter_for(
                person, "coverage.view_run", province="calibration__run__province_id", organisation="operator_id"
            ),
            run__in=CoverageRun.objects.visible_to(person).values("pk"),
        )


class AcceptedOffset(models.Model):
    """An offset of an operator's technology that the department accepted, and the run that was computed with it."""

    calibration = models.ForeignKey(
        Calibration, models.PROTECT, related_name="accepted", verbose_name="lần đối chiếu với số đo"
    )
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    offset_db = models.FloatField("hiệu chỉnh, dB")
    reason = models.CharField("lý do", max_length=300)
    run = models.ForeignKey(
        CoverageRun, models.PROTECT, related_name="accepted_offsets", verbose_name="lượt tính có hiệu chỉnh"
    )
    accepted_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", verbose_name="người chấp nhận"
    )
    accepted_at = models.DateTimeField("chấp nhận lúc", auto_now_add=True)

    objects = AcceptedQuerySet.as_manager()

    class Meta:
        verbose_name = "hiệu chỉnh được chấp nhận"
        constraints = [
            models.UniqueConstraint(
                fields=["calibration", "operator", "technology"],
                name="acceptedoffset_unique",
                violation_error_message="Hiệu chỉnh này đã được chấp nhận.",
            ),
            models.CheckConstraint(
                condition=Q(offset_db__gte=-LARGEST_OFFSET_DB, offset_db__lte=LARGEST_OFFSET_DB),
                name="acceptedoffset_of_possible_size",
                violation_error_message=f"Hiệu chỉnh nhiều nhất {LARGEST_OFFSET_DB:g} dB.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.technology}: {self.offset_db:+.1f} dB"
