"""Lists, pages and forms of every kind of thing: who sees what, who may write what, and what undo brings back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import LineString, Polygon
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.network.kinds import OF_MODEL, TABLE, Kind
from hatang.network.models import Cell, Mast, Pole, PoleLine, Station, Tenancy
from hatang.places.models import Road
from hatang.places.services.roads import roads_near
from tests.answers import bare
from tests.conftest import World
from tests.network.things import PATH, SORTS, make_thing

each_kind = pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.slug)
MAST, POLE_LINE = OF_MODEL[Mast], OF_MODEL[PoleLine]
As = Callable[[str], Client]


@pytest.fixture
def as_(people: dict[str, Person]) -> As:
    """Sign in as one of the people."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(people[who])
        return client

    return sign_in


def read(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return bare(answer).decode()


def listed(kind: Kind) -> str:
    return reverse("network:things", args=["20", kind])


def posted(kind: Kind, world: World, **more: Any) -> dict[str, Any]:
    """Give what a form of the kind sends."""
    where = "\n".join(f"{lon}; {lat}" for lon, lat in PATH)
    place = {"path": where.replace(".", ",")} if kind.is_line else {"lon": "106,7", "lat": "21,95"}
    facts = {"code": "MOI", "owner": world.operator.pk, "commune": world.commune.pk, "built_on": "01/02/2021"}
    rest = {"house": {"function": "bts"}, "underground": {"part": "duct"}}.get(kind.key, {})
    return {kind.sort: SORTS[kind.key], **facts, **place, **rest, **more}


@each_kind
def test_an_operator_adds_corrects_and_takes_back_its_own_thing(kind: Kind, world: World, as_: As) -> None:
    client = as_("operator")
    assert "Thêm" in read(client, listed(kind))
    added = client.post(reverse("network:add_thing", args=["20", kind]), posted(kind, world, owner=world.rival.pk))
    row = kind.objects.get(code="MOI")
    assert (added.status_code, added["Location"]) == (302, row.get_absolute_url())
    assert (row.owner, row.province, row.state_on(date(2021, 2, 1))) == (world.operator, world.province, "in_use")
    edit = reverse("network:edit_thing", args=[kind, row.pk])
    seen = client.get(edit).context["seen"]
    changed = posted(kind, world, code="SUA", remarks="sơn lại", owner=world.rival.pk, seen=seen)
    assert client.post(edit, changed).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.owner) == ("SUA", world.operator)
    text = read(client, row.get_absolute_url())
    assert "Mã: MOI → SUA; " in text
    assert "Ghi chú: trống → sơn lại" in text
    undo = reverse("network:undo_thing", args=[kind, row.pk])
    assert client.post(undo, {"seen": row.history.latest().history_id}).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.remarks) == ("MOI", "")


@each_kind
def test_a_rival_sees_of_an_offered_thing_what_is_public_and_of_others_nothing(
    kind: Kind, world: World, as_: As
) -> None:
    make_thing(kind, world, "BI-MAT-1", world.rival)
    offered = make_thing(kind, world, "BI-MAT-2", world.rival, offered=True, remarks="không nói", address="Ngõ Kín")
    client, page = as_("operator"), offered.get_absolute_url()
    for query in ({}, {"xuat": "csv"}, {"q": "bi mat"}, {"q": "kin"}, {"xep": "named"}, {"chung": "1"}):
        text = read(client, listed(kind), **query)
        assert "BI-MAT" not in text
        assert "01/01/2020" not in text
    assert (offered.pk in shown(client, kind)) == kind.passive
    assert shown(client, kind, q="bi mat") == shown(client, kind, q="ngo kin") == set()
    if not kind.passive:
        assert client.get(page).status_code == 404
        return
    text = read(client, page)
    assert f"số {offered.pk}" in text
    assert not [word for word in ("BI-MAT", "không nói", "Ngõ Kín", "01/01/2020", "Lịch sử", "Ảnh") if word in text]
    for address in ("network:edit_thing", "network:photo"):
        assert client.get(reverse(address, args=[kind, offered.pk])).status_code == 404
    assert client.post(reverse("network:undo_thing", args=[kind, offered.pk]), {"seen": "1"}).status_code == 404


