"""Load indicators, their sets and index sets from the reference tables."""

from typing import Any

from django.core.management.base import BaseCommand

from hatang.indicators.definitions import import_indicators
from hatang.indicators.services.index_sets import import_index_sets


class Command(BaseCommand):
    """Read data/indicators.csv, indicator_sets.csv, index_sets.csv and index_criteria.csv."""

    help = "Nạp chỉ tiêu, bộ chỉ tiêu, bộ chỉ số chấm điểm từ data/; chạy lại không đổi gì thêm."

    def handle(self, **options: Any) -> None:
        self.stdout.write(str(import_indicators()))
        self.stdout.write(f"Bộ chỉ số chấm điểm: thêm {import_index_sets()}.")
