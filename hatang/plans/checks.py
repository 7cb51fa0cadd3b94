"""What is odd in a plan, and how to mend it: one named check for each kind of oddity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.core.exceptions import ValidationError

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day
from hatang.indicators.formulas import variants
from hatang.indicators.models import Indicator
from hatang.plans.governing import outranks
from hatang.plans.models import Baseline, Comparator, Plan, Target

HARDLY = 0.0025

Levels = Mapping[int, Baseline]


@dataclass(frozen=True)
class Oddity:
    """Something odd: about one target, or about the whole plan (`target` is None)."""

    check: str
    message: str
    target: Target | None = None


@dataclass(frozen=True)
class PlanFacts:
    """What the checks look at: `heirs` answer today for dissolved bodies, `rivals` are other plans' targets."""

    plan: Plan
    targets: Sequence[Target]
    baselines: Sequence[Baseline]
    bodies: Sequence[Organisation]
    today: date
    heirs: Mapping[int, Organisation] = field(default_factory=dict)
    rivals: Sequence[Target] = ()

    @property
    def levels(self) -> Levels:
        """The plan's own baselines by indicator."""
        return {b.indicator_id: b for b in self.baselines if b.indicator_id is not None}


Found = Iterator[tuple[Target | None, str]]


def find_oddities(facts: PlanFacts) -> list[Oddity]:
    """Run every check."""
    return [Oddity(check.__name__, message, target) for check in CHECKS for target, message in check(facts)]


def document_unnumbered(facts: PlanFacts) -> Found:
    """A plan without number or date cannot be cited."""
    missing = [word for word, value in (("số", facts.plan.number), ("ngày", facts.plan.date)) if not value]
    if missing:
        yield None, f"Bản kế hoạch không có {' và '.join(missing)}: đối chiếu bản đã ký rồi ghi {' và '.join(missing)}."


def territory_dissolved(facts: PlanFacts) -> Found:
    """Targets of a former province stay on its territory."""
    territory = facts.plan.territory
    if territory.valid_to is not None and territory.valid_to < facts.today:
        yield (
            None,
            (
                f"Kế hoạch lập cho {territory.full_name}, có đến hết {day(territory.valid_to)}: mục tiêu vẫn tính trên "
                f"địa bàn cũ; muốn tính cho cả {facts.plan.province.full_name} hiện nay thì ban hành mục tiêu mới."
            ),
        )


def baselines_missing(facts: PlanFacts) -> Found:
    """Without a starting point progress cannot be judged."""
    if facts.targets and not facts.baselines:
        yield (
            None,
            (
                "Kế hoạch không nêu hiện trạng nào: tiến độ được so từ số liệu của năm trước kế hoạch; "
                f"hãy ghi đủ số liệu năm {facts.plan.year_from - 1}."
            ),
        )


def stated_only_in_words(facts: PlanFacts) -> Found:
    """A target without a level can only be declared done."""
    words = [t for t in facts.targets if t.comparator == Comparator.DONE]
    if words:
        names = "; ".join(t.indicator.short_name for t in words)
        yield (
            None,
            f"{len(words)} mục tiêu chỉ nêu bằng lời, không có mức: {names}. Cần quy định thế nào là hoàn thành.",
        )


def same_level_later(facts: PlanFacts) -> Found:
    """A later target that asks for nothing more may be a slip of copying."""
    for earlier, later in _pairs(facts.targets):
        if earlier.value is not None and earlier.value == later.value:
            yield (
                later,
                (
                    f"Mục tiêu năm {later.year} bằng mục tiêu năm {earlier.year} ({earlier.written}): "
                    "có thể chép nhầm; đối chiếu bản gốc hoặc đề nghị điều chỉnh."
                ),
            )


