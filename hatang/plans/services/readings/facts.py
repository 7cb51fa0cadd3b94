"""What is kept of each kind of statement: the reader's findings as plain facts, with what they mean in our registers.

A task's `lead_proposed` and `support_proposed` say that the reader concluded from the bodies' duties who leads and
supports; a proposal stands as such until somebody confirms the row. A target's and a baseline's `indicator` is a code
of the catalogue or None; `candidates` are the best matches with their scores; `new_indicator` is the one that would be
made where none fits. Bodies stand as parties (`parties.party`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from hatang.core.plan_reader import structure
from hatang.core.plan_reader.matching import LIKELY, IndicatorName, best_matches
from hatang.core.vietnamese import search_key
from hatang.indicators.models import Component, Indicator
from hatang.places.models import Place
from hatang.plans.models import Statement
from hatang.plans.services.readings.parties import Bodies, bodies_of, parties_in

Kind = Statement.Kind
CANDIDATES = 5
UNITS = {
    "percent": "percent",
    "per_100_people": "per_100_people",
    "per_person": "per_person",
    "Mbps": "mbps",
    "ratio": "times",
    "none": "yes_no",
}
COMPONENT_WORDS = (
    (Component.TELECOM, r"viễn thông|internet|băng rộng|5G|4G|di động|cáp quang|trạm|thuê bao|IPv6|phủ sóng|tốc độ"),
    (Component.DATA, r"dữ liệu|đám mây|điện toán|trung tâm tính toán|máy chủ"),
    (Component.PHYSICAL, r"IoT|cảm biến|vật lý|đô thị thông minh|camera|thiết bị|giao thông|điện lực"),
    (Component.UTILITIES, r"tiện ích|nền tảng|định danh|chữ ký số|thanh toán|trí tuệ nhân tạo|blockchain|chuỗi khối"),
)
ALL_WORDS = re.compile(r"\b(tất cả|toàn bộ|mọi)\b", re.IGNORECASE)
EVERYTHING = {"comparator": "ge", "value": 100.0, "unit": "percent", "unit_written": "tất cả"}
"""How "all" without a figure is taken, as the plans' checks tell it."""
GENERAL = {"general": True, "indicator": None, "new_indicator": None, "score": 1}
"""How an aim without year and figure is taken: as words of the document, unless an officer chooses an indicator."""
ALIKE_BODY = 0.6
"""How safe a row is at most that names a body by more words than its name has."""
SENTENCE_END = re.compile(r"(?<=[\w)”\"]{3})\.\s+(?=[A-ZĐÀ-Ỹ])")
ASSIGNMENT = re.compile(r"\s*\([^()]*\b(?:chủ trì|phối hợp|cơ quan|đơn vị)\b[^()]*(?:\)|$)", re.IGNORECASE)
LONG_TITLE, LEAST_TITLE, LEAST_SENTENCE = 200, 60, 20
"""How long a title is that we make of a sentence, at most and at least, and how long a sentence is to be one."""


@dataclass(frozen=True)
class Known:
    """What a document's words are held against: its territory's bodies and the catalogue of indicators."""

    bodies: Bodies
    catalogue: Sequence[IndicatorName]

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The indicators' codes by name."""
        return {search_key(row.name): row.code for row in self.catalogue}

    @cached_property
    def units(self) -> dict[str, str]:
        """The indicators' units by code."""
        return {row.code: row.unit for row in self.catalogue}


def known_for(territory: Place, *, on: date | None, today: date) -> Known:
    """Read what a document of the territory may name."""
    rows = Indicator.objects.values_list("code", "name", "short_name", "unit_code")
    return Known(bodies_of(territory, on=on, today=today), [IndicatorName(*row) for row in rows])


def target_facts(target: structure.Target, known: Known) -> dict[str, Any]:
    """Give a target's facts with the indicator that it speaks of."""
    condition = asdict(target.condition) if target.condition else None
    match = matched(target, target.condition, known)
    everything = told_by_words(target.quote, target.unit, match["indicator"] or "", known)
    general = target.due_year is None and target.value is None and not everything
    return {
        "subject": target.subject,
        "due_year": target.due_year,
        "comparator": target.comparator,
        "value": target.value,
        "unit": target.unit,
        "unit_written": target.unit_written,
        "scope": target.scope or "",
        "condition": condition,
        "base_year": target.base_year,
        "aspirational": target.aspirational,
        **match,
        **(EVERYTHING if everything else {}),
        **(GENERAL if general else {}),
    }


def baseline_facts(baseline: structure.Baseline, known: Known) -> dict[str, Any]:
    """Give a figure of the present state with the indicator that it speaks of, if any."""
    return {
        "subject": baseline.subject,
        "year": baseline.year,
        "comparator": baseline.comparator,
        "value": baseline.value,
        "unit": baseline.unit,
        **matched(baseline, None, known),
    }


def matched(
    row: structure.Target | structure.Baseline, condition: structure.Condition | None, known: Known
) -> dict[str, Any]:
    """Match a row with the catalogue, and say what a new indicator would be."""
    words = row.subject or row.quote
    found = same_name(words, known) or best_matches(words, row.unit, condition, known.catalogue, CANDIDATES)
    fits = bool(found) and found[0][1] >= LIKELY and measures(found[0][0], row.quote, row.unit, known)
    return {
        "indicator": found[0][0] if fits else None,
        "score": round(found[0][1], 2) if found else 0,
        "candidates": [[code, round(score, 2)] for code, score in found],
        "new_indicator": None if fits else new_indicator(words, row.unit),
    }


