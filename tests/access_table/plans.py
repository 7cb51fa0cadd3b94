"""Addresses of `plans`."""

from __future__ import annotations

from tests.access_needs import (
    draft_document,
    draft_plan,
    draft_report,
    draft_report_template,
    plan_document,
    province,
    row_of_document,
    task_of_draft,
)
from tests.access_table.rows import (
    OWING,
    SEE_RUNS,
    Row,
    row,
    signed_in,
)
from tests.planning.package_needs import scenario_and_plan
from tests.plans.obliged import answered_obligation, line_of_money, money_of_plan, operators_obligation

ROWS: dict[str, Row] = {
    "plans:plan": row(404, draft_plan, department_officer=200, department_head=200),
    "plans:obligation": signed_in(404, operators_obligation, **OWING),
    "plans:obligation_file": signed_in(404, answered_obligation, **OWING),
    "plans:obligations": signed_in(404, province, commune_officer=200, commune_leader=200, rival=200, **OWING),
    "plans:funding": signed_in(404, money_of_plan, **SEE_RUNS),
    "plans:funding_upload": signed_in(404, money_of_plan, method="post", department_officer=422, department_head=422),
    "plans:funding_remove": signed_in(404, line_of_money, method="post", department_officer=302, department_head=302),
    "plans:foresight": row(404, draft_plan, department_officer=200, department_head=200),
    "plans:plans_for_scenario": signed_in(404, scenario_and_plan, department_officer=302, department_head=302),
    "plans:tasks_from_works": signed_in(404, draft_plan, department_officer=200, department_head=200),
    "plans:task": row(404, task_of_draft, department_officer=200, department_head=200),
    "plans:report": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_tools": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_docx": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_pdf": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_template": row(404, draft_report_template, department_officer=200, department_head=200),
    "plans:document": row(404, draft_document, department_officer=200, department_head=200),
    "plans:legal_forms": signed_in(
        200, province, commune_officer=404, commune_leader=404, partner=404, administrator=404, stranger=404
    ),
    "plans:legal_forms_file": signed_in(
        200,
        lambda world, people: province(world, people) | {"kind": "xlsx"},
        commune_officer=404,
        commune_leader=404,
        partner=404,
        administrator=404,
        stranger=404,
    ),
    "plans:reading_new": signed_in(404, province, department_officer=200, department_head=200),
    "plans:reading": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_file": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_compare": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_publish": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_row": signed_in(404, row_of_document, department_officer=302, department_head=302),
    "plans:reading_row_act": signed_in(
        404,
        lambda world, people: row_of_document(world, people) | {"act": "nhan"},
        method="post",
        department_officer=302,
        department_head=302,
    ),
    "plans:reading_act": signed_in(
        404,
        lambda world, people: plan_document(world, people) | {"act": "nhan-chac"},
        method="post",
        department_officer=302,
        department_head=302,
    ),
    "plans:reading_discard": signed_in(404, plan_document, method="post", department_officer=302, department_head=302),
    "plans:reading_withdraw": signed_in(404, plan_document, method="post", department_officer=302, department_head=302),
}
