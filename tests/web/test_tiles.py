"""The map's tiles: whose rows and fields are on them, when they are fresh, and what they cost."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hatang.accounts.models import Grant, Person
from hatang.accounts.roles import Role
from hatang.core.vector_tiles import tile_bounds
from hatang.network.audience import FIELDS, Viewer, seeing
from hatang.network.kinds import OF_MODEL, TABLE, Kind
from hatang.network.models import DeclaredCoverage, Mast, PoleLine, Station
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Boundary, Place, PlaceSuccession
from hatang.web.services.layer_tiles import TILES
from hatang.web.services.layers import LAYERS, Ask
from hatang.web.services.thing_layers import layer_key
from tests.conftest import NEW_UNITS, World, make_person
from tests.core.vector_tile_reader import Feature, read_tile
from tests.network.things import make_thing
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import LONG_AGO, Filled

As = Callable[[str], Client]
HERE = "8/203/112"
PUBLIC = sorted(key for key, layer in LAYERS.items() if not layer.permission)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    TILES.clear()
    yield
    TILES.clear()


def ask(client: Client, layer: str, where: str = HERE, **more: Any) -> HttpResponse:
    return client.get(f"/ban-do/o/{layer}/{where}.mvt", more.pop("data", {}), **more)


def features(client: Client, layer: str, where: str = HERE, **data: str) -> dict[int | None, Feature]:
    """Read a layer's tile by the features' ids; none where the answer is that there is nothing."""
    response = ask(client, layer, where, data=data)
    assert response.status_code in (200, 204)
    return {f.id: f for found in read_tile(response.content).values() for f in found.features}


def square(west: float, south: float, side: float = 0.1) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


def bound(place: Place, west: float = 106.6, south: float = 21.8, **more: Any) -> Boundary:
    facts: dict[str, Any] = {"area_km2": 1, "source": "thử", "known_from": timezone.now(), "illustrative": True}
    return Boundary.objects.create(place=place, geometry=square(west, south), **facts | more)


def mast(world: World, code: str, owner: Any, commune: Place | None = None, **more: Any) -> Mast:
    commune = commune or world.commune
    facts = {"lon": 106.70312, "lat": 21.94449, "height_m": 45, "built_on": LONG_AGO, "structure": "A1"}
    return Mast.objects.create(code=code, owner=owner, province=commune.province, commune=commune, **facts | more)


def station(mast: Mast, operator: Any, code: str = "T", **more: Any) -> Station:
    return Station.objects.create(
        code=f"{code}{mast.code}", mast=mast, operator=operator, technology="4G", **{"on_air_on": LONG_AGO} | more
    )


@pytest.fixture
def masts(world: World) -> dict[str, Mast]:
    """Make masts of the operator, of its rival, one that both use, one next door and one in another province."""
    made = {
        "own": mast(world, "O", world.operator),
        "rivals": mast(world, "R", world.rival),
        "shared": mast(world, "S", world.operator),
        "next": mast(world, "N", world.operator, world.neighbour),
        "far": mast(world, "F", world.operator, world.other_commune),
    }
    station(made["shared"], world.operator)
    station(made["shared"], world.rival)
    station(made["rivals"], world.rival)
    return made


# Who sees which masts


def test_each_person_gets_the_masts_that_are_theirs_to_see(as_: As, masts: dict[str, Mast]) -> None:
    def seen(who: str) -> set[str]:
        found = {f.properties["code"] for f in features(as_(who), "masts").values()}
        return {name for name, m in masts.items() if m.code in found}

    assert seen("department_officer") == {"own", "rivals", "shared", "next"}
    assert seen("operator") == {"own", "shared", "next"}
    assert seen("rival") == {"rivals", "shared"}
    assert seen("commune_officer") == {"own", "rivals", "shared"}
    assert seen("stranger") == {"far"}


def test_for_visitors_and_other_provinces_there_is_no_such_layer(client: Client, as_: As, masts: Any) -> None:
    absent = ask(client, "khong-co")
    assert absent.status_code == 404
    assert ask(client, "masts").status_code == 404
    assert ask(as_("administrator"), "masts").status_code == 404
    assert ask(as_("stranger"), "masts", data={"tinh": "20"}).status_code == 404
    assert ask(as_("department_officer"), "masts", data={"tinh": "08"}).status_code == 404


def test_two_rivals_never_share_a_tile_though_it_is_kept(as_: As, masts: dict[str, Mast]) -> None:
    for who in ("operator", "rival", "operator", "commune_officer", "department_officer", "rival"):
        codes = {f.properties["code"] for f in features(as_(who), "masts").values()}
        assert ("R" in codes) == (who != "operator")
        assert ("O" in codes) == (who != "rival")
    etags = {ask(as_(who), "masts")["ETag"] for who in ("operator", "rival", "commune_officer", "department_officer")}
    assert len(etags) == 4
    assert ask(as_("analyst"), "masts")["ETag"] == ask(as_("department_officer"), "masts")["ETag"]


def test_a_rivals_own_answer_does_not_move_with_what_it_may_not_see(as_: As, world: World, masts: Any) -> None:
    before = ask(as_("operator"), "masts")
    mast(world, "R2", world.rival, lon=106.71)
    after = ask(as_("operator"), "masts")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


def test_a_role_taken_away_counts_at_once(people: dict[str, Person], as_: As, masts: Any) -> None:
    client = as_("operator")
    assert features(client, "masts")
    Grant.objects.filter(person=people["operator"]).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert ask(client, "masts").status_code == 404


@pytest.mark.parametrize("z", [8, 12, 16])
def test_a_commune_officer_sees_masts_to_two_decimals(as_: As, masts: dict[str, Mast], z: int) -> None:
    exact, rough = (106.70312, 21.94449), (106.70, 21.94)
    found = {who: features(as_(who), "masts", tile_at(*rough, z)) for who in ("commune_officer", "department_officer")}
    feature = found["commune_officer"][masts["own"].pk]
    assert feature.properties["rough"] is True
    assert degrees(feature, tile_at(*rough, z)) == pytest.approx(rough, abs=0.002)
    if z == 16:
        assert tile_at(*exact, z) != tile_at(*rough, z)
        assert not features(as_("commune_officer"), "masts", tile_at(*exact, z))
    officers = features(as_("department_officer"), "masts", tile_at(*exact, z))[masts["own"].pk]
    assert degrees(officers, tile_at(*exact, z)) == pytest.approx(exact, abs=0.002)
    assert officers.properties["rough"] is False


def tile_at(lon: float, lat: float, z: int) -> str:
    """Give the address of a point's tile, by trying: the northernmost whose south edge is not north of the point."""
    x = int((lon + 180) / 360 * 2**z)
    y = bisect_left(range(2**z), -lat, key=lambda y: -tile_bounds(z, x, y)[1])
    return f"{z}/{x}/{y}"


