"""Addresses of `quality`."""

from __future__ import annotations

from tests.access_needs import (
    province,
)
from tests.access_table.rows import (
    DEPARTMENT,
    TELLERS,
    WHOLE,
    Row,
    row,
    signed_in,
)
from tests.quality.outage_needs import (
    beacons_key,
    operators_file,
    operators_outage,
    outage_under_way,
    seen_silence,
)
from tests.quality.page_needs import purpose_here, shared_test
from tests.quality.stats_needs import measurement_load, speed_rule

ROWS: dict[str, Row] = {
    "quality:outages": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "quality:availability": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "quality:outage": signed_in(200, operators_outage, rival=404, partner=404, administrator=404, stranger=404),
    "quality:outage_new": signed_in(404, province, **TELLERS),
    "quality:outage_file_new": signed_in(404, province, **TELLERS),
    "quality:outage_template": signed_in(404, province, **TELLERS),
    "quality:outage_edit": signed_in(404, operators_outage, **TELLERS | {"rival": 404}),
    "quality:outage_end": signed_in(
        404, outage_under_way, method="post", **dict.fromkeys(TELLERS, 422) | {"rival": 404}
    ),
    "quality:outage_decide": signed_in(404, seen_silence, method="post", department_officer=422, department_head=422),
    "quality:outage_file": signed_in(404, operators_file, **TELLERS | {"rival": 404}),
    "quality:outage_file_save": signed_in(
        404, operators_file, method="post", **dict.fromkeys(TELLERS, 302) | {"rival": 404}
    ),
    "quality:outage_file_discard": signed_in(
        404, operators_file, method="post", **dict.fromkeys(TELLERS, 302) | {"rival": 404}
    ),
    "quality:beacons": signed_in(404, province, department_officer=200, department_head=200),
    "quality:beacon_change": signed_in(404, beacons_key, method="post", department_officer=200, department_head=200),
    "quality:measure": row(200),
    "quality:commune_options": row(200),
    "quality:spot": row(422, method="post"),
    "quality:keep": row(422, method="post"),
    "quality:kept_test": row(200, shared_test),
    "quality:blocks": signed_in(404, province, **DEPARTMENT),
    "quality:check_blocks": signed_in(404, province, method="post", department_officer=422, department_head=422),
    "quality:save_blocks": signed_in(404, province, method="post", department_officer=422, department_head=422),
    "quality:demand": row(200),
    "quality:register_demand": row(422, method="post"),
    "quality:demand_list": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "quality:purpose_settings": signed_in(404, province, **DEPARTMENT),
    "quality:purpose_setting": signed_in(404, purpose_here, **DEPARTMENT),
    "quality:provinces": row(200),
    "quality:statistics": row(200, province),
    "quality:communes": row(200, province),
    "quality:operators": row(200, province),
    "quality:months": row(200, province),
    "quality:campaign": row(200, province),
    "quality:published": row(200, province),
    "quality:rules": row(200, province),
    "quality:rule": signed_in(404, speed_rule, department_officer=200, department_head=200),
    "quality:recompute": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "quality:loads": signed_in(404, province, **WHOLE),
    "quality:suspects": signed_in(404, province, **WHOLE),
    "quality:load_new": signed_in(404, province, department_officer=200, department_head=200),
    "quality:load": signed_in(404, measurement_load, **WHOLE),
    "quality:load_errors": signed_in(404, measurement_load, **WHOLE),
    "quality:load_original": signed_in(404, measurement_load, department_officer=200, department_head=200),
    "quality:load_save": signed_in(404, measurement_load, method="post", department_officer=302, department_head=302),
    "quality:load_undo": signed_in(404, measurement_load, method="post", department_officer=302, department_head=302),
    "quality:load_discard": signed_in(
        404, measurement_load, method="post", department_officer=302, department_head=302
    ),
}
