"""Register files of every kind: several sheets in one, what an operator may write, maps, memory of headings, undo."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import Workbook

from hatang.accounts.models import Organisation, Person
from hatang.core.ofds import Network, read_ofds
from hatang.network.models import (
    CableRoute,
    Cell,
    Closure,
    DuplicateCase,
    HeadingMemory,
    Mast,
    PoleLine,
    RegisterUpload,
    Station,
    Tenancy,
)
from hatang.network.services import (
    ask_to_save,
    ask_to_undo,
    check_upload,
    merge_duplicates,
    reread,
    save_upload,
    start_upload,
)
from hatang.network.services.layouts import BY_SLUG
from hatang.work.models import Job
from tests.conftest import World
from tests.network.files import counted, lines, uploaded, words

State = RegisterUpload.State
Rows = dict[str, list[dict[str, Any]]]
MAST = {"code": "C-1", "owner": "A", "commune": "06181", "lon": 106.7, "lat": 21.95, "built_on": "01/03/2020"}
STATION = {"code": "T-1", "mast": "C-1", "operator": "A", "technology": "4G", "on_air_on": "15/06/2023"}
CELL = {"station": "T-1", "code": "O-1", "azimuth_deg": 120, "on_air_on": "15/06/2023"}
CABLE = {"code": "Q-1", "owner": "A", "laying": "cáp treo", "built_on": "01/03/2020"}


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


def book(rows: Rows, *, hidden: str = "", title: str = "") -> bytes:
    """Make a workbook: a sheet for each layout, its columns those that the first row names."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for slug, told in rows.items():
        layout = BY_SLUG[slug]
        sheet = made.create_sheet(layout.title)
        if title:
            sheet.append([title])
        keys = list(dict.fromkeys(key for row in told for key in row))
        sheet.append([layout.by_key[key].heading for key in keys])
        for row in told:
            sheet.append([row.get(key) for key in keys])
    if hidden:
        made.create_sheet(hidden).append(["Mã", "Chủ sở hữu"])
        made[hidden].append(["X", "A"])
        made[hidden].sheet_state = "hidden"
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def brought(actor: Person, world: World, rows: Rows, **more: Any) -> RegisterUpload:
    """Upload a workbook."""
    return uploaded(actor, world.province, book(rows, **more), "so.xlsx")


def save(actor: Person, upload: RegisterUpload) -> RegisterUpload:
    """Save a checked file that must be right."""
    assert upload.state == State.READY, words(upload)
    job = ask_to_save(actor=actor, upload=upload)
    assert job.state == Job.State.DONE, job.message
    upload.refresh_from_db()
    return upload


def test_a_name_that_every_province_has_means_the_body_of_this_province(
    client: Client, world: World, officer: Person
) -> None:
    client.force_login(officer)
    here, there = (
        Organisation.objects.create(kind="police", name="Công an tỉnh", province=province)
        for province in (world.province, world.other_province)
    )
    save(officer, brought(officer, world, {"cot": [MAST | {"owner": "Công an tỉnh"}]}))
    assert Mast.objects.get(code=MAST["code"]).owner == here
    answer = client.get("/ha-tang/20/cot/them").content.decode()
    assert f'<option value="{here.pk}">' in answer and f'<option value="{there.pk}">' not in answer


# One file of several kinds


def test_masts_stations_cells_and_tenancies_come_in_one_file(world: World, officer: Person) -> None:
    rows: Rows = {
        "o": [CELL, CELL | {"code": "O-2", "azimuth_deg": 240}],
        "dung-chung": [{"mast": "C-1", "tenant": "B", "since_on": "01/01/2024", "price_vnd": 5_000_000}],
        "tram": [STATION],
        "cot": [MAST | {"structure": "A1 · thông tin di động", "level4": "có", "capacity": 3, "spare": 1}],
    }
    upload = brought(officer, world, rows, hidden="Nháp")
    assert not Mast.objects.exists()
    assert "Trang tính ẩn “Nháp” không được đọc." in upload.summary["notes"]
    save(officer, upload)
    mast = Mast.objects.get()
    assert (mast.level4, mast.spare, mast.search_key, mast.history.get().history_user) == (True, 1, "c 1", officer)
    assert [cell.station for cell in Cell.objects.all()] == [Station.objects.get(mast=mast)] * 2
    tenancy = Tenancy.objects.get()
    assert (tenancy.thing, tenancy.tenant, tenancy.price_vnd) == (mast, world.rival, 5_000_000)
    again = brought(officer, world, rows)
    assert (again.summary["added"], again.summary["changed"], again.summary["unchanged"]) == (0, 0, 5)


