"""The sample in the database: the plan's baselines, marks on every figure, and that nothing is loaded twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from hatang.accounts.models import Person
from hatang.core.radio.cells import usable_cells
from hatang.coverage.models import Terrain
from hatang.coverage.services.engine import area_of, cells_near, land_of
from hatang.indicators.models import Indicator, Return, Value
from hatang.indicators.services import REPORTED
from hatang.indicators.services.tables import answers_in, operators_of
from hatang.network.models import (
    BuildingCheck,
    BuildingProject,
    CableRoute,
    Cell,
    DeclaredCoverage,
    DuplicateCase,
    FibreReach,
    House,
    JointInterest,
    JointWork,
    Mast,
    Pole,
    PoleLine,
    ProblemReport,
    Proposal,
    PublicSite,
    SharingRequest,
    SharingRule,
    Station,
    Technology,
    Tenancy,
)
from hatang.places.models import Place, Road
from hatang.plans.models import Baseline, Funding, Obligation, Report, Task
from hatang.sample.services import Loaded, load_sample

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """Load the whole sample once for this file, and leave nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_sample(today=TODAY)
        transaction.set_rollback(True)


def former(name: str) -> Place:
    return Place.objects.provinces().get(name=name, valid_to__isnull=False)


def today_is(code: str) -> Place:
    return Place.objects.provinces().get(code=code, valid_to=None)


def value(indicator: str, place: Place, year: int) -> Value:
    """Give the figure as pages show it: in the indicator's own reading, else the reported one that stands in."""
    own = Indicator.objects.get(code=indicator).formula
    rows = Value.objects.known().filter(indicator__code=indicator, place=place, year=year)
    return rows.filter(formula=own).first() or rows.get(formula=REPORTED)


def test_the_baselines_of_tuyen_quangs_plan_are_reproduced(loaded: Loaded) -> None:
    baselines = Baseline.objects.filter(plan__code="tuyen-quang-2025-2030", indicator__isnull=False)
    stated = {b.indicator.code: b.value for b in baselines}
    assert len(stated) >= 11
    assert (stated["villages-mobile-broadband"], stated["villages-fibre"], stated["bts-sharing"]) == (97.8, 93.3, 14.03)
    place = former("Tuyên Quang")
    for code, wanted in stated.items():
        decimals = len(str(wanted).partition(".")[2])
        assert round(value(code, place, 2024).value, decimals) == wanted, code
    counted = [value(code, place, 2024) for code in ("villages-mobile-broadband", "villages-fibre", "bts-sharing")]
    assert all(v.how == "counted" and v.on == date(2024, 12, 31) for v in counted)


def test_every_row_and_every_figure_is_marked(loaded: Loaded) -> None:
    for model in (Mast, Station, DeclaredCoverage, FibreReach, Value):
        assert model.objects.exists()
        assert not model.objects.filter(simulated=False).exists()
    assert Road.objects.count() == Road.objects.filter(simulated=True, source__contains="mô phỏng").count() > 5_000
    kinds = (Place.Kind.VILLAGE, Place.Kind.ZONE, Place.Kind.SITE)
    assert not Place.objects.filter(kind__in=kinds, simulated=False).exists()
    assert not Place.objects.filter(population__isnull=False, simulated=False).exists()
    assert not Task.objects.filter(simulated=False).exclude(progress_text="", state="not_started").exists()


def test_figures_are_published_for_each_indicator_and_year(loaded: Loaded) -> None:
    assert not Value.objects.exclude(state=Value.State.PUBLISHED).exists()
    indicators = set(Indicator.objects.values_list("pk", flat=True))
    for place in (today_is("20"), today_is("08")):
        for year in (2025, 2026):
            assert set(Value.objects.filter(place=place, year=year).values_list("indicator", flat=True)) == indicators
    for place in (former("Tuyên Quang"), former("Hà Giang")):
        assert Value.objects.filter(place=place, year=2023, restated=False).exists()
    assert set(Value.objects.filter(year=2026).values_list("on", flat=True)) == {TODAY}


def test_what_communes_reported_before_they_existed_is_restated(loaded: Loaded) -> None:
    former = Value.objects.filter(place__kind=Place.Kind.COMMUNE, place__valid_to__isnull=False)
    assert former.exists()
    assert not former.exclude(restated=False, simulated=True, year__lte=2024).exists()
    communes = Value.objects.filter(place__kind=Place.Kind.COMMUNE, place__valid_to=None)
    assert communes.filter(year__lte=2024).exists()
    assert not communes.filter(year__lte=2024, restated=False).exists()
    assert not communes.filter(year__gte=2025, restated=True).exists()


def test_some_targets_are_met_and_some_are_not(loaded: Loaded) -> None:
    assert value("villages-mobile-broadband", former("Tuyên Quang"), 2025).value >= 98
    assert value("villages-fibre", former("Tuyên Quang"), 2025).value < 95
    assert value("villages-fibre", former("Hà Giang"), 2025).value >= 85
    assert 40 < value("commune-centres-5g", today_is("20"), 2025).value < 100
    assert value("villages-with-power-mobile-broadband", today_is("20"), 2025).value < 100


