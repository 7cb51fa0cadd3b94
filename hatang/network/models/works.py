"""Works of other sectors that telecom can join, checks of buildings and roads, and public sites on offer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for, scopes
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.geosqlite.fields import GeneratedPointField
from hatang.places.models import OfProvince, Place
from hatang.work.in_force import between
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class InProvince(OfProvince, models.Model):
    """A row of a province that officers keep and everybody may read."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False, editable=False)
    search_key = models.CharField(max_length=400, editable=False, default="")

    SEARCHED: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(" ".join(str(getattr(self, name)) for name in self.SEARCHED))[:400]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class JointWorkQuerySet(models.QuerySet["JointWork"]):
    """Sets of works."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Works are made known to everybody (Luật Viễn thông 24/2023/QH15 Điều 65 khoản 2)."""
        return self

    def to_come(self, on: date) -> Self:
        """Keep the works that have not ended by that day."""
        return self.filter(ends_on__gte=on)


class JointWork(InProvince):
    """Works of roads, power, water, lighting or urban renewal, with place and time, that telecom may join."""

    class Kind(models.TextChoices):
        ROAD = "road", "giao thông"
        POWER = "power", "điện lực"
        WATER = "water", "cấp, thoát nước"
        LIGHTING = "lighting", "chiếu sáng"
        URBAN = "urban", "chỉnh trang đô thị"
        OTHER = "other", "khác"

    SEARCHED: ClassVar = ("title", "investor", "along")

    title = models.CharField("tên công trình", max_length=200)
    kind = models.CharField("loại", max_length=8, choices=Kind)
    investor = models.CharField("chủ đầu tư", max_length=200)
    along = models.CharField("tuyến, khu vực", max_length=300, blank=True)
    starts_on = models.DateField("khởi công")
    ends_on = models.DateField("hoàn thành")
    shape = GeometryField("vị trí", srid=4326)
    contact = models.CharField("liên hệ", max_length=200, blank=True, help_text="Cơ quan, số điện thoại để phối hợp.")
    remarks = models.CharField("ghi chú", max_length=300, blank=True)

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = JointWorkQuerySet.as_manager()

    class Meta:
        verbose_name = "công trình của ngành khác"
        indexes = [models.Index(fields=["province", "ends_on"], name="jointwork_to_come")]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "title", "starts_on"],
                name="jointwork_unique",
                violation_error_message="Công trình này, khởi công ngày ấy, đã có.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="jointwork_dates",
                violation_error_message="Ngày hoàn thành phải từ ngày khởi công trở đi.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("network:joint_work", args=[self.pk])


class JointInterestQuerySet(models.QuerySet["JointInterest"]):
    """Sets of interests."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Officers see who wants to join what; an operator its own interest alone."""
        bounds = {"province": "work__province_id", "organisation": "organisation_id"}
        return self.filter(filter_for(person, "network.change_register", **bounds))


class JointInterest(models.Model):
    """What an operator was told of a work that its own plans meet, and what it answered."""

    class State(models.TextChoices):
        TOLD = "told", "đã báo"
        INTERESTED = "interested", "muốn làm cùng"
        DECLINED = "declined", "không làm cùng"

    work = models.ForeignKey(JointWork, models.CASCADE, related_name="interests", verbose_name="công trình")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="joint_interests", verbose_name="doanh nghiệp"
    )
    state = models.CharField("trả lời", max_length=10, choices=State, default=State.TOLD)
    note = models.CharField("nội dung", max_length=500, blank=True)
    told_at = models.DateTimeField("báo lúc", null=True, blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )

    history = HistoricalRecords()
    objects = JointInterestQuerySet.as_manager()

    class Meta:
        verbose_name = "quan tâm làm cùng công trình"
        constraints = [
            models.UniqueConstraint(
                fields=["work", "organisation"],
                name="jointinterest_unique",
                violation_error_message="Doanh nghiệp này đã trả lời cho công trình ấy.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_state_display()}"


class WorkUploadQuerySet(models.QuerySet["WorkUpload"]):
    """Sets of files of works."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file is seen by those who keep works in its province."""
        return self.filter(filter_for(person, "network.change_work", province="province_id"))


class WorkUpload(OfProvince, Upload):
    """A map file of works on its way in: checked, shown, then saved whole or given up."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")

    objects = WorkUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp công trình"


class BuildingProjectQuerySet(models.QuerySet["BuildingProject"]):
    """Sets of building and road projects."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Whoever sees things of the register in the province, or in the commune, sees its projects."""
        seen = Q(pk__in=[])
        for scope in scopes(person, "network.view_thing"):
            province = Q(province=scope.province_id) if scope.province_id else Q(pk__isnull=False)
            seen |= province & (Q(commune=scope.place_id) if scope.place_id else Q())
        return self.filter(seen)


class BuildingProject(InProvince):
    """A building or road project that must let several operators serve its users, from design to acceptance."""

    class Kind(models.TextChoices):
        BUILDING = "building", "tòa nhà, chung cư"
        ZONE = "zone", "khu đô thị, khu công nghiệp"
        PUBLIC = "public", "công trình công cộng"
        ROAD = "road", "đường giao thông"

    SEARCHED: ClassVar = ("title", "investor", "address")

    title = models.CharField("tên dự án", max_length=200)
    kind = models.CharField("loại", max_length=8, choices=Kind)
    investor = models.CharField("chủ đầu tư", max_length=200)
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="building_projects", verbose_name="xã, phường"
    )
    address = models.CharField("địa chỉ", max_length=200, blank=True)
    operator_room = models.PositiveSmallIntegerField(
        "đủ chỗ cho, doanh nghiệp",
        null=True,
        blank=True,
        help_text="Luật Viễn thông Điều 65 khoản 7: ít nhất hai doanh nghiệp phục vụ được người dùng.",
    )
    remarks = models.CharField("ghi chú", max_length=300, blank=True)

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = BuildingProjectQuerySet.as_manager()

    LEAST_OPERATORS: ClassVar = 2

    class Meta:
        verbose_name = "dự án tòa nhà, đường"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "title"],
                name="buildingproject_unique",
                violation_error_message="Dự án này đã có.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("network:building", args=[self.pk])

    @property
    def too_few(self) -> bool:
        """Whether it is known to have room for fewer operators than the law asks."""
        return self.operator_room is not None and self.operator_room < self.LEAST_OPERATORS


