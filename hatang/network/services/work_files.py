"""A map file of works: every feature read by the page's own form, shown, then saved whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vector_files import Limits, VectorFileError, open_vector
from hatang.core.vietnamese import search_key
from hatang.network.forms import JointWorkForm
from hatang.network.models import JointWork, WorkUpload
from hatang.network.services.works import CHANGE, tell_meetings
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.work.services import MAP_KINDS, discard, store_file, take

MOST_FEATURES = 2_000
HEADINGS: dict[str, tuple[str, ...]] = {
    "title": ("ten", "ten cong trinh", "name", "title", "cong trinh"),
    "kind": ("loai", "loai cong trinh", "linh vuc", "kind", "type"),
    "investor": ("chu dau tu", "don vi", "investor", "owner"),
    "along": ("tuyen", "khu vuc", "huong tuyen", "dia diem", "along"),
    "starts_on": ("khoi cong", "bat dau", "ngay khoi cong", "tu ngay", "start", "starts on", "begin"),
    "ends_on": ("hoan thanh", "ket thuc", "ngay hoan thanh", "den ngay", "end", "ends on"),
    "contact": ("lien he", "contact"),
    "remarks": ("ghi chu", "remarks", "note"),
}
FIELD_OF = {words: name for name, names in HEADINGS.items() for words in names}
REQUIRED = ("title", "kind", "investor", "starts_on", "ends_on")
State = WorkUpload.State


@dataclass
class WorksRead:
    """What a file of works would bring: new works, those that are there already, and what is wrong in which feature."""

    new: list[JointWork] = field(default_factory=list)
    known: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def read_works(path: Path, *, name: str, province: Place, crs: str = "") -> WorksRead:
    """Read a file's works. Raises ValidationError for what makes the whole file useless."""
    try:
        limits = Limits(features=MOST_FEATURES, unpacked_bytes=10 * settings.UPLOAD_BYTES)
        opened = open_vector(path, name=name, max_bytes=settings.UPLOAD_BYTES, limits=limits, crs=crs or None)
        columns = columns_of(opened.fields)
        read = WorksRead(said=[f"{opened.kind}, hệ tọa độ: {opened.crs}.", *opened.notes])
        there = set(JointWork.objects.filter(province=province).values_list("title", "starts_on"))
        seen: set[tuple[str, date]] = set()
        for feature in opened.features():
            add_feature(read, feature, columns, province, there, seen)
    except VectorFileError as error:
        choices = ", ".join(choice.value for choice in error.choices[:10])
        raise ValidationError(" ".join(filter(None, [str(error), choices and f"Chọn: {choices}."]))) from error
    return read


def columns_of(fields: tuple[str, ...]) -> dict[str, str]:
    """Give which of a file's columns says what. Raises ValidationError when a needed one is missing."""
    columns = {FIELD_OF[key]: column for column in fields if (key := heading(column)) in FIELD_OF}
    labels = {f.name: str(f.verbose_name) for f in JointWork._meta.concrete_fields}
    missing = [f"“{labels[name]}”" for name in REQUIRED if name not in columns]
    if missing:
        raise ValidationError(
            f"Tệp thiếu cột {', '.join(missing)}. Các cột đang có: {', '.join(fields)[:300] or 'không có cột nào'}."
        )
    return columns


def heading(column: str) -> str:
    """Give a column's name without accents, case and joints."""
    return " ".join(search_key(column.replace("_", " ")).split())


def add_feature(
    read: WorksRead,
    feature: Any,
    columns: dict[str, str],
    province: Place,
    there: set[Any],
    seen: set[tuple[str, date]],
) -> None:
    """Read one feature by the form of the page."""
    if feature.geometry is None:
        read.errors.append({"feature": feature.number, "field": "vị trí", "wrong": feature.fault})
        return
    data = {name: feature.properties.get(column) for name, column in columns.items()}
    texts = {name: "" if value is None else value for name, value in data.items()}
    form = JointWorkForm({**texts, "shape": shapely.to_geojson(feature.geometry)}, province=province, from_file=True)
    if not form.is_valid():
        for name, errors in form.errors.items():
            label = str(form.fields[name].label or name) if name in form.fields else ""
            read.errors += [{"feature": feature.number, "field": label, "wrong": str(error)} for error in errors]
        return
    key = (form.instance.title, form.instance.starts_on)
    if key in seen:
        read.errors.append({"feature": feature.number, "field": "tên", "wrong": f"“{key[0]}” có hai lần trong tệp."})
    elif key in there:
        read.known += 1
    else:
        read.new.append(form.instance)
    seen.add(key)


def check_file(*, actor: Person, province: Place, name: str, content: bytes, crs: str) -> WorkUpload:
    """Store a file and read it; what is useless as a whole leaves nothing behind."""
    upload = WorkUpload(province=province)
    if not actor.has_perm(CHANGE, upload):
        raise PermissionDenied
    with transaction.atomic():
        upload.file = store_file(
            actor=actor, name=name, content=content, province=province, organisation=None, kinds=MAP_KINDS
        )
        try:
            read = read_works(Path(upload.file.file.path), name=name, province=province, crs=crs)
        except ValidationError:
            upload.file.file.delete(save=False)
            raise
        upload.state = State.WRONG if read.errors else State.READY
        upload.summary = {"crs": crs}
        upload.save()
    return upload


@transaction.atomic
def save_file(*, actor: Person, upload: WorkUpload) -> int:
    """Save the works of a checked file, all or none, and tell whom they meet; give how many are new."""
    if not actor.has_perm(CHANGE, upload):
        raise PermissionDenied
    take(upload, (State.READY,), State.SAVED)
    path, province = Path(upload.file.file.path), upload.province
    read = read_works(path, name=upload.file.name, province=province, crs=upload.summary.get("crs", ""))
    if read.errors:
        raise ValidationError("Dữ liệu đã đổi từ khi kiểm tra. Tải tệp lên lại.")
    for work in read.new:
        work.fill_keys()
    bulk_create_with_history(
        read.new, JointWork, batch_size=500, default_user=actor, default_change_reason=f"tệp {upload.file.name}"[:100]
    )
    upload.saved_at = timezone.now()
    upload.save(update_fields=["saved_at"])
    tell_meetings(province)
    return len(read.new)


def give_up_file(*, actor: Person, upload: WorkUpload) -> None:
    """Give up a file that was not saved."""
    if not actor.has_perm(CHANGE, upload):
        raise PermissionDenied
    discard(upload)
