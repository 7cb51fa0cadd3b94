"""What is this, and how is it to be read?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

HOW = {
    "counted": "Đếm từ các sổ đăng ký (cột, trạm, thôn, khai báo dịch vụ) bằng công thức công bố; xem được từng dòng.",
    "measured": "Lấy từ phép đo, ví dụ tốc độ mạng; kèm cỡ mẫu khi biết.",
    "predicted": "Suy ra bằng mô hình; không phải số đã xảy ra.",
    "reported": "Do cơ quan, doanh nghiệp báo cáo vì ở đây không đếm được.",
}
STATES = {
    "met": "Con số đã tới mức của mục tiêu.",
    "on_track": "Chưa tới hạn; con số nằm từ đường thẳng nối mức xuất phát với mục tiêu trở lên.",
    "at_risk": "Chưa tới hạn; con số nằm dưới đường thẳng ấy.",
    "missed": "Đã quá ngày 31/12 của năm mục tiêu mà chưa đạt.",
    "not_measured": "Chưa có con số, hoặc chưa có mức xuất phát để so.",
    "not_due": "Mục tiêu chỉ có hoàn thành hay chưa, và chưa đến hạn.",
}


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Explain what the system is, its marks, its sources and its licence."""
    context = {"hows": HOW, "states": STATES, "crumbs": [("Về hệ thống này", "")]}
    return render(request, "web/about.html", context)