def lower_later(facts: PlanFacts) -> Found:
    """A later target below an earlier one would be a step back."""
    for earlier, later in _pairs(facts.targets):
        if earlier.value is not None and later.value is not None and _worse(later, later.value, earlier.value):
            yield (
                later,
                (
                    f"Mục tiêu năm {later.year} ({later.written}) kém mục tiêu năm {earlier.year} ({earlier.written}): "
                    "đối chiếu bản gốc."
                ),
            )


def per_100_written_as_percent(facts: PlanFacts) -> Found:
    """Subscriptions per 100 people may exceed 100 and are no share."""
    for target in facts.targets:
        if target.indicator.unit_code == "per_100_people" and target.unit_as_written == "%":
            yield (
                target,
                (
                    "Kế hoạch ghi dấu % cho số thuê bao trên 100 dân: đó không phải tỷ lệ phần trăm; ở đây tính là "
                    f"{target.indicator.unit.write(target.value)}."
                ),
            )


def all_written_without_figure(facts: PlanFacts) -> Found:
    """“All” is taken as 100 %."""
    for target in facts.targets:
        if target.unit_as_written == "tất cả":
            yield target, "Kế hoạch viết “tất cả” mà không ghi số: ở đây tính là 100%."


def doubling_without_base(facts: PlanFacts) -> Found:
    """A doubling means nothing without the figure that is doubled."""
    for target in facts.targets:
        if target.comparator == Comparator.DOUBLE and target.indicator_id not in facts.levels:
            yield (
                target,
                (
                    f"Mục tiêu gấp đôi năm {target.base_year} nhưng kế hoạch không nêu số năm {target.base_year}: "
                    "hãy ghi số ấy và nguồn của nó."
                ),
            )


def denominator_open(facts: PlanFacts) -> Found:
    """A share that can be read in two ways needs a choice."""
    for target in facts.targets:
        readings = variants(target.indicator.formula)
        if len(readings) > 1:
            names = "; ".join(f.label for f in readings)
            yield (
                target,
                (
                    f"Kế hoạch không nêu mẫu số hoặc cách đếm, có {len(readings)} cách hiểu ({names}): "
                    "chọn một cách và ghi vào báo cáo."
                ),
            )


def below_baseline(facts: PlanFacts) -> Found:
    """A target below the present state asks for less than there is."""
    for target, level in _with_level(facts):
        if target.value is not None and _worse(target, target.value, level.value):
            yield (
                target,
                (
                    f"Mục tiêu {target.written} kém hiện trạng mà kế hoạch nêu ({_write(target.indicator, level)}): "
                    "đối chiếu bản gốc."
                ),
            )


def met_at_baseline(facts: PlanFacts) -> Found:
    """A target that the present state reaches asks for nothing."""
    for target, level in _with_level(facts):
        if target.value == level.value:
            yield (
                target,
                (
                    f"Mục tiêu {target.written} đã đạt ngay ở hiện trạng ({_write(target.indicator, level)}): "
                    "đề nghị mục tiêu cao hơn."
                ),
            )


def hardly_above_baseline(facts: PlanFacts) -> Found:
    """A target a hair above the present state may be a slip."""
    for target, level in _with_level(facts):
        if target.value is None or target.value == level.value or _worse(target, target.value, level.value):
            continue
        if abs(target.value - level.value) < HARDLY * abs(level.value):
            yield (
                target,
                (
                    f"Mục tiêu {target.written} gần như bằng hiện trạng ({_write(target.indicator, level)}): "
                    "kiểm tra lại mức."
                ),
            )


def impossible_level(facts: PlanFacts) -> Found:
    """A level outside what its unit allows cannot be reached."""
    for target in facts.targets:
        if target.value is None:
            continue
        try:
            target.indicator.unit.check(target.value)
        except ValidationError as error:
            yield target, f"{error.messages[0]} Đối chiếu bản gốc."


