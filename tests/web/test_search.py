"""The search, the page about the system, and the pages for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django import DjangoAssertNumQueries

from hatang.pages.errors import bad_request
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import Filled, make_plan

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
    for words in ("đếm từ sổ đăng ký", "dự báo", "mô phỏng", "có nguy cơ", "chưa đo được", "vietnamadminunits"):
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
