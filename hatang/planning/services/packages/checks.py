"""What a package lacks before it can be sent: each gap in words, with the page where it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.places.models import Place
from hatang.planning.fund_rules import least_villages, small_words
from hatang.planning.models import FundPackage
from hatang.planning.services.packages.offers import Estimate, Spot
from hatang.planning.services.prices import prices_of

SHOWN = 30


@dataclass(frozen=True)
class Gap:
    """What is missing, and where to mend it: (words, address) for each place; `must`: nothing is sent without it."""

    words: str
    mend: tuple[tuple[str, str], ...] = ()
    must: bool = True
    more: int = 0


@dataclass(frozen=True)
class Content:
    """A package with all that its pages and files show."""

    package: FundPackage
    villages: Sequence[Place]
    estimate: Estimate
    spots: Sequence[Spot]


FACTS: tuple[tuple[str, Callable[[Place], bool]], ...] = (
    ("chưa biết số hộ", lambda village: village.households is None),
    ("chưa biết dân số", lambda village: village.population is None),
    ("chưa có tọa độ", lambda village: village.lon is None or village.lat is None),
    ("chưa rõ có điện lưới hay chưa", lambda village: village.has_grid_power is None),
)


def gaps_of(content: Content) -> list[Gap]:
    """Name what is missing, the most needed first."""
    found = [*_joining(content), *_facts(content), *_ground(content), *_answer(content), *_prices(content)]
    return sorted(found, key=lambda gap: not gap.must)


def _joining(content: Content) -> Iterator[Gap]:
    package, count = content.package, len(content.villages)
    if count < least_villages() and package.joined_with_id is None:
        yield Gap(small_words(count), (("chọn tỉnh để gộp", reverse("planning:package_edit", args=[package.pk])),))


def _facts(content: Content) -> Iterator[Gap]:
    for words, lacks in FACTS:
        lacking = [village for village in content.villages if lacks(village)]
        if lacking:
            mend = tuple((str(v), reverse("places:edit", args=[v.pk])) for v in lacking[:SHOWN])
            yield Gap(f"{number(len(lacking))} thôn {words}.", mend, more=max(0, len(lacking) - SHOWN))


def _ground(content: Content) -> Iterator[Gap]:
    """Tell villages for which no point is known where infrastructure could stand."""
    reached = {village for spot in content.spots for village in spot.villages}
    lacking = [village for village in content.villages if village.pk not in reached]
    if lacking:
        mend = tuple((str(v), v.get_absolute_url()) for v in lacking[:SHOWN])
        words = f"{number(len(lacking))} thôn chưa có điểm nào có thể đặt hạ tầng (chỉ phục vụ được bằng vệ tinh)."
        yield Gap(words, mend, must=False, more=max(0, len(lacking) - SHOWN))


def _answer(content: Content) -> Iterator[Gap]:
    """Tell where the scenario went on after the package was made."""
    package, estimate = content.package, content.estimate
    to_scenario = ((package.scenario.title, package.scenario.get_absolute_url()),)
    if not package.scenario.solved:
        yield Gap("Phương án của gói hiện chưa có kết quả: tính lại phương án.", to_scenario)
    elif (estimate.capital_vnd, estimate.yearly_vnd) != (package.capital_vnd, package.yearly_vnd):
        now = f"vốn {vnd_words(estimate.capital_vnd)}, chi hằng năm {vnd_words(estimate.yearly_vnd)}"
        again = (("lưu lại gói để lấy số mới", reverse("planning:package_edit", args=[package.pk])),)
        yield Gap(f"Phương án đã tính lại sau khi lập gói; theo phương án hiện nay: {now}.", again)
    if package.scenario.adopted_at is None:
        yield Gap("Phương án của gói chưa được chọn để thực hiện.", to_scenario, must=False)


def _prices(content: Content) -> Iterator[Gap]:
    """Tell how much of the estimate rests on assumptions."""
    province = content.package.province
    prices = prices_of(province)
    assumed = [item for item in content.estimate.items if item in prices and prices[item].assumed]
    if assumed:
        words = f"Ước tính dùng {number(len(assumed))} đơn giá còn là giả định của hệ thống."
        yield Gap(words, (("xem đơn giá", reverse("planning:costs", args=[province.code])),), must=False)
