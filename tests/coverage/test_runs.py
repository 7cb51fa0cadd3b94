"""Runs: asked for, computed whole or not at all, told by cell what is wrong, cancelled, adopted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hatang.accounts.models import Person
from hatang.core.terrain.cogs import read_cog
from hatang.coverage.models import CoverageRun, PredictedService, RunRaster, RunTally, Terrain
from hatang.coverage.services.runs import acts, results
from hatang.coverage.services.runs.acts import adopt_run, ask_again_without_faulty, ask_run, compute_run, folder_of
from hatang.coverage.services.runs.inputs import cells_kept
from hatang.network.models import Cell, Station
from hatang.places.models import Place
from hatang.work.models import Job, StoredFile
from hatang.work.services import Cancelled, Progress, cancel_job
from tests.conftest import World
from tests.coverage.conftest import RUN_DAY, run_of

People = dict[str, Person]
State = CoverageRun.State


def silent(percent: int, message: str) -> None:
    """Listen to no progress."""


def waiting(terrain: Terrain, **more: Any) -> CoverageRun:
    """Store a run that waits to be computed."""
    run = run_of(terrain, **more)
    acts.record_run(run, [], None)
    return run


def nothing_stored(run: CoverageRun) -> bool:
    """Tell whether a run left neither rows nor files."""
    rows = [model.objects.filter(run=run).count() for model in (PredictedService, RunRaster, RunTally)]
    return not any(rows) and not folder_of(run.pk).exists()


def test_a_run_says_who_is_served_where_by_which_cell(world: World, done_run: CoverageRun) -> None:
    found = {(s.place_id, s.operator_id, s.technology): s for s in done_run.services.all()}
    a, b, lit, dark = world.operator.pk, world.rival.pk, world.village.pk, world.dark_village.pk
    served = {key for key, service in found.items() if service.served}
    assert served == {(lit, a, "4G"), (dark, a, "4G"), (lit, a, "5G"), (dark, b, "4G")}
    assert all((service.probability >= 0.95) == service.served for service in found.values())
    server = found[lit, a, "5G"].cell
    assert server
    assert (server.station.operator, server.station.technology) == (world.operator, "5G")


def test_a_run_counts_villages_households_people_by_power_commune_and_number_of_operators(
    world: World, done_run: CoverageRun
) -> None:
    def count(subject: str, service: str, **where: Any) -> tuple[float, float, int]:
        which = {"operator": None, "least_operators": 1, "power": "", "commune": None} | where
        row = done_run.tallies.get(subject=subject, service=service, **which)
        return row.served, row.whole, row.unknown

    assert count("villages", "4G") == (2, 2, 0)
    assert count("villages", "4G", least_operators=2) == (1, 2, 0)
    assert count("villages", "4G", operator=world.rival) == (1, 2, 0)
    assert count("villages", "5G", power="grid") == (1, 1, 0)
    assert count("villages", "5G", power="none") == (0, 1, 0)
    assert count("households", "5G") == (100, 125, 0)
    assert count("people", "5G", commune=world.commune) == (400, 500, 0)
    assert not done_run.tallies.filter(service="3G+").exists(), "3G was not computed"


def test_a_run_keeps_how_it_was_computed_and_rasters_that_say_so(done_run: CoverageRun, cells: list[Cell]) -> None:
    assert done_run.simulated
    assert done_run.summary["points"]["kernel"] == "exact"
    assert done_run.summary["rasters"]["kernel"] == "sweep"
    assert done_run.summary["services"]["4G"]["sensitivity_source"]
    assert "numba" in done_run.code_version
    kept = cells_kept(done_run)
    assert list(kept) == [str(cell.pk) for cell in cells]
    rasters = {(r.quantity, r.operator_id, r.technology): r for r in done_run.rasters.select_related("file")}
    assert len(rasters) == 3 * 2 + 2, "level and server of each layer, operators of each technology"
    server = next(r for (quantity, _, technology), r in rasters.items() if (quantity, technology) == ("server", "5G"))
    numbers = read_cog(Path(server.file.file.path)).values
    fives = {list(kept).index(str(cell.pk)) + 1 for cell in cells if cell.station.technology == "5G"}
    assert set(np.unique(numbers[~np.isnan(numbers)]).astype(int)) <= fives
    assert not folder_of(done_run.pk).exists()


def test_places_that_cannot_be_computed_are_named_and_not_called_unserved(
    world: World, small_terrain: Terrain, cells: list[Cell]
) -> None:
    Place.objects.filter(pk=world.dark_village.pk).update(lon=None, lat=None)
    Place.objects.filter(pk=world.village.pk).update(has_grid_power=None, population=None)
    run = waiting(small_terrain, technologies=["4G"])
    compute_run(silent, run.pk)
    run.refresh_from_db()
    assert run.summary["without_point"] == [[world.dark_village.pk, "Thôn Khơ Đa"]]
    province = run.tallies.filter(commune=None, operator=None, least_operators=1)
    assert list(province.filter(subject="villages", power="").values_list("served", "whole", "unknown")) == [(1, 1, 1)]
    assert list(province.filter(subject="people", power="").values_list("whole", "unknown")) == [(0, 2)]
    assert list(province.filter(subject="villages", power="grid").values_list("whole", "unknown")) == [(0, 1)]


def test_faulty_cells_are_listed_by_cell_and_left_out_only_when_told(
    people: People, small_terrain: Terrain, cells: list[Cell]
) -> None:
    Cell.objects.filter(pk=cells[0].pk).update(power_dbm=None)
    officer = people["department_officer"]
    failed = ask_run(actor=officer, run=run_of(small_terrain), operators=[])
    assert failed.state == State.FAILED
    assert [(f["cell"], f["code"], f["field"]) for f in failed.summary["faults"]] == [
        (cells[0].pk, cells[0].code, "công suất phát")
    ]
    assert nothing_stored(failed)
    again = ask_again_without_faulty(actor=officer, run=failed)
    assert again.state == State.DONE
    assert [f["cell"] for f in again.summary["left_out"]] == [cells[0].pk]
    assert str(cells[0].pk) not in cells_kept(again)


def test_a_run_that_nothing_serves_is_refused_before_it_is_stored(
    world: World, people: People, small_terrain: Terrain, cells: list[Cell]
) -> None:
    officer = people["department_officer"]
    with pytest.raises(ValidationError, match="Không có ô phát nào"):
        ask_run(actor=officer, run=run_of(small_terrain, technologies=["2G"]), operators=[])
    Terrain.objects.filter(pk=small_terrain.pk).update(state=Terrain.State.PREPARING)
    small_terrain.refresh_from_db()
    with pytest.raises(ValidationError, match="địa hình"):
        ask_run(actor=officer, run=run_of(small_terrain), operators=[])
    with pytest.raises(PermissionDenied):
        ask_run(actor=people["operator"], run=run_of(small_terrain), operators=[])
    assert not CoverageRun.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("at", ["Đã tính", "Đang đếm"])
def test_a_cancelled_run_ends_there_and_leaves_nothing(
    people: People, small_terrain: Terrain, cells: list[Cell], at: str
) -> None:
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True)
    run, files = waiting(small_terrain), StoredFile.objects.count()
    progress = Progress(job.pk)

    def asked_meanwhile(percent: int, message: str) -> None:
        if message.startswith(at):
            assert cancel_job(job)
        progress(percent, message)

    with pytest.raises(Cancelled):
        compute_run(asked_meanwhile, run.pk)
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert nothing_stored(run)
    assert StoredFile.objects.count() == files


def test_what_cannot_be_stored_whole_is_not_stored(
    small_terrain: Terrain, cells: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, files = waiting(small_terrain), set(StoredFile.objects.values_list("pk", flat=True))
    kept, paths = list[StoredFile](), list[Path]()
    keep = acts.keep_file

    def full_disk(**facts: Any) -> StoredFile:
        if len(kept) == 3:
            raise ValidationError("Đã dùng hết hạn mức.")
        kept.append(keep(**facts))
        paths.append(Path(kept[-1].file.path))
        return kept[-1]

    monkeypatch.setattr(acts, "keep_file", full_disk)
    with pytest.raises(ValidationError, match="hạn mức"):
        compute_run(silent, run.pk)
    run.refresh_from_db()
    assert (run.state, run.summary["error"]) == (State.FAILED, "Đã dùng hết hạn mức.")
    assert nothing_stored(run)
    assert set(StoredFile.objects.values_list("pk", flat=True)) == files
    assert [path.exists() for path in paths] == [False] * 3


def test_a_killed_worker_costs_only_what_it_had_begun(
    small_terrain: Terrain, cells: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies in the middle: a process that is killed raises nothing that the run could catch."""
    run, told = waiting(small_terrain), list[str]()

    def dies(percent: int, message: str) -> None:
        if message.startswith("Đang ghi"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_run(dies, run.pk)
    run.refresh_from_db()
    assert run.state == State.RUNNING
    assert folder_of(run.pk).exists()
    compute_run(lambda percent, message: told.append(message), run.pk)
    run.refresh_from_db()
    assert run.state == State.DONE
    assert not [message for message in told if message.startswith("Đã tính")], "every batch had been kept"
    assert compute_run(silent, run.pk) == run.get_absolute_url(), "done again, it stays as it is"


def test_the_head_adopts_a_run_and_can_take_that_back(world: World, people: People, done_run: CoverageRun) -> None:
    counting = lambda: CoverageRun.objects.counting(world.province, done_run.on)  # noqa: E731
    assert counting() is None
    with pytest.raises(PermissionDenied):
        adopt_run(actor=people["department_officer"], run=done_run)
    adopt_run(actor=people["department_head"], run=done_run)
    assert counting() == done_run
    acts.give_back_run(actor=people["department_head"], run=done_run)
    assert counting() is None
    decisions = done_run.history.filter(history_change_reason__isnull=False).order_by("history_id")
    assert [(h.history_change_reason, h.history_user) for h in decisions] == [
        ("lấy làm dự đoán của tỉnh", people["department_head"]),
        ("thôi lấy làm dự đoán của tỉnh", people["department_head"]),
    ]


def test_time_left_is_told() -> None:
    assert results.words_of(results.Progress(1, 4, 10.0)) == "Đã tính 1/4 phần, còn khoảng 30 giây"


def test_of_a_technology_without_cells_nothing_is_said_and_its_stations_are_named(
    world: World, small_terrain: Terrain, cells: list[Cell]
) -> None:
    """Stations whose cells nobody declared are no gap in coverage: the register does not know them."""
    Station.objects.create(
        code="M1", mast=cells[0].station.mast, operator=world.operator, technology="3G", on_air_on=RUN_DAY
    )
    run = waiting(small_terrain, technologies=["3G", "4G"])
    compute_run(silent, run.pk)
    run.refresh_from_db()
    assert run.summary["without_cells"] == ["3G"]
    assert run.summary["bare_stations"] == {"3G": 1}
    assert not run.tallies.filter(service="3G").exists()
    assert any("1 trạm 3G" in line for line in run.summary["assumed_of_cells"])
