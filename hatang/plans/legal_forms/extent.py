"""Which things a set of forms is about: those of a plan's years, or those in use on a day.

The decree says which forms hold a plan for a period and which one for a year, not by which date a thing belongs to it.
The rule here gives each thing exactly one year, so that the yearly plans add up to the plan of the period: the year in
which it came into use; until it has, the year in which it is expected to; where neither is known, the year in which
works began. What was given up before it was ever in use belongs to none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from hatang.core.vietnamese import day


@dataclass(frozen=True)
class Years:
    """The plan of a period or, where both years are equal, of one year."""

    first: int
    last: int

    def of(self, rows: Any) -> QuerySet[Any]:
        """Keep the things whose one year (see above) lies within."""
        bounds = (date(self.first, 1, 1), date(self.last, 12, 31))
        placed = rows.annotate(begins=Coalesce("built_on", "planned_on", "construction_on"))
        kept: QuerySet[Any] = placed.filter(begins__range=bounds)
        return kept.exclude(built_on__isnull=True, dismantled_on__isnull=False)

    @property
    def reference_day(self) -> date:
        """The day as of which it is asked whether things are shared."""
        return date(self.last, 12, 31)

    @property
    def words(self) -> str:
        """The period in words, to follow a title."""
        return f"năm {self.first}" if self.first == self.last else f"giai đoạn {self.first}–{self.last}"

    @property
    def slug(self) -> str:
        """The period in the name of a file."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Day:
    """The present state: what is in use on a day (Đ60.3)."""

    on: date

    def of(self, rows: Any) -> QuerySet[Any]:
        """Keep the things in use that day."""
        kept: QuerySet[Any] = rows.in_use(self.on)
        return kept

    @property
    def reference_day(self) -> date:
        """The day as of which it is asked whether things are shared."""
        return self.on

    @property
    def words(self) -> str:
        """The day in words, to follow a title."""
        return f"tính đến ngày {day(self.on)}"

    @property
    def slug(self) -> str:
        """The day in the name of a file."""
        return f"hien-trang-{self.on:%Y-%m-%d}"


Extent = Years | Day
