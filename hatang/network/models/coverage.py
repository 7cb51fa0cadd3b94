"""What operators declare to serve: evidence level declared."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.network.models.stations import Technology
from hatang.places.models import Place
from hatang.work.in_force import ends_after, in_force

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class DeclaredQuerySet(models.QuerySet["DeclaredCoverage"]):
    """Sets of declared coverage."""

    def covering(self, *technologies: str, on: date) -> Self:
        """Keep the declarations in force that day for any of these technologies."""
        return self.filter(in_force(on, begin="since_on", end="until_on"), technology__in=technologies)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Who declared what is seen by the department and the declarer; that a place is covered is public elsewhere."""
        return self.filter(
            filter_for(person, "network.view_station", province="place__province_id", organisation="operator_id")
        )


class DeclaredCoverage(models.Model):
    """An operator's word that a technology serves a village, zone or site. Evidence level: declared."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="declared_coverage", verbose_name="nơi")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    since_on = models.DateField("từ ngày")
    until_on = models.DateField("đến ngày", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = DeclaredQuerySet.as_manager()

    class Meta:
        verbose_name = "khai báo phủ sóng"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "operator", "technology", "since_on"],
                name="declaredcoverage_unique",
                violation_error_message="Khai báo này đã có.",
            ),
            ends_after("since_on", "until_on", "declaredcoverage_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.technology} tại {self.place_id}"


class FibreQuerySet(models.QuerySet["FibreReach"]):
    """Sets of fibre reach."""

    def reaching(self, on: date) -> Self:
        """Keep the rows in force that day."""
        return self.filter(in_force(on, begin="since_on", end="until_on"))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As for declared coverage."""
        return self.filter(
            filter_for(person, "network.view_station", province="village__province_id", organisation="operator_id")
        )


class FibreReach(models.Model):
    """An operator's fibre in a village and the households that could be connected to it."""

    village = models.ForeignKey(Place, models.CASCADE, related_name="fibre_reach", verbose_name="thôn")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    households_able = models.PositiveIntegerField("số hộ có thể lắp cáp quang")
    since_on = models.DateField("từ ngày")
    until_on = models.DateField("đến ngày", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = FibreQuerySet.as_manager()

    class Meta:
        verbose_name = "cáp quang tới thôn"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "operator", "since_on"],
                name="fibrereach_unique",
                violation_error_message="Dòng này đã có.",
            ),
            ends_after("since_on", "until_on", "fibrereach_dates"),
        ]

    def __str__(self) -> str:
        return f"cáp quang tại {self.village_id}"
