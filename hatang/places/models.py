"""Places and their codes, dated, with who came before and after them; and the law's documents."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Protocol, Self

import shapely
from django.contrib.gis.db.models import LineStringField, MultiPolygonField
from django.contrib.gis.geos import Polygon
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.core.lengths import length_km
from hatang.core.vietnamese import search_key, sort_key, within_words
from hatang.geosqlite.fields import GeneratedPointField

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class LegalReference(models.Model):
    """A legal document by number, issuer and date: two different acts are both numbered 1132/QĐ-TTg."""

    number = models.CharField("số ký hiệu", max_length=60)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    date = models.DateField("ngày ban hành", null=True, blank=True)
    title = models.CharField("trích yếu", max_length=500, blank=True)

    class Meta:
        verbose_name = "văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issuer", "date"],
                name="legalreference_unique",
                violation_error_message="Văn bản này (số, cơ quan, ngày) đã có.",
            ),
            models.UniqueConstraint(
                fields=["number", "issuer"],
                condition=Q(date__isnull=True),
                name="legalreference_undated_unique",
                violation_error_message="Văn bản này (số, cơ quan, không ngày) đã có.",
            ),
        ]

    def __str__(self) -> str:
        when = f" ngày {self.date:%d/%m/%Y}" if self.date else ""
        return f"{self.number}{when} của {self.issuer}"


class PlaceQuerySet(models.QuerySet["Place"]):
    """Sets of places, by kind, date and territory."""

    def in_force(self, on: date) -> Self:
        """Keep the places that existed on that day; an unknown bound is open."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(begun).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def of_kind(self, *kinds: str) -> Self:
        """Keep places of these kinds."""
        return self.filter(kind__in=kinds)

    def villages(self) -> Self:
        """Keep villages (thôn, bản, tổ dân phố)."""
        return self.of_kind(Place.Kind.VILLAGE)

    def communes(self) -> Self:
        """Keep communes, wards and special zones."""
        return self.of_kind(Place.Kind.COMMUNE)

    def provinces(self) -> Self:
        """Keep provinces and centrally run cities."""
        return self.of_kind(Place.Kind.PROVINCE)

    def now_in(self, province: Place | int) -> Self:
        """Keep the province and the former ones that passed into it, whole or in part."""
        key = province if isinstance(province, int) else province.pk
        return self.provinces().filter(Q(pk=key) | Q(successions__successor=key)).distinct()

    def within(self, territory: Place) -> Self:
        """Keep what lies in a province (today's or a former one), a district, a commune, or is the place itself."""
        if territory.kind == Place.Kind.PROVINCE:
            return self.filter(Q(province=territory) | Q(former_province=territory))
        return self.filter(Q(pk=territory.pk) | Q(parent=territory) | Q(parent__parent=territory))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Places are public."""
        return self


class Place(models.Model):
    """A province, district, commune, village, zone or site of interest, as it was from one day to another."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "tỉnh, thành phố"
        DISTRICT = "district", "huyện, quận, thị xã (đến 30/6/2025)"
        COMMUNE = "commune", "xã, phường, đặc khu"
        VILLAGE = "village", "thôn, bản, tổ dân phố"
        ZONE = "zone", "khu, cụm"
        SITE = "site", "địa điểm"

    class Type(models.TextChoices):
        NONE = "", "—"
        INDUSTRIAL_PARK = "industrial_park", "khu công nghiệp"
        INDUSTRIAL_CLUSTER = "industrial_cluster", "cụm công nghiệp"
        TOURIST_ZONE = "tourist_zone", "khu du lịch"
        BORDER_GATE_ZONE = "border_gate_zone", "khu cửa khẩu"
        COMMUNE_CENTRE = "commune_centre", "trung tâm xã, phường"
        SCHOOL = "school", "trường học"
        CLINIC = "clinic", "cơ sở y tế"
        STATION = "station", "nhà ga, bến xe"
        AIRPORT = "airport", "sân bay"
        OFFICE = "office", "trụ sở cơ quan"
        PARK = "park", "công viên, nơi công cộng"
        TOURIST_SITE = "tourist_site", "điểm du lịch"

    kind = models.CharField("cấp", max_length=10, choices=Kind)
    type = models.CharField("loại khu, địa điểm", max_length=20, choices=Type, blank=True, default="")
    title = models.CharField("tiền tố", max_length=30, help_text="Tỉnh, Xã, Phường, Thôn, Khu công nghiệp …")
    name = models.CharField("tên", max_length=200)
    code = models.CharField(
        "mã", max_length=40, blank=True, help_text="Mã Tổng cục Thống kê; thôn và địa điểm theo mã của tỉnh."
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="thuộc"
    )
    province = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="inside", verbose_name="tỉnh"
    )
    former_province = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="formerly_inside",
        verbose_name="tỉnh trước 1/7/2025",
        help_text="Chỉ khi toàn bộ nơi này đến từ một tỉnh cũ.",
    )
    valid_from = models.DateField("có từ ngày", null=True, blank=True, help_text="Để trống nếu không biết.")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    legal = models.ForeignKey(LegalReference, models.PROTECT, null=True, blank=True, verbose_name="theo văn bản")
    lon = models.FloatField(
        "kinh độ", null=True, blank=True, validators=[MinValueValidator(102), MaxValueValidator(118)]
    )
    lat = models.FloatField("vĩ độ", null=True, blank=True, validators=[MinValueValidator(6), MaxValueValidator(24)])
    point = GeneratedPointField(lon="lon", lat="lat")
    area_km2 = models.FloatField("diện tích, km²", null=True, blank=True, validators=[MinValueValidator(0)])
    population = models.PositiveIntegerField("dân số, người", null=True, blank=True)
    households = models.PositiveIntegerField("số hộ", null=True, blank=True)
    has_grid_power = models.BooleanField("có điện lưới", null=True, blank=True)
    grid_power_on = models.DateField(
        "dự kiến có điện lưới",
        null=True,
        blank=True,
        help_text="Chỉ cho nơi chưa có điện lưới; để trống nếu chưa biết.",
    )
    has_demand = models.BooleanField(
        "khu vực có nhu cầu 5G", null=True, blank=True, help_text="Do tỉnh xác định; văn bản không định nghĩa."
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=260, editable=False, db_index=True)
    sort_key = models.CharField(max_length=500, editable=False)

    history = HistoricalRecords(excluded_fields=["search_key", "sort_key", "point"])
    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "nơi"
        indexes = [
            models.Index(fields=["kind", "code"]),
            models.Index(fields=["province", "kind"]),
            models.Index(fields=["former_province", "kind"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="place_dates",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
            models.UniqueConstraint(
                fields=["kind", "code", "valid_from"],
                condition=~Q(code=""),
                name="place_code_unique",
                violation_error_message="Mã này đã có ở một nơi cùng cấp, cùng thời gian.",
            ),
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=~Q(code="") & Q(valid_from__isnull=True),
                name="place_undated_code_unique",
                violation_error_message="Mã này đã có ở một nơi cùng cấp, không rõ ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with its title: Xã Đồng Đăng."""
        return f"{self.title} {self.name}".strip()

    @property
    def name_inside(self) -> str:
        """The name inside a sentence: xã Đồng Đăng."""
        return within_words(self.full_name)

    def get_absolute_url(self) -> str:
        return reverse("web:place", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        if self.kind == self.Kind.PROVINCE:
            return {"province_id": self.pk}
        commune = self.pk if self.kind == self.Kind.COMMUNE else self.parent_id
        return {"province_id": self.province_id, "place_id": commune}

    def fill_keys(self) -> None:
        """Set the keys for search and order; bulk writes call it themselves."""
        self.search_key = search_key(self.full_name)[:260]
        self.sort_key = sort_key(self.name)[:500]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class InSomeProvince(Protocol):
    """A row that names its province, or None for the whole country."""

    @property
    def province_id(self) -> int | None:
        """The province's key."""


class OfProvince:
    """What belongs to a province as a whole, and to nobody in it."""

    def owners(self: InSomeProvince) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id}


class PlaceCode(models.Model):
    """A further code of a place in another code system (Home Affairs, tax, post)."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="codes", verbose_name="nơi")
    system = models.CharField("hệ mã", max_length=30)
    code = models.CharField("mã", max_length=40)

    class Meta:
        verbose_name = "mã của nơi"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "system"],
                name="placecode_unique",
                violation_error_message="Nơi này đã có mã trong hệ mã ấy.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.code}"


class PlaceSuccession(models.Model):
    """One unit passed to another on a day, wholly or in a share that may be unknown."""

    predecessor = models.ForeignKey(Place, models.CASCADE, related_name="successions", verbose_name="nơi cũ")
    successor = models.ForeignKey(Place, models.CASCADE, related_name="precessions", verbose_name="nơi mới")
    on = models.DateField("từ ngày")
    population_percent = models.FloatField(
        "phần dân số chuyển sang, %",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Để trống khi chưa biết; không suy đoán.",
    )
    area_percent = models.FloatField(
        "phần diện tích chuyển sang, %",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    legal = models.ForeignKey(LegalReference, models.PROTECT, null=True, blank=True, verbose_name="theo văn bản")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kế tiếp địa giới"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on"],
                name="placesuccession_unique",
                violation_error_message="Quan hệ kế tiếp này đã có.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    @property
    def whole(self) -> bool:
        """Whether everything passed on."""
        return self.population_percent == 100 and self.area_percent == 100


class BoundaryQuerySet(models.QuerySet["Boundary"]):
    """Sets of boundaries."""

    def current(self) -> Self:
        """Keep what the system holds now."""
        return self.filter(known_to__isnull=True)

    def real(self) -> Self:
        """Leave out the cells that only illustrate."""
        return self.filter(illustrative=False)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Boundaries are public."""
        return self


class Boundary(models.Model):
    """Where a place lies, as the system knows it. Never overwritten: a newer one ends the older one's `known_to`.

    A unit has dates of its own, so the boundaries of former and present units stand side by side.
    """

    place = models.ForeignKey(Place, models.CASCADE, related_name="boundaries", verbose_name="nơi")
    geometry = MultiPolygonField("ranh giới", srid=4326)
    illustrative = models.BooleanField(
        "chỉ minh hoạ", default=False, help_text="Vẽ từ các điểm của đơn vị khi chưa có ranh giới thật."
    )
    area_km2 = models.FloatField("diện tích trong ranh giới, km²", help_text="Trên ellipsoid WGS 84.")
    repaired = models.CharField("đã sửa khi nhập", max_length=500, blank=True)
    source = models.CharField("nguồn", max_length=200)
    source_sha256 = models.CharField("mã băm của tệp nguồn", max_length=64, blank=True)
    known_from = models.DateTimeField("hệ thống biết từ")
    known_to = models.DateTimeField("đến", null=True, blank=True)

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = "ranh giới"
        indexes = [models.Index(fields=["place"], condition=Q(known_to__isnull=True), name="boundary_now")]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(known_to__isnull=True),
                name="boundary_unique_now",
                violation_error_message="Nơi này đã có ranh giới.",
            )
        ]

    def __str__(self) -> str:
        return f"ranh giới của {self.place_id}"

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return self.place.owners()


LONGEST_NAME, LONGEST_NUMBER = 200, 40


class RoadQuerySet(models.QuerySet["Road"]):
    """Sets of roads."""

    def through(self, area: Polygon) -> Self:
        """Keep the roads that pass through an area, given in WGS 84."""
        return self.filter(path__intersects=area)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Roads are public."""
        return self


class Road(models.Model):
    """A stretch of road or railway as one source draws it; it belongs to no province, and may cross several.

    What is known of a road is what its source says: two sources of one road stand side by side, each with its licence.
    """

    class Class(models.TextChoices):
        NATIONAL = "national", "quốc lộ"
        PROVINCIAL = "provincial", "tỉnh lộ"
        DISTRICT = "district", "đường huyện"
        COMMUNE = "commune", "đường xã"
        URBAN = "urban", "đường đô thị"
        RAILWAY = "railway", "đường sắt"
        OTHER = "other", "khác"

    name = models.CharField("tên", max_length=LONGEST_NAME, blank=True, help_text="Để trống nếu nguồn không biết tên.")
    number = models.CharField("số hiệu", max_length=LONGEST_NUMBER, blank=True, help_text="Ví dụ QL1A.")
    road_class = models.CharField("cấp đường", max_length=10, choices=Class, default=Class.OTHER)
    path = LineStringField("tuyến", srid=4326)
    length_km = models.FloatField("chiều dài, km", editable=False, help_text="Tính trên ellipsoid WGS 84.")
    source = models.CharField("nguồn", max_length=200)
    licence = models.CharField("giấy phép của nguồn", max_length=200)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    shape_key = models.CharField(max_length=64, editable=False)

    history = HistoricalRecords(excluded_fields=["shape_key"])
    objects = RoadQuerySet.as_manager()

    class Meta:
        verbose_name = "đường"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "shape_key"],
                name="road_unique_in_source",
                violation_error_message="Nguồn này đã có một đường cùng hình.",
            )
        ]

    def __str__(self) -> str:
        return self.number or self.name or f"{self.get_road_class_display()} chưa rõ tên"

    def fill_keys(self) -> None:
        """Set length and key of the path, the same in both directions; bulk writes call it themselves."""
        line = shapely.from_wkb(bytes(self.path.wkb))
        self.length_km = length_km(line)
        self.shape_key = hashlib.sha256(shapely.to_wkb(shapely.normalize(line))).hexdigest()

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
