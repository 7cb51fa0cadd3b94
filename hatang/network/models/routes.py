"""Routes: underground works with their chambers, pole lines with their poles, cables with their closures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hatang.network.models.structures import PLACES, SPARE_PLACES
from hatang.network.models.things import LineThing, PointThing, Thing, ThingQuerySet
from hatang.work.in_force import between


class UndergroundKind(models.TextChoices):
    """Codes of NĐ 163/2024 Điều 62."""

    N1 = "N1", "N1 · ngầm riêng cho viễn thông"
    N2 = "N2", "N2 · ngầm dùng chung với ngành khác"


class PoleKind(models.TextChoices):
    """Codes of NĐ 163/2024 Điều 62."""

    C1 = "C1", "C1 · cột riêng cho cáp viễn thông"
    C2 = "C2", "C2 · cột dùng chung với ngành khác"


class UndergroundWork(LineThing):
    """A stretch of underground works in which cables lie."""

    KEY: ClassVar = "underground"

    class Part(models.TextChoices):
        DUCT = "duct", "cống cáp"
        CONDUIT = "conduit", "ống cáp"
        TRENCH = "trench", "hào kỹ thuật"
        TUNNEL = "tunnel", "tuy nen kỹ thuật"

    kind = models.CharField("loại công trình", max_length=2, choices=UndergroundKind)
    part = models.CharField("hạng mục", max_length=7, choices=Part, default=Part.DUCT)
    capacity = models.PositiveSmallIntegerField("số ống", null=True, blank=True)
    spare = models.PositiveSmallIntegerField("số ống còn trống", null=True, blank=True)

    objects = ThingQuerySet["UndergroundWork"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "công trình ngầm"


class Chamber(PointThing):
    """A chamber (manhole) of underground works."""

    KEY: ClassVar = "chamber"

    kind = models.CharField("loại công trình", max_length=2, choices=UndergroundKind)
    underground = models.ForeignKey(
        UndergroundWork,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="chambers",
        verbose_name="thuộc công trình ngầm",
    )

    objects = ThingQuerySet["Chamber"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "bể cáp"


class PoleLine(LineThing):
    """A line of poles that carry cables."""

    KEY: ClassVar = "pole_line"

    kind = models.CharField("loại công trình", max_length=2, choices=PoleKind)
    pole_count = models.PositiveIntegerField("số cột", null=True, blank=True)
    pole_height_m = models.FloatField(
        "chiều cao cột, m", null=True, blank=True, validators=between(1, 60, "Chiều cao cột từ 1 đến 60 m.")
    )
    reason = models.CharField(
        "lý do dùng cột riêng",
        max_length=300,
        blank=True,
        help_text="Với C1: vì sao không ngầm, không treo chung được (NĐ 163/2024 Đ62.2.c).",
    )
    capacity = models.PositiveSmallIntegerField(PLACES, null=True, blank=True)
    spare = models.PositiveSmallIntegerField(SPARE_PLACES, null=True, blank=True)

    objects = ThingQuerySet["PoleLine"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "tuyến cột treo cáp"


class Pole(PointThing):
    """One pole that carries cables."""

    KEY: ClassVar = "pole"

    kind = models.CharField("loại công trình", max_length=2, choices=PoleKind)
    pole_line = models.ForeignKey(
        PoleLine, models.SET_NULL, null=True, blank=True, related_name="poles", verbose_name="thuộc tuyến cột"
    )
    height_m = models.FloatField(
        "chiều cao, m", null=True, blank=True, validators=between(1, 60, "Chiều cao cột từ 1 đến 60 m.")
    )

    objects = ThingQuerySet["Pole"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "cột treo cáp"


class CableRoute(LineThing):
    """A cable of one owner along its way: hung, in ducts or buried. No passive infrastructure, so never public."""

    KEY: ClassVar = "cable"
    PASSIVE: ClassVar = False

    class Laying(models.TextChoices):
        AERIAL = "aerial", "cáp treo"
        DUCT = "duct", "trong cống, ống"
        BURIED = "buried", "chôn trực tiếp"

    class Level(models.TextChoices):
        BACKBONE = "backbone", "đường trục"
        METRO = "metro", "nội tỉnh"
        ACCESS = "access", "truy nhập"

    laying = models.CharField("cách lắp đặt", max_length=6, choices=Laying)
    level = models.CharField("cấp mạng", max_length=8, choices=Level, blank=True)
    capacity = models.PositiveIntegerField("số sợi quang", null=True, blank=True)
    spare = models.PositiveIntegerField("số sợi còn trống", null=True, blank=True)
    capacity_gbps = models.FloatField(
        "dung lượng, Gb/s",
        null=True,
        blank=True,
        validators=between(0, 1_000_000, "Dung lượng từ 0 đến 1.000.000 Gb/s."),
    )

    objects = ThingQuerySet["CableRoute"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "tuyến cáp"


class Closure(PointThing):
    """Where cables are joined or split. No passive infrastructure, so never public."""

    KEY: ClassVar = "closure"
    PASSIVE: ClassVar = False

    class Kind(models.TextChoices):
        JOINT = "joint", "măng xông"
        ODF = "odf", "giá phối quang (ODF)"
        SPLITTER = "splitter", "bộ chia quang"

    kind = models.CharField("loại", max_length=8, choices=Kind, default=Kind.JOINT)
    cable = models.ForeignKey(
        CableRoute, models.SET_NULL, null=True, blank=True, related_name="closures", verbose_name="thuộc tuyến cáp"
    )
    capacity = models.PositiveIntegerField("số cổng", null=True, blank=True)
    spare = models.PositiveIntegerField("số cổng còn trống", null=True, blank=True)

    objects = ThingQuerySet["Closure"].as_manager()

    class Meta(Thing.Meta):
        verbose_name = "điểm nối cáp"
