"""GDAL's driver opens the collections from a live server; boxes, days, properties, pages and systems are right."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pyproj import Transformer
from pytest_django.live_server_helper import LiveServer

from hatang.network.models import PublicSite
from hatang.opendata.services.features import CRS84, EPSG, MOST_LIMIT
from hatang.places.models import Place
from tests.conftest import World
from tests.opendata.needs import published

ITEMS = "/ogc/collections/thon-20/items"
NA_LAM, KHO_DA = "Thôn Nà Lầm", "Thôn Khơ Đa"


@pytest.fixture
def villages(world: World) -> World:
    published(world)
    return world


def ask(address: str, **said: Any) -> dict[str, Any]:
    response = Client().get(address, said)
    assert response.status_code == 200, response.text
    result: dict[str, Any] = response.json()
    return result


def names(**said: Any) -> list[str]:
    return [feature["properties"]["ten"] for feature in ask(ITEMS, **said)["features"]]


@pytest.mark.django_db(transaction=True)
def test_gdal_opens_pages_and_filters_what_we_offer(villages: World, live_server: LiveServer) -> None:
    more = [
        Place(kind="village", name=f"Thử {n}", code=f"X{n}", parent=villages.commune, province=villages.province)
        for n in range(120)
    ]
    for n, place in enumerate(more):
        place.lon, place.lat, place.households = 106.5 + n / 1000, 22.0, n
        place.fill_keys()
    Place.objects.bulk_create(more)
    Place.objects.villages().update(population=None)
    published(villages)
    told = by_gdal(f"OAPIF:{live_server.url}/ogc")
    assert "thon-20" in told["layers"]
    assert len(told["points"]) == 122
    assert told["points"][NA_LAM] == [106.7, 21.95]
    assert told["kinds"]["dan_so"].startswith(("int", "float"))  # though no village has the number
    assert told["inside"] == [NA_LAM]
    assert told["filtered"] == ["Thử 7"]


READER = """
import json, sys
import pyogrio.raw, shapely
source = sys.argv[1]
def named(**asked):
    meta, _, shapes, cells = pyogrio.raw.read(source, layer="thon-20", **asked)
    names = cells[list(meta["fields"]).index("ten")]
    return {name: shapely.get_coordinates(shapely.from_wkb(s))[0].tolist() for name, s in zip(names, shapes)}
def kinds():
    meta = pyogrio.read_info(source, layer="thon-20")
    return dict(zip(meta["fields"].tolist(), meta["dtypes"].tolist()))
