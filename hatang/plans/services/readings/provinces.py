"""The names of provinces and centrally run cities, today's and those before July 2025, as documents print them."""

from __future__ import annotations

import re

from hatang.core.vietnamese import search_key

PROVINCES = (
    *("An Giang", "Bà Rịa - Vũng Tàu", "Bắc Giang", "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bến Tre", "Bình Định"),
    *("Bình Dương", "Bình Phước", "Bình Thuận", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Đắk Nông"),
    *("Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương"),
    *("Hải Phòng", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Huế", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum"),
    *("Lai Châu", "Lâm Đồng", "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận"),
    *("Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng"),
    *("Sơn La", "Tây Ninh", "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh"),
    *("Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc", "Yên Bái"),
)
BY_KEY = {search_key(name): name for name in PROVINCES}
NAMED = re.compile(rf"\b(?:tinh|thanh pho|tp)\s+({'|'.join(sorted(BY_KEY, key=len, reverse=True))})\b")


def named_province(words: str | None) -> str:
    """Give the first province that words name as one: tỉnh Lạng Sơn; or nothing."""
    found = NAMED.search(search_key(words or ""))
    return BY_KEY[found.group(1)] if found else ""
