"""Export the register of a province into a file, as an auditor of the province sees it: all of it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hatang.accounts.access import Scope, seeing_as
from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.core.vietnamese import number
from hatang.network.services.exports import ALL, FORMATS, TABLES, Asked, export_of, write_export
from hatang.places.management.provinces import province_of


class Command(BaseCommand):
    help = "Xuất sổ hạ tầng của một tỉnh ra tệp, đủ mọi dòng và cột: giữ tệp như giữ sổ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", metavar="MÃ", required=True, help="mã tỉnh hiện nay, ví dụ 20")
        parser.add_argument("--kind", nargs="+", default=[ALL], choices=[ALL, *TABLES], help="loại, mặc định mọi loại")
        parser.add_argument("--format", required=True, choices=list(FORMATS), help="định dạng")
        parser.add_argument("--out", type=Path, required=True, metavar="TỆP", help="tệp sẽ ghi")
        parser.add_argument("--on", type=date.fromisoformat, help="tình trạng ngày, ví dụ 2025-12-31; mặc định hôm nay")
        parser.add_argument(
            "--known-at", type=datetime.fromisoformat, help="theo sổ như lúc, ví dụ 2025-12-31T17:00; mặc định hiện nay"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        province, out = province_of(options["province"]), options["out"]
        if out.exists():
            raise CommandError(f"Đã có tệp {out}. Chọn tên khác, hoặc xóa tệp cũ trước.")
        person = Person(username="export_register")
        seeing_as(person, [Scope(Role.DEPARTMENT_HEAD, province.pk)])
        asked = Asked(province, on=options["on"] or timezone.localdate(), known_at=instant(options["known_at"]))
        try:
            export = export_of(person=person, slugs=options["kind"], form=options["format"], asked=asked)
            count = write_export(export, out)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Đã ghi {number(count)} dòng vào {out}.")


def instant(said: datetime | None) -> datetime | None:
    """Read an instant without a zone as Viet Nam's time."""
    return timezone.make_aware(said) if said and timezone.is_naive(said) else said
