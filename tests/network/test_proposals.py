"""Whether a planned mast or route may be built, as the decision says; and that no rival's secret speaks through it."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pyproj
import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hatang.accounts.models import Organisation, Person
from hatang.network.models import Mast, PoleLine, Proposal, SharingRule, Station, UndergroundWork
from hatang.network.services import propose
from hatang.network.services.proposal_check import Sight, check
from hatang.places.models import Place
from tests.answers import bare
from tests.conftest import World

LONG_AGO = date(2020, 1, 1)
ON = date(2026, 6, 1)
HERE = (106.76, 21.86)
GEOD = pyproj.Geod(ellps="WGS84")
BAC_NINH = {
    "distance.other_network.urban": 120,
    "distance.other_network.non_urban": 250,
    "distance.same_network.urban": 300,
    "distance.same_network.non_urban": 450,
    "distance.small_mast_height": 3,
    "distance.small_mast_same_network": 0,
    "distance.small_mast_urban_keeps": 1,
}


def at(metres: float, azimuth: float = 90) -> tuple[float, float]:
    """Give the point so far from here."""
    lon, lat, _ = GEOD.fwd(*HERE, azimuth, metres)
    return lon, lat


def ruled(province: Place, **more: float) -> None:
    """Let Bắc Ninh's distances hold in a province."""
    common = {"province": province, "unit": "m", "valid_from": LONG_AGO, "legal": "Quyết định 72/2025/QĐ-UBND"}
    SharingRule.objects.bulk_create(
        SharingRule(key=key, value=value, **common) for key, value in (BAC_NINH | more).items()
    )


def mast(world: World, owner: Organisation, metres: float, **more: Any) -> Mast:
    """Make a mast so far to the east."""
    lon, lat = at(metres)
    facts = {"province": world.province, "commune": world.neighbour, "built_on": LONG_AGO, "height_m": 40, "spare": 1}
    code = more.pop("code", f"C{Mast.objects.count()}")
    return Mast.objects.create(code=code, owner=owner, lon=lon, lat=lat, **facts | more)


def draft(world: World, **more: Any) -> Proposal:
    """Plan a mast of the operator's here, in a ward."""
    facts = {"province": world.province, "network": world.operator, "kind": "mast", "code": "P1", "height_m": 30}
    return Proposal(**facts | {"lon": HERE[0], "lat": HERE[1], "commune": world.neighbour} | more)


def verdict(world: World, **more: Any) -> str:
    return str(check(draft(world, **more), Sight(world.province, ON)).verdict)


@pytest.mark.parametrize(
    ("metres", "same", "ward", "height_m", "expected"),
    [
        (119, False, True, 30, "must_share"),
        (121, False, True, 30, "consider"),
        (249, False, False, 30, "must_share"),
        (251, False, False, 30, "may_build"),
        (299, True, True, 30, "must_share"),
        (301, True, True, 30, "may_build"),
        (449, True, False, 30, "must_share"),
        (451, True, False, 30, "may_build"),
        (100, False, False, 3, "consider"),
        (160, False, False, 3, "may_build"),
        (160, True, False, 3, "must_share"),
        (100, False, True, 3, "consider"),
    ],
)
def test_spacing_of_the_decision(
    world: World, metres: float, same: bool, ward: bool, height_m: float, expected: str
) -> None:
    """Đ15.5: khác mạng 120/250 m, cùng mạng 300/450 m; cột cao không quá 3 m không cần khoảng cách khác mạng."""
    ruled(world.province)
    mast(world, world.operator if same else world.rival, metres)
    commune = world.neighbour if ward else world.commune
    assert verdict(world, commune=commune, height_m=height_m) == expected


def test_where_nothing_was_adopted_no_distance_is_asked(world: World) -> None:
    mast(world, world.rival, 100, spare=0)
    found = check(draft(world), Sight(world.province, ON))
    assert found.verdict == "may_build"
    told = " ".join(found.reasons)
    assert "chưa có quy định khoảng cách" in told
    assert "Không vướng khoảng cách" not in told, "a distance that was not asked is not said to be kept"
    assert found.spacing == []


def test_a_mast_of_another_owner_on_which_the_network_is_on_air_is_its_own(world: World) -> None:
    ruled(world.province)
    theirs = mast(world, world.rival, 200)
    assert verdict(world) == "may_build"
    Station.objects.create(mast=theirs, code="S", operator=world.operator, technology="4G", on_air_on=LONG_AGO)
    assert verdict(world) == "must_share"


