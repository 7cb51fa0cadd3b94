"""The network register in its first cut: masts, stations, and the services declared at places."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.geosqlite.fields import GeneratedPointField
from hatang.places.models import Place
from hatang.work.models import StoredFile, Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class Technology(models.TextChoices):
    """Mobile technologies, 3GPP generations."""

    G2 = "2G", "2G"
    G3 = "3G", "3G"
    G4 = "4G", "4G"
    G5 = "5G", "5G"


MOBILE_BROADBAND = (Technology.G3, Technology.G4, Technology.G5)


def in_force(on: date, *, begin: str, end: str) -> Q:
    """Build the filter for rows that had begun and not ended on that day."""
    return Q(**{f"{begin}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": on}))


def ends_after(begin: str, end: str, name: str) -> models.CheckConstraint:
    """Build the constraint that an end, where known, comes after its beginning."""
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": F(begin)}),
        name=name,
        violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
    )


def between(least: float, most: float, message: str) -> list[BaseValidator]:
    """Build the validators of a range, with one message that names both ends."""
    return [MinValueValidator(least, message), MaxValueValidator(most, message)]


class MastQuerySet(models.QuerySet["Mast"]):
    """Sets of masts."""

    def in_use(self, on: date) -> Self:
        """Keep the masts that stood on that day."""
        return self.filter(in_force(on, begin="built_on", end="dismantled_on"))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Masts are seen by officers in their scope, and by an operator where it owns or uses them."""
        own = filter_for(person, "network.view_mast", province="province_id", place="commune_id")
        as_owner = filter_for(person, "network.view_mast", province="province_id", organisation="owner_id")
        as_user = filter_for(person, "network.view_mast", province="province_id", organisation="stations__operator_id")
        return self.filter(own | as_owner | Q(pk__in=Mast.objects.filter(as_user).values("pk")))


class Mast(models.Model):
    """An antenna structure: a BTS position. Codes A1-A6 are those of NĐ 163/2024 Điều 61."""

    class Structure(models.TextChoices):
        A1 = "A1", "A1 · thông tin di động"
        A2 = "A2", "A2 · di động hướng biển"
        A3 = "A3", "A3 · truyền hình"
        A4 = "A4", "A4 · phát thanh"
        A5 = "A5", "A5 · taxi"
        A6 = "A6", "A6 · khác"

    code = models.CharField("mã cột", max_length=40, unique=True, error_messages={"unique": "Mã cột này đã có."})
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="masts", verbose_name="chủ sở hữu")
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(Place, models.PROTECT, related_name="masts", verbose_name="xã, phường")
    zone = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="zone_masts", verbose_name="khu, cụm"
    )
    structure = models.CharField("loại cột", max_length=2, choices=Structure, default=Structure.A1)
    lon = models.FloatField("kinh độ", validators=between(102, 118, "Kinh độ của Việt Nam từ 102 đến 118."))
    lat = models.FloatField("vĩ độ", validators=between(6, 24, "Vĩ độ của Việt Nam từ 6 đến 24."))
    point = GeneratedPointField(lon="lon", lat="lat")
    height_m = models.FloatField(
        "chiều cao, m",
        null=True,
        blank=True,
        validators=between(0, 350, "Chiều cao từ 0 đến 350 m."),
    )
    built_on = models.DateField("ngày đưa vào sử dụng")
    dismantled_on = models.DateField("ngày tháo dỡ", null=True, blank=True)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="ảnh"
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords(excluded_fields=["point"])
    objects = MastQuerySet.as_manager()

    class Meta:
        verbose_name = "cột ăng ten"
        indexes = [models.Index(fields=["province", "commune"])]
        constraints = [ends_after("built_on", "dismantled_on", "mast_dates")]

    def __str__(self) -> str:
        return self.code

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "place_id": self.commune_id, "organisation_id": self.owner_id}


