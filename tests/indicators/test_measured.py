"""Figures out of speed tests and releases: read, never added up, missing where tests are few, marked where made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hatang.accounts.models import Person
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.formulas.measured import mobile_keeps_qcvn
from hatang.indicators.models import Value
from hatang.indicators.services import compute_values
from hatang.network.models import FibreReach
from hatang.places.models import Place
from hatang.quality.models import MeasurementLoad, PublishedSpeed
from hatang.quality.services.measurements import keep_rows
from hatang.quality.services.rules import set_rule
from hatang.quality.services.statistics import compute_statistics
from hatang.work.models import StoredFile
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.quality.measured import AT, row, table

TODAY = date(2026, 4, 1)
MEASURED = {"source": "measured", "rollup": "recomputed", "unit_code": "mbps"}


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def count(world: World) -> None:
    """Work statistics and figures of the year out."""
    compute_statistics(province=world.province, now=datetime(2026, 4, 1, tzinfo=UTC))
    compute_values(actor=None, province=world.province, year=2026, today=TODAY)


def figures(formula: str) -> dict[str, tuple[float | None, int | None, int]]:
    """Give each place's figure by a formula, with its sample and the communes without one."""
    rows = Value.objects.known().filter(formula=formula).select_related("place")
    return {v.place.name: (v.value, v.sample_size, v.missing_children) for v in rows}


def test_a_province_s_mean_is_read_from_its_tests_and_a_commune_with_few_has_none(world: World) -> None:
    make_indicator("download-4g", formula="download_4g_mean", **MEASURED)
    speeds = np.linspace(10, 90, 300)
    rows = [row(n, download_mbps=float(s), at=AT + timedelta(seconds=n)) for n, s in enumerate(speeds)]
    rows += [row(900 + n, commune=world.neighbour.code, download_mbps=200.0 + n, simulated=True) for n in range(3)]
    keep_rows(table(rows), load=0)
    count(world)
    found = figures("download_4g_mean")
    assert found["Đồng Đăng"] == (pytest.approx(50.0), 300, 0)
    assert "Kỳ Lừa" not in found
    assert found["Lạng Sơn"] == (pytest.approx((50.0 * 300 + 603) / 303), 303, 1)
    marked = Value.objects.get(formula="download_4g_mean", place=world.province)
    assert (marked.simulated, marked.how) == (True, "measured")
    behind = FORMULAS["download_4g_mean"].define(world.province, TODAY).rows
    assert {place.name: place.weighed for place in behind} == {"Đồng Đăng": 300, "Kỳ Lừa": 3}


def test_shares_of_fixed_lines_and_of_ipv6(world: World) -> None:
    make_indicator("users-200-mbps", formula="fixed_tests_above_200", **MEASURED | {"unit_code": "percent"})
    ipv6 = MEASURED | {"unit_code": "percent", "rollup": "none", "lowest_level": "province"}
    make_indicator("ipv6-use", formula="tests_over_ipv6", **ipv6)
    fixed = {"access": "fixed", "technology": "ftth"}
    rows = [row(n, download_mbps=float(100 + n), ip_family=(0, 4, 6)[n % 3], **fixed) for n in range(201)]
    rows += [row(500 + n, ip_family=6) for n in range(9)]
    keep_rows(table(rows), load=0)
    count(world)
    assert figures("fixed_tests_above_200")["Lạng Sơn"] == (pytest.approx(100 * 100 / 201), 201, 2)
    assert figures("tests_over_ipv6") == {"Lạng Sơn": (pytest.approx(100 * 76 / 143), 143, 0)}


def test_lines_of_1_gbps_are_counted_everywhere_and_in_wards_alone(world: World) -> None:
    percent = MEASURED | {"unit_code": "percent"}
    make_indicator("users-able-1-gbps", formula="households_able_1_gbps", **percent)
    make_indicator("urban-organisations-1-gbps", formula="urban_fixed_tests_above_1000", **percent)
    Place.objects.filter(pk=world.neighbour.pk).update(title="Phường")
    fixed = {"access": "fixed", "technology": "ftth"}
    rows = [row(n, download_mbps=float(800 + n), **fixed) for n in range(301)]
    rows += [row(500 + n, commune=world.neighbour.code, download_mbps=990.0 + n, **fixed) for n in range(40)]
    keep_rows(table(rows), load=0)
    count(world)
    assert figures("fixed_tests_above_1000")["Lạng Sơn"] == (pytest.approx(100 * (100 + 29) / 341), 341, 1)
    urban = figures("urban_fixed_tests_above_1000")
    assert urban == {"Lạng Sơn": (pytest.approx(100 * 29 / 40), 40, 2)}, "the ward has too few for a figure of its own"
    behind = FORMULAS["urban_fixed_tests_above_1000"].define(world.province, TODAY).rows
    assert [place.name for place in behind] == ["Kỳ Lừa"]


