"""The pages that bring boundaries: see first, save whole, take back; and where a point lies."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries import illustrate
from hatang.web.models import BoundaryUpload
from hatang.web.services.boundary_uploads import save_upload
from hatang.work.models import Job
from hatang.work.services import resume_interrupted_jobs
from tests.conftest import World, make_person
from tests.places.drawings import content_of, feature, square
from tests.places.test_locating import bound

State = BoundaryUpload.State
As = Callable[[str], Client]
LIST = "/ban-do/ranh-gioi/"


def both(world: World) -> list[dict[str, Any]]:
    """Draw the two communes of Lạng Sơn."""
    return [
        feature(square(106.69, 21.94), code="06181", name="Xã Đồng Đăng", dan_so=84),
        feature(square(106.76, 21.86), code="05977", name="Phường Kỳ Lừa", dan_so=84),
    ]


def upload(client: Client, world: World, *features: dict[str, Any], name: str = "xa.geojson", **more: Any) -> Any:
    """Post a file and give the answer; jobs run at once."""
    file = SimpleUploadedFile(name, content_of(*features))
    return client.post(LIST, {"file": file, "territory": str(world.province.pk), **more})


def uploaded(client: Client, world: World, *features: dict[str, Any], **more: Any) -> BoundaryUpload:
    """Post a file that is taken, and wait for its check as a browser does."""
    answer = upload(client, world, *features, **more)
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer["Location"])
    row = BoundaryUpload.objects.latest("pk")
    assert page["Location"] == f"{LIST}{row.pk}/"
    return row


def imported(client: Client, world: World, *features: dict[str, Any]) -> BoundaryUpload:
    """Bring a file and save it."""
    row = uploaded(client, world, *features)
    act(client, row, "luu")
    assert row.state == State.SAVED
    return row


def bigger(world: World) -> dict[str, Any]:
    """Draw the first commune wider."""
    return feature(square(106.69, 21.94, 0.03), code="06181", name="Xã Đồng Đăng")


def text(client: Client, row: BoundaryUpload) -> str:
    return client.get(f"{LIST}{row.pk}/").content.decode()


def act(client: Client, row: BoundaryUpload, what: str, **data: Any) -> None:
    """Post to one of an upload's addresses and read the row again."""
    answer = client.post(f"{LIST}{row.pk}/{what}", data)
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()


def test_a_file_is_seen_saved_and_taken_back(as_: As, world: World) -> None:
    officer = as_("department_officer")
    illustrate(on=timezone.localdate())
    row = uploaded(officer, world, *both(world))
    assert (row.state, row.level, row.province) == (State.READY, "commune", world.province)
    page = text(officer, row)
    assert "Tệp sẽ thêm 2 và thay 0 ranh giới. Chưa có gì được lưu." in page
    assert "dan_so" in page
    assert "thường là số bị cắt" in page
    assert '<path class="drawn__added" d="M' in page
    assert not Boundary.objects.real().exists()

    act(officer, row, "luu")
    assert row.state == State.SAVED
    assert set(Boundary.objects.current().real().values_list("place", flat=True)) == {
        world.commune.pk,
        world.neighbour.pk,
    }
    assert Boundary.objects.real()[0].source == f"tệp xa.geojson, nhập lần {row.pk}"
    assert "Trở lại ranh giới trước" in text(officer, row)

    act(officer, row, "tro-lai")
    assert not Boundary.objects.current().real().exists()
    assert Boundary.objects.current().get(place=world.commune).illustrative
    page = text(officer, row)
    assert "2 nơi không còn ranh giới thật" in page
    assert "Trở lại ngay?" not in page
    assert "đã trở lại ranh giới trước" in officer.get(LIST).content.decode()
    act(officer, row, "tro-lai")
    assert row.summary["undone"]["removed"] == 2


