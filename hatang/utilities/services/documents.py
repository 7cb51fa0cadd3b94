"""Verbs on documents to sign: propose, sign as the second person, withdraw, revoke."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.signatures.checking import Verdict
from hatang.core.signatures.faults import SignatureError
from hatang.places.models import Place
from hatang.utilities.models import PROPOSE, SIGN, SignedDocument
from hatang.utilities.services.certificates import certificate_that_signed
from hatang.utilities.services.keys import Signing, signing_for
from hatang.utilities.services.verifying import checked_file
from hatang.work.services import notify, people_with, store_file

State = SignedDocument.State
KINDS = {".pdf": "application/pdf", ".xml": "application/xml"}
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
DEPARTMENT = "Sở Khoa học và Công nghệ"
FONT = "Tinos"
FONTS = Path(settings.ROOT) / "node_modules/@expo-google-fonts/tinos"
REFUSED_PARTS = {"mã lệnh JavaScript", "lệnh mở chương trình", "phim, âm thanh nhúng", "biểu mẫu XFA"}


def new_code() -> str:
    """Make a document's code: twelve letters and figures that nobody takes for one another, too many to guess.

    58 bits; the public page counts who asks.
    """
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


@transaction.atomic
def propose_document(
    *,
    actor: Person,
    province: Place,
    issuer: Organisation,
    kind: str,
    title: str,
    name: str,
    content: bytes,
    about: str = "",
    public: bool = False,
    last_page: bool = False,
    simulated: bool = False,
    replaces: SignedDocument | None = None,
) -> SignedDocument:
    """Propose a PDF or XML file to whoever may sign in the province; they are told.

    Raises ValidationError for a file that cannot be signed, or when another proposal about the same thing waits.
    """
    if not actor.has_perm(PROPOSE, province):
        raise PermissionDenied
    check_signable(content, name)
    if about and SignedDocument.objects.about(about).filter(state=State.PROPOSED).exists():
        raise ValidationError("Đã có một đề nghị ký đang chờ; rút đề nghị ấy trước.")
    if replaces is not None and (replaces.state != State.IN_FORCE or replaces.province_id != province.pk):
        raise ValidationError("Văn bản được thay phải đang còn hiệu lực trong tỉnh này.")
    draft = store_file(actor=actor, name=name, content=content, province=province, organisation=None, kinds=KINDS)
    row = SignedDocument(code=new_code(), province=province, issuer=issuer, kind=kind, title=title, about=about)
    row.public, row.last_page, row.simulated, row.replaces = public, last_page, simulated, replaces
    row.draft, row.proposed_by = draft, actor
    sign(row, actor)
    row.full_clean(exclude=["search_key"])
    row.save()
    others = [person for person in people_with(permission=SIGN, province=province) if person != actor]
    notify(to=others, subject=f"Chờ ký: {title}", url=row.get_absolute_url())
    return row


def issuing_body(*, actor: Person, province: Place) -> Organisation:
    """Give the body in whose name something goes out: the actor's, else the province's department for science.

    Raises ValidationError when there is neither.
    """
    if actor.organisation is not None and actor.organisation.province_id == province.pk:
        return actor.organisation
    here = Organisation.objects.filter(province=province, kind=Organisation.Kind.DEPARTMENT)
    found = here.in_force(timezone.localdate()).filter(name__startswith=DEPARTMENT).first()
    if found is None:
        raise ValidationError("Chưa biết cơ quan nào ban hành: tài khoản của bạn cần thuộc một cơ quan của tỉnh.")
    return found


def check_signable(content: bytes, name: str) -> None:
    """Refuse what is no PDF or XML, acts by itself, or bears a signature that does not hold."""
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise ValidationError("Chỉ ký tệp PDF (.pdf) hoặc XML (.xml).")
    found = checked_file(content)
    if found.kind != suffix[1:]:
        raise ValidationError(f"Tên tệp là {suffix} nhưng nội dung là {found.kind.upper()}.")
    acting = [part for part in found.active if part in REFUSED_PARTS]
    if acting:
        raise ValidationError(f"Tệp có {', '.join(acting)}: không ký thứ có thể tự đổi. Xuất lại PDF thường.")
    if any(s.verdict in (Verdict.CHANGED, Verdict.BROKEN) for s in found.signatures):
        raise ValidationError("Tệp đã có một chữ ký không còn đúng; xin bản nguyên vẹn rồi ký.")
    if found.kind == "xml":
        _check_plain(content)


def _check_plain(content: bytes) -> None:
    from hatang.core.signatures.signing import plain_xml

    try:
        plain_xml(content)
    except SignatureError as error:
        raise ValidationError(str(error)) from error


def sign_document(*, actor: Person, document: SignedDocument) -> SignedDocument:
    """Sign what another person proposed; what it replaces is replaced at the same moment.

    The signature is made before the transaction, since a clock and revocation lists may be asked over the network.
    Raises ValidationError when there is no key, the actor proposed it, or somebody was faster.
    """
    _require_signer(actor, document)
    now = timezone.now()
    signing = signing_for(document.province)
    with document.draft.file.open("rb") as file:
        content = file.read()
    try:
        made, digest = signed_bytes(document, content, signing, now)
    except SignatureError as error:
        raise ValidationError(str(error)) from error
    return _keep_signed(document, actor, signing, made, digest, now)


def signed_bytes(document: SignedDocument, content: bytes, signing: Signing, now: datetime) -> tuple[bytes, str]:
    """Sign a file and give it with the digest by which its signature is known again."""
    from hatang.core.signatures import signing as core
    from hatang.core.signatures.stamp import Stamp, stamp_pdf

    if document.draft.name.lower().endswith(".xml"):
        made = core.sign_xml(content, key=signing.key, around=signing.around, now=now)
        return made, core.xml_signature_digest(made)
    when = timezone.localtime(now)
    stamp = Stamp(
        issuer=str(document.issuer),
        when=f"{when:%d/%m/%Y %H:%M:%S} (+07:00)",
        code=document.code,
        address=f"{settings.ORIGIN}{document.public_url}",
        trial=signing.trial,
    )
    made = core.sign_pdf(
        content,
        key=signing.key,
        around=signing.around,
        now=now,
        reason=document.title,
        stamp=stamp_pdf(stamp, font=FONT, font_folders=[FONTS]),
        last_page=document.last_page,
    )
    return made, core.signature_digest(made)


def _require_signer(actor: Person, document: SignedDocument) -> None:
    if not actor.has_perm(SIGN, document):
        raise PermissionDenied
    if document.state != State.PROPOSED:
        raise ValidationError(f"Đề nghị này đã xong: {document.get_state_display()}.")
    if actor.pk == document.proposed_by_id:
        raise ValidationError("Người ký phải khác người đề nghị; nhờ người thứ hai có quyền ký.")


@transaction.atomic
def _keep_signed(
    document: SignedDocument, actor: Person, signing: Signing, made: bytes, digest: str, now: datetime
) -> SignedDocument:
    row = _locked(document)
    _require_signer(actor, row)
    old = row.replaces
    if old is not None and _locked(old).state != State.IN_FORCE:
        raise ValidationError(f"Văn bản được thay không còn hiệu lực: {old}.")
    suffix = Path(row.draft.name).suffix.lower()
    name = f"{row.code}{suffix}"
    row.file = store_file(actor=actor, name=name, content=made, province=row.province, organisation=None, kinds=KINDS)
    found = signing.key.certificate
    row.certificate = certificate_that_signed(province=row.province, owner=row.issuer, found=found)
    row.signature_digest, row.trial = digest, signing.trial
    row.state, row.signed_by, row.signed_at = State.IN_FORCE, actor, now
    sign(row, actor, "ký số")
    row.save()
    if old is not None:
        _end(_locked(old), State.REPLACED, actor, now, "")
    return row


def _locked(document: SignedDocument) -> SignedDocument:
    rows: Any = SignedDocument.objects.select_for_update(of=("self",))
    found: SignedDocument = rows.select_related("province", "issuer", "draft", "replaces").get(pk=document.pk)
    return found


def _end(row: SignedDocument, state: str, actor: Person, now: datetime, reason: str) -> None:
    row.state, row.ended_at, row.reason = state, now, reason
    sign(row, actor, SignedDocument.State(state).label)
    row.save()


@transaction.atomic
def withdraw_document(*, actor: Person, document: SignedDocument) -> SignedDocument:
    """Give a proposal up."""
    row = _locked(document)
    if not actor.has_perm(PROPOSE, row):
        raise PermissionDenied
    if row.state != State.PROPOSED:
        raise ValidationError(f"Đề nghị này đã xong: {row.get_state_display()}.")
    row.state = State.WITHDRAWN
    sign(row, actor)
    row.save()
    return row


@transaction.atomic
def revoke_document(*, actor: Person, document: SignedDocument, reason: str) -> SignedDocument:
    """Say of a signed document that it no longer holds, and why: whoever verifies it reads that."""
    row = _locked(document)
    if not actor.has_perm(SIGN, row):
        raise PermissionDenied
    if row.state != State.IN_FORCE:
        raise ValidationError(f"Chỉ thu hồi văn bản còn hiệu lực; văn bản này {row.get_state_display()}.")
    if not reason.strip():
        raise ValidationError("Thu hồi phải nêu lý do.")
    _end(row, State.REVOKED, actor, timezone.now(), reason.strip())
    return row
