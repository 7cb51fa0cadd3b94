"""The pages of the register: who sees what, and that hidden and absent answer the same."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from PIL import Image

from hatang.accounts.models import Organisation, Person
from hatang.network.audience import FIELDS, Audience, Viewer
from hatang.network.models import Mast, RegisterUpload, Station
from hatang.work.models import StoredFile
from tests.answers import bare
from tests.conftest import World
from tests.network.files import station_file, uploaded


@pytest.fixture
def masts(world: World) -> dict[str, Mast]:
    """A's mast shared with B, a mast of B alone 500 m away, and one in another province."""

    def mast(code: str, owner: Organisation, commune: Any, **more: Any) -> Mast:
        facts = {"lon": 106.700123, "lat": 21.950456, "height_m": 42.5, "built_on": date(2020, 1, 1)} | more
        return Mast.objects.create(code=code, owner=owner, commune=commune, province=commune.province, **facts)

    def station(on: Mast, code: str, operator: Organisation, technology: str) -> None:
        Station.objects.create(mast=on, code=code, operator=operator, technology=technology, on_air_on=date(2021, 1, 1))

    made = {
        "shared": mast("CHUNG", world.operator, world.commune),
        "rivals": mast("RIENG-B", world.rival, world.commune, lat=21.955),
        "far": mast("XA", world.operator, world.other_commune, lon=105.36, lat=23.28),
    }
    station(made["shared"], "A-TRAM", world.operator, "4G")
    station(made["shared"], "B-TRAM", world.rival, "5G")
    station(made["rivals"], "B-HAI", world.rival, "5G")
    return made


def get(client: Client, person: Person | None, address: str) -> tuple[int, str]:
    if person:
        client.force_login(person)
    answer = client.get(address)
    return answer.status_code, bare(answer).decode(errors="replace")


EXACT, ROUGH = "106,700123", "106,7; 21,95 (làm tròn"
SEEN = {
    "department_officer": {"A-TRAM", "B-TRAM", EXACT, "42,5 m", "Lịch sử", "RIENG-B"},
    "analyst": {"A-TRAM", "B-TRAM", EXACT, "42,5 m", "Lịch sử", "RIENG-B"},
    "operator": {"A-TRAM", EXACT, "42,5 m", "Lịch sử"},
    "rival": {"B-TRAM", EXACT, "42,5 m", "RIENG-B"},
    "commune_leader": {ROUGH, "RIENG-B"},
}


@pytest.mark.parametrize("role", SEEN)
def test_a_mast_shows_each_audience_its_part(
    client: Client, people: dict[str, Person], masts: dict[str, Mast], role: str
) -> None:
    status, text = get(client, people[role], f"/ha-tang/cot/{masts['shared'].pk}/")
    assert status == 200
    assert "Cột ăng ten đang sử dụng; 2 doanh nghiệp dùng chung." in text
    assert {word for word in set().union(*SEEN.values()) if word in text} == SEEN[role]


def test_a_rivals_technology_shows_nowhere(client: Client, people: dict[str, Person], masts: dict[str, Mast]) -> None:
    for address in (f"/ha-tang/cot/{masts['shared'].pk}/", "/ha-tang/20/tram", "/ha-tang/20/tram?xuat=csv"):
        assert "5G</td>" not in (text := get(client, people["operator"], address)[1])
        assert ",5G," not in text
    assert "CHUNG" not in get(client, people["operator"], "/ha-tang/20/cot?mang=5G")[1]
    assert "CHUNG" in get(client, people["operator"], "/ha-tang/20/cot?mang=4G")[1]


@pytest.mark.parametrize("what", ["", "anh", "sua"])
def test_hidden_and_absent_answer_the_same(
    client: Client, people: dict[str, Person], masts: dict[str, Mast], what: str
) -> None:
    for hidden in ("rivals", "far"):
        there = get(client, people["operator"], f"/ha-tang/cot/{masts[hidden].pk}/{what}")
        absent = get(client, people["operator"], f"/ha-tang/cot/999999/{what}")
        assert there == absent
        assert there[0] == 404


