"""Versions of datasets: a new one whenever the content changes; earlier ones go when they tell what is now closed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from hatang.opendata.catalogue import DATASETS, Dataset
from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.content import (
    Sheet,
    box_of,
    content_of,
    days_of,
    digest,
    is_simulated,
    keep_content,
    path_of,
    read_sheet,
    sheet_of,
)
from hatang.opendata.services.derived import folder_of
from hatang.places.models import Place
from hatang.places.services import provinces_on

FRESH = timedelta(minutes=10)
"""How long a file is given out without looking at the registers again."""
ROUND = timedelta(hours=20)
"""How long a dataset that nobody asks for may stay as it is."""
BEING_MADE_S = 60


def current_version(dataset: Dataset, province: Place) -> DatasetVersion | None:
    """Give the newest version as it stands."""
    return DatasetVersion.objects.current().filter(dataset=dataset.slug, province=province).first()


def fresh_version(dataset: Dataset, province: Place) -> DatasetVersion | None:
    """Give the newest version, looking first whether the registers say otherwise by now.

    None where there never was a row. One process looks at a time; the others meanwhile give what there is.
    """
    latest, now = current_version(dataset, province), timezone.now()
    if latest is not None and now - latest.checked_at < FRESH and path_of(latest).exists():
        return latest
    asked = f"opendata:{dataset.slug}:{province.pk}"
    if not cache.add(asked, True, timeout=BEING_MADE_S):
        return latest
    try:
        return publish_version(dataset=dataset, province=province)
    finally:
        if latest is not None:
            cache.delete(asked)


def publish_version(*, dataset: Dataset, province: Place) -> DatasetVersion | None:
    """Read the rows; where they differ from the newest version's, make one more. None where there never was a row."""
    content = content_of(dataset, dataset.rows(province))
    sha256, now = digest(content), timezone.now()
    latest = current_version(dataset, province)
    if latest is not None and latest.sha256 == sha256:
        DatasetVersion.objects.filter(pk=latest.pk).update(checked_at=now)
        latest.checked_at = now
        if not path_of(latest).exists():
            keep_content(latest, content)
        return latest
    sheet = sheet_of(content)
    if latest is None and not sheet.rows:
        return None
    try:
        return add_version(dataset, province, latest, content, sheet, sha256, now)
    except IntegrityError:
        return current_version(dataset, province)


@transaction.atomic
def add_version(
    dataset: Dataset,
    province: Place,
    latest: DatasetVersion | None,
    content: bytes,
    sheet: Sheet,
    sha256: str,
    now: datetime,
) -> DatasetVersion:
    """Put a version in the place of the newest one."""
    begin_on, end_on = days_of(sheet, dataset)
    west, south, east, north = box_of(sheet) or (None,) * 4
    version = DatasetVersion(
        dataset=dataset.slug,
        province=province,
        number=latest.number + 1 if latest else 1,
        sha256=sha256,
        rows=len(sheet.rows),
        simulated=is_simulated(sheet),
        begin_on=begin_on,
        end_on=end_on,
        west=west,
        south=south,
        east=east,
        north=north,
        made_at=now,
        checked_at=now,
    )
    if latest is not None:
        DatasetVersion.objects.filter(pk=latest.pk).update(superseded_at=now)
    version.save()
    keep_content(version, content)
    if latest is not None and tells_what_closed(dataset, latest, sheet):
        withdraw_before(version, now)
    return version


def told_by(dataset: Dataset, sheet: Sheet) -> set[int | str]:
    """Give the keys of the rows that tell the guarded figure."""
    if not dataset.guarded or dataset.guarded not in sheet.place:
        return set()
    figures = sheet.column(dataset.guarded)
    return {key for key, figure in zip(sheet.ids, figures, strict=True) if figure not in (None, "")}


def tells_what_closed(dataset: Dataset, latest: DatasetVersion, sheet: Sheet) -> bool:
    """Tell whether the version so far says what the new one no longer does: secrecy closed it."""
    if not dataset.guarded:
        return False
    try:
        return bool(told_by(dataset, read_sheet(latest)) - told_by(dataset, sheet))
    except Http404:
        return True


def withdraw_before(version: DatasetVersion, now: datetime) -> None:
    """Take away the content of all earlier versions; that they were there stays known."""
    earlier = DatasetVersion.objects.filter(dataset=version.dataset, province=version.province_id)
    rows = list(earlier.filter(number__lt=version.number, withdrawn_at__isnull=True))
    earlier.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=now)
    transaction.on_commit(lambda: drop_contents(rows))


def drop_contents(versions: Iterable[DatasetVersion]) -> None:
    """Delete the content of versions and the files made of it."""
    for version in versions:
        path_of(version).unlink(missing_ok=True)
        shutil.rmtree(folder_of(version), ignore_errors=True)


def refresh_catalogue() -> int:
    """Look at every dataset of every province that nobody looked at of late; give how many were looked at."""
    since = timezone.now() - ROUND
    known = DatasetVersion.objects.current().filter(checked_at__gt=since).values_list("dataset", "province_id")
    fresh, looked = set(known), 0
    for province in provinces_on(timezone.localdate()).defer("point"):
        for dataset in DATASETS:
            if (dataset.slug, province.pk) not in fresh:
                publish_version(dataset=dataset, province=province)
                looked += 1
    return looked