def test_villages_keep_to_qcvn_34_by_fibre_and_by_their_commune_s_tests(
    world: World, people: dict[str, Person]
) -> None:
    define = FORMULAS["villages_fixed_qcvn"].define
    common: dict[str, Any] = {"kind": "village", "title": "Thôn", "province": world.province}
    fibre, bare, unmeasured = (
        Place.objects.create(name=name, parent=commune, code=f"thu-{n}", **common)
        for n, (name, commune) in enumerate(
            (("Có", world.commune), ("Không", world.commune), ("Chưa đo", world.neighbour))
        )
    )
    for village in (fibre, unmeasured):
        FibreReach.objects.create(
            village=village, operator=world.operator, households_able=9, since_on=date(2026, 1, 1)
        )
    rows = [row(n, download_mbps=50.0 + n / 10, access="fixed", technology="ftth") for n in range(300)]
    keep_rows(table(rows), load=0)
    count(world)
    assert "QCVN 34" in define(world.province, TODAY).lacking
    said = {"valid_from": date(2026, 1, 1), "source": "QCVN 34", "note": ""}
    for least, reached in ((40.0, [fibre]), (90.0, [])):
        set_rule(
            actor=people["department_head"],
            province=world.province,
            name="qcvn34_least_download_mbps",
            value=least,
            **said,
        )
        figure = define(world.province, TODAY)
        assert {place.pk for place in figure.rows} >= {fibre.pk, bare.pk}
        assert [place for place in figure.rows if place.counted] == reached
        assert figure.left_out is not None
        assert unmeasured in figure.left_out


def test_the_latest_release_of_the_year_counts_and_stays_apart_from_tests(world: World) -> None:
    make_indicator("mobile-download-ispeed", formula="mobile_download_ispeed", **MEASURED)
    load = MeasurementLoad.objects.create(
        province=world.province,
        kind="ispeed",
        state="saved",
        file=StoredFile.objects.create(name="i.csv", sha256="0", size_bytes=1, province=world.province),
    )
    for month, speed in ((date(2026, 1, 1), 70.0), (date(2026, 3, 1), 83.48), (date(2026, 6, 1), 99.0)):
        PublishedSpeed.objects.create(
            load=load,
            row=1,
            month=month,
            area="Lạng Sơn",
            area_province=world.province,
            access="mobile",
            download_mbps=speed,
        )
    keep_rows(table([row(n) for n in range(5)]), load=0)
    count(world)
    assert figures("mobile_download_ispeed") == {"Lạng Sơn": (83.48, None, 2)}
    assert figures("mobile_download_tests")["Lạng Sơn"][0] == pytest.approx(30 + 2 / 7, rel=1e-6)
    MeasurementLoad.objects.update(undone_at=datetime(2026, 4, 1, tzinfo=UTC))
    count(world)
    assert figures("mobile_download_ispeed") == {"Lạng Sơn": (None, None, 0)}


def test_qcvn_is_met_only_when_every_threshold_is_known_and_one_failure_decides(
    world: World, people: dict[str, Person]
) -> None:
    of_5g = {"technology": "5G", "upload_mbps": 50.0}
    rows = [row(n, download_mbps=200.0 + n, **of_5g) for n in range(20)]
    rows += [row(100 + n, download_mbps=40.0 + n) for n in range(20)]
    keep_rows(table(rows), load=0)
    count(world)
    assert "chưa đặt" in mobile_keeps_qcvn(world.province, TODAY).lacking
    said = {"valid_from": date(2026, 1, 1), "source": "công bố", "note": ""}
    asked = {"qcvn81_mean_download_mbps": 20.0, "qcvn81_mean_upload_mbps": 5.0, "qcvn81_least_download_mbps": 10.0}
    for name, value in asked.items():
        set_rule(actor=people["department_head"], province=world.province, name=name, value=value, **said)
    count(world)
    given = mobile_keeps_qcvn(world.province, TODAY).given or {}
    assert (given[world.province.pk].value, given[world.province.pk].denominator) == (1.0, 6.0)
    set_rule(
        actor=people["department_head"], province=world.province, name="qcvn126_mean_upload_mbps", value=60.0, **said
    )
    given = mobile_keeps_qcvn(world.province, TODAY).given or {}
    assert given[world.province.pk].value == 0.0