def test_references_into_the_file_and_the_register_that_fail_are_named(world: World, officer: Person) -> None:
    rows: Rows = {
        "cot": [MAST, MAST | {"owner": "B"}],
        "tram": [
            STATION | {"mast": "C-9"},
            STATION | {"operator": "Mạng Z"},
            STATION,
            STATION | {"code": "T-2", "operator": "B"},
        ],
        "o": [CELL, CELL, CELL | {"station": "T-2", "station__technology": "5G"}],
    }
    told = words(brought(officer, world, rows))
    assert "Không có cột ăng ten mã “C-9”. Kiểm tra lại mã, hoặc ghi nó vào cùng tệp." in told
    assert "Không có doanh nghiệp viễn thông “Mạng Z”" in told
    assert "Trùng dòng 2: T-1 O-1. Mỗi ô một dòng." in told
    assert "Không có trạm thu phát sóng mã “T-2” 5G" in told
    ambiguous = MAST | {"owner": "Sở Khoa học và Công nghệ Lạng Sơn"}
    third: Rows = {"cot": [MAST, ambiguous], "tram": [STATION | {"operator": "B"}]}
    assert "Mã “C-1” là của nhiều tổ chức: A, Sở Khoa học và Công nghệ Lạng Sơn." in words(
        brought(officer, world, third)
    )


def test_changes_are_told_field_by_field_and_empty_cells_clear(world: World, officer: Person) -> None:
    save(officer, brought(officer, world, {"cot": [MAST | {"height_m": 45, "address": "Đồi 1"}]}))
    row = MAST | {"height_m": 50, "address": None, "mount": "trên mái công trình", "camouflaged": "không"}
    upload = brought(officer, world, {"cot": [row]})
    assert sorted((x.heading, x.before, x.after) for x in lines(upload, "changed")) == [
        ("Chiều cao, m", "45", "50"),
        ("Cột ngụy trang", "–", "không"),
        ("Đặt trên", "–", "trên mái công trình"),
        ("Địa chỉ, vị trí", "Đồi 1", "–"),
    ]
    save(officer, upload)
    save(officer, brought(officer, world, {"cot": [{"code": "C-1", "owner": "A", "remarks": "sơn lại"}]}))
    mast = Mast.objects.get()
    assert (mast.height_m, mast.address, mast.remarks) == (50, "", "sơn lại")


# Whose rows


def test_an_operator_writes_only_what_is_its_own(world: World, people: dict[str, Person]) -> None:
    operator = people["operator"]
    save(people["rival"], brought(people["rival"], world, {"cot": [MAST | {"owner": "B"}]}))
    own = brought(operator, world, {"cot": [{k: v for k, v in MAST.items() if k != "owner"}], "tram": [STATION]})
    save(operator, own)
    assert Mast.objects.filter(owner=world.operator).count() == 1
    hidden, absent = (
        words(brought(operator, world, {"cot": [MAST | {"owner": "B", "code": code}]})) for code in ("C-1", "C-9")
    )
    assert hidden.replace("C-1", "C-9") == absent
    links = (
        words(
            brought(
                operator, world, {"dung-chung": [{"mast": c, "thing__owner": "B", "tenant": "A", "since_on": 45000}]}
            )
        )
        for c in ("C-1", "C-9")
    )
    seen, unseen = links
    assert seen.replace("C-1", "C-9") == unseen
    assert "nhờ chủ sở hữu hoặc Sở ghi dùng chung trước" in unseen


def test_owner_and_tenant_write_their_tenancy_and_nobody_else(world: World, people: dict[str, Person]) -> None:
    operator, rival = people["operator"], people["rival"]
    tenancy = {"mast": "C-1", "tenant": "B", "since_on": "01/01/2024"}
    save(operator, brought(operator, world, {"cot": [MAST], "dung-chung": [tenancy]}))
    save(rival, brought(rival, world, {"dung-chung": [tenancy | {"price_vnd": 7_000_000}]}))
    assert Tenancy.objects.get().price_vnd == 7_000_000
    changed = brought(rival, world, {"cot": [MAST | {"height_m": 60}]})
    assert "Chỉ chủ sở hữu, đơn vị quản lý hoặc Sở sửa được" in words(changed)
    department = "Sở Khoa học và Công nghệ Lạng Sơn"
    third = brought(rival, world, {"dung-chung": [tenancy | {"tenant": department}]})
    assert "không phải chủ sở hữu, cũng không phải bên thuê" in words(third)


