"""Runs: asked for, computed in the background whole or not at all, cancelled, taken as the province's prediction."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.radio.cells import CellsError
from hatang.core.vietnamese import day
from hatang.coverage.models import CoverageRun, PredictedService, RunRaster, RunTally, Terrain
from hatang.coverage.services.engine import area_of, cells_near
from hatang.coverage.services.evidence.recounting import recount, start_recount
from hatang.coverage.services.runs.inputs import NO_CELLS, Inputs, inputs_of, kept_cells, kept_faults
from hatang.coverage.services.runs.results import Results, Tell, compute, service_rows
from hatang.coverage.services.runs.summary import code_version, summary_of
from hatang.network import models as network
from hatang.places.models import Place
from hatang.work.models import Job, StoredFile
from hatang.work.services import (
    GIVEN_UP_WORDS,
    Cancelled,
    Progress,
    background,
    cancel_job,
    drop_file,
    keep_file,
    let_others_write,
    run_job,
    when_given_up,
)

State = CoverageRun.State
BATCH = 1_000
"""So many rows are stored in one transaction."""
ADOPTED, GIVEN_BACK = "lấy làm dự đoán của tỉnh", "thôi lấy làm dự đoán của tỉnh"
OF_SOME = (
    "Lượt này chỉ tính một số doanh nghiệp nên không thể là dự đoán của tỉnh: nơi do doanh nghiệp khác phục vụ thành "
    "chưa có sóng, và con số chung để lộ phần riêng của họ. Tính một lượt của mọi doanh nghiệp rồi lấy lượt ấy."
)
AT_FAULT = "Hệ thống gặp lỗi khi tính; chưa có gì được lưu. Báo quản trị số của lượt tính này."


# Asking


def ask_run(*, actor: Person, run: CoverageRun, operators: Iterable[Organisation]) -> CoverageRun:
    """Check and store a run that was not yet stored, and start its computation; the worker does the rest.

    Raises ValidationError where the terrain does not serve or nothing is on air there.
    """
    if not actor.has_perm("coverage.compute_run", run):
        raise PermissionDenied
    with transaction.atomic():
        record_run(run, operators, actor)
        title = f"Tính vùng phủ: {run.title}"
        job = run_job(compute_job, actor=actor, title=title, may_cancel=True, run_id=run.pk)
        CoverageRun.objects.filter(pk=run.pk).update(job=job)
    run.refresh_from_db()
    return run


def record_run(run: CoverageRun, operators: Iterable[Organisation], actor: Person | None) -> None:
    """Check a run and store it, waiting to be computed; nobody asked for it where a command did."""
    chosen = list(operators)
    check_terrain(run)
    check_on_air(run, [operator.pk for operator in chosen])
    with transaction.atomic():
        run.asked_by, run.state = actor, State.WAITING
        run.save()
        run.operators.set(chosen)


def check_terrain(run: CoverageRun) -> None:
    """Refuse a terrain that is not ready, or another province's."""
    if run.terrain.state != Terrain.State.READY or run.terrain.province_id != run.province_id:
        raise ValidationError({"terrain": "Chọn một địa hình dùng được của tỉnh này."})


def check_on_air(run: CoverageRun, operators: Collection[int]) -> None:
    """Refuse a day, operators and technologies of which no cell stands on the terrain."""
    area = area_of(run.terrain)
    if not cells_near(area, on=run.on, operators=operators, technologies=run.technologies):
        raise ValidationError(NO_CELLS)


def ask_again_without_faulty(*, actor: Person, run: CoverageRun) -> CoverageRun:
    """Ask for the same run once more, leaving out the cells for which this one could not be computed."""
    operators = list(run.operators.all())
    again = CoverageRun(
        province=run.province,
        title=run.title,
        on=run.on,
        technologies=run.technologies,
        thresholds_dbm=run.thresholds_dbm,
        thresholds_note=run.thresholds_note,
        offsets_db=run.offsets_db,
        served_percent=run.served_percent,
        radius_km=run.radius_km,
        kernel=run.kernel,
        terrain=run.terrain,
        blank_azimuth_is_omni=run.blank_azimuth_is_omni,
        leave_out_faulty=True,
    )
    return ask_run(actor=actor, run=again, operators=operators)


