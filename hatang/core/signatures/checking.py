"""Checking a signed PDF or XML file: a bound child process takes the bytes apart, here its answer is put into words.

What is told follows ETSI EN 319 102-1: integrity, what the signature covers, what came after it (pyHanko's analysis of
incremental updates), the certificate's state at the stamped time, and whether it leads to somebody trusted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

from hatang.core.bound_child import run_child
from hatang.core.signatures.anchors import Anchor, as_told
from hatang.core.signatures.certificates import TRIAL_MARK
from hatang.core.signatures.faults import SignatureError

CHILD = Path(__file__).with_name("check_child.py")
MOST_BYTES = 20_000_000
MOST_SECONDS = 40.0
MOST_ANSWER_BYTES = 1_000_000
CLOCK_GAP = timedelta(hours=1)
"""From how far apart the signer's own clock and the time stamp are told as differing."""
WEAK = ("md5", "sha1")
KIND = ("Tệp không phải PDF hoặc XML.", "Chọn tệp PDF hoặc XML đã ký số.")
DAMAGED = ("Tệp bị hỏng hoặc bị cắt ngắn, không đọc được.", "Tải lại bản gốc rồi kiểm tra lại.")
HEAVY = ("Tệp quá phức tạp, không kiểm tra xong trong giới hạn.", "Xin bản gốc từ nơi ban hành.")
FAULTS = {
    "kind": KIND,
    "damaged": DAMAGED,
    "heavy": HEAVY,
    "password": ("Tệp PDF có mật khẩu mở tệp hoặc đã mã hóa.", "Bỏ mật khẩu rồi kiểm tra lại."),
    "many": ("Tệp có hơn 20 chữ ký.", "Xin bản gốc từ nơi ban hành."),
    "many_xml": ("Tệp XML có nhiều chữ ký lồng nhau.", "Hệ thống chỉ kiểm tra tệp XML có một chữ ký cho cả văn bản."),
    "doctype": (
        "Tệp XML có khai báo DOCTYPE hoặc ENTITY, có thể gọi tệp ngoài hoặc phình to; không được đọc.",
        "Xin bản XML không có các khai báo ấy.",
    ),
}
ACTIVE_WORDS = {
    "script": "mã lệnh JavaScript",
    "launch": "lệnh mở chương trình",
    "attachment": "tệp đính kèm",
    "media": "phim, âm thanh nhúng",
    "xfa": "biểu mẫu XFA",
}
TRUST_WORDS = {
    "REVOKED": "chứng thư đã bị thu hồi",
    "REVOKED_NO_POE": "chứng thư đã bị thu hồi",
    "REVOKED_CA_NO_POE": "chứng thư của nơi cấp đã bị thu hồi",
    "OUT_OF_BOUNDS_NO_POE": "chứng thư không còn hiệu lực và không có dấu thời gian chứng minh lúc ký",
    "NO_CERTIFICATE_CHAIN_FOUND": "nơi cấp chứng thư không có trong danh sách tin cậy của hệ thống",
    "NOT_GRANTED_THEN": "lúc ký, nơi cấp chứng thư không được công nhận trong danh sách tin cậy",
    "NOT_GRANTED_NOW": "nơi cấp chứng thư không còn được công nhận trong danh sách tin cậy, và không có dấu thời gian "
    "tin cậy chứng minh đã ký từ trước",
    "CHAIN_CONSTRAINTS_FAILURE": "chứng thư không được dùng để ký văn bản, hoặc đường tin cậy sai quy tắc",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "thuật toán ký đã cũ, không an toàn",
    "CRYPTO_CONSTRAINTS_FAILURE": "thuật toán ký đã cũ, không an toàn",
}


class Verdict(StrEnum):
    """What a signature says of the file as it is."""

    INTACT = "intact"
    ADDED = "added"
    CHANGED = "changed"
    BROKEN = "broken"


