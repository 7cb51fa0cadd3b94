"""What was called: a record of each call that is only ever added, the tree of hashes above, and what counts calls."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from hatang.accounts.models import Organisation
from hatang.core.exchange.records import FORMAT, record_bytes
from hatang.exchange.models.services import Agreement, OfPartner, PartnerKey, of_partner
from hatang.places.models import Place
from hatang.utilities.models import OnlyAdded, OnlyAddedQuerySet, TreeNode

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


CALLS_ONLY_GROW = "Sổ lượt gọi chỉ thêm, không sửa, không xóa."


class CallRecordQuerySet(OnlyAddedQuerySet):
    """Sets of records."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees those of its province, a partner its own."""
        return self.filter(of_partner(person))


class CallRecord(OfPartner, OnlyAdded):
    """One call: who, what, when, how long, and the hashes of what was asked and answered."""

    ONLY_GROWS = CALLS_ONLY_GROW

    class Direction(models.TextChoices):
        IN = "in", "đối tác gọi vào"
        OUT = "out", "tỉnh gọi ra"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField("lúc")
    direction = models.CharField("chiều", max_length=3, choices=Direction, default=Direction.IN)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="đối tác")
    client = models.CharField("mã khách", max_length=100)
    service = models.CharField("dịch vụ", max_length=60)
    status = models.PositiveSmallIntegerField("trạng thái trả lời")
    duration_ms = models.FloatField("thời gian trả lời, ms")
    request_sha256 = models.CharField("mã băm yêu cầu", max_length=64)
    answer_sha256 = models.CharField("mã băm trả lời", max_length=64)

    objects = CallRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt gọi"
        indexes = [
            models.Index(fields=["province", "at"], name="callrecord_of_province"),
            models.Index(fields=["organisation", "at"], name="callrecord_of_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.at:%d/%m/%Y %H:%M:%S}"

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that the log hashes; how long it took is not among them."""
        return {
            "format": FORMAT,
            "id": str(self.id),
            "at": self.at.isoformat(timespec="milliseconds"),
            "direction": str(self.direction),
            "province": self.province.code,
            "client": self.client,
            "service": self.service,
            "status": self.status,
            "request_sha256": self.request_sha256,
            "answer_sha256": self.answer_sha256,
        }

    @property
    def content(self) -> bytes:
        """The bytes whose hash is the leaf."""
        return record_bytes(self.fields)


class WaitingRecord(models.Model):
    """A record that has no place in the tree yet; goes when it gets one."""

    record = models.OneToOneField(
        CallRecord, models.PROTECT, primary_key=True, related_name="+", verbose_name="lượt gọi"
    )

    class Meta:
        verbose_name = "lượt gọi chờ vào sổ"

    def __str__(self) -> str:
        return str(self.record_id)


class CallLeaf(OnlyAdded):
    """The place of a record in the log of calls."""

    ONLY_GROWS = CALLS_ONLY_GROW

    index = models.PositiveBigIntegerField("vị trí trong cây, từ 0", unique=True)
    record = models.OneToOneField(CallRecord, models.PROTECT, related_name="leaf", verbose_name="lượt gọi")
    leaf_hash = models.CharField("mã băm của lá", max_length=64)

    objects = OnlyAddedQuerySet.as_manager()

    class Meta:
        verbose_name = "lá của sổ lượt gọi"

    def __str__(self) -> str:
        return str(self.index)


class CallNode(TreeNode):
    """The hash of a whole subtree above the leaves of the log of calls."""

    ONLY_GROWS = CALLS_ONLY_GROW

    class Meta(TreeNode.Meta):
        verbose_name = "nút của sổ lượt gọi"


class CallHead(OnlyAdded):
    """The log of calls at a size: its root, signed."""

    ONLY_GROWS = CALLS_ONLY_GROW

    size = models.PositiveBigIntegerField("cỡ", unique=True)
    root = models.CharField("gốc", max_length=64)
    at = models.DateTimeField("lúc")
    signed = models.TextField("chữ ký")

    objects = OnlyAddedQuerySet.as_manager()

    class Meta:
        verbose_name = "đầu sổ lượt gọi"

    def __str__(self) -> str:
        return f"cỡ {self.size}"


class CallCount(models.Model):
    """How often an agreement was called on a day, and in its present minute: what rate and quota are held against."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="counts", verbose_name="thỏa thuận")
    on = models.DateField("ngày")
    used = models.PositiveIntegerField("đã gọi", default=0)
    refused = models.PositiveIntegerField("bị từ chối vì quá mức", default=0)
    minute = models.PositiveBigIntegerField("phút đang đếm", default=0)
    in_minute = models.PositiveIntegerField("đã gọi trong phút", default=0)

    class Meta:
        verbose_name = "số lượt gọi trong ngày"
        constraints = [models.UniqueConstraint(fields=["agreement", "on"], name="callcount_unique")]

    def __str__(self) -> str:
        return f"{self.on}: {self.used}"


class KeptAnswer(models.Model):
    """An answer kept for a while under the key that its caller gave it, so that the same call counts once."""

    partner_key = models.ForeignKey(PartnerKey, models.CASCADE, related_name="+", verbose_name="khóa của đối tác")
    idempotency_key = models.CharField("khóa chống lặp", max_length=100)
    request_sha256 = models.CharField("mã băm yêu cầu", max_length=64)
    record = models.ForeignKey(CallRecord, models.PROTECT, related_name="+", verbose_name="lượt gọi")
    body = models.BinaryField("thân trả lời")
    signature = models.TextField("chữ ký")
    at = models.DateTimeField("lúc", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "trả lời được giữ"
        constraints = [
            models.UniqueConstraint(fields=["partner_key", "idempotency_key"], name="keptanswer_unique"),
            models.CheckConstraint(condition=~Q(idempotency_key=""), name="keptanswer_named"),
        ]

    def __str__(self) -> str:
        return self.idempotency_key
