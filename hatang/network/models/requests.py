"""Sharing requests: one operator asks to use another's thing; every step is a row, nothing is deleted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.network.models.tenancies import OnThing, Tenancy
from hatang.places.models import Place
from hatang.work.in_force import between
from hatang.work.models import Clock, Document

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEW = "network.view_request"


class Party(models.TextChoices):
    """Who moves a request."""

    OWNER = "owner", "chủ sở hữu"
    REQUESTER = "requester", "bên đề nghị"
    DEPARTMENT = "department", "Sở"
    SYSTEM = "system", "hệ thống"


class RequestState(models.TextChoices):
    """Where a request stands; which step leads where is one table, `hatang.network.request_acts`."""

    SENT = "sent", "đã gửi, chờ kiểm tra"
    INCOMPLETE = "incomplete", "trả lại để bổ sung"
    VALID = "valid", "hợp lệ, chờ trả lời"
    SURVEY = "survey", "đang khảo sát kỹ thuật"
    EXTENDED = "extended", "gia hạn vì bất khả kháng"
    OVERDUE = "overdue", "quá hạn trả lời"
    UPGRADE_OFFERED = "upgrade_offered", "đồng ý nếu nâng cấp"
    ACCEPTED = "accepted", "chủ sở hữu đồng ý"
    REFUSED = "refused", "bị từ chối"
    AUTHORITY_REVIEW = "authority_review", "Sở đang xem xét"
    AGREED = "agreed", "Sở chấp thuận"
    NEGOTIATION = "negotiation", "đang thương lượng"
    CONSULTATION = "consultation", "Sở đang hiệp thương"
    ESCALATED = "escalated", "đã chuyển cấp trên"
    CONTRACTED = "contracted", "đã ký hợp đồng"
    WITHDRAWN = "withdrawn", "đã rút"


ENDED = (RequestState.CONTRACTED, RequestState.WITHDRAWN)


class Ground(models.TextChoices):
    """The grounds on which an owner may refuse (Bắc Ninh QĐ 72/2025/QĐ-UBND Điều 15.4.a)."""

    TECHNICAL = "technical", "kỹ thuật"
    LOAD = "load", "tải trọng"
    OTHER = "other", "lý do khách quan khác"


class SharingRequestQuerySet(models.QuerySet["SharingRequest"]):
    """Sets of requests."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A request is seen by its two parties and by the department: nobody else learns that it is there."""
        seen = Q(pk__in=[])
        for party in ("requester_id", "owner_id"):
            seen |= filter_for(person, VIEW, province="province_id", organisation=party)
        return self.filter(seen)

    def open(self) -> Self:
        """Keep the requests that can still be moved."""
        return self.exclude(state__in=ENDED)

    def with_things(self) -> Self:
        """Read along what each request is about, its parties, and the clock."""
        things = [f"{link}__commune" for link in SharingRequest.LINKS]
        return self.select_related("requester", "owner", "province", "clock", *things)

    def with_due(self) -> Self:
        """Annotate `due_at`: until when whose turn it is must act; nothing where no clock runs."""
        return self.annotate(due_at=Case(When(clock__stopped_at=None, then=F("clock__due_at"))))

    def with_known_code(self, organisations: set[int], *, all_known: bool) -> Self:
        """Annotate `known_code`: the thing's search key where the person may know its code, for searching."""
        keys = Coalesce(*(F(f"{link}__search_key") for link in SharingRequest.LINKS), Value(""))
        known = Q(pk__isnull=False) if all_known else Q(owner__in=organisations)
        return self.annotate(known_code=Case(When(known, then=keys), default=Value(""), output_field=CharField()))


