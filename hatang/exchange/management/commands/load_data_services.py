"""Describe the data services of every province of today."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hatang.core.vietnamese import number
from hatang.exchange.services import load_services
from hatang.places.models import Place


class Command(BaseCommand):
    help = "Ghi các dịch vụ dữ liệu vào danh mục của mỗi tỉnh (mới mô tả, chưa cung cấp)."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_services(Place.objects.provinces().in_force(timezone.localdate()))
        self.stdout.write(f"Đã thêm {number(made)} dịch vụ vào danh mục.")
