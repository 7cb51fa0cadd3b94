"""The command line of the published methods, on files.

`python -m hatang.core read-plan FILE > plan.json`, `python -m hatang.core path-loss CASES.csv > losses.csv`,
`python -m hatang.core coverage CELLS.csv --dem DEM.tif --villages V.csv -o OUT`,
`python -m hatang.core plan-fibre ROADS.geojson --ends E.csv --closures C.csv --prices P.csv -o OUT`,
`python -m hatang.core plan-cover WORKS.csv --needs NEEDS.csv --target 98 -o OUT`,
`python -m hatang.core restate SERIES.csv --as sum > today.csv`,
`python -m hatang.core verify-published FILE.csv --proof PROOF.json`,
`python -m hatang.core verify-answer ANSWER.json --signature SIGNATURE --keys KEYS.json --proof PROOF.json`,
`python -m hatang.core measure-speed ws://HOST:PORT`.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hatang.core import fibre_arguments, planning_arguments, restating_arguments
from hatang.core.exchange import arguments as answers
from hatang.core.ndt7 import command as ndt7
from hatang.core.radio.coverage import arguments as coverage_arguments
from hatang.core.transparency import command as transparency

SHOWN_EVERY = 500


@dataclass(frozen=True)
class Command:
    """A command: its name, what it does in a few words and in full, and what describes its arguments."""

    name: str
    help: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]


def add_plan_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments of `read-plan`."""
    command.add_argument("files", nargs="+", metavar="TỆP", help="tệp kế hoạch; “-” đọc từ đầu vào chuẩn")
    command.add_argument("--to", type=Path, metavar="THƯ MỤC", help="ghi mỗi kế hoạch một tệp .json vào thư mục này")


