"""The parts: what each heading's title says its block is for, and what its children inherit.

To add a wording, add it to its part in TITLES: words without diacritics that a title contains. The first part that
fits counts. Inside tasks, solutions, funding and organisation a heading's words are a subject and change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hatang.core.plan_reader.amendments import changes_levels, puts_in
from hatang.core.plan_reader.structure import Item, Part, Text
from hatang.core.plan_reader.untitled import with_untitled_bodies
from hatang.core.vietnamese import search_key

TITLES: tuple[tuple[Part, tuple[str, ...]], ...] = (
    (Part.BASES, ("can cu", "co so phap ly", "co so xay dung", "su can thiet")),
    (Part.ORGANISATION, (
        "(?<!giai phap )(?<!bien phap )to chuc thuc hien", "to chuc trien khai", "trien khai thuc hien$", "phan cong",
        "to chuc chi dao", "cong tac to chuc", "^to chuc$", "trach nhiem (?:cua|thuc hien|cac)",
        "nhiem vu (?:cu the )?cua cac (?:so|co quan|don vi|cap|nganh|doanh nghiep)", "dieu khoan thi hanh",
    )),
    (Part.FUNDING, ("kinh phi", "nguon von", "nguon luc tai chinh", "du toan")),
    (Part.AIMS, ("muc dich", "yeu cau", "quan diem", "nguyen tac", "pham vi", "doi tuong", "tam nhin$")),
    (Part.TARGETS, ("muc tieu(?!.*(?:nhiem vu|giai phap))", "chi tieu", "ket qua can dat", "tam nhin den")),
    (Part.PRESENT, (
        "hien trang", "thuc trang", "tinh hinh", "danh gia (?:chung|hien|thuc|ket)", "boi canh", "khai quat",
        "ket qua (?:dat duoc|thuc hien|trien khai)", "uu diem", "ton tai", "han che",
    )),
    (Part.SOLUTIONS, ("giai phap", "bien phap")),
    (Part.TASKS, (
        "nhiem vu", "noi dung (?!ke hoach|thuc hien|chinh|trien khai)", "dinh huong phat trien", "cac du an",
        "chuong trinh du an", "danh muc", "phuong an phat trien", "lo trinh",
    )),
)  # fmt: skip
NAMED = tuple((re.compile("|".join(wordings)), part) for part, wordings in TITLES)
BOTH = re.compile(r"(?:nhiem vu|noi dung).*giai phap")
AIMS_AND_TASKS = re.compile(r"^(?:quan diem )?(?:muc tieu|chi tieu)\b.*\b(?:nhiem vu|giai phap)")
AIMS_OR_TASKS = re.compile(r"(?:cac )?(?:muc tieu|chi tieu)\b(?!.*nhiem vu)|(?:cac )?(?:nhiem vu|giai phap)\b")
ANNEX_TITLE = re.compile(
    r"^(?:phu luc|phu bieu|bieu (?:so )?\d+|danh muc (?:cac )?(?:nhiem vu|chuong trinh|du an|noi dung)"
    r"|bang phan cong|bieu nhiem vu)\b"
)
CLOSED = (Part.TASKS, Part.SOLUTIONS, Part.FUNDING, Part.ORGANISATION)
CONTAINER = re.compile(r"(?:Phần|PHẦN|Chương|CHƯƠNG|Điều|ĐIỀU)\b|[A-HĐ]\s?[.)/-]")
BASE_LINE = re.compile(r"(?:Căn cứ|Xét đề nghị|Theo đề nghị|Thực hiện|Triển khai|Thi hành)\b")
CLOSING_LINE = re.compile(
    r"(?:Trên đây là|(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân) (?:tỉnh|thành phố) (?:yêu cầu|đề nghị)"
    r"|Trong quá trình (?:tổ chức |triển khai )*thực hiện|Căn cứ (?:nội dung )?Kế hoạch này"
    r"|Yêu cầu (?:các|thủ trưởng|Thủ trưởng)"
    r"|Đề nghị (?:các )?(?:[Tt]hủ trưởng|[Cc]ơ quan|[Ss]ở)|Giao Sở .{0,80}theo dõi)"
)
ATTACHED = re.compile(r"(?:ke hoach|chuong trinh|de an|chien luoc|phuong an)(?: .*)?|\(?(?:ban hanh )?kem theo .*")
RECIPIENTS_LINE = re.compile(r"(?:Nơi nhận|NƠI NHẬN|Kính gửi)\s*:?")
SIGNATURE_LINE = re.compile(r"(?:TM\.|KT\.|TL\.|TUQ\.|Q\.)\s|(?:PHÓ )?CHỦ TỊCH$|(?:THỨ|BỘ) TRƯỞNG$")
END_SIGN = "./."


def part_of_title(title: str, outer: Part) -> Part | None:
    """Give the part that a heading's title names, or None when it names none.

    >>> part_of_title("NHIỆM VỤ, GIẢI PHÁP", Part.OTHER).value, part_of_title("Mục tiêu đến năm 2030", Part.OTHER).value
    ('tasks', 'targets')
    """
    key = search_key(title)
    if outer in (*CLOSED, Part.PRESENT):
        return None
    if BOTH.search(key):
        return Part.TASKS
    return next((part for wordings, part in NAMED if wordings.search(key)), None)


def with_parts(text: Text) -> Text:
    """Say of every item to which part of the document it belongs."""
    items: list[Item] = []
    after = Part.HEAD
    for item in text.items:
        part = _part(text, item, items, after)
        after = _after(part, item)
        items.append(replace(item, part=part))
    return Text(text.blocks, tuple(_with_content(with_untitled_bodies(text, items))))


def _part(text: Text, item: Item, before: Sequence[Item], after: Part) -> Part:
    words = text.own(item) or item.title
    if _opens_annex(text, item, after):
        return Part.ANNEX
    if after == Part.ANNEX:
        return after
    if RECIPIENTS_LINE.match(words):
        return Part.RECIPIENTS
    if after == Part.RECIPIENTS and not item.heading and not item.above:
        return Part.HEAD if ATTACHED.fullmatch(search_key(words)) else after
    if not item.marker and not item.heading and _closes(words, after, before):
        return Part.CLOSING
    if item.heading:
        return _heading_part(item, before[item.above[-1]] if item.above else None)
    return before[item.above[-1]].part if item.above else _loose_part(words, after)


def _heading_part(item: Item, above: Item | None) -> Part:
    """Give the part of a heading; what a Phần, Chương or Điều holds may be of any part."""
    if item.marker.lower().startswith(("phụ lục", "phu luc")):
        return Part.ANNEX
    outer = above.part if above else Part.OTHER
    open_to_all = above is None or (CONTAINER.match(above.marker) and outer != Part.PRESENT)
    if above and above.level == 1 and AIMS_AND_TASKS.search(search_key(above.title)):
        open_to_all = open_to_all or bool(AIMS_OR_TASKS.match(search_key(item.title)))
    return part_of_title(item.title, Part.OTHER if open_to_all else outer) or outer


def _loose_part(words: str, after: Part) -> Part:
    """Give the part of a block that stands under no heading."""
    if puts_in(words):
        return Part.TARGETS if changes_levels(words) else Part.TASKS
    if after in (Part.HEAD, Part.BASES):
        return Part.BASES if BASE_LINE.match(words) else Part.HEAD
    return Part.RECIPIENTS if SIGNATURE_LINE.match(words) or after == Part.CLOSING else after


def _after(part: Part, item: Item) -> Part:
    """Remember what holds for the blocks to come."""
    if part in (Part.BASES, Part.HEAD) and not item.above and not item.heading:
        return Part.HEAD
    return part


def _opens_annex(text: Text, item: Item, after: Part) -> bool:
    """Whether an annex begins here: a title of its own after the signature, or a heading that says so."""
    words = text.blocks[item.block].text
    if text.blocks[item.block].cells or len(words) > 250:
        return False
    key = search_key(words)
    titled = bool(ANNEX_TITLE.match(key)) and not item.marker.startswith(("-", "+"))
    return titled and (
        after in (Part.RECIPIENTS, Part.CLOSING, Part.ANNEX) or (key.startswith("phu luc") and item.heading)
    )


def _closes(words: str, after: Part, before: Sequence[Item]) -> bool:
    """Whether a paragraph ends the document: it says so, or bears the sign ./. that ends one."""
    if after not in (*CLOSED, Part.CLOSING, Part.OTHER):
        return False
    ends = bool(CLOSING_LINE.match(words)) or (words.endswith(END_SIGN) and _follows_list(before))
    return ends and any(item.heading for item in before)


def _follows_list(before: Sequence[Item]) -> bool:
    """Whether what stands before is an item or a paragraph and not a heading."""
    return bool(before) and not before[-1].heading


def _with_content(items: Sequence[Item]) -> Iterable[Item]:
    """Take numbered content that no title explains as tasks where the document has no task part of its own."""
    if any(item.part == Part.TASKS for item in items):
        return items
    return (replace(i, part=Part.TASKS) if i.part == Part.OTHER and _numbered(i, items) else i for i in items)


def _numbered(item: Item, items: Sequence[Item]) -> bool:
    """Whether an item stands in numbered content and not directly under a Điều of a decision."""
    return bool(item.above) and not CONTAINER.match(items[item.above[-1]].marker)
