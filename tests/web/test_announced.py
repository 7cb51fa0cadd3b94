"""Other sectors' works and public sites on the map: for everybody, by date, stage and kind, drawn and counted alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hatang.network.models import JointWork, PublicSite
from tests.core.vector_tile_reader import Feature, read_tile
from tests.web.filled import Filled
from tests.web.mapped import map_out

TILE = "8/203/112"
DATA, MAP = "/tinh/20/ban-do/so-lieu", "/tinh/20/ban-do/"
PAST, FAR = date(2020, 1, 1), date(2099, 12, 31)
LINE = "SRID=4326;LINESTRING(106.70 21.95, 106.72 21.95)"
AREA = "SRID=4326;POLYGON((106.70 21.95, 106.72 21.95, 106.72 21.96, 106.70 21.95))"
POINT = "SRID=4326;POINT(106.71 21.95)"


def features(client: Client, layer: str, **query: str) -> dict[int | None, Feature]:
    """Read a layer's tile by the features' ids."""
    answer = client.get(f"/ban-do/o/{layer}/{TILE}.mvt", query)
    assert answer.status_code in (200, 204)
    return {f.id: f for found in read_tile(answer.content).values() for f in found.features}


def titles(client: Client, layer: str, **query: str) -> set[str]:
    return {f.properties["code"] for f in features(client, layer, **query).values()}


@pytest.fixture
def works(filled: Filled) -> dict[str, JointWork]:
    """Make a work to come, one under way as an area, one at a point that is over, and one in another province."""
    world, today = filled.world, timezone.localdate()
    facts: dict[str, Any] = {"province": world.province, "kind": "road", "investor": "Ban quản lý", "shape": LINE}
    rows = {
        "ahead": {"starts_on": FAR, "ends_on": FAR},
        "under way": {"starts_on": PAST, "ends_on": today, "shape": AREA, "kind": "water", "simulated": True},
        "over": {"starts_on": PAST, "ends_on": date(2020, 2, 1), "shape": POINT},
        "elsewhere": {"starts_on": PAST, "ends_on": FAR, "province": world.other_province},
    }
    return {title: JointWork.objects.create(title=title, **facts | more) for title, more in rows.items()}


@pytest.fixture
def sites(filled: Filled) -> dict[str, PublicSite]:
    """Make a site on offer with power, one without, and one whose offer has ended."""
    world = filled.world
    facts: dict[str, Any] = {
        "province": world.province, "commune": world.commune, "kind": "land", "lon": 106.71, "lat": 21.95,
        "body": "Ủy ban nhân dân xã", "from_on": PAST,
    }  # fmt: skip
    rows = {"lit": {"power": "grid"}, "dark": {"power": "none", "kind": "office"}, "gone": {"until_on": PAST}}
    return {title: PublicSite.objects.create(title=title, **facts | more) for title, more in rows.items()}


def test_works_are_drawn_for_everybody_by_stage_day_and_kind(client: Client, works: dict[str, JointWork]) -> None:
    here = {"tinh": "20"}
    for layer, over in (("works", {"over"}), ("work_shapes", set[str]())):
        assert titles(client, layer, **here) == {"ahead", "under way"}
        assert titles(client, layer, **here, gd="moi") == {"ahead", "under way"} | over
        assert titles(client, layer, **here, gd="ended") == over
        assert titles(client, layer, **here, gd="ahead") == {"ahead"}
        assert titles(client, layer, **here, loai="water") == {"under way"}
        assert titles(client, layer, **here, ngay="2020-01-15") == {"ahead", "under way"} | over
        assert "elsewhere" in titles(client, layer)
    said = features(client, "works", **here)[works["under way"].pk].properties
    assert said["shade"] == "others" and said["simulated"] is True
    assert (said["begins"], said["owner"]) == ("2020-01-01", "Ban quản lý")


def test_sites_are_drawn_while_on_offer(client: Client, sites: dict[str, PublicSite]) -> None:
    found = {f.properties["code"]: f.properties for f in features(client, "sites").values()}
    assert {title: said["shade"] for title, said in found.items()} == {"lit": "wanted", "dark": "others"}
    assert found["lit"]["commune"] and found["lit"]["owner"] == "Ủy ban nhân dân xã"
    assert titles(client, "sites", gd="ended") == {"gone"}
    assert titles(client, "sites", ngay="2020-01-01") == {"lit", "dark", "gone"}
    assert titles(client, "sites", loai="office") == {"dark"}


def test_the_page_counts_what_is_drawn(client: Client, filled: Filled, works: Any, sites: Any) -> None:
    map_out(filled)
    commune = filled.world.commune.pk
    told = client.get(DATA, {"hoi": "viec-khac"}).json()
    (frame,) = told["frames"]
    assert "có 2 công trình của ngành khác: 1 chưa khởi công, 1 đang thi công" in frame["finding"]
    assert [row[:2] for row in frame["rows"]] == [[commune, "1 / 2"]]
    assert frame["simulated"] is True
    (frame,) = client.get(DATA, {"hoi": "viec-khac", "gd": "moi"}).json()["frames"]
    assert [shade["count"] for shade in frame["shades"]] == [1, 1, 1]
    (frame,) = client.get(DATA, {"hoi": "dia-diem"}).json()["frames"]
    assert "có 2 địa điểm công: 1 có điện lưới, 1 chưa có điện lưới tại chỗ" in frame["finding"]
    assert frame["rows"][0][:2] == [commune, "1 / 2"]
    page = client.get(MAP, {"hoi": "viec-khac", "gd": "ended", "loai": "road"}).content.decode()
    assert 'href="/ha-tang/20/cong-trinh?loai=road&amp;ca-cu=1&amp;"' in page
    assert "DỮ LIỆU MÔ PHỎNG" not in page and "1 đã hoàn thành" in page
    assert 'name="luc"' not in page and 'name="dn"' not in page


def test_nothing_announced_says_so(client: Client, filled: Filled) -> None:
    assert "không có địa điểm công nào khớp" in client.get(MAP, {"hoi": "dia-diem"}).content.decode()
