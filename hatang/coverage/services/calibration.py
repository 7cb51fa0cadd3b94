"""Calibration: compare a run with measurements, and take accepted offsets into a new run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.radio.bands import Technology
from hatang.core.radio.calibration import Doubles, Square, cover_of, fit, squares
from hatang.core.radio.cells import Cell
from hatang.core.radio.coverage.batches import Points
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.services import SERVICES
from hatang.core.vietnamese import number
from hatang.coverage.models import (
    AcceptedOffset,
    Calibration,
    CalibrationRow,
    CoverageRun,
    Measurement,
)
from hatang.coverage.services.antennas import patterns_of
from hatang.coverage.services.engine import (
    Land,
    area_about,
    area_of,
    land_of,
    served_at,
    settings_of,
    standard_of,
)
from hatang.coverage.services.runs.acts import ask_run
from hatang.coverage.services.runs.inputs import cells_kept
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job

ASK, ACCEPT = "coverage.compute_run", "coverage.adopt_run"
DAYS_AROUND = timedelta(days=365)
"""How long before and after a run's day measurements tell of it: a choice, no document sets it."""
MOST_PAIRS = 1_500
ASKED_OF_A_RUN = (
    "province",
    "on",
    "technologies",
    "thresholds_dbm",
    "thresholds_note",
    "served_percent",
    "radius_km",
    "kernel",
    "terrain",
    "leave_out_faulty",
    "blank_azimuth_is_omni",
)
NOTHING_MEASURED = (
    "Chưa có phép đo mức thu nào trong vòng một năm trước và sau ngày {day:%d/%m/%Y} trên địa hình của lượt tính. "
    "Tải kết quả đo lên trước, hoặc chọn loại đo khác."
)


@dataclass(frozen=True)
class Measured:
    """The measurements of one operator and technology, all (n,): places in degrees, levels in dBm."""

    lons_deg: Doubles
    lats_deg: Doubles
    levels_dbm: Doubles


@dataclass(frozen=True)
class Compared:
    """A square with the level that the run predicts there and what stands on the ground there."""

    square: Square
    predicted_dbm: float
    cover: str


def start_calibration(*, actor: Person, run: CoverageRun, kind: str) -> Job:
    """Start comparing a run with measurements of a kind ("": of all) in the background.

    Raises ValidationError where there is nothing to compare.
    """
    if not actor.has_perm(ASK, run):
        raise PermissionDenied
    if run.state != CoverageRun.State.DONE:
        raise ValidationError("Chỉ đối chiếu được lượt tính đã xong.")
    if not measurements_about(run, kind).exists():
        raise ValidationError(NOTHING_MEASURED.format(day=run.on))
    title = f"Đối chiếu với số đo: {run.title}"
    return run_job(calibration_job, actor=actor, title=title, run_id=run.pk, kind=kind)


@background(lane=Job.Lane.LONG)
def calibration_job(progress: Progress, run_id: int, kind: str) -> str:
    """Compare in the background; end at the page of the comparison."""
    run = CoverageRun.objects.select_related("province", "terrain__heights", "terrain__clutter", "terrain__zones").get(
        pk=run_id
    )
    actor = Job.objects.select_related("asked_by").get(pk=progress.job_id).asked_by
    progress(5, "Đang đọc kết quả đo")
    calibrate(actor=actor, run=run, kind=kind, tell=progress)
    return reverse("coverage:calibration", args=[run.pk])


