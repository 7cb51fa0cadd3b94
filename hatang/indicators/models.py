"""Indicators as data, and their values: how each came, from what, approved by whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.coverage.models import CoverageRun
from hatang.indicators.units import UNIT_KINDS, UnitKind
from hatang.places.models import LegalReference, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


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


class ValueQuerySet(models.QuerySet["Value"]):
    """Sets of values."""

    def known(self, at: datetime | None = None) -> Self:
        """Keep what the system holds now, or held at that instant."""
        if at is None:
            return self.filter(known_to__isnull=True)
        return self.filter(known_from__lte=at).filter(Q(known_to__isnull=True) | Q(known_to__gt=at))

    def published(self) -> Self:
        """Keep what was published."""
        return self.filter(state=Value.State.PUBLISHED)

    def waiting_in(self, province: Place) -> Self:
        """Keep what is not yet published of a province, its communes and the provinces that it came from."""
        of_province = Place.objects.now_in(province).values("pk")
        here = Q(place__in=of_province) | Q(place__province=province)
        return self.known().filter(here).exclude(state=Value.State.PUBLISHED)

    def last_published(self) -> Self:
        """Keep the newest published version of each figure, though a newer draft may stand."""
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        newer = Value.objects.published().filter(**same, known_from__gt=OuterRef("known_from"))
        return self.published().filter(~Exists(newer))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Everybody sees published figures, but commercial ones below the province and those of too few owners.

        What is withheld now is not to be read off an older version either. Officers see their scope's all.
        """
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        now = Value.objects.known().filter(**same, withheld=True)
        public = Q(state=Value.State.PUBLISHED, withheld=False) & ~Q(Exists(now))
        public &= Q(indicator__commercial=False) | Q(place__kind=Place.Kind.PROVINCE)
        officers = filter_for(person, "indicators.view_draft", province="place__province_id")
        of_province = filter_for(person, "indicators.view_draft", province="place_id")
        of_commune = filter_for(person, "indicators.record_value", province="place__province_id", place="place_id")
        inherited = filter_for(person, "indicators.view_draft", province="successions__successor_id")
        of_former = Q(place__in=Place.objects.provinces().filter(inherited))
        return self.filter(public | officers | of_province | of_commune | of_former)

    def latest_for(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the newest figure the person may see: a published one stays in view while a newer one is a draft."""
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        newer = Value.objects.visible_to(person).filter(**same, known_from__gt=OuterRef("known_from"))
        return self.visible_to(person).filter(Q(known_to__isnull=True) | ~Exists(newer))


class Value(models.Model):
    """An indicator's figure at a place for a year. Never overwritten: a newer one ends the older one's `known_to`."""

    class How(models.TextChoices):
        COUNTED = "counted", "đếm"
        MEASURED = "measured", "đo"
        PREDICTED = "predicted", "dự đoán"
        REPORTED = "reported", "báo cáo"

    class State(models.TextChoices):
        DRAFT = "draft", "dự thảo"
        APPROVED = "approved", "đã duyệt"
        PUBLISHED = "published", "đã công bố"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name="chỉ tiêu")
    formula = models.CharField("công thức", max_length=60, default="reported")
    place = models.ForeignKey(Place, models.PROTECT, related_name="values", verbose_name="nơi")
    year = models.PositiveSmallIntegerField("năm")
    on = models.DateField("tính đến ngày")
    numerator = models.FloatField("tử số", null=True, blank=True)
    denominator = models.FloatField("mẫu số", null=True, blank=True)
    value = models.FloatField("giá trị", null=True, blank=True)
    sample_size = models.PositiveIntegerField("cỡ mẫu", null=True, blank=True)
    missing_children = models.PositiveIntegerField("số nơi cấp dưới chưa có số liệu", default=0)
    how = models.CharField("cách có số liệu", max_length=9, choices=How)
    withheld = models.BooleanField(
        "không công bố ở cấp xã",
        default=False,
        help_text="Ít chủ sở hữu quá, hoặc suy ra được xã như thế: con số nói lên điều của một doanh nghiệp.",
    )
    restated = models.BooleanField("tính lại theo địa giới hiện nay", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    source = models.CharField("nguồn", max_length=300, blank=True)
    run = models.ForeignKey(
        CoverageRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lượt tính vùng phủ",
        help_text="Số liệu dự đoán đọc từ lượt nào.",
    )
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFT)
    recorded_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )
    approved_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    approved_at = models.DateTimeField("lúc duyệt", null=True, blank=True)
    known_from = models.DateTimeField("hệ thống biết từ")
    known_to = models.DateTimeField("đến", null=True, blank=True)

    objects = ValueQuerySet.as_manager()

    class Meta:
        verbose_name = "giá trị"
        indexes = [
            models.Index(fields=["place", "year", "indicator", "known_from"], name="value_versions"),
            models.Index(fields=["place", "year"], condition=Q(known_to__isnull=True), name="value_now_place"),
            models.Index(fields=["indicator", "year"], condition=Q(known_to__isnull=True), name="value_now_indicator"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "formula", "place", "year"],
                condition=Q(known_to__isnull=True),
                name="value_unique_now",
                violation_error_message="Chỉ tiêu này đã có giá trị tại nơi và năm ấy.",
            )
        ]

    def __str__(self) -> str:
        return self.indicator.unit.write(self.value)

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return self.place.owners()
