"""Attacks on the doors: each is refused in clear words, at a bounded cost, and nothing is changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.opendata.models import DatasetVersion, ErrorReport
from hatang.opendata.services.asking import MOST_FILTERS, Refused
from hatang.opendata.services.features import MOST_LIMIT
from tests.conftest import World
from tests.opendata.needs import published

ITEMS = "/ogc/collections/thon-20/items"
SEARCH = "/api/3/action/datastore_search"
SQL = "1; DROP TABLE places_place--"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture
def villages(world: World) -> World:
    published(world)
    return world


OGC_ATTACKS: dict[str, dict[str, str]] = {
    "a filter that is SQL": {"so_ho": SQL},
    "a field that does not exist": {"khong_co": "1"},
    "a field that is code": {"__class__": "x"},
    "a limit of nothing": {"limit": "0"},
    "a negative limit": {"limit": "-1"},
    "a limit that is no number": {"limit": "nhiều"},
    "a limit of a thousand figures": {"limit": "9" * 1000},
    "an offset that is no number": {"offset": "1e9"},
    "a box of three": {"bbox": "1,2,3"},
    "a box of many": {"bbox": ",".join(["1"] * 100_00)},
    "a box of words": {"bbox": "a,b,c,d"},
    "a box without bounds": {"bbox": "nan,inf,-inf,1"},
    "a box upside down": {"bbox": "106,23,107,21"},
    "a box far from its system": {"bbox": "1e300,1e300,1e301,1e301", "bbox-crs": f"{EPSG}3405"},
    "an unknown system": {"crs": f"{EPSG}999999"},
    "a system that is a file": {"crs": "file:///etc/passwd"},
    "a system that is PROJ": {"bbox": "1,2,3,4", "bbox-crs": "+proj=longlat +nadgrids=/etc/passwd"},
    "a day that is none": {"datetime": "2025-99-99"},
    "an interval backwards": {"datetime": "2026-01-01/2025-01-01"},
    "an interval of three": {"datetime": "2025-01-01/2025-02-01/2025-03-01"},
    "another form": {"f": "shp"},
    "a long value": {"so_ho": "1" * 10_000},
    "a number that is none": {"kinh_do": "nan"},
    "a number beyond all": {"kinh_do": "1e999"},
    "truth that is none": {"co_dien_luoi": "có lẽ"},
}


@pytest.mark.parametrize("attack", OGC_ATTACKS)
def test_features_refuse_in_clear_words(villages: World, attack: str) -> None:
    response = Client().get(ITEMS, OGC_ATTACKS[attack])
    assert response.status_code == 400, response.text[:300]
    said = response.json()
    assert said["code"] == "InvalidParameterValue"
    assert len(said["description"]) < 1_500
    assert "Traceback" not in response.text


def test_a_huge_page_is_the_largest_page(villages: World) -> None:
    page = Client().get(ITEMS, {"limit": "999999999"}).json()
    assert page["numberReturned"] == 2
    (own,) = [link["href"] for link in page["links"] if link["rel"] == "self"]
    assert f"limit={MOST_LIMIT}" in own


def test_more_filters_than_are_taken_are_refused(villages: World) -> None:
    """So many fields no dataset has here; the bound holds for the door of CKAN, which reads a list of values."""
    said = {"resource_id": "thon-20-csv", "filters": {f"f{n}": 1 for n in range(MOST_FILTERS + 1)}}
    assert refusal(said)["error"]["filters"]


def refusal(said: dict[str, Any]) -> dict[str, Any]:
    response = Client().post(SEARCH, json.dumps(said), content_type="application/json")
    assert response.status_code == 409, response.text[:300]
    told: dict[str, Any] = response.json()
    assert told["success"] is False
    assert told["error"]["__type"] == "Validation Error"
    return told


CKAN_ATTACKS: dict[str, dict[str, Any]] = {
    "a filter that is SQL": {"filters": {"so_ho": SQL}},
    "a field that is SQL": {"filters": {SQL: 1}},
    "a filter within a filter": {"filters": {"so_ho": [{"$gt": 0}]}},
    "filters that are a list": {"filters": ["so_ho"]},
    "filters that are no JSON": {"filters": "{so_ho"},
    "ten thousand values": {"filters": {"so_ho": list(range(10_000))}},
    "a long value": {"filters": {"ten": "x" * 10_000}},
    "words in single fields": {"q": {"ten": "na"}},
    "an order by code": {"sort": "ten; DROP TABLE"},
    "an order by many": {"sort": ",".join(["ten"] * 50)},
    "a negative page": {"limit": -5},
    "a page of truth": {"limit": True},
    "a page of words": {"offset": "nhiều"},
    "fields that do not exist": {"fields": ["ten", "mat_khau"]},
    "fields that are an object": {"fields": {"ten": 1}},
}


@pytest.mark.parametrize("attack", CKAN_ATTACKS)
def test_ckans_door_refuses_in_clear_words(villages: World, attack: str) -> None:
    told = refusal({"resource_id": "thon-20-csv"} | CKAN_ATTACKS[attack])
    assert len(told["error"]["message"]) < 1_500


@pytest.mark.parametrize(
    "body", ["{", "[]", '"x"', "null", "[" * 50_000, '{"a":' * 20_000, json.dumps({"q": "x" * 200_000})]
)
def test_a_body_that_is_no_question_is_refused(villages: World, body: str) -> None:
    response = Client().post(SEARCH, body, content_type="application/json")
    assert response.status_code == 409
    assert response.json()["success"] is False


def test_an_action_that_would_change_something_is_not_there(villages: World) -> None:
    for name in ("package_create", "package_delete", "datastore_upsert", "datastore_search_sql", "__class__"):
        assert Client().post(f"/api/3/action/{name}", {}, content_type="application/json").status_code == 404
    assert DatasetVersion.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "/du-lieu-mo/thon/20.exe",
        "/du-lieu-mo/thon/20...csv",
        "/du-lieu-mo/thon/..%2f20.csv",
        "/du-lieu-mo/accounts-person/20.csv",
        "/du-lieu-mo/thon/99.csv",
        "/du-lieu-mo/thon/20/ban/999999999.csv",
        "/du-lieu-mo/thon/20/ban/2.csv",
        "/ogc/collections/person-20/items",
        "/ogc/collections/../items",
    ],
)
def test_an_address_that_is_none_is_404(villages: World, address: str) -> None:
    assert Client().get(address).status_code == 404


names = st.sampled_from(["ten", "so_ho", "kinh_do", "co_dien_luoi", "bbox", "datetime", "limit", "crs", "mat_khau"])
values = st.text(st.characters(exclude_characters="\0"), max_size=40) | st.integers().map(str) | st.floats().map(str)
"""A NUL is refused before any page is asked: `tests/config/test_refusals.py`."""
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
BOUNDED = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


@BOUNDED
@given(asked=st.dictionaries(names, values, max_size=5))
def test_whatever_is_asked_of_features_is_answered_or_refused(villages: World, asked: dict[str, str]) -> None:
    response = Client().get(ITEMS, asked)
    assert response.status_code in (200, 400)
    said = response.json()
    assert said.get("type") == "FeatureCollection" or said["description"]


@BOUNDED
@given(
    said=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("filters", "q", "sort", "limit", "offset", "fields", "resource_id"), anything),
    )
)
def test_whatever_is_asked_of_rows_is_answered_or_refused(villages: World, said: dict[str, Any]) -> None:
    body = {"resource_id": "thon-20-csv"} | said
    response = Client().post(SEARCH, json.dumps(body), content_type="application/json")
    assert response.status_code in (200, 404, 409)
    assert response.json()["success"] is (response.status_code == 200)


@BOUNDED
@given(text=st.text(max_size=60))
def test_whatever_filter_of_packages_is_asked_is_answered_or_refused(villages: World, text: str) -> None:
    for said in ({"fq": text}, {"q": text}, {"sort": text}, {"facet.field": text}):
        response = Client().post("/api/3/action/package_search", json.dumps(said), content_type="application/json")
        assert response.status_code in (200, 409)


def test_a_refusal_says_what_would_be_right(villages: World) -> None:
    said = Client().get(ITEMS, {"so_ho": "nhiều"}).json()["description"]
    assert "so_ho" in said
    assert "số nguyên" in said
    assert issubclass(Refused, ValueError)


def test_reports_of_errors_are_bounded(villages: World) -> None:
    client, said = Client(), {"words": "số hộ sai"}
    statuses = [client.post("/du-lieu-mo/thon/20/bao-loi", said).status_code for _ in range(12)]
    assert statuses == [302] * 10 + [429] * 2
    assert ErrorReport.objects.count() == 10