def add_case_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments of `path-loss`."""
    command.add_argument("cases", type=Path, metavar="TỆP", help="bảng các trường hợp (CSV, XLSX)")
    command.add_argument("-o", "--to", type=Path, metavar="TỆP", help="ghi kết quả vào tệp này thay vì đầu ra chuẩn")


COMMANDS = (
    Command(
        "read-plan",
        "đọc kế hoạch (DOCX, PDF có chữ, HTML, TXT) thành JSON",
        "Đọc một hay nhiều kế hoạch thành mục tiêu, nhiệm vụ, cơ quan, căn cứ pháp lý, nghĩa vụ báo cáo.",
        add_plan_arguments,
    ),
    Command(
        "path-loss",
        "tính suy hao truyền sóng của từng trường hợp trong một bảng",
        "Tính suy hao truyền sóng: mỗi dòng của bảng một trường hợp; kết quả là CSV. Có một dòng sai thì "
        "không tính dòng nào: mọi lỗi được liệt kê theo dòng và cột. Các cột: xem docs/may-tinh-vo-tuyen.md.",
        add_case_arguments,
    ),
    Command(
        "coverage",
        "tính vùng phủ sóng của các ô trên địa hình",
        "Tính mức thu của từng nhà mạng, từng công nghệ: raster (GeoTIFF) và bảng thôn nào được phục vụ. "
        "Các cột và tệp: xem docs/vung-phu.md.",
        coverage_arguments.add_arguments,
    ),
    Command(
        "plan-fibre",
        "lập phương án cáp quang rẻ nhất dọc đường và tuyến cột",
        "Nối các nơi tới măng xông gần nhất dọc đường, tuyến cột, cống bể với vốn ít nhất: tuyến (GeoJSON) "
        "và bảng chi phí. Các cột và tệp: xem docs/may-tinh-phuong-an.md.",
        fibre_arguments.add_arguments,
    ),
    Command(
        "plan-cover",
        "chọn công trình rẻ nhất đạt mục tiêu, hoặc được nhiều nhất với kinh phí có",
        "Chọn công trình để phục vụ các nơi: bản đồ (GeoJSON), bảng chi phí, chứng minh. "
        "Các cột và tệp: xem docs/may-tinh-phuong-an.md.",
        planning_arguments.add_arguments,
    ),
    Command(
        "restate",
        "tính lại số liệu của đơn vị cũ theo địa giới hiện nay",
        "Tính lại chuỗi số liệu của các đơn vị cũ trên đơn vị hiện nay: cách tính, phần ước tính, khoảng "
        "chắc chắn. Các cột và cách tính: xem docs/tinh-lai-dia-gioi.md.",
        restating_arguments.add_arguments,
    ),
    Command(
        "verify-published",
        "kiểm tra một tệp số liệu đã tải về với bằng chứng của sổ minh bạch",
        "Kiểm tra không cần mạng: tệp có đúng là bản đã công bố không. Mã thoát: 0 đúng, 3 đã bị sửa, "
        "4 không phải bản này, 5 bằng chứng hoặc gốc sai, 1 không đọc được tệp. Xem docs/so-minh-bach.md.",
        transparency.add_arguments,
    ),
    Command(
        "verify-answer",
        "kiểm tra một trả lời của dịch vụ dữ liệu với chữ ký và sổ lượt gọi",
        "Kiểm tra không cần mạng: trả lời có đúng do tỉnh ký, cho yêu cầu của mình, và có trong sổ không. "
        "Mã thoát: 0 đúng, 3 chữ ký sai, 4 của yêu cầu khác, 5 bằng chứng sai, 1 không đọc được tệp. "
        "Xem docs/dich-vu-du-lieu.md.",
        answers.add_arguments,
    ),
    Command(
        "measure-speed",
        "đo tốc độ tải xuống, tải lên tới một máy chủ ndt7",
        "Đo như trang đo tốc độ, không cần trình duyệt. Xem docs/may-chu-do-toc-do.md.",
        ndt7.add_arguments,
    ),
)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    whole = argparse.ArgumentParser(prog="python -m hatang.core", description="Các phương pháp của Hatang, trên tệp.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="LỆNH")
    for one in COMMANDS:
        one.add_arguments(commands.add_parser(one.name, help=one.help, description=one.description))
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 where all was read, 1 where a file was not, 2 for a wrong command line.

    `verify-published` and `verify-answer` have more of their own.
    """
    whole = parser()
    given = whole.parse_args(arguments)
    if given.command == "path-loss":
        return compute_path_losses(given.cases, given.to)
    if given.command == "coverage":
        from hatang.core.radio.coverage.command import run

        return run(given)
    if given.command == "plan-fibre":
        from hatang.core.fibre.command import run as plan_fibre

        return plan_fibre(given)
    if given.command == "plan-cover":
        from hatang.core.planning.command import run as plan

        return plan(given)
    if given.command == "restate":
        return restate_series(given)
    if given.command == "verify-published":
        return transparency.run(given)
    if given.command == "verify-answer":
        from hatang.core.exchange.command import run as verify_answer

        return verify_answer(given)
    if given.command == "measure-speed":
        return ndt7.run(given)
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


def compute_path_losses(name: Path, to: Path | None) -> int:
    """Compute a table of cases and write the losses; 1, all faults listed and nothing written, where one is bad."""
    from hatang.core.radio.cases import CasesError, compute_cases
    from hatang.core.radio.methods import METHODS

    if to is not None and not to.parent.is_dir():
        print(f"{to}: Không có thư mục {to.parent}.", file=sys.stderr)
        return 1
    try:
        rows = compute_cases(name.read_bytes(), name.name, name.parent, METHODS, progress=show_progress)
        write_whole(csv_text(rows), to)
    except CasesError as error:
        print("\n".join(f"{name}: {line}" for line in str(error).splitlines()), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or name}: {reason(error)}", file=sys.stderr)
        return 1
    return 0


def restate_series(given: argparse.Namespace) -> int:
    """Restate a series and write it; 1 with a message, and nothing written, where it cannot be."""
    from hatang.core.restating.command import restated_rows

    try:
        write_whole(csv_text(restated_rows(given)), given.to)
    except OSError as error:
        print(f"{error.filename or given.series}: {reason(error)}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def show_progress(done: int, total: int) -> None:
    """Show how many cases are done, where a person looks on."""
    if sys.stderr.isatty() and (done % SHOWN_EVERY == 0 or done == total > SHOWN_EVERY):
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def csv_text(rows: list[list[str]]) -> str:
    """Give rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def write_whole(text: str, to: Path | None) -> None:
    """Write a text to standard output, or to a file that is replaced only once the whole is written."""
    if to is None:
        sys.stdout.write(text)
        return
    part = to.with_name(f".{to.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(to)
    except OSError:
        part.unlink(missing_ok=True)
        raise


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
