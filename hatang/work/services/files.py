"""Stored files: kept within their owner's quota, given back safely."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import secrets
import unicodedata
import warnings
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpResponseBase
from PIL import Image, ImageOps

from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.work.models import StoredFile

log = logging.getLogger("hatang.work")

PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
KINDS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
MAP_KINDS = {
    ".geojson": "application/geo+json",
    ".json": "application/geo+json",
    ".gz": "application/gzip",
    ".gpkg": "application/geopackage+sqlite3",
    ".zip": "application/zip",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".kmz": "application/vnd.google-earth.kmz",
}
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2_000
RASTER_KINDS = {
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".hgt": "application/octet-stream",
    ".gz": "application/gzip",
}
UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def store_file(
    *,
    actor: Person | None,
    name: str,
    content: bytes,
    province: Place | None,
    organisation: Organisation | None,
    kinds: Mapping[str, str] = KINDS,
) -> StoredFile:
    """Store a file for an organisation, or for a province; a picture loses what its camera wrote into it.

    Raises ValidationError when the kind is not one of ours, the file too large, or the owner's quota used up.
    """
    name = safe_name(name)
    suffix = checked_suffix(name, kinds)
    check_size(len(content))
    if suffix in PICTURES:
        content = bare_picture(content, PICTURES[suffix])
    row = StoredFile(name=name, stored_by=actor, province=province, organisation=organisation)
    row.sha256, row.size_bytes = hashlib.sha256(content).hexdigest(), len(content)
    return put_away(row, ContentFile(content))


def store_large(
    *, actor: Person, upload: UploadedFile, most_bytes: int, province: Place, kinds: Mapping[str, str]
) -> StoredFile:
    """Store a file of a province as it came through a form, without reading it whole.

    Raises ValidationError, which names the file, when the kind is not one of these, the file larger than that,
    or the province's quota used up.
    """
    name = safe_name(upload.name or "")
    try:
        checked_suffix(name, kinds)
        check_size(upload.size or 0, most_bytes)
        row = StoredFile(name=name, stored_by=actor, province=province, size_bytes=upload.size or 0)
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        row.sha256 = digest.hexdigest()
        upload.seek(0)
        return put_away(row, upload)
    except ValidationError as error:
        raise ValidationError([f"{name}: {message}" for message in error.messages]) from error


def checked_suffix(name: str, kinds: Mapping[str, str]) -> str:
    """Give a name's ending, or refuse a kind of file that is not one of ours."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in kinds:
        raise ValidationError(f"Không nhận tệp loại “{suffix}”. Các loại nhận: {', '.join(sorted(kinds))}.")
    return suffix


def store_picture(
    *, actor: Person | None, name: str, content: bytes, province: Place | None, organisation: Organisation | None
) -> StoredFile:
    """Store a picture as `store_file` does, and nothing but a picture."""
    if PurePath(name).suffix.lower() not in PICTURES:
        raise ValidationError("Ảnh phải là JPEG, PNG hoặc WebP.")
    return store_file(actor=actor, name=name, content=content, province=province, organisation=organisation)


def keep_file(
    *, actor: Person | None, path: Path, province: Place | None, organisation: Organisation | None
) -> StoredFile:
    """Store a file that we made ourselves, of any size, without reading it whole; the owner's quota counts it.

    Raises ValidationError when the quota is used up.
    """
    row = StoredFile(name=safe_name(path.name), stored_by=actor, province=province, organisation=organisation)
    with path.open("rb") as content:
        row.sha256, row.size_bytes = hashlib.file_digest(content, "sha256").hexdigest(), path.stat().st_size
        content.seek(0)
        return put_away(row, File(content))


