"""Organisations with their successors, people, and the roles they hold within a scope."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.roles import MAY_SPAN_INSTALLATION, NEEDS_ORGANISATION, NEEDS_PLACE, Role
from hatang.core.vietnamese import search_key, sort_key
from hatang.places.models import LegalReference, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Sets of organisations."""

    def in_force(self, on: date) -> Self:
        """Keep the organisations that existed on that day; an unknown bound is open."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(begun).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def operators(self) -> Self:
        """Keep telecom operators."""
        return self.filter(kind=Organisation.Kind.OPERATOR)

    def at_work_in(self, province: Place) -> Self:
        """Keep the bodies of a province, those of the whole country, and operators; names repeat between provinces."""
        return self.filter(Q(province=province) | Q(province=None) | Q(kind=Organisation.Kind.OPERATOR))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Names of organisations are public."""
        return self

    def editable_by(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep those the person may change: of their province, and of the provinces that became it."""
        change = "accounts.change_organisation"
        here = filter_for(person, change, province="province_id")
        before = filter_for(person, change, province="province__successions__successor_id")
        return self.filter(here | before).distinct()


class Organisation(models.Model):
    """A body with duties: a committee, department, operator, enterprise or press office."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "Ủy ban nhân dân"
        DEPARTMENT = "department", "sở, ban, ngành"
        POLICE = "police", "công an"
        OPERATOR = "operator", "doanh nghiệp viễn thông"
        ENTERPRISE = "enterprise", "doanh nghiệp"
        PRESS = "press", "báo chí"
        GROUP = "group", "nhóm cơ quan (các sở; UBND các xã …)"

    kind = models.CharField("loại", max_length=12, choices=Kind)
    key = models.CharField(
        "khóa",
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="Khóa ổn định trong data/organisations.csv; tổ chức nhập tay không có.",
    )
    name = models.CharField("tên", max_length=300)
    short_name = models.CharField("tên ngắn", max_length=60, blank=True)
    province = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, verbose_name="tỉnh", help_text="Để trống nếu hoạt động toàn quốc."
    )
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    search_key = models.CharField(max_length=400, editable=False, db_index=True)
    sort_key = models.CharField(max_length=700, editable=False)

    history = HistoricalRecords(excluded_fields=["search_key", "sort_key"])
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "tổ chức"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisation_dates",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
            models.UniqueConstraint(
                fields=["name", "province"],
                name="organisation_unique",
                violation_error_message="Tổ chức này đã có.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(province__isnull=True),
                name="organisation_unique_national",
                violation_error_message="Tổ chức này đã có.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:organisation", args=[self.pk])

    def fill_keys(self) -> None:
        """Set the keys for search and order; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.name} {self.short_name}")[:400]
        self.sort_key = sort_key(self.name)[:700]

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class OrganisationSuccession(models.Model):
    """From a day on, one body's duties belong to another."""

    predecessor = models.ForeignKey(Organisation, models.CASCADE, related_name="successions", verbose_name="tổ chức cũ")
    successor = models.ForeignKey(Organisation, models.CASCADE, related_name="precessions", verbose_name="tổ chức mới")
    on = models.DateField("từ ngày")
    duties = models.CharField(
        "phần chức năng chuyển", max_length=200, blank=True, help_text="Để trống: toàn bộ phần còn lại."
    )
    legal = models.ForeignKey(LegalReference, models.PROTECT, null=True, blank=True, verbose_name="theo văn bản")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kế tiếp tổ chức"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="organisationsuccession_unique",
                violation_error_message="Quan hệ kế tiếp này đã có.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor} ({self.on:%d/%m/%Y})"


class PersonQuerySet(models.QuerySet["Person"]):
    """Sets of people."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep oneself, and those with a role or an organisation where the person may see people."""
        view = "accounts.view_person"
        by_role = filter_for(person, view, province="grants__province_id")
        by_house = filter_for(person, view, province="organisation__province_id")
        return self.filter(by_role | by_house | Q(pk=person.pk)).distinct()


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Django's ways to make people, with our sets."""

    use_in_migrations = False


