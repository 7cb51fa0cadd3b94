"""Plans: targets on the territory they were set for, baselines, tasks, duties, and the yearly report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.indicators.models import Component, Indicator
from hatang.places.models import LegalReference, OfProvince, Place
from hatang.planning.models import SEE as SEE_SCENARIO
from hatang.planning.models import Candidate, Scenario
from hatang.work.models import StoredFile, Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

YEARS = [MinValueValidator(2015), MaxValueValidator(2060)]
PAST_YEARS = [MinValueValidator(1990), MaxValueValidator(2060)]
OPEN_STATES = ("not_started", "under_way")
"""The states of a task that is still to be done."""


class PlanQuerySet(models.QuerySet["Plan"]):
    """Sets of plans."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Published plans are public; drafts belong to the officers of today's province."""
        drafts = filter_for(person, "plans.change_plan", province="province_id")
        return self.filter(Q(published=True) | drafts)


class Plan(OfProvince, models.Model):
    """A province's digital-infrastructure plan, on the territory it was made for."""

    class Kind(models.TextChoices):
        STRATEGY = "strategy", "chiến lược, nghị quyết, đề án"
        PLAN = "plan", "kế hoạch"
        AMENDMENT = "amendment", "sửa đổi, bổ sung"

    code = models.SlugField("mã", max_length=40, unique=True)
    kind = models.CharField("loại", max_length=9, choices=Kind, default=Kind.PLAN)
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
    amends = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="amendments", verbose_name="sửa đổi, bổ sung"
    )
    published = models.BooleanField("đã công bố", default=False)

    history = HistoricalRecords()
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "kế hoạch"
        ordering = ["-year_to", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amends__isnull=True) | Q(replaces__isnull=True),
                name="plan_one_relation",
                violation_error_message="Kế hoạch hoặc sửa đổi, hoặc thay thế một kế hoạch khác, không cả hai.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Comparator(models.TextChoices):
    """How a value is held against a target."""

    AT_LEAST = "ge", "ít nhất"
    MORE_THAN = "gt", "trên"
    EQUAL = "eq", "bằng"
    AT_MOST = "le", "không quá"
    LESS_THAN = "lt", "dưới"
    ABOUT = "approx", "khoảng"
    DOUBLE = "double", "gấp đôi năm gốc"
    DONE = "done", "hoàn thành"

    def nothing_beyond(self, value: float, unit: str) -> bool:
        """Tell whether a level is the furthest there is: at least 100 %, at most none."""
        return (self == Comparator.AT_LEAST and unit == "percent" and value == 100) or (
            self == Comparator.AT_MOST and value == 0
        )


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
    quote = models.TextField("nguyên văn", blank=True)
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
        comparator = Comparator(self.comparator)
        if comparator == Comparator.EQUAL or comparator.nothing_beyond(self.value, self.indicator.unit_code):
            return level
        return f"{comparator.label} {level}"


