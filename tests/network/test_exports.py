"""Exports of the register, read back by other programs, and searched for what is not for their reader."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyogrio
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.core.ofds import oddities, read_ofds
from hatang.core.vector_files import open_vector
from hatang.network.models import (
    CableRoute,
    Cell,
    Closure,
    House,
    Mast,
    Pole,
    PoleLine,
    Station,
    Tenancy,
    UndergroundWork,
)
from hatang.network.services.exports import FORMATS, TABLES, making
from hatang.network.services.exports.qgis import qml
from hatang.work.models import Job
from hatang.work.services import run_job
from tests.conftest import HARMLESS, World

OLD = {"built_on": date(2020, 1, 1)}
LAYERS = {table.key for table in TABLES.values()}
SECRETS = ("BI-MAT", "77777", "31.87", "31,87", "106.698765", "987654321", "5G-KIN")
"""What the rival keeps to itself: codes, an offered mast's height, a planned mast's place, a price, a cell."""
BINARY = [struct.pack(order, number) for number in (31.87, 106.698765) for order in ("<d", ">d")]
"""The height and the place as WKB and SQLite hold them."""


@pytest.fixture
def register(world: World) -> dict[str, Any]:
    """A's things of most kinds, simulated in part; B's offered mast and pole line, and what B keeps secret."""
    at = {"province": world.province, "commune": world.commune, "lon": 106.700123, "lat": 21.950456}
    mine, theirs = at | {"owner": world.operator} | OLD, at | {"owner": world.rival} | OLD
    mast = Mast.objects.create(
        code="A-COT", height_m=42.5, capacity=3, spare=1, level4=True, address="-5 Lê Lợi", **mine
    )
    old = Mast.objects.create(code="A-CU", **mine | {"dismantled_on": date(2024, 1, 1)})
    plain = Mast.objects.create(code="A-HAI", structure="A6", simulated=True, **mine | {"lon": 106.75})
    Mast.objects.create(code="BI-MAT-1", height_m=31.87, offered=True, spare=2, **theirs | {"lon": 106.71})
    planned = theirs | {"built_on": None, "planned_on": date(2027, 7, 7), "lon": 106.698765}
    Mast.objects.create(code="BI-MAT-2", address="987654321", offered=True, **planned)
    House.objects.create(code="A-NHA", kind="NT1", area_m2=12.5, **mine)
    line = {"province": world.province} | OLD
    poles = PoleLine.objects.create(
        code="BI-MAT-3", kind="C1", owner=world.rival, offered=True, path="LINESTRING(106.7 21.9,106.71 21.92)", **line
    )
    Pole.objects.create(code="A-TRU", kind="C1", pole_line=poles, **mine)
    UndergroundWork.objects.create(code="A-CONG", kind="N1", owner=world.operator, path=poles.path, **line)
    cable = CableRoute.objects.create(
        code="A-CAP",
        laying="buried",
        owner=world.operator,
        capacity=48,
        spare=12,
        along="QL1",
        path="LINESTRING(106.700123 21.950456,106.71 21.96)",
        **line,
    )
    Closure.objects.create(code="A-MX", kind="joint", cable=cable, **mine | {"lon": 106.71, "lat": 21.96})
    CableRoute.objects.create(code="BI-MAT-4", laying="aerial", owner=world.rival, path=poles.path, **line)
    on_air = {"on_air_on": date(2021, 1, 1)}
    station = Station.objects.create(mast=mast, code="A-TRAM", operator=world.operator, technology="4G", **on_air)
    Cell.objects.create(station=station, code="A-O", azimuth_deg=120, **on_air)
    other = Station.objects.create(mast=mast, code="BI-MAT-5", operator=world.rival, technology="5G", **on_air)
    Cell.objects.create(station=other, code="BI-MAT-6", antenna="5G-KIN", **on_air)
    Tenancy.objects.create(mast=mast, tenant=world.rival, since_on=date(2022, 1, 1), price_vnd=5_000_000)
    secret = Mast.objects.get(code="BI-MAT-1")
    Tenancy.objects.create(mast=secret, tenant=world.department, since_on=date(2022, 1, 1), price_vnd=77777)
    return {"mast": mast, "old": old, "plain": plain, "cable": cable}


def fetch(client: Client, person: Person, slug: str, form: str, **query: Any) -> Any:
    """Fetch a file from its direct address."""
    client.force_login(person)
    return client.get(f"/ha-tang/20/xuat/{slug}/{form}", query)


def content(answer: Any) -> bytes:
    """Give an answer's bytes."""
    assert answer.status_code == 200, answer.content.decode()[:3000]
    assert "attachment" in answer["Content-Disposition"], answer.content.decode()
    return b"".join(answer)