def test_taking_back_restores_the_former_rows(as_: As, world: World) -> None:
    officer = as_("department_officer")
    first = uploaded(officer, world, *both(world))
    act(officer, first, "luu")
    bigger = feature(square(106.69, 21.94, 0.03), code="06181", name="Xã Đồng Đăng")
    second = uploaded(officer, world, bigger)
    assert (second.summary["changed"], second.summary["counts"]["missing"]) == (1, 1)
    act(officer, second, "luu")
    before = first.summary["fingerprint"]
    act(officer, second, "tro-lai")
    again = uploaded(officer, world, *both(world))
    assert (again.summary["unchanged"], again.summary["changed"]) == (2, 0)
    assert before != again.summary["fingerprint"]
    assert Boundary.objects.filter(place=world.commune).count() == 3


def test_taking_back_the_later_import_then_the_first_leaves_nothing(as_: As, world: World) -> None:
    officer = as_("department_officer")
    first, second = imported(officer, world, *both(world)), imported(officer, world, bigger(world))
    act(officer, second, "tro-lai")
    act(officer, first, "tro-lai")
    undone = first.summary["undone"]
    assert (undone["restored"], undone["removed"], undone["kept"]) == (0, 2, 0)
    assert not Boundary.objects.current().real().exists()


def test_what_a_newer_import_holds_can_be_taken_back_after_it(as_: As, world: World) -> None:
    officer = as_("department_officer")
    first, second = imported(officer, world, *both(world)), imported(officer, world, bigger(world))
    act(officer, first, "tro-lai")
    assert (first.summary["undone"]["removed"], first.summary["undone"]["kept"]) == (1, 1)
    page = text(officer, first)
    assert "1 nơi đã có ranh giới mới hơn nên giữ nguyên" in page
    assert "Trở lại ngay?" in page
    act(officer, first, "tro-lai")
    assert first.summary["undone"]["kept"] == 1, "nothing more can be taken back yet, and nothing is said to be"
    act(officer, second, "tro-lai")
    act(officer, first, "tro-lai")
    assert (first.summary["undone"]["removed"], first.summary["undone"]["kept"]) == (2, 0)
    assert not Boundary.objects.current().real().exists()
    assert "Trở lại ngay?" not in text(officer, first)


def test_what_came_back_is_not_counted_as_newer(as_: As, world: World) -> None:
    officer = as_("department_officer")
    imported(officer, world, both(world)[0])
    wide = feature(square(106.76, 21.86, 0.03), code="05977", name="Phường Kỳ Lừa")
    second, third = imported(officer, world, bigger(world), wide), imported(officer, world, both(world)[1])
    act(officer, second, "tro-lai")
    assert [second.summary["undone"][k] for k in ("restored", "removed", "kept")] == [1, 0, 1]
    act(officer, third, "tro-lai")
    act(officer, second, "tro-lai")
    assert [second.summary["undone"][k] for k in ("restored", "removed", "kept")] == [1, 1, 0]
    assert Boundary.objects.current().real().get().place == world.commune


def test_an_import_that_is_wholly_overlaid_is_not_said_to_be_taken_back(as_: As, world: World) -> None:
    officer = as_("department_officer")
    first, _ = imported(officer, world, both(world)[0]), imported(officer, world, bigger(world))
    address = officer.post(f"{LIST}{first.pk}/tro-lai")["Location"]
    assert "Chưa trở lại được: cả 1 nơi đã có ranh giới mới hơn" in officer.get(address).content.decode()
    first.refresh_from_db()
    assert "undone" not in first.summary


def test_a_saving_that_is_run_again_after_its_commit_changes_nothing(
    as_: As, world: World, people: dict[str, Person]
) -> None:
    """The worker was killed while it drew cells; at the next start its job is begun again."""
    officer = as_("department_officer")
    row = imported(officer, world, *both(world))
    saved_at, fingerprint = row.saved_at, row.summary["fingerprint"]
    assert save_upload(actor=people["department_officer"], upload=row)
    row.refresh_from_db()
    assert (row.state, row.saved_at, row.summary["fingerprint"]) == (State.SAVED, saved_at, fingerprint)
    act(officer, row, "tro-lai")
    assert row.summary["undone"]["removed"] == 2