class StationQuerySet(models.QuerySet["Station"]):
    """Sets of stations."""

    def on_air(self, *technologies: str, on: date) -> Self:
        """Keep the stations on air that day, of these technologies if any are named."""
        kept = self.filter(in_force(on, begin="on_air_on", end="off_air_on"))
        return kept.filter(technology__in=technologies) if technologies else kept

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Operators see their own stations, the department all of its province, nobody else any."""
        return self.filter(
            filter_for(
                person,
                "network.view_station",
                province="mast__province_id",
                place="mast__commune_id",
                organisation="operator_id",
            )
        )


class Station(models.Model):
    """A base station of one operator and one technology on a mast."""

    code = models.CharField("mã trạm", max_length=40)
    mast = models.ForeignKey(Mast, models.PROTECT, related_name="stations", verbose_name="cột ăng ten")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="stations", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    on_air_on = models.DateField("ngày phát sóng")
    off_air_on = models.DateField("ngày ngừng phát", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = "trạm thu phát sóng"
        indexes = [models.Index(fields=["technology", "on_air_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "code", "technology"],
                name="station_unique",
                violation_error_message="Trạm này (doanh nghiệp, mã, công nghệ) đã có.",
            ),
            ends_after("on_air_on", "off_air_on", "station_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.technology}"

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {
            "province_id": self.mast.province_id,
            "place_id": self.mast.commune_id,
            "organisation_id": self.operator_id,
        }


class DeclaredQuerySet(models.QuerySet["DeclaredCoverage"]):
    """Sets of declared coverage."""

    def covering(self, *technologies: str, on: date) -> Self:
        """Keep the declarations in force that day for any of these technologies."""
        return self.filter(in_force(on, begin="since_on", end="until_on"), technology__in=technologies)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Who declared what is seen by the department and the declarer; that a place is covered is public elsewhere."""
        return self.filter(
            filter_for(person, "network.view_station", province="place__province_id", organisation="operator_id")
        )


class DeclaredCoverage(models.Model):
    """An operator's word that a technology serves a village, zone or site. Evidence level: declared."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="declared_coverage", verbose_name="nơi")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    since_on = models.DateField("từ ngày")
    until_on = models.DateField("đến ngày", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = DeclaredQuerySet.as_manager()

    class Meta:
        verbose_name = "khai báo phủ sóng"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "operator", "technology", "since_on"],
                name="declaredcoverage_unique",
                violation_error_message="Khai báo này đã có.",
            ),
            ends_after("since_on", "until_on", "declaredcoverage_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.technology} tại {self.place_id}"


class FibreQuerySet(models.QuerySet["FibreReach"]):
    """Sets of fibre reach."""

    def reaching(self, on: date) -> Self:
        """Keep the rows in force that day."""
        return self.filter(in_force(on, begin="since_on", end="until_on"))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As for declared coverage."""
        return self.filter(
            filter_for(person, "network.view_station", province="village__province_id", organisation="operator_id")
        )


class FibreReach(models.Model):
    """An operator's fibre in a village and the households that could be connected to it."""

    village = models.ForeignKey(Place, models.CASCADE, related_name="fibre_reach", verbose_name="thôn")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    households_able = models.PositiveIntegerField("số hộ có thể lắp cáp quang")
    since_on = models.DateField("từ ngày")
    until_on = models.DateField("đến ngày", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = FibreQuerySet.as_manager()

    class Meta:
        verbose_name = "cáp quang tới thôn"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "operator", "since_on"],
                name="fibrereach_unique",
                violation_error_message="Dòng này đã có.",
            ),
            ends_after("since_on", "until_on", "fibrereach_dates"),
        ]

    def __str__(self) -> str:
        return f"cáp quang tại {self.village_id}"


class StationUploadQuerySet(models.QuerySet["StationUpload"]):
    """Sets of uploads."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """An upload is seen by its operator and by the department."""
        return self.filter(
            filter_for(person, "network.upload_station", province="province_id", organisation="operator_id")
        )


class StationUpload(Upload):
    """A station file on its way in."""

    province = models.ForeignKey(Place, models.PROTECT, verbose_name="tỉnh")
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="doanh nghiệp",
        help_text="Để trống khi Sở tải lên tệp gồm nhiều doanh nghiệp.",
    )

    objects = StationUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp trạm tải lên"

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.operator_id}