class Person(AbstractUser):
    """Somebody who signs in; what they may do comes from their roles alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField("họ và tên", max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="tổ chức"
    )

    search_key = models.CharField(max_length=600, editable=False, default="")

    history = HistoricalRecords(excluded_fields=["password", "last_login", "search_key"])
    objects = PersonManager()  # type: ignore[misc]

    class Meta:
        verbose_name = "người dùng"

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_absolute_url(self) -> str:
        return reverse("accounts:person", args=[self.pk])

    def clean(self) -> None:
        """Ask that nobody else signs in with this address."""
        super().clean()
        taken = Q(email__iexact=self.email) | Q(emailaddress__email__iexact=self.email)
        if self.email and Person.objects.filter(taken).exclude(pk=self.pk).exists():
            raise ValidationError({"email": "Địa chỉ thư này đã thuộc một tài khoản khác."})

    def fill_keys(self) -> None:
        """Set the key for search; bulk writes call it themselves."""
        self.search_key = search_key(f"{self.full_name} {self.username} {self.email}")

    def save(self, *args: object, **kwargs: object) -> None:
        """Save; signing in is no change of the account and leaves no row in its history."""
        self.fill_keys()
        signing_in = kwargs.get("update_fields") == ["last_login"]
        if signing_in and not hasattr(self, "skip_history_when_saving"):
            self.save_without_historical_record(*args, **kwargs)  # type: ignore[attr-defined]
        else:
            super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class GrantQuerySet(models.QuerySet["Grant"]):
    """Sets of grants."""

    def in_force(self, on: date) -> Self:
        """Keep the grants that hold on that day."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(begun).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def not_ended(self, on: date) -> Self:
        """Keep the grants that hold on that day or will."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class Grant(models.Model):
    """A role that a person holds, where, and from when to when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants", verbose_name="người dùng")
    role = models.CharField("vai trò", max_length=20, choices=Role)
    province = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="tỉnh",
        help_text="Để trống: mọi tỉnh.",
    )
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="xã, phường")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tổ chức"
    )
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    granted_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="người cấp"
    )

    history = HistoricalRecords()
    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "vai trò được cấp"
        constraints = [
            models.CheckConstraint(
                condition=~Q(role__in=NEEDS_ORGANISATION) | Q(organisation__isnull=False),
                name="grant_operator_organisation",
                violation_error_message="Vai trò này phải gắn với một tổ chức.",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=NEEDS_PLACE) | Q(place__isnull=False),
                name="grant_commune_place",
                violation_error_message="Vai trò cấp xã phải gắn với một xã, phường.",
            ),
            models.CheckConstraint(
                condition=Q(province__isnull=False) | Q(role__in=MAY_SPAN_INSTALLATION),
                name="grant_province",
                violation_error_message="Vai trò này phải gắn với một tỉnh.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    def has_ended(self, today: date) -> bool:
        """Whether the role holds neither today nor later."""
        return self.valid_to is not None and self.valid_to < today

    @property
    def scope_text(self) -> str:
        """The scope in words: where and for whom the role holds."""
        parts = [str(part) for part in (self.place, self.province, self.organisation) if part]
        return ", ".join(parts) or "mọi tỉnh"

    def clean(self) -> None:
        """Ask that place and organisation fit the role and lie in the province."""
        errors: dict[str, str] = {}
        if self.province and self.province.kind != Place.Kind.PROVINCE:
            errors["province"] = f"{self.province} không phải là tỉnh."
        if self.place and (self.role not in NEEDS_PLACE or self.place.kind != Place.Kind.COMMUNE):
            errors["place"] = "Chỉ vai trò cấp xã gắn với xã, phường."
        elif self.place and self.place.province_id != self.province_id:
            errors["place"] = f"{self.place} không thuộc tỉnh đã chọn."
        if self.organisation and self.role not in NEEDS_ORGANISATION:
            errors["organisation"] = "Chỉ vai trò của doanh nghiệp, đơn vị dùng dữ liệu gắn với một tổ chức."
        elif self.organisation and self.role == Role.OPERATOR and self.organisation.kind != Organisation.Kind.OPERATOR:
            errors["organisation"] = f"{self.organisation} không phải là doanh nghiệp viễn thông."
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            errors["valid_to"] = "Ngày kết thúc phải từ ngày bắt đầu trở đi."
        if errors:
            raise ValidationError(errors)


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Sets of access tokens."""

    def live(self, now: datetime) -> Self:
        """Keep the tokens that open something at that moment."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now, person__is_active=True)


class AccessToken(models.Model):
    """What a machine sends in place of a password (RFC 6750): it acts as its person. Kept as a hash."""

    LIFETIMES_DAYS: ClassVar = (30, 90, 365)

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens", verbose_name="người dùng")
    name = models.CharField("dùng cho", max_length=80, help_text="Ví dụ: máy chủ quản lý mạng của doanh nghiệp.")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    begins = models.CharField("bắt đầu bằng", max_length=8, editable=False)
    made_at = models.DateTimeField("lúc tạo", auto_now_add=True)
    expires_at = models.DateTimeField("hết hạn lúc")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    used_at = models.DateTimeField("dùng lần cuối", null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "mã truy cập"

    def __str__(self) -> str:
        return f"{self.name} ({self.begins}…)"
