"""The way of a register file: stored, checked in the background, shown, saved whole or given up, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation, Person
from hatang.core.vector_files.faults import Choice
from hatang.core.vietnamese import number
from hatang.network.models import HeadingMemory, RegisterUpload, UploadLine
from hatang.network.services.check import Outcome, Teller, check_book
from hatang.network.services.cleaning import Line, Placing, clean_sheet
from hatang.network.services.ofds_sheets import Unsaid
from hatang.network.services.reading import Asked, Book, RefusedError, read_book
from hatang.network.services.register import Register
from hatang.network.services.summary import lines_of, summary_of
from hatang.network.services.writing import undo_outcome, write_outcome
from hatang.pages.histories import newest_lines
from hatang.places.models import Place
from hatang.places.services.territory import around
from hatang.work.models import Job, Upload
from hatang.work.services import (
    KINDS,
    MAP_KINDS,
    SETTLED,
    Progress,
    UploadWay,
    discard,
    store_file,
    take,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

State = Upload.State
Meanings = dict[str, dict[str, str]]
"""What headings mean, by layout: the key of a column, or nothing for a heading that is not to be read."""
FILE_KINDS = {name: kind for name, kind in KINDS.items() if name in (".xlsx", ".csv", ".txt")} | MAP_KINDS
BATCH = 2_000


def may_upload_for(person: AbstractBaseUser | AnonymousUser, province: Place) -> tuple[bool, Organisation | None]:
    """Tell whether the person may bring things, built or proposed, of a province; for which operator (None: all)."""
    held = scopes_in(person, "network.change_register", province.pk)
    if any(scope.organisation_id is None for scope in held):
        return True, None
    own = [scope.organisation_id for scope in held if scope.organisation_id]
    return bool(own), Organisation.objects.filter(pk__in=own).order_by("pk").first()


def visible_upload(person: AbstractBaseUser | AnonymousUser, pk: int) -> RegisterUpload:
    """Give the upload if the person may see it; otherwise it answers as if it were not there."""
    return get_object_or_404(RegisterUpload.objects.visible_to(person).whole(), pk=pk)


# The check, one function behind page and command


@dataclass
class Examined:
    """What the check of a file found."""

    book: Book
    outcome: Outcome
    zones: tuple[Choice, ...]

    def summary(self) -> dict[str, Any]:
        """Give what the page shows and what a saving compares with."""
        return summary_of(self.book, self.outcome, self.zones)


def silent(percent: int, message: str) -> None:
    """Tell nobody how far it is."""


def examine(
    path: Path,
    name: str,
    *,
    province: Place,
    operator: Organisation | None,
    asked: Asked,
    today: date,
    tell: Teller = silent,
) -> Examined:
    """Read a file and check it against the register; nothing is stored. Raises RefusedError."""
    tell(5, "Đang đọc tệp.")
    region = around(province)
    book = read_book(path, name, asked=asked, operator=operator, today=today, around=region)
    placing = Placing(zone_of(asked), region)
    lines: list[Line] = []
    zones: tuple[Choice, ...] = ()
    for done, sheet in enumerate(book.sheets):
        tell(20 + 25 * done // len(book.sheets), f"Đang kiểm tra từng ô: {sheet.name}.")
        cleaned, offered = clean_sheet(sheet, placing)
        lines += cleaned
        zones = zones or offered
    register = Register(province=province, operator=operator, today=today)
    return Examined(book, check_book(book, lines, register, tell), zones)


def zone_of(asked: Asked) -> Any:
    """Give the system of written metres; what names none is refused in words."""
    try:
        return asked.zone
    except ValueError as error:
        raise RefusedError(str(error), asks="crs") from error


# What the person says of a file


def headings_owner(upload: RegisterUpload) -> Organisation | None:
    """Give whose headings a file has: the operator's, else of the organisation for which it was stored."""
    return upload.operator or upload.file.organisation


def memory_of(organisation: Organisation | None) -> Meanings:
    """Give what an organisation's headings mean, by layout."""
    said: Meanings = {}
    if organisation:
        for row in HeadingMemory.objects.filter(organisation=organisation):
            said.setdefault(row.layout, {})[row.heading] = row.column
    return said


def with_more(said: Meanings, more: Meanings) -> Meanings:
    """Add what more is said of headings; a later word goes before an earlier one."""
    return said | {layout: said.get(layout, {}) | headings for layout, headings in more.items()}