# Coordinates, lines and map files


def test_coordinates_in_degrees_minutes_in_one_cell_and_in_metres(world: World, officer: Person) -> None:
    rows = [
        MAST | {"lon": "106°42'00\"Đ", "lat": "21°57'00\"B"},
        MAST | {"code": "C-2", "lon": None, "lat": None, "position": "21,95; 106,70"},
        MAST | {"code": "C-3", "lon": 468_949.2, "lat": 2_427_785.1},
    ]
    metres = brought(officer, world, {"cot": rows})
    assert "chưa ghi múi chiếu" in words(metres)
    assert metres.summary["zones"]
    job = reread(actor=officer, upload=metres, options={"crs": "EPSG:9214"})
    assert job.state == Job.State.DONE
    metres.refresh_from_db()
    save(officer, metres)
    assert {(round(m.lon, 2), round(m.lat, 2)) for m in Mast.objects.all()} == {(106.7, 21.95)}


@pytest.mark.parametrize(
    "route",
    [
        {"path": "106,70 21,95; 106,71 21,96"},
        {"path": "LINESTRING (106.7 21.95, 106.71 21.96)"},
        {"path": "106,70; 21,95\n106,71; 21,96"},
        {"lon_from": 106.7, "lat_from": 21.95, "lon_to": "106,71", "lat_to": "21°57'36\"B"},
    ],
    ids=["spaces", "wkt", "lines", "ends"],
)
def test_a_line_is_written_in_any_of_four_ways(world: World, officer: Person, route: dict[str, Any]) -> None:
    save(officer, brought(officer, world, {"tuyen-cap": [CABLE | route]}))
    cable = CableRoute.objects.get()
    assert [(round(x, 5), round(y, 5)) for x, y in cable.path.coords] == [(106.7, 21.95), (106.71, 21.96)]
    assert 1.4 < cable.length_km < 1.6


def layer(*features: tuple[dict[str, Any], dict[str, Any]]) -> bytes:
    """Write a GeoJSON layer."""
    made = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def test_a_map_layer_brings_lines_with_their_attributes(world: World, officer: Person) -> None:
    facts = {"Mã": "K-1", "Chủ sở hữu": "A", "Loại công trình": "C1", "built_on": "2020-03-01", "màu": "đỏ"}
    line = {"type": "LineString", "coordinates": [[106.7, 21.95], [106.71, 21.96]]}
    area = {"type": "Polygon", "coordinates": [[[106.7, 21.9], [106.8, 21.9], [106.8, 22.0], [106.7, 21.9]]]}
    upload = uploaded(officer, world.province, layer((facts, line)), "tuyen.geojson")
    assert "hợp với nhiều loại: “Công trình ngầm”, “Tuyến cột treo cáp”" in words(upload)
    reread(actor=officer, upload=upload, options={"layout": "tuyen-cot"})
    upload.refresh_from_db()
    save(officer, upload)
    assert PoleLine.objects.get().kind == "C1"
    assert upload.summary["sheets"][0]["ignored"] == ["màu"]
    assert upload.summary["map"]["features"][0]["properties"] == {"state": "added", "name": "K-1"}
    both = layer((facts, line), (facts | {"Mã": "K-2", "Số cột": 12}, area))
    wrong = uploaded(officer, world.province, both, "tuyen.geojson")
    assert "Hình là vùng, cần một đường liền." in words(wrong)


