"""Files that others publish: M-Lab's real results and corrupt ones, Ookla's tiles, i-Speed's tables."""

from __future__ import annotations

import csv
import gzip
import io
import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from hatang.core.cells import TableError
from hatang.core.measurements.imports.ispeed import read_ispeed
from hatang.core.measurements.imports.mlab import read_mlab
from hatang.core.measurements.imports.ookla import Quarter, centre_of, quarter_of, read_ookla

FIXED = Quarter(date(2023, 10, 1), "fixed")
LANG_SON = (106.0, 21.3, 107.4, 22.5)
TILE = {
    "quadkey": "1323001223300101",
    "avg_d_kbps": 91_500,
    "avg_u_kbps": 40_000,
    "avg_lat_ms": 9,
    "tests": 31,
    "devices": 12,
}


def quadkey(lon: float, lat: float) -> str:
    """Name the tile of zoom 16 around a point, by halving: another way than the reader's."""
    west, south, east, north = -180.0, -1.0, 180.0, 1.0
    import math

    y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.pi
    word = ""
    for _ in range(16):
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        digit = (1 if lon >= middle_x else 0) + (0 if y >= middle_y else 2)
        west, east = (middle_x, east) if lon >= middle_x else (west, middle_x)
        south, north = (middle_y, north) if y >= middle_y else (south, middle_y)
        word += str(digit)
    return word


