"""Real boundary files against the real units: what is in them, and that all of it is matched, mended or named."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from hatang.core.polygons import overlaps
from hatang.core.vector_files import Feature
from hatang.places.models import Boundary
from hatang.places.services import UnitsImport
from hatang.places.services.boundaries import Asked, check_boundaries, illustrate, undo_boundaries
from hatang.places.services.boundaries.checking import match_all
from hatang.places.services.boundaries.recognising import recognise
from tests.places.conftest import BEFORE, TODAY
from tests.places.drawings import (
    check,
    counts,
    feature,
    features_of,
    read_features,
    save,
    without,
    words,
    written_file,
)

pytestmark = pytest.mark.django_db
SURE = {"on": TODAY, "kinds": ("commune",)}
NATION = "admin-2025/communes_3321_simplified_80m.geojson.gz"


@pytest.fixture(scope="module")
def nation(shared: Path) -> list[Feature]:
    """Read the country's communes once."""
    return read_features(shared / "data" / NATION)


@pytest.mark.parametrize(
    ("drop", "by", "wrong"),
    [
        (("code", "id"), {"theo tên": 3320}, 1),
        (("code", "id", "fullName", "province_code"), {"theo tên": 2520, "theo tên và vị trí": 792}, 9),
    ],
    ids=["names and provinces", "bare names"],
)
def test_without_codes_nearly_every_commune_is_found_by_name(
    units: UnitsImport, nation: list[Feature], drop: tuple[str, ...], by: dict[str, int], wrong: int
) -> None:
    """Few are asked about, and none of those found is another than its code says (Ba Chẽ's code is another here)."""
    features = without(nation, *drop)
    found = recognise([f.properties for f in features], Asked(), today=TODAY)
    assert (found.on, found.kind) == (TODAY, "commune")
    matches = match_all(features, found, Asked())
    assert Counter(m.how for m in matches if m.place) == by
    assert sum(m.place is None for m in matches) == wrong
    assert all(m.candidates for m in matches if m.place is None)
    agreeing = sum(
        m.place is not None and m.place.code == f.properties["code"] for m, f in zip(matches, nation, strict=True)
    )
    assert agreeing == 3321 - wrong - 1


def test_the_whole_country_is_checked(units: UnitsImport, shared: Path) -> None:
    """All 3.321 match; Ba Chẽ's code is another in the register, and its name finds it.

    Of the simplified polygons 50 were broken by simplifying; three communes overlap at Lào Cai.
    """
    outcome = check(shared / "data" / NATION)
    assert counts(outcome) == (3321, 0, 0, 0)
    assert Counter(m.how for m in outcome.matches) == {"theo mã": 3320, "theo tên": 1}
    assert {kind: len(outcome.told(kind)) for kind in ("mended", "overlap", "gap", "area", "missing")} == {
        "mended": 50,
        "overlap": 3,
        "gap": 0,
        "area": 217,
        "missing": 0,
    }
    assert "Chồng 3,391 km² với Xã Cốc San" in words(outcome, "overlap")
    assert any("rộng trên 250 m" in note for note in outcome.notes)
    assert sum(d.area_km2 for d in outcome.drawn) == pytest.approx(331_000, rel=0.01)


def test_all_78_broken_polygons_are_mended_and_named(units: UnitsImport, shared: Path) -> None:
    outcome = check(shared / "data/admin-2025/invalid_source_geometries.geojson.gz")
    assert counts(outcome) == (78, 0, 0, 0)
    assert len(outcome.told("mended")) == 78
    assert all(d.repaired for d in outcome.drawn)
    assert all(shapely.is_valid(d.geometry) for d in outcome.drawn)
    assert "Xã Yên Minh: Đường biên tự cắt tại 105,04282; 23,13486" in words(outcome, "mended")


FORMER = {"02": 12, "08": 8, "20": 12, "24": 10, "27": 9, "54": 10, "66": 16}


