"""Addresses of `network`."""

from __future__ import annotations

from tests.access_needs import (
    a_request,
    answer_to_request,
    building_project,
    export_of_masts,
    file_of_works,
    kind_in_province,
    offered_mast,
    operators_cell,
    operators_export,
    operators_mast,
    operators_mast_with_photo,
    operators_proposal,
    operators_station,
    operators_thing,
    operators_upload,
    paper_of_request,
    province,
    public_site,
    rivals_tenancy,
    road_work,
    routed_receipt,
    routed_report,
    sharing_reading,
    sharing_rule,
)
from tests.access_table.rows import (
    CHANGERS,
    OFFICES,
    Row,
    row,
    signed_in,
)
from tests.coverage.needs import (
    doubted_pair,
)

ROWS: dict[str, Row] = {
    "network:report": row(200, province),
    "network:report_receipt": row(200, routed_receipt, data={"khoa": "bi-mat"}),
    "network:receipt_photo": row(200, routed_receipt, data={"khoa": "bi-mat"}),
    "network:report_figures": row(200, province),
    "network:problems": signed_in(200, province, analyst=404, partner=404, administrator=404, stranger=404),
    "network:problem": signed_in(
        200, routed_report, rival=404, analyst=404, partner=404, administrator=404, stranger=404
    ),
    "network:problem_photo": signed_in(
        200, routed_report, rival=404, analyst=404, partner=404, administrator=404, stranger=404
    ),
    "network:publish_problem": signed_in(
        404, routed_report, method="post", commune_officer=302, department_officer=302, department_head=302
    ),
    "network:forget_reporter": signed_in(
        404,
        routed_report,
        method="post",
        commune_officer=302,
        operator=302,
        department_officer=302,
        department_head=302,
    ),
    "network:works": row(200, province),
    "network:joint_work": row(200, road_work),
    "network:work_answer": signed_in(
        404, road_work, method="post", data={"state": "interested"}, operator=302, rival=302
    ),
    "network:work_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:work_edit": signed_in(404, road_work, department_officer=200, department_head=200),
    "network:work_file_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:work_file": signed_in(404, file_of_works, department_officer=200, department_head=200),
    "network:work_file_save": signed_in(404, file_of_works, method="post", department_officer=302, department_head=302),
    "network:work_file_discard": signed_in(
        404, file_of_works, method="post", department_officer=302, department_head=302
    ),
    "network:buildings": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "network:building": signed_in(
        404,
        building_project,
        commune_officer=200,
        commune_leader=200,
        operator=200,
        rival=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "network:building_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:building_edit": signed_in(404, building_project, department_officer=200, department_head=200),
    "network:sites": row(200, province),
    "network:site": row(200, public_site),
    "network:site_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:site_edit": signed_in(404, public_site, department_officer=200, department_head=200),
    "network:register": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "network:things": signed_in(200, kind_in_province, partner=404, administrator=404, stranger=404),
    "network:add_thing": signed_in(
        404, kind_in_province, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:stations": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:cells": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:thing": signed_in(200, operators_thing, rival=404, partner=404, administrator=404, stranger=404),
    "network:photo": signed_in(200, operators_mast_with_photo, rival=404, partner=404, administrator=404, stranger=404),
    "network:edit_thing": signed_in(404, operators_thing, operator=200, department_officer=200, department_head=200),
    "network:undo_thing": signed_in(
        404, operators_thing, operator=302, department_officer=302, department_head=302, method="post"
    ),
    "network:add_station": signed_in(404, operators_mast, operator=200, department_officer=200, department_head=200),
    "network:edit_station": signed_in(
        404, operators_station, operator=200, department_officer=200, department_head=200
    ),
    "network:undo_station": signed_in(
        404, operators_station, operator=302, department_officer=302, department_head=302, method="post"
    ),
    "network:add_cell": signed_in(404, operators_station, operator=200, department_officer=200, department_head=200),
    "network:edit_cell": signed_in(404, operators_cell, operator=200, department_officer=200, department_head=200),
    "network:undo_cell": signed_in(
        404, operators_cell, operator=302, department_officer=302, department_head=302, method="post"
    ),
    "network:export": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "network:export_file": signed_in(200, export_of_masts, partner=404, administrator=404, stranger=404),
    "network:export_result": signed_in(404, operators_export, operator=200),
    "network:requests": signed_in(404, province, operator=200, rival=200, department_officer=200, department_head=200),
    "network:request": signed_in(404, a_request, operator=200, rival=200, department_officer=200, department_head=200),
    "network:request_document": signed_in(
        404, paper_of_request, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:request_new": signed_in(404, offered_mast, rival=200),
    "network:request_act": signed_in(404, answer_to_request, operator=200),
    "network:tenancies": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:tenancy": signed_in(
        404,
        rivals_tenancy,
        operator=200,
        rival=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "network:tenancy_new": signed_in(404, offered_mast, operator=200, department_officer=200, department_head=200),
    "network:tenancy_edit": signed_in(404, rivals_tenancy, operator=200, department_officer=200, department_head=200),
    "network:tenancy_end": signed_in(404, rivals_tenancy, operator=200, department_officer=200, department_head=200),
    "network:upload": signed_in(404, province, operator=200, rival=200, department_officer=200, department_head=200),
    "network:upload_template": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:upload_detail": signed_in(
        404, operators_upload, operator=200, department_officer=200, department_head=200
    ),
    "network:upload_errors": signed_in(
        404, operators_upload, operator=200, department_officer=200, department_head=200
    ),
    "network:upload_file": signed_in(404, operators_upload, operator=200, department_officer=200, department_head=200),
    "network:upload_save": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:upload_reread": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:upload_undo": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:upload_forget": signed_in(
        404, province, method="post", operator=302, rival=302, department_officer=302, department_head=302
    ),
    "network:upload_discard": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:sharing": signed_in(404, province, **OFFICES),
    "network:sharing_things": signed_in(404, sharing_reading, **OFFICES),
    "network:proposals": signed_in(404, province, **OFFICES),
    "network:proposal": signed_in(404, operators_proposal, **OFFICES | {"rival": 404}),
    "network:proposal_new": signed_in(404, province, **CHANGERS),
    "network:proposal_template": signed_in(404, province, **CHANGERS),
    "network:proposal_upload": signed_in(404, province, method="post", **dict.fromkeys(CHANGERS, 422)),
    "network:rules": signed_in(200, province, partner=404, administrator=404, stranger=404),
    "network:rules_adopt": signed_in(404, province, department_officer=200, department_head=200),
    "network:rule_edit": signed_in(404, sharing_rule, department_officer=200, department_head=200),
    "network:rules_end": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "network:duplicates": signed_in(404, province, department_officer=200, department_head=200),
    "network:duplicates_find": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "network:duplicate": signed_in(404, doubted_pair, department_officer=200, department_head=200),
    "network:duplicate_act": signed_in(
        404,
        lambda world, people: doubted_pair(world, people) | {"act": "gop"},
        method="post",
        department_officer=302,
        department_head=302,
    ),
}
