"""Asking for a scenario's curve of cost and people, and for its tornado of prices."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hatang.planning.models import CHANGE
from hatang.planning.services.curves import ask_curve, ask_tornado
from hatang.planning.views.ways import scenario_for
from hatang.work.models import Job


@login_required
@require_POST
def curve(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the curve in the background."""
    return begun(request, pk, ask_curve)


@login_required
@require_POST
def swings(request: HttpRequest, pk: int) -> HttpResponse:
    """Solve again at both ends of each price, in the background."""
    return begun(request, pk, ask_tornado)


def begun(request: HttpRequest, pk: int, ask: Callable[..., Job]) -> HttpResponse:
    """Start work and show how far it is."""
    scenario = scenario_for(request, pk, CHANGE)
    try:
        job = ask(actor=request.user, scenario=scenario)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(scenario)
    return redirect("work:job", job.pk)
