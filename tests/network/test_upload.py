"""A station file: what it would do, what is wrong in it, and that it is saved whole or not at all."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.network.models import Mast, RegisterUpload, Station
from hatang.network.services import ask_to_save, discard_upload, save_upload, start_upload, template_file
from hatang.network.services.layouts import COMBINED, LAYOUTS
from hatang.places.models import Place
from hatang.work.models import Job
from tests.conftest import World
from tests.network.files import changes, counted, lines, station_file, uploaded, words

State = RegisterUpload.State


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


def saved(actor: Person, world: World, *rows: dict[str, Any], **more: Any) -> RegisterUpload:
    """Upload and save a file that must be right."""
    upload = uploaded(actor, world.province, station_file(*rows, **more))
    assert upload.state == State.READY, words(upload)
    job = ask_to_save(actor=actor, upload=upload)
    assert job.state == Job.State.DONE, job.message
    upload.refresh_from_db()
    assert upload.state == State.SAVED
    return upload


def test_a_check_changes_nothing_and_saving_makes_masts_and_stations(world: World, officer: Person) -> None:
    content = station_file({"technology": "4G, 5G"}, {"station_code": "T-2", "operator": "Doanh nghiệp B"})
    upload = uploaded(officer, world.province, content)
    assert (upload.state, counted(upload, "station")["added"], counted(upload, "mast")["added"]) == (State.READY, 3, 1)
    assert Station.objects.count() == Mast.objects.count() == 0
    ask_to_save(actor=officer, upload=upload)
    mast = Mast.objects.get()
    assert (mast.owner, mast.commune, mast.height_m, mast.built_on) == (
        world.operator,
        world.commune,
        45,
        date(2020, 3, 1),
    )
    assert sorted(str(s) for s in Station.objects.all()) == ["T-1 4G", "T-1 5G", "T-2 4G"]
    assert Station.objects.get(code="T-2").operator == world.rival


def test_history_names_who_saved_what_and_from_which_file(world: World, officer: Person) -> None:
    saved(officer, world, {})
    later = saved(officer, world, {"height_m": 50, "on_air_on": "16/06/2023"})
    mast, station = Mast.objects.get(), Station.objects.get()
    assert [h.history_type for h in mast.history.order_by("history_id")] == ["+", "~"]
    assert [h.height_m for h in mast.history.order_by("history_id")] == [45, 50]
    newest = station.history.latest()
    assert (newest.history_user, newest.on_air_on) == (officer, date(2023, 6, 16))
    assert str(later.pk) in newest.history_change_reason


def test_counts_of_changed_unchanged_missing(world: World, officer: Person) -> None:
    saved(officer, world, {}, {"station_code": "T-2"}, {"station_code": "T-3"})
    upload = uploaded(officer, world.province, station_file({}, {"station_code": "T-2", "off_air_on": "01/01/2025"}))
    count = counted(upload, "station")
    assert (count["added"], count["changed"], count["unchanged"], count["missing"]) == (0, 1, 1, 1)
    assert changes(upload) == ["Trạm T-2 4G: ngày ngừng phát – → 01/01/2025"]
    assert [line.subject for line in lines(upload, "missing")] == ["T-3 4G"]
    ask_to_save(actor=officer, upload=upload)
    assert Station.objects.filter(code="T-3").exists()
    assert Station.objects.get(code="T-2").off_air_on == date(2025, 1, 1)


def test_the_same_file_again_changes_nothing(world: World, officer: Person) -> None:
    saved(officer, world, {}, {"station_code": "T-2", "technology": "2G; 3G"})
    again = saved(officer, world, {}, {"station_code": "T-2", "technology": "2G; 3G"})
    assert (counted(again, "station")["unchanged"], again.summary["changed"], again.summary["added"]) == (3, 0, 0)
    assert Mast.objects.get().history.count() == 1


def test_blank_cells_keep_what_the_register_says_of_a_mast(world: World, officer: Person) -> None:
    saved(officer, world, {})
    blank = dict.fromkeys(("commune", "lon", "lat", "structure", "height_m", "built_on"))
    upload = saved(officer, world, {"station_code": "T-9"} | blank)
    assert (upload.summary["added"], upload.summary["changed"]) == (1, 0)
    assert Mast.objects.get().height_m == 45


def test_a_missing_column_of_ends_keeps_the_ends(world: World, officer: Person) -> None:
    saved(officer, world, {"off_air_on": "01/01/2025"})
    again = saved(officer, world, {}, drop=("off_air_on",))
    assert counted(again, "station")["unchanged"] == 1
    assert Station.objects.get().off_air_on == date(2025, 1, 1)


WRONG = [
    ({"height_m": "N/A"}, "không phải số"),
    ({"height_m": "95%"}, "có dấu %. Viết 95"),
    ({"height_m": "1.234,5"}, "Viết 1234,5"),
    ({"height_m": 400}, "Chiều cao từ 0 đến 350"),
    ({"lon": 10.5}, "Kinh độ 10,5 ngoài Việt Nam"),
    ({"lon": -0.1456, "lat": 50.9996}, "Kinh độ -0,1456 ngoài Việt Nam"),
    ({"lon": 108.2, "lat": 16.05}, "Điểm cách Xã Đồng Đăng"),
    ({"lon": None}, "Thiếu kinh độ"),
    ({"built_on": None}, "Cần ít nhất một ngày"),
    ({"commune": "00721"}, "thuộc Tỉnh Tuyên Quang, không thuộc tỉnh này"),
    ({"commune": "99999"}, "Không có xã, phường mã “99999”"),
    ({"operator": "Mạng Z"}, "Không có doanh nghiệp viễn thông “Mạng Z”. Một trong: A, B"),
    ({"operator": None}, "Ô trống"),
    ({"technology": "6G"}, "không phải công nghệ"),
    ({"technology": None}, "Ô trống"),
    ({"structure": "Z9"}, "Một trong A1"),
    ({"mast_code": "C" * 41}, "tối đa 40 ký tự"),
    ({"station_code": None}, "Ô trống"),
    ({"on_air_on": "31/02/2023"}, "không có trong lịch"),
    ({"on_air_on": "13/2023"}, "không phải ngày"),
    ({"on_air_on": 12.5}, "không phải ngày"),
    ({"off_air_on": "15/06/2023"}, "Ngày kết thúc phải sau ngày bắt đầu"),
    ({"mast_code": True, "lat": "#REF!"}, "Không hiểu tọa độ “#REF!”"),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[str(c)[:40] for c, _ in WRONG])
def test_a_wrong_cell_is_named_and_nothing_is_saved(
    world: World, officer: Person, change: dict[str, Any], message: str
) -> None:
    upload = uploaded(officer, world.province, station_file({"station_code": "T-0", "mast_code": "C-0"}, change))
    assert upload.state == State.WRONG
    assert message in words(upload)
    assert {line.row for line in lines(upload)} == {3}
    assert all(line.column and line.right for line in lines(upload))
    with pytest.raises(ValidationError):
        ask_to_save(actor=officer, upload=upload)
    assert Station.objects.count() == Mast.objects.count() == 0


def test_an_error_says_sheet_row_column_heading_and_value(world: World, officer: Person) -> None:
    upload = uploaded(officer, world.province, station_file({"height_m": "cao"}, titles=("Danh sách trạm", "năm 2025")))
    error = lines(upload)[0]
    assert (error.sheet, error.row, error.column, error.heading, error.before) == (
        "Sheet",
        4,
        "H",
        "Chiều cao, m",
        "cao",
    )


def test_duplicates_within_the_file_name_the_first_row(world: World, officer: Person) -> None:
    upload = uploaded(officer, world.province, station_file({"technology": "4G,5G"}, {}, {"technology": "5G 4G"}))
    assert [line.wrong for line in lines(upload)] == ["Trùng dòng 2: T-1 4G.", "Trùng dòng 2: T-1 5G."]


def test_two_rows_of_one_mast_must_agree(world: World, officer: Person) -> None:
    upload = uploaded(officer, world.province, station_file({}, {"station_code": "T-2", "height_m": 46}))
    assert "Khác dòng 2 của cùng cột (45)" in words(upload)


def test_missing_unknown_and_doubled_columns_are_named(world: World, officer: Person) -> None:
    missing = uploaded(officer, world.province, station_file({}, drop=("technology", "operator")))
    assert missing.state == State.WRONG
    assert "Thiếu cột “Doanh nghiệp”, “Công nghệ”" in words(missing)
    text = "ghi chú;" + "MA COT;mã trạm;nhà mạng;Công nghệ;ngay phat song\nx;C;T;A;4G;1/2/2023\n"
    unknown = uploaded(officer, world.province, text.encode(), "tram.csv")
    assert unknown.summary["sheets"][0]["ignored"] == ["ghi chú"]
    doubled = uploaded(officer, world.province, ("Mã cột;" + text).encode(), "tram.csv")
    assert "Có hai cột “Mã cột”" in words(doubled)


def test_files_that_are_no_tables_are_refused_in_words(world: World, officer: Person) -> None:
    for content, message in ((b"PK\x03\x04xx", "bị hỏng"), (b"", "Tệp trống"), (b"%PDF", "không phải Excel")):
        upload = uploaded(officer, world.province, content)
        assert upload.state == State.WRONG
        assert message in words(upload)
    assert not uploaded(officer, world.province, station_file()).summary["rows"]


def test_codes_and_dates_as_excel_holds_them(world: World, officer: Person) -> None:
    row = {"commune": 6181, "mast_code": 12.0, "on_air_on": 45000, "built_on": datetime(2020, 1, 1), "lon": "106,7"}
    saved(officer, world, row)
    mast = Mast.objects.get()
    assert (mast.code, mast.commune, mast.lon) == ("12", world.commune, 106.7)
    assert Station.objects.get().on_air_on == date(2023, 3, 15)


def test_a_former_commune_says_what_became_of_it(world: World, officer: Person) -> None:
    world.commune.code, old = "06182", Place(kind="commune", title="Xã", name="Bảo Lâm", code="06181")
    world.commune.save()
    old.province, old.parent, old.valid_to = world.province, world.province, date(2025, 6, 30)
    old.save()
    old.successions.create(successor=world.commune, on=date(2025, 7, 1), population_percent=100, area_percent=100)
    for written in ("06181", "6181", "06181 · Xã Bảo Lâm", "06181. Xã Bảo Lâm"):
        upload = uploaded(officer, world.province, station_file({"commune": written}))
        assert "Xã Bảo Lâm có đến hết 30/06/2025; nay thuộc Xã Đồng Đăng (06182)" in words(upload), written


# Whose stations


def test_an_operator_brings_its_own_stations_only(world: World, people: dict[str, Person]) -> None:
    own = uploaded(people["operator"], world.province, station_file({"operator": None}))
    assert (own.state, own.operator) == (State.READY, world.operator)
    rivals = uploaded(people["operator"], world.province, station_file({"operator": "B"}))
    assert "Doanh nghiệp chỉ tải lên trạm của mình" in words(rivals)


def test_a_rivals_hidden_mast_is_as_if_absent_and_a_shared_one_is_not_changed(
    world: World, people: dict[str, Person]
) -> None:
    saved(people["rival"], world, {"operator": "B", "station_code": "B-1"})
    hidden = uploaded(people["operator"], world.province, station_file({}))
    assert (hidden.state, counted(hidden, "mast")["added"]) == (State.READY, 1), "its own mast may bear the same code"
    told = [
        words(uploaded(people["operator"], world.province, station_file({"owner": "B", "mast_code": code})))
        for code in ("C-1", "C-X")
    ]
    assert told[0].replace("C-1", "C-X") == told[1]
    saved(people["department_officer"], world, {"owner": "B", "station_code": "A-1"})
    blank = dict.fromkeys(("commune", "lon", "lat", "structure", "height_m", "built_on"))
    shared = uploaded(people["operator"], world.province, station_file({"owner": "B"} | blank))
    assert shared.state == State.READY, words(shared)
    changed = uploaded(people["operator"], world.province, station_file({"owner": "B", "height_m": 90}))
    assert "Chỉ chủ cột hoặc Sở được sửa" in words(changed)


def test_swapped_coordinates_are_put_right_and_told(world: World, officer: Person) -> None:
    upload = saved(officer, world, {"lon": 21.95, "lat": 106.7})
    assert [line.wrong for line in lines(upload, "doubt")] == ["Kinh độ và vĩ độ bị đổi chỗ: đã đổi lại."]
    assert (Mast.objects.get().lon, Mast.objects.get().lat) == (106.7, 21.95)


def test_the_same_station_code_of_a_rival_is_no_conflict_and_stays_secret(
    world: World, people: dict[str, Person]
) -> None:
    saved(people["rival"], world, {"operator": "B", "mast_code": "B-C"})
    upload = saved(people["operator"], world, {})
    assert (counted(upload, "station")["added"], upload.summary["missing"]) == (1, 0)
    assert Station.objects.count() == 2


def test_codes_of_another_province_are_refused(world: World, officer: Person, people: dict[str, Person]) -> None:
    there = {"commune": "00721", "lon": 105.36, "lat": 23.28}
    upload = uploaded(people["stranger"], world.other_province, station_file(there))
    ask_to_save(actor=people["stranger"], upload=upload)
    assert "đã dùng ở tỉnh khác" in words(uploaded(officer, world.province, station_file({})))
    assert "đã có ở tỉnh khác" in words(uploaded(officer, world.province, station_file({"mast_code": "C-2"})))


@pytest.mark.parametrize(
    "role", ["commune_officer", "commune_leader", "analyst", "auditor", "administrator", "stranger"]
)
def test_others_upload_nothing(world: World, people: dict[str, Person], role: str) -> None:
    with pytest.raises(PermissionDenied):
        start_upload(actor=people[role], province=world.province, name="a.xlsx", content=station_file({}))


def test_a_rival_neither_saves_nor_discards(world: World, people: dict[str, Person]) -> None:
    upload = uploaded(people["operator"], world.province, station_file({}))
    for verb in (ask_to_save, discard_upload):
        with pytest.raises(PermissionDenied):
            verb(actor=people["rival"], upload=upload)


# Saving


def test_a_register_that_moved_is_shown_anew_instead_of_saved(world: World, officer: Person) -> None:
    first = uploaded(officer, world.province, station_file({}))
    saved(officer, world, {"height_m": 60})
    ask_to_save(actor=officer, upload=first)
    first.refresh_from_db()
    assert (first.state, first.summary["moved"], counted(first, "station")["unchanged"]) == (State.READY, True, 1)
    assert Mast.objects.get().height_m == 60
    ask_to_save(actor=officer, upload=first)
    assert Mast.objects.get().height_m == 45


def test_nothing_is_half_saved(world: World, officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = uploaded(officer, world.province, station_file({}))

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("hatang.network.services.writing.overwrite", broken)
    job = ask_to_save(actor=officer, upload=upload)
    upload.refresh_from_db()
    assert (job.state, upload.state) == (Job.State.FAILED, State.READY)
    assert f"mã việc {job.pk}" in job.message
    assert Station.objects.count() == Mast.objects.count() == Mast.history.count() == 0


def test_a_file_is_saved_once_and_a_saved_one_cannot_be_discarded(world: World, officer: Person) -> None:
    upload = saved(officer, world, {})
    for verb in (ask_to_save, discard_upload):
        with pytest.raises(ValidationError):
            verb(actor=officer, upload=upload)


def test_a_discarded_file_leaves_disk_and_quota(
    world: World, officer: Person, django_capture_on_commit_callbacks: Any
) -> None:
    upload = uploaded(officer, world.province, station_file({}))
    path = upload.file.file.path
    with django_capture_on_commit_callbacks(execute=True):
        discard_upload(actor=officer, upload=upload)
    upload.refresh_from_db()
    assert (upload.state, upload.file.size_bytes) == (State.DISCARDED, 0)
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: SIM115, PTH123


def test_simulated_rows_keep_their_mark_and_lose_it_to_real_ones(world: World, officer: Person) -> None:
    upload = saved(officer, world, {}, titles=("DỮ LIỆU MÔ PHỎNG",))
    assert upload.summary["simulated"]
    assert Mast.objects.get().simulated
    assert Station.objects.get().simulated
    saved(officer, world, {})
    assert not Mast.objects.get().simulated
    assert not Station.objects.get().simulated


def test_a_saving_that_is_run_again_after_its_commit_changes_nothing(world: World, officer: Person) -> None:
    upload = saved(officer, world, {})
    saved_at, fingerprint = upload.saved_at, upload.summary["fingerprint"]
    assert save_upload(actor=officer, upload=upload)
    upload.refresh_from_db()
    assert (upload.state, upload.saved_at, upload.summary["fingerprint"]) == (State.SAVED, saved_at, fingerprint)


def test_the_queries_stay_few_as_rows_grow(world: World, officer: Person, django_assert_max_num_queries: Any) -> None:
    def rows(count: int, height: int) -> bytes:
        codes = ({"mast_code": f"C{n}", "station_code": f"T{n}", "height_m": height} for n in range(count))
        return station_file(*codes, titles=("x",))

    for height in (40, 41):
        upload = uploaded(officer, world.province, rows(2_000, height))
        type(upload).objects.filter(pk=upload.pk).update(state=State.SAVING)
        with django_assert_max_num_queries(30):
            assert save_upload(actor=officer, upload=upload)
    assert Mast.history.count() == 4_000
    assert set(Mast.objects.values_list("height_m", flat=True)) == {41}


def test_the_template_has_every_layout_with_help_lists_and_examples_that_can_be_uploaded(
    world: World, officer: Person
) -> None:
    content = template_file(world.province, world.operator, date(2025, 9, 1))
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [*(layout.title for layout in LAYOUTS), "Hướng dẫn", "Mã xã", "Tổ chức", "Danh mục"]
    assert ("06181", "Xã Đồng Đăng", "06181 · Xã Đồng Đăng") in list(book["Mã xã"].values)
    for layout in LAYOUTS:
        sheet = book[layout.title]
        assert all(cell.comment and cell.comment.text for cell in sheet[1])
        assert sheet.data_validations.dataValidation
    examples = {row[1]: row[4] for row in book["Hướng dẫn"].values if row[0] == COMBINED.title}
    book[COMBINED.title].append([examples[cell.value] for cell in book[COMBINED.title][1]])
    filled = io.BytesIO()
    book.save(filled)
    upload = uploaded(officer, world.province, filled.getvalue())
    assert upload.state == State.READY, words(upload)


def test_the_template_uploaded_as_it_is_adds_nothing(world: World, officer: Person) -> None:
    upload = uploaded(officer, world.province, template_file(world.province, None, date(2025, 9, 1)))
    assert (upload.state, upload.summary["rows"], upload.summary["added"]) == (State.WRONG, 0, 0), words(upload)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"structure": "Z9"}, "Loại cột là một trong A1, A2, A3, A4, A5, A6."),
        ({"technology": "6G"}, "Một hoặc nhiều: 2G, 3G, 4G, 5G."),
        ({"on_air_on": "01/01/2095"}, "Ngày 01/01/2095 còn hơn một năm nữa mới tới: kiểm tra lại năm."),
        ({"mast_code": "X" * 41}, "Mã dài 41 ký tự; tối đa 40."),
    ],
)
def test_faults_are_told_in_our_words(world: World, officer: Person, wrong: dict[str, Any], told: str) -> None:
    said = words(uploaded(officer, world.province, station_file(wrong)))
    assert told in said
    assert "lựa chọn hợp lệ" not in said
    assert "Đảm bảo" not in said


def test_a_wrong_date_says_only_once_how_to_write_it(world: World, officer: Person) -> None:
    said = words(uploaded(officer, world.province, station_file({"on_air_on": "hôm qua"})))
    assert said.count("Viết ngày/tháng/năm, ví dụ 31/12/2025.") == 1
