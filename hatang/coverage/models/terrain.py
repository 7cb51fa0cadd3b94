"""Terrain made ready for runs: heights and land cover of a province on one grid, of known source and version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.places.models import OfProvince, Place
from hatang.work.models import Job, StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class TerrainQuerySet(models.QuerySet["Terrain"]):
    """Sets of terrains."""

    def ready(self) -> Self:
        """Keep those that a run can compute on."""
        return self.filter(state=Terrain.State.READY)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Who sees all runs of a province sees on what they were computed."""
        return self.filter(filter_for(person, "coverage.view_run", province="province_id"))


class Terrain(OfProvince, models.Model):
    """Heights (and land cover, where there is some) over a province, on one grid without holes; never changed.

    `heights` and `clutter` are Cloud-Optimised GeoTIFF in metres, WGS 84, on the same grid, `zones` one of P.1812's
    zones: 1 sea, 3 coastal land, 4 inland (none: all counts as inland). Better files make a new terrain. `report` tells
    what each file gave, what was filled and what was assumed.
    """

    COARSE_M = 200.0

    class State(models.TextChoices):
        PREPARING = "preparing", "đang chuẩn bị"
        READY = "ready", "dùng được"
        FAILED = "failed", "không dùng được"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    title = models.CharField("tên", max_length=200)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.PREPARING, editable=False)
    heights = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="độ cao", editable=False
    )
    clutter = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="chiều cao lớp phủ", editable=False
    )
    zones = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="biển và đất ven biển", editable=False
    )
    version = models.CharField("phiên bản", max_length=64, editable=False, help_text="SHA-256 của các lưới.")
    west_deg = models.FloatField("tây", null=True, editable=False)
    south_deg = models.FloatField("nam", null=True, editable=False)
    east_deg = models.FloatField("đông", null=True, editable=False)
    north_deg = models.FloatField("bắc", null=True, editable=False)
    step_m = models.FloatField("bước lưới, m", null=True, editable=False)
    source = models.CharField("nguồn", max_length=200)
    licence = models.CharField("giấy phép của nguồn", max_length=200)
    report = models.JSONField("đã làm gì với các tệp", default=dict, editable=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="việc nền")
    added_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người thêm"
    )
    added_at = models.DateTimeField("thêm lúc", auto_now_add=True)

    history = HistoricalRecords()
    objects = TerrainQuerySet.as_manager()

    class Meta:
        verbose_name = "địa hình"
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def coarse(self) -> bool:
        """Whether its step misses the hills between two points of the grid: good for trying only."""
        return self.step_m is not None and self.step_m > self.COARSE_M
