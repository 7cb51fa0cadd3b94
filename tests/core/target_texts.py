"""Aims of a made-up plan, and how its targets are read."""

from __future__ import annotations

from hatang.core.plan_reader.header import read_header
from hatang.core.plan_reader.structure import Target, Text
from hatang.core.plan_reader.targets import find_targets
from tests.core.plan_texts import text_of

AIMS = ("I. MỤC ĐÍCH, YÊU CẦU", "1. Mục đích", "- Cụ thể hóa chủ trương của tỉnh.", "2. Yêu cầu", "- Bám sát thực tế.")
TASKS = ("III. NHIỆM VỤ", "1. Hạ tầng viễn thông", "- Đầu tư mạng lưới.", "- Mở rộng vùng phủ sóng.")
Row = tuple[int | None, str, float | None, str]


def read(text: Text) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """Give targets and mentions."""
    return find_targets(text, read_header(text))


def targets_of(*lines: str) -> tuple[Target, ...]:
    """Read lines as the part of aims, of a plan until 2030."""
    return read(text_of("giai đoạn 2026 - 2030", *AIMS, *lines, *TASKS))[0]


def of_bullet(words: str) -> tuple[Target, ...]:
    """Read one bullet under a heading of 2030."""
    return targets_of("II. MỤC TIÊU", "1. Mục tiêu cụ thể đến năm 2030", f"- {words}.")


def rows(targets: tuple[Target, ...]) -> list[Row]:
    """Give what counts of targets."""
    return [(t.due_year, t.comparator, t.value, t.unit) for t in targets]
