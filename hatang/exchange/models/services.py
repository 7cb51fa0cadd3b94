"""Data services, who asked for one and on what terms, and the keys with which partners call."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from allauth.idp.oidc.models import Client
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.places.models import LegalReference, OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEW = "exchange.view_exchange"
CHANGE = "exchange.change_service"
AGREE = "exchange.agree_service"
REQUEST = "exchange.request_service"
MOST_A_MINUTE = 6_000
MOST_A_DAY = 10_000_000


def amounts(most: int) -> list[MinValueValidator | MaxValueValidator]:
    """Build the validators of a number of calls."""
    return [MinValueValidator(1, "Ít nhất 1 lượt gọi."), MaxValueValidator(most, f"Nhiều nhất {most} lượt gọi.")]


def of_partner(person: AbstractBaseUser | AnonymousUser) -> Q:
    """Keep what the department sees of its province, and what is a partner's own."""
    own = filter_for(person, REQUEST, province="province_id", organisation="organisation_id")
    return own | filter_for(person, VIEW, province="province_id")


class OfPartner:
    """What belongs to a partner in a province."""

    province_id: int
    organisation_id: int
    organisation: Any

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "organisation_id": self.organisation_id}

    @property
    def simulated(self) -> bool:
        """Whether the partner is made up."""
        return bool(self.organisation.simulated)


class DataServiceQuerySet(models.QuerySet["DataService"]):
    """Sets of data services."""

    def offered(self) -> Self:
        """Keep those that can be asked for and called."""
        return self.filter(state=DataService.State.OFFERED)

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The catalogue is public; what was taken back is the department's."""
        shown = ~Q(state=DataService.State.WITHDRAWN)
        return self.filter(shown | filter_for(person, VIEW, province="province_id"))