# Computing


@background(lane=Job.Lane.LONG)
def compute_job(progress: Progress, run_id: int) -> str:
    """Compute a run in the background."""
    return compute_run(progress, run_id)


@when_given_up(compute_job)
def given_up(run_id: int) -> None:
    """Tell that a run cannot be computed."""
    end(run_id, State.FAILED, summary={"error": GIVEN_UP_WORDS})
    clear(run_id)
    remove_results(run_id)


def compute_run(progress: Tell, run_id: int) -> str:
    """Compute a run and store what it found, all of it or nothing; give the address of its page.

    One that was interrupted goes on after its last batch; one that has ended stays as it is. Raises ValidationError
    where it cannot be computed, and Cancelled where somebody ended it: the run says so then, too.
    """
    run = CoverageRun.objects.select_related(
        "province", "terrain__heights", "terrain__clutter", "terrain__zones", "asked_by"
    ).get(pk=run_id)
    if run.state == State.CANCELLED:
        raise Cancelled
    if not run.under_way:
        return run.get_absolute_url()
    CoverageRun.objects.filter(pk=run_id).update(state=State.RUNNING)
    try:
        found_and_stored(run, progress)
    except Cancelled:
        end(run_id, State.CANCELLED)
        raise
    except CellsError as error:
        end(run_id, State.FAILED, summary={"error": str(error), "faults": kept_faults(error.faults)})
        raise ValidationError(str(error)) from error
    except (ValidationError, ValueError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        end(run_id, State.FAILED, summary={"error": said})
        raise ValidationError(said) from error
    except Exception:
        end(run_id, State.FAILED, summary={"error": AT_FAULT})
        raise
    clear(run_id)
    return run.get_absolute_url()


def found_and_stored(run: CoverageRun, progress: Tell) -> None:
    """Read, compute, store."""
    progress(0, "Đang đọc ô phát và địa hình")
    inputs = inputs_of(run)
    if not inputs.usable.cells:
        raise ValidationError(NO_CELLS)
    run.simulated = simulated(inputs)
    results = compute(inputs, folder_of(run.pk), progress)
    run.code_version = code_version(run)
    run.summary = summary_of(inputs, results.roads, results.seconds)
    run.cells = kept_cells(inputs.usable.cells)
    store(run, inputs, results)


def simulated(inputs: Inputs) -> bool:
    """Tell whether anything that went in is simulated: the ground, a place, or a cell of the area that day."""
    run = inputs.run
    if run.terrain.simulated or any(place.simulated for place in inputs.places.known):
        return True
    kept = {int(cell.id) for cell in inputs.usable.cells}
    marked = network.Cell.objects.on_air(run.on).filter(Q(simulated=True) | Q(station__simulated=True))
    return not kept.isdisjoint(marked.values_list("pk", flat=True))


def store(run: CoverageRun, inputs: Inputs, results: Results) -> None:
    """Store what a run found; what cannot be stored leaves no rows and no files.

    In short transactions, so that nobody else who writes waits for all of it: nothing of a run counts before its last
    word says that it is done.
    """
    kept: list[StoredFile] = []
    remove_results(run.pk)
    try:
        found = service_rows(inputs, results.served)
        while part := list(islice(found, BATCH)):
            PredictedService.objects.bulk_create(part)
            let_others_write()
        for begin in range(0, len(results.tallies), BATCH):
            RunTally.objects.bulk_create(results.tallies[begin : begin + BATCH])
            let_others_write()
        store_rasters(run, results, kept)
        run.state, run.ended_at = State.DONE, timezone.now()
        run.save()
    except BaseException:
        for file in kept:
            file.file.delete(save=False)
        remove_results(run.pk)
        raise


@transaction.atomic
def remove_results(run_id: int) -> None:
    """Remove the rows of a run that was not stored whole, with the files that they name; a run that is done stays."""
    if CoverageRun.objects.filter(pk=run_id, state=State.DONE).exists():
        return
    PredictedService.objects.filter(run=run_id).delete()
    RunTally.objects.filter(run=run_id).delete()
    rasters = RunRaster.objects.filter(run=run_id).select_related("file")
    files = [raster.file for raster in rasters]
    rasters.delete()
    for file in files:
        drop_file(file)
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).delete()