def asked_of(upload: RegisterUpload) -> Asked:
    """Give what was said of a file, and of its organisation's headings before."""
    said = with_more(memory_of(headings_owner(upload)), upload.options.get("headings", {}))
    chosen = {name: upload.options.get(name) or "" for name in ("layout", "crs", "layer")}
    return Asked(headings=said, unsaid=Unsaid.of(upload.options.get("unsaid", {})), **chosen)


def start_upload(
    *, actor: Person, province: Place, name: str, content: bytes, options: dict[str, Any] | None = None
) -> Job:
    """Store a file and start its check."""
    allowed, operator = may_upload_for(actor, province)
    if not allowed:
        raise PermissionDenied
    with transaction.atomic():
        upload = stored(actor=actor, province=province, operator=operator, name=name, content=content, options=options)
        return WAY.ask_to_check(actor=actor, upload=upload)


def stored(
    *,
    actor: Person,
    province: Place,
    operator: Organisation | None,
    name: str,
    content: bytes,
    options: dict[str, Any] | None,
) -> RegisterUpload:
    """Store a file and its upload."""
    owner = operator or actor.organisation
    file = store_file(actor=actor, name=name, content=content, province=province, organisation=owner, kinds=FILE_KINDS)
    return RegisterUpload.objects.create(file=file, province=province, operator=operator, options=options or {})


def reread(*, actor: Person, upload: RegisterUpload, options: dict[str, Any]) -> Job:
    """Check a file again as the person says; what its headings mean is remembered for the organisation."""
    authorise(actor, upload)
    with transaction.atomic():
        take(upload, SETTLED, State.CHECKING)
        meant = options.get("headings", {})
        upload.options |= options | {"headings": with_more(upload.options.get("headings", {}), meant)}
        upload.save(update_fields=["options"])
        remember_headings(headings_owner(upload), meant)
        return WAY.ask_to_check(actor=actor, upload=upload, verb="Kiểm tra lại")


def remember_headings(organisation: Organisation | None, said: Meanings) -> None:
    """Remember what an organisation's headings mean."""
    for layout, headings in said.items() if organisation else ():
        for heading, column in headings.items():
            HeadingMemory.objects.update_or_create(
                organisation=organisation, layout=layout, heading=heading[:200], defaults={"column": column}
            )


def forget_headings(*, actor: Person, province: Place) -> int:
    """Forget what the headings of the person's organisation mean; give how many."""
    allowed, operator = may_upload_for(actor, province)
    if not allowed:
        raise PermissionDenied
    count, _ = HeadingMemory.objects.filter(organisation=operator or actor.organisation).delete()
    return count


# Checking


def check_upload(upload: RegisterUpload, progress: Progress | None = None) -> None:
    """Check the stored file against the register and keep the verdict; the register stays as it is."""
    try:
        examined = examined_upload(upload, progress or silent)
        keep_verdict(upload, examined)
    except RefusedError as error:
        upload.lines.all().delete()
        upload.summary = error.summary()
        upload.state = State.WRONG
    upload.save(update_fields=["summary", "state"])


def examined_upload(upload: RegisterUpload, tell: Teller) -> Examined:
    """Check a stored file as of today."""
    said = {"province": upload.province, "operator": upload.operator, "asked": asked_of(upload)}
    path = Path(upload.file.file.path)
    return examine(path, upload.file.name, today=timezone.localdate(), tell=tell, **said)  # type: ignore[arg-type]


def keep_verdict(upload: RegisterUpload, examined: Examined) -> None:
    """Keep counts and map with the upload, and each line of the verdict as a row of its own."""
    summary = examined.summary()
    upload.summary = summary
    upload.state = State.WRONG if summary["wrong"] or not summary["rows"] else State.READY
    upload.lines.all().delete()
    UploadLine.objects.bulk_create(lines_of(upload, examined.outcome), batch_size=BATCH)


# Saving


def discard_upload(*, actor: Person, upload: RegisterUpload) -> None:
    """Give up a file that was not saved."""
    authorise(actor, upload)
    with transaction.atomic():
        discard(upload)
        upload.lines.all().delete()


def authorise(actor: Person, upload: RegisterUpload) -> None:
    """Refuse somebody whose scopes do not cover the upload."""
    if not actor.has_perm("network.change_register", upload):
        raise PermissionDenied


def save_upload(*, actor: Person, upload: RegisterUpload, progress: Progress | None = None) -> bool:
    """Save a checked file whole, in one transaction; give False, nothing saved, if the register moved meanwhile."""
    authorise(actor, upload)
    upload.refresh_from_db(fields=["state", "saved_at", "summary"])
    if upload.state == State.SAVED:
        return True
    return save_examined(actor=actor, upload=upload, tell=progress or silent)


