"""KML that people draw, programs export and attackers craft; and KML that we write, read back by us and by GDAL."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hatang.core.kml import Placemark, Style, kml_document
from hatang.core.vector_files import Feature, Limits, VectorFile, VectorFileError, kml, open_vector
from hatang.core.vector_files.kml import FROM_TABLE
from hatang.core.vector_files.shapes import FLATTENED
from tests.core.vector_file_makers import DONG_DANG, KY_LUA

ROOT = Path(__file__).parents[2]
HEAD = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
POINT = "<Point><coordinates>106.76,21.85,0</coordinates></Point>"
SQUARE = "106.6,21.9 106.7,21.9 106.7,22 106.6,22"


def document(*parts: str, head: str = HEAD) -> bytes:
    return f"{head}<Document>{''.join(parts)}</Document></kml>".encode()


def placemark(*parts: str) -> str:
    return f"<Placemark>{''.join(parts)}</Placemark>"


def read(
    folder: Path, content: bytes, name: str = "tram.kml", limits: Limits | None = None
) -> tuple[VectorFile, list[Feature]]:
    path = folder / name
    path.write_bytes(content)
    file = open_vector(path, limits=limits)
    return file, list(file.features())


def refusal(folder: Path, content: bytes, name: str = "tram.kml", limits: Limits | None = None) -> str:
    with pytest.raises(VectorFileError) as caught:
        read(folder, content, name, limits)
    assert caught.value.message.endswith(".")
    assert caught.value.right
    return str(caught.value)


# --- Real files


REAL = {
    "portal/OSM_MTP_TelephonePublic/OSM_MTP_TelephonePublic.kml": 67,
    "portal/VilleMTP_MTP_CameraSurv/VilleMTP_MTP_CameraSurv.kml": 141,
    "portal/VilleMTP_MTP_Defibrillateurs/VilleMTP_MTP_Defibrilateurs.kmz": 167,
    "portal/VilleMTP_MTP_Fontaines/VilleMTP_MTP_Fontaines.kml": 48,
    "portal/VilleMTP_MTP_LimitesCommune/VilleMTP_MTP_LimiteCommune.kml": 1,
    "portal/VilleMTP_MTP_ParkingOuvrage/VilleMTP_MTP_ParkingOuv.kmz": 22,
    "portal/VilleMTP_MTP_Quartiers/VilleMTP_MTP_Quartiers.kml": 7,
    "ofds/kml/minimal.kml": 3,
    "ofds/kml/mtn_nigeria_2018-2.kml": 129,
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_read_as_gdal_reads_them(shared: Path, name: str) -> None:
    path = shared / "data" / name
    file = open_vector(path)
    assert (file.kind, file.crs, file.crs_assumed, file.count) == ("KML", "EPSG:4326 WGS 84", "", REAL[name])
    ours = list(file.features())
    theirs, values = by_gdal(path)
    assert all(mine.geometry.equals_exact(shape, 0) for mine, shape in zip(ours, theirs, strict=True))
    for mine, row in zip(ours, values, strict=True):
        told = {key: str(value) for key, value in mine.properties.items()}
        for key, value in row.items():
            if key in told and key not in ("folder", "id"):
                assert told[key] == str(value).strip()


def by_gdal(path: Path) -> tuple[list[BaseGeometry], list[dict[str, object]]]:
    """Read every layer of a file with GDAL, as two-dimensional shapes and as rows of what is filled."""
    shapes: list[BaseGeometry] = []
    rows: list[dict[str, object]] = []
    for layer, _ in pyogrio.list_layers(path):
        meta, _, geometry, columns = pyogrio.raw.read(path, layer=layer, force_2d=True)
        shapes.extend(shapely.from_wkb(geometry))
        names = ["name" if field == "Name" else field for field in meta["fields"]]
        rows.extend(
            {n: v for n, v in zip(names, row, strict=True) if v is not None} for row in zip(*columns, strict=True)
        )
    return shapes, rows


def test_attributes_come_out_of_schemas_folders_and_tables(shared: Path) -> None:
    files = shared / "data/portal"
    camera = next(open_vector(files / "VilleMTP_MTP_CameraSurv/VilleMTP_MTP_CameraSurv.kml").features())
    assert camera.properties == {
        "name": "Lapeyronie", "folder": "VilleMTP_MTP_CameraSurv", "FID_1": 17, "Id": 0, "Nom": "C59.04",
        "Adresse": "Lapeyronie", "QUARTMNO": "HO", "LIBQUART": "HOPITAUX-FACULTES", "SQUARTMNO": "HOP",
        "LIBSQUART": "Hopitaux-Facultés", "Année": 2004,
    }  # fmt: skip
    parking = next(open_vector(files / "VilleMTP_MTP_ParkingOuvrage/VilleMTP_MTP_ParkingOuv.kmz").features())
    assert parking.properties["NBRE_PLACE"] == "474"
    assert FROM_TABLE in parking.notes


# --- What people draw


def test_folders_data_and_every_geometry(tmp_path: Path) -> None:
    content = document(
        "<name>Mạng cáp</name><Style id='a'><LineStyle><color>ff0000ff</color></LineStyle></Style>",
        "<Folder><name>Cáp</name><Folder><name>Treo</name>",
        placemark(
            "<name>Tuyến 1</name><description>Dọc QL1</description>",
            "<ExtendedData><Data name='Số sợi'><displayName>x</displayName><value>48</value></Data></ExtendedData>",
            "<LineString><coordinates>\n 106.6,21.9,5\n 106.7,21.9,5 </coordinates></LineString>",
        ),
        "</Folder>",
        placemark("<MultiGeometry>", POINT, "<MultiGeometry>", POINT, "</MultiGeometry></MultiGeometry>"),
        "</Folder>",
        placemark(
            f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{SQUARE}</coordinates></LinearRing></outerBoundaryIs>",
            "</Polygon>",
        ),
        placemark("<name>Chưa vẽ</name>"),
    )
    file, (line, points, area, empty) = read(tmp_path, content)
    assert (file.count, file.fields) == (4, ("name", "description", "folder", "Số sợi"))
    assert line.properties == {"name": "Tuyến 1", "description": "Dọc QL1", "folder": "Cáp / Treo", "Số sợi": "48"}
    assert line.geometry.equals(LineString([(106.6, 21.9), (106.7, 21.9)]))
    assert line.notes == (FLATTENED,)
    assert points.geometry.equals(MultiPoint([(106.76, 21.85)] * 2))
    assert points.properties == {"folder": "Cáp"}
    assert area.geometry.equals(DONG_DANG)
    assert (empty.geometry, empty.fault) == (None, "Không có hình (Placemark trống).")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("<Point><coordinates>106,76 21,85 1</coordinates></Point>", "Đỉnh 3 ghi “1”"),
        ("<Point><coordinates>106.76,abc</coordinates></Point>", "Đỉnh 1 ghi “106.76,abc”"),
        ("<Point><coordinates>106.76</coordinates></Point>", "cần kinh độ,vĩ độ"),
        ("<Point><coordinates>nan,21</coordinates></Point>", "NaN"),
        ("<Point><coordinates/></Point>", "Không có tọa độ"),
        ("<Point><coordinates>106,21 107,21</coordinates></Point>", "Điểm có 2 tọa độ"),
        ("<LineString><coordinates>106,21</coordinates></LineString>", "ít hơn 2 đỉnh"),
        ("<Polygon/>", "không có vòng"),
        ("<Model/>", "Hình “Model” không phải"),
        ("<MultiGeometry>" * 8 + POINT + "</MultiGeometry>" * 8, "lồng quá sâu"),
        ("<Point><coordinates>206.76,21.85</coordinates></Point>", "ngoài kinh độ ±180"),
    ],
)
def test_a_bad_placemark_stops_nothing(tmp_path: Path, shape: str, words: str) -> None:
    _, (bad, good) = read(tmp_path, document(placemark(shape), placemark(POINT)))
    assert words in bad.fault
    assert good.geometry.equals(Point(106.76, 21.85))


def test_swapped_numbers_and_a_broken_part_are_said(tmp_path: Path) -> None:
    turned = "<Point><coordinates>21.85,106.76</coordinates></Point>"
    _, (swapped, partly) = read(
        tmp_path, document(placemark(turned), placemark("<MultiGeometry>", POINT, "<LineString/>", "</MultiGeometry>"))
    )
    assert swapped.geometry.equals(Point(106.76, 21.85))
    assert swapped.notes == ("Kinh độ và vĩ độ bị đảo: đã đổi lại.",)
    assert partly.geometry.equals(Point(106.76, 21.85))
    assert partly.notes == ("Bỏ một mảnh: Không có tọa độ.",)


def test_other_namespaces_prefixes_and_encodings(tmp_path: Path) -> None:
    old = document(placemark(POINT), head='<kml xmlns="http://earth.google.com/kml/2.0">')
    bare = document(placemark(POINT), head="<!-- <html> --><kml>")
    prefixed = old.replace(b"</", b"</k:").replace(b"<", b"<k:").replace(b"<k:/k:", b"</k:")
    prefixed = prefixed.replace(b"xmlns=", b"xmlns:k=")
    wide = document(placemark("<name>Kỳ Lừa</name>", POINT), head="<?xml version='1.0' encoding='UTF-16'?><kml>")
    for content in (old, bare, prefixed, wide.decode().encode("utf-16")):
        _, (found,) = read(tmp_path, content)
        assert found.geometry.equals(Point(106.76, 21.85))
    assert found.properties == {"name": "Kỳ Lừa"}


def test_a_track_of_a_phone_is_a_line(tmp_path: Path) -> None:
    track = "<Track><when>2026-01-01</when><coord>106.6 21.9 5</coord><coord>106.7 21.9 6</coord></Track>"
    _, (found,) = read(tmp_path, document(placemark(track)))
    assert found.geometry.equals(LineString([(106.6, 21.9), (106.7, 21.9)]))


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "."), content)
    return target.getvalue()


def test_a_kmz_is_its_doc_and_other_zips_ask(tmp_path: Path) -> None:
    good, other = document(placemark(POINT)), document(placemark(POINT), placemark(POINT))
    file, _ = read(tmp_path, zipped(doc__kml=good, khac__kml=other, icon__png=b"x"), "tram.kmz")
    assert (file.layer, file.count) == ("tram", 1)
    assert "Chọn một lớp: “a”, “b”." in refusal(tmp_path, zipped(a__kml=good, b__kml=other), "tram.zip")


# --- What cannot be, or should not


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document(placemark(POINT))[:-20], "bị cắt cụt, hoặc sai cú pháp XML, ở dòng 1"),
        (document("<Placemark><name>A & B</name></Placemark>"), "sai cú pháp XML, ở dòng 1"),
        (document(placemark("<gx:Track/>")), "sai cú pháp XML"),
        (HEAD.encode() + b"<Document>" + b"<name>\xff\xfe</name></Document></kml>", "bảng mã"),
        (document(head='<?xml version="1.0" encoding="UTF-7"?><kml>'), "bảng mã “UTF-7”"),
        (document(), "không có đối tượng nào"),
        (document("<NetworkLink><Link><href>http://127.0.0.1/</href></Link></NetworkLink>"), "NetworkLink"),
        (b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml><Document/></kml>", "DTD"),
        (b"<!-- --><!DOCTYPE kml SYSTEM 'file:///etc/passwd'><kml/>", "DTD"),
        (b"<kml>" + b"<Folder>" * 100 + b"</Folder>" * 100 + b"</kml>", "lồng nhau quá sâu"),
        (b"<kml>" + b"<Folder>" * 1_000_000, "lồng nhau quá sâu"),
        (zipped(doc__kml=b"<html/>"), "không phải KML"),
        (zipped(doc__kml=b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml/>"), "DTD"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content)


def test_metres_in_a_kml_ask_for_their_zone(tmp_path: Path) -> None:
    metres = "<Point><coordinates>450000,2418000</coordinates></Point>"
    assert "các số là mét" in refusal(tmp_path, document(placemark(metres)))


def test_one_placemark_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kml, "MOST_ELEMENTS", 1_000)
    small = Limits(feature_bytes=300_000)
    assert "hơn 1.000 phần tử" in refusal(tmp_path, document(placemark("<a/>" * 1_001)), limits=small)
    long = f"<LineString><coordinates>{'106.1,21.1 ' * 50_000}</coordinates></LineString>"
    assert "dài hơn" in refusal(tmp_path, document(placemark(long)), limits=small)
    assert "hơn 2 đối tượng" in refusal(tmp_path, document(placemark(POINT) * 3), limits=Limits(features=2))


MEASURE = """
import resource, sys
from pathlib import Path
from hatang.core.vector_files import Limits
from hatang.core.vector_files.opening import readers_of
from hatang.core.vector_files.sources import opened_source

