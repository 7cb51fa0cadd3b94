"""Give the first administrator a way in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hatang.accounts import services


class Command(BaseCommand):
    help = "Tạo (hoặc tìm lại) quản trị toàn hệ thống và in liên kết đặt mật khẩu: dùng một lần, trong ba ngày."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="quantri", help="tên đăng nhập (mặc định: quantri)")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        self.stdout.write(services.make_first_administrator(username=username))
