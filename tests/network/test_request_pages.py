"""A sharing request by its pages, from the thing to the contract, and that nobody else learns of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.network.models import Mast, SharingRequest, SharingRule, Tenancy
from hatang.network.services import import_rules, mark_overdue
from hatang.places.models import Place
from hatang.work.models import Notice
from hatang.work.services import send_reminders
from tests.answers import bare
from tests.conftest import World, make_person
from tests.instants import at, set_now
from tests.network.sharing import ask, do, offered_mast

NEED = {
    "need": "antenna",
    "amount": "1",
    "height_m": "32,5",
    "load_kg": "120",
    "technical": "3 ăng ten, 3 RRU",
    "start_on": "01/04/2027",
    "term_months": "60",
    "purpose": "Phủ sóng 5G trung tâm xã",
}


def get(client: Client, person: Person, address: str) -> tuple[int, str]:
    """Give the answer at an address as that person reads it, without the form's secret."""
    client.force_login(person)
    answer = client.get(address)
    return answer.status_code, bare(answer).decode(errors="replace")


def post(client: Client, person: Person, address: str, data: dict[str, Any] | None = None) -> str:
    """Send a form as that person, follow, and give the page."""
    client.force_login(person)
    return client.post(address, data or {}, follow=True).content.decode()


@pytest.fixture
def bac_ninh(world: World) -> dict[str, Person]:
    """Give the people of a request in Bắc Ninh, whose limits hold there."""
    province = Place.objects.create(kind="province", title="Tỉnh", name="Bắc Ninh", code="24", lon=106.1, lat=21.2)
    place = {"kind": "commune", "title": "Phường", "name": "Kinh Bắc", "code": "09163", "lon": 106.06, "lat": 21.18}
    commune = Place.objects.create(parent=province, province=province, valid_from=date(2025, 7, 1), **place)
    third = Organisation.objects.create(kind="operator", name="Doanh nghiệp C", short_name="C")
    import_rules()
    offered_mast(world.operator, commune)
    return {
        "owner": make_person("bn_a", Role.OPERATOR, province=province, organisation=world.operator),
        "requester": make_person("bn_b", Role.OPERATOR, province=province, organisation=world.rival),
        "third": make_person("bn_c", Role.OPERATOR, province=province, organisation=third),
        "officer": make_person("bn_so", Role.DEPARTMENT_OFFICER, province=province),
        "head": make_person("bn_gd", Role.DEPARTMENT_HEAD, province=province),
        "auditor": make_person("bn_tt", Role.AUDITOR, province=province),
    }


