"""A scenario edited by hand: works pinned, forbidden, moved; then solved again in place."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.pages.histories import bulk_update_with_history
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services import candidates
from hatang.planning.services.scenarios import require_change, require_open
from hatang.planning.services.solving import solve_in_place

MOST_AT_ONCE = 500


def wish_works(*, actor: Person, scenario: Scenario, works: Collection[int], wish: str) -> Scenario:
    """Write what a person decided of some works, and solve again in place.

    Raises ValidationError for none, too many, or works of another scenario, and changes nothing then.
    """
    require_change(actor, scenario)
    if wish not in Candidate.Wish.values:
        raise ValidationError("Chọn ghim, cấm hoặc để máy chọn.")
    if not works:
        raise ValidationError("Đánh dấu ít nhất một công trình.")
    if len(works) > MOST_AT_ONCE:
        raise ValidationError(f"Mỗi lần nhiều nhất {MOST_AT_ONCE} công trình.")
    with transaction.atomic():
        require_open(Scenario.objects.select_for_update().get(pk=scenario.pk))
        rows = list(scenario.candidates.filter(pk__in=works))
        if len(rows) != len(set(works)):
            raise ValidationError("Có công trình không còn trong phương án: mở lại danh sách rồi chọn.")
        for row in rows:
            row.wish = wish
        bulk_update_with_history(rows, Candidate, ["wish"], batch_size=500, default_user=actor)
    return solve_in_place(actor=actor, scenario=scenario)


def move_work(*, actor: Person, candidate: Candidate, lon: float, lat: float) -> Scenario:
    """Move a work: what it serves, its power, backhaul and costs are computed anew; then solve again in place."""
    scenario = candidate.scenario
    require_change(actor, scenario)
    with transaction.atomic():
        require_open(Scenario.objects.select_for_update().get(pk=scenario.pk))
        candidates.move_candidate(actor=actor, candidate=candidate, lon=lon, lat=lat)
    return solve_in_place(actor=actor, scenario=scenario)
