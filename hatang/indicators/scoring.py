"""Rules of scoring as data: from an indicator's figure to points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number

PROPORTION, STEPS, YES_NO = "proportion", "steps", "yes_no"
RULES = {PROPORTION: "theo tỷ lệ giữa hai mức", STEPS: "theo bậc", YES_NO: "có thì đủ điểm, chưa thì không"}
Rule = Mapping[str, Any]


def check_rule(rule: Rule, most: float | None) -> None:
    """Refuse a rule that cannot be scored by. Raises ValidationError that says what would be right."""
    kind = rule.get("kind")
    if not rule:
        return
    if kind not in RULES:
        raise ValidationError("Chọn một cách chấm trong danh sách.")
    if most is None:
        raise ValidationError("Ghi điểm tối đa trước, rồi mới chấm theo quy tắc được.")
    if kind == PROPORTION and rule.get("least") == rule.get("most"):
        raise ValidationError("Mức được 0 điểm và mức được đủ điểm phải khác nhau.")
    if kind == STEPS:
        _check_steps(rule.get("steps") or [], most)


def _check_steps(steps: list[list[float]], most: float) -> None:
    levels = [level for level, _ in steps]
    if not steps or levels != sorted(set(levels)):
        raise ValidationError("Các bậc phải tăng dần, mỗi bậc một dòng: mức; điểm.")
    if not all(0 <= points <= most for _, points in steps):
        raise ValidationError(f"Điểm của một bậc phải từ 0 đến {number(most, 2)}.")


def points_by_rule(rule: Rule, most: float | None, figure: float | None) -> float | None:
    """Give the points of a figure; None where rule, points or figure are not known.

    >>> points_by_rule({"kind": "proportion", "least": 0, "most": 100}, 10, 85)
    8.5
    >>> points_by_rule({"kind": "steps", "steps": [[50, 5], [80, 10]]}, 10, 79.9)
    5
    >>> points_by_rule({"kind": "yes_no"}, 15, 1)
    15
    """
    kind = rule.get("kind")
    if figure is None or most is None or kind not in RULES:
        return None
    if kind == YES_NO:
        return most if figure else 0
    if kind == STEPS:
        return max((points for level, points in rule["steps"] if figure >= level), default=0)
    part = (figure - rule["least"]) / (rule["most"] - rule["least"])
    return float(most * min(max(part, 0.0), 1.0))


def rule_in_words(rule: Rule) -> str:
    """Say how a criterion is scored."""
    kind = rule.get("kind")
    if kind == PROPORTION:
        return f"tỷ lệ: {number(rule['least'], 2)} được 0 điểm, {number(rule['most'], 2)} được đủ điểm"
    if kind == STEPS:
        return "bậc: " + "; ".join(f"từ {number(a, 2)} được {number(b, 2)} điểm" for a, b in rule["steps"])
    return RULES.get(str(kind), "chưa có cách chấm")