def test_only_what_is_being_saved_is_saved(as_: As, world: World, people: dict[str, Person]) -> None:
    row = uploaded(as_("department_officer"), world, *both(world))
    with pytest.raises(ValidationError, match="không còn chờ lưu"):
        save_upload(actor=people["department_officer"], upload=row)
    row.refresh_from_db()
    assert row.state == State.READY
    assert not Boundary.objects.exists()


def test_cells_that_cannot_be_drawn_do_not_unsay_a_saving(
    as_: As, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = as_("department_officer")
    row = uploaded(officer, world, *both(world))
    monkeypatch.setattr("hatang.web.services.boundary_uploads.illustrate", lambda on: 1 / 0)
    act(officer, row, "luu")
    job = Job.objects.latest("pk")
    assert (row.state, job.state) == (State.SAVED, Job.State.DONE)
    act(officer, row, "tro-lai")
    assert row.summary["undone"]["removed"] == 2


def interrupt_twice(job: Job, task: str, **arguments: Any) -> None:
    """Leave a job as two killed workers do, and start the system."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        worker_ids=["a", "b"],
        run_after=timezone.now(),
        task_path=task,
        backend_name="default",
        args_kwargs={"args": [], "kwargs": {"job_id": job.pk, **arguments}},
    )
    assert resume_interrupted_jobs() == 0
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "đã hai lần phải dừng" in job.message


def asked_for(row: BoundaryUpload) -> dict[str, Any]:
    """Give the arguments of an upload's jobs."""
    return {"way": "hatang.web.services.boundary_uploads.WAY", "upload_id": row.pk}


def test_a_file_that_ends_its_worker_is_given_up_and_can_be_discarded(as_: As, world: World) -> None:
    officer = as_("department_officer")
    row = uploaded(officer, world, *both(world))
    BoundaryUpload.objects.update(state=State.CHECKING, summary={})
    interrupt_twice(Job.objects.latest("pk"), "hatang.work.services.uploads.check_job", **asked_for(row))
    page = text(officer, row)
    assert "đã hai lần phải dừng" in page
    assert "Bỏ tệp này" in page
    act(officer, row, "bo")
    assert row.state == State.DISCARDED


def test_a_saving_that_ends_its_worker_lets_the_file_wait_again(as_: As, world: World) -> None:
    officer = as_("department_officer")
    row = uploaded(officer, world, *both(world))
    BoundaryUpload.objects.update(state=State.SAVING)
    interrupt_twice(Job.objects.latest("pk"), "hatang.work.services.uploads.save_job", **asked_for(row))
    row.refresh_from_db()
    assert row.state == State.READY


def test_ground_of_another_province_is_told_before_anything_else(as_: As, world: World) -> None:
    """The stored boundary, or else the point, of another province's commune lies in a polygon of the file."""
    officer = as_("department_officer")
    wide = feature(shapely.box(105.3, 21.9, 106.75, 23.35), code="06181", name="Xã Đồng Đăng")
    row = uploaded(officer, world, wide)
    assert row.summary["counts"]["foreign"] == 1
    page = text(officer, row)
    assert "Tệp lấn sang đất của tỉnh khác ở 1 chỗ" in page
    assert "Hình chứa điểm của Xã Đồng Văn, Tỉnh Tuyên Quang, ở 105,36; 23,28" in page
    bound(world.other_commune, square(105.36, 23.28))
    act(officer, row, "doc-lai")
    assert row.summary["counts"]["foreign"] == 1
    page = text(officer, row)
    assert "km² lên ranh giới đang có của Xã Đồng Văn, Tỉnh Tuyên Quang, gần 105,36" in page
    assert page.index("lên ranh giới đang có") < page.index("Lưu cả tệp")


def test_a_strip_along_the_border_or_a_neighbour_at_home_raises_no_alarm(as_: As, world: World) -> None:
    officer = as_("department_officer")
    bound(world.other_commune, shapely.box(106.7099, 21.92, 106.75, 21.96))
    bound(world.neighbour, shapely.box(106.6, 21.9, 106.68, 21.96))
    row = uploaded(officer, world, both(world)[0])
    assert (row.summary["counts"]["foreign"], row.summary["counts"]["overlap"]) == (0, 1)
    assert "Tệp lấn sang" not in text(officer, row)


def test_a_file_that_is_gone_from_the_disk_answers_as_if_absent(as_: As, world: World) -> None:
    officer = as_("department_officer")
    row = uploaded(officer, world, *both(world))
    Path(row.file.file.path).unlink()
    assert officer.get(f"{LIST}{row.pk}/tep").status_code == 404


def test_a_doubtful_feature_is_chosen_or_skipped_on_the_page(as_: As, world: World) -> None:
    officer = as_("department_officer")
    strange = feature(square(106.76, 21.86), code="", name="Phường Ki Lừa Mới")
    row = uploaded(officer, world, both(world)[0], strange)
    assert (row.state, row.summary["wrong"]) == (State.WRONG, 1)
    page = text(officer, row)
    assert "1 trong 2 hình chưa biết là của đơn vị nào" in page
    assert "Phường Kỳ Lừa (05977)" in page
    assert "Lưu cả tệp" not in page

    act(officer, row, "doc-lai", choice_2=str(world.neighbour.pk))
    assert (row.state, row.summary["added"]) == (State.READY, 2)
    act(officer, row, "doc-lai", skip="on")
    assert row.options["choices"] == {"2": world.neighbour.pk}
    assert row.state == State.READY


def test_the_day_the_level_and_the_columns_may_be_chosen(as_: As, world: World) -> None:
    officer = as_("department_officer")
    Place.objects.create(kind="commune", title="Xã", name="Đồng Đăng", code="06182", valid_to=date(2025, 6, 30))
    row = uploaded(officer, world, feature(square(106.69, 21.94), ten="Đồng Đăng"), on="30/06/2025", level="commune")
    assert row.on == date(2025, 6, 30)
    assert row.summary["outside"] == 1
    act(officer, row, "doc-lai", on="26/11/2026", level="commune", name="=ten", code="=")
    assert (row.on, row.summary["added"]) == (date(2026, 11, 26), 1)
    assert row.summary["columns"] == {"code": "", "name": "ten"}
    answer = officer.post(f"{LIST}{row.pk}/doc-lai", {"on": "hôm qua"})
    assert answer.status_code == 422
    assert "Nhập ngày dạng 30/06/2025." in answer.content.decode()


def test_a_file_in_metres_asks_for_its_zone(as_: As, world: World) -> None:
    officer = as_("department_officer")
    plane = feature(square(438_000, 2_427_000, 2_000), code="06181", name="Xã Đồng Đăng")
    row = uploaded(officer, world, plane)
    assert row.state == State.WRONG
    page = text(officer, row)
    assert "Không dùng được tệp như hiện nay" in page
    assert row.summary["refused"]["asks"] == "crs"
    zone = row.summary["refused"]["choices"][0][0]
    assert zone in page
    act(officer, row, "doc-lai", crs=zone)
    assert row.summary["crs"].startswith(zone)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("xa.xlsx", b"x", "Không nhận tệp loại “.xlsx”"),
        ("xa.geojson", b"", "Tệp rỗng."),
    ],
)
def test_other_files_are_refused_at_the_door(as_: As, world: World, name: str, content: bytes, message: str) -> None:
    file = SimpleUploadedFile(name, content)
    answer = as_("department_officer").post(LIST, {"file": file, "territory": str(world.province.pk)})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not BoundaryUpload.objects.exists()


