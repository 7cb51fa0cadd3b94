"""Make new versions of open datasets whose content has changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.versions import refresh_catalogue


class Command(BaseCommand):
    help = "Xem lại mọi bộ dữ liệu mở; bộ nào đổi thì làm bản mới."

    def handle(self, *args: Any, **options: Any) -> None:
        DatasetVersion.objects.current().update(checked_at="2000-01-01T00:00:00Z")
        looked = refresh_catalogue()
        kept = DatasetVersion.objects.current().count()
        self.stdout.write(f"Đã xem {looked} bộ dữ liệu; {kept} bộ có số liệu.")
