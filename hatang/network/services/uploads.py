"""The way of a station file: stored, checked in the background, shown, then saved whole or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation, Person
from hatang.core.tables import Table, TableError, read_table
from hatang.network.models import Mast, Station, StationUpload
from hatang.network.services.check import MAST_FACTS, Outcome, check_table
from hatang.network.services.columns import HEADINGS
from hatang.places.models import Place
from hatang.work.models import Job, Upload
from hatang.work.services import (
    Progress,
    background,
    check_now,
    discard,
    let_wait,
    refuse_waiting,
    run_job,
    save_now,
    store_file,
    take,
    when_given_up,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

State = Upload.State
MOST_ROWS = 100_000
BATCH = 2_000


def may_upload_for(person: AbstractBaseUser | AnonymousUser, province: Place) -> tuple[bool, Organisation | None]:
    """Tell whether the person may bring station files of a province, and for which operator (None: for all)."""
    held = [s for s in scopes(person, "network.change_register") if s.province_id in (None, province.pk)]
    if any(scope.organisation_id is None for scope in held):
        return True, None
    own = [scope.organisation_id for scope in held if scope.organisation_id]
    return bool(own), Organisation.objects.filter(pk__in=own).order_by("pk").first()


def start_upload(*, actor: Person, province: Place, name: str, content: bytes) -> Job:
    """Store a file and start its check."""
    allowed, operator = may_upload_for(actor, province)
    if not allowed:
        raise PermissionDenied
    with transaction.atomic():
        owner = operator or actor.organisation
        file = store_file(actor=actor, name=name, content=content, province=province, organisation=owner)
        upload = StationUpload.objects.create(file=file, province=province, operator=operator)
        return run_job(check_job, actor=actor, title=f"Kiểm tra tệp {file.name}", upload_id=upload.pk)


def check_upload(upload: StationUpload, progress: Progress | None = None) -> None:
    """Check the stored file against the register and keep the verdict; the register stays as it is."""
    try:
        summary = outcome_of(upload, read_upload(upload, progress)).summary()
    except TableError as error:
        refused = {"wrong": error.message, "right": error.right, "sheet": error.sheet, "row": error.row}
        summary = {"refused": refused | {"column": error.column}}
    upload.summary = summary
    upload.state = State.WRONG if summary.get("refused") or summary["wrong"] or not summary["rows"] else State.READY
    upload.save(update_fields=["summary", "state"])


def read_upload(upload: StationUpload, progress: Progress | None = None) -> Table:
    """Read the stored file's table."""
    if progress:
        progress(10, "Đang đọc tệp.")
    with upload.file.file.open("rb") as file:
        content = file.read()
    table = read_table(content, upload.file.name, known=HEADINGS, max_rows=MOST_ROWS)
    if progress:
        progress(50, "Đang so với sổ.")
    return table


def outcome_of(upload: StationUpload, table: Table) -> Outcome:
    """Check a table for the upload's province and operator as of today."""
    return check_table(table, province=upload.province, operator=upload.operator, today=timezone.localdate())


def ask_to_save(*, actor: Person, upload: StationUpload) -> Job:
    """Start saving a checked file; of two who ask at once one wins."""
    authorise(actor, upload)
    with transaction.atomic():
        take(upload, [State.READY], State.SAVING)
        return run_job(save_job, actor=actor, title=f"Lưu tệp {upload.file.name}", upload_id=upload.pk)


def discard_upload(*, actor: Person, upload: StationUpload) -> None:
    """Give up a file that was not saved."""
    authorise(actor, upload)
    discard(upload)


def authorise(actor: Person, upload: StationUpload) -> None:
    """Refuse somebody whose scopes do not cover the upload."""
    if not actor.has_perm("network.change_register", upload):
        raise PermissionDenied


def save_upload(*, actor: Person, upload: StationUpload, progress: Progress | None = None) -> bool:
    """Save a checked file whole, in one transaction; give False, nothing saved, if the register moved meanwhile."""
    authorise(actor, upload)
    upload.refresh_from_db(fields=["state", "saved_at", "summary"])
    if upload.state == State.SAVED:
        return True
    table = read_upload(upload, progress)
    with transaction.atomic():
        if not StationUpload.objects.select_for_update().filter(pk=upload.pk, state=State.SAVING).exists():
            raise ValidationError("Tệp này không còn chờ lưu: có người đã lưu hoặc đã bỏ.")
        outcome = outcome_of(upload, table)
        summary = outcome.summary()
        same = not summary["wrong"] and summary["fingerprint"] == upload.summary.get("fingerprint")
        if same:
            write_outcome(outcome, actor=actor, reason=f"Tệp tải lên số {upload.pk}")
            upload.state, upload.saved_at = State.SAVED, timezone.now()
        else:
            upload.state = State.WRONG if summary["wrong"] else State.READY
            upload.summary = summary | {"moved": True}
        upload.save(update_fields=["state", "saved_at", "summary"])
    return same


def write_outcome(outcome: Outcome, *, actor: Person, reason: str) -> None:
    """Write masts, then stations, then their history: bulk writes send no signals."""
    for mast in outcome.masts_added:
        mast.fill_keys()
    Mast.objects.bulk_create(outcome.masts_added, batch_size=BATCH)
    overwrite(Mast, outcome.masts_changed, [*MAST_FACTS.values(), "zone", "simulated"])
    Station.objects.bulk_create(outcome.stations_added, batch_size=BATCH)
    facts = ["mast", "on_air_on", "off_air_on", "simulated"]
    overwrite(Station, outcome.stations_changed, facts)
    for model, added, changed in (
        (Mast, outcome.masts_added, outcome.masts_changed),
        (Station, outcome.stations_added, outcome.stations_changed),
    ):
        history: Any = model.history
        for rows, update in ((added, False), (changed, True)):
            history.bulk_history_create(
                rows, batch_size=BATCH, update=update, default_user=actor, default_change_reason=reason
            )


def overwrite(model: type[Mast] | type[Station], rows: list[Any], facts: list[str]) -> None:
    """Write changed rows in few statements, found by their id; `bulk_update` would take minutes."""
    names = [f.attname for f in model._meta.concrete_fields if not f.generated]
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="bulk_create")
    copies: list[Any] = [model(**{name: getattr(row, name) for name in names}) for row in rows]
    manager: Any = model.objects
    manager.bulk_create(copies, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=facts)


def detail_address(upload: StationUpload) -> str:
    """Give the address of an upload's page."""
    return reverse("network:upload_detail", args=[upload.pk])


def upload_of(pk: int) -> StationUpload:
    """Read an upload with what jobs need."""
    return StationUpload.objects.select_related("file", "province", "operator").get(pk=pk)


@background
def check_job(progress: Progress, upload_id: int) -> str:
    """Check an upload in the background."""
    upload = upload_of(upload_id)
    check_now(upload, check_upload, progress)
    return detail_address(upload)


@when_given_up(check_job)
def check_given_up(upload_id: int) -> None:
    """Tell that a file cannot be checked; it can then be discarded."""
    right = "Tệp có thể quá lớn hoặc hỏng: chia nhỏ rồi tải lên lại, và bỏ tệp này."
    refuse_waiting(StationUpload, upload_id, right=right)


@background
def save_job(progress: Progress, upload_id: int) -> str:
    """Save an upload in the background, by the person who asked."""
    upload = upload_of(upload_id)
    save_now(upload, save_upload, progress)
    return detail_address(upload)


@when_given_up(save_job)
def save_given_up(upload_id: int) -> None:
    """Let a file wait again whose saving was given up; nothing of it was stored."""
    let_wait(StationUpload, upload_id)