def test_a_file_without_polygons_is_explained(as_: As, world: World) -> None:
    officer = as_("department_officer")
    answer = officer.post(
        LIST, {"file": SimpleUploadedFile("xa.geojson", b"ma,ten\n1,2\n"), "territory": str(world.province.pk)}
    )
    officer.get(answer["Location"])
    assert "Chưa có gì được lưu" in text(officer, BoundaryUpload.objects.get())


def test_an_officer_brings_only_the_own_province(as_: As, world: World, people: dict[str, Person]) -> None:
    stranger = as_("stranger")
    answer = upload(stranger, world, *both(world))
    assert answer.status_code == 422
    row = uploaded(as_("department_officer"), world, *both(world))
    for address in ("", "danh-sach", "tep"):
        assert stranger.get(f"{LIST}{row.pk}/{address}").status_code == 404
    for address in ("luu", "bo", "tro-lai", "doc-lai"):
        assert stranger.post(f"{LIST}{row.pk}/{address}").status_code == 404
    assert "Cả nước" not in as_("department_officer").get(LIST).content.decode()


def test_only_an_administrator_of_all_brings_the_whole_country(client: Client, world: World) -> None:
    client.force_login(make_person("toan_quoc", Role.ADMINISTRATOR))
    elsewhere = feature(square(105.36, 23.28), code="00721", name="Xã Đồng Văn")
    row = uploaded(client, world, *both(world), elsewhere, territory="0")
    assert (row.province, row.summary["added"]) == (None, 3)
    act(client, row, "luu")
    assert Boundary.objects.current().real().count() == 3