(reader,) = readers_of(opened_source(Path(sys.argv[1]), "dai.kml", 10**9, Limits()), Limits(), False).values()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in reader.walk())
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_long_file_is_read_within_little_memory(tmp_path: Path) -> None:
    """30 MB of styles and placemarks, measured in a process of its own, since the parser's memory is not Python's."""
    style, long = "<Style id='a'><IconStyle/></Style>", f"<description>{'mô tả ' * 200}</description>"
    path = tmp_path / "dai.kml"
    path.write_bytes(document(style * 8_000, placemark(long, POINT) * 16_000))
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True, cwd=ROOT)
    count, grown_kb = map(int, done.stdout.split())
    assert count == 16_000
    assert grown_kb < 10_000


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_bytes_changed_anywhere_give_an_answer_or_a_reason(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(document("<Folder><name>A</name>", placemark("<name>x</name>", POINT), "</Folder>"))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(1, 8))] = data.draw(st.binary(max_size=8))
    try:
        for found in read(tmp_path, bytes(content))[1]:
            assert (found.geometry is None) == bool(found.fault)
    except VectorFileError as error:
        assert error.message.endswith(".")


# --- What we write


STYLES = (Style("cap", "#c8102e", width_px=3), Style("tram", "#1f5fa8", icon="https://example.vn/tram.png"))
HOLED = Polygon(KY_LUA.exterior, [[(106.72, 21.92), (106.72, 21.94), (106.74, 21.94)]])
NAMED = {"Mã": "LS-01", "cao_m": 45}
WRITTEN = (
    Placemark("Trạm <LS-01> & “A”", Point(106.76123456789, 21.85), "Cao 45 m\n<b>", NAMED, "tram"),
    Placemark("Cáp 1", LineString([(106.6, 21.9), (106.7, 21.95)]), "", {"Sợi": None, "Treo": True}, "cap", "Cáp"),
    Placemark("Cáp 2", MultiLineString([[(106.6, 21.9), (106.7, 21.95)], [(106.1, 21), (106.2, 21)]]), folder="Cáp"),
    Placemark("Vùng", MultiPolygon([DONG_DANG, HOLED]), folder="Vùng\x07 phủ"),
    Placemark("Vùng lỗ", HOLED.reverse(), folder="Vùng\x07 phủ"),
    Placemark("Điểm", MultiPoint([(106, 21), (107, 22)])),
)


