"""Where systems run: data centres, machines in them, clouds and who uses which cloud."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.systems.models.bodies import Agency
from hatang.systems.models.entries import Entry, EntryQuerySet, Named
from hatang.work.in_force import between

RIGHT_PUE = "PUE từ 1 đến 5: điện toàn trung tâm chia cho điện của thiết bị."


class DataCentre(Entry):
    """A data centre: how large, how much power, which tier, how much of the power is lost (PUE)."""

    SLUG: ClassVar = "trung-tam"

    class Tier(models.TextChoices):
        I = "1", "Tier 1"  # noqa: E741
        II = "2", "Tier 2"
        III = "3", "Tier 3"
        IV = "4", "Tier 4"

    class Purpose(models.TextChoices):
        MAIN = "main", "chính"
        BACKUP = "backup", "dự phòng"
        COMMERCIAL = "commercial", "thương mại"

    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="data_centres", verbose_name="chủ sở hữu"
    )
    commune = models.ForeignKey(Place, models.PROTECT, related_name="data_centres", verbose_name="xã, phường")
    address = models.CharField("địa chỉ", max_length=200, blank=True)
    purpose = models.CharField("vai trò", max_length=10, choices=Purpose, default=Purpose.MAIN)
    area_m2 = models.FloatField(
        "diện tích sàn, m²", null=True, blank=True, validators=between(0, 1e6, "Diện tích từ 0 đến 1.000.000 m².")
    )
    power_mw = models.FloatField(
        "công suất điện thiết kế, MW", null=True, blank=True, validators=between(0, 1_000, "Từ 0 đến 1.000 MW.")
    )
    tier = models.CharField("cấp (tier)", max_length=1, choices=Tier, blank=True)
    tier_certificate = models.CharField(
        "chứng nhận cấp", max_length=120, blank=True, help_text="Tổ chức cấp, số, ngày; để trống khi chỉ tự công bố."
    )
    pue = models.FloatField(
        "PUE trung bình năm", null=True, blank=True, validators=between(1, 5, RIGHT_PUE), help_text=RIGHT_PUE
    )

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "trung tâm dữ liệu"


class CloudService(Entry):
    """A cloud that bodies of the province use: the province's own, of a domestic provider, or foreign."""

    SLUG: ClassVar = "dam-may"

    class Origin(models.TextChoices):
        OWN = "own", "của tỉnh"
        DOMESTIC = "domestic", "nhà cung cấp trong nước"
        FOREIGN = "foreign", "nhà cung cấp nước ngoài"

    class Model(models.TextChoices):
        IAAS = "iaas", "hạ tầng (IaaS)"
        PAAS = "paas", "nền tảng (PaaS)"
        SAAS = "saas", "phần mềm (SaaS)"

    provider = models.CharField("nhà cung cấp", max_length=200)
    origin = models.CharField("của ai", max_length=8, choices=Origin)
    model = models.CharField("hình thức", max_length=4, choices=Model, blank=True)
    government = models.BooleanField(
        "đám mây phục vụ Chính phủ số",
        null=True,
        blank=True,
        help_text="Có khi thuộc đám mây phục vụ Chính phủ số theo văn bản của cơ quan có thẩm quyền.",
    )
    centre = models.ForeignKey(
        DataCentre, models.PROTECT, null=True, blank=True, related_name="clouds", verbose_name="đặt tại trung tâm"
    )

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "dịch vụ đám mây"


DOMESTIC = (CloudService.Origin.OWN, CloudService.Origin.DOMESTIC)


class Host(Entry):
    """A machine, physical or virtual, in a data centre or in a cloud."""

    SLUG: ClassVar = "may-chu"

    class Kind(models.TextChoices):
        PHYSICAL = "physical", "máy chủ vật lý"
        VIRTUAL = "virtual", "máy chủ ảo"

    kind = models.CharField("loại", max_length=8, choices=Kind)
    centre = models.ForeignKey(
        DataCentre, models.PROTECT, null=True, blank=True, related_name="hosts", verbose_name="trung tâm dữ liệu"
    )
    cloud = models.ForeignKey(
        CloudService, models.PROTECT, null=True, blank=True, related_name="hosts", verbose_name="đám mây"
    )
    cores = models.PositiveIntegerField("số nhân CPU", null=True, blank=True)
    memory_gb = models.FloatField("bộ nhớ, GB", null=True, blank=True, validators=between(0, 1e6, "Bộ nhớ từ 0 GB."))
    storage_gb = models.FloatField("lưu trữ, GB", null=True, blank=True, validators=between(0, 1e9, "Từ 0 GB."))

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = "máy chủ"
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(centre__isnull=False) ^ Q(cloud__isnull=False),
                name="host_one_home",
                violation_error_message="Chọn trung tâm dữ liệu hoặc đám mây, đúng một nơi.",
            ),
        ]


class CloudUse(Named):
    """Somebody's use of a cloud, from a day on."""

    SLUG: ClassVar = "dung-dam-may"
    NAMED_AFTER: ClassVar = ("agency", "cloud")

    cloud = models.ForeignKey(CloudService, models.PROTECT, related_name="uses", verbose_name="đám mây")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="cloud_uses", verbose_name="cơ quan dùng")
    accounts = models.PositiveIntegerField("số tài khoản", null=True, blank=True)
    contract = models.CharField("hợp đồng, văn bản", max_length=120, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = "việc dùng đám mây"
