"""Load the reference organisations with their successors."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hatang.accounts import services


class Command(BaseCommand):
    help = "Nạp danh mục tổ chức và quan hệ kế tiếp từ data/; chạy lại nhiều lần được."

    def handle(self, *args: Any, **options: Any) -> None:
        read = services.import_organisations()
        self.stdout.write(str(read))
        if read.missing:
            raise CommandError(f"Chưa có tỉnh: {', '.join(sorted(read.missing))}. Hãy chạy load_places trước.")