@pytest.mark.parametrize("address", ["20/cot", "20/tram", "20/tai-len", "20/mau.xlsx"])
def test_pages_of_a_province_are_for_those_with_a_role_in_it(
    client: Client, people: dict[str, Person], address: str
) -> None:
    assert get(client, None, f"/ha-tang/{address}")[0] == 302
    assert get(client, people["stranger"], f"/ha-tang/{address}")[0] == 404
    assert get(client, people["administrator"], f"/ha-tang/{address}")[0] == 404
    assert get(client, people["department_officer"], f"/ha-tang/{address}")[0] == 200
    assert get(client, people["department_officer"], f"/ha-tang/{address.replace('20', '99')}")[0] == 404


def test_lists_and_exports_are_masked_alike(client: Client, people: dict[str, Person], masts: dict[str, Mast]) -> None:
    for query in ("", "?xuat=csv"):
        officer = get(client, people["department_officer"], f"/ha-tang/20/cot{query}")[1]
        commune = get(client, people["commune_leader"], f"/ha-tang/20/cot{query}")[1]
        assert EXACT in officer
        assert re.search(r"42[.,]5", officer)
        assert "CHUNG" in commune
        assert EXACT not in commune
        assert not re.search(r"42[.,]5", commune)
        assert "XA" not in officer.replace("XA,", "") or "XA</a>" not in officer
        operator = get(client, people["operator"], f"/ha-tang/20/cot{query}")[1]
        assert "RIENG-B" not in operator


def test_filters_and_search(client: Client, world: World, people: dict[str, Person], masts: dict[str, Mast]) -> None:
    def found(query: str) -> set[str]:
        text = get(client, people["department_officer"], f"/ha-tang/20/{query}")[1]
        return {code for code in ("CHUNG", "RIENG-B", "A-TRAM", "B-TRAM", "B-HAI") if f">{code}<" in text}

    assert found("cot") == {"CHUNG", "RIENG-B"}
    assert found(f"cot?dn={world.rival.pk}") == {"RIENG-B"}
    assert found(f"cot?xa={world.neighbour.pk}") == set()
    assert found("cot?mang=4G&xa=x&dn=²&loai=A1&tt=in_use&chung=1") == {"CHUNG"}
    assert found("cot?q=dong dang chung") == {"CHUNG"}
    assert found(f"tram?dn={world.rival.pk}&cn=5G&phat=1&xa={world.commune.pk}&q=tram") == {"CHUNG", "B-TRAM"}


def seen(client: Client, address: str) -> str:
    """Give the change that a form was opened after."""
    found = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    return found[1] if found else ""


def test_the_table_of_audiences_is_whole(world: World, people: dict[str, Person], masts: dict[str, Mast]) -> None:
    """Each field has its audience, and each person falls into one."""
    assert all(audience <= set(Audience) for audience in FIELDS.values())
    assert FIELDS["tenant_names"] == {Audience.OFFICER}
    assert not FIELDS["point"] & {Audience.COMMUNE}
    expected = {
        "department_officer": Audience.OFFICER,
        "auditor": Audience.OFFICER,
        "operator": Audience.OWNER,
        "rival": Audience.TENANT,
        "commune_officer": Audience.COMMUNE,
    }
    assert {role: Viewer(people[role]).audience(masts["shared"]) for role in expected} == expected


