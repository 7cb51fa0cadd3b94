"""Load indicators and their sets from the reference tables."""

from typing import Any

from django.core.management.base import BaseCommand

from hatang.indicators.definitions import import_indicators


class Command(BaseCommand):
    """Read data/indicators.csv and data/indicator_sets.csv."""

    help = "Nạp chỉ tiêu và bộ chỉ tiêu từ data/; chạy lại không đổi gì thêm."

    def handle(self, **options: Any) -> None:
        self.stdout.write(str(import_indicators()))