@transaction.atomic
def put_away(row: StoredFile, content: File[Any]) -> StoredFile:
    """Store a file's row and content within its owner's quota; what cannot be stored leaves nothing on the disk."""
    check_quota(row.size_bytes, row.province, row.organisation)
    suffix = PurePath(row.name).suffix.lower()
    row.file.save(f"{row.sha256[:16]}-{secrets.token_hex(4)}{suffix}", content, save=False)
    try:
        row.save()
    except Exception:
        row.file.delete(save=False)
        raise
    return row


def safe_name(name: str) -> str:
    """Give a name without folders, control signs and signs that turn the reading direction.

    >>> safe_name("../../etc/Tra\\u0323m.xlsx")
    'Trạm.xlsx'
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem, dot, suffix = UNSAFE_IN_NAME.sub("_", last).strip(" .").rpartition(".")
    return f"{stem[:150]}{dot}{suffix[:10]}" or "tep"


def check_size(size_bytes: int, most_bytes: int | None = None) -> None:
    """Refuse a file above the installation's limit, or above another one."""
    most = settings.UPLOAD_BYTES if most_bytes is None else most_bytes
    if size_bytes > most:
        raise ValidationError(f"Tệp nặng {number(size_bytes / 1e6, 1)} MB; tối đa {number(most / 1e6, 1)} MB.")


def check_quota(size_bytes: int, province: Place | None, organisation: Organisation | None) -> None:
    """Refuse what goes beyond the owner's quota; the owner's row is locked so that two uploads cannot both fit."""
    if organisation:
        Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
        files = StoredFile.objects.filter(organisation=organisation)
    else:
        Place.objects.select_for_update().filter(pk__in=[province.pk] if province else []).first()
        files = StoredFile.objects.filter(organisation=None, province=province)
    used = files.aggregate(sum=Sum("size_bytes"))["sum"] or 0
    if used + size_bytes > settings.QUOTA_BYTES:
        raise ValidationError(
            f"Đã dùng {number(used / 1e6, 1)} MB trong {number(settings.QUOTA_BYTES / 1e6, 1)} MB được lưu; "
            f"tệp này cần thêm {number(size_bytes / 1e6, 1)} MB. Nhờ quản trị tăng hạn mức."
        )


def bare_picture(content: bytes, kind: str) -> bytes:
    """Draw the picture anew, turned as its camera meant and at most 2.000 pixels long.

    Only the pixels pass: place and device in EXIF, comments, thumbnails and anything appended stay behind.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValidationError(f"Ảnh quá lớn; tối đa {number(MOST_PIXELS / 1e6)} triệu điểm ảnh.")
                return redrawn(picture, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(f"Ảnh quá lớn; tối đa {number(MOST_PIXELS / 1e6)} triệu điểm ảnh.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(f"Tệp không phải ảnh {kind} nguyên vẹn.") from error


def redrawn(picture: Image.Image, kind: str) -> bytes:
    """Copy the pixels into a new picture and write that."""
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = turned.convert("RGBA" if kind != "JPEG" and turned.has_transparency_data else "RGB")
    fresh = Image.new(turned.mode, turned.size)
    fresh.paste(turned)
    target = io.BytesIO()
    fresh.save(target, kind, quality=85)
    return target.getvalue()


def drop_file(stored: StoredFile) -> None:
    """Take a file's content off the disk and the quota; the row stays for who looks back."""
    stored.size_bytes = 0
    stored.save(update_fields=["size_bytes"])
    name = str(stored.file.name)
    transaction.on_commit(lambda: stored.file.storage.delete(name))


def file_response(stored: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """Answer with a stored file under a fixed content type; the caller has asked who may see it."""
    suffix = PurePath(stored.name).suffix.lower()
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        log.exception("stored file is not on the disk", extra={"file": stored.pk})
        raise Http404("Tệp không còn trong kho lưu.") from error
    response = FileResponse(
        content,
        as_attachment=not (inline and suffix in PICTURES),
        filename=stored.name,
        content_type=(KINDS | MAP_KINDS | RASTER_KINDS).get(suffix, "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response