def shown(client: Client, kind: Kind, **query: str) -> set[int]:
    return {row.pk for row in client.get(listed(kind), query).context["page"].object_list}


@each_kind
def test_hidden_and_absent_answer_the_same(kind: Kind, world: World, as_: As) -> None:
    hidden = make_thing(kind, world, "CUA-B", world.rival)
    client = as_("operator")
    for name in ("network:thing", "network:edit_thing", "network:photo"):
        there, absent = (client.get(reverse(name, args=[kind, pk])) for pk in (hidden.pk, 999_999))
        bodies = {bare(answer) for answer in (there, absent)}
        assert (there.status_code, absent.status_code, len(bodies)) == (404, 404, 1)


def test_the_register_counts_only_what_the_person_sees(world: World, as_: As) -> None:
    for kind in TABLE:
        make_thing(kind, world, "A", world.operator)
        make_thing(kind, world, "B", world.rival)
    shared = make_thing(POLE_LINE, world, "B2", world.rival, offered=True)
    Tenancy.objects.create(pole_line=shared, tenant=world.department, since_on=date(2021, 1, 1))

    def line(who: str) -> Any:
        lines = as_(who).get("/ha-tang/20/").context["lines"]
        return next(line for line in lines if line.kind is POLE_LINE)

    officer, operator = line("department_officer"), line("operator")
    assert (officer.in_use, officer.shared, officer.offered) == (3, 1, 1)
    assert (operator.in_use, operator.shared, operator.offered) == (2, 0, 1)
    assert operator.km == pytest.approx(2 * shared.length_km)
    assert "mà bạn được xem" in read(as_("operator"), "/ha-tang/20/")


@pytest.mark.parametrize("who", ["department_officer", "operator", "commune_officer", "auditor"])
def test_every_way_from_the_register_is_open_to_who_sees_it(who: str, world: World, as_: As) -> None:
    client = as_(who)
    ways = set(re.findall(r'href="(/ha-tang/20/[^"?]+)', read(client, "/ha-tang/20/")))
    assert {"/ha-tang/20/xuat", "/ha-tang/20/quy-dinh", "/ha-tang/20/cong-trinh"} <= ways
    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)


def test_neighbours_of_all_kinds_are_named_as_far_as_one_sees_them(world: World, as_: As) -> None:
    mast = make_thing(MAST, world, "COT-A")
    for kind in TABLE:
        make_thing(kind, world, f"GAN-{kind.slug}", world.rival)
    make_thing(POLE_LINE, world, "CHAO-B", world.rival, offered=True)
    page = mast.get_absolute_url()
    officer, operator, commune = (read(as_(who), page) for who in ("department_officer", "operator", "commune_officer"))
    assert all(f"GAN-{kind.slug}" in officer for kind in TABLE)
    assert re.search(r"GAN-tuyen-cot</a>[^<]*cách \d+ m", officer)
    assert "GAN-" not in operator
    assert "CHAO-B" not in operator
    assert "tuyến cột treo cáp số" in operator
    assert "cách" not in commune.partition("Trong vòng 1 km")[2].partition("</section>")[0]


