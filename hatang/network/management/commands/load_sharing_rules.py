"""Load the provinces' rules on sharing that ship with the system."""

from typing import Any

from django.core.management.base import BaseCommand

from hatang.network.services import import_rules


class Command(BaseCommand):
    help = "Nạp quy định dùng chung của các tỉnh từ data/; chạy lại nhiều lần được, không sửa dòng đã có."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Quy định dùng chung: thêm {import_rules()} dòng.")
