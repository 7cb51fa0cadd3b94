"""Statistics of speed tests, worked out from the measurement table, and the dated rules by which they are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.places.models import OfProvince, Place
from hatang.quality.models.loads import VIEW_MEASUREMENT, AccessKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

WHOLE_YEAR = 0
"""The month of a statistic of a whole year: a median of a year is not one of its months' medians."""
NUMBERS = ("p10", "p10_low", "p10_high", "p50", "p50_low", "p50_high", "p90", "p90_low", "p90_high")
SHARES = ("above_50", "above_200", "above_1000")


class SpeedStatisticQuerySet(models.QuerySet["SpeedStatistic"]):
    """Sets of statistics."""

    def of_tests(self) -> Self:
        """Keep those worked out from single tests."""
        return self.filter(basis=SpeedStatistic.Basis.TESTS)

    def of_all_operators(self) -> Self:
        """Keep those of all operators together."""
        return self.filter(operator=None)

    def of_year(self, year: int) -> Self:
        """Keep those of a whole year."""
        return self.filter(year=year, month=WHOLE_YEAR)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser, *, by_operator: bool = True) -> Self:
        """What citizens measured is public; by operator only where the province has it so, and to who sees the rest."""
        if by_operator:
            return self.all()
        whole = filter_for(person, VIEW_MEASUREMENT, province="province_id")
        own = filter_for(person, VIEW_MEASUREMENT, province="province_id", organisation="operator_id")
        return self.filter(models.Q(operator=None) | whole | own)


