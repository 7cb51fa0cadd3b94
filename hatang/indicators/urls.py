"""Addresses of the indicators pages."""

from django.urls import path

from hatang.indicators.views import (
    approving,
    index_sets,
    programmes,
    recording,
    restating,
    tables,
    values,
)

app_name = "indicators"
urlpatterns = [
    path("", values.Indicators.as_view(), name="list"),
    path("<int:pk>/", values.value, name="value"),
    path("<int:pk>/dong", values.Rows.as_view(), name="rows"),
    path("<int:pk>/chon", values.choose, name="choose"),
    path("<str:code>/ghi", recording.record, name="record"),
    path("<str:code>/duyet", approving.approve, name="approve"),
    path("<str:code>/tinh-lai", recording.recount, name="recount"),
    # index sets
    path("<str:code>/bo-chi-so/", index_sets.index_sets, name="index_sets"),
    path("<str:code>/bo-chi-so/<int:pk>/", index_sets.index_set, name="index_set"),
    path("<str:code>/bo-chi-so/<int:pk>/lap-ban", index_sets.copy, name="index_set_copy"),
    path("<str:code>/bo-chi-so/<int:pk>/<int:year>/", index_sets.assessment, name="assessment"),
    path("<str:code>/bo-chi-so/<int:pk>/<int:year>/xong", index_sets.finish, name="assessment_finish"),
    path("<str:code>/bo-chi-so/minh-chung/<int:mark>", index_sets.evidence, name="mark_evidence"),
    # programmes
    path("<str:code>/chuong-trinh/", programmes.programmes, name="programmes"),
    path("<str:code>/chuong-trinh/them", programmes.edit, name="programme_new"),
    path("<str:code>/chuong-trinh/<int:pk>/", programmes.programme, name="programme"),
    path("<str:code>/chuong-trinh/<int:pk>/sua", programmes.edit, name="programme_edit"),
    path("<str:code>/chuong-trinh/<int:pk>/ghi", programmes.counts, name="programme_counts"),
    path("<str:code>/chuong-trinh/<int:pk>/tep", programmes.upload, name="programme_upload"),
    # analysis
    path("<str:code>/phan-tich/", tables.analysis, name="analysis"),
    path("<str:code>/phan-tich/sql", tables.sql, name="sql"),
    path("<str:code>/phan-tich/bang.parquet", tables.whole_table, name="whole_table"),
    path("<str:code>/phan-tich/luu", tables.save, name="save_view"),
    path("khung-nhin/<uuid:pk>/", tables.saved_view, name="saved_view"),
    path("khung-nhin/<uuid:pk>/xoa", tables.drop, name="drop_view"),
    # series of former units on today's
    path("<str:code>/dia-gioi/<slug:indicator>", restating.restated, name="restated"),
    path("<str:code>/dia-gioi/<slug:indicator>/<int:pk>", restating.restated_place, name="restated_place"),
    path("<str:code>/so-lieu-cu", restating.old_series, name="old_series"),
    path("<str:code>/so-lieu-cu/mau", restating.old_series_template, name="old_series_template"),
    path("<str:code>/so-lieu-cu/<int:pk>", restating.old_series_file, name="old_series_file"),
]
