"""The search, the page about the system, and the pages for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Organisation
from hatang.network.kinds import TABLE
from hatang.pages.errors import bad_request
from hatang.places.models import Place
from hatang.web.services.search import MOST
from tests.network.things import make_thing
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import LAST_YEAR, Filled, make_indicator, make_plan, make_value

As = Callable[[str], Client]


def text(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_old_name_finds_todays_place_and_says_why(client: Client, filled: Filled) -> None:
    page = text(client, "/tim", q="ha giang")
    assert "Hà Giang nay thuộc tỉnh Tuyên Quang từ 01/07/2025" in page
    assert filled.former.get_absolute_url() in page


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("dong dang", "Xã Đồng Đăng"),
        ("dien thoai", "/tinh/20/chi-tieu/dien-thoai/"),
        ("ke hoach lang son", "/ke-hoach/lang-son/"),
        ("so khoa hoc", "Sở Khoa học và Công nghệ Lạng Sơn"),
    ],
)
def test_places_indicators_plans_and_organisations_are_found_without_accents(
    q: str, found: str, client: Client, filled: Filled
) -> None:
    assert found in text(client, "/tim", q=q)


def test_every_word_must_begin_a_word_and_whole_words_come_alone(client: Client, filled: Filled) -> None:
    Organisation.objects.create(kind=Organisation.Kind.DEPARTMENT, name="Sở Y tế Bắc Giang")
    Organisation.objects.create(kind=Organisation.Kind.DEPARTMENT, name="Sở Y tế Nha Giang")
    Organisation.objects.create(kind=Organisation.Kind.DEPARTMENT, name="Sở Y tế Hàm Giang")

    def found(q: str) -> list[str]:
        return [o.name for o in client.get("/tim", {"q": q}).context["found"].organisations]

    assert found("hà giang") == ["Sở Y tế Hàm Giang"]
    Organisation.objects.create(kind=Organisation.Kind.DEPARTMENT, name="Sở Y tế Hà Giang")
    assert found("hà giang") == ["Sở Y tế Hà Giang"]
    assert [p.code for p in client.get("/tim", {"q": "ke hoach ha gi"}).context["found"].plans] == ["ha-giang"]
    assert client.get("/tim", {"q": "e hoach"}).context["found"].plans == []
    assert client.get("/tim", {"q": "ien thoai"}).context["found"].indicators == []


def test_more_than_fits_says_so(client: Client, filled: Filled) -> None:
    more = "Còn nữa: gõ thêm để thu hẹp."
    for n in range(MOST):
        Place.objects.create(kind="village", title="Thôn", name=f"Bản Mới {n}", parent=filled.world.commune)
    assert more not in text(client, "/tim", q="ban moi")
    Place.objects.create(kind="village", title="Thôn", name="Bản Mới Nữa", parent=filled.world.commune)
    page = text(client, "/tim", q="ban moi")
    assert more in page
    assert f"{MOST} kết quả đầu tiên cho" in page


def test_a_simulated_place_bears_its_mark_where_it_is_found(client: Client, filled: Filled) -> None:
    assert "mô phỏng" not in text(client, "/tim", q="na lam").lower()
    filled.world.village.simulated = True
    filled.world.village.save()
    page = text(client, "/tim", q="na lam")
    assert "DỮ LIỆU MÔ PHỎNG" in page
    assert 'class="sim"' in page
    assert 'class="sim"' in text(client, "/tim/goi-y", q="na lam")
    assert 'class="sim"' not in text(client, "/tim/goi-y", q="kho da")


def test_an_indicator_opens_where_it_has_figures_and_for_a_person_in_their_province(
    client: Client, as_: As, filled: Filled
) -> None:
    def opens(client: Client, address: str, indicator: str) -> list[str]:
        found = client.get(address, {"q": indicator}).context["found"]
        return [hit.province.code for hit in found.indicators]

    schools = make_indicator("truong-co-wifi", 70, name="Trường học có wifi")
    for address in ("/tim", "/tim/goi-y"):
        assert opens(client, address, "dien thoai") == ["20"]
        assert opens(as_("stranger"), address, "dien thoai") == ["08"]
        assert opens(client, address, "truong hoc") == ["20"], "no province has figures: the first with a plan"
    make_value(schools, filled.world.other_commune, LAST_YEAR, 40)
    assert opens(client, "/tim", "truong hoc") == ["08"]
    make_value(schools, filled.world.province, LAST_YEAR, 40, state="draft")
    make_value(schools, filled.world.commune, LAST_YEAR, 40, state="draft")
    assert opens(client, "/tim", "truong hoc") == ["08"]


def test_a_draft_plan_is_not_found_by_others(client: Client, as_: As, filled: Filled) -> None:
    make_plan("bi-mat", filled.world.province, filled.world.province, published=False)
    assert "/ke-hoach/bi-mat/" not in text(client, "/tim", q="ke hoach")
    assert "/ke-hoach/bi-mat/" in text(as_("department_officer"), "/tim", q="ke hoach")


@pytest.mark.parametrize("q", ["", "   ", "%", "xyzxyz", "'; DROP TABLE", "a" * 5000, "🙂"])
def test_odd_words_find_nothing_and_break_nothing(q: str, client: Client, filled: Filled) -> None:
    assert "Tìm" in text(client, "/tim", q=q)
    assert "option" not in text(client, "/tim/goi-y", q=q)


def test_what_was_typed_is_escaped(client: Client, filled: Filled) -> None:
    assert "<script>alert" not in text(client, "/tim", q="<script>alert(1)</script>")


def test_suggestions_lead_straight_to_the_thing(client: Client, filled: Filled) -> None:
    assert f'data-href="{filled.world.commune.get_absolute_url()}"' in text(client, "/tim/goi-y", q="dong d")


def test_few_queries(as_: As, filled: Filled, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = as_("department_head")
    for address in ("/tim?q=n", "/tim/goi-y?q=n", "/tim?q=ha+giang", "/gioi-thieu"):
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(address)


def test_the_page_about_the_system_explains_every_mark(client: Client, db: None) -> None:
    page = text(client, "/gioi-thieu")
    for words in ("đếm từ sổ đăng ký", "dự đoán", "mô phỏng", "có nguy cơ", "chưa đo được", "vietnamadminunits"):
        assert words in page


def test_what_goes_wrong_is_said_in_vietnamese_with_what_to_do(client: Client, db: None) -> None:
    missing = client.get("/khong-co")
    assert missing.status_code == 404
    assert "Không có trang này" in missing.content.decode()
    request = RequestFactory().post("/")
    request.user = client.get("/gioi-thieu").context["user"]
    too_big = bad_request(request, RequestDataTooBig("too big"))
    assert too_big.status_code == 413
    assert "quá lớn" in too_big.content.decode()


def test_the_page_of_an_error_needs_no_database(db: None) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("the error page asked the database")

    with connection.execute_wrapper(refuse):
        page = server_error(RequestFactory().get("/")).content.decode()
    assert "Hệ thống gặp lỗi" in page


def test_things_are_found_by_code_and_address_by_who_may_know_them(as_: As, client: Client, filled: Filled) -> None:
    world = filled.world
    for kind in TABLE:
        make_thing(kind, world, f"TIM-{kind.slug}", world.rival, offered=True, address="Đường Bắc Sơn")
    for q in ("tim cot", "duong bac son dong dang"):
        assert "TIM-cot" in text(as_("department_officer"), "/tim", q=q)
        assert "TIM-" not in text(as_("operator"), "/tim", q=q)
        assert "TIM-" not in text(client, "/tim", q=q)
        assert "TIM-" not in text(as_("stranger"), "/tim", q=q)
    assert len(as_("rival").get("/tim", {"q": "tim"}).context["found"].things) == len(TABLE)
    hint = text(as_("department_officer"), "/tim/goi-y", q="tim-be")
    assert 'data-thing="chamber" data-lon="106.700123"' in hint
    rough = text(as_("commune_officer"), "/tim/goi-y", q="tim-be")
    assert 'data-thing="chamber">' in rough
