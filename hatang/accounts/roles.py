"""Who may do what: one table from role to permissions, read by the backend, by QuerySets and by the handbook.

A permission is `package.verb_thing`. Each grant of a role has a scope (a province, a place in it, an organisation);
a permission holds only inside the scope of the grant that brings it.
"""

from django.db.models import TextChoices


class Role(TextChoices):
    """The roles of an installation; a visitor is somebody who has not signed in."""

    COMMUNE_OFFICER = "commune_officer", "cán bộ xã, phường"
    COMMUNE_LEADER = "commune_leader", "lãnh đạo xã, phường"
    OPERATOR = "operator", "doanh nghiệp viễn thông"
    PARTNER = "partner", "đơn vị dùng dữ liệu"
    DEPARTMENT_OFFICER = "department_officer", "cán bộ Sở"
    DEPARTMENT_HEAD = "department_head", "lãnh đạo Sở"
    ANALYST = "analyst", "phân tích số liệu"
    AUDITOR = "auditor", "thanh tra, kiểm toán"
    ADMINISTRATOR = "administrator", "quản trị"


READ_REPORTS = {"network.view_report"}
ANSWER_REPORTS = READ_REPORTS | {"network.answer_report"}
READ_PROVINCE = {
    "coverage.view_challenge",
    "coverage.view_evidence",
    "coverage.view_run",
    "indicators.query_tables",
    "indicators.view_draft",
    "network.view_thing",
    "network.view_station",
    "planning.view_scenario",
    "plans.view_oddity",
    "quality.view_measurement",
    "quality.view_outage",
    "sensors.view_thing",
    "systems.view_link",
    "systems.view_register",
    "utilities.view_certificate",
    "utilities.view_document",
}
OFFICER = (
    READ_PROVINCE
    | ANSWER_REPORTS
    | {
        "places.change_place",
        "accounts.change_organisation",
        "coverage.bring_measurement",
        "coverage.compute_run",
        "coverage.decide_challenge",
        "coverage.open_challenge",
        "coverage.verify_service",
        "exchange.change_service",
        "exchange.view_exchange",
        "work.change_calendar",
        "indicators.change_form",
        "indicators.change_programme",
        "indicators.check_return",
        "indicators.compare_operators",
        "indicators.compute_value",
        "indicators.file_return",
        "indicators.publish_value",
        "indicators.record_value",
        "indicators.view_return",
        "network.change_register",
        "network.change_rules",
        "network.change_work",
        "network.view_request",
        "opendata.answer_report",
        "planning.change_scenario",
        "plans.answer_obligation",
        "plans.change_plan",
        "plans.view_obligation",
        "plans.write_report",
        "quality.bring_measurement",
        "quality.change_outage",
        "quality.change_settings",
        "sensors.change_thing",
        "systems.change_register",
        "systems.probe",
        "systems.view_finding",
        "systems.work_finding",
        "utilities.change_certificate",
        "utilities.propose_document",
    }
)

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.COMMUNE_OFFICER: frozenset(
        ANSWER_REPORTS
        | {
            "coverage.verify_service",
            "coverage.view_evidence",
            "indicators.file_return",
            "indicators.record_value",
            "indicators.view_return",
            "network.view_thing",
            "plans.answer_obligation",
            "plans.view_obligation",
            "quality.view_measurement",
            "quality.view_outage",
            "sensors.view_thing",
        }
    ),
    Role.COMMUNE_LEADER: frozenset(
        READ_REPORTS
        | {
            "coverage.view_evidence",
            "indicators.sign_return",
            "indicators.view_return",
            "network.view_thing",
            "plans.view_obligation",
            "quality.view_measurement",
            "quality.view_outage",
            "sensors.view_thing",
        }
    ),
    Role.OPERATOR: frozenset(
        ANSWER_REPORTS
        | {
            "coverage.answer_challenge",
            "coverage.view_challenge",
            "coverage.view_evidence",
            "coverage.view_run",
            "exchange.request_service",
            "network.view_thing",
            "network.view_station",
            "network.change_register",
            "network.view_request",
            "indicators.compare_operators",
            "indicators.file_return",
            "indicators.view_return",
            "plans.answer_obligation",
            "plans.report_task",
            "plans.view_obligation",
            "quality.change_outage",
            "quality.view_measurement",
            "quality.view_outage",
            "sensors.change_thing",
            "sensors.view_thing",
            "systems.view_link",
        }
    ),
    Role.PARTNER: frozenset({"exchange.request_service"}),
    Role.DEPARTMENT_OFFICER: frozenset(OFFICER | {"plans.report_task"}),
    Role.DEPARTMENT_HEAD: frozenset(
        OFFICER
        | {
            "plans.report_task",
            "coverage.adopt_run",
            "exchange.agree_service",
            "planning.adopt_scenario",
            "indicators.approve_return",
            "indicators.approve_value",
            "network.supervise_request",
            "utilities.sign_document",
        }
    ),
    Role.ANALYST: frozenset(READ_PROVINCE),
    Role.AUDITOR: frozenset(
        READ_PROVINCE
        | READ_REPORTS
        | {
            "accounts.view_person",
            "accounts.view_history",
            "exchange.view_exchange",
            "indicators.view_return",
            "plans.view_obligation",
            "systems.view_finding",
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            "accounts.view_person",
            "accounts.change_person",
            "accounts.view_history",
            "accounts.change_organisation",
            "places.change_place",
            "work.change_calendar",
        }
    ),
}

NEEDS_ORGANISATION = (Role.OPERATOR, Role.PARTNER)
NEEDS_PLACE = (Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER)
MAY_SPAN_INSTALLATION = (Role.ADMINISTRATOR, Role.AUDITOR, Role.ANALYST)


def roles_with(permission: str) -> list[str]:
    """Give the roles that hold a permission."""
    return [role for role, held in PERMISSIONS.items() if permission in held]
