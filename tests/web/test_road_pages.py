"""The pages that bring roads: see first, save whole, nothing of a bad file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hatang.places.models import Road
from hatang.web.models import RoadUpload
from tests.conftest import World
from tests.places.drawings import bound, content_of, feature, square

State = RoadUpload.State
As = Callable[[str], Client]
LIST = "/ban-do/duong/"
NEAR = shapely.LineString([(106.70, 21.90), (106.75, 21.92)])


def upload(client: Client, world: World, *features: dict[str, Any], **more: Any) -> Any:
    """Post a file and give the answer; jobs run at once."""
    said = {"territory": str(world.province.pk), "source": "Sở  Xây dựng", "licence": "CC BY 4.0"} | more
    return client.post(LIST, said | {"file": SimpleUploadedFile("duong.geojson", content_of(*features))})


def uploaded(client: Client, world: World, *features: dict[str, Any], **more: Any) -> RoadUpload:
    """Post a file that is taken, and wait for its check as a browser does."""
    answer = upload(client, world, *features, **more)
    assert answer.status_code == 302, answer.content.decode()
    row = RoadUpload.objects.latest("pk")
    assert client.get(answer["Location"])["Location"] == f"{LIST}{row.pk}/"
    return row


def text(client: Client, row: RoadUpload) -> str:
    return " ".join(client.get(f"{LIST}{row.pk}/").content.decode().split())


def act(client: Client, row: RoadUpload, what: str) -> None:
    """Post to one of an upload's addresses and read the row again."""
    assert client.post(f"{LIST}{row.pk}/{what}").status_code == 302
    row.refresh_from_db()


def test_a_file_is_seen_then_saved_whole(as_: As, world: World) -> None:
    bound(world.province, square(106.75, 21.9, 0.1))
    officer = as_("department_officer")
    far = feature(shapely.LineString([(105.0, 20.0), (105.1, 20.0)]), ten="Quốc lộ 6")
    row = uploaded(officer, world, feature(NEAR, ten="Quốc lộ 1A"), far, simulated="on")
    page = text(officer, row)
    assert "Tệp sẽ thêm 1 và sửa 0 đoạn đường. Chưa có gì được lưu." in page
    assert "Ngoài địa bàn (không lấy)" in page
    assert 'class="sim"' in page
    assert not Road.objects.exists()

    act(officer, row, "luu")
    assert row.state == State.SAVED
    road = Road.objects.get()
    assert (road.number, road.source, road.simulated) == ("QL1A", "Sở Xây dựng", True)
    assert road.history.get().history_user.username == row.file.stored_by.username
    assert "Sở Xây dựng" in officer.get(LIST).content.decode()
    act(officer, row, "luu")
    assert Road.history.count() == 1


def test_a_check_that_is_overtaken_is_shown_again_and_saves_nothing(as_: As, world: World) -> None:
    bound(world.province, square(106.75, 21.9, 0.1))
    officer = as_("department_officer")
    first, second = (uploaded(officer, world, feature(NEAR, ten=name)) for name in ("Một", "Hai"))
    act(officer, first, "luu")
    act(officer, second, "luu")
    assert (second.state, Road.objects.get().name) == (State.READY, "Một")
    assert "đã thay đổi từ khi kiểm tra nên chưa lưu" in text(officer, second)
    act(officer, second, "luu")
    assert (second.state, Road.objects.get().name) == (State.SAVED, "Hai")


def test_a_bad_file_and_a_form_without_source_change_nothing(as_: As, world: World) -> None:
    officer = as_("department_officer")
    row = uploaded(officer, world, feature(NEAR, ten="A"), feature(shapely.Point(106.7, 21.9), ten="B"))
    assert row.state == State.WRONG
    page = text(officer, row)
    assert "1 trong 2 đối tượng có lỗi" in page
    assert "Hình là điểm, không phải đường." in page
    nameless = uploaded(officer, world, feature(NEAR, x="A"))
    assert "Không nhận ra cột tên, số hiệu hay cấp đường" in text(officer, nameless)
    act(officer, row, "luu")
    assert not Road.objects.exists()
    act(officer, row, "bo")
    assert row.state == State.DISCARDED
    answer = upload(officer, world, feature(NEAR, ten="A"), source="")
    assert (answer.status_code, "Ghi nguồn" in answer.content.decode()) == (422, True)


def test_the_whole_country_is_not_a_province_officers(as_: As, world: World) -> None:
    assert upload(as_("department_officer"), world, feature(NEAR, ten="A"), territory="0").status_code == 422
    assert upload(as_("stranger"), world, feature(NEAR, ten="A")).status_code == 422
    assert not RoadUpload.objects.exists()
