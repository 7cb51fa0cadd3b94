"""Fill an empty installation with the reference data and two made-up provinces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.accounts.roles import Role
from hatang.accounts.services import DemoAccount, import_organisations, make_demo_people
from hatang.indicators.definitions import import_indicators
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import Entry, compute_values, log_published, record_values
from hatang.indicators.services.index_sets import import_index_sets
from hatang.network.models import (
    CableRoute,
    Cell,
    Chamber,
    Closure,
    DeclaredCoverage,
    FibreReach,
    House,
    Mast,
    Pole,
    PoleLine,
    Station,
    Tenancy,
    Thing,
    UndergroundWork,
)
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place, Road
from hatang.places.services import import_units
from hatang.places.services.boundaries import illustrate
from hatang.plans.models import Plan, Report, Task
from hatang.plans.services import import_plans
from hatang.sample.cast import holder
from hatang.sample.coverage import make_coverage, make_fibre
from hatang.sample.dealings import make_dealings
from hatang.sample.demand import make_demand
from hatang.sample.doors import ask_documents
from hatang.sample.figures import YEARS
from hatang.sample.findings import make_findings
from hatang.sample.former_communes import former_entries
from hatang.sample.forms import make_forms
from hatang.sample.masts import make_masts, make_stations
from hatang.sample.obligations import make_funding, make_obligations
from hatang.sample.operators import make_operators
from hatang.sample.programmes import make_assessment, make_programmes
from hatang.sample.reported import Ground, make_entries, reported_indicators
from hatang.sample.returns import make_returns
from hatang.sample.roads import make_roads
from hatang.sample.routes import make_routes
from hatang.sample.runs import make_coverage_run
from hatang.sample.sites import make_sites, make_zones
from hatang.sample.speeds import make_published, make_speed_tests
from hatang.sample.streets import Streets, chain, make_streets
from hatang.sample.structures import equip, make_cells, make_centres, make_houses, make_masts_to_come
from hatang.sample.system_registers import fill_systems, give_out_findings
from hatang.sample.tasks import report_draft, with_progress
from hatang.sample.tenancies import make_tenancies
from hatang.sample.terrain import store_ground
from hatang.sample.territories import LANG_SON, TERRITORIES, Territory
from hatang.sample.things import make_things
from hatang.sample.villages import add_up, make_villages
from hatang.systems.kinds import ORDER

REASON = "Dữ liệu mô phỏng"
SOURCE = "Dữ liệu mẫu của chương trình, không phải số liệu thật"
RESTATED_UNTIL = 2024
FEW_COMMUNES = 6
"""So many communes the quick sample has; then there are few things in the field, too."""

REGISTER: tuple[type[models.Model], ...] = (
    *(Mast, House, UndergroundWork, Chamber, PoleLine, Pole, CableRoute, Closure),
    *(Station, Cell, Tenancy, DeclaredCoverage, FibreReach),
    *ORDER,
)

Row = TypeVar("Row", bound=models.Model)
Tell = Callable[[str], None]


@dataclass
class Loaded:
    """What a load made; nothing when there were data already."""

    already: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    people: list[DemoAccount] = field(default_factory=list)


@transaction.atomic
def load_sample(
    *, quick: bool = False, with_run: bool = False, today: date | None = None, tell: Tell = lambda text: None
) -> Loaded:
    """Load reference data and the sample, or nothing if there are villages, masts or figures already.

    `quick` makes only six communes of Lạng Sơn; `with_run` asks for signed documents and a coverage run there, which a
    worker makes. All rows of the sample are marked as simulated.
    """
    if holds_data():
        return Loaded(already=True)
    load_reference(tell)
    day = today or timezone.localdate()
    people = fill((LANG_SON.quick(),) if quick else TERRITORIES, day, tell)
    if with_run:
        province = Place.objects.provinces().in_force(day).get(code=LANG_SON.province_code)
        ask_documents(province)
        make_coverage_run(province, day)
    return Loaded(rows=counts(), people=people)


def holds_data() -> bool:
    """Tell whether somebody has begun to fill the registers."""
    return Place.objects.villages().exists() or Mast.objects.exists() or Value.objects.exists()


def load_reference(tell: Tell) -> None:
    """Load units, organisations, indicators and plans, in the order in which they refer to each other."""
    steps: list[tuple[str, Callable[[], object]]] = [
        ("Đơn vị hành chính", import_units),
        ("Ranh giới minh hoạ", lambda: illustrate(on=timezone.localdate())),
        ("Tổ chức", import_organisations),
        ("Chỉ tiêu", import_indicators),
        ("Bộ chỉ số chấm điểm", import_index_sets),
        ("Kế hoạch", import_plans),
    ]
    for title, step in steps:
        tell(title)
        step()


def fill(territories: Sequence[Territory], today: date, tell: Tell) -> list[DemoAccount]:
    """Fill registers, figures and tasks of the territories; give the people who act in them."""
    operators = make_operators()
    for operator in operators:
        operator.save()
    grounds = []
    for territory in territories:
        tell(f"Sổ đăng ký mô phỏng: {territory.name}")
        grounds.append(fill_registers(territory, operators, today))
    count_rows_anew()
    tell("Tài khoản dùng thử")
    people = make_demo_people()
    for province in provinces_of(grounds):
        tell(f"Sổ hệ thống mô phỏng: {province}")
        communes = [c for g in grounds for c in g.communes if c.province_id == province.pk]
        fill_systems(province, communes, operators, today)
    acting = next(p for p in provinces_of(grounds) if p.code == LANG_SON.province_code)
    tell(f"Việc mô phỏng trên sổ: {LANG_SON.name}")
    give_out_findings(acting)
    make_dealings(acting, today)
    tell(f"Cảm biến mô phỏng: {LANG_SON.name}")
    communes = [c for g in grounds for c in g.communes if c.province_id == acting.pk]
    make_things(acting, communes, today, quick=len(communes) <= FEW_COMMUNES)
    tell(f"Địa hình mô phỏng: {LANG_SON.name}")
    store_ground(LANG_SON, acting)
    for province in provinces_of(grounds):
        tell(f"Lượt đo tốc độ mô phỏng: {province}")
        communes = [c for g in grounds for c in g.communes if c.province_id == province.pk]
        make_speed_tests(province, communes, operators, today)
        make_demand(province, communes, today)
    make_published(acting, holder(acting, Role.DEPARTMENT_OFFICER), today)
    for province in provinces_of(grounds):
        tell(f"Số liệu mô phỏng: {province}")
        fill_figures(province, [g for g in grounds if g.communes[0].province_id == province.pk], today)
    make_forms(acting)
    make_returns(acting, today)
    make_findings(acting)
    fill_tasks()
    fill_cycle(acting, today)
    make_obligations(acting, today)
    for plan in Plan.objects.filter(province=acting, year_from__lte=today.year, year_to__gte=today.year):
        make_funding(plan)
    return people


def fill_cycle(province: Place, today: date) -> None:
    """Let a province's people measure: a programme with its counts, and last year's marks by the index set."""
    communes = Place.objects.communes().in_force(today).filter(province=province, households__gt=0).order_by("code")
    make_programmes(province, list(communes), today)
    make_assessment(province, holder(province, Role.DEPARTMENT_OFFICER), today.year - 1)


def count_rows_anew() -> None:
    """Let PostgreSQL count the rows that were just written: it may believe the tables empty, and plan accordingly."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            models_read: list[type[models.Model]] = [Place, Road, *REGISTER]
            for model in models_read:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def provinces_of(grounds: Iterable[Ground]) -> list[Place]:
    """Give today's provinces of the sample, each once."""
    return list(dict.fromkeys(g.communes[0].province for g in grounds if g.communes[0].province))


