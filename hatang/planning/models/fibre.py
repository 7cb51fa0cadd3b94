"""Fibre plans: which places are joined to the network along which roads and lines, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db.models import LineStringField
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.core.vietnamese import search_key
from hatang.places.models import OfProvince, Place
from hatang.planning.models.scenarios import SEE, YEARS
from hatang.work.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class Way(models.TextChoices):
    """How a cable runs."""

    AERIAL = "aerial", "treo trên cột có sẵn"
    NEW_POLES = "new_poles", "treo trên cột mới"
    DUCT = "duct", "trong cống bể có sẵn"
    BURIED = "buried", "chôn"
    SHARED_TRENCH = "shared_trench", "chung hào với công trình khác"


class FibrePlanQuerySet(models.QuerySet["FibrePlan"]):
    """Sets of fibre plans."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As scenarios: the department's."""
        return self.filter(filter_for(person, SEE, province="province_id"))


class FibrePlan(OfProvince, models.Model):
    """A question of least cost: how to join villages, sites and offices to the nearest closure along roads."""

    class Ends(models.TextChoices):
        VILLAGES = "villages", "thôn chưa có cáp quang"
        MASTS = "masts", "cột ăng ten chưa có cáp quang"
        OFFICES = "offices", "trụ sở chưa có cáp quang"

    class State(models.TextChoices):
        DRAFT = "draft", "chưa tính"
        WAITING = "waiting", "đang chờ"
        RUNNING = "running", "đang tính"
        DONE = "done", "xong"
        FAILED = "failed", "không xong"
        CANCELLED = "cancelled", "đã huỷ"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    title = models.CharField("tên phương án", max_length=200)
    ends = models.JSONField("nối tới", default=list)
    area = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ trong", help_text="Một xã."
    )
    last_year = models.PositiveSmallIntegerField("xong vào cuối năm", validators=YEARS)
    around_lon = models.FloatField(
        "khép vòng quanh, kinh độ",
        null=True,
        blank=True,
        editable=False,
        help_text="Điểm yếu của mạng cáp mà phương án khép vòng quanh; khi ấy phương án không nối nơi mới.",
    )
    around_lat = models.FloatField("khép vòng quanh, vĩ độ", null=True, blank=True, editable=False)
    closes_rings = models.BooleanField("khép vòng để dự phòng", default=False)
    most_seconds = models.PositiveSmallIntegerField("tính lâu nhất, giây", default=10)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFT, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="việc nền")
    asked_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người lập"
    )
    asked_at = models.DateTimeField("lập lúc", auto_now_add=True)
    answer = models.JSONField("kết quả", default=dict, editable=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False, editable=False)
    search_key = models.CharField(max_length=200, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["answer", "search_key"])
    objects = FibrePlanQuerySet.as_manager()

    class Meta:
        verbose_name = "phương án cáp quang"
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("planning:fibre_plan", args=[self.pk])

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = search_key(self.title)[:200]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def around(self) -> tuple[float, float] | None:
        """The weak point, lon and lat, around which a ring is to be closed; None where places are to be joined."""
        if self.around_lon is None or self.around_lat is None:
            return None
        return self.around_lon, self.around_lat

    @property
    def under_way(self) -> bool:
        """Whether it waits or is being computed."""
        return self.state in (self.State.WAITING, self.State.RUNNING)


class FibreStretch(models.Model):
    """A stretch of cable of a fibre plan."""

    plan = models.ForeignKey(FibrePlan, models.CASCADE, related_name="stretches", verbose_name="phương án")
    path = LineStringField("tuyến", srid=4326)
    way = models.CharField("cách đi", max_length=13, choices=Way)
    road = models.CharField("dọc theo", max_length=200, blank=True)
    length_km = models.FloatField("chiều dài, km")
    capital_vnd = models.BigIntegerField("vốn, đồng")
    ring = models.BooleanField("để khép vòng", default=False)

    class Meta:
        verbose_name = "đoạn cáp của phương án"

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.length_km:.1f} km"


class FibreEnd(models.Model):
    """A place that a fibre plan joins, or could not join and why."""

    plan = models.ForeignKey(FibrePlan, models.CASCADE, related_name="joined", verbose_name="phương án")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="nơi")
    name = models.CharField("tên", max_length=200)
    lon = models.FloatField("kinh độ")
    lat = models.FloatField("vĩ độ")
    why_not = models.CharField("không nối được vì", max_length=300, blank=True)

    class Meta:
        verbose_name = "đầu nối của phương án cáp quang"

    def __str__(self) -> str:
        return self.name
