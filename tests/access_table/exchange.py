"""Addresses of `exchange`."""

from __future__ import annotations

from tests.access_needs import (
    province,
)
from tests.access_table.rows import (
    KEEP_SERVICES,
    KEEPERS,
    USE_SERVICES,
    Row,
    row,
    signed_in,
)
from tests.exchange import needs as exchange_needs

ROWS: dict[str, Row] = {
    "idp:oidc:configuration": row(200),
    "idp:oidc:jwks": row(200),
    "idp:oidc:authorization": signed_in(200),
    "idp:oidc:device_authorization": row(404),
    "idp:oidc:logout": row(404),
    "idp:oidc:token": row(400, method="post"),
    "idp:oidc:revoke": row(400, method="post"),
    "idp:oidc:device_code": row(404, method="post"),
    "idp:oidc:userinfo": row(401),
    "exchange_device": row(404),
    "exchange_device_code": row(404, method="post"),
    "exchange_logout": row(404),
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
    "exchange:request_new": signed_in(404, exchange_needs.a_service, operator=200, rival=200, partner=200),
    "exchange:offer": signed_in(
        404, exchange_needs.a_service, method="post", data={"cung-cap": "co"}, department_head=302
    ),
}
