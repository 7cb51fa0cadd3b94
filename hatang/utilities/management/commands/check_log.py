"""Check the transparency log whole."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hatang.core.transparency.proofs import ProofError, read_hash
from hatang.core.vietnamese import number
from hatang.utilities.services import check_log, tree_head


class Command(BaseCommand):
    """`check_log [--heads HEADS.csv]`."""

    help = "Tính lại toàn bộ sổ minh bạch từ các tệp lưu và nêu mọi chỗ sai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads", type=Path, metavar="TỆP.csv", help="các gốc đã giữ ở nơi khác, mỗi dòng: cỡ, gốc"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        heads = kept_heads(options["heads"]) if options["heads"] else {}
        faults = 0
        for fault in check_log(heads):
            faults += 1
            self.stderr.write(f"{fault.where}: {fault.what}.")
        if faults:
            raise CommandError(f"Sổ có {number(faults)} chỗ sai.")
        head = tree_head()
        self.stdout.write(f"Sổ đúng: {number(head.size)} mục, gốc {head.root}.")


def kept_heads(path: Path) -> dict[int, str]:
    """Read sizes and roots; a first line of headings is passed over."""
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        rows = [line for place, line in enumerate(lines) if line and (place or line[0].strip().isdigit())]
        return {int(size): read_hash(root, f"Gốc cỡ {size}").hex() for size, root, *_ in rows}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"Không đọc được {path}: {error}") from error
    except ProofError as error:
        raise CommandError(str(error)) from error
    except ValueError as error:
        raise CommandError(
            f"{path.name}: mỗi dòng phải là cỡ (số nguyên), gốc (64 chữ số), cách nhau dấu phẩy."
        ) from error