def test_what_was_saved_meanwhile_stops_a_saving(as_: As, world: World) -> None:
    officer = as_("department_officer")
    first, second = uploaded(officer, world, *both(world)), uploaded(officer, world, *both(world))
    act(officer, first, "luu")
    act(officer, second, "luu")
    assert (second.state, second.summary["unchanged"]) == (State.READY, 2)
    assert "đã thay đổi từ khi kiểm tra nên chưa lưu" in text(officer, second)


def test_a_discarded_file_leaves_nothing(as_: As, world: World) -> None:
    officer = as_("department_officer")
    row = uploaded(officer, world, *both(world))
    act(officer, row, "bo")
    assert (row.state, row.summary) == (State.DISCARDED, {})
    assert officer.get(f"{LIST}{row.pk}/tep").status_code == 404
    act(officer, row, "luu")
    assert not Boundary.objects.exists()


def test_lists_go_out_as_a_workbook(as_: As, world: World) -> None:
    officer = as_("department_officer")
    Place.objects.filter(pk=world.commune.pk).update(area_km2=400)
    row = uploaded(officer, world, both(world)[0])
    assert "Diện tích khác số công bố: 1" in text(officer, row)
    book = load_workbook(io.BytesIO(officer.get(f"{LIST}{row.pk}/danh-sach").content))
    lines = list(book.active.values)
    assert lines[0][:4] == ("Loại", "Nơi", "Hình số", "Điều thấy")
    assert {line[0] for line in lines[1:]} == {
        "Diện tích khác số công bố",
        "Đơn vị không có hình trong tệp (giữ như đang có)",
    }
    assert "Xã Đồng Đăng" in officer.get(f"{LIST}{row.pk}/danh-sach?xuat=csv").content.decode()


def test_a_made_up_village_is_marked_where_it_is_named(as_: As, world: World) -> None:
    officer = as_("department_officer")
    Place.objects.filter(pk=world.village.pk).update(lon=106.9, simulated=True)
    row = uploaded(officer, world, *both(world))
    page = text(officer, row)
    assert "Điểm của Thôn Nà Lầm nằm ngoài Xã Đồng Đăng" in page
    assert "DỮ LIỆU MÔ PHỎNG" in page
    assert "▒" in page
    assert "DỮ LIỆU MÔ PHỎNG" in officer.get(f"{LIST}{row.pk}/danh-sach?xuat=csv").content.decode()


