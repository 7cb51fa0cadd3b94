"""Runs: what a computation was asked, and what it found at places and over the ground. Results are never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for, scopes
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.coverage.models.terrain import Terrain
from hatang.network.models import MOBILE_BROADBAND, Cell, Technology
from hatang.places.models import OfProvince, Place
from hatang.work.models import Job, StoredFile

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

BROADBAND = "3G+"
"""Mobile broadband: 3G or newer."""
SERVICES: dict[str, tuple[str, ...]] = {**{str(t): (str(t),) for t in Technology}, BROADBAND: MOBILE_BROADBAND}
"""What a place may be served with, and the technologies that give it."""
SERVICE_CHOICES = [(t, t) for t in Technology.values] + [(BROADBAND, "băng rộng di động (3G trở lên)")]


class RunQuerySet(models.QuerySet["CoverageRun"]):
    """Sets of runs."""

    def done(self) -> Self:
        """Keep those that found something."""
        return self.filter(state=CoverageRun.State.DONE)

    def under_way(self) -> Self:
        """Keep those that wait or are being computed."""
        return self.filter(state__in=(CoverageRun.State.WAITING, CoverageRun.State.RUNNING))

    def adopted(self) -> Self:
        """Keep those whose results the department took as its prediction."""
        return self.done().filter(adopted_at__isnull=False)

    def counting(self, province: Place, on: date) -> CoverageRun | None:
        """Give the run whose results count for a day: the newest adopted one as of it or before."""
        return self.adopted().filter(province=province, on__lte=on).order_by("on", "adopted_at").defer("cells").last()

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all runs of its province; operators and communes those that were adopted.

        Of an adopted run they see their own part: see `PredictedQuerySet.visible_to` and `RunTally`.
        """
        seen = filter_for(person, "coverage.view_run", province="province_id")
        for scope in scopes(person, "coverage.view_run"):
            if not scope.is_whole:
                here = Q(province_id=scope.province_id) if scope.province_id else Q()
                seen |= here & Q(state=CoverageRun.State.DONE, adopted_at__isnull=False)
        return self.filter(seen)


class CoverageRun(OfProvince, models.Model):
    """A computation of who is served: from which cells, as of which day, over which terrain, by which thresholds."""

    class State(models.TextChoices):
        WAITING = "waiting", "đang chờ"
        RUNNING = "running", "đang tính"
        DONE = "done", "xong"
        FAILED = "failed", "không xong"
        CANCELLED = "cancelled", "đã huỷ"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    title = models.CharField("tên lượt tính", max_length=200)
    on = models.DateField("ô phát như ngày", help_text="Tính với các ô phát sóng vào ngày này.")
    operators: models.ManyToManyField[Organisation, Organisation] = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name="doanh nghiệp", help_text="Không chọn là tất cả."
    )
    technologies = models.JSONField("công nghệ", default=list, help_text="Không chọn là tất cả.")
    thresholds_dbm = models.JSONField(
        "ngưỡng riêng, dBm", default=dict, blank=True, help_text="Theo công nghệ; không ghi là ngưỡng mặc định."
    )
    thresholds_note = models.CharField("căn cứ của ngưỡng", max_length=300, blank=True)
    offsets_db = models.JSONField(
        "hiệu chỉnh, dB", default=dict, blank=True, editable=False, help_text="Theo mã doanh nghiệp, đã được chấp nhận."
    )
    served_percent = models.FloatField(
        "xác suất được phục vụ, %",
        default=95,
        validators=[MinValueValidator(50, "Từ 50 đến 99 %%."), MaxValueValidator(99, "Từ 50 đến 99 %%.")],
        help_text="Nơi nào có xác suất đạt ngưỡng từ mức này thì tính là được phục vụ.",
    )
    radius_km = models.FloatField(
        "tầm tính quanh trạm, km",
        default=15,
        validators=[MinValueValidator(1, "Từ 1 đến 60 km."), MaxValueValidator(60, "Từ 1 đến 60 km.")],
    )
    kernel = models.CharField("nhân tính của bản đồ mức thu", max_length=10, default="sweep", editable=False)
    terrain = models.ForeignKey(Terrain, models.PROTECT, related_name="runs", verbose_name="địa hình")
    leave_out_faulty = models.BooleanField(
        "bỏ các ô có lỗi, tính phần còn lại", default=False, help_text="Kết quả kể tên các ô đã bỏ."
    )
    blank_azimuth_is_omni = models.BooleanField("ô chưa ghi góc phương vị coi như phát mọi hướng", default=False)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.WAITING, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="việc nền")
    asked_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người yêu cầu"
    )
    asked_at = models.DateTimeField("yêu cầu lúc", auto_now_add=True)
    ended_at = models.DateTimeField("xong lúc", null=True, editable=False)
    code_version = models.CharField("phiên bản chương trình tính", max_length=300, editable=False)
    summary = models.JSONField("đã tính thế nào", default=dict, editable=False)
    cells = models.JSONField(
        "các ô đã tính",
        default=dict,
        editable=False,
        help_text="Như sổ khi tính; số trên bản đồ ô phục vụ là thứ tự trong danh sách này, từ 1.",
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False, editable=False)
    adopted_at = models.DateTimeField("được lấy làm dự đoán của tỉnh lúc", null=True, editable=False)
    adopted_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người quyết định"
    )

    search_key = models.CharField(max_length=200, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["summary", "cells", "search_key"])
    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt tính vùng phủ"
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coverage:run", args=[self.pk])

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = search_key(self.title)[:200]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def under_way(self) -> bool:
        """Whether it waits or is being computed."""
        return self.state in (self.State.WAITING, self.State.RUNNING)


