"""Addresses of `indicators`."""

from __future__ import annotations

from tests.access_needs import (
    draft_value,
    indicator_here,
    province,
)
from tests.access_table.rows import (
    COMPOSE,
    COMPOSED,
    DEPARTMENT,
    SEE_ALL_RETURNS,
    SEE_OPERATORS_ACT,
    SEE_OPERATORS_RETURN,
    SEE_RUNS,
    Row,
    row,
    signed_in,
)
from tests.indicators.form_needs import (
    drafts_check,
    drafts_item,
    form_draft,
    province_with_indicators,
    published_form,
    published_version,
)
from tests.indicators.index_needs import a_mark_with_evidence, a_programme, an_assessment, an_index_set
from tests.indicators.needs import (
    act_on_period,
    cell_with_evidence,
    checking_of_return,
    communes_return,
    evidence_of_cell,
    finding_of_return,
    open_period,
    operators_return,
    period_to_check,
)
from tests.indicators.publication_needs import proposed_set, published_set, published_year
from tests.indicators.restating_needs import OLD_INDICATOR, indicator_of_commune, old_file
from tests.indicators.table_needs import shared_view

ROWS: dict[str, Row] = {
    "indicators:list": row(200),
    "indicators:value": row(
        404,
        draft_value,
        commune_officer=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "indicators:rows": row(404, draft_value),
    "indicators:choose": signed_in(404, draft_value, method="post", department_head=302),
    "indicators:record": signed_in(404, province, commune_officer=200, department_officer=200, department_head=200),
    "indicators:recount": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "indicators:periods": signed_in(404, province, **SEE_ALL_RETURNS),
    "indicators:period": signed_in(404, open_period, **SEE_ALL_RETURNS),
    "indicators:period_new": signed_in(404, province, **DEPARTMENT),
    "indicators:period_extend": signed_in(404, open_period, **DEPARTMENT),
    "indicators:period_act": signed_in(404, act_on_period, method="post", department_officer=302, department_head=302),
    "indicators:late_returns": signed_in(404, province, **SEE_ALL_RETURNS),
    "indicators:returns": signed_in(200),
    "indicators:return": signed_in(404, operators_return, **SEE_OPERATORS_RETURN),
    "indicators:return_cells": signed_in(404, communes_return, method="post", commune_officer=422),
    "indicators:return_cell": signed_in(404, cell_with_evidence, **SEE_OPERATORS_RETURN),
    "indicators:return_evidence": signed_in(404, evidence_of_cell, **SEE_OPERATORS_RETURN),
    "indicators:return_template": signed_in(404, operators_return, **SEE_OPERATORS_RETURN),
    "indicators:return_file": signed_in(404, operators_return, operator=200),
    "indicators:return_rows": signed_in(404, communes_return),
    "indicators:return_desk": signed_in(404, province, **SEE_ALL_RETURNS),
    "indicators:return_desk_act": signed_in(
        404, period_to_check, method="post", data={"viec": "kiem-lai"}, department_officer=302, department_head=302
    ),
    "indicators:return_act": signed_in(404, checking_of_return, **SEE_OPERATORS_ACT),
    "indicators:return_finding": signed_in(
        404,
        finding_of_return,
        method="post",
        data={"ly_do": "Đúng vậy"},
        operator=302,
    ),
    "indicators:index_sets": signed_in(404, province, **SEE_RUNS),
    "indicators:index_set": signed_in(404, an_index_set, **SEE_RUNS),
    "indicators:index_set_copy": signed_in(
        404, an_index_set, method="post", department_officer=302, department_head=302
    ),
    "indicators:assessment": signed_in(404, an_assessment, **SEE_RUNS),
    "indicators:assessment_finish": signed_in(
        404, an_assessment, method="post", department_officer=302, department_head=302
    ),
    "indicators:mark_evidence": signed_in(404, a_mark_with_evidence, **SEE_RUNS),
    "indicators:programmes": signed_in(404, province, commune_officer=200, **SEE_RUNS),
    "indicators:programme": signed_in(404, a_programme, commune_officer=200, **SEE_RUNS),
    "indicators:programme_new": signed_in(404, province, department_officer=200, department_head=200),
    "indicators:programme_edit": signed_in(404, a_programme, department_officer=200, department_head=200),
    "indicators:programme_counts": signed_in(
        404, a_programme, commune_officer=200, department_officer=200, department_head=200
    ),
    "indicators:programme_upload": signed_in(
        404, a_programme, commune_officer=200, department_officer=200, department_head=200
    ),
    "indicators:analysis": signed_in(404, province, operator=200, rival=200, **SEE_RUNS),
    "indicators:sql": signed_in(404, province, **SEE_RUNS),
    "indicators:whole_table": signed_in(404, province, **SEE_RUNS),
    "indicators:save_view": signed_in(404, province, method="post", **dict.fromkeys(SEE_RUNS, 302)),
    "indicators:saved_view": signed_in(404, shared_view, **dict.fromkeys(SEE_RUNS, 302)),
    "indicators:drop_view": signed_in(404, shared_view, method="post", analyst=302),
    "indicators:restated": row(200, indicator_here),
    "indicators:restated_place": row(200, indicator_of_commune),
    "indicators:old_series": signed_in(404, province, department_officer=200, department_head=200),
    "indicators:old_series_template": signed_in(404, province, department_officer=200, department_head=200),
    "indicators:old_series_file": signed_in(404, old_file, data={"chi-tieu": OLD_INDICATOR}, department_officer=200),
    "indicators:approve": signed_in(404, province, department_officer=200, department_head=200),
    "indicators:publications": row(200, province),
    "indicators:published_table": row(200, published_year),
    "indicators:publication": row(404, proposed_set, department_officer=200, department_head=200),
    "indicators:publication_confirm": signed_in(
        404, proposed_set, method="post", department_officer=302, department_head=302
    ),
    "indicators:publication_sign": signed_in(
        404, published_set, method="post", department_officer=302, department_head=302
    ),
    "indicators:publication_withdraw": signed_in(
        404, proposed_set, method="post", department_officer=302, department_head=302
    ),
    "indicators:return_forms": signed_in(404, province, **COMPOSE),
    "indicators:return_form_new": signed_in(404, province, **COMPOSE),
    "indicators:return_form_adopt": signed_in(
        404, province_with_indicators, method="post", data={"form": "xa-nam"}, **COMPOSED
    ),
    "indicators:return_form": signed_in(404, published_form, **COMPOSE),
    "indicators:return_form_edit": signed_in(404, published_form, **COMPOSE),
    "indicators:return_form_retire": signed_in(404, published_form, method="post", **COMPOSED),
    "indicators:return_form_draft": signed_in(404, published_form, method="post", **COMPOSED),
    "indicators:form_version": signed_in(404, published_version, **COMPOSE),
    "indicators:form_draft": signed_in(404, form_draft, **COMPOSE),
    "indicators:form_item_new": signed_in(404, form_draft, **COMPOSE),
    "indicators:form_check_new": signed_in(404, form_draft, **COMPOSE),
    "indicators:form_try": signed_in(404, form_draft, **COMPOSE),
    "indicators:form_template": signed_in(404, published_version, **COMPOSE),
    "indicators:form_publish": signed_in(404, form_draft, **COMPOSE),
    "indicators:form_discard": signed_in(404, form_draft, method="post", **COMPOSED),
    "indicators:form_item": signed_in(404, drafts_item, **COMPOSE),
    "indicators:form_item_move": signed_in(404, drafts_item, method="post", data={"steps": "1"}, **COMPOSED),
    "indicators:form_item_remove": signed_in(404, drafts_item, **COMPOSE),
    "indicators:form_check": signed_in(404, drafts_check, **COMPOSE),
    "indicators:form_check_remove": signed_in(404, drafts_check, method="post", **COMPOSED),
}
