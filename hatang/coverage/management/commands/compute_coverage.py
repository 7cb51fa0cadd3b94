"""Compute a province's coverage here and now."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hatang.coverage.services.runs.acts import compute_now
from hatang.coverage.services.runs.figures import finding_for_command
from hatang.network.models import Technology
from hatang.places.management.provinces import province_of

FAULTS_TOLD = 20


class Command(BaseCommand):
    help = "Tính vùng phủ của một tỉnh trên địa hình mới nhất dùng được, ngay tại đây."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("province", metavar="MÃ", help="mã tỉnh hiện nay")
        parser.add_argument("--on", type=date.fromisoformat, metavar="NGÀY", help="ô phát như ngày (2026-11-27)")
        parser.add_argument("--technology", nargs="+", default=[], choices=Technology.values, help="mặc định tất cả")
        parser.add_argument("--leave-out-faulty", action="store_true", help="bỏ các ô có lỗi, tính phần còn lại")
        parser.add_argument("--adopt", action="store_true", help="lấy kết quả làm dự đoán của tỉnh")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = compute_now(
                province=province_of(options["province"]),
                on=options["on"] or timezone.localdate(),
                technologies=options["technology"],
                leave_out_faulty=options["leave_out_faulty"],
                adopt=options["adopt"],
                tell=lambda percent, message: self.stderr.write(f"{percent:3} % {message}"),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for fault in run.summary.get("left_out", [])[:FAULTS_TOLD]:
            self.stdout.write(f"Đã bỏ ô {fault['code']}, {fault['field']}: {fault['message']} {fault['right']}")
        self.stdout.write(f"Lượt {run.pk}. {finding_for_command(run)}")
