"""Sets of figures that were published together, by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.places.models import OfProvince, Place
from hatang.utilities.models import LogEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

PUBLISH = "indicators.publish_value"


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Sets of publications."""

    def published(self) -> Self:
        """Keep those that a second person confirmed."""
        return self.filter(state=Publication.State.PUBLISHED)

    def waiting(self) -> Self:
        """Keep those that wait for the second person."""
        return self.filter(state=Publication.State.PROPOSED)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """What was published is public; what waits for the second person belongs to the department."""
        waiting = filter_for(person, PUBLISH, province="province_id")
        return self.filter(Q(state=Publication.State.PUBLISHED) | waiting)


class Publication(OfProvince, models.Model):
    """A set of approved figures of a year on its way to the public: one person proposes it, another confirms."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "chờ người thứ hai"
        PUBLISHED = "published", "đã công bố"
        WITHDRAWN = "withdrawn", "không công bố"

    province = models.ForeignKey(Place, models.PROTECT, related_name="publications", verbose_name="tỉnh")
    year = models.PositiveSmallIntegerField("năm")
    title = models.CharField("tên", max_length=200)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.PROPOSED, db_index=True)
    reason = models.CharField("lý do công bố lại", max_length=500, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="thay cho"
    )
    proposed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người đề nghị"
    )
    proposed_at = models.DateTimeField("lúc đề nghị")
    published_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người công bố"
    )
    published_at = models.DateTimeField("lúc công bố", null=True, blank=True)
    entry = models.OneToOneField(
        LogEntry, models.PROTECT, null=True, blank=True, related_name="publication", verbose_name="mục của sổ minh bạch"
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "lần công bố"
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_by=None) | ~Q(published_by=F("proposed_by")),
                name="publication_two_people",
                violation_error_message="Người công bố phải khác người đề nghị.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("indicators:publication", args=[self.pk])
