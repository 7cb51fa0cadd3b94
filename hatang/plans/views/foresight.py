"""Which targets will be missed, known early; and what would have to happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.plans.models import Plan
from hatang.plans.services import Foreseen, TargetProgress, early_finding, foresee, progress_of
from hatang.plans.states import FORESEEN_MISSED, FORESEEN_UNSURE

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

LISTED = 5


@dataclass(frozen=True)
class Early:
    """What a plan's page shows of what is foreseen: the sentence, all open targets, those likeliest to be missed."""

    finding: str
    found: Sequence[Foreseen]
    worst: Sequence[Foreseen]


def early_of(plan: Plan, own: Sequence[TargetProgress], person: Someone, today: date) -> Early | None:
    """Give the targets of a plan that are likeliest to be missed; None where nothing can be foreseen."""
    found = foresee(own, province=plan.province, person=person, today=today)
    worst = [f for f in found if f.state in (FORESEEN_MISSED, FORESEEN_UNSURE)][:LISTED]
    return Early(early_finding(found), found, worst) if found else None


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show all targets of a plan that are still open, likeliest to be missed first."""
    plans = Plan.objects.visible_to(request.user).select_related("province", "territory")
    plan, today = get_object_or_404(plans, code=code), timezone.localdate()
    own = progress_of(plan, today=today, person=request.user)
    found = foresee(own, province=plan.province, person=request.user, today=today, communes=True)
    context = {
        "plan": plan,
        "found": found,
        "finding": early_finding(found),
        "met_percent": settings.FORESEEN_MET_PERCENT,
        "missed_percent": settings.FORESEEN_MISSED_PERCENT,
        "mast_reach_m": settings.MAST_REACH_M,
        "works": any(f.projection.gains for f in found),
        "simulated": any(f.projection.simulated for f in found),
        "crumbs": [
            (plan.province.full_name, reverse("web:province", args=[plan.province.code])),
            (plan.title, reverse("plans:plan", args=[plan.code])),
            ("Dự báo", ""),
        ],
    }
    return render(request, "plans/foresight.html", context)
