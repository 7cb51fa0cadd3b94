"""What every physical thing of the network has: codes, owner, dates of its life, spare capacity, where it lies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import shapely
from django.contrib.gis.db.models import LineStringField
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for, scopes
from hatang.accounts.models import Organisation
from hatang.core.lengths import length_km
from hatang.core.vietnamese import search_key
from hatang.geosqlite.fields import GeneratedPointField
from hatang.geosqlite.functions import GeodesicDistance
from hatang.places.models import Place
from hatang.work.in_force import between, ends_after, in_force, not_ended
from hatang.work.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.contrib.gis.geos import GEOSGeometry

OWN_CODES = "chủ sở hữu"
LIFE = ("planned_on", "construction_on", "built_on", "out_of_use_on", "dismantled_on")
NOT_KEPT = ["point", "search_key"]
SomeThing = TypeVar("SomeThing", bound="Thing")


class LifeState(models.TextChoices):
    """Where a thing stands in its life on a day."""

    PLANNED = "planned", "dự kiến"
    CONSTRUCTION = "construction", "đang xây dựng"
    IN_USE = "in_use", "đang sử dụng"
    OUT_OF_USE = "out_of_use", "ngừng sử dụng"
    DISMANTLED = "dismantled", "đã tháo dỡ"


STATE_DATES = {
    LifeState.DISMANTLED: "dismantled_on",
    LifeState.OUT_OF_USE: "out_of_use_on",
    LifeState.IN_USE: "built_on",
    LifeState.CONSTRUCTION: "construction_on",
}


def life_state(on: date) -> Case:
    """Write a thing's state on a day (LifeState) as an expression over rows that have its dates."""
    reached = [When(**{f"{name}__lte": on}, then=Value(state.value)) for state, name in STATE_DATES.items()]
    return Case(*reached, default=Value(LifeState.PLANNED.value), output_field=models.CharField())