def test_two_editors_notice_each_other(world: World, as_: As, people: dict[str, Person]) -> None:
    line = make_thing(POLE_LINE, world, "T1")
    edit = reverse("network:edit_thing", args=[POLE_LINE, line.pk])
    officer, operator = as_("department_officer"), as_("operator")
    seen = {who: client.get(edit).context["seen"] for who, client in (("o", officer), ("d", operator))}
    assert officer.post(edit, posted(POLE_LINE, world, code="T1", pole_count="9", seen=seen["o"])).status_code == 302
    late = operator.post(edit, posted(POLE_LINE, world, code="T1", pole_count="7", seen=seen["d"]))
    assert late.status_code == 422
    text = late.content.decode()
    assert "người khác đã lưu" in text
    assert "Số cột: trống → 9" in text
    assert str(people["department_officer"]) not in text.partition("<main")[2]
    assert PoleLine.objects.get().pole_count == 9
    again = late.context["seen"]
    assert operator.post(edit, posted(POLE_LINE, world, code="T1", pole_count="7", seen=again)).status_code == 302
    assert PoleLine.objects.get().pole_count == 7


def test_undo_is_refused_in_words_while_something_depends_on_it(world: World, as_: As) -> None:
    client = as_("department_officer")
    mast = make_thing(MAST, world, "M1")
    Station.objects.create(mast=mast, code="S", operator=world.operator, technology="4G", on_air_on=date(2021, 1, 1))
    line = make_thing(POLE_LINE, world, "L1")
    make_thing(OF_MODEL[Pole], world, "P1", pole_line=line)

    def undo(thing: Any, **more: int) -> str:
        address = reverse("network:undo_thing", args=[thing.KEY, thing.pk])
        return str(
            client.post(address, {"seen": thing.history.latest().history_id, **more}, follow=True).content.decode()
        )

    assert "Không bỏ được: còn 1 trạm đang phát sóng trên cột." in undo(mast)
    assert "còn 1 cột treo cáp thuộc tuyến" in undo(line)
    assert "Có người vừa thay đổi" in undo(line, seen=0)
    Pole.objects.get().delete()
    assert "Đã bỏ tuyến cột treo cáp vừa thêm." in undo(line)
    assert not PoleLine.objects.exists()
    assert PoleLine.history.filter(history_type="-").exists()
    planned = make_thing(MAST, world, "M2", built_on=None, planned_on=date(2020, 1, 1))
    planned.built_on = date(2021, 1, 1)
    planned.save()
    Tenancy.objects.create(mast=planned, tenant=world.rival, since_on=date(2021, 2, 1))
    assert "Không hoàn tác được: còn 1 doanh nghiệp đang thuê." in undo(planned)


def test_an_operator_cannot_undo_its_way_into_anothers_name(world: World, as_: As) -> None:
    line = make_thing(POLE_LINE, world, "L1", world.rival)
    line.owner = world.operator
    line.save()
    address = reverse("network:undo_thing", args=[POLE_LINE, line.pk])
    answer = as_("operator").post(address, {"seen": line.history.latest().history_id}, follow=True)
    assert "chỉ Sở hoàn tác được" in answer.content.decode()
    assert PoleLine.objects.get().owner == world.operator


def test_an_officer_sees_what_the_register_held_some_day(world: World, as_: As) -> None:
    mast = make_thing(MAST, world, "M1", height_m=30)
    long_ago = timezone.now() - timedelta(days=10)
    mast.history.update(history_date=long_ago)
    mast.height_m = 45
    mast.save()
    page = mast.get_absolute_url()
    day = timezone.localtime(long_ago).date()
    facts = lambda who, on: as_(who).get(page, {"luc": on.isoformat()}).context["facts"]  # noqa: E731
    assert ("Chiều cao", "30 m", "") in facts("auditor", day)
    assert ("Chiều cao", "45 m", "") in facts("auditor", timezone.localdate())
    assert ("Chiều cao", "45 m", "") in facts("operator", day)
    assert "sổ chưa có công trình này" in read(as_("auditor"), page, luc=(day - timedelta(days=1)).isoformat())


