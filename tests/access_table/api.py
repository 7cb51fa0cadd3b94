"""Addresses of `api`."""

from __future__ import annotations

from tests.access_needs import (
    operators_job,
    operators_upload,
    province,
)
from tests.access_table.rows import (
    Row,
    row,
)
from tests.indicators.needs import (
    operators_return,
)
from tests.utilities.needs import an_entry, two_sizes

ROWS: dict[str, Row] = {
    "api:api-root": row(404),
    "api:openapi-json": row(200),
    "api:list_returns": row(401),
    "api:get_return": row(401, operators_return),
    "api:put_cells": row(401, operators_return, method="put"),
    "api:send_return": row(401, operators_return, method="post"),
    "api:upload_file": row(401, province, method="post"),
    "api:log_head": row(200),
    "api:log_entries": row(200),
    "api:inclusion": row(200, an_entry),
    "api:consistency": row(200, two_sizes, data={"tu": "1", "den": "1"}),
    "api:job_state": row(401, operators_job),
    "api:verdict": row(401, operators_upload),
    "api:lines": row(401, operators_upload),
    "api:save_file": row(401, operators_upload, method="post"),
    "api:discard_file": row(401, operators_upload, method="delete"),
    "api:undo_file": row(401, operators_upload, method="post"),
    "api:beat": row(401, method="post"),
    "api:put_outages": row(401, province, method="post"),
}
