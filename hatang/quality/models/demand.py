"""What people want to use a network for: what it needs, and how many asked for it where; never who."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for, scopes
from hatang.places.models import OfProvince, Place
from hatang.quality.models.loads import CHANGE_SETTINGS, VIEW_MEASUREMENT

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NEEDS = ("download_mbps", "upload_mbps", "delay_ms", "jitter_ms", "loss_percent")
"""The figures of a purpose: at least so fast, at most so late, so uneven, so lossy."""


@dataclass(frozen=True)
class Purpose:
    """Something that people do on a network, and what it needs by default."""

    key: str
    name: str
    needs: dict[str, float]
    sources: str


@lru_cache(maxsize=1)
def purposes() -> dict[str, Purpose]:
    """Read the purposes of data/purposes.csv, in its order."""
    with (settings.REFERENCE / "purposes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["key"]: Purpose(row["key"], row["name"], {n: float(row[n]) for n in NEEDS if row[n]}, row["sources"])
        for row in rows
    }


class PurposeSettingQuerySet(models.QuerySet["PurposeSetting"]):
    """Sets of settings of purposes."""

    def visible_to(self, person: Someone) -> Self:
        """The department that sets them."""
        return self.filter(filter_for(person, CHANGE_SETTINGS, province="province_id"))


def need(label: str, most: int) -> models.FloatField[float | None, float | None]:
    """Make the field of one need; empty means that the purpose does not ask for it."""
    limits = [MinValueValidator(0), MaxValueValidator(most)]
    return models.FloatField(label, null=True, blank=True, validators=limits)


class PurposeSetting(OfProvince, models.Model):
    """What a purpose needs as a province has set it, in place of the default."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    purpose = models.CharField("mục đích", max_length=30)
    download_mbps = need("tải xuống ít nhất, Mbit/s", 10_000)
    upload_mbps = need("tải lên ít nhất, Mbit/s", 10_000)
    delay_ms = need("độ trễ nhiều nhất, ms", 10_000)
    jitter_ms = need("biến động trễ nhiều nhất, ms", 10_000)
    loss_percent = need("phải gửi lại nhiều nhất, %", 100)
    why = models.CharField("căn cứ", max_length=300, help_text="Văn bản, tiêu chuẩn, hoặc ghi rõ là giả định.")

    history = HistoricalRecords()
    objects = PurposeSettingQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu của một mục đích"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "purpose"],
                name="purposesetting_unique",
                violation_error_message="Mục đích này đã được đặt.",
            )
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def needs(self) -> dict[str, float]:
        """The figures that are set."""
        return {name: value for name in NEEDS if (value := getattr(self, name)) is not None}


class DemandQuerySet(models.QuerySet["Demand"]):
    """Sets of counts of demand."""

    def visible_to(self, person: Someone) -> Self:
        """Officers see their province or commune, operators every commune of a province they work in."""
        seen = Q(pk__in=[])
        for scope in scopes(person, VIEW_MEASUREMENT):
            bounds = {"province_id": scope.province_id, "commune_id": scope.place_id}
            named = {name: value for name, value in bounds.items() if value is not None}
            seen |= Q(**named) if named else Q(pk__isnull=False)
        return self.filter(seen)


class Demand(OfProvince, models.Model):
    """How many times a purpose was asked for in a commune in a month."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    purpose = models.CharField("mục đích", max_length=30)
    month = models.DateField("tháng", help_text="Ngày đầu tháng.")
    count = models.PositiveIntegerField("số lượt đăng ký", default=0)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = "nhu cầu theo xã"
        constraints = [models.UniqueConstraint(fields=["commune", "purpose", "month"], name="demand_unique")]

    def __str__(self) -> str:
        return f"{self.purpose}, {self.month:%m/%Y}: {self.count}"


class DemandMark(models.Model):
    """That a device asked for a purpose today, under its pseudonym of the day; removed when the day is over."""

    on = models.DateField("ngày")
    purpose = models.CharField("mục đích", max_length=30)
    device = models.CharField("bút danh của ngày", max_length=32)

    class Meta:
        verbose_name = "dấu đã đăng ký trong ngày"
        constraints = [models.UniqueConstraint(fields=["on", "purpose", "device"], name="demandmark_once")]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}: {self.purpose}"