def test_measured_figures_say_on_how_many_measurements(loaded: Loaded) -> None:
    speeds = Value.objects.filter(indicator__code__endswith="-ispeed")
    assert speeds.exists()
    assert not speeds.filter(sample_size__isnull=True).exists()
    assert not speeds.exclude(how="measured").exists()


def test_lang_son_has_a_draft_whose_texts_say_that_they_are_samples(loaded: Loaded) -> None:
    report = Report.objects.get(year=2025, plan__province=today_is("20"))
    assert report.sent_on is None
    assert all(text.startswith("Văn bản mẫu:") for text in (report.assessment, report.causes, report.proposals))


def test_registers_have_a_first_line_of_history(loaded: Loaded) -> None:
    for model in (Mast, Station, Cell, Tenancy, House, PoleLine, Pole, CableRoute, DeclaredCoverage, FibreReach, Road):
        assert model.history.filter(history_type="+").count() == model.objects.count()


def test_lang_son_has_requests_in_many_states_with_their_terms(loaded: Loaded) -> None:
    requests = SharingRequest.objects.all()
    states = {
        "contracted",
        "overdue",
        "valid",
        "survey",
        "authority_review",
        "sent",
        "refused",
        "incomplete",
        "extended",
    }
    assert {r.state for r in requests} == states
    signed = requests.get(state="contracted")
    assert (signed.tenancy.tenant, signed.tenancy.price_vnd) == (signed.requester, 4_800_000)
    assert signed.tenancy.simulated
    running = {r.state for r in requests.filter(clock__stopped_at=None, clock__due_at__gt=signed.received_at)}
    assert running == {"overdue", "valid", "survey", "authority_review", "extended"}


def test_lang_son_has_something_to_decide_on_every_page_of_the_register(loaded: Loaded) -> None:
    cases = DuplicateCase.objects.filter(state="open")
    assert {frozenset((c.kept.owner.short_name, c.other_owner.short_name)) for c in cases} == {
        frozenset(("DN A", "DN B"))
    }
    assert cases.count() == 2
    assert {p.full_verdict for p in Proposal.objects.all()} == {"must_share", "may_build"}
    reports = ProblemReport.objects.all()
    assert {"received", "repairing", "resolved"} <= {r.state for r in reports}
    assert reports.open().overdue(datetime(2026, 11, 20, 23, tzinfo=UTC)).exists()
    assert all(r.lon and r.commune for r in reports)
    assert JointInterest.objects.filter(state="interested").exists()
    assert JointWork.objects.filter(interests=None).exists()
    assert BuildingCheck.objects.filter(stage="acceptance", result="passed").exists()
    assert Place.objects.villages().filter(grid_power_on__isnull=False, has_grid_power=False).count() == 1
    assert all(s.terms for s in PublicSite.objects.all())


def test_what_was_dealt_is_marked_and_lang_sons_alone(loaded: Loaded) -> None:
    for model in (SharingRequest, Proposal, ProblemReport, JointWork, BuildingProject, PublicSite):
        assert {(row.simulated, row.province.code) for row in model.objects.all()} == {(True, "20")}
    adopted = SharingRule.objects.filter(province__code="20")
    assert adopted.exists()
    assert all("MÔ PHỎNG" in rule.legal for rule in adopted)


def test_villages_lie_lower_than_the_hills_about_them(loaded: Loaded) -> None:
    """So that hills stand between some villages and the masts: not all that is declared is predicted."""
    terrain = Terrain.objects.get()
    assert (terrain.simulated, terrain.province.code, terrain.state) == (True, "20", "ready")
    heights = land_of(terrain).heights
    assert heights.version == terrain.version
    villages = Place.objects.villages().filter(province=terrain.province).values_list("lon", "lat")
    at_villages = heights.nearest(*zip(*villages, strict=True))
    assert np.percentile(at_villages, 95) < np.median(heights.values)
    assert at_villages.min() >= 100 and heights.values.max() <= 1541


def test_every_cell_of_the_sample_can_be_computed(loaded: Loaded) -> None:
    terrain = Terrain.objects.get()
    found = usable_cells(cells_near(area_of(terrain), on=TODAY), method="P.1812")
    assert len(found.cells) > 4_000
    assert {cell.technology for cell in found.cells} == set(Technology.values)


def test_a_second_load_changes_nothing(loaded: Loaded) -> None:
    before = Value.objects.count()
    assert load_sample(today=TODAY).already
    assert Value.objects.count() == before


def test_the_pages_of_the_measuring_cycle_are_not_empty(loaded: Loaded) -> None:
    """Obligations of last year have every end, one of now is answered; tasks have money; operators' returns figures."""
    province = Place.objects.provinces().in_force(TODAY).get(name="Lạng Sơn")
    owed = Obligation.objects.filter(province=province)
    assert set(owed.filter(year=TODAY.year - 1).values_list("state", flat=True)) == {"done", "excused", "missed"}
    assert set(owed.filter(year=TODAY.year).values_list("state", flat=True)) == {"open", "done"}
    money = Funding.objects.filter(task__plan__province=province)
    assert money.exclude(spent_vnd=None).exists()
    answers = answers_in(province, Person.objects.get(username="lanhdao.langson"))
    assert len(operators_of(answers)) == 4
    shown = [*owed, *money, *Return.objects.filter(cells__in=answers).distinct()]
    assert all(row.simulated for row in shown)
