"""Working out a province's statistics from the measurement table: what counts, for whom, when and how it is spread."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.measurements.files import locked
from hatang.core.measurements.statistics import counted, speed_statistics
from hatang.core.measurements.suspects import marked
from hatang.places.models import Place
from hatang.places.services.territory import communes_of
from hatang.quality.models import NUMBERS, SHARES, WHOLE_YEAR, SpeedStatistic, StatisticState
from hatang.quality.services.measurements import content_mark, measurement_table, operators_by_key
from hatang.quality.services.rules import limits_of, rules_of
from hatang.quality.services.upkeep import first_kept_year
from hatang.work.models import Job
from hatang.work.services import Progress, background, let_others_write, run_job

EVERY = "*"
"""Stands in a group for the whole province, all operators or all kinds of network."""
YEAR_WORD = 4
"""How long the word of a whole year is; that of a month is 2026-03."""
MEASURES = tuple(measure.value for measure in SpeedStatistic.Measure)
GROUPED = ("commune", "operator", "technology", "month")
"""Columns of the rows in which the groups are named: place, operator, kind of network, month."""
PART = ("year", "month", "measure")
"""What is replaced in one transaction."""
BATCH = 2_000
AVERAGE = "average"


@dataclass(frozen=True)
class Ground:
    """What the rows of a province are read against: its places by their words in the rows, its operators, its rules."""

    province: Place
    places: Mapping[str, int]
    formers: Mapping[str, str]
    operators: Mapping[str, Organisation]
    least: Mapping[str, float]
    """The speed that tests of a kind of network must reach, where a rule says one."""
    now: datetime


def ground_of(province: Place, now: datetime) -> Ground:
    """Read what the rows of a province are read against."""
    today = timezone.localdate(now)
    communes = list(communes_of(province, today).values_list("code", "pk", "former_province_id"))
    places = {code: pk for code, pk, _ in communes} | {EVERY: province.pk}
    formers = {code: f"F{former}" for code, _, former in communes if former not in (None, province.pk)}
    places |= {word: int(word[1:]) for word in formers.values()}
    rules = rules_of(province, today)
    names = {"t:4G": "qcvn81_least_download_mbps", "t:5G": "qcvn126_least_download_mbps"}
    names |= {"a:fixed": "qcvn34_least_download_mbps"}
    least = {kind: value for kind, name in names.items() if (value := rules[name].value) is not None}
    return Ground(province, places, formers, operators_by_key(), least, now)


def compute_statistics(*, province: Place, years: Collection[int] | None = None, now: datetime | None = None) -> int:
    """Work the statistics of some years, or of all, out anew and put them in the place of the old; give how many.

    One computation at a time for a province, whatever its process; the database stays open to all.
    """
    with locked(Path(settings.DATA) / f"statistics-{province.pk}.lock"):
        return computed(ground_of(province, now or timezone.now()), years)


def computed(ground: Ground, years: Collection[int] | None) -> int:
    """Work statistics out from the table and store them; give how many."""
    province = ground.province
    table, mark = measurement_table(), content_mark()
    held = {int(month[:4]) for month in table.months()}
    wanted = held if years is None else held & set(years)
    connection = table.connection()
    try:
        rows = table.expression(connection).filter(lambda row: row.province == province.code)
        found = marked(rows, limits=limits_of(province, timezone.localdate(ground.now)), now=ground.now)
        kept = connection.create_table("kept", found)
        made = statistics_of(connection, kept, ground, wanted) if wanted else []
        state = state_of(connection, kept, ground, mark)
    finally:
        connection.disconnect()
    return put_in_place(province, made, state, None if years is None else set(years) | wanted)


def put_in_place(
    province: Place, made: list[SpeedStatistic], state: Mapping[str, Any], years: Collection[int] | None
) -> int:
    """Store statistics in the place of those that stood, one part at a time: who writes meanwhile waits for one alone.

    The state comes last: where this ends early, it says that the statistics are not those of the table.
    """
    parts = defaultdict(list)
    for row in made:
        parts[tuple(getattr(row, name) for name in PART)].append(row)
    old = SpeedStatistic.objects.filter(province=province, year__gte=first_kept_year(timezone.localdate()) or 0)
    old = old if years is None else old.filter(year__in=years)
    for part in sorted({*parts, *old.order_by().values_list(*PART).distinct()}):
        with transaction.atomic():
            old.filter(**dict(zip(PART, part, strict=True))).delete()
            SpeedStatistic.objects.bulk_create(parts.get(part, ()), batch_size=BATCH)
        let_others_write()
    StatisticState.objects.update_or_create(province=province, defaults=dict(state))
    return len(made)


def statistics_of(connection: Any, rows: ir.Table, ground: Ground, years: Collection[int]) -> list[SpeedStatistic]:
    """Work out the statistics of years and of their months, from rows that bear their marks."""
    wanted = rows.filter(rows.month.substr(0, 4).isin([str(year) for year in sorted(years)]))
    made: list[SpeedStatistic] = []
    for measure in MEASURES:
        spread = connection.create_table(f"tests_{measure}", spread_out(counted(wanted, value=measure), ground))
        made += of_tests(connection, spread, ground, measure)
        averages = wanted.filter(wanted.is_average & wanted.suspect.isnull() & wanted[measure].notnull())
        made += of_averages(connection, spread_out(averages, ground), ground, measure)
    return made


def spread_out(rows: ir.Table, ground: Ground) -> ir.Table:
    """Let each row stand for its commune, its former and its present province; its operator and all; month and year.

    A commune's months are not told by operator: too few tests would stand behind each.
    """
    former = (
        ibis.cases(*((rows.commune == code, word) for code, word in ground.formers.items()), else_=None)
        if (ground.formers)
        else ibis.null("string")
    )
    places = ibis.array([rows.commune, former, ibis.literal(EVERY)])
    kinds = ibis.array(
        [
            ibis.ifelse(rows.access == "", ibis.null("string"), ibis.literal("a:").concat(rows.access)),
            ibis.literal("t:").concat(rows.technology),
            ibis.literal(EVERY),
        ]
    )
    operators = ibis.array([rows.operator, ibis.literal(EVERY)])
    months = ibis.array([rows.month, rows.month.substr(0, 4)])
    out = rows.mutate(commune=places.unnest()).mutate(technology=kinds.unnest())
    out = out.mutate(operator=operators.unnest()).mutate(month=months.unnest())
    told = out.filter(out.commune.notnull() & out.technology.notnull() & out.operator.notnull() & out.month.notnull())
    fine = (told.commune == EVERY) | told.commune.startswith("F")
    return told.filter(fine | (told.operator == EVERY) | (told.month.length() == YEAR_WORD))


def of_tests(connection: Any, rows: ir.Table, ground: Ground, measure: str) -> list[SpeedStatistic]:
    """Work out quantiles, shares and what goes with them for every group of tests."""
    spread = connection.to_pyarrow(speed_statistics(rows, by=GROUPED, value=measure, steps=())).to_pylist()
    beside = connection.to_pyarrow(sums_of(rows, ground, measure)).to_pylist()
    by_group = {tuple(line[name] for name in GROUPED): line for line in beside}
    made = []
    for line in spread:
        row = row_of(line, ground, measure)
        if row is not None:
            fill(row, line, by_group[tuple(line[name] for name in GROUPED)])
            made.append(row)
    return made


def sums_of(rows: ir.Table, ground: Ground, measure: str) -> ir.Table:
    """Add up what is told beside quantiles: the mean, families, marks, and how many reach a rule's speed."""
    speed = rows[measure].cast("float64")
    least = ibis.cases(
        *((rows.technology == kind, value) for kind, value in (ground.least or {"": 0.0}).items()), else_=None
    )
    return rows.group_by(list(GROUPED)).aggregate(
        mean=speed.mean(),
        over_ipv6=(rows.ip_family == 6).sum(),
        of_known_family=(rows.ip_family != 0).sum(),
        simulated=rows.simulated.any(),
        reaching=(speed >= least).mean(),
    )


