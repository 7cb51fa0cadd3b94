"""How far a reading is looked through, and what must still be said before it can become a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hatang.core.plan_reader.matching import UNIT_OF_CATALOGUE
from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator
from hatang.plans.forms.reading import AMENDS, REPLACES
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services.readings.parties import parties_in, unknown
from hatang.plans.services.readings.rivals import foreign_problem, relation_problem

Kind, State = Statement.Kind, Statement.State
NAMED = 5


@dataclass(frozen=True)
class Problem:
    """What stands against publishing (`blocks`), or should be known before it; about a statement, or the whole."""

    message: str
    statement: int | None = None
    blocks: bool = True


def head_problems(reading: PlanReading) -> Iterator[Problem]:
    """Ask for the plan's own facts."""
    facts = reading.facts
    for name, word in (("title", "tên kế hoạch"), ("issuer", "cơ quan ban hành"), ("code", "mã kế hoạch")):
        if not facts.get(name):
            yield Problem(f"Chưa có {word} ở phần thông tin chung.")
    first, last = facts.get("year_from"), facts.get("year_to")
    if not first or not last or first > last:
        yield Problem("Thời kỳ của kế hoạch chưa rõ: ghi từ năm nào đến năm nào.")
    if facts.get("code_typed") and Plan.objects.filter(code=facts["code"]).exists():
        yield Problem(f"Mã “{facts['code']}” đã có kế hoạch khác dùng.")
    if facts.get("relation") in (AMENDS, REPLACES) and reading.against_id is None:
        yield Problem("Chưa chọn kế hoạch được sửa đổi hoặc thay thế.")
    for message in (foreign_problem(reading), relation_problem(reading)):
        if message:
            yield Problem(message)


def target_problems(rows: Iterable[Statement]) -> Iterator[Problem]:
    """Ask for the indicator of each target, and for a level where it promises one."""
    for row in rows:
        if row.kind != Kind.TARGET or left_out(row):
            continue
        offered = row.facts.get("new_indicator")
        if not row.facts.get("indicator") and not (offered and row.state == State.CONFIRMED):
            asked = "Chưa nhận chỉ tiêu mới" if offered else "Chưa chọn chỉ tiêu"
            yield Problem(f"{asked} cho mục tiêu: {short(row)}", row.pk)
        if row.facts["comparator"] != "none" and row.facts["value"] is None:
            yield Problem(f"Chưa có mức của mục tiêu: {short(row)}", row.pk)


def warnings(rows: list[Statement], reading: PlanReading) -> Iterator[Problem]:
    """Say what will be published unseen, and what will be left out."""
    unseen = [r for r in rows if r.state == State.PROPOSED and goes_in(r)]
    if unseen:
        yield Problem(f"{number(len(unseen))} dòng chưa ai xem sẽ được công bố như máy đọc.", blocks=False)
    general = sum(without_figure(r) for r in rows)
    if general:
        told = f"{number(general)} mục tiêu chung, không có số, chỉ hiện trong văn bản, không thành mục tiêu theo dõi."
        yield Problem(told, blocks=False)
    mentions = [r for r in rows if left_out(r) and not without_figure(r)]
    if mentions:
        told = f"{number(len(mentions))} câu có số liệu ngoài phần mục tiêu chưa được nhận nên không đưa vào kế hoạch."
        yield Problem(told, blocks=False)
    leads = sum(proposed(row, "lead") for row in rows)
    if leads:
        told = f"{number(leads)} nhiệm vụ có cơ quan chủ trì do máy đề nghị, chưa ai nhận, sẽ công bố không có chủ trì."
        yield Problem(told, blocks=False)
    yield from unit_mismatches(rows)
    yield from unknown_bodies(rows)
    if not reading.facts.get("number") or not reading.facts.get("date"):
        yield Problem("Văn bản không ghi số hoặc ngày: nên đối chiếu bản đã ký.", blocks=False)


def unit_mismatches(rows: Iterable[Statement]) -> Iterator[Problem]:
    """Name the targets whose figure is in another unit than their indicator."""
    units = dict(Indicator.objects.values_list("code", "unit_code"))
    for row in rows:
        code = row.facts.get("indicator")
        if (
            row.kind == Kind.TARGET
            and code
            and units.get(code) not in UNIT_OF_CATALOGUE.get(row.facts["unit"], ("count",))
        ):
            told = f"Đơn vị trong câu không phải đơn vị của chỉ tiêu đã chọn: {short(row)}"
            yield Problem(told, row.pk, blocks=False)


def unknown_bodies(rows: Iterable[Statement]) -> Iterator[Problem]:
    """Name the bodies that are not known and are not to be made either."""
    names = list(dict.fromkeys(p["name"] for r in rows for p in unknown(parties_in(r.facts))))
    if names:
        listed = "; ".join(names[:NAMED]) + (f" và {number(len(names) - NAMED)} tên khác" if len(names) > NAMED else "")
        yield Problem(
            f"{number(len(names))} cơ quan chưa có trong danh bạ, phần việc của họ sẽ không có người: {listed}.",
            blocks=False,
        )


def goes_in(row: Statement) -> bool:
    """Tell whether a statement goes into the plan as it stands."""
    return row.state != State.REJECTED and row.kind != Kind.ODDITY and not left_out(row)


def left_out(row: Statement) -> bool:
    """Tell whether a statement stays out of the plan: a general aim, or a figure elsewhere that nobody confirmed."""
    return without_figure(row) or (bool(row.facts.get("mention")) and row.state != State.CONFIRMED)


def without_figure(row: Statement) -> bool:
    """Tell whether a target is a general aim, without year or figure, for which nobody chose an indicator."""
    chosen = row.facts.get("indicator") or row.facts.get("new_indicator")
    return bool(row.facts.get("general")) and not chosen


def agreed(row: Statement, role: str) -> list[dict[str, Any]]:
    """Give who leads or supports a task: what the reader only proposes counts when somebody confirmed the row."""
    parties: list[dict[str, Any]] = row.facts.get(role) or []
    return [] if proposed(row, role) else parties


def proposed(row: Statement, role: str) -> bool:
    """Tell whether the reader proposes who leads or supports a task, and nobody has confirmed it."""
    return bool(row.facts.get(f"{role}_proposed")) and row.state != State.CONFIRMED


def short(row: Statement) -> str:
    """Name a statement by its first words."""
    return row.quote if len(row.quote) <= 80 else f"{row.quote[:80].rpartition(' ')[0]}…"


def published_rows(reading: PlanReading) -> list[Statement]:
    """List the statements that go into the plan, in the document's order."""
    return [row for row in reading.statements.all() if goes_in(row)]
