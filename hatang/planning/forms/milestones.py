"""Shares asked on the way to the goal: a few optional lines of year and percent, checked against the plan's years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from hatang.core.vietnamese import number
from hatang.pages.fields import CountField, NumberField

LINES = 3


class ShareField(NumberField):
    """A number that comes back as people here write it."""

    def prepare_value(self, value: Any) -> Any:
        return number(value, 6) if isinstance(value, float | int) else value


def year_name(line: int) -> str:
    """Name the field of a line's year."""
    return f"moc-nam-{line}"


def share_name(line: int) -> str:
    """Name the field of a line's share."""
    return f"moc-phan-tram-{line}"


def lines_for(given: Sequence[tuple[int, float]]) -> range:
    """Give the lines of the form, from 1: a few, or as many as are given."""
    return range(1, max(LINES, len(given)) + 1)


def milestone_fields(given: Sequence[tuple[int, float]]) -> Iterator[tuple[str, forms.Field, Any]]:
    """Give each line's fields with their names and what they begin with."""
    for line in lines_for(given):
        year, share = given[line - 1] if line <= len(given) else (None, None)
        for name, made, value in (
            (year_name(line), CountField(label=f"Năm của mốc {line}", required=False), year),
            (share_name(line), ShareField(label=f"Phần trăm của mốc {line}", required=False), share),
        ):
            made.widget.attrs["aria-label"] = made.label
            yield name, made, value


@dataclass(frozen=True)
class Plan:
    """What the lines are held against: the scenario's years and its goal, %; None where that is not said, or wrong."""

    first_year: int | None
    last_year: int | None
    goal_percent: float | None


@dataclass
class Milestones:
    """The shares that were said by year, each with its line; and what is wrong, by field."""

    shares: dict[int, tuple[float, int]] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def by_year(self) -> dict[str, float]:
        """The shares as a scenario keeps them."""
        return {str(year): share for year, (share, _) in sorted(self.shares.items())}


def read_milestones(cleaned: Mapping[str, Any], lines: range, plan: Plan) -> Milestones:
    """Read the lines: years inside the plan's, each once; shares that do not fall, up to the goal."""
    read = Milestones()
    for line in lines:
        if year_name(line) in cleaned and share_name(line) in cleaned:
            add_line(read, line, cleaned[year_name(line)], cleaned[share_name(line)], plan)
    check_order(read)
    return read


def add_line(read: Milestones, line: int, year: int | None, share: float | None, plan: Plan) -> None:
    """Read one line; an empty one asks nothing."""
    if year is None and share is None:
        return
    if year is None:
        read.wrong.append((year_name(line), f"Ghi năm phải đạt {number(share, 2)} %."))
    elif share is None:
        read.wrong.append((share_name(line), f"Ghi phần trăm phải đạt vào cuối năm {year}."))
    elif words := wrong_year(year, read, plan):
        read.wrong.append((year_name(line), words))
    elif words := wrong_share(share, plan):
        read.wrong.append((share_name(line), words))
    else:
        read.shares[year] = share, line


def wrong_year(year: int, read: Milestones, plan: Plan) -> str:
    """Say why a year cannot be a milestone's; nothing where it can."""
    if year in read.shares:
        return f"Năm {year} đã có mốc ở dòng {read.shares[year][1]}."
    first, last = plan.first_year, plan.last_year
    if first is None or last is None or first <= year < last:
        return ""
    if first >= last:
        return f"Phương án chỉ xây trong năm {last}, không có năm nào trước để đặt mốc: để trống dòng này."
    years = f"từ {first} đến {last - 1}" if last - first > 1 else f"là {first}"
    return f"Năm của mốc phải {years}: trong các năm xây dựng và trước năm đạt mục tiêu, {last}."


def wrong_share(share: float, plan: Plan) -> str:
    """Say why a share cannot be asked on the way; nothing where it can."""
    if not 0 <= share <= 100:
        return "Từ 0 đến 100 %."
    if plan.goal_percent is not None and share > plan.goal_percent:
        return f"Không quá mục tiêu, {number(plan.goal_percent, 2)} %: hạ mốc này, hoặc nâng mục tiêu."
    return ""


def check_order(read: Milestones) -> None:
    """Refuse a share below that of an earlier year: what is served stays served."""
    before: tuple[int, float] | None = None
    for year, (share, line) in sorted(read.shares.items()):
        if before is not None and share < before[1]:
            told = f"Từ {number(before[1], 2)} % trở lên: cuối năm {before[0]} đã đòi chừng ấy."
            read.wrong.append((share_name(line), told))
        before = year, share
