"""Things and where they are, or were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models import GeometryField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.geosqlite.fields import GeneratedPointField
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEW, CHANGE = "sensors.view_thing", "sensors.change_thing"
CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z",
    "Mã gồm chữ không dấu, số, dấu chấm, gạch ngang, gạch dưới; bắt đầu bằng chữ hoặc số; dài nhất 40 ký tự.",
)


class ThingKind(models.TextChoices):
    """What a thing watches."""

    RIVER = "river", "mực nước, lượng mưa"
    POWER = "power", "nguồn điện tại trạm"
    AIR = "air", "chất lượng không khí"
    TRAFFIC = "traffic", "giao thông"
    WATER = "water", "cấp nước, nước thải"
    LIGHT = "light", "chiếu sáng, đô thị"
    FARM = "farm", "nông nghiệp, rừng"
    OTHER = "other", "khác"


class ThingState(models.TextChoices):
    """Where a thing stands in its life."""

    PLANNED = "planned", "chưa lắp"
    ACTIVE = "active", "đang hoạt động"
    PAUSED = "paused", "tạm dừng, bảo trì"
    RETIRED = "retired", "đã thôi dùng"


class OwnedQuerySet(models.QuerySet[Any]):
    """Sets of rows that somebody owns and that may be public."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Everybody sees what is public; the owner, the commune and the officers of the province the rest of theirs."""
        return self.filter(Q(public=True) | self.model.owned(person, VIEW))

    def changeable_by(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what the person may change."""
        return self.filter(self.model.owned(person, CHANGE))


class Owned(models.Model):
    """A row with a name and a description that an organisation of a province keeps up."""

    COMMUNE = ""
    """The path to the commune of a row, where it has one."""

    name = models.CharField("tên", max_length=255)
    description = models.TextField("mô tả", blank=True, default="")
    properties = models.JSONField("thuộc tính khác", default=dict, blank=True)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="chủ sở hữu",
        help_text="Để trống: của tỉnh.",
    )
    public = models.BooleanField("công khai", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def owned(cls, person: AbstractBaseUser | AnonymousUser, permission: str) -> Q:
        """Build the filter for what the person holds this permission on."""
        place = {"place": cls.COMMUNE} if cls.COMMUNE else {}
        return filter_for(person, permission, province="province_id", organisation="owner_id", **place)

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.owner_id}


class Location(Owned):
    """A place where things are, as its owner wrote it: mostly GeoJSON."""

    encoding_type = models.CharField("dạng", max_length=200, default="application/geo+json")
    location = models.JSONField("vị trí")
    shape = GeometryField("hình", srid=4326, null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["shape"], custom_model_name="LocationVersion")
    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = "vị trí của vật"


class ThingQuerySet(OwnedQuerySet):
    """Sets of things."""

    def live(self) -> Self:
        """Keep the things at work."""
        return self.filter(state=ThingState.ACTIVE)


class Thing(Owned):
    """A thing in the field that senses: whose it is, where it stands, what it watches.

    A thing at a mast says so by `site_code`, the mast's code: the register of masts is not known here.
    """

    COMMUNE = "commune_id"

    code = models.CharField("mã", max_length=40, validators=[CODE], help_text="Mỗi mã một vật trong tỉnh; không đổi.")
    kind = models.CharField("loại", max_length=8, choices=ThingKind, default=ThingKind.OTHER)
    state = models.CharField("trạng thái", max_length=8, choices=ThingState, default=ThingState.ACTIVE)
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="things", verbose_name="xã, phường"
    )
    lon = models.FloatField(
        "kinh độ", null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    lat = models.FloatField("vĩ độ", null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    point = GeneratedPointField(lon="lon", lat="lat")
    site_code = models.CharField(
        "đặt tại", max_length=60, blank=True, help_text="Mã cột, trạm hay công trình mà vật đặt tại đó."
    )
    locations = models.ManyToManyField(Location, related_name="things", blank=True, verbose_name="vị trí")
    search_key = models.CharField(max_length=400, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key", "point"])
    objects = ThingQuerySet.as_manager()

    class Meta:
        verbose_name = "vật, thiết bị IoT"
        indexes = [
            models.Index(fields=["province", "kind", "state"], name="thing_of_kind"),
            models.Index(fields=["site_code"], name="thing_at_site", condition=~Q(site_code="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "code"], name="thing_code", violation_error_message="Mã này đã có trong tỉnh."
            )
        ]

    def owners(self) -> dict[str, int | None]:
        """Say whose thing this is: an organisation's, in a commune of a province."""
        return super().owners() | {"place_id": self.commune_id}

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.code} {self.name} {self.site_code}")[:400]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class HistoricalLocationQuerySet(models.QuerySet["HistoricalLocation"]):
    """Sets of former whereabouts."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Whoever sees a thing sees where it was."""
        return self.filter(thing__in=Thing.objects.visible_to(person))

    def changeable_by(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what the person may change."""
        return self.filter(thing__in=Thing.objects.filter(Thing.owned(person, CHANGE)))


class HistoricalLocation(models.Model):
    """Where a thing was from one moment on."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="whereabouts", verbose_name="vật")
    time = models.DateTimeField("từ lúc")
    locations = models.ManyToManyField(Location, related_name="whereabouts", verbose_name="vị trí")

    objects = HistoricalLocationQuerySet.as_manager()

    class Meta:
        verbose_name = "vị trí theo thời gian"
        indexes = [models.Index(fields=["thing", "time"], name="whereabouts_by_time")]

    def __str__(self) -> str:
        return f"{self.thing} từ {self.time}"
