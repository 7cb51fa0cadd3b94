"""Pages for people: find a dataset, look into it, take it along, cite it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hatang.core.vietnamese import day, number
from hatang.opendata.catalogue import RHYTHMS, THEMES, Dataset
from hatang.opendata.models import ANSWER, DatasetVersion
from hatang.opendata.services.asking import Question, answer
from hatang.opendata.services.content import read_sheet
from hatang.opendata.services.entries import FACETS, Entry, entries, entry_of, facet_counts, licence, matching
from hatang.opendata.services.preview import bars_of, shown_first, shown_on_map, table_of
from hatang.opendata.services.versions import fresh_version
from hatang.opendata.views.answers import origin_of
from hatang.opendata.views.files import asked
from hatang.pages.ground import ground_url
from hatang.pages.widgets import position_words
from hatang.places.models import Place

TITLE = "Dữ liệu mở"
PER_PAGE, ROWS = 20, 20
MOST_VERSIONS = 10


@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """Find datasets by words and facets."""
    every, words = entries(), request.GET.get("q", "")
    chosen = {name: request.GET[name] for name in FACETS if request.GET.get(name)}
    found = matching(every, words, chosen) if words else richest_first(matching(every, words, chosen))
    facets = [facet(every, found, name, chosen, words) for name in FACETS]
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("trang")),
        "q": words,
        "facets": facets,
        "narrowed": bool(words or chosen),
        "finding": finding(every, found, bool(words or chosen)),
        "simulated": any(entry.version.simulated for entry in found),
        "licence": licence(),
        "origin": origin_of(request),
        "crumbs": [(TITLE, "")],
    }
    return render(request, "opendata/portal.html", context)


def richest_first(found: list[Entry]) -> list[Entry]:
    """Put the provinces with the most datasets first: of the others there is little more than the list of communes."""
    counts = Counter(entry.province.pk for entry in found)
    return sorted(found, key=lambda entry: -counts[entry.province.pk])


def facet(every: list[Entry], found: list[Entry], name: str, chosen: dict[str, str], words: str) -> dict[str, Any]:
    """Give a facet's values with counts: what choosing another of them would find."""
    others = {other: value for other, value in chosen.items() if other != name}
    counted = facet_counts(matching(every, words, others) if name in chosen else found, name)
    return {"name": name, "title": FACETS[name][0], "values": counted, "chosen": chosen.get(name, "")}


def finding(every: list[Entry], found: list[Entry], narrowed: bool) -> str:
    """Say in words what there is."""
    if narrowed:
        return f"{number(len(found))} trong {number(len(every))} bộ dữ liệu khớp với điều đã tìm."
    provinces = len({entry.province.pk for entry in every})
    rows = sum(entry.version.rows for entry in every)
    if not every:
        return "Chưa có bộ dữ liệu nào."
    return f"{number(len(every))} bộ dữ liệu của {number(provinces)} tỉnh, {number(rows)} dòng; ai cũng dùng được."


@require_safe
def dataset(request: HttpRequest, dataset: str, code: str) -> HttpResponse:
    """Show a dataset of a province: what it is, its rows as table, map and chart, its files, how to cite it."""
    wanted, province = asked(dataset, code)
    version = fresh_version(wanted, province)
    way = [(TITLE, reverse("opendata:portal")), (f"{wanted.title}, {province.name}", "")]
    said = {"dataset": wanted, "province": province, "crumbs": way}
    if version is None:
        return render(request, "opendata/nothing.html", said, status=404)
    version.province = province
    return render(request, "opendata/dataset.html", said | shown(request, entry_of(version)))


def shown(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Give what the page of a dataset shows."""
    sheet, words = read_sheet(entry.version), request.GET.get("q", "")
    found = answer(sheet, Question({}, words)).tolist()
    page = Paginator(found, ROWS).get_page(request.GET.get("trang"))
    drawn = shown_on_map(sheet, found) if entry.dataset.shape else None
    return {
        "entry": entry,
        "version": entry.version,
        "fields": sheet.fields,
        "shown": [sheet.fields[n] for n in shown_first(sheet.fields)],
        "page": page,
        "table": table_of(sheet, list(page.object_list)),
        "q": words,
        "map": drawn if drawn and drawn["features"] else None,
        "near": position_words((entry.province.lon, entry.province.lat)),
        "ground": ground_url(),
        "chart": bars_of(sheet, entry.dataset, found),
        "files": [(kind, entry.file_path(kind)) for kind in entry.formats],
        "versions": versions_of(entry),
        "licence": licence(),
        "citation": citation(entry, origin_of(request)),
        "theme": THEMES[entry.dataset.theme],
        "rhythm": RHYTHMS[entry.dataset.rhythm],
        "origin": origin_of(request),
        "simulated": entry.version.simulated,
        "may_answer": request.user.has_perm(ANSWER, entry.province),
    }


def versions_of(entry: Entry) -> list[DatasetVersion]:
    """List the newest versions."""
    rows = DatasetVersion.objects.filter(dataset=entry.dataset.slug, province=entry.province)
    return list(rows.order_by("-number")[:MOST_VERSIONS])


def citation(entry: Entry, origin: str) -> str:
    """Write how to name the source: who, when, what, which version, where."""
    made = timezone.localtime(entry.version.made_at)
    return (
        f"{entry.publisher} ({made.year}). {entry.title}. Bản {entry.version.number}, ngày {day(made.date())}, "
        f"SHA-256 {entry.version.sha256[:16]}… {origin}{entry.path} ({licence().title}). "
        f"Lấy ngày {day(timezone.localdate())}."
    )


def crumbs_to(dataset: Dataset, province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of a dataset."""
    page = reverse("opendata:dataset", args=[dataset.slug, province.code])
    return [(TITLE, reverse("opendata:portal")), (f"{dataset.title}, {province.name}", page), *more]
