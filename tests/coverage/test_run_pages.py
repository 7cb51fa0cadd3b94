"""Pages of runs: the finding first, for each person what is theirs, lists that go out whole, two runs compared."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.coverage.models import CoverageRun, PredictedService, Terrain
from hatang.coverage.services.runs import acts
from hatang.coverage.services.runs.acts import adopt_run, compute_run
from hatang.coverage.services.runs.comparing import Cause, Comparison, gained_and_lost
from hatang.coverage.services.runs.figures import Figure, Figures, finding, share_words
from hatang.network.models import Cell
from hatang.work.models import Job
from tests.conftest import World
from tests.coverage.conftest import RUN_DAY, run_of, station

People = dict[str, Person]


def page(client: Client, person: Person, name: str, *args: Any, **question: str) -> str:
    """Read a page as a person."""
    client.force_login(person)
    response = client.get(reverse(f"coverage:{name}", args=args), question)
    assert response.status_code == 200
    return response.content.decode()


def table(client: Client, person: Person, name: str, *args: Any, **question: str) -> list[list[str]]:
    """Read an export as a person."""
    return list(csv.reader(io.StringIO(page(client, person, name, *args, xuat="csv", **question).lstrip("\ufeff"))))


def again(terrain: Terrain, **more: Any) -> CoverageRun:
    """Compute one more run, a month later."""
    run = run_of(terrain, **{"on": RUN_DAY + timedelta(30), "title": "Lượt sau"} | more)
    acts.record_run(run, [], None)
    compute_run(lambda percent, message: None, run.pk)
    return CoverageRun.objects.get(pk=run.pk)


def test_the_sentence_tells_what_is_left_out_and_how_much_of_it_has_no_power(
    people: People, done_run: CoverageRun
) -> None:
    done_run.tallies.filter(service="4G").delete()
    said = finding(done_run, Figures(done_run, people["analyst"]))
    assert said == (
        "Theo lượt tính ngày 01/11/2026, 50 % (1/2) thôn có 5G; "
        "1 thôn với 25 hộ chưa có, trong đó 1 thôn chưa có điện lưới."
    )


def test_almost_all_is_never_written_as_all() -> None:
    assert share_words(Figure(1659, 1660, 0)) == "99,9 % (1.659/1.660)"


def test_the_front_page_shows_the_run_that_counts_and_a_new_run_begins_there(
    client: Client, world: World, people: People, done_run: CoverageRun
) -> None:
    assert "Chưa có lượt tính nào được lấy" in page(client, people["analyst"], "runs", "20")
    adopt_run(actor=people["department_head"], run=done_run)
    shown = page(client, people["analyst"], "runs", "20")
    assert "100 % (2/2) thôn có 4G." in shown
    assert "DỮ LIỆU MÔ PHỎNG" in shown
    client.force_login(people["department_officer"])
    address = reverse("coverage:run_new", args=["20"])
    facts = {"title": "Chỉ 5G", "on": "01/11/2026", "terrain": done_run.terrain_id, "technologies": ["5G"]}
    facts |= {"served_percent": "95", "radius_km": "5", "nguong-5G": "-20"}
    refused = client.post(address, facts)
    assert refused.status_code == 422
    assert "SS-RSRP từ -156 đến -31 dBm" in refused.content.decode()
    assert "Ngưỡng riêng cần căn cứ" in client.post(address, facts | {"nguong-5G": "-90"}).content.decode()
    assert "Từ 50 đến 99 %." in client.post(address, facts | {"served_percent": "120"}).content.decode()
    made = client.post(address, facts | {"nguong-5G": "-90", "thresholds_note": "Quyết định thử"})
    run = CoverageRun.objects.get(title="Chỉ 5G")
    assert made.headers["Location"] == run.get_absolute_url()
    assert run.summary["services"]["5G"] | {"own": True, "threshold_dbm": -90} == run.summary["services"]["5G"]
    assert not run.services.filter(served=True).exists()


def test_an_operator_sees_its_part_of_adopted_runs_and_that_somebody_serves(
    client: Client, world: World, people: People, done_run: CoverageRun
) -> None:
    client.force_login(people["rival"])
    assert client.get(done_run.get_absolute_url()).status_code == 404
    adopt_run(actor=people["department_head"], run=done_run)
    shown = page(client, people["rival"], "run", done_run.pk)
    assert "Ít nhất 1 doanh nghiệp" in shown
    assert "Ít nhất 2" not in shown
    lines = table(client, people["rival"], "run", done_run.pk)
    assert {line[3] for line in lines[2:]} == {"B", "bất kỳ"}
    head, *rows = table(client, people["rival"], "run_places", done_run.pk)[1:]
    assert not [name for name in head if " A:" in name]
    assert {row[0]: row[5:7] for row in rows} == {"Thôn Nà Lầm": ["có", "có"], "Thôn Khơ Đa": ["có: B", "không"]}


def test_places_are_searched_filtered_and_exported_with_all_that_was_found(
    client: Client, world: World, people: People, done_run: CoverageRun
) -> None:
    officer = people["department_officer"]
    shown = page(client, officer, "run_places", done_run.pk, q="kho da")
    assert "Khơ Đa" in shown
    assert "Nà Lầm" not in shown
    asked = page(client, officer, "run_places", done_run.pk, dv="5G", co="chua")
    assert "1 thôn chưa có 5G" in asked
    assert reverse("coverage:run_place", args=[done_run.pk, world.dark_village.pk]) in asked
    lacking = table(client, officer, "run_places", done_run.pk, dv="5G", co="chua")
    assert lacking[0] == ["DỮ LIỆU MÔ PHỎNG"]
    assert [line[0] for line in lacking[2:]] == ["Thôn Khơ Đa"]
    facts = dict(zip(lacking[1], lacking[2], strict=True))
    found = PredictedService.objects.get(run=done_run, place=world.dark_village, operator=world.rival)
    assert facts["4G"] == "có: A, B"
    assert float(facts["4G B: mức thu, dBm"]) == found.level_dbm
    assert facts["4G B: ô phục vụ"] == found.cell.code  # type: ignore[union-attr]
    assert facts["5G B: được phục vụ"] == ""


def test_a_run_in_progress_is_shown_to_the_department_which_can_end_it(
    client: Client, people: People, small_terrain: Terrain, cells: list[Cell]
) -> None:
    run = run_of(small_terrain)
    acts.record_run(run, [], people["department_officer"])
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True, state="running")
    CoverageRun.objects.filter(pk=run.pk).update(job=job)
    assert "Huỷ việc này" in page(client, people["department_head"], "run", run.pk)
    client.post(reverse("coverage:run_cancel", args=[run.pk]))
    assert "Đang huỷ" in page(client, people["department_head"], "run_progress", run.pk)
    with pytest.raises(acts.Cancelled):
        compute_run(acts.Progress(job.pk), run.pk)
    waiting = client.get(reverse("coverage:run_progress", args=[run.pk]))
    assert waiting.headers["HX-Refresh"] == "true"
    assert "đã huỷ" in page(client, people["department_head"], "run", run.pk)


def test_a_run_that_waits_for_its_turn_ends_at_once(
    client: Client, people: People, small_terrain: Terrain, cells: list[Cell]
) -> None:
    run = run_of(small_terrain)
    acts.record_run(run, [], people["department_officer"])
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True)
    CoverageRun.objects.filter(pk=run.pk).update(job=job)
    assert run.get_absolute_url() in page(client, people["department_officer"], "runs", "20")
    client.post(reverse("coverage:run_cancel", args=[run.pk]))
    assert "đã huỷ" in page(client, people["department_officer"], "run", run.pk)
    with pytest.raises(acts.Cancelled):
        compute_run(acts.Progress(job.pk), run.pk)


def test_faulty_cells_are_shown_with_the_way_to_mend_them_or_go_on_without(
    client: Client, people: People, small_terrain: Terrain, cells: list[Cell]
) -> None:
    Cell.objects.filter(pk=cells[0].pk).update(azimuth_deg=None)
    officer = people["department_officer"]
    run = acts.ask_run(actor=officer, run=run_of(small_terrain), operators=[])
    shown = page(client, officer, "run", run.pk)
    assert "1 ô trong sổ có lỗi" in shown
    assert reverse("network:edit_cell", args=[cells[0].pk]) in shown
    listed = table(client, officer, "run_faults", run.pk)[1]
    assert listed[:4] == ["Doanh nghiệp A", "M1", cells[0].code, "góc phương vị"]
    answer = client.post(reverse("coverage:run_without_faulty", args=[run.pk]))
    without = page(client, officer, "run", int(answer.headers["Location"].strip("/").rpartition("/")[2]))
    assert "1 ô có lỗi đã bỏ" in without


def test_two_runs_are_compared_by_cause(
    client: Client, world: World, people: People, done_run: CoverageRun, cells: list[Cell]
) -> None:
    """A new 5G station reaches the dark village, B's 4G went off the air, A's 5G was turned down."""
    later = RUN_DAY + timedelta(10)
    cells[6].station.off_air_on = later
    cells[6].station.save()
    Cell.objects.filter(pk__in=[cell.pk for cell in cells[3:6]]).update(power_dbm=5.0)
    new = station(world.rival, cells[6].station.mast, "5G")
    for cell in new:
        cell.station.on_air_on = later
        cell.station.save()
    run = again(done_run.terrain)
    gained, lost = gained_and_lost(done_run, run, "5G", world.rival.pk)
    assert {(c.place, c.cause) for c in gained} >= {(world.dark_village.pk, Cause.NEW_CELL)}
    assert not lost
    _, gone = gained_and_lost(done_run, run, "4G", world.rival.pk)
    assert [(c.place, c.cause) for c in gone] == [(world.dark_village.pk, Cause.CELL_GONE)]
    _, weak = gained_and_lost(done_run, run, "5G", world.operator.pk)
    assert [(c.place, c.cause, c.detail) for c in weak] == [
        (world.village.pk, Cause.CELL_CHANGED, "công suất phát 23 → 5")
    ]
    with CaptureQueriesContext(connection) as queries:
        shown = page(client, people["analyst"], "run_compare", run.pk, done_run.pk, dv="5G")
    assert len([q for q in queries.captured_queries if q["sql"].startswith("SELECT")]) <= 12
    assert "1 do ô mới phát sóng" in shown
    rows = table(client, people["analyst"], "run_compare", done_run.pk, run.pk, dv="4G", dn=str(world.rival.pk))
    assert rows[2][0] == "Thôn Khơ Đa"
    assert rows[2][4:6] == ["mất", "ô không còn phát"]


@pytest.mark.parametrize(
    ("more", "cause"),
    [
        ({"thresholds_dbm": {"5G": -90}, "thresholds_note": "thử"}, Cause.THRESHOLDS),
        ({"code": "cũ"}, Cause.METHOD),
        ({"terrain": "khác"}, Cause.TERRAIN),
    ],
    ids=str,
)
def test_what_the_runs_themselves_differ_in_is_a_cause(
    world: World, done_run: CoverageRun, more: dict[str, Any], cause: Cause
) -> None:
    """Where the cells are the same, it is thresholds, ground or method that changed."""
    run = again(done_run.terrain, **{k: v for k, v in more.items() if k.startswith("thresholds")})
    if "code" in more:
        CoverageRun.objects.filter(pk=done_run.pk).update(code_version="cũ")
    if "terrain" in more:
        run.summary["terrain"]["version"] = "khác"
    if cause != Cause.THRESHOLDS:
        run.services.filter(technology="5G").update(served=False, level_dbm=-140)
    done_run.refresh_from_db()
    changes = [c for c in Comparison(done_run, run).changes("5G") if c.operator is None]
    assert [(c.place, c.gained, c.cause) for c in changes] == [(world.village.pk, False, cause)]


def test_only_what_both_runs_were_asked_for_is_compared(done_run: CoverageRun) -> None:
    run = again(done_run.terrain, technologies=["4G"])
    compared = Comparison(done_run, run)
    assert compared.services == ["4G"]
    assert not list(compared.changes("4G"))
    assert done_run.on == date(2026, 11, 1)
