"""Pages of the way up: what a return's page offers to whom, the desk, notes on cells, and what nobody may learn."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Return
from hatang.indicators.services import Entry, record_values
from hatang.indicators.services.checks import run_checks
from hatang.places.models import Place
from tests.answers import bare
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import a_check, an_item, make_cell, make_form, make_period, make_return

State = Return.State


@pytest.fixture
def returns(world: World) -> list[Return]:
    """Make both communes' returns of a period, one with a figure outside what the form allows."""
    version = make_form(world.province, [an_item("tram")], [a_check("within", most=100)])
    period = make_period(version)
    made = [make_return(period, place, state=State.SIGNED) for place in (world.commune, world.neighbour)]
    for row, value in zip(made, (50, 500), strict=True):
        make_cell(row, "tram", value)
    run_checks(period)
    return made


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def desk(client: Client, world: World, returns: list[Return], act: str) -> str:
    """Tick returns at the desk, take a step, and give the page to which that leads in the end."""
    url = reverse("indicators:return_desk_act", args=[world.province.code])
    data = {"ky": returns[0].period_id, "viec": act, "phieu": [str(row.pk) for row in returns]}
    job = client.post(url, data)
    done = client.get(job.url + "?mo=1")
    target = done.headers.get("HX-Redirect") or done.headers.get("Location") or job.url
    return client.get(target, follow=True).content.decode()


def test_the_desk_takes_many_and_says_of_each_that_stays_why(
    returns: list[Return], world: World, people: dict[str, Person]
) -> None:
    page = desk(as_(people["department_officer"]), world, returns, "kiem-tra")
    assert "Đã kiểm tra xong 1 phiếu. 1 phiếu chưa được: Phường Kỳ Lừa" in page
    assert "nằm ngoài khoảng" in page
    states = dict(Return.objects.values_list("place__name", "state"))
    assert states == {"Đồng Đăng": State.CHECKED, "Kỳ Lừa": State.SIGNED}


def test_an_officer_has_no_button_to_approve_and_cannot_press_it(
    returns: list[Return], world: World, people: dict[str, Person]
) -> None:
    client = as_(people["department_officer"])
    page = client.get(reverse("indicators:return_desk", args=[world.province.code])).content.decode()
    assert "Duyệt và khoá" not in page
    url = reverse("indicators:return_desk_act", args=[world.province.code])
    answer = client.post(url, {"ky": returns[0].period_id, "viec": "duyet", "phieu": [str(returns[0].pk)]})
    assert answer.status_code == 404


def test_nothing_ticked_says_how_to_tick(returns: list[Return], world: World, people: dict[str, Person]) -> None:
    url = reverse("indicators:return_desk_act", args=[world.province.code])
    data = {"ky": returns[0].period_id, "viec": "kiem-tra", "phieu": ["khong-phai-ma"]}
    page = as_(people["department_head"]).post(url, data, follow=True).content.decode()
    assert "Chưa chọn phiếu nào" in page


def test_the_desk_filters_what_waits(returns: list[Return], world: World, people: dict[str, Person]) -> None:
    client, url = as_(people["department_head"]), reverse("indicators:return_desk", args=[world.province.code])
    boxes = {
        asked: client.get(url, {"dieu": asked}).content.decode().count('name="phieu"')
        for asked in ("", "can-xem", "sach")
    }
    assert boxes == {"": 2, "can-xem": 1, "sach": 1}
    assert client.get(url, {"chon": "tat-ca"}).content.decode().count(" checked>") == 2


def test_a_return_is_sent_back_with_a_note_on_its_cell_which_its_filer_reads(
    returns: list[Return], world: World, people: dict[str, Person]
) -> None:
    row, officer = returns[0], as_(people["department_officer"])
    url = reverse("indicators:return_act", args=[row.pk, "tra-lai"])
    assert officer.post(url, {}).status_code == 422
    answer = officer.post(url, {"n0-item": "tram", "n0-text": "Đếm cả trạm đã tháo"}, follow=True)
    assert "Đã trả lại phiếu" in answer.content.decode()
    page = as_(people["commune_officer"]).get(row.get_absolute_url()).content.decode()
    assert "Đếm cả trạm đã tháo" in page
    assert "Gửi phiếu" in page
    again = officer.post(url, {"n0-text": "nữa"}, follow=True).content.decode()
    assert "Không trả lại được" in again


