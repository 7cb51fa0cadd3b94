"""People find a dataset without accents, look into it, cite it, report an error; an officer answers and closes."""

from __future__ import annotations

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.opendata.models import ErrorReport
from hatang.places.models import Place
from tests.conftest import World
from tests.opendata.needs import a_figure, an_indicator, published

PAGE = "/du-lieu-mo/thon/20/"


@pytest.fixture
def filled(world: World) -> World:
    indicator = an_indicator()
    for place, value in ((world.commune, 81.5), (world.neighbour, 40.0)):
        a_figure(indicator, place, value)
    for slug in ("thon", "xa-phuong", "so-lieu-chi-tieu"):
        published(world, slug)
    return world


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_an_empty_installation_says_so(world: World) -> None:
    assert "Chưa có bộ dữ liệu nào" in Client().get("/du-lieu-mo/").text


def test_datasets_are_found_without_accents_and_by_facets(filled: World) -> None:
    page = Client().get("/du-lieu-mo/")
    assert "3 bộ dữ liệu của 1 tỉnh" in page.text
    found = Client().get("/du-lieu-mo/", {"q": "to dan pho"}).text
    assert "Thôn, bản, tổ dân phố</a>" in found
    assert "Xã, phường, đặc khu</a>" not in found
    by_theme = Client().get("/du-lieu-mo/", {"chu-de": "chi-tieu"}).text
    assert "1 trong 3 bộ dữ liệu" in by_theme
    assert "Không có bộ dữ liệu nào khớp" in Client().get("/du-lieu-mo/", {"q": "vũ trụ"}).text


def test_the_title_that_has_the_words_comes_first_and_words_are_whole(filled: World) -> None:
    found = Client().get("/du-lieu-mo/", {"q": "thon ban"}).text
    assert "1 trong 3 bộ dữ liệu" in found and "Thôn, bản, tổ dân phố</a>" in found
    answer = Client().get("/api/3/action/package_search", {"q": "xa phuong"}).json()["result"]["results"]
    titles = [one["title"] for one in answer]
    assert len(titles) > 1 and titles[0].startswith("Xã, phường, đặc khu")
    assert "Thôn, bản, tổ dân phố</a>" in Client().get("/du-lieu-mo/", {"q": "dan ph"}).text


def test_a_chart_follows_what_was_looked_for_and_names_stand_first(filled: World) -> None:
    page = Client().get("/du-lieu-mo/so-lieu-chi-tieu/20/").text
    assert page.count('class="rowbar"') == 2 and page.index(">Chỉ tiêu</th>") < page.index(">Mã chỉ tiêu</th>")
    assert 'class="rowbar"' not in Client().get("/du-lieu-mo/so-lieu-chi-tieu/20/", {"q": "khong co gi"}).text


def test_the_portal_is_found_from_every_page(world: World) -> None:
    assert 'href="/du-lieu-mo/"' in Client().get("/gioi-thieu").text


def test_a_dataset_shows_table_map_files_and_how_to_cite(filled: World) -> None:
    page = Client().get(PAGE).text
    for words in ("Thôn Nà Lầm", 'href="/du-lieu-mo/thon/20.gpkg"', "SHA-256", "Creative Commons", "Trích dẫn"):
        assert words in page
    assert "Sở Khoa học và Công nghệ Lạng Sơn (" in page
    assert '"coordinates": [106.7, 21.95]' in page
    narrowed = Client().get(PAGE, {"q": "kho da"}).text
    assert "Thôn Khơ Đa" in narrowed
    assert "Thôn Nà Lầm" not in narrowed
    assert "Không có dòng nào khớp" in Client().get(PAGE, {"q": "không đâu"}).text


def test_a_chart_draws_the_figures_the_longest_first(filled: World) -> None:
    page = Client().get("/du-lieu-mo/so-lieu-chi-tieu/20/").text
    chart = page[page.index("Giá trị, theo đơn vị của chỉ tiêu <span") :]
    assert chart.index("Xã Đồng Đăng") < chart.index("Phường Kỳ Lừa")
    assert 'width="100.0"' in chart
    assert 'width="49.1"' in chart


def test_names_on_pages_are_never_markup(filled: World) -> None:
    Place.objects.filter(pk=filled.village.pk).update(name="</script><script>alert(1)</script>")
    published(filled)
    page = Client().get(PAGE).text
    assert "<script>alert" not in page


def test_anyone_reports_an_error_and_the_officer_closes_it(filled: World, people: dict[str, Person]) -> None:
    visitor = Client()
    response = visitor.post(f"{PAGE}bao-loi", {"words": "Nà Lầm có 90 hộ", "where": "số hộ"}, follow=True)
    assert "Đã nhận" in response.text
    row = ErrorReport.objects.get()
    assert (row.dataset, row.version_number, row.province) == ("thon", 1, filled.province)
    officer = client_of(people["department_officer"])
    assert "1 báo lỗi" in officer.get("/du-lieu-mo/bao-loi/tinh/20/").text
    refused = officer.post(row.get_absolute_url(), {"answer": ""})
    assert refused.status_code == 422
    assert officer.post(row.get_absolute_url(), {"answer": "Đã sửa."}).status_code == 302
    row.refresh_from_db()
    assert (row.answer, row.closed_by) == ("Đã sửa.", people["department_officer"])
    assert officer.post(row.get_absolute_url(), {"answer": "Lần nữa."}).status_code == 422
    assert "không còn báo lỗi nào" in officer.get("/du-lieu-mo/bao-loi/tinh/20/").text
    assert row.history.count() == 2


def test_reports_are_for_the_officers_of_the_province_alone(filled: World, people: dict[str, Person]) -> None:
    row = ErrorReport.objects.create(dataset="thon", province=filled.province, version_number=1, words="sai")
    for who in ("operator", "commune_officer", "analyst", "stranger"):
        assert client_of(people[who]).get(row.get_absolute_url()).status_code == 404
        assert client_of(people[who]).get("/du-lieu-mo/bao-loi/tinh/20/").status_code == 404


@pytest.mark.parametrize(
    "said", [{"words": ""}, {"words": "x" * 2001}, {"words": "đúng", "website": "http://x"}, {"where": "x" * 201}]
)
def test_a_report_that_is_wrong_is_not_kept(filled: World, said: dict[str, str]) -> None:
    response = Client().post(f"{PAGE}bao-loi", said)
    assert response.status_code == 422
    assert not ErrorReport.objects.exists()
