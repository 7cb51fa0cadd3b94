from typing import Any

from django.core.management.base import BaseCommand

from hatang.work.services import make_round


class Command(BaseCommand):
    help = "Gửi các lời nhắc đến hạn và thử lại thư chưa gửi được; tiến trình nền tự làm việc này mỗi giờ."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Đã gửi {make_round()} lời nhắc.")
