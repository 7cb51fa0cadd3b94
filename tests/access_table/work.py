"""Addresses of `work`."""

from __future__ import annotations

from tests.access_needs import (
    officers_job,
    operators_job,
    operators_notice,
    provinces_day,
)
from tests.access_table.rows import (
    Row,
    signed_in,
)

ROWS: dict[str, Row] = {
    "work:job_cancel": signed_in(404, officers_job, method="post", department_officer=302),
    "work:job": signed_in(404, operators_job, operator=200),
    "work:calendar": signed_in(200),
    "work:calendar_day_new": signed_in(
        403, department_officer=200, department_head=200, administrator=200, stranger=200
    ),
    "work:calendar_day_edit": signed_in(
        403, provinces_day, department_officer=200, department_head=200, administrator=200
    ),
    "work:calendar_day_remove": signed_in(
        403, provinces_day, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "work:calendar_adopt": signed_in(
        403, method="post", department_officer=302, department_head=302, administrator=302, stranger=302
    ),
    "work:calendar_undo": signed_in(
        403, method="post", department_officer=302, department_head=302, administrator=302, stranger=302
    ),
    "work:notices": signed_in(200),
    "work:notices_read": signed_in(302, method="post"),
    "work:notice": signed_in(404, operators_notice, operator=200),
}
