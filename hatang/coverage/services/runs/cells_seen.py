"""Which of a run's cells a person may be told of: waves cross a province's border, what its register holds does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, Q, Value, When

from hatang.network.models import Cell

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

ROWS_AT_A_TIME = 500
ELSEWHERE = "ô ngoài phần của bạn"
"""What a cell is called to who may not see its row."""
UNTOLD = {
    "code": ELSEWHERE,
    "station": "",
    "message": "Có lỗi trong sổ của tỉnh khác.",
    "right": "Nhờ tỉnh ấy sửa, hoặc bỏ ô này khi tính.",
}


def codes_told(person: Someone, cells: Collection[int]) -> dict[int, str]:
    """Give the codes of some cells, by the keys of their rows; `ELSEWHERE` for those that a person may not see."""
    told: dict[int, str] = {}
    keys, seen = sorted(cells), Q(pk__in=Cell.objects.visible_to(person).values("pk"))
    for start in range(0, len(keys), ROWS_AT_A_TIME):
        rows = Cell.objects.filter(pk__in=keys[start : start + ROWS_AT_A_TIME])
        code = Case(When(seen, then=F("code")), default=Value(ELSEWHERE))
        told.update(rows.order_by().values_list("pk", code))
    return told


def faults_told(person: Someone, faults: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give a run's faults as a person may read them, `seen` where the cell's row is theirs to see."""
    codes = codes_told(person, {fault["cell"] for fault in faults})
    hidden = [codes.get(fault["cell"]) == ELSEWHERE for fault in faults]
    return [
        fault | (UNTOLD if hides else {}) | {"seen": not hides} for fault, hides in zip(faults, hidden, strict=True)
    ]
