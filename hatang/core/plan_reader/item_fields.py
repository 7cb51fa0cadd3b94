"""What stands in an item beside its statements: a title run in, and fields such as "Thời gian hoàn thành: 2026"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hatang.core.plan_reader.due_years import find_years
from hatang.core.plan_reader.statements import Stretch, sentences
from hatang.core.plan_reader.wording import Wording, one_of, reading_key

DOING = one_of("thực hiện", "hoàn thành", "triển khai", "dự kiến", "kết thúc", "bắt đầu")
FIELD = Wording(
    r"^\W*(?:"
    r"(?:thời gian|thời hạn|thời điểm|tiến độ|lộ trình)(?: " + DOING + r")*"
    r"|hoàn thành|chủ trì|phối hợp|phân công|trách nhiệm|ghi chú|nguồn số liệu|đầu mối"
    r"|(?:các )?(?:cơ quan|đơn vị)(?:, (?:cơ quan|đơn vị))? " + one_of(
        "chủ trì", "phối hợp", "thực hiện", "đầu mối", "tham mưu", "theo dõi", "chịu trách nhiệm", "cung cấp số liệu"
    ) + r"(?: [^\s:;.]+){0,4}"
    r"|(?:nguồn |dự kiến )?(?:kinh phí|vốn)(?: " + DOING + r")*"
    r") ?:"
)  # fmt: skip
RESULT = Wording(r"^\W*" + one_of("sản phẩm", "kết quả", "đầu ra") + r"(?: [^\s:;.,]+){0,4} ?:")
DEADLINE = Wording(
    r"^\W*(?:(?:thời gian|thời hạn|tiến độ) " + DOING + r"|(?:phấn đấu |bảo đảm )?" + DOING
    + r" (?:trong|trước|vào|đến|xong|chậm nhất|năm|quý))(?: [^\s:;.]+){1,5}$"
)  # fmt: skip
POINTER = Wording(
    r"^\W*(?:chi tiết|danh mục|nội dung|cụ thể|(?:các )?(?:chỉ tiêu|mục tiêu)|có|theo)\b[^.;]{0,120}"
    r"(?<!\w)(?:phụ lục|biểu|bảng|kèm theo)(?!\w)"
)
TITLE = Wording(
    r"^(?:về )?(?:các )?(?:mục tiêu|chỉ tiêu|nhiệm vụ|nội dung)(?: " + one_of(
        "tổng quát", "chung", "khái quát", "cụ thể", "cơ bản", "chủ yếu", "chính", "trọng tâm", "và", "phát triển",
        "đến", "hết", "cuối", "năm", "giai đoạn", r"(?:19|20)\d\d(?: ?[-–] ?(?:19|20)\d\d)?",
    ) + r")*: +(?=\S)"
)  # fmt: skip


class Told(NamedTuple):
    """An item's statements, and the year that a field of it tells for all of them."""

    stretches: Sequence[Stretch]
    due: int | None


def run_in_title(words: str) -> str:
    """Give the title that an item opens with, "Mục tiêu chung: ", else "".

    >>> run_in_title("Mục tiêu cụ thể đến năm 2027: 90% xã có sóng"), run_in_title("Mục tiêu: a) 90% xã")
    ('Mục tiêu cụ thể đến năm 2027: ', '')
    """
    key = reading_key(words)
    match = TITLE.of(key).match(key)
    return (
        words[: match.end()]
        if match and not key.startswith(("a)", "(a)", "1)", "(1)", "i)", "(i)"), match.end())
        else ""
    )


def told_sentences(words: str, start: int, *, results: bool) -> Told:
    """Part the statements of an item from its fields; what comes out of it counts to the `results` or is a field too.

    >>> words = "90% xã có sóng. Thời gian hoàn thành: 31/12/2026. Cơ quan chủ trì: Sở Y tế."
    >>> told_sentences(words, 0, results=True)
    Told(stretches=[(0, 14)], due=2026)
    """
    parts = [(a, b, reading_key(words[a:b])) for a, b in sentences(words, start)]
    fields = [(a, b) for a, b, key in parts if _is_field(key, results=results) or (a > start and _dates(key))]
    due = [y.year for a, b in fields for y in find_years(words[a:b]) if y.role in ("due", "other")]
    return Told([(a, b) for a, b, _ in parts if (a, b) not in fields], due[0] if due else None)


def _is_field(key: str, *, results: bool) -> bool:
    """Say whether a sentence is a labelled field, or points to an annex."""
    named = FIELD.of(key).match(key) or POINTER.of(key).match(key)
    return bool(named) or (not results and bool(RESULT.of(key).match(key)))


def _dates(key: str) -> bool:
    """Say whether a sentence only says when: "Hoàn thành trong năm 2027"."""
    return bool(DEADLINE.of(key).match(key)) and bool(find_years(key))
