"""What the pages above all registers keep: files of boundaries and of roads on their way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from hatang.accounts.access import filter_for
from hatang.places.models import OfProvince, Place
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class BoundaryUploadQuerySet(models.QuerySet["BoundaryUpload"]):
    """Sets of boundary files."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file is seen by who may change the places of its province; the country's, by who may change all."""
        return self.filter(filter_for(person, "places.change_place", province="province_id"))


class BoundaryUpload(OfProvince, Upload):
    """A boundary file on its way in; without a province it is about the whole country."""

    province = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tỉnh")
    on = models.DateField("đơn vị của ngày", help_text="Tệp vẽ các đơn vị đang có vào ngày này.")
    level = models.CharField("cấp", max_length=10, choices=Place.Kind, default=Place.Kind.COMMUNE)
    options = models.JSONField("cách đọc tệp", default=dict, help_text="Hệ tọa độ, cột mã, cột tên do người dùng chọn.")

    objects = BoundaryUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp ranh giới tải lên"


class RoadUploadQuerySet(models.QuerySet["RoadUpload"]):
    """Sets of road files."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file is seen by who may change the places of its province; the country's, by who may change all."""
        return self.filter(filter_for(person, "places.change_place", province="province_id"))


class RoadUpload(OfProvince, Upload):
    """A file of roads on its way in; without a province it is about the whole country."""

    province = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tỉnh")
    options = models.JSONField("cách đọc tệp", default=dict, help_text="Nguồn, giấy phép, cột do người dùng nêu.")

    objects = RoadUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp đường tải lên"
