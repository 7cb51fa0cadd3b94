"""Try a version of a form: read what is typed and run its checks, as if a place filed it today; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.indicators.models import Finding, FormItem, FormVersion, Period, Return, ReturnCell, ReturnForm
from hatang.indicators.services.checks import try_checks
from hatang.indicators.services.return_forms.entry import read_answer
from hatang.places.models import Place
from hatang.places.services import communes_of


@dataclass
class Tried:
    """What came of trying: answers that could be read, what is wrong with the others by item's code, and findings."""

    cells: list[ReturnCell] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def places_to_try(form: ReturnForm, on: date) -> list[Place]:
    """Give the places at which a form can be tried: communes where it asks by commune, otherwise the province."""
    if form.by_commune or form.filer == ReturnForm.Filer.COMMUNE:
        return list(communes_of(form.province, on).order_by("sort_key"))
    return [form.province]


def try_version(version: FormVersion, place: Place, typed: Mapping[str, str]) -> Tried:
    """Read what is typed by item's code, and check what could be read."""
    tried = Tried()
    for item in version.items.select_related("indicator").order_by("order", "pk"):
        cell = tried_cell(item, place, typed.get(item.code, ""), tried)
        if cell is not None:
            tried.cells.append(cell)
    tried.findings = try_checks(version=version, place=place, cells=tried.cells)
    return tried


def tried_cell(item: FormItem, place: Place, typed: str, tried: Tried) -> ReturnCell | None:
    """Make the cell of what is typed; nothing where nothing is, or where it cannot be read."""
    try:
        answer = read_answer(item, place, typed)
    except ValidationError as error:
        tried.faults[item.code] = error.messages[0]
        return None
    return None if answer.empty else ReturnCell(item=item, place=place, **answer.fields())


def sample_return(version: FormVersion) -> Return:
    """Make a return that is not stored, for the template of a version that is looked at."""
    today = timezone.localdate()
    days = {"first_on": today, "last_on": today, "opens_on": today, "due_on": today}
    period = Period(form=version.form, version=version, year=today.year, title="Kỳ xem thử", **days)
    places = places_to_try(version.form, today)
    place = version.form.province if version.form.by_commune else places[0]
    return Return(period=period, province=version.form.province, place=place, simulated=version.form.simulated)
