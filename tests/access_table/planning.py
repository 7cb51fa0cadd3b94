"""Addresses of `planning`."""

from __future__ import annotations

from tests.access_needs import (
    province,
)
from tests.access_table.rows import (
    SEE_RUNS,
    Row,
    signed_in,
)
from tests.planning.fibre_needs import fibre_file, fibre_plan, running_fibre_plan
from tests.planning.needs import (
    a_scenario,
    a_work,
    adopted_scenario,
    annex_of_scenario,
    file_of_prices,
    impossible_scenario,
    running_scenario,
    two_scenarios,
)
from tests.planning.package_needs import fund_package, map_of_package, scenario_for_package

ROWS: dict[str, Row] = {
    "planning:costs": signed_in(404, province, **SEE_RUNS),
    "planning:price_file_new": signed_in(404, province, department_officer=200, department_head=200),
    "planning:price_file": signed_in(404, file_of_prices, department_officer=200, department_head=200),
    "planning:price_file_save": signed_in(
        404, file_of_prices, method="post", department_officer=302, department_head=302
    ),
    "planning:price_file_discard": signed_in(
        404, file_of_prices, method="post", department_officer=302, department_head=302
    ),
    "planning:packages": signed_in(404, province, **SEE_RUNS),
    "planning:package": signed_in(404, fund_package, **SEE_RUNS),
    "planning:package_annex": signed_in(404, fund_package, **SEE_RUNS),
    "planning:package_map": signed_in(404, map_of_package, **SEE_RUNS),
    "planning:package_new": signed_in(404, scenario_for_package, department_officer=200, department_head=200),
    "planning:package_edit": signed_in(404, fund_package, department_officer=200, department_head=200),
    "planning:package_drop": signed_in(404, fund_package, method="post", department_officer=302, department_head=302),
    "planning:scenarios": signed_in(404, province, **SEE_RUNS),
    "planning:scenario_new": signed_in(404, province, department_officer=200, department_head=200),
    "planning:scenario": signed_in(404, a_scenario, **SEE_RUNS),
    "planning:scenario_edit": signed_in(404, a_scenario, department_officer=200, department_head=200),
    "planning:scenario_progress": signed_in(404, running_scenario, department_officer=200, department_head=200),
    "planning:scenario_solve": signed_in(404, a_scenario, method="post", department_officer=302, department_head=302),
    "planning:scenario_stop": signed_in(
        404, running_scenario, method="post", department_officer=302, department_head=302
    ),
    "planning:scenario_relax": signed_in(
        404, impossible_scenario, method="post", department_officer=302, department_head=302
    ),
    "planning:scenario_copy": signed_in(404, a_scenario, method="post", department_officer=302, department_head=302),
    "planning:scenario_delete": signed_in(404, a_scenario, department_officer=200, department_head=200),
    "planning:scenario_adopt": signed_in(404, a_scenario, method="post", department_head=302),
    "planning:scenario_give_back": signed_in(404, adopted_scenario, method="post", department_head=302),
    "planning:works": signed_in(404, a_scenario, **SEE_RUNS),
    "planning:wish": signed_in(404, a_scenario, method="post", department_officer=302, department_head=302),
    "planning:scenario_places": signed_in(404, a_scenario, **SEE_RUNS),
    "planning:scenario_map": signed_in(404, a_scenario, **SEE_RUNS),
    "planning:scenario_map_data": signed_in(404, a_scenario, **SEE_RUNS),
    "planning:scenario_export": signed_in(404, annex_of_scenario, **SEE_RUNS),
    "planning:scenario_curve": signed_in(404, a_scenario, method="post", department_officer=302, department_head=302),
    "planning:scenario_tornado": signed_in(404, a_scenario, method="post", department_officer=302, department_head=302),
    "planning:compare": signed_in(404, province, **SEE_RUNS),
    "planning:difference": signed_in(404, two_scenarios, **SEE_RUNS),
    "planning:difference_data": signed_in(404, two_scenarios, **SEE_RUNS),
    "planning:candidate": signed_in(404, a_work, **SEE_RUNS),
    "planning:candidate_move": signed_in(404, a_work, department_officer=200, department_head=200),
    "planning:fibre_plans": signed_in(404, province, **SEE_RUNS),
    "planning:fibre_plan_new": signed_in(404, province, department_officer=200, department_head=200),
    "planning:fibre_plan": signed_in(404, fibre_plan, **SEE_RUNS),
    "planning:fibre_progress": signed_in(404, running_fibre_plan, **SEE_RUNS),
    "planning:fibre_cancel": signed_in(
        404, running_fibre_plan, method="post", department_officer=302, department_head=302
    ),
    "planning:fibre_again": signed_in(404, fibre_plan, method="post", department_officer=302, department_head=302),
    "planning:fibre_remove": signed_in(404, fibre_plan, method="post", department_officer=302, department_head=302),
    "planning:fibre_map": signed_in(404, fibre_plan, **SEE_RUNS),
    "planning:fibre_file": signed_in(404, fibre_file, **SEE_RUNS),
    "planning:weak_points": signed_in(404, province, **SEE_RUNS),
    "planning:weak_map": signed_in(404, province, **SEE_RUNS),
    "planning:weak_close": signed_in(
        404,
        province,
        method="post",
        data={"name": "đoạn cáp", "lon": "106.7", "lat": "21.95"},
        department_officer=302,
        department_head=302,
    ),
}
