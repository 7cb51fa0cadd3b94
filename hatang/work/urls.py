"""Addresses of jobs, the working calendar and notices."""

from django.urls import path

from hatang.work.views import calendar, jobs, notices

app_name = "work"
urlpatterns = [
    path("<int:pk>/", jobs.job, name="job"),
    path("<int:pk>/huy", jobs.cancel, name="job_cancel"),
    path("lich", calendar.year_page, name="calendar"),
    path("lich/them", calendar.day_new, name="calendar_day_new"),
    path("lich/nhan-du-kien", calendar.adopt, name="calendar_adopt"),
    path("lich/hoan-tac", calendar.undo, name="calendar_undo"),
    path("lich/<int:pk>/", calendar.day_edit, name="calendar_day_edit"),
    path("lich/<int:pk>/bo", calendar.day_remove, name="calendar_day_remove"),
    path("thong-bao", notices.Notices.as_view(), name="notices"),
    path("thong-bao/da-doc", notices.read_all, name="notices_read"),
    path("thong-bao/<int:pk>/", notices.notice, name="notice"),
]
