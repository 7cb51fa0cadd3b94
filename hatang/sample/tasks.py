"""Made-up progress of the plans' tasks, and a draft of Lạng Sơn's report; all texts say that they are samples."""

from __future__ import annotations

from collections.abc import Iterable

from hatang.plans.models import Plan, Report, Task
from hatang.sample.chance import chance

REPORT_YEAR = 2025
PART_WITH_PROGRESS = 0.7
SAMPLE = "Văn bản mẫu:"
PROGRESS = {
    Task.State.DONE: "đã hoàn thành, đang theo dõi kết quả.",
    Task.State.UNDER_WAY: "đang thực hiện theo từng bước, đã xong phần khảo sát.",
    Task.State.STOPPED: "tạm dừng để chờ sắp xếp lại đơn vị hành chính.",
}
OBSTACLES = (
    "",
    "",
    "chưa bố trí đủ kinh phí trong năm.",
    "thủ tục đất đai tại một số vị trí kéo dài.",
    "địa bàn vùng cao đi lại khó, chi phí kéo cáp lớn.",
)


def progress_of(task: Task) -> bool:
    """Draw how far a task is, and mark it; tell whether it was among those drawn."""
    draw = chance(f"task:{task.plan.code}:{task.order}:{task.title}")
    if draw.random() > PART_WITH_PROGRESS:
        return False
    state = draw.choices(list(PROGRESS), [30, 60, 10])[0]
    obstacle = "" if state == Task.State.DONE else draw.choice(OBSTACLES)
    task.state, task.simulated = state, True
    task.progress_text = f"{SAMPLE} {PROGRESS[state]}"
    task.obstacle_text = f"{SAMPLE} {obstacle}" if obstacle else ""
    task.estimate_vnd = draw.randrange(200, 12_000, 50) * 1_000_000
    task.spent_vnd = round(task.estimate_vnd * (1 if state == Task.State.DONE else draw.uniform(0.1, 0.7)))
    return True


def with_progress(tasks: Iterable[Task]) -> list[Task]:
    """Draw progress for a part of the tasks and give those."""
    return [task for task in tasks if progress_of(task)]


def report_draft(plan: Plan) -> Report:
    """Make an unsaved draft of a year's report on a plan, without number, date or signer."""
    return Report(
        plan=plan,
        year=REPORT_YEAR,
        place_name=plan.province.name,
        parent_body=f"Ủy ban nhân dân tỉnh {plan.province.name}",
        body="Sở Khoa học và Công nghệ",
        addressee=f"Ủy ban nhân dân tỉnh {plan.province.name}",
        assessment=f"{SAMPLE} Năm {REPORT_YEAR}, phần lớn nhiệm vụ của Kế hoạch đã được triển khai. Số liệu trong dự "
        "thảo này là dữ liệu mô phỏng, dùng để xem trước bố cục của báo cáo.",
        causes=f"{SAMPLE} Một số thôn vùng cao chưa có điện lưới và đường đến vị trí đặt trạm còn khó khăn. Việc dùng "
        "chung cột ăng ten giữa các doanh nghiệp còn ít.",
        proposals=f"{SAMPLE} Ưu tiên hỗ trợ từ chương trình viễn thông công ích cho các thôn chưa có sóng. Rút ngắn "
        "thủ tục cấp phép công trình hạ tầng viễn thông thụ động.",
        signer_title="GIÁM ĐỐC",
        recipients="Như trên\nGiám đốc, các Phó Giám đốc Sở\nLưu: VT",
    )
