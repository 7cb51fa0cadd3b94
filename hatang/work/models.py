"""What every case, upload and report owns: files, background jobs, the calendar, clocks, reminders and notices."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import moment, search_key
from hatang.places.models import OfProvince, Place

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

    def before(self, job: Job) -> Self:
        """Keep the jobs whose turn comes before another's in its lane, with the one that runs."""
        rows = self.filter(lane=job.lane, state__in=(Job.State.WAITING, Job.State.RUNNING))
        return rows.filter(Q(pk__lt=job.pk) | Q(state=Job.State.RUNNING)).exclude(pk=job.pk)


class Job(models.Model):
    """Long work that somebody asked for: how far it is, and where its result is."""

    class State(models.TextChoices):
        WAITING = "waiting", "đang chờ"
        RUNNING = "running", "đang chạy"
        DONE = "done", "xong"
        FAILED = "failed", "không xong"
        CANCELLED = "cancelled", "đã huỷ"

    class Lane(models.TextChoices):
        """Queues; a process of its own takes from each, so that work of one never waits for another's."""

        SHORT = "default", "việc ngắn"
        LONG = "long", "việc dài"
        ASIDE = "aside", "việc phải đợi máy khác"

    title = models.CharField("việc", max_length=200)
    lane = models.CharField("hàng chờ", max_length=7, choices=Lane, default=Lane.SHORT)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.WAITING)
    may_cancel = models.BooleanField("huỷ được giữa chừng", default=False)
    cancel_asked = models.BooleanField("có người đã bảo huỷ", default=False)
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

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def jobs_before(self) -> int:
        """How many jobs of its lane come before it."""
        return Job.objects.before(self).count()


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


