"""Scenarios: a goal with its money and rules, what could be built for it, and what should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.coverage.models import SERVICE_CHOICES, CoverageRun
from hatang.network.models import Mast, PublicSite, Technology
from hatang.places.models import OfProvince, Place
from hatang.work.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE, CHANGE, ADOPT = "planning.view_scenario", "planning.change_scenario", "planning.adopt_scenario"
YEARS = [MinValueValidator(2020, "Từ năm 2020."), MaxValueValidator(2060, "Đến năm 2060.")]
PERCENT = [MinValueValidator(0, "Từ 0 đến 100 %%."), MaxValueValidator(100, "Từ 0 đến 100 %%.")]


def years_words(first: int, last: int) -> str:
    """Name years from one to another.

    >>> years_words(2027, 2030), years_words(2026, 2026)
    ('2027–2030', 'năm 2026')
    """
    return f"{first}–{last}" if last > first else f"năm {last}"


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Sets of scenarios."""

    def adopted(self) -> Self:
        """Keep those that the department decided to carry out."""
        return self.filter(adopted_at__isnull=False)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province; nobody else any: a scenario shows where every operator lacks."""
        return self.filter(filter_for(person, SEE, province="province_id"))


class Scenario(OfProvince, models.Model):
    """A question of least cost: which works bring a service to a share of places by a year, or most for the money."""

    class Aim(models.TextChoices):
        LEAST_COST = "least_cost", "đạt mục tiêu với chi phí thấp nhất"
        MOST_SERVED = "most_served", "được nhiều nhất với kinh phí có"

    class Measure(models.TextChoices):
        VILLAGES = "villages", "thôn"
        PEOPLE = "people", "dân số"
        HOUSEHOLDS = "households", "hộ"
        SITES = "sites", "khu, địa điểm"

    class State(models.TextChoices):
        DRAFT = "draft", "chưa tính"
        WAITING = "waiting", "đang chờ"
        RUNNING = "running", "đang tính"
        PROVEN = "proven", "đã chứng minh"
        STOPPED = "stopped", "dừng sớm, lấy phương án tốt nhất"
        INFEASIBLE = "infeasible", "không đạt được"
        FAILED = "failed", "không xong"
        CANCELLED = "cancelled", "đã huỷ"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    title = models.CharField("tên phương án", max_length=200)
    service = models.CharField("dịch vụ", max_length=3, choices=SERVICE_CHOICES, default="3G+")
    measure = models.CharField("tính theo", max_length=10, choices=Measure, default=Measure.PEOPLE)
    area = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ trong", help_text="Một xã."
    )
    aim = models.CharField("cần", max_length=11, choices=Aim, default=Aim.LEAST_COST)
    share_percent = models.FloatField("mục tiêu, %", null=True, blank=True, validators=PERCENT)
    interim_percent = models.JSONField(
        "mốc giữa kỳ", default=dict, blank=True, editable=False, help_text="Phần trăm ít nhất vào cuối những năm trước."
    )
    first_year = models.PositiveSmallIntegerField("xây dựng từ năm", validators=YEARS)
    last_year = models.PositiveSmallIntegerField("đạt vào cuối năm", validators=YEARS)
    run = models.ForeignKey(
        CoverageRun,
        models.PROTECT,
        related_name="+",
        verbose_name="lượt tính vùng phủ",
        help_text="Hiện nay ai được phục vụ, trên địa hình nào, ngưỡng nào.",
    )
    operators: models.ManyToManyField[Organisation, Organisation] = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name="doanh nghiệp", help_text="Không chọn là tất cả."
    )
    least_operators = models.PositiveSmallIntegerField(
        "số doanh nghiệp ít nhất", default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    least_percent_in_commune = models.FloatField(
        "không xã nào dưới, %", null=True, blank=True, validators=PERCENT, help_text="Trong chừng mực có công trình."
    )
    least_percent_of_group = models.JSONField(
        "nơi ưu tiên", default=dict, blank=True, help_text="Phần trăm ít nhất theo nhóm ưu tiên."
    )
    shared_percent = models.FloatField(
        "vị trí mới trên hạ tầng có sẵn, ít nhất %", null=True, blank=True, validators=PERCENT
    )
    reuse_first = models.BooleanField("dùng lại trước, rẻ sau", default=False)
    interest_percent = models.FloatField(
        "lãi suất chiết khấu, %/năm",
        default=7,
        validators=[MinValueValidator(0), MaxValueValidator(30)],
        help_text="Luật không định; 7 % là mặc định của hệ thống.",
    )
    lifetime_years = models.PositiveSmallIntegerField(
        "thời gian khấu hao, năm",
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
        help_text="7 năm theo Nghị định 295/2025/NĐ-CP cho dịch vụ viễn thông công ích.",
    )
    gap_percent = models.FloatField("sai số cho phép, %", default=0.5, validators=PERCENT)
    most_seconds = models.PositiveSmallIntegerField(
        "tính lâu nhất, giây", default=30, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.DRAFT, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="việc nền")
    asked_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người lập"
    )
    asked_at = models.DateTimeField("lập lúc", auto_now_add=True)
    solved_at = models.DateTimeField("tính xong lúc", null=True, editable=False)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="copies", editable=False, verbose_name="chép từ"
    )
    answer = models.JSONField("kết quả", default=dict, editable=False, help_text="Chi phí, cận, sai số, vì sao không.")
    curve = models.JSONField("đường chi phí và người được phục vụ", default=list, editable=False)
    tornado = models.JSONField("giả định nào làm đổi kết quả", default=list, editable=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False, editable=False)
    adopted_at = models.DateTimeField("được chọn lúc", null=True, editable=False)
    adopted_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name="người chọn"
    )
    search_key = models.CharField(max_length=200, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["answer", "curve", "tornado", "search_key"])
    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "phương án"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")),
                name="scenario_years",
                violation_error_message="Năm đạt phải từ năm bắt đầu xây dựng trở đi.",
            ),
            models.CheckConstraint(
                condition=~Q(aim="least_cost") | Q(share_percent__isnull=False),
                name="scenario_target",
                violation_error_message="Phương án chi phí thấp nhất cần một mục tiêu, %.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("planning:scenario", args=[self.pk])

    @property
    def years_words(self) -> str:
        """The years in which may be built: 2027–2030, or năm 2026."""
        return years_words(int(self.first_year), int(self.last_year))

    @property
    def milestones(self) -> list[tuple[int, float]]:
        """The shares asked at the end of years before the last, %, by year."""
        return sorted((int(year), float(share)) for year, share in self.interim_percent.items())

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = search_key(self.title)[:200]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def under_way(self) -> bool:
        """Whether it waits or is being computed."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def solved(self) -> bool:
        """Whether it has works to show."""
        return self.state in (self.State.PROVEN, self.State.STOPPED)


