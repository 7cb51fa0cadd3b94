"""Periods of collecting, the returns filed in them, their cells, what checks found, and the way up to approval."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.indicators.models.return_forms import FormItem, FormVersion, ReturnForm
from hatang.places.models import Place
from hatang.work.models import Clock, StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_RETURN = "indicators.view_return"
FILE_RETURN = "indicators.file_return"
SIGN_RETURN = "indicators.sign_return"
FILER_KEY = Coalesce("organisation__sort_key", "place__sort_key")
CHECK_RETURN = "indicators.check_return"
APPROVE_RETURN = "indicators.approve_return"
COMPARE_OPERATORS = "indicators.compare_operators"


class PeriodQuerySet(models.QuerySet["Period"]):
    """Sets of periods."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees its periods, a filer those in which a return of theirs stands."""
        whole = filter_for(person, CHECK_RETURN, province="form__province_id")
        own = Q(pk__in=Return.objects.visible_to(person).values("period"))
        return self.filter(whole | own)


class Period(models.Model):
    """One round of a form: a year, half-year or quarter, or an ad-hoc request; it opens and closes by itself."""

    class State(models.TextChoices):
        PLANNED = "planned", "chưa mở"
        OPEN = "open", "đang thu"
        CLOSED = "closed", "đã đóng"

    form = models.ForeignKey(ReturnForm, models.PROTECT, related_name="periods", verbose_name="biểu")
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="periods", verbose_name="bản của biểu")
    year = models.PositiveSmallIntegerField("năm")
    part = models.CharField("phần của năm", max_length=4, blank=True, help_text="H1, H2, Q1-Q4; đột xuất A1, A2 …")
    title = models.CharField("tên kỳ", max_length=200)
    first_on = models.DateField("từ ngày")
    last_on = models.DateField("đến hết ngày")
    opens_on = models.DateField("mở ngày")
    due_on = models.DateField("hạn nộp")
    state = models.CharField("trạng thái", max_length=7, choices=State, default=State.PLANNED, db_index=True)
    opened_at = models.DateTimeField("mở lúc", null=True, blank=True)
    closed_at = models.DateTimeField("đóng lúc", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "kỳ thu thập"
        ordering = ["-due_on", "form"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "year", "part"],
                name="period_unique",
                violation_error_message="Biểu đã có kỳ này.",
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")) & Q(due_on__gte=F("opens_on")),
                name="period_dates",
                violation_error_message="Ngày cuối kỳ không trước ngày đầu, hạn nộp không trước ngày mở.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("indicators:period", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return self.form.owners()


class ReturnQuerySet(models.QuerySet["Return"]):
    """Sets of returns."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A commune sees its own, an operator its own, the department all of its province."""
        return self.filter(
            filter_for(person, SEE_RETURN, province="province_id", place="place_id", organisation="organisation_id")
        )

    def fillable(self) -> Self:
        """Keep what its filer may still change: drafts while their period is open, and all that was sent back."""
        drafts = Q(state=Return.State.DRAFT, period__state=Period.State.OPEN)
        return self.filter(drafts | Q(state=Return.State.RETURNED))

    def whole(self) -> Self:
        """Read along what every list names."""
        return self.select_related("period__form", "period__version", "place", "organisation", "province", "clock")

    def with_filer_key(self) -> Self:
        """Add `filer_key`, by which filers stand in the order of their names, communes and organisations alike."""
        return self.annotate(filer_key=FILER_KEY)

    def in_order_of_filers(self) -> Self:
        """Put them in the order of their filers' names."""
        return self.order_by(FILER_KEY, "pk")


class Return(models.Model):
    """What one filer owes in one period: a commune (`organisation` empty), an operator, or the department.

    The way up: a commune's officer submits, its leader signs, the department's officer checks, its head approves; an
    operator's return is checked and approved. The key is no number in a row, from which rivals' could be counted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "đang điền"
        SUBMITTED = "submitted", "đã gửi, chờ lãnh đạo xã ký"
        SIGNED = "signed", "chờ cán bộ Sở kiểm tra"
        CHECKED = "checked", "chờ lãnh đạo Sở duyệt"
        APPROVED = "approved", "đã duyệt, đã khoá"
        RETURNED = "returned", "bị trả lại"

    EDITABLE = (State.DRAFT, State.RETURNED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="returns", verbose_name="kỳ thu thập")
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    place = models.ForeignKey(Place, models.PROTECT, related_name="returns", verbose_name="nơi")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="returns", verbose_name="tổ chức nộp"
    )
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFT, db_index=True)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+", verbose_name="thời hạn")
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người gửi"
    )
    approved_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    approved_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu báo cáo"
        ordering = ["period", "place__sort_key"]
        constraints = [
            models.UniqueConstraint(
                "period",
                "place",
                Coalesce("organisation", 0),
                name="return_unique",
                violation_error_message="Người nộp này đã có phiếu trong kỳ.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.filer}"

    @property
    def filer(self) -> Place | Organisation:
        """Who owes the return."""
        return self.organisation or self.place

    @property
    def editable(self) -> bool:
        """Whether its filer may still change it."""
        return self.state in self.EDITABLE

    def get_absolute_url(self) -> str:
        return reverse("indicators:return", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        commune = self.place_id if self.organisation_id is None else None
        return {"province_id": self.province_id, "place_id": commune, "organisation_id": self.organisation_id}


class ReturnCellQuerySet(models.QuerySet["ReturnCell"]):
    """Sets of answers."""

    def of_operators(self) -> Self:
        """Keep what operators answered in returns that the department approved."""
        operators = Q(of_return__period__form__filer=ReturnForm.Filer.OPERATOR, of_return__organisation__isnull=False)
        return self.filter(operators, of_return__state=Return.State.APPROVED)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees every operator's answers, an operator its own; nobody else sees whose they are."""
        owner = {"province": "of_return__province_id", "organisation": "of_return__organisation_id"}
        return self.of_operators().filter(filter_for(person, COMPARE_OPERATORS, **owner))


class ReturnCell(models.Model):
    """One answer of a return, at one place; saved as it is typed, its earlier contents stay in its history.

    `revision` grows with every change: who saves over a revision that they have not seen is told. What is counted by
    the system is confirmed or disputed: `counted` keeps what was shown (numerator, denominator, value, on).
    """

    class Answer(models.TextChoices):
        NONE = "", "chưa trả lời"
        CONFIRMED = "confirmed", "xác nhận"
        DISPUTED = "disputed", "không đồng ý"

    of_return = models.ForeignKey(Return, models.CASCADE, related_name="cells", verbose_name="phiếu")
    item = models.ForeignKey(FormItem, models.PROTECT, related_name="cells", verbose_name="dòng")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="nơi")
    numerator = models.FloatField("tử số", null=True, blank=True)
    denominator = models.FloatField("mẫu số", null=True, blank=True)
    value = models.FloatField("giá trị", null=True, blank=True)
    text = models.TextField("lời", blank=True)
    none_here = models.BooleanField("không có ở đây", default=False, help_text="Người nộp ghi “không có”.")
    answer = models.CharField("ý kiến", max_length=9, choices=Answer, blank=True, default=Answer.NONE)
    counted = models.JSONField("số hệ thống đếm được khi hỏi", null=True, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tệp minh chứng"
    )
    revision = models.PositiveIntegerField("lần sửa", default=1)
    changed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người sửa"
    )
    changed_at = models.DateTimeField("lúc sửa")

    history = HistoricalRecords()
    objects = ReturnCellQuerySet.as_manager()

    class Meta:
        verbose_name = "ô của phiếu"
        constraints = [
            models.UniqueConstraint(
                fields=["of_return", "item", "place"],
                name="returncell_unique",
                violation_error_message="Phiếu đã có ô này.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.place}"


class Finding(models.Model):
    """What a check found in a return; a soft one is answered with a reason, which stays over later checks.

    `key` names rule, item and place, so that the same finding is known again.
    """

    of_return = models.ForeignKey(Return, models.CASCADE, related_name="findings", verbose_name="phiếu")
    item = models.ForeignKey(FormItem, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="dòng")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nơi")
    rule = models.CharField("luật", max_length=40)
    key = models.CharField(max_length=160, editable=False)
    hard = models.BooleanField("chặn gửi", default=False)
    message = models.CharField("điều thấy", max_length=500)
    standing = models.BooleanField("còn", default=True)
    found_at = models.DateTimeField("thấy lúc")
    reason = models.CharField("giải thích", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người giải thích"
    )
    answered_at = models.DateTimeField("giải thích lúc", null=True, blank=True)

    class Meta:
        verbose_name = "điều kiểm tra thấy"
        ordering = ["-hard", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["of_return", "key"], name="finding_once", violation_error_message="Điều này đã được ghi."
            )
        ]

    def __str__(self) -> str:
        return self.message


class CellNote(models.Model):
    """What a superior asks about one cell (or, without an item, the whole return) when sending it back."""

    of_return = models.ForeignKey(Return, models.CASCADE, related_name="notes", verbose_name="phiếu")
    item = models.ForeignKey(FormItem, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="dòng")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nơi")
    text = models.CharField("nội dung", max_length=500)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người ghi")
    at = models.DateTimeField("lúc")
    settled_at = models.DateTimeField("đã xong lúc", null=True, blank=True)

    class Meta:
        verbose_name = "ghi chú trên ô"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text


class ReturnStep(models.Model):
    """One step of a return on its way: from which state to which, by whom, with what words."""

    of_return = models.ForeignKey(Return, models.CASCADE, related_name="steps", verbose_name="phiếu")
    before = models.CharField("từ", max_length=9, choices=Return.State)
    after = models.CharField("sang", max_length=9, choices=Return.State)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người làm")
    at = models.DateTimeField("lúc")
    words = models.CharField("lời", max_length=500, blank=True)

    class Meta:
        verbose_name = "bước của phiếu"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"
