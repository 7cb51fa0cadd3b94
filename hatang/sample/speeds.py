"""Made-up speed tests of a province's communes, and made-up medians as i-Speed would publish them; all marked."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.measurements.schema import ROWS, Access, Source
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from hatang.quality.models import MeasurementLoad
from hatang.quality.services.loads import check_load, save_load, store_load
from hatang.quality.services.measurements import OWN, keep_rows, operator_key
from hatang.quality.services.statistics import compute_statistics
from hatang.sample.chance import chance, shared_out

TESTS_A_COMMUNE = 110
CAMPAIGN_EACH, CAMPAIGN = 8, 14
"""Every eighth commune had a campaign of measuring, with so many times the tests of others."""
LATER = 0.35
"""Below 1: more tests in later months."""
FIRST_DAY = date(2024, 1, 1)
KINDS = ((Access.FIXED, "ftth", 150.0, 0.5), (Access.MOBILE, "4G", 46.0, 0.6), (Access.MOBILE, "5G", 330.0, 0.55))
"""Access, technology, median of 2024 in Mbit/s, and the spread of its logarithm: made up."""
SHARES = (0.45, 0.4, 0.15)
GROWTH_A_YEAR = 1.2
OVER_IPV6 = 0.62
PUBLISHED = (("Cố định tải xuống", 150.0), ("Di động tải xuống", 58.0), ("4G tải xuống", 46.0), ("5G tải xuống", 330.0))


def make_speed_tests(province: Place, communes: Sequence[Place], operators: Sequence[Organisation], today: date) -> int:
    """Keep the tests in the measurement table and work the statistics out; give how many tests."""
    draw = chance(f"speeds:{province.code}")
    weights = [
        draw.lognormvariate(0, 0.4) * (1 if place % CAMPAIGN_EACH else CAMPAIGN) for place in range(len(communes))
    ]
    counts = shared_out(TESTS_A_COMMUNE * len(communes), weights)
    keys = [operator_key(operator) for operator in operators]
    lines = [
        line
        for commune, count in zip(communes, counts, strict=True)
        for line in tests_of(draw, commune, count, keys, today)
    ]
    for place, line in enumerate(lines):
        line |= {"id": f"mau:{province.code}:{place}", "province": province.code}
    keep_rows(pa.Table.from_pylist(lines, schema=ROWS), load=OWN)
    afternoon = datetime(today.year, today.month, today.day, 10, tzinfo=UTC)
    compute_statistics(province=province, now=min(afternoon, timezone.now()))
    return len(lines)


def tests_of(
    draw: random.Random, commune: Place, count: int, operators: Sequence[str | None], today: date
) -> Iterator[dict[str, Any]]:
    """Give a commune's tests; some communes have slower lines than others."""
    here = draw.lognormvariate(0, 0.25)
    days = (today - FIRST_DAY).days
    for number in range(count):
        access, technology, median, spread = draw.choices(KINDS, SHARES)[0]
        gone = int(days * draw.random() ** LATER)
        at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(gone, draw.randint(0, 50_000))
        speed = here * median * GROWTH_A_YEAR ** (gone / 365) * draw.lognormvariate(0, spread)
        yield {
            "load": OWN,
            "source": Source.NDT7.value,
            "commune": commune.code,
            "at": at,
            "operator": draw.choice(operators),
            "access": access.value,
            "technology": technology,
            "device": f"mau-{commune.code}-{number // 2}-{at:%Y%m%d}",
            "download_mbps": min(speed, 1_900.0),
            "upload_mbps": min(speed, 1_900.0) * draw.uniform(0.25, 0.9),
            "min_rtt_ms": draw.lognormvariate(3.1, 0.5),
            "jitter_ms": draw.uniform(0.3, 9),
            "loss_ratio": draw.random() ** 4 * 0.03,
            "ip_family": 6 if draw.random() < OVER_IPV6 else 4,
            "lon": None if commune.lon is None else round(commune.lon + draw.uniform(-0.01, 0.01), 3),
            "lat": None if commune.lat is None else round(commune.lat + draw.uniform(-0.01, 0.01), 3),
            "tests": 1,
            "is_average": False,
            "simulated": True,
        }


def make_published(province: Place, actor: Person, today: date) -> MeasurementLoad:
    """Bring a table of made-up medians by the way that the department's own go."""
    draw = chance(f"ispeed:{province.code}")
    lines = [[SIMULATED_LINE], ["Tháng", "Địa bàn", "Nguồn", "Số lượt đo", *(h for h, _ in PUBLISHED)]]
    for month in months_until(today):
        grown = GROWTH_A_YEAR ** ((month - FIRST_DAY).days / 365)
        figures = [f"{median * grown * draw.uniform(0.95, 1.05):.2f}".replace(".", ",") for _, median in PUBLISHED]
        lines.append([f"{month:%m/%Y}", province.name, "Số bịa để dùng thử", str(draw.randint(800, 9_000)), *figures])
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    upload = SimpleUploadedFile("i-speed-mau.csv", text.getvalue().encode())
    load = store_load(actor=actor, province=province, upload=upload, kind=MeasurementLoad.Kind.ISPEED)
    check_load(load)
    if load.state == MeasurementLoad.State.READY:
        load.state = MeasurementLoad.State.SAVING
        load.save(update_fields=["state"])
        save_load(actor=actor, upload=load)
    return load


def months_until(today: date) -> Iterator[date]:
    """Give the first days of the months that are over."""
    month = FIRST_DAY
    while (following := date(month.year + month.month // 12, month.month % 12 + 1, 1)) <= today:
        yield month
        month = following
