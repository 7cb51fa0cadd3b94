"""The pages about figures: who sees what, and that a figure can be followed to its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import FormulaChoice, Indicator, Publication, Value
from hatang.indicators.services import Entry, compute_values, publish_values, record_values
from hatang.network.models import Mast
from hatang.places.models import Place
from tests.conftest import World
from tests.indicators.conftest import make_indicator

YEAR = 2025


def visit(person: Person | None, url: str, **query: Any) -> Any:
    """Open a page as somebody, or as a visitor."""
    client = Client()
    if person:
        client.force_login(person)
    return client.get(url, query)


def send(person: Person, url: str, **data: Any) -> Any:
    """Post a form as somebody and follow where it leads."""
    client = Client()
    client.force_login(person)
    return client.post(url, data, follow=True)


ALL = {"all": "1", "action": "both"}


def far() -> str:
    """Give an instant after everything that was made."""
    return (timezone.now() + timedelta(minutes=1)).isoformat()


def page(row: Value) -> str:
    """Give a figure's address."""
    return reverse("indicators:value", args=[row.pk])


@pytest.fixture
def counted(world: World, broadband: Indicator, cover: Callable[..., Any]) -> Value:
    """Compute the province's share of villages with broadband, a draft: 1 of 2."""
    cover(world.village)
    compute_values(actor=None, province=world.province, year=YEAR)
    return Value.objects.get(indicator=broadband, place=world.province)


@pytest.fixture
def shared_masts(world: World, sharing: Indicator, mast: Callable[..., Mast]) -> Value:
    """Compute the share of positions used by both operators: 1 of 2, published; C1 is the rival's own."""
    mast((world.operator, "4G"), (world.rival, "4G"))
    mast((world.rival, "4G"), owner=world.rival)
    compute_values(actor=None, province=world.province, year=YEAR, publish=True)
    return Value.objects.get(indicator=sharing, place=world.province, formula="bts_sharing_positions")


# --- definitions


def test_definitions_are_public_and_searched_without_accents(world: World, broadband: Indicator) -> None:
    Indicator.objects.update(name="Tỷ lệ thôn có băng rộng di động")
    make_indicator("khac", name="Đường truyền", number=8)
    url = reverse("indicators:list")
    text = visit(None, url, q="bang rong").content.decode()
    assert "Tỷ lệ thôn có băng rộng di động" in text
    assert "Đường truyền" not in text
    for formula in FORMULAS.values():
        assert formula.label in text
    assert "Đường truyền" in visit(None, url, xuat="csv").content.decode()


# --- lineage


def test_a_figure_tells_where_it_comes_from(world: World, people: dict[str, Person], counted: Value) -> None:
    text = visit(people["department_officer"], page(counted)).content.decode()
    for told in (
        "50%",
        "1 / 2",
        FORMULAS["villages_mobile_broadband"].description,
        "31/12/2025",
        "dự thảo",
        "Xã Đồng Đăng",
    ):
        assert told in text
    assert "Phường Kỳ Lừa" in text, "nơi chưa có số liệu cũng được nêu"
    assert "DỮ LIỆU MÔ PHỎNG" not in text


