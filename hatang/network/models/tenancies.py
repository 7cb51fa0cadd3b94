"""Who uses whose thing: tenancies of passive things, and active sharing on stations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.network.models.routes import CableRoute, PoleLine, UndergroundWork
from hatang.network.models.stations import Station
from hatang.network.models.structures import House, Mast
from hatang.network.models.things import Thing
from hatang.places.models import Place
from hatang.work.in_force import ends_after, in_force

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SHAREABLE: tuple[type[Thing], ...] = (Mast, House, UndergroundWork, PoleLine, CableRoute)
LINKS = tuple(model.KEY for model in SHAREABLE)


def one_link(links: tuple[str, ...], name: str) -> models.CheckConstraint:
    """Build the constraint that exactly one of these links is set."""
    ways = [Q(**{f"{link}__isnull": link != chosen for link in links}) for chosen in links]
    condition = ways[0]
    for way in ways[1:]:
        condition |= way
    return models.CheckConstraint(condition=condition, name=name, violation_error_message="Chọn đúng một công trình.")


class OnThing(models.Model):
    """A row about one shareable thing: a link for each kind, exactly one of them set."""

    LINKS: ClassVar[tuple[str, ...]] = LINKS

    mast = models.ForeignKey(Mast, models.PROTECT, null=True, blank=True, verbose_name="cột ăng ten")
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, verbose_name="nhà trạm")
    underground = models.ForeignKey(
        UndergroundWork,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="công trình ngầm",
    )
    pole_line = models.ForeignKey(PoleLine, models.PROTECT, null=True, blank=True, verbose_name="tuyến cột treo cáp")
    cable = models.ForeignKey(CableRoute, models.PROTECT, null=True, blank=True, verbose_name="tuyến cáp")

    class Meta:
        abstract = True

    @property
    def link(self) -> str:
        """The name of the link that is set."""
        return next(name for name in self.LINKS if getattr(self, f"{name}_id") is not None)

    @property
    def thing(self) -> Any:
        """The thing that the row is about."""
        return getattr(self, self.link)


class TenancyQuerySet(models.QuerySet["Tenancy"]):
    """Sets of tenancies."""

    def in_force(self, on: date) -> Self:
        """Keep the tenancies that held on that day."""
        return self.filter(in_force(on, begin="since_on", end="until_on"))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A tenancy is seen by officers of the province, by its tenant and by the thing's owner: nobody else."""
        seen = Q(pk__in=[])
        for link in Tenancy.LINKS:
            to = "station__mast" if link == "station" else link
            owner = "station__operator_id" if link == "station" else f"{link}__owner_id"
            for organisation in ("tenant_id", owner):
                seen |= filter_for(
                    person,
                    "network.view_station",
                    province=f"{to}__province_id",
                    place=f"{to}__commune_id",
                    organisation=organisation,
                )
        return self.filter(seen)


class Tenancy(OnThing):
    """Somebody's use of somebody else's thing, from a day on, at a price."""

    LINKS: ClassVar = (*LINKS, "station")

    class Mode(models.TextChoices):
        PASSIVE = "passive", "dùng chung hạ tầng thụ động"
        RAN = "ran", "dùng chung mạng truy nhập vô tuyến"
        ROAMING = "roaming", "chuyển vùng trong nước"

    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, verbose_name="trạm thu phát sóng")
    tenant = models.ForeignKey(Organisation, models.PROTECT, related_name="tenancies", verbose_name="bên thuê")
    mode = models.CharField("hình thức", max_length=8, choices=Mode, default=Mode.PASSIVE)
    since_on = models.DateField("từ ngày")
    until_on = models.DateField("đến ngày", null=True, blank=True)
    amount = models.PositiveIntegerField("số chỗ, số ống hoặc số sợi", null=True, blank=True)
    shared_km = models.FloatField("phần tuyến thuê, km", null=True, blank=True, help_text="Để trống nếu thuê cả tuyến.")
    price_vnd = models.PositiveBigIntegerField("giá thuê mỗi tháng, đồng", null=True, blank=True)
    contract = models.CharField("hợp đồng số, ngày", max_length=120, blank=True)
    holds_spare = models.BooleanField(
        "đã trừ vào phần còn trống", default=False, editable=False, help_text="Trả lại phần ấy khi chấm dứt."
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = TenancyQuerySet.as_manager()

    class Meta:
        verbose_name = "dùng chung"
        indexes = [models.Index(fields=["tenant", "since_on"])]
        constraints = [
            one_link((*LINKS, "station"), "tenancy_one_thing"),
            models.CheckConstraint(
                condition=Q(station__isnull=False) ^ Q(mode="passive"),
                name="tenancy_mode",
                violation_error_message="Hạ tầng thụ động: chọn công trình; vô tuyến, chuyển vùng: chọn trạm.",
            ),
            ends_after("since_on", "until_on", "tenancy_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} thuê {self.thing}"

    def get_absolute_url(self) -> str:
        return reverse("network:tenancy", args=[self.pk])

    @property
    def owner(self) -> Organisation:
        """Whose thing is used: a station is its operator's."""
        owner: Organisation = self.station.operator if self.station else self.thing.owner
        return owner

    @property
    def province(self) -> Place:
        """The province in which the thing lies."""
        province: Place = self.station.mast.province if self.station else self.thing.province
        return province

    @property
    def still_holds(self) -> bool:
        """Whether it holds today or will."""
        return self.until_on is None or self.until_on > timezone.localdate()

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions: the owner's of the thing."""
        owners: dict[str, int | None] = self.thing.owners()
        return owners
