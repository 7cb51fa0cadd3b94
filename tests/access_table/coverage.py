"""Addresses of `coverage`."""

from __future__ import annotations

from tests.access_needs import (
    commune,
    province,
    village,
)
from tests.access_table.rows import (
    NO_COVERAGE,
    OFFICES,
    SEE_RUNS,
    Row,
    row,
    signed_in,
)
from tests.coverage.needs import (
    a_terrain,
    adopted_run,
    antenna_pattern,
    compared_run,
    drawn_best_tile,
    drawn_place,
    drawn_run,
    drawn_tile,
    failing_mast,
    heights_of_terrain,
    measurement_file,
    measurement_template,
    operators_challenge,
    paper_of_challenge,
    photo_of_trial,
    running_run,
    two_runs,
)

ROWS: dict[str, Row] = {
    "coverage:terrains": signed_in(404, province, **SEE_RUNS),
    "coverage:new_terrain": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:terrain": signed_in(404, a_terrain, **SEE_RUNS),
    "coverage:terrain_picture": signed_in(404, heights_of_terrain, **SEE_RUNS),
    "coverage:terrain_file": signed_in(404, heights_of_terrain, **SEE_RUNS),
    "coverage:discard_terrain": signed_in(404, a_terrain, method="post", department_officer=302, department_head=302),
    "coverage:runs": signed_in(200, province, **NO_COVERAGE),
    "coverage:run_new": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:run": signed_in(200, adopted_run, **NO_COVERAGE),
    "coverage:run_progress": signed_in(404, running_run, department_officer=200, department_head=200),
    "coverage:run_cancel": signed_in(404, running_run, method="post", department_officer=302, department_head=302),
    "coverage:run_without_faulty": signed_in(
        404, adopted_run, method="post", department_officer=302, department_head=302
    ),
    "coverage:run_adopt": signed_in(404, adopted_run, method="post", department_head=302),
    "coverage:run_give_back": signed_in(404, adopted_run, method="post", department_head=302),
    "coverage:run_faults": signed_in(
        404, adopted_run, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:run_places": signed_in(200, adopted_run, **NO_COVERAGE),
    "coverage:run_compare": signed_in(200, two_runs, **NO_COVERAGE),
    "coverage:run_map": signed_in(404, drawn_run, **OFFICES),
    "coverage:run_villages": signed_in(404, drawn_run, **OFFICES),
    "coverage:run_place": signed_in(404, drawn_place, **OFFICES | {"rival": 404}),
    "coverage:run_tile": signed_in(404, drawn_tile, **OFFICES | {"rival": 404}),
    "coverage:run_best_tile": signed_in(404, drawn_best_tile, **OFFICES | {"operator": 404, "rival": 404}),
    "coverage:calibration": signed_in(200, adopted_run, **NO_COVERAGE),
    "coverage:calibrate": signed_in(404, adopted_run, method="post", department_officer=302, department_head=302),
    "coverage:accept_offsets": signed_in(404, compared_run, method="post", department_head=422),
    "coverage:antennas": signed_in(
        404, province, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:readiness": signed_in(404, province, **SEE_RUNS),
    "coverage:rule": row(200),
    "coverage:disagreements": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:count_again": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "coverage:verify_commune": signed_in(
        404,
        commune,
        commune_officer=200,
        commune_leader=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "coverage:verify_village": signed_in(
        404, village, commune_officer=200, department_officer=200, department_head=200
    ),
    "coverage:verification_photo": signed_in(
        200, photo_of_trial, rival=404, partner=404, administrator=404, stranger=404
    ),
    "coverage:challenges": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:challenge": signed_in(
        404, operators_challenge, operator=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:challenge_file": signed_in(
        404, paper_of_challenge, operator=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:challenge_open": signed_in(404, province, department_officer=302, department_head=302),
    "coverage:challenge_answer": signed_in(404, province, operator=302, rival=302),
    "coverage:challenge_decide": signed_in(404, province, department_officer=302, department_head=302),
    "coverage:challenge_withdraw": signed_in(
        404, operators_challenge, method="post", department_officer=302, department_head=302
    ),
    "coverage:measurements": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:measurement_template": signed_in(404, measurement_template, department_officer=200, department_head=200),
    "coverage:measurement_file": signed_in(404, measurement_file, department_officer=200, department_head=200),
    "coverage:measurement_errors": signed_in(404, measurement_file, department_officer=200, department_head=200),
    "coverage:measurement_original": signed_in(404, measurement_file, department_officer=200, department_head=200),
    "coverage:measurement_save": signed_in(
        404, measurement_file, method="post", department_officer=302, department_head=302
    ),
    "coverage:measurement_undo": signed_in(
        404, measurement_file, method="post", department_officer=302, department_head=302
    ),
    "coverage:measurement_discard": signed_in(
        404, measurement_file, method="post", department_officer=302, department_head=302
    ),
    "coverage:what_if": signed_in(404, adopted_run, **OFFICES),
    "coverage:switch_off": signed_in(404, adopted_run, **OFFICES),
    "coverage:if_off": signed_in(404, failing_mast, **dict.fromkeys(OFFICES, 302)),
    "coverage:withdraw_antenna": signed_in(
        404, antenna_pattern, method="post", department_officer=302, department_head=302
    ),
}
