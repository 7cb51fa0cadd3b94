"""Looking at a signed file that somebody brings: what its signatures say, and what we know of the document."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError

from hatang.core.signatures.checking import Checked, Signature, Verdict, check_file
from hatang.core.signatures.faults import SignatureError
from hatang.utilities.models import SignedDocument
from hatang.utilities.services.trusting import trusted_anchors

AT_ONCE = threading.BoundedSemaphore(2)
"""Each check takes a process of its own with up to 1.5 GB; more of them wait."""
LONGEST_WAIT_S = 20.0


class Answer(StrEnum):
    """What is said of the whole file in one word, from bad to good."""

    UNSIGNED = "unsigned"
    CHANGED = "changed"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNTRUSTED = "untrusted"
    TRIAL = "trial"
    GOOD = "good"


SENTENCES = {
    Answer.UNSIGNED: "Tệp này không có chữ ký số nào.",
    Answer.CHANGED: "Không nguyên vẹn: tệp khác bản đã ký.",
    Answer.REVOKED: "Nguyên vẹn, nhưng văn bản đã bị thu hồi.",
    Answer.REPLACED: "Nguyên vẹn, nhưng văn bản đã được thay thế.",
    Answer.UNTRUSTED: "Nguyên vẹn, nhưng chưa xác định được người ký là ai.",
    Answer.TRIAL: "Nguyên vẹn, nhưng ký bằng khóa thử nghiệm: không có giá trị pháp lý.",
    Answer.GOOD: "Nguyên vẹn, do người ký tin cậy được.",
}
TONES = {Answer.GOOD: "success", Answer.CHANGED: "error", Answer.REVOKED: "error"}


@dataclass(frozen=True)
class Verified:
    """A file that was looked at: its answer, each signature with the document it made here, if any."""

    answer: Answer
    checked: Checked
    rows: tuple[tuple[Signature, SignedDocument | None], ...]

    @property
    def sentence(self) -> str:
        """Say the answer."""
        return SENTENCES[self.answer]

    @property
    def tone(self) -> str:
        """The look of the answer."""
        return TONES.get(self.answer, "warning")


def checked_file(content: bytes) -> Checked:
    """Check a file in a process of its own, at most two at once. Raises ValidationError in words."""
    if not AT_ONCE.acquire(timeout=LONGEST_WAIT_S):
        raise ValidationError("Đang có nhiều người kiểm tra cùng lúc; xin thử lại sau một phút.")
    try:
        return check_file(content, trusted_anchors())
    except SignatureError as error:
        raise ValidationError(str(error)) from error
    finally:
        AT_ONCE.release()


def verify_file(content: bytes) -> Verified:
    """Tell all about a file. Raises ValidationError for one that cannot be read."""
    checked = checked_file(content)
    digests = [signature.digest for signature in checked.signatures if signature.digest]
    known = SignedDocument.objects.signed().filter(signature_digest__in=digests)
    ours = {row.signature_digest: row for row in known.select_related("issuer", "province", "certificate")}
    rows = tuple((signature, ours.get(signature.digest)) for signature in checked.signatures)
    return Verified(answer_of(rows), checked, rows)


def answer_of(rows: tuple[tuple[Signature, SignedDocument | None], ...]) -> Answer:
    """Say the worst that is true of any signature."""
    return min((answer_of_one(*row) for row in rows), key=list(Answer).index, default=Answer.UNSIGNED)


def answer_of_one(signature: Signature, document: SignedDocument | None) -> Answer:
    """Say what one signature tells: first the bytes, then our own register, then trust."""
    if signature.verdict in (Verdict.CHANGED, Verdict.BROKEN):
        return Answer.CHANGED
    if document is not None and document.state == SignedDocument.State.REVOKED:
        return Answer.REVOKED
    if document is not None and document.state == SignedDocument.State.REPLACED:
        return Answer.REPLACED
    if not signature.trusted:
        return Answer.UNTRUSTED
    return Answer.TRIAL if signature.trial else Answer.GOOD
