"""Station files for tests."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from hatang.accounts.models import Person
from hatang.network.models import RegisterUpload, UploadLine
from hatang.network.services import start_upload
from hatang.network.services.layouts import COMBINED
from hatang.places.models import Place

BY_KEY = COMBINED.by_key
GOOD = {
    "mast_code": "C-1",
    "station_code": "T-1",
    "operator": "A",
    "commune": "06181",
    "lon": 106.7,
    "lat": 21.95,
    "structure": "A1",
    "height_m": 45,
    "technology": "4G",
    "on_air_on": "15/06/2023",
    "off_air_on": None,
    "built_on": "01/03/2020",
}


def station_file(*rows: dict[str, Any], drop: tuple[str, ...] = (), titles: tuple[str, ...] = ()) -> bytes:
    """Make an XLSX whose rows are the good row with changes."""
    keys = [key for key in GOOD if key not in drop]
    book = Workbook()
    for title in titles:
        book.active.append([title])
    book.active.append([BY_KEY[key].heading for key in keys])
    for row in rows:
        book.active.append([(GOOD | row)[key] for key in keys])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def uploaded(actor: Person, province: Place, content: bytes, name: str = "tram.xlsx") -> RegisterUpload:
    """Upload and check a file as the page does."""
    start_upload(actor=actor, province=province, name=name, content=content)
    return RegisterUpload.objects.select_related("file", "province", "operator").latest("pk")


def lines(upload: RegisterUpload, kind: str = "wrong") -> list[UploadLine]:
    """Give the lines of a verdict."""
    return list(upload.lines.filter(kind=kind).order_by("pk"))


def counted(upload: RegisterUpload, model: str) -> dict[str, int]:
    """Give what a verdict counts of a model."""
    return next((count for count in upload.summary["counts"] if count["model"] == model), {})


def changes(upload: RegisterUpload) -> list[str]:
    """Give each changed field in words."""
    return [f"{x.subject}: {x.heading.lower()} {x.before} → {x.after}" for x in lines(upload, "changed")]


def words(upload: RegisterUpload) -> str:
    """Give all that the verdict says."""
    refused = upload.summary.get("refused", {})
    said = [f"{refused.get('wrong', '')} {refused.get('right', '')}", *upload.summary.get("notes", [])]
    return " | ".join([*said, *(f"{e.heading} {e.wrong} {e.right}" for e in lines(upload))])