def degrees(feature: Feature, where: str) -> tuple[float, float]:
    """Give a point's degrees, near enough within one tile."""
    west, south, east, north = tile_bounds(*map(int, where.split("/")))
    ((x, y),) = feature.paths[0]
    return west + (east - west) * x / 4096, north + (south - north) * y / 4096


def test_what_a_mast_says_to_whom(as_: As, masts: dict[str, Mast]) -> None:
    said = {who: features(as_(who), "masts")[masts["shared"].pk].properties for who in
            ("department_officer", "operator", "rival", "commune_officer")}  # fmt: skip
    for facts in said.values():
        assert facts["tenants"] == 2 and facts["shade"] == "wanted" and facts["owner"] == "A"
        assert facts.keys() <= LAYERS["masts"].says.keys()
    assert {who for who, facts in said.items() if "height_m" in facts} == {"department_officer", "operator", "rival"}


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.slug)
def test_a_rivals_tile_says_only_what_the_law_makes_public(as_: As, world: World, kind: Kind) -> None:
    make_thing(kind, world, "KIN", world.rival)
    offered = make_thing(kind, world, "CHAO", world.rival, offered=True)
    layer, where = layer_key(kind), tile_at(106.7005, 21.9505, 14)
    officers, rivals = (features(as_(who), layer, where) for who in ("department_officer", "operator"))
    assert len(officers) == 2
    assert rivals.keys() == ({offered.pk} if kind.passive else set())
    for facts in (feature.properties for feature in rivals.values()):
        assert not facts.keys() & {"code", "tenants", "height_m"}
        assert facts.keys() <= LAYERS[layer].says.keys()