def test_a_simulated_figure_says_so_on_page_and_in_the_file(
    world: World, people: dict[str, Person], counted: Value
) -> None:
    Place.objects.filter(pk=world.village.pk).update(simulated=True)
    compute_values(actor=None, province=world.province, year=YEAR)
    row = Value.objects.known().get(place=world.province)
    assert "DỮ LIỆU MÔ PHỎNG" in visit(people["analyst"], page(row)).content.decode()
    lines = visit(people["analyst"], page(row), xuat="csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "DỮ LIỆU MÔ PHỎNG"
    assert "Phường Kỳ Lừa,05977,,,,chưa có hoặc không công bố,,," in lines


def test_the_file_of_a_figure_has_plain_numbers_and_a_telling_name(
    world: World, people: dict[str, Person], counted: Value
) -> None:
    Value.objects.filter(pk=counted.pk).update(numerator=2.0, denominator=3.0, value=200 / 3)
    answer = visit(people["analyst"], page(counted), xuat="csv")
    assert 'filename="thon-bang-rong-lang-son-2025.csv"' in answer["Content-Disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert any(line.startswith("Tỉnh Lạng Sơn,20,2,3,66.67,đếm,") and ",31/12/2025," in line for line in lines)
    rows = visit(people["analyst"], reverse("indicators:rows", args=[counted.pk]), xuat="csv")
    assert 'filename="cac-dong-thon-bang-rong-tinh-lang-son-2025.csv"' in rows["Content-Disposition"]
    assert "Thôn Nà Lầm,Xã Đồng Đăng,1,1," in rows.content.decode()


def test_a_day_outside_the_year_is_told_once(world: World, people: dict[str, Person], smartphones: Indicator) -> None:
    typed = {"source": "Báo cáo", "on": "2024-05-01"}
    for place in (world.commune, world.neighbour):
        typed |= {f"{place.pk}-numerator": "1", f"{place.pk}-denominator": "2"}
    text = send(people["department_officer"], record_url(smartphones), **typed).content.decode()
    assert text.count("Ngày 01/05/2024 phải nằm trong năm 2025") == 2, "một lần ở đầu trang, một lần tại ô ngày"
    assert not Value.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 404),
        ("department_officer", 200),
        ("department_head", 200),
        ("analyst", 200),
        ("auditor", 200),
        ("commune_officer", 404),
        ("operator", 404),
        ("administrator", 404),
        ("stranger", 404),
    ],
)
@pytest.mark.parametrize("address", ["indicators:value", "indicators:rows"])
def test_a_draft_is_hidden_as_if_it_did_not_exist(
    people: dict[str, Person], counted: Value, who: str | None, status: int, address: str
) -> None:
    person = people[who] if who else None
    assert visit(person, reverse(address, args=[counted.pk])).status_code == status
    assert visit(person, reverse(address, args=[10**6])).status_code == 404


