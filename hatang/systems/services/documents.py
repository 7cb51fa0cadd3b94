"""The file of a system's security level: brought, replaced, taken off; those before it stay in the history."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from hatang.accounts.models import Person
from hatang.systems.models import CHANGE, InformationSystem
from hatang.systems.services.entries import save_entry
from hatang.work.models import StoredFile
from hatang.work.services import check_size, store_file

NO_FILE_FACTS = "Ghi số, cơ quan và ngày phê duyệt của hồ sơ (nút Sửa) trước khi gắn tệp."


@transaction.atomic
def attach_document(*, actor: Person, system: InformationSystem, upload: UploadedFile) -> InformationSystem:
    """Keep a file as the document of a system's level."""
    row = held(actor, system)
    if not row.security_file:
        raise ValidationError(NO_FILE_FACTS)
    check_size(upload.size or 0)
    file = store_file(
        actor=actor, name=upload.name or "", content=upload.read(), province=row.province, organisation=None
    )
    return with_document(actor, row, file, "gắn tệp hồ sơ cấp độ")


@transaction.atomic
def remove_document(*, actor: Person, system: InformationSystem) -> InformationSystem:
    """Take the document off a system; it stays in the history."""
    row = held(actor, system)
    if row.security_document is None:
        raise ValidationError("Hệ thống này không có tệp hồ sơ.")
    return with_document(actor, row, None, "gỡ tệp hồ sơ cấp độ")


def held(actor: Person, system: InformationSystem) -> InformationSystem:
    """Give a system as it is now, locked, if the actor may change it."""
    if not actor.has_perm(CHANGE, system):
        raise PermissionDenied
    rows = InformationSystem.objects.select_for_update(of=("self",)).select_related("province", "security_document")
    return rows.get(pk=system.pk)


def with_document(actor: Person, row: InformationSystem, file: StoredFile | None, reason: str) -> InformationSystem:
    """Store a system with another document, or none."""
    row.security_document = file
    save_entry(actor=actor, row=row, reason=reason)
    return row


def documents_of(system: InformationSystem) -> QuerySet[StoredFile]:
    """Give the files that are or were the document of a system, the newest first."""
    ever = InformationSystem.history.filter(id=system.pk, security_document__isnull=False)
    return StoredFile.objects.filter(pk__in=ever.values("security_document")).order_by("-pk")