def test_reasons_are_asked_for_on_a_page_of_their_own(returns: list[Return], people: dict[str, Person]) -> None:
    row, head = returns[0], as_(people["department_head"])
    Return.objects.filter(pk=row.pk).update(state=State.APPROVED)
    url = reverse("indicators:return_act", args=[row.pk, "mo-lai"])
    assert "lý do ở lại trong các bước" in head.get(url).content.decode()
    assert head.post(url, {"words": " "}).status_code == 422
    page = head.post(url, {"words": "Ghi nhầm đơn vị"}, follow=True).content.decode()
    assert "Ghi nhầm đơn vị" in page
    row.refresh_from_db()
    assert row.state == State.RETURNED


def test_figures_that_wait_are_named_where_they_are_approved(
    returns: list[Return], world: World, people: dict[str, Person]
) -> None:
    """The page on which figures go out keeps the same order, and says which return it waits for."""
    indicator = make_indicator("tram-phat-song", unit_code="count", rollup="sum")
    Return.objects.filter(pk=returns[0].pk).update(state=State.APPROVED)
    entries = [Entry(indicator, world.commune, 2025, value=5)]
    record_values(actor=None, rows=entries, period=returns[0].period)
    head, url = as_(people["department_head"]), reverse("indicators:approve", args=[world.province.code])
    shown_at = timezone.now().isoformat()
    data = {"group": f"{indicator.pk}:reported:2025", "action": "approve", "shown_at": shown_at}
    assert "chờ 1 phiếu (Phường Kỳ Lừa)" in head.post(url, data, follow=True).content.decode()


def test_what_is_found_is_explained_on_the_page(returns: list[Return], people: dict[str, Person]) -> None:
    row = returns[1]
    finding = row.findings.get()
    url = reverse("indicators:return_finding", args=[row.pk, finding.pk])
    client = as_(people["department_officer"])
    assert "lý do" in client.post(url, {"ly_do": " "}, follow=True).content.decode()
    page = client.post(url, {"ly_do": "Đô thị, đông trạm"}, follow=True).content.decode()
    assert "đã giải thích" in page
    assert "Đô thị, đông trạm" in page


def test_a_rival_is_answered_as_if_there_were_nothing(world: World, people: dict[str, Person]) -> None:
    """The same status and bytes for an operator's return, its steps and findings, and for none at all."""
    version = make_form(world.province, [an_item("tram")], [a_check("within", most=1)], filer="operator")
    row = make_return(make_period(version), world.province, world.operator, state=State.SIGNED)
    make_cell(row, "tram", 5)
    finding = next(f for f in run_checks(row) if f.rule == "within")
    rival, nowhere = as_(people["rival"]), "00000000-0000-4000-8000-000000000000"
    for name, more in (("return_act", ["tra-lai"]), ("return_act", ["duyet"]), ("return_finding", [finding.pk])):
        answers = [rival.post(reverse(f"indicators:{name}", args=[pk, *more])) for pk in (row.pk, nowhere)]
        assert [a.status_code for a in answers] == [404, 404]
        assert bare(answers[0]) == bare(answers[1])


def test_what_keeps_a_return_from_being_sent_is_counted_on_top_and_named_below(
    world: World, people: dict[str, Person]
) -> None:
    """A newcomer on a phone reads one line, not a wall of text, and finds each matter at its place."""
    version = make_form(world.province, [an_item("tram"), an_item("cot")], [a_check("within", "cot", most=100)])
    row = make_return(make_period(version), world.commune)
    make_cell(row, "cot", 500)
    answer = as_(people["commune_officer"]).post(reverse("indicators:return_act", args=[row.pk, "gui"]), follow=True)
    page = answer.content.decode()
    assert "Chưa gửi phiếu được: còn 1 điều phải sửa và 1 điều chờ giải thích, kể ra dưới đây." in page
    assert answer.redirect_chain[-1][0].endswith("#kiem-tra")
    assert "nằm ngoài khoảng" in page


def test_a_ratio_without_its_second_number_is_held_beside_no_other(world: World) -> None:
    """A commune of which nobody knows the people tells a count; beside shares of others it would be an outlier."""
    share = make_indicator("dien-thoai")
    item = an_item("dt", "indicator", indicator=share, denominator_from="population")
    period = make_period(make_form(world.province, [item], [a_check("unlike_others", "dt")]))
    for n in range(6):
        place = Place.objects.create(
            kind="commune", title="Xã", name=f"T{n}", code=f"9{n}", parent=world.province, province=world.province
        )
        make_cell(make_return(period, place, state=State.SIGNED), "dt", None, numerator=10 + n)
    row = make_return(period, world.commune, state=State.SIGNED)
    make_cell(row, "dt", 88.2, numerator=4000, denominator=4535)
    assert not [finding for finding in run_checks(period) if finding.rule == "unlike_others"]
