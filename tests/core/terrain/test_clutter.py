"""Land cover: classes get the heights of their table, the rest is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hatang.core.cells import TableError
from hatang.core.terrain import Lattice, TerrainError
from hatang.core.terrain.clutter import (
    NO_CLASS,
    P1812_HEIGHTS_M,
    LandClass,
    clutter_over,
    no_clutter,
    read_classes,
)
from tests.core.terrain.makers import geotiff

TABLE = (LandClass(10, "Rừng", 15), LandClass(40, "Ruộng", 0), LandClass(50, "Nhà", 10))
LATTICE = Lattice(106.1, 21.9, 1 / 1200, 1 / 1200, 60, 60)
DATA = Path(__file__).parents[3] / "data"


def cover(path: Path, values: np.ndarray, step: float = 1 / 12_000, **more: object) -> Path:
    """Write classes; the upper left corner is that of the lattice's first cell."""
    edge = 0.5 / 1200
    return geotiff(path, values.astype(np.uint8), (106.1 - edge, 21.9 + edge, step), **more)


def test_a_cell_takes_the_class_that_fills_most_of_it(tmp_path: Path) -> None:
    values = np.full((600, 600), 40)
    values[:, :300] = 10
    values[3:7, 3:6] = 50
    values[100:110, 400:406] = 50
    found = clutter_over(LATTICE, [cover(tmp_path / "a.tif", values)], TABLE)
    assert found.classes[0, 0] == 10 and found.classes[10, 40] == 50 and found.classes[30, 50] == 40
    assert found.heights.values[[0, 10, 30], [0, 40, 50]].tolist() == [15, 10, 0]
    assert found.cells == {10: 1800, 40: 1799, 50: 1}
    assert "giá trị hay gặp nhất" in found.statements[0]


def test_a_coarser_map_gives_each_cell_the_class_it_lies_in(tmp_path: Path) -> None:
    values = np.array([[10, 40], [50, 10]])
    found = clutter_over(LATTICE, [cover(tmp_path / "a.tif", values, step=30 / 1200)], TABLE)
    expected = np.kron(values, np.ones((30, 30)))
    assert np.array_equal(found.classes, expected) and "ô gần nhất" in found.statements[0]


def test_classes_without_a_row_are_listed_with_their_cells(tmp_path: Path) -> None:
    values = np.array([[10, 60], [60, 95]])
    with pytest.raises(TerrainError, match=r"60 \(1\.800 ô\), 95 \(900 ô\)"):
        clutter_over(LATTICE, [cover(tmp_path / "a.tif", values, step=30 / 1200)], TABLE)


def test_what_no_file_says_is_bare_and_said(tmp_path: Path) -> None:
    half = cover(tmp_path / "a.tif", np.array([[10], [0]]), step=30 / 1200, nodata=0)
    found = clutter_over(LATTICE, [half], TABLE)
    assert (found.classes == NO_CLASS).mean() == 0.75 and found.heights.values.max() == 15
    assert not np.isnan(found.heights.values).any() and "75 % số ô không có lớp phủ" in found.statements[-1]
    bare = no_clutter(LATTICE)
    assert not bare.heights.values.any() and "Không có tệp lớp phủ" in bare.statements[0]
    assert clutter_over(LATTICE, [], TABLE).statements == bare.statements


def test_heights_or_pictures_are_no_classes(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", np.full((99, 99), 12.5, np.float32), (106.0, 22.0, 0.01))
    with pytest.raises(TerrainError, match="không phải số nguyên"):
        clutter_over(LATTICE, [path], TABLE)


def test_a_map_in_another_system_is_laid_over_too(tmp_path: Path) -> None:
    values = np.full((500, 500), 40, np.uint8)
    values[:, 250:] = 10
    path = geotiff(tmp_path / "a.tif", values, (523_000.0, 2_425_000.0, 30.0), crs="EPSG:9210")
    found = clutter_over(Lattice(106.0, 21.88, 1 / 1200, 1 / 1200, 60, 80), [path], TABLE)
    assert set(np.unique(found.classes)) == {10, 40} and "VN-2000" in found.statements[0]


def test_the_shipped_table_has_the_heights_of_the_recommendation() -> None:
    path = DATA / "clutter_worldcover.csv"
    classes = read_classes(path.read_bytes(), path.name)
    assert [one.value for one in classes] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100]
    assert {one.height_m for one in classes} <= set(P1812_HEIGHTS_M.values())
    without = "\n".join(line.replace(",15,", ",,").replace(",10,", ",,", 1) for line in path.read_text().splitlines())
    assert read_classes(without.encode(), "a.csv")[0].height_m == 15


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("10;Rừng;500;", "0–300"),
        ("10;Rừng;;Rừng già", "không có trong P.1812"),
        ("10;Rừng;;", "Không có chiều cao"),
        ("1,5;Rừng;3;", "số nguyên"),
        ("10;Rừng;mười;", "không phải số"),
        ("40;Lại;3;", "hai dòng"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(row: str, words: str) -> None:
    content = f"Giá trị;Tên;Chiều cao (m);Loại\n40;Ruộng;0;\n{row}\n".encode()
    with pytest.raises(TableError, match=words) as caught:
        read_classes(content, "lop.csv")
    assert caught.value.row == 3 and caught.value.column


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(TableError, match="thiếu cột"):
        read_classes(b"value;name\n10;a\n", "lop.csv")
