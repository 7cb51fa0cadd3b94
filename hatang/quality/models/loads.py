"""Files of measurements that somebody loads, and the medians that i-Speed publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.places.models import OfProvince, Place
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEW_MEASUREMENT = "quality.view_measurement"
BRING_MEASUREMENT = "quality.bring_measurement"
CHANGE_SETTINGS = "quality.change_settings"


class AccessKind(models.TextChoices):
    """How people are connected; empty: all together, or not known."""

    FIXED = "fixed", "cố định"
    MOBILE = "mobile", "di động"


class MeasurementLoadQuerySet(models.QuerySet["MeasurementLoad"]):
    """Sets of loads."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A load is seen by who sees all measurements of its province."""
        return self.filter(filter_for(person, VIEW_MEASUREMENT, province="province_id"))

    def whole(self) -> Self:
        """Read with each its file and province."""
        return self.select_related("file__stored_by", "province")

    def counting(self) -> Self:
        """Keep the loads that were saved and not taken back."""
        return self.filter(state=Upload.State.SAVED, undone_at=None)


class MeasurementLoad(OfProvince, Upload):
    """A file of measurements on its way in: single tests, averages of tiles, or medians that were published."""

    class Kind(models.TextChoices):
        MLAB = "mlab", "M-Lab ndt7"
        OOKLA = "ookla", "Ookla (ô trung bình)"
        ISPEED = "ispeed", "i-Speed (bảng công bố)"
        DRIVE = "drive", "đo lưu động"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    kind = models.CharField("loại tệp", max_length=6, choices=Kind)
    month = models.DateField("tháng, quý", null=True, blank=True, help_text="Ngày đầu của tháng hoặc quý.")
    access = models.CharField("loại mạng", max_length=6, choices=AccessKind, blank=True)
    rows = models.PositiveIntegerField("số dòng đã lưu", default=0)
    set_aside = models.PositiveIntegerField("số dòng bị xếp riêng", default=0)
    undone_at = models.DateTimeField("lúc rút", null=True, blank=True)
    search_key = models.CharField(max_length=300, editable=False)

    objects = MeasurementLoadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp đo đã nạp"
        ordering = ["-pk"]

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = search_key(f"{self.file.name} {self.get_kind_display()}")[:300]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def told(self) -> str:
        """The state in words, a withdrawal included."""
        return "đã rút" if self.undone_at else self.get_state_display()

    @property
    def of_medians(self) -> bool:
        """Whether it holds published medians, which are never tests."""
        return self.kind == self.Kind.ISPEED


class PublishedSpeedQuerySet(models.QuerySet["PublishedSpeed"]):
    """Sets of published medians; they are public."""

    def counting(self) -> Self:
        """Keep those of files that were saved and not taken back."""
        return self.filter(load__state=Upload.State.SAVED, load__undone_at=None)

    def of(self, province: Place) -> Self:
        """Keep what is told of a province as a whole."""
        return self.counting().filter(area_province=province)

    def of_country(self) -> Self:
        """Keep what is told of the whole country."""
        return self.counting().filter(area="")

    def of_all_operators(self) -> Self:
        """Keep what is told of all operators together."""
        return self.filter(operator_word="")

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """What i-Speed publishes is public."""
        return self.counting()


class PublishedSpeed(models.Model):
    """A median of a month that i-Speed published for an area, an operator and a kind of network. Never a test."""

    load = models.ForeignKey(MeasurementLoad, models.CASCADE, related_name="published", verbose_name="tệp")
    row = models.PositiveIntegerField("dòng")
    month = models.DateField("tháng")
    area = models.CharField("địa bàn như đã ghi", max_length=200, blank=True, help_text="Để trống: cả nước.")
    area_province = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tỉnh"
    )
    operator_word = models.CharField("nhà mạng như đã ghi", max_length=200, blank=True)
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nhà mạng"
    )
    access = models.CharField("loại mạng", max_length=6, choices=AccessKind)
    technology = models.CharField("công nghệ", max_length=8, blank=True)
    download_mbps = models.FloatField("tải xuống, Mbit/s", null=True, blank=True, validators=[MinValueValidator(0)])
    upload_mbps = models.FloatField("tải lên, Mbit/s", null=True, blank=True, validators=[MinValueValidator(0)])
    latency_ms = models.FloatField("độ trễ, ms", null=True, blank=True, validators=[MinValueValidator(0)])
    tests = models.PositiveIntegerField("số lượt đo", null=True, blank=True)
    source = models.CharField("nguồn", max_length=300, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=500, editable=False)

    objects = PublishedSpeedQuerySet.as_manager()

    class Meta:
        verbose_name = "tốc độ do i-Speed công bố"
        indexes = [models.Index(fields=["area_province", "month"], name="publishedspeed_of_province")]
        constraints = [
            models.CheckConstraint(
                condition=Q(download_mbps__isnull=False) | Q(upload_mbps__isnull=False) | Q(latency_ms__isnull=False),
                name="publishedspeed_of_something",
                violation_error_message="Ghi ít nhất một con số.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area or 'Cả nước'} {self.month:%m/%Y}"

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.area or 'Cả nước'} {self.operator_word} {self.technology}")[:500]
