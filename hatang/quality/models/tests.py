"""Tests that people kept, whose network an address belongs to, and the key of the day. No address is kept anywhere."""

from __future__ import annotations

import ipaddress
import secrets
from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation
from hatang.core.measurements.schema import Access
from hatang.places.models import OfProvince, Place
from hatang.quality.models.loads import CHANGE_SETTINGS

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def in_order(address: Address) -> str:
    """Write an address so that text order is the order of addresses, IPv4 before IPv6.

    >>> in_order(ipaddress.ip_address("10.0.0.1"))
    '40000000000000000000000000a000001'
    """
    return f"{address.version}{int(address):032x}"


class AddressBlockQuerySet(models.QuerySet["AddressBlock"]):
    """Sets of address blocks."""

    def visible_to(self, person: Someone) -> Self:
        """The department that keeps a province's table sees it."""
        return self.filter(filter_for(person, CHANGE_SETTINGS, province="province_id"))

    def holding(self, address: Address) -> Self:
        """Keep the blocks that hold an address, the longest prefix first."""
        key = in_order(address)
        return self.filter(first__lte=key, last__gte=key).order_by("-prefix", "pk")


class AddressBlock(OfProvince, models.Model):
    """Addresses of one operator, as the province's table has them: a block, or a whole autonomous system by number."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    cidr = models.CharField("dải địa chỉ", max_length=43)
    prefix = models.PositiveSmallIntegerField("số bit đầu")
    first = models.CharField("địa chỉ đầu", max_length=33, editable=False)
    last = models.CharField("địa chỉ cuối", max_length=33, editable=False)
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    history = HistoricalRecords(excluded_fields=["first", "last"])
    objects = AddressBlockQuerySet.as_manager()

    class Meta:
        verbose_name = "dải địa chỉ của doanh nghiệp"
        indexes = [models.Index(fields=["first", "last"], name="addressblock_span")]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "cidr"],
                name="addressblock_unique",
                violation_error_message="Dải địa chỉ này đã có.",
            )
        ]

    def __str__(self) -> str:
        return self.cidr

    @classmethod
    def of(cls, network: Network | int, **more: object) -> Self:
        """Make the row of a network, or of the autonomous system of a number, not yet stored."""
        if isinstance(network, int):
            return cls(cidr=f"AS{network}", prefix=0, first="", last="", **more)
        spans = {"first": in_order(network.network_address), "last": in_order(network.broadcast_address)}
        return cls(cidr=str(network), prefix=network.prefixlen, **spans, **more)


class DayKey(models.Model):
    """The key under which a browser's token becomes a pseudonym for one day; thrown away when the day is over."""

    on = models.DateField("ngày", unique=True)
    key = models.CharField("khóa", max_length=64, default=secrets.token_hex)

    class Meta:
        verbose_name = "khóa của ngày"

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"


def share_code() -> str:
    """Make a word that nobody guesses."""
    return secrets.token_urlsafe(9)


class KeptTestQuerySet(models.QuerySet["KeptTest"]):
    """Sets of kept tests."""

    def visible_to(self, person: Someone) -> Self:
        """Who has a test's link sees it; it says nothing about a person."""
        return self

    def waiting(self) -> Self:
        """Keep those that are not in the measurement table yet."""
        return self.filter(moved_at=None)


class KeptTest(OfProvince, models.Model):
    """A test that its person chose to keep, with the figures that the server itself measured.

    Once the row is in the measurement table, what only that needs (the pseudonym, the point) is cleared here; what
    stays is what the shared page shows.
    """

    class Known(models.TextChoices):
        ADDRESS = "address", "nhận ra theo địa chỉ mạng"
        ASKED = "asked", "người đo cho biết"
        NOT = "", "chưa rõ"

    code = models.CharField("mã", max_length=12, unique=True, default=share_code)
    pair = models.CharField("mã lượt đo", max_length=32, unique=True, editable=False)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    commune = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="xã, phường"
    )
    at = models.DateTimeField("đo lúc")
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nhà mạng"
    )
    operator_known = models.CharField("biết nhà mạng nhờ", max_length=7, choices=Known, blank=True, default=Known.NOT)
    access = models.CharField("đường vào mạng", max_length=6, blank=True, choices=[(a.value, a.name) for a in Access])
    technology = models.CharField("công nghệ", max_length=10, blank=True)
    device = models.CharField("bút danh của ngày", max_length=32, blank=True)
    download_mbps = models.FloatField("tải xuống, Mbit/s", validators=[MinValueValidator(0)])
    upload_mbps = models.FloatField("tải lên, Mbit/s", validators=[MinValueValidator(0)])
    min_rtt_ms = models.FloatField("độ trễ nhỏ nhất, ms", null=True, blank=True)
    jitter_ms = models.FloatField("biến động trễ, ms", null=True, blank=True)
    loss_ratio = models.FloatField(
        "phần phải gửi lại", null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    ip_family = models.PositiveSmallIntegerField("phiên bản IP", default=0)
    lon = models.FloatField("kinh độ, ba số lẻ", null=True, blank=True)
    lat = models.FloatField("vĩ độ, ba số lẻ", null=True, blank=True)
    moved_at = models.DateTimeField("vào bảng đo lúc", null=True, blank=True, db_index=True)

    objects = KeptTestQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt đo được giữ"

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("quality:kept_test", args=[self.code])

    @property
    def on(self) -> date:
        """The day, which is all that the shared page tells of the time."""
        return timezone.localdate(self.at)
