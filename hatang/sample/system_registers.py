"""Stores the made-up registers of systems of a province, and lets somebody work on a part of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hatang.accounts.models import Organisation
from hatang.accounts.roles import Role
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.sample.cast import holder
from hatang.sample.link_loads import make_link_loads
from hatang.sample.systems import (
    ground_of,
    make_agencies,
    make_centres,
    make_clouds,
    make_hosts,
    make_links,
    make_others,
    make_pages,
    make_systems,
    make_uses,
)
from hatang.systems.models import Entry, SystemFinding
from hatang.systems.services import compute_findings

REASON = "Dữ liệu mô phỏng"
GIVEN = 6


def fill_systems(province: Place, communes: Sequence[Place], operators: Sequence[Organisation], today: date) -> None:
    """Make and store each kind after those to which its rows point, then compute what is missing."""
    organisations = list(Organisation.objects.filter(province=province).in_force(today).order_by("key"))
    ground = ground_of(province, communes, organisations, operators, today)
    agencies = make_agencies(ground)
    keep_entries(agencies)
    centres = make_centres(ground)
    keep_entries(centres)
    clouds = make_clouds(ground, centres[0])
    keep_entries(clouds)
    systems = make_systems(ground, agencies, centres[0], clouds[0])
    keep_entries(systems)
    keep_entries(make_hosts(ground, centres[0], clouds[0]))
    keep_entries(make_pages(ground, systems[0], agencies))
    keep_entries(make_links(ground, agencies, centres[0]))
    of_clouds, of_systems = make_uses(ground, agencies, clouds, systems)
    others: list[Sequence[Entry]] = [of_clouds, of_systems, *make_others(ground, agencies)]
    for rows in others:
        keep_entries(rows)
    make_link_loads(province, today)
    compute_findings(province=province, on=today)


def keep_entries(rows: Sequence[Entry]) -> None:
    """Store rows with the first line of their history."""
    for row in rows:
        row.fill_keys()
    if rows:
        bulk_create_with_history(rows, type(rows[0]), batch_size=500, default_change_reason=REASON)


def give_out_findings(province: Place) -> None:
    """Give the oldest findings to an officer, so that the list shows what working through it looks like."""
    officer = holder(province, Role.DEPARTMENT_OFFICER)
    for row in SystemFinding.objects.filter(province=province).order_by("rule", "pk")[:GIVEN]:
        row.assigned_to, row.note = officer, "Đã gửi văn bản nhắc (mẫu)."
        row._change_reason = REASON  # type: ignore[attr-defined]
        row.save()
