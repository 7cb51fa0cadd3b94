"""Rows of the measuring cycle for tests: a form, its period, returns in it and their answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.indicators.models import FormCheck, FormItem, FormVersion, Period, Return, ReturnCell, ReturnForm
from hatang.places.models import Place

OPENED = datetime(2026, 1, 2, tzinfo=UTC)
Facts = dict[str, Any]


def an_item(code: str, kind: str = FormItem.Kind.NUMBER, **more: Any) -> Facts:
    """Say what a question is: by default a number, in units."""
    facts = {"label": code, "unit_code": "count" if kind == FormItem.Kind.NUMBER else ""}
    return {"code": code, "kind": kind, **facts, **more}


def a_check(rule: str, *items: str, hard: bool = False, **settings: Any) -> Facts:
    """Say what a check is: a rule on some items, soft unless said otherwise."""
    return {"rule": rule, "items": list(items), "hard": hard, "settings": settings}


def make_form(
    province: Place, items: Iterable[Facts] = (), checks: Iterable[Facts] = (), *, code: str = "bieu", **more: Any
) -> FormVersion:
    """Make a form filed by communes, unless said otherwise, with a published first version."""
    facts: Facts = {"filer": ReturnForm.Filer.COMMUNE, "name": f"Biểu {code}"}
    form = ReturnForm.objects.create(province=province, code=code, **facts | more)
    return make_version(form, items or [an_item("so-ho")], checks)


def make_version(
    form: ReturnForm, items: Iterable[Facts], checks: Iterable[Facts] = (), number: int = 1
) -> FormVersion:
    """Make a published version of a form; the one published before is retired."""
    form.versions.filter(state=FormVersion.State.PUBLISHED).update(state=FormVersion.State.RETIRED)
    version = FormVersion.objects.create(
        form=form, number=number, state=FormVersion.State.PUBLISHED, published_at=OPENED
    )
    FormItem.objects.bulk_create(FormItem(version=version, order=n, **facts) for n, facts in enumerate(items))
    FormCheck.objects.bulk_create(FormCheck(version=version, order=n, **facts) for n, facts in enumerate(checks))
    return version


def make_period(version: FormVersion, *, year: int = 2025, part: str = "", **more: Any) -> Period:
    """Make an open period of a form: the whole year unless said otherwise."""
    facts: Facts = {
        "title": f"Kỳ {part or year}",
        "first_on": date(year, 1, 1),
        "last_on": date(year, 12, 31),
        "opens_on": date(year, 12, 20),
        "due_on": date(year + 1, 1, 15),
        "state": Period.State.OPEN,
        "opened_at": OPENED,
    }
    return Period.objects.create(form=version.form, version=version, year=year, part=part, **facts | more)


def make_return(period: Period, place: Place, organisation: Organisation | None = None, **more: Any) -> Return:
    """Make the return of a commune; with an organisation its own, at the province."""
    province = place.province or place
    return Return.objects.create(period=period, province=province, place=place, organisation=organisation, **more)


def make_cell(
    return_: Return, code: str, value: float | None = None, *, place: Place | None = None, **more: Any
) -> ReturnCell:
    """Answer one question of a return, at the return's own place unless said otherwise."""
    item = return_.period.version.items.get(code=code)
    facts: Facts = {"value": value, "changed_at": timezone.now()}
    return ReturnCell.objects.create(of_return=return_, item=item, place=place or return_.place, **facts | more)
