"""A run's map as people meet it: sentence, table, tiles, what changed, and who may see what."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from hatang.accounts.models import Person
from hatang.coverage.models import RunRaster
from hatang.coverage.services.maps.page import LAYERS
from tests.answers import bare
from tests.conftest import World
from tests.coverage.drawn import Drawn, draw, found, run_of

People = dict[str, Person]
TILE = (13, 6524, 3584)
"""Lies on the small ground."""


@pytest.fixture
def drawn(world: World) -> Drawn:
    """Make the run."""
    return draw(world)


@pytest.fixture
def head(people: People) -> Client:
    """Sign the head of the department in."""
    return signed(people, "department_head")


def signed(people: People, who: str) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(people[who])
    return client


def page(client: Client, drawn: Drawn, **asked: Any) -> str:
    """Read the map's page."""
    return client.get(reverse("coverage:run_map", args=[drawn.run.pk]), asked).content.decode()


def words(html: str) -> str:
    """Give what the sentence says."""
    text = html.split('id="run-finding"')[1].split("</p>")[0].split(">", 1)[1]
    return "".join(part.split(">")[-1] for part in text.split("<"))


WORDS = {quantity: word for word, (quantity, _) in LAYERS.items()}


def tile_of(raster: RunRaster, place: tuple[int, int, int] = TILE) -> str:
    """Give the address of a raster's tile."""
    layer = WORDS[RunRaster.Quantity(raster.quantity)]
    return reverse("coverage:run_tile", args=[raster.run_id, layer, raster.operator_id or 0, raster.technology, *place])


def pixels(client: Client, raster: RunRaster, **asked: Any) -> np.ndarray:
    """Draw a tile of a raster."""
    answer = client.get(tile_of(raster), asked)
    assert answer.status_code == 200
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


def test_the_sentence_counts_villages_and_people_at_the_threshold(head: Client, drawn: Drawn) -> None:
    assert words(page(head, drawn, dn="bat-ky", cn="4G")) == (
        "Ở ngưỡng từ -111,8 dBm, 4G của ít nhất một doanh nghiệp phục vụ 1 trong 2 thôn; "
        "1 thôn, 100 người chưa được phục vụ."
    )
    assert "phục vụ 2 trong 2 thôn; 0 thôn, 0 người" in words(page(head, drawn, nguong="-118"))
    assert "phục vụ 0 trong 2 thôn; 2 thôn, 500 người" in words(page(head, drawn, nguong="-80,2"))
    assert "DỮ LIỆU MÔ PHỎNG" in page(head, drawn)


def test_without_a_script_the_table_names_who_is_left_out_most_people_first(head: Client, drawn: Drawn) -> None:
    html = page(head, drawn, dn=drawn.world.rival.pk)
    rows = html.split('id="run-rows"')[1].split("</tbody>")[0]
    assert rows.index("Thôn Nà Lầm") < rows.index("Thôn Khơ Đa")
    address = reverse("coverage:run_place", args=[drawn.run.pk, drawn.world.village.pk])
    assert f"{address}?dn={drawn.world.rival.pk}&amp;cn=4G" in rows
    assert "không tới" in rows


def test_the_table_is_given_as_a_file_with_its_mark(head: Client, drawn: Drawn) -> None:
    address = reverse("coverage:run_map", args=[drawn.run.pk])
    text = head.get(address, {"xuat": "csv", "dn": drawn.world.operator.pk}).content.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "DỮ LIỆU MÔ PHỎNG"
    assert lines[-2:] == [
        "T1,Thôn Nà Lầm,Đồng Đăng,106.7,21.95,400,-90,100,có",
        "T2,Thôn Khơ Đa,Đồng Đăng,106.71,21.96,100,-112.8,31,không",
    ]


def test_a_tile_draws_from_the_threshold_up_and_nothing_below(head: Client, drawn: Drawn) -> None:
    usual, strict = pixels(head, drawn.level), pixels(head, drawn.level, nguong="-100")
    shown, fewer = (usual[:, :, 3] > 0), (strict[:, :, 3] > 0)
    assert shown.any() and not shown.all()
    assert fewer.any() and (shown & fewer == fewer).all() and fewer.sum() < shown.sum()
    row = usual[128]
    assert (np.diff(row[:, 3].astype(int)) >= 0).all(), "levels rise eastward: once drawn, drawn to the rim"
    assert set(map(tuple, pixels(head, drawn.operators)[128].tolist())) == {(203, 201, 226, 255), (158, 154, 200, 255)}


