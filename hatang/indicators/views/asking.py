"""Who asks, and for what: shared by the pages about figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from hatang.indicators.formulas import FORMULAS

if TYPE_CHECKING:
    from hatang.accounts.models import Person

APPROVE = "indicators.approve_value"
PUBLISH = "indicators.publish_value"
RECORD = "indicators.record_value"
COMPUTE = "indicators.compute_value"


def formula_label(name: str) -> str:
    """Name a formula for readers."""
    return FORMULAS[name].label if name in FORMULAS else "báo cáo"


def person_of(request: HttpRequest) -> Person:
    """Give the person signed in; pages that call it ask for signing in first."""
    return request.user  # type: ignore[return-value]
