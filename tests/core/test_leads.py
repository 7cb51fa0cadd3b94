"""Who could lead a task that names nobody: by line of work and duties, silent where it is not clear."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hatang.core.documents import read_document
from hatang.core.plan_reader.body_names import BodyName, match_body
from hatang.core.plan_reader.gold_form import as_gold
from hatang.core.plan_reader.leads import SUREST
from hatang.core.plan_reader.reading import read_plan
from hatang.core.plan_reader.structure import Line, PlanRead, Task

DATA = Path(__file__).parents[2] / "data"
PLANS = sorted(path.stem for path in (DATA / "plans").glob("*.yaml"))
RIGHT, COVERED = 0.9, 0.6
"""How many of the proposals for all plans must be what people typed, and how many typed leads must have one."""

BODIES = (
    "V. TỔ CHỨC THỰC HIỆN",
    "1. Sở Khoa học và Công nghệ",
    "- Chủ trì, đôn đốc việc thực hiện Kế hoạch này; tham mưu chính sách về hạ tầng số.",
    "2. Công an tỉnh",
    "- Phối hợp với Sở Khoa học và Công nghệ giữ an ninh mạng cho hạ tầng số của tỉnh.",
    "3. Sở Tài chính",
    "- Cân đối ngân sách cho các việc của Kế hoạch.",
    "4. Sở Xây dựng, Ban Quản lý Khu kinh tế",
    "- Giải quyết nhanh việc cấp phép xây dựng cột, trạm.",
    "5. Sở Y tế",
    "- Lập hồ sơ sức khỏe điện tử cho mọi người dân, nối với bệnh viện tuyến trên.",
    "6. Các doanh nghiệp viễn thông",
    "- Mở rộng mạng lưới, dùng chung hạ tầng với nhau.",
    "7. Các cơ quan báo chí",
    "- Mở chuyên mục về hạ tầng số.",
)
TOLD = [
    ("Giữ an ninh mạng cho các hệ thống của tỉnh", "Công an tỉnh"),
    ("Bố trí ngân sách hằng năm cho hạ tầng số", "Sở Tài chính"),
    ("Xây dựng khung giá cho thuê vị trí đặt trạm", "Sở Tài chính"),
    ("Tuyên truyền tới người dân về lợi ích của trạm phát sóng", "Các cơ quan báo chí"),
    ("Tuyên truyền, phổ biến kiến thức về an ninh mạng", "Các cơ quan báo chí"),
    ("Xây thêm trạm BTS ở các xã biên giới", "Các doanh nghiệp viễn thông"),
    ("Kéo cáp quang tới các bản còn thiếu", "Các doanh nghiệp viễn thông"),
    ("Chuyển mạng của nhà cung cấp sang IPv6", "Các doanh nghiệp viễn thông"),
    ("Rút ngắn thời gian cấp phép xây dựng trạm", "Sở Xây dựng"),
    ("Đưa hạ tầng số vào quy hoạch các khu công nghiệp", "Ban Quản lý Khu kinh tế"),
    ("Phủ sóng 5G tại các khu công nghiệp", "Các doanh nghiệp viễn thông"),
    ("Ban hành chính sách dùng chung hạ tầng viễn thông", "Sở Khoa học và Công nghệ"),
    ("Nâng cấp trung tâm dữ liệu của tỉnh", "Sở Khoa học và Công nghệ"),
    ("Dùng quỹ viễn thông công ích cho hộ nghèo mua điện thoại thông minh", "Sở Khoa học và Công nghệ"),
    ("Tổ chức hội thảo về mạng 5G", "Sở Khoa học và Công nghệ"),
    ("Lập hồ sơ sức khỏe điện tử cho người dân, nối với bệnh viện", "Sở Y tế"),
]
NOT_CLEAR = [
    "Đào tạo kỹ sư cho các phòng thí nghiệm",
    "Hợp tác với các tỉnh bạn",
    "Ban hành quy định cho phép trạm BTS đặt trên mái nhà",
    "Hỗ trợ doanh nghiệp triển khai nhanh 5G",
    "Giải quyết hồ sơ theo cơ chế một cửa",
]


def read(*tasks: str, bodies: tuple[str, ...] = BODIES) -> PlanRead:
    """Read a plan with these tasks under a heading that says nothing."""
    lines = ("KẾ HOẠCH", "Phát triển hạ tầng số tỉnh Hòa Lạc", "III. NHIỆM VỤ", "1. Việc phải làm")
    return read_plan(Line(line, whole=True) for line in (*lines, *(f"- {task}." for task in tasks), *bodies))


def the_task(words: str) -> Task:
    [task] = read(words).tasks
    return task


@pytest.mark.parametrize(("words", "lead"), TOLD)
def test_a_line_of_work_or_a_duty_tells_who_leads(words: str, lead: str) -> None:
    task = the_task(words)
    assert (task.lead, task.lead_proposed) == (lead, True)
    assert 0 < task.sure <= SUREST


@pytest.mark.parametrize("words", NOT_CLEAR)
def test_nobody_is_proposed_where_it_is_not_clear(words: str) -> None:
    task = the_task(words)
    assert (task.lead, task.lead_proposed, task.support) == (None, False, ())
    assert task.sure > SUREST


def test_one_of_a_joint_heading_must_be_in_its_own_line_of_work() -> None:
    """Clusters are no zones, and what the heading's bodies are told together tells of neither."""
    bodies = (
        "V. TỔ CHỨC THỰC HIỆN",
        "1. Sở Nội vụ, Ban Quản lý Khu kinh tế",
        "- Đưa yêu cầu về hạ tầng số vào quy hoạch khu, cụm công nghiệp; tính chỗ đặt trạm.",
        "2. Sở Y tế",
        "- Nối mạng bệnh viện.",
    )
    words = "Đưa yêu cầu về hạ tầng số vào quy hoạch cụm công nghiệp"
    [task] = read(words, bodies=bodies).tasks
    assert task.lead is None
    [zone] = read(words.replace("cụm công nghiệp", "các khu công nghiệp"), bodies=bodies).tasks
    assert zone.lead == "Ban Quản lý Khu kinh tế"


