"""Views of the figures that somebody arranged and kept under a link."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.places.models import OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

QUERY_TABLES = "indicators.query_tables"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Sets of saved views."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Its owner sees it; a shared one everybody who analyses in the province. Figures are shown by who looks."""
        shared = Q(shared=True) & filter_for(person, QUERY_TABLES, province="province_id")
        own = Q(owner_id=person.pk) if person.is_authenticated else Q(pk__in=[])
        return self.filter(own | shared)


class SavedView(OfProvince, models.Model):
    """A pivot, chart or question put to the published tables: what was chosen, never the figures themselves."""

    class Kind(models.TextChoices):
        PIVOT = "pivot", "bảng xoay"
        SQL = "sql", "câu hỏi SQL"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="người lưu")
    name = models.CharField("tên", max_length=120)
    kind = models.CharField("loại", max_length=5, choices=Kind)
    asked = models.JSONField("đã chọn", default=dict)
    shared = models.BooleanField("chia sẻ với người phân tích của tỉnh", default=False)
    saved_at = models.DateTimeField("lưu lúc", auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "khung nhìn đã lưu"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("indicators:saved_view", args=[self.pk])
