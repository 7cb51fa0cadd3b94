"""Pages on which two people publish: what waits for the second, and what went out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import person_of
from hatang.core.vietnamese import moment, number
from hatang.indicators.models import Indicator, Publication, Value
from hatang.indicators.services import (
    confirm_publication,
    corrections,
    secrecy_words,
    withdraw_publication,
    years_published,
)
from hatang.indicators.services.signing import propose_sheet, signatures_of
from hatang.indicators.views.asking import APPROVE, PUBLISH, formula_label
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.utilities.models import PROPOSE

RELATED = ("province", "proposed_by", "published_by", "entry", "replaces")


def when(row: Publication) -> str:
    """Say when a publication went out."""
    return moment(row.published_at) if row.published_at else ""


def entry_words(row: Publication) -> str:
    """Name the log's entry of a publication."""
    return f"mục {number(row.entry.number)}" if row.entry else ""


def people_words(row: Publication) -> str:
    """Name the two people of a publication."""
    if row.state != Publication.State.PUBLISHED:
        return f"{row.proposed_by or 'hệ thống'} đề nghị"
    if row.proposed_by is None and row.published_by is None:
        return "hệ thống, từ sổ đăng ký"
    return f"{row.proposed_by or 'hệ thống'} đề nghị, {row.published_by or 'hệ thống'} công bố"


class Publications(ListPage):
    """A province's publications, the latest first; what waits is seen by those who may publish."""

    title = "Công bố số liệu"
    template = "indicators/publications.html"
    columns = (
        Column("Bộ số liệu", lambda p: p.title, "title", link=Publication.get_absolute_url),
        Column("Năm", lambda p: p.year, "year", number=True),
        Column("Trạng thái", lambda p: p.get_state_display(), "state"),
        Column("Công bố lúc", when, "published_at"),
        Column("Hai người", people_words),
        Column("Lý do", lambda p: p.reason),
        Column("Sổ minh bạch", entry_words, link=lambda p: p.entry.get_absolute_url() if p.entry else ""),
    )
    default_sort = "-proposed_at"
    empty_text = "Tỉnh chưa công bố bộ số liệu nào."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Publication]:
        self.province = province_by_code(kwargs["code"])
        return Publication.objects.visible_to(request.user).filter(province=self.province).select_related(*RELATED)

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province."""
        return f"cong bo so lieu {self.province}"

    def searched(self, rows: QuerySet[Publication], text: str) -> QuerySet[Publication]:
        """Search by year: all titles are alike."""
        years = [int(word) for word in text.split() if word.isascii() and word.isdigit() and len(word) == 4]
        return rows.filter(year__in=years) if text.strip() else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Give the years with a table, and what waits."""
        return {
            "province": self.province,
            "years": years_published(self.province),
            "secrecy": secrecy_words(),
            "waiting": Publication.objects.visible_to(request.user).waiting().filter(province=self.province).count(),
            "may_publish": request.user.has_perm(PUBLISH, self.province),
            "crumbs": [(self.province.full_name, reverse("web:province", args=[self.province.code])), (self.title, "")],
        }


def visible_publication(request: HttpRequest, pk: int) -> Publication:
    """Give a publication that this person may see, or answer 404."""
    return get_object_or_404(Publication.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


@require_GET
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what goes out, or went out, with the buttons of the second person."""
    row = visible_publication(request, pk)
    may = request.user.has_perm(PUBLISH, row.province)
    lines = list(lines_of(row)) if may or row.published_at else []
    context = {
        "publication": row,
        "lines": lines,
        "count": sum(line["places"] for line in lines),
        "corrected": corrections(Value.objects.filter(publication=row)).count(),
        "later": Publication.objects.published().filter(replaces=row).first(),
        "waits": row.state == Publication.State.PROPOSED,
        "may_confirm": may and row.proposed_by_id != request.user.pk,
        "may_approve": request.user.has_perm(APPROVE, row.province),
        "people": people_words(row),
        "signatures": signatures_of(row),
        "may_propose_signing": may and row.entry is not None and request.user.has_perm(PROPOSE, row.province),
        "simulated": row.simulated,
        "crumbs": crumbs(row.province, f"{row.year}, {row.get_state_display()}"),
    }
    return render(request, "indicators/publication.html", context)


def crumbs(province: Place, last: str) -> list[tuple[str, str]]:
    """Lead from the province over its publications."""
    address = reverse("indicators:publications", args=[province.code])
    return [
        (province.full_name, reverse("web:province", args=[province.code])),
        ("Công bố số liệu", address),
        (last, ""),
    ]


def lines_of(row: Publication) -> list[dict[str, Any]]:
    """Sum up a publication's figures by indicator and reading, in two queries."""
    values = Value.objects.filter(publication=row)
    below = Q(indicator__commercial=True) & ~Q(place__kind=Place.Kind.PROVINCE)
    counted = values.values("indicator", "formula").annotate(
        places=Count("pk"), held=Count("pk", filter=Q(withheld=True) | below), number=F("indicator__number")
    )
    names = Indicator.objects.in_bulk()
    return [
        line | {"indicator": names[line["indicator"]], "label": formula_label(line["formula"])}
        for line in counted.order_by("number", "formula")
    ]


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, as the second person."""
    row = publishable(request, pk)
    try:
        done = confirm_publication(actor=person_of(request), publication=row)
        entry = done.entry.number if done.entry else 0
        messages.success(request, f"Đã công bố {row.title}; ghi mục {number(entry)} của sổ minh bạch.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a proposal up."""
    row = publishable(request, pk)
    try:
        withdraw_publication(actor=person_of(request), publication=row)
        messages.success(request, "Đã rút đề nghị; các số liệu vẫn là đã duyệt, đề nghị lại được.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)


@require_POST
@login_required
def propose_signing(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the sheet of a published table to whoever may sign."""
    row = visible_publication(request, pk)
    if not request.user.has_perm(PROPOSE, row.province):
        raise Http404
    try:
        return redirect(propose_sheet(actor=person_of(request), publication=row))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)


def publishable(request: HttpRequest, pk: int) -> Publication:
    """Give a publication to somebody who may publish in its province, or answer 404."""
    row = visible_publication(request, pk)
    if not request.user.has_perm(PUBLISH, row.province):
        raise Http404
    return row