def test_published_figures_are_for_everybody_but_commercial_ones_below_the_province(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    Indicator.objects.update(commercial=True)
    record_values(actor=None, rows=[Entry(smartphones, world.commune, YEAR, 7, 9)], source="thử")
    compute_values(actor=None, province=world.province, year=YEAR)
    publish_values(actor=None, values=Value.objects.all())
    commune, province = Value.objects.get(place=world.commune), Value.objects.get(place=world.province)
    assert visit(None, page(commune)).status_code == 404
    assert visit(people["operator"], page(commune)).status_code == 404
    text = visit(None, page(province)).content.decode()
    assert page(commune) not in text
    assert page(commune) in visit(people["analyst"], page(province)).content.decode()


def test_superseded_figures_stay_readable(
    world: World, people: dict[str, Person], counted: Value, cover: Callable[..., Any]
) -> None:
    cover(world.dark_village)
    compute_values(actor=None, province=world.province, year=YEAR)
    newer = Value.objects.known().get(place=world.province)
    old = visit(people["analyst"], page(counted)).content.decode()
    assert "hệ thống chỉ giữ đến" in old
    assert page(newer) in old
    commune_then = Value.objects.filter(place=world.commune).earliest("known_from")
    assert page(commune_then) in old, "con số cũ gồm những con số cũ của xã"
    assert page(counted) in visit(people["analyst"], page(newer)).content.decode()


def test_the_head_chooses_among_readings(world: World, people: dict[str, Person], shared_masts: Value) -> None:
    for who, offered in (("department_head", True), ("department_officer", False)):
        text = visit(people[who], page(shared_masts)).content.decode()
        assert "66,67%" in text
        assert ("Dùng cách này" in text) is offered
    url = reverse("indicators:choose", args=[shared_masts.pk])
    client = Client()
    client.force_login(people["department_officer"])
    assert client.post(url, {"formula": "bts_sharing_tenancies"}).status_code == 404
    assert "Xin chọn" in send(people["department_head"], url, formula="villages_fibre").content.decode()
    text = send(people["department_head"], url, formula="bts_sharing_tenancies").content.decode()
    assert "theo lượt sử dụng" in text
    assert FormulaChoice.objects.get().formula == "bts_sharing_tenancies"
    chosen = text[text.index('value="bts_sharing_tenancies"') :]
    assert "checked" in chosen[: chosen.index(">")], "trang của cách khác vẫn đánh dấu cách đang dùng"
    assert text.count("checked") == 1
    line = text[text.index("<tbody>") : text.index("(đang dùng)")]
    assert line.rindex("theo lượt sử dụng") > line.rindex("(đang xem)")


@pytest.mark.parametrize("more", [0, 30])
def test_the_page_of_a_figure_takes_few_queries(
    world: World, people: dict[str, Person], shared_masts: Value, django_assert_max_num_queries: Any, more: int
) -> None:
    for n in range(more):
        place = Place.objects.create(kind="commune", title="Xã", name=str(n), code=f"c{n}", province=world.province)
        now = timezone.now()
        facts: dict[str, Any] = {"indicator": shared_masts.indicator, "formula": shared_masts.formula, "year": YEAR}
        Value.objects.create(**facts, place=place, on=now.date(), value=n, how="counted", known_from=now)
    client = Client()
    client.force_login(people["department_head"])
    for address in ("indicators:value", "indicators:rows"):
        with django_assert_max_num_queries(12):
            client.get(reverse(address, args=[shared_masts.pk]))


# --- rows


def test_the_rows_behind_show_places_to_everybody(world: World, people: dict[str, Person], counted: Value) -> None:
    publish_values(actor=None, values=Value.objects.all())
    url = reverse("indicators:rows", args=[counted.pk])
    text = visit(None, url).content.decode()
    assert "Thôn Nà Lầm" in text
    assert "Thôn Khơ Đa" in text
    assert "Doanh nghiệp" not in text.replace("doanh nghiệp", "")
    found = visit(None, url, q="kho da").content.decode()
    assert "Thôn Nà Lầm" not in found
    assert visit(None, url, xuat="csv").content.decode().count("Thôn") == 2


def test_masts_behind_a_figure_are_shown_only_to_those_who_may_see_them(
    world: World, people: dict[str, Person], shared_masts: Value
) -> None:
    url = reverse("indicators:rows", args=[shared_masts.pk])

    def seen(who: str | None) -> set[str]:
        text = visit(people[who] if who else None, url, xuat="csv").content.decode()
        return {code for code in ("C0", "C1") if code in text}

    assert seen("department_officer") == {"C0", "C1"}
    assert seen("operator") == {"C0"}
    assert seen("rival") == {"C0", "C1"}
    assert seen(None) == set()
    assert seen("stranger") == set()
    text = visit(people["operator"], url).content.decode()
    assert "từ 2 dòng; bạn xem được 1" in text
    assert "Vào mẫu số" not in text


def test_a_commune_s_figure_lists_the_commune_s_rows(
    world: World, people: dict[str, Person], counted: Value, villages: Callable[..., list[Place]]
) -> None:
    villages(world.neighbour, 3)
    row = Value.objects.get(place=world.commune)
    text = visit(people["analyst"], reverse("indicators:rows", args=[row.pk])).content.decode()
    assert "từ 2 dòng" in text
    assert "Bản 0" not in text


def test_reported_figures_have_no_rows(world: World, people: dict[str, Person], smartphones: Indicator) -> None:
    record_values(actor=None, rows=[Entry(smartphones, world.commune, YEAR, 1, 2)], source="thử")
    assert (
        visit(
            people["analyst"], reverse("indicators:rows", args=[Value.objects.get(place=world.commune).pk])
        ).status_code
        == 404
    )


# --- recording


def record_url(indicator: Indicator, year: int = YEAR) -> str:
    """Give the address of the table for Lạng Sơn."""
    return f"{reverse('indicators:record', args=['20'])}?indicator={indicator.code}&year={year}"


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("commune_officer", {"Xã Đồng Đăng"}),
        ("department_officer", {"Tỉnh Lạng Sơn", "Xã Đồng Đăng", "Phường Kỳ Lừa"}),
        ("operator", None),
        ("analyst", None),
        ("stranger", None),
    ],
)
def test_everybody_records_their_own_places(
    world: World, people: dict[str, Person], smartphones: Indicator, who: str, shown: set[str] | None
) -> None:
    answer = visit(people[who], record_url(smartphones))
    assert answer.status_code == (404 if shown is None else 200)
    if shown is not None:
        text = answer.content.decode()
        names = {"Tỉnh Lạng Sơn", "Xã Đồng Đăng", "Phường Kỳ Lừa"}
        assert {n for n in names if f'<th scope="row">{n}</th>' in text} == shown


