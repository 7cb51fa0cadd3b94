"""Who asks, and for what: shared by the pages about figures."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.urls import reverse

from hatang.indicators.formulas import FORMULAS
from hatang.places.models import Place

APPROVE = "indicators.approve_value"
PUBLISH = "indicators.publish_value"
RECORD = "indicators.record_value"
COMPUTE = "indicators.compute_value"


def formula_label(name: str) -> str:
    """Name a formula for readers."""
    return FORMULAS[name].label if name in FORMULAS else "báo cáo"


def way_over(province: Place, title: str, page: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over a page of it, which is the last step where nothing follows."""
    first = (province.full_name, reverse("web:province", args=[province.code]))
    return [first, (title, reverse(page, args=[province.code]) if more else ""), *more]


def kept(form: BaseForm, keep: Callable[[], object]) -> bool:
    """Keep what was typed, or put the objections on the form; tell which."""
    try:
        keep()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
