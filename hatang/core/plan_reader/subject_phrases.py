"""What is measured as a noun phrase that people can read: "tỷ lệ dân số được phủ sóng 5G".

Each rule is one row: a pattern and what takes its place. Where no rule fits, the words of the text stay.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hatang.core.plan_reader.wording import Wording, one_of, reading_key
from hatang.core.vietnamese import within_words

MEASURES = one_of(
    "tỷ lệ", "tỉ lệ", "tỷ trọng", "tỉ trọng", "tốc độ", "mật độ", "độ trễ", "dung lượng", "băng thông", "chỉ số",
    "tổng số", "số lượng", "số", "mức độ", "mức", "lưu lượng", "thời gian", "chi phí", "tổng",
)  # fmt: skip
PUSHING = one_of(
    "tiếp tục", "phấn đấu", "mục tiêu", "chỉ tiêu", "bảo đảm", "đảm bảo", "duy trì", "nâng", "nâng cao", "nâng dần",
    "tăng", "tăng dần", "giảm", "giảm dần", "kéo giảm", "đạt", "đưa", "cải thiện", "từng bước", "riêng", "tiến tới",
    "hướng tới", "giữ vững",
)  # fmt: skip
BUILT = one_of("phát triển mới", "xây dựng mới", "lắp đặt mới", "xây mới", "lắp mới", "phát sóng mới")
STRIVING = one_of(
    "tiếp tục", "phấn đấu", "mục tiêu", "chỉ tiêu", "bảo đảm", "đảm bảo", "duy trì", "đạt", "từng bước", "riêng",
    "tiến tới", "hướng tới", "giữ vững",
)  # fmt: skip
NETWORK = r"(?:mạng|sóng|vùng phủ(?: sóng)?|hạ tầng mạng)"
PEOPLE = r"dân số(?: (?:trên địa bàn|các khu vực|khu vực|của|trong|toàn)[^,;(]*)?"
AT = one_of("tới", "đến", "tại", "cho", "ở")
AREA = r"(?!(?:dân số|theo|và|hoặc|băng rộng|di động|thông tin)\b)[^,;(]+(?:, [^,;(]+)*"
G = r"[2-6]g(?:/[2-6]g)?"


class Rule(NamedTuple):
    """What a phrase may look like, and what it becomes; `{n}` is the pattern's group."""

    pattern: Wording
    becomes: str


SHARES: tuple[Rule, ...] = tuple(
    Rule(Wording(pattern), becomes)
    for pattern, becomes in (
        (r"^(tỷ lệ) (?:" + STRIVING + r" )+", "{1} "),
        (r"^(tỷ lệ) (?:phần trăm |số (?!hóa|hoá|liệu|hiệu|lượng)|các |toàn bộ |tất cả (?:các )?)+", "{1} "),
        (r"^(tỷ lệ) " + NETWORK + r" (?:[^,;()]*?[ (])?(" + G + r")\)? (phủ sóng|phủ) (" + PEOPLE + ")$",
         "{1} {4} được {3} {2}"),
        (r"^(tỷ lệ) " + NETWORK + r" (?:[^,;()]*?[ (])?(" + G + r")\)? (phủ sóng) (" + AREA + ")$",
         "{1} {4} được {3} {2}"),
        (r"^(tỷ lệ) " + NETWORK + r" ([^,;()0-9]+?) (phủ sóng|phủ) (" + PEOPLE + ")$", "{1} {4} được {3} {2}"),
        (r"^(tỷ lệ) (?:vùng )?(phủ sóng|phủ) (?:mạng )?(" + G + r") (?:theo |tới |đến |cho )?(" + PEOPLE + ")$",
         "{1} {4} được {2} {3}"),
        (r"^(tỷ lệ) (phủ sóng) (" + PEOPLE + ")$", "{1} {3} được {2}"),
        (r"^(tỷ lệ) (?:mở rộng vùng )?(phủ sóng) (?:mạng )?(" + G + r") " + AT + " (" + AREA + ")$",
         "{1} {4} được {2} {3}"),
        (r"^(tỷ lệ) (?:các |toàn bộ )", "{1} "),
        (r"^(tỷ lệ .+) chiếm (grdp|tổng .+|cơ cấu .+)$", "{1} trong {2}"),
        (r"^(tỷ lệ .+[^\W\d_,])(?: ?/ ?| )(?<!trên )(?<!của )(?<!trong )(?<!cho )(?<!các )(?<!với )(?<!và )"
         r"(tổng (?:số|chi|thu|thuê bao|diện tích|doanh thu) .+)$", "{1} trên {2}"),
    )
)  # fmt: skip
ANY: tuple[Rule, ...] = tuple(
    Rule(Wording(pattern), becomes)
    for pattern, becomes in (
        (r"^(?:" + PUSHING + r" )+(" + MEASURES + r" .+)$", "{1}"),
        (r"[,;] (?:ưu tiên|hướng tới|hướng đến|nhằm|góp phần|từng bước|tạo điều kiện|phấn đấu)\b.*$", ""),
        (r" ?/ ?(?:\d[\d.,]*%?|năm|tháng|quý|ngày)?$", ""),
        (
            r"(?<!tải)(?<!trở)(?: (?:tăng|giảm|còn|lên|xuống|đạt|chiếm|là|thêm|tối thiểu|ít nhất"
            r"|từ|đến|mức|khoảng|trên|dưới))+$",
            "",
        ),
    )
)
EACH: tuple[Rule, ...] = tuple(
    Rule(Wording(pattern), becomes)
    for pattern, becomes in (
        (r"^(?:(?:trung bình|bình quân) )?(mỗi [^,;()]{2,40}?) (?:có|được cấp|sở hữu|sử dụng)"
         r"(?: bình quân| trung bình)? (?!thể |được |đủ )(.+)$", "số {2} bình quân {1}"),
    )
)  # fmt: skip
COUNTS: tuple[Rule, ...] = tuple(
    Rule(Wording(pattern), becomes)
    for pattern, becomes in ((r"^(?:toàn (?:tỉnh|thành phố) )?(" + BUILT + r") ([^,;]+)$", "số {2} {1}"),)
)
HUNDREDS: tuple[Rule, ...] = (Rule(Wording(r"^(?:số )?(thuê bao (?!.*100 (?:người )?dân)[^(]+)$"), "số {1}/100 dân"),)
PUSHED = Rule(Wording(r"^(?:" + PUSHING + r" )+"), "")
DANGLING = Wording(r" trở (?:lên|xuống)$")
FIGURE_NEAR = re.compile(r"\d(?: ?[^\s\d]+){1,4}$")
CLASSES = Wording(
    r"^" + one_of("điểm", "trạm", "đường", "máy", "tài khoản", "thuê bao", "tủ", "kết nối", "vị trí") + r"\b"
)
WHOM = Wording(r"(?:^|\b)mỗi ([^,;()]{2,40}?) (?:có|được|sở hữu|sử dụng|công bố|duy trì|lắp|bố trí)\b")
GENERIC = Wording(r"\b(?:mục tiêu|chỉ tiêu|kế hoạch|nội dung|kết quả)\b")
NOT_NAMES = Wording(
    one_of("tỉnh", "thành phố", "huyện", "xã", "phường", "sở", "bộ", "ban", "mạng", "cổng", "nền tảng", "hạ tầng",
           "internet", "kết nối", "cơ quan", "chính quyền", "công an") + r" "
)  # fmt: skip
RULES = {"percent": SHARES, "per_person": EACH, "ratio": EACH, "count": COUNTS, "per_100_people": HUNDREDS}


