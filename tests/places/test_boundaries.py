"""A boundary file in a small world: matched, mended and saved whole, or not at all; one question a test."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import shapely
import shapely.affinity
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hatang.places.models import Boundary, Place, PlaceCode
from hatang.places.services.boundaries import Asked, BoundaryFileError, check_boundaries, illustrate, undo_boundaries
from hatang.places.services.boundaries import saving as saving_module
from hatang.places.services.boundaries.naming import code_of, written
from tests.conftest import World
from tests.places.conftest import TODAY
from tests.places.drawings import counts, feature, save, square, words, written_file

pytestmark = pytest.mark.django_db


def two(world: World, **more: Any) -> list[dict[str, Any]]:
    """Draw the two communes of Lạng Sơn side by side."""
    one = feature(square(106.69, 21.94), code="06181", name="Xã Đồng Đăng", **more)
    return [one, feature(square(106.76, 21.86), code="05977", name="Phường Kỳ Lừa", **more)]


def test_a_check_changes_nothing(world: World, tmp_path: Path) -> None:
    outcome = check_boundaries(written_file(tmp_path, *two(world)), today=TODAY)
    assert counts(outcome) == (2, 0, 0, 0)
    assert not Boundary.objects.exists()


@pytest.mark.parametrize("code", [6181, 6181.0, "6181", "06181", " 06181 "])
def test_codes_that_lost_their_zeros(world: World, tmp_path: Path, code: Any) -> None:
    outcome = check_boundaries(written_file(tmp_path, feature(square(106.69, 21.94), MAXA=code)), today=TODAY)
    assert [d.place for d in outcome.drawn] == [world.commune]


@pytest.mark.parametrize(
    "name",
    [
        "Đồng Đăng",
        "dong dang",
        "XÃ ĐỒNG ĐĂNG",
        "X. Đồng Đăng",
        "DongDang",
        unicodedata.normalize("NFD", "Xã Đồng Đăng"),
    ],
)
def test_names_in_every_writing(world: World, tmp_path: Path, name: str) -> None:
    outcome = check_boundaries(written_file(tmp_path, feature(square(106.69, 21.94), ten=name)), today=TODAY)
    assert [d.place for d in outcome.drawn] == [world.commune]
    assert outcome.matches[0].how == "theo tên"


@pytest.mark.parametrize("name", ["P. 1", "P1", "Phường 01", "phuong 1", "P.01"])
def test_numbered_wards(world: World, tmp_path: Path, name: str) -> None:
    ward = Place.objects.create(
        kind="commune", title="Phường", name="1", code="06999", province=world.province, lon=106.7, lat=21.9
    )
    outcome = check_boundaries(written_file(tmp_path, feature(square(106.7, 21.9), name=name)), today=TODAY)
    assert [d.place for d in outcome.drawn] == [ward]


@pytest.mark.parametrize("name", ["Tuy Hoà", "Tuy Hòa", "tuy hoa"])
def test_both_places_of_the_tone(world: World, tmp_path: Path, name: str) -> None:
    Place.objects.filter(pk=world.commune.pk).update(name="Tuy Hòa", search_key="xa tuy hoa")
    outcome = check_boundaries(written_file(tmp_path, feature(square(106.69, 21.94), name=name)), today=TODAY)
    assert [d.place for d in outcome.drawn] == [world.commune]


def test_codes_of_another_system(world: World, tmp_path: Path) -> None:
    for place, code in ((world.commune, "20.01.5"), (world.neighbour, "20.01.6")):
        PlaceCode.objects.create(place=place, system="BNV", code=code)
    drawn = [
        feature(square(p.lon, p.lat), ma=code) for p, code in ((world.commune, "20.01.5"), (world.neighbour, "20.01.6"))
    ]
    outcome = check_boundaries(written_file(tmp_path, *drawn), today=TODAY)
    assert [d.place for d in outcome.drawn] == [world.commune, world.neighbour]
    assert {m.how for m in outcome.matches} == {"theo mã (BNV)"}


def test_an_ambiguous_name_is_asked_and_a_choice_answers(world: World, tmp_path: Path) -> None:
    twin = Place.objects.create(
        kind="commune", title="Phường", name="Đồng Đăng", code="06998", province=world.province, lon=106.8, lat=21.9
    )
    far = square(106.74, 21.8)
    drawn = [feature(far, name="Đồng Đăng"), feature(square(106.76, 21.86), name="Kỳ Lừa")]
    file = written_file(tmp_path, *drawn)
    outcome = check_boundaries(file, today=TODAY)
    assert counts(outcome) == (1, 0, 0, 1)
    assert "Tên này là của 2 đơn vị" in words(outcome)
    assert {pk for pk, _ in outcome.told("wrong")[0].candidates} == {world.commune.pk, twin.pk}
    assert save(file).at is None
    assert not Boundary.objects.exists()
    chosen = check_boundaries(file, asked=Asked(choices={1: twin.pk}), today=TODAY)
    assert {d.place for d in chosen.drawn} == {twin, world.neighbour}
    skipped = check_boundaries(file, asked=Asked(choices={1: 0}), today=TODAY)
    assert (counts(skipped), skipped.skipped) == ((1, 0, 0, 0), 1)


def test_the_diacritics_decide_where_only_they_differ(world: World, tmp_path: Path) -> None:
    Place.objects.create(
        kind="commune", title="Xã", name="Đồng Dăng", code="06998", parent=world.province, lon=106.7, lat=21.94
    )
    outcome = check_boundaries(written_file(tmp_path, feature(square(106.69, 21.94), name="Đồng Đăng")), today=TODAY)
    assert [d.place for d in outcome.drawn] == [world.commune]


def test_a_code_that_its_name_contradicts(world: World, tmp_path: Path) -> None:
    slip = feature(square(106.76, 21.86), code="00721", name="Phường Kỳ Lừa")
    other = feature(square(105.36, 23.28), code="00722", name="Xã Yên Minh")
    Place.objects.create(kind="commune", title="Xã", name="Yên Minh", code="00722", lon=105.36, lat=23.28)
    drawn = [two(world)[0], other, slip]
    outcome = check_boundaries(written_file(tmp_path, *drawn), today=TODAY)
    assert "Mã 00721 là Xã Đồng Văn, nhưng tên trong tệp là của Phường Kỳ Lừa (05977)" in words(outcome)


def test_two_features_of_one_place_are_merged_only_when_asked(world: World, tmp_path: Path) -> None:
    drawn = [*two(world), feature(square(106.8, 21.94), code="06181", name="Xã Đồng Đăng")]
    file = written_file(tmp_path, *drawn)
    outcome = check_boundaries(file, today=TODAY)
    assert (outcome.wrong, len(outcome.drawn)) == (2, 1)
    assert "Các đối tượng số 1, 3 cùng là Xã Đồng Đăng." in words(outcome)
    merged = check_boundaries(file, asked=Asked(merge=True), today=TODAY)
    assert (merged.wrong, len(merged.drawn)) == (0, 2)
    assert len(merged.drawn[0].geometry.geoms) == 2


def test_only_the_territory_is_taken(world: World, tmp_path: Path) -> None:
    drawn = [*two(world), feature(square(105.36, 23.28), code="00721", name="Xã Đồng Văn")]
    outcome = check_boundaries(written_file(tmp_path, *drawn), asked=Asked(province=world.province), today=TODAY)
    assert {d.place for d in outcome.drawn} == {world.commune, world.neighbour}
    assert outcome.outside == 1


def test_missing_units_are_named_and_keep_what_they_have(world: World, tmp_path: Path) -> None:
    save(written_file(tmp_path, *two(world)))
    result = save(written_file(tmp_path, two(world)[0]), province=world.province)
    assert [f.place for f in result.outcome.told("missing")] == ["Phường Kỳ Lừa"]
    assert Boundary.objects.current().filter(place=world.neighbour).exists()


def test_a_file_that_lies_elsewhere_is_refused_whole(world: World, tmp_path: Path) -> None:
    drawn = [feature(square(104, 10), code=c) for c in ("06181", "05977")]
    outcome = check_boundaries(written_file(tmp_path, *drawn), today=TODAY)
    assert "nằm cách điểm của nơi ấy" in words(outcome)
    named = [feature(square(104, 10), code=c, name=n) for c, n in (("06181", "Đồng Đăng"), ("05977", "Kỳ Lừa"))]
    with pytest.raises(BoundaryFileError, match="2 trong 2 hình nằm cách đơn vị"):
        check_boundaries(written_file(tmp_path, *named), today=TODAY)


def test_points_areas_overlaps_and_gaps_are_told_with_figures(world: World, tmp_path: Path) -> None:
    Place.objects.filter(pk=world.commune.pk).update(area_km2=40)
    Place.objects.filter(pk=world.village.pk).update(lon=106.72)
    west = feature(shapely.box(106.68, 21.93, 106.705, 21.97), code="06181", name="Đồng Đăng")
    east = feature(shapely.box(106.70, 21.85, 106.77, 21.97), code="05977", name="Kỳ Lừa")
    outcome = check_boundaries(written_file(tmp_path, west, east), today=TODAY)
    assert "Chồng 2,288 km² với Phường Kỳ Lừa." in words(outcome, "overlap")
    assert "số công bố 40 km² (-71 %)" in words(outcome, "area")
    assert "Điểm của Thôn Nà Lầm nằm ngoài Xã Đồng Đăng 1.549 m." in words(outcome, "point")
    ring = shapely.box(106.66, 21.9, 106.78, 22) - shapely.box(106.7, 21.93, 106.71, 21.94)
    holed = check_boundaries(written_file(tmp_path, feature(ring, code="06181", name="Đồng Đăng")), today=TODAY)
    assert "Trống 1,14" in words(holed, "gap")


def test_populations_are_shown_as_cut_off_and_not_taken(world: World, tmp_path: Path) -> None:
    outcome = check_boundaries(written_file(tmp_path, *two(world, dan_so=84)), today=TODAY)
    assert any("2 giá trị dưới 1.000 người" in note and "không được lấy" in note for note in outcome.notes)
    save(written_file(tmp_path, *two(world, dan_so=84)))
    world.commune.refresh_from_db()
    assert world.commune.population is None


def test_lines_and_empty_shapes_are_named_not_saved(world: World, tmp_path: Path) -> None:
    line = feature(shapely.LineString([(106.69, 21.94), (106.7, 21.95)]), code="06181", name="Đồng Đăng")
    file = written_file(tmp_path, line, two(world)[1])
    assert check_boundaries(file, today=TODAY).wrong == 1
    assert check_boundaries(file, asked=Asked(skip=True), today=TODAY).skipped == 1


def test_heights_are_dropped_and_said_once(world: World, tmp_path: Path) -> None:
    drawn = [
        f | {"geometry": shapely.geometry.mapping(shapely.force_3d(shapely.geometry.shape(f["geometry"]), 9))}
        for f in two(world)
    ]
    outcome = check_boundaries(written_file(tmp_path, *drawn), today=TODAY)
    assert counts(outcome) == (2, 0, 0, 0)
    assert sum("(2 hình)" in note for note in outcome.notes) == 1
    assert not outcome.told("mended")
    assert not any(shapely.has_z(d.geometry) for d in outcome.drawn)


def test_nothing_is_saved_when_somebody_saved_meanwhile(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written_file(tmp_path, *two(world))
    outcome = check_boundaries(file, today=TODAY)
    monkeypatch.setattr(saving_module, "check_boundaries", lambda *args, **more: outcome)
    other = save(file, fingerprint=outcome.fingerprint())
    assert other.at is not None
    late = save(file, fingerprint=outcome.fingerprint())
    assert (late.at, late.moved) == (None, True)
    assert Boundary.objects.count() == 2


def test_a_failure_on_the_way_leaves_nothing_half_saved(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(written_file(tmp_path, *two(world)))
    monkeypatch.setattr(saving_module, "store", lambda rows, now: 1 / 0)
    bigger = [feature(square(106.69, 21.94, 0.03), code="06181", name="Đồng Đăng")]
    with pytest.raises(ZeroDivisionError):
        save(written_file(tmp_path, *bigger))
    assert Boundary.objects.current().count() == 2


# Illustration


def test_real_boundaries_take_the_place_of_illustrations_and_give_it_back(world: World, tmp_path: Path) -> None:
    illustrate(on=TODAY)
    drawn = Boundary.objects.current().filter(illustrative=True)
    assert {b.place for b in drawn} >= {world.commune, world.neighbour, world.province}
    saved = save(written_file(tmp_path, two(world)[0]))
    illustrate(on=TODAY)
    real = Boundary.objects.current().get(place=world.commune)
    assert not real.illustrative
    beside = Boundary.objects.current().get(place=world.neighbour)
    assert beside.geometry.intersection(real.geometry).area < 1e-8
    undo_boundaries(saved_at=saved.at, sha256="a" * 64)
    illustrate(on=TODAY)
    assert Boundary.objects.current().get(place=world.commune).illustrative


# The command


def test_the_command_runs_dry_and_saves_only_when_told(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "xa.geojson"
    written_file(tmp_path, *two(world), name=path.name)
    call_command("import_boundaries", str(path), "--province", "20")
    said = capsys.readouterr().out
    assert "thêm 2, thay 0, giữ nguyên 0" in said
    assert "Chưa lưu gì. Thêm --save để lưu." in said
    assert not Boundary.objects.exists()
    call_command("import_boundaries", str(path), "--save", "--on", TODAY.isoformat(), "--level", "commune")
    assert Boundary.objects.current().real().count() == 2
    assert Boundary.objects.real()[0].source == "tệp xa.geojson"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["khong-co.geojson"], "Không có tệp"),
        (["{file}", "--province", "99"], "Không có tỉnh hiện nay nào mã “99”"),
        (["{file}", "--crs", "EPSG:1"], "EPSG"),
        (["{file}", "--name-field", "khac"], "hình chưa khớp"),
    ],
)
def test_the_command_refuses_in_words(world: World, tmp_path: Path, arguments: list[str], message: str) -> None:
    path = tmp_path / "xa.geojson"
    written_file(tmp_path, feature(square(106.69, 21.94), name="Xã Lạ Lùng", khac="x"), name=path.name)
    with pytest.raises(CommandError, match=message):
        call_command("import_boundaries", *[a.format(file=path) for a in arguments], "--save")
    assert not Boundary.objects.exists()


# Names and codes


@given(st.integers(0, 99999))
def test_codes_are_read_back_from_numbers(value: int) -> None:
    code = str(value).rjust(5, "0")
    assert {code_of(form, "commune") for form in (value, float(value), str(value), code, f" {code}")} == {code}


@given(
    st.sampled_from(["Xã Đồng Đăng", "Phường Kỳ Lừa", "Thành phố Huế", "Huyện Ea H'leo", "Thị trấn Mèo Vạc"]), st.data()
)
def test_writing_does_not_matter(name: str, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["NFC", "NFD", "NFKC"]))
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title, str]))
    gap = data.draw(st.sampled_from([" ", "  ", "\u00a0", "-", "_"]))
    other = written(unicodedata.normalize(form, case(name)).replace(" ", gap))
    assert (other.whole, other.bare) == (written(name).whole, written(name).bare)


def test_time_of_saving_is_one_for_all(world: World, tmp_path: Path) -> None:
    before = timezone.now()
    at = save(written_file(tmp_path, *two(world))).at
    assert before <= at <= timezone.now()
    assert set(Boundary.objects.values_list("known_from", flat=True)) == {at}


def test_cracks_between_communes_do_not_show_in_their_provinces_outline(world: World, tmp_path: Path) -> None:
    """Communes that were simplified one by one leave hairlines; a province's outline has neither hole nor slit."""
    left, right = shapely.box(106.6, 21.8, 106.7, 21.9), shapely.box(106.7005, 21.8, 106.8, 21.9)
    left = shapely.difference(left, shapely.box(106.69, 21.84, 106.7, 21.8401))
    drawn = [feature(left, code="06181", name="Xã Đồng Đăng"), feature(right, code="05977", name="Phường Kỳ Lừa")]
    save(written_file(tmp_path, *drawn))
    illustrate(on=TODAY)
    outline = Boundary.objects.current().get(place=world.province)
    assert outline.illustrative
    assert (len(outline.geometry), outline.geometry[0].num_interior_rings) == (1, 0)
    assert outline.geometry.area == pytest.approx(outline.geometry.convex_hull.area, rel=1e-3), "no slit is left"


def test_units_drawn_on_one_another_are_refused_at_once(world: World, tmp_path: Path) -> None:
    """Comparing three hundred units that all claim one ground would take hours; the file is refused in words."""
    codes = [f"{n:05d}" for n in range(40_000, 40_300)]
    more = {"kind": "commune", "title": "Xã", "province": world.province, "parent": world.province}
    Place.objects.bulk_create(
        Place(code=code, name=f"Chồng {code}", search_key=code, lon=106.7, lat=21.9, **more) for code in codes
    )
    round_one = shapely.Point(106.7, 21.9).buffer(0.02, quad_segs=250)
    drawn = [
        feature(shapely.affinity.translate(round_one, n / 1e5), code=code, name=f"Xã Chồng {code}")
        for n, code in enumerate(codes)
    ]
    with pytest.raises(BoundaryFileError) as refused:
        check_boundaries(written_file(tmp_path, *drawn), today=TODAY)
    assert "chồng" in refused.value.message
    assert refused.value.asks == "", "another reading of the file would not help"
