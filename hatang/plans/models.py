"""Plans: targets on the territory they were set for, baselines, tasks, duties, and the yearly report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.indicators.models import Component, Indicator
from hatang.places.models import LegalReference, Place
from hatang.work.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

YEARS = [MinValueValidator(2015), MaxValueValidator(2060)]


class PlanQuerySet(models.QuerySet["Plan"]):
    """Sets of plans."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Published plans are public; drafts belong to the officers of today's province."""
        drafts = filter_for(person, "plans.change_plan", province="province_id")
        return self.filter(Q(published=True) | drafts)


class Plan(models.Model):
    """A province's digital-infrastructure plan, on the territory it was made for."""

    code = models.SlugField("mã", max_length=40, unique=True)
    title = models.CharField("tên", max_length=300)
    number = models.CharField("số ký hiệu", max_length=60, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    date = models.DateField("ngày ban hành", null=True, blank=True)
    territory = models.ForeignKey(
        Place, models.PROTECT, related_name="plans_for", verbose_name="địa bàn", help_text="Tỉnh khi kế hoạch được lập."
    )
    province = models.ForeignKey(Place, models.PROTECT, related_name="plans", verbose_name="tỉnh hiện nay")
    year_from = models.PositiveSmallIntegerField("từ năm", validators=YEARS)
    year_to = models.PositiveSmallIntegerField("đến năm", validators=YEARS)
    bases = models.ManyToManyField(LegalReference, blank=True, verbose_name="căn cứ")
    funding = models.TextField("kinh phí", blank=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, verbose_name="thay thế")
    published = models.BooleanField("đã công bố", default=False)

    history = HistoricalRecords()
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "kế hoạch"
        ordering = ["-year_to", "code"]

    def __str__(self) -> str:
        return self.title

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id}


class Comparator(models.TextChoices):
    """How a value is held against a target."""

    AT_LEAST = "ge", "ít nhất"
    MORE_THAN = "gt", "trên"
    EQUAL = "eq", "bằng"
    DOUBLE = "double", "gấp đôi năm gốc"
    DONE = "done", "hoàn thành"


class Target(models.Model):
    """What an indicator shall be by the end of a year, on the territory the target was set for."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets", verbose_name="kế hoạch")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name="chỉ tiêu")
    year = models.PositiveSmallIntegerField("đến hết năm", validators=YEARS)
    comparator = models.CharField("so sánh", max_length=6, choices=Comparator)
    value = models.FloatField("mức", null=True, blank=True)
    base_year = models.PositiveSmallIntegerField("năm gốc", null=True, blank=True, validators=YEARS)
    condition_value = models.FloatField("ngưỡng kèm theo", null=True, blank=True)
    condition_unit = models.CharField("đơn vị của ngưỡng", max_length=20, blank=True)
    condition_comparator = models.CharField("so sánh với ngưỡng", max_length=6, choices=Comparator, blank=True)
    scope = models.CharField("phạm vi", max_length=300, blank=True)
    aspirational = models.BooleanField("phấn đấu", default=False)
    section = models.CharField("mục trong văn bản", max_length=40, blank=True)
    unit_as_written = models.CharField("đơn vị như văn bản ghi", max_length=30, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "mục tiêu"
        ordering = ["plan", "order"]

    def __str__(self) -> str:
        return f"{self.indicator.short_name} {self.year}"

    @property
    def written(self) -> str:
        """The level to reach in words: ít nhất 98%, trên 50%, gấp đôi năm 2024."""
        if self.comparator == Comparator.DONE or self.value is None:
            return "hoàn thành"
        if self.comparator == Comparator.DOUBLE:
            return f"gấp đôi năm {self.base_year}"
        level = self.indicator.unit.write(self.value)
        if self.comparator == Comparator.EQUAL:
            return level
        return f"{Comparator(self.comparator).label} {level}"


class Baseline(models.Model):
    """A figure of the present state that the plan itself states."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="baselines", verbose_name="kế hoạch")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="baselines", verbose_name="chỉ tiêu"
    )
    label = models.CharField("nội dung", max_length=200)
    year = models.PositiveSmallIntegerField("năm", validators=YEARS)
    year_note = models.CharField("ghi chú về năm", max_length=200, blank=True)
    value = models.FloatField("mức")
    approximate = models.BooleanField("khoảng", default=False)
    section = models.CharField("mục trong văn bản", max_length=40, blank=True)

    class Meta:
        verbose_name = "hiện trạng trong kế hoạch"

    def __str__(self) -> str:
        return self.label


