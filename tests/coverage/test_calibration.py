"""A run against measurements: how far it is off, for whom, and what accepting an offset does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.coverage.models import (
    AcceptedOffset,
    Calibration,
    CalibrationRow,
    CoverageRun,
    Measurement,
    MeasurementFile,
    PredictedService,
)
from hatang.coverage.services.calibration import accept_offsets, calibrate, land_about, levels_at, squares
from hatang.coverage.services.engine import calibrated
from hatang.coverage.services.runs.inputs import cells_kept
from hatang.work.services import store_file
from tests.conftest import World

AT = datetime(2026, 10, 1, tzinfo=UTC)
TOO_HIGH_DB = 6.0


def measure(world: World, run: CoverageRun, operator: Any, *, too_high_db: float, squares_wide: int = 7) -> None:
    """Drive about the mast and measure 4G so many dB below what the run predicts there."""
    steps = np.arange(squares_wide) * 0.002
    lons, lats = (grid.ravel() for grid in np.meshgrid(106.69 + steps, 21.945 + steps))
    found = squares(lons, lats, np.zeros(len(lons)))
    own = [cell for cell in cells_kept(run).values() if cell.operator == str(operator.pk)]
    levels = next(v for k, v in levels_at(run, land_about(run, found), found, own).items() if k.technology == "4G")
    scatter = np.random.default_rng(3).normal(0, 4, len(found))
    stored = store_file(actor=None, name="do.csv", content=b"do", province=world.province, organisation=None)
    file = MeasurementFile.objects.create(province=world.province, file=stored)
    Measurement.objects.bulk_create(
        Measurement(
            province=world.province,
            operator=operator,
            technology="4G",
            kind="drive_test",
            lon=square.lon_deg,
            lat=square.lat_deg,
            at=AT,
            level_dbm=max(level - too_high_db + off, -140),
            file=file,
        )
        for square, level, off in zip(found, levels.tolist(), scatter - scatter.mean(), strict=True)
        if np.isfinite(level)
    )


@pytest.fixture
def compared(world: World, people: dict[str, Person], done_run: CoverageRun) -> Calibration:
    """Compare the run with measurements of A, 6 dB lower than predicted, and of B, as predicted."""
    measure(world, done_run, world.operator, too_high_db=TOO_HIGH_DB)
    measure(world, done_run, world.rival, too_high_db=0, squares_wide=4)
    done_run.adopted_at = AT
    done_run.save()
    return calibrate(actor=people["department_officer"], run=done_run, kind="drive_test")


def ask(person: Person, name: str, *args: object, data: dict[str, Any] | None = None) -> Any:
    """Open a page as somebody, or send what was typed."""
    client = Client()
    client.force_login(person)
    address = reverse(f"coverage:{name}", args=args)
    return client.get(address) if data is None else client.post(address, data)


def test_a_run_is_compared_shown_and_calibrated_into_a_new_one(
    world: World, people: dict[str, Person], compared: Calibration
) -> None:
    """Dự đoán cao hơn thực đo 6 dB; chấp nhận thì có lượt mới thấp hơn 6 dB, lượt cũ giữ nguyên; hai bên so được."""
    run = compared.run
    row = compared.rows.get(operator=world.operator, cover="")
    assert (row.squares, row.points, row.technology, compared.simulated) == (
        49,
        49,
        "4G",
        True,
    )
    assert row.bias_db == pytest.approx(TOO_HIGH_DB, abs=0.05)
    assert row.offset_db == pytest.approx(-TOO_HIGH_DB, abs=0.1)
    rival = compared.rows.get(operator=world.rival, cover="")
    assert rival.offset_db is None, "16 ô vuông là quá ít"

    head = people["department_head"]
    shown = ask(head, "calibration", run.pk).content.decode()
    assert "65 điểm đo của 2 doanh nghiệp: dự đoán cao hơn thực đo 6 dB ở Doanh nghiệp A 4G" in shown
    assert "DỮ LIỆU MÔ PHỎNG" in shown
    assert "Doanh nghiệp A 4G: hạ mức thu 6 dB" in shown
    before = dict(
        PredictedService.objects.filter(run=run, technology="4G", operator=world.operator).values_list(
            "place", "level_dbm"
        )
    )
    sent = {"rows": [row.pk], "reason": "Đo lưu động tháng 10"}
    answer = ask(head, "accept_offsets", run.pk, compared.pk, data=sent)
    accepted = AcceptedOffset.objects.get()
    assert answer.status_code == 302
    assert (accepted.accepted_by, accepted.offset_db, accepted.run.state) == (head, row.offset_db, "done")
    assert accepted.run.offsets_db == {f"{world.operator.pk}:4G": row.offset_db}
    after = PredictedService.objects.filter(run=accepted.run, technology="4G", operator=world.operator)
    for place, level in after.values_list("place", "level_dbm"):
        assert level == pytest.approx(before[place] + row.offset_db, abs=0.02)
    run.refresh_from_db()
    assert run.offsets_db == {}
    again = calibrate(actor=head, run=accepted.run)
    assert again.rows.get(operator=world.operator, cover="").bias_db == pytest.approx(0, abs=0.1)
    with pytest.raises(ValidationError, match="đã được chấp nhận"):
        accept_offsets(actor=head, rows=[row], reason="lần nữa")


def test_an_operator_sees_its_own_rows_only(world: World, people: dict[str, Person], compared: Calibration) -> None:
    shown = {who: ask(people[who], "calibration", compared.run.pk).content.decode() for who in ("operator", "rival")}
    assert "49 điểm đo của 1 doanh nghiệp" in shown["operator"]
    assert "16 điểm đo của 1 doanh nghiệp" in shown["rival"]
    assert "Doanh nghiệp A" not in shown["rival"]
    table = ask(people["rival"], "calibration", compared.run.pk).client.get(
        reverse("coverage:calibration", args=[compared.run.pk]), {"xuat": "csv"}
    )
    assert "Doanh nghiệp A" not in table.content.decode()
    assert "DỮ LIỆU MÔ PHỎNG" in table.content.decode()
    compared.rows.filter(operator=world.rival).delete()
    alone = ask(people["rival"], "calibration", compared.run.pk).content.decode()
    assert "Chưa có lần đối chiếu nào với số đo của doanh nghiệp bạn." in alone, "nor that others were measured"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"reason": "vì"}, "Chọn ít nhất một hiệu chỉnh."),
        ({"rows": ["999999"], "reason": "vì"}, "không có trong danh sách"),
        ({"rows": "own", "reason": "  "}, "Lý do"),
    ],
)
def test_what_cannot_be_accepted_is_said(
    world: World, people: dict[str, Person], compared: Calibration, data: dict[str, Any], said: str
) -> None:
    row = compared.rows.get(operator=world.operator, cover="")
    data = data | ({"rows": [row.pk]} if data.get("rows") == "own" else {})
    answer = ask(people["department_head"], "accept_offsets", compared.run.pk, compared.pk, data=data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not AcceptedOffset.objects.exists()


def test_only_the_head_accepts(people: dict[str, Person], compared: Calibration) -> None:
    rows = list(compared.rows.filter(cover=""))
    answer = ask(people["department_officer"], "accept_offsets", compared.run.pk, compared.pk, data={})
    assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        accept_offsets(actor=people["department_officer"], rows=rows, reason="vì")


def test_without_measurements_nothing_starts(people: dict[str, Person], done_run: CoverageRun) -> None:
    officer = people["department_officer"]
    answer = ask(officer, "calibrate", done_run.pk, data={"kind": "drive_test"})
    assert answer.status_code == 302
    assert not Calibration.objects.exists()
    shown = ask(officer, "calibration", done_run.pk).content.decode()
    assert "Chưa ai đối chiếu" in shown


def test_offsets_name_an_operator_and_a_technology(done_run: CoverageRun, world: World) -> None:
    """Hiệu chỉnh của A 4G không động tới A 5G, cũng không động tới B."""
    cells = list(cells_kept(done_run).values())
    moved = calibrated(cells, {f"{world.operator.pk}:4G": -3.0})
    changes = {
        (c.operator, c.technology): (m.power_dbm or 0) - (c.power_dbm or 0) for c, m in zip(cells, moved, strict=True)
    }
    assert changes.pop((str(world.operator.pk), "4G")) == -3
    assert set(changes.values()) == {0}


def test_rows_keep_what_a_picture_needs(compared: Calibration, world: World) -> None:
    row = CalibrationRow.objects.get(calibration=compared, operator=world.operator, cover="")
    assert len(row.pairs) == row.squares