class SpeedStatistic(models.Model):
    """How a value of the tests of one place, time, operator and kind of network is spread. Worked out, never edited.

    Quantiles are in the value's unit (Mbit/s or ms), shares from 0 to 1, limits for 95 %.
    """

    class Measure(models.TextChoices):
        DOWNLOAD = "download_mbps", "tải xuống, Mbit/s"
        UPLOAD = "upload_mbps", "tải lên, Mbit/s"
        DELAY = "min_rtt_ms", "độ trễ, ms"

    class Basis(models.TextChoices):
        TESTS = "tests", "lượt đo"
        AVERAGES = "averages", "trung bình của Ookla"

    province = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name="tỉnh")
    place = models.ForeignKey(Place, models.CASCADE, related_name="speed_statistics", verbose_name="nơi")
    year = models.PositiveSmallIntegerField("năm")
    month = models.PositiveSmallIntegerField("tháng", default=WHOLE_YEAR, help_text="0: cả năm.")
    operator = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="nhà mạng"
    )
    access = models.CharField("loại mạng", max_length=6, choices=AccessKind, blank=True)
    technology = models.CharField("công nghệ", max_length=8, blank=True)
    measure = models.CharField("đại lượng", max_length=14, choices=Measure)
    basis = models.CharField("tính từ", max_length=8, choices=Basis, default=Basis.TESTS)
    n = models.PositiveIntegerField("số lượt đo")
    devices = models.PositiveIntegerField("số máy", default=0)
    mean = models.FloatField("trung bình", null=True, blank=True)
    p10 = models.FloatField("p10", null=True, blank=True)
    p10_low = models.FloatField("p10, cận dưới", null=True, blank=True)
    p10_high = models.FloatField("p10, cận trên", null=True, blank=True)
    p50 = models.FloatField("trung vị", null=True, blank=True)
    p50_low = models.FloatField("trung vị, cận dưới", null=True, blank=True)
    p50_high = models.FloatField("trung vị, cận trên", null=True, blank=True)
    p90 = models.FloatField("p90", null=True, blank=True)
    p90_low = models.FloatField("p90, cận dưới", null=True, blank=True)
    p90_high = models.FloatField("p90, cận trên", null=True, blank=True)
    above_50 = models.FloatField("tỷ lệ trên 50", null=True, blank=True)
    above_50_low = models.FloatField("tỷ lệ trên 50, cận dưới", null=True, blank=True)
    above_50_high = models.FloatField("tỷ lệ trên 50, cận trên", null=True, blank=True)
    above_200 = models.FloatField("tỷ lệ trên 200", null=True, blank=True)
    above_200_low = models.FloatField("tỷ lệ trên 200, cận dưới", null=True, blank=True)
    above_200_high = models.FloatField("tỷ lệ trên 200, cận trên", null=True, blank=True)
    above_1000 = models.FloatField("tỷ lệ trên 1.000", null=True, blank=True)
    above_1000_low = models.FloatField("tỷ lệ trên 1.000, cận dưới", null=True, blank=True)
    above_1000_high = models.FloatField("tỷ lệ trên 1.000, cận trên", null=True, blank=True)
    reaching = models.FloatField(
        "tỷ lệ đạt mức thấp nhất", null=True, blank=True, help_text="Theo mức của quy chuẩn đang dùng, từ 0 đến 1."
    )
    over_ipv6 = models.PositiveIntegerField("số lượt qua IPv6", default=0)
    of_known_family = models.PositiveIntegerField("số lượt biết IPv4 hay IPv6", default=0)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    objects = SpeedStatisticQuerySet.as_manager()

    KEYS: ClassVar = ("place", "year", "month", "operator", "access", "technology", "measure", "basis")

    class Meta:
        verbose_name = "thống kê tốc độ"
        indexes = [models.Index(fields=["province", "year", "month", "measure"], name="speedstatistic_of_month")]
        constraints = [
            models.UniqueConstraint(
                "place",
                "year",
                "month",
                Coalesce("operator", 0),
                "access",
                "technology",
                "measure",
                "basis",
                name="speedstatistic_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.period}: {self.measure}"

    @property
    def period(self) -> str:
        """The month or the year in words."""
        return f"{self.month:02d}/{self.year}" if self.month else str(self.year)

    @property
    def kind(self) -> str:
        """Of which network it speaks, in words."""
        return self.technology or self.get_access_display() or "mọi loại"


class StatisticState(models.Model):
    """As of which content of the measurement table and which rules a province's statistics were worked out."""

    province = models.OneToOneField(Place, models.CASCADE, related_name="+", verbose_name="tỉnh")
    computed_at = models.DateTimeField("tính lúc")
    content = models.CharField("dấu của bảng đo", max_length=64, default="", editable=False)
    rows = models.PositiveBigIntegerField("số dòng đã đọc", default=0)
    left_out = models.JSONField("số dòng bị để ngoài, theo lý do", default=dict)
    simulated = models.BooleanField("có dữ liệu mô phỏng", default=False)

    class Meta:
        verbose_name = "lần tính thống kê"

    def __str__(self) -> str:
        return f"{self.province_id}: {self.computed_at:%d/%m/%Y}"


class SpeedRuleQuerySet(models.QuerySet["SpeedRule"]):
    """Sets of dated rules."""

    def of(self, province: Place, on: date) -> Self:
        """Keep what a province set that had begun on a day, the latest last."""
        return self.filter(province=province, valid_from__lte=on).order_by("valid_from", "pk")

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Rules are public: whoever reads a figure may know by which it was made."""
        return self.all()


class SpeedRule(OfProvince, models.Model):
    """What a province set for a threshold from a day on, with its source; the one before stays for its own days."""

    province = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name="tỉnh", editable=False)
    name = models.CharField("quy tắc", max_length=40, editable=False)
    value = models.FloatField("giá trị", null=True, blank=True, help_text="Để trống: chưa biết; không đánh giá.")
    valid_from = models.DateField("từ ngày")
    source = models.CharField("căn cứ", max_length=300, blank=True, help_text="Số, cơ quan, ngày của văn bản.")
    note = models.CharField("ghi chú", max_length=300, blank=True)
    set_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người đặt"
    )

    history = HistoricalRecords()
    objects = SpeedRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "quy tắc về tốc độ"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name", "valid_from"],
                name="speedrule_unique",
                violation_error_message="Quy tắc này đã được đặt từ ngày ấy.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} từ {self.valid_from:%d/%m/%Y}"
