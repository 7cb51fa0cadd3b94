"""Roads out of files: the real ones brought twice; columns, parts, faults, territories; and what is near."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Polygon
from django.core.management import CommandError, call_command
from shapely.geometry import shape

from hatang.core.lengths import length_km
from hatang.core.vector_files import VectorFileError, open_vector
from hatang.places.models import Road
from hatang.places.services.roads import RoadsAsked, RoadsOutcome, check_roads, roads_near, save_roads
from tests.conftest import World
from tests.places.drawings import bound, content_of, feature, features_of, square

pytestmark = pytest.mark.django_db
REAL = "data/roads-power/vn_national_provincial_roads_rail.geojson.gz"
SOURCE, LICENCE = "Sở Xây dựng", "dùng nội bộ"


def line(*points: tuple[float, float]) -> Any:
    return shapely.LineString(points)


WEST, EAST = line((106.60, 21.90), (106.65, 21.92)), line((106.75, 21.90), (106.80, 21.91))


def bring(folder: Path, *features: dict[str, Any], save: bool = True, **asked: Any) -> RoadsOutcome:
    """Check, and save, a file of these features."""
    path = folder / "duong.geojson"
    path.write_bytes(content_of(*features))
    said = RoadsAsked(**({"source": SOURCE, "licence": LICENCE} | asked))
    if not save:
        return check_roads(open_vector(path), asked=said)
    return save_roads(open_vector(path), asked=said, actor=None, reason="thử").outcome


def counts(outcome: RoadsOutcome) -> tuple[int, int, int, int]:
    return len(outcome.added), len(outcome.changed), outcome.unchanged, len(outcome.missing)


def command(*said: str) -> str:
    told = StringIO()
    call_command("import_roads", *said, stdout=told)
    return told.getvalue()


def test_the_real_roads_come_whole_and_a_second_import_changes_nothing(shared: Path) -> None:
    real = shared / REAL
    features = features_of(real)
    assert len(features) == 458
    parts = {part.wkb: part for f in features for part in shape(f["geometry"]).geoms}
    said = (str(real), "--source", "LegoCity", "--licence", "CC BY-SA 4.0")
    assert "458 đối tượng" in command(*said)
    assert not Road.objects.exists()

    told = command(*said, "--save")
    assert "3 đường vẽ lặp lại y hệt" in told
    assert "3 nét ngắn hơn 1 cm" in told
    assert "Đã lưu." in told
    assert Road.objects.count() == len(parts) - 3 == 666
    kept = sum(Road.objects.values_list("length_km", flat=True))
    assert kept == pytest.approx(sum(map(length_km, parts.values())), rel=1e-6)
    classes = {c: Road.objects.filter(road_class=c).exists() for c in Road.Class}
    assert {c for c, there in classes.items() if there} == {"national", "provincial", "district", "railway"}
    assert Road.objects.filter(name="Quốc lộ 1A", number="QL1A", road_class="national").count() >= 45
    assert not Road.objects.filter(name="Không biết").exists()
    assert Road.history.filter(history_type="+", history_change_reason__startswith="tệp đường").count() == 666

    assert "thêm 0, sửa 0, giữ nguyên 666, không còn trong tệp 0" in command(*said, "--save")
    assert Road.history.count() == 666


def test_a_road_is_known_by_its_path_then_by_its_name_alone(tmp_path: Path) -> None:
    first = [
        feature(WEST, ten="Đường Bà Triệu", so_hieu="", cap="Đường đô thị"),
        feature(EAST, ten="", so_hieu="ĐT.242"),
    ]
    assert counts(bring(tmp_path, *first)) == (2, 0, 0, 0)
    street, other = Road.objects.order_by("pk")
    assert (street.road_class, other.road_class, other.number) == ("urban", "provincial", "ĐT.242")

    moved = line((106.60, 21.90), (106.66, 21.93))
    again = [feature(moved, ten="Đường Bà Triệu", so_hieu="", cap="Đường đô thị")]
    assert counts(bring(tmp_path, *again)) == (0, 1, 0, 1)
    street.refresh_from_db()
    assert street.path.coords == tuple(moved.coords)
    assert street.history.count() == 2
    assert Road.objects.filter(pk=other.pk).exists()

    renamed = [feature(moved, name="Bà Triệu", ref="", **{"class": "urban"})]
    assert counts(bring(tmp_path, *renamed, source="Nguồn khác")) == (1, 0, 0, 0)
    assert counts(bring(tmp_path, *renamed, whole=True)) == (0, 1, 0, 1)
    assert Road.objects.filter(source=SOURCE).get().name == "Bà Triệu"
    assert Road.history.get(history_type="-").number == "ĐT.242"


def test_a_line_drawn_backwards_or_with_more_decimals_is_the_same(tmp_path: Path) -> None:
    bring(tmp_path, feature(WEST, ten="A"))
    nearly = shapely.transform(shapely.reverse(WEST), lambda xy: xy + 2e-9)
    assert counts(bring(tmp_path, feature(nearly, ten="A"))) == (0, 0, 1, 0)


def test_a_bad_file_changes_nothing_and_says_where_and_what_is_right(tmp_path: Path) -> None:
    bring(tmp_path, feature(WEST, ten="A"))
    bad = [
        feature(EAST, ten="A"),
        feature(shapely.Point(106.7, 21.9), ten="B"),
        feature(line((2.1, 48.8), (2.2, 48.9)), ten="Paris"),
        feature(line((106.7, 21.9), (106.7, 21.9)), ten="C"),
        feature(WEST, ten="D" * 201),
    ]
    outcome = bring(tmp_path, *bad)
    assert [(e.feature, e.wrong) for e in outcome.read.errors] == [
        (2, "Hình là điểm, không phải đường."),
        (3, "Nằm ngoài Việt Nam (kinh độ 102–118, vĩ độ 6–24)."),
        (4, "Đường dài 0 m: mọi đỉnh trùng nhau."),
        (5, "Cột tên dài 201 ký tự."),
    ]
    assert outcome.read.errors[3].right == "Rút gọn còn tối đa 200 ký tự."
    assert (Road.objects.get().name, Road.history.count()) == ("A", 1)
    with pytest.raises(CommandError, match="4 đối tượng có lỗi"):
        command(str(tmp_path / "duong.geojson"), "--source", SOURCE, "--licence", LICENCE, "--save")
    assert counts(bring(tmp_path, *bad, skip=True)) == (0, 1, 0, 0)


def test_columns_that_say_nothing_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(VectorFileError, match=r"“x1”.*“ten”, “so_hieu”, “cap_duong”"):
        bring(tmp_path, feature(WEST, x1="Phố Huế"))
    with pytest.raises(VectorFileError, match="Tệp không có cột “x2”"):
        bring(tmp_path, feature(WEST, x1="Phố Huế"), name="x2")
    outcome = bring(tmp_path, feature(WEST, x1="Phố Huế"), name="x1")
    assert "1 đối tượng không ghi cấp đường mà hệ thống hiểu: xếp vào “khác”." in outcome.read.said
    assert str(Road.objects.get()) == "Phố Huế"


def test_a_provinces_file_brings_and_removes_only_what_touches_it(tmp_path: Path, world: World) -> None:
    bound(world.province, square(106.62, 21.91, 0.05))
    bring(tmp_path, feature(WEST, ten="Tây"), feature(EAST, ten="Đông"))
    outcome = bring(tmp_path, feature(EAST, ten="Khác"), province=world.province, whole=True, save=False)
    assert (counts(outcome), outcome.read.outside, outcome.usable) == ((0, 0, 0, 1), 1, False)
    assert list(outcome.missing.values()) == ["Tây"]


def test_near_a_place_are_pieces_of_its_roads_and_their_sources(tmp_path: Path) -> None:
    long = line((106.0, 21.0), (107.0, 22.0))
    bring(tmp_path, feature(long, ten="QL"), feature(EAST, ten="Đông"), simulated=True)
    near = roads_near(AnonymousUser(), Polygon.from_bbox((106.4, 21.4, 106.6, 21.6)))
    assert near.sources == [f"{SOURCE} ({LICENCE}), DỮ LIỆU MÔ PHỎNG"]
    (piece,) = near.pieces
    assert piece.extent == pytest.approx((106.4, 21.4, 106.6, 21.6))
    beside = roads_near(AnonymousUser(), Polygon.from_bbox((106.8, 21.0, 107.0, 21.2)))
    assert (beside.pieces, beside.sources) == ([], [])