def noun_phrase(words: str, unit: str) -> str:
    """Make what is measured a noun phrase, or leave it where no rule is safe.

    >>> noun_phrase("tỷ lệ mạng băng rộng di động 5G phủ sóng dân số", "percent")
    'tỷ lệ dân số được phủ sóng 5G'
    >>> noun_phrase("nâng tỷ lệ dùng chung trạm BTS", "percent"), noun_phrase("phát triển mới trạm 5G", "count")
    ('tỷ lệ dùng chung trạm BTS', 'số trạm 5G phát triển mới')
    """
    for rule in (*ANY, *RULES.get(unit, ())):
        words = _applied(rule, words)
    return _without_dangling(words)


def without_push(words: str) -> str:
    """Take "giảm", "nâng" off words that a level to be reached follows: "giảm số hộ xuống dưới 5%".

    >>> without_push("giảm số hộ chưa có sóng")
    'số hộ chưa có sóng'
    """
    return _applied(PUSHED, words)


def unit_told(written: str, quote: str, unit: str) -> str:
    """Give the unit of what each one has as it is told: so many points a commune.

    >>> unit_told("điểm wifi công cộng", "Mỗi xã có ít nhất 02 điểm wifi công cộng", "ratio")
    'điểm/xã'
    """
    key = reading_key(quote)
    whom = WHOM.of(key).search(key) if unit in ("ratio", "per_person") else None
    if not whom or not written or "/" in written:
        return written
    thing = reading_key(written)
    short = CLASSES.of(thing).match(thing)
    return f"{written[: short.end()] if short else written}/{quote[slice(*whom.span(1))]}"


def _applied(rule: Rule, words: str) -> str:
    """Put what a rule says in the place of what it finds; an empty phrase is none."""
    key = reading_key(words)
    found = rule.pattern.of(key).search(key)
    if not found:
        return words
    groups = {str(n): words[slice(*found.span(n))] for n in range(1, found.re.groups + 1)}
    put = re.sub(r"\{(\d)\}", lambda m: groups[m[1]], rule.becomes)
    return (words[: found.start()] + put + words[found.end() :]).strip(" ,;") or words


def _without_dangling(words: str) -> str:
    """Drop a last "trở lên" that no figure stands before."""
    key = reading_key(words)
    found = DANGLING.of(key).search(key)
    return words[: found.start()] if found and not FIGURE_NEAR.search(key[: found.start()]) else words


def lowered(words: str) -> str:
    """Begin small, names excepted.

    >>> lowered("Tỷ lệ hộ"), lowered("IPv6"), lowered("Bình Phước có hạ tầng"), lowered("Tỉnh Bình Phước có")
    ('tỷ lệ hộ', 'IPv6', 'Bình Phước có hạ tầng', 'tỉnh Bình Phước có')
    """
    if words[1:2].isupper() or words[1:2].isdigit():
        return words
    second = words.split(" ", 2)[1:2]
    key = reading_key(words)
    named = bool(second) and second[0].istitle() and not NOT_NAMES.of(key).match(key)
    return words if named else within_words(words)


def tells_what(lead: str) -> bool:
    """Say whether a lead-in says what is measured; a heading in capitals or "các chỉ tiêu cụ thể" does not."""
    key = reading_key(lead)
    return bool(lead) and not lead.isupper() and not GENERIC.of(key).search(key)
