"""Results of M-Lab's ndt7, out of the archive's JSON, the rows of BigQuery, or a table of their main figures.

M-Lab, ndt7 data format (github.com/m-lab/ndt-server, docs: NDT7Result) and schema of `ndt.ndt7` (measurementlab.net):
mean throughput of a download is TCPInfo.BytesAcked, of an upload TCPInfo.BytesReceived, by TCPInfo.ElapsedTime (µs) of
the last message; MinRTT is in µs; the loss rate is BytesRetrans by BytesSent.
"""

from __future__ import annotations

import csv
import hashlib
import ipaddress
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatang.core.cells import TableError
from hatang.core.measurements.imports.lines import FileRead, lines_of, moment_of, number_of
from hatang.core.measurements.schema import Source

FASTEST_MBPS = 1_000_000.0
SLOWEST_MS = 600_000.0
LARGEST_DOCUMENT_BYTES = 5_000_000
DIRECTIONS = ("download", "upload")
TABLE_NEEDS = ("uuid", "direction", "start", "mean_throughput_mbps")
NOT_NDT7 = "Không có phần Download hay Upload của ndt7."
RIGHT_RESULT = "Mỗi dòng là một kết quả NDT7Result của M-Lab, hoặc một hàng của bảng ndt.ndt7."
IPV6_HOUSEHOLD_BITS = 64
OperatorOf = Callable[[object, object], str | None]
"""Gives the word for an operator by an address and the number of an autonomous system, either of which may lack."""


def nobody(address: object, system: object) -> None:
    """Know no operator."""


@dataclass(frozen=True)
class Telling:
    """What turns an address into what is kept of it: the pseudonym's secret, and whose network it is."""

    secret: bytes
    operator_of: OperatorOf


def read_mlab(path: Path, *, secret: bytes, operator_of: OperatorOf = nobody) -> FileRead:
    """Read a file of results: NDJSON or one JSON document (.gz or not), or CSV by its first sign.

    `secret` makes the pseudonym of a device, which holds for one day; `operator_of` tells whose network an address or
    AS number is; no address is given on. Raises TableError for a file that holds no result at all or is torn.
    """
    read, telling = FileRead(), Telling(secret, operator_of)
    lines = lines_of(path)
    number, line = next(lines, (0, b""))
    if line.lstrip().startswith(b"{"):
        read_documents(read, number, line, lines, telling)
    elif line:
        read_summary(read, number, line, lines, telling)
    if not read.rows:
        wrong = read.faults[0].wrong if read.faults else "Tệp trống."
        raise TableError(f"Không đọc được kết quả ndt7 nào. {wrong}", RIGHT_RESULT)
    return read


def read_documents(
    read: FileRead, number: int, line: bytes, lines: Iterator[tuple[int, bytes]], telling: Telling
) -> None:
    """Read JSON by lines; a document over several lines is read whole."""
    if not is_json(line):
        line = whole_document(line, lines)
    take_document(read, number, line, telling)
    for number, line in lines:
        take_document(read, number, line, telling)


def is_json(text: bytes) -> bool:
    """Tell whether a text is a JSON document by itself."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def whole_document(line: bytes, lines: Iterator[tuple[int, bytes]]) -> bytes:
    """Give a document that was written over several lines, if it is one; else its first line."""
    text = line
    for _, more in lines:
        text += more
        if len(text) > LARGEST_DOCUMENT_BYTES:
            break
        if more.startswith(b"}") and is_json(text):
            return text
    return text


def take_document(read: FileRead, number: int, line: bytes, telling: Telling) -> None:
    """Read a line's document into its rows, or note why it holds none."""
    read.lines += 1
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        wrong = TableError("Dòng này không phải JSON nguyên vẹn.", "Có thể tệp bị cắt cụt: tải lại từ nguồn.")
        read.refuse(number, "", line[:60].decode(errors="replace"), wrong)
        return
    try:
        read.rows += list(rows_of(document, telling))
    except TableError as error:
        read.refuse(number, error.column, "", error)


