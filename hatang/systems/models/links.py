"""Links and nodes: the specialised data network (TSLCD), Internet exchanges, CDN nodes, loudspeaker stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.systems.models.bodies import Agency
from hatang.systems.models.centres import DataCentre
from hatang.systems.models.entries import VIEW, Entry, EntryQuerySet, Named, Surveyed
from hatang.systems.models.information_systems import SecurityLevel
from hatang.work.in_force import between

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEW_LINK = "systems.view_link"
MOST_GBPS = 100_000


class DataLinkQuerySet(EntryQuerySet["DataLink"]):
    """Sets of links."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Officers see the links of their province; an operator its own alone."""
        own = filter_for(person, VIEW_LINK, province="province_id", organisation="operator_id")
        return self.filter(filter_for(person, VIEW, province="province_id") | own)


class DataLink(Named):
    """A link of the specialised data network to a body or data centre: by whom, how much, over how many paths."""

    SLUG: ClassVar = "duong-truyen"
    NAMED_AFTER: ClassVar = ("agency", "operator")

    class Level(models.TextChoices):
        ONE = "1", "cấp I"
        TWO = "2", "cấp II"

    class Medium(models.TextChoices):
        FIBRE = "fibre", "cáp quang"
        MICROWAVE = "microwave", "viba"
        MOBILE = "mobile", "vô tuyến di động"
        SATELLITE = "satellite", "vệ tinh"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="links", verbose_name="cơ quan được nối")
    operator = models.ForeignKey(
        Organisation, models.PROTECT, related_name="data_links", verbose_name="doanh nghiệp cung cấp"
    )
    commune = models.ForeignKey(Place, models.PROTECT, related_name="data_links", verbose_name="xã, phường")
    address = models.CharField("địa chỉ điểm cuối", max_length=200, blank=True)
    level = models.CharField("mạng", max_length=1, choices=Level, default=Level.TWO)
    medium = models.CharField("truyền bằng", max_length=9, choices=Medium, default=Medium.FIBRE)
    capacity_mbps = models.FloatField(
        "dung lượng, Mb/s", validators=between(0.1, 1e6, "Dung lượng từ 0,1 đến 1.000.000 Mb/s.")
    )
    physical_paths = models.PositiveSmallIntegerField(
        "số đường vật lý",
        default=1,
        validators=between(1, 9, "Số đường vật lý từ 1 đến 9."),
        help_text="Hai khi có hai đường cáp khác tuyến đến điểm cuối.",
    )
    centre = models.ForeignKey(
        DataCentre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="links",
        verbose_name="nối trung tâm dữ liệu",
        help_text="Để trống khi đường truyền không nối một trung tâm dữ liệu.",
    )
    serves_level = models.PositiveSmallIntegerField(
        "phục vụ hệ thống cấp độ",
        choices=SecurityLevel,
        null=True,
        blank=True,
        help_text="Cấp độ an toàn cao nhất trong các hệ thống dùng đường truyền này.",
    )

    objects = DataLinkQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = "đường truyền TSLCD"
        indexes = [*Entry.Meta.indexes, models.Index(fields=["operator", "province"])]

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.operator_id}


class InternetExchange(Entry):
    """An Internet exchange: who runs it, how much it carries, how many networks meet there."""

    SLUG: ClassVar = "tram-trung-chuyen"

    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị vận hành")
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    capacity_gbps = models.FloatField(
        "dung lượng, Gb/s", null=True, blank=True, validators=between(0, MOST_GBPS, "Dung lượng từ 0 đến 100.000 Gb/s.")
    )
    members = models.PositiveIntegerField("số mạng kết nối", null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "trạm trung chuyển Internet"


class CdnNode(Entry):
    """A node of a content delivery network: whose content, in whose network, how much it serves."""

    SLUG: ClassVar = "nut-cdn"

    provider = models.CharField("mạng phân phối nội dung", max_length=120)
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đặt trong mạng của"
    )
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    capacity_gbps = models.FloatField(
        "dung lượng, Gb/s", null=True, blank=True, validators=between(0, MOST_GBPS, "Dung lượng từ 0 đến 100.000 Gb/s.")
    )

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "nút CDN"


class LoudspeakerStation(Surveyed, Entry):
    """A commune's loudspeaker station: how it transmits, how many clusters, its condition and roadmap."""

    SLUG: ClassVar = "dai-truyen-thanh"

    class Technology(models.TextChoices):
        WIRED = "wired", "hữu tuyến"
        FM = "fm", "vô tuyến FM"
        IP = "ip", "ứng dụng CNTT - viễn thông"

    commune = models.ForeignKey(Place, models.PROTECT, related_name="loudspeakers", verbose_name="xã, phường")
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="loudspeakers", verbose_name="đơn vị quản lý"
    )
    technology = models.CharField("công nghệ", max_length=5, choices=Technology)
    clusters = models.PositiveIntegerField("số cụm loa", null=True, blank=True)
    clusters_working = models.PositiveIntegerField("số cụm loa hoạt động", null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "đài truyền thanh cấp xã"
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(clusters__isnull=True)
                | Q(clusters_working__isnull=True)
                | Q(clusters_working__lte=models.F("clusters")),
                name="loudspeakerstation_clusters",
                violation_error_message="Số cụm loa hoạt động không nhiều hơn số cụm loa.",
            ),
        ]