def test_an_officer_corrects_a_mast_and_a_station(
    client: Client, people: dict[str, Person], masts: dict[str, Mast], world: World
) -> None:
    client.force_login(people["department_officer"])
    address = f"/ha-tang/cot/{masts['shared'].pk}/sua"
    facts = {
        "code": "CHUNG",
        "owner": world.operator.pk,
        "commune": world.commune.pk,
        "structure": "A1",
        "lon": "106,71",
        "lat": "21,95",
        "height_m": "50,5",
        "built_on": "02/01/2020",
    }
    wrong = client.post(address, facts | {"height_m": "95%", "lon": "108,2", "seen": seen(client, address)})
    assert wrong.status_code == 422
    for words in ("có dấu %. Viết 95", "Điểm cách Xã Đồng Đăng", 'value="95%"'):
        assert words in wrong.content.decode()
    assert client.post(address, facts | {"seen": seen(client, address)}).status_code == 302
    row = Mast.objects.get(code="CHUNG")
    assert (row.height_m, row.built_on) == (50.5, date(2020, 1, 2))
    text = get(client, people["department_officer"], f"/ha-tang/cot/{row.pk}/")[1]
    assert "Kinh độ: 106,700123 → 106,71" in text
    station = Station.objects.get(code="A-TRAM")
    of_station = f"/ha-tang/tram/{station.pk}/sua"
    typed = {
        "code": "A-MOI",
        "mast": row.pk,
        "operator": world.operator.pk,
        "technology": "4G",
        "on_air_on": "1/2/2021",
    }
    assert client.post(of_station, typed | {"seen": seen(client, of_station)}).status_code == 302
    assert Station.objects.filter(code="A-MOI", on_air_on=date(2021, 2, 1)).exists()
    assert get(client, people["operator"], of_station)[0] == 200, "an operator corrects its own station"
    assert get(client, people["rival"], of_station)[0] == 404


def photo() -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010F] = "MAY ANH BI MAT"
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(content, "JPEG", exif=exif)
    return SimpleUploadedFile("cột.jpg", content.getvalue(), "text/html")