def test_tiles_are_narrowed_down_as_the_table_is(as_: As, world: World) -> None:
    kind = OF_MODEL[PoleLine]
    mine = make_thing(kind, world, "A", spare=1, capacity=2)
    planned = make_thing(kind, world, "B", world.rival, built_on=None, planned_on=date(2020, 1, 1))
    where, officer = tile_at(106.7005, 21.9505, 14), as_("department_officer")

    def drawn(**query: str) -> set[int]:
        return set(features(officer, "pole_line", where, **query))

    assert drawn() == drawn(trong="1") == {mine.pk}
    assert drawn(tt="planned") == {planned.pk}
    assert drawn(tt="moi") == {mine.pk, planned.pk}
    assert drawn(tt="moi", dn=str(world.rival.pk)) == {planned.pk}
    assert drawn(loai="C2") == set()


def test_tenants_are_those_on_air_that_day(as_: As, world: World, masts: dict[str, Mast]) -> None:
    station(masts["own"], world.rival, on_air_on=date(2026, 2, 1), off_air_on=date(2026, 3, 1))
    tenants = {
        day: features(as_("department_officer"), "masts", ngay=day)[masts["own"].pk].properties["tenants"]
        for day in ("2026-01-31", "2026-02-01", "2026-03-01")
    }
    assert tenants == {"2026-01-31": 0, "2026-02-01": 1, "2026-03-01": 0}


def test_no_day_tells_of_a_rivals_past_or_of_what_is_to_come(as_: As, world: World, masts: dict[str, Mast]) -> None:
    """Day by day an operator would read off when its rival goes on air, and a citizen what is planned."""
    today = timezone.localdate()
    station(masts["own"], world.rival, on_air_on=today - timedelta(days=9))
    station(masts["own"], world.operator, on_air_on=today + timedelta(days=9))

    def tenants(who: str, days: int) -> int:
        asked = {"ngay": (today + timedelta(days=days)).isoformat()}
        return int(features(as_(who), "masts", **asked)[masts["own"].pk].properties["tenants"])

    assert [tenants("operator", days) for days in (-20, 0, 20)] == [1, 1, 1]
    assert [tenants("department_officer", days) for days in (-20, 0, 20)] == [0, 1, 1]


def test_a_mast_that_will_come_down_stands_for_a_commune_until_it_does(as_: As, masts: dict[str, Mast]) -> None:
    today = timezone.localdate()
    Mast.objects.filter(pk=masts["own"].pk).update(dismantled_on=today + timedelta(days=9))
    later = (today + timedelta(days=20)).isoformat()
    assert masts["own"].pk in features(as_("commune_officer"), "masts", ngay=later)


def test_the_rule_as_a_query_is_the_rule_for_one_mast(
    world: World, people: dict[str, Person], masts: dict[str, Mast]
) -> None:
    """Two grants at once, an operator's and a commune's, and one for all provinces: the table holds for sets too."""
    both = make_person("hai_vai", Role.OPERATOR, province=world.province, organisation=world.operator)
    Grant.objects.create(person=both, role=Role.COMMUNE_OFFICER, province=world.province, place=world.commune)
    everywhere = make_person("ca_nuoc", Role.ANALYST)
    for person in [*people.values(), both, everywhere]:
        viewer = Viewer(person)
        rows = Mast.objects.visible_to(person).annotate(audience=viewer.rule(Mast))
        for row in rows:
            assert row.audience == viewer.audience(row).name
        for field in FIELDS:
            assert set(rows.filter(seeing(field))) == {row for row in rows if viewer.sees(row, field)}


# What is public


def test_villages_say_what_they_have_and_to_everybody_the_same(client: Client, as_: As, filled: Filled) -> None:
    for person in (client, as_("operator"), as_("rival"), as_("department_head")):
        found = features(person, "villages", tinh="20")
        lit, dark = found[filled.world.village.pk].properties, found[filled.world.dark_village.pk].properties
        assert {k for k, v in lit.items() if v is True} == {"4G", "5G", "di-dong", "cap-quang", "power"}
        assert not any(v is True for v in dark.values())
        assert (lit["name"], lit["commune"], lit["households"]) == ("Thôn Nà Lầm", "Xã Đồng Đăng", 100)