def test_the_best_of_all_operators_is_drawn_where_any_of_them_suffices(head: Client, drawn: Drawn) -> None:
    address = reverse("coverage:run_best_tile", args=[drawn.run.pk, "4G", *TILE])
    best = np.asarray(Image.open(io.BytesIO(head.get(address).content)).convert("RGBA"))
    assert (best[:, :, 3] > 0).all(), "B alone gives -105 dBm everywhere"
    assert not (pixels(head, drawn.level)[:, :, 3] > 0).all()


def test_a_tile_may_be_kept_for_ever_by_its_reader_alone(head: Client, drawn: Drawn) -> None:
    address = tile_of(drawn.level)
    first = head.get(address)
    assert first["Cache-Control"] == "private, max-age=31536000, immutable"
    again = head.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert head.get(address, {"nguong": "-80"})["ETag"] != first["ETag"]
    assert head.get(address, {"nguong": "-111.6"})["ETag"] == first["ETag"], "snapped to whole dB from the run's own"
    wrong = tile_of(drawn.level, (3, 99, 1))
    assert head.get(wrong).status_code == 404


def test_an_operator_draws_its_own_and_what_is_hidden_answers_as_if_absent(people: People, drawn: Drawn) -> None:
    operator = signed(people, "operator")
    nothing = operator.get(tile_of(drawn.level).replace(f"/{drawn.level.operator_id}/", "/999999/"))
    for hidden in (drawn.rivals_level, drawn.operators):
        answer = operator.get(tile_of(hidden))
        assert (answer.status_code, bare(answer)) == (404, bare(nothing))
    best = operator.get(reverse("coverage:run_best_tile", args=[drawn.run.pk, "4G", *TILE]))
    assert best.status_code == 404
    assert (pixels(operator, drawn.level)[:, :, 3] > 0).any()
    assert (pixels(operator, drawn.server)[:, :, 3] > 0).any()
    html = page(operator, drawn, dn=drawn.world.rival.pk)
    assert "4G của Doanh nghiệp A phục vụ 1" in words(html)
    assert "Doanh nghiệp B" not in html and "ít nhất một" not in html and "số doanh nghiệp" not in html
    drawn.run.adopted_at = None
    drawn.run.save()
    assert operator.get(reverse("coverage:run_map", args=[drawn.run.pk])).status_code == 404
    assert operator.get(tile_of(drawn.level)).status_code == 404


def test_the_villages_of_a_map_hold_only_what_the_person_may_see(people: People, drawn: Drawn) -> None:
    address = reverse("coverage:run_villages", args=[drawn.run.pk])
    rivals = signed(people, "rival").get(address, {"dn": drawn.world.operator.pk, "cn": "4G"}).json()["villages"]
    assert [row[6] for row in rivals] == [None, -111.0]
    all_of_them = signed(people, "analyst").get(address, {"dn": "bat-ky", "cn": "4G"}).json()["villages"]
    assert [(row[1], row[5], row[6]) for row in all_of_them] == [
        ("Thôn Nà Lầm", 400, -90.0),
        ("Thôn Khơ Đa", 100, -111.0),
    ]


def test_what_changed_since_another_run_is_counted(head: Client, drawn: Drawn) -> None:
    world = drawn.world
    earlier = run_of(world, drawn.terrain, "Quý IV/2025")
    found(earlier, world.village, world.operator, -120.0, 0.01)
    found(earlier, world.dark_village, world.operator, -100.0, 1.0)
    html = page(head, drawn, voi=earlier.pk, dn=world.operator.pk)
    notice = html.split('class="notice"')[1].split("</p>")[0]
    counts = [part.split("</b>")[0] for part in notice.split('">')[1:]]
    assert counts == ["1", "400", "1", "100"]
    assert "run-divider" in html
    assert "run-divider" not in page(head, drawn, voi_cn="4G"), "nothing is compared with itself"


def test_the_provinces_map_leads_to_it_whom_it_may_lead(people: People, drawn: Drawn) -> None:
    address = reverse("coverage:run_map", args=[drawn.run.pk])
    asked = {"hoi": "thon", "cn": "4G"}
    for who, leads in (("analyst", True), ("operator", True), ("commune_officer", False), ("stranger", False)):
        html = signed(people, who).get("/tinh/20/ban-do/", asked).content.decode()
        assert (address in html) == leads, who
