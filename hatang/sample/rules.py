"""A made-up decision of Lạng Sơn on sharing, adopted as an officer would; none holds there in truth."""

from __future__ import annotations

from datetime import timedelta

from hatang.network.models import KEYS, SharingRule
from hatang.network.services import adopt_rules
from hatang.sample.cast import Cast

LEGAL = "Quyết định mẫu (DỮ LIỆU MÔ PHỎNG)"
NOTE = "Số của Bắc Ninh, chép để dùng thử."
DAYS_IN_FORCE = 180
VALUES: dict[str, float] = {
    "distance.other_network.urban": 120,
    "distance.other_network.non_urban": 250,
    "distance.same_network.urban": 300,
    "distance.same_network.non_urban": 450,
    "share.min_operators": 2,
    "share.reply_days": 7,
    "share.reply_days_survey": 15,
    "share.reply_force_majeure": 15,
    "share.authority_days": 10,
    "works.notice_days": 5,
    "restore.bts_equipment": 24,
    "restore.mast_collapse": 6,
    "restore.transmission": 12,
    "restore.cable_pole": 24,
}


def adopt_made_up_rules(cast: Cast) -> None:
    """Let the rules hold for half a year already, so that requests and reports before today have their terms."""
    begun = cast.today - timedelta(DAYS_IN_FORCE)
    common = {"valid_from": begun, "legal": LEGAL, "article": "Điều mẫu", "note": NOTE}
    rows = [SharingRule(key=key, value=value, unit=KEYS[key].unit, **common) for key, value in VALUES.items()]
    adopt_rules(actor=cast.officer, province=cast.province, rows=rows)