def calibrate(*, actor: Person | None, run: CoverageRun, kind: str = "", tell: Progress | None = None) -> Calibration:
    """Compare a run with what was measured on its terrain about its day, and store the outcome."""
    rows = measurements_about(run, kind)
    measured, marked = measured_by_layer(rows)
    cells = list(cells_kept(run).values())
    made: list[CalibrationRow] = []
    for done, (operator_id, layers) in enumerate(sorted(measured.items())):
        if tell:
            tell(10 + 85 * done // len(measured), f"Đã đối chiếu {done}/{len(measured)} doanh nghiệp")
        made += operator_rows(run, operator_id, layers, [cell for cell in cells if cell.operator == str(operator_id)])
    with transaction.atomic():
        calibration = Calibration.objects.create(
            run=run,
            kind=kind,
            since_on=run.on - DAYS_AROUND,
            until_on=min(run.on + DAYS_AROUND, timezone.localdate()),
            points=sum(len(layer.levels_dbm) for layers in measured.values() for layer in layers.values()),
            simulated=run.simulated or marked,
            computed_by=actor,
        )
        for row in made:
            row.calibration = calibration
        CalibrationRow.objects.bulk_create(made)
    return calibration


def measurements_about(run: CoverageRun, kind: str) -> QuerySet[Measurement]:
    """Give the levels measured on a run's terrain, about its day, of the technologies that it computed."""
    west, south, east, north = area_of(run.terrain)
    rows = Measurement.objects.filter(
        province=run.province_id,
        level_dbm__isnull=False,
        at__date__range=(run.on - DAYS_AROUND, run.on + DAYS_AROUND),
        lon__range=(west, east),
        lat__range=(south, north),
    )
    if run.technologies:
        rows = rows.filter(technology__in=run.technologies)
    return rows.filter(kind=kind) if kind else rows


def measured_by_layer(rows: QuerySet[Measurement]) -> tuple[dict[int, dict[str, Measured]], bool]:
    """Read measurements by operator and technology, and whether any is simulated."""
    gathered: dict[tuple[int, str], list[tuple[float, float, float]]] = defaultdict(list)
    marked = False
    read: Any = rows.order_by("pk").values_list("operator_id", "technology", "lon", "lat", "level_dbm", "simulated")
    for operator, technology, lon, lat, level, simulated in read.iterator(chunk_size=5_000):
        gathered[operator, technology].append((lon, lat, level))
        marked = marked or simulated
    found: dict[int, dict[str, Measured]] = defaultdict(dict)
    for (operator, technology), points in gathered.items():
        found[operator][technology] = Measured(*np.array(points, dtype=np.float64).T)
    return found, marked


def operator_rows(
    run: CoverageRun, operator_id: int, measured: dict[str, Measured], cells: Sequence[Cell]
) -> Iterator[CalibrationRow]:
    """Give an operator's rows: each technology everywhere, then by ground cover."""
    gathered = {name: squares(m.lons_deg, m.lats_deg, m.levels_dbm) for name, m in measured.items()}
    everywhere = [square for found in gathered.values() for square in found]
    land = land_about(run, everywhere)
    levels = levels_at(run, land, everywhere, cells)
    covers = covers_at(land, everywhere)
    start = 0
    for technology, found in gathered.items():
        own = slice(start, start + len(found))
        start = own.stop
        predicted = levels.get(Layer(str(operator_id), Technology(technology)), np.full(len(everywhere), -np.inf))
        compared = [Compared(*each) for each in zip(found, predicted[own].tolist(), covers[own], strict=True)]
        yield row_of(operator_id, technology, compared, "")
        for cover in sorted(set(covers[own]) - {""}):
            yield row_of(operator_id, technology, [each for each in compared if each.cover == cover], cover)


def land_about(run: CoverageRun, found: Sequence[Square]) -> Land:
    """Read the run's terrain about some squares, as far as its cells reach."""
    lons, lats = [square.lon_deg for square in found], [square.lat_deg for square in found]
    return land_of(run.terrain, area_about(lons, lats, run.radius_km))


def levels_at(run: CoverageRun, land: Land, found: Sequence[Square], cells: Sequence[Cell]) -> dict[Layer, Doubles]:
    """Predict by the exact kernel, with the run's own cells, each layer's median level at the squares, dBm."""
    west, south, east, north = land.heights.lattice.area
    near = [cell for cell in cells if west <= cell.lon <= east and south <= cell.lat <= north]
    if not near:
        return {}
    lons = np.array([square.lon_deg for square in found])
    lats = np.array([square.lat_deg for square in found])
    served = served_at(
        Points(lons, lats, np.arange(len(found))),
        near,
        land,
        settings=settings_of(run),
        standard=standard_of(run),
        patterns=patterns_of(run.province),
    )
    return {layer: served.levels_dbm[k].astype(np.float64) for k, layer in enumerate(served.layers)}


def covers_at(land: Land, found: Sequence[Square]) -> list[str]:
    """Give the class of ground cover at the squares; nothing where the terrain knows none."""
    if land.clutter is None:
        return [""] * len(found)
    lons = np.array([square.lon_deg for square in found])
    lats = np.array([square.lat_deg for square in found])
    return [cover_of(height).name.lower() for height in land.clutter_at(lons, lats).tolist()]


def row_of(operator_id: int, technology: str, compared: Sequence[Compared], cover: str) -> CalibrationRow:
    """Compare the squares that a cell reaches; those that none does are only counted."""
    reached = [each for each in compared if np.isfinite(each.predicted_dbm)]
    predicted = [each.predicted_dbm for each in reached]
    measured = [each.square.level_dbm for each in reached]
    found = fit(predicted, measured, SERVICES[Technology(technology)].reported_dbm)
    row = CalibrationRow(
        operator_id=operator_id,
        technology=technology,
        cover=cover,
        points=sum(each.square.points for each in compared),
        squares=len(reached),
        unreached=len(compared) - len(reached),
        pairs=[] if cover else thinned(predicted, measured),
    )
    if found:
        row.censored, row.correlation = found.censored, found.correlation
        row.bias_db, row.bias_low_db, row.bias_high_db = found.bias_db, found.bias_low_db, found.bias_high_db
        row.rmse_db, row.deviation_db = found.rmse_db, found.deviation_db
    return row


def thinned(predicted: Sequence[float], measured: Sequence[float]) -> list[list[float]]:
    """Keep at most so many pairs for a picture, evenly over the ground."""
    every = max(1, -(-len(predicted) // MOST_PAIRS))
    pairs = list(zip(predicted, measured, strict=True))[::every]
    return [[round(one, 1), round(other, 1)] for one, other in pairs]


@transaction.atomic
def accept_offsets(*, actor: Person, rows: Sequence[CalibrationRow], reason: str) -> CoverageRun:
    """Accept the offsets of some layers of one calibration, and ask for the same run with them; this one stays.

    Raises ValidationError where an offset rests on too little, is too large, or was accepted before.
    """
    calibration = rows[0].calibration
    run = calibration.run
    if not actor.has_perm(ACCEPT, run):
        raise PermissionDenied
    refused = [str(row) for row in rows if not row.acceptable or row.cover]
    if refused:
        raise ValidationError(f"Không đề xuất được hiệu chỉnh cho {', '.join(refused)}.")
    again = CoverageRun(**{name: getattr(run, name) for name in ASKED_OF_A_RUN})
    again.title = f"{run.title}, hiệu chỉnh theo số đo"[:200]
    again.offsets_db = summed_offsets(run, rows)
    asked = ask_run(actor=actor, run=again, operators=list(run.operators.all()))
    for row in rows:
        accepted = AcceptedOffset(calibration=calibration, operator=row.operator, technology=row.technology)
        accepted.offset_db, accepted.reason = row.offset_db or 0.0, reason
        accepted.run, accepted.accepted_by = asked, actor
        accepted.full_clean()
        accepted.save()
    return asked


def summed_offsets(run: CoverageRun, rows: Sequence[CalibrationRow]) -> dict[str, float]:
    """Give the offsets of a run with those of some layers added."""
    found = dict(run.offsets_db)
    for row in rows:
        found[row.layer] = round(found.get(row.layer, 0.0) + (row.offset_db or 0.0), 1)
    return found


def offsets_in_words(run: CoverageRun) -> list[str]:
    """Name the offsets that a run was computed with."""
    names = Organisation.objects.in_bulk([int(layer.partition(":")[0]) for layer in run.offsets_db])
    return [
        f"{names[int(operator)]} {technology} {number(offset_db, 1)} dB"
        for layer, offset_db in sorted(run.offsets_db.items())
        for operator, _, technology in [layer.partition(":")]
    ]
