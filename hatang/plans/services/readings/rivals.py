"""Plans that a document may be, amend or replace, and documents that are another province's."""

from __future__ import annotations

from typing import Any

from hatang.core.vietnamese import day, search_key
from hatang.plans.forms.reading import AMENDS, INDEPENDENT, REPLACES, SAME
from hatang.plans.governing import name_of
from hatang.plans.models import Plan, PlanReading
from hatang.plans.services.readings.head import territories
from hatang.plans.services.readings.provinces import named_province

MOST_NAMED = 3
LIKELY_WORDS = {
    SAME: "có vẻ chính là kế hoạch ấy",
    AMENDS: "có vẻ sửa đổi, bổ sung kế hoạch ấy",
    REPLACES: "có vẻ thay thế kế hoạch ấy",
    INDEPENDENT: "có thể đứng bên cạnh",
}


def rivals_of(reading: PlanReading) -> list[Plan]:
    """List the published plans of the same territory that a document may be, amend or replace, the likeliest first."""
    facts = reading.facts
    plans = Plan.objects.filter(published=True, province=reading.province_id, territory=facts["territory"])
    ranked = sorted(((rank(facts, plan), plan) for plan in plans), key=lambda pair: (-pair[0], -pair[1].pk))
    return [plan for likeness, plan in ranked if likeness]


def rank(facts: dict[str, Any], plan: Plan) -> int:
    """Say how near a plan is to a document: of the same number, the same title, an overlapping period, or none."""
    if same_number(facts, plan):
        return 4
    overlapping = plan.year_from <= (facts.get("year_to") or 0) and (facts.get("year_from") or 9999) <= plan.year_to
    return 2 * (search_key(plan.title) == search_key(facts.get("title") or "")) + overlapping


def same_number(facts: dict[str, Any], plan: Plan) -> bool:
    """Tell whether a document bears a plan's number, of the same year where both say their day."""
    number, signed = search_key(facts.get("number") or ""), facts.get("date") or ""
    same_year = not signed or not plan.date or signed[:4] == str(plan.date.year)
    return bool(number) and number == search_key(plan.number) and same_year


def likeliest(reading: PlanReading, plan: Plan) -> str:
    """Guess how a document stands to a plan of the same territory."""
    facts = reading.facts
    signed = facts.get("date") or ""
    if same_number(facts, plan):
        return SAME
    if facts.get("plan_kind") == Plan.Kind.AMENDMENT:
        return AMENDS
    if facts.get("plan_kind") != plan.kind:
        return INDEPENDENT
    later = signed and (plan.date is None or signed > plan.date.isoformat())
    return REPLACES if later else SAME


def relation_problem(reading: PlanReading) -> str:
    """Ask how a document stands to a plan that is there already; empty where that is said or there is none."""
    relation = reading.facts.get("relation", "")
    if relation == SAME:
        return same_again(reading.against)
    if relation == INDEPENDENT:
        return ""
    said = relation in (AMENDS, REPLACES)
    rivals = [
        p for p in rivals_of(reading) if not said or (p.pk != reading.against_id and same_number(reading.facts, p))
    ]
    if not rivals:
        return ""
    listed = "; ".join(described(plan) for plan in rivals[:MOST_NAMED])
    likely = LIKELY_WORDS[likeliest(reading, rivals[0])]
    return (
        f"Tỉnh đã công bố {listed}. Văn bản này {likely}: ở phần thông tin chung, nói văn bản này chính là kế hoạch "
        "ấy, sửa đổi, thay thế, hay đứng bên cạnh kế hoạch ấy."
    )


def same_again(plan: Plan | None) -> str:
    """Refuse to publish a plan a second time."""
    if plan is None:
        return "Văn bản là kế hoạch đã có nào: chọn kế hoạch ấy ở phần thông tin chung."
    return (
        f"Văn bản này chính là {described(plan)}, đã công bố: không công bố lần nữa. "
        "Bỏ văn bản đọc lại này, hoặc rút kế hoạch ấy trước."
    )


def described(plan: Plan) -> str:
    """Describe a plan by name, day and period."""
    signed = f" ngày {day(plan.date)}" if plan.date else ""
    return f"{name_of(plan)}{signed} ({plan.year_from}–{plan.year_to})"


def foreign_problem(reading: PlanReading) -> str:
    """Ask about a document that another province issued; empty where it is this one's."""
    issuer = reading.facts.get("issuer") or ""
    named = named_province(issuer) or named_province(reading.facts.get("title"))
    own = [search_key(place.name) for place in territories(reading.province)]
    if not named or any(f" {name} " in f" {search_key(named)} " for name in own):
        return ""
    who = issuer if named_province(issuer) else f"tỉnh, thành phố {named}"
    return f"Văn bản của {who}, không phải của tỉnh này: bỏ văn bản, hoặc sửa cơ quan ban hành cho đúng."
