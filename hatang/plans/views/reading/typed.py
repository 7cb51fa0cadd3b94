"""The forms of a review, with choices laid out for looking through: what fits best first, bodies as boxes to tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from hatang.indicators.models import Indicator
from hatang.plans.forms import FORMS, FactsForm, HeadFactsForm
from hatang.plans.models import PlanReading, Statement
from hatang.plans.services.readings import head_stamp_of

Catalogue = Mapping[str, Indicator]
Typed = Mapping[str, Any] | None
NEW = ("", "– chỉ tiêu mới –")
WIDE = {"indicator", "new_name", "subject", "scope", "title", "name", "who", "funding", "relation", "when", "deadline"}
"""Fields that take a line for themselves."""
TOLD = ("title", "number", "date", "issuer", "year_from", "year_to")
"""What a document should say of itself."""
FIRST = ("indicator", "new_name", "new_unit", "new_component", "comparator", "value", "unit", "due_year", "year")


def row_form(reading: PlanReading, statement: Statement, catalogue: Catalogue, data: Typed = None) -> FactsForm | None:
    """Give the form in which a row's facts are corrected; an oddity has none."""
    form_class = FORMS.get(statement.kind)
    if form_class is None:
        return None
    form = form_class(reading, statement.facts, data, auto_id=f"dong{statement.pk}-%s")
    if "indicator" in form.fields:
        _lay_out_indicators(form.fields["indicator"], catalogue, statement.facts.get("candidates") or [])
    bodies: list[Any] = []
    for name in form.parties:
        field: Any = form.fields[name]
        bodies = bodies or list(field.choices)
        _lay_out_bodies(field, bodies)
    return _spread(form)


def head_form(reading: PlanReading, data: Typed = None) -> FactsForm:
    """Give the form of the plan's own facts."""
    form = _spread(HeadFactsForm(reading, reading.facts, data, auto_id="chung-%s"))
    for name in TOLD:
        form.fields[name].told = True  # type: ignore[attr-defined]
    form.stamp = head_stamp_of(reading)  # type: ignore[attr-defined]
    return form


def _spread(form: FactsForm) -> FactsForm:
    """Let long fields take a line for themselves."""
    for name, field in form.fields.items():
        long = isinstance(field.widget, (forms.Textarea, forms.CheckboxSelectMultiple))
        field.wide = long or name in WIDE  # type: ignore[attr-defined]
    form.order_fields(FIRST)
    return form


def _lay_out_indicators(field: Any, catalogue: Catalogue, candidates: Iterable[tuple[str, float]]) -> None:
    """Put the indicators that fit best before the whole catalogue."""
    near = [_choice(catalogue[code]) for code, _ in candidates if code in catalogue]
    everything = [_choice(i) for i in sorted(catalogue.values(), key=lambda i: i.number)]
    field.choices = [NEW, *([("Gần nghĩa nhất", near)] if near else []), ("Cả danh mục", everything)]
    field.widget.attrs["data-long"] = "1"


def _choice(indicator: Indicator) -> tuple[str, str]:
    return indicator.code, f"{indicator.number}. {indicator.name}"


def _lay_out_bodies(field: Any, bodies: list[Any]) -> None:
    """Show bodies as boxes to tick."""
    field.widget = forms.CheckboxSelectMultiple()
    field.widget.choices = bodies
    field.bodies = True
