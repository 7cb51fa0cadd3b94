"""Challenges: an operator is asked to verify a service on which the levels of evidence disagree."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.network.models import Technology
from hatang.places.models import Place
from hatang.work.models import Clock, StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_CHALLENGE = "coverage.view_challenge"
OPEN_CHALLENGE = "coverage.open_challenge"
ANSWER_CHALLENGE = "coverage.answer_challenge"
DECIDE_CHALLENGE = "coverage.decide_challenge"


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    """Sets of challenges."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator those to itself; nobody else learns of one."""
        return self.filter(filter_for(person, SEE_CHALLENGE, province="province_id", organisation="operator_id"))

    def open(self) -> Self:
        """Keep those on which nothing was decided yet."""
        return self.filter(state__in=(Challenge.State.SENT, Challenge.State.ANSWERED))

    def whole(self) -> Self:
        """Read along the place, the parties and the clock."""
        return self.select_related("place__parent", "operator", "province", "clock")

    def with_due(self) -> Self:
        """Annotate `due_at`: until when whose turn it is must act; nothing where no clock runs."""
        return self.annotate(due_at=Case(When(clock__stopped_at=None, then=F("clock__due_at"))))


class Challenge(models.Model):
    """A request to an operator to verify a service: what is doubted, the answer, the decision (FCC: 47 CFR 1.7006).

    Challenges sent together share the clock. The key is no number in a row, from which rivals' could be counted.
    """

    class State(models.TextChoices):
        SENT = "sent", "chờ doanh nghiệp trả lời"
        ANSWERED = "answered", "chờ Sở quyết định"
        DECIDED = "decided", "đã quyết định"
        WITHDRAWN = "withdrawn", "Sở đã rút"

    class Basis(models.TextChoices):
        CONCEDED = "conceded", "doanh nghiệp chấp nhận"
        UNANSWERED = "unanswered", "doanh nghiệp không trả lời đúng hạn"
        DEPARTMENT = "department", "Sở quyết định"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    place = models.ForeignKey(Place, models.PROTECT, related_name="challenges", verbose_name="nơi")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    claims_served = models.BooleanField(
        "cho rằng có dịch vụ", help_text="Điều Sở cho là đúng: ngược với khai báo của doanh nghiệp."
    )
    grounds = models.JSONField("các mức bằng chứng khi gửi", default=dict)
    people = models.PositiveIntegerField("số dân", null=True)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.SENT, db_index=True)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+", verbose_name="thời hạn")
    opened_at = models.DateTimeField("gửi lúc")
    answered_at = models.DateTimeField("trả lời lúc", null=True)
    accepted = models.BooleanField("doanh nghiệp chấp nhận", null=True)
    decided_at = models.DateTimeField("quyết định lúc", null=True)
    served = models.BooleanField("kết luận có dịch vụ", null=True)
    basis = models.CharField("căn cứ kết luận", max_length=10, choices=Basis, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords()
    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu xác minh phủ sóng"
        indexes = [models.Index(fields=["province", "state"], name="challenge_in_province")]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "operator", "technology"],
                condition=Q(state__in=("sent", "answered")),
                name="challenge_open_once",
                violation_error_message="Đã có một yêu cầu xác minh chưa kết thúc cho dịch vụ này.",
            ),
            models.CheckConstraint(
                condition=Q(state="decided", served__isnull=False, decided_at__isnull=False)
                | (~Q(state="decided") & Q(served__isnull=True, decided_at__isnull=True)),
                name="challenge_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.technology} của {self.operator} tại {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("coverage:challenge", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.operator_id}

    @property
    def running_clock(self) -> Clock | None:
        """The clock that runs for the present step, if one does."""
        return self.clock if self.clock and self.clock.stopped_at is None else None

    @property
    def claim(self) -> str:
        """What the department holds to be so, in words."""
        return "có dịch vụ mà chưa khai báo" if self.claims_served else "chưa có dịch vụ như khai báo"

    @property
    def outcome(self) -> str:
        """What was decided, in words; empty before."""
        if self.served is None:
            return ""
        return "có phủ" if self.served else "không phủ"

    def overdue(self, now: datetime) -> bool:
        """Whether the time of whose turn it is has passed."""
        return self.running_clock is not None and self.running_clock.due_at <= now


class ChallengeStep(models.Model):
    """One step of a challenge: who did what when, in which words, with which paper."""

    class Act(models.TextChoices):
        OPENED = "opened", "Gửi yêu cầu"
        CONCEDED = "conceded", "Doanh nghiệp chấp nhận"
        DENIED = "denied", "Doanh nghiệp không chấp nhận"
        EXPIRED = "expired", "Hết hạn trả lời"
        DECIDED = "decided", "Sở quyết định"
        WITHDRAWN = "withdrawn", "Sở rút yêu cầu"

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="steps", verbose_name="yêu cầu")
    act = models.CharField("việc", max_length=9, choices=Act)
    at = models.DateTimeField("lúc")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người làm")
    words = models.TextField("nội dung", max_length=4000, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="tệp kèm theo")
    clock = models.ForeignKey(
        Clock, models.PROTECT, null=True, related_name="+", verbose_name="thời hạn bắt đầu từ bước này"
    )

    class Meta:
        verbose_name = "bước của yêu cầu xác minh"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y}: {self.get_act_display()}"
