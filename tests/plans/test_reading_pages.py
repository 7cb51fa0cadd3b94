"""The pages of the plan reader as links and forms, without a script: bring, look through, correct, compare, publish."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Organisation, Person
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services import readings
from hatang.plans.views.reading.rows import level
from hatang.plans.views.reading.wording import side_by_side
from tests.conftest import HEADER, World
from tests.plans.reading import kept_reading

State = Statement.State
ROOT = Path(__file__).parents[2]


@pytest.fixture
def reading(world: World, people: dict[str, Person]) -> PlanReading:
    Organisation.objects.create(kind="department", name="Sở Xây dựng", province=world.province)
    return kept_reading(people["department_officer"], world.province)


@pytest.fixture
def officer(people: dict[str, Person], client: Client) -> Client:
    client.force_login(people["department_officer"])
    return client


def first(reading: PlanReading, kind: str) -> Statement:
    return reading.statements.filter(kind=kind).order_by("order", "pk")[0]


def act_on(row: Statement, act: str) -> str:
    return reverse("plans:reading_row_act", args=[row.reading_id, row.pk, act])


def act_of(reading: PlanReading, act: str) -> str:
    return reverse("plans:reading_act", args=[reading.pk, act])


def page(client: Client, reading: PlanReading, **asked: Any) -> str:
    answer = client.get(reverse("plans:reading", args=[reading.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_document_stands_with_its_marks_beside_the_rows(officer: Client, reading: PlanReading) -> None:
    html = page(officer, reading)
    target = first(reading, "target")
    assert '<h3 class="heading heading--1" id="doan-4" data-block="4">II. MỤC TIÊU ĐẾN NĂM 2030</h3>' in html
    assert f'data-of="{target.pk}"' in html
    assert f'data-sign="{target.pk}" aria-label="mục tiêu, chờ xem"' in html
    assert f'id="dong-{target.pk}"' in html
    assert "ít nhất 95 %" in html
    assert "còn" in html


def test_a_row_opens_as_a_link_and_a_mark_leads_to_it(officer: Client, reading: PlanReading) -> None:
    target = first(reading, "target")
    html = page(officer, reading, loai="target", muc=target.pk)
    assert f'action="{act_on(target, "sua")}"' in html
    assert "Xem trong văn bản" in html
    assert f"?loai=target&amp;muc={target.pk}#dong-{target.pk}" in html


def test_overlapping_marks_lie_in_one_piece(officer: Client, reading: PlanReading) -> None:
    wide, narrow = reading.statements.filter(kind="target")[:2]
    Statement.objects.filter(pk=wide.pk).update(block=narrow.block, start=narrow.start - 4, end=narrow.end)
    assert f'mark--several" data-of="{narrow.pk} {wide.pk}"' in page(officer, reading)


def test_a_table_row_is_a_table_row_and_its_cells_know_where_they_begin(officer: Client, reading: PlanReading) -> None:
    cells = ["1", "Xã có 5G < 100%", "Sở Xây dựng"]
    row = reading.document["blocks"][8] | {"cells": cells, "text": " | ".join(cells)}
    note = reading.document["blocks"][8] | {"footnote": True, "text": "Lời chú."}
    reading.document["blocks"][8:10] = [row, note]
    reading.save()
    task = first(reading, "task")
    reading.statements.exclude(pk=task.pk).delete()
    Statement.objects.filter(pk=task.pk).update(block=8, start=4, end=12)
    html = page(officer, reading)
    assert '<tr id="doan-8" data-block="8"><td data-start="0">1</td><td data-start="4"><mark' in html
    assert "Xã có 5G</mark> &lt; 100%</td>" in html
    assert '<td data-start="22">Sở Xây dựng</td></tr></table>' in html
    assert '<p class="note" id="doan-9" data-block="9">Lời chú.</p>' in html


def test_confirm_reject_take_back_and_do_again(officer: Client, reading: PlanReading) -> None:
    task = first(reading, "task")
    answer = officer.post(act_on(task, "nhan"), follow=True)
    assert "Đã nhận." in answer.content.decode()
    assert f"Hoàn tác: nhận “{task.quote[:20]}" in answer.content.decode()
    officer.post(act_on(task, "bo"))
    assert first(reading, "task").state == State.REJECTED
    officer.post(act_of(reading, "hoan-tac"))
    assert first(reading, "task").state == State.CONFIRMED
    officer.post(act_of(reading, "lam-lai"))
    assert first(reading, "task").state == State.REJECTED
    officer.post(act_on(task, "lay-lai"))
    assert first(reading, "task").state == State.PROPOSED


def test_the_script_is_answered_with_what_changed(officer: Client, reading: PlanReading) -> None:
    task = first(reading, "task")
    answer = officer.post(act_on(task, "nhan"), headers={"accept": "application/json"})
    news = json.loads(answer.content)
    assert (news["said"], news["chosen"], news["gone"]) == ("Đã nhận.", task.pk, [])
    assert list(news["rows"]) == [str(task.pk)]
    assert "row--confirmed" in news["rows"][str(task.pk)]
    assert list(news["blocks"]) == [str(task.block)]
    assert "sign--confirmed" in news["blocks"][str(task.block)]
    assert news["order"] == {}, "a confirmed row stays where it stood"
    assert "Đã xem 1/" in news["parts"]["review-bar"]


def test_only_the_chosen_tab_has_its_rows_and_the_script_fetches_the_others(
    officer: Client, reading: PlanReading
) -> None:
    html = page(officer, reading, loai="target")
    task = first(reading, "task")
    assert f'id="dong-{first(reading, "target").pk}"' in html
    assert f'id="dong-{task.pk}"' not in html
    assert f'data-sign="{task.pk}"' in html, "the words of every kind are marked"
    address = reverse("plans:reading", args=[reading.pk])
    for asked in ({"loai": "task"}, {"muc": task.pk}):
        told = officer.get(address, asked, headers={"accept": "application/json"}).json()
        assert told["kind"] == "task"
        assert f'id="dong-{task.pk}"' in told["html"]
        assert "<html" not in told["html"]


def test_an_act_answers_with_rows_of_the_loaded_tabs_only(officer: Client, reading: PlanReading) -> None:
    task = first(reading, "task")
    sent = {"kind": "target", "co": "task,body"}
    news = officer.post(act_on(task, "loai"), sent, headers={"accept": "application/json"}).json()
    assert (news["rows"], news["gone"], news["lost"]) == ({}, [task.pk], [])
    assert list(news["order"]) == ["task"]
    assert list(news["blocks"]) == [str(task.block)]


def test_rows_say_why_they_stand_first(officer: Client, reading: PlanReading) -> None:
    task = first(reading, "task")
    Statement.objects.filter(pk=task.pk).update(sure=0.95, facts=task.facts | {"lead": []})
    unsure = reading.statements.filter(kind="task").order_by("-order")[0]
    Statement.objects.filter(pk=unsure.pk).update(sure=0.5, facts=unsure.facts | {"lead": named()})
    html = page(officer, reading, loai="task")
    assert html.index(f'id="dong-{unsure.pk}"') < html.index(f'id="dong-{task.pk}"')
    assert '<span class="unsure">máy chưa chắc</span>' in html
    assert '<span class="lacks">chưa có chủ trì</span>' in html
    assert "2 dòng chờ xem, 2 dòng nên xem kỹ." in html
    Statement.objects.filter(pk=task.pk).update(facts=task.facts | {"lead": named()})
    html = page(officer, reading, loai="task")
    assert "2 dòng chờ xem, 1 dòng nên xem kỹ." in html
    others = reading.statements.exclude(kind__in=["task", "oddity"]).filter(sure__lt=0.85).count()
    assert f"trong đó {others + 1} dòng nên xem kỹ." in html


def named() -> list[dict[str, Any]]:
    """Give a body as a row keeps it."""
    return [{"id": 1, "name": "Sở Xây dựng", "new": False, "known_as": "Sở Xây dựng", "today": ""}]


def test_what_a_person_marked_is_not_said_to_be_sure_by_the_machine(officer: Client, reading: PlanReading) -> None:
    officer.post(act_of(reading, "them"), {"kind": "duty", "block": "6", "start": "2", "end": "30"})
    made = reading.statements.get(by_hand=True)
    html = page(officer, reading, loai="duty", muc=made.pk)
    own = html[html.index(f'id="dong-{made.pk}"') :].partition("</li>")[0]
    assert "do người đánh dấu" in own
    assert "chắc" not in own


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"comparator": "ge", "value": 100, "unit": "percent"}, "100 %"),
        ({"comparator": "ge", "value": 95, "unit": "percent"}, "ít nhất 95 %"),
        ({"comparator": "ge", "value": 100, "unit": "Mbps"}, "ít nhất 100 Mb/s"),
        ({"comparator": "le", "value": 0, "unit": "percent"}, "0 %"),
        ({"comparator": "ge", "value": 1, "unit": "per_person", "unit_written": "kết nối/người"}, "ít nhất 1/người"),
    ],
)
def test_a_level_says_no_more_than_it_must(facts: dict[str, Any], words: str) -> None:
    assert level(facts) == words


def test_places_are_told_in_words(officer: Client, reading: PlanReading) -> None:
    html = page(officer, reading, loai="task")
    assert "mục III, gạch đầu dòng 1" in html
    assert "III.-1" not in html


def test_correcting_a_target_confirms_it(officer: Client, reading: PlanReading) -> None:
    target = first(reading, "target")
    typed = {"new_name": "Tỷ lệ thôn có cáp quang", "new_unit": "percent", "new_component": "telecom"}
    typed |= {
        "comparator": "gt",
        "value": "96,5",
        "unit": "percent",
        "due_year": "2029",
        "subject": "thôn",
        "scope": "",
    }
    answer = officer.post(act_on(target, "sua"), typed)
    assert answer.status_code == 302
    target.refresh_from_db()
    assert (target.state, target.facts["value"], target.facts["due_year"]) == (State.CONFIRMED, 96.5, 2029)
    assert "trên 96,5 %" in page(officer, reading, loai="target")


def test_a_wrong_form_says_so_at_the_field_and_keeps_what_was_typed(officer: Client, reading: PlanReading) -> None:
    target = first(reading, "target")
    typed = {"comparator": "double", "value": "2", "unit": "ratio", "due_year": "1900", "subject": "câu đang gõ"}
    answer = officer.post(act_on(target, "sua"), typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "câu đang gõ" in html
    assert "Gấp đôi của năm nào: ghi năm gốc." in html
    told = json.loads(officer.post(act_on(target, "sua"), typed, headers={"accept": "application/json"}).content)
    assert told["wrong"]
    assert "Gấp đôi của năm nào" in told["open"][str(target.pk)]
    target.refresh_from_db()
    assert target.state == State.PROPOSED


def test_split_by_the_first_words_of_the_second_part_then_merge(officer: Client, reading: PlanReading) -> None:
    target = reading.statements.filter(kind="task").order_by("order")[0]
    officer.post(act_on(target, "tach"), {"at": "", "tu": "thôn còn"})
    one, two = reading.statements.filter(kind="task", block=target.block).order_by("order")
    assert one.quote == "Kéo cáp quang tới mọi"
    assert two.quote.startswith("thôn còn thiếu")
    html = page(officer, reading, loai="task", muc=one.pk)
    assert "Gộp với dòng sau" in html
    officer.post(act_on(one, "gop"), {"voi": two.pk})
    assert reading.statements.get(kind="task", block=target.block).quote == target.quote


def test_split_at_the_caret(officer: Client, reading: PlanReading) -> None:
    task = first(reading, "task")
    officer.post(act_on(task, "tach"), {"at": "9"})
    assert first(reading, "task").quote == "Kéo cáp q"
    refused = officer.post(act_on(task, "tach"), {"at": "900"}, follow=True)
    assert "Chỗ tách phải nằm trong câu." in refused.content.decode()


def test_add_by_marked_words_and_by_pasted_words(officer: Client, reading: PlanReading) -> None:
    before = reading.statements.count()
    officer.post(act_of(reading, "them"), {"kind": "task", "block": "6", "start": "2", "end": "30"})
    pasted = {"kind": "task", "chu": "theo dõi,\n đôn đốc   việc"}
    answer = officer.post(act_of(reading, "them"), pasted, follow=True)
    made = reading.statements.filter(by_hand=True).order_by("pk")
    assert [s.quote for s in made] == ["Hình thành nền tảng cảm biến", "Theo dõi, đôn đốc việc"]
    assert reading.statements.count() == before + 2
    assert f'id="dong-{made[1].pk}"' in answer.content.decode()
    lost = officer.post(act_of(reading, "them"), {"kind": "task", "chu": "chữ không có ở đây"}, follow=True)
    assert "Không thấy những chữ này trong văn bản" in lost.content.decode()


def test_another_kind_and_bodies_to_be_made(officer: Client, reading: PlanReading) -> None:
    task = first(reading, "task")
    officer.post(act_on(task, "loai"), {"kind": "target"})
    assert Statement.objects.get(pk=task.pk).kind == "target"
    body = reading.statements.filter(kind="body").order_by("-order")[0]
    assert "chưa có trong danh bạ: Ban Quản lý Khu công nghệ số" in page(officer, reading, loai="body")
    officer.post(act_on(body, "tao-co-quan"))
    assert Statement.objects.get(pk=body.pk).facts["organisations"][0]["new"]


def test_confirm_what_the_reader_is_sure_of(officer: Client, reading: PlanReading) -> None:
    officer.post(act_of(reading, "nhan-chac"), {"kind": "duty"})
    assert {s.kind for s in reading.statements.filter(state=State.CONFIRMED)} == {"duty"}


def test_only_shown_rows_are_confirmed_at_once(officer: Client, reading: PlanReading) -> None:
    reading.statements.filter(kind="task").update(sure=0.95)
    for task in reading.statements.filter(kind="task"):
        Statement.objects.filter(pk=task.pk).update(facts=task.facts | {"lead": named()})
    one, two = reading.statements.filter(kind="task").order_by("order")
    html = page(officer, reading, loai="task", q="danh muc")
    assert "Nhận <span data-count>1</span> dòng máy chắc<span data-shown> đang hiện" in html
    officer.post(act_of(reading, "nhan-chac"), {"kind": "task", "q": "danh muc"})
    assert [s.state for s in (Statement.objects.get(pk=pk) for pk in (one.pk, two.pk))] == ["proposed", "confirmed"]
    officer.post(act_of(reading, "nhan-chac"), {"kind": "task", "dong": str(two.pk)})
    assert Statement.objects.get(pk=one.pk).state == "proposed"
    officer.post(act_of(reading, "nhan-chac"), {"kind": "task", "dong": f"{one.pk},x"})
    assert Statement.objects.get(pk=one.pk).state == "confirmed"


def test_what_the_head_does_not_say_is_told_and_can_be_typed(officer: Client, reading: PlanReading) -> None:
    reading.facts |= {"number": "", "date": None}
    reading.save()
    html = page(officer, reading, loai="chung")
    assert html.count("không ghi</span>") == 2
    typed = {
        **{name: reading.facts[name] or "" for name in ("title", "issuer", "year_from", "year_to", "code", "territory")}
    }
    typed |= {
        "plan_kind": "plan",
        "relation": "independent",
        "number": "15/KH-UBND",
        "date": "2026-05-01",
        "funding": "",
    }
    officer.post(act_of(reading, "thong-tin"), typed)
    reading.refresh_from_db()
    assert (reading.facts["number"], reading.facts["date"]) == ("15/KH-UBND", "2026-05-01")
    refused = officer.post(act_of(reading, "thong-tin"), typed | {"year_to": "2020"})
    assert "Năm cuối phải không trước năm đầu." in refused.content.decode()


def test_rows_are_filtered_without_accents_and_ordered(officer: Client, reading: PlanReading) -> None:
    html = page(officer, reading, loai="task", q="danh muc vi tri")
    assert html.count("hidden data-url=") == reading.statements.filter(kind="task").count() - 1
    assert html.count("hidden data-url=") == page(officer, reading, loai="task", q="vi tri dung").count(
        "hidden data-url="
    )
    assert page(officer, reading, loai="task", q="danh mu vi tri").count("hidden data-url=") == 2
    unsure = reading.statements.filter(kind="task").order_by("-order")[0]
    Statement.objects.filter(pk=unsure.pk).update(sure=0.2)
    first_row = f'aria-label="Nhiệm vụ">\n            <li class="row row--proposed row--task" id="dong-{unsure.pk}"'
    assert first_row in page(officer, reading, loai="task")
    assert first_row not in page(officer, reading, loai="task", xep="van-ban")


def test_a_review_asks_the_database_little(
    officer: Client, reading: PlanReading, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    task = first(reading, "task")
    kept = {name: getattr(task, name) for name in ("reading", "kind", "block", "start", "end", "quote", "facts")}
    Statement.objects.bulk_create(Statement(**kept, order=n) for n in range(300))
    with django_assert_max_num_queries(12 + HEADER):
        page(officer, reading, loai="task", muc=task.pk)
    with django_assert_max_num_queries(12):
        address = reverse("plans:reading_row", args=[reading.pk, task.pk])
        assert "row__open" in officer.get(address, headers={"accept": "application/json"}).json()["html"]


def test_a_document_is_brought_read_and_listed(officer: Client, world: World) -> None:
    address = reverse("plans:reading_new", args=[world.province.code])
    assert "Chưa có văn bản nào" in officer.get(address).content.decode()
    file = SimpleUploadedFile("ke-hoach.txt", "KẾ HOẠCH\nI. MỤC TIÊU\n- 100% xã có 5G.".encode())
    answer = officer.post(address, {"file": file, "against": ""})
    assert answer.status_code == 302
    assert "/viec/" in answer["Location"]
    assert "ke-hoach.txt" in officer.get(address).content.decode()
    wrong = officer.post(address, {"file": SimpleUploadedFile("ke-hoach.exe", b"MZ"), "against": ""})
    assert wrong.status_code == 422
    assert "field__error" in wrong.content.decode()
    assert "Chưa đọc được." in wrong.content.decode()
    assert "Chưa lưu được" not in wrong.content.decode()


@pytest.mark.parametrize(
    ("name", "content"), [("a.rtf", b"{\\rtf1 x}"), ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))]
)
def test_another_kind_of_file_is_told_how_to_be_saved_anew(
    officer: Client, world: World, name: str, content: bytes
) -> None:
    address = reverse("plans:reading_new", args=[world.province.code])
    html = officer.post(address, {"file": SimpleUploadedFile(name, content), "against": ""}).content.decode()
    assert ".docx" in html
    assert "Không nhận tệp loại" not in html


def test_a_refused_document_says_which_page_and_what_would_be_right(officer: Client, reading: PlanReading) -> None:
    reading.state = PlanReading.State.WRONG
    reading.summary = {"refused": {"wrong": "trang này chỉ có ảnh", "right": "Dùng bản có chữ.", "page": 3}}
    reading.save()
    html = page(officer, reading)
    assert "Trang 3: trang này chỉ có ảnh" in html
    assert "Dùng bản có chữ." in html
    officer.post(reverse("plans:reading_discard", args=[reading.pk]))
    reading.refresh_from_db()
    assert reading.state == PlanReading.State.DISCARDED
    assert "Văn bản này đã bỏ" in page(officer, reading)


def make_ready(reading: PlanReading) -> None:
    reading.statements.filter(kind="target").update(state=State.CONFIRMED)


def test_publishing_says_what_stands_against_it_then_what_will_come(officer: Client, reading: PlanReading) -> None:
    address = reverse("plans:reading_publish", args=[reading.pk])
    assert "Chưa nhận chỉ tiêu mới cho mục tiêu" in officer.get(address).content.decode()
    refused = officer.post(address, follow=True)
    assert "Chưa nhận chỉ tiêu mới" in refused.content.decode()
    make_ready(reading)
    html = officer.get(address).content.decode()
    assert "Công bố sẽ tạo" in html
    assert '<button class="btn">Công bố' in html
    officer.post(address)
    plan = Plan.objects.get()
    assert plan.published
    assert "đã thành" in officer.get(reverse("plans:reading_new", args=[plan.province.code])).content.decode()


def test_the_published_words_lead_to_the_plan_and_back(officer: Client, reading: PlanReading) -> None:
    make_ready(reading)
    officer.post(reverse("plans:reading_publish", args=[reading.pk]))
    plan = Plan.objects.get()
    visitor = Client()
    html = visitor.get(reverse("plans:document", args=[plan.code])).content.decode()
    task = plan.tasks.order_by("order")[0]
    assert f'href="{reverse("plans:task", args=[task.pk])}"' in html
    asked = visitor.get(reverse("plans:document", args=[plan.code]), {"nhiem-vu": task.pk})
    assert asked["Location"].endswith("#doan-8")
    target = plan.targets.select_related("indicator").order_by("order")[0]
    indicator = visitor.get(reverse("web:indicator", args=[plan.province.code, target.indicator.code]))
    assert f"van-ban?muc-tieu={target.pk}" in indicator.content.decode()
    plan_html = visitor.get(reverse("plans:plan", args=[plan.code])).content.decode()
    assert f"van-ban?nhiem-vu={task.pk}" in plan_html
    assert f"van-ban?nhiem-vu={task.pk}" in visitor.get(reverse("plans:task", args=[task.pk])).content.decode()


def test_what_was_left_out_shows_nowhere_in_public(officer: Client, reading: PlanReading) -> None:
    make_ready(reading)
    task = first(reading, "task")
    readings.reject(actor=Person.objects.get(username="can_bo_so"), reading=reading, statements=[task.pk])
    officer.post(reverse("plans:reading_publish", args=[reading.pk]))
    html = Client().get(reverse("plans:document", args=[Plan.objects.get().code])).content.decode()
    assert f'data-of="{task.pk}"' not in html
    assert "mark--rejected" not in html
    assert "mark mark--" in html
    assert not any(word in html for word in ("--proposed", "--confirmed", "chờ xem"))


def test_a_plan_is_taken_back_to_its_document(officer: Client, reading: PlanReading) -> None:
    make_ready(reading)
    officer.post(reverse("plans:reading_publish", args=[reading.pk]))
    assert "Rút lại ngay?" in page(officer, reading)
    officer.post(reverse("plans:reading_withdraw", args=[reading.pk]))
    assert not Plan.objects.exists()
    assert "Các dòng đọc được" in page(officer, reading)


def test_a_second_document_is_held_against_the_plan(
    officer: Client, reading: PlanReading, world: World, people: dict[str, Person]
) -> None:
    make_ready(reading)
    officer.post(reverse("plans:reading_publish", args=[reading.pk]))
    plan = Plan.objects.get()
    later = kept_reading(people["department_officer"], world.province)
    address = reverse("plans:reading_compare", args=[later.pk])
    assert "Chọn kế hoạch để so sánh" in officer.get(address).content.decode()
    target = first(later, "target")
    target.facts["value"] = 99.0
    target.save()
    officer.post(address, {"voi": plan.code})
    html = officer.get(address).content.decode()
    assert "ít nhất <del>95%</del>" in html
    assert "ít nhất <ins>99%</ins>" in html
    assert f"muc={target.pk}#dong-{target.pk}" in html


def test_the_province_and_the_plan_lead_to_the_reader(officer: Client, reading: PlanReading, world: World) -> None:
    new = reverse("plans:reading_new", args=[world.province.code])
    assert new in officer.get(reverse("web:province", args=[world.province.code])).content.decode()
    assert new not in Client().get(reverse("web:province", args=[world.province.code])).content.decode()


def test_rows_and_acts_of_another_document_are_not_there(officer: Client, reading: PlanReading) -> None:
    stray = reverse("plans:reading_row", args=[reading.pk, 999_999])
    assert officer.get(stray).status_code == 404
    assert officer.post(reverse("plans:reading_act", args=[reading.pk, "khac"])).status_code == 404
    gone = officer.post(reverse("plans:reading_row_act", args=[reading.pk, 999_999, "sua"]), follow=True)
    assert "Dòng này không còn" in gone.content.decode()


def test_the_handbook_and_the_page_name_every_key() -> None:
    script = (ROOT / "hatang/plans/static/plans/reading/keys.js").read_text()
    acts = re.search(r"const ACTS = \{(.*?)\n\};", script, re.DOTALL)
    assert acts
    keys = {key.upper() for key in re.findall(r'^  "?([a-z/?])"?: ', acts[1], re.MULTILINE)}
    assert len(keys) >= 10
    table = (ROOT / "docs/doc-ke-hoach.md").read_text().partition("## Phím")[2].partition("## ")[0]
    in_handbook = {
        key for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE) for key in re.split(r"[ ,·…]+", row)
    }
    on_page = set(re.findall(r"<kbd>(.)</kbd>", (ROOT / "hatang/plans/templates/plans/reading_keys.html").read_text()))
    assert keys - in_handbook == set()
    assert keys - on_page == set()


def test_only_the_words_that_differ_are_marked() -> None:
    assert side_by_side("phủ sóng 5G tới mọi xã", "phủ sóng 5G & 6G tới xã") == (
        "phủ sóng 5G tới <del>mọi</del> xã",
        "phủ sóng 5G <ins>&amp; 6G</ins> tới xã",
    )
    assert side_by_side("", "31/12/2027") == ("–", "<ins>31/12/2027</ins>")
    assert side_by_side("một hai ba", "bốn năm sáu") == ("<del>một hai ba</del>", "<ins>bốn năm sáu</ins>")
