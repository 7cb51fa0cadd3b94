"""Station files for tests."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from hatang.accounts.models import Person
from hatang.network.models import StationUpload
from hatang.network.services import start_upload
from hatang.network.services.columns import BY_KEY
from hatang.places.models import Place

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


def uploaded(actor: Person, province: Place, content: bytes, name: str = "tram.xlsx") -> StationUpload:
    """Upload and check a file as the page does."""
    start_upload(actor=actor, province=province, name=name, content=content)
    return StationUpload.objects.select_related("file", "province", "operator").latest("pk")


def words(upload: StationUpload) -> str:
    """Give all that the verdict says."""
    said = [upload.summary.get("refused", {}), *upload.summary.get("errors", [])]
    return " | ".join(f"{e.get('heading', '')} {e.get('wrong', '')} {e.get('right', '')}" for e in said)
