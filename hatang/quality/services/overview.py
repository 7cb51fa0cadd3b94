"""What a province's pages say of its speeds: the finding, each kind of network, months, what lacks tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.places.services.territory import communes_of
from hatang.quality.models import WHOLE_YEAR, PublishedSpeed, SpeedStatistic, StatisticState
from hatang.quality.services.rules import RuleInForce, rules_of

DOWNLOAD = SpeedStatistic.Measure.DOWNLOAD
MOST_PUBLISHED = 400


@dataclass(frozen=True)
class Network:
    """A kind of network as pages part it: the word in addresses, its name, access and technology in statistics."""

    key: str
    name: str
    access: str
    technology: str


NETWORKS = (
    Network("co-dinh", "Cố định", "fixed", ""),
    Network("di-dong", "Di động", "mobile", ""),
    Network("4g", "4G", "", "4G"),
    Network("5g", "5G", "", "5G"),
)
BY_KEY = {network.key: network for network in NETWORKS}


def network_of(key: str) -> Network:
    """Give the kind of network of an address, fixed lines for what is none."""
    return BY_KEY.get(key, NETWORKS[0])


def of_network(rows: QuerySet[SpeedStatistic], network: Network) -> QuerySet[SpeedStatistic]:
    """Keep the statistics of a kind of network."""
    return rows.filter(access=network.access, technology=network.technology)


def years_of(province: Place) -> list[int]:
    """List the years with statistics, the latest first."""
    years = SpeedStatistic.objects.filter(province=province, place=province, month=WHOLE_YEAR)
    return list(years.order_by("-year").values_list("year", flat=True).distinct())


@dataclass(frozen=True)
class NetworkTold:
    """What is known of a kind of network in a year: tests, their medians, and what i-Speed last published."""

    network: Network
    download: SpeedStatistic | None
    upload: SpeedStatistic | None
    delay: SpeedStatistic | None
    averages: SpeedStatistic | None
    published: PublishedSpeed | None

    @property
    def shares(self) -> list[float | None]:
        """The shares of tests above 50, 200 and 1,000 Mbit/s, in per cent."""
        row = self.download
        found = [row.above_50, row.above_200, row.above_1000] if row else [None] * 3
        return [None if share is None else 100 * share for share in found]


@dataclass(frozen=True)
class Overview:
    """What the first page of a province's speeds shows."""

    province: Place
    year: int
    years: Sequence[int]
    rows: Sequence[SpeedStatistic]
    """Every statistic of the province as a whole: of all years and months."""
    networks: Sequence[NetworkTold]
    published: Sequence[PublishedSpeed]
    tests: dict[int, int]
    communes: int
    enough: int
    least: int
    state: StatisticState | None
    simulated: bool

    @property
    def lacking(self) -> int:
        """How many communes have too few tests."""
        return self.communes - self.enough

    @property
    def finding(self) -> str:
        """The page's first line: what is known, and of how many communes too little."""
        told = [
            f"{one.network.name.lower() if one.network.technology == '' else one.network.name} "
            f"{number(one.download.p50, 1)} Mbit/s"
            for one in self.networks
            if one.download and one.download.p50 is not None
        ]
        if not told:
            return f"Chưa có lượt đo nào của năm {self.year}; {number(self.communes)} xã, phường đều chưa đủ dữ liệu."
        words = f"Trung vị tải xuống năm {self.year}: {', '.join(told)}"
        if not self.lacking:
            return f"{words}; cả {number(self.communes)} xã, phường đủ {number(self.least)} lượt đo."
        if not self.enough:
            return f"{words}; cả {number(self.communes)} xã, phường đều chưa đủ {number(self.least)} lượt đo."
        return (
            f"{words}; {number(self.lacking)} trong {number(self.communes)} xã, phường chưa đủ {number(self.least)} "
            "lượt đo."
        )


def overview_of(province: Place, asked: int | None = None) -> Overview:
    """Read what the first page shows: of a year, else of the latest with statistics."""
    rules = rules_of(province, timezone.localdate())
    rows = list(SpeedStatistic.objects.filter(province=province, place=province, operator=None))
    years = sorted({row.year for row in rows}, reverse=True)
    year = asked or (years[0] if years else timezone.localdate().year)
    whole = [row for row in rows if row.year == year and row.month == WHOLE_YEAR]
    communes = communes_of(province, timezone.localdate()).count()
    tests = tests_by_commune(province, year)
    least = least_tests(rules)
    published = list(PublishedSpeed.objects.of(province).of_all_operators().order_by("-month", "pk")[:MOST_PUBLISHED])
    networks = [told_of(network, whole, published) for network in NETWORKS]
    state = StatisticState.objects.filter(province=province).first()
    simulated = any(row.simulated for row in whole) or any(one.simulated for one in published)
    enough = sum(n >= least for n in tests.values())
    return Overview(province, year, years, rows, networks, published, tests, communes, enough, least, state, simulated)