def tiles(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write tiles as Ookla does, by the name's ending."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_results_of_the_archive_are_those_of_their_summary(shared: Path) -> None:
    folder = shared / "data/speed-tests"
    summary = read_mlab(folder / "mlab_ndt7_2020-03-18_summary.csv", secret=b"s")
    archive = read_mlab(folder / "mlab_ndt7_2020-03-18_syd03_masked.ndjson.gz", secret=b"s")
    assert (len(summary.rows), summary.unread, archive.unread) == (114, 0, 0)
    told = {row["id"]: row for row in summary.rows}
    for row in archive.rows:
        other = told[row["id"]]
        for name in ("download_mbps", "upload_mbps", "min_rtt_ms", "loss_ratio"):
            there, here = other.get(name), row.get(name)
            assert (here is None) == (there is None)
            assert here is None or there is None or here == pytest.approx(there, abs=0.006, rel=1e-3)
        assert abs((row["at"] - other["at"]).total_seconds()) < 0.01  # the direction's own beginning, not the result's
        assert not {"address", "ClientIP", "client_net"} & row.keys()
    assert all(row["device"] is None for row in archive.rows)  # their addresses were cut by who masked them


def test_single_results_and_corrupt_samples_are_told_apart(shared: Path) -> None:
    folder = shared / "data/speed-tests/mlab_etl/parser/testdata"
    good = {path.name: read_mlab(path, secret=b"s") for path in (folder / "NDT7Result").glob("*.json")}
    assert len(good) == 3
    assert sorted(row["ip_family"] for read in good.values() for row in read.rows) == [4, 4, 6]
    reasons = {
        "NDT7Result/badfile.badextension": "thiếu cột uuid",
        "Annotation2/ndt-corrupt.json": "không phải JSON nguyên vẹn",
        "Annotation2/ndt-empty-geo.json": "Không có phần Download",
        "NDT5Result/ndt-m9pcq_1652405655_000000000014FD22.json": "NDT5",
    }
    for name, reason in reasons.items():
        with pytest.raises(TableError, match=reason):
            read_mlab(folder / name, secret=b"s")


def test_a_torn_file_names_its_line_and_keeps_the_rest(shared: Path, tmp_path: Path) -> None:
    packed = (shared / "data/speed-tests/mlab_ndt7_2020-03-18_syd03_masked.ndjson.gz").read_bytes()
    torn = tmp_path / "nua.ndjson.gz"
    torn.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(TableError, match="bị cắt cụt"):
        read_mlab(torn, secret=b"s")
    lines = gzip.decompress(packed).splitlines(keepends=True)[:3]
    cut = tmp_path / "cut.ndjson"
    cut.write_bytes(b"".join(lines[:2]) + lines[2][:1_000])
    read = read_mlab(cut, secret=b"s")
    assert (len(read.rows), read.unread, read.faults[0].line) == (2, 1, 3)


def test_a_row_of_bigquery_and_a_clock_that_runs_backwards(tmp_path: Path) -> None:
    path = tmp_path / "bq.json"
    path.write_text(
        '{"a": {"UUID": "u1", "TestTime": "2026-03-01 08:00:00 UTC", "MeanThroughputMbps": 12.5, "MinRTT": 30, '
        '"LossRate": 0.1}, "direction": "download", "raw": {"ClientIP": "203.0.113.9"}, '
        '"client": {"Geo": {"Latitude": 21.85, "Longitude": 106.76}}}\n'
        '{"a": {"UUID": "u2", "TestTime": "2026-03-01T08:00:00Z", "MinRTT": 30}, "direction": "upload"}\n'
    )
    read = read_mlab(path, secret=b"s")
    assert (read.rows[0]["download_mbps"], read.rows[0]["lon"], read.unread) == (12.5, 106.76, 1)
    assert "203.0.113.9" not in str(read.rows)
    path = tmp_path / "dong-ho.csv"
    path.write_text(
        "uuid,direction,start,end,mean_throughput_mbps\nu,download,2026-03-01T08:00:10Z,2026-03-01T08:00:00Z,5\n"
    )
    assert read_mlab(path, secret=b"s").rows[0]["suspect"] == "clock"


def test_the_operator_is_told_by_address_and_system_and_neither_is_kept(tmp_path: Path) -> None:
    def operator_of(address: object, system: object) -> str | None:
        return {"203.0.113.9": "a"}.get(str(address)) or {45899: "b"}.get(int(str(system or 0)))

    head = "uuid,direction,start,mean_throughput_mbps,client_net,asn\n"
    lines = [
        f"u{n},download,2026-03-01T08:00:10Z,5,{told}\n" for n, told in enumerate(("203.0.113.9,1", ",45899", ","))
    ]
    path = tmp_path / "nha-mang.csv"
    path.write_text(head + "".join(lines))
    rows = read_mlab(path, secret=b"s", operator_of=operator_of).rows
    assert [row["operator"] for row in rows] == ["a", "b", None]
    assert not {"asn", "address"} & rows[0].keys()
    assert [row["operator"] for row in read_mlab(path, secret=b"s").rows] == [None, None, None]


def test_averages_of_ookla_are_no_tests_of_mlab(tmp_path: Path) -> None:
    path = tiles(tmp_path / "gia-lam-do.csv", [TILE])
    with pytest.raises(TableError, match="trung bình của Ookla"):
        read_mlab(path, secret=b"s")


def test_quadkeys_come_back_to_their_point() -> None:
    draw = random.Random(3)
    for _ in range(300):
        lon, lat = draw.uniform(-179.9, 179.9), draw.uniform(-80, 80)
        back = centre_of(quadkey(lon, lat))
        assert abs(back[0] - lon) <= 360 / 2**17 + 1e-9
        assert quadkey(*back) == quadkey(lon, lat)


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet"])
def test_tiles_read_the_same_in_every_form_and_only_the_province_s(tmp_path: Path, ending: str) -> None:
    here, away = quadkey(106.76, 21.85), quadkey(-157.8, 21.3)
    rows = [TILE | {"quadkey": here}, TILE | {"quadkey": away, "tests": 7}]
    read = read_ookla(tiles(tmp_path / f"o{ending}", rows), FIXED, box=LANG_SON)
    assert (len(read.rows), read.elsewhere, read.unread) == (1, 1, 0)
    row = read.rows[0]
    assert (row["download_mbps"], row["tests"], row["is_average"], row["access"]) == (91.5, 31, True, "fixed")
    assert row["lon"] == pytest.approx(106.76, abs=0.003)
    assert f"{row['at']:%Y-%m-%d}" == "2023-10-01"


def test_half_a_parquet_file_is_named_as_half(tmp_path: Path) -> None:
    path = tiles(tmp_path / "o.parquet", [TILE | {"quadkey": quadkey(106.76, 21.85 + k / 100)} for k in range(99)])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(TableError, match="chỉ có một nửa tệp"):
        read_ookla(path, FIXED, box=None)
    path.write_bytes(content[: len(content) // 2] + b"PAR1")
    with pytest.raises(TableError, match="hỏng"):
        read_ookla(path, FIXED, box=None)


def test_a_tile_that_excel_spoilt_is_named_by_its_line(tmp_path: Path) -> None:
    rows = [TILE | {"quadkey": quadkey(106.76, 21.85)}, TILE | {"quadkey": "1.32E+15"}]
    read = read_ookla(tiles(tmp_path / "o.csv", rows), FIXED, box=None)
    assert (len(read.rows), read.faults[0].line, read.unread) == (1, 3, 1)
    assert quarter_of("2024-02-01_performance_fixed_tiles.csv") is None


def test_cited_releases_of_ispeed_are_read_and_other_figures_left(shared: Path) -> None:
    content = (shared / "data/indicator-values/indicator_values_cited.csv").read_bytes()
    read = read_ispeed(content, "cited.csv")
    assert not read.faults
    told = {(str(p.month)[:7], p.area, p.operator, p.access, p.technology): p for p in read.published.values()}
    country = told["2025-07", "", "", "fixed", ""]
    assert (country.download_mbps, country.upload_mbps) == (258.28, 195.34)
    assert told["2026-01", "", "", "mobile", "5G"].download_mbps == 594.81
    assert told["2025-07", "", "Viettel", "mobile", "5G"].upload_mbps == 106
    assert told["2024-03", "Điện Biên", "", "fixed", ""].download_mbps == 231.89
    assert ("2023-09", "", "", "fixed", "") not in told  # Ookla's, not i-Speed's


def test_a_wide_workbook_takes_month_and_network_from_its_title() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["TRUNG VỊ TỐC ĐỘ INTERNET DI ĐỘNG THÁNG 9 NĂM 2025"])
    sheet.append(["Tỉnh/Thành phố", "Tải xuống (Mbit/s)", "Tải lên (Mbit/s)", "Độ trễ (ms)"])
    sheet.append(["Lạng Sơn", 83.48, 28.05, 31])
    sheet.append(["Cả nước", "chưa có", -1, None])
    text = io.BytesIO()
    book.save(text)
    read = read_ispeed(text.getvalue(), "t9.xlsx")
    (one,) = read.published.values()
    assert (one.month, one.area, one.access, one.download_mbps, one.latency_ms) == (
        date(2025, 9, 1),
        "Lạng Sơn",
        "mobile",
        83.48,
        31,
    )
    assert [(fault.row, fault.column) for fault in read.faults] == [(4, "B"), (4, "C")]


def test_two_lines_that_disagree_are_a_fault() -> None:
    text = "Tháng;Địa bàn;Di động tải xuống\n09/2025;Lạng Sơn;80\n09/2025;Lạng Sơn;90\n13/2025;Lạng Sơn;90\n"
    read = read_ispeed(text.encode(), "a.csv")
    assert len(read.published) == 1
    assert [fault.row for fault in read.faults] == [3, 4]
    with pytest.raises(TableError, match="Không nhận ra bảng i-Speed"):
        read_ispeed("Tháng;Địa bàn;Dân số\n09/2025;Lạng Sơn;80\n".encode(), "a.csv")