def rows_of(document: Any, telling: Telling) -> Iterator[dict[str, Any]]:
    """Give the rows of a result: of the archive, one for each direction; of BigQuery's view, one."""
    if not isinstance(document, dict):
        raise TableError("Dòng này không phải một kết quả.", RIGHT_RESULT)
    if isinstance(document.get("a"), dict):
        yield row_of_view(document, telling)
        return
    found = [name for name in ("Download", "Upload") if isinstance(document.get(name), dict)]
    if not found:
        older = "C2S" in document or "S2C" in document
        raise TableError("Kết quả NDT5, không phải ndt7." if older else NOT_NDT7, RIGHT_RESULT)
    for name in found:
        yield row_of_archive(document, name.lower(), document[name], telling)


def row_of_archive(
    document: Mapping[str, Any], direction: str, part: Mapping[str, Any], telling: Telling
) -> dict[str, Any]:
    """Give the row of one direction of an archived result."""
    messages = [m for m in part.get("ServerMeasurements") or [] if isinstance(m, dict) and m.get("TCPInfo")]
    if not messages:
        raise TableError("Không có số đo nào của máy chủ (ServerMeasurements).", "Bỏ kết quả này.")
    info = messages[-1]["TCPInfo"]
    moved = whole(info, "BytesAcked" if direction == "download" else "BytesReceived")
    lasted_us = whole(info, "ElapsedTime")
    if lasted_us <= 0:
        raise TableError("Thời gian đo bằng 0.", "Bỏ kết quả này.", column="ElapsedTime")
    sent = whole(info, "BytesSent")
    said = {
        "uuid": part.get("UUID"),
        "start": part.get("StartTime") or document.get("StartTime"),
        "end": part.get("EndTime") or document.get("EndTime"),
        "mbps": 8 * moved / lasted_us,
        "rtt_ms": whole(info, "MinRTT") / 1000,
        "loss": min(whole(info, "BytesRetrans") / sent, 1) if sent else None,
        "address": document.get("ClientIP"),
    }
    return row_from(direction, said, telling)


def whole(info: Mapping[str, Any], name: str) -> int:
    """Read a count of the kernel's figures; what is missing is 0. Raises TableError for what is no count."""
    value = info.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise TableError(f"{name}: “{str(value)[:40]}” không phải số đếm.", "Bỏ kết quả này.", column=name)
    return value


def row_of_view(document: Mapping[str, Any], telling: Telling) -> dict[str, Any]:
    """Give the row of a result as BigQuery's view `ndt.ndt7` (and its unified views) has it."""
    answer, raw = document["a"], document.get("raw") or {}
    sides = [name for name in ("Download", "Upload") if raw.get(name)]
    direction = str(document.get("direction") or (sides[0] if len(sides) == 1 else "")).lower()
    client = document.get("client") or {}
    geo, network = client.get("Geo") or {}, client.get("Network") or {}
    said = {
        "uuid": answer.get("UUID") or document.get("id"),
        "start": answer.get("TestTime"),
        "mbps": answer.get("MeanThroughputMbps"),
        "rtt_ms": answer.get("MinRTT"),
        "loss": answer.get("LossRate"),
        "address": raw.get("ClientIP"),
        "lon": geo.get("Longitude"),
        "lat": geo.get("Latitude"),
        "asn": network.get("ASNumber"),
    }
    return row_from(direction, said, telling)


def read_summary(
    read: FileRead, number: int, line: bytes, lines: Iterator[tuple[int, bytes]], telling: Telling
) -> None:
    """Read CSV of main figures: uuid, direction, start, mean_throughput_mbps; the rest where it is there."""
    headings = [cell.strip().lower() for cell in cells_of(line)]
    missing = [name for name in TABLE_NEEDS if name not in headings]
    if {"avg_d_kbps", "quadkey"} & set(headings):
        raise TableError("Đây là ô trung bình của Ookla, không phải từng lượt đo.", "Chọn loại tệp “Ookla”.")
    if missing:
        told = line[:80].decode(errors="replace").strip()
        raise TableError(f"Không phải kết quả ndt7: thiếu cột {', '.join(missing)} (dòng đầu: {told}).", RIGHT_RESULT)
    for number, line in lines:
        read.lines += 1
        cells = dict(zip(headings, cells_of(line), strict=False))
        try:
            read.rows.append(row_of_summary(cells, telling))
        except TableError as error:
            read.refuse(number, error.column, cells.get(error.column, ""), error)


