"""Units that a text leaves out because what is measured tells them."""

from __future__ import annotations

from hatang.core.plan_reader.wording import Wording, reading_key

SHARE_OF = Wording(r"(?:tỷ|tỉ) (?:lệ|trọng|suất) (?:phần trăm )?(?:số )?")
SPEEDS = Wording(r"tốc độ|băng thông|dung lượng")
INDEXES = Wording(r"chỉ số|hệ số|pue")


def completed_unit(subject: str) -> str:
    """Give the unit that a subject wants where the text leaves it out.

    >>> [completed_unit(s) for s in ("tỷ lệ hộ có cáp", "tốc độ tải xuống", "chỉ số PUE", "trạm 5G")]
    ['percent', 'Mbps', 'ratio', 'count']
    """
    key = reading_key(subject)
    if SHARE_OF.of(key).match(key):
        return "percent"
    if SPEEDS.of(key).search(key):
        return "Mbps"
    return "ratio" if INDEXES.of(key).search(key) else "count"
