"""The check of a file by sets gives each row, of every layout, the verdict that the ModelForm would give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.core.cells import as_text, trimmed
from hatang.core.coordinates import CoordinateError, position_of
from hatang.core.tables import Row, Table
from hatang.network.forms import CodeField
from hatang.network.kinds import TABLE
from hatang.network.models import Cell, LineThing, Mast, Station, Tenancy
from hatang.network.services.check import Outcome, check_book
from hatang.network.services.cleaning import Placing, clean_sheet, read_line
from hatang.network.services.layouts import BY_SLUG, COMBINED, LAYOUTS, Column, Layout
from hatang.network.services.reading import Asked, Book, sheet_of
from hatang.network.services.register import Register
from hatang.network.services.uploads import silent
from hatang.pages.fields import CountField, DayField, FlagField, NumberField, WordField, YesNoField
from hatang.pages.shapes import lines_of
from hatang.pages.widgets import ShapeField
from tests.conftest import World
from tests.network.files import GOOD

TODAY = date(2025, 9, 1)
PLAIN = [layout for layout in LAYOUTS if layout is not COMBINED]
ROUTE = "106,70 21,95; 106,71 21,96"
POINT = {"commune": "06181", "lon": 106.7, "lat": 21.95}
LINE = {"commune": "06181", "path": ROUTE}
BASE = {"code": "X-1", "owner": "A", "built_on": "01/03/2020"}
GOOD_ROWS: dict[str, dict[str, Any]] = {
    "cot": {**BASE, **POINT, "structure": "A1"},
    "nha-tram": {**BASE, **POINT, "kind": "NT1"},
    "cong-trinh-ngam": {**BASE, **LINE, "kind": "N1"},
    "be-cap": {**BASE, **POINT, "kind": "N2"},
    "tuyen-cot": {**BASE, **LINE, "kind": "C1"},
    "cot-treo-cap": {**BASE, **POINT, "kind": "C2", "pole_line": "CU"},
    "tuyen-cap": {**BASE, **LINE, "laying": "cáp treo"},
    "diem-noi-cap": {**BASE, **POINT, "cable": "CU"},
    "tram": {"code": "T-1", "mast": "CU", "operator": "A", "technology": "4G", "on_air_on": "15/06/2023"},
    "o": {"code": "O-1", "station": "CU", "on_air_on": "15/06/2023"},
    "dung-chung": {"mast": "CU", "tenant": "B", "since_on": "15/06/2023"},
}
NONSENSE = st.one_of(
    st.none(),
    st.sampled_from(["N/A", "95%", "1.234,5", "", " ", "#REF!", "–", "0", -1, 0, 1e18, True, "31/02/2024", "\x00"]),
    st.text(max_size=320),
    st.floats(),
    st.integers(-(10**9), 10**9),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
DAYS = st.one_of(
    st.none(),
    st.dates(date(2019, 1, 1), date(2026, 1, 1)),
    st.datetimes(datetime(2019, 1, 1), datetime(2026, 1, 1)),
    st.dates(date(2019, 1, 1), date(2028, 1, 1)).map(lambda d: f"{d:%d/%m/%Y}"),
    st.integers(43_466, 46_000),
)
SENSE: tuple[tuple[type[forms.Field], st.SearchStrategy[Any]], ...] = (
    (CodeField, st.sampled_from(["X-1", "CU", 12, 12.0, "x" * 20, "x" * 21, "x" * 41])),
    (CountField, st.sampled_from([None, 0, 3, "3", 2.5, -1, 40_000, 3_000_000_000])),
    (NumberField, st.sampled_from([None, 0, 45, "45,5", 350, 350.1, "45 m", -1, 61, 1e9])),
    (DayField, DAYS),
    (YesNoField, st.sampled_from([None, "có", "x", "không", True])),
    (FlagField, st.sampled_from([None, "có", "x", "không", True])),
    (
        ShapeField,
        st.sampled_from([ROUTE, "106.7 21.9", "LINESTRING (106.7 21.9, 106.8 21.9)", "POINT (106 21)", "0 0; 1 1"]),
    ),
)
ORGANISATIONS = ["A", "b", "Doanh nghiệp B", "Sở Khoa học và Công nghệ Lạng Sơn", "Mạng Z", None]
NAMED: dict[str, list[Any]] = {
    "commune": ["06181", 6181, "Xã Đồng Đăng", "05977", "00721", "không có", None],
    "lon": [106.7, "106,7", "106.76", "106°42'", 101.9, 118.1, 108.5, None],
    "lat": [21.95, "21,9", "21°57'B", 5.9, 24.1, 16.0, None],
    **dict.fromkeys(("owner", "operator", "tenant"), ORGANISATIONS),
    **{key: ["CU", "không có", None] for key in ("mast", "house", "underground", "pole_line", "cable", "station")},
}


@dataclass
class Held:
    """What the register holds: one of each kind of code CU."""

    rows: dict[str, Any]
    world: World

    def named(self, name: str, text: str) -> Any:
        """Give the row that a text names in a field, as somebody would choose it on a page."""
        if name in ("owner", "operator", "tenant"):
            known = {"a": self.world.operator, "b": self.world.rival, "doanh nghiệp b": self.world.rival}
            known["sở khoa học và công nghệ lạng sơn"] = self.world.department
            return known.get(text.lower())
        if name == "commune":
            known = {"06181": self.world.commune, "xã đồng đăng": self.world.commune, "05977": self.world.neighbour}
            return known.get(text.zfill(5) if text.isdigit() else text.lower())
        return self.rows[name] if text == "CU" and name in self.rows else None


@pytest.fixture
def held(world: World) -> Held:
    rows: dict[str, Any] = {}
    common = {"code": "CU", "owner": world.operator, "province": world.province, "commune": world.commune}
    for kind in TABLE:
        place: dict[str, Any] = {"lon": 106.7, "lat": 21.95}
        if issubclass(kind.model, LineThing):
            field = kind.form.base_fields["path"]
            place = {"path": read_line(ROUTE, field, Placing())}
        days = {"built_on": date(2019, 1, 1), "dismantled_on": date(2025, 1, 1)}
        rows[kind.key] = kind.model._default_manager.create(**common, **place, **days)
    mast = rows["mast"]
    day = {"on_air_on": date(2020, 1, 1)}
    rows["station"] = Station.objects.create(code="CU", mast=mast, operator=world.operator, technology="4G", **day)
    Cell.objects.create(code="CU", station=rows["station"], off_air_on=date(2024, 1, 1), **day)
    return Held(rows, world)


def sense(layout: Layout, column: Column) -> st.SearchStrategy[Any]:
    """Give cells that somebody may write in a column, right and nearly right."""
    field = layout.form_field(column)
    if column.name in NAMED:
        return st.sampled_from(NAMED[column.name])
    if isinstance(field, WordField):
        choices = [(value, label) for value, label in field.choices if value]
        words = [word for value, label in choices for word in (value, label, label.partition(" · ")[2] or label)]
        return st.sampled_from([*words, "Z9", None])
    return next((cells for kind, cells in SENSE if isinstance(field, kind)), st.text(max_size=310))


def fields_of(layout: Layout) -> list[Column]:
    """Give the columns of a layout's form."""
    return [column for column in layout.columns if not column.helps]


