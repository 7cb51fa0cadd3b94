"""Structures: masts that carry antennas, and the houses of equipment."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from hatang.network.models.things import PointThing, Thing, ThingQuerySet
from hatang.work.in_force import between, in_force

PLACES = "số doanh nghiệp lắp đặt được"
SPARE_PLACES = "số chỗ còn trống"


class HeightBand(models.TextChoices):
    """Height bands of masts as NĐ 163/2024/NĐ-CP Mẫu 36 prints them; 45 m, printed in two, counts in the first."""

    H1 = "H1", "≤ 45 m"
    H2 = "H2", "trên 45 đến dưới 75 m"
    H3 = "H3", "75 đến dưới 150 m"
    H4 = "H4", "150 đến dưới 300 m"
    H5 = "H5", "từ 300 m"


def height_band(height_m: float) -> HeightBand:
    """Give the height band of a height in metres."""
    if height_m <= 45:
        return HeightBand.H1
    bounds = {HeightBand.H2: 75, HeightBand.H3: 150, HeightBand.H4: 300}
    return next((band for band, bound in bounds.items() if height_m < bound), HeightBand.H5)


class MastQuerySet(ThingQuerySet["Mast"]):
    """Sets of masts."""

    def used_by(self, organisation: Any, on: date | None = None) -> Q:
        """Count an operator with a station on the mast among its tenants."""
        mine = Q(stations__operator=organisation)
        if on:
            mine &= in_force(on, begin="stations__on_air_on", end="stations__off_air_on")
        return super().used_by(organisation, on) | Q(pk__in=Mast.objects.filter(mine).values("pk"))


class Mast(PointThing):
    """An antenna structure: a BTS position. Codes A1-A6 are those of NĐ 163/2024 Điều 63."""

    KEY: ClassVar = "mast"

    class Structure(models.TextChoices):
        A1 = "A1", "A1 · thông tin di động"
        A2 = "A2", "A2 · di động hướng biển"
        A3 = "A3", "A3 · truyền hình"
        A4 = "A4", "A4 · phát thanh"
        A5 = "A5", "A5 · taxi"
        A6 = "A6", "A6 · khác"

    class Mount(models.TextChoices):
        GROUND = "ground", "trên mặt đất"
        ROOF = "roof", "trên mái công trình"

    structure = models.CharField("loại cột", max_length=2, choices=Structure, default=Structure.A1)
    zone = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, blank=True, related_name="zone_masts", verbose_name="khu, cụm"
    )
    height_m = models.FloatField(
        "chiều cao, m",
        null=True,
        blank=True,
        validators=between(0, 350, "Chiều cao từ 0 đến 350 m."),
    )
    mount = models.CharField("đặt trên", max_length=6, choices=Mount, blank=True)
    camouflaged = models.BooleanField("cột ngụy trang", null=True, blank=True)
    level4 = models.BooleanField(
        "chịu được thiên tai cấp 4",
        null=True,
        blank=True,
        help_text="Cột kiên cố chịu được rủi ro thiên tai cấp độ 4 (NĐ 163/2024 Điều 63).",
    )
    hazards = models.CharField("loại thiên tai chịu được", max_length=120, blank=True)
    capacity = models.PositiveSmallIntegerField(PLACES, null=True, blank=True)
    spare = models.PositiveSmallIntegerField(SPARE_PLACES, null=True, blank=True)

    objects = MastQuerySet.as_manager()

    class Meta(Thing.Meta):
        verbose_name = "cột ăng ten"

    @property
    def band(self) -> HeightBand | None:
        """The height band, of a mast whose height is known."""
        return None if self.height_m is None else height_band(self.height_m)


class House(PointThing):
    """A house or station of telecom equipment. Codes NT1, NT2 are those of NĐ 163/2024 Điều 64."""

    KEY: ClassVar = "house"

    class Kind(models.TextChoices):
        NT1 = "NT1", "NT1 · có nhu cầu sử dụng đất"
        NT2 = "NT2", "NT2 · không có nhu cầu sử dụng đất"

    class Function(models.TextChoices):
        BTS = "bts", "nhà trạm BTS"
        SWITCHING = "switching", "chuyển mạch, truyền dẫn nội tỉnh"
        REGIONAL = "regional", "chuyển mạch, truyền dẫn liên tỉnh"
        NATIONAL = "national", "chuyển mạch, truyền dẫn quốc gia"
        INTERNATIONAL = "international", "chuyển mạch, truyền dẫn quốc tế"
        LANDING = "landing", "trạm cập bờ cáp quang biển"
        SATELLITE = "satellite", "trạm mặt đất vệ tinh"
        BROADCAST = "broadcast", "phát thanh, truyền hình"
        OTHER = "other", "công trình viễn thông khác"

    kind = models.CharField("loại", max_length=3, choices=Kind)
    function = models.CharField("chức năng", max_length=13, choices=Function, default=Function.BTS)
    area_m2 = models.FloatField(
        "diện tích, m²", null=True, blank=True, validators=between(0, 1_000_000, "Diện tích từ 0 đến 1.000.000 m².")
    )
    capacity = models.PositiveSmallIntegerField(PLACES, null=True, blank=True)
    spare = models.PositiveSmallIntegerField(SPARE_PLACES, null=True, blank=True)

    objects = ThingQuerySet["House"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "nhà trạm"
