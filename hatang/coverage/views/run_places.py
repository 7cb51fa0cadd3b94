"""The places of a run: who serves each, searched, filtered and taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation
from hatang.coverage.models import SERVICES, CoverageRun, PredictedService
from hatang.coverage.services.maps.page import sees_whole
from hatang.coverage.services.runs.cells_seen import ELSEWHERE
from hatang.coverage.services.runs.figures import SERVICE_WORDS, services_of_run
from hatang.coverage.services.runs.tallies import services_of
from hatang.coverage.views.runs import SEES
from hatang.coverage.views.territory import finished_run, in_run
from hatang.network.models import Cell
from hatang.pages.lists import SIMULATED_LINE, Column, ListPage, whole_number
from hatang.places.models import Place

KINDS = (
    ("thon", "thôn", Place.Kind.VILLAGE),
    ("khu", "khu, cụm", Place.Kind.ZONE),
    ("dia-diem", "địa điểm", Place.Kind.SITE),
)
ANSWERS = (("co", "có"), ("chua", "chưa có"), ("chua-tinh", "chưa tính được"))
YES, NO, NOT_COMPUTED = "có", "không", "chưa tính"
PLACES_AT_A_TIME = 500


@dataclass(frozen=True)
class Served:
    """What was found at a place for one operator and technology."""

    operator: int
    technology: str
    level_dbm: float | None
    probability: float
    served: bool
    cell: str | None


def operators_seen(request: HttpRequest, run: CoverageRun) -> dict[int, str]:
    """Give the operators of a run whose part the person sees, with their short names."""
    within = PredictedService.objects.filter(run=run).order_by().values("operator").distinct()
    rows = Organisation.objects.filter(pk__in=within).order_by("sort_key")
    if not sees_whole(request.user, run.province_id):
        held = scopes_in(request.user, SEES, run.province_id)
        rows = rows.filter(pk__in=[scope.organisation_id for scope in held])
    return {row.pk: row.short_name or row.name for row in rows}


def codes_seen(person: Any, run: CoverageRun) -> dict[int, str]:
    """Give the codes of a run's serving cells, of those that a person may see."""
    serving = PredictedService.objects.filter(run=run, cell__isnull=False).values("cell")
    return dict(Cell.objects.visible_to(person).filter(pk__in=serving).values_list("pk", "code"))


def found_at(
    run: CoverageRun, places: Sequence[Place], codes: Mapping[int, str] = MappingProxyType({})
) -> dict[int, list[Served]]:
    """Read what a run found at places; serving cells by those of their codes that may be told."""
    found: dict[int, list[Served]] = defaultdict(list)
    fields = ("operator_id", "technology", "level_dbm", "probability", "served", "cell_id")
    for start in range(0, len(places), PLACES_AT_A_TIME):
        some = [place.pk for place in places[start : start + PLACES_AT_A_TIME]]
        rows = PredictedService.objects.filter(run=run, place__in=some).order_by("pk")
        for place, *facts, cell in rows.values_list("place_id", *fields):
            code = codes.get(cell, ELSEWHERE) if cell else None
            found[place].append(Served(*(*facts, code)))
    return found


