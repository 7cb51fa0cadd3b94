"""Services on the masts: stations of an operator and a technology, and their cells."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.network.models.structures import Mast
from hatang.work.in_force import between, ends_after, in_force

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class Technology(models.TextChoices):
    """Mobile technologies, 3GPP generations."""

    G2 = "2G", "2G"
    G3 = "3G", "3G"
    G4 = "4G", "4G"
    G5 = "5G", "5G"


MOBILE_BROADBAND = (Technology.G3, Technology.G4, Technology.G5)


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


class CellQuerySet(models.QuerySet["Cell"]):
    """Sets of cells."""

    def on_air(self, on: date) -> Self:
        """Keep the cells on air that day, with their station."""
        here = in_force(on, begin="on_air_on", end="off_air_on")
        return self.filter(here & in_force(on, begin="station__on_air_on", end="station__off_air_on"))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As for stations: a cell is its operator's secret."""
        return self.filter(station__in=Station.objects.visible_to(person).values("pk"))


class Cell(models.Model):
    """A sector of a station: what it sends on, from how high and to where (3GPP TS 36.104, TS 38.104)."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="cells", verbose_name="trạm thu phát sóng")
    code = models.CharField("mã ô", max_length=40)
    band = models.CharField("băng tần", max_length=20, blank=True, help_text="Ký hiệu 3GPP (B3, n78) hoặc MHz.")
    frequency_mhz = models.FloatField(
        "tần số trung tâm đường xuống, MHz",
        null=True,
        blank=True,
        validators=between(300, 71_000, "Tần số từ 300 đến 71.000 MHz."),
    )
    bandwidth_mhz = models.FloatField(
        "băng thông, MHz", null=True, blank=True, validators=between(0.2, 2_000, "Băng thông từ 0,2 đến 2.000 MHz.")
    )
    azimuth_deg = models.FloatField(
        "góc phương vị, độ",
        null=True,
        blank=True,
        validators=between(0, 360, "Góc phương vị từ 0 đến 360 độ."),
        help_text="Từ hướng bắc, theo chiều kim đồng hồ; để trống nếu phát mọi hướng.",
    )
    tilt_electrical_deg = models.FloatField(
        "góc ngẩng điện, độ",
        null=True,
        blank=True,
        validators=between(-20, 30, "Góc ngẩng từ -20 đến 30 độ."),
        help_text="Dương là chúc xuống.",
    )
    tilt_mechanical_deg = models.FloatField(
        "góc ngẩng cơ, độ",
        null=True,
        blank=True,
        validators=between(-20, 30, "Góc ngẩng từ -20 đến 30 độ."),
        help_text="Dương là chúc xuống.",
    )
    height_m = models.FloatField(
        "độ cao ăng ten, m",
        null=True,
        blank=True,
        validators=between(0, 350, "Độ cao từ 0 đến 350 m."),
        help_text="So với mặt đất.",
    )
    power_dbm = models.FloatField(
        "công suất phát, dBm", null=True, blank=True, validators=between(0, 70, "Công suất từ 0 đến 70 dBm.")
    )
    antenna = models.CharField("ăng ten", max_length=80, blank=True, help_text="Tên loại ăng ten.")
    on_air_on = models.DateField("ngày phát sóng")
    off_air_on = models.DateField("ngày ngừng phát", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = "ô (cell)"
        constraints = [
            models.UniqueConstraint(
                fields=["station", "code"], name="cell_unique", violation_error_message="Trạm này đã có ô ấy."
            ),
            ends_after("on_air_on", "off_air_on", "cell_dates"),
        ]

    def __str__(self) -> str:
        return self.code

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return self.station.owners()
