"""A published table as a document to be signed: a sheet that names the table's file by its hash."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError

from hatang.accounts.models import Person
from hatang.core.vietnamese import moment, number
from hatang.indicators.models import Publication
from hatang.utilities.models import SignedDocument
from hatang.utilities.services import cover_pdf, issuing_body, propose_document

HOW = (
    "Tải tệp số liệu ở trang của mục trong sổ minh bạch, hoặc lấy bản bạn đang giữ.",
    "Tính mã băm SHA-256 của tệp (Windows: certutil -hashfile TỆP SHA256; Linux: sha256sum TỆP) và so với mã ở trên; "
    "hoặc chọn tệp ở trang Kiểm tra tệp của sổ minh bạch.",
    "Phiếu này có chữ ký số: quét mã QR ở chân trang, hoặc chọn phiếu ở trang Xác minh văn bản.",
)


def subject_of(publication: Publication) -> str:
    """Name a publication where documents are listed."""
    return f"indicators.publication:{publication.pk}"


def signatures_of(publication: Publication) -> list[SignedDocument]:
    """Give the documents made of a publication, the latest first."""
    return list(SignedDocument.objects.about(subject_of(publication)).select_related("issuer"))


def propose_sheet(*, actor: Person, publication: Publication) -> SignedDocument:
    """Propose the sheet of a published table to whoever may sign; the table that it replaced is replaced in it too.

    Raises ValidationError before it is published, or when no body is known that could issue it.
    """
    entry = publication.entry
    if entry is None:
        raise ValidationError("Chỉ ký bảng số liệu đã công bố.")
    issuer = issuing_body(actor=actor, province=publication.province)
    facts = [
        ("Tệp số liệu", f"{entry.file.name}, {number(entry.size_bytes)} byte", False),
        ("Mã băm SHA-256", entry.file.sha256, True),
        ("Công bố lúc", moment(entry.at), False),
        ("Sổ minh bạch", f"mục {number(entry.number)}: {settings.ORIGIN}{entry.get_absolute_url()}", False),
        ("Gốc sau mục này", entry.root_hash, True),
    ]
    facts += [("Lý do thay bản trước", publication.reason, False)] if publication.reason else []
    pdf = cover_pdf(title=publication.title, issuer=issuer.name, facts=facts, how=HOW, simulated=publication.simulated)
    return propose_document(
        actor=actor,
        province=publication.province,
        issuer=issuer,
        kind=SignedDocument.Kind.TABLE,
        title=publication.title,
        name=f"phieu-cong-bo-{publication.province.code}-{publication.year}-{entry.number}.pdf",
        content=pdf,
        about=subject_of(publication),
        public=True,
        simulated=publication.simulated,
        replaces=earlier_sheet(publication),
    )


def earlier_sheet(publication: Publication) -> SignedDocument | None:
    """Give the sheet in force of this publication, or of the one that it replaced."""
    for row in (publication, publication.replaces):
        rows = signatures_of(row) if row is not None else []
        for sheet in rows:
            if sheet.state == SignedDocument.State.IN_FORCE:
                return sheet
    return None
