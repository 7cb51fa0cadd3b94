"""What every case, upload and report owns: stored files and the jobs that run in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from hatang.accounts.models import Organisation, Person
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Sets of stored files."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file by itself is seen by who stored it; others reach it through the row that owns it."""
        return self.filter(stored_by_id=person.pk) if person.is_authenticated else self.none()


class StoredFile(models.Model):
    """An uploaded or produced file, kept by its content's hash; its owner organisation's quota counts it."""

    file = models.FileField("tệp", upload_to="%Y/%m")
    name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField("mã băm", max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField("dung lượng, byte")
    province = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, verbose_name="tỉnh")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="tổ chức")
    stored_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name="người tải lên")
    stored_at = models.DateTimeField("lúc", auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp lưu"

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet["Job"]):
    """Sets of jobs."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A job is seen by who asked for it."""
        return self.filter(asked_by_id=person.pk) if person.is_authenticated else self.none()


class Job(models.Model):
    """Long work that somebody asked for: how far it is, and where its result is."""

    class State(models.TextChoices):
        WAITING = "waiting", "đang chờ"
        RUNNING = "running", "đang chạy"
        DONE = "done", "xong"
        FAILED = "failed", "không xong"

    title = models.CharField("việc", max_length=200)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.WAITING)
    done_percent = models.PositiveSmallIntegerField("đã làm, %", default=0)
    message = models.CharField("thông báo", max_length=500, blank=True)
    result_url = models.CharField("nơi xem kết quả", max_length=300, blank=True)
    asked_by = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, verbose_name="người yêu cầu")
    asked_at = models.DateTimeField("lúc yêu cầu", auto_now_add=True)
    ended_at = models.DateTimeField("lúc xong", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "việc chạy nền"

    def __str__(self) -> str:
        return self.title


class Upload(models.Model):
    """A file on its way into a register: checked first, saved only when somebody says so."""

    class State(models.TextChoices):
        CHECKING = "checking", "đang kiểm tra"
        WRONG = "wrong", "có lỗi"
        READY = "ready", "chờ lưu"
        SAVING = "saving", "đang lưu"
        SAVED = "saved", "đã lưu"
        DISCARDED = "discarded", "đã bỏ"

    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.CHECKING)
    summary = models.JSONField("kết quả kiểm tra", default=dict)
    saved_at = models.DateTimeField("lúc lưu", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file.name
