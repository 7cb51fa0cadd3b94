"""Unit costs: what a work is made of, each its source, date and range; the table an officer corrects, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.places.models import OfProvince, Place
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

NOT_NEGATIVE = [MinValueValidator(0, "Từ 0 đồng trở lên.")]


class UnitCostQuerySet(models.QuerySet["UnitCost"]):
    """Sets of unit costs."""

    def of(self, province: Place) -> Self:
        """Keep a province's own."""
        return self.filter(province=province)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Prices are the department's working paper."""
        return self.filter(filter_for(person, "planning.view_scenario", province="province_id"))


class UnitCost(OfProvince, models.Model):
    """A price of a province in place of the default of data/unit_costs.csv, with its range and where it is from."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    item = models.CharField("khoản", max_length=60, editable=False, help_text="Mã trong data/unit_costs.csv.")
    amount_vnd = models.BigIntegerField("đơn giá, đồng", validators=NOT_NEGATIVE)
    low_vnd = models.BigIntegerField("thấp nhất, đồng", validators=NOT_NEGATIVE)
    high_vnd = models.BigIntegerField("cao nhất, đồng", validators=NOT_NEGATIVE)
    source = models.CharField("nguồn", max_length=300, help_text="Văn bản, báo giá, hợp đồng.")
    on = models.DateField("ngày của giá")
    note = models.CharField("ghi chú", max_length=300, blank=True)

    history = HistoricalRecords()
    objects = UnitCostQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn giá"
        constraints = [
            models.UniqueConstraint(fields=["province", "item"], name="unitcost_unique"),
            models.CheckConstraint(
                condition=Q(low_vnd__lte=F("amount_vnd")) & Q(amount_vnd__lte=F("high_vnd")),
                name="unitcost_range",
                violation_error_message="Đơn giá phải nằm giữa mức thấp nhất và cao nhất.",
            ),
        ]

    def __str__(self) -> str:
        return self.item

    def get_absolute_url(self) -> str:
        return reverse("planning:costs", args=[self.province.code])


class PriceUploadQuerySet(models.QuerySet["PriceUpload"]):
    """Sets of files of prices."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file is seen by those who correct its province's prices."""
        return self.filter(filter_for(person, "planning.change_scenario", province="province_id"))


class PriceUpload(OfProvince, Upload):
    """A table of prices on its way in: checked, shown, then saved whole or given up."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")

    objects = PriceUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp đơn giá"

    def get_absolute_url(self) -> str:
        return reverse("planning:price_file", args=[self.pk])
