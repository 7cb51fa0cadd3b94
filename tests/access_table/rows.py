"""What a line of the access table says, and the roles that many lines name together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.access_needs import Needs, nothing

WHO = (
    "visitor",
    "commune_officer",
    "commune_leader",
    "operator",
    "rival",
    "partner",
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
NO_COVERAGE = dict.fromkeys(("commune_officer", "commune_leader", "partner", "administrator", "stranger"), 404)
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

KEEP_SERVICES = {"department_officer": 200, "department_head": 200, "auditor": 200}
USE_SERVICES = KEEP_SERVICES | {"operator": 200, "rival": 200, "partner": 200}
"""Who may see agreements and calls: the department all, a partner its own."""

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
ADD_THINGS = dict.fromkeys(("operator", "rival", "department_officer", "department_head"), 200)
KEEP_POWER = dict.fromkeys(("operator", "department_officer", "department_head"), 200)
ONLY_SEE_POWER = dict.fromkeys(("commune_officer", "commune_leader", "analyst", "auditor"), 403)
ACT_ON_POWER = ONLY_SEE_POWER | dict.fromkeys(KEEP_POWER, 302)