@pytest.mark.parametrize(
    ("facts", "usable", "why"),
    [
        ({}, "yes", ""),
        ({"height_m": 25}, "no", "thấp hơn 5 m"),
        ({"spare": 0}, "no", "không còn chỗ"),
        ({"spare": None}, "unknown", "chưa ghi"),
        ({"height_m": None}, "unknown", "chưa rõ chiều cao"),
    ],
)
def test_what_could_carry_it(world: World, facts: dict[str, Any], usable: str, why: str) -> None:
    """Chưa đủ khoảng cách: có cột chắc chắn dùng được thì phải dùng chung, không thì xem xét."""
    ruled(world.province)
    mast(world, world.rival, 50, **facts)
    found = check(draft(world), Sight(world.province, ON))
    assert found.candidates[0]["usable"] == usable
    assert why in "; ".join(found.candidates[0]["why"])
    assert found.verdict == ("must_share" if usable == "yes" else "consider")
    assert found.rules[0]["basis"].endswith("72/2025/QĐ-UBND")


def test_planned_masts_count_for_spacing_and_are_no_candidates(world: World) -> None:
    ruled(world.province)
    mast(world, world.rival, 50, built_on=None, planned_on=date(2027, 1, 1))
    mast(world, world.rival, 60, dismantled_on=date(2026, 1, 1))
    found = check(draft(world), Sight(world.province, ON))
    assert (found.verdict, len(found.spacing), len(found.planned), found.candidates) == ("consider", 1, 1, [])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 600), st.floats(0, 360), st.booleans()), max_size=8), st.booleans())
@pytest.mark.django_db
def test_spacing_agrees_with_measuring_every_mast(spots: list[tuple[float, float, bool]], ward: bool) -> None:
    from django.db import transaction

    with transaction.atomic():
        province = Place.objects.create(kind="province", title="Tỉnh", name="Thử", code="98")
        title = "Phường" if ward else "Xã"
        commune = Place.objects.create(kind="commune", title=title, name="M", province=province, parent=province)
        own, other = (Organisation.objects.create(kind="operator", name=name) for name in ("Một", "Hai"))
        ruled(province)
        facts = {"province": province, "commune": commune, "built_on": LONG_AGO}
        for n, (metres, azimuth, same) in enumerate(spots):
            lon, lat = at(metres, azimuth)
            Mast.objects.create(code=str(n), owner=own if same else other, lon=lon, lat=lat, **facts)
        plan = Proposal(province=province, network=own, kind="mast", lon=HERE[0], lat=HERE[1], commune=commune)
        found = check(plan, Sight(province, ON))
        needed = {True: 300 if ward else 450, False: 120 if ward else 250}
        too_near = {
            str(n) for n, (m, azimuth, same) in enumerate(spots) if GEOD.inv(*HERE, *at(m, azimuth))[2] < needed[same]
        }
        assert {entry["name"] for entry in found.spacing} == too_near
        assert (found.verdict == "may_build") <= (not too_near)
        transaction.set_rollback(True)


def route(metres: float, begin: tuple[float, float] = (0, 0)) -> GEOSGeometry:
    """Draw a line eastwards, begun so many metres east and north of here."""
    lon, lat = GEOD.fwd(*at(begin[0]), 0, begin[1])[:2]
    end = GEOD.fwd(lon, lat, 90, metres)[:2]
    return GEOSGeometry(f"LINESTRING({lon} {lat}, {end[0]} {end[1]})", srid=4326)


@pytest.mark.parametrize(
    ("begin", "spare", "kind", "expected"),
    [
        ((0, 10), 2, "C2", "must_share"),
        ((0, 10), 0, "C2", "may_build"),
        ((0, 10), None, "C2", "consider"),
        ((700, 10), 2, "C2", "consider"),
        ((0, 40), 2, "C2", "may_build"),
        ((0, 10), 2, "N1", "must_share"),
    ],
)
def test_routes_that_run_along(
    world: World, begin: tuple[float, float], spare: int | None, kind: str, expected: str
) -> None:
    """Cùng tuyến, cùng hướng thì dùng chung trước (NĐ 163 Đ62.2): đủ nửa tuyến, còn chỗ thì phải; chưa rõ thì xét."""
    model: Any = PoleLine if kind == "C2" else UndergroundWork
    facts = {"owner": world.rival, "province": world.province, "built_on": LONG_AGO, "spare": spare}
    model.objects.create(code="T", kind=kind, path=route(1000, begin), **facts)
    plan = draft(world, kind="pole_line", lon=None, lat=None, path=route(1000))
    assert check(plan, Sight(world.province, ON)).verdict == expected


