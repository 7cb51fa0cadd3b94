"""Load reference data and the made-up provinces."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hatang.accounts.services import DemoAccount
from hatang.core.vietnamese import number
from hatang.sample.services import load_sample


class Command(BaseCommand):
    help = "Nạp danh mục và dữ liệu mẫu (Lạng Sơn, Tuyên Quang) vào cơ sở dữ liệu trống."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="chỉ sáu xã, phường của Lạng Sơn, để thử")

    def handle(self, *args: Any, quick: bool, **options: Any) -> None:
        loaded = load_sample(quick=quick, with_run=not quick, tell=self.stdout.write)
        if loaded.already:
            self.stdout.write("Đã có dữ liệu, không nạp gì thêm.")
            return
        for name, count in loaded.rows.items():
            self.stdout.write(f"  {name}: {number(count)}")
        self.stdout.write("DỮ LIỆU MÔ PHỎNG: mọi dòng trên đều là số liệu bịa ra để dùng thử.")
        self.show_people([account for account in loaded.people if account.password])

    def show_people(self, accounts: list[DemoAccount]) -> None:
        """Print the accounts that were made now; their passwords are not shown again."""
        if accounts:
            self.stdout.write("\nTài khoản dùng thử (mật khẩu chỉ hiện một lần):")
        for account in accounts:
            self.stdout.write(f"  {account.username:<28} {account.password:<22} {account.role}")
