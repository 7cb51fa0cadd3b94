"""Registers small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from hatang.accounts.models import Organisation
from hatang.coverage.models import CoverageRun, PredictedService, Terrain
from hatang.indicators.models import Indicator
from hatang.network.models import DeclaredCoverage, FibreReach, Mast, Station
from hatang.places.models import Place
from tests.conftest import World

ON = date(2025, 12, 31)
LONG_AGO = date(2020, 1, 1)


def make_indicator(code: str, formula: str = "reported", **more: object) -> Indicator:
    """Make an indicator: by default a percentage whose parent is the ratio of sums."""
    facts: dict[str, object] = {
        "number": 1,
        "name": code,
        "short_name": code,
        "component": "telecom",
        "unit_code": "percent",
        "rollup": Indicator.Rollup.RATIO_OF_SUMS,
        "source": Indicator.Source.REPORTED if formula == "reported" else Indicator.Source.REGISTER,
        "numerator_text": "thôn có sóng",
        "denominator_text": "thôn",
    }
    return Indicator.objects.create(code=code, formula=formula, **facts | more)


@pytest.fixture
def broadband(world: World) -> Indicator:
    """Make the indicator of villages with mobile broadband, counted from the registers."""
    return make_indicator("thon-bang-rong", "villages_mobile_broadband")


@pytest.fixture
def sharing(world: World) -> Indicator:
    """Make the indicator of shared positions, which has two readings."""
    return make_indicator("bts-dung-chung", "bts_sharing_positions", number=2)


@pytest.fixture
def smartphones(world: World) -> Indicator:
    """Make an indicator that is only reported."""
    return make_indicator("dien-thoai-thong-minh", number=3)


@pytest.fixture
def villages(world: World) -> Callable[..., list[Place]]:
    """Give a maker of villages in a commune."""

    def make(commune: Place, count: int, **more: object) -> list[Place]:
        facts = {"kind": "village", "title": "Thôn", "parent": commune, "province": commune.province}
        return [Place.objects.create(**facts, name=f"Bản {n}", **more) for n in range(count)]

    return make


@pytest.fixture
def cover(world: World) -> Callable[..., DeclaredCoverage]:
    """Give a maker of declared coverage, of the first operator unless another is named."""

    def make(place: Place, technology: str = "4G", **more: object) -> DeclaredCoverage:
        facts: dict[str, object] = {"operator": world.operator, "since_on": LONG_AGO}
        return DeclaredCoverage.objects.create(place=place, technology=technology, **facts | more)

    return make


def make_run(province: Place, *, on: date = LONG_AGO, adopted: bool = True, **more: object) -> CoverageRun:
    """Make a run that ended, by default adopted as the province's prediction."""
    terrain = Terrain.objects.create(province=province, title="Địa hình", state=Terrain.State.READY)
    facts: dict[str, object] = {"title": "Lượt tính quý", "state": CoverageRun.State.DONE}
    if adopted:
        facts["adopted_at"] = datetime(2025, 7, 1, tzinfo=UTC)
    return CoverageRun.objects.create(province=province, terrain=terrain, on=on, **facts | more)


def find(run: CoverageRun, place: Place, served: str = "", operator: Organisation | None = None) -> None:
    """Store what a run found at a place for 4G and 5G: which of them `served` names suffices."""
    operator = operator or Organisation.objects.operators().order_by("pk").first()
    PredictedService.objects.bulk_create(
        PredictedService(
            run=run,
            place=place,
            operator=operator,
            technology=t,
            probability=0.99 if t in served else 0.2,
            served=t in served,
        )
        for t in ("4G", "5G")
    )


@pytest.fixture
def reach(world: World) -> Callable[..., FibreReach]:
    """Give a maker of fibre reach."""

    def make(village: Place, households: int, **more: object) -> FibreReach:
        facts: dict[str, object] = {"operator": world.operator, "since_on": LONG_AGO}
        return FibreReach.objects.create(village=village, households_able=households, **facts | more)

    return make


@pytest.fixture
def mast(world: World) -> Callable[..., Mast]:
    """Give a maker of masts with stations, each said as (operator, technology) or (operator, technology, on air on)."""

    def make(*stations: tuple[object, ...], commune: Place | None = None, **more: object) -> Mast:
        number = Mast.objects.count()
        commune = commune or world.commune
        facts: dict[str, object] = {"owner": world.operator, "built_on": LONG_AGO, "lon": 106.7, "lat": 21.9}
        made = Mast.objects.create(code=f"C{number}", commune=commune, province=commune.province, **facts | more)
        for operator, technology, *day in stations:
            Station.objects.create(
                mast=made,
                code=f"S{number}",
                operator=operator,
                technology=technology,
                on_air_on=day[0] if day else LONG_AGO,
            )
        return made

    return make