@pytest.mark.parametrize("code", FORMER)
def test_former_districts_match_the_units_of_their_day(units: UnitsImport, shared: Path, code: str) -> None:
    """Former provinces with their districts: codes 08 and 24 are other provinces today. Yên Dũng ended before."""
    outcome = check(shared / f"data/admin-history/districts_gis/{code}.geojson.gz")
    assert outcome.found.on == date(2025, 6, 30)
    assert "ngày 30/06/2025" in outcome.found.said[0]
    assert [u.kind for u in outcome.found.levels] == ["district", "province"]
    assert len(outcome.drawn) == FORMER[code]
    assert all(d.place.valid_to in (BEFORE, None) for d in outcome.drawn)
    assert [f.place for f in outcome.told("wrong")] == (["Huyện Yên Dũng"] if code == "24" else [])


def test_names_of_2009_without_blanks_or_marks_find_their_provinces(
    units: UnitsImport, shared: Path, tmp_path: Path
) -> None:
    features = features_of(shared / "data/population/census2009_provinces.geojson.gz")
    for f in features:
        f["properties"] = {"NAME_1": f["properties"]["province"].replace(" ", "")}
    outcome = check_boundaries(written_file(tmp_path, *features), today=TODAY)
    assert {f["properties"]["NAME_1"] for f in features} >= {"HaNoi", "BacGiang"}
    assert (len(outcome.drawn), outcome.found.on) == (62, BEFORE)
    assert "“ThuaThienHue”" in words(outcome)
    assert "Thành phố Huế" in words(outcome)


def test_a_province_is_saved_found_unchanged_changed_and_taken_back(
    units: UnitsImport, nation: list[Feature], tmp_path: Path
) -> None:
    """Lạng Sơn: the polygons' areas add up to what the map's publisher says of the province."""
    own = [feature(f.geometry, **f.properties) for f in nation if f.properties["province_code"] == "20"]
    file = written_file(tmp_path, *own)
    first = save(file, sha256="1" * 64, **SURE)
    assert counts(first.outcome) == (65, 0, 0, 0)
    rows = Boundary.objects.current()
    assert rows.count() == 65
    assert sum(rows.values_list("area_km2", flat=True)) == pytest.approx(8310.18, rel=0.01)
    assert counts(save(file, **SURE).outcome) == (0, 0, 65, 0)

    moved = [feature(shape(own[0]["geometry"]).buffer(0.001), **own[0]["properties"]), *own[1:]]
    second = save(written_file(tmp_path, *moved, name="sua.geojson"), sha256="2" * 64, **SURE)
    assert counts(second.outcome) == (0, 1, 64, 0)
    assert (Boundary.objects.count(), rows.count()) == (66, 65)

    undone = undo_boundaries(saved_at=second.at, sha256="2" * 64)
    assert (undone.restored, undone.removed, undone.kept) == (1, 0, 0)
    assert counts(save(file, **SURE).outcome) == (0, 0, 65, 0)
    undone = undo_boundaries(saved_at=first.at, sha256="1" * 64)
    assert (undone.restored, undone.removed, undone.kept) == (0, 65, 0)


def test_every_unit_gets_an_illustration_on_land_around_its_point(units: UnitsImport) -> None:
    """Random points of the country lie in the cell of the commune whose point is nearest: seen without Voronoi."""
    done = illustrate(on=TODAY)
    assert (done.added, done.changed, done.unchanged, done.without_point) == (3355, 0, 0, [])
    rows = Boundary.objects.current().filter(place__kind="commune").select_related("place")
    shapes = np.array([shapely.from_wkb(bytes(b.geometry.wkb)) for b in rows], dtype=object)
    spots = np.array([[b.place.lon, b.place.lat] for b in rows])
    assert all(b.illustrative and b.source.startswith("minh hoạ") for b in rows)
    assert shapely.distance(shapes, shapely.points(spots)).max() < 2e-5
    assert not overlaps(shapes, tolerance_m=20)
    assert sum(b.area_km2 for b in rows) == pytest.approx(331_000, rel=0.05)
    again = illustrate(on=TODAY)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3355)

    random = np.random.default_rng(20)
    points = np.column_stack([random.uniform(105, 107, 300), random.uniform(21.2, 22.4, 300)])
    cell, point = shapely.STRtree(shapely.points(points)).query(shapes, predicate="contains")
    squeeze = np.cos(np.radians(spots[:, 1].mean()))
    apart = ((points[point][:, None, :] - spots[None]) * (squeeze, 1)) ** 2
    nearest = apart.sum(axis=2).argmin(axis=1)
    assert len(point) > 200
    assert (nearest == cell).mean() > 0.98
