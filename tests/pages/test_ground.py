"""The ground of every map: whole, named, small, and kept by the browser."""

from __future__ import annotations

import csv
import gzip
import json
from typing import Any

import brotli
import pytest
from django.core.cache import cache
from django.test import Client
from shapely.geometry import Point, box, shape

from hatang.pages import ground as ground_module
from hatang.pages.ground import ground, ground_url, islands, islands_path, mark, source_path

LARGEST_BYTES = 150_000
HOANG_SA, TRUONG_SA = box(111, 15.7, 113, 17.2), box(111.5, 6.8, 117.5, 12)
FOREIGN_NAMES = ("spratly", "paracel", "nansha", "xisha", "kalayaan", "scarborough")


@pytest.fixture(scope="module")
def features() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ground().plain)["features"]
    return found


def of_kind(features: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [f for f in features if f["properties"]["kind"] == kind]


def land(features: list[dict[str, Any]], kind: str) -> list[tuple[str, Any]]:
    return [(f["properties"]["name"], shape(f["geometry"])) for f in of_kind(features, kind)]


@pytest.mark.parametrize(("archipelago", "waters"), [("Hoàng Sa", HOANG_SA), ("Trường Sa", TRUONG_SA)])
def test_both_archipelagos_are_drawn_and_named_as_viet_nam(
    features: list[dict[str, Any]], archipelago: str, waters: Any
) -> None:
    islands = [f for f in of_kind(features, "island") if f["properties"]["archipelago"] == archipelago]
    with islands_path().open(encoding="utf-8") as table:
        assert len(islands) == sum(row["archipelago"] == archipelago for row in csv.DictReader(table))
    assert len(islands) >= 15
    assert {f["properties"]["country"] for f in islands} == {"Việt Nam"}
    assert all(waters.contains(shape(f["geometry"])) for f in islands)
    names = [f for f in of_kind(features, "label") if f["properties"]["name"] == f"Quần đảo {archipelago}\n(Việt Nam)"]
    assert [waters.contains(shape(f["geometry"])) for f in names] == [True]


def test_no_other_country_has_land_in_their_waters(features: list[dict[str, Any]]) -> None:
    for name, ground_of in land(features, "neighbour"):
        assert not ground_of.intersects(HOANG_SA), name
        assert not ground_of.intersects(box(111.5, 7.6, 116.4, 12)), name
    [(_, ours)] = land(features, "vietnam")
    assert ours.intersects(HOANG_SA)
    assert ours.intersects(TRUONG_SA)


def test_no_foreign_name_of_them_reaches_a_reader() -> None:
    text = ground().plain.decode().lower()
    assert [name for name in FOREIGN_NAMES if name in text] == []
    assert "Biển Đông" in ground().plain.decode()


def test_the_source_really_lists_them_apart() -> None:
    """Otherwise the tests above would prove nothing."""
    names = json.loads(source_path().read_bytes())["objects"]["countries"]["geometries"]
    assert "Spratly Is." in {g["properties"]["name"] for g in names}


CAPITALS = {
    "Việt Nam": [(105.85, 21.03), (106.70, 10.78), (103.97, 10.2), (106.76, 21.85), (104.98, 22.83)],
    "Lào": [(102.6, 18.0)],
    "Campuchia": [(104.92, 11.56)],
    "Thái Lan": [(100.5, 13.75)],
    "Trung Quốc": [(108.37, 22.82), (110.2, 19.9), (114.17, 22.4)],
    "Mi-an-ma": [(96.15, 21.97)],
}


@pytest.mark.parametrize("country", CAPITALS)
def test_towns_lie_in_their_country(features: list[dict[str, Any]], country: str) -> None:
    countries = land(features, "vietnam") + land(features, "neighbour")
    for lon, lat in CAPITALS[country]:
        assert [name for name, where in countries if where.contains(Point(lon, lat))] == [country], (lon, lat)


def test_land_is_valid_and_countries_hardly_overlap(features: list[dict[str, Any]]) -> None:
    [(_, ours)] = land(features, "vietnam")
    neighbours = land(features, "neighbour")
    assert all(where.is_valid for _, where in [*neighbours, ("", ours)])
    assert max(where.intersection(ours).area for _, where in neighbours) < 1e-4


def test_simplified_borders_still_fit_together(features: list[dict[str, Any]]) -> None:
    """An arc that two countries share is simplified once, so that no sliver of sea opens between them."""
    [(_, ours)] = land(features, "vietnam")
    for name, degrees in (("Lào", 12), ("Campuchia", 7), ("Trung Quốc", 8)):
        neighbour = dict(land(features, "neighbour"))[name]
        assert ours.boundary.intersection(neighbour.boundary).length > degrees, name


def test_it_is_small_in_every_form() -> None:
    made = ground()
    assert len(made.gzipped) < LARGEST_BYTES
    assert len(made.brotli) < LARGEST_BYTES
    assert gzip.decompress(made.gzipped) == brotli.decompress(made.brotli) == made.plain


def test_it_is_made_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ground()
    cache.set(f"ground:{mark()}", made, None)
    ground.cache_clear()
    monkeypatch.setattr(ground_module, "collection", lambda: pytest.fail("made twice"))
    assert ground() == made


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("", ""), ("br;q=0", "")])
def test_it_comes_as_the_browser_can_read_it(client: Client, accepted: str, encoding: str) -> None:
    answer = client.get(ground_url(), headers={"accept-encoding": accepted})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert "Accept-Encoding" in answer["Vary"]
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](answer.content)
    assert json.loads(unpacked)["type"] == "FeatureCollection"
    assert answer["Content-Type"] == "application/geo+json"


def test_an_address_with_the_mark_is_kept_for_ever_another_is_asked_again(client: Client) -> None:
    marked = client.get(ground_url())
    assert "immutable" in marked["Cache-Control"]
    assert "public" in marked["Cache-Control"]
    assert "sessionid" not in marked.cookies
    for stale in ("/ban-do/nen.json", "/ban-do/nen.json?v=x"):
        answer = client.get(stale)
        assert "no-cache" in answer["Cache-Control"]
        again = client.get(stale, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_mark_follows_what_it_is_made_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    before = mark()
    table = tmp_path / "archipelagos.csv"
    table.write_bytes(islands_path().read_bytes() + "Trường Sa,Đá Én Đất,114.4,10.35\n".encode())
    monkeypatch.setattr(ground_module, "islands_path", lambda: table)
    mark.cache_clear()
    try:
        assert mark() != before
        assert "Đá Én Đất" in {island["properties"]["name"] for island in islands()}
    finally:
        mark.cache_clear()
