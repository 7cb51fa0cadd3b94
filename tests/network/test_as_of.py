"""What was true on a day as the register held it at an instant, against a naive model that remembers every write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.network.models import Mast, Station
from hatang.network.services.as_of import rows_as_of
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from tests.conftest import World

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [date(2019, 12, 31), date(2020, 1, 1), date(2022, 6, 1), date(2025, 3, 1), date(2026, 1, 1)]
ACTS = ("add", "edit", "move", "drop", "bulk add", "bulk edit", "station", "station move", "station drop")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.sampled_from(DAYS[1:]), st.integers(0, 2)), max_size=14
)


@dataclass
class Register:
    """The register and beside it a list of everything that was ever written, with its instant."""

    world: World
    now: datetime = BEGIN
    written: list[tuple[datetime, type[Any], int, dict[str, Any] | None]] = field(default_factory=list)
    names: int = 0

    def note(self, row: Any, kept: bool = True, pk: int | None = None) -> None:
        """Remember a write."""
        names = ("code", "mast_id", "on_air_on", "off_air_on")
        if isinstance(row, Mast):
            names = ("code", "height_m", "province_id", "built_on", "dismantled_on")
        facts = {name: getattr(row, name) for name in names} if kept else None
        self.written.append((self.now, type(row), pk or row.pk, facts))

    def new_mast(self, day: date) -> Mast:
        """Make a mast that is not stored yet."""
        self.names += 1
        world = self.world
        place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
        return Mast(code=f"C{self.names}", owner=world.operator, built_on=day, **place)

    def pick(self, model: type[Any], nth: int) -> Any:
        """Give one of the rows there are, or none."""
        rows = list(model.objects.order_by("pk"))
        return rows[nth % len(rows)] if rows else None

    def save(self, row: Any) -> None:
        """Store a row as a page does."""
        row._history_date = self.now
        row.save()
        self.note(row)

    def drop(self, row: Any) -> None:
        """Delete a row; a mast with stations stays."""
        if row is None or (isinstance(row, Mast) and row.stations.exists()):
            return
        pk = row.pk
        row._history_date = self.now
        row.delete()
        self.note(row, False, pk)

    def act(self, act: str, nth: int, day: date) -> None:
        """Do one thing."""
        model = Station if act.startswith("station") else Mast
        row = self.pick(model, nth)
        if act == "add":
            self.save(self.new_mast(day))
        elif act == "bulk add":
            made = [self.new_mast(day), self.new_mast(day)]
            self.bulk(bulk_create_with_history(made, Mast, default_date=self.now))
        elif act == "station" and (mast := self.pick(Mast, nth)):
            self.names += 1
            station = Station(code=f"T{self.names}", mast=mast, operator=self.world.operator, technology="4G")
            station.on_air_on = day
            self.save(station)
        elif act.endswith("drop"):
            self.drop(row)
        elif act == "bulk edit":
            self.bulk_edit(nth)
        elif row:
            self.change(row, act, nth, day)

    def change(self, row: Any, act: str, nth: int, day: date) -> None:
        """Edit one row: a mast's facts or province, a station's mast or end."""
        if isinstance(row, Station):
            row.mast = self.pick(Mast, nth + 1)
            row.off_air_on = day if day > row.on_air_on else None
        elif act == "move":
            away = row.province_id == self.world.province.pk
            row.province = self.world.other_province if away else self.world.province
        else:
            row.height_m, row.dismantled_on = float(nth), day if day > row.built_on else None
        self.save(row)

    def bulk_edit(self, nth: int) -> None:
        """Raise every mast at once."""
        rows = list(Mast.objects.order_by("pk"))
        for row in rows:
            row.height_m = 100.0 + nth
        if rows:
            bulk_update_with_history(rows, Mast, ["height_m"], default_date=self.now)
        self.bulk(rows)

    def bulk(self, rows: list[Any]) -> None:
        """Remember a write of many."""
        for row in rows:
            self.note(row)

    def held(self, model: type[Any], known_at: datetime) -> dict[int, dict[str, Any]]:
        """Give what the register held at an instant, by the list alone."""
        newest: dict[int, dict[str, Any] | None] = {}
        for at, made, pk, facts in self.written:
            if made is model and at <= known_at:
                newest[pk] = facts
        return {pk: facts for pk, facts in newest.items() if facts}

    def masts(self, known_at: datetime, on: date) -> set[tuple[Any, ...]]:
        """Give the province's masts with their state on a day."""
        kept = self.held(Mast, known_at).items()
        return {
            (pk, f["code"], f["height_m"], state(on, f["built_on"], f["dismantled_on"], "planned in_use dismantled"))
            for pk, f in kept
            if f["province_id"] == self.world.province.pk
        }

    def stations(self, known_at: datetime, on: date) -> set[tuple[Any, ...]]:
        """Give the stations on the province's masts, with their state on a day."""
        masts = self.held(Mast, known_at)
        return {
            (pk, f["code"], f["mast_id"], state(on, f["on_air_on"], f["off_air_on"], "ahead in_force ended"))
            for pk, f in self.held(Station, known_at).items()
            if masts[f["mast_id"]]["province_id"] == self.world.province.pk
        }


def state(on: date, begin: date, end: date | None, words: str) -> str:
    """Name where something stands between its two days."""
    before, within, after = words.split()
    if end and end <= on:
        return after
    return within if begin <= on else before


def found(model: type[Any], names: tuple[str, ...], person: Person, on: date, known_at: datetime | None) -> set[Any]:
    """Ask the service."""
    return set(rows_as_of(model, person=person, on=on, known_at=known_at).values_list("id", *names, "state"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, on=st.sampled_from(DAYS))
def test_every_day_as_known_at_every_instant(
    world: World, people: dict[str, Person], steps: list[tuple[str, int, date, int]], on: date
) -> None:
    """Any sequence of edits, deletions and bulk writes, some at one instant, is told as it was known at each."""
    officer = people["department_officer"]
    with transaction.atomic():
        register = Register(world)
        for act, nth, day, later in steps:
            register.now += timedelta(seconds=later)
            register.act(act, nth, day)
        instants = sorted({at for at, *_ in register.written} | {BEGIN - timedelta(seconds=1)})
        for known_at in instants:
            assert found(Mast, ("code", "height_m"), officer, on, known_at) == register.masts(known_at, on)
            assert found(Station, ("code", "mast_id"), officer, on, known_at) == register.stations(known_at, on)
        assert found(Mast, ("code", "height_m"), officer, on, None) == register.masts(register.now, on)
        assert found(Station, ("code", "mast_id"), officer, on, None) == register.stations(register.now, on)
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", ["operator", "commune_leader", "administrator"])
def test_only_who_sees_all_asks_what_the_register_held(people: dict[str, Person], who: str) -> None:
    with pytest.raises(PermissionDenied):
        rows_as_of(Mast, person=people[who], on=DAYS[-1], known_at=BEGIN)


def test_an_officer_of_another_province_is_told_nothing_of_before(world: World, people: dict[str, Person]) -> None:
    register = Register(world)
    register.act("add", 0, DAYS[1])
    assert not found(Mast, ("code", "height_m"), people["stranger"], DAYS[-1], register.now)
