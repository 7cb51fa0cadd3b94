"""Read a plan's document for a province, to be looked through and published on its pages."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from hatang.accounts.models import Person
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.plans.services import readings


class Command(BaseCommand):
    help = "Đọc một văn bản kế hoạch (DOCX, PDF, HTML, TXT) thay một cán bộ; xem và công bố ở trang của tỉnh."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp văn bản")
        parser.add_argument("--province", required=True, help="mã tỉnh hiện nay")
        parser.add_argument("--person", required=True, help="tên đăng nhập của cán bộ Sở đứng tên")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, province = person_named(options["person"]), province_of(options["province"])
        file: Path = options["file"]
        try:
            content = file.read_bytes()
            job = readings.start_reading(actor=actor, province=province, name=file.name, content=content)
        except OSError as error:
            raise CommandError(f"Không mở được tệp “{file}”.") from error
        except PermissionDenied as error:
            raise CommandError(f"“{actor.username}” không có quyền đọc văn bản kế hoạch của {province}.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Việc số {job.pk}: {job.title}. {job.get_state_display().capitalize()}.")


def person_named(username: str) -> Person:
    """Find the officer in whose name the document is read."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"Không có người dùng “{username}”.")
    return person


def province_of(code: str) -> Place:
    """Find today's province of a code."""
    try:
        return province_by_code(code)
    except Http404 as error:
        raise CommandError(f"Không có tỉnh nào hiện nay mang mã “{code}”.") from error