class PlaceList(LoginRequiredMixin, ListPage):
    """The places of a run and who serves them, as far as the person may see whom."""

    title = "Nơi nào có sóng"
    template = "coverage/run_places.html"
    search_fields = ("search_key", "parent__search_key")
    default_sort = "sort_key"
    empty_text = "Không có nơi nào loại này."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.run = finished_run(request, kwargs["pk"])
        self.found: dict[int, list[Served]] = {}
        self.operators = operators_seen(request, self.run)
        self.technologies = services_of_run(self.run)
        asked = services_of(list(self.run.summary.get("services", {})))
        self.services = [name for name in asked if not set(self.technologies).isdisjoint(SERVICES[name])]
        self.columns = (self.name_column(), *PLACE_COLUMNS, *(self.column_of(name) for name in self.technologies))  # type: ignore[misc]
        kind = {slug: kind for slug, _, kind in KINDS}.get(request.GET.get("loai", ""), Place.Kind.VILLAGE)
        return self.narrowed(self.all_places().filter(kind=kind), request).select_related("parent").defer("point")

    def all_places(self) -> QuerySet[Place]:
        """Give the places that the run computed, and those that it named because it could not."""
        named = [pk for key in ("without_point", "off_terrain") for pk, _ in self.run.summary.get(key, [])]
        return Place.objects.filter(self.here(self.run.services.all()) | Q(pk__in=named))

    def here(self, services: QuerySet[PredictedService]) -> Q:
        """Keep places at which there is one of these."""
        return Q(Exists(services.filter(place=OuterRef("pk"))))

    def narrowed(self, rows: QuerySet[Place], request: HttpRequest) -> QuerySet[Place]:
        """Apply the filters: commune, and whether there is a service."""
        if commune := whole_number(request.GET.get("xa", ""), 14):
            rows = rows.filter(parent=commune)
        asked, answer = request.GET.get("dv", ""), request.GET.get("co", "")
        if answer == "chua-tinh":
            return rows.exclude(self.here(self.run.services.all()))
        if asked not in SERVICES or answer not in ("co", "chua"):
            return rows
        serving = self.here(self.run.services.giving(asked).served())  # type: ignore[attr-defined]
        return (
            rows.filter(serving) if answer == "co" else rows.exclude(serving).filter(self.here(self.run.services.all()))
        )

    def name_column(self) -> Column:
        """Make the column that names a place and leads to who serves it in this run, or to its page."""
        return Column("Nơi", str, "sort_key", link=self.address_of)

    def address_of(self, place: Place) -> str:
        """Give the address of what the run found at a place; of the place where it found nothing for this person."""
        told = any(one.operator in self.operators for one in self.found.get(place.pk, ()))
        return reverse("coverage:run_place", args=[self.run.pk, place.pk]) if told else place.get_absolute_url()

    def column_of(self, technology: str) -> Column:
        """Make the column that says whether a technology is there, and by whom."""
        return Column(technology, partial(self.words, technology))

    def words(self, technology: str, place: Place) -> str:
        """Say whether a technology is there, and by which of the operators that the person sees."""
        at_place = self.found.get(place.pk)
        if not at_place:
            return NOT_COMPUTED
        serving = [one.operator for one in at_place if one.technology == technology and one.served]
        names = ", ".join(name for pk, name in self.operators.items() if pk in serving)
        return f"{YES}: {names}" if names else YES if serving else NO

    def cells(self, rows: Iterable[Any]) -> list[list[dict[str, Any]]]:
        places = list(rows)
        self.found = found_at(self.run, places)
        return super().cells(places)

    def table(self, rows: QuerySet[Any]) -> list[list[Any]]:
        """Give all that was found at each place, an operator and technology after the other."""
        places = list(rows)
        self.found = found_at(self.run, places, codes_seen(self.request.user, self.run))
        columns = [*self.columns, *self.columns_of_operators()]
        lines = [[column.heading for column in columns]]
        lines += [[column.kept(place) for column in columns] for place in places]
        return ([[SIMULATED_LINE]] if self.run.simulated else []) + lines

    def columns_of_operators(self) -> list[Column]:
        """Make the further columns of an export."""
        return [
            Column(f"{technology} {name}: {label}", partial(self.fact, pk, technology, read), number=True)
            for pk, name in self.operators.items()
            for technology in self.technologies
            for label, read in FACTS
        ]

    def fact(self, operator: int, technology: str, read: Callable[[Served], Any], place: Place) -> Any:
        """Give one fact of an operator's technology at a place, nothing where it has none."""
        for one in self.found.get(place.pk, ()):
            if (one.operator, one.technology) == (operator, technology):
                return read(one)
        return None

    def said(self, request: HttpRequest) -> str:
        """Say what is listed: which kind of place, and what it has or lacks."""
        kind = {slug: label for slug, label, _ in KINDS}.get(request.GET.get("loai", ""), KINDS[0][1])
        answer = dict(ANSWERS).get(request.GET.get("co", ""), "")
        service = request.GET.get("dv", "") if request.GET.get("dv") in SERVICES else ""
        if answer and (service or request.GET["co"] == "chua-tinh"):
            return f"{kind} {answer} {SERVICE_WORDS.get(service, service)}".strip()
        return kind

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"Nơi có sóng {self.run.province} {self.run.on:%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        communes = Place.objects.communes().filter(province=self.run.province).in_force(self.run.on)
        return {
            "run": self.run,
            "simulated": self.run.simulated,
            "kinds": [(slug, label) for slug, label, _ in KINDS],
            "answers": ANSWERS,
            "communes": communes.order_by("sort_key").values_list("pk", "name"),
            "said": self.said(request),
            "chosen": {name: request.GET.get(name, "") for name in ("loai", "xa", "dv", "co")},
            "crumbs": in_run(self.run, (self.title, "")),
        }


def power_words(place: Place) -> str:
    """Say whether a place has grid power."""
    return {True: YES, False: "chưa", None: ""}[place.has_grid_power]


PLACE_COLUMNS = (
    Column("Xã, phường", lambda place: str(place.parent or ""), "parent__sort_key"),
    Column("Hộ", lambda place: place.households, "households", number=True, decimals=0),
    Column("Người", lambda place: place.population, "population", number=True, decimals=0),
    Column("Điện lưới", power_words, "has_grid_power"),
)
FACTS: tuple[tuple[str, Callable[[Served], Any]], ...] = (
    ("được phục vụ", lambda one: YES if one.served else NO),
    ("mức thu, dBm", lambda one: one.level_dbm),
    ("xác suất, %", lambda one: round(100 * one.probability, 1)),
    ("ô phục vụ", lambda one: one.cell or ""),
)
