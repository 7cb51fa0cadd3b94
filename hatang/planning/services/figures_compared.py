"""Two to four scenarios side by side: their figures, and which works and places are in one and not in another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.planning.models import Scenario
from hatang.planning.services.figures import Figures, Line, WorkRow
from hatang.planning.services.words import asked_words, milestones_words

FEWEST, MOST = 2, 4
LETTERS = "ABCD"
NEAR_DEG = 4
"""Decimals of a degree to which two works stand at the same place: some 11 m."""
Sign = tuple[str, int | None, str, float, float]


@dataclass(frozen=True)
class Row:
    """A row of the table: what, and each scenario's figure; `decimals` None where the figures are words."""

    label: str
    values: Sequence[Any]
    decimals: int | None = 0

    @property
    def cells(self) -> list[str]:
        """The figures as people read them."""
        if self.decimals is None:
            return [str(value) for value in self.values]
        return [number(value, self.decimals) for value in self.values]


@dataclass(frozen=True)
class Part:
    """Rows under a heading."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class SharedWork:
    """A work with the year in which each scenario builds it; None where it does not."""

    work: WorkRow
    years: tuple[int | None, ...]

    @property
    def everywhere(self) -> bool:
        """Whether every scenario builds it."""
        return None not in self.years

    @property
    def moved(self) -> bool:
        """Whether scenarios build it in different years."""
        return len({year for year in self.years if year is not None}) > 1

    @property
    def letters(self) -> str:
        """The letters of the scenarios that build it."""
        return "".join(letter for letter, year in zip(LETTERS, self.years, strict=False) if year is not None)


@dataclass(frozen=True)
class Comparison:
    """Scenarios beside each other, in the order in which they were asked for."""

    figures: Sequence[Figures]

    @property
    def letters(self) -> str:
        """A letter for each scenario."""
        return LETTERS[: len(self.figures)]

    @property
    def simulated(self) -> bool:
        """Whether any of them read a simulated row."""
        return any(one.simulated for one in self.figures)

    def row(self, label: str, read: Callable[[Figures], Any], decimals: int | None = 0) -> Row:
        """Read one figure of each."""
        return Row(label, [read(one) for one in self.figures], decimals)

    def parts(self) -> list[Part]:
        """Give the whole table."""
        return [
            Part("Câu hỏi và chứng minh", self.asked_rows()),
            Part("Tiền", self.money_rows()),
            Part("Người được phục vụ", self.people_rows()),
            Part("Vốn theo năm, đồng", self.year_rows(lambda line: line.capital_vnd)),
            Part("Người thêm theo năm", self.year_rows(lambda line: line.new.people)),
            Part("Được phục vụ cuối năm, %", self.year_rows(lambda line: line.served_percent, 1)),
            Part("Vốn theo nguồn, đồng", self.source_rows()),
            Part("Vốn theo doanh nghiệp, đồng", self.line_rows(lambda one: one.by_operator)),
            Part("Vốn theo loại công trình, đồng", self.line_rows(lambda one: one.by_kind)),
        ]

    def asked_rows(self) -> list[Row]:
        """Say what each asks and how sure its answer is."""
        return [
            self.row("Cần", lambda one: asked_words(one.scenario), None),
            self.row("Mốc giữa kỳ", lambda one: milestones_words(one.scenario) or "không đòi", None),
            self.row("Kết quả", lambda one: one.scenario.get_state_display(), None),
            self.row("Sai số đã chứng minh, %", lambda one: one.scenario.answer.get("gap_percent"), 2),
            self.row("Lượt tính vùng phủ", lambda one: one.scenario.run.title, None),
        ]

    def money_rows(self) -> list[Row]:
        """Give works and money."""
        return [
            self.row("Công trình", lambda one: len(one.works)),
            self.row("Vốn, đồng", lambda one: one.capital_vnd),
            self.row("Chi hằng năm khi xong, đồng", lambda one: one.yearly_vnd),
            self.row("Chi phí quy về hiện tại, đồng", lambda one: one.present_vnd),
            self.row("Vốn mỗi người thêm, đồng", lambda one: one.capital_per_person_vnd),
            self.row("Vị trí mới", lambda one: len(one.sites)),
            self.row("Vị trí mới trên hạ tầng có sẵn, %", lambda one: one.shared_percent, 1),
        ]

    def people_rows(self) -> list[Row]:
        """Give whom they serve."""
        return [
            self.row("Nơi thêm", lambda one: one.new.places),
            self.row("Hộ thêm", lambda one: one.new.households),
            self.row("Người thêm", lambda one: one.new.people),
            self.row("Phần được phục vụ, %", lambda one: one.served_percent, 1),
            self.row("Nơi còn thiếu", lambda one: one.left.places),
            self.row("Người còn thiếu", lambda one: one.left.people),
        ]

    def year_rows(self, read: Callable[[Any], Any], decimals: int = 0) -> list[Row]:
        """Give a figure by year; nothing where a scenario does not have the year."""
        years = sorted({year for one in self.figures for year in one.years})
        found = [{line.key: read(line) for line in one.by_year} for one in self.figures]
        return [Row(str(year), [lines.get(year) for lines in found], decimals) for year in years]

    def source_rows(self) -> list[Row]:
        """Give capital by source."""
        labels = {line.key: line.label for one in self.figures for line in one.by_source}
        found = [{line.key: line.total_vnd for line in one.by_source} for one in self.figures]
        return [Row(capital(label), [lines.get(key, 0) for lines in found]) for key, label in labels.items()]

    def line_rows(self, read: Callable[[Figures], Sequence[Line]]) -> list[Row]:
        """Give capital by the lines of a table."""
        labels = {line.key: line.label for one in self.figures for line in read(one)}
        found = [{line.key: line.capital_vnd for line in read(one)} for one in self.figures]
        return [Row(capital(label), [lines.get(key, 0) for lines in found]) for key, label in labels.items()]

    def works(self) -> list[SharedWork]:
        """Give every work of any scenario: those of all first, then those of most, then by commune."""
        found = [{sign_of(work): work for work in one.works} for one in self.figures]
        all_works = {sign: work for works in reversed(found) for sign, work in works.items()}
        rows = [
            SharedWork(work, tuple(works[sign].year if sign in works else None for works in found))
            for sign, work in all_works.items()
        ]
        return sorted(rows, key=lambda row: (row.years.count(None), row.letters, row.work.commune, row.work.number))

    def only_places(self) -> list[tuple[str, int, int]]:
        """Count, for each scenario, the places and people that it alone serves."""
        new = [set(one.new_places) | {place.pk for place in one.places if one.is_today(place)} for one in self.figures]
        lines = []
        for at, one in enumerate(self.figures):
            others = set().union(*(served for other, served in enumerate(new) if other != at))
            alone = [one.new_places[pk] for pk in new[at] - others if pk in one.new_places]
            lines.append((LETTERS[at], len(alone), sum(place.people or 0 for place in alone)))
        return lines

    def finding(self) -> str:
        """Say which is cheapest and which serves most, and by how much."""
        cheapest = min(range(len(self.figures)), key=lambda at: self.figures[at].present_vnd)
        widest = max(range(len(self.figures)), key=lambda at: (self.figures[at].served_percent or 0, -at))
        cheap, wide = self.figures[cheapest], self.figures[widest]
        if not comparable([one.scenario for one in self.figures]):
            return (
                f"Các phương án hỏi những điều khác nhau, chỉ so được tiền: rẻ nhất là phương án {LETTERS[cheapest]}, "
                f"vốn {vnd_words(cheap.capital_vnd)}, quy về hiện tại {vnd_words(cheap.present_vnd)}."
            )
        if cheapest == widest:
            return (
                f"Phương án {LETTERS[cheapest]} vừa rẻ nhất vừa phục vụ nhiều nhất trong {len(self.figures)} phương án."
            )
        present, more = vnd_words(wide.present_vnd - cheap.present_vnd), wide.capital_vnd - cheap.capital_vnd
        capital = f"vốn {'nhiều' if more >= 0 else 'ít'} hơn {vnd_words(abs(more))}" if more else "vốn bằng nhau"
        people = wide.new.people - cheap.new.people
        gain = f"thêm {number(people)} người" if people > 0 else f"thêm {share_words(cheap, wide)} điểm phần trăm"
        return (
            f"Phương án {LETTERS[cheapest]} rẻ nhất; phương án {LETTERS[widest]} {capital} "
            f"(quy về hiện tại đắt hơn {present}) và phục vụ {gain}."
        )

    def late_words(self) -> str:
        """Warn where some scenarios build all in the last year and others do not: that alone makes them look cheap."""
        late = [letter for letter, one in zip(LETTERS, self.figures, strict=False) if one.all_late]
        if len(late) in (0, len(self.figures)):
            return ""
        return (
            f"Phương án {', '.join(late)} không ghi kinh phí từng năm nên mọi công trình ở năm cuối, chi phí quy về "
            "hiện tại vì thế thấp: hãy so vốn."
        )

    def works_sentence(self) -> str:
        """Say how many works all have in common, and how many are of one alone."""
        rows = self.works()
        common = sum(row.everywhere for row in rows)
        alone = [(letter, sum(row.letters == letter for row in rows)) for letter in self.letters]
        told = "; ".join(f"{number(count)} chỉ ở {letter}" for letter, count in alone if count)
        both = "cả hai" if len(self.figures) == FEWEST else f"cả {len(self.figures)} phương án"
        moved = sum(row.moved for row in rows)
        later = f" ({number(moved)} làm khác năm)" if moved else ""
        return f"{number(common)} công trình có ở {both}{later}{'; ' + told if told else ''}."

    def lines(self) -> Iterator[list[Any]]:
        """Write the table for a file."""
        yield ["", *(f"{letter}: {one.scenario.title}" for letter, one in zip(LETTERS, self.figures, strict=False))]
        for part in self.parts():
            yield [part.title]
            yield from ([row.label, *row.values] for row in part.rows)
        yield []
        yield ["Công trình", *(f"Năm ở {letter}" for letter in self.letters), "Doanh nghiệp", "Xã, phường", "Vốn, đồng"]
        for row in self.works():
            work = row.work
            yield [f"{work.kind_label}, {work.technology}", *row.years, work.operator, work.commune, work.capital_vnd]


def capital(label: str) -> str:
    """Begin with a capital letter."""
    return f"{label[:1].upper()}{label[1:]}"


def sign_of(work: WorkRow) -> Sign:
    """Tell a work from others across scenarios: what, whose, where."""
    return work.kind, work.operator_id, work.technology, round(work.lon, NEAR_DEG), round(work.lat, NEAR_DEG)


def share_words(less: Figures, more: Figures) -> str:
    """Say by how much one share is greater than another."""
    return number((more.served_percent or 0) - (less.served_percent or 0), 1)


def comparable(scenarios: Sequence[Scenario]) -> bool:
    """Tell whether figures of scenarios mean the same: one service, one measure."""
    return len({(one.service, one.measure, one.area_id) for one in scenarios}) <= 1