def rows_of(layout: Layout) -> st.SearchStrategy[dict[str, Any]]:
    """Give rows: a good one with up to three cells changed."""
    reference = {"zone", "mast", "house", "underground", "pole_line", "cable", "station", "commune"}

    def cells(column: Column) -> st.SearchStrategy[tuple[str, Any]]:
        sensible = sense(layout, column) if column.name != "zone" else st.sampled_from([None, "không có"])
        boxes = {"offered", "camouflaged", "level4"}  # a page's box is ticked or not, whatever else is posted
        chosen = {"owner", "operator", "tenant", *boxes}
        anything = sensible if column.name in reference | chosen else NONSENSE
        return st.tuples(st.just(column.key), st.one_of(sensible, sensible, anything))

    change = st.sampled_from(fields_of(layout)).flatmap(cells)
    empty = {column.key: None for column in fields_of(layout)}
    good = empty | GOOD_ROWS[layout.slug]
    return st.lists(change, max_size=3).map(lambda changes: good | dict(changes))


def checked(layout: Layout, cells: dict[str, Any], world: World) -> Outcome:
    """Ask the check of a file with this one row."""
    headings = tuple(layout.by_key[key].heading for key in cells)
    table = Table("", (), 1, headings, (Row(2, tuple(trimmed(cell) for cell in cells.values())),))
    sheet = sheet_of(layout, table, Asked())
    lines, _ = clean_sheet(sheet, Placing())
    register = Register(province=world.province, operator=None, today=TODAY)
    return check_book(Book([sheet], []), lines, register, silent)


