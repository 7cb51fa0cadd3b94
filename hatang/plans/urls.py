"""Addresses of the plans pages."""

from django.urls import URLPattern, path

from hatang.plans.views import foresight, funding, legal_forms, obligations, plan, report, works
from hatang.plans.views.reading import acts, document, ending, pages

app_name = "plans"
urlpatterns: list[URLPattern] = [
    path("nhiem-vu/<int:pk>/", plan.TaskPage.as_view(), name="task"),
    path("tu-phuong-an/<int:pk>/", works.plans_for_scenario, name="plans_for_scenario"),
    path("<slug:code>/nhiem-vu-tu-phuong-an", works.tasks_from_works, name="tasks_from_works"),
    path("doc/<int:pk>/", pages.review, name="reading"),
    path("doc/<int:pk>/tep", pages.original, name="reading_file"),
    path("doc/<int:pk>/bo", pages.discard, name="reading_discard"),
    path("doc/<int:pk>/dong/<int:row>/", acts.row, name="reading_row"),
    path("doc/<int:pk>/dong/<int:row>/<slug:act>", acts.row_act, name="reading_row_act"),
    path("doc/<int:pk>/viec/<slug:act>", acts.act, name="reading_act"),
    path("doc/<int:pk>/so-sanh", ending.comparison, name="reading_compare"),
    path("doc/<int:pk>/cong-bo", ending.publish, name="reading_publish"),
    path("doc/<int:pk>/rut-lai", ending.withdraw, name="reading_withdraw"),
    path("nghia-vu/<uuid:pk>/", obligations.obligation, name="obligation"),
    path("nghia-vu/<uuid:pk>/tep", obligations.file, name="obligation_file"),
    path("nghia-vu/tinh/<slug:code>/", obligations.Obligations.as_view(), name="obligations"),
    path("<slug:code>/kinh-phi/", funding.funding, name="funding"),
    path("<slug:code>/kinh-phi/tep", funding.upload, name="funding_upload"),
    path("<slug:code>/kinh-phi/<int:pk>/bo", funding.remove, name="funding_remove"),
    path("<slug:code>/doc-van-ban", pages.new, name="reading_new"),
    path("<slug:code>/bieu-mau-163", legal_forms.page, name="legal_forms"),
    path("<slug:code>/bieu-mau-163/<slug:kind>", legal_forms.file, name="legal_forms_file"),
    path("<slug:code>/du-bao", foresight.page, name="foresight"),
    path("<slug:code>/van-ban", document.page, name="document"),
    path("<slug:code>/", plan.plan_page, name="plan"),
    path("<slug:code>/bao-cao/mau", report.TemplatePage.as_view(), name="report_template"),
    path("<slug:code>/bao-cao/<int:year>/", report.ReportPage.as_view(), name="report"),
    path("<slug:code>/bao-cao/<int:year>/mau-va-lan-sua", report.report_tools, name="report_tools"),
    path("<slug:code>/bao-cao/<int:year>/docx", report.report_file, {"kind": "docx"}, name="report_docx"),
    path("<slug:code>/bao-cao/<int:year>/pdf", report.report_file, {"kind": "pdf"}, name="report_pdf"),
]
