"""The proof that goes with a published file, and what comparing the two shows. Nothing here needs the log itself."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from hatang.core.transparency.fixed_form import entry_named_in, saved_again
from hatang.core.transparency.merkle import HASH_BYTES, leaf_hash, root_from_inclusion
from hatang.core.vietnamese import number

FORMAT = "hatang-published-proof-1"
HEX = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")
LARGEST_SIZE = 2**53
LONGEST_PATH = 64


class ProofError(ValueError):
    """A proof that cannot be read: what is wrong, and what would be right."""


@dataclass(frozen=True)
class Proof:
    """That one entry stands in the log of a size: `index` counts from 0, hashes are bytes, `path` goes up to the root.

    `at` is the instant of the log's head in ISO form; `replaced_by` is the number (from 1) of the entry that had
    replaced this one when the proof was made; `title`, `file`, `address` and `log` are for people, and not hashed.
    """

    index: int
    size: int
    leaf_hash: bytes
    root: bytes
    path: tuple[bytes, ...]
    title: str = ""
    file: str = ""
    address: str = ""
    log: str = ""
    at: str = ""
    replaced_by: int | None = None

    def as_json(self) -> str:
        """Write the proof as JSON.

        >>> read_proof(Proof(0, 1, leaf_hash(b""), leaf_hash(b""), ()).as_json()).size
        1
        """
        return json.dumps(self.as_fields(), ensure_ascii=False, indent=1) + "\n"

    def as_fields(self) -> dict[str, Any]:
        """Give the fields of the proof's JSON."""
        hashes = {"leaf_hash": self.leaf_hash.hex(), "root": self.root.hex(), "path": [s.hex() for s in self.path]}
        return {"format": FORMAT} | asdict(self) | hashes


def read_proof(text: str | bytes) -> Proof:
    """Read a proof. Raises ProofError, which names the field."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProofError("Tệp bằng chứng không phải JSON nguyên vẹn; hãy tải lại từ sổ minh bạch.") from error
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ProofError(f"Tệp này không phải bằng chứng của sổ minh bạch: trường “format” phải là “{FORMAT}”.")
    size = _whole(read, "size", 1, LARGEST_SIZE)
    words = {name: str(read.get(name) or "")[:500] for name in ("title", "file", "address", "log", "at")}
    later = _whole(read, "replaced_by", 1, LARGEST_SIZE) if read.get("replaced_by") is not None else None
    index = _whole(read, "index", 0, size - 1)
    return Proof(index, size, _hash(read, "leaf_hash"), _hash(read, "root"), _path(read), **words, replaced_by=later)


def _whole(read: dict[str, Any], name: str, least: int, most: int) -> int:
    value = read.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ProofError(f"Trường “{name}” phải là số nguyên từ {least} đến {most}.")
    return value


def _hash(read: dict[str, Any], name: str) -> bytes:
    return read_hash(read.get(name), f"Trường “{name}”")


def _path(read: dict[str, Any]) -> tuple[bytes, ...]:
    steps = read.get("path")
    if not isinstance(steps, list) or len(steps) > LONGEST_PATH:
        raise ProofError(f"Trường “path” phải là danh sách nhiều nhất {LONGEST_PATH} mã băm.")
    return tuple(read_hash(step, f"Mục {place} của “path”") for place, step in enumerate(steps, start=1))


def read_hash(value: object, what: str) -> bytes:
    """Read a hash written in hexadecimal. Raises ProofError, which begins with `what`.

    >>> read_hash("AB" * 32, "Gốc").hex()[:4]
    'abab'
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    if not HEX.fullmatch(text):
        raise ProofError(f"{what} phải là {2 * HASH_BYTES} chữ số thập lục phân (0-9, a-f).")
    return bytes.fromhex(text)


class Verdict(StrEnum):
    """What comparing a file with a proof shows."""

    INTACT = "intact"
    SAVED_AGAIN = "saved_again"
    CHANGED = "changed"
    OTHER = "other"
    BAD_PROOF = "bad_proof"
    OTHER_ROOT = "other_root"


@dataclass(frozen=True)
class Finding:
    """A verdict with its words for people."""

    verdict: Verdict
    words: str


def compared(content: bytes, hashed: bytes, entry: int) -> Verdict:
    """Compare a file's content with the hash of an entry, whose number (from 1) tells a changed copy from another file.

    >>> compared(b"a\\n", leaf_hash(b"a\\n"), 1), compared(b"b\\n", leaf_hash(b"a\\n"), 1)
    (<Verdict.INTACT: 'intact'>, <Verdict.OTHER: 'other'>)
    """
    if leaf_hash(content) == hashed:
        return Verdict.INTACT
    if leaf_hash(saved_again(content)) == hashed:
        return Verdict.SAVED_AGAIN
    return Verdict.CHANGED if entry_named_in(content) == entry else Verdict.OTHER


def check_file(content: bytes, proof: Proof, root: bytes | None = None) -> Finding:
    """Check a file against its proof, and the proof against the root that somebody trusts, as printed in a report."""
    entry = proof.index + 1
    verdict = compared(content, proof.leaf_hash, entry)
    if verdict in (Verdict.CHANGED, Verdict.OTHER):
        return Finding(verdict, _words(verdict, proof))
    if root_from_inclusion(proof.leaf_hash, proof.index, proof.size, proof.path) != proof.root:
        return Finding(Verdict.BAD_PROOF, "BẰNG CHỨNG SAI: các mã băm không dẫn tới gốc. Hãy tải lại bằng chứng từ sổ.")
    if root not in (None, proof.root):
        return Finding(
            Verdict.OTHER_ROOT,
            f"KHÁC GỐC: bằng chứng dẫn tới gốc {proof.root.hex()} của sổ khi có {number(proof.size)} mục, không phải "
            "gốc bạn đưa. Nếu gốc của bạn ghi cỡ khác, hãy tải bằng chứng cho đúng cỡ ấy (thêm ?co=SỐ MỤC).",
        )
    ask = "" if root else " Hãy so gốc này với gốc của cùng cỡ trên trang sổ hoặc in trong báo cáo."
    return Finding(verdict, _words(verdict, proof) + ask)


def _words(verdict: Verdict, proof: Proof) -> str:
    which = f"mục {number(proof.index + 1)} của sổ{f' ({proof.title})' if proof.title else ''}"
    if verdict == Verdict.CHANGED:
        return f"ĐÃ BỊ SỬA: tệp tự nhận là {which} nhưng nội dung khác bản đã công bố."
    if verdict == Verdict.OTHER:
        return f"KHÔNG PHẢI BẢN NÀY: tệp không phải {which}."
    again = " Tệp đã được một chương trình lưu lại: chỉ khác dấu xuống dòng hoặc dấu đầu tệp." * (
        verdict == Verdict.SAVED_AGAIN
    )
    later = f" Khi lấy bằng chứng, bản này đã được mục {number(proof.replaced_by or 0)} thay." * bool(proof.replaced_by)
    return f"ĐÚNG: tệp là {which}, gốc {proof.root.hex()}, cỡ {number(proof.size)}.{again}{later}"
