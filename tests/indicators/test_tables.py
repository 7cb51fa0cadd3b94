"""Analysts see the published table alone: pivots, like communes, SQL, files; a saved view holds choices, no figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.indicators.models import Indicator, SavedView, Value
from hatang.indicators.services import Entry, record_values
from hatang.indicators.services.tables import Wanted, alike, alike_words, pivot, published_file
from hatang.places.models import Place
from tests.conftest import NEW_UNITS, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Keep the tables' files apart."""
    settings.DATA = tmp_path


@pytest.fixture
def figures(world: World, smartphones: Indicator) -> Indicator:
    """Publish two years of two communes, and leave a third year a draft."""
    for year, publish in ((2023, True), (2024, True), (2025, False)):
        rows = [
            Entry(smartphones, world.commune, year, numerator=year - 2000, denominator=100),
            Entry(smartphones, world.neighbour, year, numerator=50, denominator=100),
        ]
        record_values(actor=None, rows=rows, publish=publish)
    return smartphones


def sql(client: Client, world: World, text: str) -> Any:
    """Put a question."""
    return client.post(reverse("indicators:sql", args=[world.province.code]), {"sql": text})


def test_a_pivot_turns_the_same_figures_either_way(figures: Indicator, world: World, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    wanted = Wanted((figures.code,), (2023, 2024), rows="noi", columns="nam")
    table = pivot(person=officer, province=world.province, wanted=wanted)
    other = pivot(
        person=officer, province=world.province, wanted=Wanted((figures.code,), (2023, 2024), rows="nam", columns="noi")
    )
    assert [label for label, _ in table.rows] == ["Xã Đồng Đăng", "Phường Kỳ Lừa"]
    assert table.numbers() == [[23, 24], [50, 50]]
    assert other.numbers() == [list(column) for column in zip(*table.numbers(), strict=True)]


def test_communes_alike_are_of_one_kind_and_size(world: World) -> None:
    more = {"kind": "commune", "title": "Xã", "parent": world.province, "province": world.province}
    Place.objects.filter(pk=world.commune.pk).update(population=1000)
    for name, people in (("Gần", 1200), ("Xa", 2000)):
        Place.objects.create(name=name, code=f"0{people}", valid_from=NEW_UNITS, population=people, **more)
    commune = Place.objects.get(pk=world.commune.pk)
    assert [place.name for place in alike(commune)] == ["Đồng Đăng", "Gần"]
    assert alike_words(commune) == "So với các xã của tỉnh có dân số hơn kém Xã Đồng Đăng không quá 30 %."


def test_the_size_of_a_commune_is_that_of_its_villages_where_its_own_is_not_held(world: World) -> None:
    commune = Place.objects.get(pk=world.commune.pk)
    Place.objects.update(population=None)
    assert "chưa có dân số của Xã Đồng Đăng" in alike_words(commune)
    Place.objects.filter(parent=commune).update(population=500)
    more = {"kind": "commune", "title": "Xã", "parent": world.province, "province": world.province}
    for name, people in (("Gần", 1200), ("Xa", 2000)):
        Place.objects.create(name=name, code=f"0{people}", valid_from=NEW_UNITS, population=people, **more)
    assert [place.name for place in alike(commune)] == ["Đồng Đăng", "Gần"]


def test_sql_sees_what_is_published_and_no_draft(
    figures: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["analyst"])
    answer = sql(client, world, "SELECT DISTINCT nam FROM so_lieu ORDER BY nam")
    assert [row[0] for row in answer.context["answer"].rows] == [2023, 2024]
    refused = sql(client, world, "SELECT * FROM read_csv('/etc/passwd')")
    assert refused.status_code == 422
    assert "Câu SQL có lỗi" in refused.text


def test_the_file_is_made_anew_after_a_publication(figures: Indicator, world: World) -> None:
    before = published_file(world.province)
    assert published_file(world.province) == before
    row = Entry(figures, world.commune, 2022, numerator=9, denominator=100)
    record_values(actor=None, rows=[row], publish=True)
    after = published_file(world.province)
    assert after != before
    assert not before.exists()


def test_withheld_and_commercial_figures_are_not_in_the_table(
    figures: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    Value.objects.filter(place=world.commune).update(withheld=True)
    client.force_login(people["department_head"])
    answer = sql(client, world, "SELECT DISTINCT noi FROM so_lieu WHERE cap = 'commune'")
    assert answer.context["answer"].rows == [["Phường Kỳ Lừa"]]
    Indicator.objects.update(commercial=True)
    Value.objects.filter(place=world.neighbour, year=2024).update(withheld=True)
    answer = sql(client, world, "SELECT count(*) FROM so_lieu WHERE cap = 'commune' AND noi = 'Xã Đồng Đăng'")
    assert answer.context["answer"].rows == [[0]]


def test_a_view_is_saved_shared_and_opened_by_its_link(
    figures: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    page = reverse("indicators:analysis", args=[world.province.code])
    query = f"indicators={figures.code}&years=2023&years=2024&level=commune&rows=noi&columns=nam&measure=value"
    client.force_login(people["analyst"])
    text = client.get(f"{page}?{query}").text
    assert "<polyline" in text
    assert client.get(f"{page}?{query}&xuat=parquet").status_code == 200
    save = reverse("indicators:save_view", args=[world.province.code])
    client.post(save, {"name": "Điện thoại", "asked": query})
    view = SavedView.objects.get()
    client.force_login(people["auditor"])
    assert client.get(view.get_absolute_url()).status_code == 404
    client.force_login(people["analyst"])
    client.post(save, {"name": "Điện thoại", "asked": query, "shared": "on"})
    client.force_login(people["auditor"])
    assert client.get(view.get_absolute_url(), follow=True).context["table"].numbers() == [[23, 24], [50, 50]]
    client.post(reverse("indicators:drop_view", args=[view.pk]))
    assert SavedView.objects.exists()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rows=noi&columns=noi&level=commune&measure=value&years=2023", "Hàng và cột phải khác nhau"),
        ("rows=nam&columns=chi-tieu&level=commune&measure=value&years=2023", "chọn một xã"),
        ("rows=noi&columns=nam&level=commune&measure=value&years=2023", "ít nhất một chỉ tiêu"),
    ],
)
def test_a_pivot_that_cannot_be_says_what_to_choose(
    query: str, said: str, figures: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["analyst"])
    chosen = "" if "chỉ tiêu" in said else f"&indicators={figures.code}"
    answer = client.get(f"{reverse('indicators:analysis', args=[world.province.code])}?{query}{chosen}")
    assert answer.status_code == 422
    assert said in answer.text
