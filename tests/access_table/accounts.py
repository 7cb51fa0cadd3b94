"""Addresses of `accounts`."""

from __future__ import annotations

from tests.access_needs import (
    colleague,
    dead_link,
    department,
    no_key,
    officers_token,
    own_grant,
)
from tests.access_table.rows import (
    Row,
    row,
    signed_in,
)

ROWS: dict[str, Row] = {
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
}
