"""Make a signing key for trials."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hatang.places.models import Place
from hatang.utilities.services import make_trial_key


class Command(BaseCommand):
    """`make_trial_key CODE [--body NAME]`."""

    help = "Tạo khóa ký số thử nghiệm cho một tỉnh, ghi rõ là thử nghiệm; không có giá trị pháp lý."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("province", metavar="MÃ_TỈNH", help="mã tỉnh, ví dụ 20")
        parser.add_argument("--body", metavar="TÊN", default="", help="tên cơ quan ghi trong chứng thư")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        province = Place.objects.provinces().in_force(today).filter(code=options["province"]).first()
        if province is None:
            raise CommandError(f"Không có tỉnh mã {options['province']}.")
        body = options["body"] or f"Sở KH&CN {province.name}"
        path = make_trial_key(province=province, body=body, now=timezone.now())
        self.stdout.write(f"Đã tạo khóa THỬ NGHIỆM của {body}: {path}. Không dùng cho văn bản thật.")
