"""Checks of returns: named rules by family, run over whole periods, their findings kept with the reasons given."""

from hatang.indicators.services.checks import (
    changes,
    duplicates,
    evidence,
    outliers,
    ranges,
    registers,
    relations,
    stated,
    sums,
)
from hatang.indicators.services.checks.registry import RULES, Rule, Setting, require_check
from hatang.indicators.services.checks.running import check_returns_of, run_checks, standing_by_return, try_checks

FAMILIES = {
    "ranges": "Kiểu và khoảng",
    "changes": "So với kỳ trước",
    "relations": "Giữa các dòng",
    "sums": "Xã và tỉnh",
    "stated": "Số tỉnh ghi tay",
    "registers": "So với sổ đăng ký",
    "evidence": "So với dự đoán và kết quả đo",
    "outliers": "Khác thường",
    "duplicates": "Trùng lặp",
}
MODULES = (ranges, changes, relations, sums, stated, registers, evidence, outliers, duplicates)
assert {rule.family for rule in RULES.values()} <= set(FAMILIES)

__all__ = [
    "FAMILIES",
    "MODULES",
    "RULES",
    "Rule",
    "Setting",
    "check_returns_of",
    "require_check",
    "run_checks",
    "standing_by_return",
    "try_checks",
]
