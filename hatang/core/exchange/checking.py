"""Checking an answer of a data service without a network: signature, request, and its place in the log of calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from hatang.core.exchange.jws import SignatureError, open_compact, open_detached
from hatang.core.exchange.records import record_bytes
from hatang.core.transparency.merkle import leaf_hash, verify_inclusion

PROOF_FORMAT = "hatang-call-proof-1"


class Verdict(StrEnum):
    """What the check of an answer shows."""

    RIGHT = "right"
    BAD_SIGNATURE = "bad signature"
    OTHER_REQUEST = "other request"
    BAD_PROOF = "bad proof"


@dataclass(frozen=True)
class Finding:
    """A verdict and its words."""

    verdict: Verdict
    words: str


class InputError(ValueError):
    """A file that cannot be read as what it should be."""


def read_object(content: bytes, what: str) -> dict[str, Any]:
    """Read a JSON object. Raises InputError, which says what was expected."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what} không phải JSON nguyên vẹn.") from error
    if not isinstance(found, dict):
        raise InputError(f"{what} phải là một đối tượng JSON.")
    return found


def check_answer(
    body: bytes,
    signature: str,
    keys: Mapping[str, Any],
    *,
    proof: Mapping[str, Any] | None = None,
    request_hash: str | None = None,
) -> Finding:
    """Check an answer's bytes against its signature, the request it answers, and the proof that it was logged.

    `keys` is the publisher's JWKS, `request_hash` the SHA-256 of the own request in hexadecimal, `proof` the extract
    of the log. What is not given is not checked, and the words say so.
    """
    try:
        header = open_detached(signature.strip(), body, keys)
    except SignatureError as error:
        return Finding(Verdict.BAD_SIGNATURE, f"CHỮ KÝ SAI. {error}")
    if request_hash is not None and header.get("request") != request_hash:
        return Finding(Verdict.OTHER_REQUEST, "TRẢ LỜI CHO YÊU CẦU KHÁC: mã băm yêu cầu trong chữ ký khác của bạn.")
    said = f"ĐÚNG. Lượt gọi {header.get('call')}, khóa {header.get('kid')}."
    if proof is None:
        return Finding(Verdict.RIGHT, f"{said} Chưa kiểm tra sổ vì không có bằng chứng.")
    fault = fault_of_proof(proof, header, sha256(body).hexdigest(), keys)
    if fault:
        return Finding(Verdict.BAD_PROOF, f"BẰNG CHỨNG SAI. {fault}")
    return Finding(Verdict.RIGHT, f"{said} Có mặt trong sổ cỡ {proof['size']}.")


def fault_of_proof(
    proof: Mapping[str, Any], header: Mapping[str, Any], answer_hash: str, keys: Mapping[str, Any]
) -> str:
    """Say what is wrong with an extract of the log for an answer whose signature held; nothing where all fits."""
    try:
        record = proof["record"]
        leaf = leaf_hash(record_bytes(record))
        path = [bytes.fromhex(step) for step in proof["path"]]
        index, size = int(proof["index"]), int(proof["size"])
        head = open_compact(str(proof["head"]), keys)
        root = bytes.fromhex(str(head["root"]))
    except SignatureError as error:
        return f"Đầu sổ: {error}"
    except (LookupError, TypeError, ValueError) as error:
        return f"Bằng chứng thiếu trường hoặc không đúng dạng ({error})."
    if record["id"] != header.get("call") or leaf.hex() != header.get("leaf"):
        return "Bằng chứng là của một lượt gọi khác."
    if record["answer_sha256"] != answer_hash or record["request_sha256"] != header.get("request"):
        return "Mã băm trong sổ khác yêu cầu hoặc trả lời này."
    if head.get("size") != size or not verify_inclusion(leaf, index, size, path, root):
        return "Đường dẫn không tới gốc của đầu sổ đã ký."
    return ""
