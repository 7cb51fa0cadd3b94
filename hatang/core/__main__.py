"""The command line of the published methods: `python -m hatang.core read-plan FILE > plan.json`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    whole = argparse.ArgumentParser(prog="python -m hatang.core", description="Đọc văn bản kế hoạch hạ tầng số.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="LỆNH")
    read = commands.add_parser(
        "read-plan",
        help="đọc kế hoạch (DOCX, PDF có chữ, HTML, TXT) thành JSON",
        description="Đọc một hay nhiều kế hoạch thành mục tiêu, nhiệm vụ, cơ quan, căn cứ pháp lý, nghĩa vụ báo cáo.",
    )
    read.add_argument("files", nargs="+", metavar="TỆP", help="tệp kế hoạch; “-” đọc từ đầu vào chuẩn")
    read.add_argument("--to", type=Path, metavar="THƯ MỤC", help="ghi mỗi kế hoạch một tệp .json vào thư mục này")
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 where all was read, 1 where a file was not, 2 for a wrong command line."""
    whole = parser()
    given = whole.parse_args(arguments)
    if len(given.files) > 1 and given.to is None:
        whole.error("nhiều tệp thì cần --to THƯ MỤC")
    names = [json_name(name) for name in given.files]
    if twice := next((name for name in names if names.count(name) > 1), None):
        whole.error(f"hai tệp cùng ghi vào {twice}; đổi tên một tệp")
    return max(read_plan_file(name, given.to) for name in given.files)


def read_plan_file(name: str, folder: Path | None) -> int:
    """Read one plan and write its JSON; 1 with a message where that cannot be."""
    from hatang.core.documents import DocumentError

    try:
        written = plan_json(content_of(name), name)
        if folder is None:
            sys.stdout.write(written)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / json_name(name)).write_text(written, encoding="utf-8")
    except (DocumentError, OSError) as error:
        print(f"{name}: {error if isinstance(error, DocumentError) else reason(error)}", file=sys.stderr)
        return 1
    return 0


def reason(error: OSError) -> str:
    """Say why a file could not be read or written."""
    for kind, why in (
        (FileNotFoundError, "Không có tệp này."),
        (IsADirectoryError, "Đây là thư mục, không phải tệp."),
        (PermissionError, "Không có quyền đọc hoặc ghi."),
    ):
        if isinstance(error, kind):
            return why
    return f"Không đọc hoặc ghi được (lỗi {error.errno})."


def json_name(name: str) -> str:
    """Give the name of a plan's JSON file.

    >>> json_name("ke-hoach/lang-son.docx"), json_name("-")
    ('lang-son.json', 'plan.json')
    """
    return f"{Path(name).stem}.json" if name != "-" else "plan.json"


def content_of(name: str) -> bytes:
    """Give the bytes of a file, of standard input for `-`."""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def plan_json(content: bytes, name: str) -> str:
    """Read a plan into JSON of the annotation's schema."""
    from hatang.core.documents import read_document
    from hatang.core.plan_reader.gold_form import as_gold
    from hatang.core.plan_reader.reading import read_plan

    return json.dumps(as_gold(read_plan(read_document(content, name).lines)), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
