"""The wordings of quantities as plain tables; each new row wants a row in tests/core/test_quantities.py."""

from __future__ import annotations

from hatang.core.plan_reader.wording import one_of

# --- what stands before a number: the last row that fits decides, weaker words may stand before it

COMPARATORS: tuple[tuple[str, str], ...] = (
    ("ge", "tối thiểu"),
    ("ge", "tối thiểu là"),
    ("ge", "tối thiểu đạt"),
    ("ge", "tối thiểu từ"),
    ("ge", "ít nhất"),
    ("ge", "ít nhất là"),
    ("ge", "ít nhất đạt"),
    ("ge", "không thấp hơn"),
    ("ge", "không nhỏ hơn"),
    ("ge", "không dưới"),
    ("ge", "không ít hơn"),
    ("ge", "không kém"),
    ("ge", "thấp nhất"),
    ("ge", "lớn hơn hoặc bằng"),
    ("ge", "≥"),
    ("ge", ">="),
    ("ge", "=>"),
    ("gt", "trên"),
    ("gt", "hơn"),
    ("gt", "lớn hơn"),
    ("gt", "cao hơn"),
    ("gt", "nhiều hơn"),
    ("gt", "vượt"),
    ("gt", "vượt mức"),
    ("gt", ">"),
    ("le", "không quá"),
    ("le", "không vượt quá"),
    ("le", "không lớn hơn"),
    ("le", "không cao hơn"),
    ("le", "không nhiều hơn"),
    ("le", "tối đa"),
    ("le", "tối đa là"),
    ("le", "nhiều nhất"),
    ("le", "nhỏ hơn hoặc bằng"),
    ("le", "≤"),
    ("le", "<="),
    ("le", "giảm còn"),
    ("le", "xuống"),
    ("le", "xuống còn"),
    ("le", "giảm xuống"),
    ("le", "giảm xuống còn"),
    ("le", "rút xuống còn"),
    ("lt", "dưới"),
    ("lt", "còn dưới"),
    ("lt", "xuống dưới"),
    ("lt", "nhỏ hơn"),
    ("lt", "thấp hơn"),
    ("lt", "ít hơn"),
    ("lt", "<"),
    ("approx", "khoảng"),
    ("approx", "gần"),
    ("approx", "xấp xỉ"),
    ("approx", "tương đương"),
    ("approx", "ước"),
    ("approx", "ước đạt"),
    ("approx", "~"),
    ("approx", "≈"),
    ("ge", "đạt"),
    ("ge", "đạt được"),
    ("ge", "đạt mức"),
    ("ge", "đạt tỷ lệ"),
    ("ge", "đạt từ"),
    ("ge", "lên"),
    ("ge", "lên đến"),
    ("ge", "lên tới"),
    ("ge", "tăng"),
    ("ge", "tăng thêm"),
    ("ge", "tăng lên"),
    ("ge", "giảm"),
    ("ge", "thêm"),
    ("ge", "từ"),
    ("eq", "là"),
    ("eq", "bằng"),
    ("eq", "="),
    ("eq", ":"),
)
MISSPELT = (("tối thiếu", "tối thiểu"), ("it nhất", "ít nhất"), ("ti thiểu", "tối thiểu"))
WEAK: tuple[str, ...] = (
    "đạt",
    "đạt được",
    "đạt mức",
    "đạt tỷ lệ",
    "đạt từ",
    "lên",
    "lên đến",
    "lên tới",
    "tăng",
    "tăng thêm",
    "tăng lên",
)
WEAK += ("giảm", "thêm", "từ", "là", "bằng", "=", ":")
RANKS = ("top", "nhóm", "trong nhóm", "thuộc nhóm", "trong top", "thứ hạng", "xếp hạng", "xếp thứ", "đứng thứ")
AFTER: tuple[tuple[str, str], ...] = (("ge", "trở lên"), ("le", "trở xuống"))
MULTIPLES = {"đôi": 2.0, "hai": 2.0, "ba": 3.0, "bốn": 4.0, "năm lần": 5.0, "rưỡi": 1.5, "mười": 10.0}
WORD_NUMBERS = {
    "một": 1.0,
    "hai": 2.0,
    "ba": 3.0,
    "bốn": 4.0,
    "sáu": 6.0,
    "bảy": 7.0,
    "tám": 8.0,
    "chín": 9.0,
    "mười": 10.0,
}
MULTIPLIERS = {"nghìn": 1e3, "ngàn": 1e3, "vạn": 1e4, "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9}

# --- units: pattern, name, factor

PER_SECOND = r" ?(?:/|trên|một)? ?(?:s|giây)"
UNITS: tuple[tuple[str, str, float], ...] = (
    (r"[%％]|(?:điểm )?phần trăm\b|điểm ?%", "percent", 1.0),
    (r"kbps|kb(?:it)?s?" + PER_SECOND, "Mbps", 1e-3),
    (r"mbps|mb(?:it)?s?" + PER_SECOND + r"|megabit(?:" + PER_SECOND + ")?|mb", "Mbps", 1.0),
    (r"gbps|gb(?:it)?s?" + PER_SECOND + r"|gigabit(?:" + PER_SECOND + ")?", "Mbps", 1e3),
    (r"tbps|tb(?:it)?s?" + PER_SECOND + r"|terabit(?:" + PER_SECOND + ")?", "Mbps", 1e6),
    (r"ms|mili ?giây", "ms", 1.0),
    (r"giây", "second", 1.0),
    (r"phút", "minute", 1.0),
    (r"giờ", "hour", 1.0),
    (r"km2|km²", "km2", 1.0),
    (r"km|ki ?lô ?mét", "km", 1.0),
    (r"m2|m²", "m2", 1.0),
    (r"ha", "ha", 1.0),
    (r"kw", "MW", 1e-3),
    (r"mw", "MW", 1.0),
    (r"đồng(?! (?:bào|chí|bộ|thời|ý|nghiệp|nhất)\b)|vnđ|vnd|đ", "VND", 1.0),
    (r"usd|đô la(?: mỹ)?", "USD", 1.0),
    (r"lần", "ratio", 1.0),
    (r"gb", "TB", 1e-3),
    (r"tb", "TB", 1.0),
    (r"pb", "TB", 1e3),
)
COUNTED_UNITS = ("count", "per_person", "per_100_people", "ratio", "rank")
TIMES = ("second", "minute", "hour")
PER_HUNDRED = r"(?:100|một trăm) (?:người )?dân"
FOR_EACH = one_of("trên", "tính trên", "cho", "mỗi", "trên mỗi", "cho mỗi")
GLUED_WORDS = ("đạt", "trên", "hơn", "dưới", "thiểu", "nhất", "khoảng", "từ", "lên", "là")
PERSON = one_of("người", "dân", "công dân", "đầu người", "cán bộ", "công chức", "học sinh", "nhân khẩu")
OTHER_WHOLES = one_of(
    "hộ", "hộ gia đình", "thôn", "bản", "xã", "phường", "đơn vị", "cơ quan", "trạm", "km2", "km", "vị trí"
)
NOT_A_NOUN = one_of(
    "và", "hoặc", "so", "trong", "trên", "tại", "vào", "cho", "đến", "với", "là", "của", "để", "thì", "ở"
)
NOT_A_NOUN += r"|" + one_of(
    "năm", "tháng", "quý", "ngày", "tuần", "số", "phần", "cách", "trong những", "nửa", "lần thứ"
)
VERBS = one_of(
    "được", "có", "sử dụng", "truy nhập", "truy cập", "kết nối", "triển khai", "đạt", "dùng", "ứng dụng", "áp dụng",
    "thực hiện", "tham gia", "hoàn thành", "tiếp cận", "lắp đặt", "xây dựng", "phủ sóng", "phủ", "cung cấp",
    "hình thành", "bảo đảm", "đảm bảo", "đáp ứng", "phục vụ", "thử nghiệm", "đưa vào", "vận hành", "tích hợp",
    "chia sẻ", "số hóa", "chuyển đổi", "chuyển sang", "phát triển", "mở rộng", "nâng cấp", "đầu tư", "khai thác",
    "hỗ trợ", "đào tạo", "nhằm", "theo", "do",
)  # fmt: skip
LEADING_WORDS = one_of(
    "phấn đấu", "phần đấu", "phấn đầu", "phần đầu", "đến", "hết", "cuối", "năm", "trong", "giai đoạn", "thời kỳ",
    r"\d{4}", "và", "cụ thể", "như sau", "đạt", "đó", "bảo đảm", "đảm bảo", "các", "mục tiêu", "chỉ tiêu", "yêu cầu",
    "tối thiểu", "ít nhất", "sau", "gồm", "bao gồm", "kết quả", "với", "một số", "chủ yếu",
    "vào", "tới", "trước",
)  # fmt: skip
NOT_VERBS = one_of(
    "người sử dụng", "người dùng", "dùng chung", "sử dụng chung", "nhu cầu sử dụng", "có nhu cầu", "có điện",
    "chưa có điện", "sử dụng điện", "trọng điểm phát triển", "đang phát triển", "cơ sở đào tạo", "đào tạo, nghiên cứu",
    "nghiên cứu phát triển", "điểm phục vụ", "thu phát", "truyền dẫn", "phát triển mới", "có liên quan",
    "có tính chất", "dùng riêng", "chuyên dùng", "có hoàn cảnh", "có điều kiện", "đơn vị sự nghiệp",
    "vùng phủ", "đầu tư xây dựng", "theo dõi", "tích hợp dữ liệu", "hạ tầng phục vụ", "xây dựng mới",
)  # fmt: skip

# --- what looks like a quantity and is none

DOCUMENT_NOUNS = one_of(
    "điều", "khoản", "mục", "phụ lục", "bảng", "biểu", "chương", "hình", "quyết định", "nghị quyết", "nghị định",
    "thông tư", "chỉ thị", "đề án", "công văn", "kết luận", "thông báo", "tờ trình", "báo cáo", "qcvn", "tcvn",
    "quy chuẩn", "tiêu chuẩn", "iso", "iso/iec", "tia", "tier", "cấp độ", "mức độ", "lần thứ", "thứ", "thế hệ",
    "phiên bản", "wi-?fi", "ipv", "ip v", "web", "chương trình", "điểm phục vụ số", "khu vực",
)  # fmt: skip
NOT_COUNTED = one_of(
    "cấp", "thành phần", "trụ cột", "nhóm nhiệm vụ", "nhóm giải pháp", "nhóm chỉ tiêu", "nhóm mục tiêu", "nhiệm vụ",
    "giải pháp", "mục tiêu", "chỉ tiêu", "nội dung", "giai đoạn", "bước", "yếu tố", "nguyên tắc", "quan điểm",
    "đột phá", "nhóm", "kv", "sao", "không", "rõ", "tại chỗ", "cùng", "ngày", "tháng", "năm", "tuần", "quý", "chiều",
)  # fmt: skip
YEAR = r"(?:19|20)\d\d"
FOR_YEARS = one_of(
    "năm", "đến", "trước", "hết", "cuối", "đầu", "từ", "so với", "giai đoạn", "thời kỳ", "sau", "tới", "trong", "vào"
)
UNIT_FOLLOWS = (
    r"(?!,?\d*+ ?(?:[%％]|phần trăm|[mgt]b|triệu|tỷ|nghìn|trạm|thôn|xã|điểm|km|hộ|người|thuê bao|doanh nghiệp))"
)
NOT_QUANTITIES: tuple[str, ...] = (
    r"(?<!\d)\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?" + YEAR + r"(?!\d)",
    r"(?<!\d)" + YEAR + r" ?(?:-|–|—|đến|÷) ?" + YEAR + r"(?!\d)",
    r"(?<![\d.,/])\d{1,2}/" + YEAR + r"(?!\d)",
    FOR_YEARS + r" " + YEAR + r"(?: ?(?:-|–|—|đến|÷) ?(?:năm )?" + YEAR + r")?(?![\d.])" + UNIT_FOLLOWS,
    r"\bngày \d{1,2}(?!\d)(?: ?/ ?\d{1,2}(?!\d)| tháng \d{1,2}(?!\d))?",
    r"\btháng \d{1,2}(?![\d,.%])(?: ?/ ?\d{4})?",
    r"\bquý (?:[ivx]+\b|\d\b)(?: ?/ ?\d{4})?",
    r"(?<!\w)\d+(?:/\d{4})?(?:/|- ?)[a-zđ]{2,}\d*(?:[-/] ?[a-zđ]{2,}\d*)+",
    r"(?<!\w)\d+/\d{4}/[a-zđ]+\d*",
    DOCUMENT_NOUNS + r" (?:số )?\d[\d.,:/-]*+" + UNIT_FOLLOWS,
    r"\bmục tiêu số \d+",
    r"\b(?:tiểu mục|gạch đầu dòng|dòng|đoạn) (?:thứ |số )?\d{1,2}\b(?:(?:,| và) \d{1,2}\b)*" + UNIT_FOLLOWS,
    r"\bđiểm \d{1,2}(?:\.\d{1,2})*(?:(?:,| và) \d{1,2})*(?=,? (?:tiểu mục|mục|khoản|điều|phần|chương|phụ lục|kế hoạch|"
    r"quyết định|nghị quyết|của|tại|như sau)\b|[.;:]?$)",
    r"(?<![\d.,])\d{1,3} ?(?:(?:-|–|đến|đến dưới|đến đủ) ?\d{1,3} ?)?tuổi\b",
    r"(?<!chiều )\b(?:dài|rộng|cao|sâu|bán kính|cự ly) (?:khoảng |trên |hơn |gần |từ |dưới |tối thiểu |tối đa |đến )*"
    r"\d[\d.,]*+ ?k?m\b",
    r"\b(?:hạ tầng|kiến trúc|mô hình|bảo vệ|an toàn|thông tin|phòng thủ|theo) \d{1,2} (?:lớp|tầng)\b",
    r"\b(?:thế hệ (?:mới )?thứ|cấp|loại|hạng) [1-9](?!\d|[.,]\d)\b" + UNIT_FOLLOWS,
    r"^" + YEAR + r"(?= )" + UNIT_FOLLOWS,
    r"\bcông nghiệp (?:lần thứ )?4(?:[.,]0)?\b" + UNIT_FOLLOWS,
    r"\b(?:wi-?fi|ipv|web|tier|rated|level|usb)[- ]?\d[\d.]*+",
    r"(?<!\w)\d{1,2}(?:[.,]\d)?[gkdx]\b",
    r"(?<!\d)24 ?(?:/|x|h/|giờ/) ?(?:7|24)(?!\d)h?",
    r"(?<!\d)7 ?/ ?7(?!\d)",
    r"(?<!\d)\d+ lần ?(?:/|mỗi|trong|một) ?(?:một )?(?:năm|tháng|quý|tuần|ngày)\b",
    r"(?<!\d)\d+ " + NOT_COUNTED + r"\b(?! (?:dữ liệu|kỹ thuật số))",
    r"\((?:\d{1,3}|[ivx]+)\)",
    r"\[\d{1,3}\]",
    r"(?:^|(?<=[;:.,] ))\d{1,2}\) ",
    r"(?<![\w.])(?!\d{1,3}(?:\.\d{3})+(?![\d.]))\d{1,3}\.\d{1,3}(?:\.\d{1,3}(?!\d))+"
    r"\.?(?= )(?! ?(?:%|trạm|người|thuê bao|hộ|thôn|đồng|máy))",
    r"(?:/|\b(?:trên|cho|mỗi|cứ|tính trên)) ?(?:100|1\.?000|10\.?000|một trăm|một nghìn) ?(?:người )?dân\b",
    r"“[^”]{0,300}”",
)
