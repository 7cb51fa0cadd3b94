"""The map as the register held it at an instant: what it draws and counts then, for whom, and that it stays so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client
from django.utils import timezone

from hatang.core.vector_tiles import tile_bounds
from hatang.network.kinds import OF_MODEL, TABLE
from hatang.network.models import Mast, PoleLine, Station, Tenancy
from hatang.network.narrowing import read_instant, written_instant
from hatang.web.services.layer_tiles import TILES
from hatang.web.services.thing_layers import layer_key
from tests.conftest import World
from tests.core.vector_tile_reader import Feature, read_tile
from tests.network.things import make_thing
from tests.web.filled import LONG_AGO, Filled

As = Callable[[str], Client]
TILE = (8, 203, 112)
THEN = datetime(2026, 3, 1, 5, tzinfo=UTC)
LUC = "2026-03-01T12:00"
DATA, MAP = "/tinh/20/ban-do/so-lieu", "/tinh/20/ban-do/"
MAST, POLE_LINE = OF_MODEL[Mast], OF_MODEL[PoleLine]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    TILES.clear()
    yield
    TILES.clear()


def ask(client: Client, layer: str, **query: str) -> Any:
    z, x, y = TILE
    return client.get(f"/ban-do/o/{layer}/{z}/{x}/{y}.mvt", query)


def features(client: Client, layer: str, **query: str) -> dict[int | None, Feature]:
    """Read a layer's tile by the features' ids."""
    answer = ask(client, layer, **query)
    assert answer.status_code in (200, 204)
    return {f.id: f for found in read_tile(answer.content).values() for f in found.features}


def dated(*rows: Any, at: datetime = THEN - timedelta(days=1)) -> None:
    """Say that the rows were first written at an instant."""
    for row in rows:
        row.history.update(history_date=at)


def lon_of(feature: Feature) -> float:
    west, _, east, _ = tile_bounds(*TILE)
    return float(west + (east - west) * feature.paths[0][0][0] / 4096)


@pytest.fixture
def masts(world: World) -> dict[str, Mast]:
    """Make masts that were moved, deleted and added since, and one that was shared then."""
    made = {name: make_thing(MAST, world, name.upper()) for name in ("moved", "gone", "shared")}
    stations = [
        Station.objects.create(code=f"T{n}", mast=made["shared"], operator=o, technology="5G", on_air_on=LONG_AGO)
        for n, o in enumerate((world.operator, world.rival))
    ]
    dated(*made.values(), *stations)
    made["moved"].lon, made["moved"].height_m = 106.8, 77.0
    made["moved"].save()
    Mast.objects.get(code="GONE").delete()
    stations[0].delete()
    made["later"] = make_thing(MAST, world, "LATER")
    return made


def test_it_draws_what_the_register_held_then(as_: As, masts: dict[str, Mast]) -> None:
    client = as_("department_officer")
    then, now = features(client, "masts", luc=LUC), features(client, "masts")
    names = lambda found: {f.properties["code"] for f in found.values()}  # noqa: E731
    assert (names(then), names(now)) == ({"MOVED", "GONE", "SHARED"}, {"MOVED", "SHARED", "LATER"})
    moved = masts["moved"].pk
    assert lon_of(then[moved]) == pytest.approx(106.7, abs=0.001)
    assert lon_of(now[moved]) == pytest.approx(106.8, abs=0.001)
    assert "height_m" not in then[moved].properties and now[moved].properties["height_m"] == 77
    shade = lambda found: found[masts["shared"].pk].properties["shade"]  # noqa: E731
    assert (shade(then), shade(now)) == ("wanted", "others")
    assert names(features(client, "masts", luc=LUC, mang="5G", chung="1")) == {"SHARED"}
    assert not features(client, "masts", luc="2026-02-01")


def test_every_kind_is_drawn_as_it_was(as_: As, world: World) -> None:
    client = as_("auditor")
    for kind in TABLE:
        row = make_thing(kind, world, "X")
        dated(row)
        if kind.is_line:
            row.path = LineString((106.9, 21.9), (106.91, 21.9), srid=4326)
        else:
            row.lon = 106.9
        row.save()
        make_thing(kind, world, "NEW")
        (then,) = features(client, layer_key(kind), luc=LUC).values()
        assert (then.id, then.properties["code"]) == (row.pk, "X")
        assert lon_of(then) < 106.71


def test_who_may_not_ask_gets_the_bytes_of_today(as_: As, masts: dict[str, Mast]) -> None:
    for who in ("operator", "rival", "commune_officer", "commune_leader"):
        client = as_(who)
        for instant in (LUC, "2026-01-01", "2026-11-01T08:30"):
            asked, today = ask(client, "masts", luc=instant), ask(client, "masts")
            assert (asked.status_code, asked.content, asked["ETag"]) == (200, today.content, today["ETag"])
            told, now = (client.get(DATA, {"hoi": "cot"} | more).content for more in ({"luc": instant}, {}))
            assert told == now
        page = client.get(MAP, {"hoi": "cot", "luc": LUC}).content.decode()
        assert "Sổ như đã ghi lúc" not in page and 'name="luc"' not in page


def test_elsewhere_and_to_visitors_it_is_as_absent_as_ever(client: Client, as_: As, masts: dict[str, Mast]) -> None:
    for person, more in ((client, {}), (as_("administrator"), {}), (as_("stranger"), {"tinh": "20"})):
        for layer in ("masts", "khong-co"):
            assert ask(person, layer, luc=LUC, **more).status_code == 404
    assert not features(as_("stranger"), "masts", luc=LUC)


def test_a_past_instant_stays_as_it_was_and_a_day_lasts_until_its_end(as_: As, world: World, masts: Any) -> None:
    client = as_("department_officer")
    before = ask(client, "masts", luc=LUC)
    assert "private" in before["Cache-Control"]
    today = ask(client, "masts", luc=timezone.localdate().isoformat())
    make_thing(MAST, world, "ANEW")
    tenancy = Tenancy.objects.create(mast=masts["moved"], tenant=world.rival, since_on=LONG_AGO)
    after = ask(client, "masts", luc=LUC)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert ask(client, "masts", luc=timezone.localdate().isoformat()).content != today.content
    dated(tenancy)
    assert features(client, "masts", luc=LUC)[masts["moved"].pk].properties["tenants"] == 1


def test_the_page_counts_what_was_held_and_says_so(as_: As, filled: Filled, masts: dict[str, Mast]) -> None:
    world, client = filled.world, as_("department_head")
    told = client.get(DATA, {"hoi": "cot", "luc": LUC}).json()
    (frame,) = told["frames"]
    assert "theo sổ như đã ghi lúc 12:00 01/03/2026, 1 trong 3 cột ăng ten" in frame["finding"]
    assert frame["rows"][0][:2] == [world.commune.pk, "1 / 3"]
    assert (told["former"], told["things"]["known_at"]) == ("Sổ như đã ghi lúc 12:00 01/03/2026", LUC)
    page = client.get(MAP, {"hoi": "cot", "luc": LUC}).content.decode()
    assert "<strong>Sổ như đã ghi lúc 12:00 01/03/2026</strong>" in page
    assert f'name="luc" value="{LUC}"' in page
    sheet = client.get("/tinh/20/ban-do/in", {"hoi": "cot", "luc": LUC}).content.decode()
    assert "Sổ như đã ghi lúc 12:00 01/03/2026." in sheet and f'name="luc" value="{LUC}"' in sheet
    file = client.get(told["things"]["list_url"], told["things"]["list_query"])
    assert file.status_code == 200 and b"".join(file).startswith(b"PK")
    assert "Sổ như đã ghi" not in client.get(MAP, {"hoi": "thon", "luc": LUC}).content.decode().replace(" lúc <", "")


def test_instants_are_read_as_the_pages_read_them(as_: As, masts: dict[str, Mast]) -> None:
    client = as_("department_officer")
    assert ask(client, "masts", luc="hôm qua").status_code == 400
    future = ask(client, "masts", luc="2099-12-31")
    assert future.content == ask(client, "masts").content
    for text in ("2026-03-01", LUC):
        assert written_instant(read_instant(text) or THEN) == text
    assert read_instant("0001-01-01T00:00") is None