def least_tests(rules: dict[str, RuleInForce]) -> int:
    """Give how many tests a commune needs."""
    return int(rules["tests_a_commune"].value or 1)


def tests_by_commune(province: Place, year: int) -> dict[int, int]:
    """Count the tests of each commune that has any."""
    rows = SpeedStatistic.objects.of_tests().of_year(year).filter(province=province, operator=None, measure=DOWNLOAD)
    of_all = rows.filter(access="", technology="", place__kind=Place.Kind.COMMUNE)
    return dict(of_all.values_list("place_id", "n"))


def told_of(network: Network, rows: Sequence[SpeedStatistic], published: Sequence[PublishedSpeed]) -> NetworkTold:
    """Find what is known of a kind of network."""
    own = [r for r in rows if (r.access, r.technology) == (network.access, network.technology)]
    tests = {r.measure: r for r in own if r.basis == SpeedStatistic.Basis.TESTS}
    averages = next((r for r in own if r.basis != SpeedStatistic.Basis.TESTS and r.measure == DOWNLOAD), None)
    spoken = next((p for p in published if same_network(p, network)), None)
    delay = tests.get(SpeedStatistic.Measure.DELAY)
    return NetworkTold(network, tests.get(DOWNLOAD), tests.get(SpeedStatistic.Measure.UPLOAD), delay, averages, spoken)


def same_network(published: PublishedSpeed, network: Network) -> bool:
    """Tell whether a published median speaks of a kind of network."""
    if network.technology:
        return published.technology == network.technology
    return (published.access, published.technology) == (network.access, "")


# Months


@dataclass(frozen=True)
class MonthPoint:
    """A month's median with its limits, and where it stands in the drawing."""

    month: date
    n: int
    p10: float | None
    p50: float
    low: float | None
    high: float | None
    p90: float | None
    x: float
    y: float
    y_low: float
    y_high: float


@dataclass(frozen=True)
class Trend:
    """The drawing of a kind of network's months: points, the band, the line, i-Speed's marks, lines across."""

    points: Sequence[MonthPoint]
    published: Sequence[tuple[float, float, PublishedSpeed]]
    line: str
    band: str
    rules: Sequence[tuple[float, str]]
    years: Sequence[tuple[float, str]]


LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT = 56, 16, 12, 32, 760, 260
MONTHS_SHOWN = 36


def trend_of(overview: Overview, network: Network) -> Trend | None:
    """Lay the last three years' months of a kind of network out for drawing; None where there is nothing to draw."""
    own = [r for r in overview.rows if (r.access, r.technology) == (network.access, network.technology)]
    monthly = [r for r in own if r.month != WHOLE_YEAR and r.measure == DOWNLOAD and r.p50 is not None]
    shown = sorted(monthly, key=lambda r: (r.year, r.month))[-MONTHS_SHOWN:]
    told = [p for p in overview.published if same_network(p, network) and p.download_mbps is not None]
    if len(shown) + len(told) < 2:
        return None
    months = [date(r.year, r.month, 1) for r in shown] + [p.month for p in told]
    first, last = min(months), max(months)
    most = max([r.p50_high or r.p50 or 0 for r in shown] + [p.download_mbps or 0 for p in told]) * 1.08
    return drawn(shown, told, first, last, most)


def drawn(
    rows: Sequence[SpeedStatistic], told: Sequence[PublishedSpeed], first: date, last: date, most: float
) -> Trend:
    """Turn months and speeds into the units of the drawing."""
    span = max(months_between(first, last), 1)

    def x_of(month: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * months_between(first, month) / span, 1)

    def y_of(speed: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * speed / most, 1)

    points = []
    for row in rows:
        month, median = date(row.year, row.month, 1), row.p50 or 0.0
        low, high = row.p50_low, row.p50_high
        at = (x_of(month), y_of(median), y_of(median if low is None else low), y_of(median if high is None else high))
        points.append(MonthPoint(month, row.n, row.p10, median, low, high, row.p90, *at))
    band = [f"{p.x},{p.y_high}" for p in points] + [f"{p.x},{p.y_low}" for p in reversed(points)]
    marks = [(x_of(p.month), y_of(p.download_mbps or 0), p) for p in told]
    step = step_of(most)
    across = [(y_of(step * k), number(step * k)) for k in range(int(most // step) + 1)]
    years = [(x_of(date(y, 1, 1)), str(y)) for y in range(first.year, last.year + 1) if date(y, 1, 1) >= first]
    return Trend(points, marks, " ".join(f"{p.x},{p.y}" for p in points), " ".join(band), across, years)


def months_between(first: date, last: date) -> int:
    """Count months from one to another."""
    return (last.year - first.year) * 12 + last.month - first.month


def step_of(most: float) -> float:
    """Give a round step of which some four fit.

    >>> step_of(130), step_of(840)
    (50, 200)
    """
    power = 1
    while True:
        for step in (1, 2, 5):
            if most / (step * power) <= 5:
                return step * power
        power *= 10
