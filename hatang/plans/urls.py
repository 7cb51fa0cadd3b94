"""Addresses of the plans pages."""

from django.urls import URLPattern, path

from hatang.plans.views import plan, report

app_name = "plans"
urlpatterns: list[URLPattern] = [
    path("nhiem-vu/<int:pk>/", plan.TaskPage.as_view(), name="task"),
    path("<slug:code>/", plan.plan_page, name="plan"),
    path("<slug:code>/bao-cao/mau", report.TemplatePage.as_view(), name="report_template"),
    path("<slug:code>/bao-cao/<int:year>/", report.ReportPage.as_view(), name="report"),
    path("<slug:code>/bao-cao/<int:year>/mau-va-lan-sua", report.report_tools, name="report_tools"),
    path("<slug:code>/bao-cao/<int:year>/docx", report.report_file, {"kind": "docx"}, name="report_docx"),
    path("<slug:code>/bao-cao/<int:year>/pdf", report.report_file, {"kind": "pdf"}, name="report_pdf"),
]
