"""Packages for the universal-service fund: villages of one service and province, no operator named beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.coverage.models import SERVICE_CHOICES
from hatang.places.models import OfProvince, Place
from hatang.planning.models.scenarios import SEE, Scenario

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class FundPackageQuerySet(models.QuerySet["FundPackage"]):
    """Sets of packages."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As scenarios: the department's."""
        return self.filter(filter_for(person, SEE, province="province_id"))


class FundPackage(OfProvince, models.Model):
    """What is asked of the fund (NĐ 295/2025/NĐ-CP): one service, one province, its villages and their estimate."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="packages", verbose_name="phương án")
    service = models.CharField("dịch vụ", max_length=3, choices=SERVICE_CHOICES)
    title = models.CharField("tên gói", max_length=200)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm")
    villages: models.ManyToManyField[Place, Place] = models.ManyToManyField(
        Place, related_name="+", verbose_name="thôn"
    )
    joined_with = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="gộp với tỉnh",
        help_text="Gói dưới 20 thôn thì gộp với tỉnh lân cận.",
    )
    capital_vnd = models.BigIntegerField("vốn ước tính, đồng")
    yearly_vnd = models.BigIntegerField("chi hằng năm ước tính, đồng")
    note = models.TextField("ghi chú", max_length=2000, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False, editable=False)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người lập")
    made_at = models.DateTimeField("lập lúc", auto_now_add=True)

    history = HistoricalRecords()
    objects = FundPackageQuerySet.as_manager()

    class Meta:
        verbose_name = "gói của Quỹ viễn thông công ích"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("planning:package", args=[self.pk])
