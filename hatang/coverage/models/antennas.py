"""Antenna patterns that a province has files of: cells of the register that name one radiate as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.places.models import OfProvince, Place
from hatang.work.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class AntennaQuerySet(models.QuerySet["AntennaPattern"]):
    """Sets of antenna patterns."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Who sees all runs of a province sees with which antennas they were computed."""
        return self.filter(filter_for(person, "coverage.view_run", province="province_id"))


class AntennaPattern(OfProvince, models.Model):
    """The pattern file (MSI, PLN) of a kind of antenna, under the name by which the register's cells call it."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    name = models.CharField("loại ăng ten", max_length=80, help_text="Như ghi ở cột “Ăng ten” của sổ ô.")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="tệp")
    gain_dbi = models.FloatField("độ lợi, dBi")
    tilt_deg = models.FloatField("góc ngẩng điện có sẵn, độ")
    make = models.CharField("hãng", max_length=200, blank=True)
    low_mhz = models.FloatField("tần số thấp nhất, MHz", null=True)
    high_mhz = models.FloatField("tần số cao nhất, MHz", null=True)
    remarks = models.JSONField("đã hiểu tệp thế nào", default=list)
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người thêm")
    added_at = models.DateTimeField("thêm lúc", auto_now=True)

    history = HistoricalRecords()
    objects = AntennaQuerySet.as_manager()

    class Meta:
        verbose_name = "mẫu ăng ten"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name"],
                name="antennapattern_unique",
                violation_error_message="Tỉnh đã có mẫu của loại ăng ten này.",
            )
        ]

    def __str__(self) -> str:
        return self.name
