"""Load plans from the reference files."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hatang.plans.services import import_plans


class Command(BaseCommand):
    """Read data/plans/*.yaml."""

    help = "Nạp kế hoạch từ data/plans/; chạy lại không đổi gì thêm, giữ tiến độ đã ghi."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", help="mã kế hoạch; không ghi thì nạp tất cả")

    def handle(self, **options: Any) -> None:
        try:
            self.stdout.write(str(import_plans(codes=options["codes"])))
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
