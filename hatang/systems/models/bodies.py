"""The bodies whose connection and use of platforms the plans count: of the Party, of the State, state enterprises."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models

from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.systems.models.entries import Entry, EntryQuerySet


class AgencySort(models.TextChoices):
    """What sort of body it is."""

    PARTY = "party", "cơ quan Đảng"
    STATE = "state", "cơ quan nhà nước cấp tỉnh"
    COMMUNE = "commune", "UBND cấp xã"
    FRONT = "front", "Mặt trận, đoàn thể"
    UNIT = "unit", "đơn vị sự nghiệp"
    ENTERPRISE = "enterprise", "doanh nghiệp nhà nước"


GOVERNING = (AgencySort.STATE, AgencySort.COMMUNE)
"""State administrative bodies, of the province and of the communes."""
PARTY_AND_STATE = (AgencySort.PARTY, *GOVERNING)
"""The bodies of the Party and the State that the plans want on the network for Party and State (TSLCD)."""


class AgencyQuerySet(EntryQuerySet["Agency"]):
    """Sets of bodies."""

    def governing(self, on: date) -> Self:
        """Keep the state administrative bodies at work on that day."""
        return self.in_force(on).filter(sort__in=GOVERNING)

    def party_and_state(self, on: date) -> Self:
        """Keep the bodies of the Party and the State at work on that day."""
        return self.in_force(on).filter(sort__in=PARTY_AND_STATE)


class Agency(Entry):
    """A body of the Party or the State, a public unit or a state enterprise: owns systems, uses clouds, has links."""

    SLUG: ClassVar = "co-quan"

    sort = models.CharField("loại", max_length=10, choices=AgencySort)
    commune = models.ForeignKey(
        Place,
        models.PROTECT,
        related_name="agencies",
        verbose_name="xã, phường",
        help_text="Nơi đặt trụ sở; với UBND cấp xã là chính xã ấy.",
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agencies",
        verbose_name="tổ chức trong danh mục",
        help_text="Để nối với nhiệm vụ của kế hoạch; để trống khi danh mục chưa có.",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "cơ quan, đơn vị"
