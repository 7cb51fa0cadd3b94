"""The real ckanapi client, against a live server, finds packages and reads rows; wrong questions are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckanapi
import pytest
from ckanapi import NotFound, RemoteCKAN, ValidationError
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from hatang.places.models import Place
from tests.conftest import World
from tests.opendata.needs import a_figure, an_indicator, published

VILLAGES = "thon-20-csv"


@pytest.fixture
def filled(world: World) -> World:
    Place.objects.filter(pk=world.village.pk).update(simulated=True)
    a_figure(an_indicator(), world.commune, 81.5)
    for slug in ("thon", "xa-phuong", "so-lieu-chi-tieu"):
        published(world, slug)
    return world


@pytest.fixture(params=[False, True], ids=["post", "get"])
def remote(filled: World, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[RemoteCKAN]:
    with RemoteCKAN(live_server.url, get_only=request.param) as client:
        yield client


@pytest.mark.django_db(transaction=True)
def test_ckanapi_lists_shows_finds_and_reads(remote: RemoteCKAN, live_server: LiveServer) -> None:
    action = remote.action
    assert action.package_list() == ["xa-phuong-20", "thon-20", "so-lieu-chi-tieu-20"]
    shown = action.package_show(id="thon-20")
    assert shown["license_url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert shown["organization"]["title"] == "Sở Khoa học và Công nghệ Lạng Sơn"
    assert "DỮ LIỆU MÔ PHỎNG" in shown["title"]
    found = action.package_search(q="dien luoi", rows=5)
    assert [package["name"] for package in found["results"]] == ["thon-20"]
    resource = action.resource_show(id=VILLAGES)
    assert resource["url"] == f"{live_server.url}/du-lieu-mo/thon/20.csv"
    told = action.datastore_search(resource_id=VILLAGES, limit=1, sort="dan_so desc")
    assert (told["total"], [row["ten"] for row in told["records"]]) == (2, ["Thôn Nà Lầm"])
    with pytest.raises(NotFound):
        action.package_show(id="khong-co-20")
    with pytest.raises(ValidationError) as wrong:
        action.datastore_search(resource_id=VILLAGES, sort="khong_co desc")
    assert "Không có trường" in str(wrong.value)


def ask(name: str, **said: Any) -> dict[str, Any]:
    response = Client().post(f"/api/3/action/{name}", said, content_type="application/json")
    assert response.status_code == 200, response.text
    result: dict[str, Any] = response.json()["result"]
    return result


def test_an_organisation_and_a_group_are_shown_with_how_much_they_have(remote: RemoteCKAN) -> None:
    code, theme = remote.action.organization_list()[0], remote.action.group_list()[0]
    shown = remote.action.organization_show(id=code)
    assert shown["name"] == code and shown["package_count"] == len(remote.action.package_list())
    assert remote.action.group_show(id=theme)["package_count"] >= 1
    for ask in (remote.action.organization_show, remote.action.group_show):
        with pytest.raises(NotFound):
            ask(id="khong-co")


def test_facets_count_and_narrow(filled: World) -> None:
    found = ask("package_search", **{"facet.field": ["groups", "res_format"], "rows": 0})
    assert found["count"] == 3
    assert found["results"] == []
    assert found["facets"]["groups"] == {"dia-ban": 2, "chi-tieu": 1}
    assert found["facets"]["res_format"]["GeoJSON"] == 2
    narrowed = ask("package_search", fq='groups:dia-ban AND tags:"điện lưới"')
    assert [package["name"] for package in narrowed["results"]] == ["thon-20"]
    by_org = ask("package_search", fq="organization:tinh-20 res_format:SDMX-CSV")
    assert [package["name"] for package in by_org["results"]] == ["so-lieu-chi-tieu-20"]


def test_rows_are_found_by_filters_and_words(filled: World) -> None:
    lit = ask("datastore_search", resource_id=VILLAGES, filters={"co_dien_luoi": True})
    assert [row["ten"] for row in lit["records"]] == ["Thôn Nà Lầm"]
    either = ask("datastore_search", resource_id=VILLAGES, filters={"so_ho": [100, "25"]})
    assert either["total"] == 2
    named = ask("datastore_search", resource_id=VILLAGES, q="na lam", fields=["ten", "so_ho"])
    assert named["records"] == [{"ten": "Thôn Nà Lầm", "so_ho": 100}]
    assert [field["id"] for field in named["fields"]] == ["ten", "so_ho"]
    second = ask("datastore_search", resource_id=VILLAGES, limit=1, offset=1, sort="ten asc")
    assert [row["ten"] for row in second["records"]] == ["Thôn Nà Lầm"]


def test_every_resource_of_a_package_can_be_asked(filled: World) -> None:
    for resource in ask("package_show", id="so-lieu-chi-tieu-20")["resources"]:
        assert ask("resource_show", id=resource["id"])["url"] == resource["url"]
        assert ask("datastore_search", resource_id=resource["id"])["records"][0]["gia_tri"] == 81.5


def test_what_the_client_is_told_is_what_the_client_raises() -> None:
    """The words of our refusals are those from which ckanapi knows its exceptions."""
    said = '{"success": false, "error": {"__type": "Validation Error", "message": "sai"}}'
    with pytest.raises(ValidationError):
        ckanapi.common.reverse_apicontroller_action("", 409, said)
