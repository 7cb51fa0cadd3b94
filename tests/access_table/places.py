"""Addresses of `places`."""

from __future__ import annotations

from tests.access_needs import (
    commune,
    province,
    village,
)
from tests.access_table.rows import (
    Row,
    row,
    signed_in,
)

ROWS: dict[str, Row] = {
    "places:communes": row(200, province),
    "places:edit": signed_in(404, commune, department_officer=200, department_head=200, administrator=200),
    "places:boundary": signed_in(404, village, department_officer=200, department_head=200, administrator=200),
    "places:succession": row(200, commune),
}