def same_name(words: str, known: Known) -> list[tuple[str, float]]:
    """Find the indicator that bears just these words as its name."""
    code = known.by_name.get(search_key(words))
    return [(code, 1.0)] if code else []


def told_by_words(words: str, unit: str, code: str, known: Known) -> bool:
    """Tell whether a statement without figure asks for all of what an indicator counts the share of."""
    share = known.units.get(code) == "percent"
    return unit == "none" and share and ALL_WORDS.search(words) is not None


def measures(code: str, words: str, unit: str, known: Known) -> bool:
    """Tell whether an indicator can hold what was read: a statement without figure fits one that is done or not."""
    yes_no = known.units.get(code) == "yes_no"
    return unit != "none" or yes_no or told_by_words(words, unit, code, known)


def new_indicator(subject: str, unit: str) -> dict[str, str]:
    """Describe the indicator that would be made for a subject."""
    name = short_form(subject)
    return {
        "name": name[:1].upper() + name[1:],
        "unit": UNITS.get(unit, "count"),
        "component": component_of(subject) or Component.TELECOM,
    }


def component_of(words: str) -> str:
    """Guess the component of digital infrastructure that words speak of, by how many of its words they use; or none."""
    counts = [(len(re.findall(pattern, words, re.IGNORECASE)), code) for code, pattern in COMPONENT_WORDS]
    most, component = max(counts, key=lambda pair: pair[0])
    return component if most else ""


def short_form(words: str) -> str:
    """Shorten words to a title: the first sentence without who does it; a long one ends with a clause or a word."""
    text = " ".join(words.split()).strip(" .;,:-")
    sentence = ASSIGNMENT.sub("", next((s for s in SENTENCE_END.split(text) if len(s) >= LEAST_SENTENCE), text))
    title = sentence.strip(" .;,:-") or text
    if len(title) <= LONG_TITLE:
        return title
    begun = title[: LONG_TITLE + 1]
    clause = max(begun.rfind(sign) for sign in ("; ", ", "))
    return f"{closed(begun[:clause] if clause >= LEAST_TITLE else begun.rpartition(' ')[0])}…"


def closed(words: str) -> str:
    """Leave off a bracket that is not closed, and the signs before the cut."""
    opened = words.rfind("(") if words.count("(") > words.count(")") else len(words)
    return (words[:opened] if opened >= LEAST_TITLE else words).strip(" .;,:-(")


def task_facts(task: structure.Task, known: Known, above: str = "") -> dict[str, Any]:
    """Give a task's facts with who leads and supports it; `above` are the titles over it, which tell its component."""
    lead = known.bodies.named(task.lead)
    support = [party for name in task.support for party in known.bodies.named(name)]
    return {
        "title": short_form(task.quote),
        "lead": lead,
        "support": support,
        "lead_proposed": task.lead_proposed or any(party.get("alike") for party in lead),
        "support_proposed": task.support_proposed or any(party.get("alike") for party in support),
        "deadline": task.deadline or "",
        "due": task.due,
        "component": component_of(above) or component_of(task.quote),
    }


def body_facts(body: structure.Body, known: Known, text: structure.Text) -> dict[str, Any]:
    """Give a body's facts: the organisations that its heading names and the words that tell their duties."""
    duties = [asdict(span) | {"quote": tidy(text.words(span))} for span in body.duties]
    return {
        "name": body.name,
        "aliases": list(body.aliases),
        "organisations": known.bodies.named(body.name),
        "duties": duties,
    }


def duty_facts(duty: structure.ReportDuty, known: Known) -> dict[str, Any]:
    """Give a report duty's facts with the organisations that owe it."""
    return {
        "who": duty.who,
        "organisations": known.bodies.named(duty.who),
        "to": duty.to or "",
        "when": duty.when or "",
        "via": duty.via or "",
        "rhythm": duty.rhythm or "",
        "month": duty.month,
        "day": duty.day,
    }


def basis_facts(basis: structure.LegalBasis) -> dict[str, Any]:
    """Give a legal basis's facts."""
    return {"number": basis.number, "date": basis.date, "issuer": basis.issuer or "", "title": basis.title or ""}


def tidy(words: str) -> str:
    """Give words as they are shown: blanks folded, the final sign dropped."""
    return " ".join(words.split()).strip(" .;,")


def empty_facts(kind: str, words: str, known: Known) -> dict[str, Any]:
    """Give the facts of words that an officer marked and the reader makes nothing of."""
    span = structure.Span(0, 0, len(words))
    makers: dict[str, Any] = {
        Kind.TARGET: lambda: target_facts(structure.Target(span, words, "", None, "none", None, "none", words), known),
        Kind.BASELINE: lambda: baseline_facts(structure.Baseline(span, words, "", "eq", 0, "none", words), known),
        Kind.TASK: lambda: task_facts(structure.Task(span, words, ""), known),
        Kind.BODY: lambda: {
            "name": words,
            "aliases": [],
            "organisations": known.bodies.named(words),
            "duties": [],
        },
        Kind.DUTY: lambda: duty_facts(structure.ReportDuty(span, words, "", "", None, None), known),
        Kind.BASIS: lambda: {"number": words[:60], "date": None, "issuer": "", "title": ""},
        Kind.ODDITY: lambda: {"kind": "noted", "message": words},
    }
    facts: dict[str, Any] = makers[kind]()
    return facts


def sureness(sure: float, facts: dict[str, Any]) -> float:
    """Give how safe a row is: no safer than its match with an indicator, or than a body that is only alike."""
    alike = any(party.get("alike") for party in parties_in(facts))
    return round(min(sure, facts.get("score", 1), ALIKE_BODY if alike else 1), 3)