@dataclass(frozen=True)
class Signature:
    """What one signature says; instants in UTC or None, `stamped_at` only of a time stamp that holds."""

    verdict: Verdict
    changes: tuple[str, ...]
    signer: str = ""
    issuer: str = ""
    serial: str = ""
    fingerprint: str = ""
    digest: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamp_trusted: bool = False
    stamp_broken: bool = False
    stamper: str = ""
    trusted: bool = False
    mistrust: str = ""
    revoked_at: datetime | None = None
    long_term: bool = False
    trial: bool = False
    reason: str = ""

    @property
    def sound(self) -> bool:
        """Whether the file is as signed, by somebody trusted."""
        return self.verdict in (Verdict.INTACT, Verdict.ADDED) and self.trusted

    @property
    def clocks_differ(self) -> bool:
        """Whether the signer's own clock and the time stamp are far apart."""
        return bool(self.claimed_at and self.stamped_at and abs(self.claimed_at - self.stamped_at) > CLOCK_GAP)

    @property
    def certificate_words(self) -> str:
        """Say how the certificate stood when the signature was made, as far as that is proven."""
        at = self.stamped_at or self.claimed_at
        if self.begins_at is None or self.ends_at is None or at is None:
            return "không biết lúc ký, không nói được"
        lacking = "dấu thời gian không đúng" if self.stamp_broken else "không có dấu thời gian"
        proven = "" if self.stamped_at else f" (theo giờ người ký tự khai, {lacking})"
        if not self.begins_at <= at <= self.ends_at:
            return f"không có hiệu lực lúc ký{proven}"
        if self.revoked_at and self.revoked_at <= at:
            return f"đã bị thu hồi trước lúc ký{proven}"
        listed = "" if self.long_term else "; tệp không kèm danh sách thu hồi nên chưa biết có bị thu hồi không"
        return f"có hiệu lực lúc ký{proven}{listed}"


@dataclass(frozen=True)
class Checked:
    """What a file is: `pdf` or `xml`, what in it acts by itself, and its signatures in order."""

    kind: str
    pages: int
    active: tuple[str, ...]
    signatures: tuple[Signature, ...]


def check_file(content: bytes, trusted: Sequence[Anchor], *, most_bytes: int = MOST_BYTES) -> Checked:
    """Check the signatures of a PDF or XML file; `trusted`: whom one trusts, for what and when.

    Nothing is fetched from the network. Raises SignatureError for what cannot be read, or not within bounds.

    >>> check_file(b"hello", [])
    Traceback (most recent call last):
    hatang.core.signatures.faults.SignatureError: Tệp không phải PDF hoặc XML. Chọn tệp PDF hoặc XML đã ký số.
    """
    if len(content) > most_bytes:
        raise SignatureError(f"Tệp nặng {len(content) / 1e6:.0f} MB.", f"Tối đa {most_bytes // 1_000_000} MB.")
    if b"%PDF-" not in content[:1024] and b"<" not in content[:64]:
        raise SignatureError(*KIND)
    asked = json.dumps({"trusted": [as_told(anchor) for anchor in trusted]}).encode() + b"\n"
    answer = run_child(CHILD, asked, content, most_seconds=MOST_SECONDS, most_answer_bytes=MOST_ANSWER_BYTES)
    try:
        told = json.loads(answer or b"null")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise SignatureError(*HEAVY)
    if "fault" in told:
        raise SignatureError(*FAULTS.get(str(told["fault"]), DAMAGED))
    active = tuple(ACTIVE_WORDS[part] for part in told["active"] if part in ACTIVE_WORDS)
    return Checked(told["kind"], told["pages"], active, tuple(map(signature_of, told["signatures"])))


