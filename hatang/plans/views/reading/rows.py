"""What was found in a document, each as one line that says in human words what it will become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_date

from hatang.core.plan_reader.section_words import section_in_words
from hatang.core.vietnamese import day, number, search_key
from hatang.indicators.models import Indicator
from hatang.plans.models import Comparator, Statement
from hatang.plans.services.readings.parties import parties_in, unknown
from hatang.plans.services.readings.standing import proposed

Facts = Mapping[str, Any]
Blocks = Sequence[Facts]
Kind, State = Statement.Kind, Statement.State

TABS = {
    Kind.TARGET: "Mục tiêu",
    Kind.BASELINE: "Hiện trạng",
    Kind.TASK: "Nhiệm vụ",
    Kind.BODY: "Cơ quan",
    Kind.DUTY: "Báo cáo",
    Kind.BASIS: "Căn cứ",
    Kind.ODDITY: "Điểm lạ",
}
ROLES = (("lead", "chủ trì"), ("support", "phối hợp"))
HEAD = "chung"
BY_HAND = "do người đánh dấu"
SURENESS = ((0.6, "chưa chắc"), (0.85, "khá chắc"), (1.01, "chắc"))
"""Below which figure a reading is called how."""
SAFE = SURENESS[1][0]
UNITS = {
    "percent": "%",
    "Mbps": "Mb/s",
    "per_100_people": "trên 100 dân",
    "per_person": "/người",
    "ratio": "lần",
    "km": "km",
    "VND": "đồng",
    "count": "",
    "none": "",
}
STATE_SIGNS = {State.PROPOSED: "○", State.CONFIRMED: "✓", State.REJECTED: "✕"}
NUMBER_DECIMALS = 3


@dataclass(frozen=True)
class Row:
    """A line: what it says first, what stands beneath, and where it comes from."""

    statement: Statement
    lead: str
    words: str
    notes: Sequence[str]
    lacks: str
    url: str

    @property
    def sign(self) -> str:
        """The sign of its state, beside the word."""
        return STATE_SIGNS[State(self.statement.state)]

    @property
    def plain(self) -> str:
        """The line as a sentence for those who hear it."""
        return " · ".join(part for part in (self.lead, self.words) if part)

    @property
    def sure(self) -> str:
        """How safe the reading is, in words."""
        return sureness(self.statement.sure)

    @property
    def unknown(self) -> bool:
        """Whether it names a body that no organisation answers to."""
        return bool(unknown(parties_in(self.statement.facts)))

    @property
    def proposal(self) -> str:
        """Who leads and supports the task as the reader proposes it, in words; empty where the text says it."""
        told = [(role, word) for role, word in ROLES if proposed(self.statement, role)]
        return " · ".join(_in_charge(self.statement, role, word) for role, word in told)

    @property
    def unsure(self) -> bool:
        """Whether the reading itself is why somebody should look at it closely."""
        return waits(self.statement) and self.statement.sure < SAFE

    @property
    def takes_at_once(self) -> bool:
        """Whether it waits and can be confirmed with others unlooked."""
        return waits(self.statement) and safe(self.statement)

    @property
    def standing(self) -> str:
        """Why it stands where it stands while it waits: how safe the reading is, or that a person marked it."""
        if not waits(self.statement):
            return ""
        return BY_HAND if self.statement.by_hand else f"máy {self.sure}"


def waits(statement: Statement) -> bool:
    """Tell whether a decision about it is asked for; oddities are only told."""
    return statement.state == State.PROPOSED and statement.kind != Kind.ODDITY


def safe(statement: Statement) -> bool:
    """Tell whether a reading can be trusted unlooked: a task only if the text says who leads."""
    return statement.sure >= SAFE and not (statement.kind == Kind.TASK and leaderless(statement))


def leaderless(statement: Statement) -> bool:
    """Tell whether the text names nobody who leads a task."""
    return not statement.facts.get("lead") or proposed(statement, "lead")


def sureness(sure: float) -> str:
    """Say how safe a reading is."""
    return next(word for limit, word in SURENESS if sure < limit)


def look_rank(statement: Statement) -> int:
    """Order by how much a row asks to be looked at, in the three steps that have words."""
    rank = next(n for n, (limit, _) in enumerate(SURENESS) if statement.sure < limit)
    return rank if statement.kind == Kind.ODDITY or safe(statement) else min(rank, 1)


def ordered(statements: Iterable[Statement], *, in_order: bool) -> list[Statement]:
    """Sort statements: what asks to be looked at first, or all in the document's order."""
    return sorted(statements, key=lambda s: (0 if in_order else look_rank(s), s.order, s.pk))


