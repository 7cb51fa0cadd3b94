"""The check of a file by sets gives each row the verdict that the page's forms would give it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Organisation
from hatang.core.tables import Row, Table, trimmed
from hatang.network.forms import MastForm, StationForm
from hatang.network.models import Mast, Station
from hatang.network.services.check import MAST_FACTS, check_table
from hatang.network.services.columns import BY_KEY, technologies
from hatang.places.models import Place
from tests.conftest import World
from tests.network.files import GOOD

TODAY = date(2025, 9, 1)
NONSENSE = st.one_of(
    st.none(),
    st.sampled_from(["N/A", "95%", "1.234,5", "", " ", "#REF!", "–", "0", -1, 0, 1e18, True, "31/02/2024", "\x00"]),
    st.text(max_size=50),
    st.floats(),
    st.integers(-(10**9), 10**9),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
DAYS = st.one_of(
    st.dates(date(2019, 1, 1), date(2026, 1, 1)),
    st.datetimes(datetime(2019, 1, 1), datetime(2026, 1, 1)),
    st.dates(date(2019, 1, 1), date(2026, 1, 1)).map(lambda d: f"{d:%d/%m/%Y}"),
    st.integers(43_466, 46_000),
)
SENSE = {
    "mast_code": st.sampled_from(["C-1", "M-CU", 12, 12.0, "x" * 40, "x" * 41]),
    "station_code": st.sampled_from(["T-1", "T-CU", 7, "x" * 41]),
    "operator": st.sampled_from(["A", "b", "Doanh nghiệp B", "doanh nghiep a", "Sở Khoa học và Công nghệ Lạng Sơn"]),
    "commune": st.sampled_from(["06181", 6181, "05977", "00721", "20"]),
    "lon": st.sampled_from([106.7, "106,7", "106.76", 101.9, 118.1, 108.5]),
    "lat": st.sampled_from([21.95, "21,9", 5.9, 24.1, 16.0]),
    "structure": st.sampled_from([None, "A1", "A6", "A7", "a1"]),
    "height_m": st.sampled_from([None, 0, 45, "45,5", 350, 350.1, "45 m"]),
    "technology": st.sampled_from(["4G", "4G, 5G", "2G/3G", "6G", ",", "4g"]),
    "on_air_on": DAYS,
    "off_air_on": st.one_of(st.none(), DAYS),
    "built_on": DAYS,
}
CHANGES = st.sampled_from(list(GOOD)).flatmap(
    lambda key: st.tuples(st.just(key), st.one_of(SENSE[key], SENSE[key], NONSENSE))
)
ROWS = st.lists(CHANGES, max_size=3).map(lambda changes: GOOD | dict(changes))


@pytest.fixture
def held(world: World) -> Mast:
    mast = Mast.objects.create(
        code="M-CU",
        owner=world.operator,
        province=world.province,
        commune=world.commune,
        lon=106.7,
        lat=21.95,
        built_on=date(2019, 1, 1),
        dismantled_on=date(2025, 1, 1),
    )
    Station.objects.create(code="T-CU", mast=mast, operator=world.operator, technology="4G", on_air_on=date(2020, 1, 1))
    return mast


def passes_check(cells: dict[str, Any], world: World) -> bool:
    """Ask the check of a file with this one row."""
    headings = tuple(BY_KEY[key].heading for key in cells)
    table = Table("", (), 1, headings, (Row(2, tuple(trimmed(cell) for cell in cells.values())),))
    return not check_table(table, province=world.province, operator=None, today=TODAY).rows[0].faults


def passes_forms(cells: dict[str, Any], world: World, held: Mast) -> bool:
    """Ask the forms of the pages with what somebody would choose there."""
    cells = {key: trimmed(cell) for key, cell in cells.items()}
    names = {"a": world.operator, "doanh nghiep a": world.operator, "b": world.rival, "doanh nghiệp b": world.rival}
    operator: Organisation | None = names.get(str(cells["operator"]).lower())
    code = str(cells["commune"]).zfill(5)
    commune = Place.objects.filter(code__in=[code], kind="commune").first()
    mast = Mast.objects.filter(code=str(cells["mast_code"])).first()
    facts = cells | {"commune": commune.pk if commune else cells["commune"] and "không có"}
    facts |= {"owner": operator and operator.pk}
    if mast:
        facts = {k: v for k, v in facts.items() if v is not None} | {"owner": mast.owner_id}
    facts = {k: facts.get(k, getattr(mast, BY_KEY[k].model_field.attname, None)) for k in MAST_FACTS}
    facts |= {"code": cells["mast_code"], "structure": "A1" if facts["structure"] is None else facts["structure"]}
    facts |= {"dismantled_on": mast and mast.dismantled_on}
    mast_form = MastForm(facts, instance=mast, province=world.province, today=TODAY)
    try:
        chosen = technologies(str(cells["technology"] or ""), str)
    except Exception:
        chosen = ("không có",)
    return all([mast_form.is_valid(), *(station_form(cells, t, operator, held, world).is_valid() for t in chosen)])


def station_form(
    cells: dict[str, Any], technology: str, operator: Organisation | None, held: Mast, world: World
) -> StationForm:
    """Fill the station's form for one technology; a station that exists is corrected."""
    same = {"operator": operator, "code": str(cells["station_code"]), "technology": technology}
    facts = {name: cells[name] for name in ("on_air_on", "off_air_on")}
    facts |= {"code": cells["station_code"], "technology": technology}
    facts |= {"mast": held.pk, "operator": operator and operator.pk}
    found = Station.objects.filter(**same).first() if operator and "\0" not in same["code"] else None
    return StationForm(facts, instance=found, province=world.province, today=TODAY)


@given(row=ROWS)
@example(row=GOOD | {"lon": 108.5})
@example(row=GOOD | {"height_m": 350.1})
@example(row=GOOD | {"off_air_on": "15/06/2023"})
@example(row=GOOD | {"mast_code": "M-CU", "built_on": "01/01/2025"})
@example(row=GOOD | {"station_code": "T-CU", "on_air_on": None})
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_passes_the_check_if_the_forms_accept_it(world: World, held: Mast, row: dict[str, Any]) -> None:
    if "\0" in str(row["mast_code"]):
        row["mast_code"] = "C-1"
    assert passes_check(row, world) == passes_forms(row, world, held)


def test_both_verdicts_occur(world: World, held: Mast) -> None:
    assert passes_check(GOOD, world) and passes_forms(GOOD, world, held)
    wrong = GOOD | {"height_m": "95%"}
    assert not passes_check(wrong, world) and not passes_forms(wrong, world, held)
