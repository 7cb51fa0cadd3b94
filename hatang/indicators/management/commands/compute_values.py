"""Compute a province's figures from its registers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hatang.indicators.services import compute_values, log_published
from hatang.places.models import Place


class Command(BaseCommand):
    help = "Tính mọi chỉ tiêu đếm từ sổ đăng ký của một tỉnh, cho từng xã, phường và cả tỉnh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="mã tỉnh, ví dụ 20")
        parser.add_argument("--year", type=int, action="append", help="năm; có thể nêu nhiều lần; mặc định năm nay")
        parser.add_argument("--publish", action="store_true", help="công bố luôn kết quả")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        province = Place.objects.provinces().in_force(today).filter(code=options["code"]).first()
        if province is None:
            raise CommandError(f"Không có tỉnh nào mang mã {options['code']}.")
        for year in options["year"] or [today.year]:
            counts = compute_values(actor=None, province=province, year=year, publish=options["publish"])
            if options["publish"]:
                log_published(province=province, year=year)
            self.stdout.write(
                f"{province}, {year}: thêm {counts.added}, đổi {counts.changed}, giữ nguyên {counts.unchanged}."
            )