def form_of(layout: Layout, cells: dict[str, Any], held: Held) -> forms.ModelForm[Any]:
    """Fill the form of a page with the same facts; one that the register holds is corrected."""
    facts = {key: trimmed(cell) for key, cell in cells.items()}
    model: Any = layout.parts[0].model
    for column in fields_of(layout):
        cell = facts[column.name]
        if layout.target(column) is not None and cell is not None:
            found = held.named(column.name, as_text(cell))
            facts[column.name] = found.pk if found else 0
        elif column.name == "path" and cell is not None:
            facts["path"] = as_lines(layout, as_text(cell))
    as_point(facts)
    instance = held_row(layout, facts, model)
    for column in fields_of(layout):
        field: Any = model._meta.get_field(column.name)
        if facts[column.name] is None and field.has_default():
            facts[column.name] = getattr(instance, column.name) if instance else field.get_default()
    return layout.parts[0].form(facts, instance=instance, province=held.world.province, today=TODAY)


def as_point(facts: dict[str, Any]) -> None:
    """Write a point as decimal degrees, if it is one."""
    if "lon" in facts:
        try:
            place = position_of(facts["lon"], facts["lat"])
        except CoordinateError:
            facts["lon"] = None
            return
        if place:
            facts["lon"], facts["lat"] = round(place.lon, 7), round(place.lat, 7)


def as_lines(layout: Layout, text: str) -> str:
    """Write a line as the page's field reads it, if it is one."""
    try:
        return lines_of(read_line(text, layout.parts[0].form.base_fields["path"], Placing()))
    except ValidationError:
        return "không phải tuyến"


def held_row(layout: Layout, facts: dict[str, Any], model: Any) -> Any:
    """Find the row that the register holds under the same key."""
    if model is Tenancy or "\0" in as_text(facts["code"]):
        return None
    key = {"code": as_text(facts["code"])}
    names = {"tram": ("operator", "technology"), "o": ("station",)}.get(layout.slug, ("owner",))
    key |= {name: facts[name] or 0 for name in names}
    if layout.slug == "tram" and "\0" in as_text(facts["technology"]):
        return None
    return model._default_manager.filter(**key).first()


@pytest.mark.parametrize("layout", PLAIN, ids=[layout.slug for layout in PLAIN])
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_passes_the_check_if_the_form_accepts_it(
    world: World, held: Held, layout: Layout, data: st.DataObject
) -> None:
    row = data.draw(rows_of(layout))
    faults = checked(layout, row, world).lines[0].faults
    form = form_of(layout, row, held)
    assert (not faults) == form.is_valid(), f"{faults} {dict(form.errors)}"


@pytest.mark.parametrize("slug", GOOD_ROWS)
def test_the_good_row_of_each_layout_is_new_and_one_of_the_register_is_not(world: World, held: Held, slug: str) -> None:
    layout = BY_SLUG[slug]
    model = layout.parts[0].model
    outcome = checked(layout, GOOD_ROWS[slug], world)
    assert not outcome.lines[0].faults
    assert len(outcome.added[model]) == 1
    if "code" in GOOD_ROWS[slug]:
        again = checked(layout, GOOD_ROWS[slug] | {"code": "CU"}, world)
        assert model not in again.added
        assert len(again.changed.get(model, [])) + again.unchanged[model] == 1


def test_the_combined_sheet_judges_as_the_forms_do(world: World, held: Held) -> None:
    cases = [
        ({}, True),
        ({"lon": 108.5}, False),
        ({"height_m": 350.1}, False),
        ({"off_air_on": "15/06/2023"}, False),
        ({"mast_code": "CU", "built_on": "01/01/2025"}, False),
        ({"mast_code": "CU", "built_on": None, "lon": None, "lat": None, "commune": None}, True),
        ({"station_code": "CU", "mast_code": "CU", "on_air_on": None}, False),
        ({"technology": "2G/3G"}, True),
        ({"technology": ","}, False),
    ]
    for change, right in cases:
        row = {key: cell for key, cell in (GOOD | change).items() if key in COMBINED.by_key}
        assert (not checked(COMBINED, row, world).lines[0].faults) == right, change
    assert Mast.objects.count() == 1, "a check writes nothing"