def store_rasters(run: CoverageRun, results: Results, kept: list[StoredFile]) -> None:
    """Store the rasters' files, noting each in `kept`."""
    for raster in results.rasters:
        with transaction.atomic():
            file = keep_file(actor=run.asked_by, path=raster.path, province=run.province, organisation=None)
            kept.append(file)
            RunRaster.objects.create(
                run=run,
                quantity=raster.quantity,
                operator_id=raster.operator,
                technology=raster.technology,
                file=file,
            )


def end(run_id: int, state: str, **more: object) -> None:
    """Write down that a run ended without results, with its history; its folder goes."""
    run = CoverageRun.objects.get(pk=run_id)
    if run.under_way:
        run.state, run.ended_at, run.summary = state, timezone.now(), more.get("summary", {})
        run.save(update_fields=["state", "ended_at", "summary"])
    clear(run_id)


def folder_of(run_id: int) -> Path:
    """Give where a run keeps what it has computed so far."""
    return Path(settings.DATA) / "runs" / str(run_id)


def clear(run_id: int) -> None:
    """Remove what a run kept while it was computed."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)


def compute_now(
    *, province: Place, on: date, technologies: Sequence[str] = (), leave_out_faulty: bool, adopt: bool, tell: Tell
) -> CoverageRun:
    """Compute a run on the newest terrain here and now, asked for by nobody but who runs commands on the server."""
    terrain = Terrain.objects.ready().filter(province=province).first()
    if terrain is None:
        raise ValidationError(f"Chưa có địa hình nào dùng được của {province}: chuẩn bị địa hình trước.")
    title = f"Lượt tính ngày {day(on)}"
    run = CoverageRun(province=province, terrain=terrain, on=on, title=title, technologies=list(technologies))
    run.leave_out_faulty = leave_out_faulty
    record_run(run, [], None)
    compute_run(tell, run.pk)
    if adopt:
        set_adoption(run, None, adopt=True)
        recount(province=run.province)
    run.refresh_from_db()
    return run


# Cancelling, adopting


def cancel_run(*, actor: Person, run: CoverageRun) -> bool:
    """Ask a run to end, one that still waits for its turn at once; tell whether it still could be asked."""
    if not actor.has_perm("coverage.compute_run", run):
        raise PermissionDenied
    return cancel_job(run.job, not_begun=lambda: end(run.pk, State.CANCELLED))


def adopt_run(*, actor: Person, run: CoverageRun) -> None:
    """Take a run's results as the province's prediction, from the run's day on.

    Raises ValidationError for one of some operators only: what "at least one" of them serves is shown to rivals.
    """
    change_adoption(actor, run, adopt=True)


def give_back_run(*, actor: Person, run: CoverageRun) -> None:
    """Stop taking a run's results as the province's prediction; the one before it counts again."""
    change_adoption(actor, run, adopt=False)


def change_adoption(actor: Person, run: CoverageRun, *, adopt: bool) -> None:
    """Write down who decided, when; the history keeps every decision."""
    if not actor.has_perm("coverage.adopt_run", run):
        raise PermissionDenied
    set_adoption(run, actor, adopt=adopt)
    run.refresh_from_db()
    start_recount(actor=actor, province=run.province)


def set_adoption(run: CoverageRun, actor: Person | None, *, adopt: bool) -> None:
    """Write down a decision, whoever took it; None is the command line of the server."""
    with transaction.atomic():
        row = CoverageRun.objects.select_for_update().get(pk=run.pk)
        if row.state != State.DONE:
            raise ValidationError("Chỉ lấy được kết quả của lượt tính đã xong.")
        if adopt and row.operators.exists():
            raise ValidationError(OF_SOME)
        if bool(row.adopted_at) is adopt:
            return
        row.adopted_at, row.adopted_by = (timezone.now(), actor) if adopt else (None, None)
        sign(row, actor, ADOPTED if adopt else GIVEN_BACK)
        row.save(update_fields=["adopted_at", "adopted_by"])
