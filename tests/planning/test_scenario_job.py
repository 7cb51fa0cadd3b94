"""From the form through the radio engine and the solver to the page, as an officer goes; and who is kept out."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.coverage.models import Terrain
from hatang.coverage.services.runs.acts import ask_run
from hatang.network.models import Cell
from hatang.planning.models import Scenario
from tests.answers import bare
from tests.conftest import World
from tests.coverage.conftest import cells, run_of, small_terrain
from tests.planning.solved import solved_scenario
from tests.planning.test_scenarios import form_of, works

__all__ = ["cells", "small_terrain"]


def test_an_officer_goes_from_the_form_to_works_with_their_proof(
    world: World, people: dict[str, Person], small_terrain: Terrain, cells: list[Cell], client: Client
) -> None:
    """5G for both villages of the small world: the dark one lacks it; a re-solve keeps what was pinned."""
    run = ask_run(actor=people["department_officer"], run=run_of(small_terrain), operators=[])
    client.force_login(people["department_officer"])
    address = reverse("planning:scenario_new", args=[world.province.code])
    sent = form_of(run=str(run.pk), service="5G", share_percent="100", viec="tinh")
    page = client.post(address, sent, follow=True).content.decode()
    scenario = Scenario.objects.get()
    assert scenario.state == Scenario.State.PROVEN, scenario.answer
    assert "Xây 1 công trình" in page and "100 % thôn có 5G" in page and "DỮ LIỆU MÔ PHỎNG" in page
    work = scenario.candidates.chosen().get()  # type: ignore[attr-defined]
    assert set(work.services.values_list("place__name", flat=True)) == {"Khơ Đa"}
    other = scenario.candidates.exclude(pk=work.pk).first()
    client.post(reverse("planning:wish", args=[scenario.pk]), {"cong-trinh": [other.pk], "y": "fixed"})
    client.post(reverse("planning:scenario_solve", args=[scenario.pk]))
    scenario.refresh_from_db()
    assert scenario.solved and scenario.candidates.get(pk=other.pk).wish == "fixed"
    assert scenario.candidates.get(pk=other.pk).number in works(scenario)


def test_hidden_and_absent_answer_the_same(world: World, people: dict[str, Person], client: Client) -> None:
    """An operator, or an officer of another province, learns nothing from an address: not even that it is one."""
    scenario = solved_scenario(world)
    work = scenario.candidates.first()
    for who in ("rival", "stranger", "commune_officer"):
        client.force_login(people[who])
        for name, pk in (("scenario", scenario.pk), ("works", scenario.pk), ("candidate", work.pk)):
            hidden, absent = (client.get(reverse(f"planning:{name}", args=[key])) for key in (pk, 999_999))
            assert (hidden.status_code, bare(hidden)) == (absent.status_code, bare(absent)), (who, name)
        code = [client.get(reverse("planning:scenarios", args=[c])).status_code for c in (world.province.code, "99")]
        assert code == [404, 404]


def test_long_names_stay_whole(world: World, people: dict[str, Person], client: Client) -> None:
    """A title as long as it may be is shown whole, copied within its bound, and never taken for markup."""
    scenario = solved_scenario(world, title=f"<b>{'Rất dài ' * 24}"[:200])
    client.force_login(people["department_officer"])
    assert "&lt;b&gt;Rất dài" in client.get(scenario.get_absolute_url()).content.decode()
    client.post(reverse("planning:scenario_copy", args=[scenario.pk]))
    copy = Scenario.objects.exclude(pk=scenario.pk).get()
    assert copy.title.endswith("(bản chép)") and len(copy.title) <= 200
