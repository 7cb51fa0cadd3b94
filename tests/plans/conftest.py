"""The provinces of the five plans, before and after 1 July 2025, and the reference tables; who reads a document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from hatang.accounts.models import Person
from hatang.accounts.services import import_organisations
from hatang.indicators.definitions import import_indicators
from hatang.indicators.models import Indicator
from hatang.places.models import Place, PlaceSuccession
from hatang.plans.report import charts

OLD_LAST_DAY, NEW_FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)
MERGED = {"08": ("Tuyên Quang", ["08", "02"]), "66": ("Đắk Lắk", ["66"]), "24": ("Bắc Ninh", ["24"])}
FORMER = {"08": "Tuyên Quang", "02": "Hà Giang", "66": "Đắk Lắk", "24": "Bắc Giang"}


@pytest.fixture(scope="session", autouse=True)
def drawn_once() -> Iterator[None]:
    """Draw equal charts once for all tests: each begins without what others kept, and a report is mostly drawing."""
    pictures: dict[tuple[str, str], bytes] = {}
    really = charts._drawn

    def draw(chart: charts.Chart, kind: str) -> bytes:
        told = (repr(chart), kind)
        if told not in pictures:
            pictures[told] = really(chart, kind)
        return pictures[told]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "_drawn", draw)
        yield


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


@pytest.fixture
def fibre(db: None) -> Indicator:
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "none", "source": "reported"}
    return Indicator.objects.create(
        code="thon-cap-quang", number=7, name="Tỷ lệ thôn có cáp quang", short_name="Thôn có cáp quang", **traits
    )


@pytest.fixture
def reference(db: None) -> None:
    """Provinces, organisations and indicators."""
    Place.objects.create(kind="province", title="Tỉnh", name="Lạng Sơn", code="20")
    former = {
        code: Place.objects.create(kind="province", title="Tỉnh", name=name, code=code, valid_to=OLD_LAST_DAY)
        for code, name in FORMER.items()
    }
    for code, (name, parts) in MERGED.items():
        today = Place.objects.create(kind="province", title="Tỉnh", name=name, code=code, valid_from=NEW_FIRST_DAY)
        for part in parts:
            PlaceSuccession.objects.create(
                predecessor=former[part], successor=today, on=NEW_FIRST_DAY, population_percent=100, area_percent=100
            )
    import_organisations()
    import_indicators()
