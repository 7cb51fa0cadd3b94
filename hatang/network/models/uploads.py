"""Files on their way into the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class StationUploadQuerySet(models.QuerySet["StationUpload"]):
    """Sets of uploads."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """An upload is seen by its operator and by the department."""
        return self.filter(
            filter_for(person, "network.change_register", province="province_id", organisation="operator_id")
        )


class StationUpload(Upload):
    """A station file on its way in."""

    province = models.ForeignKey(Place, models.PROTECT, verbose_name="tỉnh")
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="doanh nghiệp",
        help_text="Để trống khi Sở tải lên tệp gồm nhiều doanh nghiệp.",
    )

    objects = StationUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp trạm tải lên"

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.operator_id}
