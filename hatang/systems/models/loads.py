"""The load of links: samples of five minutes kept by day, the judgement of each seven days, files of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from django.db import models
from django.db.models import Max

from hatang.accounts.access import filter_for
from hatang.core.link_load import LIMIT_PERCENT, STEPS, STEPS_A_DAY, Samples
from hatang.places.models import OfProvince, Place
from hatang.systems.models.entries import CHANGE, VIEW
from hatang.systems.models.links import VIEW_LINK, DataLink
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

ENOUGH_SAMPLES = int(0.9 * STEPS)
"""A week with fewer samples is not judged; how many may lack, the circular leaves open."""


class LinkDay(models.Model):
    """A day of a link: 288 rates of each direction as 32-bit floats, NaN where nothing was measured."""

    link = models.ForeignKey(DataLink, models.CASCADE, related_name="days", verbose_name="đường truyền")
    on = models.DateField("ngày")
    inbound = models.BinaryField("chiều vào, Mb/s")
    outbound = models.BinaryField("chiều ra, Mb/s")

    class Meta:
        verbose_name = "mẫu tải trong ngày của đường truyền"
        constraints = [models.UniqueConstraint(fields=["link", "on"], name="linkday_once")]

    def __str__(self) -> str:
        return f"{self.link_id}, {self.on}"

    def samples(self) -> tuple[Samples, Samples]:
        """Give both directions."""
        return (read_samples(self.inbound), read_samples(self.outbound))

    def keep(self, inbound: Samples, outbound: Samples) -> None:
        """Set both directions."""
        self.inbound, self.outbound = inbound.astype("<f4").tobytes(), outbound.astype("<f4").tobytes()


def read_samples(kept: bytes | memoryview) -> Samples:
    """Read a day as it is kept; a day of which nothing is kept has no sample."""
    if not len(kept):
        return np.full(STEPS_A_DAY, np.nan, dtype=np.float32)
    return np.frombuffer(bytes(kept), dtype="<f4").astype(np.float32)


class LinkWeekQuerySet(models.QuerySet["LinkWeek"]):
    """Sets of judged weeks."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As for links: officers of the province, an operator its own."""
        own = filter_for(person, VIEW_LINK, province="link__province_id", organisation="link__operator_id")
        return self.filter(filter_for(person, VIEW, province="link__province_id") | own)

    def latest_each(self) -> Self:
        """Keep the latest week of each link that can be judged, else its latest.

        A day that has just begun makes a week with too few samples: it must not hide the whole one before it.
        """
        whole = Max("ends_on", filter=models.Q(samples__gte=ENOUGH_SAMPLES))
        last = self.order_by().values("link").annotate(last=Max("ends_on"), whole=whole)
        ends = {row["link"]: row["whole"] or row["last"] for row in last}
        wanted = models.Q(pk__in=[])
        for day in set(ends.values()):
            wanted |= models.Q(ends_on=day, link__in=[link for link, end in ends.items() if end == day])
        return self.filter(wanted)


class LinkWeek(models.Model):
    """Seven days of a link, judged against what its capacity was when they were judged."""

    link = models.ForeignKey(DataLink, models.CASCADE, related_name="weeks", verbose_name="đường truyền")
    ends_on = models.DateField("bảy ngày tới hết ngày")
    inbound_mbps = models.FloatField("chiều vào, phân vị 95, Mb/s")
    outbound_mbps = models.FloatField("chiều ra, phân vị 95, Mb/s")
    capacity_mbps = models.FloatField("dung lượng, Mb/s")
    samples = models.PositiveSmallIntegerField("số mẫu")

    objects = LinkWeekQuerySet.as_manager()

    class Meta:
        verbose_name = "tải bảy ngày của đường truyền"
        constraints = [models.UniqueConstraint(fields=["link", "ends_on"], name="linkweek_once")]

    def __str__(self) -> str:
        return f"{self.link_id}, bảy ngày tới {self.ends_on}"

    @property
    def percent(self) -> float:
        """The fuller direction's share of the capacity, %."""
        return 100 * max(self.inbound_mbps, self.outbound_mbps) / self.capacity_mbps

    @property
    def enough(self) -> bool:
        """Whether there are samples enough to judge."""
        return self.samples >= ENOUGH_SAMPLES

    @property
    def busy(self) -> bool:
        """Whether it is fuller than the circular allows."""
        return self.enough and self.percent > LIMIT_PERCENT


class LoadFileQuerySet(models.QuerySet["LoadFile"]):
    """Sets of files of samples."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Files are seen by those who keep the registers of the province."""
        return self.filter(filter_for(person, CHANGE, province="province_id")).select_related("file", "province")


class LoadFile(OfProvince, Upload):
    """A file of samples on its way in."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")

    objects = LoadFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp tải đường truyền"
