"""Addresses of `utilities`."""

from __future__ import annotations

from tests.access_needs import (
    province,
)
from tests.access_table.rows import (
    KEEPERS,
    READERS,
    Row,
    row,
    signed_in,
)
from tests.utilities.needs import an_entry
from tests.utilities.signing_needs import a_certificate, a_proposal, a_signed_document, its_code

ROWS: dict[str, Row] = {
    "verifying:verify": row(200),
    "verifying:document": row(200, its_code),
    "verifying:file": row(200, its_code),
    "documents:documents": signed_in(404, province, **READERS),
    "documents:propose": signed_in(404, province, **KEEPERS),
    "documents:document": signed_in(404, a_proposal, **READERS),
    "documents:draft": signed_in(404, a_proposal, **READERS),
    "documents:file": signed_in(404, a_signed_document, **READERS),
    "documents:sign": signed_in(404, a_proposal, method="post", department_head=302),
    "documents:withdraw": signed_in(404, a_proposal, method="post", department_officer=302, department_head=302),
    "documents:revoke": signed_in(404, a_signed_document, method="post", data={"reason": "x"}, department_head=302),
    "documents:certificates": signed_in(404, province, **READERS),
    "documents:register_certificate": signed_in(404, province, **KEEPERS),
    "documents:certificate": signed_in(404, a_certificate, **READERS),
    "documents:retire_certificate": signed_in(
        404, a_certificate, method="post", data={"reason": "x"}, department_officer=302, department_head=302
    ),
    "utilities:log": row(200),
    "utilities:heads": row(200),
    "utilities:check": row(200),
    "utilities:entry": row(200, an_entry),
    "utilities:file": row(200, an_entry),
    "utilities:proof": row(200, an_entry),
}
