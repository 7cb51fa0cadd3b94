"""Claims against the registers: stations, fibre, coverage as they were declared there."""

from __future__ import annotations

from collections.abc import Iterator

from hatang.core.vietnamese import day, number, within_words
from hatang.indicators.models import ReturnForm
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule
from hatang.indicators.services.extracts import EXTRACTS, extract_choices


@rule(
    "So với sổ đăng ký",
    finds="số khai khác số mà sổ đếm được, vào ngày cuối của kỳ, của chính nơi hay doanh nghiệp ấy",
    look="Cập nhật sổ nếu sổ thiếu, hoặc sửa số; nếu cả hai đều đúng, nói vì sao khác nhau.",
    settings=(
        Setting("extract", "số đếm trong sổ", choices=extract_choices),
        Setting("percent", "khác quá, %", 10, most=1000, note="Pháp luật không quy định; tỉnh tự đặt."),
        Setting("least", "bỏ qua khi chênh không quá", 1),
    ),
)
def against_register(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures unlike what the register counts on the period's last day, of the filer's own things."""
    counts = counts_by_filer(facts, str(ask.settings["extract"]))
    for row in facts.answers(ask.items):
        counted = counted_for(facts, row, counts[facts.filers[row.return_id][1]])
        if row.amount is None:
            continue
        away = abs(row.amount - counted)
        if away > ask.number("least") and away * 100 > ask.number("percent") * max(row.amount, counted):
            told = register_words(facts, ask, row, counted)
            yield Found(row.return_id, told, row.code, row.place_id, tail=str(ask.settings["extract"]))


def counts_by_filer(facts: Facts, extract: str) -> dict[int | None, dict[int, float]]:
    """Count by commune, once for each operator that files, and once for all where communes or the department do."""
    on = min(facts.period.last_on, facts.today)
    filers = {None: None} | facts.organisations if facts.of_operators else dict.fromkeys((None, *facts.organisations))
    return {
        pk: {commune: count for commune, (count, _) in EXTRACTS[extract].counts(facts.province, on, owner).items()}
        for pk, owner in filers.items()
    }


def counted_for(facts: Facts, row: Told, counts: dict[int, float]) -> float:
    """Give what the register counts in a place: a commune, or the whole province."""
    return sum(counts.values()) if row.place_id == facts.province.pk else counts.get(row.place_id, 0)


def register_words(facts: Facts, ask: Ask, row: Told, counted: float) -> str:
    """Say what the register counts; not to a commune, where it would tell what single operators have."""
    label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}: {number(row.amount, 2)}"
    name = within_words(EXTRACTS[str(ask.settings["extract"])].label)
    if facts.form.filer == ReturnForm.Filer.COMMUNE:
        return f"{label}, khác quá {number(ask.number('percent'))} % so với {name} trong sổ"
    return f"{label}, {name} theo sổ ngày {day(min(facts.period.last_on, facts.today))} là {number(counted)}"