def test_a_request_in_bac_ninh_from_the_mast_to_the_contract_across_tet(
    client: Client, bac_ninh: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, requester, officer = bac_ninh["owner"], bac_ninh["requester"], bac_ninh["officer"]
    mast = Mast.objects.get()
    new = f"/ha-tang/de-nghi-moi/mast/{mast.pk}"

    set_now(monkeypatch, "27/01/2027 09:00")
    text = get(client, requester, new)[1]
    assert "còn trống 2" in text
    assert "MAT-01" not in text, "a rival does not learn the owner's code"
    wrong = post(client, requester, new, NEED | {"start_on": "01/01/2027", "purpose": "", "amount": "0"})
    for words in ("đã qua: ghi từ hôm nay", "Số cần dùng phải từ 1", 'value="32,5"'):
        assert words in wrong
    trap = SimpleUploadedFile("hop-dong.exe", b"MZ")
    assert "Không nhận tệp “hop-dong.exe”" in post(client, requester, new, NEED | {"papers": [trap]})
    papers = [SimpleUploadedFile("Đề nghị.pdf", b"%PDF-1.7"), SimpleUploadedFile("Bản vẽ.docx", b"PK")]
    text = post(client, requester, new, NEED | {"papers": papers})
    assert "Đã gửi đề nghị tới Doanh nghiệp A và Sở" in text
    assert "Đến lượt Doanh nghiệp A: kiểm tra đề nghị" in text
    page = SharingRequest.objects.get().get_absolute_url()
    offers = ["Gửi đề nghị" in get(client, bac_ninh[who], mast.get_absolute_url())[1] for who in ("requester", "third")]
    assert offers == [False, True], "who waits for an answer is not led to a form that is refused"
    assert "đã có một đề nghị chưa kết thúc" in post(client, requester, new, NEED)

    set_now(monkeypatch, "28/01/2027 08:00")
    post(client, owner, f"{page}tra-lai", {"words": "Thiếu bản vẽ lắp đặt"})
    assert "Đến lượt Doanh nghiệp B: bổ sung" in get(client, requester, page)[1]
    post(client, requester, f"{page}bo-sung", {"words": "Kèm bản vẽ"})
    assert "kể từ" not in get(client, owner, page)[1]

    set_now(monkeypatch, "01/02/2027 08:00")
    text = post(client, owner, f"{page}hop-le")
    assert "Thời hạn 7 ngày làm việc kể từ 08:00 28/01/2027; hạn cuối hết ngày 15/02/2027" in text
    assert "Theo Điều 7 khoản 4 Quyết định 72/2025/QĐ-UBND ngày 19/11/2025" in text
    assert "Còn 5 ngày làm việc" in text, "Tết, 4 to 10 February, is not counted"
    for day in ("06/02/2027 09:00", "11/02/2027 09:00"):
        mark_overdue(now=set_now(monkeypatch, day))
        send_reminders(now=at(day))
    reminded = [n.subject for n in Notice.objects.filter(to=owner, subject__startswith="Còn")]
    assert reminded == ["Còn 2 ngày làm việc: trả lời đề nghị dùng chung của Doanh nghiệp B, MAT-01"]

    set_now(monkeypatch, "15/02/2027 16:00")
    assert "Hết hạn hôm nay" in get(client, owner, page)[1]
    assert "Tỉnh cho gia hạn nhiều nhất 15 ngày" in post(
        client, owner, f"{page}gia-han", {"days": "16", "words": "Bão"}
    )
    post(client, owner, f"{page}gia-han", {"days": "2", "words": "Bão số 1"})
    assert "hạn cuối hết ngày 17/02/2027" in get(client, officer, page)[1]
    post(client, owner, f"{page}dong-y", {"words": "Giá dự kiến 3 triệu đồng"})
    text = get(client, requester, page)[1]
    assert "Đến lượt Doanh nghiệp A: gửi Sở xem xét" in text
    assert "/ky" not in text, "Bắc Ninh asks for the department's review first"
    post(client, requester, f"{page}trinh-so", {"words": "Phương án"})
    assert (
        "Thời hạn 10 ngày làm việc kể từ 16:00 15/02/2027; hạn cuối hết ngày 01/03/2027" in get(client, owner, page)[1]
    )

    set_now(monkeypatch, "22/02/2027 10:00")
    post(client, officer, f"{page}chap-thuan")
    terms = {"since_on": "01/04/2027", "until_on": "01/04/2032", "amount": "3", "price_vnd": "3.000.000"}
    text = post(client, owner, f"{page}ky", terms)
    assert "Chỉ còn trống 2" in text
    assert "Hợp đồng số, ngày" in text
    text = post(client, owner, f"{page}ky", terms | {"amount": "1", "contract": "12/HĐ-2027, 22/02/2027"})
    assert "Hai bên đã ký hợp đồng" in text
    assert "3.000.000 đồng" in get(client, requester, page)[1]
    tenancy = Tenancy.objects.get()
    assert (tenancy.tenant.name, tenancy.price_vnd, tenancy.mast) == ("Doanh nghiệp B", 3_000_000, mast)
    mast.refresh_from_db()
    assert mast.spare == 1
    assert mast.history.latest().history_user == owner
    row = SharingRequest.objects.get()
    assert [s.state for s in row.steps.all()][-3:] == ["authority_review", "agreed", "contracted"]
    paper = row.documents.get(title="Đề nghị.pdf")
    assert b"".join(client.get(f"{page}van-ban/{paper.pk}")) == b"%PDF-1.7"
    assert "không còn" in post(client, owner, f"{page}tu-choi", {"words": "Thôi", "ground": "load"})


def test_a_stranger_to_a_request_learns_nothing(
    client: Client, bac_ninh: dict[str, Person], world: World, people: dict[str, Person]
) -> None:
    """Hidden and absent answer the same bytes; lists, counts, searches and notices hold nothing of it."""
    row = ask(bac_ninh["requester"], Mast.objects.get(), now=at("27/01/2027 09:00"), purpose="MẬT-5G")
    do(bac_ninh["owner"], row, "hop-le", now=at("27/01/2027 10:00"))
    absent = "/ha-tang/de-nghi/00000000-0000-4000-8000-000000000000/"
    for person in (bac_ninh["third"], bac_ninh["auditor"], people["department_officer"], people["rival"]):
        for what in ("", "dong-y", "rut", "hop-le"):
            there = get(client, person, f"{row.get_absolute_url()}{what}")
            assert there == get(client, person, f"{absent}{what}")
            assert there[0] == 404
            client.force_login(person)
            assert client.post(f"{row.get_absolute_url()}{what}").status_code in (404, 405)
        assert not Notice.objects.filter(to=person).exists()
    for query in ("", "?q=mat", "?xuat=csv", "?tt=valid", "?q=doanh nghiep b"):
        status, text = get(client, bac_ninh["third"], f"/ha-tang/24/de-nghi-dung-chung{query}")
        assert status == 200
        assert "MẬT" not in text
        assert str(row.pk) not in text
    assert "Đang hiện 0 đề nghị" in get(client, bac_ninh["third"], "/ha-tang/24/de-nghi-dung-chung")[1]


def test_the_requester_cannot_find_a_request_by_the_owners_code(client: Client, bac_ninh: dict[str, Person]) -> None:
    row = ask(bac_ninh["requester"], Mast.objects.get(), now=at("27/01/2027 09:00"))
    found = {
        who: str(row.pk) in get(client, bac_ninh[who], "/ha-tang/24/de-nghi-dung-chung?q=mat-01")[1] for who in bac_ninh
    }
    assert found == {"owner": True, "officer": True, "head": True, "requester": False, "third": False, "auditor": False}
    assert str(row.pk) in get(client, bac_ninh["requester"], "/ha-tang/24/de-nghi-dung-chung?q=kinh+bac")[1]


def test_only_things_of_others_that_one_sees_can_be_asked_for(
    client: Client, bac_ninh: dict[str, Person], world: World
) -> None:
    mast = Mast.objects.get()
    absent = get(client, bac_ninh["requester"], "/ha-tang/de-nghi-moi/mast/999999")
    assert absent[0] == 404
    for who in ("owner", "officer", "auditor"):
        assert get(client, bac_ninh[who], f"/ha-tang/de-nghi-moi/mast/{mast.pk}")[0] == 404
    assert get(client, bac_ninh["requester"], f"/ha-tang/de-nghi-moi/closure/{mast.pk}")[0] == 404
    Mast.objects.update(offered=False)
    assert get(client, bac_ninh["requester"], f"/ha-tang/de-nghi-moi/mast/{mast.pk}") == absent
    Mast.objects.update(offered=True, dismantled_on=date(2026, 1, 1))
    assert get(client, bac_ninh["requester"], f"/ha-tang/de-nghi-moi/mast/{mast.pk}") == absent


def test_a_province_without_rules_says_so(client: Client, world: World, people: dict[str, Person]) -> None:
    SharingRule.objects.all().delete()
    row = ask(people["rival"], offered_mast(world.operator, world.commune), now=at("27/01/2027 09:00"))
    row = do(people["operator"], row, "hop-le", now=at("27/01/2027 10:00"))
    text = get(client, people["rival"], row.get_absolute_url())[1]
    assert "Tỉnh chưa áp dụng quy định thời hạn" in text
    assert "NĐ 163/2024/NĐ-CP Điều 81" in text
    assert "gia-han" not in get(client, people["operator"], row.get_absolute_url())[1]


def test_the_list_puts_first_what_waits_for_the_reader_and_what_is_due_first(
    client: Client, bac_ninh: dict[str, Person], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Mast.objects.get()
    commune, requester, owner = first.commune, bac_ninh["requester"], bac_ninh["owner"]
    masts = [offered_mast(world.operator, commune, code=f"COT-{n}") for n in range(4)]
    sent = [ask(requester, mast, now=at(f"0{n + 1}/03/2027 09:00")) for n, mast in enumerate(masts)]
    late = do(owner, sent[0], "hop-le", now=at("01/03/2027 10:00"))
    do(owner, sent[1], "tra-lai", now=at("03/03/2027 10:00"))
    do(owner, sent[2], "hop-le", now=at("03/03/2027 10:00"))
    do(requester, sent[3], "rut", now=at("04/03/2027 10:00"))
    mark_overdue(now=set_now(monkeypatch, "11/03/2027 09:00"))

    def order(who: str, query: str = "") -> list[str]:
        text = get(client, bac_ninh[who], f"/ha-tang/24/de-nghi-dung-chung{query}")[1]
        return re.findall(r"COT-\d", text) or re.findall(r"số (\d+)</a>", text)

    assert order("owner") == ["COT-0", "COT-2", "COT-1", "COT-3"]
    assert order("officer") == ["COT-0", "COT-2", "COT-1", "COT-3"]
    assert order("requester") == [str(masts[n].pk) for n in (1, 0, 2, 3)]
    assert order("requester", "?viec=1") == [str(masts[1].pk)]
    assert order("officer", "?tt=mo&xep=-received_at") == ["COT-2", "COT-1", "COT-0"]
    text = get(client, bac_ninh["owner"], "/ha-tang/24/de-nghi-dung-chung")[1]
    assert "quá hạn 1 ngày làm việc" in text
    assert "2 đề nghị chờ bạn" in text
    export = get(client, bac_ninh["officer"], "/ha-tang/24/de-nghi-dung-chung?xuat=csv")[1]
    assert export.index("COT-0") < export.index("COT-3")
    assert late.state == "valid"


def test_a_dispute_goes_to_the_department_and_above(
    client: Client, bac_ninh: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, negotiated, consulted, sent above, settled: each step keeps its words and who said them."""
    set_now(monkeypatch, "01/03/2027 09:00")
    row = ask(bac_ninh["requester"], Mast.objects.get(), now=at("01/03/2027 09:00"))
    page = row.get_absolute_url()
    turns = [
        ("owner", "hop-le", {}),
        ("owner", "nang-cap", {"scope": "Gia cố móng", "duration": "3 tháng", "cost_vnd": "250.000.000"}),
        ("requester", "thuong-luong", {"words": "Chi phí quá cao"}),
        ("owner", "tu-choi", {"ground": "load", "words": "Cột không chịu thêm tải"}),
        ("requester", "hiep-thuong", {"topic": "both", "words": "Có kết quả kiểm định"}),
        ("officer", "chuyen-cap-tren", {"level": "ministry", "words": "Liên tỉnh"}),
        ("head", "thong-nhat", {"words": "Gia cố, chia đôi chi phí"}),
    ]
    for who, slug, said in turns:
        assert "Đã ghi" in post(client, bac_ninh[who], f"{page}{slug}", said), slug
        decided = get(client, bac_ninh["officer"], "/tinh/24/")[1]
        assert ("1 đề nghị dùng chung chờ bước tiếp theo" in decided) == (slug in ("hiep-thuong", "chuyen-cap-tren"))
    text = get(client, bac_ninh["requester"], page)[1]
    for words in ("Chi phí, đồng: 250.000.000", "Căn cứ: tải trọng", "Cục Viễn thông", "giá và điều khoản khác"):
        assert words in text
    offered = Notice.objects.get(to=bac_ninh["requester"], subject__contains="đồng ý nếu nâng cấp").body
    asked = ["Phạm vi nâng cấp: Gia cố móng", "Thời gian thực hiện: 3 tháng", "Chi phí, đồng: 250.000.000"]
    assert offered.splitlines() == asked, "told in the order in which the form asks"
    assert "bn_a" not in text, "people are named to their own side"
    assert "bn_a" in get(client, bac_ninh["officer"], page)[1]
    row.refresh_from_db()
    assert (row.state, row.running_clock) == ("accepted", None)