def fill_registers(territory: Territory, operators: Sequence[Organisation], today: date) -> Ground:
    """Make and store one territory's places, network and services."""
    all_communes = list(
        Place.objects.communes()
        .in_force(today)
        .filter(province__code=territory.province_code)
        .select_related("province", "former_province")
        .order_by("code")
    )
    communes = own_communes(territory, all_communes)
    villages = make_villages(territory, communes, all_communes)
    add_up(communes, villages)
    bulk_update_with_history(communes, Place, ["population", "households", "simulated"], default_change_reason=REASON)
    zones, sites = make_zones(territory, communes), make_sites(territory, communes, villages)
    keep(Place, [*villages, *zones, *sites])
    masts = make_masts(territory, communes=communes, villages=villages, zones=zones, operators=operators)
    stations = make_stations(territory, masts, operators)
    equip(masts, stations)
    keep(Mast, [*masts, *make_masts_to_come(territory, villages, operators)])
    streets = make_streets(territory, communes, villages)
    keep(House, [*make_houses(territory, masts), *make_centres(chain(communes), territory.prefix, operators)])
    keep(Station, stations)
    keep(Cell, make_cells(stations))
    fill_routes(streets, stations, operators)
    others = [*zones, *sites, *districts_of(territory, communes)]
    coverage = make_coverage(territory, villages=villages, others=others, masts=masts, stations=stations)
    keep(DeclaredCoverage, coverage)
    keep(FibreReach, make_fibre(territory, villages=villages, operators=operators, masts=masts))
    return Ground(territory, place_of(territory, communes), communes, dict(Counter(v.parent_id or 0 for v in villages)))