@pytest.fixture
def kept(tmp_path: Path, client: Client, people: dict[str, Person], register: dict[str, Any]) -> Any:
    """Give what fetches a file and keeps it on the disk."""

    def keep(who: str, slug: str, form: str, **query: Any) -> Path:
        path = tmp_path / f"{who}-{slug}{FORMATS[form].suffix}"
        path.write_bytes(content(fetch(client, people[who], slug, form, **query)))
        return path

    return keep


def unpacked(path: Path) -> bytes:
    """Give a file's bytes with those of its members, where it is a package, and the text of a database."""
    parts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(parts)


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_holds_what_the_rival_keeps_secret(kept: Any, form: str) -> None:
    """Searched in the bytes: codes, cells, price, height, planned things; the officer's file holds them all."""
    mine, whole = unpacked(kept("operator", "tat-ca", form)), unpacked(kept("department_officer", "tat-ca", form))
    assert b"A-CAP" in mine
    assert [secret for secret in (*map(str.encode, SECRETS), *BINARY) if secret in mine] == []
    assert b"BI-MAT" in whole
    assert ("106.71," in mine.decode(errors="replace")) or form in ("xlsx", "gpkg", "ofds", "ofds-0-3")


def rows_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read a workbook: each sheet's rows by heading, and the marks above."""
    book = load_workbook(path)
    read: dict[str, list[dict[str, Any]]] = {}
    for sheet in book.worksheets[:-1]:
        lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
        marked = lines[0][0] == "DỮ LIỆU MÔ PHỎNG"
        head, *rest = lines[1:] if marked else lines
        read[sheet.title] = [dict(zip(head, line, strict=True)) | {"mark": marked} for line in rest]
    return read


def test_a_workbook_says_all_in_the_words_of_the_forms(kept: Any) -> None:
    sheets = rows_of(kept("department_officer", "tat-ca", "xlsx", tt="moi"))
    assert list(sheets) == [table.title for table in TABLES.values()]
    mast = next(row for row in sheets["Cột ăng ten"] if row["Mã"] == "A-COT")
    told = {"Chủ sở hữu": "A", "Xã, phường": "06181", "Kinh độ": 106.700123, "Chiều cao, m": 42.5}
    told |= {"Loại cột": "A1 · thông tin di động", "Chịu được thiên tai cấp 4": "có", "Địa chỉ, vị trí": "-5 Lê Lợi"}
    told |= {"Trạng thái": "đang sử dụng", "Dữ liệu mô phỏng": "không", "mark": True}
    assert told.items() <= mast.items()
    assert mast["Ngày đưa vào sử dụng"].date() == date(2020, 1, 1)
    assert sheets["Ô phát sóng (cell)"][0]["Công nghệ của trạm"] == "4G"
    assert not sheets["Nhà trạm"][0]["mark"]
    assert sheets["Tuyến cáp"][0]["Tuyến"] == "LINESTRING (106.700123 21.950456, 106.71 21.96)"
    formula = load_workbook(kept("operator", "cot", "xlsx")).worksheets[0]
    assert {cell.data_type for row in formula.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}


