"""Files on their way into the register, what their check found line by line, and what headings are known to mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from hatang.accounts.access import filter_for, scopes
from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.work.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class RegisterUploadQuerySet(models.QuerySet["RegisterUpload"]):
    """Sets of uploads."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """An upload is seen by its operator and by the department."""
        return self.filter(
            filter_for(person, "network.change_register", province="province_id", organisation="operator_id")
        )

    def whole(self) -> Self:
        """Read with each upload its file, whose that is, its province and operator."""
        return self.select_related("file__organisation", "province", "operator")


class RegisterUpload(Upload):
    """A register file on its way in."""

    province = models.ForeignKey(Place, models.PROTECT, verbose_name="tỉnh")
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="doanh nghiệp",
        help_text="Để trống khi Sở tải lên tệp gồm nhiều doanh nghiệp.",
    )
    options = models.JSONField("cách đọc tệp", default=dict)
    undone_at = models.DateTimeField("lúc hoàn tác", null=True, blank=True)

    objects = RegisterUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp sổ hạ tầng tải lên"

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.operator_id}

    @property
    def reason(self) -> str:
        """What the history says of the rows that it wrote."""
        return f"Tệp tải lên số {self.pk}: {self.file.name}"[:100]


class UploadLineQuerySet(models.QuerySet["UploadLine"]):
    """Sets of lines."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A line is seen by who sees its upload."""
        return self.filter(upload__in=RegisterUpload.objects.visible_to(person).values("pk"))


class UploadLine(models.Model):
    """One thing that the check of a file found: a wrong cell, a changed field, a row left out, something to look at."""

    class Kind(models.TextChoices):
        WRONG = "wrong", "lỗi theo ô"
        CHANGED = "changed", "chỗ sửa"
        DOUBT = "doubt", "cần xem lại"
        MISSING = "missing", "có trong sổ, không có trong tệp"

    upload = models.ForeignKey(RegisterUpload, models.CASCADE, related_name="lines", verbose_name="tệp")
    kind = models.CharField("loại", max_length=7, choices=Kind)
    sheet = models.CharField("trang tính", max_length=100, blank=True)
    row = models.PositiveIntegerField("dòng", null=True, blank=True)
    column = models.CharField("cột", max_length=3, blank=True)
    heading = models.CharField("tiêu đề", max_length=200, blank=True)
    subject = models.CharField("của", max_length=200, blank=True)
    before = models.CharField("giá trị ghi, hoặc trước khi sửa", max_length=300, blank=True)
    after = models.CharField("sau khi sửa", max_length=300, blank=True)
    wrong = models.TextField("sai ở đâu", blank=True)
    right = models.TextField("ghi thế nào", blank=True)

    objects = UploadLineQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng kết quả kiểm tra tệp"
        indexes = [models.Index(fields=["upload", "kind"])]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row or ''} {self.heading}".strip()


class HeadingMemoryQuerySet(models.QuerySet["HeadingMemory"]):
    """Sets of remembered headings."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """What an organisation's headings mean is known to who brings its files."""
        held = scopes(person, "network.change_register")
        mine = [scope.organisation_id for scope in held if scope.organisation_id]
        own = getattr(person, "organisation_id", None)
        if own and any(scope.organisation_id is None for scope in held):
            mine.append(own)
        return self.filter(organisation__in=mine)


class HeadingMemory(models.Model):
    """Which column an organisation means by a heading of its own sheets."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name="tổ chức")
    layout = models.CharField("loại dữ liệu", max_length=30)
    heading = models.CharField("tiêu đề, không dấu", max_length=200)
    column = models.CharField("cột của sổ", max_length=40, blank=True, help_text="Để trống: không đọc cột này.")

    objects = HeadingMemoryQuerySet.as_manager()

    class Meta:
        verbose_name = "tiêu đề đã nhớ"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "layout", "heading"], name="heading_memory_unique")
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column}"
