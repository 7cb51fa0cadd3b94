"""Programmes for people, their beneficiaries as counts alone, and index sets with the marks given by them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hatang.accounts.models import Person
from hatang.indicators.models.definitions import Indicator
from hatang.places.models import LegalReference, OfProvince, Place
from hatang.work.models import StoredFile

YEARS = [MinValueValidator(2000), MaxValueValidator(2060)]


class Programme(OfProvince, models.Model):
    """A programme that helps people to use the digital: smartphones for poor households, digital skills."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    name = models.CharField("tên", max_length=200)
    purpose = models.TextField("nội dung", blank=True)
    counts_what = models.CharField("đếm gì", max_length=60, default="người", help_text="người, hộ, máy, lượt học …")
    groups = models.JSONField("các nhóm", default=list, blank=True, help_text="Ví dụ: hộ nghèo, hộ cận nghèo.")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ tiêu chịu tác động"
    )
    legal = models.CharField("căn cứ", max_length=300, blank=True)
    year_from = models.PositiveSmallIntegerField("từ năm", validators=YEARS)
    year_to = models.PositiveSmallIntegerField("đến năm", validators=YEARS)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "chương trình"
        ordering = ["-year_to", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name"],
                name="programme_name",
                violation_error_message="Tỉnh đã có chương trình mang tên này.",
            ),
            models.CheckConstraint(
                condition=Q(year_to__gte=models.F("year_from")),
                name="programme_years",
                violation_error_message="Năm cuối không trước năm đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Beneficiaries(models.Model):
    """How many of a group a programme reached in a place and year: a count, never names."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="counts", verbose_name="chương trình")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    year = models.PositiveSmallIntegerField("năm")
    group = models.CharField("nhóm", max_length=100, blank=True)
    eligible = models.PositiveIntegerField("số thuộc diện", null=True, blank=True)
    reached = models.PositiveIntegerField("số đã được hưởng")
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "số người hưởng"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "place", "year", "group"],
                name="beneficiaries_unique",
                violation_error_message="Đã có số của nhóm này tại xã và năm ấy.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}, {self.place}, {self.year}"


class IndexSet(models.Model):
    """A set of criteria with points, as a ministry or a province gives it, one row for each version.

    What the published text leaves open stays open: a criterion without points or rule says so.
    """

    code = models.SlugField("mã", max_length=40)
    version = models.PositiveSmallIntegerField("bản", default=1)
    name = models.CharField("tên", max_length=200)
    province = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="của tỉnh", editable=False
    )
    legal = models.ForeignKey(LegalReference, models.PROTECT, null=True, blank=True, verbose_name="theo văn bản")
    points = models.FloatField("tổng điểm", null=True, blank=True, validators=[MinValueValidator(0)])
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "bộ chỉ số chấm điểm"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="indexset_version", violation_error_message="Bản này đã có."
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndexGroup(models.Model):
    """A group of criteria with the most points that it can bring."""

    index_set = models.ForeignKey(IndexSet, models.CASCADE, related_name="groups", verbose_name="bộ")
    order = models.PositiveSmallIntegerField("thứ tự")
    name = models.CharField("tên nhóm", max_length=200)
    points = models.FloatField("điểm tối đa", null=True, blank=True, validators=[MinValueValidator(0)])

    history = HistoricalRecords()

    class Meta:
        verbose_name = "nhóm tiêu chí"
        ordering = ["index_set", "order"]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One criterion: its most points and its rule of scoring, where they are known.

    `rule` is data: {"kind": "proportion", "least": 0, "most": 100} gives points by share, {"kind": "steps", "steps":
    [[level, points], …]} by level reached, {"kind": "yes_no"} all or none; empty where nobody has written it yet.
    """

    group = models.ForeignKey(IndexGroup, models.CASCADE, related_name="criteria", verbose_name="nhóm")
    order = models.PositiveSmallIntegerField("thứ tự")
    code = models.CharField("mã", max_length=20)
    name = models.CharField("tiêu chí", max_length=300, blank=True)
    points = models.FloatField("điểm tối đa", null=True, blank=True, validators=[MinValueValidator(0)])
    rule = models.JSONField("cách chấm", default=dict, blank=True)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chấm theo chỉ tiêu"
    )
    note = models.CharField("ghi chú", max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "tiêu chí"
        ordering = ["group", "order"]

    def __str__(self) -> str:
        return self.name or f"Tiêu chí {self.code}"


class Assessment(OfProvince, models.Model):
    """A province's self-assessment by an index set for a year, beside the ministry's marks."""

    index_set = models.ForeignKey(IndexSet, models.PROTECT, related_name="assessments", verbose_name="bộ")
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    year = models.PositiveSmallIntegerField("năm")
    finished = models.BooleanField("đã chấm xong", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "lần tự đánh giá"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["index_set", "province", "year"],
                name="assessment_unique",
                violation_error_message="Năm này đã có bản tự đánh giá theo bộ ấy.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.index_set} {self.year}"


class Mark(models.Model):
    """Points for one criterion: as the province gives itself with its evidence, and as the ministry gave."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="marks", verbose_name="lần tự đánh giá")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name="tiêu chí")
    own_points = models.FloatField("điểm tự chấm", null=True, blank=True, validators=[MinValueValidator(0)])
    ministry_points = models.FloatField("điểm bộ chấm", null=True, blank=True, validators=[MinValueValidator(0)])
    explanation = models.TextField("giải trình", blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tệp minh chứng"
    )
    marked_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người chấm"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "điểm của tiêu chí"
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion"],
                name="mark_unique",
                violation_error_message="Tiêu chí này đã có điểm.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.own_points}"
