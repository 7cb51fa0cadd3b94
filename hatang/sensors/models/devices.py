"""What sends: devices with a key and a secret of their own; and what could not be taken of what they sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from hatang.sensors.models.things import CHANGE, Thing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SECRET_BYTES = 24
SALT_BYTES = 12
ROUNDS = 101
"""Few are enough: a secret is drawn by chance from 192 bits, nobody chooses it."""


def new_key() -> str:
    """Draw a key, by which a device is named."""
    return f"tb-{secrets.token_hex(6)}"


def hashed(secret: str, salt: bytes | None = None) -> str:
    """Give what is kept of a secret, as Mosquitto keeps it: PBKDF2-HMAC-SHA512 as $7$rounds$salt$hash."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def is_secret(secret: str, kept: str) -> bool:
    """Tell whether this is the secret of which that was kept."""
    parts = kept.split("$")
    if len(parts) != 5:
        return False
    return hmac.compare_digest(hashed(secret, base64.b64decode(parts[3])).encode(), kept.encode())


class DeviceQuerySet(models.QuerySet["Device"]):
    """Sets of devices."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Only who may change a thing sees what sends for it."""
        return self.filter(thing__in=Thing.objects.filter(Thing.owned(person, CHANGE)))

    def at_work(self) -> Self:
        """Keep those that may send."""
        return self.filter(is_active=True)


class Device(models.Model):
    """What sends for one thing: signs in by its key and its secret, of which only a hash is kept.

    Over MQTT its topics are `hatang/<key>` and all below it, no others; over HTTP it may send for its thing's streams.
    """

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="devices", verbose_name="vật")
    key = models.CharField("khóa đăng nhập", max_length=40, unique=True, default=new_key, editable=False)
    secret_hash = models.CharField("băm của bí mật", max_length=160, editable=False, default="")
    name = models.CharField("tên", max_length=100, blank=True)
    is_active = models.BooleanField("được gửi", default=True)
    heard_at = models.DateTimeField("nghe lần cuối", null=True, blank=True, editable=False)
    made_at = models.DateTimeField("cấp lúc", auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["heard_at", "secret_hash"])
    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "thiết bị gửi số đo"

    def __str__(self) -> str:
        return self.name or self.key

    def owners(self) -> dict[str, int | None]:
        """Say whose device this is: the thing's."""
        return self.thing.owners()

    def new_secret(self) -> str:
        """Give the device a new secret, of which only the hash is kept; the caller shows it once."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        self.secret_hash = hashed(secret)
        return secret

    def knows(self, secret: str) -> bool:
        """Tell whether this is the device's secret."""
        return is_secret(secret, self.secret_hash)


class RefusedReason(models.TextChoices):
    """Why something sent was not taken."""

    UNREADABLE = "unreadable", "không đọc được"
    TOO_LARGE = "too_large", "gói tin quá lớn"
    NO_STREAM = "no_stream", "không có luồng mang mã ấy"
    BAD_TIME = "bad_time", "thời điểm sai dạng"
    CLOCK = "clock", "đồng hồ lệch quá một ngày"
    BAD_RESULT = "bad_result", "kết quả không hợp lệ"
    NOT_OWN = "not_own", "chủ đề không phải của thiết bị"


class RefusedInputQuerySet(models.QuerySet["RefusedInput"]):
    """Sets of counters of what was refused."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Whoever may change the thing sees what of its devices was refused."""
        return self.filter(device__in=Device.objects.visible_to(person))


class RefusedInput(models.Model):
    """How many observations or messages of a device were refused on a day for one reason, with the last of them."""

    device = models.ForeignKey(
        Device, models.CASCADE, null=True, blank=True, related_name="refused", verbose_name="thiết bị"
    )
    on = models.DateField("ngày")
    reason = models.CharField("lý do", max_length=10, choices=RefusedReason)
    count = models.PositiveBigIntegerField("số lần", default=0)
    last_at = models.DateTimeField("lần cuối")
    topic = models.CharField("chủ đề", max_length=200, blank=True, default="")
    sample = models.CharField("nội dung lần cuối", max_length=500, blank=True, default="")
    message = models.CharField("vì sao", max_length=300, blank=True, default="")

    objects = RefusedInputQuerySet.as_manager()

    class Meta:
        verbose_name = "số đo bị từ chối"
        constraints = [
            models.UniqueConstraint(Coalesce("device", models.Value(0)), "on", "reason", name="refusedinput_of_day")
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.count}"