def signature_of(told: dict[str, Any]) -> Signature:
    """Take a signature as the child tells of it."""
    if "broken" in told:
        return Signature(Verdict.BROKEN, ("Phần gọi là chữ ký không đúng cấu trúc của một chữ ký số.",))
    verdict, changes = judged(told)
    trusted = bool(told["trusted"]) and verdict in (Verdict.INTACT, Verdict.ADDED)

    def text(name: str) -> str:
        return str(told.get(name, ""))

    return Signature(
        verdict=verdict,
        changes=changes,
        signer=text("signer"),
        issuer=text("issuer"),
        serial=text("serial"),
        fingerprint=text("fingerprint"),
        digest=text("digest"),
        begins_at=moment_of(told.get("begins_at")),
        ends_at=moment_of(told.get("ends_at")),
        claimed_at=moment_of(told.get("claimed_at")),
        stamped_at=moment_of(told.get("stamped_at")),
        stamp_trusted=bool(told.get("stamp_trusted")),
        stamp_broken=bool(told.get("stamp_broken")),
        stamper=text("stamper"),
        trusted=trusted,
        mistrust="" if trusted else mistrust_words(told),
        revoked_at=moment_of(told.get("revoked_at")),
        long_term=bool(told.get("long_term")),
        trial=TRIAL_MARK in text("issuer"),
        reason=text("reason"),
    )


def judged(told: dict[str, Any]) -> tuple[Verdict, tuple[str, ...]]:
    """Say whether the file is as it was signed, and what was done to it since."""
    if not (told["intact"] and told["valid"]):
        return Verdict.CHANGED, ("Nội dung đã ký khác nội dung trong tệp: tệp bị sửa hoặc chữ ký bị giả.",)
    if told["coverage"] in ("UNCLEAR", "CONTIGUOUS_BLOCK_FROM_START"):
        return Verdict.CHANGED, ("Chữ ký không bao trùm cả tệp: có phần không được ký mà vẫn hiện ra khi mở.",)
    if told.get("stamp_broken"):
        return Verdict.CHANGED, ("Dấu thời gian kèm chữ ký bị sửa, hoặc là của một chữ ký khác.",)
    level = told["level"]
    if level == "OTHER" or not told["allowed"]:
        listed = tuple(change_words(*change) for change in told.get("changes", ()))
        return Verdict.CHANGED, ("Sau khi ký, tệp bị sửa ngoài những gì chữ ký cho phép.", *listed)
    if level == "NONE":
        return Verdict.INTACT, ()
    if level == "LTA_UPDATES":
        return Verdict.ADDED, ("Sau khi ký chỉ thêm dữ liệu để kiểm tra lâu dài; nội dung không đổi.",)
    fields = ", ".join(told.get("fields", ()))
    named = f" ({fields})" if fields else ""
    return Verdict.ADDED, (f"Sau khi ký có thêm chữ ký hoặc điền ô biểu mẫu{named}; phần còn lại không đổi.",)


def change_words(kind: str, *numbers: int) -> str:
    """Say what one change is.

    >>> change_words("count", 2, 3)
    'Số trang từ 2 thành 3.'
    """
    words = {
        "count": "Số trang từ {0} thành {1}.",
        "content": "Trang {0}: nội dung khác bản đã ký.",
        "notes": "Trang {0}: thêm hoặc bớt ghi chú, hình dán.",
    }
    return words.get(kind, "Có phần khác bản đã ký.").format(*(int(n) for n in numbers))


def mistrust_words(told: dict[str, Any]) -> str:
    """Say why a signature is not to be trusted."""
    if not (told["intact"] and told["valid"]):
        return "nội dung không khớp chữ ký"
    if told.get("revoked_at"):
        return "chứng thư đã bị thu hồi"
    if told.get("stamp_broken"):
        return "dấu thời gian kèm chữ ký không đúng"
    if told["trusted"]:
        return "nơi cấp chứng thư tin cậy được, nhưng chữ ký không còn đúng cho tệp này"
    if str(told.get("algorithm", "")).lower() in WEAK:
        return "thuật toán ký đã cũ, không an toàn"
    return TRUST_WORDS.get(
        str(told.get("trust_problem", "")), "nơi cấp chứng thư không có trong danh sách tin cậy của hệ thống"
    )


def moment_of(text: Any) -> datetime | None:
    """Read an instant; one without a zone, as XML may have it, is taken as UTC."""
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=timezone.utc) if moment and moment.tzinfo is None else moment  # noqa: UP017
