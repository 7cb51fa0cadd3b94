"""Masts that two operators reported and that may be one: what was found, and what an officer decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation, Person
from hatang.network.models.structures import Mast
from hatang.places.models import OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class DuplicateCaseQuerySet(models.QuerySet["DuplicateCase"]):
    """Sets of cases."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Officers alone see cases, never operators or communes: a case names what a rival has where."""
        provinces = {s.province_id for s in scopes(person, "network.change_register") if s.is_whole}
        return self if None in provinces else self.filter(province__in=provinces)


class DuplicateCase(OfProvince, models.Model):
    """Two masts that may be one. Merged, `other` left the register; `gone` keeps its facts and what was moved."""

    class State(models.TextChoices):
        OPEN = "open", "chờ quyết định"
        MERGED = "merged", "đã gộp"
        DIFFERENT = "different", "là hai cột khác nhau"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    kept = models.ForeignKey(Mast, models.CASCADE, related_name="+", verbose_name="cột giữ lại")
    other = models.ForeignKey(Mast, models.SET_NULL, null=True, related_name="+", verbose_name="cột kia")
    other_owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="chủ sở hữu ghi ở cột kia"
    )
    other_code = models.CharField("mã cột kia", max_length=40)
    distance_m = models.FloatField("cách nhau, m")
    height_difference_m = models.FloatField("chênh chiều cao, m", null=True)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người quyết định"
    )
    note = models.CharField("lý do", max_length=300, blank=True)
    gone: models.JSONField[Any, Any] = models.JSONField("hồ sơ của cột đã gộp", default=dict, blank=True)

    history = HistoricalRecords()
    objects = DuplicateCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "cột nghi trùng"
        indexes = [models.Index(fields=["province", "state"]), models.Index(fields=["other_owner", "other_code"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kept", "other"],
                name="duplicatecase_unique",
                violation_error_message="Cặp cột này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="duplicatecase_decided",
                violation_error_message="Quyết định cần thời điểm.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kept} và {self.other_code}"

    @property
    def simulated(self) -> bool:
        """Whether one of the two is made up."""
        return self.kept.simulated or bool(self.other and self.other.simulated)
