"""Documents that a body signed: what, by whom, with which certificate, and whether they are still in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import search_key
from hatang.places.models import OfProvince, Place
from hatang.utilities.models.certificates import BodyCertificate
from hatang.work.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_DOCUMENT = "utilities.view_document"
PROPOSE = "utilities.propose_document"
SIGN = "utilities.sign_document"
CODE_FORM = r"[2-9A-HJKMNP-TV-Z]{4}(-[2-9A-HJKMNP-TV-Z]{4}){2}"
"""Letters and figures that nobody takes for one another."""


class SignedDocumentQuerySet(models.QuerySet["SignedDocument"]):
    """Sets of documents."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The list of a province is seen by its department, analysts and auditors."""
        return self.filter(filter_for(person, SEE_DOCUMENT, province="province_id"))

    def signed(self) -> Self:
        """Keep what was signed, in force or not any more: anybody who holds its code may ask about it."""
        return self.exclude(signed_at=None)

    def in_force(self) -> Self:
        """Keep what holds."""
        return self.filter(state=SignedDocument.State.IN_FORCE)

    def about(self, what: str) -> Self:
        """Keep the documents made of one row of another package, newest first."""
        return self.filter(about=what).exclude(state=SignedDocument.State.WITHDRAWN).order_by("-pk")


class SignedDocument(OfProvince, models.Model):
    """A file on its way to a signature, and then for good: one person proposes it, another signs."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "chờ ký"
        WITHDRAWN = "withdrawn", "không ký"
        IN_FORCE = "in_force", "còn hiệu lực"
        REPLACED = "replaced", "đã được thay thế"
        REVOKED = "revoked", "đã thu hồi"

    class Kind(models.TextChoices):
        REPORT = "report", "báo cáo"
        TABLE = "table", "phiếu công bố số liệu"
        AGREEMENT = "agreement", "thỏa thuận, hợp đồng"
        OTHER = "other", "văn bản khác"

    code = models.CharField("mã", max_length=14, unique=True, validators=[RegexValidator(CODE_FORM)], editable=False)
    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    issuer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan ban hành")
    kind = models.CharField("loại", max_length=9, choices=Kind, default=Kind.OTHER)
    title = models.CharField("tên văn bản", max_length=300)
    about = models.CharField("làm từ", max_length=80, blank=True, editable=False, db_index=True)
    public = models.BooleanField(
        "ai cũng tải được",
        default=False,
        help_text="Không chọn thì người có mã chỉ biết văn bản của ai, còn hiệu lực không, chứ không tải được.",
    )
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.PROPOSED, db_index=True)
    draft = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="bản đề nghị ký")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bản đã ký"
    )
    signature_digest = models.CharField("mã băm của chữ ký", max_length=64, blank=True, db_index=True)
    certificate = models.ForeignKey(
        BodyCertificate, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="chứng thư"
    )
    last_page = models.BooleanField("dấu ở trang cuối", default=False, help_text="Không chọn: chân trang đầu.")
    trial = models.BooleanField("chữ ký thử nghiệm", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    proposed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người đề nghị")
    proposed_at = models.DateTimeField("đề nghị lúc", auto_now_add=True)
    signed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người ký"
    )
    signed_at = models.DateTimeField("ký lúc", null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="thay cho"
    )
    ended_at = models.DateTimeField("hết hiệu lực lúc", null=True, blank=True)
    reason = models.CharField("lý do thu hồi", max_length=500, blank=True)
    search_key = models.CharField(max_length=800, editable=False)

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = SignedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản ký số"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None) | Q(proposed_by=None) | ~Q(signed_by=F("proposed_by")),
                name="signeddocument_two_people",
                violation_error_message="Người ký phải khác người đề nghị.",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(reason=""),
                name="signeddocument_reason",
                violation_error_message="Thu hồi phải nêu lý do.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn")) | (Q(file__isnull=False) & Q(signed_at__isnull=False)),
                name="signeddocument_signed",
                violation_error_message="Văn bản có hiệu lực phải có bản đã ký.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])

    @property
    def public_url(self) -> str:
        """The page that anybody with the code may open."""
        return reverse("verifying:document", args=[self.code])

    @property
    def successor(self) -> SignedDocument | None:
        """The document that replaced this one, if any was signed."""
        return self.replaced_by.exclude(signed_at=None).first()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key for search."""
        self.search_key = search_key(f"{self.title} {self.code} {self.issuer}")[:800]
        super().save(*args, **kwargs)
