"""Files of measurements: read, shown, saved whole, taken back; what is wrong is named and nothing is half-saved."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from hatang.accounts.models import Person
from hatang.coverage.models import MeasurementFile
from hatang.coverage.services.measurements.uploads import save_measurements, store_measurements, undo_measurements
from hatang.places.models import Boundary
from hatang.quality.models import AddressBlock, MeasurementLoad, PublishedSpeed, SpeedStatistic
from hatang.quality.services import loads
from hatang.quality.services.measurements import measurement_table, operator_key
from tests.conftest import World
from tests.core.measurements.test_imports import quadkey

HEAD = "uuid,direction,start,end,mean_throughput_mbps,min_rtt_ms,lon,lat\n"
HERE = "106.69,21.94"
Kind = MeasurementLoad.Kind


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "kho"


@pytest.fixture
def bounded(world: World) -> World:
    """Give the commune a boundary around its point."""
    shape = MultiPolygon(Polygon.from_bbox((106.6, 21.9, 106.75, 22.0)), srid=4326)
    Boundary.objects.create(place=world.commune, geometry=shape, area_km2=170, known_from="2026-01-01T00:00Z")
    return world


def line(number: int, **said: Any) -> str:
    """Write a line of M-Lab's main figures."""
    told = {
        "direction": "download",
        "at": f"2026-03-01T08:{number:02d}:00Z",
        "mbps": 20 + number / 3,
        "where": HERE,
    } | said
    return f"u{number},{told['direction']},{told['at']},,{told['mbps']},21.5,{told['where']}\n"