class ScenarioBudget(models.Model):
    """Capital that a source gives in a year."""

    class Source(models.TextChoices):
        STATE = "state", "ngân sách nhà nước"
        FUND = "fund", "Quỹ Dịch vụ viễn thông công ích Việt Nam"
        OPERATOR = "operator", "doanh nghiệp"
        OTHER = "other", "nguồn hợp pháp khác"

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="budgets", verbose_name="phương án")
    year = models.PositiveSmallIntegerField("năm", validators=YEARS)
    source = models.CharField("nguồn", max_length=8, choices=Source)
    amount_vnd = models.BigIntegerField("vốn, đồng", validators=[MinValueValidator(0)])

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kinh phí của phương án"
        ordering = ["year", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "year", "source"],
                name="scenariobudget_unique",
                violation_error_message="Năm và nguồn này đã có.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.year}"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Sets of candidates."""

    def chosen(self) -> Self:
        """Keep those that the answer builds."""
        return self.filter(year__isnull=False)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As its scenario."""
        return self.filter(scenario__in=Scenario.objects.visible_to(person).values("pk"))


class Candidate(models.Model):
    """A work that could be built for a scenario: what, whose, where, for how much; chosen where it has a year."""

    class Kind(models.TextChoices):
        TECHNOLOGY = "technology", "thêm công nghệ trên cột đang dùng"
        SHARED = "shared", "thêm doanh nghiệp trên cột dùng chung"
        OTHER_SECTOR = "other_sector", "cột, mái nhà của ngành khác"
        NEW_MAST = "new_mast", "cột mới"
        REPEATER = "repeater", "trạm lặp nhỏ"
        SATELLITE = "satellite", "vệ tinh (LEO)"

    class Power(models.TextChoices):
        GRID = "grid", "điện lưới có sẵn"
        LINE = "line", "kéo điện lưới"
        SOLAR = "solar", "điện mặt trời và ắc quy"

    class Backhaul(models.TextChoices):
        PRESENT = "present", "đường truyền có sẵn"
        FIBRE = "fibre", "cáp quang theo đường"
        MICROWAVE = "microwave", "vi ba"
        SATELLITE = "satellite", "vệ tinh"

    class Wish(models.TextChoices):
        FREE = "free", "máy chọn"
        FIXED = "fixed", "ghim: phải làm"
        FORBIDDEN = "forbidden", "cấm: không làm"

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="candidates", verbose_name="phương án")
    number = models.PositiveIntegerField("số thứ tự")
    kind = models.CharField("loại", max_length=12, choices=Kind)
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="doanh nghiệp"
    )
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    structure = models.CharField("kết cấu", max_length=60, help_text="Những công trình chung một kết cấu.")
    mast = models.ForeignKey(Mast, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="cột")
    site = models.ForeignKey(
        PublicSite, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="địa điểm công"
    )
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="xã, phường")
    lon = models.FloatField("kinh độ", validators=[MinValueValidator(102), MaxValueValidator(118)])
    lat = models.FloatField("vĩ độ", validators=[MinValueValidator(6), MaxValueValidator(24)])
    height_m = models.FloatField("độ cao ăng ten, m")
    power = models.CharField("nguồn điện", max_length=5, choices=Power)
    backhaul = models.CharField("truyền dẫn", max_length=9, choices=Backhaul)
    backhaul_km = models.FloatField("chiều dài truyền dẫn, km", default=0)
    capital_vnd = models.BigIntegerField("vốn của thiết bị, đồng")
    yearly_vnd = models.BigIntegerField("chi hằng năm của thiết bị, đồng")
    structure_capital_vnd = models.BigIntegerField("vốn của kết cấu, đồng", default=0)
    structure_yearly_vnd = models.BigIntegerField("chi hằng năm của kết cấu, đồng", default=0)
    cost_lines = models.JSONField("các khoản", default=list, help_text="Khoản, số lượng, đơn giá, thành tiền.")
    exact = models.BooleanField("đã kiểm bằng phép tính chính xác", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    wish = models.CharField("ý của người lập", max_length=9, choices=Wish, default=Wish.FREE)
    year = models.PositiveSmallIntegerField("xây dựng năm", null=True, editable=False)
    paid_vnd = models.JSONField("vốn theo nguồn, đồng", default=dict, editable=False)

    history = HistoricalRecords()
    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "công trình có thể làm"
        ordering = ["scenario", "number"]
        constraints = [models.UniqueConstraint(fields=["scenario", "number"], name="candidate_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} số {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("planning:candidate", args=[self.pk])


class CandidateService(models.Model):
    """A place that a candidate would serve, with what probability."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="services", verbose_name="công trình")
    place = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name="nơi")
    probability = models.FloatField("xác suất được phục vụ")

    class Meta:
        verbose_name = "nơi công trình phục vụ"
        constraints = [models.UniqueConstraint(fields=["candidate", "place"], name="candidateservice_unique")]

    def __str__(self) -> str:
        return f"{self.candidate_id} → {self.place_id}"


class ScenarioPlace(models.Model):
    """A place that a scenario wants served: what it weighs, who serves it today, who will."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="places", verbose_name="phương án")
    place = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name="nơi")
    weight = models.FloatField("tính là")
    groups = models.JSONField("nhóm ưu tiên", default=list)
    served_by = models.JSONField("hiện do doanh nghiệp", default=list, help_text="Khoá của doanh nghiệp.")
    served_in = models.PositiveSmallIntegerField("được phục vụ từ năm", null=True)

    class Meta:
        verbose_name = "nơi cần phục vụ"
        constraints = [models.UniqueConstraint(fields=["scenario", "place"], name="scenarioplace_unique")]

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.place_id}"