print(json.dumps({
    "layers": pyogrio.list_layers(source)[:, 0].tolist(),
    "points": named(),
    "kinds": kinds(),
    "inside": list(named(bbox=(106.695, 21.94, 106.705, 21.96))),
    "filtered": list(named(where="ma = 'X7'")),
}))
"""
"""Run beside us: GDAL holds the interpreter while it waits for the server that is another thread of ours."""


def by_gdal(source: str) -> dict[str, Any]:
    """Read our features with GDAL's driver in a process of its own."""
    words = [sys.executable, "-c", READER, source]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_landing_page_leads_to_everything(villages: World) -> None:
    landing = ask("/ogc/")
    told = {link["rel"]: link["href"] for link in landing["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(told)
    for rel in ("service-desc", "conformance", "data"):
        assert ask(told[rel])
    classes = ask("/ogc/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes
    (collection,) = ask("/ogc/collections")["collections"]
    assert (collection["id"], collection["storageCrs"]) == ("thon-20", CRS84)
    assert collection["extent"]["spatial"]["bbox"] == [[106.7, 21.95, 106.71, 21.96]]
    assert set(ask("/ogc/collections/thon-20/queryables")["properties"]) >= {"ten", "so_ho"}


def test_the_description_names_every_parameter_that_is_taken(villages: World) -> None:
    described = ask("/ogc/api")
    assert described["openapi"].startswith("3.0")
    told = described["paths"]["/collections/thon-20/items"]["get"]["parameters"]
    known = described["components"]["parameters"]
    named = {known[p["$ref"].rsplit("/", 1)[1]]["name"] if "$ref" in p else p["name"] for p in told}
    assert {"bbox", "bbox-crs", "datetime", "limit", "offset", "crs", "ten", "co_dien_luoi"} <= named
    assert known["limit"]["schema"]["maximum"] == MOST_LIMIT


def test_a_box_keeps_what_lies_in_it(villages: World) -> None:
    assert names(bbox="106.695,21.94,106.705,21.955") == [NA_LAM]
    assert names(bbox="106.695,21.94,0,106.705,21.955,900") == [NA_LAM]
    assert names(**{"bbox": "21.94,106.695,21.955,106.705", "bbox-crs": f"{EPSG}4326"}) == [NA_LAM]
    assert names(bbox="100,0,101,1") == []
    assert sorted(names(bbox="106,21,-170,23")) == sorted([NA_LAM, KHO_DA])


def test_a_box_in_metres_of_vn2000_is_the_same_box(villages: World) -> None:
    x, y = Transformer.from_crs(4326, 3405, always_xy=True).transform(106.7, 21.95)
    assert names(**{"bbox": f"{x - 50},{y - 50},{x + 50},{y + 50}", "bbox-crs": f"{EPSG}3405"}) == [NA_LAM]


@pytest.mark.parametrize("code", [4326, 4756, 3405, 9210, 3857])
def test_coordinates_come_in_the_system_asked_for_by_its_own_axes(villages: World, code: int) -> None:
    response = Client().get(ITEMS, {"crs": f"{EPSG}{code}", "ten": NA_LAM})
    assert response["Content-Crs"] == f"<{EPSG}{code}>"
    (feature,) = response.json()["features"]
    expected = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(106.7, 21.95)  # by the axes of EPSG
    nearly = 1e-6 if code in (4326, 4756) else 0.01
    assert all(
        math.isclose(got, want, abs_tol=nearly)
        for got, want in zip(feature["geometry"]["coordinates"], expected, strict=True)
    )


def test_the_own_system_is_said_too(villages: World) -> None:
    response = Client().get(ITEMS)
    assert response["Content-Crs"] == f"<{CRS84}>"
    assert response["Content-Type"] == "application/geo+json"


def test_properties_narrow_by_their_kind(villages: World) -> None:
    assert names(co_dien_luoi="false") == [KHO_DA]
    assert names(so_ho="100") == [NA_LAM]
    assert names(so_ho="100", co_dien_luoi="false") == []


def test_pages_follow_one_another_without_gap_or_repetition(villages: World) -> None:
    address, seen = f"{ITEMS}?limit=1", []
    while address:
        page = ask(address)
        assert (page["numberMatched"], page["numberReturned"]) == (2, 1)
        seen += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert sorted(seen) == sorted([villages.village.pk, villages.dark_village.pk])
    last = ask(f"{ITEMS}?limit=1&offset=1")
    assert any(link["rel"] == "prev" for link in last["links"])
    assert ask(ITEMS, offset=99)["features"] == []


def test_one_feature_is_found_by_its_number(villages: World) -> None:
    feature = ask(f"{ITEMS}/{villages.village.pk}")
    assert (feature["id"], feature["properties"]["ten"]) == (villages.village.pk, NA_LAM)
    turned = ask(f"{ITEMS}/{villages.village.pk}", crs=f"{EPSG}4326")
    assert turned["geometry"]["coordinates"] == [21.95, 106.7]
    assert Client().get(f"{ITEMS}/999999").status_code == 404
    assert Client().get("/ogc/collections/thon-99/items").status_code == 404


def test_a_village_without_a_point_is_a_feature_without_geometry(villages: World) -> None:
    Place.objects.filter(pk=villages.village.pk).update(lon=None, lat=None)
    published(villages)
    for crs in (CRS84, f"{EPSG}3405"):
        told = {f["properties"]["ten"]: f["geometry"] for f in ask(ITEMS, crs=crs)["features"]}
        assert told[NA_LAM] is None
        assert told[KHO_DA]["type"] == "Point"
    assert names(bbox="100,0,110,30") == [KHO_DA]


def test_days_meet_the_time_of_a_feature(world: World) -> None:
    today = timezone.localdate()
    said = {"province": world.province, "commune": world.commune, "kind": "land", "lon": 106.7, "lat": 21.9}
    week = timedelta(days=7)
    PublicSite.objects.create(title="còn hạn", from_on=today - week, until_on=today + week, **said)
    PublicSite.objects.create(title="không hạn", from_on=today, **said)
    published(world, "dia-diem-cong")

    def told(datetime: str) -> set[str]:
        found = ask("/ogc/collections/dia-diem-cong-20/items", datetime=datetime)["features"]
        return {feature["properties"]["ten"] for feature in found}

    assert told(f"{today - week}") == {"còn hạn"}
    assert told(f"{today}T08:00:00Z/..") == {"còn hạn", "không hạn"}
    assert told(f"{today + 2 * week}/..") == {"không hạn"}
    assert told(f"../{today - 2 * week}") == set()


def test_who_has_the_answer_is_told_so(villages: World) -> None:
    first = Client().get(ITEMS)
    assert Client().get(ITEMS, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert Client().get(ITEMS, {"limit": 1}, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_dataset_without_places_is_no_collection(world: World) -> None:
    from tests.opendata.needs import a_figure, an_indicator

    a_figure(an_indicator(), world.commune, 81.5)
    published(world, "so-lieu-chi-tieu")
    assert ask("/ogc/collections")["collections"] == []
    assert Client().get("/ogc/collections/so-lieu-chi-tieu-20").status_code == 404
    assert json.loads(Client().get("/ogc/collections/so-lieu-chi-tieu-20").text)["code"] == "NotFound"


@pytest.mark.parametrize("path", ["", "collections", "collections/thon-20", "collections/thon-20/items?limit=1"])
def test_people_are_led_to_the_portals_page_and_programs_get_json(world: World, path: str) -> None:
    published(world)
    page = f"/du-lieu-mo/thon/{world.province.code}/" if "thon-20" in path else "/du-lieu-mo/"
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    by_name = f"/ogc/{path}{'&' if '?' in path else '?'}f=html"
    for answer in (Client().get(f"/ogc/{path}", headers=browser), Client().get(by_name)):
        assert (answer.status_code, answer["Location"]) == (303, page)
    assert Client().get(page).status_code == 200
    for accept in ("*/*", "application/geo+json, application/json", ""):
        answer = Client().get(f"/ogc/{path}", headers={"Accept": accept} if accept else {})
        assert answer.status_code == 200 and "json" in answer["Content-Type"]
        assert "Accept" in answer["Vary"]
    assert "json" in Client().get(f"{by_name[:-4]}json", headers=browser)["Content-Type"]