def test_an_ofds_network_brings_cables_and_closures(world: World, officer: Person) -> None:
    link = {"rel": "describedby", "href": "https://standard.ofds.info/en/0__4__0/network-schema.json"}
    owner = {"transmissionMediumOwner": {"id": "a", "name": "A"}}
    nodes = [
        {"id": "M-1", "name": "Cột 12", "type": ["aggregationPoint"], **owner},
        {"id": "Q-1#cuoi", "location": {"type": "Point", "coordinates": [106.71, 21.96]}},
    ]
    nodes[0]["location"] = {"type": "Point", "coordinates": [106.7, 21.95]}
    span = {
        "id": "Q-1",
        "status": "operational",
        "readyForServiceDate": "2020-03-01",
        "start": "M-1",
        "end": "Q-1#cuoi",
        "route": {"type": "LineString", "coordinates": [[106.7, 21.95], [106.71, 21.96]]},
        "deployment": ["aboveGround"],
        "fibreCount": 24,
        **owner,
    }
    network = {"id": "a096d627-72e1-4f9b-b129-951b1737bff4", "nodes": nodes, "spans": [span], "links": [link]}
    content = json.dumps({"networks": [network]}).encode()
    upload = uploaded(officer, world.province, content, "mang.json")
    assert "cần xã, phường" in words(upload), "the standard knows no commune, and no boundary is drawn here"
    Closure.objects.create(
        code="M-1", owner=world.operator, province=world.province, lon=106.7, lat=21.95, built_on=date(2019, 1, 1),
        commune=world.commune,
    )  # fmt: skip
    save(officer, uploaded(officer, world.province, content, "mang.json"))
    cable = CableRoute.objects.get()
    assert (cable.laying, cable.capacity, cable.built_on) == ("aerial", 24, date(2020, 3, 1))
    assert Closure.objects.get().built_on == date(2019, 1, 1), "what the standard tells roughly changes nothing held"
    assert isinstance(read_ofds(content).networks[0], Network)


# Sheets of their owners


def test_own_headings_are_matched_once_and_remembered_until_forgotten(world: World, people: dict[str, Person]) -> None:
    operator = people["operator"]
    text = b"SITE;Long;Lat;Xa;NGAY;Dai ly\nS-1;106,7;21,95;06181;01/03/2020;x\n"
    first = uploaded(operator, world.province, text, "rieng.csv")
    assert first.summary["refused"]["asks"] in ("layout", "headings")
    meant = {"site": "code", "ngay": "built_on", "dai ly": ""}
    reread(actor=operator, upload=first, options={"layout": "cot", "headings": {"cot": meant}})
    first.refresh_from_db()
    save(operator, first)
    assert HeadingMemory.objects.get(heading="site").organisation == world.operator
    again = uploaded(operator, world.province, text.replace(b"S-1", b"S-2"), "rieng.csv")
    assert (again.state, again.summary["added"]) == (State.READY, 1), words(again)
    other = uploaded(people["rival"], world.province, text, "rieng.csv")
    assert other.state == State.WRONG, "another organisation's headings are its own"
    client = Client()
    client.force_login(operator)
    assert client.post("/ha-tang/20/tai-len/quen").status_code == 302
    assert not HeadingMemory.objects.exists()


def test_the_page_asks_for_unknown_headings(world: World, people: dict[str, Person]) -> None:
    client = Client()
    client.force_login(people["operator"])
    text = "Cell site;Kinh độ;Vĩ độ;Mã xã;Ngày đưa vào sử dụng\nS-1;106,7;21,95;06181;01/03/2020\n".encode()
    upload = uploaded(people["operator"], world.province, text, "rieng.csv")
    page = client.get(f"/ha-tang/tai-len/{upload.pk}/").content.decode()
    assert "hợp với nhiều loại" in page
    page = client.post(f"/ha-tang/tai-len/{upload.pk}/doc-lai", {"layout": "cot"}, follow=True).content.decode()
    assert "Thiếu cột “Mã”" in page
    assert "“Cell site” (trang Cột ăng ten)" in page
    answer = client.post(f"/ha-tang/tai-len/{upload.pk}/doc-lai", {"cot-0": "code"}, follow=True)
    upload.refresh_from_db()
    assert answer.status_code == 200
    assert HeadingMemory.objects.get().layout == "cot"
    assert (upload.state, upload.summary["added"]) == (State.READY, 1)


def test_headings_answered_one_after_the_other_all_count(world: World, officer: Person) -> None:
    assert officer.organisation is None
    text = "SITE;BEN;Kinh độ;Vĩ độ;Mã xã;Ngày đưa vào sử dụng\nS-1;A;106,7;21,95;06181;01/03/2020\n".encode()
    upload = uploaded(officer, world.province, text, "rieng.csv")
    for meant in ({"site": "code"}, {"ben": "owner"}):
        reread(actor=officer, upload=upload, options={"layout": "cot", "headings": {"cot": meant}})
        upload.refresh_from_db()
    assert not HeadingMemory.objects.exists(), "there is no organisation that remembers"
    assert (upload.state, upload.summary["added"]) == (State.READY, 1), words(upload)


# Taking back