def cells_of(line: bytes) -> list[str]:
    """Part a line of CSV."""
    try:
        return next(csv.reader([line.decode("utf-8-sig").strip("\r\n")]))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        return []


def row_of_summary(cells: Mapping[str, str], telling: Telling) -> dict[str, Any]:
    """Give the row of a line of main figures."""
    names = {"uuid": "uuid", "start": "start", "end": "end", "mbps": "mean_throughput_mbps", "rtt_ms": "min_rtt_ms"}
    names |= {"loss": "loss_rate", "address": "client_net", "lon": "lon", "lat": "lat", "asn": "asn"}
    said: dict[str, Any] = {name: cells.get(column) for name, column in names.items()}
    return row_from(cells.get("direction", "").strip().lower(), said, telling)


def row_from(direction: str, said: Mapping[str, Any], telling: Telling) -> dict[str, Any]:
    """Make a row of what a result says, each figure within what can be written."""
    if direction not in DIRECTIONS:
        raise TableError(f"Chiều đo “{direction[:20]}” không rõ.", "Ghi download hoặc upload.", column="direction")
    if not said.get("uuid"):
        raise TableError("Thiếu mã của lượt đo (UUID).", "Bỏ kết quả này.", column="uuid")
    at = moment_of(said.get("start"))
    mbps = number_of(said.get("mbps"), -1.0, FASTEST_MBPS, "Tốc độ")
    if mbps is None:
        raise TableError("Không có tốc độ.", "Bỏ kết quả này.", column="mean_throughput_mbps")
    ended = moment_of(said["end"]) if said.get("end") else None
    return {
        "id": f"mlab:{said['uuid']}:{direction}",
        "source": Source.MLAB.value,
        "at": at,
        f"{direction}_mbps": mbps,
        "min_rtt_ms": number_of(said.get("rtt_ms"), 0, SLOWEST_MS, "Độ trễ"),
        "loss_ratio": number_of(said.get("loss"), 0, 1, "Tỷ lệ mất gói"),
        "ip_family": family_of(said.get("address")),
        "device": pseudonym(said.get("address"), f"{at:%Y-%m-%d}", telling.secret),
        "lon": number_of(said.get("lon"), -180, 180, "Kinh độ"),
        "lat": number_of(said.get("lat"), -90, 90, "Vĩ độ"),
        "operator": telling.operator_of(said.get("address"), said.get("asn")),
        "suspect": "clock" if ended and ended < at else None,
    }


def family_of(address: object) -> int:
    """Tell 4 or 6, and 0 for what is no address.

    >>> family_of("2a01:cb08:1a7::"), family_of("86.188.171.0"), family_of(None)
    (6, 4, 0)
    """
    try:
        return ipaddress.ip_address(str(address)).version
    except ValueError:
        return 0


def pseudonym(address: object, day: str, secret: bytes) -> str | None:
    """Give the word for a household on one day; None for what is no address, or one whose last part was cut off.

    >>> pseudonym("86.188.171.0", "2020-03-18", b"s") is None
    True
    >>> pseudonym("86.188.171.7", "2020-03-18", b"s") == pseudonym("86.188.171.7", "2020-03-19", b"s")
    False
    """
    try:
        parsed = ipaddress.ip_address(str(address))
    except ValueError:
        return None
    if parsed.version == 4:
        told = "" if str(parsed).endswith(".0") else str(parsed)
    else:
        told = str(ipaddress.ip_network((parsed, IPV6_HOUSEHOLD_BITS), strict=False).network_address)
    return hashlib.blake2b(f"{day}|{told}".encode(), key=secret[:64], digest_size=12).hexdigest() if told else None
