"""What if: the changes, who loses or gains, what else may be supposed. The address says it all; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.coverage.forms.what_if import AddSiteForm, AlterCellForm, SwitchOffForm
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.what_if.answer import OUTCOMES, Reading, Row
from hatang.coverage.services.what_if.asking import TooManyError, layers_in, what_if
from hatang.coverage.services.what_if.choice import CellChoice, cells_on_mast, choices_of, run_to_ask
from hatang.coverage.services.what_if.effect import Dependent, Effect, LayerKey, Told, faults_in, sight_of
from hatang.coverage.suppositions import Change, GroupOff, OperatorOff, TechnologyOff, read_changes
from hatang.coverage.views.territory import finished_run, in_coverage, in_run
from hatang.network.models import Technology
from hatang.pages.features import collection
from hatang.pages.ground import ground_url
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number

TITLE = "Nếu … thì ai mất sóng?"
MOST_ROWS = 40
"""Shown at once; an export holds all."""
HEADINGS = (
    "Nơi", "Xã, phường", "Số người", "Doanh nghiệp", "Công nghệ", "Thay đổi",
    "Mức thu trước, dBm", "Mức thu sau, dBm", "Ô phục vụ trước", "Ô tốt nhất sau", "Còn lại",
)  # fmt: skip


@login_required
def what_if_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a what-if, or take one more change and go to the address that says it."""
    page = Page(request, finished_run(request, pk))
    if request.method == "POST" and (changes := page.posted()) is not None:
        return redirect(page.address(changes))
    try:
        page.answer()
    except TooManyError as error:
        page.wrong.append(str(error))
        page.supposed(error.effect)
    if page.reading and (export := request.GET.get("xuat", "")) in EXPORTS:
        return EXPORTS[export](f"Nếu thì {page.run}", page.table())
    return render(request, "coverage/what_if.html", page.context(), status=422 if page.faulty else 200)


