"""A goal handed down to planning, and works taken up as tasks: grouped, made once, brought up to date, taken back."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.indicators.models import Indicator
from hatang.planning.models import Scenario
from hatang.plans.goals import goal_address
from hatang.plans.models import Plan, Target, Task
from hatang.plans.services.works import compare_tasks, make_tasks, undo_tasks
from tests.conftest import World
from tests.planning.made import run_of, solved_scenario, work_for

OWN = {"operator": 1_350_000_000}


@pytest.fixture
def plan(world: World) -> Plan:
    """A published plan of the province."""
    place = {"territory": world.province, "province": world.province}
    years = {"year_from": 2026, "year_to": 2030}
    return Plan.objects.create(code="kh", title="Kế hoạch", issuer="UBND tỉnh", published=True, **place, **years)


@pytest.fixture
def scenario(world: World) -> Scenario:
    """An adopted scenario: the operator's works of two years, a rival's on the same mast, one that the fund pays."""
    made = solved_scenario(world.province, adopted_at=timezone.now())
    work_for(made, world.operator, [world.village], year=2027, structure="new-1", paid_vnd=OWN)
    work_for(made, world.rival, [world.village], year=2027, structure="new-1", paid_vnd={"operator": 450_000_000})
    work_for(made, world.operator, [world.dark_village], year=2028, commune=world.neighbour, paid_vnd=OWN)
    work_for(
        made, world.operator, [world.dark_village], year=2028, paid_vnd={"fund": 1_000_000_000, "state": 350_000_000}
    )
    work_for(made, world.operator, [world.dark_village])
    return made


def test_works_become_tasks_of_one_lead_and_year(
    plan: Plan, scenario: Scenario, world: World, people: dict[str, Person]
) -> None:
    """A shared mast is paid by the first on it; what the fund pays for names no operator."""
    make_tasks(actor=people["department_officer"], plan=plan, scenario=scenario)
    told = [(t.lead, t.due_on, t.estimate_vnd, t.funding_source) for t in Task.objects.order_by("due_on", "lead_id")]
    assert sorted(told, key=str) == sorted(
        [
            (world.operator, date(2027, 12, 31), 1_350_000_000, "doanh nghiệp 1,4 tỷ đồng"),
            (world.rival, date(2027, 12, 31), 450_000_000, "doanh nghiệp 450 triệu đồng"),
            (world.operator, date(2028, 12, 31), 1_350_000_000, "doanh nghiệp 1,4 tỷ đồng"),
            (
                None,
                date(2028, 12, 31),
                1_350_000_000,
                "Quỹ viễn thông công ích 1 tỷ đồng; ngân sách nhà nước 350 triệu đồng",
            ),
        ],
        key=str,
    )
    assert Task.objects.filter(title__contains="năm 2028 tại phường Kỳ Lừa", lead=world.operator).exists()
    asked = Task.objects.get(lead=None)
    assert asked.title.startswith("Đề nghị Quỹ viễn thông công ích hỗ trợ 1 công trình")


def test_what_the_fund_pays_is_led_by_the_plans_department(
    plan: Plan, scenario: Scenario, world: World, people: dict[str, Person]
) -> None:
    Task.objects.create(plan=plan, title="Tham mưu", lead=world.department)
    Organisation.objects.filter(pk=world.department.pk).update(kind=Organisation.Kind.DEPARTMENT)
    make_tasks(actor=people["department_officer"], plan=plan, scenario=scenario)
    assert plan.tasks.filter(scenario=scenario, lead=world.department).count() == 1


def test_made_again_only_differences_are_shown_and_what_people_wrote_stays(
    plan: Plan, scenario: Scenario, world: World, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    make_tasks(actor=officer, plan=plan, scenario=scenario)
    again = compare_tasks(plan, scenario)
    assert (again.does_anything, len(again.same)) == (False, 4)
    begun = Task.objects.get(lead=world.rival)
    begun.state = Task.State.UNDER_WAY
    begun.save()
    scenario.candidates.filter(operator=world.rival).update(capital_vnd=500_000_000)
    scenario.candidates.filter(number=3).update(year=2029)
    scenario.candidates.filter(number=4).update(year=None)
    found = compare_tasks(plan, scenario)
    assert [words for _, words in found.kept] == ["dự toán, đồng: 450.000.000 → 500.000.000"]
    (changed,) = found.changed
    assert "hạn: 2028-12-31 → 2029-12-31" in changed[2]
    assert [task.lead for task in found.gone] == [None]
    make_tasks(actor=officer, plan=plan, scenario=scenario)
    begun.refresh_from_db()
    assert (begun.estimate_vnd, Task.objects.count()) == (450_000_000, 3)
    assert not compare_tasks(plan, scenario).does_anything


def test_tasks_are_taken_back_while_nobody_went_on_with_them(
    plan: Plan, scenario: Scenario, world: World, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    make_tasks(actor=officer, plan=plan, scenario=scenario)
    begun = Task.objects.get(lead=world.rival)
    begun.progress_text = "Đã khảo sát."
    begun.save()
    count, stay = undo_tasks(actor=officer, plan=plan, scenario=scenario)
    assert (count, stay, list(Task.objects.all())) == (3, [begun], [begun])


def test_only_an_adopted_scenario_of_the_province_is_taken_up(
    plan: Plan, scenario: Scenario, world: World, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    Scenario.objects.update(adopted_at=None)
    scenario.refresh_from_db()
    with pytest.raises(ValidationError, match="chưa được chọn để thực hiện"):
        make_tasks(actor=officer, plan=plan, scenario=scenario)
    for who in ("analyst", "operator", "stranger"):
        with pytest.raises(PermissionDenied):
            make_tasks(actor=people[who], plan=plan, scenario=scenario)


def test_an_operator_sees_its_own_tasks_and_nothing_of_a_rivals(
    plan: Plan, scenario: Scenario, world: World, people: dict[str, Person], client: Client
) -> None:
    """The plan is public; that a rival lacks a service somewhere is not."""
    written = Task.objects.create(plan=plan, title="Lập quy hoạch")
    make_tasks(actor=people["department_officer"], plan=plan, scenario=scenario)
    rivals = Task.objects.get(lead=world.rival)
    assert client.get("/ke-hoach/kh/").content.decode().count("/ke-hoach/nhiem-vu/") == 1
    client.force_login(people["operator"])
    page = client.get("/ke-hoach/kh/").content.decode()
    seen = {task.pk for task in Task.objects.all() if f"/ke-hoach/nhiem-vu/{task.pk}/" in page}
    assert seen == {written.pk, *Task.objects.filter(lead=world.operator).values_list("pk", flat=True)}
    assert client.get(f"/ke-hoach/nhiem-vu/{rivals.pk}/").status_code == 404
    own = Task.objects.filter(lead=world.operator).earliest("due_on")
    page = client.get(f"/ke-hoach/nhiem-vu/{own.pk}/").content.decode()
    assert "cột mới số 1" in page
    assert "Thôn Nà Lầm" in page
    assert scenario.title not in page
    client.force_login(people["department_officer"])
    assert scenario.title in client.get(f"/ke-hoach/nhiem-vu/{rivals.pk}/").content.decode()


def test_the_page_shows_what_will_be_made_then_makes_it_and_takes_it_back(
    plan: Plan, scenario: Scenario, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    page = f"/ke-hoach/kh/nhiem-vu-tu-phuong-an?phuong-an={scenario.pk}"
    assert "Sẽ lập 4 nhiệm vụ mới, dự toán 4,5 tỷ đồng." in client.get(page).content.decode()
    assert not Task.objects.exists()
    assert client.post(page).status_code == 302
    assert "4 nhiệm vụ đã lập khớp với phương án" in client.get(page).content.decode()
    client.post(page, {"hoan-tac": "1"})
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("code", "path", "asked"),
    [
        (
            "villages-mobile-broadband",
            "/phuong-an/20/lap",
            {"dich-vu": "3G+", "tinh-theo": "villages", "muc-tieu": "98,5"},
        ),
        ("population-5g", "/phuong-an/20/lap", {"dich-vu": "5G", "tinh-theo": "people", "muc-tieu": "98,5"}),
        ("zones-sites-5g", "/phuong-an/20/lap", {"dich-vu": "5G", "tinh-theo": "sites", "muc-tieu": "98,5"}),
        ("new-bts-on-existing", "/phuong-an/20/lap", {"dich-vu": "3G+", "tinh-theo": "villages", "dung-chung": "98,5"}),
        ("villages-fibre", "/phuong-an/20/cap-quang/moi", {}),
        ("download-5g", "", {}),
    ],
)
def test_a_target_hands_its_goal_down(code: str, path: str, asked: dict[str, str], plan: Plan) -> None:
    """The scenario's form opens with the target's service, measure, share, year; a year gone by becomes this one."""
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "none", "source": "reported"}
    indicator = Indicator.objects.create(code=code, number=900, name="Tỷ lệ", short_name="Thôn", **traits)
    target = Target.objects.create(plan=plan, indicator=indicator, year=2025, comparator="ge", value=98.5)
    address = urlsplit(goal_address(target, today=date(2026, 11, 27)))
    said = {name: values[0] for name, values in parse_qs(address.query).items()}
    named = {"nam": "2026", "ten": "Thôn ít nhất 98,5% đến 2025"} if path else {}
    assert (address.path, said) == (path, asked | named)


@pytest.mark.parametrize("path", ["cap-quang/moi", "lap"])
def test_the_form_opens_with_the_goal(path: str, world: World, people: dict[str, Person], client: Client) -> None:
    """Whatever an address says, the page opens; what can be taken is in the form."""
    run_of(world.province)
    client.force_login(people["department_officer"])
    page = client.get(f"/phuong-an/20/{path}?nam=2029&ten=Goal&dich-vu=3G%2B&tinh-theo=villages&muc-tieu=98%2C5")
    assert 'value="2029"' in page.content.decode()
    assert 'value="Goal"' in page.content.decode()
    assert client.get(f"/phuong-an/20/{path}?nam=abc&ten=&dich-vu=9G&muc-tieu=x").status_code == 200