def test_a_visitor_is_asked_to_sign_in(world: World, smartphones: Indicator) -> None:
    assert visit(None, record_url(smartphones)).status_code == 302
    assert visit(None, reverse("indicators:approve", args=["20"])).status_code == 302


def test_typed_figures_are_recorded_as_people_here_write_numbers(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    pk = world.commune.pk
    typed = {"source": "Báo cáo số 1", f"{pk}-numerator": "1.234", f"{pk}-denominator": "2.000"}
    text = send(people["commune_officer"], record_url(smartphones), **typed).content.decode()
    row = Value.objects.get(place=world.commune)
    assert (row.numerator, row.denominator, row.state, row.source) == (1234, 2000, "draft", "Báo cáo số 1")
    assert (row.place, row.recorded_by) == (world.commune, people["commune_officer"])
    assert 'value="1.234"' in text, "trang mở lại có số vừa ghi"


def test_withdrawing_by_clearing(world: World, people: dict[str, Person], smartphones: Indicator) -> None:
    record_values(actor=None, rows=[Entry(smartphones, world.commune, YEAR, 1, 2)], source="thử")
    pk = world.commune.pk
    send(
        people["commune_officer"],
        record_url(smartphones),
        **{"source": "Đính chính", "reason": "Ghi nhầm xã", f"{pk}-numerator": "", f"{pk}-denominator": ""},
    )
    assert {row.value for row in Value.objects.known()} == {None}, "cả con số gộp của tỉnh"


def test_a_correction_says_why_and_the_reason_stays_with_it_alone(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    """What was never recorded needs no reason; whoever opens the figure later reads why it was changed."""
    record_values(actor=None, rows=[Entry(smartphones, world.commune, YEAR, 1, 2)], publish=True, source="thử")
    officer, (pk, other) = people["department_officer"], (world.commune.pk, world.neighbour.pk)
    new = {f"{other}-numerator": "3", f"{other}-denominator": "4"}
    typed = {"source": "Đính chính", f"{pk}-numerator": "2", f"{pk}-denominator": "2", **new}
    refused = send(officer, record_url(smartphones), **typed)
    assert refused.status_code == 422
    assert "Đang sửa số đã ghi của Xã Đồng Đăng: ghi vì sao sửa." in refused.text
    assert Value.objects.known().get(place=world.commune).value == 50
    assert not Value.objects.filter(place=world.neighbour).exists()
    send(officer, record_url(smartphones), **typed, reason="Xã đếm lại")
    now = Value.objects.known().get(place=world.commune)
    assert (now.value, now.reason) == (100, "Xã đếm lại")
    assert Value.objects.get(place=world.neighbour).reason == ""
    assert "Xã đếm lại" in visit(officer, page(now)).text
    before = {f"{pk}-numerator": "2", f"{pk}-denominator": "2"}
    again = {f"{other}-numerator": "", f"{other}-denominator": ""}
    assert send(officer, record_url(smartphones), source="Rút", **before, **again).status_code == 422


def test_a_total_typed_by_hand_is_held_against_what_the_communes_make(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    """Sixty and twenty of a hundred each: the ratio of sums is 40 %, though nobody typed it."""
    pairs = [Entry(smartphones, world.commune, YEAR, 60, 100), Entry(smartphones, world.neighbour, YEAR, 20, 100)]
    record_values(actor=None, rows=pairs, publish=True, source="thử")
    pk, officer = world.province.pk, people["department_officer"]
    typed = {"source": "Niên giám", f"{pk}-denominator": "200"}
    for row in pairs:
        typed |= {f"{row.place.pk}-numerator": str(row.numerator), f"{row.place.pk}-denominator": "100"}
    refused = send(officer, record_url(smartphones), **typed, **{f"{pk}-numerator": "100"})
    assert refused.status_code == 422
    said = "Cả tỉnh ghi 50%, 2 xã, phường đã duyệt gộp lại (tỷ số của các tổng) là 40%"
    assert said in refused.text
    assert Value.objects.known().get(place=world.province).value == 40
    same = send(officer, record_url(smartphones), **typed, **{f"{pk}-numerator": "80"})
    assert "Đang có số gộp từ các xã, 40%, số này thay nó" in same.text
    send(officer, record_url(smartphones), **typed, **{f"{pk}-numerator": "100"}, reason="Thêm lực lượng vũ trang")
    own = Value.objects.known().get(place=world.province)
    assert (own.value, own.reason) == (50, "Thêm lực lượng vũ trang")


@pytest.mark.parametrize(
    ("numerator", "denominator", "message"),
    [
        ("N/A", "10", "“N/A” không phải số; viết như 1.234,5."),
        ("95%", "100", "“95%”: chỉ ghi số, bỏ dấu %."),
        ("12.5", "100", "không phải số"),
        ("1e5", "100", "không phải số"),
        ("11", "10", "Giá trị 110 không hợp lý"),
        ("5", "", "Cần cả tử số và mẫu số"),
        ("1,234", "2000", "“1,234” phải là số nguyên; viết 1234 hoặc 1.234."),
        ("12,5", "2000", "“12,5” không phải số nguyên không âm."),
        ("5", "0", "Mẫu số phải lớn hơn 0"),
        ("-5", "10", "“-5” không phải số nguyên không âm."),
    ],
)
def test_wrong_figures_are_told_and_what_was_typed_is_kept(
    world: World, people: dict[str, Person], smartphones: Indicator, numerator: str, denominator: str, message: str
) -> None:
    pk, other = world.commune.pk, world.neighbour.pk
    typed = {"source": "Báo cáo", f"{pk}-numerator": numerator, f"{pk}-denominator": denominator}
    right = {f"{other}-numerator": "777", f"{other}-denominator": "1000"}
    text = send(people["department_officer"], record_url(smartphones), **typed, **right).content.decode()
    assert message in text
    assert "Xã Đồng Đăng" in text
    assert f'value="{numerator}"' in text
    assert 'value="777"' in text
    assert not Value.objects.exists()


@pytest.mark.parametrize(
    ("numerator", "denominator", "cell"),
    [("11", "10", "numerator"), ("", "10", "numerator"), ("5", "", "denominator"), ("5", "0", "denominator")],
)
def test_an_objection_to_a_ratio_stands_at_its_cell_and_the_summary_leads_there(
    world: World, people: dict[str, Person], smartphones: Indicator, numerator: str, denominator: str, cell: str
) -> None:
    pk = world.commune.pk
    typed = {"source": "Báo cáo", f"{pk}-numerator": numerator, f"{pk}-denominator": denominator}
    text = send(people["commune_officer"], record_url(smartphones), **typed).content.decode()
    assert f'<li><a href="#id_{pk}-{cell}">Xã Đồng Đăng' in text
    input_there = text.index(f'id="id_{pk}-{cell}"')
    assert text.index('<p class="field__error">', input_there) < text.index("</td>", input_there)


def test_the_choice_of_indicators_says_what_is_lacking_and_puts_that_first(
    world: World, people: dict[str, Person], smartphones: Indicator, django_assert_max_num_queries: Any
) -> None:
    complete = make_indicator("da-du", number=1)
    make_indicator("cap-tinh", number=2, lowest_level="province")
    pairs = [Entry(complete, place, YEAR, 1, 2) for place in (world.commune, world.neighbour)]
    record_values(actor=None, rows=[*pairs, Entry(smartphones, world.commune, YEAR, 1, 2)], source="thử")
    url = reverse("indicators:record", args=["20"])
    with django_assert_max_num_queries(25):
        text = visit(people["department_officer"], url, year=YEAR).content.decode()
    for option in (
        "Chọn chỉ tiêu…</option>",
        "dien-thoai-thong-minh (còn thiếu 1 xã, phường)",
        "cap-tinh (cấp tỉnh chưa có)",
        "da-du (đã đủ)",
    ):
        assert option in text
    assert text.index("dien-thoai-thong-minh (") < text.index("da-du (")
    assert "da-du (còn thiếu 2 xã, phường)" in visit(people["department_officer"], url, year=2024).content.decode()
    own = visit(people["commune_officer"], url, year=YEAR).content.decode()
    assert "cap-tinh" not in own, "chỉ tiêu không có ở cấp xã thì không hỏi xã"
    assert "dien-thoai-thong-minh (đã đủ)" in own


# --- counting anew


def test_a_figure_that_the_register_no_longer_gives_says_so_and_can_be_counted_anew(
    world: World, people: dict[str, Person], counted: Value, cover: Callable[..., Any]
) -> None:
    told = "Sổ đăng ký nay cho 100% (2 / 2)"
    assert "Sổ đăng ký nay cho" not in visit(people["department_officer"], page(counted)).content.decode()
    cover(world.dark_village)
    assert told in visit(people["department_officer"], page(counted)).content.decode()
    assert told not in visit(people["analyst"], page(counted)).content.decode(), "ai không tính lại được thì không xem"
    answer = send(people["department_head"], reverse("indicators:recount", args=["20"]))
    assert answer.redirect_chain[-1][0] == "/so-lieu/20/duyet"
    now = Value.objects.known().get(place=world.province, year=YEAR)
    assert (now.value, now.state) == (100, "draft")
    assert "Sổ đăng ký nay cho" not in visit(people["department_head"], page(now)).content.decode()


def test_counting_anew_is_offered_where_figures_are_recorded_and_approved(people: dict[str, Person]) -> None:
    address = reverse("indicators:recount", args=["20"])
    for who, page_name, offered in (
        ("department_officer", "record", True),
        ("department_head", "approve", True),
        ("commune_officer", "record", False),
    ):
        text = visit(people[who], reverse(f"indicators:{page_name}", args=["20"])).content.decode()
        assert (f'action="{address}"' in text) == offered, who


def test_the_table_marks_simulated_figures_and_leaves_rolled_up_ones_to_the_communes(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    rows = [Entry(smartphones, world.commune, YEAR, 321, 654, simulated=True)]
    record_values(actor=None, rows=rows, source="thử")
    compute_values(actor=None, province=world.province, year=YEAR)
    text = visit(people["department_officer"], record_url(smartphones)).content.decode()
    assert "DỮ LIỆU MÔ PHỎNG" in text
    assert text.count('value="321"') == 1


def test_another_commune_s_cell_is_not_read(world: World, people: dict[str, Person], smartphones: Indicator) -> None:
    """A hand-made request for a place that is not on the form changes nothing there."""
    pk = world.neighbour.pk
    send(
        people["commune_officer"],
        record_url(smartphones),
        **{"source": "x", f"{pk}-numerator": "1", f"{pk}-denominator": "2"},
    )
    assert not Value.objects.exists()


def test_counted_indicators_are_not_asked_for(
    world: World, people: dict[str, Person], broadband: Indicator, smartphones: Indicator
) -> None:
    text = visit(people["department_officer"], record_url(broadband)).content.decode()
    assert "Xin chọn chỉ tiêu và năm trong danh sách." in text
    assert f'<option value="{smartphones.code}"' in text
    assert f'<option value="{broadband.code}"' not in text


# --- approval


def test_the_department_sees_what_waits_and_the_head_alone_approves(people: dict[str, Person], counted: Value) -> None:
    url = reverse("indicators:approve", args=["20"])
    for who, status in (("department_head", 200), ("department_officer", 200), ("analyst", 404), ("stranger", 404)):
        assert visit(people[who], url).status_code == status, who
    assert "Chỉ duyệt" not in visit(people["department_officer"], url).content.decode()
    for action in ("approve", "both"):
        send(people["department_officer"], url, all="1", action=action, shown_at=timezone.now().isoformat())
        counted.refresh_from_db()
        assert counted.state == "draft"


@pytest.mark.parametrize(("action", "proposed"), [("approve", 0), ("both", 2)])
@pytest.mark.parametrize("whole", [True, False])
def test_the_head_approves_the_ticked_groups_or_all_and_proposes_them(
    people: dict[str, Person], counted: Value, action: str, proposed: int, whole: bool
) -> None:
    url = reverse("indicators:approve", args=["20"])
    key = f"{counted.indicator_id}:{counted.formula}:{YEAR}"
    assert key in visit(people["department_head"], url).content.decode()
    picked = {"all": "1"} if whole else {"group": key}
    shown_at = timezone.now().isoformat()
    text = send(people["department_head"], url, **picked, action=action, shown_at=shown_at).content.decode()
    assert "2 số liệu" in text
    counted.refresh_from_db()
    assert (counted.state, counted.approved_by) == ("approved", people["department_head"])
    assert Value.objects.exclude(publication=None).count() == proposed


def test_the_second_person_publishes_on_the_page_of_the_proposal(people: dict[str, Person], counted: Value) -> None:
    url = reverse("indicators:approve", args=["20"])
    send(people["department_head"], url, all="1", action="both", shown_at=timezone.now().isoformat())
    row = Publication.objects.get()
    confirm = reverse("indicators:publication_confirm", args=[row.pk])
    assert "Bạn là người đề nghị" in visit(people["department_head"], row.get_absolute_url()).content.decode()
    assert "phải khác người đề nghị" in send(people["department_head"], confirm).content.decode()
    assert "chờ bạn hoặc người khác" in visit(people["department_officer"], url).content.decode()
    done = send(people["department_officer"], confirm).content.decode()
    assert "ghi mục 1 của sổ minh bạch" in done
    assert "đã xong: đã công bố" in send(people["department_officer"], confirm).content.decode()
    for address in (row.get_absolute_url(), reverse("indicators:publications", args=["20"])):
        assert "lanh_dao_so đề nghị, can_bo_so công bố" in visit(None, address).content.decode()


def test_the_published_table_of_any_day_shows_where_each_figure_is_from(
    people: dict[str, Person], counted: Value
) -> None:
    url = reverse("indicators:published_table", args=["20", YEAR])
    assert visit(None, url).status_code == 404, "chưa công bố thì chưa có bảng"
    send(people["department_head"], reverse("indicators:approve", args=["20"]), **ALL, shown_at=far())
    send(people["department_officer"], reverse("indicators:publication_confirm", args=[Publication.objects.get().pk]))
    text = visit(None, url).content.decode()
    assert "2 số liệu đã công bố" in text
    for said in ("Tỉnh Lạng Sơn", "Xã Đồng Đăng", "lanh_dao_so", "mục 1", "/so-minh-bach/1/tep"):
        assert said in text, said
    Publication.objects.update(published_at=timezone.now() - timedelta(days=2))
    long_ago = (timezone.localdate() - timedelta(days=9)).isoformat()
    assert "chưa công bố số liệu nào" in visit(None, url, ngay=long_ago).content.decode()
    Value.objects.filter(place__kind="commune").update(withheld=True)
    held = visit(people["department_head"], url).content.decode()
    assert "không công bố" in held
    assert page(Value.objects.get(place__kind="commune")) not in held
    assert "không công bố" in visit(None, url, xuat="csv").content.decode("utf-8-sig")
    assert visit(None, url, **{"chi-tieu": counted.indicator.code, "q": "dong dang"}).status_code == 200


def test_figures_that_came_after_the_page_was_shown_wait(people: dict[str, Person], counted: Value) -> None:
    url = reverse("indicators:approve", args=["20"])
    before = (counted.known_from - timedelta(seconds=1)).isoformat()
    key = f"{counted.indicator_id}:{counted.formula}:{YEAR}"
    send(people["department_head"], url, group=key, action="both", shown_at=before)
    counted.refresh_from_db()
    assert counted.state == "draft"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"group": "x", "action": "approve", "shown_at": "nonsense"},
        {"group": "1:", "action": "drop", "shown_at": "2025-13-45T00:00Z"},
        {"group": "²:a:2025", "action": "approve", "shown_at": "2030-01-01T00:00:00+00:00"},
    ],
)
def test_a_mangled_approval_changes_nothing(people: dict[str, Person], counted: Value, data: dict[str, str]) -> None:
    answer = send(people["department_head"], reverse("indicators:approve", args=["20"]), **data)
    assert answer.status_code == 200
    assert Value.objects.filter(state="draft").count() == 2