class PredictedQuerySet(models.QuerySet["PredictedService"]):
    """Sets of predicted services."""

    def giving(self, service: str) -> Self:
        """Keep those of the technologies that give a service (a technology, or mobile broadband)."""
        return self.filter(technology__in=SERVICES[service])

    def served(self) -> Self:
        """Keep those that suffice."""
        return self.filter(served=True)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator its own; that anybody serves a place is no secret."""
        return self.filter(
            filter_for(person, "coverage.view_run", province="run__province_id", organisation="operator_id"),
            run__in=CoverageRun.objects.visible_to(person).values("pk"),
        )


class PredictedService(models.Model):
    """What a run found at a place for one operator and technology. Evidence level: predicted."""

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="services", verbose_name="lượt tính")
    place = models.ForeignKey(Place, models.CASCADE, related_name="predicted_services", verbose_name="nơi")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    level_dbm = models.FloatField("mức thu trung vị, dBm", null=True, help_text="Trống: không ô nào tới.")
    deviation_db = models.FloatField(
        "độ lệch theo vị trí, dB", null=True, help_text="Của mô hình tính ô phục vụ. Trống: không ô nào tới."
    )
    probability = models.FloatField("xác suất được phục vụ")
    served = models.BooleanField("được phục vụ")
    cell = models.ForeignKey(Cell, models.SET_NULL, null=True, related_name="+", verbose_name="ô phục vụ")

    objects = PredictedQuerySet.as_manager()

    class Meta:
        verbose_name = "dịch vụ dự đoán"
        indexes = [models.Index(fields=["place", "technology"], name="predicted_at_place")]
        constraints = [
            models.UniqueConstraint(fields=["run", "place", "operator", "technology"], name="predictedservice_unique")
        ]

    def __str__(self) -> str:
        return f"{self.technology} tại {self.place_id}"


class RasterQuerySet(models.QuerySet["RunRaster"]):
    """Sets of rasters."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator its own levels and cells of adopted runs.

        How many operators serve where belongs to none of them: whoever knows his own could subtract himself.
        """
        return self.filter(
            filter_for(person, "coverage.view_run", province="run__province_id", organisation="operator_id"),
            run__in=CoverageRun.objects.visible_to(person).values("pk"),
        )


class RunRaster(models.Model):
    """A run's result over the ground: a Cloud-Optimised GeoTIFF of one quantity."""

    class Quantity(models.TextChoices):
        LEVEL = "level", "mức thu tốt nhất, dBm"
        SERVER = "server", "ô phục vụ tốt nhất"
        OPERATORS = "operators", "số doanh nghiệp phục vụ"
        FADING = "fading", "che khuất của TR 38.901, dB"

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="rasters", verbose_name="lượt tính")
    quantity = models.CharField("đại lượng", max_length=9, choices=Quantity)
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="doanh nghiệp",
        help_text="Trống: của mọi doanh nghiệp.",
    )
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="tệp")

    objects = RasterQuerySet.as_manager()

    class Meta:
        verbose_name = "bản đồ mức thu"
        constraints = [
            models.UniqueConstraint(fields=["run", "quantity", "operator", "technology"], name="runraster_unique"),
            models.UniqueConstraint(
                fields=["run", "quantity", "technology"],
                condition=Q(operator__isnull=True),
                name="runraster_of_all_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_quantity_display()} {self.technology}"


class TallyQuerySet(models.QuerySet["RunTally"]):
    """Sets of tallies."""

    def of_province(self) -> Self:
        """Keep the counts of the province as a whole."""
        return self.filter(commune__isnull=True)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all; an operator its own, and what at least one operator serves, never by how many."""
        seen = filter_for(person, "coverage.view_run", province="run__province_id", organisation="operator_id")
        if scopes(person, "coverage.view_run"):
            seen |= Q(operator__isnull=True, least_operators=1)
        return self.filter(seen, run__in=CoverageRun.objects.visible_to(person).values("pk"))


class RunTally(models.Model):
    """How much of something a run found served, in the province or in a commune: counted when the run ended.

    Registers change, a run does not: so its counts are kept with it. `operator` empty: by at least
    `least_operators`, whosoever they are.
    """

    class Subject(models.TextChoices):
        VILLAGES = "villages", "thôn"
        HOUSEHOLDS = "households", "hộ"
        PEOPLE = "people", "người"
        COMMUNES = "communes", "trung tâm xã, phường"
        ZONES = "zones", "khu, cụm"
        SCHOOLS = "schools", "trường học"
        SITES = "sites", "địa điểm khác"
        ROADS_KM = "roads_km", "km đường"

    class Power(models.TextChoices):
        ALL = "", "mọi thôn"
        GRID = "grid", "thôn có điện lưới"
        NONE = "none", "thôn chưa có điện lưới"

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="tallies", verbose_name="lượt tính")
    commune = models.ForeignKey(
        Place, models.CASCADE, null=True, related_name="+", verbose_name="xã, phường", help_text="Trống: toàn tỉnh."
    )
    subject = models.CharField("đếm gì", max_length=10, choices=Subject)
    power = models.CharField("điện lưới", max_length=4, choices=Power, blank=True, default=Power.ALL)
    service = models.CharField("dịch vụ", max_length=3, choices=SERVICE_CHOICES)
    operator = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="doanh nghiệp")
    least_operators = models.PositiveSmallIntegerField("ít nhất bao nhiêu doanh nghiệp", default=1)
    served = models.FloatField("được phục vụ")
    whole = models.FloatField("tất cả", help_text="Không gồm những nơi thiếu dữ liệu để đếm.")
    unknown = models.PositiveIntegerField("số nơi thiếu dữ liệu để đếm", default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = "số đếm của lượt tính"
        indexes = [models.Index(fields=["run", "subject", "service"], name="runtally_of_run")]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.service}: {self.served:g}/{self.whole:g}"

    @property
    def percent(self) -> float | None:
        """The share that is served, %; None where there is nothing to serve."""
        return 100 * self.served / self.whole if self.whole else None

    @property
    def unserved(self) -> float:
        """How much is not served."""
        return self.whole - self.served
