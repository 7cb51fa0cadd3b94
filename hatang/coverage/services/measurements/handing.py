"""Speeds of a file of measurements on their way into the table of all speed tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.measurements.schema import ROWS, Access, Source
from hatang.coverage.models import Measurement, MeasurementFile
from hatang.quality.services.loads import keep_drive_rows
from hatang.quality.services.measurements import operator_key
from hatang.quality.services.placing import communes_at


def hand_speeds(*, actor: Person, file: MeasurementFile, measurements: Sequence[Measurement]) -> int:
    """Hand the measurements of a saved file that have a speed to the table of speed tests; give how many."""
    told = [one for one in measurements if one.download_mbps is not None or one.upload_mbps is not None]
    if told:
        keep_drive_rows(actor=actor, province=file.province, file=file.file, rows=rows_of(file, told))
    return len(told)


def rows_of(file: MeasurementFile, measurements: Sequence[Measurement]) -> pa.Table:
    """Make rows of the table of measurements."""
    lons, lats = [one.lon for one in measurements], [one.lat for one in measurements]
    communes = communes_at(lons, lats, province=file.province, on=timezone.localdate())
    lines = [row_of(file, one, commune) for one, commune in zip(measurements, communes, strict=True)]
    return pa.Table.from_pylist(lines, schema=ROWS)


def row_of(file: MeasurementFile, one: Measurement, commune: str | None) -> dict[str, Any]:
    """Make the row of a measurement; the same measurement in another file has the same id."""
    operator = operator_key(one.operator)
    told = f"{operator}|{one.technology}|{one.kind}|{one.at.isoformat()}|{one.lon:.6f}|{one.lat:.6f}"
    return {
        "id": f"drive:{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}",
        "load": 0,
        "source": Source.DRIVE.value,
        "province": file.province.code,
        "commune": commune,
        "at": one.at,
        "operator": operator,
        "access": Access.MOBILE.value,
        "technology": one.technology,
        "download_mbps": one.download_mbps,
        "upload_mbps": one.upload_mbps,
        "min_rtt_ms": one.latency_ms,
        "ip_family": 0,
        "lon": one.lon,
        "lat": one.lat,
        "level_dbm": one.level_dbm,
        "tests": 1,
        "is_average": False,
        "simulated": one.simulated,
    }
