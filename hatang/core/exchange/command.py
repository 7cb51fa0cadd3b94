"""The command `verify-answer`: an answer of a data service against its signature and the log, without a network."""

from __future__ import annotations

import argparse
import sys

from hatang.core.exchange.checking import InputError, Verdict, check_answer, read_object

EXIT_CODES = {Verdict.RIGHT: 0, Verdict.BAD_SIGNATURE: 3, Verdict.OTHER_REQUEST: 4, Verdict.BAD_PROOF: 5}


def run(given: argparse.Namespace) -> int:
    """Say what the answer is: 0 right, 3 wrong signature, 4 of another request, 5 wrong proof; 1 unreadable."""
    try:
        keys = read_object(given.keys.read_bytes(), "Bộ khóa")
        proof = read_object(given.proof.read_bytes(), "Bằng chứng") if given.proof else None
        signature = given.signature.read_text(encoding="ascii")
        finding = check_answer(
            given.answer.read_bytes(), signature, keys, proof=proof, request_hash=given.request_sha256
        )
    except OSError as error:
        print(f"{error.filename}: Không đọc được (lỗi {error.errno}).", file=sys.stderr)
        return 1
    except (InputError, UnicodeDecodeError) as error:
        print(error if isinstance(error, InputError) else "Tệp chữ ký phải là chữ ASCII.", file=sys.stderr)
        return 1
    print(f"{given.answer.name}: {finding.words}")
    return EXIT_CODES[finding.verdict]