class Document(models.Model):
    """A paper of a case: a stored file under a title; each kind of case has its own table of them."""

    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp")
    title = models.CharField("tên văn bản", max_length=200)
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người nộp")
    added_at = models.DateTimeField("lúc nộp", auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.title


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    """Sets of calendar days."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The calendar is open to everybody who signs in."""
        return self.all() if person.is_authenticated else self.none()

    def of(self, province_id: int | None) -> Self:
        """Keep the days that were set for a province, or with None for the whole country."""
        return self.filter(province_id=province_id)

    def bearing_on(self, province_id: int | None) -> Self:
        """Keep the days of the whole country and those of a province."""
        return self.filter(Q(province_id=None) | Q(province_id=province_id))

    def between(self, first_year: int, last_year: int) -> Self:
        """Keep the days of some years, both ends included."""
        return self.filter(on__range=(date(first_year, 1, 1), date(last_year, 12, 31)))


class CalendarDay(OfProvince, models.Model):
    """One dated exception to the week: a day off, or a day that is worked though it would be off."""

    class Kind(models.TextChoices):
        OFF = "off", "nghỉ"
        WORKED = "worked", "làm bù"

    province = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tỉnh", editable=False
    )
    on = models.DateField("ngày", db_index=True)
    kind = models.CharField("loại", max_length=6, choices=Kind, default=Kind.OFF)
    name = models.CharField("tên", max_length=200, help_text="Ví dụ: Quốc khánh; làm bù cho ngày 31/08.")
    legal = models.CharField(
        "căn cứ", max_length=300, blank=True, help_text="Số, cơ quan, ngày của văn bản quyết định ngày này."
    )

    history = HistoricalRecords()
    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = "ngày trong lịch làm việc"
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "province"],
                name="calendarday_unique",
                violation_error_message="Ngày này đã có trong lịch; hãy sửa dòng đã có.",
            ),
            models.UniqueConstraint(
                fields=["on"],
                condition=Q(province__isnull=True),
                name="calendarday_national_unique",
                violation_error_message="Ngày này đã có trong lịch; hãy sửa dòng đã có.",
            ),
            models.CheckConstraint(
                condition=Q(on__range=(date(2000, 1, 1), date(2100, 12, 31))),
                name="calendarday_years",
                violation_error_message="Năm phải từ 2000 đến 2100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}: {self.name}"


class ClockQuerySet(models.QuerySet["Clock"]):
    """Sets of clocks; who may see one is who may see the case that owns it."""

    def open(self) -> Self:
        """Keep the clocks that still run."""
        return self.filter(stopped_at=None)

    def overdue(self, now: datetime) -> Self:
        """Keep the running clocks whose time is up."""
        return self.open().filter(due_at__lte=now)

    def due_within(self, span: timedelta, now: datetime) -> Self:
        """Keep the running clocks whose time will be up within the span, those already overdue left out."""
        return self.open().filter(due_at__gt=now, due_at__lte=now + span)

    def stopped_late(self) -> Self:
        """Keep the clocks that were stopped after their time."""
        return self.filter(stopped_at__gt=F("due_at"))


class Clock(models.Model):
    """A term that runs for a case: since when, how long, until when, and how it ended."""

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", "ngày làm việc"
        DAYS = "days", "ngày"
        HOURS = "hours", "giờ"

    province = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="theo lịch của tỉnh"
    )
    rule = models.CharField("quy định", max_length=60, db_index=True)
    started_at = models.DateTimeField("nhận lúc")
    limit = models.PositiveSmallIntegerField("thời hạn", validators=[MinValueValidator(1), MaxValueValidator(3660)])
    unit = models.CharField("đơn vị", max_length=12, choices=Unit)
    extension = models.PositiveSmallIntegerField("gia hạn thêm", default=0, validators=[MaxValueValidator(3660)])
    extension_unit = models.CharField("đơn vị gia hạn", max_length=12, choices=Unit, blank=True)
    extension_reason = models.CharField("lý do gia hạn", max_length=500, blank=True)
    due_at = models.DateTimeField("hết hạn lúc", editable=False)
    stopped_at = models.DateTimeField("dừng lúc", null=True, blank=True)
    outcome = models.CharField("kết quả", max_length=200, blank=True)

    history = HistoricalRecords()
    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = "thời hạn"
        indexes = [models.Index(fields=["due_at"], condition=Q(stopped_at__isnull=True), name="clock_open_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(extension=0) | (~Q(extension_unit="") & ~Q(extension_reason="")),
                name="clock_extension_reason",
                violation_error_message="Gia hạn phải có đơn vị và lý do.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.get_unit_display()}, hết hạn {moment(self.due_at)}"

    @property
    def counted_in(self) -> str:
        """The unit in which the clock ends: that of its extension, if it has one."""
        return self.extension_unit if self.extension else self.unit

    @property
    def due_on(self) -> date:
        """The last day of the term in Viet Nam; a term of days ends at 24 o'clock of it."""
        return timezone.localdate(self.due_at - timedelta(microseconds=1))

    @property
    def late(self) -> bool:
        """Whether the clock was stopped after its time."""
        return self.stopped_at is not None and self.stopped_at > self.due_at


class Reminder(models.Model):
    """Which reminder of a clock was sent for which end or day, so that none is sent twice."""

    class Stage(models.TextChoices):
        BEFORE = "before", "sắp đến hạn"
        DUE = "due", "hết hạn hôm nay"
        OVERDUE = "overdue", "đã quá hạn"
        ESCALATED = "escalated", "báo lên cấp trên"

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="reminders", verbose_name="thời hạn")
    stage = models.CharField("bước", max_length=9, choices=Stage)
    on = models.DateField("cho ngày")
    sent_at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "lần nhắc"
        constraints = [models.UniqueConstraint(fields=["clock", "stage", "on"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.clock}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A notice is seen by whom it was sent to."""
        return self.filter(to_id=person.pk) if person.is_authenticated else self.none()

    def unread(self) -> Self:
        """Keep what nobody opened yet."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """What the system tells one person: a reminder, or news of a case."""

    to = models.ForeignKey(Person, models.CASCADE, related_name="notices", verbose_name="người nhận")
    subject = models.CharField("nội dung", max_length=200)
    body = models.TextField("chi tiết", blank=True)
    url = models.CharField("nơi xem", max_length=300, blank=True)
    made_at = models.DateTimeField("lúc", auto_now_add=True)
    read_at = models.DateTimeField("đọc lúc", null=True, blank=True)
    mailed_at = models.DateTimeField("gửi thư lúc", null=True, blank=True)
    search_key = models.CharField(max_length=600, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        indexes = [
            models.Index(fields=["to", "read_at"], name="notice_unread"),
            models.Index(fields=["to", "-made_at"], name="notice_newest"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("work:notice", args=[self.pk])

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.subject} {self.body}"[:600])[:600]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
