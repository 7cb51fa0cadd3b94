"""Load provinces, districts and communes, former and present."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hatang.places.services import import_units
from hatang.places.services.boundaries import illustrate


class Command(BaseCommand):
    help = "Nạp các tỉnh, huyện, xã trước và sau ngày 01/07/2025 và quan hệ kế tiếp; chạy lại không làm thay đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:
        done = import_units()
        self.stdout.write(f"Nơi: {done.places}")
        self.stdout.write(f"Kế tiếp: {done.successions}")
        drawn = illustrate(on=timezone.localdate())
        self.stdout.write(f"Ranh giới minh hoạ: thêm {drawn.added}, sửa {drawn.changed}, giữ nguyên {drawn.unchanged}")
