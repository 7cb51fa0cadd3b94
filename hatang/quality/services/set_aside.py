"""The tests that a rule set aside, as a page shows them: bounded, without what points at a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hatang.core.measurements.suspects import BY_NAME, marked
from hatang.places.models import Place
from hatang.quality.services.measurements import measurement_table
from hatang.quality.services.rules import limits_of

MOST = 200
LOOKED_BACK = timedelta(days=400)
SHOWN = ("at", "source", "commune", "technology", "download_mbps", "upload_mbps", "min_rtt_ms", "lon", "lat")


def rows_set_aside(*, province: Place, rule: str = "") -> list[dict[str, Any]]:
    """Give the newest tests of the last thirteen months that a rule, or any, set aside: at most 200."""
    now = timezone.now()
    table = measurement_table()
    connection = table.connection()
    try:
        rows = table.expression(connection).filter(lambda row: row.province == province.code)
        recent = rows.filter(rows.month >= f"{now - LOOKED_BACK:%Y-%m}")
        found = marked(recent, limits=limits_of(province, timezone.localdate(now)), now=now)
        kept = found.filter(found.suspect == rule) if rule else found.filter(found.suspect.notnull())
        newest = kept.select(*SHOWN, "suspect", "simulated").order_by(kept["at"].desc()).limit(MOST)
        lines = connection.to_pyarrow(newest).to_pylist()
    finally:
        connection.disconnect()
    for line in lines:
        line["at"] = f"{timezone.localtime(line['at']):%d/%m/%Y %H:%M}"
        line["suspect"] = BY_NAME[line["suspect"]].label if line["suspect"] in BY_NAME else line["suspect"]
    return lines
