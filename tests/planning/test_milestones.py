"""Shares asked on the way to a goal: typed on the form, kept by the planner, told wherever the goal is told."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.planning.models import Scenario
from hatang.planning.services import solving
from hatang.planning.services.infeasible import reasons_told, relax_scenario
from tests.conftest import World
from tests.planning.solved import run_for, solved_scenario
from tests.planning.test_scenarios import form_of, unsolved

pytestmark = pytest.mark.django_db


@pytest.fixture
def browsing(client: Client, people: dict[str, Person]) -> Client:
    """Give the officer's browser."""
    client.force_login(people["department_officer"])
    return client


def line(number: int, year: str, share: str) -> dict[str, str]:
    """Give what a browser sends of a line."""
    return {f"moc-nam-{number}": year, f"moc-phan-tram-{number}": share}


def test_lines_are_kept_by_year_and_come_back(world: World, browsing: Client) -> None:
    run = run_for(world)
    sent = form_of(run=str(run.pk), viec="luu", **line(1, "2028", "97,5"), **line(3, "2027", "90"))
    assert browsing.post(reverse("planning:scenario_new", args=["20"]), sent).status_code == 302
    scenario = Scenario.objects.get()
    assert scenario.milestones == [(2027, 90), (2028, 97.5)]
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert "qua mốc 90 % năm 2027, 97,5 % năm 2028" in page
    edit = reverse("planning:scenario_edit", args=[scenario.pk])
    assert 'value="97,5"' in browsing.get(edit).content.decode()
    like = browsing.get(reverse("planning:scenario_new", args=["20"]), {"tu": scenario.pk, "nam": "2028"})
    assert like.context["form"].initial["moc-nam-1"] == 2027 and like.context["form"].initial["moc-nam-2"] is None
    browsing.post(edit, form_of(run=str(run.pk), viec="luu"))
    assert Scenario.objects.get().milestones == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (line(1, "2029", "90"), "Năm của mốc phải từ 2027 đến 2028"),
        (line(1, "2026", "90"), "Năm của mốc phải từ 2027 đến 2028"),
        (line(1, "2027", ""), "Ghi phần trăm phải đạt vào cuối năm 2027."),
        (line(2, "", "90"), "Ghi năm phải đạt 90 %."),
        (line(1, "2027", "99"), "Không quá mục tiêu, 98,5 %"),
        (line(1, "2027", "-1"), "Từ 0 đến 100 %."),
        (line(1, "2027", "chín"), "không phải số"),
        (line(1, "2027", "90") | line(2, "2027", "91"), "Năm 2027 đã có mốc ở dòng 1."),
        (line(1, "2028", "90") | line(2, "2027", "95"), "Từ 95 % trở lên: cuối năm 2027 đã đòi chừng ấy."),
        (line(1, "2027", "90") | {"last_year": "2027"}, "Phương án chỉ xây trong năm 2027"),
    ],
)
def test_a_line_that_cannot_be_is_told_at_its_field(
    world: World, browsing: Client, lines: dict[str, str], words: str
) -> None:
    sent = form_of(run=str(run_for(world).pk), **{k: v for k, v in lines.items() if k in ("last_year",)})
    answer = browsing.post(reverse("planning:scenario_new", args=["20"]), sent | lines)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Scenario.objects.exists()


def test_the_answer_keeps_them_and_every_paper_tells_them(
    world: World, browsing: Client, people: dict[str, Person]
) -> None:
    """Without money by year all waits for the last year; a share asked by 2027 brings works forward."""
    scenario = unsolved(world, interim_percent={"2027": 60.0})
    scenario.budgets.all().delete()
    scenario = solving.ask_solve(actor=people["department_officer"], scenario=scenario)
    assert scenario.state == Scenario.State.PROVEN
    assert {2027, 2028} == set(scenario.candidates.exclude(year=None).values_list("year", flat=True))
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert "Phải đạt, %" in page
    book = load_workbook(io.BytesIO(browsing.get(f"/phuong-an/so/{scenario.pk}/tep.xlsx").content))
    told = {row[0]: row[1] for row in book["Tóm tắt"].iter_rows(values_only=True, max_col=2)}
    assert told["Mốc cuối năm 2027, %"] == 60
    years = {row[0]: row[1:3] for row in book["Theo năm và nguồn"].iter_rows(values_only=True)}
    assert years["Phải đạt cuối năm, %"] == (60, 95) and years["Được phục vụ cuối năm, %"][0] >= 60
    annex = Document(io.BytesIO(browsing.get(f"/phuong-an/so/{scenario.pk}/tep.docx").content))
    assert any("qua mốc 60 % năm 2027" in paragraph.text for paragraph in annex.paragraphs)
    assert ["Phải đạt cuối năm, %", "60", "95"] in [
        [cell.text for cell in row.cells][:3] for row in annex.tables[0].rows
    ]
    other = solved_scenario(world)
    compared = browsing.get(f"/phuong-an/20/so-sanh?pa={scenario.pk}&pa={other.pk}").content.decode()
    assert "60 % năm 2027" in compared and "không đòi" in compared


def test_asking_less_on_the_way_leaves_the_goal(world: World, people: dict[str, Person]) -> None:
    scenario = unsolved(world, interim_percent={"2027": 90.0})
    less = {"name": "share", "key": [2027], "asked": 90.0, "reachable": 61.26, "unit": "%"}
    scenario.state, scenario.answer = "infeasible", scenario.answer | {"why": {"unreachable": [], "ways": [[less]]}}
    scenario.save()
    assert reasons_told(scenario, 5).ways[0].words == ["mốc cuối năm 2027: 90 % → 61,2 %"]
    scenario = relax_scenario(actor=people["department_officer"], scenario=scenario, number=1)
    assert (scenario.milestones, scenario.share_percent) == ([(2027, 61.2)], 95)