class ThingQuerySet(models.QuerySet[SomeThing]):
    """Sets of physical things of one kind."""

    def in_use(self, on: date) -> Self:
        """Keep the things in use on that day."""
        begun = in_force(on, begin="built_on", end="dismantled_on")
        return self.filter(begun & not_ended(on, "out_of_use_on"))

    def there(self, on: date) -> Self:
        """Keep the things that were planned or stood on that day: all but the dismantled."""
        return self.filter(not_ended(on, "dismantled_on"))

    def with_state(self, on: date) -> Self:
        """Annotate `state`: where each thing stood in its life on that day (LifeState)."""
        return self.annotate(state=life_state(on))

    def in_state(self, *states: str, on: date) -> Self:
        """Keep the things that were in one of these states on that day."""
        return self.with_state(on).filter(state__in=states)

    def used_by(self, organisation: Any, on: date | None = None) -> Q:
        """Build the filter for things that an organisation uses as a tenant, ever or on a day; a key or F names it."""
        if not any(field.name == "tenancy" for field in self.model._meta.related_objects):
            return Q(pk__in=[])
        mine = Q(tenancy__tenant=organisation)
        if on:
            mine &= in_force(on, begin="tenancy__since_on", end="tenancy__until_on")
        return Q(pk__in=self.model._default_manager.filter(mine).values("pk"))

    def offered_on(self, on: date) -> Self:
        """Keep what its owner offers for sharing and is in use: that much of passive things is public by law."""
        if not self.model.PASSIVE:
            return self.none()
        return self.in_use(on).filter(offered=True)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Officers see the things in their scope; an operator its own, those it uses, and passive ones on offer."""
        seen = filter_for(person, "network.view_thing", province="province_id", place="commune_id")
        for scope in scopes(person, "network.view_thing"):
            if scope.organisation_id is not None:
                seen |= self._of_operator(scope.organisation_id, scope.province_id)
        return self.filter(seen)

    def near(self, shape: GEOSGeometry, within_m: float) -> Self:
        """Keep the things within a distance of a shape, nearest first, with `away_m`: how far each lies from it."""
        place = self.model.GEOMETRY
        within = self.filter(**{f"{place}__dwithin_m": (shape, within_m)})
        return within.annotate(away_m=GeodesicDistance(place, shape)).order_by("away_m", "pk")

    def _of_operator(self, organisation_id: int, province_id: int | None) -> Q:
        """Build the filter for what an operator sees in its province."""
        rows = type(self)(self.model)
        offered = Q(pk__in=rows.offered_on(timezone.localdate()).values("pk"))
        own = Q(owner=organisation_id) | Q(operator=organisation_id) | rows.used_by(organisation_id)
        return (own | offered) & (Q(province=province_id) if province_id else Q())


class Thing(models.Model):
    """A physical thing that somebody owns and others may share. Services on it are tables of their own.

    What is true on a day follows from the dates; what the register held on a day, from the history.
    """

    KEY: ClassVar[str]
    """The name of the link to this kind of thing from a tenancy, request or report (see `OnThing`)."""
    GEOMETRY: ClassVar[str]
    """The name of the field that says where it lies."""
    PASSIVE: ClassVar[bool] = True
    """Whether the law counts it as passive infrastructure (Luật Viễn thông 24/2023/QH15 Điều 3 khoản 22)."""

    code = models.CharField("mã", max_length=40)
    code_system = models.CharField(
        "hệ mã", max_length=60, default=OWN_CODES, blank=True, help_text="Ai đặt mã này; để trống là chủ sở hữu."
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="%(class)ss", verbose_name="chủ sở hữu")
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="đơn vị quản lý, khai thác",
        help_text="Để trống nếu là chủ sở hữu.",
    )
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    address = models.CharField("địa chỉ, vị trí", max_length=200, blank=True)
    planned_on = models.DateField("dự kiến đưa vào sử dụng", null=True, blank=True)
    construction_on = models.DateField("ngày khởi công", null=True, blank=True)
    built_on = models.DateField("ngày đưa vào sử dụng", null=True, blank=True)
    out_of_use_on = models.DateField("ngày ngừng sử dụng", null=True, blank=True)
    dismantled_on = models.DateField("ngày tháo dỡ", null=True, blank=True)
    offered = models.BooleanField(
        "chào dùng chung",
        default=False,
        help_text="Khi chào, doanh nghiệp khác thấy vị trí, loại và phần còn trống.",
    )
    remarks = models.CharField("ghi chú", max_length=300, blank=True)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="ảnh"
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=260, editable=False, default="")

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["province", "commune"])]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code"],
                name="%(class)s_unique",
                violation_error_message="Chủ sở hữu này đã có mã ấy.",
            ),
            ends_after("construction_on", "built_on", "%(class)s_construction"),
            ends_after("built_on", "out_of_use_on", "%(class)s_use"),
            ends_after("built_on", "dismantled_on", "%(class)s_dates"),
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(construction_on__isnull=False) | Q(built_on__isnull=False),
                name="%(class)s_begins",
                violation_error_message="Cần ít nhất một ngày: dự kiến, khởi công hoặc đưa vào sử dụng.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("network:thing", args=[self.KEY, self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        place_id: int | None = getattr(self, "commune_id", None)
        return {"province_id": self.province_id, "place_id": place_id, "organisation_id": self.owner_id}

    @property
    def shape(self) -> Any:
        """Where it lies: its point or its line."""
        return getattr(self, self.GEOMETRY)

    def state_on(self, on: date) -> LifeState:
        """Give where the thing stood in its life on that day."""
        reached = (state for state, name in STATE_DATES.items() if (day := getattr(self, name)) and day <= on)
        return next(reached, LifeState.PLANNED)

    def fill_keys(self) -> None:
        """Set what follows from other fields; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.code} {self.address}")[:260]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PointThing(Thing):
    """A thing at a point."""

    GEOMETRY: ClassVar = "point"

    commune = models.ForeignKey(Place, models.PROTECT, related_name="%(class)ss", verbose_name="xã, phường")
    lon = models.FloatField("kinh độ", validators=between(102, 118, "Kinh độ của Việt Nam từ 102 đến 118."))
    lat = models.FloatField("vĩ độ", validators=between(6, 24, "Vĩ độ của Việt Nam từ 6 đến 24."))
    point = GeneratedPointField(lon="lon", lat="lat")

    history = HistoricalRecords(excluded_fields=NOT_KEPT, inherit=True)

    class Meta(Thing.Meta):
        abstract = True


class LineThing(Thing):
    """A thing along a line."""

    GEOMETRY: ClassVar = "path"

    commune = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name="xã, phường nơi bắt đầu",
    )
    path = LineStringField("tuyến", srid=4326)
    along = models.CharField(
        "hướng, tuyến", max_length=300, blank=True, help_text="Khu vực, đường, phố mà tuyến đi qua."
    )
    length_km = models.FloatField("chiều dài, km", editable=False, help_text="Tính trên ellipsoid WGS 84.")

    history = HistoricalRecords(excluded_fields=NOT_KEPT, inherit=True)

    class Meta(Thing.Meta):
        abstract = True

    def fill_keys(self) -> None:
        """Set the keys for search and the length along the ellipsoid."""
        super().fill_keys()
        self.search_key = search_key(f"{self.code} {self.along} {self.address}")[:260]
        self.length_km = length_km(shapely.from_wkb(bytes(self.path.wkb)))
