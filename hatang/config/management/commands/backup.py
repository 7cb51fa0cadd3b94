from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hatang.config.archive import write_backup


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và các tệp vào một tệp có kiểm tra."
    requires_system_checks = ()  # they load every page: seconds, and nothing asked here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="tệp sao lưu sẽ ghi, ví dụ hatang-2025-12-31.tar.gz")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        manifest = write_backup(file.resolve())
        count = len(manifest["sha256"]) - 1  # type: ignore[arg-type]
        self.stdout.write(f"Đã sao lưu cơ sở dữ liệu và {count} tệp vào {file} ({file.stat().st_size:,} byte).")