class Task(models.Model):
    """Work that the plan gives to somebody; its title is in our words, its section leads to the document's."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "chưa bắt đầu"
        UNDER_WAY = "under_way", "đang làm"
        DONE = "done", "hoàn thành"
        STOPPED = "stopped", "dừng"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks", verbose_name="kế hoạch")
    title = models.CharField("nhiệm vụ", max_length=300)
    component = models.CharField("thành phần", max_length=10, choices=Component, blank=True)
    section = models.CharField("mục trong văn bản", max_length=40, blank=True)
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tasks_led", verbose_name="chủ trì"
    )
    support = models.ManyToManyField(Organisation, blank=True, related_name="tasks_supported", verbose_name="phối hợp")
    due_on = models.DateField("hạn", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=11, choices=State, default=State.NOT_STARTED)
    progress_text = models.TextField("tiến độ", blank=True)
    obstacle_text = models.TextField("vướng mắc", blank=True)
    estimate_vnd = models.BigIntegerField("dự toán, đồng", null=True, blank=True)
    funding_source = models.CharField("nguồn kinh phí", max_length=200, blank=True)
    spent_vnd = models.BigIntegerField("đã chi, đồng", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "nhiệm vụ"
        ordering = ["plan", "order"]

    def __str__(self) -> str:
        return self.title

    def late(self, today: date) -> bool:
        """Whether the task should have been done by now."""
        return self.due_on is not None and self.due_on < today and self.state in ("not_started", "under_way")

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.plan.province_id, "organisation_id": self.lead_id}


class Duty(models.Model):
    """What a body owes under the plan: reports, plans or data to send, or standing work."""

    class Rhythm(models.TextChoices):
        STANDING = "standing", "thường xuyên"
        YEARLY = "yearly", "hằng năm"
        ON_DEMAND = "on_demand", "đột xuất, theo yêu cầu"
        ONCE = "once", "một lần"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="duties", verbose_name="kế hoạch")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="duties", verbose_name="cơ quan")
    title = models.CharField("trách nhiệm", max_length=300)
    is_report = models.BooleanField("là báo cáo", default=False)
    rhythm = models.CharField("nhịp", max_length=9, choices=Rhythm, default=Rhythm.STANDING)
    due_month = models.PositiveSmallIntegerField("tháng hạn", null=True, blank=True)
    due_day = models.PositiveSmallIntegerField("ngày hạn", null=True, blank=True)
    recipient = models.CharField("nơi nhận", max_length=200, blank=True)
    section = models.CharField("mục trong văn bản", max_length=40, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "trách nhiệm"
        ordering = ["plan", "order"]

    def __str__(self) -> str:
        return self.title


class ReportQuerySet(models.QuerySet["Report"]):
    """Sets of reports."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A report is seen by those who write it; what was sent is public."""
        drafts = filter_for(person, "plans.write_report", province="plan__province_id")
        return self.filter(Q(sent_on__isnull=False) | drafts)


class Report(models.Model):
    """The yearly report on a plan: the officer's texts; figures are computed when it is made."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="reports", verbose_name="kế hoạch")
    year = models.PositiveSmallIntegerField("năm báo cáo", validators=YEARS)
    number = models.CharField("số ký hiệu", max_length=60, blank=True, help_text="Để trống khi chưa cấp số.")
    date = models.DateField("ngày ký", null=True, blank=True)
    place_name = models.CharField("địa danh", max_length=60, blank=True)
    parent_body = models.CharField("cơ quan chủ quản", max_length=200, blank=True)
    body = models.CharField("cơ quan báo cáo", max_length=200, blank=True)
    addressee = models.CharField("kính gửi", max_length=200, blank=True)
    assessment = models.TextField("đánh giá chung", blank=True)
    causes = models.TextField("tồn tại, nguyên nhân", blank=True)
    proposals = models.TextField("kiến nghị, đề xuất", blank=True)
    signer_authority = models.CharField("thẩm quyền ký", max_length=100, blank=True)
    signer_title = models.CharField("chức vụ người ký", max_length=100, blank=True)
    signer_name = models.CharField("người ký", max_length=100, blank=True)
    recipients = models.TextField("nơi nhận, mỗi dòng một nơi", blank=True)
    sent_on = models.DateField("ngày gửi", null=True, blank=True)
    sent_content = models.JSONField("nội dung đã gửi", null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["sent_content"])
    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo năm"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "year"],
                name="report_unique",
                violation_error_message="Báo cáo năm này đã có.",
            )
        ]

    def __str__(self) -> str:
        return f"Báo cáo {self.year}: {self.plan}"

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.plan.province_id}


class ReportTemplate(models.Model):
    """A province's own DOCX template for the report, edited in Word."""

    province = models.OneToOneField(Place, models.CASCADE, verbose_name="tỉnh")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp mẫu")

    class Meta:
        verbose_name = "mẫu báo cáo"

    def __str__(self) -> str:
        return f"Mẫu báo cáo của {self.province}"