def fill_routes(streets: Streets, stations: Sequence[Station], operators: Sequence[Organisation]) -> None:
    """Make and store roads, the routes along them, what stands along those, and who uses whose things."""
    routes = make_routes(streets, operators)
    keep(Road, make_roads(streets, routes.underground))
    keep(UndergroundWork, routes.underground)
    keep(Chamber, routes.chambers)
    keep(PoleLine, routes.pole_lines)
    keep(Pole, routes.poles)
    keep(CableRoute, routes.cables)
    keep(Closure, routes.closures)
    keep(Tenancy, make_tenancies(stations, routes, operators))


def own_communes(territory: Territory, communes: Sequence[Place]) -> list[Place]:
    """Keep the communes of the territory: all of the province's, or those that came from a former one."""
    origins = {c.pk: c.former_province.name for c in communes if c.former_province}
    own = [c for c in communes if not territory.former or origins.get(c.pk) == territory.name]
    return own[: territory.first_communes]


def place_of(territory: Territory, communes: Sequence[Place]) -> Place:
    """Give the territory's own place: the province, or the former one."""
    place = communes[0].former_province if territory.former else communes[0].province
    assert place is not None
    return place


def districts_of(territory: Territory, communes: Sequence[Place]) -> list[Place]:
    """Give the territory's former districts; their 5G counts in a target that was set for districts."""
    districts = Place.objects.of_kind(Place.Kind.DISTRICT).within(place_of(territory, communes)).exclude(lon=None)
    return list(districts.order_by("code")) if territory.first_communes is None else []


def keep(model: type[Row], rows: Sequence[Row]) -> None:
    """Store rows with the first line of their history."""
    for row in rows:
        if isinstance(row, Place | Road | Thing):
            row.fill_keys()
    bulk_create_with_history(rows, model, batch_size=2000, default_change_reason=REASON)


def fill_figures(province: Place, grounds: Sequence[Ground], today: date) -> None:
    """Record what is only reported, count the rest from the registers, and publish."""
    entries = list(make_entries(reported_indicators(), grounds, province))
    for how, measured in ((Value.How.REPORTED, False), (Value.How.MEASURED, True)):
        rows = [e for e in entries if e.year <= today.year and is_measured(e) == measured]
        record_values(actor=None, rows=rows, how=how, source=SOURCE, today=today, publish=True)
    record_values(actor=None, rows=list(former_entries(province)), source=SOURCE, today=today, publish=True)
    of_communes = Value.objects.filter(place__kind=Place.Kind.COMMUNE, place__province=province, place__valid_to=None)
    of_communes.filter(year__lte=RESTATED_UNTIL).update(restated=True)
    for year in YEARS:
        if year <= today.year:
            compute_values(actor=None, province=province, year=year, today=today, publish=True)
            log_published(province=province, year=year)


def is_measured(entry: Entry) -> bool:
    """Tell whether the figure comes from measurements."""
    return entry.indicator.source == Indicator.Source.MEASURED


def fill_tasks() -> None:
    """Give a part of the tasks a state, and Lạng Sơn's plan the draft of a report."""
    tasks = with_progress(Task.objects.select_related("plan").order_by("pk"))
    changed = ["state", "simulated", "progress_text", "obstacle_text", "estimate_vnd", "spent_vnd"]
    bulk_update_with_history(tasks, Task, changed, batch_size=500, default_change_reason=REASON)
    for plan in Plan.objects.filter(province__code=LANG_SON.province_code, year_from__lte=2025, year_to__gte=2025):
        report_draft(plan).save()


def counts() -> dict[str, int]:
    """Count what the sample holds."""
    marked: list[type[models.Model]] = [Place, Road, *REGISTER, Value, Task]
    found = {str(m._meta.verbose_name): m._default_manager.filter(simulated=True).count() for m in marked}
    return found | {str(Report._meta.verbose_name): Report.objects.count()}
