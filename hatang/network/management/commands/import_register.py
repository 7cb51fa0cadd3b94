"""Import a register file: a dry run that says what would change, or the saving itself."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import number
from hatang.network.services.check import error_of
from hatang.network.services.layouts import BY_SLUG
from hatang.network.services.reading import Asked, RefusedError
from hatang.network.services.uploads import Examined, counts_in_words, examine, memory_of, save_file
from hatang.places.management.provinces import province_of

LINES_TOLD = 20


class Command(BaseCommand):
    help = "Nhập tệp sổ hạ tầng (Excel, CSV, GeoJSON, GeoPackage, shapefile, KML, OFDS); không có --save thì chỉ xem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp cần nhập")
        parser.add_argument("--province", metavar="MÃ", required=True, help="mã tỉnh hiện nay")
        parser.add_argument("--operator", metavar="TÊN", help="tên hoặc tên ngắn của doanh nghiệp; bỏ trống là Sở nhập")
        parser.add_argument("--layout", choices=sorted(BY_SLUG), help="loại dữ liệu; mặc định tự nhận")
        parser.add_argument("--crs", default="", help="hệ tọa độ hoặc múi chiếu, ví dụ EPSG:9210")
        parser.add_argument("--layer", default="", help="lớp trong tệp có nhiều lớp")
        parser.add_argument("--person", metavar="TÊN", help="tên đăng nhập của người lưu; cần khi có --save")
        parser.add_argument("--all", action="store_true", help="in mọi lỗi và chỗ sửa")
        parser.add_argument("--save", action="store_true", help="lưu; không có thì chỉ xem trước")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Không có tệp {path}.")
        said = {"province": province_of(options["province"]), "operator": operator_of(options["operator"])}
        asked = Asked(
            layout=options["layout"] or "",
            headings=memory_of(said["operator"]),  # type: ignore[arg-type]
            crs=options["crs"],
            layer=options["layer"],
        )
        try:
            found = examine(path, path.name, asked=asked, today=timezone.localdate(), **said)  # type: ignore[arg-type]
        except RefusedError as error:
            offered = "; ".join(f"{choice.value} ({choice.label})" for choice in error.choices)
            raise CommandError(f"{error}{f' Chọn một trong: {offered}.' if offered else ''}") from error
        self.report(found, everything=options["all"])
        if found.outcome.wrong:
            raise CommandError("Chưa lưu gì: sửa các lỗi trên rồi chạy lại.")
        if not options["save"]:
            self.stdout.write("Chưa lưu gì. Thêm --save để lưu.")
            return
        self.save(path, found, said, options)

    def save(self, path: Path, found: Examined, said: dict[str, Any], options: dict[str, Any]) -> None:
        """Store and save the file by a named person."""
        actor = Person.objects.filter(username=options["person"] or "").first()
        if actor is None:
            raise CommandError("Cần --person: tên đăng nhập của người lưu, để lịch sử ghi ai đã làm.")
        chosen = {name: options[name] for name in ("layout", "crs", "layer") if options[name]}
        try:
            upload = save_file(actor=actor, path=path, found=found, options=chosen, **said)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Đã lưu: tệp tải lên số {upload.pk}.")

    def report(self, found: Examined, *, everything: bool) -> None:
        """Tell counts, faults and changes."""
        summary, outcome = found.summary(), found.outcome
        for note in summary["notes"]:
            self.stdout.write(note)
        self.stdout.write(counts_in_words(summary))
        faults = [error_of(line, fault) for line in outcome.wrong for fault in line.faults]
        told = [
            f"{e['sheet']}, dòng {number(e['row'])}, {e['heading']} “{e['value']}”: {e['wrong']} {e['right']}"
            for e in faults
        ]
        self.told("Lỗi", told, everything)
        changes = [f"{c.subject}: {c.heading.lower()} {c.before} → {c.after}" for c in outcome.changes]
        self.told("Chỗ sửa", changes, everything)

    def told(self, title: str, lines: list[str], everything: bool) -> None:
        """Write a list, or its first lines."""
        if lines:
            self.stdout.write(f"\n{title}: {number(len(lines))}")
        for line in lines if everything else lines[:LINES_TOLD]:
            self.stdout.write(f"  {line}")


def operator_of(name: str | None) -> Organisation | None:
    """Find an operator by its name or short name."""
    if not name:
        return None
    found = Organisation.objects.operators().filter(Q(name__iexact=name) | Q(short_name__iexact=name)).first()
    if found is None:
        raise CommandError(f"Không có doanh nghiệp “{name}”.")
    return found