class Baseline(models.Model):
    """A figure of the present state that the plan itself states."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="baselines", verbose_name="kế hoạch")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="baselines", verbose_name="chỉ tiêu"
    )
    label = models.CharField("nội dung", max_length=200)
    year = models.PositiveSmallIntegerField("năm", validators=PAST_YEARS)
    year_note = models.CharField("ghi chú về năm", max_length=200, blank=True)
    value = models.FloatField("mức")
    approximate = models.BooleanField("khoảng", default=False)
    section = models.CharField("mục trong văn bản", max_length=40, blank=True)
    quote = models.TextField("nguyên văn", blank=True)

    class Meta:
        verbose_name = "hiện trạng trong kế hoạch"

    def __str__(self) -> str:
        return self.label


def task_open_to(person: AbstractBaseUser | AnonymousUser, path: str = "") -> Q:
    """Keep the tasks of plans that the person may see that this person may see too; `path` leads to the task.

    What a document gives is as open as its plan. A task made of a scenario's works tells where an operator lacks: it is
    the department's and that of the operator who leads it.
    """
    province, lead = f"{path}plan__province_id", f"{path}lead_id"
    whole = filter_for(person, SEE_SCENARIO, province=province)
    led = filter_for(person, "plans.report_task", province=province, organisation=lead)
    return Q(**{f"{path}scenario": None}) | whole | led


class TaskQuerySet(models.QuerySet["Task"]):
    """Sets of tasks."""

    def written(self) -> Self:
        """Keep those that the plan's document gives, not those made of a scenario's works."""
        return self.filter(scenario=None)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A task is as open as its plan; one made of a scenario's works less."""
        return self.filter(task_open_to(person), plan__in=Plan.objects.visible_to(person))

    def superseded(self, on: date) -> Self:
        """Keep tasks that a later document of the day or before took over: singly, or with their whole plan."""
        later = Plan.objects.filter(published=True).filter(Q(date__lte=on) | Q(date=None))
        return self.filter(Q(continued_by__plan__in=later) | Q(plan__plan__in=later)).distinct()


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
    quote = models.TextField("nguyên văn", blank=True)
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
    continues = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name="nối tiếp nhiệm vụ",
        help_text="Nhiệm vụ của văn bản trước mà văn bản này nhắc lại hoặc sửa.",
    )
    scenario = models.ForeignKey(
        Scenario,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="tasks",
        verbose_name="phương án",
        help_text="Phương án mà công trình của nhiệm vụ được lấy từ đó.",
    )
    works: models.ManyToManyField[Candidate, Candidate] = models.ManyToManyField(
        Candidate, blank=True, editable=False, related_name="tasks", verbose_name="công trình"
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    history = HistoricalRecords()
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ"
        ordering = ["plan", "order"]

    def __str__(self) -> str:
        return self.title

    def late(self, today: date) -> bool:
        """Whether the task should have been done by now."""
        return self.due_on is not None and self.due_on < today and self.state in OPEN_STATES

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
    quote = models.TextField("nguyên văn", blank=True)
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


class PlanReadingQuerySet(models.QuerySet["PlanReading"]):
    """Sets of documents that were read."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A document under review belongs to the officers of the province that its plan is for."""
        return self.filter(filter_for(person, "plans.change_plan", province="province_id"))


class PlanReading(OfProvince, Upload):
    """A plan's document on its way to a plan: read by the machine, looked through by an officer, then published.

    `document` holds the blocks of the text with their outline, `facts` what the head says and the officer corrected.
    """

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    against = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="so với kế hoạch"
    )
    plan = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, related_name="readings", verbose_name="kế hoạch đã lập"
    )
    document = models.JSONField("văn bản", default=dict, editable=False)
    facts = models.JSONField("thông tin chung", default=dict)

    objects = PlanReadingQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản kế hoạch được đọc"
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], name="planreading_plan", violation_error_message="Kế hoạch này đã lập từ văn bản khác."
            ),
        ]


class Statement(models.Model):
    """What was found in a document's words: by the reader, or by an officer who marked them.

    `facts` holds what its kind needs, under the names of `core.plan_reader`; `sure` (0 to 1) orders what to look at.
    """

    class Kind(models.TextChoices):
        TARGET = "target", "mục tiêu"
        BASELINE = "baseline", "hiện trạng"
        TASK = "task", "nhiệm vụ"
        BODY = "body", "cơ quan"
        DUTY = "duty", "nghĩa vụ báo cáo"
        BASIS = "basis", "căn cứ"
        ODDITY = "oddity", "điểm lạ"

    class State(models.TextChoices):
        PROPOSED = "proposed", "chờ xem"
        CONFIRMED = "confirmed", "đã nhận"
        REJECTED = "rejected", "đã bỏ"

    reading = models.ForeignKey(PlanReading, models.CASCADE, related_name="statements", verbose_name="văn bản được đọc")
    kind = models.CharField("loại", max_length=8, choices=Kind)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.PROPOSED)
    by_hand = models.BooleanField("do người ghi", default=False)
    block = models.PositiveIntegerField("đoạn", null=True, blank=True)
    start = models.PositiveIntegerField("từ ký tự", default=0)
    end = models.PositiveIntegerField("đến ký tự", default=0)
    quote = models.TextField("nguyên văn", blank=True)
    section = models.CharField("mục", max_length=40, blank=True)
    facts = models.JSONField("nội dung", default=dict)
    sure = models.FloatField("độ chắc", default=1)
    order = models.PositiveIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "điều đọc được"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="statement_span",
                violation_error_message="Chỗ đánh dấu phải kết thúc sau khi bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(sure__gte=0) & Q(sure__lte=1),
                name="statement_sure",
                violation_error_message="Độ chắc phải từ 0 đến 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.quote[:80]


class ReadingAct(models.Model):
    """One thing an officer did to a reading, with the rows before and after, so that it can be taken back."""

    reading = models.ForeignKey(PlanReading, models.CASCADE, related_name="acts", verbose_name="văn bản được đọc")
    what = models.CharField("việc", max_length=200)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người làm")
    at = models.DateTimeField("lúc", auto_now_add=True)
    before = models.JSONField("trước", default=dict)
    after = models.JSONField("sau", default=dict)
    undone = models.BooleanField("đã hoàn tác", default=False)

    class Meta:
        verbose_name = "việc đã làm khi xem văn bản"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what
