"""Forms of returns as data: what is asked, of whom, how often, and how answers are checked; each version kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.indicators.models.definitions import Indicator
from hatang.indicators.units import UNIT_KINDS, UnitKind
from hatang.places.models import OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

CHANGE_FORM = "indicators.change_form"
REPORTED = "reported"
"""The formula of an indicator that only people can tell."""


class ReturnFormQuerySet(models.QuerySet["ReturnForm"]):
    """Sets of forms."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Who composes forms in a province sees its forms; those who file see the version of their return."""
        return self.filter(filter_for(person, CHANGE_FORM, province="province_id"))


class ReturnForm(OfProvince, models.Model):
    """A return that a province asks for: by whom, how often, until when; what it asks stands in its versions.

    Its periods are due `due_offset_days` after their last day (before it where negative: -11 is 20 December of a
    yearly form) and open `open_days` before they are due.
    """

    class Filer(models.TextChoices):
        COMMUNE = "commune", "mỗi xã, phường"
        OPERATOR = "operator", "mỗi doanh nghiệp viễn thông"
        DEPARTMENT = "department", "Sở"

    class Rhythm(models.TextChoices):
        YEARLY = "yearly", "hằng năm"
        HALF_YEARLY = "half_yearly", "nửa năm"
        QUARTERLY = "quarterly", "hằng quý"
        AD_HOC = "ad_hoc", "khi có yêu cầu"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh", editable=False)
    code = models.SlugField("mã", max_length=40)
    name = models.CharField("tên", max_length=200)
    filer = models.CharField("ai nộp", max_length=10, choices=Filer)
    by_commune = models.BooleanField(
        "chia theo xã, phường", default=False, help_text="Chỉ cho doanh nghiệp và Sở: mỗi ô một xã."
    )
    rhythm = models.CharField("nhịp", max_length=11, choices=Rhythm, default=Rhythm.YEARLY)
    due_offset_days = models.SmallIntegerField(
        "hạn nộp, số ngày sau ngày cuối kỳ",
        default=15,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="Số âm: trước ngày cuối kỳ. Kỳ năm với -11 là ngày 20/12.",
    )
    open_days = models.PositiveSmallIntegerField(
        "mở trước hạn, ngày", default=30, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    legal = models.CharField("căn cứ", max_length=300, blank=True, help_text="Số, cơ quan, ngày của văn bản.")
    help = models.TextField("hướng dẫn", blank=True)
    archived = models.BooleanField("thôi dùng", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = ReturnFormQuerySet.as_manager()

    class Meta:
        verbose_name = "biểu thu thập"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="returnform_code",
                violation_error_message="Tỉnh đã có biểu mang mã này.",
            ),
            models.CheckConstraint(
                condition=Q(by_commune=False) | ~Q(filer="commune"),
                name="returnform_by_commune",
                violation_error_message="Biểu do xã nộp đã là của một xã, không chia theo xã.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """What a form asks, as published on a day; a published one is never changed, a return keeps its own."""

    class State(models.TextChoices):
        DRAFT = "draft", "đang soạn"
        PUBLISHED = "published", "đang dùng"
        RETIRED = "retired", "bản cũ"

    form = models.ForeignKey(ReturnForm, models.CASCADE, related_name="versions", verbose_name="biểu")
    number = models.PositiveSmallIntegerField("bản số")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFT)
    note = models.CharField("khác gì bản trước", max_length=300, blank=True)
    published_at = models.DateTimeField("ban hành lúc", null=True, blank=True)
    published_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người ban hành"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "bản của biểu"
        ordering = ["form", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "number"], name="formversion_number", violation_error_message="Bản số này đã có."
            ),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(state="draft"),
                name="formversion_one_draft",
                violation_error_message="Biểu đã có một bản đang soạn.",
            ),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(state="published"),
                name="formversion_one_published",
                violation_error_message="Biểu đã có một bản đang dùng.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}, bản {self.number}"


class FormItem(models.Model):
    """One question of a form: an indicator's figure, a further number, text, yes or no, or a register's extract.

    `code` stays the same from version to version, so that answers can be held against the last period's. An
    indicator that the system counts itself, and an extract, are shown to be confirmed or disputed, never asked for.
    """

    class Kind(models.TextChoices):
        INDICATOR = "indicator", "số liệu của chỉ tiêu"
        NUMBER = "number", "số khác"
        YES_NO = "yes_no", "có hay chưa"
        CHOICE = "choice", "chọn một"
        TEXT = "text", "lời"
        EXTRACT = "extract", "trích từ sổ đăng ký để xác nhận"

    class Denominator(models.TextChoices):
        ASKED = "", "người nộp ghi"
        POPULATION = "population", "dân số của nơi"
        HOUSEHOLDS = "households", "số hộ của nơi"
        VILLAGES = "villages", "số thôn của nơi"

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="items", verbose_name="bản của biểu")
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    code = models.SlugField("mã dòng", max_length=60)
    section = models.CharField("phần", max_length=200, blank=True)
    label = models.CharField("câu hỏi", max_length=300)
    help = models.CharField("giải thích", max_length=500, blank=True)
    kind = models.CharField("loại", max_length=9, choices=Kind)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ tiêu"
    )
    unit_code = models.CharField(
        "đơn vị", max_length=20, blank=True, choices=[(k, v.label) for k, v in UNIT_KINDS.items()]
    )
    denominator_from = models.CharField(
        "mẫu số lấy từ", max_length=10, choices=Denominator, blank=True, default=Denominator.ASKED
    )
    options = models.JSONField("các lựa chọn", default=list, blank=True)
    extract = models.CharField("trích từ sổ", max_length=40, blank=True)
    required = models.BooleanField("phải trả lời", default=True)

    class Meta:
        verbose_name = "dòng của biểu"
        ordering = ["version", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], name="formitem_code", violation_error_message="Biểu đã có dòng mang mã này."
            ),
            models.CheckConstraint(
                condition=~Q(kind="indicator") | Q(indicator__isnull=False),
                name="formitem_indicator",
                violation_error_message="Dòng số liệu của chỉ tiêu phải nêu chỉ tiêu.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def unit(self) -> UnitKind | None:
        """The kind of unit of the figure asked for: the indicator's own, or the item's; none for words."""
        return self.indicator.unit if self.indicator else UNIT_KINDS.get(self.unit_code)

    @property
    def is_counted(self) -> bool:
        """Whether the system knows the figure, so that it is shown to be confirmed or disputed."""
        counted = self.indicator is not None and self.indicator.formula != REPORTED
        return self.kind == self.Kind.EXTRACT or (self.kind == self.Kind.INDICATOR and counted)

    @property
    def is_ratio(self) -> bool:
        """Whether a numerator and a denominator are asked for."""
        return self.kind == self.Kind.INDICATOR and self.unit is not None and self.unit.ratio_scale is not None


class FormCheck(models.Model):
    """A check of a form: a named rule of `services.checks` with settings; a soft one can be answered by a reason."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="checks", verbose_name="bản của biểu")
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    rule = models.CharField("luật", max_length=40)
    items = models.JSONField(
        "mã các dòng", default=list, blank=True, help_text="Để trống: mọi dòng mà luật áp dụng được."
    )
    settings = models.JSONField("tham số", default=dict, blank=True)
    hard = models.BooleanField("chặn gửi", default=False, help_text="Không chặn: người nộp giải thích rồi gửi được.")
    message = models.CharField("cần xem gì", max_length=300, blank=True)

    class Meta:
        verbose_name = "luật kiểm tra của biểu"
        ordering = ["version", "order", "pk"]

    def __str__(self) -> str:
        return self.rule
