"""Indicators as data: what is measured, in which unit, and which reading of a formula a province chose."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords

from hatang.indicators.units import UNIT_KINDS, UnitKind
from hatang.places.models import LegalReference, Place


class Component(models.TextChoices):
    """The four components of digital infrastructure (QĐ 1132/QĐ-TTg, Thủ tướng Chính phủ, 9/10/2024)."""

    TELECOM = "telecom", "Hạ tầng viễn thông và Internet"
    DATA = "data", "Hạ tầng dữ liệu"
    PHYSICAL = "physical", "Hạ tầng vật lý - số"
    UTILITIES = "utilities", "Hạ tầng tiện ích số và công nghệ số như dịch vụ"


class IndicatorSet(models.Model):
    """A set of indicators with its legal source: national or a province's own; a new set needs no code."""

    code = models.SlugField("mã bộ", max_length=40, unique=True)
    name = models.CharField("tên bộ", max_length=200)
    legal = models.ForeignKey(LegalReference, models.PROTECT, null=True, blank=True, verbose_name="theo văn bản")
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến ngày", null=True, blank=True)
    indicators: models.ManyToManyField[Indicator, Indicator] = models.ManyToManyField(
        "Indicator", related_name="sets", verbose_name="chỉ tiêu"
    )

    class Meta:
        verbose_name = "bộ chỉ tiêu"

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """What is measured, in which unit, and how a parent's figure arises from its children's."""

    class Rollup(models.TextChoices):
        RATIO_OF_SUMS = "ratio_of_sums", "tỷ số của các tổng"
        SUM = "sum", "tổng"
        RECOMPUTED = "recomputed", "tính lại từ dòng gốc"
        NONE = "none", "không gộp được"

    class Source(models.TextChoices):
        REGISTER = "register", "đếm từ sổ đăng ký"
        MEASURED = "measured", "đo"
        SYSTEMS = "systems", "sổ hệ thống thông tin"
        THINGS = "things", "sổ thiết bị IoT"
        UTILITIES = "utilities", "tiện ích số"
        REPORTED = "reported", "báo cáo"

    class Direction(models.TextChoices):
        HIGHER = "higher", "cao hơn là tốt"
        LOWER = "lower", "thấp hơn là tốt"

    code = models.SlugField("mã", max_length=60, unique=True)
    number = models.PositiveSmallIntegerField("số thứ tự")
    name = models.CharField("tên", max_length=300)
    short_name = models.CharField("tên ngắn", max_length=80)
    component = models.CharField("thành phần", max_length=10, choices=Component)
    unit_code = models.CharField("đơn vị", max_length=20, choices=[(k, v.label) for k, v in UNIT_KINDS.items()])
    direction = models.CharField("chiều tốt", max_length=6, choices=Direction, default=Direction.HIGHER)
    rollup = models.CharField("cách gộp lên cấp trên", max_length=13, choices=Rollup)
    lowest_level = models.CharField("cấp thấp nhất", max_length=10, choices=Place.Kind, default=Place.Kind.COMMUNE)
    source = models.CharField("nguồn số liệu", max_length=9, choices=Source)
    formula = models.CharField("công thức", max_length=60, default="reported")
    numerator_text = models.CharField("tử số", max_length=300, blank=True)
    denominator_text = models.CharField("mẫu số", max_length=300, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    legal = models.ForeignKey(LegalReference, models.PROTECT, null=True, blank=True, verbose_name="theo văn bản")
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến ngày", null=True, blank=True)
    commercial = models.BooleanField(
        "bí mật kinh doanh ở cấp xã", default=False, help_text="Cấp xã chỉ Sở xem; cấp tỉnh công bố bình thường."
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "chỉ tiêu"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> UnitKind:
        """The unit's kind."""
        return UNIT_KINDS[self.unit_code]


class FormulaChoice(models.Model):
    """Which of several readings of a formula a province has chosen, since the law leaves it open."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="choices", verbose_name="chỉ tiêu")
    province = models.ForeignKey(Place, models.CASCADE, verbose_name="tỉnh")
    formula = models.CharField("công thức", max_length=60)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "công thức được chọn"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "province"],
                name="formulachoice_unique",
                violation_error_message="Tỉnh đã chọn công thức cho chỉ tiêu này.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.formula}"