def test_an_upload_is_taken_back_whole(world: World, officer: Person) -> None:
    save(officer, brought(officer, world, {"cot": [MAST | {"height_m": 45}]}))
    rows: Rows = {"cot": [MAST | {"height_m": 50}, MAST | {"code": "C-2"}], "tram": [STATION], "o": [CELL]}
    upload = save(officer, brought(officer, world, rows))
    job = ask_to_undo(actor=officer, upload=upload)
    assert job.state == Job.State.DONE, job.message
    upload.refresh_from_db()
    assert upload.undone_at and upload.summary["undone"] | {"by": ""} == {"restored": 1, "removed": 3, "by": ""}
    mast = Mast.objects.get()
    assert (mast.code, mast.height_m, Station.objects.count(), Cell.objects.count()) == ("C-1", 45, 0, 0)
    assert [h.history_type for h in Mast.history.filter(code="C-2").order_by("history_id")] == ["+", "-"]
    assert mast.history.latest().history_change_reason.startswith("Hoàn tác tệp tải lên số")
    assert ask_to_save_again_is_refused(officer, upload)


def ask_to_save_again_is_refused(officer: Person, upload: RegisterUpload) -> bool:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="đã hoàn tác"):
        ask_to_undo(actor=officer, upload=upload)
    return True


def test_taking_back_is_refused_where_a_later_change_would_be_lost(world: World, officer: Person) -> None:
    first = save(officer, brought(officer, world, {"cot": [MAST]}))
    mast = Mast.objects.get()
    station = Station.objects.create(
        mast=mast, code="T", operator=world.operator, technology="4G", on_air_on=date(2024, 1, 1)
    )
    job = ask_to_undo(actor=officer, upload=first)
    assert "1 trạm thu phát sóng đã gắn vào cột ăng ten mà tệp này thêm" in job.message
    station.delete()
    mast.height_m = 33
    mast.save()
    job = ask_to_undo(actor=officer, upload=first)
    assert "1 cột ăng ten đã được sửa tiếp (C-1)" in job.message
    first.refresh_from_db()
    assert first.undone_at is None
    assert Mast.objects.get().height_m == 33


def test_the_code_of_a_mast_that_was_merged_still_means_what_it_became(world: World, officer: Person) -> None:
    save(officer, brought(officer, world, {"cot": [MAST, MAST | {"owner": "B", "code": "B-1"}], "tram": [STATION]}))
    kept, other = Mast.objects.get(code="C-1"), Mast.objects.get(code="B-1")
    pair = DuplicateCase.objects.create(
        province=world.province, kept=kept, other=other, other_owner=world.rival, other_code="B-1", distance_m=1
    )
    merge_duplicates(actor=officer, case=pair)
    named = STATION | {"mast": "B-1", "operator": "B", "code": "T-B"}
    save(officer, brought(officer, world, {"tram": [named]}))
    assert Station.objects.get(code="T-B").mast == kept
    assert "Sở đã gộp cột này" in words(brought(officer, world, {"cot": [MAST | {"owner": "B", "code": "B-1"}]}))


# Bad files


def test_foreign_and_dirty_files_get_their_clear_answer(world: World, officer: Person, shared: Path) -> None:
    cells = gzip.decompress((shared / "data/towers/uk_sussex_lte_cells_nsg.csv.gz").read_bytes())
    head = b"\n".join(cells.splitlines()[:40])
    meant = {"ecellid": "code", "cellname": "address"}
    start_upload(
        actor=officer, province=world.province, name="uk.csv", content=head,
        options={"layout": "cot", "headings": {"cot": meant}},
    )  # fmt: skip
    upload = RegisterUpload.objects.latest("pk")
    assert "Thiếu cột “Chủ sở hữu”" in words(upload)
    start_upload(
        actor=officer, province=world.province, name="uk.csv", content=head.replace(b"plmn,", b"owner,"),
        options={"layout": "cot", "headings": {"cot": meant}},
    )  # fmt: skip
    upload = RegisterUpload.objects.latest("pk")
    assert "ngoài Việt Nam (102 đến 118)" in words(upload)
    portal = shared / "data/portal/VilleMTP_MTP_Defibrillateurs"
    for name in (
        "VilleMTP_MTP_Defibrillateurs.csv",
        "VilleMTP_MTP_Defibrillateurs.zip",
        "VilleMTP_MTP_Defibrilateurs.kmz",
    ):
        path = portal / name
        refused = uploaded(officer, world.province, path.read_bytes(), path.name)
        assert refused.state == State.WRONG
        told = refused.summary.get("refused")
        assert words(refused).strip(" |") or told, name
    assert not Mast.objects.exists()