def two_targets_at_once(facts: PlanFacts) -> Found:
    """Two levels for one figure, year and territory contradict each other, unless a document comes after the other."""
    rivals = [r for r in facts.rivals if _overlap(facts.plan, r.plan)]
    for position, target in enumerate(facts.targets):
        for other in [*facts.targets[position + 1 :], *rivals]:
            if (other.indicator_id, other.year) == (target.indicator_id, target.year) and not _ordered(target, other):
                yield (
                    target,
                    (
                        f"Cùng chỉ tiêu, cùng năm {target.year} còn mục tiêu {other.written} ở “{other.plan}”, mục "
                        f"{other.section}: nêu rõ mục tiêu nào có hiệu lực."
                    ),
                )


def bodies_dissolved(facts: PlanFacts) -> Found:
    """A body that is gone has passed its duties on; those whose successor bears the same name are told together."""
    namesakes: dict[str, list[str]] = defaultdict(list)
    for body in facts.bodies:
        if body.valid_to is None or body.valid_to >= facts.today:
            continue
        heir = facts.heirs.get(body.pk, body)
        where = _province_name(facts.plan, heir)
        if heir.pk == body.pk:
            yield None, f"{body.name} có đến hết {day(body.valid_to)}: hãy ghi cơ quan kế tiếp."
        elif heir.name == body.name:
            namesakes[where].append(body.name)
        else:
            yield None, f"{body.name} có đến hết {day(body.valid_to)}: trách nhiệm nay thuộc {heir.name}, {where}."
    for where, names in namesakes.items():
        yield None, f"Cơ quan của tỉnh cũ, nay là cơ quan cùng tên của {where}: {'; '.join(names)}."


def _province_name(plan: Plan, body: Organisation) -> str:
    """Name the body's province; today's of the plan is at hand already."""
    if body.province_id == plan.province_id:
        return plan.province.full_name
    return body.province.full_name if body.province else "cả nước"


def _pairs(targets: Sequence[Target]) -> Iterator[tuple[Target, Target]]:
    """Pair each target with the next one of the same indicator."""
    by_indicator: dict[int, list[Target]] = defaultdict(list)
    for target in sorted(targets, key=lambda t: t.year):
        if target.comparator not in (Comparator.DONE, Comparator.DOUBLE):
            by_indicator[target.indicator_id].append(target)
    for same in by_indicator.values():
        yield from ((a, b) for a, b in pairwise(same) if a.year < b.year)


def _with_level(facts: PlanFacts) -> Iterator[tuple[Target, Baseline]]:
    """Pair each target that has a level with the plan's own baseline."""
    levels = facts.levels
    for target in facts.targets:
        if target.indicator_id in levels and target.comparator not in (Comparator.DONE, Comparator.DOUBLE):
            yield target, levels[target.indicator_id]


def _worse(target: Target, value: float, than: float) -> bool:
    return value > than if target.indicator.direction == Indicator.Direction.LOWER else value < than


def _write(indicator: Indicator, level: Baseline) -> str:
    return indicator.unit.write(level.value)


def _ordered(target: Target, other: Target) -> bool:
    """Tell whether the rule says which of two documents of one territory governs."""
    first, second = target.plan, other.plan
    same = first.territory_id == second.territory_id
    return same and (outranks(first, second) or outranks(second, first))


def _overlap(plan: Plan, other: Plan) -> bool:
    """Tell whether two plans' territories share ground: the same, or a former province and today's that took it in."""
    if plan.pk == other.pk:
        return False
    return plan.territory_id == other.territory_id or plan.province_id in (plan.territory_id, other.territory_id)


CHECKS: tuple[Callable[[PlanFacts], Found], ...] = (
    document_unnumbered,
    territory_dissolved,
    bodies_dissolved,
    baselines_missing,
    stated_only_in_words,
    same_level_later,
    lower_later,
    per_100_written_as_percent,
    all_written_without_figure,
    doubling_without_base,
    denominator_open,
    below_baseline,
    met_at_baseline,
    hardly_above_baseline,
    impossible_level,
    two_targets_at_once,
)
