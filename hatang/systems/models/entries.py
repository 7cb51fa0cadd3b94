"""What every row of these registers has: a code, a name, the dates of its life, its province, and who may see it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.core.vietnamese import search_key
from hatang.places.models import OfProvince, Place
from hatang.work.in_force import ends_after, in_force, not_ended

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEW = "systems.view_register"
CHANGE = "systems.change_register"
LIFE = ("planned_on", "since_on", "until_on")
NOT_KEPT = ["search_key"]
SomeEntry = TypeVar("SomeEntry", bound="Entry")


class EntryState(models.TextChoices):
    """Where a row stands in its life on a day."""

    PLANNED = "planned", "dự kiến"
    IN_USE = "in_use", "đang dùng"
    ENDED = "ended", "đã ngừng"


class EntryQuerySet(models.QuerySet[SomeEntry]):
    """Sets of rows of one kind."""

    def in_force(self, on: date) -> Self:
        """Keep the rows in use on that day."""
        return self.filter(in_force(on, begin="since_on", end="until_on"))

    def there(self, on: date) -> Self:
        """Keep the rows planned or in use on that day: all but the ended."""
        return self.filter(not_ended(on, "until_on"))

    def in_state(self, state: str, on: date) -> Self:
        """Keep the rows in a state (EntryState) on that day."""
        begun = Q(since_on__lte=on)
        wanted = {
            EntryState.PLANNED: ~begun | Q(since_on__isnull=True),
            EntryState.IN_USE: begun,
            EntryState.ENDED: Q(until_on__lte=on),
        }
        rows = self.filter(wanted[EntryState(state)])
        return rows if state == EntryState.ENDED else rows.there(on)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Officers see the rows of their province; operators, communes and visitors none."""
        return self.filter(filter_for(person, VIEW, province="province_id"))


class Entry(OfProvince, models.Model):
    """A row that somebody keeps up: its own dates say since when and until when it is so, its history what was known.

    Ends by a date, never by being taken away: what was in use on a day stays to be asked.
    """

    SLUG: ClassVar[str]
    """The word for this kind in addresses and in the template file."""
    SEARCHED: ClassVar[tuple[str, ...]] = ("code", "name")

    code = models.CharField("mã", max_length=40, help_text="Mỗi mã một dòng trong tỉnh.")
    name = models.CharField("tên", max_length=200)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    planned_on = models.DateField("dự kiến đưa vào dùng", null=True, blank=True)
    since_on = models.DateField(
        "dùng từ ngày", null=True, blank=True, help_text="Để trống khi còn là dự kiến; khi đó chưa được đếm."
    )
    until_on = models.DateField("ngừng từ ngày", null=True, blank=True, help_text="Để trống khi còn dùng.")
    remarks = models.CharField("ghi chú", max_length=300, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=400, editable=False, default="")

    history = HistoricalRecords(excluded_fields=NOT_KEPT, inherit=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["province", "since_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="%(class)s_unique",
                violation_error_message="Mã này đã có trong sổ của tỉnh.",
            ),
            ends_after("since_on", "until_on", "%(class)s_dates"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("systems:entry", args=[self.SLUG, self.pk])

    def state_on(self, on: date) -> EntryState:
        """Give where the row stood in its life on that day."""
        if self.until_on and self.until_on <= on:
            return EntryState.ENDED
        return EntryState.IN_USE if self.since_on and self.since_on <= on else EntryState.PLANNED

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(" ".join(str(getattr(self, name)) for name in self.SEARCHED))[:400]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Named(Entry):
    """A row that has no name of its own: it is called after what it joins."""

    NAMED_AFTER: ClassVar[tuple[str, ...]]

    name = models.CharField("tên", max_length=200, editable=False, default="")

    class Meta(Entry.Meta):
        abstract = True

    def fill_keys(self) -> None:
        """Set the name and the key for search."""
        self.name = " · ".join(str(getattr(self, name)) for name in self.NAMED_AFTER)[:200]
        super().fill_keys()


class Condition(models.TextChoices):
    """How a survey found a thing."""

    GOOD = "good", "tốt"
    WORN = "worn", "xuống cấp, còn dùng được"
    BROKEN = "broken", "hỏng"


class Surveyed(models.Model):
    """What a survey of the condition found, and the roadmap that follows from it."""

    condition = models.CharField("hiện trạng", max_length=6, choices=Condition, blank=True)
    surveyed_on = models.DateField("ngày khảo sát", null=True, blank=True)
    roadmap = models.CharField("lộ trình nâng cấp, thay thế", max_length=300, blank=True)
    roadmap_on = models.DateField("xong lộ trình vào", null=True, blank=True)

    class Meta:
        abstract = True