class BuildingCheck(models.Model):
    """One check of a project's digital infrastructure; a later one of the same stage counts."""

    class Stage(models.TextChoices):
        DESIGN = "design", "thiết kế"
        CONSTRUCTION = "construction", "thi công"
        ACCEPTANCE = "acceptance", "nghiệm thu"

    class Result(models.TextChoices):
        PASSED = "passed", "đạt"
        CONDITIONS = "conditions", "đạt, phải bổ sung"
        FAILED = "failed", "không đạt"

    project = models.ForeignKey(BuildingProject, models.CASCADE, related_name="checks", verbose_name="dự án")
    stage = models.CharField("giai đoạn", max_length=12, choices=Stage)
    on = models.DateField("ngày kiểm tra")
    result = models.CharField("kết quả", max_length=10, choices=Result)
    by = models.CharField("đơn vị kiểm tra", max_length=200)
    remarks = models.CharField("nhận xét", max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "lần kiểm tra hạ tầng số của dự án"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.get_result_display()}"


class PublicSiteQuerySet(models.QuerySet["PublicSite"]):
    """Sets of public sites."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """An offer of public property is public."""
        return self

    def offered_on(self, on: date) -> Self:
        """Keep the sites on offer that day."""
        return self.filter(from_on__lte=on).filter(Q(until_on__isnull=True) | Q(until_on__gte=on))


class PublicSite(InProvince):
    """Public land, an office or another state asset that is offered for equipment."""

    class Kind(models.TextChoices):
        LAND = "land", "đất công"
        OFFICE = "office", "trụ sở cơ quan"
        ASSET = "asset", "tài sản công khác"

    class Power(models.TextChoices):
        GRID = "grid", "có điện lưới"
        NEAR = "near", "điện lưới gần đó"
        NONE = "none", "không có điện"

    SEARCHED: ClassVar = ("title", "address", "body")

    title = models.CharField("địa điểm", max_length=200)
    kind = models.CharField("loại", max_length=6, choices=Kind)
    commune = models.ForeignKey(Place, models.PROTECT, related_name="public_sites", verbose_name="xã, phường")
    address = models.CharField("địa chỉ", max_length=200, blank=True)
    lon = models.FloatField("kinh độ", validators=between(102, 118, "Kinh độ của Việt Nam từ 102 đến 118."))
    lat = models.FloatField("vĩ độ", validators=between(6, 24, "Vĩ độ của Việt Nam từ 6 đến 24."))
    point = GeneratedPointField(lon="lon", lat="lat")
    area_m2 = models.FloatField(
        "diện tích, m²", null=True, blank=True, validators=between(0, 1_000_000, "Diện tích từ 0 đến 1.000.000 m².")
    )
    power = models.CharField("điện", max_length=5, choices=Power, blank=True)
    terms = models.TextField("điều kiện", max_length=2000, blank=True)
    price = models.CharField("giá", max_length=300, blank=True, help_text="Như văn bản giá ghi; để trống nếu chưa có.")
    body = models.CharField("cơ quan liên hệ", max_length=200)
    contact = models.CharField("điện thoại, thư", max_length=200, blank=True)
    from_on = models.DateField("từ ngày")
    until_on = models.DateField("đến hết ngày", null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["search_key", "point"])
    objects = PublicSiteQuerySet.as_manager()

    class Meta:
        verbose_name = "địa điểm công cho đặt thiết bị"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "title", "from_on"],
                name="publicsite_unique",
                violation_error_message="Địa điểm này, từ ngày ấy, đã có.",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="publicsite_dates",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("network:site", args=[self.pk])