def test_no_public_tile_names_an_operator_or_a_mast(client: Client, filled: Filled) -> None:
    bound(filled.world.commune)
    for key in PUBLIC:
        found = features(client, key).values()
        for feature in found:
            assert feature.properties.keys() <= LAYERS[key].says.keys()
            told = {str(v) for v in feature.properties.values()}
            assert not told & {"A", "B", "Doanh nghiệp A", "Doanh nghiệp B", "C1"}


def test_services_are_those_of_the_day(client: Client, filled: Filled) -> None:
    pk = filled.world.village.pk
    DeclaredCoverage.objects.filter(technology="5G").update(since_on=date(2026, 2, 1), until_on=date(2026, 3, 1))
    told = {
        d: features(client, "villages", ngay=d)[pk].properties["5G"] for d in ("2026-01-31", "2026-02-01", "2026-03-01")
    }
    assert told == {"2026-01-31": False, "2026-02-01": True, "2026-03-01": False}


def test_what_was_read_from_a_simulated_row_is_marked(client: Client, filled: Filled) -> None:
    world = filled.world
    assert not any(f.properties["simulated"] for f in features(client, "villages").values())
    DeclaredCoverage.objects.filter(place=world.village).update(simulated=True)
    world.dark_village.simulated = True
    world.dark_village.save()
    assert all(f.properties["simulated"] for f in features(client, "villages").values())


def test_zones_and_sites_are_there_with_their_type(client: Client, world: World) -> None:
    zone = Place.objects.create(
        kind="zone", type="industrial_park", title="Khu công nghiệp", name="Đồng Bành", parent=world.commune,
        province=world.province, lon=106.6, lat=21.6,
    )  # fmt: skip
    (feature,) = features(client, "zones").values()
    assert feature.id == zone.pk
    assert feature.properties["type"] == "industrial_park"
    assert feature.properties["5G"] is False


def test_communes_are_those_in_force_known_now_in_the_province(client: Client, world: World) -> None:
    old = Place.objects.create(kind="commune", title="Thị trấn", name="Cao Lộc", valid_to=NEW_UNITS - timedelta(days=1),
                               province=world.province, code="06200")  # fmt: skip
    here = bound(world.commune)
    bound(world.neighbour, 106.7, known_to=timezone.now())
    bound(old, 106.8)
    bound(world.other_commune, 106.5)
    found = features(client, "communes", tinh="20")
    assert found.keys() == {world.commune.pk}
    assert found[world.commune.pk].properties == {
        "name": "Xã Đồng Đăng", "code": "06181", "illustrative": True, "simulated": False
    }  # fmt: skip
    assert features(client, "communes").keys() == {world.commune.pk, world.other_commune.pk}
    assert features(client, "communes", ngay="2025-06-30").keys() == {old.pk}
    assert features(client, "former").keys() == {old.pk}
    assert here.illustrative


def test_former_units_of_a_merged_province_come_from_all_that_became_it(client: Client, world: World) -> None:
    last_day = NEW_UNITS - timedelta(days=1)
    gone = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=last_day)
    PlaceSuccession.objects.create(predecessor=gone, successor=world.other_province, on=NEW_UNITS)
    district = Place.objects.create(kind="district", title="Huyện", name="Đồng Văn", province=gone, valid_to=last_day)
    commune = Place.objects.create(
        kind="commune", title="Xã", name="Lũng Cú", province=gone, parent=district, valid_to=last_day
    )
    for place in (district, commune):
        bound(place)
    found = features(client, "former", tinh="08")
    assert found.keys() == {district.pk, commune.pk}
    assert found[commune.pk].properties["district"] == "Huyện Đồng Văn"
    assert not features(client, "former", tinh="20")


# Fresh, kept, and refused