class SharingRequest(OnThing):
    """One organisation's request to use another's thing (Luật Viễn thông 24/2023/QH15 Điều 13, 47).

    Its key is no number in a row: from such numbers a rival could count the requests of others.
    """

    class Need(models.TextChoices):
        ANTENNA = "antenna", "lắp ăng ten, thiết bị trên cột"
        EQUIPMENT = "equipment", "đặt thiết bị trong nhà trạm, dưới chân cột"
        DUCT = "duct", "kéo cáp trong ống, cống, hào"
        HANG = "hang", "treo cáp, thiết bị trên cột treo"
        FIBRE = "fibre", "thuê sợi quang"
        OTHER = "other", "nhu cầu khác"

    State = RequestState

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requester = models.ForeignKey(
        Organisation, models.PROTECT, related_name="requests_sent", editable=False, verbose_name="bên đề nghị"
    )
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="requests_received", editable=False, verbose_name="chủ sở hữu"
    )
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", editable=False, verbose_name="tỉnh")
    letter = models.CharField(
        "văn bản số, ngày", max_length=120, blank=True, help_text="Số, ngày của văn bản đề nghị, nếu có."
    )
    need = models.CharField("nhu cầu", max_length=9, choices=Need)
    amount = models.PositiveIntegerField("số chỗ, số ống hoặc số sợi cần", null=True, blank=True)
    shared_km = models.FloatField(
        "phần tuyến cần dùng, km",
        null=True,
        blank=True,
        validators=between(0.001, 1000, "Chiều dài từ 0,001 đến 1.000 km."),
        help_text="Để trống nếu cần cả tuyến.",
    )
    height_m = models.FloatField(
        "độ cao lắp đặt, m",
        null=True,
        blank=True,
        validators=between(0, 350, "Độ cao từ 0 đến 350 m."),
        help_text="So với chân cột.",
    )
    load_kg = models.FloatField(
        "khối lượng thiết bị, kg",
        null=True,
        blank=True,
        validators=between(0, 100_000, "Khối lượng từ 0 đến 100.000 kg."),
    )
    area_m2 = models.FloatField(
        "diện tích cần, m²", null=True, blank=True, validators=between(0, 10_000, "Diện tích từ 0 đến 10.000 m².")
    )
    technical = models.TextField(
        "thông số kỹ thuật", max_length=4000, blank=True, help_text="Thiết bị, kích thước, nguồn điện, cách lắp đặt."
    )
    start_on = models.DateField("dùng từ ngày")
    term_months = models.PositiveSmallIntegerField(
        "thời gian dùng, tháng", validators=between(1, 600, "Thời gian từ 1 đến 600 tháng.")
    )
    survey_needed = models.BooleanField(
        "cần khảo sát kỹ thuật", default=False, help_text="Bên đề nghị cho là cần; chủ sở hữu quyết định."
    )
    purpose = models.TextField("mục đích", max_length=2000)
    state = models.CharField(
        "trạng thái", max_length=16, choices=RequestState, default=RequestState.SENT, editable=False, db_index=True
    )
    received_at = models.DateTimeField("bên được đề nghị nhận lúc", editable=False)
    clock = models.OneToOneField(
        Clock, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="thời hạn"
    )
    tenancy = models.OneToOneField(
        Tenancy, models.PROTECT, null=True, blank=True, editable=False, verbose_name="hợp đồng trong sổ"
    )
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False, editable=False)
    search_key = models.CharField(max_length=600, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = SharingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị dùng chung"
        indexes = [models.Index(fields=["province", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.CONTRACTED) ^ Q(tenancy__isnull=True),
                name="sharingrequest_contract",
                violation_error_message="Đã ký hợp đồng thì có đúng một dòng dùng chung.",
            ),
            models.CheckConstraint(
                condition=~Q(requester=F("owner")),
                name="sharingrequest_parties",
                violation_error_message="Không ai đề nghị với chính mình.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requester} đề nghị dùng chung {self.thing._meta.verbose_name}"

    def get_absolute_url(self) -> str:
        return reverse("network:request", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions: the owner's of the thing."""
        return {"province_id": self.province_id, "organisation_id": self.owner_id}

    @property
    def running_clock(self) -> Clock | None:
        """The clock that runs for the present step, if one does."""
        return self.clock if self.clock and self.clock.stopped_at is None else None

    @property
    def owner_signs_in(self) -> bool:
        """Whether the owner acts here itself: only telecom operators hold accounts; for others the department does."""
        return self.owner.kind == Organisation.Kind.OPERATOR

    def fill_keys(self) -> None:
        """Set the key for search: of what both parties know alone, so never the thing's code."""
        commune = getattr(self.thing, "commune", None)
        self.search_key = search_key(f"{self.requester} {self.owner} {commune or ''} {self.purpose}"[:600])[:600]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class RequestStep(models.Model):
    """One step of a request: who moved it when, from where to where, with which words."""

    request = models.ForeignKey(SharingRequest, models.PROTECT, related_name="steps", verbose_name="đề nghị")
    act = models.CharField("việc", max_length=20)
    origin = models.CharField("từ trạng thái", max_length=16, choices=RequestState, blank=True)
    state = models.CharField("đến trạng thái", max_length=16, choices=RequestState)
    at = models.DateTimeField("lúc")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người làm")
    party = models.CharField("với tư cách", max_length=10, choices=Party)
    on_behalf = models.BooleanField("Sở ghi thay theo văn bản", default=False)
    ground = models.CharField("căn cứ từ chối", max_length=9, choices=Ground, blank=True)
    words = models.TextField("nội dung", max_length=4000, blank=True)
    details = models.JSONField("chi tiết", default=dict)
    clock = models.ForeignKey(
        Clock, models.PROTECT, null=True, related_name="+", verbose_name="thời hạn bắt đầu từ bước này"
    )

    class Meta:
        verbose_name = "bước của đề nghị dùng chung"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y}: {self.get_state_display()}"


class RequestDocument(Document):
    """A paper of a request; who sees the request sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SharingRequest, models.PROTECT, related_name="documents", verbose_name="đề nghị")
    step = models.ForeignKey(RequestStep, models.PROTECT, related_name="documents", verbose_name="bước")

    class Meta(Document.Meta):
        verbose_name = "văn bản của đề nghị dùng chung"
