from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from hatang.config.archive import restore_backup


class Command(BaseCommand):
    help = "Phục hồi từ tệp sao lưu; kiểm tra toàn bộ tệp trước khi thay."
    requires_system_checks = ()  # they load every page: seconds, and nothing asked here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="tệp do lệnh backup ghi")
        parser.add_argument("--replace", action="store_true", help="thay dữ liệu đang có; bản cũ được giữ bên cạnh")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        manifest = restore_backup(file.resolve(), replace=replace)
        call_command("migrate", verbosity=0)
        self.stdout.write(f"Đã phục hồi bản sao lưu lúc {manifest['made_at']}.")
