"""The yearly report as a document to be signed: its PDF as it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.plans.models import Report
from hatang.plans.report.content import content_of
from hatang.plans.report.pdf import report_pdf
from hatang.utilities.models import SignedDocument
from hatang.utilities.services import issuing_body, propose_document

if TYPE_CHECKING:
    from hatang.accounts.models import Person


def subject_of(report: Report) -> str:
    """Name a report where documents are listed."""
    return f"plans.report:{report.pk}"


def signatures_of(report: Report) -> list[SignedDocument]:
    """Give the documents made of a report, the latest first; none of one that is not stored yet."""
    if report.pk is None:
        return []
    return list(SignedDocument.objects.about(subject_of(report)).select_related("issuer"))


def propose_report(*, actor: Person, report: Report) -> SignedDocument:
    """Propose the PDF of a sent report to whoever may sign; it replaces the one signed before.

    Raises ValidationError while the report is a draft, or when the actor belongs to no body that could issue it.
    """
    if not report.sent_on:
        raise ValidationError("Hãy đánh dấu báo cáo đã gửi trước khi đề nghị ký: nội dung phải được giữ nguyên.")
    content = content_of(report, today=timezone.localdate(), person=actor)
    earlier = [row for row in signatures_of(report) if row.state == SignedDocument.State.IN_FORCE]
    return propose_document(
        actor=actor,
        province=report.plan.province,
        issuer=issuing_body(actor=actor, province=report.plan.province),
        kind=SignedDocument.Kind.REPORT,
        title=f"Báo cáo năm {report.year}: {report.plan.title}"[:300],
        name=f"bao-cao-{report.plan.code}-{report.year}.pdf",
        content=report_pdf(content, made_on=report.date or report.sent_on),
        about=subject_of(report),
        public=True,
        simulated=content.simulated,
        replaces=earlier[0] if earlier else None,
    )