def fill(row: SpeedStatistic, line: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
    """Write a group's figures into its row; shares of speeds say nothing of a delay."""
    row.n, row.devices = line["n"], line["devices"]
    for name in NUMBERS:
        setattr(row, name, line[name])
    if row.measure != SpeedStatistic.Measure.DELAY:
        for share in SHARES:
            for name in (share, f"{share}_low", f"{share}_high"):
                setattr(row, name, line[name])
    if row.measure == SpeedStatistic.Measure.DOWNLOAD:
        row.reaching = beside["reaching"]
    row.mean, row.simulated = beside["mean"], bool(beside["simulated"])
    row.over_ipv6, row.of_known_family = beside["over_ipv6"], beside["of_known_family"]


def of_averages(connection: Any, rows: ir.Table, ground: Ground, measure: str) -> list[SpeedStatistic]:
    """Work out the mean of averages, each weighed by its tests; quantiles of averages would be none of the tests'."""
    weight = rows.tests.cast("float64")
    sums = rows.group_by(list(GROUPED)).aggregate(
        n=rows.tests.sum(), mean=(rows[measure] * weight).sum() / weight.sum(), simulated=rows.simulated.any()
    )
    made = []
    for line in connection.to_pyarrow(sums).to_pylist():
        row = row_of(line, ground, measure)
        if row is not None:
            row.basis, row.n, row.mean = SpeedStatistic.Basis.AVERAGES, line["n"], line["mean"]
            row.simulated = bool(line["simulated"])
            made.append(row)
    return made


def row_of(line: Mapping[str, Any], ground: Ground, measure: str) -> SpeedStatistic | None:
    """Make an empty row for a group; None for a commune or operator that is not known here."""
    place = ground.places.get(line["commune"])
    operator = ground.operators.get(line["operator"])
    if place is None or (operator is None and line["operator"] != EVERY):
        return None
    way, _, word = line["technology"].partition(":")
    return SpeedStatistic(
        province=ground.province,
        place_id=place,
        year=int(line["month"][:YEAR_WORD]),
        month=int(line["month"][YEAR_WORD + 1 :] or WHOLE_YEAR),
        operator=operator,
        access=word if way == "a" else "",
        technology=word if way == "t" else "",
        measure=measure,
    )


def state_of(connection: Any, rows: ir.Table, ground: Ground, mark: str) -> dict[str, Any]:
    """Tell how many rows there are and how many were left out, by rule."""
    reason = ibis.coalesce(rows.suspect, ibis.ifelse(rows.is_average, AVERAGE, ""))
    counts = rows.group_by(reason=reason).aggregate(n=rows.count(), simulated=rows.simulated.any())
    lines = connection.to_pyarrow(counts).to_pylist()
    left_out = Counter({line["reason"]: line["n"] for line in lines if line["reason"]})
    return {
        "computed_at": ground.now,
        "content": mark,
        "rows": sum(line["n"] for line in lines),
        "left_out": dict(left_out),
        "simulated": any(line["simulated"] for line in lines),
    }


# In the background


def start_computing(*, actor: Person, province: Place) -> Job:
    """Start working a province's statistics out anew; who may see measurements may ask for it."""
    return run_job(statistics_job, actor=actor, title=f"Tính lại thống kê tốc độ {province}", province_id=province.pk)


@background(lane=Job.Lane.LONG)
def statistics_job(progress: Progress, province_id: int) -> str:
    """Work statistics out anew in the background."""
    province = Place.objects.get(pk=province_id)
    progress(10, "Đang tính trung vị và khoảng tin cậy.")
    compute_statistics(province=province)
    return reverse("quality:statistics", args=[province.code])


def refresh_statistics() -> int:
    """Work the statistics of this year, and in January of the last, out anew where tests came or went; give how many.

    The tests that people do on the page come one by one: they are counted in the next round.
    """
    mark, today = content_mark(), timezone.localdate()
    years = {today.year, (today - timedelta(31)).year}
    current = StatisticState.objects.filter(content=mark).values_list("province__code", flat=True)
    waiting = set(codes_measured(years)) - set(current)
    for province in Place.objects.provinces().in_force(today).filter(code__in=waiting).order_by("code"):
        compute_statistics(province=province, years=years)
    return len(waiting)


def codes_measured(years: Collection[int]) -> list[str]:
    """Give the codes of the provinces with tests in some years."""
    table = measurement_table()
    if not any(int(month[:4]) in years for month in table.months()):
        return []
    connection = table.connection()
    try:
        rows = table.expression(connection).select("province").distinct()
        return [str(code) for code in connection.to_pyarrow(rows)["province"].to_pylist()]
    finally:
        connection.disconnect()
