"""Register files on their way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.urls import reverse

from hatang.accounts.access import filter_for
from hatang.places.models import OfProvince, Place
from hatang.systems.models.entries import CHANGE
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class SystemsUploadQuerySet(models.QuerySet["SystemsUpload"]):
    """Sets of uploads."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Files are seen by those who keep the registers of the province."""
        return self.filter(filter_for(person, CHANGE, province="province_id"))


class SystemsUpload(OfProvince, Upload):
    """A file of rows of these registers: checked, then saved whole or given up; a saved one can be taken back."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    undone_at = models.DateTimeField("lúc hoàn tác", null=True, blank=True)

    objects = SystemsUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp sổ hệ thống tải lên"

    def get_absolute_url(self) -> str:
        return reverse("systems:upload_detail", args=[self.pk])

    @property
    def reason(self) -> str:
        """What the history of the rows says of where they came from."""
        return f"Tệp sổ hệ thống số {self.pk}"

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Give the lines of one kind of the verdict."""
        found: list[dict[str, Any]] = self.summary.get(kind, [])
        return found
