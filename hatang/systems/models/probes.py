"""What probes find of systems' hosts, and when a province has them looked at."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Max
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.places.models import OfProvince, Place
from hatang.systems.models.findings import SEE_FINDING
from hatang.systems.models.information_systems import InformationSystem
from hatang.work.in_force import between

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

PROBE = "systems.probe"


class ProbePlan(OfProvince, models.Model):
    """Whether and how often a province has its hosts looked at; nobody's until an officer says so."""

    province = models.OneToOneField(Place, models.CASCADE, related_name="probe_plan", editable=False)
    is_active = models.BooleanField("tự kiểm tra đều đặn", default=False)
    every_hours = models.PositiveSmallIntegerField(
        "kiểm tra mỗi, giờ", default=6, validators=between(1, 168, "Từ 1 đến 168 giờ.")
    )
    asked_at = models.DateTimeField("lần kiểm tra gần nhất", null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["asked_at"])

    class Meta:
        verbose_name = "lịch kiểm tra từ xa"

    def __str__(self) -> str:
        return f"lịch kiểm tra của {self.province}"


class SystemProbeQuerySet(models.QuerySet["SystemProbe"]):
    """Sets of looks."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As for findings: what a look tells may be a weakness."""
        return self.filter(filter_for(person, SEE_FINDING, province="system__province_id"))

    def latest_each(self) -> Self:
        """Keep the latest look at each system."""
        last = self.order_by().values("system").annotate(last=Max("pk"))
        return self.filter(pk__in=last.values("last"))

    def since(self, at: datetime) -> Self:
        """Keep the looks from an instant on."""
        return self.filter(at__gte=at)


class SystemProbe(models.Model):
    """One look at a system's host."""

    system = models.ForeignKey(InformationSystem, models.CASCADE, related_name="probes", verbose_name="hệ thống")
    host_name = models.CharField("tên miền", max_length=253)
    at = models.DateTimeField("lúc")
    has_ipv4 = models.BooleanField("có bản ghi A")
    has_ipv6 = models.BooleanField("có bản ghi AAAA")
    answers_ipv4 = models.BooleanField("trả lời qua IPv4")
    answers_ipv6 = models.BooleanField("trả lời qua IPv6")
    status = models.PositiveSmallIntegerField("mã trả lời HTTP", null=True)
    response_ms = models.FloatField("thời gian trả lời, ms", null=True)
    certificate_until = models.DateTimeField("chứng thư có hạn tới", null=True)
    certificate_issuer = models.CharField("nơi cấp chứng thư", max_length=200, blank=True)
    certificate_fault = models.CharField("chứng thư bị từ chối vì", max_length=200, blank=True)
    hsts = models.BooleanField("có HSTS", null=True)
    dnssec = models.BooleanField("DNSSEC hợp lệ", null=True)
    fault = models.CharField("vì sao không trả lời", max_length=300, blank=True)

    objects = SystemProbeQuerySet.as_manager()

    class Meta:
        verbose_name = "lần kiểm tra từ xa"
        indexes = [models.Index(fields=["system", "-at"], name="systemprobe_latest")]

    def __str__(self) -> str:
        return f"{self.host_name} lúc {self.at:%d/%m/%Y %H:%M}"

    @property
    def reachable(self) -> bool:
        """Whether it answered at all."""
        return self.answers_ipv4 or self.answers_ipv6