# Drawn by hand


def test_a_villages_boundary_is_drawn_corrected_and_taken_away(as_: As, world: World) -> None:
    officer, address = as_("department_officer"), f"/dia-ban/{world.village.pk}/ranh-gioi"
    assert "Chưa có ranh giới." in officer.get(address).content.decode()
    lines = "106,69; 21,94\n106,71; 21,94\n106,71; 21,96\n106,69; 21,96"
    assert officer.post(address, {"geometry": lines}).status_code == 302
    drawn = Boundary.objects.get(place=world.village)
    assert (drawn.source, drawn.illustrative, round(drawn.area_km2, 2)) == ("vẽ tay", False, 4.58)
    assert "nguồn: vẽ tay" in officer.get(address).content.decode()
    officer.post(address, {"geometry": lines})
    assert Boundary.objects.count() == 1
    officer.post(address, {"geometry": ""})
    assert not Boundary.objects.current().exists()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("104; 10\n104,1; 10\n104,1; 10,1", "Hình cách Xã Đồng Đăng"),
        ("106,7; 21,9\n106,71; 21,95", "đỉnh"),
        ("chữ", "Dòng 1"),
        ('{"type":"Polygon","coordinates":[[[1' + "0" * 400 + ",21],[106,21],[106,22]]]}", "không phải hai số"),
        ('{"type":"Polygon","coordinates":[[[' + "1" * 5_000 + ",21],[106,21],[106,22]]]}", "số quá dài"),
    ],
)
def test_a_drawing_that_cannot_be_is_refused_in_words(as_: As, world: World, lines: str, message: str) -> None:
    answer = as_("department_officer").post(f"/dia-ban/{world.village.pk}/ranh-gioi", {"geometry": lines})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Boundary.objects.exists()


def test_units_are_not_drawn_by_hand(as_: As, world: World) -> None:
    assert as_("department_officer").get(f"/dia-ban/{world.commune.pk}/ranh-gioi").status_code == 404


# Where a point lies


def test_where_a_point_lies_in_json(client: Client, world: World) -> None:
    illustrate(on=timezone.localdate())
    answer = client.get("/ban-do/tai", {"lon": "106,69", "lat": "21.94"}).json()
    assert answer["commune"] == {"name": "Xã Đồng Đăng", "url": f"/noi/{world.commune.pk}/"}
    assert answer["province"]["url"] == f"/noi/{world.province.pk}/"
    assert answer["village"]["name"] == "Thôn Nà Lầm"
    assert (answer["certain"], answer["zone"]) == (False, None)
    assert answer["note"].startswith("Theo ranh giới minh hoạ")
    assert client.get("/ban-do/tai", {"lon": "1", "lat": "2", "ngay": "2020-01-01"}).json()["commune"] is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "Cần kinh độ"),
        ({"lon": "x", "lat": "21"}, "Cần kinh độ"),
        ({"lon": "nan", "lat": "21"}, "Cần kinh độ"),
        ({"lon": "1e400", "lat": "21"}, "Cần kinh độ"),
        ({"lon": "21.9", "lat": "106.7"}, "vĩ độ từ -90 đến 90"),
        ({"lon": "106.7", "lat": "21.9", "ngay": "2025-13-40"}, "Ngày ghi dạng"),
        ({"lon": "106.7", "lat": "21.9", "ngay": "hôm nay"}, "Ngày ghi dạng"),
    ],
)
def test_a_point_that_is_none_is_refused_in_words(
    client: Client, world: World, asked: dict[str, str], message: str
) -> None:
    answer = client.get("/ban-do/tai", asked)
    assert answer.status_code == 400
    assert message in answer.json()["error"]