def test_an_offered_mast_tells_the_rival_what_the_law_makes_public(kept: Any) -> None:
    row = next(r for r in rows_of(kept("operator", "cot", "xlsx"))["Cột ăng ten"] if r["Chủ sở hữu"] == "B")
    assert {heading for heading, value in row.items() if value is not None} == {
        "Chủ sở hữu", "Xã, phường", "Kinh độ", "Vĩ độ", "Loại cột", "Số chỗ còn trống", "Chào dùng chung",
        "Tên xã, phường", "Tọa độ ghi", "Trạng thái", "Dữ liệu mô phỏng", "Số trong sổ", "mark",
    }  # fmt: skip


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV of ours."""
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    head, *rest = lines[1:] if lines[0] == ["DỮ LIỆU MÔ PHỎNG"] else lines
    return [dict(zip(head, line, strict=True)) for line in rest]


def test_a_commune_gets_rounded_points_and_is_told(kept: Any) -> None:
    for row in csv_rows(kept("commune_leader", "cot", "csv")):
        assert (len(row["Kinh độ"]) <= 6, row["Vĩ độ"], row["Chiều cao, m"]) == (True, "21.95", "")
        assert row["Tọa độ ghi"] == "làm tròn đến 0,01 độ, khoảng 1 km"
    for form in ("geojson", "kml", "gpkg"):
        path = kept("commune_leader", "cot", form)
        wkb = pyogrio.raw.read(path, layer="mast" if form == "gpkg" else None)[2]
        x, y = shapely.get_coordinates(shapely.from_wkb(wkb))[0]
        assert (round(x, 2), round(y, 2)) == (x, y)


def test_filters_are_those_of_the_lists(kept: Any, world: World, register: dict[str, Any]) -> None:
    def codes(who: str = "department_officer", slug: str = "cot", **query: Any) -> set[str]:
        return {row.get("Mã", row.get("Mã trạm", row.get("Mã ô"))) for row in csv_rows(kept(who, slug, "csv", **query))}

    mine, hidden = {"A-COT", "A-HAI"}, {"BI-MAT-1", "BI-MAT-2"}
    assert codes() == mine | hidden
    assert codes(tt="moi") == mine | hidden | {"A-CU"}
    assert codes(tt="planned") == {"BI-MAT-2"}
    assert codes(dn=world.operator.pk) == mine
    assert codes(xa=world.neighbour.pk) == set()
    assert codes(chao="1") == hidden
    assert codes(chung="1") == {"A-COT"}
    assert codes(loai="A6") == {"A-HAI"}
    assert codes(mang="5G") == {"A-COT"}
    assert codes("operator", mang="5G") == set()
    assert codes(q="le loi") == {"A-COT"}
    assert codes(ngay="2023-12-31") == mine | hidden | {"A-CU"}
    assert codes(slug="tram", cn="4G", phat="1") == {"A-TRAM"}
    assert codes(slug="o", dn=world.rival.pk, q="bi mat") == {"BI-MAT-6"}
    assert codes("operator", "o", q="bi mat") == set()
    assert codes("operator", q="bi mat") == set()


def test_a_geopackage_opens_styled(kept: Any) -> None:
    """Read by GDAL, and its styles as QGIS reads them."""
    path = kept("department_officer", "tat-ca", "gpkg")
    layers = dict(pyogrio.list_layers(path).tolist())
    assert layers.keys() >= LAYERS
    assert (layers["mast"], layers["cable"], layers["cell"]) == ("Point", "LineString", None)
    info = pyogrio.read_info(path, layer="mast")
    assert (info["features"], info["crs"]) == (4, "EPSG:4326")
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    named = {"height_m": "float64", "capacity": "int64", "built_on": "datetime64[D]", "level4": "bool"}
    assert named.items() <= types.items()
    meta, _, _, fields = pyogrio.raw.read(path, layer="mast", where="code = 'A-COT'")
    facts = dict(zip(meta["fields"], (column[0] for column in fields), strict=True))
    assert (facts["height_m"], facts["state"], facts["owner"], facts["level4"]) == (42.5, "in_use", "A", True)
    with closing(sqlite3.connect(path)) as database:
        found = "SELECT styleQML, useAsDefault FROM layer_styles WHERE f_table_catalog='' AND f_table_schema='' "
        found += (
            "AND f_table_name=? AND f_geometry_column=? ORDER BY CASE WHEN useAsDefault THEN 1 ELSE 2 END, update_time"
        )
        style, default = database.execute(found, ("mast", "geom")).fetchone()
        aliases = dict(database.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name='mast'"))
        about = "SELECT description FROM gpkg_contents WHERE table_name='mast'"
        assert database.execute(about).fetchone()[0].startswith("DỮ LIỆU MÔ PHỎNG")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert default == 1
    assert aliases["height_m"] == "Chiều cao, m"
    assert ET.fromstring(style).find("renderer-v2").get("attr") == "structure"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.key)
def test_each_layer_has_a_style(table: Any) -> None:
    """Every value of the sort has a symbol, every field a Vietnamese name."""
    root = ET.fromstring(qml(table))
    assert {alias.get("field") for alias in root.iter("alias")} == {column.name for column in table.attributes}
    if not table.geometry:
        return
    symbols = {symbol.get("name"): symbol for symbol in root.iter("symbol")}
    drawn = {"point": "marker", "path": "line"}[table.geometry]
    assert {symbol.get("type") for symbol in symbols.values()} == {drawn}
    values = {category.get("value") for category in root.iter("category") if category.get("symbol") in symbols}
    assert values == {value for value, _ in table.model._meta.get_field(table.sort).choices}


def test_geojson_and_kml_are_read_by_others(kept: Any) -> None:
    collection = json.loads(kept("department_officer", "cot", "geojson").read_text())
    assert collection["note"] == "DỮ LIỆU MÔ PHỎNG"
    mast = next(f for f in collection["features"] if f["properties"]["code"] == "A-COT")
    assert mast["geometry"] == {"type": "Point", "coordinates": [106.700123, 21.950456]}
    assert {"height_m": 42.5, "built_on": "2020-01-01", "level4": True}.items() <= mast["properties"].items()
    path = kept("department_officer", "tat-ca", "kml")
    assert "DỮ LIỆU MÔ PHỎNG" in path.read_text()
    assert "<displayName>Chiều cao, m</displayName><value>42.5</value>" in path.read_text()
    names = set(pyogrio.list_layers(path)[:, 0])
    assert {"Cột ăng ten", "Tuyến cáp", "Điểm nối cáp"} <= names
    meta, _, wkb, fields = pyogrio.raw.read(path, layer="Tuyến cáp")
    assert shapely.from_wkb(wkb[0]).equals_exact(shapely.from_wkt("LINESTRING(106.700123 21.950456,106.71 21.96)"))
    assert "A-CAP" in fields[list(meta["fields"]).index("Name")]
    assert open_vector(path).count == 11


@pytest.mark.parametrize(("form", "version"), [("ofds", "0.4"), ("ofds-0-3", "0.3")])
def test_cables_become_networks(kept: Any, form: str, version: str) -> None:
    package = read_ofds(kept("operator", "tat-ca", form).read_bytes())
    assert package.version == version
    (network,) = package.networks
    assert not oddities(network)
    (span,) = network.spans
    assert (span.id, span.start, span.end, span.fibre_count) == ("A-CAP", "A-NHA", "A-MX", 48)
    assert (span.deployment, span.status, span.dark_fibre) == (("belowGround",), "operational", True)
    assert {node.id: node.types for node in network.nodes}["A-MX"] == ("aggregationPoint",)
    assert {one.name for one in network.organisations} == {"A"}


def test_libcoveofds_accepts_the_networks(kept: Any, libcoveofds: Any) -> None:
    """The checker of the standard's publisher finds no fault in what the department and an operator export."""
    exports = {
        version: [json.loads(kept(who, "tat-ca", form).read_bytes()) for who in ("department_officer", "operator")]
        for form, version in (("ofds", "0.4"), ("ofds-0-3", "0.3"))
    }
    told = [each for version in libcoveofds(exports).values() for each in version]
    assert len(told) == 4
    assert not any(each["schema"] or set(each["checks"]) - HARMLESS for each in told)


