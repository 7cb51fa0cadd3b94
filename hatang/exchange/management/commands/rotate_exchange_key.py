"""Put a new signing key in place of the old one."""

from typing import Any

from django.core.management.base import BaseCommand

from hatang.exchange.services import rotate_key


class Command(BaseCommand):
    help = "Đổi khóa ký trả lời của dịch vụ dữ liệu; khóa công khai cũ vẫn được công bố."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Khóa ký mới: {rotate_key()}")