def row_of(statement: Statement, blocks: Blocks, indicators: Mapping[str, Indicator]) -> Row:
    """Describe one statement."""
    lead, words, notes, lacks = DESCRIBE[Kind(statement.kind)](statement, indicators)
    inside = statement.block is not None and statement.block < len(blocks)
    page = blocks[statement.block or 0]["page"] if inside else 0
    place = [section_in_words(statement.section)] if statement.section else []
    place += [f"trang {page}"] if page else []
    url = row_url(statement.reading_id, statement.kind, statement.pk)
    return Row(statement, lead, words, [*notes, *place], lacks, url)


def row_url(reading: int, kind: str, statement: int) -> str:
    """Give the address of the review with a row opened."""
    query = urlencode({"loai": kind, "muc": statement})
    return f"{reverse('plans:reading', args=[reading])}?{query}#dong-{statement}"


def fits(row: Row, words: str) -> bool:
    """Tell whether a line has these words one after the other, without accents, from the start of a word."""
    key = search_key(f"{row.plain} {row.standing} {row.lacks} {' '.join(row.notes)}")
    return f" {search_key(words)}" in f" {key}"


Described = tuple[str, str, list[str], str]


def _target(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    facts = s.facts
    year = f" · {facts['due_year']}" if facts.get("due_year") else ""
    notes = [*_matched(facts, indicators), *_extent(facts)]
    lacks = "" if facts.get("due_year") else "chưa rõ năm"
    return level(facts), f"{facts.get('subject') or s.quote}{year}", notes, lacks


def _extent(facts: Facts) -> list[str]:
    """Say what narrows a target."""
    condition = facts.get("condition")
    told = [f"ngưỡng {level(condition)}"] if condition else []
    told += [f"phạm vi: {facts['scope']}"] if facts.get("scope") else []
    told += ["phấn đấu"] if facts.get("aspirational") else []
    return told + (["nêu ngoài phần mục tiêu, chỉ đưa vào khi được nhận"] if facts.get("mention") else [])


def _matched(facts: Facts, indicators: Mapping[str, Indicator]) -> list[str]:
    """Say which indicator of the catalogue it is, or which new one it will be."""
    indicator = indicators.get(facts.get("indicator") or "")
    if indicator:
        return [f"→ {indicator.short_name} (chỉ tiêu {indicator.number})"]
    new = facts.get("new_indicator")
    return [f"→ chỉ tiêu mới “{new['name']}”"] if new else ["→ chưa khớp chỉ tiêu nào"]


def level(facts: Facts) -> str:
    """Write a level with its comparator and unit: trên 50 %, gấp đôi năm 2024."""
    comparator = facts.get("comparator") or "none"
    if comparator == Comparator.DOUBLE:
        return f"gấp đôi năm {facts['base_year']}" if facts.get("base_year") else "gấp đôi"
    if facts.get("value") is None:
        return "hoàn thành"
    figure = f"{number(facts['value'], NUMBER_DECIMALS)}{_unit(facts)}"
    if comparator in (Comparator.EQUAL, "none") or comparator not in Comparator.values:
        return figure
    told = Comparator(comparator)
    return figure if told.nothing_beyond(facts["value"], facts.get("unit") or "") else f"{told.label} {figure}"


def _unit(facts: Facts) -> str:
    """Give the unit with the blank before it, if it takes one."""
    unit = facts.get("unit") or "none"
    printed = facts.get("unit_written") or ""
    each = unit == "ratio" and "/" in printed
    written = (printed if each else UNITS.get(unit)) or printed or ("" if unit in UNITS else unit)
    return written if not written or written.startswith("/") else f" {written}"


def _baseline(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    year = f" · {s.facts['year']}" if s.facts.get("year") else ""
    return level(s.facts), f"{s.facts.get('subject') or s.quote}{year}", _matched(s.facts, indicators), ""


def _task(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    facts = s.facts
    told = [_in_charge(s, role, word) for role, word in ROLES]
    notes = [part for part in told if part]
    due = parse_date(facts.get("due") or "")
    notes += [f"hạn {day(due)}"] if due else [f"hạn: {facts['deadline']}"] if facts.get("deadline") else []
    unknown = _unknown([*(facts.get("lead") or []), *(facts.get("support") or [])])
    lacks = "; ".join(part for part in ("" if facts.get("lead") else "chưa có chủ trì", unknown) if part)
    return "", facts.get("title") or s.quote, notes, lacks


def _in_charge(s: Statement, role: str, word: str) -> str:
    """Say who leads or supports a task, and whether the text says so or the reader proposes it."""
    parties = s.facts.get(role)
    if not parties:
        return ""
    return f"{word}{' (máy đề nghị từ phần tổ chức)' if proposed(s, role) else ''}: {names(parties)}"


def _body(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    facts = s.facts
    parties = facts.get("organisations") or []
    notes = [f"→ {_known_as(p)}" for p in parties if p["id"]]
    duties = len(facts.get("duties") or [])
    notes += [f"{number(duties)} việc được giao"] if duties else []
    return "", facts.get("name") or s.quote, notes, _unknown(parties)


def _known_as(party: Facts) -> str:
    return f"{party['known_as']} (nay: {party['today']})" if party.get("today") else party["known_as"]


def _unknown(parties: Sequence[Facts]) -> str:
    """Name the bodies that no organisation answers to."""
    missing = [p["name"] for p in unknown(parties)]
    return f"chưa có trong danh bạ: {'; '.join(missing)}" if missing else ""


def names(parties: Sequence[Facts]) -> str:
    """Join the names of bodies; one that will be made says so."""
    return "; ".join(f"{p['name']} (tạo mới)" if p.get("new") else p["name"] for p in parties)


def _duty(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    facts = s.facts
    day_month = f"trước {facts['day']}/{facts['month']}" if facts.get("day") and facts.get("month") else ""
    notes = [f"gửi {facts['to']}"] if facts.get("to") else []
    notes += [facts.get("when") or day_month] if facts.get("when") or day_month else []
    notes += [f"qua {facts['via']}"] if facts.get("via") else []
    lacks = "không nêu hạn" if not (facts.get("when") or day_month) else ""
    return "", f"{facts['who']}: {s.quote}" if facts.get("who") else s.quote, notes, lacks


def _basis(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    facts = s.facts
    on = parse_date(facts.get("date") or "")
    notes = [f"ngày {day(on)}"] if on else []
    notes += [facts["issuer"]] if facts.get("issuer") else []
    return facts.get("number") or "", facts.get("title") or "", notes, "" if on else "không ghi ngày"


def _oddity(s: Statement, indicators: Mapping[str, Indicator]) -> Described:
    return "", s.facts.get("message") or s.quote, [f"“{s.quote}”"] if s.quote else [], ""


DESCRIBE = {
    Kind.TARGET: _target,
    Kind.BASELINE: _baseline,
    Kind.TASK: _task,
    Kind.BODY: _body,
    Kind.DUTY: _duty,
    Kind.BASIS: _basis,
    Kind.ODDITY: _oddity,
}
