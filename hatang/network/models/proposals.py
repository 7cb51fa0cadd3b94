"""Structures that somebody wants to build, with what the check said on the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models import LineStringField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hatang.accounts.access import filter_for, scopes_in
from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.work.in_force import between

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Sets of proposals."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A proposal is seen by the operator that entered it and by the department; rivals plan in secret."""
        mine = {"province": "province_id", "organisation": "author_id"}
        return self.filter(filter_for(person, "network.view_station", **mine))


class Proposal(models.Model):
    """A planned mast or route as it was checked on a day: a snapshot, never edited.

    An operator's proposal was checked twice: by what its author may see (`findings`), and by everything
    (`full_findings`), which officers alone read.
    """

    class Kind(models.TextChoices):
        MAST = "mast", "cột ăng ten"
        UNDERGROUND = "underground", "công trình ngầm"
        POLE_LINE = "pole_line", "tuyến cột treo cáp"

    class Verdict(models.TextChoices):
        MUST_SHARE = "must_share", "phải dùng chung"
        MAY_BUILD = "may_build", "được xây mới"
        CONSIDER = "consider", "cần xem xét"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    author = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="doanh nghiệp gửi"
    )
    network = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="mạng của doanh nghiệp")
    kind = models.CharField("loại công trình", max_length=11, choices=Kind)
    code = models.CharField("mã đề xuất", max_length=40)
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="xã, phường"
    )
    lon = models.FloatField(
        "kinh độ", null=True, blank=True, validators=between(102, 118, "Kinh độ của Việt Nam từ 102 đến 118.")
    )
    lat = models.FloatField(
        "vĩ độ", null=True, blank=True, validators=between(6, 24, "Vĩ độ của Việt Nam từ 6 đến 24.")
    )
    path = LineStringField("tuyến", srid=4326, null=True, blank=True)
    height_m = models.FloatField(
        "chiều cao, m", null=True, blank=True, validators=between(0, 350, "Chiều cao từ 0 đến 350 m.")
    )
    planned_on = models.DateField("dự kiến đưa vào sử dụng", null=True, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    checked_at = models.DateTimeField("kiểm tra lúc", auto_now_add=True)
    checked_on = models.DateField("theo quy định và sổ đăng ký ngày")
    verdict = models.CharField("kết luận", max_length=10, choices=Verdict)
    findings: models.JSONField[Any, Any] = models.JSONField("điều tìm thấy", default=dict)
    full_verdict = models.CharField("kết luận theo toàn bộ sổ đăng ký", max_length=10, choices=Verdict)
    full_findings: models.JSONField[Any, Any] = models.JSONField("điều tìm thấy trong toàn bộ sổ", default=dict)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "đề xuất xây dựng"
        indexes = [models.Index(fields=["province", "checked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="mast", lon__isnull=False, lat__isnull=False, path__isnull=True)
                | (~Q(kind="mast") & Q(path__isnull=False)),
                name="proposal_geometry",
                violation_error_message="Cột cần kinh độ, vĩ độ; tuyến cần đường đi.",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("network:proposal", args=[self.pk])

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return {"province_id": self.province_id, "place_id": None, "organisation_id": self.author_id}

    def full_for(self, person: AbstractBaseUser | AnonymousUser) -> bool:
        """Tell whether the person reads the check against the whole register: officers of the province."""
        held = scopes_in(person, "network.view_station", self.province_id)
        return any(s.organisation_id is None for s in held)