def save_file(
    *,
    actor: Person,
    path: Path,
    province: Place,
    operator: Organisation | None,
    found: Examined,
    options: dict[str, Any],
) -> RegisterUpload:
    """Store and save a file that was checked, at once: what the command does."""
    allowed, own = may_upload_for(actor, province)
    if not allowed or own not in (None, operator):
        raise ValidationError(f"{actor} không có quyền nhập sổ của tỉnh này cho bên ấy.")
    with transaction.atomic():
        content = path.read_bytes()
        said = {"name": path.name, "content": content, "options": options}
        upload = stored(actor=actor, province=province, operator=operator, **said)  # type: ignore[arg-type]
        keep_verdict(upload, found)
        upload.state = State.SAVING
        upload.save(update_fields=["summary", "state"])
        if not save_examined(actor=actor, upload=upload, tell=silent):
            raise ValidationError("Chưa lưu gì: có người vừa đổi sổ. Chạy lại.")
    return upload


def save_examined(*, actor: Person | None, upload: RegisterUpload, tell: Teller) -> bool:
    """Check once more, and within the transaction if the register moved meanwhile; write only what was shown."""
    before, examined = register_mark(), examined_anew(upload, tell)
    with transaction.atomic():
        if not RegisterUpload.objects.select_for_update().filter(pk=upload.pk, state=State.SAVING).exists():
            raise ValidationError("Tệp này không còn chờ lưu: có người đã lưu hoặc đã bỏ.")
        if register_mark() != before:
            examined = examined_anew(upload, tell)
        same = not examined.outcome.wrong and examined.outcome.fingerprint() == upload.summary.get("fingerprint")
        if same:
            upload.state, upload.saved_at = State.SAVED, timezone.now()
            write_outcome(examined.outcome, actor=actor, reason=upload.reason, tell=tell)
        else:
            keep_verdict(upload, examined)
            upload.summary |= {"moved": True}
        upload.save(update_fields=["state", "saved_at", "summary"])
    return same


def examined_anew(upload: RegisterUpload, tell: Teller) -> Examined:
    """Check a file that is to be saved; one that cannot be read any more is refused."""
    try:
        return examined_upload(upload, tell)
    except RefusedError as error:
        raise ValidationError(str(error)) from error


def register_mark() -> tuple[int | None, ...]:
    """Give a mark that differs whenever somebody changed what files of the register are held against."""
    watched: tuple[type[Model], ...] = (*apps.get_app_config("network").get_models(), Place, Organisation)
    return newest_lines(model for model in watched if hasattr(model, "history"))


# Taking back


def may_undo(upload: RegisterUpload) -> bool:
    """Tell whether an upload can be taken back: it was saved, and not yet taken back."""
    return upload.state == State.SAVED and upload.saved_at is not None and upload.undone_at is None


def undo_upload(*, actor: Person, upload: RegisterUpload) -> None:
    """Take a saved file back whole, or refuse in words; of two who ask at once one wins."""
    authorise(actor, upload)
    try:
        with transaction.atomic():
            row = RegisterUpload.objects.select_for_update(of=("self",)).select_related("file").get(pk=upload.pk)
            if not may_undo(row):
                raise ValidationError("Tệp này đã được hoàn tác.")
            restored, removed = undo_outcome(row, actor=actor)
            row.undone_at = timezone.now()
            row.summary |= {"undone": {"restored": restored, "removed": removed, "by": str(actor)}}
            row.save(update_fields=["undone_at", "summary"])
    except IntegrityError as error:
        told = "Không hoàn tác được: có dữ liệu khác đã gắn vào những gì tệp này thêm. Gỡ chúng trước."
        raise ValidationError(told) from error


def counts_in_words(summary: dict[str, Any]) -> str:
    """Say what a file would do."""
    told = [
        f"{c['label']}: thêm {number(c['added'])}, sửa {number(c['changed'])}, giữ nguyên {number(c['unchanged'])}, "
        f"có trong sổ mà không có trong tệp {number(c['missing'])}"
        for c in summary["counts"]
    ]
    return "\n".join([*told, f"Dòng: {number(summary['rows'])}, có lỗi: {number(summary['wrong'])}"])


def upload_of(pk: int) -> RegisterUpload:
    """Read an upload with what jobs need."""
    return RegisterUpload.objects.whole().get(pk=pk)


WAY = UploadWay(
    path=f"{__name__}.WAY",
    page="network:upload_detail",
    read=upload_of,
    authorise=authorise,
    check=check_upload,
    save=save_upload,
    undo=undo_upload,
    may_undo=may_undo,
)
ask_to_save, ask_to_undo = WAY.ask_to_save, WAY.ask_to_undo