def test_what_we_write_is_read_back_by_us_and_by_gdal(tmp_path: Path) -> None:
    content = kml_document("Hạ tầng", WRITTEN, styles=STYLES, description="DỮ LIỆU MÔ PHỎNG")
    assert content == kml_document("Hạ tầng", iter(WRITTEN), styles=STYLES, description="DỮ LIỆU MÔ PHỎNG")
    file, ours = read(tmp_path, content, "ra.kml")
    assert file.notes == ()
    assert [f.properties["name"] for f in ours] == [w.name for w in WRITTEN]
    assert ours[0].properties == {
        "name": "Trạm <LS-01> & “A”", "description": "Cao 45 m\n<b>", "Mã": "LS-01", "cao_m": "45",
    }  # fmt: skip
    assert ours[1].properties == {"name": "Cáp 1", "folder": "Cáp", "Treo": "true"}
    assert [f.properties.get("folder") for f in ours[2:]] == ["Cáp", "Vùng phủ", "Vùng phủ", None]
    theirs, _ = by_gdal(tmp_path / "ra.kml")
    by_place = {shape.centroid.wkb: shape for shape in theirs}
    for mine, written in zip(ours, WRITTEN, strict=True):
        assert mine.geometry.equals(written.geometry)
        assert by_place[mine.geometry.centroid.wkb].equals(mine.geometry)
    assert ours[4].geometry.exterior.is_ccw


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="Hình rỗng"):
        kml_document("x", [Placemark("a", Point())])
    with pytest.raises(ValueError, match="Không có kiểu vẽ “cap”"):
        kml_document("x", [Placemark("a", Point(1, 2), style="cap")])
    with pytest.raises(ValueError, match="#rrggbb"):
        Style("cap", "red")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
    points=st.lists(st.tuples(st.floats(102, 118), st.floats(6, 24)), min_size=2, max_size=5),
)
def test_any_line_and_any_name_come_back(tmp_path: Path, name: str, points: list[tuple[float, float]]) -> None:
    content = kml_document("x", [Placemark(name, LineString(points))])
    _, (found,) = read(tmp_path, content)
    assert np.array_equal(shapely.get_coordinates(found.geometry), np.array(points))
