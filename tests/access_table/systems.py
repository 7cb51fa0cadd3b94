"""Addresses of `systems`."""

from __future__ import annotations

from tests.access_needs import (
    province,
)
from tests.access_table.rows import (
    FINDERS,
    KEEPERS,
    OFFICES,
    READERS,
    Row,
    row,
    signed_in,
)
from tests.systems import register_needs as systems_needs
from tests.systems.probe_needs import departments_samples, loaded_link, looked_at

ROWS: dict[str, Row] = {
    "systems:probes": signed_in(404, province, **FINDERS),
    "systems:probe": signed_in(404, looked_at, **FINDERS),
    "systems:probe_now": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "systems:probe_plan": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "systems:link_loads": signed_in(
        404,
        loaded_link,
        **FINDERS | {"analyst": 200, "operator": 200, "rival": 200},
    ),
    "systems:load_file_new": signed_in(404, province, department_officer=200, department_head=200),
    "systems:load_file": signed_in(404, departments_samples, department_officer=200, department_head=200),
    "systems:load_file_save": signed_in(
        404, departments_samples, method="post", department_officer=302, department_head=302
    ),
    "systems:load_file_discard": signed_in(
        404, departments_samples, method="post", department_officer=302, department_head=302
    ),
    "systems:overview": signed_in(404, systems_needs.register, **OFFICES),
    "systems:entries": signed_in(404, systems_needs.register_of_kind, **READERS),
    "systems:entry": signed_in(404, systems_needs.registered_system, **READERS),
    "systems:edit_entry": signed_in(404, systems_needs.registered_system, **KEEPERS),
    "systems:close_entry": signed_in(404, systems_needs.registered_system, **KEEPERS),
    "systems:document": signed_in(404, systems_needs.documented_system, **KEEPERS),
    "systems:document_file": signed_in(404, systems_needs.system_document, **KEEPERS, auditor=200),
    "systems:add_entry": signed_in(404, systems_needs.register_of_kind, **KEEPERS),
    "systems:upload": signed_in(404, province, **KEEPERS),
    "systems:upload_template": signed_in(404, province, **KEEPERS),
    "systems:upload_detail": signed_in(404, systems_needs.systems_upload, **KEEPERS),
    "systems:upload_lines": signed_in(404, systems_needs.systems_upload, **KEEPERS),
    "systems:upload_file": signed_in(404, systems_needs.systems_upload, **KEEPERS),
    "systems:upload_save": signed_in(404, systems_needs.systems_upload, method="post", **dict.fromkeys(KEEPERS, 302)),
    "systems:upload_undo": signed_in(404, systems_needs.systems_upload, method="post", **dict.fromkeys(KEEPERS, 302)),
    "systems:upload_discard": signed_in(
        404, systems_needs.systems_upload, method="post", **dict.fromkeys(KEEPERS, 302)
    ),
    "systems:public": row(200, province),
    "systems:findings": signed_in(404, systems_needs.register, **KEEPERS, auditor=200),
    "systems:finding": signed_in(404, systems_needs.system_finding, **KEEPERS, auditor=200),
    "systems:compute_findings": signed_in(404, systems_needs.register, method="post", **dict.fromkeys(KEEPERS, 302)),
    "systems:finding_terms": signed_in(404, systems_needs.register, **KEEPERS),
}