def test_what_was_known_before(kept: Any, client: Client, people: dict[str, Person], register: dict[str, Any]) -> None:
    mast = register["mast"]
    before = timezone.now()
    mast.height_m = 60
    mast.save()
    register["plain"].delete()
    asked = timezone.localtime(before + timedelta(minutes=1))
    now = {row["Mã"]: row["Chiều cao, m"] for row in csv_rows(kept("department_officer", "cot", "csv"))}
    assert (now["A-COT"], "A-HAI" in now) == ("60", False)
    Mast.history.filter(history_date__gt=before).update(history_date=asked + timedelta(hours=1))
    timezone_now = f"{asked:%d/%m/%Y %H:%M}"
    path = kept("department_officer", "cot", "csv", **{"biet-luc": timezone_now})
    then = {row["Mã"]: row["Chiều cao, m"] for row in csv_rows(path)}
    assert (then["A-COT"], "A-HAI" in then) == ("42.5", True)
    refused = fetch(client, people["operator"], "cot", "csv", **{"biet-luc": timezone_now})
    assert refused.status_code == 422
    assert "Chỉ cán bộ xem được cả tỉnh" in refused.content.decode()


def test_large_files_are_limited_for_each_person(
    client: Client, people: dict[str, Person], register: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE_ROWS", 1)
    monkeypatch.setattr(making, "MOST_AN_HOUR", 1)
    wanted = {"gom": ["cot"], "dang": "gpkg", "tt": "moi"}
    for who, status in (("department_officer", 302), ("department_officer", 422), ("department_head", 302)):
        client.force_login(people[who])
        answer = client.post("/ha-tang/20/xuat", wanted)
        assert answer.status_code == status
    Job.objects.bulk_create(Job(title="Xuất x", asked_by=people["analyst"], state="running") for _ in range(2))
    client.force_login(people["analyst"])
    assert "Đang làm 2 tệp cho bạn" in client.post("/ha-tang/20/xuat", wanted).content.decode()


def test_a_large_file_is_made_in_the_background(
    client: Client, people: dict[str, Person], register: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is a file of who asked, until their rights change; only the last few are kept."""
    monkeypatch.setattr(making, "AT_ONCE_ROWS", 1)
    officer = people["department_officer"]
    shown = fetch(client, officer, "cot", "gpkg", dn=register["mast"].owner_id)
    assert "chế độ nền" in shown.content.decode()
    assert f'value="{register["mast"].owner_id}" selected' in shown.content.decode()
    found = []
    for _ in range(4):
        waiting = client.post("/ha-tang/20/xuat", {"gom": ["cot"], "dang": "gpkg", "tt": "moi"})
        found.append(client.get(waiting.url).url)
    assert client.get(found[0]).status_code == 404
    assert [content(client.get(address))[:6] for address in found[1:]] == [b"SQLite"] * 3
    page = client.get("/ha-tang/20/xuat").content.decode()
    assert page.count("/ha-tang/tep-xuat/") == 3
    client.force_login(people["department_head"])
    assert client.get(found[-1]).status_code == 404
    client.force_login(officer)
    assert content(client.get(found[-1]))
    asked = making.Asked(register["mast"].province, date(2026, 1, 1)).arguments()
    officer.grants.update(province=people["stranger"].grants.get().province)
    assert client.get(found[-1]).status_code == 404
    late = run_job(making.export_job, actor=officer, title="x", slugs=["cot"], form="gpkg", asked=asked)
    assert "không còn quyền" in late.message


def test_the_page_leads_to_the_file_or_says_what_is_wrong(
    client: Client, people: dict[str, Person], register: dict[str, Any]
) -> None:
    client.force_login(people["department_officer"])
    led = client.post("/ha-tang/20/xuat", {"gom": ["cot", "tram"], "dang": "csv", "tt": "moi", "ngay": "01/06/2023"})
    assert led.status_code == 302
    assert zipfile.ZipFile(io.BytesIO(content(client.get(led.url)))).namelist() == [
        "cot-20-2023-06-01.csv",
        "tram-20-2023-06-01.csv",
    ]
    wrong = client.post("/ha-tang/20/xuat", {"gom": ["tram"], "dang": "kml", "ngay": "31/02/2023"})
    assert wrong.status_code == 422
    assert "không có trong lịch" in wrong.content.decode()
    unfit = client.post("/ha-tang/20/xuat", {"gom": ["tram"], "dang": "kml"})
    assert "Định dạng này không chứa" in unfit.content.decode()
    for address in ("cot/dwg", "la/csv"):
        assert client.get(f"/ha-tang/20/xuat/{address}").status_code == 404
    client.force_login(people["commune_leader"])
    assert client.get("/ha-tang/20/xuat/tram/csv").status_code == 404
    assert "Trạm thu phát sóng" not in client.get("/ha-tang/20/xuat").content.decode()


def test_the_command_writes_all(tmp_path: Path, register: dict[str, Any]) -> None:
    out = tmp_path / "cot.gpkg"
    call_command("export_register", "--province", "20", "--kind", "cot", "--format", "gpkg", "--out", str(out))
    assert pyogrio.read_info(out, layer="mast")["features"] == 5
    with pytest.raises(CommandError, match="Đã có tệp"):
        call_command("export_register", "--province", "20", "--format", "gpkg", "--out", str(out))
    with pytest.raises(CommandError, match="mã “99”"):
        call_command("export_register", "--province", "99", "--format", "csv", "--out", str(tmp_path / "x"))
