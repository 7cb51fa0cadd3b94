from argparse import ArgumentParser
from pathlib import Path

from django.core.management import BaseCommand

from hatang.sensors.services.broker import export


class Command(BaseCommand):
    help = "Ghi tệp mật khẩu và tệp chủ đề cho Mosquitto; sau đó báo Mosquitto đọc lại (kill -HUP)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="thư mục mà mosquitto.conf trỏ tới")

    def handle(self, *args: object, **options: object) -> None:
        folder = options["folder"]
        assert isinstance(folder, Path)
        self.stdout.write(f"{export(folder)} thiết bị: {folder / 'passwords'}, {folder / 'acl'}")