BAD = [
    (b"", "a.csv", "Tệp trống"),
    (b"PK\x03\x04xx", "a.xlsx", "bị hỏng"),
    (b"%PDF-1.7", "a.xlsx", "không phải Excel"),
    ("Mã;Chủ sở hữu;Loại cột;Mã\nX;A;A1;Y\n".encode(), "a.csv", "Có hai cột “Mã”"),
    ("một;hai\n1;2\n".encode(), "a.csv", "Không nhận ra tệp này ghi gì"),
    (b"{}", "a.geojson", ""),
    (b'{"networks": 3}', "a.json", "Không có danh sách “networks”"),
    (b"<kml/>", "a.kml", ""),
]


@pytest.mark.parametrize(("content", "name", "told"), BAD, ids=[f"{n}-{i}" for i, (_, n, _) in enumerate(BAD)])
def test_what_is_no_register_file_is_refused_in_words(
    world: World, officer: Person, content: bytes, name: str, told: str
) -> None:
    upload = uploaded(officer, world.province, content, name)
    assert upload.state == State.WRONG
    assert upload.summary["refused"]["wrong"]
    assert told in words(upload)


def test_a_column_that_slipped_is_suspected(world: World, officer: Person) -> None:
    slipped = {
        "code": "C",
        "owner": "06181",
        "commune": 106.7,
        "lon": 21.95,
        "lat": "A1",
        "structure": 45,
        "height_m": "x",
    }
    upload = brought(officer, world, {"cot": [slipped | {"code": f"C{n}", "built_on": "x"} for n in range(6)]})
    assert any("lệch một cột" in note for note in upload.summary["notes"])


def test_simulated_is_marked_by_the_sheet_or_by_the_row(world: World, officer: Person) -> None:
    save(officer, brought(officer, world, {"cot": [MAST]}, title="DỮ LIỆU MÔ PHỎNG"))
    assert Mast.objects.get().simulated
    rows = [MAST | {"simulated": "không"}, MAST | {"code": "C-2", "simulated": "có"}]
    save(officer, brought(officer, world, {"cot": rows}))
    assert dict(Mast.objects.values_list("code", "simulated")) == {"C-1": False, "C-2": True}


# The command, and what a file costs


def test_the_command_looks_first_and_saves_when_told(world: World, officer: Person, tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(book({"cot": [MAST], "tram": [STATION]}))
    out = io.StringIO()
    said: dict[str, Any] = {"province": "20", "operator": "A", "stdout": out}
    call_command("import_register", path, **said)
    assert "Cột ăng ten: thêm 1, sửa 0" in out.getvalue()
    assert not Mast.objects.exists() and not RegisterUpload.objects.exists()
    with pytest.raises(CommandError, match="Cần --person"):
        call_command("import_register", path, **said, save=True)
    call_command("import_register", path, **said, save=True, person=officer.username)
    assert Mast.objects.get().history.get().history_user == officer
    path.write_bytes(book({"cot": [MAST | {"height_m": "cao"}]}))
    with pytest.raises(CommandError, match="Chưa lưu gì"):
        call_command("import_register", path, **said)
    assert "Cột ăng ten, dòng 2, Chiều cao, m “cao”: “cao” không phải số." in out.getvalue()


def test_the_queries_of_many_rows_of_several_kinds_stay_few(
    world: World, officer: Person, django_assert_max_num_queries: Any
) -> None:
    count = 600
    rows: Rows = {
        "cot": [MAST | {"code": f"C{n}"} for n in range(count)],
        "tram": [STATION | {"code": f"T{n}", "mast": f"C{n}"} for n in range(count)],
        "o": [CELL | {"station": f"T{n}", "code": f"O{n}"} for n in range(count)],
    }
    content = book(rows)
    upload = uploaded(officer, world.province, content, "so.xlsx")
    most = 20 + 10 * 3 * count // 5_000
    with django_assert_max_num_queries(most):
        check_upload(upload)
    RegisterUpload.objects.filter(pk=upload.pk).update(state=State.SAVING)
    with django_assert_max_num_queries(most + 2):  # whether the register moved is asked before and within
        assert save_upload(actor=officer, upload=upload)
    assert counted(upload, "cell")["added"] == count