def uploaded(client: Client, kind: str, name: str, content: bytes, **more: str) -> MeasurementLoad:
    """Bring a file through the page and give its load, checked."""
    data = {"kind": kind, "file": SimpleUploadedFile(name, content), **more}
    answer = client.post("/chat-luong/nap/20/tep-moi", data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return MeasurementLoad.objects.latest("pk")


def held() -> list[dict[str, Any]]:
    """Read what the measurement table holds."""
    table = measurement_table()
    connection = table.connection()
    rows = connection.to_pyarrow(table.expression(connection).order_by("id")).to_pylist()
    connection.disconnect()
    return rows


def test_a_file_of_mlab_is_shown_saved_once_and_taken_back(
    bounded: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    content = HEAD + "".join(line(n) for n in range(5))
    content += line(6, where="0,0") + line(7, where="105.8,21.0") + line(8, at="2099-01-01T00:00:00Z")
    content += line(9, mbps="nhanh") + "u1,download,2026-03-01T08:01:00Z,,20.3,21,106.69,21.94\n"
    load = uploaded(client, Kind.MLAB, "do.csv", content.encode())
    page = client.get(f"/chat-luong/tep/{load.pk}").content.decode()
    assert load.summary["suspects"] == {"null_island": 1, "outside": 1, "future": 1}
    assert (load.summary["new"], load.summary["known"], load.summary["unread"]) == (8, 1, 1)
    for words in ("sẽ thêm 8 dòng", "Tọa độ 0, 0", "Ngoài tỉnh", "không phải số"):
        assert words in page
    assert held() == []
    assert client.post(f"/chat-luong/tep/{load.pk}/luu").status_code == 302
    load.refresh_from_db()
    assert (load.state, load.rows, load.set_aside, len(held())) == ("saved", 8, 3, 8)
    assert {row["commune"] for row in held()} == {bounded.commune.code, None}
    statistic = SpeedStatistic.objects.get(place=bounded.commune, month=0, measure="download_mbps", access="")
    assert statistic.n == 5
    again = client.post(
        "/chat-luong/nap/20/tep-moi", {"kind": Kind.MLAB, "file": SimpleUploadedFile("khac.csv", content.encode())}
    )
    assert (again.status_code, "đã nạp ngày" in again.content.decode()) == (422, True)
    assert client.post(f"/chat-luong/tep/{load.pk}/rut").status_code == 302
    assert held() == []
    assert not SpeedStatistic.objects.exists()
    third = uploaded(client, Kind.MLAB, "do.csv", content.encode())
    assert third.summary["new"] == 8


def test_operators_of_mlab_come_from_the_table_and_what_is_unknown_is_said(
    bounded: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    AddressBlock.of(45899, province=bounded.province, operator=bounded.rival).save()
    head = HEAD.replace("\n", ",asn\n")
    content = head + line(1).replace("\n", ",45899\n") + line(2).replace("\n", ",7552\n")
    load = uploaded(client, Kind.MLAB, "as.csv", content.encode())
    assert "nhận ra 1 dòng theo bảng dải địa chỉ của tỉnh; 1 dòng chưa rõ" in " ".join(load.summary["notes"])
    client.post(f"/chat-luong/tep/{load.pk}/luu")
    assert [row["operator"] for row in held()] == [operator_key(bounded.rival), None]


def test_real_files_wait_for_a_place_and_broken_ones_are_named(
    bounded: World, people: dict[str, Person], client: Client, shared: Path
) -> None:
    client.force_login(people["department_head"])
    packed = (shared / "data/speed-tests/mlab_ndt7_2020-03-18_syd03_masked.ndjson.gz").read_bytes()
    load = uploaded(client, Kind.MLAB, "syd.ndjson.gz", packed)
    assert load.summary["suspects"] == {"unplaced": 114}
    half = uploaded(client, Kind.MLAB, "nua.ndjson.gz", packed[:50_000])
    assert (half.state, "bị cắt cụt" in half.summary["refused"]["wrong"]) == ("wrong", True)
    parquet = uploaded(client, Kind.OOKLA, "2026-01-01_performance_mobile_tiles.parquet", b"PAR1" + b"x" * 99)
    assert "chỉ có một nửa tệp" in parquet.summary["refused"]["wrong"]
    renamed = uploaded(client, Kind.OOKLA, "o.csv", b"quadkey,avg_d_kbps,avg_u_kbps,tests\n1,2,3,4\n")
    assert "quý và loại mạng" in renamed.summary["refused"]["wrong"]
    assert client.post(f"/chat-luong/tep/{half.pk}/luu").status_code == 302
    half.refresh_from_db()
    assert half.state == "wrong"


def test_rows_go_to_the_table_while_the_database_is_open_to_all(
    bounded: World, people: dict[str, Person], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(people["department_officer"])
    load = uploaded(client, Kind.MLAB, "do.csv", (HEAD + line(1)).encode())
    outside, within, keep = len(connection.savepoint_ids), list[int](), loads.keep_rows

    def watched(rows: Any, *, load: int) -> Any:
        within.append(len(connection.savepoint_ids))
        return keep(rows, load=load)

    monkeypatch.setattr(loads, "keep_rows", watched)
    loads.MeasurementLoad.objects.filter(pk=load.pk).update(state="saving")
    load.refresh_from_db()
    assert loads.save_load(actor=people["department_officer"], upload=load) == 1
    assert within == [outside], "writing Parquet files holds no transaction open"


def as_ookla_writes(path: Path, rows: int) -> bytes:
    """Write tiles with all columns of Ookla's Parquet files, by DuckDB; give the file's bytes."""
    keys = ", ".join(f"('{quadkey(106.61 + n / 1000, 21.94)}', {30_000 + n})" for n in range(rows))
    point = "quadkey, 'POLYGON((106 21, 107 21, 107 22, 106 21))' AS tile, avg_d_kbps::BIGINT AS avg_d_kbps"
    more = "9000::BIGINT AS avg_u_kbps, 20::BIGINT AS avg_lat_ms, 31::BIGINT AS avg_lat_down_ms"
    rest = "40::BIGINT AS avg_lat_up_ms, 12::BIGINT AS tests, 9::BIGINT AS devices"
    tiles = f"SELECT {point}, {more}, {rest} FROM (VALUES {keys}) AS t(quadkey, avg_d_kbps)"
    duckdb.sql(tiles).write_parquet(str(path), compression="snappy")
    return path.read_bytes()


def test_parquet_of_ookla_s_own_form_is_taken_as_csv_is_and_half_of_it_is_refused(
    bounded: World, people: dict[str, Person], client: Client, tmp_path: Path
) -> None:
    client.force_login(people["department_officer"])
    name = "2026-01-01_performance_fixed_tiles.parquet"
    content = as_ookla_writes(tmp_path / "o.parquet", 100)
    half = uploaded(client, Kind.OOKLA, name, content[: len(content) // 2])
    assert (half.state, "chỉ có một nửa tệp" in half.summary["refused"]["wrong"]) == ("wrong", True)
    load = uploaded(client, Kind.OOKLA, name, content)
    client.post(f"/chat-luong/tep/{load.pk}/luu")
    load.refresh_from_db()
    tiles = len({quadkey(106.61 + n / 1000, 21.94) for n in range(100)})
    assert (load.state, len(held())) == ("saved", tiles)
    assert {(one["is_average"], one["tests"], one["access"], one["min_rtt_ms"]) for one in held()} == {
        (True, 12, "fixed", 20.0)
    }
    assert {one["commune"] for one in held()} == {bounded.commune.code}


def test_averages_stay_averages(bounded: World, people: dict[str, Person], client: Client) -> None:
    client.force_login(people["department_officer"])
    tiles = "quadkey,avg_d_kbps,avg_u_kbps,avg_lat_ms,tests,devices\n1323001101000012,30000,9000,20,12,9\n"
    text = gzip.compress(tiles.replace("1323001101000012", quadkey(106.69, 21.94)).encode())
    load = uploaded(client, Kind.OOKLA, "o.csv.gz", text, month="02/2026", access="mobile")
    client.post(f"/chat-luong/tep/{load.pk}/luu")
    (row,) = held()
    assert (row["is_average"], row["tests"], f"{row['at']:%Y-%m-%d}") == (True, 12, "2026-01-01")
    found = SpeedStatistic.objects.filter(place=bounded.commune, measure="download_mbps", month=0)
    assert {(s.basis, s.mean, s.p50) for s in found} == {("averages", 30.0, None)}


def test_medians_of_ispeed_never_become_tests_and_two_figures_do_not_stand(
    world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    text = "Tháng;Địa bàn;Nhà mạng;Di động tải xuống\n08/2026;Lạng Sơn;;81,04\n08/2026;Cả nước;A;90\n"
    load = uploaded(client, Kind.ISPEED, "t8.csv", text.encode())
    client.post(f"/chat-luong/tep/{load.pk}/luu")
    assert held() == []
    row = PublishedSpeed.objects.get(area_province=world.province)
    assert (row.month, row.download_mbps, row.access) == (date(2026, 8, 1), 81.04, "mobile")
    assert PublishedSpeed.objects.get(area="").operator == world.operator
    other = uploaded(client, Kind.ISPEED, "t8-sua.csv", text.replace("81,04", "91,04").encode())
    assert other.state == "wrong"
    assert "đã ghi 81.04" in other.summary["errors"][0]["wrong"]
    wrong = uploaded(client, Kind.ISPEED, "sai.csv", text.replace("81,04", "rất nhanh").encode())
    assert (wrong.state, wrong.summary["errors"][0]["column"]) == ("wrong", "D")
    client.post(f"/chat-luong/tep/{load.pk}/rut")
    assert not PublishedSpeed.objects.counting().exists()


def test_strangers_and_operators_see_no_load(world: World, people: dict[str, Person], client: Client) -> None:
    client.force_login(people["department_officer"])
    load = uploaded(client, Kind.MLAB, "do.csv", (HEAD + line(1)).encode())
    for name, seen in {"auditor": 200, "stranger": 404, "operator": 404, "commune_officer": 404}.items():
        client.force_login(people[name])
        assert client.get(f"/chat-luong/tep/{load.pk}").status_code == seen, name
        assert client.get(f"/chat-luong/tep/{load.pk}/goc").status_code == 404, name
        assert client.post(f"/chat-luong/tep/{load.pk}/luu").status_code == 404, name
    assert held() == []


def test_what_fails_while_saving_leaves_no_row(
    bounded: World, people: dict[str, Person], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(people["department_officer"])
    load = uploaded(client, Kind.MLAB, "do.csv", (HEAD + line(1)).encode())
    kept = loads.keep_tests

    def keep_and_fail(*given: Any) -> None:
        kept(*given)
        raise OSError("đĩa đầy")

    monkeypatch.setattr(loads, "keep_tests", keep_and_fail)
    client.post(f"/chat-luong/tep/{load.pk}/luu")
    load.refresh_from_db()
    assert (load.state, held()) == ("ready", [])
    monkeypatch.setattr(loads, "keep_tests", kept)
    client.post(f"/chat-luong/tep/{load.pk}/luu")
    assert len(held()) == 1


def test_speeds_of_a_drive_test_come_and_go_with_its_file(bounded: World, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    text = (
        "Doanh nghiệp;Công nghệ;Loại đo;Kinh độ;Vĩ độ;Thời điểm;Mức thu, dBm;Tải xuống, Mbit/s\n"
        "A;4G;đo lưu động;106,70;21,95;15/03/2026 09:30;-98;24,5\n"
        "A;4G;đo lưu động;106,70;21,95;15/03/2026 09:31;-99;\n"
    )
    file = store_measurements(actor=officer, province=bounded.province, name="do.csv", content=text.encode())
    MeasurementFile.objects.update(state=MeasurementFile.State.SAVING)
    save_measurements(actor=officer, upload=file)
    (row,) = held()
    assert (row["source"], row["download_mbps"], row["level_dbm"], row["commune"]) == ("drive", 24.5, -98, "06181")
    assert MeasurementLoad.objects.get().told == "đã lưu"
    undo_measurements(actor=officer, upload=file)
    assert held() == []
    assert MeasurementLoad.objects.get().told == "đã rút"
