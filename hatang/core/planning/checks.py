"""What a problem must keep to before it is put to the solver; each check says how to mend the data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from hatang.core.planning.problem import PlanningError, Problem, Structure, Work


def check_problem(problem: Problem) -> None:
    """Raise PlanningError with all that is wrong, a line each (at most ten)."""
    wrong = [message for check in CHECKS for message in check(problem)]
    if wrong:
        more = [f"… và {len(wrong) - 10} lỗi nữa."] if len(wrong) > 10 else []
        raise PlanningError("\n".join(wrong[:10] + more))


def check_horizon(problem: Problem) -> Iterator[str]:
    """Years in order, an interest and a lifetime that can be counted with."""
    horizon = problem.horizon
    if horizon.first_year > horizon.last_year:
        yield f"Năm đầu ({horizon.first_year}) phải trước hoặc bằng năm cuối ({horizon.last_year})."
    if horizon.interest_percent < 0 or horizon.lifetime_years < 1:
        yield "Thời gian khấu hao phải từ 1 năm, lãi suất từ 0 %/năm trở lên."


def check_names(problem: Problem) -> Iterator[str]:
    """Every id once."""
    for what, ids in (
        ("Nhu cầu", [need.id for need in problem.needs]),
        ("Hạ tầng", [structure.id for structure in problem.structures]),
        ("Công trình", [work.id for work in problem.works]),
    ):
        if len(set(ids)) < len(ids):
            twice = next(name for place, name in enumerate(ids) if name in set(ids[:place]))
            yield f"{what} «{twice}» có hai lần; mỗi mã chỉ được dùng một lần."


def check_references(problem: Problem) -> Iterator[str]:
    """Works stand on structures and serve needs that are there; spacing pairs name two different structures."""
    needs = {need.id for need in problem.needs}
    structures = {structure.id for structure in problem.structures}
    for work in problem.works:
        if work.structure not in structures:
            yield f"Công trình «{work.id}» đặt trên hạ tầng «{work.structure}» không có trong danh sách hạ tầng."
        for need in work.serves:
            if need not in needs:
                yield f"Công trình «{work.id}» phục vụ «{need}» không có trong danh sách nhu cầu."
    for one, other in problem.requirements.apart:
        if one == other or not {one, other} <= structures:
            yield f"Cặp hạ tầng cách nhau «{one}», «{other}» phải là hai hạ tầng khác nhau có trong danh sách."


def check_amounts(problem: Problem) -> Iterator[str]:
    """Weights and money are numbers from 0."""
    for need in problem.needs:
        if not _counts(need.weight):
            yield f"Trọng số của «{need.id}» phải là số từ 0 trở lên."
    carriers: list[Structure | Work] = [*problem.structures, *problem.works]
    for carrier in carriers:
        if not (_counts(carrier.capital_vnd) and _counts(carrier.yearly_vnd)):
            yield f"Vốn và chi hằng năm của «{carrier.id}» phải là số từ 0 đồng trở lên."
    asked = problem.requirements
    for amount in [*(asked.budget_vnd or {}).values(), asked.total_vnd or 0.0]:
        if not _counts(amount):
            yield "Ngân sách phải là số từ 0 đồng trở lên."


def check_shares(problem: Problem) -> Iterator[str]:
    """Shares lie between 0 and 100 %, at least one operator is asked."""
    asked = problem.requirements
    shares: Iterable[float | None] = (
        asked.served_percent,
        asked.least_percent_in_area,
        asked.shared_percent,
        *asked.served_percent_by.values(),
        *asked.least_percent_of_group.values(),
    )
    if any(share is not None and not 0 <= share <= 100 for share in shares):
        yield "Mọi tỷ lệ yêu cầu phải từ 0 đến 100 %."
    if asked.least_operators < 1:
        yield "Số doanh nghiệp ít nhất phải từ 1 trở lên."


def check_years(problem: Problem) -> Iterator[str]:
    """Interim shares and budgets lie within the plan's years."""
    years = problem.horizon.years
    asked = problem.requirements
    named = {*asked.served_percent_by, *(year for year, _ in asked.budget_vnd or {})}
    for year in sorted(named - set(years)):
        yield f"Năm {year} của mục tiêu hay ngân sách nằm ngoài {years.start}–{years.stop - 1}."


def _counts(amount: float) -> bool:
    return math.isfinite(amount) and amount >= 0


CHECKS = (check_horizon, check_names, check_references, check_amounts, check_shares, check_years)