@login_required
def if_off(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Go from a mast, a cable, a pole line or a commune to what happens if it fails, on the run that counts."""
    province = province_for(request, code, "coverage.view_run")
    run = run_to_ask(request.user, province, timezone.localdate())
    if run is None:
        crumbs = in_coverage(province, (TITLE, ""))
        return render(request, "coverage/what_if_none.html", {"title": TITLE, "crumbs": crumbs})
    return redirect(f"{reverse('coverage:what_if', args=[run.pk])}?neu={kind}-{pk}")


class Page:
    """A page about to be written: the changes of its address, the answer to them, the forms for more."""

    def __init__(self, request: HttpRequest, run: CoverageRun) -> None:
        self.request, self.run = request, run
        self.sight = sight_of(request.user, run)
        self.changes, self.wrong = read_changes(request.GET.getlist("neu"))
        self.volte = request.GET.get("volte") == "1"
        self.effect = Effect()
        self.reading: Reading | None = None
        self.layers: list[LayerKey] = layers_in(self.sight)
        self.operators = self.named_operators()
        self.forms: dict[str, Any] = {}

    @property
    def faulty(self) -> bool:
        """Whether a form was sent with mistakes."""
        return any(form.is_bound and form.errors for form in self.forms.values())

    def named_operators(self) -> dict[int, str]:
        """Name the operators about whom the person may ask."""
        rows = Organisation.objects.operators().order_by("sort_key")
        chosen = {operator for operator, _ in self.layers}
        seen = rows.filter(pk__in=chosen if self.sight.operators is None else self.sight.operators)
        return {row.pk: row.short_name or row.name for row in seen}

    def answer(self) -> None:
        """Compute what the changes do. Raises TooManyError."""
        if self.changes:
            found = what_if(self.sight, self.changes)
            self.supposed(found.effect)
            self.reading = Reading(found, self.sight, volte=self.volte)

    def supposed(self, effect: Effect) -> None:
        """Keep the changes that can be supposed; what is wrong with others is told once, links leave them out."""
        self.effect = effect
        self.wrong += effect.wrong
        self.changes = [one.change for one in effect.told]

    # --- addresses

    def address(self, changes: Sequence[Change], **more: str) -> str:
        """Give the address that says some changes."""
        query = QueryDict(mutable=True)
        query.setlist("neu", [str(change) for change in changes])
        if self.volte:
            query["volte"] = "1"
        query.update(more)
        here = reverse("coverage:what_if", args=[self.run.pk])
        said = query.urlencode(safe="~")
        return f"{here}?{said}" if said else here

    def with_change(self, change: Change) -> str:
        """Give the address with one change more."""
        return self.address([*self.changes, change])

    def without(self, change: Change) -> str:
        """Give the address with one change fewer."""
        return self.address([other for other in self.changes if other != change])

    def keeping(self, change: GroupOff, mast: int) -> str:
        """Give the address in which a mast that hangs on something stays on, or no longer does."""
        kept = tuple(sorted({*change.kept} ^ {mast}))
        now = GroupOff(change.kind, change.key, kept)
        return self.address([now if other == change else other for other in self.changes])

    # --- forms

    def posted(self) -> list[Change] | None:
        """Read the form that was sent and give all changes with its own; None where it has mistakes."""
        act = self.request.POST.get("viec", "")
        form = {"them": self.add_form, "sua": self.alter_form, "tat": self.off_form}.get(act, self.add_form)()
        if form is None:
            raise Http404
        self.forms[act or "them"] = form
        if not form.is_valid():
            return None
        if isinstance(form, SwitchOffForm):
            rest = [change for change in self.changes if not isinstance(change, OperatorOff | TechnologyOff)]
            self.volte = self.request.POST.get("volte") == "1"
            return [*rest, *(OperatorOff(key) for key in form.cleaned_data["operators"]), *form.ended()]
        return [*self.changes, form.change()]

    @property
    def data(self) -> QueryDict | None:
        """Give what was sent."""
        return self.request.POST if self.request.method == "POST" else None

    def add_form(self, *, sent: bool = True) -> AddSiteForm:
        """Make the form of a site to add."""
        province = self.run.province
        return AddSiteForm(
            self.data if sent else None,
            near=(province.lon, province.lat),
            operators=self.operators,
            technologies=self.run.technologies or Technology.values,
            faults=lambda change: faults_in(self.sight, change),
        )

    def alter_form(self, *, sent: bool = True) -> AlterCellForm | None:
        """Make the form of the cell that was chosen, if one was."""
        key = whole_number(self.request.GET.get("o", ""), 12)
        rows = self.sight.rows(pk=key) if key else []
        if not rows:
            return None
        row = rows[0]
        return AlterCellForm(
            self.data if sent else None,
            key=row.pk,
            name=f"{row.code} trên cột {row.station.mast.code}",
            cell=self.sight.registered(row.pk),
            faults=lambda change: faults_in(self.sight, change),
        )

    def off_form(self, *, sent: bool = True) -> SwitchOffForm:
        """Make the form of operators and technologies, ticked as the address says."""
        off = [change for change in self.changes if isinstance(change, TechnologyOff)]
        ticked = {
            "operators": [change.operator for change in self.changes if isinstance(change, OperatorOff)],
            "technologies": [change.technology for change in off],
            "of_operator": off[0].operator if off else None,
        }
        technologies = sorted({technology for _, technology in self.layers})
        return SwitchOffForm(
            self.data if sent else None, operators=self.operators, technologies=technologies, initial=ticked
        )

    # --- what the page says

    def context(self) -> dict[str, Any]:
        """Give what the template needs."""
        search = self.request.GET.get("tim", "").replace("\x00", "")
        mast = whole_number(self.request.GET.get("cot", ""), 12)
        forms = {
            "add": self.forms.get("them") or self.add_form(sent=False),
            "off": self.forms.get("tat") or self.off_form(sent=False),
            "alter": self.forms.get("sua") or self.alter_form(sent=False),
        }
        found = choices_of(self.sight, search)
        return {
            "title": TITLE,
            "run": self.run,
            "wrong": self.wrong,
            "told": [(one, self.without(one.change), self.dependents(one)) for one in self.effect.told],
            "volte": self.volte,
            "search": search,
            "found": [(choice, self.with_change(choice.change), self.mast_address(choice.mast)) for choice in found],
            "cells": [(choice, self.cell_address(choice)) for choice in cells_on_mast(self.sight, mast)]
            if mast
            else [],
            "texts": [str(change) for change in self.changes],
            "here": self.address(self.changes),
            "own": self.sight.operators is not None,
            "forms": forms,
            "simulated": self.run.simulated or bool(self.reading and self.reading.answer.simulated),
            "ground": ground_url(),
            "near": f"{self.run.province.lon},{self.run.province.lat}",
            "crumbs": in_run(self.run, (TITLE, "")),
            **(self.answered(self.reading) if self.reading else {"shapes": collection([])}),
        }

    def dependents(self, told: Told) -> list[tuple[Dependent, str]]:
        """Give what a change takes along, each with the address in which it does not, or does again."""
        if not isinstance(told.change, GroupOff):
            return []
        return [(one, self.keeping(told.change, one.mast.pk)) for one in told.dependents]

    def mast_address(self, mast: int | None) -> str:
        """Give the address at which a mast's cells can be altered."""
        return self.address(self.changes, cot=str(mast)) + "#o" if mast else ""

    def cell_address(self, choice: CellChoice) -> str:
        """Give the address at which a cell can be altered."""
        return self.address(self.changes, cot=str(choice.row.station.mast_id), o=str(choice.row.pk)) + "#sua"

    def answered(self, reading: Reading) -> dict[str, Any]:
        """Give what the answer says."""
        answer, rows = reading.answer, reading.rows(MOST_ROWS)
        changed = int(reading.layers_lost.sum() + reading.layers_gained.sum())
        outcomes = reading.outcomes()
        return {
            "finding": reading.sentence(),
            "lines": reading.lines(),
            "rows": rows,
            "more_rows": changed - len(rows),
            "legend": [(name, words, outcomes.count(name)) for name, words in OUTCOMES.items()],
            "shapes": reading.features(),
            "how": self.how(reading),
            "differing": answer.differing,
            "lost_dark": reading.tally(reading.dark),
        }

    def how(self, reading: Reading) -> str:
        """Say how the answer came."""
        answer, run = reading.answer, self.run
        anew = f"tính lại {number(answer.recomputed)} nơi" if answer.recomputed else "không cần tính lại nơi nào"
        return (
            f"Dự đoán từ lượt tính “{run}” (ô phát ngày {day(run.on)}); {anew} trong {number(answer.seconds, 2)} giây, "
            "trước và sau cùng một cách."
        )

    def table(self) -> list[list[Any]]:
        """Give the export: what was supposed, how it was computed, then every service lost or gained."""
        assert self.reading
        answer = self.reading.answer
        head = [[SIMULATED_LINE]] if answer.simulated else []
        supposed = [["Nếu", one.words, one.assumption] for one in answer.effect.told]
        lines = [line_of(row) for row in self.reading.rows()]
        return [*head, *supposed, ["Thì", self.reading.sentence()], ["Cách tính", self.how(self.reading)],
                [], list(HEADINGS), *lines]  # fmt: skip


def line_of(row: Row) -> list[Any]:
    """Write a row of the export."""
    place = row.place
    levels = (None if level is None else round(level, 1) for level in (row.level_before_dbm, row.level_after_dbm))
    return [
        place.full_name, str(place.parent or ""), place.population, row.operator, row.technology, row.outcome_words,
        *levels, row.server_before, row.server_after, row.others,
    ]  # fmt: skip
