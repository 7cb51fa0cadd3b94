"""The command `verify-published`: a downloaded file against its proof, without a network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hatang.core.named_files import named
from hatang.core.transparency.proofs import Verdict, check_file, read_hash, read_proof

EXIT_CODES = {
    Verdict.INTACT: 0,
    Verdict.SAVED_AGAIN: 0,
    Verdict.CHANGED: 3,
    Verdict.OTHER: 4,
    Verdict.BAD_PROOF: 5,
    Verdict.OTHER_ROOT: 5,
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("file", type=Path, metavar="TỆP", help="tệp số liệu đã tải về")
    command.add_argument("--proof", type=Path, required=True, metavar="BẰNG-CHỨNG.json", help="bằng chứng tải cùng tệp")
    command.add_argument("--root", metavar="GỐC", help="gốc của sổ mà bạn tin, ví dụ in trong báo cáo (64 chữ số)")


def run(given: argparse.Namespace) -> int:
    """Say what the file is: 0 right, 3 changed, 4 another file, 5 a wrong proof or root; 1 where one cannot be read."""
    try:
        root = None if given.root is None else read_hash(given.root, "--root")
        proof = named(given.proof, lambda: read_proof(given.proof.read_bytes()))
        content = named(given.file, given.file.read_bytes)
    except OSError as error:
        print(f"{error.filename}: Không đọc được (lỗi {error.errno}).", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    finding = check_file(content, proof, root)
    print(f"{given.file.name}: {finding.words}")
    return EXIT_CODES[finding.verdict]