def answer(person: Person, world: World) -> tuple[Any, bytes]:
    """Propose a mast as a person does, and read the page."""
    client = Client()
    client.force_login(person)
    fields = {"network": world.operator.pk, "code": "P9", "lon": f"{HERE[0]}", "lat": f"{HERE[1]}", "height_m": "30"}
    response = client.post(
        reverse("network:proposal_new", args=[world.province.code]), fields | {"commune": world.neighbour.pk}
    )
    assert response.status_code == 302, response.content.decode()[:3000]
    row = Proposal.objects.latest("pk")
    page = bare(client.get(row.get_absolute_url()))
    return row, page.replace(f"/{row.pk}/".encode(), b"/0/")


def test_a_rivals_hidden_mast_changes_not_one_byte_of_an_operators_check(
    world: World, people: dict[str, Person]
) -> None:
    """Doanh nghiệp chỉ được kiểm tra với thứ mình được xem; Sở thấy kết luận theo toàn bộ sổ."""
    ruled(world.province)
    _, before = answer(people["operator"], world)
    hidden = mast(world, world.rival, 50, code="BI-MAT", remarks="kín")
    row, after = answer(people["operator"], world)
    assert before == after
    assert row.verdict == "may_build" and row.full_verdict == "must_share"
    assert "BI-MAT" not in json.dumps(row.findings)
    _, officers = answer(people["department_officer"], world)
    assert b"BI-MAT" in officers
    assert "chỉ với công trình của doanh nghiệp bạn" in after.decode()
    hidden.delete()
    mast(world, world.rival, 50, code="CHAO", offered=True, height_m=10)
    row, shown = answer(people["operator"], world)
    text = json.dumps(row.findings)
    assert row.findings["candidates"][0]["usable"] == "unknown"
    assert row.findings["candidates"][0]["height_m"] is None
    assert "CHAO" not in text and b"CHAO" not in shown


def test_an_operator_proposes_only_for_its_own_network(world: World, people: dict[str, Person]) -> None:
    with pytest.raises(PermissionDenied):
        propose(actor=people["operator"], province=world.province, drafts=[draft(world, network=world.rival)])
    client = Client()
    client.force_login(people["operator"])
    fields = {"network": world.rival.pk, "code": "P", "lon": "106,76", "lat": "21,86"}
    assert client.post(reverse("network:proposal_new", args=[world.province.code]), fields).status_code == 422


def sheet(*rows: list[Any]) -> SimpleUploadedFile:
    book = Workbook()
    head = ["Loại công trình", "Doanh nghiệp", "Mã đề xuất", "Kinh độ", "Vĩ độ", "Chiều cao, m", "Tuyến", "Mã xã"]
    for row in (head, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("ds.xlsx", content.getvalue())


def test_a_list_is_checked_whole_or_not_at_all(world: World, people: dict[str, Person]) -> None:
    client = Client()
    client.force_login(people["department_officer"])
    address = reverse("network:proposal_upload", args=[world.province.code])
    good = ["", "A", "P1", 106.76, 21.86, 30, None, "05977"]
    line = ["tuyến cột treo cáp", "B", "T1", None, None, None, "106,76; 21,86\n106,77; 21,86", None]
    wrong = ["", "A", "P2", 21.86, 106.76, 30, None, "05977"]
    refused = client.post(address, {"file": sheet(good, wrong)})
    assert refused.status_code == 422
    assert "Dòng 3, Kinh độ" in refused.content.decode()
    assert not Proposal.objects.exists()
    assert client.post(address, {"file": sheet(good, line)}).status_code == 302
    kinds = Proposal.objects.order_by("pk").values_list("kind", "network__short_name", "commune__name", "author")
    assert list(kinds) == [("mast", "A", "Kỳ Lừa", None), ("pole_line", "B", None, None)]
    assert client.get(Proposal.objects.latest("pk").get_absolute_url()).status_code == 200
