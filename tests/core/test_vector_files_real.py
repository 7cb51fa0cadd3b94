"""Real files: every one is read as GDAL reads it, or refused with a sentence that a person can act upon."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from hatang.core.vector_files import VectorFileError, open_vector

COUNTS = {
    "admin-2025/full_08_tuyen_quang_communes": 124,
    "admin-2025/full_08_tuyen_quang_province": 1,
    "admin-2025/full_20_lang_son_communes": 65,
    "admin-2025/full_20_lang_son_province": 1,
    "admin-2025/full_24_bac_ninh_communes": 99,
    "admin-2025/full_24_bac_ninh_province": 1,
    "admin-2025/full_66_dak_lak_communes": 102,
    "admin-2025/full_66_dak_lak_province": 1,
    "admin-2025/invalid_source_geometries": 78,
    "admin-2025/provinces_34_simplified": 34,
    "admin-history/districts_gis/02": 12,
    "admin-history/districts_gis/08": 8,
    "admin-history/districts_gis/20": 12,
    "admin-history/districts_gis/24": 11,
    "admin-history/districts_gis/27": 9,
    "admin-history/districts_gis/54": 10,
    "admin-history/districts_gis/66": 16,
    "population/census2009_communes": 11_163,
    "population/census2009_districts": 703,
    "population/census2009_provinces": 63,
}


@pytest.mark.parametrize("name", COUNTS)
def test_boundaries_are_read_whole(shared: Path, name: str) -> None:
    file = open_vector(shared / "data" / f"{name}.geojson.gz", polygons_only=True)
    assert (file.kind, file.crs, file.crs_assumed, file.notes) == ("GeoJSON", "EPSG:4326 WGS 84", "", ())
    assert file.count == COUNTS[name]
    assert not any(feature.fault for feature in file.features())


@pytest.mark.parametrize("name", ["admin-2025/full_20_lang_son_province", "admin-history/districts_gis/08"])
def test_geojson_is_read_as_gdal_reads_it(shared: Path, tmp_path: Path, name: str) -> None:
    path = shared / "data" / f"{name}.geojson.gz"
    plain = tmp_path / "xa.geojson"
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    meta, _, theirs, columns = pyogrio.raw.read(plain)
    ours = list(open_vector(path).features())
    for feature, shape in zip(ours, shapely.from_wkb(theirs), strict=True):
        assert feature.geometry.equals_exact(shape, 0)
    names = list(columns[list(meta["fields"]).index("name")])
    assert [feature.properties["name"] for feature in ours] == names
    assert names == [each["properties"]["name"] for each in json.loads(plain.read_bytes())["features"]]


PORTAL = [
    "OSM_MTP_TelephonePublic/OSM_MTP_TelephonePublic",
    "VilleMTP_MTP_CameraSurv/VilleMTP_MTP_CameraSurv",
    "VilleMTP_MTP_Fontaines/VilleMTP_MTP_Fontaines",
    "VilleMTP_MTP_LimitesCommune/VilleMTP_MTP_LimiteCommune",
    "VilleMTP_MTP_ParkingOuvrage/VilleMTP_MTP_ParkingOuv",
    "VilleMTP_MTP_Quartiers/VilleMTP_MTP_Quartiers",
]


@pytest.mark.parametrize("name", PORTAL)
def test_a_citys_shapefiles_are_read_as_gdal_reads_them(shared: Path, name: str) -> None:
    """Seven years of one portal: two systems, two encodings, tables with and without indexes."""
    path = shared / "data/portal" / f"{name}.zip"
    file = open_vector(path)
    meta, _, theirs, columns = pyogrio.raw.read(path, encoding="utf-8" if file.encoding == "UTF-8" else "cp1252")
    assert file.fields == tuple(meta["fields"])
    ours = list(file.features())
    assert len(ours) == len(theirs)
    way = pyproj_way(meta["crs"])
    for feature, wkb in zip(ours, theirs, strict=True):
        assert shapely.normalize(feature.geometry).equals_exact(shapely.normalize(way(shapely.from_wkb(wkb))), 1e-9)
    for name_of_field, column in zip(meta["fields"], columns, strict=True):
        texts = [text for text in column if isinstance(text, str) and text.strip()]
        mine = [f.properties[name_of_field] for f in ours if isinstance(f.properties[name_of_field], str)]
        assert not texts or mine == [text.strip() for text in texts] or meta["dtypes"] is None


def pyproj_way(crs: str) -> Any:
    way = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    return lambda shape: shapely.transform(shape, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))


def test_every_file_of_the_portal_is_read_or_refused_in_words(shared: Path) -> None:
    """CSV, XLS, ODS, KML, KMZ, text, GeoJSON with and without its system, zips of shapefiles and of web pages."""
    told = {}
    for path in sorted((shared / "data/portal").glob("*/*")):
        try:
            told[path.name] = open_vector(path).kind
        except VectorFileError as error:
            assert error.message.endswith(".")
            assert error.right
            told[path.name] = error.message
    assert sum(kind == "Shapefile" for kind in told.values()) == 7
    assert sum(kind == "GeoJSON" for kind in told.values()) == 4
    assert sum(kind == "KML" for kind in told.values()) == 7
    assert "OpenDocument" in told["VilleMTP_MTP_Quartiers.ods"]
    assert "không khớp múi VN-2000 nào" in told["VilleMTP_MTP_CameraSurv.geojson"]
    assert "không có shapefile" in told["VilleMTP_MTP_Opendata.zip"]
