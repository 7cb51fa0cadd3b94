"""Who gets which answer at every address: the one table that `test_access.py` checks against the real pages.

To add an address, add a line under its URL name. `row(200)` means 200 for everybody; name those who get another answer
(`visitor`, or a name of the `people` fixture). `needs` makes what the address needs and gives the address's arguments.
The makers of needs stand in `access_needs.py` and, for coverage, in `coverage/needs.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.access_needs import (
    Needs,
    a_request,
    answer_to_request,
    boundary_file,
    building_project,
    colleague,
    commune,
    dead_link,
    department,
    draft_document,
    draft_plan,
    draft_report,
    draft_report_template,
    draft_value,
    export_of_masts,
    file_of_works,
    indicator_here,
    kind_in_province,
    no_key,
    nothing,
    offered_mast,
    officers_job,
    officers_token,
    operators_cell,
    operators_export,
    operators_job,
    operators_mast,
    operators_mast_with_photo,
    operators_notice,
    operators_proposal,
    operators_station,
    operators_thing,
    operators_upload,
    own_grant,
    paper_of_request,
    plan_document,
    province,
    provinces_day,
    public_site,
    rivals_tenancy,
    road_file,
    road_work,
    routed_receipt,
    routed_report,
    row_of_document,
    sharing_reading,
    sharing_rule,
    task_of_draft,
    tile_of_operators_mast,
    village,
)
from tests.coverage.needs import (
    a_terrain,
    adopted_run,
    antenna_pattern,
    compared_run,
    doubted_pair,
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
from tests.exchange import needs as exchange_needs
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
from tests.opendata import needs as opendata_needs
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
from tests.planning.package_needs import fund_package, map_of_package, scenario_and_plan, scenario_for_package
from tests.plans.obliged import answered_obligation, line_of_money, money_of_plan, operators_obligation
from tests.quality.outage_needs import (
    beacons_key,
    operators_file,
    operators_outage,
    outage_under_way,
    seen_silence,
)
from tests.quality.page_needs import purpose_here, shared_test
from tests.quality.stats_needs import measurement_load, speed_rule
from tests.sensors import things_needs
from tests.sensors.needs import a_code, operators_gauge
from tests.systems import register_needs as systems_needs
from tests.systems.probe_needs import departments_samples, loaded_link, looked_at
from tests.utilities.needs import an_entry, two_sizes
from tests.utilities.signing_needs import a_certificate, a_proposal, a_signed_document, its_code

WHO = (
    "visitor",
    "commune_officer",
    "commune_leader",
    "operator",
    "rival",
    "department_officer",
    "department_head",
    "analyst",
    "auditor",
    "administrator",
    "stranger",
)


@dataclass(frozen=True)
class Row:
    """What each person is answered at one address."""

    statuses: dict[str, int]
    needs: Needs
    method: str
    data: dict[str, Any]


def row(
    everybody: int, needs: Needs = nothing, *, method: str = "get", data: dict[str, Any] | None = None, **others: int
) -> Row:
    """Say what everybody is answered, and who is answered otherwise."""
    assert set(others) <= set(WHO), f"unknown people: {set(others) - set(WHO)}"
    return Row({who: others.get(who, everybody) for who in WHO}, needs, method, data or {})


def signed_in(everybody: int, needs: Needs = nothing, **more: Any) -> Row:
    """Send visitors to the sign-in page."""
    return row(everybody, needs, visitor=302, **more)


WHOLE = dict.fromkeys(("department_officer", "department_head", "analyst", "auditor"), 200)
OFFICES = dict.fromkeys(("operator", "rival", "department_officer", "department_head", "analyst", "auditor"), 200)
KEEPERS = dict.fromkeys(("department_officer", "department_head"), 200)
READERS = KEEPERS | dict.fromkeys(("analyst", "auditor"), 200)
SEE_RUNS = dict.fromkeys(("department_officer", "department_head", "analyst", "auditor"), 200)
OWING = dict.fromkeys(("operator", "department_officer", "department_head", "auditor"), 200)
CHANGERS = dict.fromkeys(("operator", "rival", "department_officer", "department_head"), 200)
NO_COVERAGE = dict.fromkeys(("commune_officer", "commune_leader", "administrator", "stranger"), 404)
DEPARTMENT = dict.fromkeys(("department_officer", "department_head"), 200)
SEE_ALL_RETURNS = DEPARTMENT | {"auditor": 200}
SEE_COMMUNES_RETURN = SEE_ALL_RETURNS | dict.fromkeys(("commune_officer", "commune_leader"), 200)
SEE_OPERATORS_RETURN = SEE_ALL_RETURNS | {"operator": 200}
COMPOSE = dict.fromkeys(("department_officer", "department_head"), 200)
COMPOSED = dict.fromkeys(COMPOSE, 302)
SEE_OPERATORS_ACT = dict.fromkeys(SEE_OPERATORS_RETURN, 302)
TELLERS = {"operator": 200, "rival": 200, "department_officer": 200, "department_head": 200}
"""Who may tell outages."""

FINDERS = {"department_officer": 200, "department_head": 200, "auditor": 200}
"""Who may know the weaknesses of systems."""

USE_SERVICES = {"operator": 200, "rival": 200, "department_officer": 200, "department_head": 200, "auditor": 200}
"""Who may see agreements and calls: the department all, a partner its own."""
KEEP_SERVICES = {"department_officer": 200, "department_head": 200, "auditor": 200}

SEE_THINGS = dict.fromkeys(
    (
        "commune_officer",
        "commune_leader",
        "operator",
        "rival",
        "department_officer",
        "department_head",
        "analyst",
        "auditor",
    ),
    200,
)
SEE_POWER = {who: status for who, status in SEE_THINGS.items() if who != "rival"}
KEEP_POWER = dict.fromkeys(("operator", "department_officer", "department_head"), 200)
ONLY_SEE_POWER = dict.fromkeys(("commune_officer", "commune_leader", "analyst", "auditor"), 403)
ACT_ON_POWER = ONLY_SEE_POWER | dict.fromkeys(KEEP_POWER, 302)

ACCESS: dict[str, Row] = {
    "exchange_token": row(400, method="post"),
    "idp:oidc:configuration": row(200),
    "idp:oidc:jwks": row(200),
    "idp:oidc:authorization": signed_in(200),
    "idp:oidc:device_authorization": signed_in(200),
    "idp:oidc:logout": row(200, visitor=302),
    "idp:oidc:token": row(400, method="post"),
    "idp:oidc:revoke": row(400, method="post"),
    "idp:oidc:device_code": row(400, method="post"),
    "idp:oidc:userinfo": row(401),
    "xroad:call": row(404, exchange_needs.a_member_service),
    "exchange:call": row(401, lambda world, people: {"code": "thon-phu-song"}),
    "exchange:keys": row(200),
    "exchange:log_head": row(200),
    "exchange:log_consistency": row(422),
    "exchange:log_proof": row(
        404,
        exchange_needs.operators_call,
        operator=200,
        **KEEP_SERVICES,
    ),
    "exchange:agreement": signed_in(404, exchange_needs.operators_agreement, operator=200, **KEEP_SERVICES),
    "exchange:agreement_act": signed_in(404, exchange_needs.operators_step, method="post", operator=302),
    "exchange:key_rotate": signed_in(
        404, exchange_needs.operators_key, method="post", department_officer=200, department_head=200
    ),
    "exchange:key_revoke": signed_in(
        404, exchange_needs.operators_key, method="post", department_officer=302, department_head=302
    ),
    "exchange:outside": signed_in(404, exchange_needs.an_outside_service, **KEEP_SERVICES),
    "exchange:outside_edit": signed_in(404, exchange_needs.an_outside_service, department_head=200),
    "exchange:outside_call": signed_in(404, exchange_needs.an_unknown_call, **KEEP_SERVICES),
    "exchange:outside_decide": signed_in(
        404, exchange_needs.a_fate, method="post", department_officer=302, department_head=302
    ),
    "exchange:catalogue": row(200, province),
    "exchange:agreements": signed_in(404, province, **USE_SERVICES),
    "exchange:partner_keys": signed_in(404, province, **USE_SERVICES),
    "exchange:key_new": signed_in(404, province, **KEEPERS),
    "exchange:console": signed_in(404, province, **USE_SERVICES),
    "exchange:calls": signed_in(404, province, **USE_SERVICES),
    "exchange:outsides": signed_in(404, province, **KEEP_SERVICES),
    "exchange:outside_new": signed_in(404, province, department_head=200),
    "exchange:service": row(200, exchange_needs.a_service),
    "exchange:openapi": row(200, exchange_needs.a_service),
    "exchange:request_new": signed_in(404, exchange_needs.a_service, operator=200, rival=200),
    "exchange:offer": signed_in(
        404, exchange_needs.a_service, method="post", data={"cung-cap": "co"}, department_head=302
    ),
    # things in the field
    "sensors:things": row(200, things_needs.province),
    "sensors:alerts": row(200, things_needs.province),
    "sensors:thing": row(404, things_needs.power_thing, **SEE_POWER),
    "sensors:threshold_new": signed_in(404, things_needs.power_thing, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:threshold_edit": signed_in(404, things_needs.power_rule, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:alert": row(404, things_needs.power_alert, **SEE_POWER),
    "sensors:alert_take": signed_in(404, things_needs.power_alert, method="post", **ACT_ON_POWER),
    "sensors:alert_close": signed_in(
        404, things_needs.power_alert, method="post", data={"note": "đã chạy máy phát"}, **ACT_ON_POWER
    ),
    "web:own_wall": signed_in(302),
    "web:wall": signed_in(404, things_needs.province, **SEE_THINGS),
    "web:power_out": signed_in(404, things_needs.open_power_alert, **SEE_THINGS),
    "account_login": row(302, visitor=200),
    "account_logout": row(200, visitor=302),
    "account_inactive": row(200),
    "account_signup": row(302, visitor=200),
    "account_reauthenticate": signed_in(200),
    "account_email": signed_in(200),
    "account_email_verification_sent": row(200),
    "account_confirm_email": row(200, lambda world, people: {"key": "abc"}),
    "account_change_password": signed_in(200),
    "account_set_password": signed_in(302),
    "account_reset_password": row(200),
    "account_reset_password_done": row(200),
    "account_reset_password_from_key": row(200, dead_link),
    "account_reset_password_from_key_done": row(200),
    "account_confirm_login_code": row(302),
    "socialaccount_login_cancelled": row(200),
    "socialaccount_login_error": row(401),
    "socialaccount_signup": row(302),
    "socialaccount_connections": signed_in(200),
    "openid_connect_login": row(404, lambda world, people: {"provider_id": "ngoai"}),
    "openid_connect_callback": row(404, lambda world, people: {"provider_id": "ngoai"}),
    "mfa_index": signed_in(200),
    "mfa_authenticate": row(302),
    "mfa_reauthenticate": signed_in(302),
    "mfa_activate_totp": signed_in(302),
    "mfa_deactivate_totp": signed_in(404),
    "mfa_view_recovery_codes": signed_in(404),
    "mfa_generate_recovery_codes": signed_in(302),
    "mfa_download_recovery_codes": signed_in(404),
    "mfa_list_webauthn": signed_in(200),
    "mfa_add_webauthn": signed_in(302),
    "mfa_edit_webauthn": signed_in(302, no_key),
    "mfa_remove_webauthn": signed_in(302, no_key),
    "mfa_reauthenticate_webauthn": signed_in(302),
    "mfa_login_webauthn": row(302),
    "sensors:sta_root": row(200),
    "sensors:sta_root_slash": row(200),
    "sensors:sta": row(200, operators_gauge, visitor=404, rival=404, administrator=404, stranger=404),
    "sensors:take": row(401, method="post"),
    "sensors:take_stream": row(401, a_code, method="post"),
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
    "accounts:me": signed_in(200),
    "accounts:tokens": signed_in(200),
    "accounts:token_revoke": signed_in(404, officers_token, method="post", department_officer=302),
    "accounts:people": signed_in(403, administrator=200, auditor=200),
    "accounts:person_new": signed_in(403, administrator=200),
    "accounts:person": signed_in(404, colleague, administrator=200, auditor=200, department_officer=200),
    "accounts:person_edit": signed_in(404, colleague, administrator=200, auditor=403, department_officer=403),
    "accounts:grant": signed_in(404, colleague, method="post", administrator=422, auditor=403, department_officer=403),
    "accounts:revoke": signed_in(404, own_grant, method="post", administrator=302, auditor=403, department_officer=403),
    "accounts:link": signed_in(404, colleague, method="post", administrator=200, auditor=403, department_officer=403),
    "accounts:close": signed_in(404, colleague, method="post", administrator=302, auditor=403, department_officer=403),
    "accounts:reopen": signed_in(404, colleague, method="post", administrator=302, auditor=403, department_officer=403),
    "accounts:remove_second_factor": signed_in(
        404, colleague, method="post", administrator=302, auditor=403, department_officer=403
    ),
    "accounts:organisations": signed_in(200),
    "accounts:organisation": signed_in(200, department),
    "accounts:organisation_new": signed_in(
        403, department_officer=200, department_head=200, administrator=200, stranger=200
    ),
    "accounts:organisation_edit": signed_in(
        403, department, department_officer=200, department_head=200, administrator=200
    ),
    "accounts:succession_new": signed_in(
        403, department, method="post", department_officer=422, department_head=422, administrator=422
    ),
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
        200, province, commune_officer=404, commune_leader=404, administrator=404, stranger=404
    ),
    "plans:legal_forms_file": signed_in(
        200,
        lambda world, people: province(world, people) | {"kind": "xlsx"},
        commune_officer=404,
        commune_leader=404,
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
    "places:communes": row(200, province),
    "places:edit": signed_in(404, commune, department_officer=200, department_head=200, administrator=200),
    "places:boundary": signed_in(404, village, department_officer=200, department_head=200, administrator=200),
    "places:succession": row(200, commune),
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
    "web:home": row(302, visitor=200, administrator=302),
    "web:about": row(200),
    "web:search": row(200),
    "web:suggest": row(200),
    "web:place": row(200, commune),
    "web:tile": row(
        200, tile_of_operators_mast, data={"tinh": "20"}, visitor=404, rival=204, administrator=404, stranger=404
    ),
    "web:province": row(200, province),
    "web:indicator": row(200, indicator_here),
    "web:map": row(200, province),
    "web:choropleth": row(200, province),
    "web:map_sheet": row(200, province),
    "web:country_map": row(200),
    "web:country_choropleth": row(200),
    "web:country_sheet": row(200),
    "pages:ground": row(200),
    "web:whereabouts": row(200, data={"lon": "106.7", "lat": "21.95"}),
    "web:boundaries": signed_in(404, department_officer=200, department_head=200, administrator=200, stranger=200),
    "web:boundary_upload": signed_in(
        404, boundary_file, department_officer=200, department_head=200, administrator=200
    ),
    "web:boundary_lists": signed_in(404, boundary_file, department_officer=200, department_head=200, administrator=200),
    "web:boundary_file": signed_in(404, boundary_file, department_officer=200, department_head=200, administrator=200),
    "web:boundary_reread": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_save": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_discard": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_undo": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:roads": signed_in(404, department_officer=200, department_head=200, administrator=200, stranger=200),
    "web:road_upload": signed_in(404, road_file, department_officer=200, department_head=200, administrator=200),
    "web:road_file": signed_in(404, road_file, department_officer=200, department_head=200, administrator=200),
    "web:road_save": signed_in(
        404, road_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:road_discard": signed_in(
        404, road_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
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
    "network:report": row(200, province),
    "network:report_receipt": row(200, routed_receipt, data={"khoa": "bi-mat"}),
    "network:receipt_photo": row(200, routed_receipt, data={"khoa": "bi-mat"}),
    "network:report_figures": row(200, province),
    "network:problems": signed_in(200, province, analyst=404, administrator=404, stranger=404),
    "network:problem": signed_in(200, routed_report, rival=404, analyst=404, administrator=404, stranger=404),
    "network:problem_photo": signed_in(200, routed_report, rival=404, analyst=404, administrator=404, stranger=404),
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
    "network:buildings": signed_in(200, province, administrator=404, stranger=404),
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
    "network:register": signed_in(200, province, administrator=404, stranger=404),
    "network:things": signed_in(200, kind_in_province, administrator=404, stranger=404),
    "network:add_thing": signed_in(
        404, kind_in_province, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:stations": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:cells": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:thing": signed_in(200, operators_thing, rival=404, administrator=404, stranger=404),
    "network:photo": signed_in(200, operators_mast_with_photo, rival=404, administrator=404, stranger=404),
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
    "network:export": signed_in(200, province, administrator=404, stranger=404),
    "network:export_file": signed_in(200, export_of_masts, administrator=404, stranger=404),
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
    "network:rules": signed_in(200, province, administrator=404, stranger=404),
    "network:rules_adopt": signed_in(404, province, department_officer=200, department_head=200),
    "network:rule_edit": signed_in(404, sharing_rule, department_officer=200, department_head=200),
    "network:rules_end": signed_in(404, province, method="post", department_officer=302, department_head=302),
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
    "coverage:terrains": signed_in(404, province, **SEE_RUNS),
    "coverage:new_terrain": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:terrain": signed_in(404, a_terrain, **SEE_RUNS),
    "coverage:terrain_picture": signed_in(404, heights_of_terrain, **SEE_RUNS),
    "coverage:terrain_file": signed_in(404, heights_of_terrain, **SEE_RUNS),
    "coverage:discard_terrain": signed_in(404, a_terrain, method="post", department_officer=302, department_head=302),
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
    "coverage:verification_photo": signed_in(200, photo_of_trial, rival=404, administrator=404, stranger=404),
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
    # outages
    "api:beat": row(401, method="post"),
    "api:put_outages": row(401, province, method="post"),
    "quality:outages": signed_in(200, province, administrator=404, stranger=404),
    "quality:availability": signed_in(200, province, administrator=404, stranger=404),
    "quality:outage": signed_in(200, operators_outage, rival=404, administrator=404, stranger=404),
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
    # probes of systems, load of links
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
    # systems: registers, and what is missing in them
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
    # measuring in the browser, address blocks, demand
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
    "quality:demand_list": signed_in(200, province, administrator=404, stranger=404),
    "quality:purpose_settings": signed_in(404, province, **DEPARTMENT),
    "quality:purpose_setting": signed_in(404, purpose_here, **DEPARTMENT),
    # quality: loads of measurements, statistics of speed
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
    # open data
    "opendata:portal": row(200),
    "opendata:catalogue": row(200, opendata_needs.whole_catalogue),
    "opendata:dataset": row(200, opendata_needs.a_dataset),
    "opendata:dataset_dcat": row(200, opendata_needs.described),
    "opendata:file": row(200, opendata_needs.a_file),
    "opendata:old_file": row(200, opendata_needs.an_old_file),
    "opendata:report_error": row(200, opendata_needs.a_dataset),
    "opendata:reports": signed_in(404, province, **DEPARTMENT),
    "opendata:report": signed_in(404, opendata_needs.an_error_report, **DEPARTMENT),
    "opendata:ckan": row(200, opendata_needs.an_action),
    "opendata:ckan_unversioned": row(200, opendata_needs.an_action),
    "opendata:ogc": row(200),
    "opendata:ogc_conformance": row(200),
    "opendata:ogc_api": row(200),
    "opendata:ogc_collections": row(200),
    "opendata:ogc_collection": row(200, opendata_needs.a_collection),
    "opendata:ogc_queryables": row(200, opendata_needs.a_collection),
    "opendata:ogc_items": row(200, opendata_needs.a_collection),
    "opendata:ogc_item": row(200, opendata_needs.a_feature),
}