def test_every_change_of_a_row_is_seen_at_once(client: Client, world: World) -> None:
    """One by one and in bulk, by history or by a newer boundary."""
    assert len(features(client, "villages")) == 2
    world.village.name = "Nà Mới"
    world.village.save()
    assert features(client, "villages")[world.village.pk].properties["name"] == "Thôn Nà Mới"
    new = Place(
        kind="village", title="Thôn", name="Ba", parent=world.commune, province=world.province, lon=106.7, lat=21.9
    )
    new.fill_keys()
    bulk_create_with_history([new], Place)
    assert len(features(client, "villages")) == 3
    DeclaredCoverage.objects.create(place=world.village, operator=world.operator, technology="5G", since_on=LONG_AGO)
    assert features(client, "villages")[world.village.pk].properties["5G"] is True
    DeclaredCoverage.objects.all().delete()
    assert features(client, "villages")[world.village.pk].properties["5G"] is False
    Place.objects.filter(name="Ba").delete()
    assert len(features(client, "villages")) == 2


def test_a_newer_boundary_is_seen_at_once(client: Client, world: World) -> None:
    first = bound(world.commune)
    before = features(client, "communes")[world.commune.pk].geometry
    first.known_to = timezone.now()
    first.save()
    assert not features(client, "communes")
    bound(world.commune, 106.75, illustrative=False)
    after = features(client, "communes")[world.commune.pk]
    assert after.properties["illustrative"] is False
    assert after.geometry.disjoint(before)


def test_a_tile_is_drawn_once_and_then_costs_few_queries(client: Client, as_: As, filled: Filled) -> None:
    bound(filled.world.commune)
    person = as_("department_head")
    for key in LAYERS:
        for who in (client, person):
            if who is client and LAYERS[key].permission:
                continue
            with CaptureQueriesContext(connection) as cold:
                first = ask(who, key, data={"tinh": "20"})
            with CaptureQueriesContext(connection) as warm:
                again = ask(who, key, data={"tinh": "20"})
            assert first.content == again.content
            assert len(cold) <= MOST_QUERIES
            assert len(warm) <= (2 if who is client else 6)


def test_who_has_the_tile_is_told_that_it_is_the_same(client: Client, filled: Filled) -> None:
    first = ask(client, "villages")
    again = ask(client, "villages", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    filled.world.village.households = 101
    filled.world.village.save()
    assert ask(client, "villages", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_public_tile_may_be_kept_by_all_and_a_private_one_by_its_reader(
    client: Client, as_: As, filled: Filled
) -> None:
    public, private = ask(client, "villages"), ask(as_("operator"), "masts")
    assert public["Cache-Control"].startswith("public")
    assert "Cookie" not in public["Vary"]
    assert private["Cache-Control"].startswith("private")
    assert "Cookie" in private["Vary"]


def test_a_tile_is_packed_for_who_can_unpack_it(client: Client, filled: Filled) -> None:
    plain, packed = ask(client, "villages"), ask(client, "villages", HTTP_ACCEPT_ENCODING="gzip, br")
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert plain["Content-Type"] == "application/vnd.mapbox-vector-tile"


def test_nothing_there_is_an_empty_answer(client: Client, world: World) -> None:
    response = ask(client, "villages", "8/0/0")
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("where", ["17/0/0", "4/3/3", "8/256/0", "8/0/256", "99999999999999999999/0/0", "8/-1/0"])
def test_a_tile_that_is_not_there_is_not_found(client: Client, world: World, where: str) -> None:
    assert ask(client, "villages", where).status_code == 404


@pytest.mark.parametrize("data", [{"ngay": "31/01/2026"}, {"ngay": "2026-13-01"}, {"ngay": "x" * 99}])
def test_a_day_that_cannot_be_read_is_refused_with_words(client: Client, world: World, data: dict[str, str]) -> None:
    response = ask(client, "villages", data=data)
    assert response.status_code == 400
    assert "2026-01-31" in response.content.decode()


def test_an_unknown_province_is_not_found(client: Client, world: World) -> None:
    assert ask(client, "villages", data={"tinh": "99"}).status_code == 404


def test_the_table_names_what_each_layer_says(world: World, people: dict[str, Person]) -> None:
    for layer in LAYERS.values():
        drawing = layer.draw(Ask(people["department_head"], world.province, timezone.localdate()))
        assert drawing.properties.keys() == layer.says.keys()
        assert "simulated" in layer.says
