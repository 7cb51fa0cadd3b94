"""Who may touch a figure, and in which reading a province shows it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import FilteredRelation, Q

from hatang.accounts.models import Person
from hatang.indicators.formulas import variants
from hatang.indicators.models import FormulaChoice, Indicator
from hatang.places.models import Place

REPORTED = "reported"


def administered_by(place: Place) -> Place:
    """Give the place whose officers answer for a figure: of a dissolved unit, the province that it lies in today."""
    if place.valid_to is None:
        return place
    if place.kind != Place.Kind.PROVINCE:
        return administered_by(place.province) if place.province else place
    return Place.objects.provinces().filter(precessions__predecessor=place).first() or place


def province_answering(place: Place) -> Place:
    """Give today's province that answers for a place, former or present."""
    holder = administered_by(place)
    return holder.province or holder


def may(actor: Person | None, permission: str, place: Place) -> bool:
    """Tell whether the actor may; the system itself (a command, a timed job: no actor) may."""
    return actor is None or actor.has_perm(permission, administered_by(place))


def require(actor: Person | None, permission: str, place: Place) -> None:
    if not may(actor, permission, place):
        raise PermissionDenied(f"Bạn không có quyền này tại {place}.")


def require_system(actor: Person | None) -> None:
    """Refuse a person what only commands of the server do: people publish in twos, through a publication."""
    if actor is not None:
        raise PermissionDenied("Công bố cần hai người: một người đề nghị, người khác công bố.")


def chosen_formulas(province: Place) -> dict[int, str]:
    """Give, by indicator, the formula that the province reads it with."""
    mine = FilteredRelation("choices", condition=Q(choices__province=province))
    rows = Indicator.objects.annotate(mine=mine).values_list("pk", "formula", "mine__formula")
    return {pk: chosen or formula for pk, formula, chosen in rows}


@transaction.atomic
def choose_formula(*, actor: Person | None, indicator: Indicator, province: Place, formula: str) -> FormulaChoice:
    """Set which reading of a figure the province shows; the others stay computed beside it."""
    require(actor, "indicators.approve_value", province)
    if formula not in {f.name for f in variants(indicator.formula)}:
        raise ValidationError(f"Chỉ tiêu “{indicator.short_name}” không có công thức này.")
    choice, _ = FormulaChoice.objects.update_or_create(
        indicator=indicator, province=province, defaults={"formula": formula}
    )
    return choice