def test_a_photo_is_kept_bare_and_served_to_those_who_see_the_mast(
    client: Client, people: dict[str, Person], masts: dict[str, Mast]
) -> None:
    address = f"/ha-tang/cot/{masts['shared'].pk}/anh"
    assert get(client, people["operator"], address)[0] == 404
    client.force_login(people["rival"])
    assert client.post(address, {"photo": photo()}).status_code == 404
    client.force_login(people["operator"])
    assert client.post(address, {"photo": photo()}).status_code == 302
    answer = client.get(address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"BI MAT" not in b"".join(answer)
    assert "Ảnh cột ăng ten CHUNG" in get(client, people["rival"], f"/ha-tang/cot/{masts['shared'].pk}/")[1]
    client.force_login(people["operator"])
    bad = SimpleUploadedFile("a.jpg", b"<svg>")
    assert "không phải ảnh JPEG" in client.post(address, {"photo": bad}, follow=True).content.decode()
    assert StoredFile.objects.count() == 1


def test_upload_page_to_saved_register(client: Client, people: dict[str, Person], world: World) -> None:
    client.force_login(people["operator"])
    assert "Chưa có tệp nào" in client.get("/ha-tang/20/tai-len").content.decode()
    file = SimpleUploadedFile("Trạm tháng 9.xlsx", station_file({}, {"station_code": "T-2", "technology": "4G 5G"}))
    text = client.post("/ha-tang/20/tai-len", {"file": file}, follow=True).content.decode()
    assert "Tệp sẽ thêm 1 cột ăng ten, 3 trạm thu phát sóng. Chưa có gì được lưu." in text
    upload = RegisterUpload.objects.get()
    text = client.post(f"/ha-tang/tai-len/{upload.pk}/luu", follow=True).content.decode()
    assert "3 trạm thu phát sóng." in text
    assert Station.objects.count() == 3
    again = client.post(f"/ha-tang/tai-len/{upload.pk}/luu", follow=True).content.decode()
    assert "Tệp này đã đổi trạng thái" in again
    assert b"".join(client.get(f"/ha-tang/tai-len/{upload.pk}/tep")).startswith(b"PK")


def test_errors_are_paged_and_downloadable(client: Client, people: dict[str, Person], world: World) -> None:
    rows = ({"station_code": f"T{n}", "technology": "=cmd()"} for n in range(150))
    upload = uploaded(people["department_officer"], world.province, station_file(*rows))
    status, text = get(client, people["department_officer"], f"/ha-tang/tai-len/{upload.pk}/?trang=2")
    assert status == 200
    assert "150 trong 150 dòng có lỗi" in text
    assert "Trang 2 / 2" in text
    client.force_login(people["department_officer"])
    sheet = load_workbook(io.BytesIO(client.get(f"/ha-tang/tai-len/{upload.pk}/loi.xlsx").content)).active
    assert sheet.max_row == 151
    assert sheet["A2"].value == "Sheet"
    text = client.post(f"/ha-tang/tai-len/{upload.pk}/bo", follow=True).content.decode()
    assert "Sổ không thay đổi" in text
    assert client.get(f"/ha-tang/tai-len/{upload.pk}/tep").status_code == 404
    assert "đã bỏ" in client.get(f"/ha-tang/tai-len/{upload.pk}/").content.decode()


@pytest.mark.parametrize("what", ["", "loi.xlsx", "tep"])
def test_an_upload_of_a_rival_is_as_if_absent(
    client: Client, people: dict[str, Person], world: World, what: str
) -> None:
    upload = uploaded(people["operator"], world.province, station_file({}))
    there = get(client, people["rival"], f"/ha-tang/tai-len/{upload.pk}/{what}")
    assert there == get(client, people["rival"], f"/ha-tang/tai-len/999999/{what}")
    assert there[0] == 404
    for verb in ("luu", "bo"):
        assert client.post(f"/ha-tang/tai-len/{upload.pk}/{verb}").status_code == 404


def test_a_file_that_is_too_large_or_no_table_is_said_at_the_field(
    client: Client, people: dict[str, Person], settings: Any
) -> None:
    settings.UPLOAD_BYTES = 10
    client.force_login(people["operator"])
    for content, name, words in ((b"x" * 11, "a.xlsx", "tối đa"), (b"x", "a.exe", "Không nhận"), (b"", "a.csv", "")):
        answer = client.post("/ha-tang/20/tai-len", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_queries_stay_the_same_as_rows_grow(
    client: Client, people: dict[str, Person], world: World, masts: dict[str, Mast], django_assert_max_num_queries: Any
) -> None:
    client.force_login(people["department_officer"])
    Mast.objects.bulk_create(
        Mast(
            code=f"M{n}",
            owner=world.operator,
            commune=world.commune,
            province=world.province,
            lon=106.7,
            lat=21.95,
            built_on=date(2020, 1, 1),
        )
        for n in range(60)
    )
    for address in ("20/cot", "20/tram", f"cot/{masts['shared'].pk}/", "20/tai-len"):
        with django_assert_max_num_queries(40 if address.startswith("cot") else 12):
            assert client.get(f"/ha-tang/{address}").status_code == 200


def test_forms_tell_the_codes_they_take(client: Client, people: dict[str, Person], masts: dict[str, Mast]) -> None:
    client.force_login(people["department_officer"])
    address = f"/ha-tang/cot/{masts['shared'].pk}/sua"
    wrong = {"structure": "Z9", "lon": "2", "seen": seen(client, address)}
    text = client.post(address, wrong).content.decode()
    assert "Loại cột là một trong A1, A2, A3, A4, A5, A6." in text
    station = Station.objects.get(code="A-TRAM")
    wrong = {"technology": "6G", "on_air_on": "01/01/2095"}
    text += client.post(f"/ha-tang/tram/{station.pk}/sua", wrong).content.decode()
    assert "Công nghệ là một trong 2G, 3G, 4G, 5G." in text
    assert "kiểm tra lại năm" in text
    assert "lựa chọn hợp lệ" not in text


def test_the_exported_list_of_masts_names_its_province_and_keeps_numbers_plain(
    client: Client, people: dict[str, Person], masts: dict[str, Mast]
) -> None:
    client.force_login(people["department_officer"])
    answer = client.get("/ha-tang/20/cot?xuat=csv")
    assert 'filename="cot-ang-ten-tinh-lang-son-' in answer["Content-Disposition"]
    text = answer.content.decode()
    assert ",42.5," in text
    assert ",01/01/2020" in text