def test_only_bodies_of_the_document_are_proposed() -> None:
    without = tuple(line for line in BODIES if "báo chí" not in line and "chuyên mục" not in line)
    [task] = read("Tuyên truyền tới người dân về trạm phát sóng", bodies=without).tasks
    assert task.lead is None


def test_what_a_task_says_itself_stays() -> None:
    [named, led] = read(
        "Kéo cáp quang tới mọi bản. Cơ quan chủ trì: Sở Y tế", "Sở Xây dựng chủ trì, phối hợp với Sở Y tế làm 5G"
    ).tasks
    assert [(t.lead, t.lead_proposed, t.sure > SUREST) for t in (named, led)] == [
        ("Sở Y tế", False, True),
        ("Sở Xây dựng", False, True),
    ]


def test_the_nearest_duty_tells_who_supports() -> None:
    task = the_task("Giữ an ninh mạng cho hạ tầng số")
    assert (task.support, task.support_proposed) == (("Sở Khoa học và Công nghệ",), True)
    assert not the_task("Bố trí ngân sách hằng năm cho hạ tầng số").support_proposed


def test_a_heading_speaks_for_what_stands_below_it() -> None:
    lines = ("KẾ HOẠCH", "Phát triển hạ tầng số", "III. NHIỆM VỤ", "1. Tuyên truyền, nâng cao nhận thức")
    work = "- Đưa tin tới thôn, bản về kết quả, mở chuyên mục hằng tuần."
    [task] = read_plan(Line(line, whole=True) for line in (*lines, work, *BODIES)).tasks
    assert task.lead == "Các cơ quan báo chí"


def test_proposals_are_not_counted_as_read() -> None:
    [row] = as_gold(read("Kéo cáp quang tới các bản còn thiếu"))["tasks"]
    assert "lead" not in row


@dataclass
class Agreement:
    """How many leads people typed for tasks that name nobody, for how many one is proposed, how many agree."""

    typed: int = 0
    proposed: int = 0
    right: int = 0

    def add(self, typed: str, task: Task, known: list[BodyName]) -> None:
        """Count a task that has a typed lead."""
        self.typed += 1
        if task.lead_proposed and task.lead:
            self.proposed += 1
            self.right += [key for key, _ in match_body(task.lead, known)][:1] == [typed]


def known_bodies(plan: dict[str, Any]) -> list[BodyName]:
    """List the organisations of a plan's province."""
    province = plan["duties"][0]["body"].partition("/")[0]
    with (DATA / "organisations.csv").open(encoding="utf-8") as rows:
        listed = [row for row in csv.DictReader(rows) if row["key"].startswith(f"{province}/")]
    return [BodyName(row["key"], row["name"], row["short_name"]) for row in listed]


def test_most_proposals_are_what_people_typed(shared: Path) -> None:
    agreement = Agreement()
    for name in PLANS:
        plan = yaml.safe_load((DATA / "plans" / f"{name}.yaml").read_text(encoding="utf-8"))
        content = (shared / "plans" / f"{name}.txt").read_bytes()
        tasks = {task.section: task for task in read_plan(read_document(content, f"{name}.txt").lines).tasks}
        for row in plan["tasks"]:
            task = tasks.get(row["section"])
            if row.get("lead") and task and (task.lead_proposed or not task.lead):
                agreement.add(row["lead"], task, known_bodies(plan))
    assert agreement.typed > 100
    assert agreement.right >= RIGHT * agreement.proposed, agreement
    assert agreement.proposed >= COVERED * agreement.typed, agreement