class DataService(OfProvince, models.Model):
    """A data service in the catalogue of a province: described, offered, taken back.

    What runs for real is named by `code` in `services_offered.py`; the others are described only.
    """

    class State(models.TextChoices):
        DESCRIBED = "described", "mới mô tả, chưa cung cấp"
        OFFERED = "offered", "đang cung cấp"
        WITHDRAWN = "withdrawn", "đã ngừng cung cấp"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    code = models.CharField(
        "mã", max_length=40, validators=[RegexValidator(r"^[a-z0-9-]+$", "Chỉ chữ thường, số, gạch.")]
    )
    title = models.CharField("tên", max_length=400)
    description = models.CharField("mô tả", max_length=1000, blank=True)
    keeper = models.CharField("cơ quan giữ dữ liệu", max_length=200, blank=True)
    source = models.CharField("theo văn bản", max_length=300, blank=True)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DESCRIBED)
    rate_per_minute = models.PositiveIntegerField(
        "số lượt gọi mỗi phút", default=60, validators=amounts(MOST_A_MINUTE), help_text="Mức mặc định của thỏa thuận."
    )
    quota_per_day = models.PositiveIntegerField(
        "số lượt gọi mỗi ngày", default=5_000, validators=amounts(MOST_A_DAY), help_text="Mức mặc định của thỏa thuận."
    )
    search_key = models.CharField(max_length=700, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = DataServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "dịch vụ dữ liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="dataservice_unique",
                violation_error_message="Tỉnh đã có dịch vụ mang mã này.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exchange:service", args=[self.province.code, self.code])

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.title} {self.keeper} {self.code}")[:700]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Sets of agreements."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees those of its province, a partner its own."""
        return self.filter(of_partner(person))

    def in_force(self, on: date) -> Self:
        """Keep those by which a service may be called on a day."""
        return self.filter(state=Agreement.State.AGREED, ends_on__gte=on, service__state=DataService.State.OFFERED)

    def under_way(self) -> Self:
        """Keep those that wait for somebody or hold."""
        return self.filter(state__in=(Agreement.State.SENT, Agreement.State.PROPOSED, Agreement.State.AGREED))


class Agreement(OfPartner, models.Model):
    """A partner's request for a service and what came of it: scope, purpose, legal basis, end, rate and quota."""

    class State(models.TextChoices):
        SENT = "sent", "đã gửi, chờ cán bộ Sở đề xuất"
        PROPOSED = "proposed", "đã đề xuất, chờ lãnh đạo Sở"
        AGREED = "agreed", "đã đồng ý"
        REFUSED = "refused", "bị từ chối"
        WITHDRAWN = "withdrawn", "đã rút, thu hồi"

    service = models.ForeignKey(DataService, models.PROTECT, related_name="agreements", verbose_name="dịch vụ")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị đề nghị")
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.SENT)
    purpose = models.TextField("mục đích", max_length=2000)
    legal = models.ForeignKey(LegalReference, models.PROTECT, related_name="+", verbose_name="căn cứ pháp lý")
    communes = models.JSONField(
        "xã, phường", default=list, blank=True, help_text="Mã các xã được lấy; để trống: cả tỉnh."
    )
    fields = models.JSONField("trường dữ liệu", default=list)
    ends_on = models.DateField("có hiệu lực đến hết ngày")
    rate_per_minute = models.PositiveIntegerField("số lượt gọi mỗi phút", validators=amounts(MOST_A_MINUTE))
    quota_per_day = models.PositiveIntegerField("số lượt gọi mỗi ngày", validators=amounts(MOST_A_DAY))
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="người đề nghị")
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người đề xuất"
    )
    agreed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người đồng ý"
    )
    agreed_at = models.DateTimeField("đồng ý lúc", null=True, blank=True)
    made_at = models.DateTimeField("gửi lúc", auto_now_add=True)
    search_key = models.CharField(max_length=900, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "thỏa thuận dịch vụ dữ liệu"
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None) | Q(proposed_by__isnull=False) & ~Q(agreed_by=F("proposed_by")),
                name="agreement_two_people",
                violation_error_message="Người đồng ý phải khác người đề xuất.",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed_by__isnull=False),
                name="agreement_agreed_by",
                violation_error_message="Thỏa thuận có hiệu lực phải có người đồng ý.",
            ),
            models.UniqueConstraint(
                fields=["service", "organisation"],
                condition=Q(state__in=("sent", "proposed", "agreed")),
                name="agreement_one_under_way",
                violation_error_message="Đơn vị đã có đề nghị hoặc thỏa thuận với dịch vụ này.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.service}"

    def get_absolute_url(self) -> str:
        return reverse("exchange:agreement", args=[self.pk])

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the key for search."""
        self.search_key = search_key(f"{self.organisation} {self.service} {self.purpose}")[:900]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def in_force(self) -> bool:
        """Whether the service may be called by it today, as far as this row says."""
        return self.state == self.State.AGREED and self.ends_on >= timezone.localdate()

    @property
    def standing(self) -> str:
        """The state in words; an agreement whose last day has gone by has ended."""
        ended = self.state == self.State.AGREED and not self.in_force
        return "đã hết hạn" if ended else self.get_state_display()


class AgreementStep(models.Model):
    """One step of an agreement: who did what, when, and why."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="steps", verbose_name="thỏa thuận")
    act = models.CharField("việc", max_length=20)
    words = models.CharField("lời ghi", max_length=200)
    reason = models.CharField("lý do", max_length=500, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="người làm")
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bước của thỏa thuận"

    def __str__(self) -> str:
        return self.words


class PartnerKeyQuerySet(models.QuerySet["PartnerKey"]):
    """Sets of partners' keys."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees those of its province, a partner its own."""
        return self.filter(of_partner(person))

    def live(self) -> Self:
        """Keep those that were not revoked."""
        return self.filter(revoked_at=None)


class PartnerKey(OfPartner, models.Model):
    """A partner's client of the token server: made by the department, its secret shown once, rotated, revoked."""

    XROAD: ClassVar = RegexValidator(
        r"^[^/\s]{1,20}(/[^/\s]{1,60}){2,3}$", "Viết: PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN hoặc thêm /HỆ-THỐNG-CON."
    )

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị")
    name = models.CharField("dùng cho", max_length=80, help_text="Ví dụ: máy chủ nền tảng tích hợp của đơn vị.")
    client = models.OneToOneField(Client, models.PROTECT, related_name="partner_key", verbose_name="mã khách")
    xroad_client = models.CharField(
        "mã thành viên X-Road",
        max_length=220,
        blank=True,
        validators=[XROAD],
        help_text="Chỉ khi đơn vị gọi qua X-Road: PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN/HỆ-THỐNG-CON.",
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="người cấp")
    made_at = models.DateTimeField("cấp lúc", auto_now_add=True)
    rotated_at = models.DateTimeField("đổi khóa lúc", null=True, blank=True)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    search_key = models.CharField(max_length=500, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = PartnerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "khóa của đối tác"
        constraints = [
            models.UniqueConstraint(
                fields=["xroad_client"],
                condition=~Q(xroad_client="") & Q(revoked_at=None),
                name="partnerkey_xroad_unique",
                violation_error_message="Mã thành viên X-Road này đã gắn với một khóa khác.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the key for search."""
        self.search_key = search_key(f"{self.organisation} {self.name} {self.client_id}")[:500]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class SigningKey(models.Model):
    """The public half of a key with which answers were signed; the private one lies in a file and never here."""

    kid = models.CharField("tên khóa", max_length=60, unique=True)
    jwk = models.JSONField("khóa công khai")
    since = models.DateTimeField("dùng từ", auto_now_add=True)

    class Meta:
        verbose_name = "khóa ký trả lời"

    def __str__(self) -> str:
        return self.kid