def test_tenants_and_cells_show_to_those_whose_they_are(world: World, as_: As) -> None:
    mast = make_thing(MAST, world, "M1")
    station = Station.objects.create(
        mast=mast, code="S", operator=world.rival, technology="5G", on_air_on=date(2021, 1, 1)
    )
    Cell.objects.create(station=station, code="S-1", band="n78", azimuth_deg=120, on_air_on=date(2021, 1, 1))
    Tenancy.objects.create(mast=mast, tenant=world.rival, since_on=date(2021, 1, 1), price_vnd=4_321_000)
    page = mast.get_absolute_url()
    assert "n78 120°" in read(as_("rival"), page)
    assert "n78" not in read(as_("operator"), page)
    for who in ("department_officer", "operator", "rival"):
        assert "4.321.000" in read(as_(who), page)
    assert "4.321.000" not in read(as_("commune_officer"), page)
    assert "S-1" in read(as_("rival"), "/ha-tang/20/o")
    assert "S-1" not in read(as_("operator"), "/ha-tang/20/o")


def test_filters_keep_what_they_say(world: World, as_: As) -> None:
    used = make_thing(POLE_LINE, world, "DUNG", spare=1, capacity=2, offered=True)
    planned = make_thing(POLE_LINE, world, "SAP", world.rival, built_on=None, planned_on=date(2030, 1, 1), kind="C2")
    gone = make_thing(POLE_LINE, world, "THAO", dismantled_on=date(2024, 1, 1))
    Tenancy.objects.create(pole_line=used, tenant=world.rival, since_on=date(2021, 1, 1))
    client = as_("department_officer")
    expected: dict[str, set[int]] = {
        "": {used.pk, planned.pk},
        "tt=planned": {planned.pk},
        "tt=dismantled": {gone.pk},
        "tt=moi": {used.pk, planned.pk, gone.pk},
        "loai=C2": {planned.pk},
        "chung=1": {used.pk},
        "chao=1&trong=1": {used.pk},
        f"dn={world.rival.pk}": {planned.pk},
        "tt=in_use&ngay=2022-01-01": {used.pk, gone.pk},
        "q=dong dang sap": {planned.pk},
        "xa=²&tt=xyz&loai=&ngay=x": {used.pk, planned.pk},
    }
    for query, keys in expected.items():
        answer = client.get(f"{listed(POLE_LINE)}?{query}")
        assert {row.pk for row in answer.context["page"].object_list} == keys, query


def test_what_lies_near_is_there_to_snap_to_but_no_rivals_secret(world: World, as_: As) -> None:
    make_thing(POLE_LINE, world, "A", world.rival)
    address = reverse("network:add_thing", args=["20", POLE_LINE])

    def reference(who: str) -> int:
        form = as_(who).get(address, {"xa": world.commune.pk}).context["form"]
        return len(form.fields["path"].widget.reference["features"])

    assert (reference("department_officer"), reference("operator"), reference("rival")) == (1, 0, 1)
    pole = as_("operator").get(reverse("network:add_thing", args=["20", OF_MODEL[Pole]])).context["form"]
    assert not pole.fields["pole_line"].queryset.exists()


def test_a_drawing_follows_the_roads_near_it_and_their_source_is_named(
    world: World, as_: As, django_assert_max_num_queries: Any
) -> None:
    said = {"source": "Sở Xây dựng", "licence": "CC BY 4.0", "road_class": "national"}
    Road.objects.create(name="Gần", path=LineString((106.5, 21.94), (106.9, 21.94), srid=4326), **said)
    Road.objects.create(
        name="Xa", path=LineString((106.2, 21.5), (106.3, 21.5), srid=4326), **(said | {"source": "Xa"})
    )
    answer = as_("operator").get(reverse("network:add_thing", args=["20", POLE_LINE]), {"xa": world.commune.pk})
    reference = answer.context["form"].fields["path"].widget.reference
    assert [f["geometry"]["coordinates"] for f in reference["features"]] == [[[106.67, 21.94], [106.71, 21.94]]]
    assert "Đường giao thông trên bản đồ: Sở Xây dựng (CC BY 4.0)." in answer.content.decode()
    around = Polygon.from_bbox((106.6, 21.9, 106.7, 22.0))
    with django_assert_max_num_queries(1):
        roads_near(AnonymousUser(), around)
